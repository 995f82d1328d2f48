/*
 * relays: lists the relays that tor knows, entry by entry as they come.
 *
 *     make bin/relays && bin/relays [ADDRESS [FLAG]]
 *
 * A consensus of the public network has some 8,000 relays and two megabytes. Each entry is shown to
 * a function as soon as it is complete, and none is kept. FLAG, as Exit or Guard, lists only the
 * relays that have it. Prints
 *
 *     relay1               127.0.0.1:5001        1000 kB/s  Exit Fast Guard Running Valid
 *     ...
 *     5 of 5 relays, 5000 kB/s in all, 5 exits, 4 guards
 */

#include <inttypes.h>
#include <stdio.h>

#include <torctl.h>

struct sums {
    const char *flag;
    size_t shown, exits, guards;
    int64_t bandwidth_kb;
};

static int32_t show(const torctl_router *router, void *user_data)
{
    struct sums *sums = user_data;
    const int64_t bandwidth_kb = torctl_router_bandwidth_kb(router);
    char where[80];

    if (sums->flag != NULL && !torctl_router_has_flag(router, sums->flag))
        return 0;
    snprintf(where, sizeof where, "%s:%u", torctl_router_address(router),
             (unsigned)torctl_router_or_port(router));
    printf("%-20s %-21s %8" PRId64 " kB/s  %s\n", torctl_router_nickname(router), where,
           bandwidth_kb, torctl_router_flags_text(router));
    sums->shown++;
    sums->exits += (torctl_router_flags(router) & TORCTL_FLAG_EXIT) != 0;
    sums->guards += (torctl_router_flags(router) & TORCTL_FLAG_GUARD) != 0;
    if (bandwidth_kb > 0) /* -1 when it is not given */
        sums->bandwidth_kb += bandwidth_kb;
    return 0; /* anything else would be the last */
}

int main(int argc, char **argv)
{
    struct sums sums = {.flag = argc > 2 ? argv[2] : NULL};
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    size_t count = 0;

    int failed =
        torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
        torctl_walk_routers(tor, "ns/all", show, &sums, NULL, &count, &err) != TORCTL_OK;

    if (failed)
        fprintf(stderr, "relays: %s\n", torctl_error_message(err));
    else
        printf("%zu of %zu relays, %" PRId64 " kB/s in all, %zu exits, %zu guards\n", sums.shown,
               count, sums.bandwidth_kb, sums.exits, sums.guards);

    torctl_error_free(err);
    torctl_controller_free(tor);
    return failed;
}
