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
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define IN_SIZE 65536u
#define REPLY_SIZE (256u * 1024u)
#define FLOOD_SHARE (1u << 20) /* bytes for one connection before the others get their turn */

struct segment {
    char *bytes;
    size_t size, done;
    int owned;
};

struct conn {
    int fd;
    int in_data;    /* between a '+' command and its lone dot */
    int subscribed; /* has sent the SETEVENTS that starts the sending */
    int quitting;
    int wants_out; /* EPOLLOUT is asked for */
    char *in;
    size_t in_used, in_size;
    struct segment *queue; /* what the socket did not take yet */
    size_t queue_count, queue_size;
    uint64_t flood_left; /* bytes of the flood not sent yet */
    size_t flood_at;     /* position in the corpus */
    uint64_t held_since; /* when the socket stopped taking events, 0 = it takes them */
};

static struct {
    const char *info_dir, *flood_path, *trigger;
    uint64_t repeat, events, connections, drip_bytes, drip_ns;
    double rate;
} opt = {.repeat = 1, .connections = 1};

static char *corpus;
static size_t corpus_size;
static size_t *message_end; /* message_end[i]: where message i of the corpus ends */
static size_t message_count;

static struct conn **subscribers;
static size_t subscriber_count, next_subscriber;
static int epoll_fd, timer_fd;
static uint64_t start_ns; /* when the paced sending began, 0 = not yet */
static int finished;      /* a schedule has nothing left */

static struct { uint64_t events, bytes, started_ns, ended_ns, behind_ns, held_ns; } sent;

static char reply[REPLY_SIZE];
static size_t reply_used;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *need(void *memory) {
    if (memory == NULL) die("memory");
    return memory;
}

static char *read_file(const char *path, size_t *size) {
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

/* ---- writing ------------------------------------------------------------------------------------------------ */

static void watch(struct conn *c, int out) {
    if (c->wants_out == out) return;
    c->wants_out = out;
    struct epoll_event ev = {.events = EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0u), .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &ev) != 0) die("epoll_ctl");
}

/* Sends what the socket takes now. Returns how much that was; a dead peer takes everything. */
static size_t send_some(struct conn *c, const char *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t n = send(c->fd, bytes + done, size - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) done += (size_t)n;
        else if (errno == EAGAIN) break;
        else if (errno != EINTR) return size;
    }
    return done;
}

static void enqueue(struct conn *c, char *bytes, size_t size, int copy) {
    if (c->queue_count == c->queue_size) {
        c->queue_size = c->queue_size * 2 + 4;
        c->queue = need(realloc(c->queue, c->queue_size * sizeof *c->queue));
    }
    if (copy) bytes = memcpy(need(malloc(size)), bytes, size);
    c->queue[c->queue_count++] = (struct segment){bytes, size, 0, copy};
    watch(c, 1);
}

static void finish_message(struct conn *c);

/* Sends a reply now, or keeps it for later in order. Never in the middle of an event. */
static void put(struct conn *c, char *bytes, size_t size, int copy) {
    finish_message(c);
    size_t done = c->queue_count == 0 ? send_some(c, bytes, size) : 0;
    if (done < size) enqueue(c, bytes + done, size - done, copy);
}

static void flush_reply(struct conn *c) {
    if (reply_used > 0) put(c, reply, reply_used, 1);
    reply_used = 0;
}

static void say(struct conn *c, const char *text, size_t size) {
    if (reply_used + size > REPLY_SIZE) flush_reply(c);
    if (size > REPLY_SIZE) size = REPLY_SIZE;
    memcpy(reply + reply_used, text, size);
    reply_used += size;
}

#define SAY(c, text) say(c, text, sizeof(text) - 1)

/* ---- GETINFO ------------------------------------------------------------------------------------------------- */

struct answer {
    char *key, *wire;
    size_t size;
};

static struct answer *answers;
static size_t answer_count;

/* Frames a file as the middle lines of a reply: `250-key=value`, or `250+key=` with a stuffed block. */
static void frame_answer(struct answer *a, const char *text, size_t size) {
    while (size > 0 && text[size - 1] == '\n') size--;
    const char *newline = memchr(text, '\n', size);
    size_t lines = 1, key_size = strlen(a->key);
    for (const char *p = newline; p != NULL; p = memchr(p + 1, '\n', (size_t)(text + size - p - 1))) lines++;
    char *w = a->wire = need(malloc(key_size + size + 2 * lines + 64));
    w += sprintf(w, newline ? "250+%s=\r\n" : "250-%s=", a->key);
    int line_start = newline != NULL;
    for (size_t i = 0; i < size; i++) {
        if (line_start && text[i] == '.') *w++ = '.';
        line_start = text[i] == '\n';
        if (line_start) *w++ = '\r';
        *w++ = text[i];
    }
    w += sprintf(w, newline ? "\r\n.\r\n" : "\r\n");
    a->size = (size_t)(w - a->wire);
}

