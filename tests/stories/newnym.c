/* A tool of an administrator: new circuits from now on.
 *
 *     newnym ADDRESS
 */
#include <stdio.h>

#include <torctl.h>

int main(int argc, char **argv)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;

    (void)argc;
    if (torctl_controller_open(argv[1], NULL, &tor, &err) ||
        torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, &err))
        printf("%s\n", torctl_error_message(err));
    torctl_controller_free(tor);
    return 0;
}
