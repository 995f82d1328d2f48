/*
 * interrupt: Ctrl-C ends everything that waits.
 *
 *     make bin/interrupt && bin/interrupt [ADDRESS]
 *
 * The program gives one call to every function that can wait, and the signal handler cancels it:
 * the function that waits then returns TORCTL_ERR_CANCELLED immediately, and so does every later
 * one. Prints a line each second, and "interrupted" at the end.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <torctl.h>

static torctl_call *call;

static void on_signal(int number)
{
    (void)number;
    torctl_call_cancel(call);
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: interrupt [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Prints how many bytes tor has read, each second until Ctrl-C.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal};
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_error *err = NULL;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);

    /* First make the call, then set the handler that uses it. */
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
    /* First reset the handler, then free the call that it uses. */
    signal(SIGINT, SIG_DFL);
    torctl_call_free(call);
    return status != TORCTL_ERR_CANCELLED;
}
