/*
 * The rival to beat: the client that a C programmer writes by hand. Reads with fgets, parses with sscanf and strtok,
 * fills a struct for each event and calls one function with it.
 */
#include "bench.h"
#include "fold.h"
#include "hand_desc.h"
#include "hand_parse.h"

static FILE *in;
static int fd;
static char line[1 << 21]; /* the longest line of the corpora is a million bytes */
static uint64_t events_seen, last_sent_ns, extra_seen;

/* ---- what the program does with an event ------------------------------------------------------------------- */

void on_bw(const struct bw_event *e) {
    last_sent_ns = e->read;
    fold_number(e->read);
    fold_number(e->written);
}

void on_circ(const struct circ_event *e) {
    fold_number(e->id);
    fold_word(e->status[0]);
    for (int i = 0; i < e->hops; i++) {
        fold_text(e->path[i].fingerprint);
        fold_text(e->path[i].nickname);
    }
    for (int i = 0; i < e->build_flags.count; i++) fold_word(e->build_flags.item[i][0]);
    fold_word(e->purpose[0]);
    fold_word(e->hs_state[0]);
    fold_text(e->rend_query);
    fold_number((uint64_t)e->created_us);
    fold_text(e->socks_username);
    fold_text(e->socks_password);
    fold_number(e->pow_effort);
    fold_text(e->conflux_id);
    fold_number(e->conflux_rtt);
    fold_word(e->reason[0]);
    fold_word(e->remote_reason[0]);
}

void on_stream(const struct stream_event *e) {
    fold_number(e->id);
    fold_word(e->status[0]);
    fold_number(e->circuit);
    fold_text(e->host);
    fold_number((uint64_t)e->port);
    fold_word(e->reason[0]);
    fold_word(e->remote_reason[0]);
    fold_word(e->source[0]);
    fold_text(e->source_address);
    fold_number((uint64_t)e->source_port);
    fold_word(e->purpose[0]);
    fold_text(e->socks_username);
    fold_text(e->socks_password);
    fold_word(e->client_protocol[0]);
    fold_number((uint64_t)e->nym_epoch);
    fold_number((uint64_t)e->session_group);
    for (int i = 0; i < e->iso_fields.count; i++) fold_word(e->iso_fields.item[i][0]);
}

void on_circ_bw(const struct circ_bw_event *e) {
    fold_number(e->id);
    fold_number(e->read);
    fold_number(e->written);
    fold_number((uint64_t)e->time_us);
    fold_number(e->delivered_read);
    fold_number(e->overhead_read);
    fold_number(e->delivered_written);
    fold_number(e->overhead_written);
    fold_number((uint64_t)e->slow_start);
    fold_number(e->cwnd);
    fold_number(e->rtt);
    fold_number(e->min_rtt);
}

void on_log(const struct log_event *e) {
    fold_word(e->level[0]);
    fold_text(e->message);
}

/* The list of relays, when the program keeps one. */
static struct relay_entry *kept;
static size_t kept_count, kept_size;
static int keeping;

static void keep_relay(const struct relay_entry *e) {
    if (kept_count == kept_size) {
        kept_size = kept_size ? kept_size * 2 : 1024;
        kept = realloc(kept, kept_size * sizeof *kept);
        if (kept == NULL) bench_fail("memory");
    }
    kept[kept_count] = *e;
    kept[kept_count++].policy = strdup(e->policy);
}

void on_relay(struct relay_entry *e) {
    if (keeping) {
        keep_relay(e);
        return;
    }
    extra_seen++;
    fold_text(e->nickname);
    fold_text(e->address);
    fold_number((uint64_t)e->published_us);
    fold_number((uint64_t)e->or_port);
    fold_number((uint64_t)e->dir_port);
    fold_text(e->or_address);
    fold_number((uint64_t)e->or_address_port);
    for (unsigned flags = e->flags; flags != 0; flags &= flags - 1) fold_word(1);
    fold_number(e->bandwidth);
    fold_text(e->policy);
    fold_word(e->identity[0]);
    fold_word(e->digest[0]);
}

void on_ns_end(void) {
    keeping = 0;
    for (size_t i = 0; i < kept_count; i++) {
        on_relay(&kept[i]);
        free((void *)kept[i].policy);
    }
    kept_count = 0;
}

