/* prompt: commands of the control protocol, typed one after the other, while events are shown. */

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli.h"

static struct {
    struct cli *cli;
    torctl_queue *queue;
    int is_over, code;
} prompt;

static const char help_text[] =
    "Commands of the control protocol, such as GETINFO version, are sent to tor.\n"
    "/info RELAY      what tor knows of a relay, by name or fingerprint\n"
    "/events KIND...  show these events; without a kind, none\n"
    "/help            this\n"
    "/quit            end, as Ctrl-D does\n";

/* Writes a failure, and forgets it. */
static void say_failure(torctl_status status)
{
    prompt.code = status == TORCTL_ERR_CANCELLED ? CODE_OK : failed(prompt.cli, status);
    torctl_error_free(prompt.cli->err);
    prompt.cli->err = NULL;
}

/* Commands -------------------------------------------------------------------------------------- */

static void put_reply(const torctl_reply *reply)
{
    const int is_refused = torctl_reply_code(reply) >= 400;

    for (size_t i = 0; i < torctl_reply_line_count(reply); i++) {
        if (is_refused)
            printf("%d ", torctl_reply_line_code(reply, i));
        put_line_text(stdout, torctl_reply_line_text(reply, i),
                      torctl_reply_line_size_bytes(reply, i));
        putchar('\n');
        if (torctl_reply_line_has_data(reply, i)) {
            const char *data = torctl_reply_line_data(reply, i);
            const size_t size = torctl_reply_line_data_size_bytes(reply, i);
            put_text(stdout, data, size);
            if (size > 0 && data[size - 1] != '\n')
                putchar('\n');
        }
    }
    prompt.code = is_refused ? CODE_REFUSED : CODE_OK;
}

static void send_command(const char *line)
{
    struct cli *cli = prompt.cli;
    torctl_reply *reply = NULL;
    const torctl_status status =
        torctl_request(cli->tor, line, NULL, 0, cli->call, &reply, &cli->err);

    if (status == TORCTL_OK)
        put_reply(reply);
    else
        say_failure(status);
    torctl_reply_free(reply);
}

/* The words of a text, in place. */
static int split(char *text, char *words[], int most)
{
    int count = 0;
    for (char *word = strtok(text, " \t"); word != NULL && count < most; word = strtok(NULL, " \t"))
        words[count++] = word;
    return count;
}

static void choose_events(char *const *words, int count)
{
    torctl_queue *queue = NULL;
    const torctl_status status =
        events_queue(prompt.cli, words, count, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), &queue);

    if (status != TORCTL_OK) {
        torctl_queue_free(queue);
        say_failure(status);
        return;
    }
    torctl_queue_free(prompt.queue);
    prompt.queue = queue;
    prompt.code = CODE_OK;
}

static void put_field(const char *name, const char *value)
{
    if (*value == '\0')
        return;
    printf("%-12s ", name);
    put_line_text(stdout, value, strlen(value));
    putchar('\n');
}

static void put_relay(const torctl_router *router)
{
    struct cli *cli = prompt.cli;
    const char *address = torctl_router_address(router);
    torctl_results *country = NULL;
    torctl_descriptors *descriptors = NULL;
    char text[128];

    put_field("name", torctl_router_nickname(router));
    put_field("fingerprint", torctl_router_fingerprint(router));
    snprintf(text, sizeof text, "%s:%u", address, (unsigned)torctl_router_or_port(router));
    put_field("address", text);
    if (torctl_get_countries(cli->tor, &address, 1, cli->call, &country, NULL) == TORCTL_OK &&
        *torctl_results_value(country, 0) != '?')
        put_field("country", torctl_results_value(country, 0));
    put_field("flags", torctl_router_flags_text(router));
    if (torctl_router_bandwidth_bytes_per_second(router) > 0) {
        snprintf(text, sizeof text, "%lld kB/s",
                 (long long)(torctl_router_bandwidth_bytes_per_second(router) / 1000));
        put_field("bandwidth", text);
    }
    put_field("version", torctl_router_version(router));
    snprintf(text, sizeof text, "desc/id/%s", torctl_router_fingerprint(router));
    if (torctl_get_descriptors(cli->tor, text, cli->call, &descriptors, NULL) == TORCTL_OK) {
        const torctl_descriptor *descriptor = torctl_descriptors_get(descriptors, 0);
        put_field("platform", torctl_descriptor_platform(descriptor));
        put_field("contact", torctl_descriptor_contact(descriptor));
    }
    torctl_results_free(country);
    torctl_descriptors_free(descriptors);
}

