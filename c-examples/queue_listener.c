/*
 * queue_listener: events from a queue, in the poll loop that the program has anyway.
 *
 *     make bin/queue_listener && bin/queue_listener [ADDRESS]
 *
 * No callback and no thread of the program: the queue collects events until it is asked for them,
 * and has a descriptor that is readable when there are some. This loop waits for it, for the
 * keyboard and for signals at once. Ends after ten events, with Enter, on Ctrl-C, and when tor goes
 * away. Prints
 *
 *     4127 bytes read, 1093 written
 *     ...
 *     10 seconds seen, 0 events lost, never more than 1 waiting
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <torctl.h>

#define EVENTS 10

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

int main(int argc, char **argv)
{
    const uint64_t kinds =
        TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    torctl_status status = TORCTL_EMPTY;
    int seen = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0) {
        perror("pipe");
        return 1;
    }
    if (torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
        torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err) != TORCTL_OK) {
        fprintf(stderr, "queue_listener: %s\n", torctl_error_message(err));
        status = torctl_error_status(err);
        goto end;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    struct pollfd fds[] = {
        {.fd = torctl_queue_fd(queue), .events = POLLIN},
        {.fd = stop[0], .events = POLLIN},
        {.fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN},
    };
    while (seen < EVENTS && status == TORCTL_EMPTY && !fds[1].revents && !fds[2].revents) {
        if (poll(fds, 3, -1) < 0 && errno != EINTR) {
            perror("poll");
            break;
        }
        while ((status = torctl_queue_next(queue, 0, NULL, &event, &err)) == TORCTL_OK) {
            if (torctl_event_kind(event) == TORCTL_EVENT_BW && ++seen <= EVENTS)
                printf("%" PRIu64 " bytes read, %" PRIu64 " written\n",
                       torctl_bw_read_bytes(event), torctl_bw_written_bytes(event));
            else if (torctl_event_kind(event) == TORCTL_EVENT_GAP)
                printf("(%" PRIu64 " events lost here)\n", torctl_gap_lost_events(event));
            else if (torctl_state_event_state(event) == TORCTL_STATE_CLOSED)
                fprintf(stderr, "tor went away: %s\n", torctl_state_event_message(event));
            torctl_event_free(event);
        }
    }
    printf("%d seconds seen, %" PRIu64 " events lost, never more than %zu waiting\n", seen,
           torctl_queue_dropped(queue), torctl_queue_high_water(queue));

end:
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_error_free(err);
    close(stop[0]);
    close(stop[1]);
    return status != TORCTL_EMPTY;
}
