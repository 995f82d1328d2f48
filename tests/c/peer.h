/* A scripted peer: the other end of a controller's connection, which plays what a real tor will
 * not: stalls, floods, drips, hang-ups, garbage.
 *
 *     peer p;
 *     peer_start(&p, NULL, NULL);                 answers as tor would (peer_tor)
 *     torctl_controller *tor = peer_open(&p);     a controller that is ready
 *     peer_say(&p, "650 BW %d %d\r\n", 1, 2);     from any thread
 *     torctl_controller_free(tor);
 *     peer_stop(&p);
 *
 * A thread of the peer reads the commands and calls an answer function for each; that one may send
 * whatever it likes, or nothing. All that was received is kept: peer_count(), peer_last(). */
#ifndef TORCTL_TESTS_PEER_H
#define TORCTL_TESTS_PEER_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

typedef struct peer peer;

/* Answers one command, given without its line end. Returns 0 to hang up. */
typedef int (*peer_answer_fn)(peer *p, const char *line, void *arg);

struct peer {
    int fd;        /* our end */
    int client_fd; /* the library's, until it has taken it over */
    peer_answer_fn answer;
    void *arg;
    pthread_t thread;
    pthread_mutex_t writing;
    pthread_mutex_t logging;
    char *log; /* what was received, each line ended by LF */
    size_t log_size;
    int is_over; /* the thread reads no more */
};

/* Numbers that several threads use. */
#define ADD(place, n) __atomic_add_fetch(&(place), (n), __ATOMIC_SEQ_CST)
#define GET(place) __atomic_load_n(&(place), __ATOMIC_SEQ_CST)
#define SET(place, n) __atomic_store_n(&(place), (n), __ATOMIC_SEQ_CST)

/* Valgrind and the sanitizers make everything many times slower: fewer rounds then. */
static inline int is_instrumented(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 1;
#else
    const char *preload = getenv("LD_PRELOAD");
    return preload != NULL && strstr(preload, "vgpreload") != NULL;
#endif
}

static inline int rounds(int many)
{
    int few = many / 20;
    return !is_instrumented() ? many : few > 0 ? few : 1;
}

static inline pthread_t start_thread(void *(*run)(void *), void *arg)
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, run, arg) == 0);
    return thread;
}

/* A thread that does not end in time has hung, and the test with it. */
#define JOIN_SOON(thread, seconds)                                     \
    do {                                                               \
        struct timespec join_end;                                      \
        clock_gettime(CLOCK_REALTIME, &join_end);                      \
        join_end.tv_sec += (time_t)check_patience_s(seconds);          \
        REQUIRE(pthread_timedjoin_np((thread), NULL, &join_end) == 0); \
    } while (0)

