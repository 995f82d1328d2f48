/*
 * Router status entries: the only file that knows how torctl gives them out. Without the functions for them in the
 * header, the document is only touched; the runner sees from the missing entries that nothing was typed.
 */
#ifndef TORCTL_BENCH_RELAYS_H
#define TORCTL_BENCH_RELAYS_H

#include <torctl.h>

#include "fold.h"

/* Reads all relays of an NS or NEWCONSENSUS event; how many there were. */
static inline uint64_t read_event_relays(const torctl_event *e) {
    fold_text(torctl_ns_document(e));
    fold_number(torctl_ns_document_size_bytes(e));
    return 0;
}

#endif
