/* Streams whose paths the program chooses, against a scripted tor: who is asked about what, and
 * that no stream waits for ever, whatever the attacher does.
 *
 * ctest: unit mode=thread_free */
#include "peer.h"

static int is_option_set, refuses_circuits;

/* tor, as far as it matters here. */
static int answer(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strcmp(line, "GETCONF __LeaveStreamsUnattached") == 0)
        return peer_say(p, "250 __LeaveStreamsUnattached=%d\r\n", GET(is_option_set));
    unsigned long long stream, circuit;
    if (sscanf(line, "ATTACHSTREAM %llu %llu", &stream, &circuit) == 2 && circuit != 0 &&
        GET(refuses_circuits))
        return peer_say(p, "552 Unknown circuit \"%llu\"\r\n", circuit);
    /* What is written last is read even when its answer has nowhere to go. */
    peer_tor(p, line);
    return strcmp(line, "QUIT") != 0;
}

struct asked {
    torctl_controller *tor;
    int count, destroyed, failures;
    uint64_t last_stream, failed_id;
    int32_t reply, failed_status;
    uint64_t circuit;
    int blocks, blocked; /* while 1, the attacher does not return */
};

static int32_t attach(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    struct asked *a = user_data;
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_STREAM);
    CHECK_INT(*circuit, 0);
    __atomic_store_n(&a->last_stream, torctl_stream_id(event), __ATOMIC_SEQ_CST);
    ADD(a->count, 1);
    while (GET(a->blocks)) {
        SET(a->blocked, 1);
        check_pause();
    }
    *circuit = GET(a->circuit);
    return GET(a->reply);
}

static void note_destroy(void *user_data)
{
    ADD(((struct asked *)user_data)->destroyed, 1);
}

static void note_failure(uint64_t id, int32_t status, const torctl_event *event, void *user_data)
{
    struct asked *a = user_data;
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_STREAM);
    SET(a->failed_id, id);
    SET(a->failed_status, status);
    ADD(a->failures, 1);
}

static void set(struct asked *a, int32_t deadline_ms, uint64_t *id)
{
    torctl_error *err = NULL;
    if (torctl_attacher_set(a->tor, attach, a, note_destroy, deadline_ms, NULL, id, &err) != 0)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(err == NULL);
}

static void new_stream(peer *p, int id)
{
    peer_say(p, "650 STREAM %d NEW 0 a.test:80 SOURCE_ADDR=127.0.0.1:1 PURPOSE=USER\r\n", id);
}

static void test_answers(void)
{
    peer p;
    struct asked a = {.circuit = 7};
    uint64_t id = 0;
    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_listener_set_failure_fn(a.tor, note_failure, &a, NULL, NULL, NULL),
                   TORCTL_OK);
    set(&a, HOUR_MS, &id);
    CHECK(id != 0);
    CHECK_INT(peer_count(&p, "SETEVENTS STREAM"), 1);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=\"1\""), 1);

    SET(a.reply, TORCTL_ATTACH_CIRCUIT);
    new_stream(&p, 1);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 1 7") == 1, 10);
    SET(a.reply, TORCTL_ATTACH_TOR);
    peer_puts(&p, "650 STREAM 2 NEWRESOLVE 0 a.test:0 PURPOSE=DNS_REQUEST\r\n");
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 2 0") == 1, 10);
    SET(a.reply, TORCTL_ATTACH_CLOSE);
    new_stream(&p, 3);
    CHECK_SOON(peer_count(&p, "CLOSESTREAM 3 1") == 1, 10);
    SET(a.reply, TORCTL_ATTACH_CIRCUIT);
    peer_puts(&p, "650 STREAM 1 DETACHED 7 a.test:80 REASON=TIMEOUT\r\n");
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 1 7") == 2, 10);
    CHECK_INT(GET(a.count), 4);
    CHECK_INT(GET(a.failures), 0);

    /* The program does it itself, and then nobody else does. */
    SET(a.reply, TORCTL_ATTACH_LATER);
    new_stream(&p, 4);
    CHECK_SOON(GET(a.count) == 5, 10);
    CHECK_STATUS(torctl_attach_stream(a.tor, 4, 9, 0, NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 4 9"), 1);

    /* tor's own are left alone, and a target that names its exit goes to tor at once. */
    SET(a.reply, TORCTL_ATTACH_CIRCUIT);
    peer_puts(&p, "650 STREAM 5 NEW 0 1.2.3.4.$AB.exit:80 PURPOSE=DIR_FETCH\r\n"
                  "650 STREAM 6 NEW 0 a.test.$AB.exit:80 PURPOSE=USER\r\n"
                  "650 STREAM 4 SENTCONNECT 9 a.test:80\r\n");
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 6 0") == 1, 10);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 5"), 0);
    CHECK_INT(GET(a.count), 5);

    /* A failure, and a circuit that is gone: tor chooses, and both are told. */
    SET(a.reply, -77);
    new_stream(&p, 8);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 8 0") == 1, 10);
    CHECK_SOON(GET(a.failures) == 1, 10);
    CHECK_INT(GET(a.failed_status), -77);
    CHECK(GET(a.failed_id) == id);
    SET(a.reply, TORCTL_ATTACH_CIRCUIT);
    SET(refuses_circuits, 1);
    new_stream(&p, 9);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 9 0") == 1, 10);
    CHECK_SOON(GET(a.failures) == 2, 10);
    CHECK_INT(GET(a.failed_status), TORCTL_ERR_NOT_FOUND);
    SET(refuses_circuits, 0);
    SET(a.circuit, 0);
    new_stream(&p, 10);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 10 0") == 1, 10);
    CHECK_SOON(GET(a.failures) == 3, 10);
    CHECK_INT(GET(a.failed_status), TORCTL_ERR_INVALID);
    CHECK_INT(torctl_listener_failed(a.tor), 3);
    CHECK_INT(torctl_attacher_overdue(a.tor), 0);

    /* Replaced: one is destroyed, the option was reset in between. */
    struct asked b = {.tor = a.tor, .reply = TORCTL_ATTACH_TOR};
    set(&b, -1, NULL);
    CHECK_INT(a.destroyed, 1);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=\"0\""), 1);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=\"1\""), 2);
    new_stream(&p, 11);
    CHECK_SOON(GET(b.count) == 1, 10);
    CHECK_STATUS(torctl_attacher_remove(a.tor, NULL, NULL), TORCTL_OK);
    CHECK_INT(b.destroyed, 1);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=\"0\""), 2);
    CHECK_STATUS(torctl_attacher_remove(a.tor, NULL, NULL), TORCTL_ERR_NOT_FOUND);
    torctl_controller_free(a.tor);
    CHECK_INT(peer_count(&p, "SETCONF"), 4);
    peer_stop(&p);
}

