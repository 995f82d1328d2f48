/* tor is asked by SETEVENTS for the union of what all listeners and queues want: only when that
 * changes, before the call that changed it returns, and a refused kind concerns its caller alone.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

#include "task.h"

static int32_t ignore(const torctl_event *event, void *user_data)
{
    int *calls = user_data;
    (void)event;
    if (calls != NULL)
        ADD(*calls, 1);
    return 0;
}

static torctl_status add(torctl_controller *tor, uint64_t kinds, int *calls, uint64_t *id)
{
    return torctl_listener_add(tor, kinds, ignore, calls, NULL, NULL, id, NULL);
}

static torctl_status new_queue(torctl_controller *tor, uint64_t kinds, torctl_queue **queue)
{
    return torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, queue, NULL);
}

/* The words behind the last SETEVENTS, as a set of kinds. */
static uint64_t asked(peer *p)
{
    char line[1024], *rest = NULL;
    uint64_t kinds = 0;
    peer_last(p, "SETEVENTS", line, sizeof line);
    strtok_r(line, " ", &rest);
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;)
        kinds |= TORCTL_KIND_BIT(torctl_kind_from_name(word));
    return kinds;
}

#define CHECK_ASKED(kinds, times)                        \
    do {                                                 \
        CHECK_INT(asked(&p), (kinds));                   \
        CHECK_INT(peer_count(&p, "SETEVENTS"), (times)); \
    } while (0)

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
static const uint64_t CIRC = TORCTL_KIND_BIT(TORCTL_EVENT_CIRC);
static const uint64_t WARN = TORCTL_KIND_BIT(TORCTL_EVENT_WARN);
static const uint64_t STATE = TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
static const uint64_t PT_LOG = TORCTL_KIND_BIT(TORCTL_EVENT_PT_LOG);

