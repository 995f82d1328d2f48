/* A tor of the program's own: how it starts, and what it says when it cannot.
 *
 * ctest: unit timeout=120 */
#include "launch.h"
#include "child.h"

/* What nearly every program wants. */
static void test_temporary(void)
{
    torctl_launch_options *options = offline();
    char directory[512], text[600];
    REQUIRE_STATUS(torctl_launch_options_add(options, "ContactInfo", "a # \"b\\", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_add(options, "MapAddress", "a.test b.test", NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_add(options, "MapAddress", "c.test d.test", NULL),
                   TORCTL_OK);
    torctl_controller *tor = launch(options);
    torctl_launch_options_free(options);
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    snprintf(directory, sizeof directory, "%s", torctl_launched_data_directory(tor));

    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_info(tor, "process/pid", NULL, &values, NULL), TORCTL_OK);
    snprintf(text, sizeof text, "%d", (int)pid);
    CHECK_STR(torctl_values_value(values, 0), text);
    torctl_values_free(values);
    check_conf(tor, "ContactInfo", "a # \"b\\");
    check_conf(tor, "DataDirectory", directory);
    check_conf(tor, "ControlPort", "");
    REQUIRE_STATUS(torctl_get_conf(tor, "MapAddress", NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(torctl_values_count(values), 2);
    CHECK_STR(torctl_values_value(values, 1), "c.test d.test");
    torctl_values_free(values);
    REQUIRE_STATUS(torctl_get_info(tor, "config-file", NULL, &values, NULL), TORCTL_OK);
    /* Or the next lines would do harm. */
    REQUIRE(strncmp(torctl_values_value(values, 0), directory, strlen(directory)) == 0);
    torctl_values_free(values);
    /* Least of all does it write over the system's. */
    torctl_reply *reply = NULL;
    REQUIRE_STATUS(torctl_request(tor, "SAVECONF", NULL, 0, NULL, &reply, NULL), TORCTL_OK);
    CHECK_INT(torctl_reply_code(reply), 551);
    torctl_reply_free(reply);
    REQUIRE_STATUS(torctl_request(tor, "SAVECONF FORCE", NULL, 0, NULL, &reply, NULL), TORCTL_OK);
    CHECK_INT(torctl_reply_code(reply), 250);
    torctl_reply_free(reply);
    snprintf(text, sizeof text, "%s/torctl-torrc.orig.1", directory);
    CHECK(exists(text));

    struct stat what;
    REQUIRE(stat(directory, &what) == 0);
    CHECK_INT(what.st_mode & 0777, 0700);
    CHECK_INT(getpgid(pid), pid);
    CHECK_INT(getsid(pid), pid);

    /* What it printed is there, and not on our own output. */
    CHECK_SOON(torctl_launched_output(tor, NULL, 0) > 100, 10);
    size_t size = torctl_launched_output(tor, text, sizeof text);
    CHECK(strlen(text) == (size < sizeof text ? size : sizeof text - 1));
    CHECK_INT(torctl_launched_output(tor, text, 1) > 0, 1);
    CHECK_STR(text, "");
    CHECK_STATUS(torctl_launched_wait(tor, 0, NULL, NULL, NULL, NULL), TORCTL_ERR_TIMEOUT);

    /* A reload reads no torrc, for there is none. */
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_RELOAD, NULL, NULL), TORCTL_OK);
    check_conf(tor, "ContactInfo", "a # \"b\\");

    torctl_controller_free(tor);
    CHECK_INT(process_state(pid), 0);
    CHECK(!exists(directory));
}

/* After close alone tor goes as well, only nobody waits. */
static void test_close(void)
{
    torctl_launch_options *options = offline();
    torctl_controller *tor = launch(options);
    torctl_launch_options_free(options);
    int32_t code = 99, number = 99;
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_launched_wait(tor, HOUR_MS, NULL, &code, &number, NULL), TORCTL_OK);
    CHECK_INT(code, 0);
    CHECK_INT(number, 0);
    CHECK_INT(process_state((pid_t)torctl_launched_pid(tor)), 0);
    CHECK(!exists(torctl_launched_data_directory(tor)));
    torctl_controller_free(tor);
}

