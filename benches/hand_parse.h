/*
 * The parser that a C programmer writes in an afternoon: fgets, sscanf, strtok, one struct for each kind of event, one
 * function call for each event. Written to be fair: no needless copy, no allocation, fields point into the line.
 */
#ifndef TORCTL_BENCH_HAND_PARSE_H
#define TORCTL_BENCH_HAND_PARSE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_HOPS 12
#define MAX_LIST 16
#define MAX_SETTINGS 64

struct list {
    int count;
    const char *item[MAX_LIST];
};

struct bw_event {
    unsigned long long read, written;
};

struct hop {
    const char *fingerprint, *nickname;
};

struct circ_event {
    unsigned long long id;
    const char *status;
    int hops;
    struct hop path[MAX_HOPS];
    struct list build_flags;
    const char *purpose, *hs_state, *rend_query;
    int64_t created_us;
    const char *socks_username, *socks_password;
    unsigned pow_effort;
    const char *conflux_id;
    unsigned long long conflux_rtt;
    const char *reason, *remote_reason;
};

struct stream_event {
    unsigned long long id, circuit;
    const char *status, *host;
    int port;
    const char *reason, *remote_reason, *source, *source_address, *purpose, *socks_username, *socks_password;
    const char *client_protocol;
    int source_port;
    long long nym_epoch, session_group;
    struct list iso_fields;
};

struct circ_bw_event {
    unsigned long long id, read, written;
    int64_t time_us;
    unsigned long long delivered_read, overhead_read, delivered_written, overhead_written;
    int slow_start;
    unsigned long long cwnd, rtt, min_rtt;
};

struct log_event {
    const char *level, *message;
};

struct relay_entry {
    char nickname[20], identity[28], digest[28], address[16];
    int64_t published_us;
    int or_port, dir_port;
    char or_address[64];
    int or_address_port;
    unsigned flags;
    unsigned long bandwidth;
    const char *policy;
};

struct setting {
    const char *key, *value; /* NULL: back to its default */
};

struct conf_changed_event {
    int count;
    struct setting settings[MAX_SETTINGS];
};

/* What the program does with them; hand.c. */
void on_bw(const struct bw_event *e);
void on_circ(const struct circ_event *e);
void on_stream(const struct stream_event *e);
void on_circ_bw(const struct circ_bw_event *e);
void on_log(const struct log_event *e);
void on_relay(struct relay_entry *e);
void on_ns_end(void);
void on_conf_changed(const struct conf_changed_event *e);

static int64_t parse_time_us(const char *text) {
    struct tm tm = {0};
    char fraction[7] = "000000";
    int n = sscanf(text, "%d-%d-%d%*1[T ]%d:%d:%d.%6[0-9]", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
                   &tm.tm_min, &tm.tm_sec, fraction);
    if (n < 6) return 0;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm) * 1000000 + atol(fraction);
}

static void parse_list(char *text, struct list *list) {
    char *save = NULL;
    list->count = 0;
    for (char *w = strtok_r(text, ",", &save); w != NULL && list->count < MAX_LIST; w = strtok_r(NULL, ",", &save)) {
        list->item[list->count++] = w;
    }
}

/* Takes the next KEY=value from the text, unescaping a quoted value in place. Returns the value, or NULL at the end. */
static char *next_keyword(char **text, char **key) {
    char *p = *text + strspn(*text, " "), *value, *w;
    if (*p == '\0') return NULL;
    *key = p;
    p += strcspn(p, "= ");
    if (*p != '=') { /* a bare word: no value */
        value = p;
        if (*p != '\0') *p++ = '\0';
        *text = p;
        return value;
    }
    *p++ = '\0';
    if (*p != '"') {
        value = p;
        p += strcspn(p, " ");
        if (*p != '\0') *p++ = '\0';
        *text = p;
        return value;
    }
    value = w = ++p;
    while (*p != '\0' && *p != '"') {
        if (*p != '\\') {
            *w++ = *p++;
            continue;
        }
        p++;
        if (*p >= '0' && *p <= '3') {
            *w++ = (char)((p[0] - '0') * 64 + (p[1] - '0') * 8 + (p[2] - '0'));
            p += 3;
        } else {
            *w++ = *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p == 't' ? '\t' : *p;
            p++;
        }
    }
    if (*p == '"') p++;
    if (*p == ' ') p++;
    *w = '\0';
    *text = p;
    return value;
}

static void parse_bw(char *args) {
    struct bw_event e;
    if (sscanf(args, "%llu %llu", &e.read, &e.written) == 2) on_bw(&e);
}

