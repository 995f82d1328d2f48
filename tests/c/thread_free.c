/* A controller that starts no thread: everything goes on in this one, in a loop around poll().
 *
 * ctest: live auth=cookie,password timeout=120 */
#include <poll.h>

#include "task.h"

#include "restart.h"

/* How often each was heard, and whether the listener was called from where it may be. */
static int listened, states, is_processing, calls_inside;

/* The threads that there are anyway: this one, and what a sanitizer brings. */
static int alone;

static torctl_controller *open_one(int reconnects)
{
    torctl_controller *tor = NULL;
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_options_set_thread_free(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect(options, reconnects, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 10, 100, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    CHECK(torctl_controller_fd(tor) >= 0);
    return tor;
}

static void process(torctl_controller *tor)
{
    is_processing = 1;
    REQUIRE_STATUS(torctl_controller_process(tor, NULL), TORCTL_OK);
    is_processing = 0;
}

/* One turn of a program's loop: whether it woke up before the patience was over. */
static int turn(torctl_controller *tor)
{
    struct pollfd wait = {.fd = torctl_controller_fd(tor), .events = POLLIN};
    int timeout_ms = torctl_controller_timeout_ms(tor);
    int longest_ms = (int)(check_patience_s(20) * 1000);
    int is_timed = timeout_ms >= 0 && timeout_ms < longest_ms;
    int ready = poll(&wait, 1, is_timed ? timeout_ms : longest_ms);
    process(tor);
    return ready == 1 || is_timed;
}

#define TURN_UNTIL(tor, expr)                                          \
    do {                                                               \
        int64_t end_ms = check_now_ms() + check_patience_s(60) * 1000; \
        while (!(expr) && check_now_ms() < end_ms)                     \
            REQUIRE(turn(tor));                                        \
        REQUIRE(expr);                                                 \
    } while (0)

static int32_t listen_to(const torctl_event *event, void *user_data)
{
    torctl_controller *tor = *(torctl_controller **)user_data;
    CHECK(is_processing);
    if (torctl_event_kind(event) == TORCTL_EVENT_STATE)
        states++;
    if (torctl_event_kind(event) != TORCTL_EVENT_SIGNAL)
        return TORCTL_OK;
    listened++;
    /* It may ask, and may not begin what it is in. */
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    CHECK_STATUS(torctl_controller_process(tor, NULL), TORCTL_ERR_STATE);
    calls_inside++;
    return TORCTL_OK;
}

static torctl_queue *make_queue(torctl_controller *tor, uint64_t kinds)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

static int is_readable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, 0) == 1;
}

/* The next event of a queue by its descriptor alone. */
static torctl_event *next(torctl_controller *tor, torctl_queue *queue)
{
    torctl_event *event = NULL;
    TURN_UNTIL(tor, is_readable(torctl_queue_fd(queue)));
    REQUIRE_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    return event;
}

static void next_result(torctl_controller *tor, torctl_queue *queue, uint64_t tag,
                        torctl_status status)
{
    torctl_event *event = next(tor, queue);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_RESULT);
    CHECK_INT(torctl_result_tag(event), tag);
    CHECK_STATUS(torctl_result_status(event), status);
    torctl_event_free(event);
}

/* Blocking calls see to everything themselves, also to what others have begun. */
static void block(void)
{
    torctl_controller *tor = open_one(0);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_process(tor, NULL), TORCTL_OK);
    CHECK_INT(torctl_controller_timeout_ms(tor), -1);
    torctl_queue *queue = make_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL));
    torctl_call *call = torctl_call_new();
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 7, NULL), TORCTL_OK);
    live_signal(SIGSTOP);
    torctl_call_set_timeout_ms(call, 10);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_result_status(event), TORCTL_ERR_TIMEOUT);
    torctl_event_free(event);
    live_signal(SIGCONT);
    REQUIRE_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
    torctl_event_free(event);

    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion *onion = NULL;
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    torctl_onion_options_free(options);
    /* There is no network, so it waits in vain. */
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, 50, NULL, NULL), TORCTL_ERR_TIMEOUT);
    torctl_onion_free(onion);
    CHECK_INT(task_count(), alone);

    torctl_controller_free(tor);
    CHECK_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_END);
    torctl_queue_free(queue);
    torctl_call_free(call);
    CHECK_INT(task_count(), alone);
}

