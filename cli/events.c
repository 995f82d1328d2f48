/* events: shows them as they come. trace: another command with a recording, or with what is said. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

/* Events ---------------------------------------------------------------------------------------- */

/* A copy of tor's list of events without DEBUG and INFO, which would be most of what is shown. */
static torctl_status all_names(struct cli *cli, char **names)
{
    torctl_values *values = NULL;
    const torctl_status status =
        torctl_get_info(cli->tor, "events/names", cli->call, &values, &cli->err);

    *names = NULL;
    if (status == TORCTL_OK) {
        const char *value = torctl_values_value(values, 0);
        *names = strcpy(grow(NULL, strlen(value) + 1), value);
    }
    torctl_values_free(values);
    return status;
}

/* Also of the kinds that the library makes, which torctl_kind_from_name() leaves out as no words of tor. */
static int32_t find_kind(const char *name)
{
    for (int32_t kind = 1; kind < 63; kind++)
        if (strcasecmp(torctl_kind_name(kind), name) == 0 && *name != '\0')
            return kind;
    return TORCTL_EVENT_UNKNOWN;
}

/* Sorts a name: a kind of this version goes into `kinds`, another into the queue, if there is one. */
static torctl_status take_name(struct cli *cli, const char *name, uint64_t *kinds,
                               torctl_queue *queue)
{
    const int32_t kind = find_kind(name);

    if (kind != TORCTL_EVENT_UNKNOWN)
        *kinds |= TORCTL_KIND_BIT(kind);
    else if (queue != NULL)
        return torctl_queue_add_event_name(queue, name, cli->call, &cli->err);
    return TORCTL_OK;
}

static torctl_status take_names(struct cli *cli, char *const *words, int count, const char *all,
                                uint64_t *kinds, torctl_queue *queue)
{
    torctl_status status = TORCTL_OK;

    for (int i = 0; i < count && status == TORCTL_OK; i++) {
        if (strcasecmp(words[i], "ALL") != 0) {
            status = take_name(cli, words[i], kinds, queue);
            continue;
        }
        for (const char *at = all; *at != '\0' && status == TORCTL_OK; at += strspn(at, " ")) {
            const size_t length = strcspn(at, " ");
            char name[65] = "";
            if (length < sizeof name)
                memcpy(name, at, length);
            at += length;
            if (strcmp(name, "DEBUG") != 0 && strcmp(name, "INFO") != 0)
                status = take_name(cli, name, kinds, queue);
        }
    }
    return status;
}

torctl_status events_queue(struct cli *cli, char *const *words, int count, uint64_t more,
                           torctl_queue **queue)
{
    uint64_t kinds = more | TORCTL_KIND_BIT(TORCTL_EVENT_GAP);
    torctl_status status = TORCTL_OK;
    char *all = NULL;

    *queue = NULL;
    for (int i = 0; i < count && all == NULL && status == TORCTL_OK; i++)
        if (strcasecmp(words[i], "ALL") == 0)
            status = all_names(cli, &all);
    if (status == TORCTL_OK)
        status = take_names(cli, words, count, all ? all : "", &kinds, NULL);
    if (status == TORCTL_OK)
        status = torctl_queue_new(cli->tor, kinds, 0, 0, TORCTL_DROP_OLDEST, cli->call, queue,
                                  &cli->err);
    if (status == TORCTL_OK)
        status = take_names(cli, words, count, all ? all : "", &kinds, *queue);
    free(all);
    return status;
}

static int is_asked(const struct cli *cli, const char *name)
{
    for (int i = 0; i < cli->argument_count; i++)
        if (strcasecmp(cli->arguments[i], name) == 0)
            return 1;
    return 0;
}

int run_events(struct cli *cli)
{
    const long most = option_number(cli, OPTION_COUNT_EVENTS, 0);
    const int is_lasting = cli->values[OPTION_RECONNECT] != NULL;
    const uint64_t more = TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    struct json json = {.out = stdout};
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    char why[512] = "the connection was lost";

    if (most < 0)
        return usage_error(cli, "--count %s: a number is expected",
                           cli->values[OPTION_COUNT_EVENTS]);
    int code = connect_tor(cli, is_lasting ? CONNECT_AGAIN : CONNECT_ONCE);
    if (code != CODE_OK)
        return code;
    torctl_status status = events_queue(cli, cli->arguments, cli->argument_count, more, &queue);
    long shown = 0;
    while (status == TORCTL_OK && (most == 0 || shown < most)) {
        status = torctl_queue_next(queue, -1, cli->call, &event, &cli->err);
        if (status != TORCTL_OK)
            break;
        const int32_t kind = torctl_event_kind(event);
        if (kind == TORCTL_EVENT_STATE && *torctl_state_event_message(event))
            snprintf(why, sizeof why, "%s", torctl_state_event_message(event));
        if (kind != TORCTL_EVENT_STATE || is_lasting || is_asked(cli, "STATE")) {
            if (cli->is_json)
                json_event(&json, event, 0);
            else
                put_event(stdout, event);
            fflush(stdout);
            shown++;
        }
        torctl_event_free(event);
    }
    torctl_queue_free(queue);
    if (status == TORCTL_OK || (status == TORCTL_ERR_CANCELLED && is_interrupted()))
        return CODE_OK;
    if (status != TORCTL_END)
        return failed(cli, status);
    fprintf(stderr, "torctl: %s\n", why);
    return CODE_CONNECT;
}

/* Traces ---------------------------------------------------------------------------------------- */

/* Runs the command behind `skip` arguments in the same run. */
static int run_rest(struct cli *cli, int skip)
{
    int used = 0;
    const struct command *command =
        find_command(cli->argument_count - skip, cli->arguments + skip, &used);

    if (command != NULL && command->is_prefix)
        return usage_error(cli, "%s cannot stand there", command->name);
    return run_command(cli, cli->argument_count - skip, cli->arguments + skip);
}

int run_trace_record(struct cli *cli)
{
    cli->record_file = cli->arguments[0];
    return run_rest(cli, 1);
}

int run_trace_replay(struct cli *cli)
{
    cli->replay_file = cli->arguments[0];
    return run_rest(cli, 1);
}

static void show_line(int32_t direction, int64_t time_unix_us, const char *line, size_t size,
                      void *user_data)
{
    (void)time_unix_us;
    (void)user_data;
    fputs(direction == TORCTL_TRACE_IN    ? "< "
          : direction == TORCTL_TRACE_OUT ? "> "
                                          : "= ",
          stderr);
    put_line_text(stderr, line, size);
    putc('\n', stderr);
}

int run_trace_show(struct cli *cli)
{
    cli->trace = show_line;
    return run_rest(cli, 0);
}
