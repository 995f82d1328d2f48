/* A SOCKS port that says what the test wants: a thread takes the connections to it, one after the
 * other, and answers each as the address it asks for says. */
#ifndef TORCTL_TESTS_SOCKS_H
#define TORCTL_TESTS_SOCKS_H

#include "dial.h"
#include "peer.h"

/* Answers the request; the connection is the function's from then on. */
typedef void (*socks_answer_fn)(int fd, const char *host, void *arg);

typedef struct {
    int server;
    char address[32];
    socks_answer_fn answer;
    void *arg;
    pthread_t thread;
} socks;

/* The rest of a message that begins with its length. */
static inline int socks_text(int fd, char text[256])
{
    uint8_t size = 0;
    int is_there =
        recv(fd, &size, 1, MSG_WAITALL) == 1 && recv(fd, text, size, MSG_WAITALL) == size;
    text[is_there ? size : 0] = '\0';
    return is_there;
}

/* The host that is asked for; 0 if the connection ends before. */
static inline int socks_shake_hands(int fd, char host[256])
{
    uint8_t head[4], port[2];
    if (recv(fd, head, 3, MSG_WAITALL) != 3 || write(fd, (uint8_t[]){5, head[2]}, 2) != 2)
        return 0;
    if (head[2] == 2 && (recv(fd, head, 1, MSG_WAITALL) != 1 || !socks_text(fd, host) ||
                         !socks_text(fd, host) || write(fd, "\1\0", 2) != 2))
        return 0;
    return recv(fd, head, 4, MSG_WAITALL) == 4 && socks_text(fd, host) &&
           recv(fd, port, 2, MSG_WAITALL) == 2;
}

/* This code, and an address. */
static inline void socks_say(int fd, int code)
{
    uint8_t answer[10] = {5, (uint8_t)code, 0, 1};
    CHECK_INT(send(fd, answer, sizeof answer, MSG_NOSIGNAL), (int)sizeof answer);
}

static inline void *socks_run(void *arg)
{
    socks *port = arg;
    int fd;
    while ((fd = accept4(port->server, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        char host[256];
        if (socks_shake_hands(fd, host))
            port->answer(fd, host, port->arg);
        else
            close(fd);
    }
    return NULL;
}

static inline void socks_start(socks *port, socks_answer_fn answer, void *arg)
{
    uint16_t number;
    port->server = listen_on_loopback(&number);
    snprintf(port->address, sizeof port->address, "127.0.0.1:%u", (unsigned)number);
    port->answer = answer;
    port->arg = arg;
    port->thread = start_thread(socks_run, port);
}

static inline void socks_stop(socks *port)
{
    shutdown(port->server, SHUT_RDWR);
    JOIN_SOON(port->thread, 30);
    close(port->server);
}

/* Options of a dial to it. */
static inline torctl_dial_options *socks_options(const socks *port)
{
    torctl_dial_options *options = torctl_dial_options_new();
    REQUIRE_STATUS(torctl_dial_options_set_socks_address(options, port->address, NULL), TORCTL_OK);
    return options;
}

#endif
