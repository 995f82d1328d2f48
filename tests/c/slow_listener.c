/* A listener that sleeps, and a million events: memory stays small, requests are answered, what is
 * lost is counted exactly and marked where it was.
 *
 * ctest: unit timeout=120 mode=thread_free */
#include "peer.h"

enum { EVENTS = 1000000, MIB = 1048576 };

/* From /proc/self/status, in bytes: "VmRSS" now, "VmHWM" at the most. */
static size_t memory(const char *name)
{
    char line[256];
    size_t kib = 0, length = strlen(name);
    FILE *file = fopen("/proc/self/status", "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, length) == 0)
            kib = (size_t)strtoul(line + length + 1, NULL, 10);
    fclose(file);
    return kib * 1024;
}

struct slow {
    int naps_ms;
    int is_awake; /* sleeps no more */
    int is_held;  /* does not return from its first call */
    int is_in;
    uint64_t next; /* the number that the next event should have */
    uint64_t heard;
    uint64_t gaps;
    uint64_t lost;
    uint64_t lost_bytes;
    uint64_t missing_bytes; /* of the events whose numbers are missing */
    uint64_t faults;
    int is_destroyed;
};

/* "650 BW N N\r\n" */
static uint64_t event_size(uint64_t number)
{
    char text[64];
    return (uint64_t)snprintf(text, sizeof text, "650 BW %llu %llu\r\n", (unsigned long long)number,
                              (unsigned long long)number);
}

static int32_t listens(const torctl_event *event, void *user_data)
{
    struct slow *slow = user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        uint64_t lost = torctl_gap_lost_events(event), bytes = 0;
        for (uint64_t i = 0; i < lost; i++)
            bytes += event_size(slow->next + i);
        slow->gaps++;
        slow->lost += lost;
        slow->lost_bytes += torctl_gap_lost_bytes(event);
        slow->missing_bytes += bytes;
        slow->next += lost;
        return 0;
    }
    uint64_t number = strtoull(torctl_event_arg(event, 0), NULL, 10);
    /* Without a gap there is no hole. */
    if (number != slow->next)
        slow->faults++;
    slow->next = number + 1;
    ADD(slow->heard, 1);
    SET(slow->is_in, 1);
    CHECK_SOON(!GET(slow->is_held), 60);
    if (!GET(slow->is_awake)) {
        struct timespec nap = {0, slow->naps_ms * 1000000L};
        nanosleep(&nap, NULL);
    }
    return 0;
}

static void destroyed(void *user_data)
{
    struct slow *slow = user_data;
    SET(slow->is_destroyed, 1);
}

struct flood {
    peer *p;
    uint64_t count;
    int is_over;
};

static void *send_flood(void *arg)
{
    struct flood *flood = arg;
    char text[65536];
    size_t used = 0;
    for (uint64_t i = 0; i < flood->count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "650 BW %llu %llu\r\n",
                                 (unsigned long long)i, (unsigned long long)i);
        if (used > sizeof text - 100 || i + 1 == flood->count) {
            REQUIRE(peer_send(flood->p, text, used));
            used = 0;
        }
    }
    SET(flood->is_over, 1);
    return NULL;
}

static void ask(torctl_controller *tor)
{
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), "value of version");
    torctl_values_free(values);
}

