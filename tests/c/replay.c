/* Recordings that were written by hand, in place of a tor: what is asked in another order or was not
 * recorded, a tor that hangs up, many events, and texts that are no recordings.
 *
 * ctest: unit
 */
#include "check.h"

#include <dirent.h>
#include <unistd.h>

static char path[256];

static torctl_status load(torctl_options *options, const char *text, torctl_error **err)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    return torctl_options_set_replay_file(options, path, err);
}

static torctl_controller *play(const char *text)
{
    torctl_controller *tor = NULL;
    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(load(options, text, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    return tor;
}

static void check_info(torctl_controller *tor, const char *key, const char *want)
{
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, key, NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), want);
    torctl_values_free(values);
}

static int threads(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/task");
    REQUIRE(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void answers(void)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    torctl_controller *tor = play("torctl recording 1\n"
                                  "# By hand, without times.\n\n"
                                  "> GETINFO a\n> GETINFO b\n"
                                  "< 250-a=1\n< 250 OK\n"
                                  "< 250+b=\n< two\\\\ \\x01\n< ..\n< .\n< 250 OK\n"
                                  "> GETINFO a\n< 250-a=3\n< 250 OK\n"
                                  "> SETCONF Log=[secret]\n< 513 no\n");
    check_info(tor, "b", "two\\ \x01\n.\n");
    check_info(tor, "a", "1");
    check_info(tor, "a", "3");
    check_info(tor, "a", "3");
    CHECK_STATUS(torctl_set_conf(tor, "Log", "whatever it is", NULL, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 513);
    torctl_error_free(err);
    CHECK_STATUS(torctl_get_info(tor, "c", NULL, &values, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 551);
    CHECK_STR(torctl_error_reply_text(err), "not in the recording: GETINFO c");
    torctl_error_free(err);
    CHECK_STATUS(torctl_set_conf(tor, "HashedControlPassword", "16:AA", NULL, &err),
                 TORCTL_ERR_REJECTED);
    CHECK_STR(torctl_error_reply_text(err),
              "not in the recording: SETCONF HashedControlPassword=[secret]");
    torctl_error_free(err);
    CHECK_INT(threads(), 1);
    torctl_controller_free(tor);
}

static void the_end(void)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    torctl_controller *tor = play("torctl recording 1\n0.1 = CONNECTED\n"
                                  "0.2 > AUTHENTICATE [secret]\n0.3 < 250 OK\n"
                                  "0.4 > GETINFO a\n0.5 < 250-a=1\n0.6 = ENDED CAUSE=EOF\n");
    CHECK_STATUS(torctl_get_info(tor, "a", NULL, &values, &err), TORCTL_ERR_CLOSED);
    CHECK(strstr(torctl_error_message(err), "tor closed") != NULL);
    torctl_error_free(err);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
    torctl_controller_free(tor);

    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(load(options, "torctl recording 1\n", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_CONNECT);
    CHECK(strstr(torctl_error_message(err), "recording") != NULL);
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_options_free(options);
}

/* A tor that is started again: the recorded connections one after the other, and a recording of that. */
static void again(void)
{
    char other[280], text[4096];
    torctl_controller *tor = NULL;
    torctl_options *options = torctl_options_new();
    snprintf(other, sizeof other, "%s.again", path);
    unlink(other);
    REQUIRE_STATUS(load(options,
                        "torctl recording 1\n= CONNECTED\n> SETEVENTS BW\n< 250 OK\n< 650 BW 1 2\n"
                        "> GETINFO a\n< 250-a=1\n< 250 OK\n= ENDED CAUSE=EOF\n"
                        "= CONNECTED\n> AUTHENTICATE\n< 515 no\n= ENDED CAUSE=EOF\n"
                        "= CONNECTED\n> SETEVENTS BW\n< 250 OK\n< 650 BW 3 4\n"
                        "> GETINFO a\n< 250-a=2\n< 250 OK\n",
                        NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 1, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_record_file(options, other, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    check_info(tor, "a", "1");
    int read = 0, gaps = 0;
    while (read != 4 || gaps == 0) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        gaps += torctl_event_kind(event) == TORCTL_EVENT_GAP;
        read += (int)torctl_bw_read_bytes(event);
        torctl_event_free(event);
    }
    CHECK_INT(gaps, 1);
    torctl_call *call = torctl_call_new();
    torctl_values *values = NULL;
    torctl_call_set_wait_ready(call, 1);
    CHECK_STATUS(torctl_get_info(tor, "a", call, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), "2");
    torctl_values_free(values);
    torctl_call_free(call);
    torctl_controller_free(tor);
    torctl_queue_free(queue);

    FILE *file = fopen(other, "r");
    REQUIRE(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    char *first = strstr(text, " = CONNECTED\n"), *end = strstr(text, " = ENDED CAUSE=EOF\n");
    REQUIRE(first != NULL && end != NULL && first < end);
    char *second = strstr(first + 1, " = CONNECTED\n");
    CHECK(second != NULL && end < second && strstr(second, " < 250-a=2\n") != NULL);
    CHECK(strstr(text, " = ENDED CAUSE=LOCAL\n") > second);
    unlink(other);
}

/* More than the socket takes, for a queue that takes its time. */
static void many_events(void)
{
    enum { EVENTS = 20000 };
    char *text = malloc(EVENTS * 128 + 256);
    size_t size = 0;
    torctl_queue *queue = NULL;
    REQUIRE(text != NULL);
    size += (size_t)sprintf(text, "torctl recording 1\n> SETEVENTS BW\n< 250 OK\n");
    for (int i = 0; i < EVENTS; i++)
        size += (size_t)sprintf(text + size, "< 650 BW %d %060d\n", i, i);
    sprintf(text + size, "= ENDED CAUSE=EOF\n");
    torctl_controller *tor = play(text);
    free(text);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), EVENTS, (size_t)64 << 20,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    int got = 0;
    torctl_event *event = NULL;
    torctl_status status;
    while ((status = torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL)) == TORCTL_OK) {
        CHECK_INT(torctl_bw_read_bytes(event), got);
        got++;
        torctl_event_free(event);
    }
    CHECK_STATUS(status, TORCTL_END);
    CHECK_INT(got, EVENTS);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
}

static void no_recordings(void)
{
    static const char *const texts[][2] = {
        {"", "line 1"},
        {"GETINFO version\n", "line 1"},
        {"torctl recording 1\n\n> A\nwhat\n", "line 4"},
        {"torctl recording 1\n< 250 OK\n", "line 2: answers nothing"},
        {"torctl recording 1\n> A\\q\n", "line 2"},
    };
    torctl_options *options = torctl_options_new();
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK_STATUS(load(options, texts[i][0], &err), TORCTL_ERR_INVALID);
        if (strstr(torctl_error_message(err), texts[i][1]) == NULL)
            CHECK_STR(torctl_error_message(err), texts[i][1]);
        torctl_error_free(err);
    }
    unlink(path);
    CHECK_STATUS(torctl_options_set_replay_file(options, path, NULL), TORCTL_ERR_SYSTEM);
    CHECK_STATUS(torctl_options_set_replay_file(options, "/tmp", NULL), TORCTL_ERR_SYSTEM);
    CHECK_STATUS(torctl_options_set_replay_file(options, NULL, NULL), TORCTL_ERR_INVALID);
    /* The options remember it, until there is another place. */
    CHECK_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_address(options, "127.0.0.1:1", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_controller_free(tor);
    torctl_options_free(options);
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/torctl-replay-%d.txt", (int)getpid());
    answers();
    the_end();
    again();
    many_events();
    no_recordings();
    unlink(path);
    return check_done();
}
