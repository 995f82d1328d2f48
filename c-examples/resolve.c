/*
 * resolve: looks up names through tor's network, and the names of addresses.
 *
 *     make bin/resolve && bin/resolve [--tor ADDRESS] NAME...
 *
 * tor answers the command RESOLVE later, by an event. torctl_resolve() waits for the right one.
 * For a NAME that is an IP address, tor looks for its name. When one lookup fails, the program
 * goes on with the others, and ends with status 1. Prints
 *
 *     www.torproject.org is 116.202.120.165, until 2026-11-23 17:05:12 UTC
 *     192.0.2.7 is host-7.test, until 2026-11-23 17:05:12 UTC
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
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

    if (torctl_resolve(tor, name, is_address(name), TIMEOUT_MS, NULL, &answer, &err) != TORCTL_OK) {
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

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: resolve [--tor ADDRESS] NAME...\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Looks up names through tor's network. For a NAME that is an IP address: its name.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const int first = argc > 2 && strcmp(argv[1], "--tor") == 0 ? 3 : 1; /* of the names */
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    int failed = 0;

    if (argc <= first || argv[first][0] == '-')
        return usage(argc > first ? argv[first] : "");
    setvbuf(stdout, NULL, _IOLBF, 0);

    if (torctl_controller_open(first == 3 ? argv[2] : NULL, NULL, &tor, &err) != TORCTL_OK) {
        fprintf(stderr, "resolve: %s\n", torctl_error_message(err));
        failed = 1;
    }
    for (int i = first; tor != NULL && i < argc; i++)
        failed |= look_up(tor, argv[i]);

    torctl_error_free(err);
    torctl_controller_free(tor);
    return failed;
}
