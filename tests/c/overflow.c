/* A full queue: what is lost is counted exactly and marked in its place, by both policies, whether
 * it is full of events or of bytes.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

#include <poll.h>

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
static const uint64_t WARN = TORCTL_KIND_BIT(TORCTL_EVENT_WARN);

/* What has been taken, in numbers. The events are "BW N PADDING", N counting up. */
struct account {
    uint64_t next; /* the number that comes next if nothing is missing */
    uint64_t taken;
    uint64_t gaps;
    uint64_t lost;
    uint64_t lost_bytes;
    uint64_t holes; /* numbers missing without a gap */
};

static size_t event_size(uint64_t number, size_t padding)
{
    return (size_t)snprintf(NULL, 0, "650 BW %llu ", (unsigned long long)number) + padding + 2;
}

static size_t put_event(char *text, uint64_t number, size_t padding)
{
    size_t used = (size_t)sprintf(text, "650 BW %llu ", (unsigned long long)number);
    memset(text + used, 'x', padding);
    memcpy(text + used + padding, "\r\n", 3);
    return used + padding + 2;
}

static void send_event(peer *p, uint64_t number, size_t padding)
{
    char text[8192];
    REQUIRE(peer_send(p, text, put_event(text, number, padding)));
}

static void send_some(peer *p, uint64_t from, uint64_t to, size_t padding)
{
    char *text = malloc((size_t)(to - from) * (padding + 40) + 1);
    size_t used = 0;
    REQUIRE(text != NULL);
    for (; from < to; from++)
        used += put_event(text + used, from, padding);
    REQUIRE(peer_send(p, text, used));
    free(text);
}

static void sync_with(torctl_controller *tor)
{
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
}

static int32_t note(const torctl_event *event, void *user_data)
{
    struct account *a = user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        a->gaps++;
        a->lost += torctl_gap_lost_events(event);
        a->lost_bytes += torctl_gap_lost_bytes(event);
        a->next += torctl_gap_lost_events(event);
        CHECK(torctl_gap_lost_events(event) > 0);
        return 0;
    }
    uint64_t number = strtoull(torctl_event_arg(event, 0), NULL, 10);
    a->holes += number != a->next;
    a->next = number + 1;
    a->taken++;
    return 0;
}

static const int32_t overflows[] = {TORCTL_DROP_OLDEST, TORCTL_DROP_NEWEST};

static torctl_queue *new_queue(torctl_controller *tor, uint64_t kinds, size_t events, size_t bytes,
                               int32_t overflow)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, events, bytes, overflow, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

static int32_t take_one(const torctl_queue *queue, uint64_t *value)
{
    torctl_event *event = NULL;
    if (torctl_queue_next(queue, 0, NULL, &event, NULL) != TORCTL_OK)
        return -1;
    int32_t kind = torctl_event_kind(event);
    *value = kind == TORCTL_EVENT_GAP ? torctl_gap_lost_events(event)
                                      : strtoull(torctl_event_arg(event, 0), NULL, 10);
    torctl_event_free(event);
    return kind;
}

#define CHECK_NEXT(kind, wanted)                  \
    do {                                          \
        uint64_t value = 0;                       \
        CHECK_INT(take_one(queue, &value), kind); \
        CHECK_INT(value, wanted);                 \
    } while (0)

#define CHECK_NOTHING                           \
    do {                                        \
        uint64_t value = 0;                     \
        CHECK_INT(take_one(queue, &value), -1); \
    } while (0)