static void parse_path(char *text, struct circ_event *e) {
    char *save = NULL;
    for (char *w = strtok_r(text, ",", &save); w != NULL && e->hops < MAX_HOPS; w = strtok_r(NULL, ",", &save)) {
        char *tilde = strchr(w, '~');
        if (tilde != NULL) *tilde++ = '\0';
        e->path[e->hops].fingerprint = w[0] == '$' ? w + 1 : w;
        e->path[e->hops++].nickname = tilde ? tilde : "";
    }
}

static void parse_circ(char *args) {
    struct circ_event e;
    char *save = NULL, *key, *value;
    e.hops = e.build_flags.count = 0;
    e.purpose = e.hs_state = e.rend_query = e.socks_username = e.socks_password = e.conflux_id = e.reason =
        e.remote_reason = "";
    e.created_us = 0;
    e.pow_effort = 0;
    e.conflux_rtt = 0;
    char *id = strtok_r(args, " ", &save);
    e.status = strtok_r(NULL, " ", &save);
    if (id == NULL || e.status == NULL) return;
    e.id = strtoull(id, NULL, 10);
    if (save != NULL && *save == '$') parse_path(strtok_r(NULL, " ", &save), &e);
    while (save != NULL && (value = next_keyword(&save, &key)) != NULL) {
        if (strcmp(key, "BUILD_FLAGS") == 0) parse_list(value, &e.build_flags);
        else if (strcmp(key, "PURPOSE") == 0) e.purpose = value;
        else if (strcmp(key, "HS_STATE") == 0) e.hs_state = value;
        else if (strcmp(key, "REND_QUERY") == 0) e.rend_query = value;
        else if (strcmp(key, "TIME_CREATED") == 0) e.created_us = parse_time_us(value);
        else if (strcmp(key, "SOCKS_USERNAME") == 0) e.socks_username = value;
        else if (strcmp(key, "SOCKS_PASSWORD") == 0) e.socks_password = value;
        else if (strcmp(key, "HS_POW") == 0) sscanf(value, "v1,%u", &e.pow_effort);
        else if (strcmp(key, "CONFLUX_ID") == 0) e.conflux_id = value;
        else if (strcmp(key, "CONFLUX_RTT") == 0) e.conflux_rtt = strtoull(value, NULL, 10);
        else if (strcmp(key, "REASON") == 0) e.reason = value;
        else if (strcmp(key, "REMOTE_REASON") == 0) e.remote_reason = value;
    }
    on_circ(&e);
}

static void parse_stream(char *args) {
    struct stream_event e;
    char *save = NULL, *key, *value;
    e.reason = e.remote_reason = e.source = e.source_address = e.purpose = e.socks_username = e.socks_password =
        e.client_protocol = "";
    e.nym_epoch = e.session_group = e.source_port = 0;
    e.iso_fields.count = 0;
    char *id = strtok_r(args, " ", &save);
    e.status = strtok_r(NULL, " ", &save);
    char *circuit = strtok_r(NULL, " ", &save);
    char *target = strtok_r(NULL, " ", &save);
    if (id == NULL || e.status == NULL || circuit == NULL || target == NULL) return;
    e.id = strtoull(id, NULL, 10);
    e.circuit = strtoull(circuit, NULL, 10);
    e.host = target;
    char *colon = strrchr(target, ':');
    e.port = colon ? atoi(colon + 1) : 0;
    if (colon != NULL) *colon = '\0';
    while (save != NULL && (value = next_keyword(&save, &key)) != NULL) {
        if (strcmp(key, "REASON") == 0) e.reason = value;
        else if (strcmp(key, "REMOTE_REASON") == 0) e.remote_reason = value;
        else if (strcmp(key, "SOURCE") == 0) e.source = value;
        else if (strcmp(key, "SOURCE_ADDR") == 0) {
            char *end = strrchr(value, ':');
            if (end != NULL) *end++ = '\0';
            e.source_port = end ? atoi(end) : 0;
            e.source_address = value;
        } else if (strcmp(key, "PURPOSE") == 0) e.purpose = value;
        else if (strcmp(key, "SOCKS_USERNAME") == 0) e.socks_username = value;
        else if (strcmp(key, "SOCKS_PASSWORD") == 0) e.socks_password = value;
        else if (strcmp(key, "CLIENT_PROTOCOL") == 0) e.client_protocol = value;
        else if (strcmp(key, "NYM_EPOCH") == 0) e.nym_epoch = atoll(value);
        else if (strcmp(key, "SESSION_GROUP") == 0) e.session_group = atoll(value);
        else if (strcmp(key, "ISO_FIELDS") == 0) parse_list(value, &e.iso_fields);
    }
    on_stream(&e);
}

