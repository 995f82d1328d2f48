/* How the cost grows: slow listeners, idle and busy crowds of controllers, fan-out, standing backlogs. */
#include "client.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/epoll.h>

/* Counters that listeners of several controllers add to concurrently. */
static atomic_ullong seen, lost, latency_sum_ns;

static void pause_ns(long ns) {
    struct timespec t = {ns / 1000000000, ns % 1000000000};
    nanosleep(&t, NULL);
}

/* ---- a listener slower than tor ------------------------------------------------------------------------------ */

static int32_t on_slow(const torctl_event *event, void *user_data) {
    read_fields(event, torctl_event_kind(event));
    pause_ns(*(long *)user_data);
    return 0;
}

/* Events come at the server's rate, each call takes ms=5. Ends when all that was sent is accounted for. */
void slow_listener(struct bench *b, torctl_controller *c) {
    torctl_error *err = NULL;
    torctl_values *values = NULL;
    long ns = (long)bench_number(b, "ms", 5) * 1000000;
    uint64_t sent = bench_number(b, "n", 1), seconds = bench_number(b, "seconds", 30), worst_ns = 0;
    uint64_t done = 0, pending = 0, dropped = 0;
    long before_kb = bench_status("VmRSS");
    uint64_t kinds = kinds_of(b) & ~TORCTL_KIND_BIT(TORCTL_EVENT_GAP);
    must(torctl_listener_add(c, kinds, on_slow, &ns, NULL, NULL, NULL, &err), err, "listener");
    b->first_ns = bench_ns();
    while (bench_ns() - b->first_ns < (seconds + 10) * 1000000000u) {
        /* A request in between has to be answered as if nothing was the matter. */
        uint64_t asked = bench_ns();
        must(torctl_get_info(c, "version", NULL, &values, &err), err, "GETINFO version");
        torctl_values_free(values);
        if (bench_ns() - asked > worst_ns) worst_ns = bench_ns() - asked;
        done = torctl_listener_delivered(c);
        pending = torctl_listener_backlog(c);
        dropped = torctl_listener_dropped(c);
        if (done + pending + dropped == sent) break;
        pause_ns(20000000);
    }
    b->last_ns = bench_ns();
    long after_kb = bench_status("VmHWM");
    uint64_t closing = bench_ns();
    torctl_controller_close(c);
    printf("{\"delivered\": %" PRIu64 ", \"pending\": %" PRIu64 ", \"dropped\": %" PRIu64 ", \"growth_kb\": %ld, "
           "\"request_worst_ms\": %.3f, \"close_ms\": %.3f, ",
           done, pending, dropped, after_kb - before_kb, (double)worst_ns / 1e6, (double)(bench_ns() - closing) / 1e6);
    bench_end(b, done, done + pending + dropped);
}

/* ---- controllers that do nothing ------------------------------------------------------------------------------ */

static int answers(torctl_controller *c) {
    torctl_values *values = NULL;
    int good = torctl_get_info(c, "version", NULL, &values, NULL) == TORCTL_OK;
    torctl_values_free(values);
    return good;
}

/* c=5000 controllers; queues=1 gives each an event queue as well. */
void idle_controllers(struct bench *b) {
    uint64_t count = bench_number(b, "c", 5000), with_queues = bench_number(b, "queues", 0), alive = 0;
    torctl_controller **all = calloc(count, sizeof *all);
    torctl_queue **queues = calloc(count, sizeof *queues);
    torctl_controller *first = connect_to(b); /* pays for what is paid once */
    alive += (uint64_t)answers(first) - 1;
    long before_kb = bench_status("VmRSS");
    b->first_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        all[i] = connect_to(b);
        if (with_queues) queues[i] = queue_of(b, all[i]);
    }
    b->last_ns = bench_ns();
    long after_kb = bench_status("VmRSS"), threads = bench_status("Threads");
    double cpu = bench_cpu(), idle_seconds = (double)bench_number(b, "idle_ms", 2000) / 1e3;
    pause_ns((long)(idle_seconds * 1e9));
    cpu = bench_cpu() - cpu;
    for (uint64_t i = 0; i < count; i++) alive += (uint64_t)answers(all[i]);
    alive += (uint64_t)answers(first);
    printf("{\"kb_each\": %.3f, \"alive\": %" PRIu64 ", \"idle_cpu_percent\": %.3f, \"idle_threads\": %ld, ",
           (double)(after_kb - before_kb) / (double)count, alive, 100 * cpu / idle_seconds, threads);
    bench_end(b, count, 0);
    for (uint64_t i = 0; i < count; i++) {
        torctl_queue_free(queues[i]);
        torctl_controller_free(all[i]);
    }
    torctl_controller_free(first);
    free(queues);
    free(all);
}