/* Ten events for three places, sent one by one or together. */
static void by_events(int together)
{
    for (size_t i = 0; i < 2; i++) {
        const int32_t overflow = overflows[i];
        peer p;
        peer_start(&p, NULL, NULL);
        torctl_controller *tor = peer_open(&p);
        torctl_queue *queue = new_queue(tor, BW, 3, 0, overflow);
        for (uint64_t i = 0; i < 10; i++) {
            if (together) {
                send_some(&p, 0, 10, 1);
                break;
            }
            send_event(&p, i, 1);
            sync_with(tor);
        }
        sync_with(tor);
        CHECK_INT(torctl_queue_backlog(queue), 3);
        CHECK_INT(torctl_queue_dropped(queue), 7);
        CHECK_INT(torctl_queue_delivered(queue), 0);
        CHECK(torctl_queue_high_water(queue) <= 3);
        if (overflow == TORCTL_DROP_OLDEST) {
            CHECK_NEXT(TORCTL_EVENT_GAP, 7);
            for (uint64_t i = 7; i < 10; i++)
                CHECK_NEXT(TORCTL_EVENT_BW, i);
        } else {
            for (uint64_t i = 0; i < 3; i++)
                CHECK_NEXT(TORCTL_EVENT_BW, i);
            CHECK_NEXT(TORCTL_EVENT_GAP, 7);
        }
        CHECK_NOTHING;
        CHECK_INT(torctl_queue_delivered(queue), 3);
        /* There is room again, and nothing is lost. */
        send_some(&p, 10, 13, 1);
        sync_with(tor);
        for (uint64_t i = 10; i < 13; i++)
            CHECK_NEXT(TORCTL_EVENT_BW, i);
        CHECK_NOTHING;
        CHECK_INT(torctl_queue_dropped(queue), 7);
        torctl_queue_free(queue);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
}

/* A gap alone makes the descriptor readable, and a drain of all takes events and gaps. */
static void gaps_count_as_something(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW, 3, 0, TORCTL_DROP_NEWEST);
    struct account a = {0};
    size_t count = 0;
    send_some(&p, 0, 5, 1);
    sync_with(tor);
    CHECK_STATUS(torctl_queue_drain(queue, 0, note, &a, &count, NULL), TORCTL_OK);
    CHECK_INT(count, 4);
    CHECK_INT(a.taken, 3);
    CHECK_INT(a.lost, 2);
    CHECK_STATUS(torctl_queue_drain(queue, 0, note, &a, &count, NULL), TORCTL_EMPTY);
    send_some(&p, 5, 10, 1);
    sync_with(tor);
    for (uint64_t i = 5; i < 8; i++)
        CHECK_NEXT(TORCTL_EVENT_BW, i);
    struct pollfd pollfd = {.fd = torctl_queue_fd(queue), .events = POLLIN};
    CHECK_INT(poll(&pollfd, 1, 0), 1);
    CHECK_NEXT(TORCTL_EVENT_GAP, 2);
    CHECK_INT(poll(&pollfd, 1, 0), 0);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Full of bytes: exactly as many as fit, and one that is too large for the whole queue is held when
 * nothing else is. */
static void by_bytes(int32_t overflow)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    size_t size = event_size(0, 90);
    torctl_queue *queue = new_queue(tor, BW, 0, 3 * size, overflow);
    for (uint64_t i = 0; i < 3; i++)
        send_event(&p, i, 90);
    sync_with(tor);
    CHECK_INT(torctl_queue_backlog_bytes(queue), 3 * size);
    CHECK_INT(torctl_queue_dropped(queue), 0);
    send_event(&p, 3, 90);
    sync_with(tor);
    CHECK_INT(torctl_queue_dropped(queue), 1);
    CHECK_INT(torctl_queue_backlog_bytes(queue), 3 * size);
    struct account a = {0};
    CHECK_STATUS(torctl_queue_drain(queue, 10, note, &a, NULL, NULL), TORCTL_OK);
    CHECK_INT(a.taken, 3);
    CHECK_INT(a.lost, 1);
    CHECK_INT(a.lost_bytes, size);
    CHECK_INT(a.next, 4);
    CHECK_INT(a.holes, 0);
    /* Larger than the queue. */
    send_event(&p, 4, 6000);
    sync_with(tor);
    CHECK_INT(torctl_queue_backlog(queue), 1);
    CHECK_INT(torctl_queue_backlog_bytes(queue), event_size(4, 6000));
    send_event(&p, 5, 1);
    sync_with(tor);
    CHECK_INT(torctl_queue_backlog(queue), 1);
    CHECK_INT(torctl_queue_dropped(queue), 2);
    if (overflow == TORCTL_DROP_OLDEST) {
        CHECK_NEXT(TORCTL_EVENT_GAP, 1);
        CHECK_NEXT(TORCTL_EVENT_BW, 5);
    } else {
        CHECK_NEXT(TORCTL_EVENT_BW, 4);
        CHECK_NEXT(TORCTL_EVENT_GAP, 1);
    }
    CHECK_NOTHING;
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Each queue loses by itself, and only of its own kinds. */
static void each_queue_for_itself(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *small = new_queue(tor, BW, 1, 0, TORCTL_DROP_NEWEST);
    torctl_queue *large = new_queue(tor, BW | WARN, 100, 0, TORCTL_DROP_NEWEST);
    torctl_queue *other = new_queue(tor, WARN, 1, 0, TORCTL_DROP_OLDEST);
    send_some(&p, 0, 3, 1);
    peer_puts(&p, "650 WARN 0\r\n");
    send_some(&p, 3, 6, 1);
    sync_with(tor);
    CHECK_INT(torctl_queue_dropped(small), 5);
    CHECK_INT(torctl_queue_dropped(large), 0);
    CHECK_INT(torctl_queue_backlog(large), 7);
    CHECK_INT(torctl_queue_dropped(other), 0);
    CHECK_INT(torctl_queue_backlog(other), 1);
    torctl_queue *queue = small;
    CHECK_NEXT(TORCTL_EVENT_BW, 0);
    CHECK_NEXT(TORCTL_EVENT_GAP, 5);
    CHECK_NOTHING;
    torctl_queue_free(small);
    torctl_queue_free(large);
    torctl_queue_free(other);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* An event over the limit of a message is lost, counted, and marked in its place. */
static void too_large_events(void)
{
    peer p;
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_max_reply_bytes(options, 1000, NULL), TORCTL_OK);
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open_with(&p, options);
    torctl_options_free(options);
    torctl_queue *queue = new_queue(tor, BW, 0, 0, TORCTL_DROP_OLDEST);
    torctl_queue *other = new_queue(tor, WARN, 0, 0, TORCTL_DROP_OLDEST);
    send_event(&p, 0, 10);
    sync_with(tor);
    send_event(&p, 1, 5000);
    sync_with(tor);
    send_event(&p, 2, 10);
    sync_with(tor);
    CHECK_INT(torctl_queue_dropped(queue), 1);
    CHECK_INT(torctl_queue_dropped(other), 0);
    CHECK_INT(torctl_queue_backlog(queue), 2);
    CHECK_NEXT(TORCTL_EVENT_BW, 0);
    CHECK_NEXT(TORCTL_EVENT_GAP, 1);
    CHECK_NEXT(TORCTL_EVENT_BW, 2);
    CHECK_NOTHING;
    /* In one packet with its neighbours as well. */
    send_some(&p, 3, 4, 10);
    char text[8192];
    size_t used = put_event(text, 4, 10);
    used += put_event(text + used, 5, 2000);
    used += put_event(text + used, 6, 10);
    peer_send(&p, text, used);
    sync_with(tor);
    CHECK_NEXT(TORCTL_EVENT_BW, 3);
    CHECK_NEXT(TORCTL_EVENT_BW, 4);
    CHECK_NEXT(TORCTL_EVENT_GAP, 1);
    CHECK_NEXT(TORCTL_EVENT_BW, 6);
    CHECK_NOTHING;
    torctl_queue_free(queue);
    torctl_queue_free(other);
    torctl_controller_free(tor);
    peer_stop(&p);
}

struct flood {
    peer *p;
    uint64_t count;
    size_t padding;
    int is_over;
};

static void *send_flood(void *arg)
{
    struct flood *flood = arg;
    for (uint64_t i = 0; i < flood->count; i += 100)
        send_some(flood->p, i, i + 100, flood->padding);
    SET(flood->is_over, 1);
    return NULL;
}

/* A consumer that is too slow for a flood: whatever it gets and misses adds up. */
static void a_slow_consumer(int32_t overflow, size_t events, size_t bytes, size_t padding,
                            int drains)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor, BW, events, bytes, overflow);
    struct flood flood = {.p = &p, .count = (uint64_t)rounds(100) * 1000, .padding = padding};
    struct account a = {0};
    pthread_t thread = start_thread(send_flood, &flood);
    uint64_t turn = 0;
    /* The pauses of reading let it keep up for a while; it begins when it is behind for sure. */
    CHECK_SOON(torctl_queue_dropped(queue) > 0, 20);
    for (int was_over = 0;;) {
        int is_over = GET(flood.is_over);
        if (is_over && !was_over)
            sync_with(tor);
        was_over = is_over;
        torctl_status status;
        if (drains) {
            status = torctl_queue_drain(queue, 1 + turn % 50, note, &a, NULL, NULL);
        } else {
            torctl_event *event = NULL;
            status = torctl_queue_next(queue, 0, NULL, &event, NULL);
            if (event != NULL)
                note(event, &a);
            torctl_event_free(event);
        }
        if (status != TORCTL_OK && is_over)
            break;
        if (!is_over && turn++ % 16 == 0)
            check_pause();
        CHECK(torctl_queue_backlog(queue) <= events);
        CHECK(torctl_queue_backlog_bytes(queue) <= bytes);
    }
    JOIN_SOON(thread, 20);
    sync_with(tor);
    MAY_FAIL(torctl_queue_drain(queue, 0, note, &a, NULL, NULL));
    CHECK_INT(torctl_queue_backlog(queue), 0);
    CHECK_INT(torctl_queue_delivered(queue) + torctl_queue_dropped(queue), flood.count);
    CHECK_INT(a.taken, torctl_queue_delivered(queue));
    CHECK_INT(a.lost, torctl_queue_dropped(queue));
    CHECK_INT(a.holes, 0);
    CHECK_INT(a.next, flood.count);
    CHECK(a.lost > 0);
    CHECK(a.gaps > 0);
    CHECK(torctl_queue_high_water(queue) <= events);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* GAPs come to every listener that asked for a kind of which something was lost, and to no other. */
