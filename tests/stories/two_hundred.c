/* A server for many tenants: two hundred onion services on one connection, made with one round of commands.
 *
 *     two_hundred ADDRESS
 */
#include <stdio.h>

#include <torctl.h>

enum { TENANTS = 200 };

int main(int argc, char **argv)
{
    const torctl_onion_options *services[TENANTS];
    torctl_onion_options *service = torctl_onion_options_new();
    torctl_controller *tor = NULL;
    torctl_onions *onions = NULL;
    torctl_error *err = NULL;

    (void)argc;
    for (size_t i = 0; i < TENANTS; i++)
        services[i] = service; /* keys are new, so one set of options serves all */
    if (torctl_onion_options_add_port(service, 80, "127.0.0.1:8080", &err) ||
        torctl_controller_open(argv[1], NULL, &tor, &err) ||
        torctl_add_onions(tor, services, TENANTS, NULL, &onions, &err))
        printf("%s\n", torctl_error_message(err));
    for (size_t i = 0; i < torctl_onions_count(onions); i++) {
        torctl_onion *onion = NULL;
        torctl_status rc = torctl_onions_take(onions, i, &onion, &err);
        printf("tenant %zu: %s\n", i,
               rc == TORCTL_OK ? torctl_onion_address(onion) : torctl_error_message(err));
        torctl_onion_free(onion);
        torctl_error_free(err);
    }
    torctl_onions_free(onions);
    torctl_onion_options_free(service);
    torctl_controller_free(tor);
    return 0;
}
