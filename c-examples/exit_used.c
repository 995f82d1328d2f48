/*
 * exit_used: says for each stream through which relay it leaves tor's network, and in which
 * country.
 *
 *     make bin/exit_used && bin/exit_used [ADDRESS]
 *
 * The event of a stream names its circuit; the last relay of the circuit is the exit. The program
 * looks when tor sends the stream to the exit: later, the target of the stream is the address that
 * the exit has found for the name. It may ask questions while events come, because the queue keeps
 * the events. Runs until Ctrl-C and prints
 *
 *     www.torproject.org:443 leaves through relay2 at 192.0.2.7 (de)
 *     2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion:80 does not leave the network
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

/* The circuit of a stream, among those that tor has now; NULL if it is gone. */
static const torctl_event *circuit_of(const torctl_event *stream, const torctl_events *circuits)
{
    for (size_t i = 0; i < torctl_events_count(circuits); i++) {
        if (torctl_circ_id(torctl_events_get(circuits, i)) == torctl_stream_circ_id(stream))
            return torctl_events_get(circuits, i);
    }
    return NULL;
}

static void show(torctl_controller *tor, const torctl_event *stream)
{
    torctl_events *circuits = NULL;
    const torctl_event *circuit = NULL;
    torctl_routers *relays = NULL;
    torctl_results *countries = NULL;
    torctl_error *err = NULL;
    char key[64];

    if (torctl_get_circuits(tor, call, &circuits, &err) == TORCTL_OK)
        circuit = circuit_of(stream, circuits);
    const size_t hops = torctl_circ_path_count(circuit);
    snprintf(key, sizeof key, "ns/id/%s", torctl_circ_path_fingerprint(circuit, hops - 1));
    if (hops == 0) {
        printf("%s has lost its circuit\n", torctl_stream_target(stream));
    } else if (torctl_circ_rend_query(circuit)[0] != '\0') {
        printf("%s does not leave the network\n", torctl_stream_target(stream));
    } else if (torctl_get_routers(tor, key, call, &relays, &err) == TORCTL_OK) {
        const torctl_router *relay = torctl_routers_get(relays, 0);
        const char *address = torctl_router_address(relay);
        const char *country = "??"; /* which a tor without a GeoIP file says, too */
        if (torctl_get_countries(tor, &address, 1, call, &countries, &err) == TORCTL_OK &&
            torctl_results_status(countries, 0) == TORCTL_OK)
            country = torctl_results_value(countries, 0);
        printf("%s leaves through %s at %s (%s)\n", torctl_stream_target(stream),
               torctl_router_nickname(relay), address, country);
    }
    if (err != NULL)
        fprintf(stderr, "exit_used: %s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_results_free(countries);
    torctl_routers_free(relays);
    torctl_events_free(circuits);
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: exit_used [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Says for each new stream through which relay it leaves tor's network.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STREAM);
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    call = torctl_call_new();
    signal(SIGINT, on_signal);

    torctl_status status = torctl_controller_open(argc > 1 ? argv[1] : NULL, call, &tor, &err);
    if (status == TORCTL_OK)
        status = torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, call, &queue, &err);
    if (status == TORCTL_OK)
        printf("waiting for streams\n");
    while (status == TORCTL_OK) {
        status = torctl_queue_next(queue, -1, call, &event, &err);
        if (torctl_stream_status(event) == TORCTL_STREAM_SENTCONNECT)
            show(tor, event);
        torctl_event_free(event);
    }
    if (status != TORCTL_ERR_CANCELLED)
        fprintf(stderr, "exit_used: %s\n", err ? torctl_error_message(err) : "tor went away");

    torctl_error_free(err);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    signal(SIGINT, SIG_DFL);
    torctl_call_free(call);
    return status != TORCTL_ERR_CANCELLED;
}
