/* onion: services that are made, deleted and looked at. bridges: lines that are checked. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Until Ctrl-C, or until tor is gone. */
static int hold_connection(struct cli *cli)
{
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    char why[512] = "the connection was lost";
    torctl_status status = torctl_queue_new(cli->tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                            TORCTL_DROP_OLDEST, cli->call, &queue, &cli->err);

    while (status == TORCTL_OK) {
        status = torctl_queue_next(queue, -1, cli->call, &event, &cli->err);
        if (status == TORCTL_OK && *torctl_state_event_message(event))
            snprintf(why, sizeof why, "%s", torctl_state_event_message(event));
        torctl_event_free(event);
        event = NULL;
    }
    torctl_queue_free(queue);
    if (is_interrupted())
        return CODE_OK;
    if (status != TORCTL_END)
        return failed(cli, status);
    fprintf(stderr, "torctl: %s\n", why);
    return CODE_CONNECT;
}

/* PORT or PORT=TARGET. */
static torctl_status add_port(struct cli *cli, torctl_onion_options *options, const char *text)
{
    char *end = NULL;
    const unsigned long port = strtoul(text, &end, 10);

    if (end == text || (*end != '\0' && *end != '=') || port < 1 || port > 65535) {
        usage_error(cli, "%s: PORT or PORT=TARGET is expected", text);
        return TORCTL_ERR_INVALID;
    }
    const torctl_status status =
        torctl_onion_options_add_port(options, (uint16_t)port, *end ? end + 1 : NULL, &cli->err);
    if (status != TORCTL_OK)
        failed(cli, status);
    return status;
}

static torctl_status add_clients(struct cli *cli, torctl_onion_options *options)
{
    torctl_status status = TORCTL_OK;
    char key[128];

    for (const char *at = cli->values[OPTION_CLIENT]; at && *at != '\0' && status == TORCTL_OK;
         at += *at == ',') {
        const size_t length = strcspn(at, ",");
        snprintf(key, sizeof key, "%.*s", (int)(length < sizeof key ? length : sizeof key - 1), at);
        status = torctl_onion_options_add_client(options, key, &cli->err);
        at += length;
    }
    return status;
}

static torctl_onion_options *onion_options(struct cli *cli)
{
    torctl_onion_options *options = torctl_onion_options_new();
    const char *key_file = cli->values[OPTION_KEY_FILE];
    torctl_status status = TORCTL_OK;

    for (int i = 0; i < cli->argument_count && status == TORCTL_OK; i++)
        status = add_port(cli, options, cli->arguments[i]);
    if (status == TORCTL_OK) {
        status = key_file ? torctl_onion_options_set_key_file(options, key_file, &cli->err)
                          : torctl_onion_options_set_discard_key(options, 1, &cli->err);
        if (status == TORCTL_OK)
            status = torctl_onion_options_set_detach(options, cli->values[OPTION_DETACH] != NULL,
                                                     &cli->err);
        if (status == TORCTL_OK)
            status = add_clients(cli, options);
        if (status != TORCTL_OK)
            failed(cli, status);
    }
    if (status != TORCTL_OK) {
        torctl_onion_options_free(options);
        return NULL;
    }
    return options;
}

int run_onion_add(struct cli *cli)
{
    const int is_detached = cli->values[OPTION_DETACH] != NULL,
              waits = cli->values[OPTION_WAIT] != NULL;
    struct json json = {.out = stdout};
    torctl_onion *onion = NULL;
    torctl_onion_options *options = onion_options(cli);
    int code = options ? connect_tor(cli, CONNECT_ONCE) : CODE_USAGE;

    if (code == CODE_OK) {
        torctl_status status = torctl_add_onion(cli->tor, options, cli->call, &onion, &cli->err);
        if (status == TORCTL_OK && !cli->is_json) {
            printf("%s\n", torctl_onion_address(onion));
            fflush(stdout);
        }
        if (status == TORCTL_OK && waits)
            status =
                torctl_onion_wait_published(onion, 1, timeout_ms(cli, -1), cli->call, &cli->err);
        if (status == TORCTL_OK && cli->is_json) {
            json_open(&json, NULL, '{');
            json_string(&json, "address", torctl_onion_address(onion));
            json_boolean(&json, "detached", is_detached);
            json_boolean(&json, "published", waits);
            json_close(&json, '}');
        }
        if (status == TORCTL_OK && waits && !cli->is_json)
            puts("published");
        fflush(stdout);
        code = status == TORCTL_OK ? CODE_OK : failed(cli, status);
    }
    if (code == CODE_OK && !is_detached)
        code = hold_connection(cli);
    torctl_onion_options_free(options);
    torctl_onion_free(onion);
    return code;
}

int run_onion_del(struct cli *cli)
{
    const size_t count = (size_t)cli->argument_count;
    struct json json = {.out = stdout};
    torctl_results *results = NULL;
    int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    const torctl_status status = torctl_del_onions(cli->tor, (const char *const *)cli->arguments,
                                                   count, cli->call, &results, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    if (cli->is_json)
        json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        const torctl_status each = torctl_results_status(results, i);
        if (each != TORCTL_OK)
            code = failed_with(each, torctl_results_error(results, i));
        else if (cli->is_json)
            json_string(&json, NULL, cli->arguments[i]);
    }
    if (cli->is_json)
        json_close(&json, ']');
    torctl_results_free(results);
    return code;
}

/* Adds what is known of one service to the list. */
static torctl_status put_onion(struct cli *cli, const char *address, struct table *table,
                               struct json *json)
{
    torctl_onion *onion = NULL;
    torctl_onion_status *state = NULL;
    torctl_status status = torctl_watch_onion(cli->tor, address, cli->call, &onion, &cli->err);

