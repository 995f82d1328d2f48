/*
 * launch: starts a tor of its own, waits until it is ready, and ends it.
 *
 *     make bin/launch && bin/launch [NAME=VALUE]...
 *
 * Each NAME=VALUE is an option of tor, as in a torrc: 'Log=info file /tmp/tor.log'. This tor has a
 * free port for applications, a temporary data directory, and no control port: the program
 * controls it through a descriptor. tor always ends with the program. Here Ctrl-C ends both, also
 * while tor starts. Prints
 *
 *     0 % Starting
 *     ...
 *     100 % Done
 *     tor 0.4.9.11, process 4711, takes SOCKS connections at "127.0.0.1:39917"
 *     tor has ended
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

/* Is called with each step. It returns 0 to go on. */
static int32_t show(int32_t percent, const char *summary, const torctl_event *event,
                    void *user_data)
{
    (void)user_data;
    printf("%d %% %s\n", (int)percent, summary);
    if (torctl_status_event_warning(event)[0] != '\0')
        printf("    %s\n", torctl_status_event_warning(event));
    return 0;
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: launch [NAME=VALUE]...\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Starts a tor of its own, and ends it on Ctrl-C. NAME=VALUE is an option of tor,\n"
             "as in a torrc, for example 'Log=info file /tmp/tor.log'.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"version", "process/pid", "net/listeners/socks"};
    torctl_controller *tor = NULL;
    torctl_values *values = NULL;
    torctl_queue *states = NULL;
    torctl_event *end = NULL;
    torctl_error *err = NULL;

    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' || strchr(argv[i], '=') == NULL)
            return usage(argv[i]);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    call = torctl_call_new();
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);

    torctl_launch_options *options = torctl_launch_options_new();
    torctl_status status = torctl_launch_options_add(options, "SocksPort", "auto", &err);
    for (int i = 1; i < argc && status == TORCTL_OK; i++) {
        char *value = strchr(argv[i], '=');
        *value++ = '\0';
        status = torctl_launch_options_add(options, argv[i], value, &err);
    }
    /* Gives up after two minutes, or after one minute without progress. */
    if (status == TORCTL_OK)
        status = torctl_launch_options_set_bootstrap(options, show, NULL, 120000, 60000, &err);
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
        /* The only event that can come to this queue says that tor has ended by itself. */
        status = torctl_wait_event(states, NULL, NULL, -1, call, &end, &err);
    }
    if (end != NULL)
        fprintf(stderr, "launch: tor went away: %s\n", torctl_state_event_message(end));
    else if (status != TORCTL_ERR_CANCELLED)
        fprintf(stderr, "launch: %s\n", torctl_error_message(err));

    torctl_error_free(err);
    torctl_event_free(end);
    torctl_values_free(values);
    torctl_queue_free(states);
    torctl_launch_options_free(options);
    torctl_controller_free(tor); /* waits until tor has ended */
    printf("tor has ended\n");
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    torctl_call_free(call);
    return status != TORCTL_ERR_CANCELLED;
}