static const struct answer *find_answer(const char *key) {
    for (size_t i = 0; i < answer_count; i++) {
        if (strcmp(answers[i].key, key) == 0) return &answers[i];
    }
    if (opt.info_dir == NULL || strstr(key, "..") != NULL || key[0] == '/') return NULL;
    char path[1024];
    size_t size = 0;
    if (snprintf(path, sizeof path, "%s/%s", opt.info_dir, key) >= (int)sizeof path) return NULL;
    char *text = read_file(path, &size);
    if (text == NULL) return NULL;
    answers = need(realloc(answers, (answer_count + 1) * sizeof *answers));
    struct answer *a = &answers[answer_count++];
    a->key = need(strdup(key));
    frame_answer(a, text, size);
    free(text);
    return a;
}

static void get_info(struct conn *c, char *keys) {
    char first[1024], *save = NULL;
    int unknown = 0;
    if (snprintf(first, sizeof first, "%s", keys) >= (int)sizeof first) first[sizeof first - 1] = '\0';
    for (char *k = strtok_r(first, " ", &save); k != NULL; k = strtok_r(NULL, " ", &save)) {
        if (find_answer(k) == NULL) {
            char line[1200];
            say(c, line, (size_t)snprintf(line, sizeof line, "552 Unrecognized key \"%s\"\r\n", k));
            unknown = 1;
            break;
        }
    }
    if (unknown) return;
    for (char *k = strtok_r(keys, " ", &save); k != NULL; k = strtok_r(NULL, " ", &save)) {
        const struct answer *a = find_answer(k);
        if (a->size > 4096) {
            flush_reply(c);
            put(c, a->wire, a->size, 0);
        } else {
            say(c, a->wire, a->size);
        }
    }
    SAY(c, "250 OK\r\n");
}

/* ---- events -------------------------------------------------------------------------------------------------- */

/* Finds the messages of the corpus: a message ends after a line `650 ...` that stands outside a data block. */
static void index_corpus(void) {
    int in_block = 0;
    size_t room = 0;
    for (size_t at = 0; at < corpus_size;) {
        char *nl = memchr(corpus + at, '\n', corpus_size - at);
        size_t end = nl ? (size_t)(nl - corpus) + 1 : corpus_size;
        const char *line = corpus + at;
        if (in_block) {
            if (end - at == 3 && line[0] == '.') in_block = 0;
        } else if (end - at > 4 && line[3] == '+') {
            in_block = 1;
        } else if (end - at > 4 && line[3] == ' ') {
            if (message_count == room) {
                room = room * 2 + 1024;
                message_end = need(realloc(message_end, room * sizeof *message_end));
            }
            message_end[message_count++] = end;
        }
        at = end;
    }
    if (message_count == 0 || message_end[message_count - 1] != corpus_size) {
        fprintf(stderr, "server: %s does not end with a whole event\n", opt.flood_path);
        exit(1);
    }
}

static void arm(uint64_t at_ns) {
    struct itimerspec when = {.it_value = {(time_t)(at_ns / 1000000000u), (long)(at_ns % 1000000000u)}};
    if (timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &when, NULL) != 0) die("timerfd_settime");
}

/* Keeps the counts and the time of the last byte after bytes of the flood have gone. */
static void count_flood(struct conn *c, size_t n) {
    sent.bytes += n;
    c->flood_left -= n;
    c->flood_at = (c->flood_at + n) % corpus_size;
    if (c->flood_left == 0) {
        sent.events += opt.repeat * message_count;
        sent.ended_ns = now_ns();
    }
}

/* Puts what is missing of the event that the flood stands in before anything else that is to be sent. */
static void finish_message(struct conn *c) {
    if (opt.rate > 0 || c->flood_left == 0) return;
    size_t low = 0, high = message_count;
    while (low < high) { /* the first message that ends at or behind the position */
        size_t middle = (low + high) / 2;
        if (message_end[middle] < c->flood_at) low = middle + 1;
        else high = middle;
    }
    size_t rest = c->flood_at == 0 ? 0 : message_end[low] - c->flood_at;
    if (rest == 0) return;
    enqueue(c, corpus + c->flood_at, rest, 0);
    count_flood(c, rest);
}

/* Unpaced: sends until the socket is full, then waits for it. */
static void pump_flood(struct conn *c) {
    size_t share = FLOOD_SHARE;
    while (c->flood_left > 0 && share > 0) {
        size_t size = corpus_size - c->flood_at;
        if (size > c->flood_left) size = (size_t)c->flood_left;
        if (size > share) size = share;
        if (opt.drip_bytes > 0 && size > opt.drip_bytes) size = opt.drip_bytes;
        size_t n = send_some(c, corpus + c->flood_at, size);
        count_flood(c, n);
        share -= n;
        if (n < size) break;
    }
    watch(c, c->flood_left > 0 || c->queue_count > 0);
}

