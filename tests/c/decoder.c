/* The decoder alone: what two real tors sent gives the same messages however it is cut; limits, and
 * peers that speak something else.
 *
 * ctest: unit
 */
#include "check.h"

static char *wire;
static size_t wire_size;

static void load(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "tests/data/captures/%s", name);
    FILE *file = fopen(path, "rb");
    REQUIRE(file != NULL && fseek(file, 0, SEEK_END) == 0);
    wire_size = (size_t)ftell(file);
    rewind(file);
    free(wire);
    wire = malloc(wire_size);
    REQUIRE(wire != NULL && fread(wire, 1, wire_size, file) == wire_size);
    fclose(file);
}

/* What the messages were, in one number each. */
struct seen {
    size_t replies, events, event_bytes;
    uint64_t hash;
};

static void hash(struct seen *seen, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        seen->hash = (seen->hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    seen->hash = (seen->hash ^ 0x100) * 0x100000001b3u;
}

static void take_all(torctl_decoder *decoder, struct seen *seen)
{
    torctl_reply *reply = NULL;
    torctl_event *event = NULL;
    torctl_status status;
    while ((status = torctl_decoder_next(decoder, &reply, &event, NULL)) == TORCTL_OK) {
        REQUIRE((reply == NULL) != (event == NULL));
        for (size_t i = 0; i < torctl_reply_line_count(reply); i++) {
            hash(seen, torctl_reply_line_text(reply, i), torctl_reply_line_size_bytes(reply, i));
            hash(seen, torctl_reply_line_data(reply, i),
                 torctl_reply_line_data_size_bytes(reply, i));
        }
        seen->replies += reply != NULL;
        seen->events += event != NULL;
        seen->event_bytes += torctl_event_raw_size_bytes(event);
        hash(seen, torctl_event_raw(event), torctl_event_raw_size_bytes(event));
        CHECK(event == NULL || torctl_event_kind(event) != TORCTL_EVENT_UNKNOWN);
        CHECK(event == NULL || torctl_event_arrival_unix_us(event) > 0);
        torctl_reply_free(reply);
        torctl_event_free(event);
    }
    CHECK_STATUS(status, TORCTL_EMPTY);
    CHECK(reply == NULL && event == NULL);
}

static struct seen decode(size_t piece)
{
    struct seen seen = {0, 0, 0, 0};
    torctl_decoder *decoder = NULL;
    REQUIRE_STATUS(torctl_decoder_new(0, 0, &decoder, NULL), TORCTL_OK);
    for (size_t at = 0; at < wire_size; at += piece) {
        size_t size = wire_size - at < piece ? wire_size - at : piece;
        REQUIRE_STATUS(torctl_decoder_push(decoder, wire + at, size, NULL), TORCTL_OK);
        take_all(decoder, &seen);
    }
    torctl_decoder_free(decoder);
    return seen;
}

static void captures(void)
{
    static const struct {
        const char *name;
        size_t replies, events;
    } files[] = {{"dialogue.txt", 29, 10},
                 {"capture-client.txt", 0, 1400},
                 {"capture-authority.txt", 0, 2000}};
    static const size_t pieces[] = {1, 2, 3, 7, 64, 1460, 65536};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        load(files[i].name);
        struct seen whole = decode(wire_size);
        CHECK(whole.events >= files[i].events);
        CHECK_INT(whole.replies, files[i].replies);
        CHECK(whole.replies != 0 || whole.event_bytes == wire_size);
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
            struct seen cut = decode(pieces[k]);
            CHECK(memcmp(&cut, &whole, sizeof cut) == 0);
        }
    }
}

