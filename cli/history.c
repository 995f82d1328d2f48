/* What was typed at the prompt, in a file of its owner alone. Secrets are not kept. */

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#ifdef HAVE_READLINE
#include <readline/history.h>
#endif

enum { MOST_LINES = 1000 };

static char *history_path;

/* Whether the text has this word anywhere, in either case. */
static int contains(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (; *text != '\0'; text++)
        if (strncasecmp(text, word, length) == 0)
            return 1;
    return 0;
}

static int begins(const char *text, const char *word)
{
    return strncasecmp(text, word, strlen(word)) == 0;
}

int is_secret(const char *line)
{
    static const char *const marks[] = {"password", "authenticator", "ED25519-V3:",
                                        "RSA1024:", "x25519:",       "PrivateKey"};

    line += *line == '+';
    if (begins(line, "AUTH") || begins(line, "ONION_CLIENT_AUTH_ADD"))
        return 1;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (contains(line, marks[i]) && !begins(line, "GETCONF") && !begins(line, "GETINFO") &&
            !begins(line, "ADD_ONION NEW:"))
            return 1;
    return 0;
}

#ifdef HAVE_READLINE

/* Makes the directories of a path that are not there. */
static void make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static char *default_path(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const int is_state = state != NULL && *state == '/';
    char *path = NULL;

    if (!is_state && (home == NULL || *home != '/'))
        return NULL;
    const char *form = is_state ? "%s/torctl/history" : "%s/.local/state/torctl/history";
    const int size = snprintf(NULL, 0, form, is_state ? state : home) + 1;
    path = grow(NULL, (size_t)size);
    snprintf(path, (size_t)size, form, is_state ? state : home);
    make_directories(path);
    return path;
}

/* Opens it for its owner alone, also if somebody has made it for more. */
static int open_history(int flags)
{
    const int fd = open(history_path, flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 && fchmod(fd, 0600) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

void history_begin(const char *path)
{
    using_history();
    stifle_history(MOST_LINES);
    history_path =
        path ? (*path ? strcpy(grow(NULL, strlen(path) + 1), path) : NULL) : default_path();
    const int fd = history_path ? open_history(O_RDONLY) : -1;
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    char line[4096];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (*line != '\0')
            add_history(line);
    }
    if (file != NULL)
        fclose(file);
}

void history_keep(const char *line)
{
    const HIST_ENTRY *last =
        history_length > 0 ? history_get(history_base + history_length - 1) : NULL;

    if (is_secret(line) || (last != NULL && strcmp(last->line, line) == 0))
        return;
    add_history(line);
    const int fd = history_path ? open_history(O_WRONLY | O_APPEND) : -1;
    FILE *file = fd >= 0 ? fdopen(fd, "a") : NULL;
    if (file != NULL) {
        fprintf(file, "%s\n", line);
        fclose(file);
    }
}

/* Shortens the file to what is remembered. */
void history_end(void)
{
    const int fd =
        history_path && history_length >= MOST_LINES ? open_history(O_WRONLY | O_TRUNC) : -1;
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

    for (int i = history_length > MOST_LINES / 2 ? history_length - MOST_LINES / 2 : 0;
         file && i < history_length; i++)
        fprintf(file, "%s\n", history_get(history_base + i)->line);
    if (file != NULL)
        fclose(file);
    free(history_path);
    history_path = NULL;
    clear_history();
}

#else

void history_begin(const char *path)
{
    (void)path;
    (void)history_path;
}

void history_keep(const char *line)
{
    (void)line;
}

void history_end(void) {}

#endif
