/* What goes over the wire while a program logs in and makes a service, with the secrets left out.
 *
 *     reviewer ADDRESS
 */
#include <stdio.h>

#include <torctl.h>

static void show(int32_t direction, int64_t time_unix_us, const char *line, size_t size_bytes,
                 void *user_data)
{
    (void)time_unix_us, (void)user_data;
    printf("%s %.*s\n", direction == TORCTL_TRACE_OUT ? ">" : "<", (int)size_bytes, line);
}

int main(int argc, char **argv)
{
    torctl_options *options = torctl_options_new();
    torctl_onion_options *service = torctl_onion_options_new();
    torctl_controller *tor = NULL;
    torctl_onion *onion = NULL;
    torctl_error *err = NULL;

    (void)argc;
    if (torctl_options_set_address(options, argv[1], &err) ||
        torctl_options_set_trace(options, show, NULL, NULL, &err) ||
        torctl_onion_options_add_port(service, 80, NULL, &err) ||
        torctl_controller_new(options, &tor, &err) || torctl_controller_connect(tor, NULL, &err) ||
        torctl_add_onion(tor, service, NULL, &onion, &err))
        printf("%s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    torctl_onion_options_free(service);
    torctl_options_free(options);
    return 0;
}