static void test_named_directory(void)
{
    char directory[512], file[600];
    torctl_launch_options *options = offline();
    torctl_error *err = NULL;
    torctl_controller *second = NULL;
    snprintf(directory, sizeof directory, "%s/deep/d\303\251 \"x\"", scratch);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, directory, NULL), TORCTL_OK);
    torctl_controller *tor = launch(options);
    CHECK_STR(torctl_launched_data_directory(tor), directory);
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_conf(tor, "DataDirectory", NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), directory);
    torctl_values_free(values);
    CHECK(exists(directory));

    /* It is taken. tor waits five seconds to see whether it goes away. */
    CHECK_STATUS(torctl_launch(options, NULL, &second, &err), TORCTL_ERR_FAILED);
    CHECK(second == NULL);
    CHECK(strstr(torctl_error_message(err), "lock") != NULL ||
          strstr(torctl_error_message(err), "same data directory") != NULL);
    fprintf(stderr, "%s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_controller_free(tor);
    CHECK(exists(directory));
    snprintf(file, sizeof file, "%s/state", directory);
    CHECK(exists(file));

    /* And again, now that it is free. */
    tor = launch(options);
    torctl_controller_free(tor);
    torctl_launch_options_free(options);
}

static void test_port(void)
{
    char directory[512], file[600], line[128] = "";
    torctl_launch_options *options = offline();
    snprintf(directory, sizeof directory, "%s/port", scratch);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, directory, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_control(options, TORCTL_LAUNCH_PORT, NULL), TORCTL_OK);
    /* What an earlier run has left must not be believed. */
    REQUIRE(mkdir(directory, 0700) == 0);
    snprintf(file, sizeof file, "%s/torctl-control-port", directory);
    FILE *stale = fopen(file, "w");
    REQUIRE(stale != NULL);
    fputs("PORT=127.0.0.1:1\n", stale);
    fclose(stale);
    torctl_controller *tor = launch(options);
    pid_t pid = (pid_t)torctl_launched_pid(tor);

    /* Others can join, and their leaving ends nothing. */
    torctl_controller *other = NULL;
    FILE *now = fopen(file, "r");
    REQUIRE(now != NULL && fgets(line, sizeof line, now) != NULL);
    fclose(now);
    line[strcspn(line, "\n")] = '\0';
    REQUIRE(strncmp(line, "PORT=", 5) == 0);
    REQUIRE_STATUS(torctl_controller_open(line + 5, NULL, &other, NULL), TORCTL_OK);
    CHECK_INT(torctl_launched_pid(other), 0);
    CHECK_STR(torctl_launched_data_directory(other), "");
    CHECK_INT(torctl_launched_output(other, NULL, 0), 0);
    CHECK_STATUS(torctl_launched_wait(other, 0, NULL, NULL, NULL, NULL), TORCTL_ERR_STATE);
    torctl_controller_free(other);
    check_conf(tor, "DisableNetwork", "1");
    CHECK_INT(process_state(pid), 1);
    torctl_controller_free(tor);
    CHECK_INT(process_state(pid), 0);
    CHECK_STATUS(torctl_launch_options_add(options, "ControlPort", "9051", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch(options, NULL, &tor, NULL), TORCTL_ERR_INVALID);
    torctl_launch_options_free(options);
}

/* Everything that can go wrong says what did, and leaves nothing. */
static void check_fails(torctl_launch_options *options, torctl_status want, const char *words)
{
    torctl_controller *tor = (torctl_controller *)options;
    torctl_error *err = NULL;
    int open_before = count_fds();
    CHECK_STATUS(torctl_launch(options, NULL, &tor, &err), want);
    CHECK(tor == NULL);
    fprintf(stderr, "%s\n", torctl_error_message(err));
    CHECK(strstr(torctl_error_message(err), words) != NULL);
    if (want == TORCTL_ERR_FAILED)
        CHECK(strstr(torctl_error_reply_text(err), words) != NULL);
    torctl_error_free(err);
    torctl_launch_options_free(options);
    /* The thread that looked after it lets go a moment later. */
    CHECK_SOON(count_fds() <= open_before + 3, 10);
}

