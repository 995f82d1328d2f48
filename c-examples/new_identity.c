/*
 * new_identity: tells tor to use new circuits from now on, once or several times.
 *
 *     make bin/new_identity && bin/new_identity [ADDRESS [TIMES]]
 *
 * tor answers "OK" to every NEWNYM, but acts only once in ten seconds. A program that does not
 * wait may still get an old circuit. torctl_new_identity() returns when tor has acted. Prints
 *
 *     1: done after 0.0 s
 *     2: tor will wait 10.0 s ... done after 10.0 s
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <torctl.h>

#define TIMEOUT_MS 30000

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: new_identity [ADDRESS [TIMES]]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Tells tor to use new circuits, and waits until tor does.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    char *rest = "";
    const long times = argc > 2 ? strtol(argv[2], &rest, 10) : 1;
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;

    if (argc > 3 || times < 1 || *rest != '\0' || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IONBF, 0);

    torctl_status status = torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err);
    for (long i = 1; i <= times && status == TORCTL_OK; i++) {
        const int32_t wait_ms = torctl_newnym_wait_ms(tor);
        const double began_s = now_s();

        printf("%ld: ", i);
        if (wait_ms > 0)
            printf("tor will wait %.1f s ... ", (double)wait_ms / 1000);
        status = torctl_new_identity(tor, TIMEOUT_MS, NULL, &err);
        if (status == TORCTL_OK)
            printf("done after %.1f s\n", now_s() - began_s);
    }
    if (status != TORCTL_OK)
        fprintf(stderr, "new_identity: %s\n", torctl_error_message(err));

    torctl_error_free(err);
    torctl_controller_free(tor);
    return status != TORCTL_OK;
}
