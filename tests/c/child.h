/* Children of a test: what they have open, and that they end well. */
#ifndef TORCTL_TESTS_CHILD_H
#define TORCTL_TESTS_CHILD_H

#include <dirent.h>
#include <sys/wait.h>

#include "peer.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

/* In a child, the leak checks cannot know what the threads hold that it does not have. */
static inline void begin_child(void)
{
    check_failures = 0;
#ifdef VALGRIND_CLO_CHANGE
    VALGRIND_CLO_CHANGE("--leak-check=no");
#endif
}

static inline int count_fds(void)
{
    int count = 0;
    DIR *all = opendir("/proc/self/fd");
    REQUIRE(all != NULL);
    while (readdir(all) != NULL)
        count++;
    closedir(all);
    return count - 3; /* with . and .. and its own */
}

/* What a child inherits of the program's own, with valgrind's. */
static inline int count_fds_of_child(void)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        begin_child();
        _exit(count_fds());
    }
    REQUIRE(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Waits for a child that must end by itself with 0. */
static inline void expect_end_of(pid_t child)
{
    int status = -1;
    pid_t ended = 0;
    REQUIRE(child > 0);
    CHECK_SOON(ended != 0 || (ended = waitpid(child, &status, WNOHANG)) != 0, 60);
    if (ended == 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    CHECK_INT(ended, child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
}

#define IN_CHILD(body)               \
    do {                             \
        pid_t in_child_pid = fork(); \
        if (in_child_pid == 0) {     \
            begin_child();           \
            body;                    \
            _exit(check_failures);   \
        }                            \
        expect_end_of(in_child_pid); \
    } while (0)

#endif
