/* A server with processes that are forked in advance: the child cannot use what it inherits, and hurts nobody.
 *
 *     forks ADDRESS
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <torctl.h>

static void ask(const char *who, torctl_controller *tor)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;

    if (torctl_get_info(tor, "version", NULL, &values, &err) == TORCTL_OK)
        printf("%s: tor %s\n", who, torctl_values_value(values, 0));
    else
        printf("%s: %s\n", who, torctl_error_message(err));
    torctl_values_free(values);
    torctl_error_free(err);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    torctl_controller *tor = NULL, *own = NULL;

    (void)argc;
    if (torctl_controller_open(argv[1], NULL, &tor, NULL) != TORCTL_OK)
        return 1;
    if (fork() == 0) {
        ask("child", tor);
        torctl_controller_free(tor);
        if (torctl_controller_open(argv[1], NULL, &own, NULL) == TORCTL_OK)
            ask("child with its own", own);
        torctl_controller_free(own);
        return 0;
    }
    wait(NULL);
    ask("parent", tor);
    torctl_controller_free(tor);
    return 0;
}