/* ---- controllers that share a constant rate ------------------------------------------------------------------- */

static int32_t on_shared(const torctl_event *event, void *user_data) {
    (void)user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        atomic_fetch_add(&lost, torctl_gap_lost_events(event));
        return 0;
    }
    uint64_t sent_ns = torctl_bw_read_bytes(event);
    (void)torctl_bw_written_bytes(event);
    atomic_fetch_add(&latency_sum_ns, bench_ns() - sent_ns);
    atomic_fetch_add(&seen, 1);
    return 0;
}

static void drain_ready(int epoll_fd, torctl_queue **queues, torctl_listener_fn fn, int timeout_ms) {
    struct epoll_event ready[256];
    torctl_error *err = NULL;
    size_t count;
    int n = epoll_wait(epoll_fd, ready, 256, timeout_ms);
    for (int i = 0; i < n; i++) {
        must(torctl_queue_drain(queues[ready[i].data.u64], 0, fn, NULL, &count, &err), err, "drain");
    }
}

static int watch_queues(torctl_queue **queues, uint64_t count) {
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (uint64_t i = 0; i < count; i++) {
        struct epoll_event ev = {.events = EPOLLIN, .data.u64 = i};
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, torctl_queue_fd(queues[i]), &ev) != 0) bench_fail("epoll_ctl");
    }
    return epoll_fd;
}

static void wait_for(uint64_t wanted, int epoll_fd, torctl_queue **queues, torctl_listener_fn fn) {
    uint64_t before = 0, quiet_since = bench_ns();
    while (seen + lost < wanted) {
        if (queues != NULL) drain_ready(epoll_fd, queues, fn, 100);
        else pause_ns(2000000);
        if (seen + lost != before) {
            before = seen + lost;
            quiet_since = bench_ns();
        } else if (bench_ns() - quiet_since > 10000000000u) {
            bench_fail("nothing came for ten seconds");
        }
    }
}

/* c=N controllers with a listener or a queue each; the server spreads n events over them at its rate. */
void many_controllers(struct bench *b) {
    torctl_error *err = NULL;
    uint64_t count = bench_number(b, "c", 1), wanted = bench_number(b, "n", 1);
    int with_queues = strcmp(bench_text(b, "face", "listener"), "queue") == 0, epoll_fd = -1;
    torctl_controller **all = calloc(count, sizeof *all);
    torctl_queue **queues = with_queues ? calloc(count, sizeof *queues) : NULL;
    for (uint64_t i = 0; i < count; i++) all[i] = connect_to(b);
    for (uint64_t i = 0; i < count; i++) {
        if (i + 1 == count) { /* the server starts with the last subscription */
            if (with_queues && count > 1) epoll_fd = watch_queues(queues, count - 1);
            b->cpu_at_start = bench_cpu();
            b->first_ns = bench_ns();
        }
        if (with_queues) queues[i] = queue_of(b, all[i]);
        else must(torctl_listener_add(all[i], kinds_of(b), on_shared, NULL, NULL, NULL, NULL, &err), err, "listener");
    }
    if (with_queues) {
        struct epoll_event ev = {.events = EPOLLIN, .data.u64 = count - 1};
        if (epoll_fd < 0) epoll_fd = epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, torctl_queue_fd(queues[count - 1]), &ev) != 0) bench_fail("epoll_ctl");
    }
    wait_for(wanted, epoll_fd, queues, on_shared);
    b->last_ns = bench_ns();
    printf("{\"dropped\": %llu, \"mean_us\": %.3f, ", lost, seen ? (double)latency_sum_ns / (double)seen / 1e3 : 0.0);
    bench_end(b, seen, 0);
    for (uint64_t i = 0; i < count; i++) {
        if (with_queues) torctl_queue_free(queues[i]);
        torctl_controller_free(all[i]);
    }
    free(queues);
    free(all);
}

