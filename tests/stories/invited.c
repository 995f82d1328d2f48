/* A service that only an invited client can reach, and the same client, which gives its tor the key: here both
 * have the same tor.
 *
 *     invited ADDRESS
 */
#include <stdio.h>

#include <torctl.h>

int main(int argc, char **argv)
{
    torctl_controller *tor = NULL;
    torctl_onion_options *service = torctl_onion_options_new();
    torctl_client_key *key = NULL;
    torctl_onion *onion = NULL;
    torctl_error *err = NULL;
    int32_t outcome = 0;

    (void)argc;
    if (torctl_controller_open(argv[1], NULL, &tor, &err) || torctl_client_key_new(&key, &err) ||
        torctl_onion_options_add_port(service, 80, NULL, &err) ||
        torctl_onion_options_add_client(service, torctl_client_key_public(key), &err) ||
        torctl_add_onion(tor, service, NULL, &onion, &err) ||
        torctl_onion_client_auth_add(tor, torctl_onion_address(onion),
                                     torctl_client_key_private(key), NULL, 0, NULL, &outcome, &err))
        printf("%s\n", torctl_error_message(err));
    else
        printf("%s %s\n", torctl_onion_address(onion), torctl_client_auth_added_name(outcome));
    torctl_error_free(err);
    torctl_onion_free(onion);
    torctl_client_key_free(key);
    torctl_onion_options_free(service);
    torctl_controller_free(tor);
    return 0;
}
