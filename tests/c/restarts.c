/* tor is killed and started again a hundred times under a program that does all at the same time:
 * threads that ask, queues that are consumed, a listener, begun calls, an onion service. Each
 * request has an answer, each begun call one result, no event is counted twice or lost without a
 * gap, and at the end there is no more of anything than at the start.
 *
 * ctest: live auth=cookie timeout=120 */
#include <poll.h>

#include "restart.h"
#include "usage.h"

enum { MANY = 100, ASKING = 4, BEGUN = 8, SETTLED = 10 };

static torctl_controller *tor;
static int restarts, is_over, is_paused, paused;

/* All threads but the main one stop here while it counts what the process has. */
static int goes_on(void)
{
    if (GET(is_paused)) {
        ADD(paused, 1);
        while (GET(is_paused))
            check_pause();
        ADD(paused, -1);
    }
    return !GET(is_over);
}

/* Those who ask: each is told something. */

struct asking {
    int waits_ready;
    int answers, ends;
};

static void *ask(void *arg)
{
    struct asking *a = arg;
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    torctl_call_set_wait_ready(call, a->waits_ready);
    while (goes_on()) {
        torctl_values *values = NULL;
        torctl_error *err = NULL;
        torctl_status status = torctl_get_info(tor, "config-file", call, &values, &err);
        if (status == TORCTL_OK) {
            CHECK(strstr(torctl_values_value(values, 0), "torrc") != NULL);
            ADD(a->answers, 1);
        } else {
            CHECK_STATUS(status, TORCTL_ERR_CLOSED);
            CHECK(strlen(torctl_error_message(err)) > 0);
            ADD(a->ends, 1);
            check_pause();
        }
        torctl_error_free(err);
        torctl_values_free(values);
    }
    torctl_call_free(call);
    return NULL;
}

/* Each signal that tor has taken is one event. */

static int signals_asked, signals_taken;

static void *send_signals(void *arg)
{
    (void)arg;
    while (goes_on()) {
        ADD(signals_asked, 1);
        if (torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL) == TORCTL_OK)
            ADD(signals_taken, 1);
        else
            check_pause();
    }
    return NULL;
}

/* Those who are told: all of them the same. */

struct told {
    torctl_queue *queue;
    int signals[MANY + 2]; /* on each connection */
    int gaps, ready, waiting, all;
    uint64_t last_us;
};

static void tell(struct told *t, const torctl_event *event)
{
    switch (torctl_event_kind(event)) {
    case TORCTL_EVENT_SIGNAL:
        ADD(t->signals[t->gaps], 1);
        ADD(t->all, 1);
        break;
    case TORCTL_EVENT_GAP:
        CHECK_INT(torctl_gap_cause(event), TORCTL_GAP_CONNECTION);
        CHECK_INT(torctl_gap_lost_events(event), 0);
        CHECK(torctl_gap_from_us(event) >= t->last_us);
        CHECK(torctl_gap_to_us(event) >= torctl_gap_from_us(event));
        t->last_us = torctl_gap_to_us(event);
        REQUIRE(ADD(t->gaps, 1) <= MANY);
        break;
    case TORCTL_EVENT_STATE:
        if (torctl_state_event_state(event) == TORCTL_STATE_READY) {
            ADD(t->ready, 1);
            /* The gap comes before. */
            CHECK_INT(torctl_state_event_incarnation(event), t->ready);
            CHECK_INT(t->gaps, t->ready - 1);
        }
        if (torctl_state_event_state(event) == TORCTL_STATE_WAITING)
            ADD(t->waiting, 1);
        break;
    default:
        CHECK(!"an event that nobody asked for");
    }
}

static int32_t listen_to(const torctl_event *event, void *user_data)
{
    tell(user_data, event);
    return TORCTL_OK;
}

static void *consume(void *arg)
{
    struct told *t = arg;
    torctl_status status = TORCTL_OK;
    while (status == TORCTL_OK) {
        torctl_event *event = NULL;
        status = torctl_queue_next(t->queue, -1, NULL, &event, NULL);
        if (status == TORCTL_OK)
            tell(t, event);
        torctl_event_free(event);
    }
    CHECK_STATUS(status, TORCTL_END);
    return NULL;
}

/* A program with a loop, which has several calls on their way. */

static int results;

static void begin(torctl_queue *queue, uint64_t tag)
{
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    torctl_call_set_wait_ready(call, tag % 2 == 0);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
    torctl_call_free(call);
}

static void *run_loop(void *arg)
{
    torctl_queue *queue = arg;
    uint64_t open[BEGUN], next = 0;
    for (int i = 0; i < BEGUN; i++)
        begin(queue, open[i] = next++);
    for (int left = BEGUN; left > 0;) {
        torctl_event *event = NULL;
        struct pollfd wait = {.fd = torctl_queue_fd(queue), .events = POLLIN};
        int more = goes_on();
        (void)poll(&wait, 1, 20);
        while (torctl_queue_next(queue, 0, NULL, &event, NULL) == TORCTL_OK) {
            int place = 0;
            if (torctl_event_kind(event) == TORCTL_EVENT_RESULT) {
                while (place < BEGUN && open[place] != torctl_result_tag(event))
                    place++;
                /* Not one that had its result already. */
                REQUIRE(place < BEGUN);
                torctl_status status = torctl_result_status(event);
                if (status != TORCTL_OK)
                    CHECK_STATUS(status, TORCTL_ERR_CLOSED);
                else
                    ADD(results, 1);
                open[place] = UINT64_MAX;
                if (more)
                    begin(queue, open[place] = next++);
                else
                    left--;
            }
            torctl_event_free(event);
        }
    }
    return NULL;
}

