/* What the programs of c-examples/loops do with tor when they are tests: tor is killed and started again
 * so often as the first argument says, inside the loop, with begun calls on their way to each tor at the
 * moment of its end. Each begun call ends once, with an answer or CLOSED, as is known beforehand; the
 * service of the first tor is on all others; a gap stands where events are missing; and at the end
 * there is no more of anything than near the start.
 *
 * Nothing here waits, but for a process that was killed. */
#include "program.h"

#include "own_tor.h"
#include "usage.h"

enum {
    CALLS = 8,  /* at the same time, of which every other one waits until the controller is ready */
    ROUNDS = 3, /* with each tor, before it is killed */
    SIGNAL_TAG = 1,
    SERVICE_TAG,
    STATUS_TAG,
    FIRST_TAG = 100,
};

static torctl_controller *tor;
static torctl_queue *queue;
static torctl_onion *onion;
static int wanted, restarts, gaps, restored, ready;

/* The calls on their way, and how each has to end. */
static struct {
    uint64_t tag;
    torctl_status status;
} calls[CALLS];
static uint64_t next_tag = FIRST_TAG;
static int on_the_way;

/* tor comes up; it answers; it was killed; the controller has seen that; all is done. */
static enum { STARTED, ASKED, KILLED, MISSED, OVER } phase;

/* With the present tor. */
static int rounds_left, signals, signal_answers, status_answers;
static int answers, ends;
static struct usage before;

static torctl_call *make_call(uint64_t tag, int waits_ready)
{
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    torctl_call_set_wait_ready(call, waits_ready);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
    return call;
}

static void begin_calls(torctl_status status_of_waiting, torctl_status status_of_others)
{
    CHECK_INT(on_the_way, 0);
    for (int i = 0; i < CALLS; i++) {
        torctl_call *call = make_call(next_tag, i % 2);
        calls[i].tag = next_tag++;
        calls[i].status = i % 2 ? status_of_waiting : status_of_others;
        CHECK_STATUS(torctl_get_info(tor, "version", call, NULL, NULL), TORCTL_PENDING);
        torctl_call_free(call);
        on_the_way++;
    }
}

static void begin_signal(void)
{
    torctl_call *call = make_call(SIGNAL_TAG, 0);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, call, NULL), TORCTL_PENDING);
    torctl_call_free(call);
}

static void begin_service(void)
{
    torctl_call *call = make_call(SERVICE_TAG, 0);
    torctl_onion_options *options = torctl_onion_options_new();
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, call, NULL, NULL), TORCTL_PENDING);
    torctl_onion_options_free(options);
    torctl_call_free(call);
}

static void ask_for_status(void)
{
    torctl_call *call = make_call(STATUS_TAG, 0);
    CHECK_STATUS(torctl_onion_get_status(onion, call, NULL, NULL), TORCTL_PENDING);
    torctl_call_free(call);
}

/* Nothing that was on its way waits for the next tor. */
static void start_again(void)
{
    begin_calls(TORCTL_OK, TORCTL_ERR_CLOSED);
    start_tor(OFFLINE);
    phase = STARTED;
}

/* A tor that is stopped takes the commands, and answers none. */
static void end_tor(void)
{
    int how = 0;
    REQUIRE(kill(tor_pid, SIGSTOP) == 0);
    REQUIRE(waitpid(tor_pid, &how, WUNTRACED) == tor_pid && WIFSTOPPED(how));
    begin_calls(TORCTL_ERR_CLOSED, TORCTL_ERR_CLOSED);
    kill_tor();
    restarts++;
    phase = KILLED;
}

/* The next step, when nothing is on its way. */
static void go_on(void)
{
    if (on_the_way > 0 || (phase != ASKED && phase != MISSED))
        return;
    if (phase == MISSED) {
        start_again();
    } else if (rounds_left > 0) {
        rounds_left--;
        begin_calls(TORCTL_OK, TORCTL_OK);
    } else if (signals == 1 && signal_answers == 1 && status_answers == 1) {
        if (restarts == wanted / 10)
            before = usage_now();
        if (restarts < wanted) {
            end_tor();
        } else {
            usage_check(before, usage_now(), SOME_FDS);
            phase = OVER;
            torctl_controller_close(tor);
        }
    }
}

