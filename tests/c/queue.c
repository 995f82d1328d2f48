/* A queue and its descriptor: readable exactly while something can be taken or the queue has ended.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

#include <poll.h>
#include <sys/epoll.h>

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
static const uint64_t STATE = TORCTL_KIND_BIT(TORCTL_EVENT_STATE);

static torctl_queue *new_queue(torctl_controller *tor, uint64_t kinds)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

/* Whether the descriptor is readable now. Never anything else. */
static int readable(const torctl_queue *queue)
{
    struct pollfd pollfd = {.fd = torctl_queue_fd(queue), .events = POLLIN};
    int count = poll(&pollfd, 1, 0);
    CHECK_INT(pollfd.revents & ~POLLIN, 0);
    return count == 1;
}

static void send_bw(peer *p, torctl_controller *tor, int from, int to)
{
    for (int i = from; i < to; i++)
        peer_say(p, "650 BW %d 0\r\n", i);
    /* The answer comes behind them. */
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
}

static int take(const torctl_queue *queue, int timeout_ms)
{
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    torctl_status status = torctl_queue_next(queue, timeout_ms, NULL, &event, &err);
    CHECK(err == NULL);
    CHECK((event != NULL) == (status == TORCTL_OK));
    int number = status == TORCTL_OK ? atoi(torctl_event_arg(event, 0)) : -(int)status;
    torctl_event_free(event);
    return number;
}

struct taken {
    const torctl_queue *queue;
    int next;
    int stop_at;
    int count;
    torctl_status inner;
};

static int32_t collect(const torctl_event *event, void *user_data)
{
    struct taken *t = user_data;
    CHECK_INT(atoi(torctl_event_arg(event, 0)), t->next++);
    t->count++;
    if (t->queue != NULL) {
        size_t count = 9;
        t->inner = torctl_queue_drain(t->queue, 0, collect, t, &count, NULL);
        CHECK_INT(count, 0);
    }
    return t->count == t->stop_at;
}

static void readable_before_and_after(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW);
    CHECK(torctl_queue_fd(queue) >= 0);
    CHECK(fcntl(torctl_queue_fd(queue), F_GETFD) & FD_CLOEXEC);
    CHECK(!readable(queue));
    CHECK_INT(take(queue, 0), -TORCTL_EMPTY);
    send_bw(&p, tor, 0, 3);
    CHECK(readable(queue));
    CHECK_INT(torctl_queue_backlog(queue), 3);
    CHECK_INT(torctl_queue_backlog_bytes(queue), 3 * strlen("650 BW 0 0\r\n"));
    CHECK_INT(take(queue, 0), 0);
    CHECK(readable(queue));
    CHECK_INT(take(queue, 100), 1);
    CHECK(readable(queue));
    CHECK_INT(take(queue, -1), 2);
    CHECK(!readable(queue));
    CHECK_INT(take(queue, 0), -TORCTL_EMPTY);
    CHECK(!readable(queue));
    CHECK_INT(torctl_queue_backlog(queue), 0);
    CHECK_INT(torctl_queue_backlog_bytes(queue), 0);
    CHECK_INT(torctl_queue_high_water(queue), 3);
    CHECK_INT(torctl_queue_delivered(queue), 3);

    /* The same by draining. */
    struct taken t = {.next = 0};
    size_t count = 9;
    CHECK_STATUS(torctl_queue_drain(queue, 0, collect, &t, &count, NULL), TORCTL_EMPTY);
    CHECK_INT(count, 0);
    send_bw(&p, tor, 0, 10);
    CHECK(readable(queue));
    CHECK_STATUS(torctl_queue_drain(queue, 4, collect, &t, &count, NULL), TORCTL_OK);
    CHECK_INT(count, 4);
    CHECK(readable(queue));
    CHECK_INT(torctl_queue_backlog(queue), 6);
    /* One that the function ends: the rest stays. */
    t.count = 0;
    t.stop_at = 2;
    CHECK_STATUS(torctl_queue_drain(queue, 0, collect, &t, &count, NULL), TORCTL_OK);
    CHECK_INT(count, 2);
    CHECK(readable(queue));
    CHECK_INT(torctl_queue_backlog(queue), 4);
    CHECK_INT(torctl_queue_delivered(queue), 9);
    CHECK_INT(take(queue, 0), 6);
    t.next = 7;
    t.count = t.stop_at = 0;
    CHECK_STATUS(torctl_queue_drain(queue, 100, collect, &t, NULL, NULL), TORCTL_OK);
    CHECK_INT(t.count, 3);
    CHECK(!readable(queue));
    CHECK_STATUS(torctl_queue_drain(queue, 1, collect, &t, &count, NULL), TORCTL_EMPTY);
    /* A drain inside a drain. */
    send_bw(&p, tor, 10, 11);
    t.queue = queue;
    CHECK_STATUS(torctl_queue_drain(queue, 0, collect, &t, &count, NULL), TORCTL_OK);
    CHECK_STATUS(t.inner, TORCTL_ERR_STATE);
    CHECK(!readable(queue));
    /* What comes while nobody takes. */
    send_bw(&p, tor, 0, 1);
    CHECK(readable(queue));
    CHECK_INT(take(queue, 0), 0);

    send_bw(&p, tor, 5, 6);
    torctl_controller_close(tor);
    CHECK(readable(queue));
    CHECK_INT(take(queue, -1), 5);
    /* Ended: readable for ever, and every wait is over at once. */
    for (int i = 0; i < 3; i++) {
        CHECK(readable(queue));
        CHECK_INT(take(queue, i - 1), -TORCTL_END);
        CHECK_STATUS(torctl_queue_drain(queue, 0, collect, &t, &count, NULL), TORCTL_END);
        CHECK_INT(count, 0);
    }
    torctl_controller_free(tor);
    CHECK(readable(queue));
    CHECK_INT(take(queue, -1), -TORCTL_END);
    CHECK_INT(torctl_queue_high_water(queue), 10);
    torctl_queue_free(queue);
    peer_stop(&p);
}

