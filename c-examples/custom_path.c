/*
 * custom_path: sends the streams of applications through relays of the program's choice.
 *
 *     make bin/custom_path && bin/custom_path [--tor ADDRESS] RELAY RELAY...
 *
 * Each RELAY is a fingerprint or a nickname; the last one is the exit. The program builds one
 * circuit, attaches every new stream to it, and prints what happens to the streams. For streams to
 * onion services tor chooses. Runs until Ctrl-C; then tor chooses for all streams again. Prints
 *
 *     circuit 12: relay1 relay2 auth3
 *     stream 45 to www.example.com:80: NEW
 *     stream 45 to www.example.com:80: SUCCEEDED on circuit 12
 */

#include <inttypes.h>
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

/* Says where a new stream goes. Do nothing slow here: other streams wait meanwhile. */
static int32_t choose(const torctl_event *stream, uint64_t *circuit, void *user_data)
{
    const char *suffix = strrchr(torctl_stream_target_host(stream), '.');
    if (suffix != NULL && strcmp(suffix, ".onion") == 0)
        return TORCTL_ATTACH_TOR;
    *circuit = *(const uint64_t *)user_data;
    return TORCTL_ATTACH_CIRCUIT;
}

static int32_t show(const torctl_event *event, void *user_data)
{
    (void)user_data;
    printf("stream %" PRIu64 " to %s: %s", torctl_stream_id(event), torctl_stream_target(event),
           torctl_stream_status_text(event));
    if (torctl_stream_circ_id(event) != 0)
        printf(" on circuit %" PRIu64, torctl_stream_circ_id(event));
    printf("\n");
    return 0;
}

/* Is called when tor refuses the circuit, which may be closed by now, or choose() is too late. */
static void complain(uint64_t id, int32_t status, const torctl_event *event, void *user_data)
{
    (void)id;
    (void)user_data;
    fprintf(stderr, "custom_path: tor chooses for stream %" PRIu64 ": %s\n",
            torctl_stream_id(event), torctl_status_name(status));
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: custom_path [--tor ADDRESS] RELAY RELAY...\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Sends the streams of applications through these relays (fingerprints or nicknames).\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STREAM);
    const int first = argc > 2 && strcmp(argv[1], "--tor") == 0 ? 3 : 1; /* of the relays */
    torctl_controller *tor = NULL;
    torctl_queue *states = NULL;
    torctl_event *built = NULL, *end = NULL;
    torctl_error *err = NULL;
    uint64_t circuit = 0;

    if (argc < first + 2 || argv[first][0] == '-')
        return usage(argc > first ? argv[first] : "");
    setvbuf(stdout, NULL, _IOLBF, 0);
    call = torctl_call_new();
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);

    int failed =
        torctl_controller_open(first == 3 ? argv[2] : NULL, call, &tor, &err) ||
        torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0, TORCTL_DROP_OLDEST, call,
                         &states, &err) ||
        torctl_build_circuit(tor, 0, (const char *const *)argv + first, (size_t)(argc - first),
                             TORCTL_CIRC_PURPOSE_GENERAL, 60000, call, &circuit, &built, &err) ||
        torctl_listener_set_failure_fn(tor, complain, NULL, NULL, call, &err) ||
        torctl_listener_add(tor, kinds, show, NULL, NULL, call, NULL, &err) ||
        torctl_attacher_set(tor, choose, &circuit, NULL, 5000, call, NULL, &err);
    if (!failed) {
        printf("circuit %" PRIu64 ":", circuit);
        for (size_t i = 0; i < torctl_circ_path_count(built); i++)
            printf(" %s", torctl_circ_path_nickname(built, i));
        printf("\n");
        failed =
            torctl_wait_event(states, NULL, NULL, -1, call, &end, &err) != TORCTL_ERR_CANCELLED;
        (void)torctl_attacher_remove(tor, NULL, NULL);
    }
    if (end != NULL)
        fprintf(stderr, "custom_path: tor went away: %s\n", torctl_state_event_message(end));
    else if (failed)
        fprintf(stderr, "custom_path: %s\n", torctl_error_message(err));

    torctl_error_free(err);
    torctl_event_free(built);
    torctl_event_free(end);
    torctl_queue_free(states);
    torctl_controller_free(tor);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    torctl_call_free(call);
    return failed;
}
