/* A few macros for the tests that go through the C interface.
 *
 *     CHECK(expr)                 counts a failure and goes on
 *     REQUIRE(expr)               ends the test at once
 *     CHECK_STATUS(call, want)    compares status codes and prints their names
 *     REQUIRE_STATUS(call, want)  the same, and ends the test
 *     MAY_FAIL(call)              a call of which no particular status is expected
 *     CHECK_INT(got, want)        integers of any type
 *     CHECK_STR(got, want)        strings; NULL only equals NULL
 *     CHECK_SOON(expr, seconds)   expr has to become true (see check_patience_s)
 *     SKIP("why")                 ends the test as skipped
 *     check_env("NAME")           a variable of the harness, or the test is skipped
 *     return check_done();        at the end of main
 *
 * The checks may be used from any thread. */
#ifndef TORCTL_TESTS_CHECK_H
#define TORCTL_TESTS_CHECK_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "torctl.h"

#include "loop.h"

/* What ctest takes for "skipped". */
#define CHECK_SKIPPED 77

static int check_failures;

static inline void check_fail(const char *file, int line, const char *text)
{
    __sync_fetch_and_add(&check_failures, 1);
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
}

static inline int check_that(int holds, const char *file, int line, const char *text)
{
    if (!holds)
        check_fail(file, line, text);
    return holds;
}

static inline int check_status(torctl_status got, torctl_status want, const char *file, int line,
                               const char *text)
{
    if (got != want) {
        check_fail(file, line, text);
        fprintf(stderr, "    got  %s (%d)\n    want %s (%d)\n", torctl_status_name(got), (int)got,
                torctl_status_name(want), (int)want);
    }
    return got == want;
}

static inline void check_nothing(torctl_status status)
{
    (void)status;
}

static inline int check_int(intmax_t got, intmax_t want, const char *file, int line,
                            const char *text)
{
    if (got != want) {
        check_fail(file, line, text);
        fprintf(stderr, "    got  %jd\n    want %jd\n", got, want);
    }
    return got == want;
}

static inline int check_str(const char *got, const char *want, const char *file, int line,
                            const char *text)
{
    int same = got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);
    if (!same) {
        check_fail(file, line, text);
        fprintf(stderr, "    got  \"%s\"\n    want \"%s\"\n", got ? got : "(null)",
                want ? want : "(null)");
    }
    return same;
}

/* How long a test waits for what a machine that has nothing else to do does in so many seconds. It
 * finds what hangs, also beside eight programs that take every processor. How fast something is,
 * no test measures: that is for the benches. */
static inline int64_t check_patience_s(int seconds)
{
    return 60 + (int64_t)seconds * 10;
}

/* For a timeout that is not to end anything: whoever waits for it has hung. */
enum { HOUR_MS = 3600000 };

static inline int64_t check_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void check_pause(void)
{
    struct timespec pause = {0, 2000000};
    nanosleep(&pause, NULL);
}

static inline const char *check_env(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL) {
        fprintf(stderr, "skipped: %s is not set\n", name);
        exit(CHECK_SKIPPED);
    }
    return value;
}

/* Whether a thread of the library runs, as far as this system tells. */
static inline int check_has_library_thread(void)
{
    int found = 0;
    DIR *all = opendir("/proc/self/task");
    struct dirent *entry;
    while (all != NULL && !found && (entry = readdir(all)) != NULL) {
        char path[300], name[8] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *stream = fopen(path, "r");
        if (stream == NULL)
            continue;
        found = fgets(name, sizeof name, stream) != NULL && strcmp(name, "torctl-") == 0;
        fclose(stream);
    }
    if (all != NULL)
        closedir(all);
    return found;
}

static inline int check_done(void)
{
    /* A thread of the library ends a moment after what it was there for, and valgrind would take what
     * it has until then for lost. Where something is left on purpose it stays. */
    for (int i = 0; i < 100 && check_has_library_thread(); i++)
        check_pause();
    if (check_failures != 0)
        fprintf(stderr, "%d checks failed\n", check_failures);
    return check_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define CHECK_OR_END(held) ((held) ? (void)0 : exit(EXIT_FAILURE))

#define CHECK(expr) ((void)check_that(!!(expr), __FILE__, __LINE__, #expr))
#define REQUIRE(expr) CHECK_OR_END(check_that(!!(expr), __FILE__, __LINE__, #expr))
#define CHECK_STATUS(call, want) ((void)check_status((call), (want), __FILE__, __LINE__, #call))
#define REQUIRE_STATUS(call, want) \
    CHECK_OR_END(check_status((call), (want), __FILE__, __LINE__, #call))
#define MAY_FAIL(call) check_nothing(call)
#define CHECK_INT(got, want) \
    ((void)check_int((intmax_t)(got), (intmax_t)(want), __FILE__, __LINE__, #got))
#define CHECK_STR(got, want) ((void)check_str((got), (want), __FILE__, __LINE__, #got))

#define CHECK_SOON(expr, seconds)                                                 \
    do {                                                                          \
        int64_t check_end_ms = check_now_ms() + check_patience_s(seconds) * 1000; \
        while (!(expr) && check_now_ms() < check_end_ms)                          \
            check_pause();                                                        \
        CHECK(expr);                                                              \
    } while (0)

#define SKIP(why)                              \
    do {                                       \
        fprintf(stderr, "skipped: %s\n", why); \
        exit(CHECK_SKIPPED);                   \
    } while (0)

#endif
