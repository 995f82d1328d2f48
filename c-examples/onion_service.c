/*
 * onion_service: a web server that is reached by an onion address, all in one program.
 *
 *     make bin/onion_service && bin/onion_service [ADDRESS [UPLOADS]]
 *
 * The server listens on a port of loopback that only this tor leads to. An onion service has two
 * moments: its address is known at once, and clients find it when its descriptor was published; here
 * when so many relays (1) have it, of up to 16. Whoever asks one that has not must try again later.
 * It ends with the connection to tor, so there is nothing to clean up. Until Ctrl-C; prints
 *
 *     http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion/ is being published
 *     it is there
 *     1 visitor
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <torctl.h>

#define PUBLISH_TIMEOUT_MS 120000

/* A pipe, which holds a byte once it is time to stop. */
static int stop[2];

static void ask_to_stop(int signal_number)
{
    (void)!write(stop[1], &signal_number, 1);
}

/* A socket that listens on a free port of loopback, or -1. */
static int listen_on_loopback(char *target, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0);

    if (server < 0 || bind(server, (struct sockaddr *)&address, length) != 0 ||
        listen(server, 16) != 0 || getsockname(server, (struct sockaddr *)&address, &length) != 0)
        perror("onion_service: socket");
    snprintf(target, size, "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    return server;
}

static void answer(int visitor)
{
    static const char page[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"
                               "Hello from an onion service.\n";
    const struct timeval patience = {.tv_sec = 5};
    char request[2048];

    setsockopt(visitor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (recv(visitor, request, sizeof request, 0) > 0)
        (void)!send(visitor, page, sizeof page - 1, MSG_NOSIGNAL);
    close(visitor);
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    struct sigaction action = {.sa_handler = ask_to_stop};
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_controller *tor = NULL;
    torctl_onion *onion = NULL;
    torctl_queue *end_of_tor = NULL;
    torctl_error *err = NULL;
    const uint32_t uploads = argc > 2 ? (uint32_t)atoi(argv[2]) : 1;
    int visitors = 0, failed = 1;
    char target[32];
    int server = listen_on_loopback(target, sizeof target);

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (torctl_onion_options_add_port(options, 80, target, &err) != TORCTL_OK ||
        torctl_controller_open(argc > 1 ? argv[1] : NULL, NULL, &tor, &err) != TORCTL_OK ||
        torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &end_of_tor, &err) !=
            TORCTL_OK ||
        torctl_add_onion(tor, options, NULL, &onion, &err) != TORCTL_OK)
        goto end;
    printf("http://%s/ is being published\n", torctl_onion_address(onion));
    if (torctl_onion_wait_published(onion, uploads, PUBLISH_TIMEOUT_MS, NULL, &err) != TORCTL_OK)
        goto end;
    printf("it is there\n");

    if (pipe(stop) != 0)
        goto end;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct pollfd fds[] = {{.fd = server, .events = POLLIN},
                           {.fd = stop[0], .events = POLLIN},
                           {.fd = torctl_queue_fd(end_of_tor), .events = POLLIN}};
    while ((poll(fds, 3, -1) >= 0 || errno == EINTR) && !fds[1].revents && !fds[2].revents) {
        if (fds[0].revents) {
            answer(accept(server, NULL, NULL));
            visitors++;
            printf("%d visitor%s\n", visitors, visitors == 1 ? "" : "s");
        }
    }
    failed = fds[2].revents != 0;
    if (failed)
        fprintf(stderr, "onion_service: tor went away\n");
end:
    if (err != NULL)
        fprintf(stderr, "onion_service: %s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_queue_free(end_of_tor);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    torctl_onion_options_free(options);
    close(server);
    return failed;
}
