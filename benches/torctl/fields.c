/* Reads every typed field of an event through the public accessors and adds it up, as hand.c does with its structs. */
#include "client.h"
#include "fold.h"
#include "relays.h"

static uint64_t entries;

uint64_t fields_sum(void) { return fold_sum; }
uint64_t fields_entries(void) { return entries; }

static void fold_bits(uint32_t flags) { fold_number((uint64_t)__builtin_popcount(flags)); }

static void read_bw(const torctl_event *e) {
    fold_number(torctl_bw_read_bytes(e));
    fold_number(torctl_bw_written_bytes(e));
}

static void read_circ(const torctl_event *e) {
    fold_number(torctl_circ_id(e));
    fold_word(torctl_circ_status(e));
    size_t hops = torctl_circ_path_count(e);
    for (size_t i = 0; i < hops; i++) {
        fold_text(torctl_circ_path_fingerprint(e, i));
        fold_text(torctl_circ_path_nickname(e, i));
    }
    fold_bits(torctl_circ_build_flags(e));
    fold_word(torctl_circ_purpose(e));
    fold_word(torctl_circ_hs_state(e));
    fold_text(torctl_circ_rend_query(e));
    fold_number((uint64_t)torctl_circ_time_created_unix_us(e));
    fold_text(torctl_circ_socks_username(e));
    fold_text(torctl_circ_socks_password(e));
    fold_number(torctl_circ_hs_pow_effort(e));
    fold_text(torctl_circ_conflux_id(e));
    fold_number(torctl_circ_conflux_rtt_us(e));
    fold_word(torctl_circ_reason(e));
    fold_word(torctl_circ_remote_reason(e));
}

static void read_stream(const torctl_event *e) {
    fold_number(torctl_stream_id(e));
    fold_word(torctl_stream_status(e));
    fold_number(torctl_stream_circ_id(e));
    fold_text(torctl_stream_target_host(e));
    fold_number(torctl_stream_target_port(e));
    fold_word(torctl_stream_reason(e));
    fold_word(torctl_stream_remote_reason(e));
    fold_word(torctl_stream_source(e));
    fold_text(torctl_stream_source_host(e));
    fold_number(torctl_stream_source_port(e));
    fold_word(torctl_stream_purpose(e));
    fold_text(torctl_stream_socks_username(e));
    fold_text(torctl_stream_socks_password(e));
    fold_word(torctl_stream_client_protocol(e));
    fold_number(torctl_stream_nym_epoch(e));
    fold_number((uint64_t)torctl_stream_session_group(e));
    fold_bits(torctl_stream_iso_fields(e));
}

static void read_circ_bw(const torctl_event *e) {
    fold_number(torctl_circ_bw_circ_id(e));
    fold_number(torctl_circ_bw_read_bytes(e));
    fold_number(torctl_circ_bw_written_bytes(e));
    fold_number((uint64_t)torctl_circ_bw_time_unix_us(e));
    fold_number(torctl_circ_bw_delivered_read_bytes(e));
    fold_number(torctl_circ_bw_overhead_read_bytes(e));
    fold_number(torctl_circ_bw_delivered_written_bytes(e));
    fold_number(torctl_circ_bw_overhead_written_bytes(e));
    fold_number((uint64_t)torctl_circ_bw_slow_start(e));
    fold_number(torctl_circ_bw_cwnd_cells(e));
    fold_number(torctl_circ_bw_rtt_ms(e));
    fold_number(torctl_circ_bw_min_rtt_ms(e));
}

static void read_log(const torctl_event *e) {
    fold_word(torctl_log_severity(e));
    fold_text(torctl_log_text(e));
}

static void read_conf_changed(const torctl_event *e) {
    size_t count = torctl_conf_changed_count(e);
    for (size_t i = 0; i < count; i++) {
        fold_text(torctl_conf_changed_name(e, i));
        if (!torctl_conf_changed_is_unset(e, i)) fold_text(torctl_conf_changed_value(e, i));
    }
}

void read_one_text(const torctl_event *event) { fold_text(torctl_event_arg(event, 0)); }

void read_fields(const torctl_event *event, int32_t kind) {
    switch (kind) {
    case TORCTL_EVENT_BW: read_bw(event); break;
    case TORCTL_EVENT_CIRC: read_circ(event); break;
    case TORCTL_EVENT_STREAM: read_stream(event); break;
    case TORCTL_EVENT_CIRC_BW: read_circ_bw(event); break;
    case TORCTL_EVENT_CONF_CHANGED: read_conf_changed(event); break;
    case TORCTL_EVENT_NS:
    case TORCTL_EVENT_NEWCONSENSUS:
        if (torctl_routers_walk_event(event, read_router, &entries, NULL, NULL) != TORCTL_OK) abort();
        break;
    default: read_log(event); break;
    }
}
