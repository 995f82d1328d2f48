/*
 * broken_listener: what becomes of a listener that fails.
 *
 *     make bin/broken_listener && bin/broken_listener [ADDRESS]
 *
 * Two listeners hear of tor's bandwidth, and the first fails at each event. In many libraries that
 * goes unnoticed, or takes the others with it. Here a listener returns a status: what is not 0 is
 * counted and handed to the failure function, together with the event, and the second listener
 * hears every event all the same. Runs for five seconds or until Ctrl-C and prints
 *
 *     listener 1 failed with status 28 at: BW 4127 1093
 *     listener 2 is well: 4127 bytes read, 1093 written
 *     ...
 *     5 events were delivered; 5 calls of a listener failed
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <torctl.h>

#define SECONDS 5

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

static int32_t broken(const torctl_event *event, void *user_data)
{
    (void)event;
    (void)user_data;
    return ENOSPC; /* say, because it could not write the event to a disk that is full */
}

static int32_t well(const torctl_event *event, void *user_data)
{
    (void)user_data;
    printf("listener 2 is well: %" PRIu64 " bytes read, %" PRIu64 " written\n",
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

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    int failed = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0) {
        perror("pipe");
        return 1;
    }
    if (torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK)
        goto end;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (torctl_listener_set_failure_fn(tor, on_failure, NULL, NULL, NULL, &err) != TORCTL_OK ||
        torctl_listener_add(tor, kinds, broken, NULL, NULL, NULL, NULL, &err) != TORCTL_OK ||
        torctl_listener_add(tor, kinds, well, NULL, NULL, NULL, NULL, &err) != TORCTL_OK)
        goto end;

    /* The listeners run on a thread of the library; this one only waits. */
    poll(&(struct pollfd){.fd = stop[0], .events = POLLIN}, 1, SECONDS * 1000 + 500);
    printf("%" PRIu64 " events were delivered; %" PRIu64 " calls of a listener failed\n",
           torctl_listener_delivered(tor), torctl_listener_failed(tor));
    failed = torctl_controller_state(tor) != TORCTL_STATE_READY;
    if (failed)
        fprintf(stderr, "broken_listener: tor went away\n");

end:
    if (err)
        fprintf(stderr, "broken_listener: %s\n", torctl_error_message(err));
    torctl_controller_free(tor); /* waits for a listener that runs */
    torctl_error_free(err);
    close(stop[0]);
    close(stop[1]);
    return failed;
}
