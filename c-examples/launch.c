/*
 * launch: starts a tor of its own, waits until it can be used, and ends it.
 *
 *     make bin/launch && bin/launch [NAME=VALUE]...
 *
 * Each NAME=VALUE is an option of tor, as in a torrc: 'Log=info file /tmp/tor.log'. tor gets a port for
 * applications that nobody else has, a directory that goes with it, and no control port: the program
 * talks with it through a descriptor. However the program ends, tor ends with it; here it does on
 * Ctrl-C, also while it is still starting. Prints
 *
 *     0 % Starting
 *     ...
 *     100 % Done
 *     tor 0.4.9.11, process 4711, takes SOCKS connections at "127.0.0.1:39917"
 *     tor has ended
 */

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <torctl.h>

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

/* Signal handlers must not call the library; this thread does it for them. */
static void *cancel_when_stopped(void *call)
{
    char byte;
    while (read(stop[0], &byte, 1) != 1)
        ;
    torctl_call_cancel(call);
    return NULL;
}

/* Called with each step; anything but 0 would give up. */
static int32_t show(int32_t percent, const char *summary, const torctl_event *event, void *user_data)
{
    (void)user_data;
    printf("%d %% %s\n", (int)percent, summary);
    if (torctl_status_event_warning(event)[0] != '\0')
        printf("    %s\n", torctl_status_event_warning(event));
    return 0;
}

static torctl_status add_option(torctl_launch_options *options, char *argument, torctl_error **err)
{
    char *value = strchr(argument, '=');
    if (value != NULL)
        *value++ = '\0';
    return torctl_launch_options_add(options, argument, value, err);
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"version", "process/pid", "net/listeners/socks"};
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_launch_options *options = torctl_launch_options_new();
    torctl_call *call = torctl_call_new();
    torctl_controller *tor = NULL;
    torctl_values *values = NULL;
    torctl_queue *states = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    pthread_t stopper;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0 || pthread_create(&stopper, NULL, cancel_when_stopped, call) != 0) {
        perror("launch");
        return 1;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    torctl_status status = torctl_launch_options_add(options, "SocksPort", "auto", &err);
    for (int i = 1; i < argc && status == TORCTL_OK; i++)
        status = add_option(options, argv[i], &err);
    /* Two minutes in all, and one without any progress, are too long. */
    if (status == TORCTL_OK)
        status = torctl_launch_options_set_bootstrap(options, 120000, 60000, show, NULL, &err);
    if (status == TORCTL_OK)
        status = torctl_launch(options, call, &tor, &err);
    if (status == TORCTL_OK)
        status = torctl_get_info_many(tor, keys, 3, call, &values, &err);
    if (status == TORCTL_OK)
        status = torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                  TORCTL_DROP_OLDEST, call, &states, &err);
    if (status == TORCTL_OK) {
        printf("tor %s, process %s, takes SOCKS connections at %s\n",
               torctl_values_value(values, 0), torctl_values_value(values, 1),
               torctl_values_value(values, 2));
        /* The one event of this queue would be that tor has gone by itself. */
        status = torctl_wait_event(states, NULL, NULL, -1, call, &event, &err);
        if (status == TORCTL_OK)
            fprintf(stderr, "launch: tor went away: %s\n", torctl_state_event_message(event));
    }
    int is_stopped = status == TORCTL_ERR_CANCELLED;
    if (status != TORCTL_OK && !is_stopped)
        fprintf(stderr, "launch: %s\n", torctl_error_message(err));

    torctl_error_free(err);
    torctl_event_free(event);
    torctl_values_free(values);
    torctl_queue_free(states);
    torctl_launch_options_free(options);
    /* Waits until tor has ended. */
    torctl_controller_free(tor);
    printf("tor has ended\n");
    ask_to_stop(0);
    pthread_join(stopper, NULL);
    torctl_call_free(call);
    close(stop[0]);
    close(stop[1]);
    return !is_stopped;
}
