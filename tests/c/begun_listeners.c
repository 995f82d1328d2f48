/* Listeners, attachers and names of events, of which none waits: what is set up is there when the
 * result says so, in the order in which it was begun, and each way to end one ends it once.
 *
 * ctest: unit mode=thread_free timeout=60 */
#include "begun.h"
#include "peer.h"

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

typedef struct {
    torctl_controller *tor;
    uint64_t id;
    int heard;
    int destroyed;
    int removes_itself;
    int is_held;
    int is_inside;
} listener;

static peer tor_peer;
static torctl_controller *tor;
static torctl_queue *queue;
static torctl_call *call;
/* Commands are not answered; how many were not. */
static int is_silent, unanswered;

static int answer(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (GET(is_silent)) {
        ADD(unanswered, 1);
        return 1;
    }
    if (strncmp(line, "GETCONF ", 8) == 0)
        return peer_say(p, "250 %s=0\r\n", line + 8);
    if (strncmp(line, "SETEVENTS", 9) == 0 && strstr(line, "UNHEARD") != NULL)
        return peer_puts(p, "552 Unrecognized event \"UNHEARD\"\r\n");
    return peer_tor(p, line);
}

/* Answers what it has not, when it has got so many commands. */
static void answer_late(int count)
{
    CHECK_SOON(GET(unanswered) == count, 20);
    SET(is_silent, 0);
    SET(unanswered, 0);
    while (count-- > 0)
        peer_puts(&tor_peer, "250 OK\r\n");
}

static void use_tag(uint64_t tag)
{
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
}

static void wait_for(uint64_t tag, torctl_status status)
{
    torctl_event_free(next_result(queue, tag, status));
}

static void ask_for(uint64_t tag)
{
    use_tag(tag);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
}

static torctl_status hear(const torctl_event *event, void *user_data)
{
    listener *l = user_data;
    (void)event;
    ADD(l->heard, 1);
    SET(l->is_inside, 1);
    while (GET(l->is_held))
        check_pause();
    if (l->removes_itself) {
        use_tag(71);
        CHECK_STATUS(torctl_listener_remove(l->tor, l->id, call, NULL), TORCTL_PENDING);
    }
    SET(l->is_inside, 0);
    return TORCTL_OK;
}

static void destroy(void *user_data)
{
    listener *l = user_data;
    CHECK_INT(ADD(l->destroyed, 1), 1);
}

static void add(listener *l, uint64_t kinds, uint64_t tag)
{
    use_tag(tag);
    l->tor = tor;
    CHECK_STATUS(torctl_listener_add(tor, kinds, hear, l, destroy, call, &l->id, NULL),
                 TORCTL_PENDING);
    CHECK(l->id != 0);
}

static void begin_remove(const listener *l, uint64_t tag)
{
    use_tag(tag);
    CHECK_STATUS(torctl_listener_remove(tor, l->id, call, NULL), TORCTL_PENDING);
}

static void test_order(void)
{
    listener first = {0}, second = {0};
    add(&first, BW, 1);
    add(&second, TORCTL_KIND_BIT(TORCTL_EVENT_CIRC), 2);
    CHECK(second.id > first.id);
    use_tag(3);
    CHECK_STATUS(torctl_listener_add_event_name(tor, second.id, "NEWER", call, NULL),
                 TORCTL_PENDING);
    for (uint64_t tag = 1; tag <= 3; tag++)
        wait_for(tag, TORCTL_OK);
    peer_puts(&tor_peer, "650 BW 1 2\r\n650 NEWER x\r\n650 CIRC 1 BUILT\r\n");
    CHECK_SOON(GET(first.heard) == 1 && GET(second.heard) == 2, 20);
    begin_remove(&first, 5);
    begin_remove(&second, 6);
    begin_remove(&second, 7);
    int is_over[3] = {0};
    for (int i = 0; i < 3; i++) {
        torctl_event *event = any_result(queue);
        uint64_t tag = torctl_result_tag(event);
        REQUIRE(tag >= 5 && tag <= 7);
        is_over[tag - 5]++;
        CHECK_STATUS(torctl_result_status(event), tag == 7 ? TORCTL_ERR_NOT_FOUND : TORCTL_OK);
        torctl_event_free(event);
    }
    CHECK(is_over[0] == 1 && is_over[1] == 1 && is_over[2] == 1);
    CHECK(GET(first.destroyed) == 1 && GET(second.destroyed) == 1);
    char line[128];
    CHECK_STR(peer_last(&tor_peer, "SETEVENTS", line, sizeof line), "SETEVENTS");
}

