/*
 * onion_service: a web server with an onion address, in one program.
 *
 *     make bin/onion_service && bin/onion_service [ADDRESS [UPLOADS]]
 *
 * The server listens on a port of loopback, to which only this tor sends visitors. The address of
 * the service is known immediately. Clients find it when its descriptor is published: the program
 * waits until UPLOADS relays (1, at most 16) have it. The service ends with the connection to tor.
 * Runs until Ctrl-C and prints
 *
 *     http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion/ is being published
 *     it is published
 *     visitor 1
 */

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <torctl.h>

static int stop[2]; /* a pipe that gets a byte when it is time to stop */

static void on_signal(int number)
{
    (void)!write(stop[1], &number, 1);
}

/* Returns a socket that listens on a free port of loopback, or -1. */
static int listen_on_loopback(char *target, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(server, (struct sockaddr *)&address, length) != 0 || listen(server, 16) != 0 ||
        getsockname(server, (struct sockaddr *)&address, &length) != 0)
        return -1;
    snprintf(target, size, "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    return server;
}

static void answer(int visitor)
{
    static const char page[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"
                               "Hello from an onion service.\n";
    char request[2048];

    if (poll(&(struct pollfd){.fd = visitor, .events = POLLIN}, 1, 5000) > 0 &&
        recv(visitor, request, sizeof request, 0) > 0)
        (void)!send(visitor, page, sizeof page - 1, MSG_NOSIGNAL);
    close(visitor);
}

static int usage(const char *argument)
{
    const int is_help = strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0;
    fputs("usage: onion_service [ADDRESS [UPLOADS]]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Runs a web server with an onion address. UPLOADS: how many relays must have it.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    char target[32], *rest = "";
    const long uploads = argc > 2 ? strtol(argv[2], &rest, 10) : 1;
    torctl_controller *tor = NULL;
    torctl_queue *states = NULL;
    torctl_onion *onion = NULL;
    torctl_error *err = NULL;
    int visitors = 0;

    if (argc > 3 || uploads < 1 || uploads > 16 || *rest != '\0' || (argc > 1 && argv[1][0] == '-'))
        return usage(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    const int server = listen_on_loopback(target, sizeof target);
    if (server < 0 || pipe(stop) != 0) {
        perror("onion_service");
        return 1;
    }
    torctl_onion_options *options = torctl_onion_options_new();
    int failed = torctl_onion_options_add_port(options, 80, target, &err) ||
                 torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) ||
                 torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                  TORCTL_DROP_OLDEST, NULL, &states, &err) ||
                 torctl_add_onion(tor, options, NULL, &onion, &err);
    if (!failed)
        printf("http://%s/ is being published\n", torctl_onion_address(onion));
    failed = failed || torctl_onion_wait_published(onion, (uint32_t)uploads, 120000, NULL, &err);
    if (!failed)
        printf("it is published\n");
    signal(SIGINT, on_signal);
    struct pollfd fds[] = {{.fd = server, .events = POLLIN},
                           {.fd = stop[0], .events = POLLIN},
                           {.fd = torctl_queue_fd(states), .events = POLLIN}};
    while (!failed && !fds[1].revents) {
        if (poll(fds, 3, -1) > 0 && fds[0].revents) {
            answer(accept(server, NULL, NULL));
            printf("visitor %d\n", ++visitors);
        }
        failed = fds[2].revents != 0;
    }
    if (failed)
        fprintf(stderr, "onion_service: %s\n", err ? torctl_error_message(err) : "tor went away");

    torctl_error_free(err);
    torctl_queue_free(states);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    torctl_onion_options_free(options);
    return failed;
}
