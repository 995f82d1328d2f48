/*
 * What every client of the benchmarks written in C shares: its arguments, its clocks and its one line of JSON.
 *
 *   client MODE ADDRESS [key=value ...]
 *
 * ADDRESS is unix:/path or HOST:PORT. The modes, and what each prints, stand in benches/README.md.
 */
#ifndef TORCTL_BENCH_H
#define TORCTL_BENCH_H

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct bench {
    const char *mode, *address;
    int argc;
    char **argv;
    double cpu_at_start;
    uint64_t first_ns, last_ns; /* of the measured stretch */
};

static inline uint64_t bench_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* CPU seconds of the whole process, all threads, user and system. */
static inline double bench_cpu(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

/* A line of /proc/self/status in its unit (kB or a count). VmHWM, not ru_maxrss: that one survives exec. */
static inline long bench_status(const char *field) {
    char line[256];
    long value = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0 && line[strlen(field)] == ':') {
            value = strtol(line + strlen(field) + 1, NULL, 10);
        }
    }
    fclose(file);
    return value;
}

static inline void bench_fail(const char *what) {
    fprintf(stderr, "bench client: %s: %s\n", what, errno ? strerror(errno) : "failed");
    exit(1);
}

static inline const char *bench_text(const struct bench *b, const char *key, const char *fallback) {
    size_t n = strlen(key);
    for (int i = 3; i < b->argc; i++) {
        if (strncmp(b->argv[i], key, n) == 0 && b->argv[i][n] == '=') return b->argv[i] + n + 1;
    }
    return fallback;
}

static inline uint64_t bench_number(const struct bench *b, const char *key, uint64_t fallback) {
    const char *text = bench_text(b, key, NULL);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static inline struct bench bench_begin(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: %s MODE ADDRESS [key=value ...]\n", argv[0]);
        exit(2);
    }
    return (struct bench){.mode = argv[1], .address = argv[2], .argc = argc, .argv = argv, .cpu_at_start = bench_cpu()};
}

/* Whether a socket is connected to the address. Only the clients without a library use it. */
static inline int bench_try_connect(const struct bench *b, int *fd) {
    int done, one = 1;
    if (strncmp(b->address, "unix:", 5) == 0) {
        struct sockaddr_un to = {.sun_family = AF_UNIX};
        if (strlen(b->address + 5) >= sizeof to.sun_path) bench_fail(b->address);
        strcpy(to.sun_path, b->address + 5);
        *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        done = connect(*fd, (struct sockaddr *)&to, sizeof to);
    } else {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        const char *colon = strrchr(b->address, ':');
        to.sin_port = htons((uint16_t)atoi(colon ? colon + 1 : "0"));
        *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        done = connect(*fd, (struct sockaddr *)&to, sizeof to);
    }
    if (*fd >= 0 && done != 0) close(*fd);
    return *fd >= 0 && done == 0;
}

static inline int bench_connect(const struct bench *b) {
    int fd;
    if (!bench_try_connect(b, &fd)) bench_fail(b->address);
    return fd;
}

static int bench_ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Prints `"p50_us": .., "p99_us": ..,` of samples in nanoseconds; sorts them. */
static inline void bench_print_percentiles(uint32_t *samples, size_t count) {
    if (count == 0) return;
    qsort(samples, count, sizeof *samples, bench_ascending);
    printf("\"p50_us\": %.3f, \"p99_us\": %.3f, \"max_us\": %.3f, ", samples[count / 2] / 1e3,
           samples[count - 1 - (count - 1) / 100] / 1e3, samples[count - 1] / 1e3);
}

/* Nanoseconds in 32 bits, cut at four seconds. */
static inline uint32_t bench_sample(uint64_t ns) { return ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns; }

/* Closes the JSON line that the caller has opened with `{` and its own members. */
static inline void bench_end(const struct bench *b, uint64_t count, uint64_t check) {
    printf("\"count\": %" PRIu64 ", \"check\": %" PRIu64 ", \"seconds\": %.9f, \"cpu_seconds\": %.6f, "
           "\"peak_kb\": %ld, \"threads\": %ld}\n",
           count, check, (double)(b->last_ns - b->first_ns) / 1e9, bench_cpu() - b->cpu_at_start, bench_status("VmHWM"),
           bench_status("Threads"));
    fflush(stdout);
}

#endif
