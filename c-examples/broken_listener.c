/*
 * broken_listener: what happens when a listener fails.
 *
 *     make bin/broken_listener && bin/broken_listener [ADDRESS]
 *
 * Two listeners get tor's bandwidth events, and the first fails at each event. In many libraries
 * nobody notices, or the other listener gets no more events. Here a listener returns a status.
 * When it is not 0, the library counts the failure and passes it to the failure function, with the
 * event. The second listener gets every event. Runs for five seconds or until Ctrl-C and prints
 *
 *     listener 1 failed with status 28 at: BW 4127 1093
 *     listener 2 works: 4127 bytes read, 1093 written
 *     ...
 *     5 events were delivered; 5 calls of a listener failed
 */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <torctl.h>

#define SECONDS 5

static torctl_call *call;

static void on_signal(int number)
{
    (void)number;
    torctl_call_cancel(call);
}

static int32_t fail(const torctl_event *event, void *user_data)
{
    (void)event;
    (void)user_data;
    return ENOSPC; /* for example when it could not write the event to a full disk */
}

static int32_t work(const torctl_event *event, void *user_data)
{
    (void)user_data;
    printf("listener 2 works: %" PRIu64 " bytes read, %" PRIu64 " written\n",
           torctl_bw_read_bytes(event), torctl_bw_written_bytes(event));
    return 0;
}

static void on_failure(uint64_t listener, int32_t status, const torctl_event *event,
                       void *user_data)
{
    (void)user_data;
    printf("listener %" PRIu64 " failed with status %" PRId32 " at: %s %s %s\n", listener, status,
           torctl_event_name(event), torctl_event_arg(event, 0), torctl_event_arg(event, 1));
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: broken_listener [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Adds two listeners for five seconds. One fails at each event, the other works.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    torctl_controller *tor = NULL;
    torctl_queue *states = NULL;
    torctl_event *end = NULL;
    torctl_error *err = NULL;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    call = torctl_call_new();
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);

    int failed = torctl_controller_open(argc > 1 ? argv[1] : NULL, call, &tor, &err) ||
                 torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                  TORCTL_DROP_OLDEST, call, &states, &err) ||
                 torctl_listener_set_failure_fn(tor, on_failure, NULL, NULL, call, &err) ||
                 torctl_listener_add(tor, kinds, fail, NULL, NULL, call, NULL, &err) ||
                 torctl_listener_add(tor, kinds, work, NULL, NULL, call, NULL, &err);
    if (!failed) {
        /* The listeners run in a thread of the library. This one only waits. */
        torctl_status status =
            torctl_wait_event(states, NULL, NULL, SECONDS * 1000 + 500, call, &end, &err);
        failed = status != TORCTL_ERR_TIMEOUT && status != TORCTL_ERR_CANCELLED;
        printf("%" PRIu64 " events were delivered; %" PRIu64 " calls of a listener failed\n",
               torctl_listener_delivered(tor), torctl_listener_failed(tor));
    }
    if (end != NULL)
        fprintf(stderr, "broken_listener: tor went away: %s\n", torctl_state_event_message(end));
    else if (failed)
        fprintf(stderr, "broken_listener: %s\n", torctl_error_message(err));

    torctl_error_free(err);
    torctl_event_free(end);
    torctl_queue_free(states);
    torctl_controller_free(tor); /* waits for a listener that runs */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    torctl_call_free(call);
    return failed;
}
