/* Bytes to a connection, as far as its socket takes them; and what every part needs. */
#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#define REPLY_SIZE (256u * 1024u)

static char reply[REPLY_SIZE];
static size_t reply_used;

void die(const char *what) {
    perror(what);
    exit(1);
}

uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void *need(void *memory) {
    if (memory == NULL) die("memory");
    return memory;
}

char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    struct stat st;
    if (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)) {
        fclose(file);
        return NULL;
    }
    char *bytes = need(malloc((size_t)st.st_size + 1));
    *size = fread(bytes, 1, (size_t)st.st_size, file);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

void watch(struct conn *c, int out) {
    if (c->wants_out == out) return;
    c->wants_out = out;
    struct epoll_event ev = {.events = EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0u), .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &ev) != 0) die("epoll_ctl");
}

/* Sends what the socket takes now. Returns how much that was; a dead peer takes everything. */
size_t send_some(struct conn *c, const char *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t n = send(c->fd, bytes + done, size - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) done += (size_t)n;
        else if (errno == EAGAIN) break;
        else if (errno != EINTR) return size;
    }
    return done;
}

void enqueue(struct conn *c, char *bytes, size_t size, int copy) {
    if (c->queue_count == c->queue_size) {
        c->queue_size = c->queue_size * 2 + 4;
        c->queue = need(realloc(c->queue, c->queue_size * sizeof *c->queue));
    }
    if (copy) bytes = memcpy(need(malloc(size)), bytes, size);
    c->queue[c->queue_count++] = (struct segment){bytes, size, 0, copy};
    watch(c, 1);
}

/* Sends a reply now, or keeps it for later in order. Never in the middle of an event. */
void put(struct conn *c, char *bytes, size_t size, int copy) {
    finish_message(c);
    size_t done = c->queue_count == 0 ? send_some(c, bytes, size) : 0;
    if (done < size) enqueue(c, bytes + done, size - done, copy);
}

void flush_reply(struct conn *c) {
    if (reply_used > 0) put(c, reply, reply_used, 1);
    reply_used = 0;
}

void say(struct conn *c, const char *text, size_t size) {
    if (reply_used + size > REPLY_SIZE) flush_reply(c);
    if (size > REPLY_SIZE) size = REPLY_SIZE;
    memcpy(reply + reply_used, text, size);
    reply_used += size;
}