static void parse_circ_bw(char *args) {
    struct circ_bw_event e;
    char *key, *value;
    memset(&e, 0, sizeof e);
    while ((value = next_keyword(&args, &key)) != NULL) {
        if (strcmp(key, "ID") == 0) e.id = strtoull(value, NULL, 10);
        else if (strcmp(key, "READ") == 0) e.read = strtoull(value, NULL, 10);
        else if (strcmp(key, "WRITTEN") == 0) e.written = strtoull(value, NULL, 10);
        else if (strcmp(key, "TIME") == 0) e.time_us = parse_time_us(value);
        else if (strcmp(key, "DELIVERED_READ") == 0) e.delivered_read = strtoull(value, NULL, 10);
        else if (strcmp(key, "OVERHEAD_READ") == 0) e.overhead_read = strtoull(value, NULL, 10);
        else if (strcmp(key, "DELIVERED_WRITTEN") == 0) e.delivered_written = strtoull(value, NULL, 10);
        else if (strcmp(key, "OVERHEAD_WRITTEN") == 0) e.overhead_written = strtoull(value, NULL, 10);
        else if (strcmp(key, "SS") == 0) e.slow_start = atoi(value);
        else if (strcmp(key, "CWND") == 0) e.cwnd = strtoull(value, NULL, 10);
        else if (strcmp(key, "RTT") == 0) e.rtt = strtoull(value, NULL, 10);
        else if (strcmp(key, "MIN_RTT") == 0) e.min_rtt = strtoull(value, NULL, 10);
    }
    on_circ_bw(&e);
}

static const char *const flag_names[] = {"Authority", "BadExit",    "Exit",          "Fast",    "Guard",
                                         "HSDir",     "MiddleOnly", "NoEdConsensus", "Running", "Stable",
                                         "StaleDesc", "Sybil",      "V2Dir",         "Valid"};

static unsigned parse_flags(char *text) {
    char *save = NULL;
    unsigned flags = 0;
    for (char *w = strtok_r(text, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        for (unsigned i = 0; i < sizeof flag_names / sizeof *flag_names; i++) {
            if (strcmp(w, flag_names[i]) == 0) {
                flags |= 1u << i;
                break;
            }
        }
    }
    return flags;
}

/* `[v6]:port` or `v4:port` */
static void split_address(const char *text, char *host, size_t size, int *port) {
    const char *colon = strrchr(text, ':');
    *port = colon ? atoi(colon + 1) : 0;
    size_t n = colon ? (size_t)(colon - text) : strlen(text);
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') text++, n -= 2;
    if (n >= size) n = size - 1;
    memcpy(host, text, n);
    host[n] = '\0';
}

/* One line of a router status entry; an entry is over when the next `r` line or the end of the block comes. */
static void parse_relay_line(char *line, struct relay_entry *e, int *open) {
    if (line[0] == 'r' && line[1] == ' ') {
        struct tm tm = {0};
        if (*open) on_relay(e);
        e->or_address[0] = '\0';
        e->or_address_port = 0;
        e->policy = "";
        e->flags = 0;
        e->bandwidth = 0;
        *open = sscanf(line, "r %19s %27s %27s %d-%d-%d %d:%d:%d %15s %d %d", e->nickname, e->identity, e->digest,
                       &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, e->address,
                       &e->or_port, &e->dir_port) == 12;
        tm.tm_year -= 1900;
        tm.tm_mon -= 1;
        e->published_us = (int64_t)timegm(&tm) * 1000000;
    } else if (line[0] == 'a' && line[1] == ' ') {
        split_address(line + 2, e->or_address, sizeof e->or_address, &e->or_address_port);
    } else if (line[0] == 's' && line[1] == ' ') {
        e->flags = parse_flags(line + 2);
    } else if (line[0] == 'w' && line[1] == ' ') {
        const char *value = strstr(line, "Bandwidth=");
        e->bandwidth = value ? strtoul(value + 10, NULL, 10) * 1000 : 0; /* bytes a second */
    } else if (line[0] == 'p' && line[1] == ' ') {
        static char policy[4096];
        size_t size = strlen(line + 2);
        if (size >= sizeof policy) size = sizeof policy - 1;
        memcpy(policy, line + 2, size);
        policy[size] = '\0';
        e->policy = policy; /* until the next entry's */
    }
}

#endif
