/* Requests with a window of 64 outstanding. The only file that knows how torctl pipelines. */
#include "client.h"

#ifdef HAVE_PIPELINE
#error "write this against torctl_pipeline_*"
#else

#include <pthread.h>
#include <stdatomic.h>

static torctl_controller *shared;
static atomic_llong left;

static void *asker(void *unused) {
    torctl_error *err = NULL;
    while (atomic_fetch_sub_explicit(&left, 1, memory_order_relaxed) > 0) {
        torctl_values *values = NULL;
        must(torctl_get_info(shared, "version", NULL, &values, &err), err, "GETINFO version");
        torctl_values_free(values);
    }
    return unused;
}

/* Blocking requests of many threads on one controller are in flight together. */
void pipelined(struct bench *b, torctl_controller *c) {
    uint64_t window = bench_number(b, "window", 64), count = bench_number(b, "n", 1);
    pthread_t *threads = calloc(window, sizeof *threads);
    shared = c;
    atomic_store(&left, (long long)count);
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    for (uint64_t i = 0; i < window; i++) {
        if (pthread_create(&threads[i], NULL, asker, NULL) != 0) bench_fail("pthread_create");
    }
    for (uint64_t i = 0; i < window; i++) pthread_join(threads[i], NULL);
    b->last_ns = bench_ns();
    printf("{\"how\": \"threads\", ");
    bench_end(b, count, 0);
    free(threads);
}

#endif