/* A callback that does not return: after the deadline tor chooses, once. */
static void test_blocked(void)
{
    peer p;
    struct asked a = {.circuit = 7, .blocks = 1, .reply = TORCTL_ATTACH_CIRCUIT};
    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_listener_set_failure_fn(a.tor, note_failure, &a, NULL, NULL, NULL),
                   TORCTL_OK);
    set(&a, 100, NULL);
    int64_t began_ms = check_now_ms();
    new_stream(&p, 1);
    new_stream(&p, 2);
    CHECK_SOON(GET(a.blocked) && peer_count(&p, "ATTACHSTREAM 1 0") == 1, 10);
    CHECK(check_now_ms() - began_ms >= 100);
    /* The second one's turn never came. */
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 2 0") == 1, 10);
    CHECK_SOON(torctl_attacher_overdue(a.tor) == 2, 10);
    SET(a.blocks, 0);
    CHECK_SOON(GET(a.failures) == 1, 10);
    CHECK_INT(GET(a.failed_status), TORCTL_ERR_TIMEOUT);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 1 7"), 0);
    torctl_controller_free(a.tor);
    CHECK_INT(a.destroyed, 1);
    peer_stop(&p);
}

/* The same for one that says later, and then says nothing. */
static void test_deadline(void)
{
    peer p;
    struct asked a = {.reply = TORCTL_ATTACH_LATER};
    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    set(&a, 100, NULL);
    int64_t began_ms = check_now_ms();
    new_stream(&p, 3);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 3 0") == 1, 10);
    CHECK(check_now_ms() - began_ms >= 100);
    CHECK_SOON(torctl_attacher_overdue(a.tor) == 1, 10);
    /* A circuit that tor refuses leaves the stream where it is, and its deadline too. */
    SET(refuses_circuits, 1);
    new_stream(&p, 4);
    CHECK_SOON(GET(a.count) == 2, 10);
    CHECK_STATUS(torctl_attach_stream(a.tor, 4, 9, 0, NULL, NULL), TORCTL_ERR_NOT_FOUND);
    SET(refuses_circuits, 0);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 4 0") == 1, 10);
    /* One that is gone by then is not spoken of. */
    peer_puts(&p,
              "650 STREAM 5 NEW 0 a.test:80 PURPOSE=USER\r\n650 STREAM 5 CLOSED 0 a.test:80\r\n");
    new_stream(&p, 6);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 6 0") == 1, 10);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 5"), 0);
    torctl_controller_free(a.tor);
    CHECK_INT(a.destroyed, 1);
    peer_stop(&p);
}