static void flood_a_sleeper(int32_t overflow)
{
    uint64_t events = (uint64_t)rounds(EVENTS);
    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_listener_overflow(options, overflow, NULL), TORCTL_OK);
    /* Fewer than are sent, also where fewer are sent. */
    if (is_instrumented())
        REQUIRE_STATUS(torctl_options_set_listener_capacity(options, 3000, MIB, NULL), TORCTL_OK);
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open_with(&p, options);
    torctl_options_free(options);
    struct slow slow = {.naps_ms = 2, .is_held = 1};
    uint64_t id = 0;
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), listens, &slow,
                                       destroyed, NULL, &id, NULL),
                   TORCTL_OK);

    struct flood flood = {.p = &p, .count = events};
    size_t asked = 0;
    pthread_t thread = start_thread(send_flood, &flood);
    /* Requests are answered while the flood runs, and after it: none waits for the listener, which
     * does not return from its first call until hundreds have been answered. */
    CHECK_SOON(GET(slow.is_in), 10);
    for (; asked < 200; asked++)
        ask(tor);
    SET(slow.is_held, 0);
    for (; !GET(flood.is_over); asked++)
        ask(tor);
    JOIN_SOON(thread, 90);
    for (int i = 0; i < 500; i++, asked++)
        ask(tor);
    fprintf(stderr, "overflow %d: %llu events, %zu requests, %llu events heard meanwhile\n",
            (int)overflow, (unsigned long long)events, asked, (unsigned long long)GET(slow.heard));

    /* The last reply came after the last event, so all of them are accounted for. */
    uint64_t delivered = torctl_listener_delivered(tor), dropped = torctl_listener_dropped(tor);
    size_t backlog = torctl_listener_backlog(tor);
    while (delivered != torctl_listener_delivered(tor)) {
        delivered = torctl_listener_delivered(tor);
        backlog = torctl_listener_backlog(tor);
    }
    CHECK_INT(delivered + backlog + dropped, events);
    CHECK(dropped > 0);

    SET(slow.is_awake, 1);
    CHECK_SOON(torctl_listener_backlog(tor) == 0, 60);
    CHECK_INT(torctl_listener_delivered(tor) + torctl_listener_dropped(tor), events);
    /* Removed, so it runs no more and can be looked at. */
    CHECK_STATUS(torctl_listener_remove(tor, id, NULL, NULL), TORCTL_OK);
    CHECK_INT(GET(slow.is_destroyed), 1);
    CHECK_INT(slow.faults, 0);
    CHECK_INT(slow.heard, torctl_listener_delivered(tor));
    CHECK_INT(slow.lost, torctl_listener_dropped(tor));
    CHECK_INT(slow.heard + slow.lost, events);
    CHECK_INT(slow.next, events);
    CHECK_INT(slow.lost_bytes, slow.missing_bytes);
    CHECK(slow.gaps > 0);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Large events, and a queue that wants one in eight of them: sharing must not keep the rest. */
static void *send_mixed(void *arg)
{
    struct flood *flood = arg;
    static char text[1 << 20];
    for (uint64_t sent = 0; sent < flood->count;) {
        size_t used = 0;
        while (used < sizeof text - 4096 && sent < flood->count) {
            used += (size_t)sprintf(text + used, "650 %s 1 ", sent % 8 ? "CIRC" : "BW");
            memset(text + used, 'x', 1000);
            used += 1000;
            used += (size_t)sprintf(text + used, "\r\n");
            sent++;
        }
        REQUIRE(peer_send(flood->p, text, used));
    }
    SET(flood->is_over, 1);
    return NULL;
}

static void flood_with_large_events(void)
{
    peer p;
    torctl_queue *few = NULL, *all = NULL;
    const uint64_t bw = TORCTL_KIND_BIT(TORCTL_EVENT_BW), circ = TORCTL_KIND_BIT(TORCTL_EVENT_CIRC);
    uint64_t events = (uint64_t)rounds(200000);
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    REQUIRE_STATUS(torctl_queue_new(tor, bw, 0, 0, TORCTL_DROP_OLDEST, NULL, &few, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, bw | circ, 0, 0, TORCTL_DROP_NEWEST, NULL, &all, NULL),
                   TORCTL_OK);
    struct flood flood = {.p = &p, .count = events};
    pthread_t thread = start_thread(send_mixed, &flood);
    while (!GET(flood.is_over))
        ask(tor);
    JOIN_SOON(thread, 90);
    ask(tor);
    CHECK_INT(torctl_queue_backlog(few) + torctl_queue_dropped(few), (events + 7) / 8);
    CHECK_INT(torctl_queue_backlog(all) + torctl_queue_dropped(all), events);
    CHECK(torctl_queue_backlog_bytes(few) <= 4 * (size_t)MIB);
    CHECK(torctl_queue_backlog_bytes(all) <= 4 * (size_t)MIB);
    torctl_queue_free(few);
    torctl_queue_free(all);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    flood_a_sleeper(TORCTL_DROP_OLDEST);
    flood_a_sleeper(TORCTL_DROP_NEWEST);
    flood_with_large_events();
    if (!is_instrumented()) {
        fprintf(stderr, "at most %zu KiB resident\n", memory("VmHWM") / 1024);
        CHECK(memory("VmHWM") < 64 * (size_t)MIB);
    }
    return check_done();
}
