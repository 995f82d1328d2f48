/* torctl: controls tor from the command line. Reads the command line, and calls the command's function. */

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

int usage_error(const struct cli *cli, const char *format, ...)
{
    va_list arguments;

    fputs("torctl: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    putc('\n', stderr);
    print_usage(cli->command, stderr);
    return CODE_USAGE;
}

long option_number(const struct cli *cli, enum option_id option, long otherwise)
{
    const char *text = cli->values[option];
    char *end = NULL;

    if (text == NULL)
        return otherwise;
    const long number = strtol(text, &end, 10);
    return end == text || *end != '\0' || number < 0 ? -1 : number;
}

/* Whether the command, NULL for all of them, has this option. */
static int has_option(const struct command *command, int option)
{
    if (option < OPTION_GLOBAL_COUNT)
        return 1;
    for (const enum option_id *own = command ? command->options : NULL;
         own && *own != OPTION_CONNECT; own++)
        if (*own == (enum option_id)option)
            return 1;
    return 0;
}

/* Starts getopt() anew, which every libc does in its own way. */
static void restart_getopt(void)
{
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)
    optreset = 1;
    optind = 1;
#else
    optind = 0;
#endif
}

/* Reads the options of the program, or of a command. CODE_USAGE if something is wrong. */
static int read_options(struct cli *cli, int count, char **arguments, int is_mixed)
{
    struct option long_options[OPTION_END + 1];
    char letters[2 * OPTION_END + 3];
    size_t length = 0;
    int chosen, known = 0;

    if (!is_mixed)
        letters[length++] = '+'; /* ends at the first word that is no option */
    letters[length++] = ':';
    for (int i = 0; i < OPTION_END; i++) {
        const struct option_row *row = &option_rows[i];
        if (!has_option(cli->command, i))
            continue;
        long_options[known++] =
            (struct option){row->name, row->argument ? required_argument : no_argument, NULL,
                            256 + i};
        if (row->letter)
            letters[length++] = row->letter;
        if (row->letter && row->argument)
            letters[length++] = ':';
    }
    letters[length] = '\0';
    long_options[known] = (struct option){0};
    restart_getopt();
    while ((chosen = getopt_long(count, arguments, letters, long_options, NULL)) != -1) {
        if (chosen == ':')
            return usage_error(cli, "%s needs an argument", arguments[optind - 1]);
        if (chosen == '?')
            return usage_error(cli, "unknown or wrong option: %s",
                               optopt && optopt < 256 ? (char[]){'-', (char)optopt, '\0'}
                                                      : arguments[optind - 1]);
        for (int i = 0; chosen < 256 && i < OPTION_END; i++)
            if (has_option(cli->command, i) && option_rows[i].letter == chosen)
                chosen = 256 + i;
        cli->values[chosen - 256] = optarg ? optarg : "";
    }
    cli->is_json = cli->values[OPTION_JSON] != NULL;
    return CODE_OK;
}

const struct command *find_command(int count, char *const *words, int *used)
{
    for (size_t i = 0; count > 0 && i < command_count; i++) {
        const char *name = commands[i].name;
        const char *blank = strchr(name, ' ');
        const size_t first = blank ? (size_t)(blank - name) : strlen(name);
        if (strncmp(words[0], name, first) != 0 || words[0][first] != '\0')
            continue;
        if (blank != NULL && (count < 2 || strcmp(words[1], blank + 1) != 0))
            continue;
        *used = blank ? 2 : 1;
        return &commands[i];
    }
    return NULL;
}

int run_command(struct cli *cli, int count, char **arguments)
{
    int used = 0;
    const struct command *command = find_command(count, arguments, &used);

    if (command == NULL && count == 0)
        return usage_error(cli, "a command is expected");
    if (command == NULL) {
        for (size_t i = 0; i < command_count; i++)
            if (strncmp(commands[i].name, arguments[0], strlen(arguments[0])) == 0 &&
                commands[i].name[strlen(arguments[0])] == ' ')
                return usage_error(
                    cli, "%s: another word is expected behind it: torctl --help lists them",
                    arguments[0]);
        return usage_error(cli, "%s: there is no such command", arguments[0]);
    }
    cli->command = command;
    /* getopt() takes the first word for the program's name. */
    const int code = read_options(cli, count - used + 1, arguments + used - 1, !command->is_prefix);
    if (code != CODE_OK)
        return code;
    if (cli->values[OPTION_HELP]) {
        print_help(command, stdout);
        return CODE_OK;
    }
    cli->arguments = arguments + used - 1 + optind;
    cli->argument_count = count - used + 1 - optind;
    if (cli->argument_count < command->at_least)
        return usage_error(cli, "an argument is missing");
    if (command->at_most >= 0 && cli->argument_count > command->at_most)
        return usage_error(cli, "%s: one argument too many", cli->arguments[command->at_most]);
    return command->run(cli);
}

int main(int argc, char **argv)
{
    struct cli cli = {.call = torctl_call_new()};
    int code = read_options(&cli, argc, argv, 0);

    if (code == CODE_OK && cli.values[OPTION_VERSION])
        printf("torctl %d.%d.%d, library %s\n", TORCTL_VERSION_MAJOR, TORCTL_VERSION_MINOR,
               TORCTL_VERSION_PATCH, torctl_version());
    else if (code == CODE_OK && cli.values[OPTION_HELP] && optind == argc)
        print_help(NULL, stdout);
    else if (code == CODE_OK)
        code = run_command(&cli, argc - optind, argv + optind);
    torctl_controller_free(cli.tor);
    torctl_error_free(cli.err);
    forget_signals();
    torctl_call_free(cli.call);
    if (is_interrupted() && code != CODE_OK) {
        fflush(stdout);
        end_by_signal();
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == CODE_OK) {
        perror("torctl: standard output");
        code = CODE_SYSTEM;
    }
    return code;
}
