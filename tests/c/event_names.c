/* Events of kinds that this version does not know are asked for by name, by queues and by listeners: each
 * gets those that it asked for, tor is asked for no name that nobody wants, and a refused name concerns
 * its caller alone.
 *
 * ctest: unit timeout=60 */
#include "peer.h"

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
static const uint64_t NONE = TORCTL_KIND_BIT(TORCTL_EVENT_GAP);
static const uint64_t UNKNOWN = TORCTL_KIND_BIT(TORCTL_EVENT_UNKNOWN);

/* A tor that knows the kinds FUTURE_..., and no others than those of today. */
static int answer(peer *p, const char *line, void *arg)
{
    char words[1024], *rest = NULL;
    (void)arg;
    if (strncmp(line, "SETEVENTS", 9) != 0)
        return peer_tor(p, line);
    snprintf(words, sizeof words, "%s", line);
    strtok_r(words, " ", &rest);
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;)
        if (strncmp(word, "FUTURE_", 7) != 0 && torctl_kind_from_name(word) == TORCTL_EVENT_UNKNOWN)
            return peer_say(p, "552 Unrecognized event \"%s\"\r\n", word);
    return peer_puts(p, "250 OK\r\n");
}

static torctl_queue *new_queue(torctl_controller *tor, uint64_t kinds)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

static torctl_status add(torctl_queue *queue, const char *name)
{
    return torctl_queue_add_event_name(queue, name, NULL, NULL);
}

#define CHECK_ASKED(words)                                                             \
    do {                                                                               \
        char asked[1024];                                                              \
        CHECK_STR(peer_last(&p, "SETEVENTS", asked, sizeof asked), "SETEVENTS" words); \
    } while (0)

/* tor is told of what is wanted no more without waiting; a request behind that is answered later. */
static void settle(torctl_controller *tor)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
}

/* The next event has this name and this text, and nothing else came before it. */
static void next_is(torctl_queue *queue, const char *name, const char *raw)
{
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_STR(torctl_event_name(event), name);
    CHECK_STR(torctl_event_raw(event), raw);
    CHECK_INT(torctl_event_kind(event), torctl_kind_from_name(name));
    torctl_event_free(event);
}

static void is_empty(torctl_queue *queue)
{
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_EMPTY);
}

/* A listener notes the first letter of what stands behind FUTURE_. */
struct notes {
    char letters[64];
    int count;
};

static int32_t note(const torctl_event *event, void *user_data)
{
    struct notes *notes = user_data;
    const char *name = torctl_event_name(event);
    int at = GET(notes->count);
    if (at < (int)sizeof notes->letters - 1)
        notes->letters[at] = strncmp(name, "FUTURE_", 7) == 0 ? name[7] : name[0];
    SET(notes->count, at + 1);
    return TORCTL_OK;
}

#define KIND "650 FUTURE_KIND a=b c\r\n"
#define OTHER "650 FUTURE_OTHER \"x y\"\r\n"
#define THIRD "650+FUTURE_THIRD\r\ndata\r\n.\r\n650 OK\r\n"