static void timeouts(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW);
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    for (int timeout_ms = 0; timeout_ms <= 120; timeout_ms += 60) {
        int64_t began_ms = check_now_ms();
        CHECK_INT(take(queue, timeout_ms), -TORCTL_EMPTY);
        CHECK(check_now_ms() - began_ms >= timeout_ms - 1);
    }
    CHECK_STATUS(torctl_queue_next(queue, -2, NULL, &event, &err), TORCTL_ERR_INVALID);
    CHECK(strstr(torctl_error_message(err), "timeout_ms") != NULL);
    torctl_error_free(err);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

struct consumer {
    const torctl_queue *queue;
    int timeout_ms;
    int taken;
    int last;
};

static void *consume(void *arg)
{
    struct consumer *c = arg;
    for (;;) {
        int number = take(c->queue, c->timeout_ms);
        if (number == -TORCTL_END)
            return NULL;
        if (number == -TORCTL_EMPTY)
            continue;
        CHECK(number > c->last);
        c->last = number;
        ADD(c->taken, 1);
    }
}

/* Each event goes to one of several threads, and each sees them in order. */
static void several_consumers(int timeout_ms)
{
    enum { CONSUMERS = 4 };
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW);
    struct consumer c[CONSUMERS];
    pthread_t threads[CONSUMERS];
    int total = rounds(20000), taken = 0;
    for (int i = 0; i < CONSUMERS; i++) {
        c[i] = (struct consumer){.queue = queue, .timeout_ms = timeout_ms, .last = -1};
        threads[i] = start_thread(consume, &c[i]);
    }
    /* One by one, and in bursts. */
    for (int i = 0; i < total; i++) {
        peer_say(&p, "650 BW %d 0\r\n", i);
        if (i % 1000 == 0)
            check_pause();
    }
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
    torctl_controller_close(tor);
    for (int i = 0; i < CONSUMERS; i++) {
        JOIN_SOON(threads[i], 20);
        taken += c[i].taken;
    }
    CHECK_INT(taken, total);
    CHECK_INT(torctl_queue_delivered(queue), total);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&p);
}

struct sending {
    peer *p;
    int total;
};

static void *send_slowly(void *arg)
{
    struct sending *s = arg;
    for (int i = 0; i < s->total; i++) {
        peer_say(s->p, "650 BW %d 0\r\n", i);
        if (i % 64 == 0)
            check_pause();
    }
    peer_hang_up(s->p);
    return NULL;
}

/* A loop around epoll that takes until EMPTY loses nothing and ends with END. With edges, every
 * event that comes after EMPTY must make a new one. */
static void in_an_event_loop(uint32_t edge, int drains)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW);
    int epoll = epoll_create1(EPOLL_CLOEXEC), is_over = 0;
    struct epoll_event event = {.events = EPOLLIN | edge};
    REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, torctl_queue_fd(queue), &event) == 0);
    struct sending s = {.p = &p, .total = rounds(5000)};
    struct taken t = {.next = 0};
    pthread_t thread = start_thread(send_slowly, &s);
    while (!is_over) {
        int count = epoll_wait(epoll, &event, 1, HOUR_MS);
        REQUIRE(count == 1);
        for (int goes_on = 1; goes_on;) {
            torctl_status status = TORCTL_OK;
            if (drains) {
                status = torctl_queue_drain(queue, 7, collect, &t, NULL, NULL);
            } else {
                int number = take(queue, 0);
                if (number >= 0)
                    CHECK_INT(number, t.next++);
                else
                    status = -number;
            }
            goes_on = status == TORCTL_OK;
            is_over = status == TORCTL_END;
        }
    }
    CHECK_INT(t.next, s.total);
    JOIN_SOON(thread, 20);
    close(epoll);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* An edge for each change from empty to not empty, also when what came was taken before. */
static void an_edge_each_time(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, torctl_queue_fd(queue), &event) == 0);
    CHECK_INT(epoll_wait(epoll, &event, 1, 0), 0);
    for (int i = 0; i < rounds(500); i++) {
        send_bw(&p, tor, i, i + 1);
        CHECK_INT(epoll_wait(epoll, &event, 1, HOUR_MS), 1);
        CHECK_INT(take(queue, 0), i);
        CHECK_INT(epoll_wait(epoll, &event, 1, 0), 0);
    }
    torctl_controller_close(tor);
    CHECK_INT(epoll_wait(epoll, &event, 1, HOUR_MS), 1);
    close(epoll);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Events outlive the drain, the queue and the controller. */
