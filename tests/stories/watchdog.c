/* Is my onion service alive? One line for each service of another program that is named.
 *
 *     watchdog ADDRESS ONION...
 */
#include <inttypes.h>
#include <stdio.h>

#include <torctl.h>

int main(int argc, char **argv)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;

    if (torctl_controller_open(argv[1], NULL, &tor, &err) != TORCTL_OK)
        printf("%s\n", torctl_error_message(err));
    for (int i = 2; i < argc && tor != NULL; i++) {
        torctl_onion *onion = NULL;
        torctl_onion_status *status = NULL;
        if (torctl_watch_onion(tor, argv[i], NULL, &onion, &err) == TORCTL_OK &&
            torctl_onion_get_status(onion, NULL, &status, &err) == TORCTL_OK)
            printf("%s: listed %d, published by %" PRIu64 " relays, refused by %" PRIu64 " %s\n",
                   argv[i], torctl_onion_status_is_listed(status),
                   torctl_onion_status_uploaded(status), torctl_onion_status_failed(status),
                   torctl_onion_status_last_failure(status));
        else
            printf("%s: %s\n", argv[i], torctl_error_message(err));
        torctl_error_free(err);
        torctl_onion_status_free(status);
        torctl_onion_free(onion);
    }
    torctl_controller_free(tor);
    return 0;
}
