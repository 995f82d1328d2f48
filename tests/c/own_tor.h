/* A tor of the test's own, which is killed and started again, and a controller that reconnects. */
#ifndef TORCTL_TESTS_OWN_TOR_H
#define TORCTL_TESTS_OWN_TOR_H

#include <signal.h>
#include <sys/prctl.h>

#include "launch.h"

static char control_path[128];
static pid_t tor_pid;

#define OFFLINE "DisableNetwork 1\nSocksPort 0\n"

/* Starts a tor in the scratch directory, with these lines more. Without knowing where addresses are it
 * starts ten times as fast. */
static inline void start_tor(const char *more)
{
    char torrc[128];
    snprintf(torrc, sizeof torrc, "%s/torrc", scratch);
    snprintf(control_path, sizeof control_path, "%s/control", scratch);
    FILE *file = fopen(torrc, "w");
    REQUIRE(file != NULL);
    fprintf(
        file,
        "DataDirectory %s/data\nControlSocket %s\nCookieAuthentication 0\nLog notice file %s/log\n"
        "GeoIPFile /dev/null\nGeoIPv6File /dev/null\n%s",
        scratch, control_path, scratch, more);
    fclose(file);
    pid_t parent = getpid();
    tor_pid = fork();
    REQUIRE(tor_pid >= 0);
    if (tor_pid == 0) {
        /* Not one that a test which is killed leaves behind. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            execlp("tor", "tor", "-f", torrc, "--defaults-torrc", "/dev/null", "--hush",
                   (char *)NULL);
        _exit(127);
    }
}

static inline void kill_tor(void)
{
    REQUIRE(kill(tor_pid, SIGKILL) == 0);
    REQUIRE(waitpid(tor_pid, NULL, 0) == tor_pid);
}

/* A controller that reconnects, and is ready. */
static inline torctl_controller *connect_tor(void)
{
    char address[160];
    torctl_options *options = torctl_options_new();
    torctl_controller *tor = NULL;
    snprintf(address, sizeof address, "unix:%s", control_path);
    REQUIRE_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 10, 100, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_start(tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
    torctl_options_free(options);
    return tor;
}

#endif
