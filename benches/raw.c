/*
 * The physical limit: read() and one memchr for each line. It knows nothing of what the lines say beyond where an
 * event or a reply ends.
 */
#include "own_tor.h"

static char *buffer;
static size_t buffer_size, used, scanned;
static int fd, cut_line, cut_event;

static void write_all(const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno != EINTR) bench_fail("write");
        if (n > 0) bytes += n, size -= (size_t)n;
    }
}

static void read_more(void) {
    if (scanned > 0) {
        memmove(buffer, buffer + scanned, used - scanned);
        used -= scanned;
        scanned = 0;
    }
    if (used == buffer_size) { /* a line longer than the buffer: nobody asks for its text */
        if (!cut_line) cut_event = buffer[0] == '6' && buffer[3] == ' ';
        cut_line = 1;
        used = 0;
    }
    ssize_t n = read(fd, buffer + used, buffer_size - used);
    if (n <= 0) bench_fail("read");
    used += (size_t)n;
}

/* The next line; blocks. */
static const char *next_line(size_t *size) {
    for (;;) {
        char *nl = memchr(buffer + scanned, '\n', used - scanned);
        if (nl != NULL) {
            const char *line = buffer + scanned;
            *size = (size_t)(nl - line) + 1;
            scanned += *size;
            return line;
        }
        read_more();
    }
}

/* Reads lines until one begins with `end`; returns how many there were. */
static uint64_t skip_reply(const char *end, size_t end_size) {
    size_t size;
    for (uint64_t lines = 1;; lines++) {
        const char *line = next_line(&size);
        if (size >= end_size && memcmp(line, end, end_size) == 0) return lines;
    }
}

static void ask(const char *command) {
    write_all(command, strlen(command));
    skip_reply("250 ", 4);
}

static void flood(struct bench *b) {
    uint64_t want = bench_number(b, "n", 1), events = 0, lines = 0;
    read_more();
    b->first_ns = bench_ns();
    for (;;) {
        const char *at = buffer + scanned, *end = buffer + used, *nl;
        while ((nl = memchr(at, '\n', (size_t)(end - at))) != NULL) {
            if (cut_line) { /* the rest of a line that was longer than the buffer */
                events += (uint64_t)cut_event;
                cut_line = 0;
            } else if (at[0] == '6' && at[3] == ' ') {
                events++;
            }
            lines++;
            at = nl + 1;
        }
        scanned = (size_t)(at - buffer);
        if (events >= want) break;
        read_more();
    }
    b->last_ns = bench_ns();
    printf("{");
    bench_end(b, events, lines);
}

static void latency(struct bench *b) {
    uint64_t want = bench_number(b, "n", 1), late = 0;
    uint32_t *samples = calloc(want, sizeof *samples);
    size_t size;
    b->first_ns = bench_ns();
    for (uint64_t i = 0; i < want; i++) {
        const char *line = next_line(&size);
        uint64_t sent = strtoull(line + 7, NULL, 10);
        samples[i] = bench_sample(bench_ns() - sent);
        late += samples[i] > 1000000;
    }
    b->last_ns = bench_ns();
    printf("{");
    bench_print_percentiles(samples, want);
    bench_end(b, want, late);
}

static void round_trips(struct bench *b) {
    static const char ask_version[] = "GETINFO version\r\n";
    uint64_t count = bench_number(b, "n", 1);
    uint32_t *samples = calloc(count, sizeof *samples);
    for (int i = 0; i < 200; i++) ask(ask_version);
    b->cpu_at_start = bench_cpu();
    b->first_ns = b->last_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = b->last_ns;
        write_all(ask_version, sizeof ask_version - 1);
        skip_reply("250 ", 4);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    printf("{");
    bench_print_percentiles(samples, count);
    bench_end(b, count, 0);
}

static void pipelined(struct bench *b) {
    static char text[64 * 32];
    const char *one = "GETINFO version\r\n";
    size_t one_size = strlen(one), window = bench_number(b, "window", 64), size;
    if (window > 64) window = 64;
    uint64_t count = bench_number(b, "n", 1), asked, answered = 0;
    for (size_t i = 0; i < window; i++) memcpy(text + i * one_size, one, one_size);
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    write_all(text, window * one_size);
    asked = window;
    while (answered < count) {
        size_t got = 0;
        do {
            const char *line = next_line(&size);
            got += memcmp(line, "250 ", 4) == 0;
        } while (memchr(buffer + scanned, '\n', used - scanned) != NULL);
        answered += got;
        if (got > count - asked) got = count - asked;
        write_all(text, got * one_size);
        asked += got;
    }
    b->last_ns = bench_ns();
    printf("{");
    bench_end(b, answered, 0);
}

