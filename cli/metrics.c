/* Prometheus metrics: what is asked of tor, and the text that is made of it. */

#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { PATIENCE_MS = 5000, INFO = 1, RATE, NICKNAME, FLAGS };

static const char *const keys[] = {"traffic/written",
                                   "traffic/read",
                                   "version",
                                   "status/version/current",
                                   "network-liveness",
                                   "status/reachability-succeeded",
                                   "status/circuit-established",
                                   "dormant",
                                   "uptime",
                                   "fingerprint",
                                   "circuit-status",
                                   "stream-status",
                                   "orconn-status",
                                   "accounting/enabled",
                                   "accounting/bytes",
                                   "accounting/bytes-left"};
enum { KEY_COUNT = sizeof keys / sizeof *keys };

struct scrape {
    torctl_controller *tor;
    torctl_call *call;
    const torctl_queue *queue;
    int open; /* questions without an answer */
    torctl_results *info;
    torctl_values *nickname;
    torctl_routers *router;
    uint64_t rate, burst;
    int has_rate, has_nickname;
    FILE *out;
};

/* Makes the call ready for a question of which the answer has this tag. */
static torctl_call *asking(struct scrape *scrape, uint64_t tag)
{
    if (torctl_call_set_queue(scrape->call, scrape->queue, tag, NULL) != TORCTL_OK)
        fputs("torctl: a call without a queue\n", stderr);
    return scrape->call;
}

struct scrape *scrape_begin(torctl_controller *tor, const torctl_queue *queue)
{
    struct scrape *scrape = grow(NULL, sizeof *scrape);

    *scrape = (struct scrape){.tor = tor, .call = torctl_call_new(), .queue = queue};
    torctl_call_set_timeout_ms(scrape->call, PATIENCE_MS);
    scrape->open += torctl_get_info_each(tor, keys, KEY_COUNT, asking(scrape, INFO), NULL, NULL) ==
                    TORCTL_PENDING;
    scrape->open +=
        torctl_get_effective_rate(tor, asking(scrape, RATE), NULL, NULL, NULL) == TORCTL_PENDING;
    scrape->open +=
        torctl_get_conf(tor, "Nickname", asking(scrape, NICKNAME), NULL, NULL) == TORCTL_PENDING;
    return scrape;
}

/* tor's answer to one of the keys; NULL if it refused. */
static const char *info(const struct scrape *scrape, const char *key)
{
    for (size_t i = 0; i < torctl_results_count(scrape->info); i++)
        if (strcmp(torctl_results_key(scrape->info, i), key) == 0 &&
            torctl_results_status(scrape->info, i) == TORCTL_OK)
            return torctl_results_value(scrape->info, i);
    return NULL;
}

int scrape_is_over(const struct scrape *scrape)
{
    return scrape->open == 0;
}

int scrape_take(struct scrape *scrape, const torctl_event *event)
{
    torctl_values *values = NULL;

    if (torctl_event_kind(event) != TORCTL_EVENT_RESULT)
        return scrape->open == 0;
    scrape->open--;
    switch (torctl_result_tag(event)) {
    case INFO:
        if (torctl_result_take_results(event, &scrape->info, NULL) != TORCTL_OK)
            break;
        /* A relay has flags: which it is, is known now. */
        if (info(scrape, "fingerprint") != NULL) {
            char key[64];
            snprintf(key, sizeof key, "ns/id/%.40s", info(scrape, "fingerprint"));
            scrape->open += torctl_get_info(scrape->tor, key, asking(scrape, FLAGS), NULL, NULL) ==
                            TORCTL_PENDING;
        }
        break;
    case RATE:
        scrape->has_rate =
            torctl_result_take_numbers(event, &scrape->rate, &scrape->burst, NULL) == TORCTL_OK;
        break;
    case NICKNAME:
        scrape->has_nickname =
            torctl_result_take_values(event, &scrape->nickname, NULL) == TORCTL_OK;
        break;
    case FLAGS:
        if (torctl_result_take_values(event, &values, NULL) == TORCTL_OK &&
            torctl_routers_parse(torctl_values_value(values, 0),
                                 torctl_values_value_size_bytes(values, 0), &scrape->router,
                                 NULL) != TORCTL_OK)
            scrape->router = NULL;
        torctl_values_free(values);
        break;
    default:
        break;
    }
    return scrape->open == 0;
}

