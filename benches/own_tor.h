/* A real tor of a client's own, which is killed and started again: torrc= names its file. */
#ifndef TORCTL_BENCH_OWN_TOR_H
#define TORCTL_BENCH_OWN_TOR_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "bench.h"

static inline pid_t bench_tor_start(const struct bench *b) {
    pid_t pid = fork();
    if (pid < 0) bench_fail("fork");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execlp("tor", "tor", "-f", bench_text(b, "torrc", "torrc"), "--defaults-torrc", "/dev/null", "--quiet",
               (char *)NULL);
        _exit(127);
    }
    return pid;
}

static inline void bench_tor_kill(pid_t pid) {
    if (kill(pid, SIGKILL) != 0 || waitpid(pid, NULL, 0) != pid) bench_fail("tor");
}

/* Prints what a restart took, from the start of the new tor on. */
static inline void bench_print_restarts(struct bench *b, uint32_t *samples, uint64_t count) {
    printf("{");
    bench_print_percentiles(samples, count);
    bench_end(b, count, 0);
}

#endif
