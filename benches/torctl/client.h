/* What the parts of the torctl client share. Everything goes through the public API. */
#ifndef TORCTL_BENCH_CLIENT_H
#define TORCTL_BENCH_CLIENT_H

#include <torctl.h>

#include "bench.h"

/* fields.c: reads every typed field of the event and adds it up; the sum so far. */
void read_fields(const torctl_event *event, int32_t kind);
void read_one_text(const torctl_event *event); /* for which it has to be split */
uint64_t fields_sum(void);
uint64_t fields_entries(void); /* router status entries seen in NS and NEWCONSENSUS */

/* pipeline.c, begun.c, restart.c, documents.c: modes of their own. */
void pipelined(struct bench *b, torctl_controller *c);
void begun_calls(struct bench *b, torctl_controller *c);
void dials(struct bench *b, torctl_controller *c);
void restarts(struct bench *b);
void document(struct bench *b, torctl_controller *c);

/* shapes.c: how the cost grows. */
void slow_listener(struct bench *b, torctl_controller *c);
void idle_controllers(struct bench *b);
void many_controllers(struct bench *b);
void fan_out(struct bench *b, torctl_controller *c);
void standing_backlog(struct bench *b, torctl_controller *c);

/* client.c: helpers. They end the program with the error's message when something fails. */
void must(torctl_status status, torctl_error *err, const char *what);
torctl_controller *connect_to(const struct bench *b);
uint64_t kinds_of(const struct bench *b);
torctl_queue *queue_of(const struct bench *b, torctl_controller *c);

#endif