struct gap_counter {
    int bw;
    int gaps;
    int is_open;
    int is_running;
};

static int32_t holds(const torctl_event *event, void *user_data)
{
    struct gap_counter *g = user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP)
        ADD(g->gaps, 1);
    else
        ADD(g->bw, 1);
    SET(g->is_running, 1);
    CHECK_SOON(GET(g->is_open), 20);
    return 0;
}

static void gaps_of_listeners(void)
{
    peer p;
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_listener_capacity(options, 2, 1000, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_listener_overflow(options, TORCTL_DROP_NEWEST, NULL),
                 TORCTL_OK);
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open_with(&p, options);
    torctl_options_free(options);
    struct gap_counter bw = {0}, warn = {.is_open = 1}, gap = {.is_open = 1};
    CHECK_STATUS(torctl_listener_add(tor, BW, holds, &bw, NULL, NULL, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_listener_add(tor, WARN, holds, &warn, NULL, NULL, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_GAP), holds, &gap, NULL,
                                     NULL, NULL, NULL),
                 TORCTL_OK);
    peer_puts(&p, "650 BW 0 0\r\n");
    CHECK_SOON(GET(bw.is_running), 10);
    send_some(&p, 1, 10, 1);
    sync_with(tor);
    CHECK_INT(torctl_listener_backlog(tor), 2);
    CHECK_INT(torctl_listener_dropped(tor), 7);
    SET(bw.is_open, 1);
    CHECK_SOON(GET(bw.gaps) == 1, 10);
    peer_puts(&p, "650 WARN 0\r\n");
    CHECK_SOON(GET(warn.bw) == 1, 10);
    CHECK_INT(GET(bw.bw), 3);
    CHECK_INT(GET(warn.gaps), 0);
    CHECK_INT(GET(gap.gaps), 1);
    CHECK_INT(torctl_listener_delivered(tor), 4);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    by_events(0);
    by_events(1);
    gaps_count_as_something();
    by_bytes(TORCTL_DROP_OLDEST);
    by_bytes(TORCTL_DROP_NEWEST);
    each_queue_for_itself();
    too_large_events();
    gaps_of_listeners();
    for (size_t i = 0; i < 2; i++)
        for (int drains = 0; drains < 2; drains++) {
            a_slow_consumer(overflows[i], 1000, 4 << 20, 4, drains);
            a_slow_consumer(overflows[i], 65536, 20000, 100, drains);
        }
    return check_done();
}
