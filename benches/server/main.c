/*
 * A control server for the benchmarks: it speaks just enough of tor's control protocol to be taken for tor, and
 * sends prepared bytes as fast as, or at exactly the rate that, a measurement wants.
 *
 *   server (--unix PATH | --tcp PORT) [options]
 *
 *   --info DIR        GETINFO KEY is answered from DIR/KEY; a file with more than one line becomes a data block
 *   --flood FILE      the event messages to send once SETEVENTS has asked for them
 *   --repeat N        how many times to send FILE on each connection                               (default 1)
 *   --rate R          send R events a second in all, in turns over the connections: whole messages of FILE,
 *                     or without FILE BW events `650 BW <CLOCK_MONOTONIC ns when sent> <number>`
 *   --events N        how many events to send in all when there is a rate
 *   --trigger WORD    the SETEVENTS that starts the sending has this word                          (default any)
 *   --connections C   start when this many connections have sent it                                (default 1)
 *   --drip BYTES,US   send FILE in pieces of BYTES, one each US microseconds (0: as fast as it goes)
 *
 * It prints `ready ADDRESS` when it listens, and on SIGTERM one line of JSON: what was sent, how far behind its
 * schedule the sending ever was, and how long a reader that did not read held it back.
 */
#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

struct options opt = {.repeat = 1, .connections = 1};
struct sent sent;
int epoll_fd, timer_fd;

static int listen_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "server: %s is too long for a socket\n", path);
        exit(1);
    }
    strcpy(address.sun_path, path);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4096) != 0) die(path);
    printf("ready unix:%s\n", path);
    return fd;
}

static int listen_tcp(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 4096) != 0) die("bind");
    getsockname(fd, (struct sockaddr *)&address, &size);
    printf("ready 127.0.0.1:%d\n", ntohs(address.sin_port));
    return fd;
}

static void report(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    uint64_t now = now_ns();
    for (size_t i = 0; i < subscriber_count; i++) {
        if (subscribers[i] != NULL && subscribers[i]->held_since != 0) sent.held_ns += now - subscribers[i]->held_since;
    }
    uint64_t end = sent.ended_ns ? sent.ended_ns : now;
    printf("{\"sent_events\": %llu, \"sent_bytes\": %llu, \"seconds\": %.6f, \"finished\": %s, "
           "\"behind_ms\": %.3f, \"held_ms\": %.3f, \"cpu_seconds\": %.4f}\n",
           (unsigned long long)sent.events, (unsigned long long)sent.bytes,
           sent.started_ns ? (double)(end - sent.started_ns) / 1e9 : 0.0, sent.ended_ns ? "true" : "false",
           (double)sent.behind_ns / 1e6, (double)sent.held_ns / 1e6,
           (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
               (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
    fflush(stdout);
}

static void add(int fd, void *mark) {
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = mark};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) die("epoll_ctl");
}

static const char *value(int argc, char **argv, int *i) {
    if (*i + 1 >= argc) {
        fprintf(stderr, "server: %s wants a value\n", argv[*i]);
        exit(2);
    }
    return argv[++*i];
}

int main(int argc, char **argv) {
    const char *path = NULL;
    int port = -1;
    for (int i = 1; i < argc; i++) {
        const char *o = argv[i], *v = value(argc, argv, &i);
        if (strcmp(o, "--unix") == 0) path = v;
        else if (strcmp(o, "--tcp") == 0) port = atoi(v);
        else if (strcmp(o, "--info") == 0) opt.info_dir = v;
        else if (strcmp(o, "--flood") == 0) opt.flood_path = v;
        else if (strcmp(o, "--repeat") == 0) opt.repeat = strtoull(v, NULL, 10);
        else if (strcmp(o, "--rate") == 0) opt.rate = strtod(v, NULL);
        else if (strcmp(o, "--events") == 0) opt.events = strtoull(v, NULL, 10);
        else if (strcmp(o, "--trigger") == 0) opt.trigger = v;
        else if (strcmp(o, "--connections") == 0) opt.connections = strtoull(v, NULL, 10);
        else if (strcmp(o, "--drip") == 0) {
            opt.drip_bytes = strtoull(v, NULL, 10);
            opt.drip_ns = strchr(v, ',') ? strtoull(strchr(v, ',') + 1, NULL, 10) * 1000 : 0;
        } else {
            fprintf(stderr, "server: unknown option %s\n", o);
            return 2;
        }
    }
    if ((path == NULL) == (port < 0)) {
        fprintf(stderr, "server: give one of --unix PATH and --tcp PORT\n");
        return 2;
    }
    if (opt.flood_path != NULL) {
        load_corpus();
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
    timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (signal_fd < 0 || timer_fd < 0 || epoll_fd < 0) die("server");
    int listener = path ? listen_unix(path) : listen_tcp(port);
    fflush(stdout);
    add(listener, &listener);
    add(signal_fd, &signal_fd);
    add(timer_fd, &timer_fd);
    for (;;) {
        struct epoll_event ready[64];
        int n = epoll_wait(epoll_fd, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            void *mark = ready[i].data.ptr;
            if (mark == &listener) {
                greet(listener);
            } else if (mark == &signal_fd) {
                report();
                if (path) unlink(path);
                return 0;
            } else if (mark == &timer_fd) {
                uint64_t ticks;
                if (read(timer_fd, &ticks, sizeof ticks) < 0) continue;
                timer_tick();
            } else {
                struct conn *c = mark;
                int alive = 1;
                if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) alive = readable(c);
                if (alive && (ready[i].events & EPOLLOUT)) alive = writable(c);
                if (!alive) hang_up(c);
            }
        }
    }
}
