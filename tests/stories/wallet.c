/* A wallet that brings its own tor: started with the bridges that a user has pasted, watched while it gets into
 * the network, asked for a new identity, and gone with the program.
 *
 *     wallet [--offline] < bridges
 *
 * With --offline this tor may not use the network, and the wallet does not wait for it.
 */
#include <stdio.h>

#include <torctl.h>

static torctl_status on_progress(int32_t percent, const char *summary, const torctl_event *event,
                                 void *user_data)
{
    (void)user_data;
    printf("%d %% %s %s\n", (int)percent, summary, torctl_status_event_warning(event));
    return TORCTL_OK;
}

int main(int argc, char **argv)
{
    static char pasted[65536];
    torctl_launch_options *options = torctl_launch_options_new();
    torctl_controller *tor = NULL;
    torctl_bridges *bridges = NULL;
    torctl_endpoints *socks = NULL;
    torctl_error *err = NULL;
    size_t bad_line = 0;

    (void)argv;
    pasted[fread(pasted, 1, sizeof pasted - 1, stdin)] = '\0';
    if (torctl_bridges_parse(pasted, &bridges, &bad_line, &err) != TORCTL_OK) {
        printf("line %zu is wrong: %s\n", bad_line, torctl_error_message(err));
    } else if (torctl_launch_options_set_bridges(options, bridges, &err) ||
               torctl_launch_options_add(options, "SocksPort", "auto", &err) ||
               torctl_launch_options_add(options, "DisableNetwork", argc > 1 ? "1" : "0", &err) ||
               torctl_launch(options, NULL, &tor, &err) ||
               torctl_wait_bootstrapped(tor, on_progress, NULL, argc > 1 ? 0 : 120000, 30000, NULL,
                                        &err)) {
        printf("no network: %s\n", torctl_error_message(err));
    }
    if (tor != NULL && torctl_new_identity(tor, -1, NULL, NULL) == TORCTL_OK &&
        torctl_get_endpoints(tor, "socks", NULL, &socks, NULL) == TORCTL_OK)
        printf("%zu bridges, new identity, %zu SOCKS ports\n", torctl_bridges_count(bridges),
               torctl_endpoints_count(socks));
    torctl_error_free(err);
    torctl_endpoints_free(socks);
    torctl_bridges_free(bridges);
    torctl_launch_options_free(options);
    torctl_controller_free(tor); /* tor has ended when this returns */
    return 0;
}
