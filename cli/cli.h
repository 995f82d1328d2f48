/*
 * torctl, the program: what its files share.
 *
 * main.c reads the command line by the tables of commands.c, and calls the command's function, which is in the file of
 * its topic. connect.c makes the connection, out.c writes text and JSON, event_out.c writes events.
 */

#ifndef TORCTL_CLI_H
#define TORCTL_CLI_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <torctl.h>

/* What the program ends with: exit_codes of commands.c describes them. */
enum {
    CODE_OK = 0,
    CODE_REFUSED = 1,
    CODE_USAGE = 2,
    CODE_CONNECT = 3,
    CODE_AUTH = 4,
    CODE_TIMEOUT = 5,
    CODE_FILTERED = 6,
    CODE_SYSTEM = 7
};

enum option_id {
    OPTION_CONNECT,
    OPTION_PORT_FILE,
    OPTION_PASSWORD_FILE,
    OPTION_COOKIE_FILE,
    OPTION_TIMEOUT,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_GLOBAL_COUNT, /* those of single commands follow */
    OPTION_COUNT_EVENTS = OPTION_GLOBAL_COUNT,
    OPTION_RECONNECT,
    OPTION_FORCE,
    OPTION_FLAG,
    OPTION_COUNTRY,
    OPTION_SORT,
    OPTION_LIMIT,
    OPTION_KEY_FILE,
    OPTION_DETACH,
    OPTION_WAIT,
    OPTION_NO_WAIT,
    OPTION_CLIENT,
    OPTION_REVERSE,
    OPTION_DATA_DIRECTORY,
    OPTION_KEEP_RUNNING,
    OPTION_NO_BOOTSTRAP,
    OPTION_TOR,
    OPTION_SECONDS,
    OPTION_HISTORY,
    OPTION_LISTEN,
    OPTION_END
};

/* An option of the command line. */
struct option_row {
    const char *name;
    char letter;          /* or 0 */
    const char *argument; /* what its argument is called in texts; NULL if it has none */
    const char *text;
};
extern const struct option_row option_rows[OPTION_END];

/* What can stand where an argument of a command is expected, for completion. */
enum words {
    WORDS_NONE,
    WORDS_INFO,
    WORDS_CONF,
    WORDS_EVENTS,
    WORDS_SIGNALS,
    WORDS_FILES,
    WORDS_COMMANDS
};

struct cli;
struct command {
    const char *name;      /* one word or two */
    const char *arguments; /* in texts */
    const char *summary;
    const char *text;      /* paragraphs, separated by "\n\n" */
    int at_least, at_most; /* arguments; -1 is any number */
    int is_prefix;         /* the arguments are another command with its own options */
    enum words words;
    enum option_id options[8]; /* up to the first OPTION_CONNECT, which is every command's */
    int (*run)(struct cli *cli);
};
extern const struct command commands[];
extern const size_t command_count;

struct exit_row {
    int code;
    const char *text;
};
extern const struct exit_row exit_rows[];
extern const size_t exit_count;

/* One run of the program. */
struct cli {
    const struct command *command;
    const char *values[OPTION_END]; /* NULL if not given, "" for one without argument */
    char **arguments;
    int argument_count;
    int is_json;
    const char *record_file;
    const char *replay_file;
    torctl_trace_fn trace;
    torctl_controller *tor;
    torctl_call *call; /* that of every request: Ctrl-C cancels it */
    torctl_error *err;
};

/* main.c: ------------------------------------------------------------------------------------- */

/* Runs the command that `arguments` begin with. */
int run_command(struct cli *cli, int count, char **arguments);
/* The command of these words, and how many of them are its name. NULL if there is none. */
const struct command *find_command(int count, char *const *words, int *used);
/* Says on standard error what is wrong with the command line. */
int usage_error(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The number in an option's argument; `otherwise` if the option was not given, -1 if it is no number from 0 on. */
long option_number(const struct cli *cli, enum option_id option, long otherwise);

/* help.c: ------------------------------------------------------------------------------------- */

void print_help(const struct command *command, FILE *out);
void print_usage(const struct command *command, FILE *out);
int run_help(struct cli *cli);
int run_manual(struct cli *cli);

/* connect.c: ---------------------------------------------------------------------------------- */

enum {
    CONNECT_ONCE,
    CONNECT_AGAIN /* reconnects */,
    CONNECT_START /* and does not wait for the first connection */
};

/* Connects as the command line says. CODE_OK; otherwise says what went wrong, and gives the exit code for it. */
int connect_tor(struct cli *cli, int how);
/* The options of the command line. NULL if they are wrong, which was said then. */
torctl_options *connection_options(struct cli *cli);
/* What --timeout says, or else `otherwise`. */
int32_t timeout_ms(const struct cli *cli, int32_t otherwise);
/* Writes what has failed to standard error and gives the exit code for it. */
int failed(struct cli *cli, torctl_status status);
int failed_with(torctl_status status, const torctl_error *err);
int exit_code(torctl_status status);
/* From now on Ctrl-C and SIGTERM cancel cli->call and make what waits for `is_interrupted` look. */
void catch_signals(struct cli *cli);
int is_interrupted(void); /* the signal's number, or 0 */
/* After a signal: as if none had come. cli->call is another one. For what goes on after Ctrl-C. */
void rearm_signals(struct cli *cli);
/* Signals have no effect from now on: cli->call can be freed. */
void forget_signals(void);
/* Ends the program by the signal that was caught, so that a shell knows. */
void end_by_signal(void);
/* Becomes readable when a signal was caught. */
int interrupt_fd(void);
/* A whole file, or standard input for "-", with a NUL behind it; NULL with errno. The caller frees it. */
char *read_file(const char *path, size_t limit, size_t *size);

/* out.c: -------------------------------------------------------------------------------------- */

/* The bytes of the UTF-8 character there, 0 if it is none. */
size_t utf8_length(const char *at, size_t left);
/* JSON on a stream: the names are NULL inside arrays and for a whole document, which gets a line of its own. */
struct json {
    FILE *out;
    int depth;
    unsigned has_items; /* a bit for each depth */
};
void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);
void json_text(struct json *json, const char *name, const char *text, size_t size);
void json_string(struct json *json, const char *name, const char *text);
void json_signed(struct json *json, const char *name, int64_t number);
void json_unsigned(struct json *json, const char *name, uint64_t number);
void json_float(struct json *json, const char *name, double number);
void json_boolean(struct json *json, const char *name, int is_true);
void json_null(struct json *json, const char *name);

