/* circuits, streams and relays: lists. */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli.h"

/* Circuits and streams -------------------------------------------------------------------------- */

static void circuit_row(struct table *table, const torctl_event *circuit)
{
    const int64_t created = torctl_circ_time_created_unix_us(circuit);
    char *path = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&path, &size);

    if (stream == NULL)
        grow(NULL, SIZE_MAX);
    for (size_t i = 0; i < torctl_circ_path_count(circuit); i++) {
        const char *name = torctl_circ_path_nickname(circuit, i);
        fprintf(stream, "%s%s", i ? " > " : "",
                *name ? name : torctl_circ_path_fingerprint(circuit, i));
    }
    fclose(stream);
    table_cell(table, "%llu", (unsigned long long)torctl_circ_id(circuit));
    table_cell(table, "%s", torctl_circ_status_text(circuit));
    table_cell(table, "%s", torctl_circ_purpose_text(circuit));
    if (created > 0)
        table_cell(table, "%lld s", (long long)time(NULL) - created / 1000000);
    else
        table_cell(table, "-");
    table_cell(table, "%s", path);
    free(path);
}

static void stream_row(struct table *table, const torctl_event *stream)
{
    table_cell(table, "%llu", (unsigned long long)torctl_stream_id(stream));
    table_cell(table, "%s", torctl_stream_status_text(stream));
    table_cell(table, "%llu", (unsigned long long)torctl_stream_circ_id(stream));
    table_cell(table, "%s", torctl_stream_target(stream));
}

static void put_head(struct table *table, const char *const *names)
{
    for (; *names != NULL; names++, table->columns++)
        table_cell(table, "%s", *names);
}

typedef torctl_status (*list_fn)(torctl_controller *, torctl_call *, torctl_events **,
                                 torctl_error **);

static int list_events(struct cli *cli, list_fn get, const char *const *head,
                       void (*row)(struct table *, const torctl_event *))
{
    struct table table = {.columns = 0};
    struct json json = {.out = stdout};
    torctl_events *events = NULL;
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    const torctl_status status = get(cli->tor, cli->call, &events, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    const size_t count = torctl_events_count(events);
    if (cli->is_json) {
        json_open(&json, NULL, '[');
        for (size_t i = 0; i < count; i++)
            json_event(&json, torctl_events_get(events, i), 1);
        json_close(&json, ']');
    } else if (count > 0) {
        put_head(&table, head);
        for (size_t i = 0; i < count; i++)
            row(&table, torctl_events_get(events, i));
        table_write(&table, stdout);
    }
    torctl_events_free(events);
    return CODE_OK;
}

int run_circuits(struct cli *cli)
{
    static const char *const head[] = {"ID", "STATUS", "PURPOSE", "AGE", "PATH", NULL};
    return list_events(cli, torctl_get_circuits, head, circuit_row);
}

int run_streams(struct cli *cli)
{
    static const char *const head[] = {"ID", "STATUS", "CIRCUIT", "TARGET", NULL};
    return list_events(cli, torctl_get_streams, head, stream_row);
}

/* Relays ---------------------------------------------------------------------------------------- */

struct relays {
    const char *flags;
    torctl_router **routers;
    char (*countries)[8];
    size_t count, room;
};

/* Whether a list of words with commas has this one, in either case. */
static int list_has(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list;; at++) {
        const size_t item = strcspn(at, ",");
        if (item == length && strncasecmp(at, word, length) == 0)
            return 1;
        at += item;
        if (*at == '\0')
            return 0;
    }
}

/* Whether each of these flags is among those of the relay, in either case. */
static int has_flags(const torctl_router *router, const char *flags)
{
    const char *own = torctl_router_flags_text(router);
    for (const char *at = flags; *at != '\0'; at += *at == ',') {
        const size_t length = strcspn(at, ",");
        const char *word = own;
        while (*word != '\0' &&
               (strcspn(word, " ") != length || strncasecmp(word, at, length) != 0)) {
            word += strcspn(word, " ");
            word += strspn(word, " ");
        }
        if (*word == '\0' && length > 0)
            return 0;
        at += length;
    }
    return 1;
}

static torctl_status keep_relay(const torctl_router *router, void *user_data)
{
    struct relays *relays = user_data;

    if (relays->flags != NULL && !has_flags(router, relays->flags))
        return TORCTL_OK;
    if (relays->count == relays->room) {
        relays->room = relays->room ? 2 * relays->room : 1024;
        relays->routers = grow(relays->routers, relays->room * sizeof *relays->routers);
    }
    relays->routers[relays->count++] = torctl_router_dup(router);
    return TORCTL_OK;
}

/* Asks for the relays' countries. Without a GeoIP file there are none, which is a failure only if --country asks. */
static torctl_status find_countries(struct cli *cli, struct relays *relays)
{
    const char **addresses = grow(NULL, (relays->count + 1) * sizeof *addresses);
    torctl_results *results = NULL;

    relays->countries = grow(NULL, (relays->count + 1) * sizeof *relays->countries);
    for (size_t i = 0; i < relays->count; i++)
        addresses[i] = torctl_router_address(relays->routers[i]);
    torctl_status status = relays->count == 0
                               ? TORCTL_OK
                               : torctl_get_countries(cli->tor, addresses, relays->count, cli->call,
                                                      &results, &cli->err);
    for (size_t i = 0; i < relays->count; i++) {
        snprintf(relays->countries[i], sizeof *relays->countries, "%.7s",
                 torctl_results_value(results, i));
        if (status == TORCTL_OK && torctl_results_status(results, i) != TORCTL_OK &&
            cli->values[OPTION_COUNTRY]) {
            failed_with(torctl_results_status(results, i), torctl_results_error(results, i));
            status = torctl_results_status(results, i);
        }
    }
    torctl_results_free(results);
    free(addresses);
    return status;
}

