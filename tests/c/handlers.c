/* torctl_call_cancel() in a signal handler, which interrupts the very thread that waits or cancels, at
 * any instruction: a timer fires thousands of times while waits of all kinds begin and end. Each call
 * is cancelled once, so that a wake-up which is lost hangs the test.
 *
 * ctest: unit timeout=120 */
#include "peer.h"

#include <sys/time.h>

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

static torctl_call *handlers_call;
static int fired, errno_changed;

static void on_timer(int number)
{
    (void)number;
    int before = errno;
    errno = 4711;
    torctl_call *call = __atomic_exchange_n(&handlers_call, NULL, __ATOMIC_SEQ_CST);
    if (call != NULL) {
        torctl_call_cancel(call);
        ADD(fired, 1);
    }
    if (errno != 4711)
        SET(errno_changed, 1);
    errno = before;
}

static void set_timer(int interval_us)
{
    struct timeval every = {0, interval_us};
    struct itimerval timer = {every, every};
    REQUIRE(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

/* From now on the timer's handler cancels it, once. */
static torctl_call *cancelled_soon(void)
{
    torctl_call *call = torctl_call_new();
    __atomic_store_n(&handlers_call, call, __ATOMIC_SEQ_CST);
    return call;
}

/* The handler must not know it any more when it is freed. */
static void take_back(torctl_call *call)
{
    __atomic_store_n(&handlers_call, NULL, __ATOMIC_SEQ_CST);
    torctl_call_free(call);
}

static int silent(peer *p, const char *line, void *arg)
{
    return GET(*(int *)arg) ? 1 : peer_tor(p, line);
}

static void *take_nothing(void *queue)
{
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_END);
    return NULL;
}

static void *wait_as_well(void *arg)
{
    void **both = arg;
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(both[0], -1, both[1], &event, NULL), TORCTL_ERR_CANCELLED);
    return NULL;
}

/* Every kind of wait, each ended by the handler in its own thread. With `others`, another thread reads
 * the connection, so that this one waits for no socket. */
static void waits_are_ended(int others, int times)
{
    peer p;
    int is_silent = 0;
    peer_start(&p, silent, &is_silent);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = NULL, *theirs = NULL;
    pthread_t reader = 0;
    REQUIRE_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &theirs, NULL),
                   TORCTL_OK);
    if (others)
        reader = start_thread(take_nothing, theirs);
    SET(is_silent, 1);
    for (int i = 0; i < times; i++) {
        torctl_values *values = NULL;
        torctl_event *event = NULL;
        torctl_queue *another = NULL;
        torctl_call *call = cancelled_soon();
        torctl_status status;
        switch (i % 4) {
        case 0:
            status = torctl_queue_next(queue, -1, call, &event, NULL);
            break;
        case 1:
            status = torctl_get_info(tor, "version", call, &values, NULL);
            break;
        case 2:
            /* Behind the first of these, it waits for its turn. */
            status = torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_CIRC), 0, 0,
                                      TORCTL_DROP_OLDEST, call, &another, NULL);
            break;
        default:
            status = torctl_wait_event(queue, NULL, NULL, -1, call, &event, NULL);
        }
        CHECK_STATUS(status, TORCTL_ERR_CANCELLED);
        CHECK(values == NULL && event == NULL && another == NULL);
        take_back(call);
    }
    torctl_controller_close(tor);
    if (others)
        JOIN_SOON(reader, 60);
    torctl_queue_free(queue);
    torctl_queue_free(theirs);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Requests that are answered: whichever is first, and no request gets another's answer. */
static void answers_are_not_mixed_up(int times)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    for (int i = 0; i < times; i++) {
        char key[32], want[64];
        torctl_values *values = NULL;
        torctl_call *call = cancelled_soon();
        snprintf(key, sizeof key, "key/%d", i);
        snprintf(want, sizeof want, "value of %s", key);
        torctl_status status = torctl_get_info(tor, key, call, &values, NULL);
        if (status == TORCTL_OK)
            CHECK_STR(torctl_values_value(values, 0), want);
        else
            CHECK_STATUS(status, TORCTL_ERR_CANCELLED);
        torctl_values_free(values);
        take_back(call);
    }
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* The handler interrupts a cancel of the same call, and of others; and ends other threads' waits. */
static void cancels_are_interrupted(int times)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    for (int i = 0; i < times; i++) {
        torctl_call *call = torctl_call_new();
        void *both[] = {queue, call};
        pthread_t threads[3];
        sigset_t alarm, before;
        sigemptyset(&alarm);
        sigaddset(&alarm, SIGALRM);
        pthread_sigmask(SIG_BLOCK, &alarm, &before);
        for (int j = 0; j < 3; j++)
            threads[j] = start_thread(wait_as_well, both);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        __atomic_store_n(&handlers_call, call, __ATOMIC_SEQ_CST);
        while (GET(handlers_call) != NULL)
            if (i % 2)
                torctl_call_cancel(call);
        for (int j = 0; j < 3; j++)
            JOIN_SOON(threads[j], 60);
        take_back(call);
    }
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void alone(int times)
{
    waits_are_ended(0, times);
}

static void with_a_reader(int times)
{
    waits_are_ended(1, times);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_timer};
    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    set_timer(is_instrumented() ? 2000 : 70);
    alone(rounds(4000));
    with_a_reader(rounds(4000));
    answers_are_not_mixed_up(rounds(8000));
    cancels_are_interrupted(rounds(400));
    set_timer(0);
    CHECK(GET(fired) > 0);
    CHECK(!GET(errno_changed));
    return check_done();
}
