/* Lines from standard input: with readline from a terminal, and plain ones otherwise. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static void (*take_line)(const char *line);
static void (*find_words)(const char *before, const char *begin, word_fn each, void *user_data);

/* Plain lines ----------------------------------------------------------------------------------- */

enum { LONGEST = 65536 };
static char *plain;
static size_t plain_size;
static const char *plain_prompt = "";

static void plain_begin(const char *prompt)
{
    plain = grow(NULL, LONGEST + 1);
    plain_size = 0;
    plain_prompt = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? prompt : "";
    fputs(plain_prompt, stdout);
    fflush(stdout);
}

static void plain_read(void)
{
    const ssize_t got = read(STDIN_FILENO, plain + plain_size, LONGEST - plain_size);
    char *end;

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    plain_size += got > 0 ? (size_t)got : 0;
    while (plain != NULL && (end = memchr(plain, '\n', plain_size)) != NULL) {
        const size_t length = (size_t)(end - plain);
        *end = '\0';
        take_line(plain);
        if (plain == NULL)
            return;
        memmove(plain, end + 1, plain_size - length - 1);
        plain_size -= length + 1;
        fputs(plain_prompt, stdout);
        fflush(stdout);
    }
    if (got > 0 && plain_size < LONGEST)
        return;
    plain[plain_size] = '\0';
    if (plain_size > 0 && got <= 0)
        take_line(plain);
    if (plain_size == LONGEST)
        fputs("torctl: the line is too long\n", stderr);
    if (plain != NULL)
        take_line(NULL);
}

static void plain_end(void)
{
    free(plain);
    plain = NULL;
}

/* With editing ---------------------------------------------------------------------------------- */

#ifdef HAVE_READLINE

#include <readline/readline.h>

static int is_edited;
static volatile sig_atomic_t is_resized;
static char **found;
static size_t found_count;

static void on_resize(int number)
{
    (void)number;
    is_resized = 1;
}

static void on_line(char *line)
{
    if (line == NULL)
        putchar('\n');
    take_line(line);
    free(line);
}

static void keep_word(const char *word, void *user_data)
{
    (void)user_data;
    found = grow(found, (found_count + 1) * sizeof *found);
    found[found_count++] = strcpy(grow(NULL, strlen(word) + 1), word);
}

/* readline frees the words that this gives it. */
static char *next_word(const char *text, int state)
{
    static size_t next;
    (void)text;
    if (state == 0)
        next = 0;
    return next < found_count ? found[next++] : NULL;
}

static char **complete_word(const char *text, int start, int end)
{
    char *before = grow(NULL, (size_t)start + 1);
    (void)end;

    memcpy(before, rl_line_buffer, (size_t)start);
    before[start] = '\0';
    found_count = 0;
    find_words(before, text, keep_word, NULL);
    free(before);
    rl_attempted_completion_over = 1; /* no names of files */
    return found_count > 0 ? rl_completion_matches(text, next_word) : NULL;
}

void lines_begin(const char *prompt, void (*each)(const char *line),
                 void (*complete)(const char *before, const char *begin, word_fn each,
                                  void *user_data))
{
    take_line = each;
    find_words = complete;
    is_edited = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!is_edited) {
        plain_begin(prompt);
        return;
    }
    rl_readline_name = "torctl";
    rl_attempted_completion_function = complete_word;
    rl_completer_word_break_characters = " ";
    rl_catch_signals = 0; /* they are caught already */
    rl_catch_sigwinch = 0;
    rl_variable_bind("completion-ignore-case", "on");
    rl_variable_bind("page-completions", "off"); /* events go on meanwhile */
    rl_variable_bind("enable-bracketed-paste", "off");
    sigaction(SIGWINCH, &(struct sigaction){.sa_handler = on_resize}, NULL);
    rl_callback_handler_install(prompt, on_line);
}

void lines_read(void)
{
    if (is_edited)
        rl_callback_read_char();
    else
        plain_read();
}

void lines_hide(void)
{
    if (!is_edited)
        return;
    rl_clear_visible_line();
    fflush(stdout);
}

void lines_show(void)
{
    fflush(stdout);
    if (!is_edited)
        return;
    if (is_resized) {
        is_resized = 0;
        rl_resize_terminal();
    }
    rl_on_new_line();
    rl_redisplay();
}

void lines_clear(void)
{
    if (!is_edited)
        return;
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_replace_line("", 0);
    rl_crlf();
    lines_show();
}

void lines_end(void)
{
    if (is_edited)
        rl_callback_handler_remove();
    plain_end();
    free(found);
    found = NULL;
}

#else

void lines_begin(const char *prompt, void (*each)(const char *line),
                 void (*complete)(const char *before, const char *begin, word_fn each,
                                  void *user_data))
{
    take_line = each;
    find_words = complete;
    (void)find_words;
    plain_begin(prompt);
}

void lines_read(void)
{
    plain_read();
}

void lines_hide(void) {}

void lines_show(void)
{
    fflush(stdout);
}

void lines_clear(void) {}

void lines_end(void)
{
    plain_end();
}

#endif
