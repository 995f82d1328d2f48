/*
 * new_identity: has tor use new circuits from now on, as often as asked.
 *
 *     make bin/new_identity && bin/new_identity [ADDRESS [TIMES]]
 *
 * tor says yes to every NEWNYM, but acts on one in ten seconds at the most. A program that goes on at
 * once may still be given an old circuit; torctl_new_identity() returns when tor has acted. Prints
 *
 *     1: done after 0.0 s
 *     2: tor will wait 10.0 s ... done after 10.0 s
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <torctl.h>

#define TIMEOUT_MS 30000

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    const int times = argc > 2 ? atoi(argv[2]) : 1;
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    torctl_status status = torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err);

    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 1; i <= times && status == TORCTL_OK; i++) {
        const int32_t wait_ms = torctl_newnym_wait_ms(tor);
        const double began_s = now_s();

        printf("%d: ", i);
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
