/* A listener's first call may come before adding it has returned: its number is there by then, it can
 * remove itself by it or by what it returns, and a failure is reported under it. The same for an
 * attacher. The peer sends the event before it answers SETEVENTS, and answers only when the call has
 * begun.
 *
 * ctest: unit */
#include "peer.h"

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

struct early {
    torctl_controller *tor;
    uint64_t id;
    int calls, destroyed, failures;
    torctl_status removed;
    int32_t (*act)(struct early *);
    uint64_t failed_id;
    int32_t failed_status;
};

static int32_t early_listener(const torctl_event *event, void *user_data)
{
    struct early *e = user_data;
    (void)event;
    ADD(e->calls, 1);
    return e->act(e);
}

static int32_t early_attacher(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    (void)circuit;
    return early_listener(event, user_data);
}

static void note_destroy(void *user_data)
{
    ADD(((struct early *)user_data)->destroyed, 1);
}

static void note_failure(uint64_t id, int32_t status, const torctl_event *event, void *user_data)
{
    struct early *e = user_data;
    (void)event;
    SET(e->failed_id, id);
    SET(e->failed_status, status);
    ADD(e->failures, 1);
}

static int32_t count_only(const torctl_event *event, void *user_data)
{
    (void)event;
    ADD(*(int *)user_data, 1);
    return TORCTL_OK;
}

/* The first SETEVENTS for these kinds is answered when the listener runs. */
static int calls_first(peer *p, const char *line, void *arg)
{
    struct early *e = arg;
    int is_stream = strstr(line, "STREAM") != NULL;
    if (strcmp(line, "GETCONF __LeaveStreamsUnattached") == 0)
        return peer_puts(p, "250 __LeaveStreamsUnattached=0\r\n");
    if (strncmp(line, "SETEVENTS ", 10) == 0 && GET(e->calls) == 0) {
        peer_puts(p,
                  is_stream ? "650 STREAM 1 NEW 0 a.test:80 PURPOSE=USER\r\n" : "650 BW 1 1\r\n");
        CHECK_SOON(GET(e->calls) == 1, 20);
    }
    return peer_tor(p, line);
}

static int32_t removes_itself(struct early *e)
{
    e->removed = torctl_listener_remove(e->tor, e->id, NULL, NULL);
    return TORCTL_OK;
}

static int32_t removes_the_attacher(struct early *e)
{
    e->removed = torctl_attacher_remove(e->tor, NULL, NULL);
    return TORCTL_ATTACH_TOR;
}

static int32_t is_the_last(struct early *e)
{
    (void)e;
    return TORCTL_END;
}

static int32_t fails(struct early *e)
{
    (void)e;
    return -7;
}

/* The kinds that tor was last asked for. */
static void check_last(peer *p, const char *command, const char *want)
{
    char line[256];
    for (int64_t end_ms = check_now_ms() + 20000; check_now_ms() < end_ms; check_pause())
        if (strcmp(peer_last(p, command, line, sizeof line), want) == 0)
            break;
    CHECK_STR(peer_last(p, command, line, sizeof line), want);
}

static void a_listener_ends_in_its_first_call(int32_t (*act)(struct early *))
{
    peer p;
    struct early e = {.act = act, .removed = TORCTL_OK};
    int others_calls = 0;
    peer_start(&p, calls_first, &e);
    e.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_listener_add(e.tor, BW, early_listener, &e, note_destroy, NULL, &e.id,
                                       NULL),
                   TORCTL_OK);
    CHECK(e.id != 0);
    CHECK_SOON(GET(e.destroyed) == 1, 20);
    CHECK_STATUS(e.removed, TORCTL_OK);
    /* It wants nothing any more. */
    check_last(&p, "SETEVENTS", "SETEVENTS");
    CHECK_STATUS(torctl_listener_remove(e.tor, e.id, NULL, NULL), TORCTL_ERR_NOT_FOUND);
    REQUIRE_STATUS(torctl_listener_add(e.tor, BW, count_only, &others_calls, NULL, NULL, NULL,
                                       NULL),
                   TORCTL_OK);
    peer_puts(&p, "650 BW 2 2\r\n650 BW 3 3\r\n");
    CHECK_SOON(GET(others_calls) == 2, 20);
    CHECK_INT(GET(e.calls), 1);
    CHECK_INT(torctl_listener_failed(e.tor), 0);
    torctl_controller_free(e.tor);
    CHECK_INT(e.destroyed, 1);
    peer_stop(&p);
}

/* SETEVENTS with NOTICE is answered when the listener has ended. */
static int answers_late(peer *p, const char *line, void *arg)
{
    struct early *e = arg;
    if (strcmp(line, "SETEVENTS BW NOTICE") == 0)
        CHECK_SOON(GET(e->destroyed) == 1, 20);
    return peer_tor(p, line);
}

static void *subscribe_notice(void *tor)
{
    torctl_queue *queue = NULL;
    CHECK_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_NOTICE), 0, 0,
                                  TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                 TORCTL_OK);
    torctl_queue_free(queue);
    return NULL;
}

static void *add_early(void *arg)
{
    struct early *e = arg;
    CHECK_STATUS(torctl_listener_add(e->tor, BW, early_listener, e, note_destroy, NULL, &e->id,
                                     NULL),
                 TORCTL_OK);
    return NULL;
}