/* Listeners are called by the loop, for what came during blocking calls as well. */
static void listen(void)
{
    torctl_controller *tor = open_one(0);
    uint64_t id = 0;
    uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE) | TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL);
    REQUIRE_STATUS(torctl_listener_add(tor, kinds, listen_to, &tor, NULL, NULL, &id, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    CHECK_INT(states, 0);
    CHECK(is_readable(torctl_controller_fd(tor)));
    process(tor);
    CHECK_INT(states, 3);
    for (int i = 0; i < 3; i++)
        REQUIRE_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    CHECK_INT(listened, 0);
    TURN_UNTIL(tor, listened == 3);
    CHECK_INT(calls_inside, 3);
    /* Nothing is left to be done, and the descriptor says so. */
    while (torctl_controller_timeout_ms(tor) >= 0 || is_readable(torctl_controller_fd(tor)))
        process(tor);
    REQUIRE_STATUS(torctl_listener_remove(tor, id, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    process(tor);
    CHECK_INT(listened, 3);
    REQUIRE_STATUS(torctl_listener_add(tor, kinds, listen_to, &tor, NULL, NULL, &id, NULL),
                   TORCTL_OK);
    /* The last one is called for at the end. */
    is_processing = 1;
    torctl_controller_free(tor);
    CHECK_INT(states, 4);
    CHECK_INT(task_count(), alone);
}

/* tor goes and comes back, and nothing waits in the loop. */
static void come_back(void)
{
    torctl_controller *tor = open_one(1);
    torctl_queue *queue =
        make_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL) | TORCTL_KIND_BIT(TORCTL_EVENT_GAP));
    torctl_call *call = torctl_call_new();
    int fd = torctl_controller_fd(tor);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, call, NULL), TORCTL_PENDING);
    next_result(tor, queue, 1, TORCTL_OK);
    for (int i = 1; i <= 4; i++) {
        CHECK_INT(torctl_controller_incarnation(tor), i);
        CHECK_STATUS(torctl_request(tor, "SIGNAL CLEARDNSCACHE", NULL, 0, call, NULL, NULL),
                     TORCTL_PENDING);
        torctl_event *event = next(tor, queue);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
        torctl_event_free(event);
        next_result(tor, queue, 1, TORCTL_OK);
        /* Of two that wait for each other's end the loop is one. */
        restart_end(i % 2 == 0 ? SIGKILL : SIGTERM);
        TURN_UNTIL(tor, torctl_controller_state(tor) == TORCTL_STATE_WAITING);
        CHECK(torctl_controller_timeout_ms(tor) >= 0);
        restart_begin();
        if (i == 3)
            REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
        else
            TURN_UNTIL(tor, torctl_controller_state(tor) == TORCTL_STATE_READY);
        event = next(tor, queue);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_GAP);
        torctl_event_free(event);
        CHECK_INT(torctl_controller_fd(tor), fd);
        CHECK_INT(task_count(), alone);
    }
    torctl_controller_close(tor);
    CHECK(is_readable(fd));
    process(tor);
    CHECK(!is_readable(fd));
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    torctl_call_free(call);
    CHECK_INT(task_count(), alone);
}

/* Who waits for a visitor learns of the end, though only this thread could have seen it. */
static void visit(void)
{
    torctl_controller *tor = open_one(0);
    torctl_onion_listener *listener = NULL;
    int visitor = -1;
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    torctl_queue *queue = make_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL));
    REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, NULL, NULL, &listener, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_listener_accept(listener, 20, NULL, &visitor, NULL), TORCTL_EMPTY);
    restart_end(SIGKILL);
    CHECK_STATUS(torctl_onion_listener_accept(listener, HOUR_MS, NULL, &visitor, NULL),
                 TORCTL_ERR_CLOSED);
    torctl_onion_listener_free(listener);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    CHECK_INT(task_count(), alone);
}

int main(void)
{
    alone = task_count();
    torctl_controller *with_threads = live_open();
    CHECK_INT(torctl_controller_fd(with_threads), -1);
    CHECK_INT(torctl_controller_timeout_ms(with_threads), -1);
    CHECK_STATUS(torctl_controller_process(with_threads, NULL), TORCTL_ERR_STATE);
    torctl_controller_free(with_threads);
    block();
    listen();
    come_back();
    visit();
    return check_done();
}
