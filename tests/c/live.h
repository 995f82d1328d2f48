/* The tor that the harness runs beside a test: see tests/support/run_with_tor.py. */
#ifndef TORCTL_TESTS_LIVE_H
#define TORCTL_TESTS_LIVE_H

#include <signal.h>

#include "check.h"

static inline torctl_options *live_options(void)
{
    torctl_options *options = torctl_options_new();
    const char *password = getenv("TORCTL_TEST_PASSWORD");
    REQUIRE_STATUS(torctl_options_set_address(options, check_env("TORCTL_TEST_SOCKET"), NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_password(options, password, NULL), TORCTL_OK);
    return options;
}

/* A controller that is ready. */
static inline torctl_controller *live_open(void)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    if (torctl_controller_connect(tor, NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(err == NULL);
    torctl_options_free(options);
    return tor;
}

static inline void live_signal(int number)
{
    REQUIRE(kill((pid_t)atoi(check_env("TORCTL_TEST_TOR_PID")), number) == 0);
}

#endif