/* What the process has, while nothing is on its way. */

static struct usage count_all(int threads)
{
    SET(is_paused, 1);
    CHECK_SOON(GET(paused) == threads, 20);
    struct usage usage = usage_now();
    SET(is_paused, 0);
    CHECK_SOON(GET(paused) == 0, 20);
    return usage;
}

static void check_served(const torctl_onion *onion)
{
    torctl_onion_status *status = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(onion, NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_listed(status), 1);
    CHECK_INT(torctl_onion_status_incarnation(status), restarts + 1);
    torctl_onion_status_free(status);
}

static torctl_queue *make_queue(uint64_t kinds)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 1 << 20, 256 << 20, TORCTL_DROP_OLDEST, NULL,
                                    &queue, NULL),
                   TORCTL_OK);
    return queue;
}

int main(int argc, char **argv)
{
    (void)argc;
    usage_begin(argv);
    const uint64_t kinds =
        TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 5, 50, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);

    static struct told told[3];
    pthread_t consumers[2], asking[ASKING], signaller, loop;
    for (int i = 0; i < 2; i++) {
        told[i].queue = make_queue(kinds);
        consumers[i] = start_thread(consume, &told[i]);
    }
    REQUIRE_STATUS(torctl_listener_add(tor, kinds, listen_to, &told[2], NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    torctl_onion *onion = NULL;
    torctl_onion_options *service = torctl_onion_options_new();
    REQUIRE_STATUS(torctl_onion_options_add_port(service, 80, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, service, NULL, &onion, NULL), TORCTL_OK);
    torctl_onion_options_free(service);

    struct asking asks[ASKING] = {{.waits_ready = 1}, {.waits_ready = 1}, {0}, {0}};
    for (int i = 0; i < ASKING; i++)
        asking[i] = start_thread(ask, &asks[i]);
    signaller = start_thread(send_signals, NULL);
    torctl_queue *results_queue = make_queue(TORCTL_KIND_BIT(TORCTL_EVENT_GAP));
    loop = start_thread(run_loop, results_queue);

    struct usage before = {0};
    int many = is_instrumented() ? MANY / 5 : MANY;
    for (restarts = 0; restarts < many; restarts++) {
        int answers[ASKING], had_results = GET(results), had_taken = GET(signals_taken);
        for (int i = 0; i < ASKING; i++)
            answers[i] = GET(asks[i].answers);
        for (int i = 0; i < ASKING; i++)
            CHECK_SOON(GET(asks[i].answers) > answers[i] + 5, 20);
        CHECK_SOON(GET(results) > had_results + BEGUN, 20);
        CHECK_SOON(GET(signals_taken) > had_taken + 2, 20);
        CHECK_INT(torctl_controller_incarnation(tor), restarts + 1);
        check_served(onion);
        if (restarts == SETTLED)
            before = count_all(ASKING + 2);
        if (check_failures != 0)
            return check_done();
        restart_end(restarts % 4 == 3 ? SIGTERM : SIGKILL);
        restart_begin();
        REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
        /* It may not have seen that the last one is gone. */
        CHECK_SOON(torctl_controller_incarnation(tor) == (uint64_t)restarts + 2, 20);
        REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
    }
    /* Threads that wait keep up to sixteen descriptors between them. */
    usage_check(before, count_all(ASKING + 2), 16);

    SET(is_over, 1);
    for (int i = 0; i < ASKING; i++)
        JOIN_SOON(asking[i], 20);
    JOIN_SOON(signaller, 20);
    JOIN_SOON(loop, 20);
    /* The events of the last signals are there when tor has answered something that was asked later. */
    for (int i = 0; i < 3; i++)
        CHECK_SOON(GET(told[i].ready) == many + 1, 20);
    check_served(onion);
    torctl_controller_close(tor);
    for (int i = 0; i < 2; i++)
        JOIN_SOON(consumers[i], 20);
    torctl_controller_free(tor);
    fprintf(stderr, "%d signals, %d taken, %d told\n", signals_asked, signals_taken, told[0].all);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(told[i].gaps, many);
        CHECK(told[i].waiting >= many);
        /* Each connection can lose what tor had taken and not told yet when it was killed. */
        CHECK(told[i].all <= signals_asked);
        CHECK(told[i].all >= signals_taken - many - 1);
        CHECK(memcmp(told[i].signals, told[0].signals, sizeof told[0].signals) == 0);
    }
    torctl_onion_free(onion);
    torctl_queue_free(results_queue);
    for (int i = 0; i < 2; i++)
        torctl_queue_free(told[i].queue);
    restart_end(SIGKILL);
    return check_done();
}
