/*
 * list_circuits: the circuits that tor has now, relay by relay.
 *
 *     make bin/list_circuits && bin/list_circuits [ADDRESS]
 *
 * The answer to a question about circuits consists of events, so that the same functions read
 * both. The router status entries say where each relay is. Prints
 *
 *     circuit 3, BUILT, for GENERAL, made 12.3 s ago
 *         1  relay1               127.0.0.1:5001
 *         2  auth2                127.0.0.1:5007
 *         3  relay2               127.0.0.1:5004
 *     ...
 *     7 circuits, 6 of them built
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <torctl.h>

static double seconds_since(int64_t unix_us)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9 - (double)unix_us / 1e6;
}

static void show(const torctl_event *circuit, const torctl_routers *relays)
{
    printf("circuit %" PRIu64 ", %s, for %s, made %.1f s ago\n", torctl_circ_id(circuit),
           torctl_circ_status_text(circuit), torctl_circ_purpose_text(circuit),
           seconds_since(torctl_circ_time_created_unix_us(circuit)));
    for (size_t hop = 0; hop < torctl_circ_path_count(circuit); hop++) {
        const char *fingerprint = torctl_circ_path_fingerprint(circuit, hop);
        const torctl_router *relay = torctl_routers_find(relays, fingerprint);

        /* The consensus does not have bridges and relays that have just left. */
        if (relay == NULL)
            printf("    %zu  $%s\n", hop + 1, fingerprint);
        else
            printf("    %zu  %-20s %s:%u\n", hop + 1, torctl_router_nickname(relay),
                   torctl_router_address(relay), (unsigned)torctl_router_or_port(relay));
    }
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: list_circuits [ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Lists the circuits that tor has now, with their relays.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    torctl_controller *tor = NULL;
    torctl_events *circuits = NULL;
    torctl_routers *relays = NULL;
    torctl_error *err = NULL;
    size_t built = 0;

    if (argc > 2 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);

    int failed = torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
                 torctl_get_routers(tor, "ns/all", NULL, &relays, &err) != TORCTL_OK ||
                 torctl_get_circuits(tor, NULL, &circuits, &err) != TORCTL_OK;

    if (failed)
        fprintf(stderr, "list_circuits: %s\n", torctl_error_message(err));
    for (size_t i = 0; i < torctl_events_count(circuits); i++) {
        show(torctl_events_get(circuits, i), relays);
        built += torctl_circ_status(torctl_events_get(circuits, i)) == TORCTL_CIRC_BUILT;
    }
    if (!failed)
        printf("%zu circuits, %zu of them built\n", torctl_events_count(circuits), built);

    torctl_error_free(err);
    torctl_events_free(circuits);
    torctl_routers_free(relays);
    torctl_controller_free(tor);
    return failed;
}
