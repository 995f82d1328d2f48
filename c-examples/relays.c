/*
 * relays: lists the relays that tor knows, each as soon as its entry has come.
 *
 *     make bin/relays && bin/relays [ADDRESS [FLAG]]
 *
 * A consensus of the public network has some 8,000 relays and two megabytes. The library passes
 * each entry to a function as soon as it is complete, and keeps none. With FLAG, for example Exit
 * or Guard, only relays that have it are listed. Prints
 *
 *     relay1               127.0.0.1:5001        1000 kB/s  Exit Fast Guard Running Valid
 *     ...
 *     5 of 5 relays, 5000 kB/s in all, 5 exits, 4 guards
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <torctl.h>

struct sums {
    const char *flag;
    size_t shown, exits, guards;
    int64_t bandwidth_kb;
};

static torctl_status show(const torctl_router *router, void *user_data)
{
    struct sums *sums = user_data;
    const int64_t bandwidth_kb = torctl_router_bandwidth_bytes_per_second(router) / 1000;
    char where[80];

    if (sums->flag != NULL && !torctl_router_has_flag(router, sums->flag))
        return TORCTL_OK;
    snprintf(where, sizeof where, "%s:%u", torctl_router_address(router),
             (unsigned)torctl_router_or_port(router));
    printf("%-20s %-21s %8" PRId64 " kB/s  %s\n", torctl_router_nickname(router), where,
           bandwidth_kb, torctl_router_flags_text(router));
    sums->shown++;
    sums->exits += (torctl_router_flags(router) & TORCTL_FLAG_EXIT) != 0;
    sums->guards += (torctl_router_flags(router) & TORCTL_FLAG_GUARD) != 0;
    if (bandwidth_kb > 0) /* -1 when the entry has none */
        sums->bandwidth_kb += bandwidth_kb;
    return TORCTL_OK; /* TORCTL_END would end the walk */
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: relays [ADDRESS [FLAG]]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Lists the relays that tor knows, or those with a FLAG, for example Exit or Guard.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct sums sums = {.flag = argc > 2 ? argv[2] : NULL};
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    size_t count = 0;

    if (argc > 3 || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);

    int failed =
        torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
        torctl_get_each_router(tor, "ns/all", show, &sums, NULL, &count, &err) != TORCTL_OK;

    if (failed)
        fprintf(stderr, "relays: %s\n", torctl_error_message(err));
    else
        printf("%zu of %zu relays, %" PRId64 " kB/s in all, %zu exits, %zu guards\n", sums.shown,
               count, sums.bandwidth_kb, sums.exits, sums.guards);

    torctl_error_free(err);
    torctl_controller_free(tor);
    return failed;
}