static void show_relay(const char *relay)
{
    struct cli *cli = prompt.cli;
    torctl_routers *routers = NULL;
    char key[128];

    relay += *relay == '$';
    snprintf(key, sizeof key,
             strlen(relay) == 40 && strspn(relay, "0123456789abcdefABCDEF") == 40 ? "ns/id/%s"
                                                                                  : "ns/name/%s",
             relay);
    const torctl_status status = torctl_get_routers(cli->tor, key, cli->call, &routers, &cli->err);
    if (status != TORCTL_OK) {
        say_failure(status);
    } else {
        prompt.code = torctl_routers_count(routers) > 0 ? CODE_OK : CODE_REFUSED;
        if (prompt.code != CODE_OK)
            fprintf(stderr, "torctl: tor knows no relay %s\n", relay);
        for (size_t i = 0; i < torctl_routers_count(routers); i++)
            put_relay(torctl_routers_get(routers, i));
    }
    torctl_routers_free(routers);
}

static void run_slash(char *line)
{
    char *words[64];
    const int count = split(line, words, 64);

    if (strcmp(words[0], "/quit") == 0)
        prompt.is_over = 1;
    else if (strcmp(words[0], "/help") == 0)
        fputs(help_text, stdout);
    else if (strcmp(words[0], "/events") == 0)
        choose_events(words + 1, count - 1);
    else if (strcmp(words[0], "/info") == 0 && count == 2)
        show_relay(words[1]);
    else {
        printf("%s: /help says what there is\n", words[0]);
        prompt.code = CODE_USAGE;
    }
}

static void run_line(const char *typed)
{
    if (typed == NULL || prompt.is_over) {
        prompt.is_over = 1;
        return;
    }
    if (is_interrupted() == SIGINT) /* while readline asked something of its own */
        rearm_signals(prompt.cli);
    const char *begin = typed + strspn(typed, " \t");
    char *line = strcpy(grow(NULL, strlen(begin) + 1), begin);
    for (size_t length = strlen(line); length > 0 && isspace((unsigned char)line[length - 1]);
         length--)
        line[length - 1] = '\0';
    if (*line != '\0') {
        if (begin == typed) /* as in shells, a blank before the line leaves it out */
            history_keep(line);
        if (*line == '/')
            run_slash(line);
        else if (strncasecmp(line, "SETEVENTS", 9) == 0 && (line[9] == ' ' || line[9] == '\0')) {
            char *words[64];
            choose_events(words, split(line + 9, words, 64));
        } else if (strcasecmp(line, "QUIT") == 0)
            prompt.is_over = 1;
        else
            send_command(line);
    }
    free(line);
    fflush(stdout);
    if (prompt.is_over)
        lines_end();
}

/* Completion ------------------------------------------------------------------------------------ */

static void offer_all(const char *const *list, const char *begin, word_fn each, void *user_data)
{
    for (; *list != NULL; list++)
        if (strncasecmp(*list, begin, strlen(begin)) == 0)
            each(*list, user_data);
}

