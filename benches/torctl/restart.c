/* How long after the start of another tor the controller is ready again, with so many onion services. */
#include "client.h"

#include "own_tor.h"

/* Takes the states until this tor is ready. */
static void until_ready(torctl_queue *q, uint64_t incarnation) {
    for (int is_ready = 0; !is_ready;) {
        torctl_error *err = NULL;
        torctl_event *event = NULL;
        must(torctl_queue_next(q, 60000, NULL, &event, &err), err, "ready");
        if (event == NULL) bench_fail("not ready for a minute");
        is_ready = torctl_state_event_state(event) == TORCTL_STATE_READY &&
                   torctl_state_event_incarnation(event) == incarnation;
        torctl_event_free(event);
    }
}

static void add_services(torctl_controller *c, size_t count) {
    torctl_error *err = NULL;
    torctl_onions *onions = NULL;
    torctl_onion_options *service = torctl_onion_options_new();
    const torctl_onion_options **options = calloc(count, sizeof *options);
    must(torctl_onion_options_add_port(service, 80, NULL, &err), err, "port");
    for (size_t i = 0; i < count; i++) options[i] = service;
    must(torctl_add_onions(c, options, count, NULL, &onions, &err), err, "services");
    torctl_onions_free(onions);
    torctl_onion_options_free(service);
    free(options);
}

void restarts(struct bench *b) {
    uint64_t count = bench_number(b, "n", 1), services = bench_number(b, "services", 0);
    uint32_t *samples = calloc(count, sizeof *samples);
    torctl_error *err = NULL;
    torctl_controller *c = NULL;
    torctl_queue *q = NULL;
    torctl_options *options = torctl_options_new();
    must(torctl_options_set_address(options, b->address, &err), err, "address");
    must(torctl_options_set_reconnect(options, 1, &err), err, "reconnect");
    must(torctl_options_set_reconnect_delay_ms(options, 1, 1, &err), err, "delay");
    must(torctl_controller_new(options, &c, &err), err, "controller");
    must(torctl_queue_new(c, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0, TORCTL_DROP_OLDEST, NULL, &q, &err), err,
         "queue");
    torctl_options_free(options);
    pid_t tor = bench_tor_start(b);
    must(torctl_controller_start(c, &err), err, "start");
    until_ready(q, 1);
    if (services > 0) add_services(c, services);
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        bench_tor_kill(tor);
        uint64_t before = bench_ns();
        tor = bench_tor_start(b);
        until_ready(q, i + 2);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    bench_print_restarts(b, samples, count);
    torctl_controller_free(c);
    torctl_queue_free(q);
    bench_tor_kill(tor);
}
