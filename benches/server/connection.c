/* Connections: the commands that they send, and their beginning and end. */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_SIZE 65536u

static int starts(const char *line, const char *word) {
    size_t n = strlen(word);
    return strncasecmp(line, word, n) == 0 && (line[n] == '\0' || line[n] == ' ');
}

static void command(struct conn *c, char *line, size_t size) {
    if (size > 0 && line[size - 1] == '\r') line[--size] = '\0';
    if (c->in_data) {
        if (strcmp(line, ".") == 0) {
            c->in_data = 0;
            SAY(c, "250 OK\r\n");
        }
    } else if (line[0] == '+') {
        c->in_data = 1;
    } else if (starts(line, "GETINFO")) {
        get_info(c, line + strlen("GETINFO"));
    } else if (starts(line, "PROTOCOLINFO")) {
        SAY(c, "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n");
    } else if (starts(line, "SETEVENTS")) {
        SAY(c, "250 OK\r\n");
        flush_reply(c);
        char *words = line + strlen("SETEVENTS"), *save = NULL;
        for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
            if (opt.trigger == NULL || strcasecmp(w, opt.trigger) == 0) start_sending(c);
        }
    } else if (starts(line, "QUIT")) {
        SAY(c, "250 closing connection\r\n");
        c->quitting = 1;
    } else if (starts(line, "GETCONF")) {
        char text[1200];
        say(c, text, (size_t)snprintf(text, sizeof text, "250 %.1100s\r\n", size > 8 ? line + 8 : "OK"));
    } else if (starts(line, "AUTHENTICATE") || starts(line, "SETCONF") || starts(line, "RESETCONF") ||
               starts(line, "SIGNAL") || starts(line, "USEFEATURE") || starts(line, "TAKEOWNERSHIP")) {
        SAY(c, "250 OK\r\n");
    } else {
        char text[1200];
        line[strcspn(line, " ")] = '\0';
        say(c, text, (size_t)snprintf(text, sizeof text, "510 Unrecognized command \"%.1100s\"\r\n", line));
    }
}

void hang_up(struct conn *c) {
    for (size_t i = 0; i < subscriber_count; i++) {
        if (subscribers[i] == c) subscribers[i] = NULL;
    }
    for (size_t i = 0; i < c->queue_count; i++) {
        if (c->queue[i].owned) free(c->queue[i].bytes);
    }
    close(c->fd);
    free(c->queue);
    free(c->in);
    free(c);
}

/* Returns 0 when the connection is over. */
int readable(struct conn *c) {
    if (c->in_used == c->in_size) {
        c->in_size = c->in_size ? c->in_size * 2 : 512;
        c->in = need(realloc(c->in, c->in_size + 1));
    }
    ssize_t n = recv(c->fd, c->in + c->in_used, c->in_size - c->in_used, MSG_DONTWAIT);
    if (n == 0) return 0;
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    c->in_used += (size_t)n;
    size_t at = 0;
    char *nl;
    while (!c->quitting && (nl = memchr(c->in + at, '\n', c->in_used - at)) != NULL) {
        *nl = '\0';
        command(c, c->in + at, (size_t)(nl - (c->in + at)));
        at = (size_t)(nl - c->in) + 1;
    }
    /* A pipelining client fills the buffer: give it a bigger one, so that it costs the server fewer calls. */
    if (at > 0 && at == c->in_used && c->in_used == c->in_size && c->in_size < IN_SIZE) {
        c->in_size = IN_SIZE;
        c->in = need(realloc(c->in, c->in_size + 1));
    }
    memmove(c->in, c->in + at, c->in_used - at);
    c->in_used -= at;
    flush_reply(c);
    return !(c->quitting && c->queue_count == 0);
}

int writable(struct conn *c) {
    size_t gone = 0;
    while (gone < c->queue_count) {
        struct segment *s = &c->queue[gone];
        s->done += send_some(c, s->bytes + s->done, s->size - s->done);
        if (s->done < s->size) break;
        if (s->owned) free(s->bytes);
        gone++;
    }
    memmove(c->queue, c->queue + gone, (c->queue_count - gone) * sizeof *c->queue);
    c->queue_count -= gone;
    if (c->queue_count > 0) return 1;
    if (c->quitting) return 0;
    if (c->held_since != 0) {
        sent.held_ns += now_ns() - c->held_since;
        c->held_since = 0;
        watch(c, 0);
        paced_tick();
    } else if (c->flood_left > 0 && (opt.drip_bytes == 0 || opt.drip_ns == 0)) {
        pump_flood(c);
    } else {
        watch(c, 0);
    }
    return 1;
}

void greet(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) return;
        die("accept");
    }
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* fails on a Unix socket, which has no delay */
    struct conn *c = need(calloc(1, sizeof *c));
    c->fd = fd;
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) die("epoll_ctl");
}
