/*
 * exit_used: says of each stream by which relay it leaves tor's network, and in which country.
 *
 *     make bin/exit_used && bin/exit_used [ADDRESS]
 *
 * A stream's event names its circuit; the circuit's last hop is the exit. Looks when the stream is
 * sent on its way: later its target is the address that the exit has found for the name. Questions
 * may be asked while events come, for which the queue waits. Runs until Ctrl-C; prints
 *
 *     www.torproject.org:443 leaves by relay2 at 192.0.2.7 (de)
 *     2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion:80 does not leave the network
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <torctl.h>

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

/* The circuit of a stream among those that tor has now; NULL if it is gone already. */
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
    torctl_routers *relays = NULL;
    torctl_results *countries = NULL;
    torctl_error *err = NULL;
    char key[64];

    if (torctl_get_circuits(tor, NULL, &circuits, &err) != TORCTL_OK)
        goto end;
    const torctl_event *circuit = circuit_of(stream, circuits);
    const size_t hops = torctl_circ_path_count(circuit);
    const char *exit = hops > 0 ? torctl_circ_path_fingerprint(circuit, hops - 1) : "";
    printf("%s ", torctl_stream_target(stream));
    if (torctl_circ_rend_query(circuit)[0] != '\0') {
        printf("does not leave the network\n");
        goto end;
    }
    snprintf(key, sizeof key, "ns/id/%s", exit);
    if (torctl_get_routers(tor, key, NULL, &relays, &err) != TORCTL_OK) {
        printf("leaves by a relay that is not known any more\n");
        goto end;
    }
    const torctl_router *relay = torctl_routers_get(relays, 0);
    const char *address = torctl_router_address(relay);
    const char *country = "??"; /* what a tor without a GeoIP file knows */
    if (torctl_get_countries(tor, &address, 1, NULL, &countries, &err) == TORCTL_OK &&
        torctl_results_status(countries, 0) == TORCTL_OK)
        country = torctl_results_value(countries, 0);
    printf("leaves by %s at %s (%s)\n", torctl_router_nickname(relay), address, country);
end:
    if (err != NULL)
        fprintf(stderr, "exit_used: %s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_results_free(countries);
    torctl_routers_free(relays);
    torctl_events_free(circuits);
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STREAM);
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    torctl_status status = TORCTL_EMPTY;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(stop) != 0 ||
        torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
        torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err) != TORCTL_OK) {
        fprintf(stderr, "exit_used: %s\n", torctl_error_message(err));
        status = torctl_error_status(err);
    } else {
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        printf("waiting for streams\n");
    }
    struct pollfd fds[] = {{.fd = torctl_queue_fd(queue), .events = POLLIN},
                           {.fd = stop[0], .events = POLLIN}};
    while (status == TORCTL_EMPTY && (poll(fds, 2, -1) >= 0 || errno == EINTR) && !fds[1].revents) {
        while ((status = torctl_queue_next(queue, 0, NULL, &event, NULL)) == TORCTL_OK) {
            if (torctl_stream_status(event) == TORCTL_STREAM_SENTCONNECT)
                show(tor, event);
            torctl_event_free(event);
        }
    }
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_error_free(err);
    return status != TORCTL_EMPTY;
}
