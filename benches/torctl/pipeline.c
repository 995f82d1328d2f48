/* Requests with a window of 64 outstanding. */
#include "client.h"

static torctl_pending *begin(torctl_controller *c) {
    torctl_error *err = NULL;
    torctl_pending *pending = NULL;
    must(torctl_request_start(c, "GETINFO version", NULL, 0, NULL, &pending, &err), err, "GETINFO version");
    return pending;
}

static void finish(torctl_pending *pending) {
    torctl_error *err = NULL;
    torctl_reply *reply = NULL;
    must(torctl_pending_wait(pending, &reply, &err), err, "GETINFO version");
    if (torctl_reply_code(reply) != 250) bench_fail("GETINFO version");
    torctl_reply_free(reply);
    torctl_pending_free(pending);
}

void pipelined(struct bench *b, torctl_controller *c) {
    uint64_t window = bench_number(b, "window", 64), count = bench_number(b, "n", 1), begun = 0, done = 0;
    torctl_pending **ring = calloc(window, sizeof *ring);
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    while (done < count) {
        while (begun < count && begun - done < window) ring[begun++ % window] = begin(c);
        finish(ring[done++ % window]);
    }
    b->last_ns = bench_ns();
    printf("{\"how\": \"window\", ");
    bench_end(b, count, 0);
    free(ring);
}