/* One piece to every connection each tick. */
static void drip_tick(void) {
    uint64_t left = 0;
    for (size_t i = 0; i < subscriber_count; i++) {
        struct conn *c = subscribers[i];
        if (c == NULL || c->queue_count > 0) continue;
        size_t size = corpus_size - c->flood_at;
        if (size > c->flood_left) size = (size_t)c->flood_left;
        if (size > opt.drip_bytes) size = opt.drip_bytes;
        if (size > 0) count_flood(c, send_some(c, corpus + c->flood_at, size));
        left += c->flood_left;
    }
    if (left > 0) arm(now_ns() + opt.drip_ns);
}

static char *put_number(char *at, uint64_t n) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    while (count > 0) *at++ = digits[--count];
    return at;
}

static struct conn *turn(void) {
    for (size_t i = 0; i < subscriber_count; i++) {
        struct conn *c = subscribers[next_subscriber];
        next_subscriber = (next_subscriber + 1) % subscriber_count;
        if (c != NULL) return c;
    }
    return NULL;
}

/* Sends `due` events of the schedule: stamped ones, or the next whole messages of the corpus. */
static void send_due(uint64_t due) {
    while (due > 0) {
        struct conn *c = turn();
        if (c == NULL) {
            finished = 1;
            return;
        }
        size_t size;
        uint64_t count = 1;
        char line[64], *bytes = line;
        if (corpus == NULL) {
            char *w = line;
            memcpy(w, "650 BW ", 7);
            w = put_number(w + 7, now_ns());
            *w++ = ' ';
            w = put_number(w, sent.events);
            *w++ = '\r';
            *w++ = '\n';
            size = (size_t)(w - line);
        } else {
            /* The flood position counts messages here. One connection takes all that is due in one write. */
            size_t first = c->flood_at, from = first ? message_end[first - 1] : 0;
            if (subscriber_count == 1) count = due;
            if (count > message_count - first) count = message_count - first;
            bytes = corpus + from;
            size = message_end[first + count - 1] - from;
            c->flood_at = (first + count) % message_count;
        }
        size_t done = c->queue_count == 0 ? send_some(c, bytes, size) : 0;
        if (done < size) {
            if (c->held_since == 0) c->held_since = now_ns();
            enqueue(c, bytes + done, size - done, corpus == NULL);
        }
        sent.events += count;
        sent.bytes += size;
        due -= count;
        if (done < size) return; /* held back: go on when the socket has room */
    }
}

static void paced_tick(void) {
    if (finished) return;
    for (size_t i = 0; i < subscriber_count; i++) {
        if (subscribers[i] != NULL && subscribers[i]->held_since != 0) return;
    }
    uint64_t now = now_ns();
    uint64_t should = (uint64_t)((double)(now - start_ns) * opt.rate / 1e9) + 1;
    if (should > opt.events) should = opt.events;
    if (should > sent.events) {
        uint64_t due_ns = start_ns + (uint64_t)((double)sent.events * 1e9 / opt.rate);
        if (now - due_ns > sent.behind_ns && now > due_ns) sent.behind_ns = now - due_ns;
        send_due(should - sent.events);
    }
    if (sent.events >= opt.events) {
        finished = 1;
        sent.ended_ns = now_ns();
        return;
    }
    uint64_t next = start_ns + (uint64_t)((double)sent.events * 1e9 / opt.rate) + 1;
    /* A corpus goes out in bursts of a millisecond: what is measured there is the work, not the waking. */
    if (corpus != NULL && next < now + 1000000) next = now + 1000000;
    arm(next);
}

static void start_sending(struct conn *c) {
    if (c->subscribed || (corpus == NULL && opt.rate == 0)) return;
    c->subscribed = 1;
    subscribers = need(realloc(subscribers, (subscriber_count + 1) * sizeof *subscribers));
    subscribers[subscriber_count++] = c;
    if (subscriber_count < opt.connections || start_ns != 0) return;
    start_ns = sent.started_ns = now_ns();
    if (opt.rate > 0) {
        arm(start_ns);
        return;
    }
    for (size_t i = 0; i < subscriber_count; i++) {
        if (subscribers[i] == NULL) continue;
        subscribers[i]->flood_left = opt.repeat * corpus_size;
        if (opt.drip_bytes == 0 || opt.drip_ns == 0) watch(subscribers[i], 1);
    }
    if (opt.drip_bytes > 0 && opt.drip_ns > 0) arm(start_ns);
}

/* ---- commands ------------------------------------------------------------------------------------------------ */

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

static void hang_up(struct conn *c) {
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
static int readable(struct conn *c) {
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

static int writable(struct conn *c) {
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

static void greet(int listener) {
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

/* ---- start and end ------------------------------------------------------------------------------------------- */

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
        corpus = read_file(opt.flood_path, &corpus_size);
        if (corpus == NULL) die(opt.flood_path);
        index_corpus();
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
                if (opt.rate > 0) paced_tick();
                else drip_tick();
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
