/*
 * wait_bootstrap: waits until tor is ready, and shows its progress.
 *
 *     make bin/wait_bootstrap && bin/wait_bootstrap [ADDRESS [SECONDS [STALL_SECONDS]]]
 *
 * A tor that has just started needs some seconds. A tor without a network never gets ready. So
 * there are two deadlines: SECONDS (120) for the whole wait, and STALL_SECONDS (60), which starts
 * again with each step forward. When one has passed, the message says where tor is stuck, and its
 * last warning. Prints
 *
 *       0 %  Starting
 *      14 %  Handshaking with a relay
 *     ...
 *     100 %  Done
 *     tor is ready
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <torctl.h>

/* Is called with the present state of tor, and then with each step forward and each problem. */
static int32_t on_progress(int32_t percent, const char *summary, const torctl_event *event,
                           void *user_data)
{
    const char *warning = torctl_status_event_warning(event);

    (void)user_data;
    printf("%3" PRId32 " %%  %s\n", percent, summary);
    if (warning[0] != '\0')
        printf("       problem: %s\n", warning);
    return 0; /* anything else ends the wait */
}

/* Returns seconds in milliseconds, or 0 if the text is no number from 1 to 86400. */
static int32_t milliseconds(const char *text)
{
    char *rest = NULL;
    const long seconds = strtol(text, &rest, 10);

    return seconds < 1 || seconds > 86400 || *rest != '\0' ? 0 : (int32_t)seconds * 1000;
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: wait_bootstrap [ADDRESS [SECONDS [STALL_SECONDS]]]\n", is_help ? stdout : stderr);
    if (is_help)
        puts(
            "Waits until tor is ready. Gives up after SECONDS, or STALL_SECONDS without progress.\n"
            "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const int32_t timeout_ms = milliseconds(argc > 2 ? argv[2] : "120");
    const int32_t stall_timeout_ms = milliseconds(argc > 3 ? argv[3] : "60");
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;

    if (argc > 4 || timeout_ms == 0 || stall_timeout_ms == 0 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);

    int failed = torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
                 torctl_wait_bootstrapped(tor, on_progress, NULL, timeout_ms, stall_timeout_ms,
                                          NULL, &err) != TORCTL_OK;

    if (failed)
        fprintf(stderr, "wait_bootstrap: %s\n", torctl_error_message(err));
    else
        printf("tor is ready\n");

    torctl_error_free(err);
    torctl_controller_free(tor);
    return failed;
}
