/* Events as text and as JSON. Which fields a kind has is asked of the library, so that nothing is missing here. */

#include <string.h>
#include <time.h>

#include "cli.h"

enum { MOST_FIELDS = 64 };

/* The fields of the event that are there. */
static size_t read_fields(const torctl_event *event, int32_t fields[MOST_FIELDS],
                          torctl_value values[MOST_FIELDS])
{
    const int32_t kind = torctl_event_kind(event);
    size_t count = torctl_kind_field_count(kind), kept = 0;

    if (count > MOST_FIELDS)
        count = MOST_FIELDS;
    for (size_t i = 0; i < count; i++)
        fields[i] = torctl_kind_field(kind, i);
    torctl_event_read(event, fields, count, values);
    for (size_t i = 0; i < count; i++) {
        if (values[i].state == TORCTL_VALUE_ABSENT)
            continue;
        fields[kept] = fields[i];
        values[kept++] = values[i];
    }
    return kept;
}

void put_value(FILE *out, const torctl_value *value)
{
    const int32_t shape = value->state == TORCTL_VALUE_MALFORMED ? TORCTL_SHAPE_TEXT : value->shape;

    switch (shape) {
    case TORCTL_SHAPE_UNSIGNED:
    case TORCTL_SHAPE_LIST:
        fprintf(out, "%llu", (unsigned long long)value->number.u64);
        break;
    case TORCTL_SHAPE_SIGNED:
        fprintf(out, "%lld", (long long)value->number.i64);
        break;
    case TORCTL_SHAPE_FLOAT:
        fprintf(out, "%g", value->number.f64);
        break;
    case TORCTL_SHAPE_TIME:
        put_time(out, value->number.i64);
        break;
    case TORCTL_SHAPE_BOOLEAN:
        fputs(value->number.i64 ? "yes" : "no", out);
        break;
    default:
        put_word(out, value->text, value->size_bytes);
    }
}

void json_value(struct json *json, const char *name, const torctl_value *value)
{
    const int32_t shape = value->state == TORCTL_VALUE_MALFORMED ? TORCTL_SHAPE_TEXT : value->shape;

    switch (shape) {
    case TORCTL_SHAPE_UNSIGNED:
    case TORCTL_SHAPE_LIST:
        json_unsigned(json, name, value->number.u64);
        break;
    case TORCTL_SHAPE_SIGNED:
    case TORCTL_SHAPE_TIME:
        json_signed(json, name, value->number.i64);
        break;
    case TORCTL_SHAPE_FLOAT:
        json_float(json, name, value->number.f64);
        break;
    case TORCTL_SHAPE_BOOLEAN:
        json_boolean(json, name, value->number.i64 != 0);
        break;
    default:
        json_text(json, name, value->text, value->size_bytes);
    }
}

/* For example of CONF_CHANGED, and of what this version does not know. */
static void put_words(FILE *out, const torctl_event *event)
{
    for (size_t i = 0; i < torctl_event_arg_count(event); i++) {
        putc(' ', out);
        put_word(out, torctl_event_arg(event, i), torctl_event_arg_size_bytes(event, i));
    }
    for (size_t i = 0; i < torctl_event_keyword_count(event); i++) {
        const char *name = torctl_event_keyword_name(event, i);
        putc(' ', out);
        put_line_text(out, name, strlen(name));
        putc('=', out);
        put_word(out, torctl_event_keyword_value(event, i),
                 torctl_event_keyword_value_size_bytes(event, i));
    }
}

static void put_data(FILE *out, const char *data, size_t size)
{
    for (size_t i = 0; i < size;) {
        const char *end = memchr(data + i, '\n', size - i);
        const size_t length = end ? (size_t)(end - data) - i : size - i;
        fputs("    ", out);
        put_line_text(out, data + i, length);
        putc('\n', out);
        i += length + 1;
    }
}

/* Whether the words of an event say what its fields do not: there are none, or only how many things it names. */
static int needs_words(const int32_t *fields, size_t count)
{
    return count == 0 || (count == 1 && torctl_field_shape(fields[0]) == TORCTL_SHAPE_LIST);
}

/* Whether this field is the event's data, which is written in another way. */
static int is_data(const torctl_event *event, const torctl_value *value)
{
    return value->shape == TORCTL_SHAPE_TEXT && value->size_bytes > 0 &&
           value->size_bytes == torctl_event_data_size_bytes(event) &&
           memcmp(value->text, torctl_event_data(event), value->size_bytes) == 0;
}

void put_event(FILE *out, const torctl_event *event)
{
    const time_t arrival = (time_t)(torctl_event_arrival_unix_us(event) / 1000000);
    int32_t fields[MOST_FIELDS];
    torctl_value values[MOST_FIELDS];
    const size_t count = read_fields(event, fields, values);
    struct tm broken;
    char clock[16] = "";

    if (localtime_r(&arrival, &broken) != NULL)
        strftime(clock, sizeof clock, "%H:%M:%S", &broken);
    fprintf(out, "%s %s", clock, torctl_event_name(event));
    for (size_t i = 0; i < count; i++) {
        if (is_data(event, &values[i]))
            continue;
        fprintf(out, " %s=", torctl_field_name(fields[i]));
        put_value(out, &values[i]);
    }
    if (needs_words(fields, count))
        put_words(out, event);
    putc('\n', out);
    put_data(out, torctl_event_data(event), torctl_event_data_size_bytes(event));
}

void json_event(struct json *json, const torctl_event *event, int is_list)
{
    int32_t fields[MOST_FIELDS];
    torctl_value values[MOST_FIELDS];
    const size_t count = read_fields(event, fields, values);

    json_open(json, NULL, '{');
    if (!is_list) {
        json_string(json, "event", torctl_event_name(event));
        json_signed(json, "arrival_unix_us", torctl_event_arrival_unix_us(event));
    }
    int has_data = torctl_event_data_size_bytes(event) > 0;
    for (size_t i = 0; i < count; i++) {
        json_value(json, torctl_field_name(fields[i]), &values[i]);
        has_data = has_data && !is_data(event, &values[i]);
    }
    if (needs_words(fields, count)) {
        json_open(json, "args", '[');
        for (size_t i = 0; i < torctl_event_arg_count(event); i++)
            json_text(json, NULL, torctl_event_arg(event, i),
                      torctl_event_arg_size_bytes(event, i));
        json_close(json, ']');
        /* A list of pairs, for a name may come more than once. */
        json_open(json, "keywords", '[');
        for (size_t i = 0; i < torctl_event_keyword_count(event); i++) {
            json_open(json, NULL, '[');
            json_string(json, NULL, torctl_event_keyword_name(event, i));
            json_text(json, NULL, torctl_event_keyword_value(event, i),
                      torctl_event_keyword_value_size_bytes(event, i));
            json_close(json, ']');
        }
        json_close(json, ']');
    }
    if (has_data)
        json_text(json, "data", torctl_event_data(event), torctl_event_data_size_bytes(event));
    if (torctl_event_is_malformed(event)) {
        json_boolean(json, "malformed", 1);
        json_text(json, "raw", torctl_event_raw(event), torctl_event_raw_size_bytes(event));
    }
    json_close(json, '}');
}
