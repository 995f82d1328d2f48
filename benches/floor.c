/*
 * What the library's ways of waiting cost without the library: the same threads, system calls and allocations, and
 * nothing else. `latency` hands every event from a thread that reads to one that polls a descriptor; `pipeline` writes
 * sixteen commands at a time and allocates as many objects a request as torctl does.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define WINDOW 64
#define BATCH 16

static int fd, signal_fd;
static uint64_t want;
static uint64_t *sent_ns;
static atomic_uint_fast64_t arrived;

static void ask(const char *command) {
    static const char ok[] = "250 OK\r\n";
    char answer[sizeof ok - 1];
    if (send(fd, command, strlen(command), MSG_NOSIGNAL) < 0) bench_fail("send");
    /* No more than this: events may follow. */
    if (recv(fd, answer, sizeof answer, MSG_WAITALL) != sizeof answer || memcmp(answer, ok, sizeof answer) != 0)
        bench_fail(command);
}

static void *read_events(void *arg) {
    char buffer[4097];
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) bench_fail("epoll");
    for (uint64_t count = 0; count < want;) {
        ssize_t n;
        if (epoll_wait(epoll_fd, &event, 1, -1) < 0 && errno != EINTR) bench_fail("epoll_wait");
        while ((n = recv(fd, buffer, sizeof buffer - 1, MSG_DONTWAIT)) > 0) {
            buffer[n] = '\0';
            for (char *at = buffer; count < want && (at = strstr(at, "650 BW ")) != NULL;)
                sent_ns[count++] = strtoull(at += 7, NULL, 10);
            atomic_store(&arrived, count);
            if (eventfd_write(signal_fd, 1) != 0) bench_fail("eventfd");
        }
        if (n == 0) bench_fail("recv");
    }
    return arg;
}

static void latency(struct bench *b) {
    uint32_t *samples = calloc(want, sizeof *samples);
    struct pollfd ready = {.fd = signal_fd, .events = POLLIN};
    pthread_t reader;
    eventfd_t value;
    b->first_ns = bench_ns();
    if (pthread_create(&reader, NULL, read_events, NULL) != 0) bench_fail("thread");
    for (uint64_t done = 0; done < want;) {
        if (poll(&ready, 1, 10000) <= 0) bench_fail("nothing came for ten seconds");
        while (done < atomic_load(&arrived)) {
            samples[done] = bench_sample(bench_ns() - sent_ns[done]);
            done++;
        }
        eventfd_read(signal_fd, &value);
    }
    b->last_ns = bench_ns();
    pthread_join(reader, NULL);
    printf("{");
    bench_print_percentiles(samples, want);
    bench_end(b, want, 0);
}

static void write_commands(uint64_t count) {
    static char command[] = "GETINFO version\r\n";
    struct iovec parts[WINDOW];
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    for (uint64_t i = 0; i < count; i++) parts[i] = (struct iovec){command, sizeof command - 1};
    if (count > 0 && sendmsg(fd, &message, MSG_NOSIGNAL) != (ssize_t)(count * (sizeof command - 1))) bench_fail("send");
}

static void *sleep_for_ever(void *arg) {
    for (;;) pause();
    return arg;
}

static void pipelined(struct bench *b) {
    static const size_t sizes[] = {112, 64, 56, 40, 96}; /* a slot, a command, a request, a reply's bytes, a reply */
    static void *objects[WINDOW][5];
    char buffer[4096];
    size_t used = 0;
    uint64_t begun = 0, written = 0, answered = 0;
    pthread_t other;
    /* malloc takes its locks in earnest only where there is a second thread. */
    if (pthread_create(&other, NULL, sleep_for_ever, NULL) != 0) bench_fail("thread");
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    for (uint64_t done = 0; done < want;) {
        while (begun < want && begun - done < WINDOW) {
            for (int i = 0; i < 5; i++) objects[begun % WINDOW][i] = malloc(sizes[i]);
            if (++begun - written == BATCH) {
                write_commands(begun - written);
                written = begun;
            }
        }
        if (answered == done) {
            if (answered == written) {
                write_commands(begun - written);
                written = begun;
            }
            ssize_t n = recv(fd, buffer + used, sizeof buffer - used, 0);
            if (n <= 0) bench_fail("recv");
            char *line = buffer, *end = buffer + used + n, *next;
            for (; (next = memchr(line, '\n', (size_t)(end - line))) != NULL; line = next + 1)
                answered += memcmp(line, "250 ", 4) == 0;
            used = (size_t)(end - line);
            memmove(buffer, line, used);
        } else {
            for (int i = 0; i < 5; i++) free(objects[done % WINDOW][i]);
            done++;
        }
    }
    b->last_ns = bench_ns();
    printf("{");
    bench_end(b, want, 0);
}

int main(int argc, char **argv) {
    struct bench b = bench_begin(argc, argv);
    want = bench_number(&b, "n", 1);
    fd = bench_connect(&b);
    ask("AUTHENTICATE\r\n");
    if (strcmp(b.mode, "pipeline") == 0) {
        pipelined(&b);
    } else if (strcmp(b.mode, "latency") == 0) {
        sent_ns = calloc(want, sizeof *sent_ns);
        signal_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        ask("SETEVENTS BW\r\n");
        latency(&b);
    } else {
        bench_fail("no such mode");
    }
    return 0;
}
