/*
 * custom_path: sends what applications ask of a running tor through relays of the program's choice.
 *
 *     make bin/custom_path && bin/custom_path [--tor ADDRESS] RELAY RELAY...
 *
 * Relays are named by fingerprint or nickname; the last is the exit. Builds one circuit, attaches every
 * new stream to it, and shows what becomes of them. Streams to onion services go as tor likes. Ends
 * with Enter or on Ctrl-C; then tor chooses for all streams again. Prints
 *
 *     circuit 12: relay1 relay2 auth3
 *     stream 45 to www.example.com:80: NEW
 *     stream 45 to www.example.com:80: SUCCEEDED on circuit 12
 *     ...
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <torctl.h>

static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

static int is_onion(const char *host)
{
    size_t size = strlen(host);
    return size > 6 && strcmp(host + size - 6, ".onion") == 0;
}

/* Says where a new stream goes. What takes long belongs elsewhere: other streams wait meanwhile. */
static int32_t choose(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    if (is_onion(torctl_stream_target_host(event)))
        return TORCTL_ATTACH_TOR;
    *circuit = *(const uint64_t *)user_data;
    return TORCTL_ATTACH_CIRCUIT;
}

static int32_t show(const torctl_event *event, void *user_data)
{
    const uint64_t *circuit = user_data;
    if (torctl_event_kind(event) == TORCTL_EVENT_CIRC) {
        if (torctl_circ_id(event) == *circuit && torctl_circ_status(event) == TORCTL_CIRC_CLOSED)
            printf("circuit %" PRIu64 " is closed: %s\n", *circuit, torctl_circ_reason_text(event));
        return 0;
    }
    printf("stream %" PRIu64 " to %s: %s", torctl_stream_id(event), torctl_stream_target(event),
           torctl_stream_status_text(event));
    if (torctl_stream_circ_id(event) != 0)
        printf(" on circuit %" PRIu64, torctl_stream_circ_id(event));
    printf("\n");
    return 0;
}

/* A circuit that tor refuses, and an attacher that is late, are failures of a listener. */
static void complain(uint64_t id, int32_t status, const torctl_event *event, void *user_data)
{
    (void)id;
    (void)user_data;
    fprintf(stderr, "custom_path: tor chooses for stream %" PRIu64 ": %s\n",
            torctl_stream_id(event), torctl_status_name(status));
}

static void wait_for_stop(torctl_queue *states)
{
    struct pollfd fds[] = {
        {.fd = stop[0], .events = POLLIN},
        {.fd = torctl_queue_fd(states), .events = POLLIN},
        {.fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN},
    };
    while (poll(fds, 3, -1) < 0 && errno == EINTR)
        ;
    if (fds[1].revents != 0)
        fprintf(stderr, "custom_path: tor went away\n");
}

int main(int argc, char **argv)
{
    const uint64_t kinds =
        TORCTL_KIND_BIT(TORCTL_EVENT_STREAM) | TORCTL_KIND_BIT(TORCTL_EVENT_CIRC);
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_controller *tor = NULL;
    torctl_queue *states = NULL;
    torctl_event *built = NULL;
    torctl_error *err = NULL;
    uint64_t circuit = 0;
    int has_address = argc > 2 && strcmp(argv[1], "--tor") == 0;
    int first = has_address ? 3 : 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (first >= argc || pipe(stop) != 0) {
        fprintf(stderr, "usage: custom_path [--tor ADDRESS] RELAY RELAY...\n");
        return 2;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    /* One after the other, until one fails. */
    (void)(torctl_controller_open(has_address ? argv[2] : NULL, NULL, &tor, &err) ||
           torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0, TORCTL_DROP_OLDEST, NULL,
                            &states, &err) ||
           torctl_build_circuit(tor, 0, (const char *const *)argv + first, (size_t)(argc - first),
                                TORCTL_CIRC_PURPOSE_GENERAL, 60000, NULL, &circuit, &built, &err) ||
           torctl_listener_set_failure_fn(tor, complain, NULL, NULL, NULL, &err) ||
           torctl_listener_add(tor, kinds, show, &circuit, NULL, NULL, NULL, &err) ||
           torctl_attacher_set(tor, choose, &circuit, NULL, 5000, NULL, NULL, &err));
    if (err != NULL) {
        fprintf(stderr, "custom_path: %s\n", torctl_error_message(err));
    } else {
        printf("circuit %" PRIu64 ":", circuit);
        for (size_t i = 0; i < torctl_circ_path_count(built); i++)
            printf(" %s", torctl_circ_path_nickname(built, i));
        printf("\n");
        wait_for_stop(states);
        /* Closing the controller would do it as well, without waiting for tor's answer. */
        (void)torctl_attacher_remove(tor, NULL, NULL);
    }

    int failed = err != NULL;
    torctl_error_free(err);
    torctl_event_free(built);
    torctl_queue_free(states);
    torctl_controller_free(tor);
    close(stop[0]);
    close(stop[1]);
    return failed;
}