static void test_failures(void)
{
    listener refused = {0}, late = {0}, cancelled = {0}, wrong = {0};
    add(&refused, TORCTL_KIND_BIT(TORCTL_EVENT_PT_LOG), 10);
    wait_for(10, TORCTL_ERR_REJECTED);
    CHECK_INT(GET(refused.destroyed), 1);
    SET(is_silent, 1);
    torctl_call_set_timeout_ms(call, 20);
    add(&late, BW, 11);
    wait_for(11, TORCTL_ERR_TIMEOUT);
    CHECK_INT(GET(late.destroyed), 1);
    torctl_call_set_timeout_ms(call, HOUR_MS);
    add(&cancelled, BW, 12);
    CHECK_INT(GET(cancelled.destroyed), 0);
    torctl_call_cancel(call);
    wait_for(12, TORCTL_ERR_CANCELLED);
    CHECK_INT(GET(cancelled.destroyed), 1);
    torctl_call_free(call);
    call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    answer_late(4);
    use_tag(13);
    CHECK_STATUS(torctl_listener_add(tor, 0, hear, &wrong, destroy, call, &wrong.id, NULL),
                 TORCTL_ERR_INVALID);
    CHECK(wrong.id == 0 && wrong.destroyed == 1);
    CHECK_STATUS(torctl_listener_add_event_name(tor, 1, "no name", call, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_queue_add_event_name(queue, "no name", call, NULL), TORCTL_ERR_INVALID);
}

/* It is removed when it does not run any more, and what else is begun goes on meanwhile. */
static void test_running(void)
{
    listener held = {.is_held = 1};
    add(&held, BW, 20);
    wait_for(20, TORCTL_OK);
    peer_puts(&tor_peer, "650 BW 1 2\r\n");
    CHECK_SOON(GET(held.is_inside), 20);
    begin_remove(&held, 21);
    ask_for(22);
    /* Where the loop's thread is in the listener, nothing goes on. */
    if (!loop_is_wanted())
        wait_for(22, TORCTL_OK);
    CHECK_INT(GET(held.destroyed), 0);
    SET(held.is_held, 0);
    if (loop_is_wanted())
        for (int i = 0; i < 2; i++)
            torctl_event_free(any_result(queue));
    else
        wait_for(21, TORCTL_OK);
    CHECK(!GET(held.is_inside));
    CHECK_SOON(GET(held.destroyed) == 1, 20);
    listener itself = {.removes_itself = 1};
    add(&itself, BW, 70);
    wait_for(70, TORCTL_OK);
    peer_puts(&tor_peer, "650 BW 1 2\r\n650 BW 1 2\r\n");
    wait_for(71, TORCTL_OK);
    CHECK_SOON(GET(itself.destroyed) == 1, 20);
    CHECK_INT(GET(itself.heard), 1);
}

/* A queue for results that goes, and one that asks for a name. */
static void test_queues(void)
{
    listener lasting = {0};
    torctl_queue *own = queue, *named = result_queue(tor);
    torctl_event *event = NULL;
    queue = result_queue(tor);
    add(&lasting, BW, 30);
    torctl_queue_free(queue);
    queue = own;
    ask_for(31);
    wait_for(31, TORCTL_OK);
    peer_puts(&tor_peer, "650 BW 1 2\r\n");
    CHECK_SOON(GET(lasting.heard) == 1, 20);
    begin_remove(&lasting, 32);
    wait_for(32, TORCTL_OK);
    use_tag(33);
    CHECK_STATUS(torctl_queue_add_event_name(named, "NEWER", call, NULL), TORCTL_PENDING);
    wait_for(33, TORCTL_OK);
    peer_puts(&tor_peer, "650 NEWER x\r\n");
    REQUIRE_STATUS(torctl_queue_next(named, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_STR(torctl_event_name(event), "NEWER");
    torctl_event_free(event);
    use_tag(34);
    CHECK_STATUS(torctl_queue_add_event_name(named, "UNHEARD", call, NULL), TORCTL_PENDING);
    wait_for(34, TORCTL_ERR_REJECTED);
    /* The queue goes before tor has agreed, and what it wished goes with it. */
    SET(is_silent, 1);
    use_tag(35);
    CHECK_STATUS(torctl_queue_add_event_name(named, "LATER", call, NULL), TORCTL_PENDING);
    CHECK_SOON(peer_count(&tor_peer, "SETEVENTS NEWER LATER") +
                       peer_count(&tor_peer, "SETEVENTS LATER NEWER") ==
                   1,
               20);
    torctl_queue_free(named);
    answer_late(1);
    wait_for(35, TORCTL_OK);
    ask_for(36);
    wait_for(36, TORCTL_OK);
    char line[128];
    CHECK_STR(peer_last(&tor_peer, "SETEVENTS", line, sizeof line), "SETEVENTS");
}

static int asked;

static int32_t attach(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    (void)event, (void)user_data;
    ADD(asked, 1);
    *circuit = 9;
    return TORCTL_ATTACH_CIRCUIT;
}

static void test_attacher(void)
{
    uint64_t ids[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        use_tag(40);
        CHECK_STATUS(torctl_attacher_set(tor, attach, NULL, NULL, HOUR_MS, call, &ids[i], NULL),
                     TORCTL_PENDING);
        CHECK(ids[i] != 0);
        wait_for(40, TORCTL_OK);
        peer_say(&tor_peer, "650 STREAM %d NEW 0 a.test:80 PURPOSE=USER\r\n", i + 1);
        CHECK_SOON(peer_count(&tor_peer, "ATTACHSTREAM") == i + 1, 20);
    }
    CHECK_INT(peer_count(&tor_peer, "ATTACHSTREAM 1 9"), 1);
    CHECK(ids[0] != ids[1] && GET(asked) == 2);
    use_tag(41);
    CHECK_STATUS(torctl_attacher_set(tor, NULL, NULL, NULL, HOUR_MS, call, &ids[0], NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_attacher_set(tor, attach, NULL, NULL, 0, call, &ids[0], NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(ids[0], 0);
    for (uint64_t tag = 42; tag < 44; tag++) {
        use_tag(tag);
        CHECK_STATUS(torctl_attacher_remove(tor, call, NULL), TORCTL_PENDING);
        wait_for(tag, tag == 42 ? TORCTL_OK : TORCTL_ERR_NOT_FOUND);
    }
    char line[128];
    CHECK_STR(peer_last(&tor_peer, "SETCONF", line, sizeof line),
              "SETCONF __LeaveStreamsUnattached=\"0\"");
}

int main(void)
{
    call = torctl_call_new();
    peer_start(&tor_peer, answer, NULL);
    tor = peer_open(&tor_peer);
    queue = result_queue(tor);
    test_order();
    test_failures();
    test_running();
    test_queues();
    test_attacher();
    /* A close ends what is on its way. */
    listener last = {0};
    SET(is_silent, 1);
    add(&last, BW, 50);
    use_tag(51);
    CHECK_STATUS(torctl_attacher_set(tor, attach, NULL, NULL, HOUR_MS, call, NULL, NULL),
                 TORCTL_PENDING);
    torctl_controller_close(tor);
    for (int i = 0; i < 2; i++) {
        torctl_event *event = any_result(queue);
        CHECK_STATUS(torctl_result_status(event), TORCTL_ERR_CLOSED);
        torctl_event_free(event);
    }
    torctl_controller_free(tor);
    CHECK_INT(GET(last.destroyed), 1);
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_END);
    torctl_queue_free(queue);
    torctl_call_free(call);
    peer_stop(&tor_peer);
    return check_done();
}
