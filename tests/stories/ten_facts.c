/* Ten facts of a relay, of a consensus that tor has kept.
 *
 *     ten_facts CONSENSUS NICKNAME
 */
#include <inttypes.h>
#include <stdio.h>

#include <torctl.h>

int main(int argc, char **argv)
{
    static char text[1 << 20];
    FILE *file = argc == 3 ? fopen(argv[1], "r") : NULL;
    torctl_routers *routers = NULL;
    torctl_error *err = NULL;

    if (file == NULL || torctl_routers_parse(text, fread(text, 1, sizeof text, file), &routers,
                                             &err) != TORCTL_OK) {
        fprintf(stderr, "%s\n", torctl_error_message(err));
        return 1;
    }
    const torctl_router *relay = torctl_routers_find_nickname(routers, argv[2]);
    printf("nickname    %s\n", torctl_router_nickname(relay));
    printf("fingerprint %s\n", torctl_router_fingerprint(relay));
    printf("address     %s:%d\n", torctl_router_address(relay), torctl_router_or_port(relay));
    printf("published   %" PRId64 "\n", torctl_router_published_unix_us(relay) / 1000000);
    printf("flags       %s\n", torctl_router_flags_text(relay));
    printf("guard       %d\n", torctl_router_has_flag(relay, "Guard"));
    printf("bandwidth   %" PRIu64 "\n", torctl_router_bandwidth_bytes_per_second(relay));
    printf("policy      %s\n", torctl_router_policy_summary(relay));
    printf("web         %d\n", torctl_router_allows_port(relay, 443));
    printf("version     %s\n", torctl_router_version(relay));
    torctl_routers_free(routers);
    fclose(file);
    return 0;
}