static void on_state(const torctl_event *event)
{
    int32_t state = torctl_state_event_state(event);
    if (state == TORCTL_STATE_WAITING && phase == KILLED)
        phase = MISSED;
    if (state != TORCTL_STATE_READY)
        return;
    CHECK_INT(phase, STARTED);
    CHECK_INT(torctl_state_event_incarnation(event), restarts + 1);
    CHECK_INT(++ready, restarts + 1);
    CHECK_INT(gaps, restarts);
    CHECK_INT(restored, restarts);
    phase = ASKED;
    rounds_left = ROUNDS;
    signals = signal_answers = status_answers = 0;
    begin_signal();
    if (onion == NULL)
        begin_service();
    else
        ask_for_status();
}

static void on_result(const torctl_event *event)
{
    torctl_onion_status *status = NULL;
    torctl_values *values = NULL;
    uint64_t tag = torctl_result_tag(event);
    int place = 0;
    switch (tag) {
    case SIGNAL_TAG:
        CHECK_STATUS(torctl_result_status(event), TORCTL_OK);
        signal_answers++;
        break;
    case SERVICE_TAG:
        REQUIRE_STATUS(torctl_result_take_onion(event, &onion, NULL), TORCTL_OK);
        ask_for_status();
        break;
    case STATUS_TAG:
        REQUIRE_STATUS(torctl_result_take_onion_status(event, &status, NULL), TORCTL_OK);
        CHECK_INT(torctl_onion_status_is_listed(status), 1);
        CHECK_INT(torctl_onion_status_incarnation(status), restarts + 1);
        torctl_onion_status_free(status);
        status_answers++;
        break;
    default:
        while (place < CALLS && calls[place].tag != tag)
            place++;
        /* Not one that had its result already. */
        REQUIRE(place < CALLS);
        CHECK_STATUS(torctl_result_status(event), calls[place].status);
        if (torctl_result_status(event) == TORCTL_OK &&
            torctl_result_take_values(event, &values, NULL) == TORCTL_OK)
            CHECK(torctl_values_value(values, 0)[0] == '0');
        *(torctl_result_status(event) == TORCTL_OK ? &answers : &ends) += 1;
        calls[place].tag = 0;
        on_the_way--;
    }
    torctl_values_free(values);
}

static torctl_status on_event(const torctl_event *event, void *user_data)
{
    (void)user_data;
    switch (torctl_event_kind(event)) {
    case TORCTL_EVENT_STATE:
        on_state(event);
        break;
    case TORCTL_EVENT_RESULT:
        on_result(event);
        break;
    case TORCTL_EVENT_SIGNAL:
        signals++;
        CHECK_INT(signals, 1);
        break;
    case TORCTL_EVENT_GAP:
        gaps++;
        CHECK_INT(torctl_gap_cause(event), TORCTL_GAP_CONNECTION);
        CHECK_INT(torctl_gap_lost_events(event), 0);
        break;
    case TORCTL_EVENT_RESTORED:
        restored++;
        CHECK_INT(torctl_restored_what(event), TORCTL_SETUP_ONION);
        CHECK_INT(torctl_restored_outcome(event), TORCTL_RESTORED_RESTORED);
        break;
    default:
        CHECK(!"an event that nobody asked for");
    }
    return TORCTL_OK;
}

int program_begin(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE) |
                           TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL) |
                           TORCTL_KIND_BIT(TORCTL_EVENT_RESTORED);
    char address[160];
    usage_begin(argv);
    if (!has_tor())
        SKIP("no tor in PATH");
    REQUIRE(argc > 1);
    wanted = atoi(argv[1]);
    make_scratch();
    start_tor(OFFLINE);
    snprintf(address, sizeof address, "unix:%s", control_path);
    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 5, 20, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_start(tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    return torctl_queue_fd(queue);
}

int program_take(void)
{
    torctl_status status;
    while ((status = torctl_queue_drain(queue, 0, on_event, NULL, NULL, NULL)) == TORCTL_OK)
        go_on();
    return status == TORCTL_EMPTY && check_failures == 0;
}

int program_end(void)
{
    CHECK_INT(restarts, wanted);
    CHECK_INT(ready, wanted + 1);
    CHECK_INT(gaps, wanted);
    CHECK_INT(on_the_way, 0);
    fprintf(stderr, "%d restarts, %d answers, %d calls closed\n", restarts, answers, ends);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    kill_tor();
    remove_scratch();
    return check_done();
}
