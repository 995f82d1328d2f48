/* Completion: what can stand there, from the tables and from the tor that runs, and the scripts that ask for it. */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

enum { PATIENCE_MS = 2000 }; /* somebody waits at a keyboard */

/* Calls `each` if the word begins so, in either case as tor's words do. */
static void offer(const char *word, size_t length, const char *begin, word_fn each, void *user_data)
{
    char text[256];

    if (length == 0 || length >= sizeof text || strncasecmp(word, begin, strlen(begin)) != 0 ||
        length < strlen(begin))
        return;
    memcpy(text, word, length);
    text[length] = '\0';
    each(text, user_data);
}

/* The first word of each line of tor's answer, or every word. The * at the end of "ns/id/\*" stands for anything. */
static void offer_info(torctl_controller *tor, const char *key, int is_lines, const char *begin,
                       word_fn each, void *user_data)
{
    torctl_call *call = torctl_call_new();
    torctl_values *values = NULL;

    torctl_call_set_timeout_ms(call, PATIENCE_MS);
    if (torctl_get_info(tor, key, call, &values, NULL) == TORCTL_OK) {
        for (const char *at = torctl_values_value(values, 0); *at != '\0';) {
            const size_t length = strcspn(at, " \n");
            offer(at, length > 0 && at[length - 1] == '*' ? length - 1 : length, begin, each,
                  user_data);
            at += is_lines ? strcspn(at, "\n") : length;
            at += strspn(at, " \n");
        }
    }
    torctl_values_free(values);
    torctl_call_free(call);
}

void each_word(torctl_controller *tor, enum words words, const char *begin, word_fn each,
               void *user_data)
{
    switch (words) {
    case WORDS_INFO:
        offer_info(tor, "info/names", 1, begin, each, user_data);
        break;
    case WORDS_CONF:
        offer_info(tor, "config/names", 1, begin, each, user_data);
        break;
    case WORDS_EVENTS:
        offer_info(tor, "events/names", 0, begin, each, user_data);
        for (const char *const *word = (const char *const[]){"ALL", "STATE", "HEALTH", "GAP", NULL};
             *word; word++)
            offer(*word, strlen(*word), begin, each, user_data);
        break;
    case WORDS_SIGNALS:
        offer_info(tor, "signal/names", 0, begin, each, user_data);
        break;
    case WORDS_COMMANDS: /* the first words of them, each once */
        for (size_t i = 0; i < command_count; i++) {
            const size_t length = strcspn(commands[i].name, " ");
            if (i == 0 || strncmp(commands[i - 1].name, commands[i].name,
                                  length + (commands[i].name[length] != 0)) != 0)
                offer(commands[i].name, length, begin, each, user_data);
        }
        break;
    case WORDS_NONE:
    case WORDS_FILES:
        break;
    }
}

/* The command line ------------------------------------------------------------------------------ */

static void put_word_line(const char *word, void *user_data)
{
    (void)user_data;
    puts(word);
}

static void offer_options(const struct command *command, const char *begin)
{
    char text[64];

    for (int i = 0; i < OPTION_GLOBAL_COUNT; i++) {
        snprintf(text, sizeof text, "--%s", option_rows[i].name);
        offer(text, strlen(text), begin, put_word_line, NULL);
    }
    for (const enum option_id *own = command ? command->options : NULL;
         own && *own != OPTION_CONNECT; own++) {
        snprintf(text, sizeof text, "--%s", option_rows[*own].name);
        offer(text, strlen(text), begin, put_word_line, NULL);
    }
}

/* The option that a word is, if its argument is the next word. */
static const struct option_row *option_before(const char *word)
{
    for (int i = 0; i < OPTION_END; i++) {
        const struct option_row *row = &option_rows[i];
        const int is_long = strncmp(word, "--", 2) == 0 && strcmp(word + 2, row->name) == 0;
        const int is_short =
            word[0] == '-' && row->letter && word[1] == row->letter && word[2] == '\0';
        if (row->argument != NULL && (is_long || is_short))
            return row;
    }
    return NULL;
}

/* What an option's argument can be. */
static void offer_argument(const struct option_row *row, const char *begin)
{
    if (row == &option_rows[OPTION_SORT]) {
        offer("name", 4, begin, put_word_line, NULL);
        offer("bandwidth", 9, begin, put_word_line, NULL);
    }
    for (int bit = 0; row == &option_rows[OPTION_FLAG] && bit < 62; bit++) {
        const char *flag = torctl_flag_name(UINT64_C(1) << bit);
        offer(flag, strlen(flag), begin, put_word_line, NULL);
    }
}

