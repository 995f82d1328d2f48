/* A program that starts tor with a control descriptor that is let in already, as one does that has tor linked in.
 *
 *     embedded DIRECTORY
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <torctl.h>

int main(int argc, char **argv)
{
    torctl_options *options = torctl_options_new();
    torctl_controller *tor = NULL;
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    char number[16];
    int ends[2];

    if (argc != 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return 1;
    snprintf(number, sizeof number, "%d", ends[0]);
    if (fork() == 0) {
        close(ends[1]);
        execlp("tor", "tor", "-f", "/nonexistent", "--ignore-missing-torrc", "--defaults-torrc",
               "/nonexistent", "--quiet", "--SocksPort", "0", "--DisableNetwork", "1",
               "--DataDirectory", argv[1], "--__OwningControllerFD", number, (char *)NULL);
        _exit(1);
    }
    close(ends[0]);
    if (torctl_options_set_fd(options, ends[1], 1, &err) ||
        torctl_controller_new(options, &tor, &err) || torctl_controller_connect(tor, NULL, &err) ||
        torctl_get_info(tor, "version", NULL, &values, &err))
        printf("%s\n", torctl_error_message(err));
    else
        printf("tor %s\n", torctl_values_value(values, 0));
    torctl_error_free(err);
    torctl_values_free(values);
    torctl_controller_free(tor);
    torctl_options_free(options);
    wait(NULL); /* tor ends when its owner's descriptor closes */
    return 0;
}
