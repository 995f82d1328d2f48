/* launch: a tor of one's own, which ends with the command. */

#include <string.h>

#include "cli.h"

static torctl_status show_progress(int32_t percent, const char *summary, const torctl_event *event,
                                   void *user_data)
{
    const struct cli *cli = user_data;
    const char *warning = torctl_status_event_warning(event);
    struct json json = {.out = stdout};

    if (cli->is_json) {
        json_open(&json, NULL, '{');
        json_string(&json, "event", "bootstrap");
        json_signed(&json, "percent", percent);
        json_string(&json, "summary", summary);
        if (*warning)
            json_string(&json, "warning", warning);
        json_close(&json, '}');
    } else {
        printf("%3d %% %s\n", (int)percent, summary);
        if (*warning) {
            fputs("      ", stdout);
            put_line_text(stdout, warning, strlen(warning));
            putchar('\n');
        }
    }
    fflush(stdout);
    return TORCTL_OK;
}

static torctl_launch_options *launch_options(struct cli *cli)
{
    torctl_launch_options *options = torctl_launch_options_new();
    const char *const *values = cli->values;
    torctl_options *connection = connection_options(cli);
    torctl_status status = TORCTL_OK;

    if (connection == NULL) {
        torctl_launch_options_free(options);
        return NULL;
    }
    for (int i = 0; i < cli->argument_count && status == TORCTL_OK; i++) {
        char *equals = strchr(cli->arguments[i], '=');
        if (equals == NULL) {
            usage_error(cli, "%s: OPTION=VALUE is expected", cli->arguments[i]);
            torctl_options_free(connection);
            torctl_launch_options_free(options);
            return NULL;
        }
        *equals = '\0';
        status = torctl_launch_options_add(options, cli->arguments[i], equals + 1, &cli->err);
    }
    if (status == TORCTL_OK)
        status = torctl_launch_options_set_controller(options, connection, &cli->err);
    if (status == TORCTL_OK && values[OPTION_DATA_DIRECTORY])
        status = torctl_launch_options_set_data_directory(options, values[OPTION_DATA_DIRECTORY],
                                                          &cli->err);
    if (status == TORCTL_OK && values[OPTION_TOR])
        status = torctl_launch_options_set_program(options, values[OPTION_TOR], &cli->err);
    if (status == TORCTL_OK && values[OPTION_KEEP_RUNNING])
        status = torctl_launch_options_set_keep_running(options, 1, &cli->err);
    if (status == TORCTL_OK && !values[OPTION_NO_BOOTSTRAP])
        status = torctl_launch_options_set_bootstrap(options, show_progress, cli,
                                                     timeout_ms(cli, 120000),
                                                     timeout_ms(cli, 60000), &cli->err);
    torctl_options_free(connection);
    if (status != TORCTL_OK) {
        failed(cli, status);
        torctl_launch_options_free(options);
        return NULL;
    }
    return options;
}

/* What somebody needs who wants to use this tor. */
static void show_ready(struct cli *cli)
{
    struct json json = {.out = stdout};
    torctl_values *version = NULL;
    torctl_endpoints *socks = NULL;

    if (torctl_get_info(cli->tor, "version", cli->call, &version, NULL) != TORCTL_OK ||
        torctl_get_endpoints(cli->tor, "socks", cli->call, &socks, NULL) != TORCTL_OK) {
        /* It is left out; what follows finds that tor is gone. */
    }
    if (cli->is_json) {
        json_open(&json, NULL, '{');
        json_string(&json, "event", "ready");
        json_string(&json, "version", torctl_values_value(version, 0));
        json_signed(&json, "pid", torctl_launched_pid(cli->tor));
        json_string(&json, "data_directory", torctl_launched_data_directory(cli->tor));
        json_open(&json, "socks", '[');
    } else {
        printf("tor %s, process %lld, directory %s\n", torctl_values_value(version, 0),
               (long long)torctl_launched_pid(cli->tor), torctl_launched_data_directory(cli->tor));
    }
    for (size_t i = 0; i < torctl_endpoints_count(socks); i++) {
        const char *address = torctl_endpoints_address(socks, i);
        const unsigned port = torctl_endpoints_port(socks, i);
        char text[256];
        snprintf(text, sizeof text,
                 port == 0              ? "unix:%s"
                 : strchr(address, ':') ? "[%s]:%u"
                                        : "%s:%u",
                 address, port);
        if (cli->is_json)
            json_string(&json, NULL, text);
        else
            printf("SOCKS at %s\n", text);
    }
    if (cli->is_json) {
        json_close(&json, ']');
        json_close(&json, '}');
    }
    fflush(stdout);
    torctl_values_free(version);
    torctl_endpoints_free(socks);
}

int run_launch(struct cli *cli)
{
    int32_t exit_status = 0, signal = 0;
    torctl_launch_options *options = launch_options(cli);

    if (options == NULL)
        return CODE_USAGE;
    catch_signals(cli);
    torctl_status status = torctl_launch(options, cli->call, &cli->tor, &cli->err);
    torctl_launch_options_free(options);
    if (status != TORCTL_OK)
        return failed(cli, status);
    show_ready(cli);
    if (cli->values[OPTION_KEEP_RUNNING])
        return CODE_OK;
    status = torctl_launched_wait(cli->tor, -1, cli->call, &exit_status, &signal, &cli->err);
    if (status == TORCTL_ERR_CANCELLED && is_interrupted())
        return CODE_OK;
    if (status != TORCTL_OK)
        return failed(cli, status);
    fprintf(stderr,
            signal ? "torctl: tor was ended by signal %d\n"
                   : "torctl: tor has ended with status %d\n",
            (int)(signal ? signal : exit_status));
    return CODE_CONNECT;
}
