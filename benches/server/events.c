/* The events: as fast as the socket takes them, in pieces, or by a schedule. */
#define _GNU_SOURCE
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#define FLOOD_SHARE (1u << 20) /* bytes for one connection before the others get their turn */

static char *corpus;
static size_t corpus_size;
static size_t *message_end; /* message_end[i]: where message i of the corpus ends */
static size_t message_count;

struct conn **subscribers;
size_t subscriber_count;
static size_t next_subscriber;
static uint64_t start_ns; /* when the paced sending began, 0 = not yet */
static int finished;      /* a schedule has nothing left */

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

void load_corpus(void) {
    corpus = read_file(opt.flood_path, &corpus_size);
    if (corpus == NULL) die(opt.flood_path);
    index_corpus();
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
void finish_message(struct conn *c) {
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
void pump_flood(struct conn *c) {
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

void paced_tick(void) {
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

void timer_tick(void) {
    if (opt.rate > 0) paced_tick();
    else drip_tick();
}

void start_sending(struct conn *c) {
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