void on_conf_changed(const struct conf_changed_event *e) {
    for (int i = 0; i < e->count; i++) {
        fold_text(e->settings[i].key);
        if (e->settings[i].value != NULL) fold_text(e->settings[i].value);
    }
}

void on_descriptor(const struct descriptor *d) {
    const char *const texts[] = {d->nickname,   d->address,  d->fingerprint,       d->platform,
                                 d->protocols,  d->contact,  d->digest_sha1,       d->digest_sha256,
                                 d->master_key, d->ntor_key, d->ed25519_signature, d->or_address};
    const char *const objects[] = {d->identity,        d->onion_key,      d->signing_key,
                                   d->onion_crosscert, d->ntor_crosscert, d->signature};
    extra_seen++;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) fold_text(texts[i]);
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) fold_word(objects[i][0]);
    fold_number((uint64_t)(d->or_port + d->socks_port + d->dir_port + d->or_address_port));
    fold_number((uint64_t)(d->hidden_service_dir + d->tunnelled_dir_server));
    fold_number((uint64_t)d->published_us);
    fold_number(d->uptime + d->bandwidth_average + d->bandwidth_burst + d->bandwidth_observed);
    for (int i = 0; i < d->policy_count; i++) fold_word(d->policy[i][0]);
    for (int i = 0; i < d->family_count; i++) fold_word(d->family[i][0]);
}

/* ---- reading ----------------------------------------------------------------------------------------------- */

static void read_line(void) {
    if (fgets(line, sizeof line, in) == NULL) bench_fail("connection closed");
    line[strcspn(line, "\r\n")] = '\0';
}

static void read_relays(void) {
    struct relay_entry entry;
    int open = 0;
    memset(&entry, 0, sizeof entry);
    for (read_line(); strcmp(line, ".") != 0; read_line()) parse_relay_line(line, &entry, &open);
    if (open) on_relay(&entry);
    on_ns_end();
}

static void read_conf_changed(void) {
    static char store[16384];
    struct conf_changed_event e = {.count = 0};
    size_t used = 0;
    for (read_line(); strncmp(line, "650-", 4) == 0; read_line()) {
        size_t size = strlen(line + 4) + 1;
        if (e.count == MAX_SETTINGS || used + size > sizeof store) continue;
        struct setting *s = &e.settings[e.count++];
        char *text = memcpy(store + used, line + 4, size), *equals = strchr(text, '=');
        used += size;
        s->key = text;
        s->value = NULL;
        if (equals != NULL) {
            *equals = '\0';
            s->value = equals + 1;
        }
    }
    on_conf_changed(&e);
}

static int is_log(const char *name) {
    return strcmp(name, "NOTICE") == 0 || strcmp(name, "INFO") == 0 || strcmp(name, "DEBUG") == 0 ||
           strcmp(name, "WARN") == 0 || strcmp(name, "ERR") == 0;
}

/* Reads one event, whatever number of lines it has, and handles it. */
static void next_event(void) {
    read_line();
    if (strncmp(line, "650", 3) != 0) return;
    char *name = line + 4, *args = strchr(name, ' ');
    if (args != NULL) *args++ = '\0';
    else args = name + strlen(name);
    events_seen++;
    if (line[3] == '+') {
        read_relays(); /* NS and NEWCONSENSUS, the only blocks asked for */
        read_line();   /* 650 OK */
    } else if (line[3] == '-') {
        read_conf_changed();
    } else if (strcmp(name, "BW") == 0) parse_bw(args);
    else if (strcmp(name, "CIRC") == 0) parse_circ(args);
    else if (strcmp(name, "STREAM") == 0) parse_stream(args);
    else if (strcmp(name, "CIRC_BW") == 0) parse_circ_bw(args);
    else if (is_log(name)) {
        struct log_event e = {name, args};
        on_log(&e);
    }
}

static void send_command(const char *command) {
    size_t size = strlen(command);
    while (size > 0) {
        ssize_t n = write(fd, command, size);
        if (n < 0 && errno != EINTR) bench_fail("write");
        if (n > 0) command += n, size -= (size_t)n;
    }
}

