/* A peer that breaks the protocol: garbage, other servers, endless lines and replies, bytes that are
 * no text. Nothing crashes, hangs or grows; what is within the protocol is taken as it is.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

enum { MIB = 1048576 };

/* The answer to torctl_get_info() of "bytes". */
/* clang-format off */ /* one line */
#define BYTES(text) {.line = "GETINFO bytes", .data = (text), .size = sizeof(text) - 1}
/* clang-format on */

static torctl_status get(torctl_controller *tor, const char *key, torctl_values **values,
                         char *message, size_t room)
{
    torctl_error *err = NULL;
    torctl_status status = torctl_get_info(tor, key, NULL, values, &err);
    if (message != NULL)
        snprintf(message, room, "%s", torctl_error_message(err));
    /* Whatever the peer says, a message is one line. */
    CHECK(strpbrk(torctl_error_message(err), "\r\n") == NULL);
    torctl_error_free(err);
    return status;
}

static void lives(torctl_controller *tor)
{
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "alive", NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), "value of alive");
    torctl_values_free(values);
}

/* What is no reply ends the conversation, and says so. */
static void garbage(void)
{
    static const struct peer_script cases[] = {
        BYTES("garbage\r\n"),
        BYTES("\r\n"),
        BYTES("25\r\n"),
        BYTES("250\r\n"),
        BYTES("2500 OK\r\n"),
        BYTES("abc def\r\n"),
        BYTES("25x OK\r\n"),
        BYTES(" 250 OK\r\n"),
        BYTES("250*OK\r\n"),
        BYTES("-50 OK\r\n"),
        BYTES("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<html>\r\n"),
        BYTES("SSH-2.0-OpenSSH_9.2\r\n"),
        BYTES("220 mail.example.org ESMTP\n"),
        BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n"),
        BYTES("\0\0\0\0\n"),
        BYTES("250-bytes=1\r\ngarbage\r\n250 OK\r\n"),
        /* Replies, but not to what was asked. */
        BYTES("250 OK\r\n"),
        BYTES("250-other=1\r\n250 OK\r\n"),
        BYTES("250-bytes\r\n250 OK\r\n"),
        BYTES("250-bytes=1\r\n250-bytes=2\r\n250 OK\r\n"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct peer_script b = cases[i];
        for (b.drips = 0; b.drips < 2; b.drips++) {
            peer p;
            char message[512];
            torctl_values *values = NULL;
            peer_start(&p, peer_scripted, &b);
            torctl_controller *tor = peer_open(&p);
            torctl_status status = get(tor, "bytes", &values, message, sizeof message);
            if (status != TORCTL_ERR_CLOSED && status != TORCTL_ERR_PROTOCOL &&
                status != TORCTL_ERR_REJECTED)
                fprintf(stderr, "case %zu: %s\n", i, torctl_status_name(status));
            /* Whatever it was, no reply after it can be trusted. */
            CHECK_STATUS(status, TORCTL_ERR_CLOSED);
            CHECK(values == NULL);
            CHECK(message[0] != '\0');
            torctl_controller_free(tor);
            peer_stop(&p);
        }
    }
}

/* Other servers at the port: no tor is there, and the message says what answered. */
static void other_servers(void)
{
    static const struct peer_script cases[] = {
        BYTES("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
        BYTES("SSH-2.0-OpenSSH_9.2\r\n"),
        BYTES("500 what?\r\n"),
        BYTES("250 OK\r\n"),
        BYTES("250-PROTOCOLINFO 2\r\n250 OK\r\n"),
        BYTES("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=\r\n250 OK\r\n"),
        BYTES("250-PROTOCOLINFO 1\r\n250-AUTH\r\n250 OK\r\n"),
        BYTES("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE COOKIEFILE=\"/x\r\n250 OK\r\n"),
        BYTES("\x15\x03\x03\x00\x02\x02\x16\n"),
        BYTES(""),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        peer p;
        torctl_error *err = NULL;
        struct peer_script b = cases[i];
        b.line = "PROTOCOLINFO";
        b.hangs_up = 1;
        peer_start(&p, peer_scripted, &b);
        torctl_controller *tor = peer_controller(&p, NULL, 0);
        torctl_status status = torctl_controller_connect(tor, NULL, &err);
        torctl_status expected = strstr(cases[i].data, "AUTH METHODS=\r\n") != NULL ||
                                         strstr(cases[i].data, "AUTH\r\n") != NULL
                                     ? TORCTL_ERR_AUTH
                                 /* Hangs up without a word, as a tor that ends. */
                                 : cases[i].size == 0 ? TORCTL_ERR_CLOSED
                                                      : TORCTL_ERR_CONNECT;
        if (status != expected)
            fprintf(stderr, "case %zu: %s\n", i, torctl_error_message(err));
        CHECK_STATUS(status, expected);
        CHECK(torctl_error_message(err)[0] != '\0');
        CHECK(strpbrk(torctl_error_message(err), "\r\n") == NULL);
        torctl_error_free(err);
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
}

/* A server that says nothing until it has more: the connect timeout ends that. */
static void a_silent_server(void)
{
    peer p;
    struct peer_script b = {.line = "PROTOCOLINFO", .data = ""};
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, 100, NULL), TORCTL_OK);
    peer_start(&p, peer_scripted, &b);
    torctl_controller *tor = peer_controller(&p, options, 0);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_TIMEOUT);
    torctl_options_free(options);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static size_t resident(void)
{
    long pages = 0, ignored;
    FILE *file = fopen("/proc/self/statm", "r");
    REQUIRE(file != NULL);
    REQUIRE(fscanf(file, "%ld %ld", &ignored, &pages) == 2);
    fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* A reply without end. Whichever limit it breaks, its request fails with the name of the limit when the
 * limit is crossed, the rest is thrown away as it comes, and the next request is answered. When it has
 * become many times as large the peer is given up. */
struct endless {
    const char *begin;
    const char *unit;
    const char *end;
    size_t size;
    int stops; /* it neither ends nor goes on */
};

static int answer_endless(peer *p, const char *line, void *arg)
{
    const struct endless *e = arg;
    char block[8192];
    size_t used = 0, length = strlen(e->unit);
    if (strcmp(line, "GETINFO endless") != 0)
        return peer_tor(p, line);
    while (used + length <= sizeof block) {
        memcpy(block + used, e->unit, length);
        used += length;
    }
    peer_puts(p, e->begin);
    for (size_t sent = 0; sent < e->size; sent += used)
        if (!peer_send(p, block, used))
            return 0;
    return e->stops || peer_puts(p, e->end);
}

static void endless_replies(void)
{
    static const struct {
        struct endless reply;
        const char *limit;
    } cases[] = {
        {{"250-endless=", "xxxxxxxx", "\r\n250 OK\r\n", 60000, 0}, "8192 bytes a line"},
        {{"250 ", "xxxxxxxx", "\r\n", 60000, 0}, "8192 bytes a line"},
        {{"", "250-endless=yes\r\n", "250 OK\r\n", 16000, 0}, "100 lines a reply"},
        {{"250+endless=\r\n", "line\r\n", ".\r\n250 OK\r\n", 800000, 0}, "65536 bytes a reply"},
        {{"250+endless=\r\n", "xxxxxxxx", "\r\n.\r\n250 OK\r\n", 800000, 0}, "65536 bytes a reply"},
        {{"250+endless=\r\n", "..\r\n", ".\r\n250 OK\r\n", 800000, 0}, "65536 bytes a reply"},
    };
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_max_line_bytes(options, 8192, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_max_reply_lines(options, 100, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_max_reply_bytes(options, 65536, NULL), TORCTL_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        peer p;
        char message[512];
        torctl_values *values = NULL;
        struct endless reply = cases[i].reply;
        peer_start(&p, answer_endless, &reply);
        torctl_controller *tor = peer_open_with(&p, options);
        CHECK_STATUS(get(tor, "endless", &values, message, sizeof message), TORCTL_ERR_TOO_LARGE);
        CHECK(values == NULL);
        torctl_routers *routers = NULL;
        CHECK_STATUS(torctl_get_routers(tor, "endless", NULL, &routers, NULL),
                     TORCTL_ERR_TOO_LARGE);
        CHECK(routers == NULL);
        if (strstr(message, cases[i].limit) == NULL)
            fprintf(stderr, "case %zu: %s\n", i, message);
        CHECK(strstr(message, cases[i].limit) != NULL);
        lives(tor);
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
        torctl_controller_free(tor);
        peer_stop(&p);

        /* It is told when it is crossed, also if the end never comes. */
        reply.stops = 1;
        peer_start(&p, answer_endless, &reply);
        tor = peer_open_with(&p, options);
        CHECK_STATUS(get(tor, "endless", &values, message, sizeof message), TORCTL_ERR_TOO_LARGE);
        torctl_controller_free(tor);
        peer_stop(&p);

        /* It goes on and on. */
        reply.size = (size_t)rounds(100) * MIB;
        peer_start(&p, answer_endless, &reply);
        tor = peer_open_with(&p, options);
        size_t before = resident();
        CHECK_STATUS(get(tor, "endless", &values, message, sizeof message), TORCTL_ERR_TOO_LARGE);
        CHECK_STATUS(get(tor, "alive", &values, message, sizeof message), TORCTL_ERR_CLOSED);
        if (strstr(message, "more than 16 times the limit") == NULL)
            fprintf(stderr, "case %zu: %s\n", i, message);
        CHECK(strstr(message, "more than 16 times the limit") != NULL);
        if (!is_instrumented())
            CHECK(resident() < before + 8 * MIB);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
    torctl_options_free(options);
}

/* Exactly at the limit is within it. */
static void at_the_limit(void)
{
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_max_line_bytes(options, 1000, NULL), TORCTL_OK);
    int was_accepted = 1, changes = 0;
    for (size_t size = 900; size < 1100; size += 10) {
        peer p;
        char text[2048];
        int head = sprintf(text, "250-bytes=");
        memset(text + head, 'x', size);
        memcpy(text + (size_t)head + size, "\r\n250 OK\r\n", 11);
        struct peer_script b = {.line = "GETINFO bytes", .data = text, .size = strlen(text)};
        torctl_values *values = NULL;
        peer_start(&p, peer_scripted, &b);
        torctl_controller *tor = peer_open_with(&p, options);
        torctl_status status = get(tor, "bytes", &values, NULL, 0);
        int is_accepted = status == TORCTL_OK;
        if (is_accepted)
            CHECK_INT(torctl_values_value_size_bytes(values, 0), size);
        else
            CHECK_STATUS(status, TORCTL_ERR_TOO_LARGE);
        changes += is_accepted != was_accepted;
        was_accepted = is_accepted;
        lives(tor);
        torctl_values_free(values);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
    CHECK_INT(changes, 1);
    CHECK_INT(was_accepted, 0);
    CHECK_STATUS(torctl_options_set_max_line_bytes(options, 255, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_max_reply_bytes(options, 255, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_max_reply_lines(options, 0, NULL), TORCTL_ERR_INVALID);
    torctl_options_free(options);
}

/* An answer to nothing: nobody knows any more which answer is whose. */
static void an_answer_too_many(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_values *values = NULL;
    char message[512];
    lives(tor);
    peer_puts(&p, "250 OK\r\n");
    CHECK_SOON(torctl_controller_state(tor) == TORCTL_STATE_CLOSED, 10);
    CHECK_STATUS(get(tor, "alive", &values, message, sizeof message), TORCTL_ERR_CLOSED);
    CHECK(strstr(message, "nothing was asked") != NULL);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Any bytes in values, texts, data and events; a byte at a time or at once. */
static void any_bytes(void)
{
    struct peer_script one = BYTES("250-bytes=a\0b\xff\xc3\x28 \x80\r\n250 OK\r\n"),
                       block =
                           BYTES("250+bytes=\r\n..\0\xfe\r\n.x\r\n\r\n250 OK\r\n.\r\n250 OK\r\n");
    for (int drips = 0; drips < 2; drips++) {
        peer p;
        torctl_values *values = NULL;
        torctl_reply *reply = NULL;
        one.drips = block.drips = drips;
        peer_start(&p, peer_scripted, &one);
        torctl_controller *tor = peer_open(&p);
        CHECK_STATUS(torctl_get_info(tor, "bytes", NULL, &values, NULL), TORCTL_OK);
        CHECK_INT(torctl_values_value_size_bytes(values, 0), 8);
        CHECK(memcmp(torctl_values_value(values, 0), "a\0b\xff\xc3\x28 \x80", 9) == 0);
        torctl_values_free(values);
        torctl_queue *queue = NULL;
        torctl_event *event = NULL;
        CHECK_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_NOTICE), 0, 0,
                                      TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                     TORCTL_OK);
        peer_send(&p, "650 NOTICE a\0b\xff\r\n", 17);
        CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_event_raw_size_bytes(event), 17);
        CHECK_INT(torctl_event_arg_size_bytes(event, 0), 4);
        CHECK(memcmp(torctl_event_arg(event, 0), "a\0b\xff", 5) == 0);
        torctl_event_free(event);
        torctl_queue_free(queue);
        torctl_controller_free(tor);
        peer_stop(&p);

        peer_start(&p, peer_scripted, &block);
        tor = peer_open(&p);
        CHECK_STATUS(torctl_get_info(tor, "bytes", NULL, &values, NULL), TORCTL_OK);
        CHECK_INT(torctl_values_value_size_bytes(values, 0), 14);
        CHECK(memcmp(torctl_values_value(values, 0), ".\0\xfe\nx\n\n250 OK\n", 15) == 0);
        torctl_values_free(values);
        CHECK_STATUS(torctl_request(tor, "GETINFO bytes", NULL, 0, NULL, &reply, NULL), TORCTL_OK);
        CHECK_INT(torctl_reply_line_count(reply), 2);
        CHECK_INT(torctl_reply_line_has_data(reply, 0), 1);
        CHECK_INT(torctl_reply_line_data_size_bytes(reply, 0), 14);
        CHECK_INT(torctl_reply_line_has_data(reply, 1), 0);
        CHECK_INT(torctl_reply_code(reply), 250);
        torctl_reply_free(reply);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
}

/* Events that nobody knows, or that look like replies, disturb nobody. */
static void unknown_is_no_error(void)
{
    peer p;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_queue_new(tor,
                                  TORCTL_KIND_BIT(TORCTL_EVENT_UNKNOWN) |
                                      TORCTL_KIND_BIT(TORCTL_EVENT_BW),
                                  0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                 TORCTL_OK);
    peer_puts(&p, "650 FUTURE 1 KEY=value\r\n650-FUTURE 2\r\n650-250 OK\r\n650 OK\r\n"
                  "650+FUTURE 3\r\n250 OK\r\n650 BW 9 9\r\n.\r\n650 OK\r\n650 BW\r\n650 \r\n"
                  "650 BW 1 2 3 4 = =x X=\r\n");
    lives(tor);
    for (int i = 1; i <= 3; i++) {
        char number[2] = {(char)('0' + i), '\0'};
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_UNKNOWN);
        CHECK_STR(torctl_event_name(event), "FUTURE");
        CHECK_STR(torctl_event_arg(event, 0), number);
        if (i == 3)
            CHECK_STR(torctl_event_data(event), "250 OK\n650 BW 9 9\n");
        torctl_event_free(event);
    }
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_BW);
    CHECK_INT(torctl_event_arg_count(event), 0);
    CHECK_INT(torctl_bw_read_bytes(event), 0);
    torctl_event_free(event);
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_UNKNOWN);
    torctl_event_free(event);
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    CHECK_STR(torctl_event_arg(event, 1), "2");
    CHECK_STR(torctl_event_find(event, "X"), "");
    torctl_event_free(event);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* A flood that nobody asked for, and half of something at the end. */
static void *send_flood(void *arg)
{
    peer *p = arg;
    char block[65536];
    size_t used = 0;
    while (used + 32 < sizeof block)
        used += (size_t)sprintf(block + used, "650 CIRC %zu BUILT\r\n", used);
    for (int i = 0; i < rounds(500); i++)
        REQUIRE(peer_send(p, block, used));
    /* No answer may come in between. */
    pthread_mutex_lock(&p->writing);
    CHECK_INT(send(p->fd, "650 CIR", 7, MSG_NOSIGNAL), 7);
    peer_hang_up(p);
    pthread_mutex_unlock(&p->writing);
    return NULL;
}

static void an_unwanted_flood(void)
{
    peer p;
    torctl_values *values = NULL;
    torctl_status status;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    size_t before = resident();
    pthread_t thread = start_thread(send_flood, &p);
    /* Requests are answered in the middle of it, until it ends. */
    do {
        status = torctl_get_info(tor, "alive", NULL, &values, NULL);
        torctl_values_free(values);
    } while (status == TORCTL_OK);
    CHECK_STATUS(status, TORCTL_ERR_CLOSED);
    JOIN_SOON(thread, 20);
    if (!is_instrumented())
        CHECK(resident() < before + 8 * MIB);
    CHECK_INT(torctl_listener_backlog(tor), 0);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Pieces of the protocol in any order, and any bytes between them. */
static uint64_t seed = 42;

static unsigned random_number(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

static size_t nonsense(char *text, size_t room)
{
    /* clang-format off */ /* as many as fit */
    static const char *const pieces[] = {
        "250 OK\r\n", "250-a=b\r\n", "250+a=\r\n", ".\r\n", "..\r\n", "\r\n", "650 BW 1 2\r\n",
        "650-CONF_CHANGED\r\n", "650+NS\r\n", "650 OK\r\n", "552 no\r\n", "\r", "\n", " ", "\"", "=",
        "650 CIRC 1 BUILT $", "250", "999-x\r\n", "\\", "650 STATE CLOSED\r\n", "650 GAP LOST_EVENTS=9\r\n",
        "6500 x\r\n", "650+BW 1 2\r\n.\r\n.\r\n"};
    /* clang-format on */
    size_t used = 0;
    while (used + 64 < room && random_number(12) != 0) {
        if (random_number(8) == 0)
            text[used++] = (char)random_number(256);
        else
            used += (size_t)sprintf(text + used, "%s",
                                    pieces[random_number(sizeof pieces / sizeof pieces[0])]);
    }
    return used;
}

static int answer_nonsense(peer *p, const char *line, void *arg)
{
    char text[1024];
    (void)line, (void)arg;
    size_t size = nonsense(text, sizeof text);
    return size == 0 ? peer_tor(p, line) : peer_send(p, text, size);
}

static int32_t read_all(const torctl_event *event, void *user_data)
{
    (void)user_data;
    for (size_t i = 0; i < torctl_event_arg_count(event); i++)
        CHECK(torctl_event_arg(event, i)[torctl_event_arg_size_bytes(event, i)] == '\0');
    for (size_t i = 0; i < torctl_event_keyword_count(event); i++)
        CHECK(torctl_event_keyword_value(event, i) != NULL);
    CHECK(torctl_event_data(event)[torctl_event_data_size_bytes(event)] == '\0');
    /* Only the library makes these. */
    if (torctl_event_kind(event) == TORCTL_EVENT_STATE)
        CHECK_INT(strncmp(torctl_event_raw(event), "650 STATE ", 10), 0);
    return 0;
}

static void any_nonsense(void)
{
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_timeout_ms(options, 20, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, 50, NULL), TORCTL_OK);
    for (int round = 0; round < rounds(400) && check_failures == 0; round++) {
        peer p;
        peer_start(&p, answer_nonsense, NULL);
        torctl_controller *tor = peer_controller(&p, options, round % 4 != 0);
        torctl_queue *queue = NULL;
        torctl_values *values = NULL;
        CHECK_STATUS(torctl_queue_new(tor, UINT64_C(0x300ffffffff), 0, 0, TORCTL_DROP_OLDEST, NULL,
                                      &queue, NULL),
                     TORCTL_OK);
        MAY_FAIL(torctl_controller_connect(tor, NULL, NULL));
        for (int i = 0; i < 3; i++) {
            MAY_FAIL(torctl_get_info(tor, "x", NULL, &values, NULL));
            torctl_values_free(values);
        }
        torctl_controller_free(tor);
        MAY_FAIL(torctl_queue_drain(queue, 0, read_all, NULL, NULL, NULL));
        torctl_queue_free(queue);
        peer_stop(&p);
    }
    torctl_options_free(options);
}

int main(void)
{
    garbage();
    other_servers();
    a_silent_server();
    endless_replies();
    at_the_limit();
    an_answer_too_many();
    any_bytes();
    unknown_is_no_error();
    an_unwanted_flood();
    any_nonsense();
    return check_done();
}
