/* What the parts of the server share: connections, options, what was sent. */
#ifndef TORCTL_BENCH_SERVER_H
#define TORCTL_BENCH_SERVER_H

#include <stddef.h>
#include <stdint.h>

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

struct options {
    const char *info_dir, *flood_path, *trigger;
    uint64_t repeat, events, connections, drip_bytes, drip_ns;
    double rate;
};

struct sent {
    uint64_t events, bytes, started_ns, ended_ns, behind_ns, held_ns;
};

extern struct options opt;
extern struct sent sent;
extern int epoll_fd, timer_fd;

/* The connections to which events are sent; NULL for one that is over. */
extern struct conn **subscribers;
extern size_t subscriber_count;

/* output.c */
void die(const char *what);
void *need(void *memory);
uint64_t now_ns(void);
char *read_file(const char *path, size_t *size);
void watch(struct conn *c, int out);
size_t send_some(struct conn *c, const char *bytes, size_t size);
void enqueue(struct conn *c, char *bytes, size_t size, int copy);
void put(struct conn *c, char *bytes, size_t size, int copy);
void flush_reply(struct conn *c);
void say(struct conn *c, const char *text, size_t size);
#define SAY(c, text) say(c, text, sizeof(text) - 1)

/* info.c */
void get_info(struct conn *c, char *keys);

/* events.c */
void load_corpus(void);
void finish_message(struct conn *c);
void pump_flood(struct conn *c);
void timer_tick(void);
void paced_tick(void);
void start_sending(struct conn *c);

/* connection.c */
void greet(int listener);
int readable(struct conn *c);
int writable(struct conn *c);
void hang_up(struct conn *c);

#endif