/* Leaves out the relays of other countries, and puts what is left together. */
static void filter_countries(struct relays *relays, const char *wanted)
{
    size_t kept = 0;
    for (size_t i = 0; i < relays->count; i++) {
        if (!list_has(wanted, relays->countries[i])) {
            torctl_router_free(relays->routers[i]);
            continue;
        }
        relays->routers[kept] = relays->routers[i];
        memmove(relays->countries[kept++], relays->countries[i], sizeof *relays->countries);
    }
    relays->count = kept;
}

static int by_name(const void *one, const void *other)
{
    return strcasecmp(torctl_router_nickname(*(torctl_router *const *)one),
                      torctl_router_nickname(*(torctl_router *const *)other));
}

static int by_bandwidth(const void *one, const void *other)
{
    const int64_t left = torctl_router_bandwidth_bytes_per_second(*(torctl_router *const *)one);
    const int64_t right = torctl_router_bandwidth_bytes_per_second(*(torctl_router *const *)other);
    return left < right ? 1 : left > right ? -1 : 0;
}

static void json_relay(struct json *json, const torctl_router *router, const char *country)
{
    static const int32_t fields[] =
        {TORCTL_FIELD_ROUTER_NICKNAME,          TORCTL_FIELD_ROUTER_FINGERPRINT,
         TORCTL_FIELD_ROUTER_ADDRESS,           TORCTL_FIELD_ROUTER_OR_PORT,
         TORCTL_FIELD_ROUTER_DIR_PORT,          TORCTL_FIELD_ROUTER_FLAGS,
         TORCTL_FIELD_ROUTER_PUBLISHED_UNIX_US, TORCTL_FIELD_ROUTER_BANDWIDTH_BYTES_PER_SECOND,
         TORCTL_FIELD_ROUTER_POLICY_SUMMARY,    TORCTL_FIELD_ROUTER_VERSION};
    enum { COUNT = sizeof fields / sizeof *fields };
    torctl_value values[COUNT];

    torctl_router_read(router, fields, COUNT, values);
    json_open(json, NULL, '{');
    for (size_t i = 0; i < COUNT; i++)
        if (values[i].state != TORCTL_VALUE_ABSENT)
            json_value(json, torctl_field_name(fields[i]), &values[i]);
    if (*country != '\0' && *country != '?')
        json_string(json, "country", country);
    json_close(json, '}');
}

static void relay_row(struct table *table, const torctl_router *router, const char *country)
{
    const int64_t bandwidth = torctl_router_bandwidth_bytes_per_second(router);

    table_cell(table, "%s", torctl_router_nickname(router));
    table_cell(table, "%s", torctl_router_fingerprint(router));
    table_cell(table, "%s:%u", torctl_router_address(router),
               (unsigned)torctl_router_or_port(router));
    table_cell(table, "%s", *country && *country != '?' ? country : "-");
    if (bandwidth > 0)
        table_cell(table, "%lld kB/s", (long long)(bandwidth / 1000));
    else
        table_cell(table, "-");
    table_cell(table, "%s", torctl_router_flags_text(router));
}

static void put_relays(const struct cli *cli, const struct relays *relays)
{
    const long limit = option_number(cli, OPTION_LIMIT, -1);
    struct table table = {0};
    struct json json = {.out = stdout};

    if (cli->is_json)
        json_open(&json, NULL, '[');
    else if (relays->count > 0)
        put_head(&table, (const char *const[]){"NAME", "FINGERPRINT", "ADDRESS", "CC", "BANDWIDTH",
                                               "FLAGS", NULL});
    for (size_t i = 0; i < relays->count && (limit < 0 || i < (size_t)limit); i++)
        if (cli->is_json)
            json_relay(&json, relays->routers[i], relays->countries[i]);
        else
            relay_row(&table, relays->routers[i], relays->countries[i]);
    if (cli->is_json)
        json_close(&json, ']');
    if (table.columns > 0)
        table_write(&table, stdout);
}

int run_relays(struct cli *cli)
{
    struct relays relays = {.flags = cli->values[OPTION_FLAG]};
    const char *sort = cli->values[OPTION_SORT], *wanted = cli->values[OPTION_COUNTRY];

    if (sort != NULL && strcmp(sort, "name") != 0 && strcmp(sort, "bandwidth") != 0)
        return usage_error(cli, "--sort %s: name or bandwidth is expected", sort);
    if (option_number(cli, OPTION_LIMIT, 0) < 0)
        return usage_error(cli, "--limit %s: a number is expected", cli->values[OPTION_LIMIT]);
    const int code = connect_tor(cli, CONNECT_ONCE);
    if (code != CODE_OK)
        return code;
    torctl_status status =
        torctl_get_each_router(cli->tor, "ns/all", keep_relay, &relays, cli->call, NULL, &cli->err);
    if (status == TORCTL_OK && sort != NULL && relays.count > 0)
        qsort(relays.routers, relays.count, sizeof *relays.routers,
              *sort == 'n' ? by_name : by_bandwidth);
    if (status == TORCTL_OK)
        status = find_countries(cli, &relays);
    if (status == TORCTL_OK && wanted != NULL)
        filter_countries(&relays, wanted);
    if (status == TORCTL_OK)
        put_relays(cli, &relays);
    for (size_t i = 0; i < relays.count; i++)
        torctl_router_free(relays.routers[i]);
    free(relays.routers);
    free(relays.countries);
    if (status != TORCTL_OK && cli->err != NULL)
        return failed(cli, status);
    return exit_code(status);
}
