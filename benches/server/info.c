/* GETINFO: files as the values of keys. */
#define _GNU_SOURCE
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct answer {
    char *key, *wire;
    size_t size;
};

static struct answer *answers;
static size_t answer_count;

/* Frames a file as the middle lines of a reply: `250-key=value`, or `250+key=` with a stuffed block. */
static void frame_answer(struct answer *a, const char *text, size_t size) {
    while (size > 0 && text[size - 1] == '\n') size--;
    const char *newline = memchr(text, '\n', size);
    size_t lines = 1, key_size = strlen(a->key);
    for (const char *p = newline; p != NULL; p = memchr(p + 1, '\n', (size_t)(text + size - p - 1))) lines++;
    char *w = a->wire = need(malloc(key_size + size + 2 * lines + 64));
    w += sprintf(w, newline ? "250+%s=\r\n" : "250-%s=", a->key);
    int line_start = newline != NULL;
    for (size_t i = 0; i < size; i++) {
        if (line_start && text[i] == '.') *w++ = '.';
        line_start = text[i] == '\n';
        if (line_start) *w++ = '\r';
        *w++ = text[i];
    }
    w += sprintf(w, newline ? "\r\n.\r\n" : "\r\n");
    a->size = (size_t)(w - a->wire);
}

static const struct answer *find_answer(const char *key) {
    for (size_t i = 0; i < answer_count; i++) {
        if (strcmp(answers[i].key, key) == 0) return &answers[i];
    }
    if (opt.info_dir == NULL || strstr(key, "..") != NULL || key[0] == '/') return NULL;
    char path[1024];
    size_t size = 0;
    if (snprintf(path, sizeof path, "%s/%s", opt.info_dir, key) >= (int)sizeof path) return NULL;
    char *text = read_file(path, &size);
    if (text == NULL) return NULL;
    answers = need(realloc(answers, (answer_count + 1) * sizeof *answers));
    struct answer *a = &answers[answer_count++];
    a->key = need(strdup(key));
    frame_answer(a, text, size);
    free(text);
    return a;
}

void get_info(struct conn *c, char *keys) {
    char first[1024], *save = NULL;
    int unknown = 0;
    if (snprintf(first, sizeof first, "%s", keys) >= (int)sizeof first) first[sizeof first - 1] = '\0';
    for (char *k = strtok_r(first, " ", &save); k != NULL; k = strtok_r(NULL, " ", &save)) {
        if (find_answer(k) == NULL) {
            char line[1200];
            say(c, line, (size_t)snprintf(line, sizeof line, "552 Unrecognized key \"%s\"\r\n", k));
            unknown = 1;
            break;
        }
    }
    if (unknown) return;
    for (char *k = strtok_r(keys, " ", &save); k != NULL; k = strtok_r(NULL, " ", &save)) {
        const struct answer *a = find_answer(k);
        if (a->size > 4096) {
            flush_reply(c);
            put(c, a->wire, a->size, 0);
        } else {
            say(c, a->wire, a->size);
        }
    }
    SAY(c, "250 OK\r\n");
}