/* GETINFO of a document: the time of one answer, from the write to its last line. */
static void document(struct bench *b) {
    const char *key = bench_text(b, "key", "ns/all");
    uint64_t count = bench_number(b, "n", 1), lines = 0;
    uint32_t *samples = calloc(count, sizeof *samples);
    long before_kb = bench_status("VmRSS");
    char command[256];
    snprintf(command, sizeof command, "GETINFO %s\r\n", key);
    ask(command);
    b->cpu_at_start = bench_cpu();
    b->first_ns = b->last_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = b->last_ns;
        write_all(command, strlen(command));
        lines += skip_reply("250 ", 4);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    printf("{\"growth_kb\": %ld, ", bench_status("VmHWM") - before_kb);
    bench_print_percentiles(samples, count);
    bench_end(b, count, lines);
}

/* Connections through a SOCKS server, each with a login of its own. */
static void dial_once(const struct bench *socks, uint64_t number) {
    uint8_t login[64] = {1, 16}, request[64] = {5, 1, 0, 3, 9}, in[10];
    int through = bench_connect(socks);
    snprintf((char *)login + 2, 17, "%016" PRIx64, number);
    memcpy(login + 18, "\1x", 2);
    memcpy(request + 5, "host.test\0\120", 11);
    if (write(through, "\5\1\2", 3) != 3 || recv(through, in, 2, MSG_WAITALL) != 2 || in[1] != 2 ||
        write(through, login, 20) != 20 || recv(through, in, 2, MSG_WAITALL) != 2 || in[1] != 0 ||
        write(through, request, 16) != 16 || recv(through, in, 10, MSG_WAITALL) != 10 || in[1] != 0) {
        bench_fail("SOCKS");
    }
    close(through);
}

static void dials(struct bench *b) {
    struct bench socks = {.address = bench_text(b, "socks", "")};
    uint64_t count = bench_number(b, "n", 1);
    uint32_t *samples = calloc(count, sizeof *samples);
    for (int i = 0; i < 200; i++) dial_once(&socks, (uint64_t)i);
    b->cpu_at_start = bench_cpu();
    b->first_ns = b->last_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = b->last_ns;
        dial_once(&socks, i);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    printf("{");
    bench_print_percentiles(samples, count);
    bench_end(b, count, 0);
}

/* Tries each millisecond until tor lets it in. */
static void log_in_patiently(const struct bench *b) {
    while (!bench_try_connect(b, &fd)) usleep(1000);
    ask("AUTHENTICATE\r\n");
}

/* Makes so many onion services on the first tor, and makes those again on each that follows. */
static void restarts(struct bench *b) {
    static const char key[] = "250-PrivateKey=", new[] = "ADD_ONION NEW:ED25519-V3 Port=80\r\n";
    uint64_t count = bench_number(b, "n", 1), services = bench_number(b, "services", 0);
    uint32_t *samples = calloc(count, sizeof *samples);
    char *again = calloc(services + 1, 256), *at = again;
    pid_t tor = bench_tor_start(b);
    log_in_patiently(b);
    for (uint64_t i = 0; i < services; i++) {
        const char *line;
        size_t size;
        write_all(new, sizeof new - 1);
        while (memcmp(line = next_line(&size), "250 ", 4) != 0) {
            if (size > sizeof key && memcmp(line, key, sizeof key - 1) == 0) {
                at += sprintf(at, "ADD_ONION %.*s Port=80\r\n", (int)(size - sizeof key - 1), line + sizeof key - 1);
            }
        }
    }
    b->cpu_at_start = bench_cpu();
    b->first_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        bench_tor_kill(tor);
        close(fd);
        used = scanned = 0;
        uint64_t before = bench_ns();
        tor = bench_tor_start(b);
        log_in_patiently(b);
        write_all(again, (size_t)(at - again));
        for (uint64_t done = 0; done < services; done++) skip_reply("250 ", 4);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    bench_print_restarts(b, samples, count);
    bench_tor_kill(tor);
}

int main(int argc, char **argv) {
    struct bench b = bench_begin(argc, argv);
    char command[512];
    /* 256 KiB reads fastest on a Unix socket here; 16 KiB costs a third. */
    buffer_size = bench_number(&b, "buffer_kb", 256) * 1024;
    buffer = malloc(buffer_size);
    if (buffer == NULL) bench_fail("memory");
    if (strcmp(b.mode, "restart") == 0) {
        restarts(&b);
        return 0;
    }
    fd = bench_connect(&b);
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
    else if (strcmp(b.mode, "pipeline") == 0) pipelined(&b);
    else if (strcmp(b.mode, "document") == 0) document(&b);
    else if (strcmp(b.mode, "dial") == 0) dials(&b);
    else bench_fail("no such mode");
    return 0;
}