static void each_gets_its_own(void)
{
    peer p;
    peer_start(&p, answer, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *first = new_queue(tor, BW), *second = new_queue(tor, NONE);
    torctl_queue *any = new_queue(tor, UNKNOWN);
    struct notes notes = {{0}, 0}, all = {{0}, 0};
    uint64_t id = 0, all_id = 0;
    REQUIRE_STATUS(torctl_listener_add(tor, NONE, note, &notes, NULL, NULL, &id, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(tor, UNKNOWN, note, &all, NULL, NULL, &all_id, NULL),
                   TORCTL_OK);
    CHECK_ASKED(" BW");
    CHECK_STATUS(add(first, "FUTURE_KIND"), TORCTL_OK);
    CHECK_ASKED(" BW FUTURE_KIND");
    CHECK_STATUS(add(second, "future_other"), TORCTL_OK);
    CHECK_STATUS(add(second, "FUTURE_KIND"), TORCTL_OK);
    CHECK_ASKED(" BW FUTURE_KIND FUTURE_OTHER");
    CHECK_STATUS(torctl_listener_add_event_name(tor, id, "FUTURE_THIRD", NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_listener_add_event_name(tor, id, "FUTURE_OTHER", NULL, NULL), TORCTL_OK);
    CHECK_ASKED(" BW FUTURE_KIND FUTURE_OTHER FUTURE_THIRD");
    CHECK_INT(peer_count(&p, "SETEVENTS"), 4);

    peer_puts(&p, KIND OTHER "650 BW 1 2\r\n" THIRD "650 FUTURE_UNASKED\r\n" KIND OTHER);
    next_is(first, "FUTURE_KIND", KIND);
    next_is(first, "BW", "650 BW 1 2\r\n");
    next_is(first, "FUTURE_KIND", KIND);
    next_is(second, "FUTURE_KIND", KIND);
    next_is(second, "FUTURE_OTHER", OTHER);
    next_is(second, "FUTURE_KIND", KIND);
    next_is(second, "FUTURE_OTHER", OTHER);
    next_is(any, "FUTURE_KIND", KIND);
    next_is(any, "FUTURE_OTHER", OTHER);
    next_is(any, "FUTURE_THIRD", THIRD);
    next_is(any, "FUTURE_UNASKED", "650 FUTURE_UNASKED\r\n");
    next_is(any, "FUTURE_KIND", KIND);
    next_is(any, "FUTURE_OTHER", OTHER);
    is_empty(first);
    is_empty(second);
    is_empty(any);
    CHECK_SOON(GET(all.count) == 6, 10);
    CHECK_STR(all.letters, "KOTUKO");
    CHECK_INT(GET(notes.count), 3);
    CHECK_STR(notes.letters, "OTO");

    /* What was asked for by name is asked for as long as somebody wants it. */
    torctl_queue_free(first);
    settle(tor);
    CHECK_ASKED(" FUTURE_KIND FUTURE_OTHER FUTURE_THIRD");
    torctl_queue_free(second);
    settle(tor);
    CHECK_ASKED(" FUTURE_OTHER FUTURE_THIRD");
    CHECK_STATUS(torctl_listener_remove(tor, id, NULL, NULL), TORCTL_OK);
    CHECK_ASKED("");
    CHECK_STATUS(torctl_listener_add_event_name(tor, id, "FUTURE_KIND", NULL, NULL),
                 TORCTL_ERR_NOT_FOUND);
    CHECK_ASKED("");
    /* Also what comes without being wanted goes to those who want the unknown. */
    first = new_queue(tor, NONE);
    CHECK_STATUS(add(first, "FUTURE_OTHER"), TORCTL_OK);
    peer_puts(&p, KIND OTHER);
    next_is(first, "FUTURE_OTHER", OTHER);
    next_is(any, "FUTURE_KIND", KIND);
    next_is(any, "FUTURE_OTHER", OTHER);
    torctl_queue_free(first);
    torctl_queue_free(any);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Refused by tor or by the library, a name changes nothing. */
static void refused(void)
{
    peer p;
    peer_start(&p, answer, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *first = new_queue(tor, BW), *second = new_queue(tor, NONE);
    struct notes notes = {{0}, 0};
    uint64_t id = 0;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_listener_add(tor, NONE, note, &notes, NULL, NULL, &id, NULL), TORCTL_OK);
    REQUIRE_STATUS(add(first, "FUTURE_KIND"), TORCTL_OK);
    CHECK_STATUS(torctl_queue_add_event_name(second, "NO_SUCH_KIND", NULL, &err),
                 TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 552);
    torctl_error_free(err);
    CHECK_STATUS(torctl_listener_add_event_name(tor, id, "NO_SUCH_KIND", NULL, NULL),
                 TORCTL_ERR_REJECTED);
    int sent = peer_count(&p, "SETEVENTS");
    static const char *const bad[] = {"", "A B", "A\r\nQUIT", "A\n", "A-B", "A\"", " A"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_STATUS(add(second, bad[i]), TORCTL_ERR_INVALID);
        CHECK_STATUS(torctl_listener_add_event_name(tor, id, bad[i], NULL, NULL),
                     TORCTL_ERR_INVALID);
    }
    CHECK_INT(peer_count(&p, "SETEVENTS"), sent);
    /* The next change of anybody is asked for without the refused name, and nobody gets events of it. */
    CHECK_STATUS(add(second, "FUTURE_OTHER"), TORCTL_OK);
    CHECK_ASKED(" BW FUTURE_KIND FUTURE_OTHER");
    peer_puts(&p, "650 NO_SUCH_KIND\r\n" KIND OTHER);
    next_is(first, "FUTURE_KIND", KIND);
    next_is(second, "FUTURE_OTHER", OTHER);
    /* What this version knows is no unknown kind. */
    CHECK_STATUS(add(second, "circ"), TORCTL_OK);
    CHECK_STATUS(torctl_listener_add_event_name(tor, id, "CIRC", NULL, NULL), TORCTL_OK);
    CHECK_ASKED(" CIRC BW FUTURE_KIND FUTURE_OTHER");
    peer_puts(&p, KIND "650 CIRC 1 BUILT\r\n");
    next_is(second, "CIRC", "650 CIRC 1 BUILT\r\n");
    next_is(first, "FUTURE_KIND", KIND);
    CHECK_SOON(GET(notes.count) == 1, 10);
    CHECK_STR(notes.letters, "C");

    torctl_queue_free(first);
    torctl_queue_free(second);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* So many names can be told apart; a name that was asked for before needs no more room, and a refused one
 * takes none. */
static void many(void)
{
    peer p;
    peer_start(&p, answer, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, NONE);
    char name[32], text[64];
    for (int i = 0; i < 16; i++) {
        snprintf(name, sizeof name, "FUTURE_%d", i);
        CHECK_STATUS(add(queue, "NO_SUCH_KIND"), TORCTL_ERR_REJECTED);
        CHECK_STATUS(add(queue, name), TORCTL_OK);
    }
    CHECK_STATUS(add(queue, "FUTURE_16"), TORCTL_ERR_STATE);
    CHECK_STATUS(add(queue, "FUTURE_15"), TORCTL_OK);
    for (int i = 15; i >= 0; i--)
        peer_say(&p, "650 FUTURE_%d x\r\n", i);
    for (int i = 15; i >= 0; i--) {
        snprintf(name, sizeof name, "FUTURE_%d", i);
        snprintf(text, sizeof text, "650 FUTURE_%d x\r\n", i);
        next_is(queue, name, text);
    }
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* What is asked for before the controller is connected is asked for when it connects. */
static void before_connecting(void)
{
    for (int is_known = 0; is_known < 2; is_known++) {
        peer p;
        peer_start(&p, answer, NULL);
        torctl_controller *tor = peer_controller(&p, NULL, 1);
        torctl_queue *queue = new_queue(tor, BW);
        CHECK_STATUS(add(queue, is_known ? "FUTURE_KIND" : "NO_SUCH_KIND"), TORCTL_OK);
        CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL),
                     is_known ? TORCTL_OK : TORCTL_ERR_REJECTED);
        if (is_known) {
            CHECK_ASKED(" BW FUTURE_KIND");
            peer_puts(&p, KIND);
            next_is(queue, "FUTURE_KIND", KIND);
        }
        torctl_queue_free(queue);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
}

/* A full queue marks the loss of an event that it asked for by name. */
static void lost(void)
{
    peer p;
    peer_start(&p, answer, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, NONE, 1, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(add(queue, "FUTURE_KIND"), TORCTL_OK);
    peer_puts(&p, OTHER KIND OTHER KIND OTHER);
    CHECK_SOON(torctl_queue_dropped(queue) == 1, 10);
    REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_GAP);
    torctl_event_free(event);
    next_is(queue, "FUTURE_KIND", KIND);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    each_gets_its_own();
    refused();
    many();
    before_connecting();
    lost();
    return check_done();
}