/* The text -------------------------------------------------------------------------------------- */

static void head(struct scrape *scrape, const char *name, const char *type, const char *help)
{
    fprintf(scrape->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void sample(struct scrape *scrape, const char *name, const char *type, const char *help,
                   uint64_t value)
{
    head(scrape, name, type, help);
    fprintf(scrape->out, "%s %llu\n", name, (unsigned long long)value);
}

/* One sample with a label, whose value can be any text. */
static void labelled(struct scrape *scrape, const char *name, const char *label, const char *text,
                     size_t size, int value)
{
    fprintf(scrape->out, "%s{%s=\"", name, label);
    for (size_t i = 0; i < size;) {
        const size_t length = utf8_length(text + i, size - i);
        if (length == 0)
            fputs("\xef\xbf\xbd", scrape->out);
        else if (text[i] == '\n')
            fputs("\\n", scrape->out);
        else {
            if (text[i] == '"' || text[i] == '\\')
                putc('\\', scrape->out);
            fwrite(text + i, 1, length, scrape->out);
        }
        i += length ? length : 1;
    }
    fprintf(scrape->out, "\"} %d\n", value);
}

/* A word of tor as a label. */
static void word(struct scrape *scrape, const char *name, const char *label, const char *help,
                 const char *text)
{
    if (text == NULL)
        return;
    head(scrape, name, "gauge", help);
    labelled(scrape, name, label, text, strcspn(text, " \n"), 1);
}

static void number(struct scrape *scrape, const char *name, const char *type, const char *help,
                   const char *text)
{
    char *end = NULL;
    const uint64_t value = text ? strtoull(text, &end, 10) : 0;
    if (text != NULL && end != text)
        sample(scrape, name, type, help, value);
}

/* How many lines tor's list has. */
static void lines(struct scrape *scrape, const char *name, const char *help, const char *text)
{
    uint64_t count = text != NULL && *text != '\0' && *text != '\n';
    if (text == NULL)
        return;
    for (const char *at = text; *at != '\0'; at++)
        count += at[0] == '\n' && at[1] != '\0' && at > text;
    sample(scrape, name, "gauge", help, count);
}

static void put_reachable(struct scrape *scrape, const char *text)
{
    if (text == NULL)
        return;
    head(scrape, "tor_reachable", "gauge", "Whether the port was found to be reachable.");
    for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " "), name = strcspn(at, "= ");
        if (name < length)
            labelled(scrape, "tor_reachable", "port", at, name, at[name + 1] == '1');
        at += length;
    }
}

static void put_flags(struct scrape *scrape)
{
    static const char *const flags[] = {"Authority", "BadExit", "Exit",          "Fast",
                                        "Guard",     "HSDir",   "NoEdConsensus", "Stable",
                                        "Running",   "Valid",   "V2Dir"};
    const torctl_router *router = torctl_routers_get(scrape->router, 0);

    if (router == NULL)
        return;
    head(scrape, "tor_flags", "gauge", "Whether the relay has the flag.");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        labelled(scrape, "tor_flags", "flag", flags[i], strlen(flags[i]),
                 torctl_router_has_flag(router, flags[i]));
}