/* While adding it waits for somebody else's SETEVENTS, as its kind comes already for another. */
static void a_listener_ends_before_tor_is_asked(void)
{
    peer p;
    struct early e = {.act = is_the_last};
    int others_calls = 0;
    uint64_t other = 0;
    peer_start(&p, answers_late, &e);
    e.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_listener_add(e.tor, BW, count_only, &others_calls, NULL, NULL, &other,
                                       NULL),
                   TORCTL_OK);
    pthread_t asks = start_thread(subscribe_notice, e.tor);
    CHECK_SOON(peer_count(&p, "SETEVENTS BW NOTICE") == 1, 20);
    pthread_t adds = start_thread(add_early, &e);
    for (int64_t end_ms = check_now_ms() + 20000; GET(e.calls) == 0 && check_now_ms() < end_ms;) {
        peer_puts(&p, "650 BW 1 1\r\n");
        check_pause();
    }
    JOIN_SOON(asks, 30);
    JOIN_SOON(adds, 30);
    CHECK_INT(GET(e.calls), 1);
    CHECK_INT(GET(e.destroyed), 1);
    CHECK_STATUS(torctl_listener_remove(e.tor, other, NULL, NULL), TORCTL_OK);
    check_last(&p, "SETEVENTS", "SETEVENTS");
    torctl_controller_free(e.tor);
    peer_stop(&p);
}

static void a_failure_has_the_number(void)
{
    peer p;
    struct early e = {.act = fails};
    peer_start(&p, calls_first, &e);
    e.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_listener_set_failure_fn(e.tor, note_failure, &e, NULL, NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(e.tor, BW, early_listener, &e, NULL, NULL, &e.id, NULL),
                   TORCTL_OK);
    CHECK_SOON(GET(e.failures) == 1, 20);
    CHECK_INT(e.failed_id, e.id);
    CHECK_INT(e.failed_status, -7);
    torctl_controller_free(e.tor);
    peer_stop(&p);
}

/* One of several, later, and its place in the list is no matter. */
static void a_listener_ends_among_others(void)
{
    for (int place = 0; place < 3; place++) {
        peer p;
        struct early e = {.act = is_the_last};
        int calls[3] = {0};
        peer_start(&p, NULL, NULL);
        e.tor = peer_open(&p);
        for (int i = 0; i < 3; i++)
            if (i == place)
                REQUIRE_STATUS(torctl_listener_add(e.tor, BW, early_listener, &e, note_destroy,
                                                   NULL, &e.id, NULL),
                               TORCTL_OK);
            else
                REQUIRE_STATUS(torctl_listener_add(e.tor, BW, count_only, &calls[i], NULL, NULL,
                                                   NULL, NULL),
                               TORCTL_OK);
        peer_puts(&p, "650 BW 1 1\r\n650 BW 2 2\r\n650 BW 3 3\r\n");
        for (int i = 0; i < 3; i++)
            CHECK_SOON(i == place || GET(calls[i]) == 3, 20);
        CHECK_SOON(GET(e.destroyed) == 1, 20);
        CHECK_INT(GET(e.calls), 1);
        CHECK_INT(torctl_listener_failed(e.tor), 0);
        check_last(&p, "SETEVENTS", "SETEVENTS BW");
        torctl_controller_free(e.tor);
        CHECK_INT(e.destroyed, 1);
        peer_stop(&p);
    }
}

static void an_attacher_has_its_number(void)
{
    peer p;
    struct early e = {.act = fails};
    peer_start(&p, calls_first, &e);
    e.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_listener_set_failure_fn(e.tor, note_failure, &e, NULL, NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_attacher_set(e.tor, early_attacher, &e, NULL, -1, NULL, &e.id, NULL),
                   TORCTL_OK);
    CHECK_SOON(GET(e.failures) == 1, 20);
    CHECK(e.id != 0);
    CHECK_INT(e.failed_id, e.id);
    torctl_controller_free(e.tor);
    peer_stop(&p);
}

/* What setting it was still going to tell tor must not be the last word. */
static void an_attacher_removes_itself(void)
{
    peer p;
    struct early e = {.act = removes_the_attacher, .removed = TORCTL_OK};
    peer_start(&p, calls_first, &e);
    e.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_attacher_set(e.tor, early_attacher, &e, note_destroy, -1, NULL, &e.id,
                                       NULL),
                   TORCTL_OK);
    CHECK_SOON(GET(e.destroyed) == 1, 20);
    CHECK_STATUS(e.removed, TORCTL_OK);
    check_last(&p, "SETCONF", "SETCONF __LeaveStreamsUnattached=\"0\"");
    check_last(&p, "SETEVENTS", "SETEVENTS");
    CHECK_STATUS(torctl_attacher_remove(e.tor, NULL, NULL), TORCTL_ERR_NOT_FOUND);
    torctl_controller_free(e.tor);
    peer_stop(&p);
}

int main(void)
{
    a_listener_ends_in_its_first_call(removes_itself);
    a_listener_ends_in_its_first_call(is_the_last);
    a_listener_ends_before_tor_is_asked();
    a_failure_has_the_number();
    a_listener_ends_among_others();
    an_attacher_has_its_number();
    an_attacher_removes_itself();
    return check_done();
}