/* The second words of the commands that begin with this one. */
static void offer_second(const char *first, const char *begin)
{
    const size_t length = strlen(first);

    for (size_t i = 0; i < command_count; i++)
        if (strncmp(commands[i].name, first, length) == 0 && commands[i].name[length] == ' ')
            offer(commands[i].name + length + 1, strlen(commands[i].name + length + 1), begin,
                  put_word_line, NULL);
}

/* What the words of the command line mean so far, without those that are options and their arguments. */
struct typed {
    char *words[64];
    int count;
    const struct option_row *open; /* the option whose argument is being typed */
};

static struct typed read_typed(struct cli *cli, char **words, int count)
{
    struct typed typed = {.count = 0};

    for (int i = 0; i < count; i++) {
        const struct option_row *row = words[i][0] == '-' ? option_before(words[i]) : NULL;
        if (row != NULL && i + 1 == count)
            typed.open = row;
        else if (row != NULL)
            cli->values[row - option_rows] = words[++i];
        else if (words[i][0] != '-' && typed.count < 64)
            typed.words[typed.count++] = words[i];
        else if (strncmp(words[i], "--connect=", 10) == 0)
            cli->values[OPTION_CONNECT] = words[i] + 10;
    }
    return typed;
}

int run_complete(struct cli *cli)
{
    const int count = cli->argument_count;
    const char *last = count > 0 ? cli->arguments[count - 1] : "";
    struct typed typed = read_typed(cli, cli->arguments, count > 0 ? count - 1 : 0);
    char **words = typed.words;
    int used = 0;
    const struct command *command = find_command(typed.count, words, &used);

    /* Behind "trace record FILE" another command begins. */
    while (command != NULL && command->is_prefix && typed.count >= used + command->at_least - 1) {
        const int skipped = used + command->at_least - 1;
        words += skipped;
        typed.count -= skipped;
        command = find_command(typed.count, words, &used);
        if (command == NULL && typed.count == 0)
            break;
    }
    if (typed.open != NULL)
        offer_argument(typed.open, last);
    else if (last[0] == '-')
        offer_options(command, last);
    else if (command == NULL && typed.count == 0)
        each_word(NULL, WORDS_COMMANDS, last, put_word_line, NULL);
    else if (command == NULL && typed.count == 1)
        offer_second(words[0], last);
    else if (command != NULL && command->words == WORDS_COMMANDS)
        each_word(NULL, WORDS_COMMANDS, last, put_word_line, NULL);
    else if (command != NULL && command->words != WORDS_NONE && command->words != WORDS_FILES) {
        if (connect_tor(cli, CONNECT_ONCE) != CODE_OK)
            return CODE_CONNECT;
        each_word(cli->tor, command->words, last, put_word_line, NULL);
    }
    return CODE_OK;
}

/* The scripts ----------------------------------------------------------------------------------- */

int run_completion(struct cli *cli)
{
    static const struct {
        const char *shell, *script;
    } scripts[] = {
        {"bash",
         "# torctl's completion for bash. Made by \"torctl completion bash\".\n"
         "_torctl()\n"
         "{\n"
         "    local IFS=$'\\n'\n"
         "    COMPREPLY=($(torctl complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null </dev/null))\n"
         "}\n"
         "complete -o default -F _torctl torctl\n"},
        {"zsh",
         "#compdef torctl\n"
         "# torctl's completion for zsh. Made by \"torctl completion zsh\".\n"
         "local -a found\n"
         "found=(${(f)\"$(torctl complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null </dev/null)\"})\n"
         "if (( $#found )); then\n"
         "    compadd -M 'm:{a-zA-Z}={A-Za-z}' -a found\n"
         "else\n"
         "    _files\n"
         "fi\n"},
        {"fish", "# torctl's completion for fish. Made by \"torctl completion fish\".\n"
                 "function __torctl_complete\n"
                 "    set -l words (commandline -opc) (commandline -ct)\n"
                 "    set -l found (torctl complete -- $words[2..-1] 2>/dev/null </dev/null)\n"
                 "    if test (count $found) -gt 0\n"
                 "        printf '%s\\n' $found\n"
                 "    else\n"
                 "        __fish_complete_path (commandline -ct)\n"
                 "    end\n"
                 "end\n"
                 "complete -c torctl -f -a '(__torctl_complete)'\n"},
    };

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        if (strcmp(cli->arguments[0], scripts[i].shell) != 0)
            continue;
        fputs(scripts[i].script, stdout);
        return CODE_OK;
    }
    return usage_error(cli, "%s: bash, zsh or fish is expected", cli->arguments[0]);
}
