/*
 * slow_listener: what becomes of a listener that is slower than the events.
 *
 *     make bin/slow_listener && bin/slow_listener [ADDRESS]
 *
 * tor tells its bandwidth every second, and the listener takes three. In many libraries the events
 * pile up in memory, or hold everything else up. Here the queue behind the listeners is bounded (to
 * two events, so that it shows at once): age and backlog are there to be read, what is lost is
 * counted and reported where it was lost, and requests are answered as ever. Runs for twelve
 * seconds or until Ctrl-C and prints
 *
 *     BW is 0.0 s old; 0 wait behind it, 0 are lost so far
 *     meanwhile GETINFO version took 0.2 ms
 *     ...
 *     GAP: 4 lost here
 *     BW is 2.0 s old; 1 wait behind it, 4 are lost so far
 *     ...
 *     5 events were delivered, 2 wait, 6 are lost
 */

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <torctl.h>

#define SECONDS 12
#define CAPACITY_EVENTS 2

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

/* Waits, but not longer than until it is time to stop; returns whether it is. */
static int nap(int timeout_ms)
{
    return poll(&(struct pollfd){.fd = stop[0], .events = POLLIN}, 1, timeout_ms) != 0;
}

static int32_t slow(const torctl_event *event, void *user_data)
{
    torctl_controller *tor = user_data;

    if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
        printf("GAP: %" PRIu64 " lost here\n", torctl_gap_lost_events(event));
    } else if (!nap(0)) {
        printf("BW is %.1f s old; %zu wait behind it, %" PRIu64 " are lost so far\n",
               (double)torctl_event_age_us(event) / 1e6, torctl_listener_backlog(tor),
               torctl_listener_dropped(tor));
        nap(3000);
    }
    return 0;
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_options *options = NULL;
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    int failed = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0) {
        perror("pipe");
        return 1;
    }
    options = torctl_options_new();
    if (torctl_options_set_address(options, argc > 1 ? argv[1] : NULL, &err) != TORCTL_OK ||
        torctl_options_set_listener_capacity(options, CAPACITY_EVENTS, 4096, &err) != TORCTL_OK ||
        torctl_controller_new(options, &tor, &err) != TORCTL_OK ||
        torctl_controller_connect(tor, NULL, &err) != TORCTL_OK)
        goto end;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (torctl_listener_add(tor, kinds, slow, tor, NULL, NULL, NULL, &err) != TORCTL_OK)
        goto end;

    for (int second = 0; second < SECONDS && !nap(1000); second++) {
        torctl_values *values = NULL;
        double began = now_ms();
        if (torctl_get_info(tor, "version", NULL, &values, &err) != TORCTL_OK)
            goto end;
        printf("meanwhile GETINFO version took %.1f ms\n", now_ms() - began);
        torctl_values_free(values);
    }
    printf("%" PRIu64 " events were delivered, %zu wait, %" PRIu64 " are lost\n",
           torctl_listener_delivered(tor), torctl_listener_backlog(tor),
           torctl_listener_dropped(tor));
    failed = 0;

end:
    if (err)
        fprintf(stderr, "slow_listener: %s\n", torctl_error_message(err));
    ask_to_stop(0); /* wakes the listener, for which torctl_controller_free() waits */
    torctl_controller_free(tor);
    torctl_options_free(options);
    torctl_error_free(err);
    close(stop[0]);
    close(stop[1]);
    return failed;
}
