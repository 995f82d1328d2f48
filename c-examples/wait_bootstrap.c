/*
 * wait_bootstrap: waits until tor can be used, and says meanwhile how far it is.
 *
 *     make bin/wait_bootstrap && bin/wait_bootstrap [ADDRESS [SECONDS [STALL_SECONDS]]]
 *
 * A tor that was just started needs some seconds, and one without a network for ever: so there are
 * two deadlines, one for the whole and one that begins again with each step forward. When one has
 * passed, the message says where tor is stuck and what it complained of last. Prints
 *
 *       0 %  Starting
 *      14 %  Handshaking with a relay
 *     ...
 *     100 %  Done
 *     tor can be used
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <torctl.h>

/* Is called with where tor is now, and then with each step forward and each problem. */
static int32_t on_progress(int32_t percent, const char *summary, const torctl_event *event,
                           void *user_data)
{
    const char *warning = torctl_status_event_warning(event);

    (void)user_data;
    printf("%3" PRId32 " %%  %s\n", percent, summary);
    if (warning[0] != '\0')
        printf("       trouble: %s\n", warning);
    return 0; /* anything else would end the wait */
}

int main(int argc, char **argv)
{
    const int32_t seconds = argc > 2 ? atoi(argv[2]) : 120;
    const int32_t stall_seconds = argc > 3 ? atoi(argv[3]) : 60;
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;

    setvbuf(stdout, NULL, _IOLBF, 0);
    int failed = torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
                 torctl_wait_bootstrapped(tor, seconds * 1000, stall_seconds * 1000, on_progress,
                                          NULL, NULL, &err) != TORCTL_OK;

    if (failed)
        fprintf(stderr, "wait_bootstrap: %s\n", torctl_error_message(err));
    else
        printf("tor can be used\n");

    torctl_error_free(err);
    torctl_controller_free(tor);
    return failed;
}
