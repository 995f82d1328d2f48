/* tor ends and another takes its place: the controller, its queues, listeners and waits go on.
 *
 * ctest: live auth=cookie,password timeout=120 mode=thread_free */
#include <poll.h>

#include "task.h"

#include "restart.h"

enum { RESTARTS = 5 };

struct heard {
    int ready, waiting, closed, gaps, others;
    uint64_t incarnation;
};

static int32_t hear(const torctl_event *event, void *user_data)
{
    struct heard *heard = user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        CHECK_INT(torctl_gap_cause(event), TORCTL_GAP_CONNECTION);
        CHECK_INT(torctl_gap_lost_events(event), 0);
        CHECK(torctl_gap_from_us(event) > 1600000000000000u);
        CHECK(torctl_gap_to_us(event) >= torctl_gap_from_us(event));
        __sync_fetch_and_add(&heard->gaps, 1);
        return TORCTL_OK;
    }
    if (torctl_event_kind(event) != TORCTL_EVENT_STATE) {
        __sync_fetch_and_add(&heard->others, 1);
        return TORCTL_OK;
    }
    switch (torctl_state_event_state(event)) {
    case TORCTL_STATE_READY:
        heard->incarnation = torctl_state_event_incarnation(event);
        CHECK(torctl_state_event_pid(event) > 1);
        CHECK(strncmp(torctl_state_event_version(event), "0.", 2) == 0);
        __sync_fetch_and_add(&heard->ready, 1);
        break;
    case TORCTL_STATE_WAITING:
        CHECK(torctl_state_event_message(event)[0] != '\0');
        CHECK(torctl_state_event_cause(event)[0] != '\0');
        __sync_fetch_and_add(&heard->waiting, 1);
        break;
    case TORCTL_STATE_CLOSED:
        __sync_fetch_and_add(&heard->closed, 1);
        break;
    default:
        break;
    }
    return TORCTL_OK;
}

static int is_readable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, 0) == 1;
}

static torctl_controller *open_one(void)
{
    torctl_controller *tor = NULL;
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 10, 100, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_growth(options, 150, 20, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    return tor;
}

static void ask_version(torctl_controller *tor, torctl_call *call)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    torctl_status status = torctl_get_info(tor, "version", call, &values, &err);
    CHECK_STATUS(status, TORCTL_OK);
    if (err != NULL)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_values_free(values);
}

int main(void)
{
    torctl_controller *tor = open_one();
    struct heard heard = {0};
    torctl_queue *events = NULL;
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL);
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE) | kinds, hear,
                                       &heard, NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &events, NULL),
                   TORCTL_OK);
    int fd = torctl_queue_fd(events);
    CHECK_INT(torctl_controller_incarnation(tor), 0);

    /* It begins before there is a tor. */
    restart_end(SIGKILL);
    REQUIRE_STATUS(torctl_controller_start(tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_start(tor, NULL), TORCTL_ERR_STATE);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_STATE);
    CHECK_SOON(__sync_fetch_and_add(&heard.waiting, 0) > 1, 20);
    CHECK_STATUS(torctl_controller_wait_ready(tor, 0, NULL, NULL), TORCTL_ERR_TIMEOUT);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_DUMP, NULL, NULL), TORCTL_ERR_STATE);

    torctl_call *patient = torctl_call_new();
    torctl_call_set_timeout_ms(patient, 60000);
    torctl_call_set_wait_ready(patient, 1);
    int threads = 0;
    for (int i = 1; i <= RESTARTS; i++) {
        restart_begin();
        /* It waits for the controller to be ready. */
        ask_version(tor, patient);
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
        CHECK_INT(torctl_controller_incarnation(tor), i);
        if (i > 1) {
            torctl_event *gap = NULL;
            CHECK(is_readable(fd));
            REQUIRE_STATUS(torctl_queue_next(events, 0, NULL, &gap, NULL), TORCTL_OK);
            CHECK_INT(torctl_event_kind(gap), TORCTL_EVENT_GAP);
            CHECK_INT(torctl_gap_cause(gap), TORCTL_GAP_CONNECTION);
            torctl_event_free(gap);
        }
        /* What was subscribed comes again. */
        REQUIRE_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(events, 20000, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
        torctl_event_free(event);
        CHECK_INT(torctl_queue_fd(events), fd);
        CHECK(!is_readable(fd));
        if (i == 2)
            threads = task_count();
        if (i > 2)
            CHECK_INT(task_count(), threads);
        restart_end(i % 2 == 0 ? SIGKILL : SIGTERM);
        CHECK_SOON(torctl_controller_state(tor) != TORCTL_STATE_READY, 20);
        /* Whoever does not wait is told that there is no connection. */
        CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_DUMP, NULL, NULL), TORCTL_ERR_CLOSED);
    }
    CHECK_SOON(__sync_fetch_and_add(&heard.ready, 0) == RESTARTS, 20);
    CHECK_INT(heard.incarnation, RESTARTS);
    CHECK_SOON(__sync_fetch_and_add(&heard.gaps, 0) == RESTARTS - 1, 20);
    CHECK_INT(heard.closed, 0);

    torctl_controller_close(tor);
    CHECK_STATUS(torctl_controller_wait_ready(tor, -1, NULL, NULL), TORCTL_ERR_CLOSED);
    torctl_event *none = NULL;
    CHECK_STATUS(torctl_queue_next(events, -1, NULL, &none, NULL), TORCTL_END);
    torctl_controller_free(tor);
    CHECK_INT(heard.closed, 1);
    torctl_queue_free(events);
    torctl_call_free(patient);
    return check_done();
}
