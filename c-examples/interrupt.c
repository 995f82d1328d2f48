/*
 * interrupt: Ctrl-C ends whatever waits, for as long as it would have waited.
 *
 *     make bin/interrupt && bin/interrupt [ADDRESS]
 *
 * One call is given to everything that can wait, and the signal handler cancels it: whatever waits
 * returns TORCTL_ERR_CANCELLED. Prints a line each second, and at the end "interrupted".
 */

#include <signal.h>
#include <stdio.h>
#include <torctl.h>

static torctl_call *call;

static void on_signal(int number)
{
    (void)number;
    torctl_call_cancel(call);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal};
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_error *err = NULL;
    /* First the call, then the handler that uses it. */
    call = torctl_call_new();
    sigaction(SIGINT, &action, NULL);

    torctl_status status = torctl_controller_open(argc > 1 ? argv[1] : NULL, call, &tor, &err);
    if (status == TORCTL_OK)
        status = torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                  call, &queue, &err);
    while (status == TORCTL_OK) {
        torctl_values *values = NULL;
        torctl_event *event = NULL;
        status = torctl_get_info(tor, "traffic/read", call, &values, &err);
        if (status == TORCTL_OK) {
            printf("%s bytes read\n", torctl_values_value(values, 0));
            fflush(stdout);
            status = torctl_queue_next(queue, -1, call, &event, &err);
        }
        torctl_event_free(event);
        torctl_values_free(values);
    }
    if (status == TORCTL_ERR_CANCELLED)
        printf("interrupted\n");
    else
        fprintf(stderr, "interrupt: %s\n", err ? torctl_error_message(err) : "tor went away");
    torctl_error_free(err);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    /* First the handler, then the call that it uses. */
    signal(SIGINT, SIG_DFL);
    torctl_call_free(call);
    return status != TORCTL_ERR_CANCELLED;
}
