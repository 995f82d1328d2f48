/* The client that the benchmarks are about: torctl through its public C API. `face=listener` or `face=queue`. */
#include "client.h"

#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>

static struct bench *run; /* the one measurement of this process */
static uint64_t wanted, delivered, lost;
static int is_thread_free; /* threads=0: this program is the loop */
static atomic_int over;
static sem_t end;
static uint32_t *samples;

void must(torctl_status status, torctl_error *err, const char *what) {
    if (status >= TORCTL_OK) return;
    fprintf(stderr, "torctl client: %s: %s: %s\n", what, torctl_status_name(status),
            err ? torctl_error_message(err) : "");
    exit(1);
}

torctl_controller *connect_to(const struct bench *b) {
    torctl_error *err = NULL;
    torctl_options *options = torctl_options_new();
    torctl_controller *c = NULL;
    uint64_t events = bench_number(b, "capacity_events", 0), bytes = bench_number(b, "capacity_bytes", 0);
    must(torctl_options_set_address(options, b->address, &err), err, "address");
    if (is_thread_free) must(torctl_options_set_thread_free(options, 1, &err), err, "thread-free");
    if (events != 0) must(torctl_options_set_listener_capacity(options, events, bytes, &err), err, "capacity");
    must(torctl_controller_new(options, &c, &err), err, "controller");
    torctl_options_free(options);
    must(torctl_controller_connect(c, NULL, &err), err, "connect");
    return c;
}

/* events="CIRC BW" as kind bits, with GAP so that losses are seen where they happen. */
uint64_t kinds_of(const struct bench *b) {
    uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_GAP);
    char *words = strdup(bench_text(b, "events", "BW")), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        kinds |= TORCTL_KIND_BIT(torctl_kind_from_name(w));
    }
    free(words);
    return kinds;
}

torctl_queue *queue_of(const struct bench *b, torctl_controller *c) {
    torctl_error *err = NULL;
    torctl_queue *q = NULL;
    must(torctl_queue_new(c, kinds_of(b), bench_number(b, "capacity_events", 0), bench_number(b, "capacity_bytes", 0),
                          TORCTL_DROP_OLDEST, NULL, &q, &err),
         err, "queue");
    return q;
}

/* ---- floods ---------------------------------------------------------------------------------------------------- */

static void check_end(void) {
    if (delivered + lost < wanted || atomic_load_explicit(&over, memory_order_relaxed)) return;
    run->last_ns = bench_ns();
    atomic_store_explicit(&over, 1, memory_order_release);
    sem_post(&end);
}

/* fields=none or fields=one: what a program pays that reads less. */
static enum { READS_ALL, READS_ONE, READS_NONE } reads;

static int32_t on_flood(const torctl_event *event, void *user_data) {
    int32_t kind = torctl_event_kind(event);
    (void)user_data;
    if (kind == TORCTL_EVENT_GAP) {
        lost += torctl_gap_lost_events(event);
    } else {
        if (delivered == 0) run->first_ns = torctl_event_arrival_mono_ns(event);
        if (reads == READS_ALL) read_fields(event, kind);
        else if (reads == READS_ONE) read_one_text(event);
        delivered++;
    }
    check_end();
    return 0;
}

static int32_t on_timed(const torctl_event *event, void *user_data) {
    (void)user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        lost += torctl_gap_lost_events(event);
    } else {
        uint64_t sent = torctl_bw_read_bytes(event);
        if (delivered < wanted) samples[delivered] = bench_sample(bench_ns() - sent);
        if (delivered++ == 0) run->first_ns = bench_ns();
    }
    check_end();
    return 0;
}

/* The listeners are called in here. */
static void process_until_end(torctl_controller *c) {
    struct pollfd ready = {.fd = torctl_controller_fd(c), .events = POLLIN};
    while (!atomic_load_explicit(&over, memory_order_relaxed)) {
        torctl_error *err = NULL;
        if (poll(&ready, 1, torctl_controller_timeout_ms(c)) < 0) bench_fail("poll");
        must(torctl_controller_process(c, &err), err, "process");
        if (torctl_controller_state(c) == TORCTL_STATE_CLOSED) bench_fail("the connection ended");
    }
}

/* Waits until every event was delivered or is known to be lost. Losses at the very end may have no event after them. */
static void listen_until_end(torctl_controller *c, torctl_listener_fn fn) {
    torctl_error *err = NULL;
    must(torctl_listener_add(c, kinds_of(run), fn, NULL, NULL, NULL, NULL, &err), err, "listener");
    if (is_thread_free) {
        process_until_end(c);
        return;
    }
    while (!atomic_load_explicit(&over, memory_order_acquire)) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 5000000;
        if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
        if (sem_timedwait(&end, &until) == 0) break;
        /* An event counts as delivered before its callback has returned: only losses may end it here. */
        if (torctl_listener_dropped(c) > 0 && torctl_listener_backlog(c) == 0 &&
            torctl_listener_delivered(c) + torctl_listener_dropped(c) >= wanted) {
            run->last_ns = bench_ns();
            break;
        }
        if (torctl_controller_state(c) == TORCTL_STATE_CLOSED) bench_fail("the connection ended");
    }
}

