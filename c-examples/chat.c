/*
 * chat: two programs talk with each other over an onion service.
 *
 *     make bin/chat && bin/chat [--tor ADDRESS] [ONION_ADDRESS]
 *
 * Without ONION_ADDRESS it waits for the other, and prints how that calls it. Neither needs to know where the other is, and nothing in between can read what they say. One
 * makes an onion service and accepts one visitor, the other connects to it through tor; from then
 * on both do the same: lines of the keyboard go to the other, and what the other says is printed.
 * All waiting is poll(), or can be ended by Ctrl-C. Runs until the input of one of them ends, and
 * prints
 *
 *     the other calls: chat 2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion
 *     connected
 *     hello
 *     the other has gone
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <torctl.h>

enum { PORT = 1984, WAIT_MS = 180000 };

static torctl_call *call; /* everything that waits for tor, ended by Ctrl-C */
static int stop[2];       /* a pipe that gets a byte when it is time to stop */

static void on_signal(int number)
{
    torctl_call_cancel(call);
    (void)!write(stop[1], &number, 1);
}

/* Makes a service and waits for one visitor. Returns -1 on failure, and when it is time to stop. */
static int wait_for_call(torctl_controller *tor, torctl_error **err)
{
    torctl_onion_listener *listener = NULL;
    int peer = -1;

    if (torctl_onion_listener_new(tor, PORT, NULL, call, &listener, err) != TORCTL_OK)
        return -1;
    if (torctl_onion_listener_wait_published(listener, 1, WAIT_MS, call, err) == TORCTL_OK) {
        printf("the other calls: chat %s\n", torctl_onion_listener_address(listener));
        struct pollfd fds[] = {{.fd = torctl_onion_listener_fd(listener), .events = POLLIN},
                               {.fd = stop[0], .events = POLLIN}};
        /* Somebody may have knocked and gone again: then there is nobody to accept. */
        torctl_status status = TORCTL_EMPTY;
        while (status == TORCTL_EMPTY && !fds[1].revents)
            if (poll(fds, 2, -1) > 0 && fds[0].revents)
                status = torctl_onion_listener_accept(listener, 0, call, &peer, err);
    }
    /* The service ends here; the connection goes on. */
    torctl_onion_listener_free(listener);
    return peer;
}

/* Connects to the other's service. Returns -1 on failure. */
static int call_other(torctl_controller *tor, const char *address, torctl_error **err)
{
    int peer = -1;
    if (torctl_dial(tor, address, PORT, NULL, WAIT_MS, call, &peer, NULL, err) != TORCTL_OK)
        return -1;
    return peer;
}

/* Copies what can be read from one to the other. Returns 0 at the end. */
static int copy(int from, int to, int to_is_socket)
{
    char text[4096];
    ssize_t done = 0, got = read(from, text, sizeof text);

    if (got < 0)
        return errno == EINTR;
    for (ssize_t sent = 0; sent < got; sent += done) {
        done = to_is_socket ? send(to, text + sent, (size_t)(got - sent), MSG_NOSIGNAL)
                            : write(to, text + sent, (size_t)(got - sent));
        if (done < 0 && errno != EINTR)
            return 0;
        if (done < 0)
            done = 0;
    }
    return got > 0;
}

static void talk(int peer)
{
    struct pollfd fds[] = {{.fd = peer, .events = POLLIN},
                           {.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = stop[0], .events = POLLIN}};

    printf("connected\n");
    fflush(stdout);
    while (!fds[2].revents) {
        if (poll(fds, 3, -1) < 0)
            continue;
        if (fds[0].revents && !copy(peer, STDOUT_FILENO, 0)) {
            printf("the other has gone\n");
            return;
        }
        /* tor has no half connections: who says no more hears no more. */
        if (fds[1].revents && !copy(STDIN_FILENO, peer, 1))
            return;
    }
}

static int usage(int is_help)
{
    fputs("usage: chat [--tor ADDRESS] [ONION_ADDRESS]\n", is_help ? stdout : stderr);
    if (is_help)
        puts("Talks with another chat over an onion service. Without ONION_ADDRESS it waits.\n"
             "ADDRESS: 127.0.0.1:9051 or unix:/run/tor/control. Default: the usual places.");
    return is_help ? 0 : 2;
}

int main(int argc, char **argv)
{
    const char *address = NULL, *other = NULL;
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    int peer = -1;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)
            return usage(1);
        if (strcmp(argv[i], "--tor") == 0 && i + 1 < argc)
            address = argv[++i];
        else if (argv[i][0] != '-' && other == NULL)
            other = argv[i];
        else
            return usage(0);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    call = torctl_call_new();
    if (call == NULL || pipe(stop) != 0) {
        perror("chat");
        return 1;
    }
    signal(SIGINT, on_signal);
    if (torctl_controller_open(address, call, &tor, &err) == TORCTL_OK)
        peer = other != NULL ? call_other(tor, other, &err) : wait_for_call(tor, &err);
    if (peer >= 0) {
        talk(peer);
        close(peer);
    }
    const int failed =
        torctl_error_status(err) != TORCTL_OK && torctl_error_status(err) != TORCTL_ERR_CANCELLED;
    if (failed)
        fprintf(stderr, "chat: %s\n", torctl_error_message(err));

    torctl_error_free(err);
    torctl_controller_free(tor);
    signal(SIGINT, SIG_DFL);
    torctl_call_free(call);
    return failed;
}