static inline int peer_send(peer *p, const void *data, size_t size)
{
    const char *at = data;
    int is_sent = 1;
    pthread_mutex_lock(&p->writing);
    while (size > 0 && is_sent) {
        ssize_t sent = send(p->fd, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        is_sent = sent > 0;
        if (is_sent) {
            at += sent;
            size -= (size_t)sent;
        }
    }
    pthread_mutex_unlock(&p->writing);
    return is_sent;
}

static inline int peer_puts(peer *p, const char *text)
{
    return peer_send(p, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static inline int peer_say(peer *p, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    REQUIRE(size >= 0 && (size_t)size < sizeof text);
    return peer_send(p, text, (size_t)size);
}

/* A byte at a time, each a packet of its own as far as the system allows. */
static inline int peer_drip(peer *p, const void *data, size_t size)
{
    const char *at = data;
    for (; size > 0; at++, size--)
        if (!peer_send(p, at, 1))
            return 0;
    return 1;
}

static inline void peer_hang_up(peer *p)
{
    shutdown(p->fd, SHUT_RDWR);
}

/* What tor would answer. A GETINFO gets "value of KEY". */
static inline int peer_tor(peer *p, const char *line)
{
    char key[256];
    if (strncmp(line, "SETEVENTS", 9) == 0 && strstr(line, "PT_") != NULL)
        return peer_puts(p, "552 Unrecognized event \"PT_LOG\"\r\n");
    if (sscanf(line, "GETINFO %255s", key) == 1)
        return peer_say(p, "250-%s=value of %s\r\n250 OK\r\n", key, key);
    if (strcmp(line, "QUIT") == 0) {
        peer_puts(p, "250 closing connection\r\n");
        return 0;
    }
    return peer_puts(p, "250 OK\r\n");
}

/* An answer of any bytes to the commands that begin so; others are answered by `otherwise`, or as tor
 * would. */
struct peer_script {
    const char *line;
    const char *data;
    size_t size;
    int drips;
    int hangs_up;
    peer_answer_fn otherwise;
};

static inline int peer_scripted(peer *p, const char *line, void *arg)
{
    const struct peer_script *script = arg;
    if (strncmp(line, script->line, strlen(script->line)) != 0)
        return script->otherwise != NULL ? script->otherwise(p, line, NULL) : peer_tor(p, line);
    if (script->drips)
        peer_drip(p, script->data, script->size);
    else
        peer_send(p, script->data, script->size);
    return !script->hangs_up;
}

static inline void peer_note(peer *p, const char *line, size_t size)
{
    pthread_mutex_lock(&p->logging);
    char *log = realloc(p->log, p->log_size + size + 2);
    REQUIRE(log != NULL);
    memcpy(log + p->log_size, line, size);
    p->log_size += size;
    log[p->log_size++] = '\n';
    log[p->log_size] = '\0';
    p->log = log;
    pthread_mutex_unlock(&p->logging);
}

static inline void *peer_run(void *arg)
{
    peer *p = arg;
    char *buffer = NULL;
    size_t used = 0, room = 0;
    int goes_on = 1;
    while (goes_on) {
        if (room - used < 65536) {
            room = room * 2 + 131072;
            buffer = realloc(buffer, room);
            REQUIRE(buffer != NULL);
        }
        ssize_t got = recv(p->fd, buffer + used, room - used, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        used += (size_t)got;
        char *begin = buffer, *end;
        while (goes_on && (end = memchr(begin, '\n', used - (size_t)(begin - buffer))) != NULL) {
            size_t size = (size_t)(end - begin);
            if (size > 0 && begin[size - 1] == '\r')
                size--;
            begin[size] = '\0';
            peer_note(p, begin, size);
            goes_on = p->answer != NULL ? p->answer(p, begin, p->arg) : peer_tor(p, begin);
            begin = end + 1;
        }
        used -= (size_t)(begin - buffer);
        memmove(buffer, begin, used);
    }
    free(buffer);
    shutdown(p->fd, SHUT_RDWR);
    SET(p->is_over, 1);
    return NULL;
}

/* With a descriptor that is connected already, as from accept(). */
static inline void peer_start_on(peer *p, int fd, peer_answer_fn answer, void *arg)
{
    memset(p, 0, sizeof *p);
    p->fd = fd;
    p->client_fd = -1;
    p->answer = answer;
    p->arg = arg;
    pthread_mutex_init(&p->writing, NULL);
    pthread_mutex_init(&p->logging, NULL);
    p->thread = start_thread(peer_run, p);
}

static inline void peer_start(peer *p, peer_answer_fn answer, void *arg)
{
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    peer_start_on(p, pair[0], answer, arg);
    p->client_fd = pair[1];
}

static inline void peer_stop(peer *p)
{
    peer_hang_up(p);
    JOIN_SOON(p->thread, 30);
    close(p->fd);
    if (p->client_fd >= 0)
        close(p->client_fd);
    pthread_mutex_destroy(&p->writing);
    pthread_mutex_destroy(&p->logging);
    free(p->log);
}

/* How many lines the peer has received that begin so. */
static inline int peer_count(peer *p, const char *prefix)
{
    int count = 0;
    pthread_mutex_lock(&p->logging);
    for (const char *at = p->log; at != NULL && *at != '\0'; at = strchr(at, '\n') + 1)
        count += strncmp(at, prefix, strlen(prefix)) == 0;
    pthread_mutex_unlock(&p->logging);
    return count;
}

/* The last line that the peer has received which begins so, "" if there is none. */
static inline const char *peer_last(peer *p, const char *prefix, char *line, size_t room)
{
    line[0] = '\0';
    pthread_mutex_lock(&p->logging);
    for (const char *at = p->log; at != NULL && *at != '\0'; at = strchr(at, '\n') + 1)
        if (strncmp(at, prefix, strlen(prefix)) == 0)
            snprintf(line, room, "%.*s", (int)(strchr(at, '\n') - at), at);
    pthread_mutex_unlock(&p->logging);
    return line;
}

/* A controller for this peer that is not connected yet. The options may be NULL. */
static inline torctl_controller *peer_controller(peer *p, torctl_options *options,
                                                 int authenticated)
{
    torctl_controller *tor = NULL;
    torctl_options *own = options == NULL ? torctl_options_new() : NULL;
    if (options == NULL)
        options = own;
    REQUIRE_STATUS(torctl_options_set_fd(options, p->client_fd, authenticated, NULL), TORCTL_OK);
    p->client_fd = -1;
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(own);
    return tor;
}

static inline torctl_controller *peer_open_with(peer *p, torctl_options *options)
{
    torctl_controller *tor = peer_controller(p, options, 1);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    return tor;
}

static inline torctl_controller *peer_open(peer *p)
{
    return peer_open_with(p, NULL);
}

#endif
