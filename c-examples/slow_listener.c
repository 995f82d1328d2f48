/*
 * slow_listener: what happens when a listener is slower than the events.
 *
 *     make bin/slow_listener && bin/slow_listener [ADDRESS]
 *
 * tor sends its bandwidth each second, and the listener takes three. In many libraries the events
 * then fill the memory, or everything else must wait. Here the queue of the listeners is bounded:
 * to two events, to show the effect soon. The program can read how old an event is and how many
 * wait. The library counts lost events, and a GAP event marks where they were lost. Requests get
 * their answers as usual. Runs for twelve seconds or until Ctrl-C and prints
 *
 *     BW is 0.0 s old; 0 wait behind it, 0 are lost so far
 *     meanwhile GETINFO version took 0.2 ms
 *     ...
 *     GAP: 4 lost here
 *     ...
 *     5 events were delivered, 2 wait, 6 are lost
 */

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <torctl.h>

enum { SECONDS = 12, CAPACITY_EVENTS = 2 };

static int stop[2]; /* a pipe that gets a byte when it is time to stop */

static void on_signal(int number)
{
    (void)!write(stop[1], &number, 1);
}

/* Waits for so long, or until it is time to stop. Returns 1 if it is, otherwise 0. */
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

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: slow_listener [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Adds a listener that is slower than the events, for twelve seconds.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0) {
        perror("slow_listener");
        return 1;
    }
    signal(SIGINT, on_signal);

    torctl_options *options = torctl_options_new();
    int failed = torctl_options_set_address(options, argc > 1 ? argv[1] : NULL, &err) ||
                 torctl_options_set_listener_capacity(options, CAPACITY_EVENTS, 4096, &err) ||
                 torctl_controller_new(options, &tor, &err) ||
                 torctl_controller_connect(tor, NULL, &err) ||
                 torctl_listener_add(tor, kinds, slow, tor, NULL, NULL, NULL, &err);
    for (int second = 0; !failed && second < SECONDS && !nap(1000); second++) {
        const double began = now_ms();
        torctl_values *version = NULL;
        failed = torctl_get_info(tor, "version", NULL, &version, &err);
        if (!failed)
            printf("meanwhile GETINFO version took %.1f ms\n", now_ms() - began);
        torctl_values_free(version);
    }
    if (failed)
        fprintf(stderr, "slow_listener: %s\n", torctl_error_message(err));
    else
        printf("%" PRIu64 " events were delivered, %zu wait, %" PRIu64 " are lost\n",
               torctl_listener_delivered(tor), torctl_listener_backlog(tor),
               torctl_listener_dropped(tor));

    on_signal(0); /* wakes the listener; torctl_controller_free() waits for it */
    torctl_controller_free(tor);
    torctl_options_free(options);
    torctl_error_free(err);
    return failed;
}