static void ask(const char *command) {
    send_command(command);
    do read_line();
    while (line[3] != ' ');
}

/* ---- the measurements -------------------------------------------------------------------------------------- */

static void flood(struct bench *b) {
    uint64_t want = bench_number(b, "n", 1);
    ungetc(getc(in), in); /* wait for the first byte */
    b->first_ns = bench_ns();
    while (events_seen < want) next_event();
    b->last_ns = bench_ns();
    printf("{\"entries\": %" PRIu64 ", ", extra_seen);
    bench_end(b, events_seen, fold_sum);
}

static void latency(struct bench *b) {
    uint64_t want = bench_number(b, "n", 1);
    uint32_t *samples = calloc(want, sizeof *samples);
    b->first_ns = bench_ns();
    for (uint64_t i = 0; i < want; i++) {
        next_event();
        samples[i] = bench_sample(bench_ns() - last_sent_ns);
    }
    b->last_ns = bench_ns();
    printf("{");
    bench_print_percentiles(samples, want);
    bench_end(b, want, 0);
}

static void round_trips(struct bench *b) {
    uint64_t count = bench_number(b, "n", 1);
    uint32_t *samples = calloc(count, sizeof *samples);
    for (int i = 0; i < 200; i++) ask("GETINFO version\r\n");
    b->cpu_at_start = bench_cpu();
    b->first_ns = b->last_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = b->last_ns;
        ask("GETINFO version\r\n");
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    printf("{");
    bench_print_percentiles(samples, count);
    bench_end(b, count, 0);
}

static void read_descriptors(void) {
    static struct descriptor d;
    memset(&d, 0, sizeof d);
    for (read_line(); strcmp(line, ".") != 0; read_line()) {
        parse_descriptor_line(line, &d);
        if (descriptor_ended(line, &d)) {
            on_descriptor(&d);
            d.signature[0] = '\0';
        }
    }
}

static void document(struct bench *b) {
    const char *key = bench_text(b, "key", "ns/all");
    uint64_t count = bench_number(b, "n", 1);
    uint32_t *samples = calloc(count, sizeof *samples);
    char command[256];
    long before_kb = bench_status("VmRSS");
    snprintf(command, sizeof command, "GETINFO %s\r\n", key);
    for (uint64_t i = 0; i <= count; i++) { /* the first warms up */
        if (i == 1) {
            b->cpu_at_start = bench_cpu();
            b->first_ns = b->last_ns = bench_ns();
            fold_sum = extra_seen = 0;
        }
        uint64_t before = b->last_ns;
        keeping = strcmp(bench_text(b, "how", "list"), "list") == 0;
        send_command(command);
        read_line();
        if (strncmp(key, "desc/", 5) == 0) read_descriptors();
        else read_relays();
        read_line(); /* 250 OK */
        b->last_ns = bench_ns();
        if (i > 0) samples[i - 1] = bench_sample(b->last_ns - before);
    }
    printf("{\"entries\": %" PRIu64 ", \"growth_kb\": %ld, ", extra_seen / count, bench_status("VmHWM") - before_kb);
    bench_print_percentiles(samples, count);
    bench_end(b, count, fold_sum);
}

int main(int argc, char **argv) {
    struct bench b = bench_begin(argc, argv);
    char command[512];
    fd = bench_connect(&b);
    in = fdopen(fd, "r");
    if (in == NULL) bench_fail("fdopen");
    setvbuf(in, NULL, _IOFBF, 65536); /* the default of 4096 makes it a fifth slower */
    ask("AUTHENTICATE\r\n");
    if (strcmp(b.mode, "first") == 0) {
        ask("GETINFO version\r\n");
        return 0;
    }
    const char *events = bench_text(&b, "events", NULL);
    if (events != NULL) {
        snprintf(command, sizeof command, "SETEVENTS %s\r\n", events);
        ask(command);
    }
    b.cpu_at_start = bench_cpu();
    if (strcmp(b.mode, "flood") == 0) flood(&b);
    else if (strcmp(b.mode, "latency") == 0) latency(&b);
    else if (strcmp(b.mode, "rtt") == 0) round_trips(&b);
    else if (strcmp(b.mode, "document") == 0) document(&b);
    else bench_fail("no such mode");
    return 0;
}