static void drain_until_end(torctl_controller *c, torctl_listener_fn fn) {
    torctl_error *err = NULL;
    torctl_queue *q = queue_of(run, c);
    struct pollfd ready = {.fd = torctl_queue_fd(q), .events = POLLIN};
    while (!atomic_load_explicit(&over, memory_order_relaxed)) {
        torctl_status status;
        size_t count;
        if (poll(&ready, 1, 10000) <= 0) bench_fail("nothing came for ten seconds");
        do {
            status = torctl_queue_drain(q, 0, fn, NULL, &count, &err);
            must(status, err, "drain");
        } while (status == TORCTL_OK && !atomic_load_explicit(&over, memory_order_relaxed));
        if (status == TORCTL_END) bench_fail("the connection ended");
    }
    lost = torctl_queue_dropped(q);
    torctl_queue_free(q);
}

static void consume(torctl_controller *c, torctl_listener_fn fn) {
    if (strcmp(bench_text(run, "face", "listener"), "queue") == 0) {
        drain_until_end(c, fn);
    } else {
        listen_until_end(c, fn);
        lost = torctl_listener_dropped(c);
    }
}

static void flood(torctl_controller *c) {
    const char *fields = bench_text(run, "fields", "all");
    reads = strcmp(fields, "one") == 0 ? READS_ONE : strcmp(fields, "none") == 0 ? READS_NONE : READS_ALL;
    consume(c, on_flood);
    printf("{\"dropped\": %" PRIu64 ", \"entries\": %" PRIu64 ", ", lost, fields_entries());
    bench_end(run, delivered, fields_sum());
}

static void latency(torctl_controller *c) {
    samples = calloc(wanted, sizeof *samples);
    consume(c, on_timed);
    printf("{\"dropped\": %" PRIu64 ", ", lost);
    bench_print_percentiles(samples, delivered < wanted ? delivered : wanted);
    bench_end(run, delivered, 0);
}

/* ---- requests -------------------------------------------------------------------------------------------------- */

static void get_version(torctl_controller *c) {
    torctl_error *err = NULL;
    torctl_values *values = NULL;
    must(torctl_get_info(c, "version", NULL, &values, &err), err, "GETINFO version");
    if (torctl_values_value(values, 0)[0] != '0') bench_fail("GETINFO version: not the answer");
    torctl_values_free(values);
}

static void round_trips(torctl_controller *c) {
    samples = calloc(wanted, sizeof *samples);
    for (int i = 0; i < 200; i++) get_version(c);
    run->cpu_at_start = bench_cpu();
    run->first_ns = run->last_ns = bench_ns();
    for (uint64_t i = 0; i < wanted; i++) {
        uint64_t before = run->last_ns;
        get_version(c);
        run->last_ns = bench_ns();
        samples[i] = bench_sample(run->last_ns - before);
    }
    printf("{");
    bench_print_percentiles(samples, wanted);
    bench_end(run, wanted, 0);
}

int main(int argc, char **argv) {
    struct bench b = bench_begin(argc, argv);
    run = &b;
    wanted = bench_number(&b, "n", 1);
    is_thread_free = bench_number(&b, "threads", 1) == 0;
    sem_init(&end, 0, 0);
    if (strcmp(b.mode, "idle") == 0) {
        idle_controllers(&b);
        return 0;
    }
    if (strcmp(b.mode, "many") == 0) {
        many_controllers(&b);
        return 0;
    }
    if (strcmp(b.mode, "restart") == 0) {
        restarts(&b);
        return 0;
    }
    torctl_controller *c = connect_to(&b);
    b.cpu_at_start = bench_cpu();
    if (strcmp(b.mode, "first") == 0) get_version(c);
    else if (strcmp(b.mode, "flood") == 0) flood(c);
    else if (strcmp(b.mode, "latency") == 0) latency(c);
    else if (strcmp(b.mode, "rtt") == 0) round_trips(c);
    else if (strcmp(b.mode, "pipeline") == 0) pipelined(&b, c);
    else if (strcmp(b.mode, "begun") == 0) begun_calls(&b, c);
    else if (strcmp(b.mode, "dial") == 0) dials(&b, c);
    else if (strcmp(b.mode, "document") == 0) document(&b, c);
    else if (strcmp(b.mode, "slow") == 0) slow_listener(&b, c);
    else if (strcmp(b.mode, "fan") == 0) fan_out(&b, c);
    else if (strcmp(b.mode, "backlog") == 0) standing_backlog(&b, c);
    else bench_fail("no such mode");
    torctl_controller_free(c);
    return 0;
}