static void test_failures(void)
{
    torctl_launch_options *options = offline();
    CHECK_STATUS(torctl_launch_options_add(options, "NoSuchOption", "1", NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_FAILED, "Unknown option 'NoSuchOption'");

    options = offline();
    CHECK_STATUS(torctl_launch_options_add(options, "ControlSocket", "/nonexistent/x", NULL),
                 TORCTL_OK);
    check_fails(options, TORCTL_ERR_FAILED, "/nonexistent");

    /* A port that is taken: by a listener of our own. */
    int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr sock;
    socklen_t size = sizeof sock;
    char port[32];
    REQUIRE(listen(taken, 1) == 0 && getsockname(taken, &sock, &size) == 0);
    const unsigned char *bytes = (const unsigned char *)sock.sa_data;
    snprintf(port, sizeof port, "127.0.0.1:%d", bytes[0] * 256 + bytes[1]);
    options = offline();
    CHECK_STATUS(torctl_launch_options_add(options, "ControlPort", port, NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_FAILED, "in use");
    close(taken);

    options = offline();
    CHECK_STATUS(torctl_launch_options_set_program(options, "/nonexistent/tor", NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_CONNECT, "No such file");

    options = offline();
    CHECK_STATUS(torctl_launch_options_set_program(options, "false", NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_FAILED, "");

    /* A program that is not tor. */
    options = offline();
    CHECK_STATUS(torctl_launch_options_set_program(options, "cat", NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_FAILED, "");

    options = offline();
    CHECK_STATUS(torctl_launch_options_set_data_directory(options, "/proc/no", NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_CONNECT, "/proc/no");

    /* It will never bootstrap without network. */
    options = offline();
    CHECK_STATUS(torctl_launch_options_set_bootstrap(options, NULL, NULL, 300, -1, NULL),
                 TORCTL_OK);
    check_fails(options, TORCTL_ERR_TIMEOUT, "not bootstrapped");

    options = offline();
    CHECK_STATUS(torctl_launch_options_set_keep_running(options, 1, NULL), TORCTL_OK);
    check_fails(options, TORCTL_ERR_INVALID, "data directory");

    options = offline();
    CHECK_STATUS(torctl_launch_options_add(options, "Log", "notice stdout\nUser x", NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_add(options, "Log\n", "x", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_add(options, "datadirectory", "/x", NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_add(options, "%include", "/x", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_add(options, NULL, "/x", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_add(options, "Log", NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_set_control(options, 7, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_set_start_timeout_ms(options, -1, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_set_program(options, "", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_set_data_directory(options, "", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch(options, NULL, NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_launch_options_add(NULL, "Log", "x", NULL), TORCTL_ERR_INVALID);
    torctl_launch_options_free(options);
    torctl_launch_options_free(NULL);
    CHECK_INT(torctl_launched_pid(NULL), 0);
}

/* Cancelled from its own progress function's side: by another thread. */
static void *cancel_soon(void *arg)
{
    check_pause();
    torctl_call_cancel(arg);
    return NULL;
}

static int32_t note_progress(int32_t percent, const char *summary, const torctl_event *event,
                             void *user_data)
{
    CHECK(percent >= 0 && summary[0] != '\0' && event != NULL);
    ADD(*(int *)user_data, 1);
    return 0;
}

static void test_cancel(void)
{
    torctl_launch_options *options = offline();
    torctl_controller *tor = NULL;
    torctl_call *call = torctl_call_new();
    int told = 0;
    CHECK_STATUS(torctl_launch_options_set_bootstrap(options, note_progress, &told, HOUR_MS, -1,
                                                     NULL),
                 TORCTL_OK);
    pthread_t thread = start_thread(cancel_soon, call);
    CHECK_STATUS(torctl_launch(options, call, &tor, NULL), TORCTL_ERR_CANCELLED);
    JOIN_SOON(thread, 10);
    CHECK(tor == NULL);
    torctl_call_free(call);
    torctl_launch_options_free(options);
}

int main(void)
{
    if (!has_tor())
        SKIP("tor is not installed");
    unsetenv("TMPDIR");
    make_scratch();
    test_temporary();
    test_close();
    test_named_directory();
    test_port();
    test_failures();
    test_cancel();
    remove_scratch();
    return check_done();
}