static torctl_decoder *decoder_of(size_t line, size_t message, const char *text)
{
    torctl_decoder *decoder = NULL;
    REQUIRE_STATUS(torctl_decoder_new(line, message, &decoder, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_decoder_push(decoder, text, strlen(text), NULL), TORCTL_OK);
    return decoder;
}

static void fields(void)
{
    torctl_decoder *decoder = decoder_of(0, 0,
                                         "650 BW 17 29\r\n250+a=\r\n..b\r\n.\r\n250 OK\r\n"
                                         "650 NEWKIND x\r\n552 no\r\n25");
    torctl_reply *reply = NULL;
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_decoder_next(decoder, &reply, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_bw_read_bytes(event), 17);
    CHECK_INT(torctl_bw_written_bytes(event), 29);
    torctl_event_free(event);
    CHECK_STATUS(torctl_decoder_next(decoder, &reply, &event, NULL), TORCTL_OK);
    CHECK(event == NULL);
    CHECK_INT(torctl_reply_code(reply), 250);
    CHECK_STR(torctl_reply_line_data(reply, 0), ".b\n");
    /* It outlives the decoder. */
    torctl_reply *kept = reply;
    CHECK_STATUS(torctl_decoder_next(decoder, NULL, &event, NULL), TORCTL_OK);
    CHECK_STR(torctl_event_name(event), "NEWKIND");
    torctl_event_free(event);
    /* One that is not wanted. */
    CHECK_STATUS(torctl_decoder_next(decoder, NULL, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_decoder_next(decoder, &reply, &event, NULL), TORCTL_EMPTY);
    torctl_decoder_free(decoder);
    CHECK_STR(torctl_reply_line_text(kept, 1), "OK");
    torctl_reply_free(kept);
}

static void limits(void)
{
    torctl_decoder *decoder = NULL;
    torctl_reply *reply = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    char line[1024];
    CHECK_STATUS(torctl_decoder_new(255, 0, &decoder, &err), TORCTL_ERR_INVALID);
    CHECK(decoder == NULL && strstr(torctl_error_message(err), "max_line_bytes") != NULL);
    torctl_error_free(err);
    CHECK_STATUS(torctl_decoder_new(0, ((size_t)1 << 30) + 1, &decoder, NULL), TORCTL_ERR_INVALID);

    /* What is too large is dropped, and what stands behind it comes. */
    snprintf(line, sizeof line, "250-%0600d\r\n250 OK\r\n650 BW 1 2\r\n", 0);
    decoder = decoder_of(256, 0, line);
    CHECK_STATUS(torctl_decoder_next(decoder, &reply, &event, &err), TORCTL_ERR_TOO_LARGE);
    CHECK(reply == NULL && event == NULL);
    CHECK(strstr(torctl_error_message(err), "256") != NULL);
    torctl_error_free(err);
    CHECK_STATUS(torctl_decoder_next(decoder, &reply, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_BW);
    torctl_event_free(event);
    torctl_decoder_free(decoder);

    /* What does not end is the end. */
    decoder = decoder_of(256, 256, "250-");
    torctl_status status = TORCTL_EMPTY;
    for (int i = 0; i < 64 && status != TORCTL_ERR_PROTOCOL; i++) {
        CHECK_STATUS(torctl_decoder_push(decoder, line, 256, NULL), TORCTL_OK);
        status = torctl_decoder_next(decoder, &reply, &event, NULL);
        CHECK(status != TORCTL_OK);
    }
    CHECK_STATUS(status, TORCTL_ERR_PROTOCOL);
    torctl_decoder_free(decoder);
}

static void other_protocols(void)
{
    static const char *const texts[] = {"HTTP/1.0 200 OK\r\n", "\x05\x01\r\n",
                                        "250-a\r\n650 BW\r\n", "hello\r\n250 OK\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        torctl_decoder *decoder = decoder_of(0, 0, texts[i]);
        torctl_error *err = NULL;
        torctl_status status;
        while ((status = torctl_decoder_next(decoder, NULL, NULL, &err)) == TORCTL_OK)
            ;
        CHECK_STATUS(status, TORCTL_ERR_PROTOCOL);
        CHECK(strstr(torctl_error_message(err), "peer") != NULL);
        torctl_error_free(err);
        /* Nothing behind it has a meaning. */
        CHECK_STATUS(torctl_decoder_push(decoder, "250 OK\r\n", 8, NULL), TORCTL_ERR_PROTOCOL);
        CHECK_STATUS(torctl_decoder_next(decoder, NULL, NULL, NULL), TORCTL_ERR_PROTOCOL);
        torctl_decoder_free(decoder);
    }
}

int main(void)
{
    captures();
    fields();
    limits();
    other_protocols();
    free(wire);
    return check_done();
}
