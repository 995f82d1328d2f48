/* Text and JSON, from bytes that tor sent and that can be anything. */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

void *grow(void *memory, size_t size)
{
    memory = realloc(memory, size);
    if (memory == NULL) {
        fputs("torctl: no memory\n", stderr);
        exit(CODE_SYSTEM);
    }
    return memory;
}

/* Refuses overlong forms, surrogates and what is above U+10FFFF, as Unicode asks. */
size_t utf8_length(const char *at, size_t left)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t length = byte[0] < 0x80   ? 1
                    : byte[0] < 0xc2 ? 0
                    : byte[0] < 0xe0 ? 2
                    : byte[0] < 0xf0 ? 3
                    : byte[0] < 0xf5 ? 4
                                     : 0;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
        (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
        return 0;
    return length;
}

/* JSON ------------------------------------------------------------------------------------------ */

static void put_json_text(FILE *out, const char *text, size_t size)
{
    putc('"', out);
    for (size_t i = 0; i < size;) {
        const unsigned char byte = (unsigned char)text[i];
        const size_t length = utf8_length(text + i, size - i);
        if (length == 0)
            fputs("\\ufffd", out);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(out, byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : "\\u%04x", byte);
        else if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else
            fwrite(text + i, 1, length, out);
        i += length ? length : 1;
    }
    putc('"', out);
}

static void begin_value(struct json *json, const char *name)
{
    if (json->has_items >> json->depth & 1)
        putc(',', json->out);
    json->has_items |= 1u << json->depth;
    if (name != NULL) {
        put_json_text(json->out, name, strlen(name));
        putc(':', json->out);
    }
}

static void end_value(struct json *json)
{
    if (json->depth == 0) {
        putc('\n', json->out);
        json->has_items = 0;
    }
}

void json_open(struct json *json, const char *name, char bracket)
{
    begin_value(json, name);
    putc(bracket, json->out);
    json->depth++;
    json->has_items &= ~(1u << json->depth);
}

void json_close(struct json *json, char bracket)
{
    putc(bracket, json->out);
    json->depth--;
    end_value(json);
}

void json_text(struct json *json, const char *name, const char *text, size_t size)
{
    begin_value(json, name);
    put_json_text(json->out, text, size);
    end_value(json);
}

void json_string(struct json *json, const char *name, const char *text)
{
    json_text(json, name, text, strlen(text));
}

void json_signed(struct json *json, const char *name, int64_t number)
{
    begin_value(json, name);
    fprintf(json->out, "%lld", (long long)number);
    end_value(json);
}

void json_unsigned(struct json *json, const char *name, uint64_t number)
{
    begin_value(json, name);
    fprintf(json->out, "%llu", (unsigned long long)number);
    end_value(json);
}

void json_float(struct json *json, const char *name, double number)
{
    begin_value(json, name);
    fprintf(json->out, "%.17g", number);
    end_value(json);
}

void json_boolean(struct json *json, const char *name, int is_true)
{
    begin_value(json, name);
    fputs(is_true ? "true" : "false", json->out);
    end_value(json);
}

void json_null(struct json *json, const char *name)
{
    begin_value(json, name);
    fputs("null", json->out);
    end_value(json);
}

/* Text ------------------------------------------------------------------------------------------ */

/* Whether a terminal may take this character for a command: C0, DEL and C1. */
static int is_control(const char *at, size_t length)
{
    const unsigned char *byte = (const unsigned char *)at;
    return byte[0] < 0x20 || byte[0] == 0x7f || (length == 2 && byte[0] == 0xc2 && byte[1] < 0xa0);
}

static void put_escaped(FILE *out, const char *text, size_t size, const char *as_it_is,
                        const char *with_backslash)
{
    for (size_t i = 0; i < size;) {
        const size_t length = utf8_length(text + i, size - i);
        if (length == 1 && text[i] != '\0' && strchr(as_it_is, text[i]) != NULL) {
            putc(text[i], out);
        } else if (length == 0 || is_control(text + i, length)) {
            for (size_t j = 0; j < (length ? length : 1); j++)
                fprintf(out, "\\x%02x", (unsigned char)text[i + j]);
        } else {
            if (length == 1 && strchr(with_backslash, text[i]) != NULL)
                putc('\\', out);
            fwrite(text + i, 1, length, out);
        }
        i += length ? length : 1;
    }
}

void put_line_text(FILE *out, const char *text, size_t size)
{
    put_escaped(out, text, size, "", "");
}

void put_text(FILE *out, const char *text, size_t size)
{
    if (isatty(fileno(out)))
        put_escaped(out, text, size, "\n\t", "");
    else
        fwrite(text, 1, size, out);
}

void put_word(FILE *out, const char *text, size_t size)
{
    if (size > 0 && memchr(text, ' ', size) == NULL && memchr(text, '"', size) == NULL) {
        put_line_text(out, text, size);
        return;
    }
    putc('"', out);
    put_escaped(out, text, size, "", "\"\\");
    putc('"', out);
}

void put_time(FILE *out, int64_t unix_us)
{
    const time_t seconds = (time_t)(unix_us / 1000000);
    struct tm broken;
    char text[64];

    if (gmtime_r(&seconds, &broken) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken) > 0)
        fputs(text, out);
    else
        fprintf(out, "%lld", (long long)unix_us);
}

/* Tables ---------------------------------------------------------------------------------------- */

void table_cell(struct table *table, const char *format, ...)
{
    char *text = NULL, *safe = NULL;
    size_t size = 0;
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = grow(NULL, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    FILE *stream = open_memstream(&safe, &size);
    if (stream == NULL)
        grow(NULL, SIZE_MAX); /* says that there is no memory */
    put_line_text(stream, text, (size_t)length);
    fclose(stream);
    free(text);
    if (table->count == table->room) {
        table->room = table->room ? 2 * table->room : 64;
        table->cells = grow(table->cells, table->room * sizeof *table->cells);
    }
    table->cells[table->count++] = safe;
}

static size_t text_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

void table_write(struct table *table, FILE *out)
{
    const size_t columns = table->columns;
    size_t *widths = grow(NULL, columns * sizeof *widths);

    memset(widths, 0, columns * sizeof *widths);
    for (size_t i = 0; i < table->count; i++) {
        const size_t width = text_width(table->cells[i]);
        if (width > widths[i % columns])
            widths[i % columns] = width;
    }
    for (size_t row = 0; row < table->count; row += columns) {
        size_t last = columns - 1; /* no blanks at the end of a line */
        while (last > 0 && *table->cells[row + last] == '\0')
            last--;
        for (size_t i = 0; i < columns; i++) {
            const char *cell = table->cells[row + i];
            if (i <= last)
                fprintf(out, "%s%*s", cell, i == last ? 0 : (int)(widths[i] - text_width(cell) + 2),
                        "");
            free(table->cells[row + i]);
        }
        putc('\n', out);
    }
    free(table->cells);
    free(widths);
    *table = (struct table){.columns = columns};
}
