/* What a process has of descriptors, threads and memory: to be the same after much as after little. */
#ifndef TORCTL_TESTS_USAGE_H
#define TORCTL_TESTS_USAGE_H

#include <malloc.h>

#include "dial.h"
#include "peer.h"
#include "task.h"

struct usage {
    int fds, threads;
    size_t bytes;
};

/* What the allocator keeps for each thread would count as used. Begins the program once more. */
static inline void usage_begin(char **argv)
{
    if (is_instrumented() || getenv("GLIBC_TUNABLES") != NULL)
        return;
    REQUIRE(setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1) == 0);
    execv("/proc/self/exe", argv);
    REQUIRE(!"execv");
}

static inline struct usage usage_now(void)
{
    struct mallinfo2 memory = mallinfo2();
    struct usage usage = {count_fds(), task_count(), memory.uordblks + memory.hblkhd};
    return usage;
}

static inline void usage_check(struct usage before, struct usage after, int more_fds)
{
    fprintf(stderr, "descriptors %d, %d; threads %d, %d; bytes %zu, %zu\n", before.fds, after.fds,
            before.threads, after.threads, before.bytes, after.bytes);
    CHECK(after.fds <= before.fds + more_fds);
    CHECK_INT(after.threads, before.threads);
    CHECK(after.bytes <= before.bytes + (is_instrumented() ? 256 << 10 : 8 << 10));
}

#endif
