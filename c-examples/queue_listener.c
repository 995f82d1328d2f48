/*
 * queue_listener: events from a queue, in the poll loop that a program has anyway.
 *
 *     make bin/queue_listener && bin/queue_listener [ADDRESS]
 *
 * There is no callback, and the program needs no thread. The queue collects events until the
 * program takes them, and has a descriptor that is readable while it has some. One loop waits for
 * the queue, the keyboard and signals. Ends after ten events, with Enter, on Ctrl-C, and when tor
 * goes away. Prints
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
#include <string.h>
#include <unistd.h>

#include <torctl.h>

#define EVENTS 10

static int stop[2]; /* a pipe that gets a byte when it is time to stop */

static void on_signal(int number)
{
    (void)!write(stop[1], &number, 1);
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: queue_listener [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Prints ten bandwidth events of tor, or fewer: Enter and Ctrl-C end it.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    struct sigaction action = {.sa_handler = on_signal};
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    torctl_status status = TORCTL_EMPTY;
    int seen = 0;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
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
                printf("%" PRIu64 " bytes read, %" PRIu64 " written\n", torctl_bw_read_bytes(event),
                       torctl_bw_written_bytes(event));
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