/* Closed while streams wait: tor is told, in what is written last. */
static void test_close(void)
{
    peer p;
    struct asked a = {.reply = TORCTL_ATTACH_LATER};
    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    set(&a, HOUR_MS, NULL);
    new_stream(&p, 1);
    new_stream(&p, 2);
    CHECK_SOON(GET(a.count) == 2, 10);
    torctl_controller_free(a.tor);
    CHECK_INT(a.destroyed, 1);
    CHECK_SOON(GET(p.is_over), 10);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=0"), 1);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 1 0") + peer_count(&p, "ATTACHSTREAM 2 0"), 2);
    CHECK_INT(peer_count(&p, "QUIT"), 1);
    peer_stop(&p);
}

/* Somebody else wants streams left alone: that is not ours to reset. */
static void test_set_before(void)
{
    peer p;
    struct asked a = {.reply = TORCTL_ATTACH_LATER};
    SET(is_option_set, 1);
    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    set(&a, HOUR_MS, NULL);
    new_stream(&p, 1);
    CHECK_SOON(GET(a.count) == 1, 10);
    CHECK_STATUS(torctl_attacher_remove(a.tor, NULL, NULL), TORCTL_OK);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 1 0") == 1, 10);
    CHECK_INT(peer_count(&p, "SETCONF"), 0);
    set(&a, HOUR_MS, NULL);
    torctl_controller_free(a.tor);
    CHECK_SOON(GET(p.is_over), 10);
    CHECK_INT(peer_count(&p, "SETCONF"), 0);
    peer_stop(&p);
    SET(is_option_set, 0);
}

static int32_t remove_itself(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    struct asked *a = user_data;
    (void)event;
    *circuit = 7;
    CHECK_STATUS(torctl_attacher_remove(a->tor, NULL, NULL), TORCTL_OK);
    ADD(a->count, 1);
    return TORCTL_ATTACH_CIRCUIT;
}

static int32_t free_all(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    struct asked *a = user_data;
    (void)event;
    *circuit = 7;
    torctl_controller_free(a->tor);
    ADD(a->count, 1);
    return TORCTL_ATTACH_CIRCUIT;
}

static void test_inside(void)
{
    peer p;
    struct asked a = {.circuit = 7};
    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_attacher_set(a.tor, remove_itself, &a, note_destroy, -1, NULL, NULL,
                                       NULL),
                   TORCTL_OK);
    new_stream(&p, 1);
    CHECK_SOON(GET(a.count) == 1 && GET(a.destroyed) == 1, 10);
    CHECK_SOON(peer_count(&p, "ATTACHSTREAM 1 0") == 1, 10);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 1 7"), 0);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=\"0\""), 1);

    REQUIRE_STATUS(torctl_attacher_set(a.tor, free_all, &a, note_destroy, -1, NULL, NULL, NULL),
                   TORCTL_OK);
    new_stream(&p, 2);
    CHECK_SOON(GET(a.count) == 2 && GET(a.destroyed) == 2, 10);
    CHECK_SOON(GET(p.is_over), 10);
    CHECK_INT(peer_count(&p, "SETCONF __LeaveStreamsUnattached=0"), 1);
    CHECK_INT(peer_count(&p, "ATTACHSTREAM 2 0"), 1);
    peer_stop(&p);
}

static void test_refusals(void)
{
    peer p;
    struct asked a = {0};
    torctl_controller *tor = NULL;
    REQUIRE_STATUS(torctl_controller_new(NULL, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_attacher_set(tor, attach, &a, note_destroy, -1, NULL, NULL, NULL),
                 TORCTL_ERR_STATE);
    CHECK_STATUS(torctl_attacher_set(tor, NULL, &a, note_destroy, -1, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_attacher_set(tor, attach, &a, note_destroy, 0, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_attacher_set(NULL, attach, &a, note_destroy, -1, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(a.destroyed, 4);
    CHECK_STATUS(torctl_attacher_remove(NULL, NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_INT(torctl_attacher_overdue(NULL), 0);
    torctl_controller_free(tor);

    peer_start(&p, answer, NULL);
    a.tor = peer_open(&p);
    set(&a, -1, NULL);
    peer_hang_up(&p);
    CHECK_SOON(GET(a.destroyed) == 5, 10);
    CHECK_STATUS(torctl_attacher_set(a.tor, attach, &a, note_destroy, -1, NULL, NULL, NULL),
                 TORCTL_ERR_CLOSED);
    CHECK_INT(a.destroyed, 6);
    torctl_controller_free(a.tor);
    peer_stop(&p);
}

int main(void)
{
    test_answers();
    /* The program's loop is not to block. */
    if (!loop_is_wanted())
        test_blocked();
    test_deadline();
    test_close();
    test_set_before();
    test_inside();
    test_refusals();
    return check_done();
}