static int32_t keep(const torctl_event *event, void *user_data)
{
    torctl_event **kept = user_data;
    *kept = torctl_event_dup(event);
    return 1;
}

static void events_outlive_everything(void)
{
    peer p;
    torctl_event *copied = NULL, *owned = NULL, *state = NULL;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW | STATE);
    peer_puts(&p, "650 BW 1 2 K=\"a b\"\r\n650 BW 3 4\r\n");
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_queue_drain(queue, 0, keep, &copied, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &owned, NULL), TORCTL_OK);
    torctl_controller_free(tor);
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &state, NULL), TORCTL_OK);
    torctl_queue_free(queue);
    peer_stop(&p);
    CHECK_STR(torctl_event_raw(copied), "650 BW 1 2 K=\"a b\"\r\n");
    CHECK_STR(torctl_event_find(copied, "K"), "a b");
    CHECK_STR(torctl_event_arg(owned, 1), "4");
    CHECK_INT(torctl_state_event_state(state), TORCTL_STATE_CLOSED);
    CHECK_STR(torctl_state_event_cause(state), "LOCAL");
    CHECK(torctl_event_age_us(copied) < 60000000);
    CHECK(torctl_event_arrival_mono_ns(copied) <= torctl_event_arrival_mono_ns(state));
    torctl_event *again = torctl_event_dup(state);
    torctl_event_free(copied);
    torctl_event_free(owned);
    torctl_event_free(state);
    CHECK(torctl_state_event_message(again)[0] != '\0');
    torctl_event_free(again);
}

/* The states of a controller, one that failed to connect in between, and why it ended. */
static void next_state(const torctl_queue *queue, int32_t state, const char *cause)
{
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_STATE);
    CHECK_INT(torctl_state_event_state(event), state);
    CHECK_STR(torctl_state_event_cause(event), cause);
    CHECK_INT(torctl_state_event_message(event)[0] != '\0', cause[0] != '\0');
    torctl_event_free(event);
}

static int hang_up(peer *p, const char *line, void *arg)
{
    (void)p, (void)line, (void)arg;
    return 0;
}

static void states(void)
{
    static const struct {
        const char *answer;
        const char *cause;
    } ends[] = {{NULL, "EOF"},
                {"250 OK\r\n250 OK\r\n", "PROTOCOL"},
                {"HTTP/1.0 400 Bad\r\n", "PROTOCOL"}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        peer p;
        peer_start(&p, NULL, NULL);
        torctl_controller *tor = peer_controller(&p, NULL, 1);
        torctl_queue *queue = new_queue(tor, STATE);
        REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
        next_state(queue, TORCTL_STATE_CONNECTING, "");
        next_state(queue, TORCTL_STATE_CONNECTED, "");
        next_state(queue, TORCTL_STATE_READY, "");
        CHECK(!readable(queue));
        if (ends[i].answer == NULL)
            peer_hang_up(&p);
        else
            peer_puts(&p, ends[i].answer);
        next_state(queue, TORCTL_STATE_CLOSED, ends[i].cause);
        CHECK_INT(take(queue, -1), -TORCTL_END);
        torctl_controller_free(tor);
        torctl_queue_free(queue);
        peer_stop(&p);
    }
    peer p;
    peer_start(&p, hang_up, NULL);
    torctl_controller *tor = peer_controller(&p, NULL, 0);
    torctl_queue *queue = new_queue(tor, STATE);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_CLOSED);
    next_state(queue, TORCTL_STATE_CONNECTING, "");
    next_state(queue, TORCTL_STATE_CONNECTED, "");
    next_state(queue, TORCTL_STATE_NEW, "");
    torctl_controller_free(tor);
    next_state(queue, TORCTL_STATE_CLOSED, "LOCAL");
    torctl_queue_free(queue);
    peer_stop(&p);
}

/* A queue may go while others wait on the controller, and while events pour in. */
static void *pour(void *arg)
{
    peer *p = arg;
    while (peer_puts(p, "650 BW 1 2\r\n650 BW 3 4\r\n"))
        ;
    return NULL;
}

static void freed_under_a_flood(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *stays = new_queue(tor, BW);
    pthread_t thread = start_thread(pour, &p);
    for (int i = 0; i < rounds(500); i++) {
        torctl_queue *queue = new_queue(tor, BW);
        CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
        torctl_queue_free(queue);
    }
    torctl_controller_free(tor);
    JOIN_SOON(thread, 10);
    torctl_queue_free(stays);
    peer_stop(&p);
}

int main(void)
{
    readable_before_and_after();
    timeouts();
    several_consumers(-1);
    several_consumers(3);
    for (int drains = 0; drains < 2; drains++) {
        in_an_event_loop(0, drains);
        in_an_event_loop(EPOLLET, drains);
    }
    an_edge_each_time();
    events_outlive_everything();
    states();
    freed_under_a_flood();
    return check_done();
}
