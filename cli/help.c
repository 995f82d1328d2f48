/* --help and the manual page, from the tables of commands.c. */

#include <string.h>

#include "cli.h"

enum { WIDTH = 79 };

/* Writes a text in lines that are indented; `column` is where the first one is already. */
static void put_wrapped(FILE *out, const char *text, int indent, int column)
{
    for (const char *word = text; *word != '\0';) {
        const size_t length = strcspn(word, " \n");
        const int needs_space = column > indent;
        if (needs_space && column + 1 + (int)length > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (needs_space) {
            putc(' ', out);
            column++;
        } else if (column < indent) {
            fprintf(out, "%*s", indent - column, "");
            column = indent;
        }
        fwrite(word, 1, length, out);
        column += (int)length;
        word += length;
        if (strncmp(word, "\n\n", 2) == 0) {
            fputs("\n\n", out);
            column = 0;
        }
        word += strspn(word, " \n");
    }
    putc('\n', out);
}

static void put_option(FILE *out, const struct option_row *row)
{
    enum { INDENT = 26 };
    int column = row->letter ? fprintf(out, "  -%c, ", row->letter) : fprintf(out, "      ");

    column += fprintf(out, "--%s%s%s", row->name, row->argument ? " " : "",
                      row->argument ? row->argument : "");
    if (column > INDENT - 2) {
        putc('\n', out);
        column = 0;
    }
    put_wrapped(out, row->text, INDENT, column);
}

void print_usage(const struct command *command, FILE *out)
{
    if (command == NULL)
        fputs("usage: torctl [OPTION...] COMMAND [ARGUMENT...]\n", out);
    else
        fprintf(out, "usage: torctl %s [OPTION...]%s%s\n", command->name,
                *command->arguments ? " " : "", command->arguments);
}

void print_help(const struct command *command, FILE *out)
{
    print_usage(command, out);
    putc('\n', out);
    if (command != NULL) {
        char summary[256];
        snprintf(summary, sizeof summary, "%s: %s.", command->name, command->summary);
        put_wrapped(out, summary, 0, 0);
        if (*command->text) {
            putc('\n', out);
            put_wrapped(out, command->text, 0, 0);
        }
        if (command->options[0] != OPTION_CONNECT)
            fputs("\nOptions of the command:\n", out);
        for (const enum option_id *own = command->options; *own != OPTION_CONNECT; own++)
            put_option(out, &option_rows[*own]);
    } else {
        fputs("Commands:\n", out);
        for (size_t i = 0; i < command_count; i++)
            put_wrapped(out, commands[i].summary, 20, fprintf(out, "  %s  ", commands[i].name));
        fputs("\ntorctl COMMAND --help describes one.\n", out);
    }
    fputs("\nOptions:\n", out);
    for (int i = 0; i < OPTION_GLOBAL_COUNT; i++)
        put_option(out, &option_rows[i]);
    fputs("\nExit codes:\n", out);
    for (size_t i = 0; i < exit_count; i++)
        put_wrapped(out, exit_rows[i].text, 5, fprintf(out, "  %d", exit_rows[i].code));
}

int run_help(struct cli *cli)
{
    int used = 0;
    const struct command *command = find_command(cli->argument_count, cli->arguments, &used);

    if (cli->argument_count > 0 && command == NULL)
        return usage_error(cli, "%s: there is no such command", cli->arguments[0]);
    print_help(command, stdout);
    return CODE_OK;
}

/* The manual ------------------------------------------------------------------------------------ */

/* Text for mdoc: sentences begin lines, backslashes and dots at the beginning are escaped. */
static void put_mdoc(const char *text)
{
    int is_line_begin = 1;

    for (const char *at = text; *at != '\0'; at++) {
        if (is_line_begin && (*at == '.' || *at == '\''))
            fputs("\\&", stdout);
        is_line_begin = 0;
        if (strncmp(at, "\n\n", 2) == 0) {
            fputs("\n.Pp\n", stdout);
            at++;
            is_line_begin = 1;
        } else if (strchr(".?!", *at) != NULL && at[1] == ' ' && at > text && at[-1] != '.') {
            printf("%c\n", *at);
            at++;
            is_line_begin = 1;
        } else if (*at == '\\') {
            fputs("\\e", stdout);
        } else if (*at == '-' && (at[1] == '-' || at == text || at[-1] == ' ')) {
            fputs("\\-", stdout);
        } else {
            putchar(*at);
        }
    }
    putchar('\n');
}

static void put_mdoc_option(const struct option_row *row)
{
    fputs(".It Fl ", stdout);
    if (row->letter)
        printf("%c , Fl ", row->letter);
    printf("\\-%s", row->name);
    if (row->argument)
        printf(" Ar %s", row->argument);
    putchar('\n');
    put_mdoc(row->text);
}

int run_manual(struct cli *cli)
{
    (void)cli;
    fputs(
        ".\\\" Made by \"torctl manual\". Do not edit: change the tables in cli/commands.c.\n"
        ".Dd December 1, 2026\n.Dt TORCTL 1\n.Os\n.Sh NAME\n.Nm torctl\n.Nd control tor from the command line\n"
        ".Sh SYNOPSIS\n.Nm\n.Op Ar option ...\n.Ar command\n.Op Ar argument ...\n.Sh DESCRIPTION\n",
        stdout);
    put_mdoc(
        "torctl speaks with a running tor over its control port: it asks, changes the configuration, shows what "
        "happens, makes onion services, and starts a tor of its own. Options may stand before the command and "
        "behind it; -- ends them.");
    fputs(".Ss Commands\n.Bl -tag -width Ds\n", stdout);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &commands[i];
        printf(".It Ic %s", command->name);
        if (*command->arguments)
            printf(" Ar %s", command->arguments);
        putchar('\n');
        char summary[256];
        snprintf(summary, sizeof summary, "%s.", command->summary);
        if (summary[0] >= 'a' && summary[0] <= 'z' && strncmp(summary, "tor", 3) != 0)
            summary[0] = (char)(summary[0] - 'a' + 'A');
        put_mdoc(summary);
        if (*command->text)
            put_mdoc(command->text);
        if (command->options[0] == OPTION_CONNECT)
            continue;
        fputs(".Bl -tag -width Ds\n", stdout);
        for (const enum option_id *own = command->options; *own != OPTION_CONNECT; own++)
            put_mdoc_option(&option_rows[*own]);
        fputs(".El\n", stdout);
    }
    fputs(".El\n.Ss Options\n.Bl -tag -width Ds\n", stdout);
    for (int i = 0; i < OPTION_GLOBAL_COUNT; i++)
        put_mdoc_option(&option_rows[i]);
    fputs(".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
          ".It Ev TOR_CONTROL_IPC_PATH , TOR_CONTROL_HOST , TOR_CONTROL_PORT\n"
          "Where tor is, without\n.Fl \\-connect\nand\n.Fl \\-port-file .\n"
          ".It Ev TOR_CONTROL_PASSWD , TOR_CONTROL_COOKIE_AUTH_FILE\n"
          "The password and the cookie, where the address is not given either.\n"
          ".It Ev NO_COLOR\nIf it is set,\n.Ic graph\nhas no colours.\n.El\n.Sh EXIT STATUS\n"
          ".Bl -tag -width Ds\n",
          stdout);
    for (size_t i = 0; i < exit_count; i++) {
        printf(".It %d\n", exit_rows[i].code);
        put_mdoc(exit_rows[i].text);
    }
    fputs(".El\n.Pp\nA command that Ctrl-C ended ends by that signal;\n"
          ".Ic events , graph , exporter , prompt ,\n.Ic onion add\nand\n.Ic launch ,\n"
          "which are meant to be ended so, with 0.\n.Sh EXAMPLES\n.Bd -literal -offset indent\n"
          "torctl get version\n"
          "torctl conf set SocksPort=9050 SocksPort=9150\n"
          "torctl events BW CIRC --json | jq .event\n"
          "torctl relays --flag exit,guard --country de --sort bandwidth -n 10\n"
          "torctl onion add 80=8080 --key-file ~/site.key --wait\n"
          "torctl trace record bug.txt circuits\n"
          ".Ed\n.Sh SEE ALSO\n.Xr tor 1 ,\n.Xr torctl 7\n",
          stdout);
    return CODE_OK;
}
