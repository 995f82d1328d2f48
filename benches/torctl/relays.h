/* Reads every field of a router status entry through the public accessors, as hand.c does with its struct. */
#ifndef TORCTL_BENCH_RELAYS_H
#define TORCTL_BENCH_RELAYS_H

#include <torctl.h>

#include "fold.h"

static inline int32_t read_router(const torctl_router *r, void *user_data) {
    uint64_t *entries = user_data;
    size_t addresses = torctl_router_or_address_count(r);
    (*entries)++;
    fold_text(torctl_router_nickname(r));
    fold_word(torctl_router_fingerprint(r)[0]);
    fold_word(torctl_router_digest(r)[0]);
    fold_number((uint64_t)torctl_router_published_unix_us(r));
    fold_text(torctl_router_address(r));
    fold_number(torctl_router_or_port(r));
    fold_number(torctl_router_dir_port(r));
    for (size_t i = 0; i < addresses; i++) {
        fold_text(torctl_router_or_address(r, i));
        fold_number(torctl_router_or_address_port(r, i));
    }
    fold_number((uint64_t)__builtin_popcountll(torctl_router_flags(r)));
    fold_number((uint64_t)torctl_router_bandwidth_bytes_per_second(r));
    fold_text(torctl_router_policy_summary(r));
    /* What ns/all and the events do not have, but the entry has accessors for: absent values. */
    fold_number((uint64_t)(torctl_router_measured_bytes_per_second(r) + 1));
    fold_number((uint64_t)torctl_router_is_unmeasured(r));
    fold_number((uint64_t)(torctl_router_guard_fraction(r) + 1));
    fold_text(torctl_router_version(r));
    fold_text(torctl_router_protocols(r));
    fold_text(torctl_router_microdesc_digest(r));
    fold_text(torctl_router_ed25519(r));
    fold_number(torctl_router_extra_count(r));
    return 0;
}

#endif
