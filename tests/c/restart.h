/* Ends the tor that the harness started, and starts others in its place: the same torrc, so the
 * same sockets and data directory. */
#ifndef TORCTL_TESTS_RESTART_H
#define TORCTL_TESTS_RESTART_H

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"

/* The tor in place of the harness's, or 0. */
static pid_t restart_pid;

/* Whether the process runs no more; it may wait for its parent yet. */
static inline int restart_is_gone(pid_t pid)
{
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 1;
    if (fgets(text, sizeof text, file) == NULL)
        text[0] = '\0';
    fclose(file);
    const char *behind_name = strrchr(text, ')');
    return behind_name == NULL || behind_name[2] == 'Z' || behind_name[2] == 'X';
}

/* Ends tor with this signal, and waits until it is gone. */
static inline void restart_end(int number)
{
    if (restart_pid != 0) {
        REQUIRE(kill(restart_pid, number) == 0);
        REQUIRE(waitpid(restart_pid, NULL, 0) == restart_pid);
        restart_pid = 0;
        return;
    }
    live_signal(number);
    CHECK_SOON(restart_is_gone((pid_t)atoi(check_env("TORCTL_TEST_TOR_PID"))), 20);
}

/* Starts a tor, which ends with this thread. */
static inline void restart_begin(void)
{
    char torrc[600], none[600];
    const char *directory = check_env("TORCTL_TEST_DIR");
    const char *tor = getenv("TORCTL_TOR");
    snprintf(torrc, sizeof torrc, "%s/torrc", directory);
    snprintf(none, sizeof none, "%s/no-defaults", directory);
    const char *args[] = {tor != NULL ? tor : "tor", "-f",      torrc, "--defaults-torrc", none,
                          "--ignore-missing-torrc",  "--quiet", NULL};
    pid_t parent = getpid();
    restart_pid = fork();
    REQUIRE(restart_pid >= 0);
    if (restart_pid == 0) {
        /* Not one that a test which is killed leaves behind. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            execvp(args[0], (char *const *)args);
        _exit(127);
    }
}

#endif