static void put_accounting(struct scrape *scrape)
{
    const char *enabled = info(scrape, "accounting/enabled");
    const char *bytes = info(scrape, "accounting/bytes"),
               *left = info(scrape, "accounting/bytes-left");

    if (enabled == NULL || *enabled != '1' || bytes == NULL || left == NULL)
        return;
    const char *written = bytes + strcspn(bytes, " "), *written_left = left + strcspn(left, " ");
    const uint64_t reads = strtoull(bytes, NULL, 10), reads_left = strtoull(left, NULL, 10);
    const uint64_t writes = strtoull(written, NULL, 10),
                   writes_left = strtoull(written_left, NULL, 10);
    sample(scrape, "tor_accounting_read_bytes", "gauge", "Bytes read in this accounting period.",
           reads);
    sample(scrape, "tor_accounting_left_read_bytes", "gauge", "Bytes to read that are left.",
           reads_left);
    sample(scrape, "tor_accounting_read_limit_bytes", "gauge", "Limit of bytes read.",
           reads + reads_left);
    sample(scrape, "tor_accounting_write_bytes", "gauge",
           "Bytes written in this accounting period.", writes);
    sample(scrape, "tor_accounting_left_write_bytes", "gauge", "Bytes to write that are left.",
           writes_left);
    sample(scrape, "tor_accounting_write_limit_bytes", "gauge", "Limit of bytes written.",
           writes + writes_left);
}

static void put_metrics(struct scrape *scrape)
{
    const char *liveness = info(scrape, "network-liveness");

    sample(scrape, "tor_up", "gauge", "Whether tor answers on its control port.",
           scrape->info != NULL);
    number(scrape, "tor_written_bytes", "counter", "Bytes that tor has written.",
           info(scrape, "traffic/written"));
    number(scrape, "tor_read_bytes", "counter", "Bytes that tor has read.",
           info(scrape, "traffic/read"));
    word(scrape, "tor_version", "version", "tor's version as a label.", info(scrape, "version"));
    word(scrape, "tor_version_status", "version_status",
         "What the authorities say of this version, as a label.",
         info(scrape, "status/version/current"));
    if (liveness != NULL)
        sample(scrape, "tor_network_liveness", "gauge",
               "Whether tor believes that the network is reachable.", strcmp(liveness, "up") == 0);
    put_reachable(scrape, info(scrape, "status/reachability-succeeded"));
    number(scrape, "tor_circuit_established", "gauge", "Whether tor can build circuits.",
           info(scrape, "status/circuit-established"));
    number(scrape, "tor_dormant", "gauge", "Whether tor is dormant.", info(scrape, "dormant"));
    number(scrape, "tor_uptime", "gauge", "Seconds since tor was started.", info(scrape, "uptime"));
    if (scrape->has_rate) {
        sample(scrape, "tor_effective_rate", "gauge", "Bytes in a second that tor may move.",
               scrape->rate);
        sample(scrape, "tor_effective_burst_rate", "gauge", "Bytes that tor may move in one go.",
               scrape->burst);
    }
    word(scrape, "tor_fingerprint", "fingerprint", "The relay's fingerprint as a label.",
         info(scrape, "fingerprint"));
    if (scrape->has_nickname)
        word(scrape, "tor_nickname", "nickname", "The relay's name as a label.",
             torctl_values_is_unset(scrape->nickname, 0)
                 ? "Unnamed"
                 : torctl_values_value(scrape->nickname, 0));
    put_flags(scrape);
    lines(scrape, "tor_connection_circuits", "Circuits that are open.",
          info(scrape, "circuit-status"));
    lines(scrape, "tor_connection_streams", "Streams that are open.",
          info(scrape, "stream-status"));
    lines(scrape, "tor_connection_orconns", "Connections to relays.",
          info(scrape, "orconn-status"));
    put_accounting(scrape);
}

char *scrape_end(struct scrape *scrape, size_t *size)
{
    char *text = NULL;

    scrape->out = open_memstream(&text, size);
    if (scrape->out == NULL)
        grow(NULL, SIZE_MAX); /* says that there is no memory */
    put_metrics(scrape);
    fclose(scrape->out);
    torctl_call_free(scrape->call);
    torctl_results_free(scrape->info);
    torctl_values_free(scrape->nickname);
    torctl_routers_free(scrape->router);
    free(scrape);
    return text;
}
