/* Begun calls with a window of 64 outstanding, and connections through a SOCKS server. */
#include <poll.h>

#include "client.h"

static uint64_t answered;

static int32_t on_result(const torctl_event *event, void *user_data) {
    torctl_error *err = NULL;
    torctl_values *values = NULL;
    (void)user_data;
    must(torctl_result_take_values(event, &values, &err), err, "GETINFO version");
    if (torctl_values_value(values, 0)[0] != '0') bench_fail("GETINFO version: not the answer");
    torctl_values_free(values);
    answered++;
    return TORCTL_OK;
}

void begun_calls(struct bench *b, torctl_controller *c) {
    uint64_t window = bench_number(b, "window", 64), count = bench_number(b, "n", 1), begun = 0;
    torctl_error *err = NULL;
    torctl_queue *q = NULL;
    torctl_call *call = torctl_call_new();
    must(torctl_queue_new(c, TORCTL_KIND_BIT(TORCTL_EVENT_GAP), 0, 0, TORCTL_DROP_OLDEST, NULL, &q, &err), err,
         "queue");
    must(torctl_call_set_queue(call, q, 0, &err), err, "queue of the call");
    struct pollfd ready = {.fd = torctl_queue_fd(q), .events = POLLIN};
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    while (answered < count) {
        for (; begun < count && begun - answered < window; begun++) {
            must(torctl_get_info(c, "version", call, NULL, &err), err, "GETINFO version");
        }
        if (poll(&ready, 1, 10000) <= 0) bench_fail("nothing came for ten seconds");
        must(torctl_queue_drain(q, 0, on_result, NULL, NULL, &err), err, "drain");
    }
    b->last_ns = bench_ns();
    printf("{");
    bench_end(b, answered, 0);
    torctl_call_free(call);
    torctl_queue_free(q);
}

static void dial_once(torctl_controller *c, const torctl_dial_options *options) {
    torctl_error *err = NULL;
    int fd = -1;
    must(torctl_dial(c, "host.test", 80, options, 10000, NULL, &fd, NULL, &err), err, "dial");
    close(fd);
}

void dials(struct bench *b, torctl_controller *c) {
    uint64_t count = bench_number(b, "n", 1);
    uint32_t *samples = calloc(count, sizeof *samples);
    torctl_error *err = NULL;
    torctl_dial_options *options = torctl_dial_options_new();
    must(torctl_dial_options_set_socks_address(options, bench_text(b, "socks", NULL), &err), err, "socks");
    for (int i = 0; i < 200; i++) dial_once(c, options);
    b->cpu_at_start = bench_cpu();
    b->first_ns = b->last_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = b->last_ns;
        dial_once(c, options);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    printf("{");
    bench_print_percentiles(samples, count);
    bench_end(b, count, 0);
    torctl_dial_options_free(options);
    free(samples);
}