/* Text in one line: what a terminal would take for a command becomes \xNN. */
void put_line_text(FILE *out, const char *text, size_t size);
/* Text as it is; but on a terminal, where line feeds and tabs stay, the rest like put_line_text(). */
void put_text(FILE *out, const char *text, size_t size);
/* In one word: quoted if it has blanks or is empty. */
void put_word(FILE *out, const char *text, size_t size);
void put_time(FILE *out, int64_t unix_us);

/* Rows of cells, written in columns. */
struct table {
    size_t columns, count, room;
    char **cells;
};
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes it, and frees what it holds. */
void table_write(struct table *table, FILE *out);
void *grow(void *memory, size_t size); /* realloc() that ends the program when there is no memory */

/* event_out.c: -------------------------------------------------------------------------------- */

void put_value(FILE *out, const torctl_value *value);
void json_value(struct json *json, const char *name, const torctl_value *value);
/* One line, and the event's data in lines that begin with four blanks. */
void put_event(FILE *out, const torctl_event *event);
/* An object with the fields of the event; `is_list` leaves out what only a stream of events needs. */
void json_event(struct json *json, const torctl_event *event, int is_list);

/* events.c: ----------------------------------------------------------------------------------- */

/* A queue with the kinds of these words, names of newer kinds and "ALL" included. */
torctl_status events_queue(struct cli *cli, char *const *words, int count, uint64_t more,
                           torctl_queue **queue);

/* complete.c: --------------------------------------------------------------------------------- */

/* Calls `each` with every word that can stand there and begins with `begin`. */
typedef void (*word_fn)(const char *word, void *user_data);
void each_word(torctl_controller *tor, enum words words, const char *begin, word_fn each,
               void *user_data);

/* lines.c: --------------------------------------------------------------------------------- */

/* Reads lines from standard input, from a terminal with editing. `each` gets every line, and NULL at the end. */
void lines_begin(const char *prompt, void (*each)(const char *line),
                 void (*complete)(const char *before, const char *begin, word_fn each,
                                  void *user_data));
/* To be called when standard input is readable, or may be. */
void lines_read(void);
/* Around whatever is written while somebody may be typing. */
void lines_hide(void);
void lines_show(void);
/* Forgets what was typed, as Ctrl-C does. */
void lines_clear(void);
void lines_end(void);
/* The history: a file of its owner alone. An empty path is none. */
void history_begin(const char *path);
void history_keep(const char *line);
void history_end(void);
/* Whether a line of the control protocol has what nobody else may read. */
int is_secret(const char *line);

/* metrics.c: ------------------------------------------------------------------------------- */

/* One round of questions to tor, which are all begun. */
struct scrape;
struct scrape *scrape_begin(torctl_controller *tor, const torctl_queue *queue);
/* Takes an event of the queue. 1 when all answers are there. */
int scrape_take(struct scrape *scrape, const torctl_event *event);
int scrape_is_over(const struct scrape *scrape);
/* The metrics as text, which the caller frees. Frees the scrape. */
char *scrape_end(struct scrape *scrape, size_t *size);

/* The commands' functions: -------------------------------------------------------------------- */

int run_get(struct cli *cli);
int run_conf_get(struct cli *cli);
int run_conf_set(struct cli *cli);
int run_conf_reset(struct cli *cli);
int run_conf_save(struct cli *cli);
int run_conf_list(struct cli *cli);
int run_signal(struct cli *cli);
int run_resolve(struct cli *cli);
int run_newnym(struct cli *cli);
int run_health(struct cli *cli);
int run_events(struct cli *cli);
int run_circuits(struct cli *cli);
int run_streams(struct cli *cli);
int run_relays(struct cli *cli);
int run_onion_add(struct cli *cli);
int run_onion_del(struct cli *cli);
int run_onion_status(struct cli *cli);
int run_bridges_check(struct cli *cli);
int run_launch(struct cli *cli);
int run_trace_record(struct cli *cli);
int run_trace_replay(struct cli *cli);
int run_trace_show(struct cli *cli);
int run_graph(struct cli *cli);
int run_prompt(struct cli *cli);
int run_exporter(struct cli *cli);
int run_completion(struct cli *cli);
int run_complete(struct cli *cli);

#endif