/* ---- many listeners or queues on one controller --------------------------------------------------------------- */

static int32_t on_fan(const torctl_event *event, void *user_data) {
    (void)user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        lost += torctl_gap_lost_events(event);
        return 0;
    }
    /* One consumer thread whichever the face: plain loads and stores would do, and relaxed ones cost the same. */
    uint64_t bytes = torctl_bw_read_bytes(event) + torctl_bw_written_bytes(event);
    atomic_store_explicit(&latency_sum_ns, latency_sum_ns + bytes, memory_order_relaxed);
    atomic_store_explicit(&seen, seen + 1, memory_order_relaxed);
    return 0;
}

/* k=N listeners or queues, each of which is to have all n events. */
void fan_out(struct bench *b, torctl_controller *c) {
    torctl_error *err = NULL;
    uint64_t k = bench_number(b, "k", 1), wanted = bench_number(b, "n", 1) * k;
    int with_queues = strcmp(bench_text(b, "face", "listener"), "queue") == 0, epoll_fd = -1;
    torctl_queue **queues = with_queues ? calloc(k, sizeof *queues) : NULL;
    /* The trigger=... of the server is another kind, subscribed last: all are in place before the first event. */
    for (uint64_t i = 0; i < k; i++) {
        if (with_queues) queues[i] = queue_of(b, c);
        else must(torctl_listener_add(c, kinds_of(b), on_fan, NULL, NULL, NULL, NULL, &err), err, "listener");
    }
    if (with_queues) epoll_fd = watch_queues(queues, k);
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    must(torctl_listener_add(c, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), on_fan, NULL, NULL, NULL, NULL, &err), err,
         "start");
    wait_for(wanted, epoll_fd, queues, on_fan);
    b->last_ns = bench_ns();
    printf("{\"dropped\": %llu, ", lost);
    bench_end(b, seen, latency_sum_ns);
    for (uint64_t i = 0; with_queues && i < k; i++) torctl_queue_free(queues[i]);
    free(queues);
}

/* ---- a queue that is never empty ------------------------------------------------------------------------------ */

/* standing=N events stay in the queue; only what goes beyond is taken, every millisecond. */
void standing_backlog(struct bench *b, torctl_controller *c) {
    torctl_error *err = NULL;
    uint64_t standing = bench_number(b, "standing", 0), wanted = bench_number(b, "n", 1);
    torctl_queue *q = queue_of(b, c);
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    for (;;) {
        uint64_t there = torctl_queue_backlog(q);
        size_t count = 0;
        if (there > standing) must(torctl_queue_drain(q, there - standing, on_fan, NULL, &count, &err), err, "drain");
        if (seen + torctl_queue_dropped(q) + torctl_queue_backlog(q) >= wanted) break;
        if (bench_ns() - b->first_ns > 60000000000u) bench_fail("it took over a minute");
        pause_ns(1000000);
    }
    b->last_ns = bench_ns();
    printf("{\"dropped\": %" PRIu64 ", \"high_water\": %" PRIu64 ", ", (uint64_t)torctl_queue_dropped(q),
           (uint64_t)torctl_queue_high_water(q));
    bench_end(b, seen, latency_sum_ns);
    torctl_queue_free(q);
}