static void complete(const char *before, const char *begin, word_fn each, void *user_data)
{
    static const char *const commands_of_tor[] = {"GETINFO",
                                                  "GETCONF",
                                                  "SETCONF",
                                                  "RESETCONF",
                                                  "SAVECONF",
                                                  "SIGNAL",
                                                  "SETEVENTS",
                                                  "MAPADDRESS",
                                                  "EXTENDCIRCUIT",
                                                  "SETCIRCUITPURPOSE",
                                                  "ATTACHSTREAM",
                                                  "REDIRECTSTREAM",
                                                  "CLOSESTREAM",
                                                  "CLOSECIRCUIT",
                                                  "RESOLVE",
                                                  "PROTOCOLINFO",
                                                  "TAKEOWNERSHIP",
                                                  "DROPGUARDS",
                                                  "DROPOWNERSHIP",
                                                  "DROPTIMEOUTS",
                                                  "HSFETCH",
                                                  "ADD_ONION",
                                                  "DEL_ONION",
                                                  "ONION_CLIENT_AUTH_ADD",
                                                  "ONION_CLIENT_AUTH_REMOVE",
                                                  "ONION_CLIENT_AUTH_VIEW",
                                                  "USEFEATURE",
                                                  "QUIT",
                                                  "/events",
                                                  "/help",
                                                  "/info",
                                                  "/quit",
                                                  NULL};
    static const struct {
        const char *word;
        enum words words;
    } arguments[] = {{"GETINFO", WORDS_INFO},   {"GETCONF", WORDS_CONF},
                     {"SETCONF", WORDS_CONF},   {"RESETCONF", WORDS_CONF},
                     {"SIGNAL", WORDS_SIGNALS}, {"SETEVENTS", WORDS_EVENTS},
                     {"/events", WORDS_EVENTS}};

    before += strspn(before, " ");
    if (*before == '\0') {
        offer_all(commands_of_tor, begin, each, user_data);
        return;
    }
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        const size_t length = strlen(arguments[i].word);
        if (strncasecmp(before, arguments[i].word, length) == 0 && before[length] == ' ')
            each_word(prompt.cli->tor, arguments[i].words, begin, each, user_data);
    }
}

/* The loop -------------------------------------------------------------------------------------- */

/* Of each attempt to connect anew nobody wants to know. */
static int is_hidden_state(const torctl_event *event)
{
    const char *cause = torctl_state_event_cause(event);
    return torctl_event_kind(event) == TORCTL_EVENT_STATE &&
           torctl_state_event_state(event) != TORCTL_STATE_READY &&
           (*cause == '\0' || strcmp(cause, "CONNECT") == 0);
}

/* Shows the events that wait, above the line that is being typed. */
static void show_events(void)
{
    torctl_event *event = NULL;
    int is_hidden = 0;

    while (torctl_queue_next(prompt.queue, 0, NULL, &event, NULL) == TORCTL_OK) {
        if (is_hidden_state(event)) {
            torctl_event_free(event);
            continue;
        }
        if (!is_hidden)
            lines_hide();
        is_hidden = 1;
        put_event(stdout, event);
        torctl_event_free(event);
    }
    if (is_hidden)
        lines_show();
}

/* Ctrl-C ends what runs and clears the line; any other signal ends the prompt. */
static void take_signal(void)
{
    if (is_interrupted() != SIGINT) {
        prompt.is_over = 1;
        return;
    }
    rearm_signals(prompt.cli);
    lines_clear();
}

int run_prompt(struct cli *cli)
{
    const int code = connect_tor(cli, CONNECT_AGAIN);
    const int is_terminal = isatty(STDIN_FILENO);

    if (code != CODE_OK)
        return code;
    prompt.cli = cli;
    choose_events(NULL, 0);
    if (prompt.queue == NULL)
        return CODE_CONNECT;
    history_begin(cli->values[OPTION_HISTORY]);
    lines_begin("tor> ", run_line, complete);
    while (!prompt.is_over) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = torctl_queue_fd(prompt.queue), .events = POLLIN},
                               {.fd = interrupt_fd(), .events = POLLIN}};
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            break;
        if (is_interrupted())
            take_signal();
        else if (fds[1].revents)
            show_events();
        else if (fds[0].revents)
            lines_read();
    }
    lines_end();
    history_end();
    torctl_queue_free(prompt.queue);
    return is_terminal || is_interrupted() ? CODE_OK : prompt.code;
}