    if (status == TORCTL_OK && cli->values[OPTION_WAIT])
        status = torctl_onion_wait_published(onion, 1, timeout_ms(cli, -1), cli->call, &cli->err);
    if (status == TORCTL_OK)
        status = torctl_onion_get_status(onion, cli->call, &state, &cli->err);
    if (status == TORCTL_OK && cli->is_json) {
        json_open(json, NULL, '{');
        json_string(json, "address", torctl_onion_address(onion));
        json_boolean(json, "listed", torctl_onion_status_is_listed(state));
        json_boolean(json, "detached", torctl_onion_status_is_detached(state));
        json_unsigned(json, "uploads_begun", torctl_onion_status_begun(state));
        json_unsigned(json, "uploaded", torctl_onion_status_uploaded(state));
        json_unsigned(json, "uploads_failed", torctl_onion_status_failed(state));
        json_string(json, "last_failure", torctl_onion_status_last_failure(state));
        json_close(json, '}');
    } else if (status == TORCTL_OK) {
        table_cell(table, "%s", torctl_onion_address(onion));
        table_cell(table, "%s",
                   !torctl_onion_status_is_listed(state)    ? "not listed"
                   : torctl_onion_status_is_detached(state) ? "detached"
                                                            : "listed");
        table_cell(table, "%llu", (unsigned long long)torctl_onion_status_uploaded(state));
        table_cell(table, "%llu", (unsigned long long)torctl_onion_status_failed(state));
    }
    torctl_onion_status_free(state);
    torctl_onion_free(onion);
    return status;
}

int run_onion_status(struct cli *cli)
{
    struct table table = {.columns = 4};
    struct json json = {.out = stdout};
    torctl_list *list = NULL;
    torctl_status status = TORCTL_OK;
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    if (cli->argument_count == 0)
        status = torctl_get_onions(cli->tor, 1, cli->call, &list, &cli->err);
    const size_t listed = torctl_list_count(list), count = listed + (size_t)cli->argument_count;
    if (cli->is_json)
        json_open(&json, NULL, '[');
    else if (count > 0)
        for (const char *const *name =
                 (const char *const[]){"ADDRESS", "STATE", "UPLOADED", "FAILED", NULL};
             *name; name++)
            table_cell(&table, "%s", *name);
    for (size_t i = 0; i < count && status == TORCTL_OK; i++)
        status =
            put_onion(cli, listed ? torctl_list_item(list, i) : cli->arguments[i], &table, &json);
    if (cli->is_json)
        json_close(&json, ']');
    table_write(&table, stdout);
    torctl_list_free(list);
    return status == TORCTL_OK ? CODE_OK : failed(cli, status);
}

/* Bridges --------------------------------------------------------------------------------------- */

static void put_bridges_json(const torctl_bridges *bridges)
{
    struct json json = {.out = stdout};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < torctl_bridges_count(bridges); i++) {
        json_open(&json, NULL, '{');
        json_unsigned(&json, "line", torctl_bridges_line_number(bridges, i));
        json_string(&json, "transport", torctl_bridges_transport(bridges, i));
        json_string(&json, "address", torctl_bridges_address(bridges, i));
        json_unsigned(&json, "port", torctl_bridges_port(bridges, i));
        json_string(&json, "fingerprint", torctl_bridges_fingerprint(bridges, i));
        json_open(&json, "arguments", '{');
        for (size_t j = 0; j < torctl_bridges_argument_count(bridges, i); j++)
            json_string(&json, torctl_bridges_argument_name(bridges, i, j),
                        torctl_bridges_argument_value(bridges, i, j));
        json_close(&json, '}');
        json_close(&json, '}');
    }
    json_close(&json, ']');
}

int run_bridges_check(struct cli *cli)
{
    const char *path = cli->argument_count > 0 ? cli->arguments[0] : "-";
    struct table table = {.columns = 4};
    torctl_bridges *bridges = NULL;
    size_t size = 0;
    char *text = read_file(path, 1 << 20, &size);

    if (text == NULL || strlen(text) != size) {
        fprintf(stderr, "torctl: %s: %s\n", path, text ? "it is no text" : strerror(errno));
        free(text);
        return CODE_SYSTEM;
    }
    const torctl_status status = torctl_bridges_parse(text, &bridges, NULL, &cli->err);
    free(text);
    if (status != TORCTL_OK) {
        failed(cli, status);
        return CODE_REFUSED;
    }
    const size_t count = torctl_bridges_count(bridges);
    if (cli->is_json) {
        put_bridges_json(bridges);
    } else {
        for (size_t i = 0; i < count; i++) {
            const char *transport = torctl_bridges_transport(bridges, i);
            const char *fingerprint = torctl_bridges_fingerprint(bridges, i),
                       *address = torctl_bridges_address(bridges, i);
            table_cell(&table, "line %zu", torctl_bridges_line_number(bridges, i));
            table_cell(&table, "%s", *transport ? transport : "no transport");
            table_cell(&table, strchr(address, ':') && *address != '[' ? "[%s]:%u" : "%s:%u",
                       address, (unsigned)torctl_bridges_port(bridges, i));
            table_cell(&table, "%s", *fingerprint ? fingerprint : "any identity");
        }
        table_write(&table, stdout);
    }
    if (count == 0)
        fputs("torctl: there is no bridge line\n", stderr);
    torctl_bridges_free(bridges);
    return count > 0 ? CODE_OK : CODE_REFUSED;
}
