/*
 * resolve: looks up names through tor's network, and the names of addresses.
 *
 *     make bin/resolve && bin/resolve ADDRESS NAME...
 *
 * RESOLVE is a command whose answer comes later, as an event; torctl_resolve() waits for the right
 * one. What is an address already is looked up the other way round. Give "" for ADDRESS to have tor
 * found. One name that cannot be resolved does not keep the others from being looked up. Prints
 *
 *     www.torproject.org is 116.202.120.165, until 2026-11-23 17:05:12 UTC
 *     192.0.2.7 is host-7.test, until 2026-11-23 17:05:12 UTC
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <time.h>

#include <torctl.h>

#define TIMEOUT_MS 60000

static int is_address(const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static int look_up(torctl_controller *tor, const char *name)
{
    torctl_event *answer = NULL;
    torctl_error *err = NULL;

    if (torctl_resolve(tor, name, is_address(name), TIMEOUT_MS, NULL, &answer, &err) !=
        TORCTL_OK) {
        fprintf(stderr, "resolve: %s\n", torctl_error_message(err));
        torctl_error_free(err);
        return 1;
    }
    printf("%s is %s", name, torctl_addrmap_to(answer));
    if (torctl_addrmap_expires_unix_us(answer) != 0) {
        const time_t expires = (time_t)(torctl_addrmap_expires_unix_us(answer) / 1000000);
        char text[sizeof "2026-11-23 17:05:12"];
        struct tm parts;

        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", gmtime_r(&expires, &parts));
        printf(", until %s UTC", text);
    }
    printf("\n");
    torctl_event_free(answer);
    return 0;
}

int main(int argc, char **argv)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    int failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 3) {
        fprintf(stderr, "usage: resolve ADDRESS NAME...\n");
        return 2;
    }
    if (torctl_controller_open(argv[1][0] ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK) {
        fprintf(stderr, "resolve: %s\n", torctl_error_message(err));
        failed = 1;
    }
    for (int i = 2; tor != NULL && i < argc; i++)
        failed |= look_up(tor, argv[i]);

    torctl_error_free(err);
    torctl_controller_free(tor);
    return failed;
}