static void the_union_and_only_on_change(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    CHECK_INT(peer_count(&p, ""), 0); /* nobody wants anything: nothing is said */
    torctl_queue *first = NULL, *second = NULL, *third = NULL;
    uint64_t ids[3];

    CHECK_STATUS(new_queue(tor, BW, &first), TORCTL_OK);
    CHECK_ASKED(BW, 1);
    CHECK_STATUS(new_queue(tor, BW, &second), TORCTL_OK);
    CHECK_ASKED(BW, 1);
    CHECK_STATUS(add(tor, BW, NULL, &ids[0]), TORCTL_OK);
    CHECK_ASKED(BW, 1);
    CHECK_STATUS(add(tor, BW | CIRC, NULL, &ids[1]), TORCTL_OK);
    CHECK_ASKED(BW | CIRC, 2);
    /* What the library makes itself is not asked for. */
    CHECK_STATUS(new_queue(tor, STATE, &third), TORCTL_OK);
    CHECK_ASKED(BW | CIRC, 2);
    CHECK_STATUS(add(tor, STATE | WARN, NULL, &ids[2]), TORCTL_OK);
    CHECK_ASKED(BW | CIRC | WARN, 3);

    CHECK_STATUS(torctl_listener_remove(tor, ids[1], NULL, NULL), TORCTL_OK);
    CHECK_ASKED(BW | WARN, 4);
    torctl_queue_free(first);
    CHECK_INT(peer_count(&p, "SETEVENTS"), 4);
    CHECK_STATUS(torctl_listener_remove(tor, ids[0], NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, "SETEVENTS"), 4);
    /* A freed queue does not wait for the answer. */
    torctl_queue_free(second);
    CHECK_SOON(peer_count(&p, "SETEVENTS") == 5, 10);
    CHECK_ASKED(WARN, 5);
    CHECK_STATUS(torctl_listener_remove(tor, ids[2], NULL, NULL), TORCTL_OK);
    CHECK_ASKED(0, 6);
    CHECK_STATUS(torctl_listener_remove(tor, ids[2], NULL, NULL), TORCTL_ERR_NOT_FOUND);
    CHECK_INT(peer_count(&p, "SETEVENTS"), 6);
    torctl_queue_free(third);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void what_was_wanted_before_connecting(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_controller(&p, NULL, 1);
    torctl_queue *queue = NULL;
    CHECK_STATUS(new_queue(tor, BW, &queue), TORCTL_OK);
    CHECK_STATUS(add(tor, CIRC | STATE, NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, ""), 0);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    CHECK_ASKED(BW | CIRC, 1);
    CHECK_STATUS(add(tor, CIRC, NULL, NULL), TORCTL_OK);
    CHECK_ASKED(BW | CIRC, 1);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void destroyed(void *user_data)
{
    int *count = user_data;
    ADD(*count, 1);
}

static void a_refused_kind_fails_its_caller_alone(void)
{
    peer p;
    int destroys = 0, calls = 0;
    uint64_t id = 77;
    torctl_queue *queue = NULL, *refused = NULL;
    torctl_error *err = NULL;
    torctl_event *event = NULL;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(new_queue(tor, BW, &queue), TORCTL_OK);
    CHECK_STATUS(add(tor, WARN, &calls, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_queue_new(tor, CIRC | PT_LOG, 0, 0, TORCTL_DROP_OLDEST, NULL, &refused,
                                  &err),
                 TORCTL_ERR_REJECTED);
    CHECK(refused == NULL);
    CHECK_INT(torctl_error_reply_code(err), 552);
    torctl_error_free(err);
    CHECK_STATUS(torctl_listener_add(tor, PT_LOG, ignore, &destroys, destroyed, NULL, &id, NULL),
                 TORCTL_ERR_REJECTED);
    CHECK_INT(id, 0);
    CHECK_INT(GET(destroys), 1);
    /* The others have what they had, and what they want next is asked for without it. */
    peer_puts(&p, "650 BW 1 2\r\n650 WARN x\r\n650 CIRC 1 BUILT\r\n");
    CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_BW);
    torctl_event_free(event);
    CHECK_SOON(GET(calls) == 1, 10);
    CHECK_STATUS(add(tor, CIRC, &calls, NULL), TORCTL_OK);
    CHECK_INT(asked(&p), BW | WARN | CIRC);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Waiting to be let go on, and by whom. */
struct gate {
    int is_reached;
    int is_open;
};

/* Holds the answer to a SETEVENTS with PT_LOG until the gate is open. */
static int refuse_late(peer *p, const char *line, void *arg)
{
    struct gate *gate = arg;
    if (strstr(line, "PT_LOG") != NULL) {
        SET(gate->is_reached, 1);
        CHECK_SOON(GET(gate->is_open), 20);
    }
    return peer_tor(p, line);
}

struct adding {
    torctl_controller *tor;
    uint64_t kinds;
    int calls;
    int is_done;
    torctl_status status;
};

static void *add_it(void *arg)
{
    struct adding *a = arg;
    a->status = add(a->tor, a->kinds, &a->calls, NULL);
    SET(a->is_done, 1);
    return NULL;
}

static void a_refused_kind_and_another_at_once(void)
{
    peer p;
    struct gate gate = {0};
    peer_start(&p, refuse_late, &gate);
    torctl_controller *tor = peer_open(&p);
    struct adding refused = {.tor = tor, .kinds = PT_LOG}, good = {.tor = tor, .kinds = BW};
    pthread_t first = start_thread(add_it, &refused);
    CHECK_SOON(GET(gate.is_reached), 10);
    pthread_t second = start_thread(add_it, &good);
    struct timespec pause = {0, 50000000}; /* for the second to get as far as it may */
    nanosleep(&pause, NULL);
    SET(gate.is_open, 1);
    JOIN_SOON(first, 10);
    JOIN_SOON(second, 10);
    CHECK_STATUS(refused.status, TORCTL_ERR_REJECTED);
    CHECK_STATUS(good.status, TORCTL_OK);
    CHECK_INT(asked(&p), BW);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Many threads change what is wanted; in the end it is what is left. */
struct changing {
    torctl_controller *tor;
    int32_t kind;
    int calls;
};

static void *change(void *arg)
{
    struct changing *c = arg;
    uint64_t id = 0;
    for (int round = 0; round < 20; round++) {
        CHECK_STATUS(add(c->tor, TORCTL_KIND_BIT(c->kind), &c->calls, &id), TORCTL_OK);
        CHECK_STATUS(torctl_listener_remove(c->tor, id, NULL, NULL), TORCTL_OK);
    }
    CHECK_STATUS(add(c->tor, TORCTL_KIND_BIT(c->kind), &c->calls, &id), TORCTL_OK);
    return NULL;
}

static void changes_by_many_threads(void)
{
    enum { THREADS = 8 };
    for (int round = 0; round < rounds(100) && check_failures == 0; round++) {
        peer p;
        peer_start(&p, NULL, NULL);
        torctl_controller *tor = peer_open(&p);
        struct changing c[THREADS];
        pthread_t threads[THREADS];
        uint64_t all = 0;
        for (int i = 0; i < THREADS; i++) {
            c[i] = (struct changing){.tor = tor, .kind = TORCTL_EVENT_CIRC + i};
            all |= TORCTL_KIND_BIT(c[i].kind);
            threads[i] = start_thread(change, &c[i]);
        }
        for (int i = 0; i < THREADS; i++)
            JOIN_SOON(threads[i], 20);
        CHECK_INT(asked(&p), all);
        for (int i = 0; i < THREADS; i++)
            SET(c[i].calls, 0);
        for (int i = 0; i < THREADS; i++)
            peer_say(&p, "650 %s 1 1\r\n", torctl_kind_name(c[i].kind));
        for (int i = 0; i < THREADS; i++)
            CHECK_SOON(GET(c[i].calls) == 1, 10);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
}

/* A SETEVENTS whose answer comes too late was done all the same. */
static int answer_when_open(peer *p, const char *line, void *arg)
{
    struct gate *gate = arg;
    if (strncmp(line, "SETEVENTS", 9) == 0 && GET(gate->is_reached))
        CHECK_SOON(GET(gate->is_open), 20);
    return peer_tor(p, line);
}

static void a_change_that_timed_out(void)
{
    peer p;
    struct gate gate = {0};
    int calls = 0;
    uint64_t id = 0;
    peer_start(&p, answer_when_open, &gate);
    torctl_controller *tor = peer_open(&p);
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 50);
    CHECK_STATUS(add(tor, BW, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(add(tor, CIRC, &calls, &id), TORCTL_OK);
    SET(gate.is_reached, 1);
    CHECK_STATUS(torctl_listener_remove(tor, id, call, NULL), TORCTL_OK);
    CHECK_INT(asked(&p), BW);
    SET(gate.is_open, 1);
    CHECK_STATUS(add(tor, CIRC, &calls, NULL), TORCTL_OK);
    CHECK_INT(asked(&p), BW | CIRC);

    /* And one that would have added. */
    SET(gate.is_open, 0);
    torctl_queue *queue = NULL;
    CHECK_STATUS(torctl_queue_new(tor, WARN, 0, 0, TORCTL_DROP_OLDEST, call, &queue, NULL),
                 TORCTL_ERR_TIMEOUT);
    CHECK(queue == NULL);
    SET(gate.is_open, 1);
    CHECK_STATUS(new_queue(tor, WARN, &queue), TORCTL_OK);
    CHECK_INT(asked(&p), BW | CIRC | WARN);
    torctl_queue_free(queue);
    torctl_call_free(call);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* One thread's SETEVENTS waits for a tor that is silent: another's call keeps its own deadline, can
 * be cancelled, and what does not talk to tor does not wait. */
static void *subscribe_late(void *arg)
{
    struct adding *a = arg;
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    a->status = torctl_listener_add(a->tor, a->kinds, ignore, &a->calls, NULL, call, NULL, NULL);
    torctl_call_free(call);
    return NULL;
}

struct cancelling {
    torctl_controller *tor;
    torctl_call *call;
    torctl_status status;
    long tid;
};

static void *subscribe_until_cancelled(void *arg)
{
    struct cancelling *c = arg;
    torctl_queue *queue = NULL;
    SET(c->tid, task_self());
    c->status = torctl_queue_new(c->tor, WARN, 0, 0, TORCTL_DROP_OLDEST, c->call, &queue, NULL);
    torctl_queue_free(queue);
    return NULL;
}

static void waiting_behind_another_subscription(void)
{
    peer p;
    struct gate gate = {0};
    peer_start(&p, answer_when_open, &gate);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = NULL, *refused = NULL;
    uint64_t id = 0;
    CHECK_STATUS(new_queue(tor, WARN, &queue), TORCTL_OK);
    CHECK_STATUS(add(tor, STATE, NULL, &id), TORCTL_OK);
    SET(gate.is_reached, 1);
    struct adding adding = {.tor = tor, .kinds = BW};
    pthread_t thread = start_thread(subscribe_late, &adding);
    CHECK_SOON(peer_count(&p, "SETEVENTS") == 2, 10);

    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 200);
    CHECK_STATUS(torctl_queue_new(tor, CIRC, 0, 0, TORCTL_DROP_OLDEST, call, &refused, NULL),
                 TORCTL_ERR_TIMEOUT);
    CHECK_STATUS(torctl_listener_remove(tor, id, call, NULL), TORCTL_OK);
    torctl_call_free(call);

    struct cancelling c = {.tor = tor, .call = torctl_call_new()};
    torctl_call_set_timeout_ms(c.call, HOUR_MS);
    pthread_t waiter = start_thread(subscribe_until_cancelled, &c);
    CHECK_SOON(GET(c.tid) != 0, 10);
    CHECK(task_all_sleep(&c.tid, 1));
    torctl_call_cancel(c.call);
    JOIN_SOON(waiter, 30);
    CHECK_STATUS(c.status, TORCTL_ERR_CANCELLED);
    torctl_call_free(c.call);

    torctl_queue_free(queue);
    SET(gate.is_open, 1);
    JOIN_SOON(thread, 30);
    CHECK_STATUS(adding.status, TORCTL_OK);
    CHECK_SOON(asked(&p) == BW, 10);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Each queue and listener gets its own kinds of what comes, and nothing else. */
static void everybody_gets_what_he_wants(void)
{
    static const uint64_t masks[] = {UINT64_C(1) << TORCTL_EVENT_BW,
                                     UINT64_C(1) << TORCTL_EVENT_CIRC,
                                     UINT64_C(1) << TORCTL_EVENT_BW | UINT64_C(1)
                                                                          << TORCTL_EVENT_WARN,
                                     UINT64_C(1) << TORCTL_EVENT_ERR};
    enum { MASKS = sizeof masks / sizeof masks[0] };
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queues[MASKS];
    int calls[MASKS] = {0};
    for (int i = 0; i < MASKS; i++) {
        REQUIRE_STATUS(new_queue(tor, masks[i], &queues[i]), TORCTL_OK);
        REQUIRE_STATUS(add(tor, masks[i], &calls[i], NULL), TORCTL_OK);
    }
    int total = rounds(2000);
    for (int i = 0; i < total; i++)
        peer_say(&p, "650 BW %d 1\r\n650 CIRC %d BUILT\r\n650 WARN %d\r\n650 NOTICE %d\r\n", i, i,
                 i, i);
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    for (int i = 0; i < MASKS; i++) {
        int wanted = 0, number = 0, taken = 0;
        for (int kind = 0; kind < 64; kind++)
            if (masks[i] >> kind & 1 && kind != TORCTL_EVENT_ERR)
                wanted++;
        torctl_event *event = NULL;
        while (torctl_queue_next(queues[i], 0, NULL, &event, NULL) == TORCTL_OK) {
            CHECK(masks[i] >> torctl_event_kind(event) & 1);
            CHECK_INT(atoi(torctl_event_arg(event, 0)), number);
            taken++;
            number = taken / wanted;
            torctl_event_free(event);
        }
        CHECK_INT(taken, wanted * total);
        CHECK_SOON(GET(calls[i]) == wanted * total, 10);
        torctl_queue_free(queues[i]);
    }
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    the_union_and_only_on_change();
    what_was_wanted_before_connecting();
    a_refused_kind_fails_its_caller_alone();
    a_refused_kind_and_another_at_once();
    a_change_that_timed_out();
    waiting_behind_another_subscription();
    everybody_gets_what_he_wants();
    changes_by_many_threads();
    return check_done();
}
