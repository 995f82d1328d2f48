/* get, conf, signal, newnym, resolve and health: one question or order, and its answer. */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

/* get ------------------------------------------------------------------------------------------- */

static void put_info(const char *key, const char *value, size_t size, int is_alone)
{
    const int has_lines = memchr(value, '\n', size) != NULL;

    if (!is_alone) {
        put_line_text(stdout, key, strlen(key));
        fputs(has_lines ? "=\n" : "=", stdout);
    }
    put_text(stdout, value, size);
    if (size == 0 || value[size - 1] != '\n')
        putchar('\n');
}

/* Whether the key stands before that place, too: a JSON object has each name once. */
static int is_repeated(char *const *keys, int place)
{
    for (int i = 0; i < place; i++)
        if (strcmp(keys[i], keys[place]) == 0)
            return 1;
    return 0;
}

int run_get(struct cli *cli)
{
    const size_t count = (size_t)cli->argument_count;
    struct json json = {.out = stdout};
    torctl_results *results = NULL;
    int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    const torctl_status status = torctl_get_info_each(cli->tor, (const char *const *)cli->arguments,
                                                      count, cli->call, &results, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    if (cli->is_json)
        json_open(&json, NULL, '{');
    for (size_t i = 0; i < count; i++) {
        const char *key = cli->arguments[i], *value = torctl_results_value(results, i);
        const size_t size = torctl_results_value_size_bytes(results, i);
        const int is_refused = torctl_results_status(results, i) != TORCTL_OK;
        if (is_refused)
            code = failed_with(torctl_results_status(results, i), torctl_results_error(results, i));
        if (!cli->is_json && !is_refused)
            put_info(key, value, size, count == 1);
        else if (cli->is_json && is_repeated(cli->arguments, (int)i))
            continue;
        else if (cli->is_json && is_refused)
            json_null(&json, key);
        else if (cli->is_json)
            json_text(&json, key, value, size);
    }
    if (cli->is_json)
        json_close(&json, '}');
    torctl_results_free(results);
    return code;
}

/* conf ------------------------------------------------------------------------------------------ */

/* An option's values are a list, as many of them may be given more than once. */
static void put_conf_json(const torctl_values *values)
{
    struct json json = {.out = stdout};
    const size_t count = torctl_values_count(values);

    json_open(&json, NULL, '{');
    for (size_t i = 0; i < count; i++) {
        const char *name = torctl_values_key(values, i);
        size_t before = 0;
        while (before < i && strcasecmp(torctl_values_key(values, before), name) != 0)
            before++;
        if (before < i)
            continue;
        json_open(&json, name, '[');
        for (size_t j = i; j < count; j++)
            if (strcasecmp(torctl_values_key(values, j), name) == 0 &&
                !torctl_values_is_unset(values, j))
                json_text(&json, NULL, torctl_values_value(values, j),
                          torctl_values_value_size_bytes(values, j));
        json_close(&json, ']');
    }
    json_close(&json, '}');
}

int run_conf_get(struct cli *cli)
{
    const size_t count = (size_t)cli->argument_count;
    torctl_values *values = NULL;
    torctl_status status;
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    if (count == 0)
        status = torctl_get_changed_conf(cli->tor, cli->call, &values, &cli->err);
    else
        status = torctl_get_conf_many(cli->tor, (const char *const *)cli->arguments, count,
                                      cli->call, &values, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    if (cli->is_json)
        put_conf_json(values);
    for (size_t i = 0; !cli->is_json && i < torctl_values_count(values); i++) {
        const char *name = torctl_values_key(values, i);
        if (count == 1 && torctl_values_is_unset(values, i))
            continue;
        if (count != 1)
            put_line_text(stdout, name, strlen(name));
        if (count != 1 && !torctl_values_is_unset(values, i))
            putchar(' ');
        put_text(stdout, torctl_values_value(values, i), torctl_values_value_size_bytes(values, i));
        putchar('\n');
    }
    torctl_values_free(values);
    return CODE_OK;
}

/* In JSON mode a command that only does something says that it is done. */
static int done(struct cli *cli, torctl_status status)
{
    struct json json = {.out = stdout};

    if (status != TORCTL_OK)
        return failed(cli, status);
    if (cli->is_json) {
        json_open(&json, NULL, '{');
        json_boolean(&json, "ok", 1);
        json_close(&json, '}');
    }
    return CODE_OK;
}

int run_conf_set(struct cli *cli)
{
    const size_t count = (size_t)cli->argument_count;
    const char **values = grow(NULL, count * sizeof *values);
    int code = CODE_OK;

    for (size_t i = 0; code == CODE_OK && i < count; i++) {
        char *equals = strchr(cli->arguments[i], '=');
        if (equals == NULL) {
            code = usage_error(cli, "%s: OPTION=VALUE is expected", cli->arguments[i]);
            break;
        }
        *equals = '\0';
        values[i] = equals + 1;
    }
    if (code == CODE_OK)
        code = connect_tor(cli, CONNECT_ONCE);
    if (code == CODE_OK)
        code = done(cli, torctl_set_conf_many(cli->tor, (const char *const *)cli->arguments, values,
                                              count, cli->call, &cli->err));
    free(values);
    return code;
}

int run_conf_reset(struct cli *cli)
{
    const size_t count = (size_t)cli->argument_count;
    const char **values = NULL;
    int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    values = grow(NULL, count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = NULL;
    code = done(cli, torctl_reset_conf_many(cli->tor, (const char *const *)cli->arguments, values,
                                            count, cli->call, &cli->err));
    free(values);
    return code;
}

int run_conf_save(struct cli *cli)
{
    const int code = connect_tor(cli, CONNECT_ONCE);
    return code ? code
                : done(cli, torctl_save_conf(cli->tor, cli->values[OPTION_FORCE] != NULL, cli->call,
                                             &cli->err));
}

int run_conf_list(struct cli *cli)
{
    struct table table = {.columns = 3};
    struct json json = {.out = stdout};
    torctl_config_options *options = NULL;
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    const torctl_status status =
        torctl_get_config_options(cli->tor, cli->call, &options, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    if (cli->is_json)
        json_open(&json, NULL, '[');
    for (size_t i = 0; i < torctl_config_options_count(options); i++) {
        const size_t defaults = torctl_config_options_default_count(options, i);
        const char *name = torctl_config_options_name(options, i),
                   *type = torctl_config_options_type(options, i);
        if (!cli->is_json) {
            table_cell(&table, "%s", name);
            table_cell(&table, "%s", type);
            table_cell(&table, "%s", defaults ? torctl_config_options_default(options, i, 0) : "");
            continue;
        }
        json_open(&json, NULL, '{');
        json_string(&json, "name", name);
        json_string(&json, "type", type);
        json_open(&json, "defaults", '[');
        for (size_t j = 0; j < defaults; j++)
            json_string(&json, NULL, torctl_config_options_default(options, i, j));
        json_close(&json, ']');
        json_close(&json, '}');
    }
    if (cli->is_json)
        json_close(&json, ']');
    table_write(&table, stdout);
    torctl_config_options_free(options);
    return CODE_OK;
}

/* signal, newnym -------------------------------------------------------------------------------- */

/* The number of a signal by tor's word or by that of POSIX, in either case; 0 if it is none. */
static int32_t find_signal(const char *word)
{
    static const struct {
        const char *word;
        int32_t number;
    } others[] = {{"HUP", TORCTL_SIGNAL_RELOAD},
                  {"INT", TORCTL_SIGNAL_SHUTDOWN},
                  {"USR1", TORCTL_SIGNAL_DUMP},
                  {"USR2", TORCTL_SIGNAL_DEBUG},
                  {"TERM", TORCTL_SIGNAL_HALT}};

    for (int32_t number = TORCTL_SIGNAL_RELOAD; *torctl_signal_name(number) != '\0'; number++)
        if (strcasecmp(torctl_signal_name(number), word) == 0)
            return number;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(others[i].word, word) == 0)
            return others[i].number;
    return TORCTL_SIGNAL_UNKNOWN;
}

int run_signal(struct cli *cli)
{
    const int32_t number = find_signal(cli->arguments[0]);

    if (number == TORCTL_SIGNAL_UNKNOWN)
        return usage_error(cli, "%s: there is no such signal", cli->arguments[0]);
    const int code = connect_tor(cli, CONNECT_ONCE);
    return code ? code : done(cli, torctl_signal(cli->tor, number, cli->call, &cli->err));
}

int run_newnym(struct cli *cli)
{
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    if (cli->values[OPTION_NO_WAIT])
        return done(cli, torctl_signal(cli->tor, TORCTL_SIGNAL_NEWNYM, cli->call, &cli->err));
    return done(cli, torctl_new_identity(cli->tor, timeout_ms(cli, -1), cli->call, &cli->err));
}

/* resolve --------------------------------------------------------------------------------------- */

int run_resolve(struct cli *cli)
{
    struct json json = {.out = stdout};
    int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    if (cli->is_json)
        json_open(&json, NULL, '{');
    for (int i = 0; i < cli->argument_count && !is_interrupted(); i++) {
        const char *name = cli->arguments[i];
        torctl_event *answer = NULL;
        torctl_error_free(cli->err);
        const torctl_status status =
            torctl_resolve(cli->tor, name, cli->values[OPTION_REVERSE] != NULL,
                           timeout_ms(cli, 120000), cli->call, &answer, &cli->err);
        if (status != TORCTL_OK)
            code = failed(cli, status);
        if (cli->is_json && !is_repeated(cli->arguments, i)) {
            if (answer != NULL)
                json_string(&json, name, torctl_addrmap_to(answer));
            else
                json_null(&json, name);
        } else if (answer != NULL && !cli->is_json) {
            const char *to = torctl_addrmap_to(answer);
            if (cli->argument_count > 1)
                printf("%s=", name);
            put_line_text(stdout, to, strlen(to));
            putchar('\n');
            fflush(stdout);
        }
        torctl_event_free(answer);
    }
    if (cli->is_json)
        json_close(&json, '}');
    return code;
}

/* health ---------------------------------------------------------------------------------------- */

static void put_health_numbers(struct json *json, const torctl_health *health)
{
    const struct {
        const char *name;
        int64_t number;
    } numbers[] = {{"bootstrap_percent", torctl_health_bootstrap_percent(health)},
                   {"clock_skew_s", torctl_health_clock_skew_s(health)},
                   {"guards", torctl_health_guards(health)},
                   {"guards_usable", torctl_health_guards_usable(health)},
                   {"guards_down", torctl_health_guards_down(health)},
                   {"onions", torctl_health_onions(health)},
                   {"onions_published", torctl_health_onions_published(health)}};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_signed(json, numbers[i].name, numbers[i].number);
    json_string(json, "bootstrap_summary", torctl_health_bootstrap_summary(health));
}

int run_health(struct cli *cli)
{
    struct table table = {.columns = 3};
    struct json json = {.out = stdout};
    torctl_health *health = NULL;
    const int code = connect_tor(cli, CONNECT_ONCE);

    if (code != CODE_OK)
        return code;
    const torctl_status status = torctl_get_health(cli->tor, cli->call, &health, &cli->err);
    if (status != TORCTL_OK)
        return failed(cli, status);
    const int32_t verdict = torctl_health_verdict(health);
    if (cli->is_json) {
        json_open(&json, NULL, '{');
        json_string(&json, "verdict", torctl_health_level_name(verdict));
        json_string(&json, "text", torctl_health_text(health, TORCTL_HEALTH_ITEM_ALL));
        put_health_numbers(&json, health);
        json_open(&json, "items", '{');
    } else {
        printf("%s  %s\n\n", torctl_health_level_name(verdict),
               torctl_health_text(health, TORCTL_HEALTH_ITEM_ALL));
    }
    for (int32_t item = TORCTL_HEALTH_ITEM_CONNECTION; *torctl_health_item_name(item) != '\0';
         item++) {
        const char *name = torctl_health_item_name(item), *text = torctl_health_text(health, item);
        const char *level = torctl_health_level_name(torctl_health_level(health, item));
        if (cli->is_json) {
            json_open(&json, name, '{');
            json_string(&json, "level", level);
            json_string(&json, "reason", torctl_reason_name(torctl_health_reason(health, item)));
            json_string(&json, "text", text);
            json_close(&json, '}');
        } else {
            table_cell(&table, "%s", name);
            table_cell(&table, "%s", *level ? level : "-");
            table_cell(&table, "%s", text);
        }
    }
    if (cli->is_json) {
        json_close(&json, '}');
        json_close(&json, '}');
    }
    table_write(&table, stdout);
    torctl_health_free(health);
    return verdict == TORCTL_HEALTH_OK || verdict == TORCTL_HEALTH_DEGRADED ? CODE_OK
                                                                            : CODE_REFUSED;
}
