/* A tor of the program's own that is started while the program goes on.
 *
 * ctest: unit timeout=120 */
#include "begun.h"
#include "launch_loop.h"

static char places[64];

/* Nothing is left of what was started: temporary directories are made in a place of their own. */
static int is_cleared(void)
{
    char command[128];
    snprintf(command, sizeof command, "test -z \"$(ls -A '%s')\"", places);
    return system(command) == 0;
}

/* A program that notes its number, and then goes on as this says. */
static void set_program(torctl_launch_options *options, const char *then)
{
    char program[64], text[1024];
    snprintf(program, sizeof program, "%s/noting", scratch);
    snprintf(text, sizeof text, "echo $$ > %s.new; mv %s.new %s.pid\n%s", program, program, program,
             then);
    write_program(program, text);
    REQUIRE_STATUS(torctl_launch_options_set_program(options, program, NULL), TORCTL_OK);
}

static pid_t noted_pid(void)
{
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "%s/noting.pid", scratch);
    CHECK_SOON(exists(path), 60);
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL && fscanf(file, "%d", &pid) == 1);
    fclose(file);
    REQUIRE(unlink(path) == 0);
    return pid;
}

/* With a queue of a controller that is never connected. */
static torctl_controller *anchor;
static torctl_queue *queue;
static torctl_call *call;

static void begin_launch(torctl_launch_options *options, uint64_t tag)
{
    torctl_controller *tor = (torctl_controller *)options;
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch(options, call, &tor, NULL), TORCTL_PENDING);
    CHECK(tor == NULL);
}

static int32_t note_progress(int32_t percent, const char *summary, const torctl_event *event,
                             void *user_data)
{
    CHECK(percent >= 0 && summary[0] != '\0' && event != NULL);
    ADD(*(int *)user_data, 1);
    return 0;
}

/* Launched, waited for and ended without a call that waits. */
static void test_begun(void)
{
    torctl_launch_options *options = offline();
    torctl_controller *tor = NULL, *second = NULL;
    begin_launch(options, 1);
    torctl_event *event = next_result(queue, 1, TORCTL_OK);
    CHECK_STATUS(torctl_result_take_reply(event, (torctl_reply **)&second, NULL),
                 TORCTL_ERR_INVALID);
    REQUIRE_STATUS(torctl_result_take_controller(event, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_result_take_controller(event, &second, NULL), TORCTL_ERR_STATE);
    CHECK(second == NULL);
    torctl_event_free(event);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
    check_conf(tor, "DisableNetwork", "1");

    int told = 0;
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 2, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, note_progress, &told, 300, -1, call, NULL),
                 TORCTL_PENDING);
    torctl_event_free(next_result(queue, 2, TORCTL_ERR_TIMEOUT));
    CHECK(GET(told) > 0);

    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 3, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launched_wait(tor, 20, call, NULL, NULL, NULL), TORCTL_PENDING);
    torctl_event_free(next_result(queue, 3, TORCTL_ERR_TIMEOUT));
    CHECK_STATUS(torctl_launched_wait(tor, -1, call, NULL, NULL, NULL), TORCTL_PENDING);
    REQUIRE(kill((pid_t)torctl_launched_pid(tor), SIGKILL) == 0);
    event = next_result(queue, 3, TORCTL_OK);
    int32_t code = 99, number = 99;
    REQUIRE_STATUS(torctl_result_take_exit(event, &code, &number, NULL), TORCTL_OK);
    CHECK_INT(code, -1);
    CHECK_INT(number, SIGKILL);
    torctl_event_free(event);
    torctl_controller_free(tor);
    torctl_launch_options_free(options);
    CHECK(is_cleared());
}

/* Cancelled, and too late: nothing is left when the outcome is there. */
static void test_ended(void)
{
    torctl_launch_options *options = offline();
    set_program(options, "exec sleep 1000");
    for (int control = 0; control < 2; control++) {
        const int32_t controls[] = {TORCTL_LAUNCH_DESCRIPTOR, TORCTL_LAUNCH_PORT};
        REQUIRE_STATUS(torctl_launch_options_set_control(options, controls[control], NULL),
                       TORCTL_OK);
        begin_launch(options, 4);
        pid_t pid = noted_pid();
        CHECK_INT(process_state(pid), 1);
        CHECK(!is_cleared());
        torctl_call_cancel(call);
        torctl_event_free(next_result(queue, 4, TORCTL_ERR_CANCELLED));
        CHECK_INT(process_state(pid), 0);
        CHECK(is_cleared());
        torctl_call_free(call);
        call = torctl_call_new();

        REQUIRE_STATUS(torctl_launch_options_set_start_timeout_ms(options, 200, NULL), TORCTL_OK);
        begin_launch(options, 5);
        torctl_event_free(next_result(queue, 5, TORCTL_ERR_TIMEOUT));
        CHECK_INT(process_state(noted_pid()), 0);
        CHECK(is_cleared());
        REQUIRE_STATUS(torctl_launch_options_set_start_timeout_ms(options, HOUR_MS, NULL),
                       TORCTL_OK);
    }
    /* One that ends says why. */
    set_program(options, "echo '[warn] Not today.'; exit 3");
    begin_launch(options, 6);
    torctl_event *event = next_result(queue, 6, TORCTL_ERR_FAILED);
    torctl_error *err = torctl_result_error(event);
    CHECK_STR(torctl_error_reply_text(err), "Not today.");
    torctl_error_free(err);
    torctl_controller *tor = NULL;
    CHECK_STATUS(torctl_result_take_controller(event, &tor, NULL), TORCTL_ERR_FAILED);
    torctl_event_free(event);
    noted_pid();
    CHECK(is_cleared());
    /* What cannot be begun fails immediately. */
    REQUIRE_STATUS(torctl_launch_options_set_keep_running(options, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch(options, call, NULL, NULL), TORCTL_ERR_INVALID);
    torctl_launch_options_free(options);
}

/* A controller that nobody takes is closed, whether its event was seen or not. */
static void test_untaken(void)
{
    torctl_launch_options *options = offline();
    set_program(options, "exec tor \"$@\"");
    begin_launch(options, 7);
    torctl_event *event = next_result(queue, 7, TORCTL_OK);
    pid_t pid = noted_pid();
    CHECK_INT(process_state(pid), 1);
    torctl_event_free(event);
    CHECK_SOON(process_state(pid) == 0, 60);
    CHECK_SOON(is_cleared(), 60);

    begin_launch(options, 8);
    pid = noted_pid();
    torctl_queue_free(queue);
    CHECK_SOON(process_state(pid) == 0, 60);
    CHECK_SOON(is_cleared(), 60);
    queue = result_queue(anchor);
    torctl_launch_options_free(options);
}

/* Several at the same time, and what opens a connection to one of them. */
static void test_many(void)
{
    enum { MANY = 4 };
    torctl_launch_options *options = offline();
    torctl_controller *all[MANY] = {0}, *other = NULL, *lost = NULL;
    char address[700];
    snprintf(address, sizeof address, "%s/control", scratch);
    for (uint64_t i = 0; i < MANY; i++) {
        if (i == 0)
            REQUIRE_STATUS(torctl_launch_options_add(options, "ControlSocket", address, NULL),
                           TORCTL_OK);
        begin_launch(options, i);
        if (i == 0) {
            torctl_launch_options_free(options);
            options = offline();
        }
    }
    for (int i = 0; i < MANY; i++) {
        torctl_event *event = any_result(queue);
        CHECK_STATUS(torctl_result_status(event), TORCTL_OK);
        REQUIRE_STATUS(torctl_result_take_controller(event, &all[torctl_result_tag(event)], NULL),
                       TORCTL_OK);
        torctl_event_free(event);
    }
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 9, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_open(address, call, NULL, NULL), TORCTL_PENDING);
    torctl_event *event = next_result(queue, 9, TORCTL_OK);
    REQUIRE_STATUS(torctl_result_take_controller(event, &other, NULL), TORCTL_OK);
    torctl_event_free(event);
    check_conf(other, "DisableNetwork", "1");
    CHECK_INT(torctl_launched_pid(other), 0);
    torctl_controller_free(other);
    CHECK_STATUS(torctl_controller_open("/nonexistent/control", call, &lost, NULL), TORCTL_PENDING);
    torctl_event_free(next_result(queue, 9, TORCTL_ERR_CONNECT));
    CHECK(lost == NULL);
    CHECK_STATUS(torctl_controller_open("no address", call, NULL, NULL), TORCTL_ERR_INVALID);
    for (int i = 0; i < MANY; i++)
        torctl_controller_free(all[i]);
    torctl_launch_options_free(options);
    CHECK(is_cleared());
}

/* A controller that starts no thread launches in a loop of the program. */
static void test_thread_free(void)
{
    torctl_launch_options *options = offline();
    torctl_options *own = torctl_options_new();
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_options_set_thread_free(own, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_controller(options, own, NULL), TORCTL_OK);
    torctl_options_free(own);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 10, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch(options, call, NULL, &err), TORCTL_ERR_STATE);
    CHECK(strstr(torctl_error_message(err), "torctl_controller_new_launched()") != NULL);
    torctl_error_free(err);

    for (int is_cancelled = 0; is_cancelled < 2; is_cancelled++) {
        REQUIRE_STATUS(torctl_controller_new_launched(options, &tor, NULL), TORCTL_OK);
        CHECK_INT(torctl_launched_pid(tor), 0);
        CHECK_STR(torctl_launched_data_directory(tor), "");
        CHECK_STATUS(torctl_launched_wait(tor, 0, NULL, NULL, NULL, NULL), TORCTL_ERR_STATE);
        torctl_queue *own_queue = loop_queue(tor, 0);
        REQUIRE_STATUS(torctl_call_set_queue(call, own_queue, 11, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_controller_connect(tor, call, NULL), TORCTL_PENDING);
        pid_t pid = (pid_t)torctl_launched_pid(tor);
        CHECK_INT(process_state(pid), 1);
        if (is_cancelled) {
            torctl_call_cancel(call);
            loop_result(tor, own_queue, 11, TORCTL_ERR_CANCELLED);
            CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
            CHECK_INT(process_state(pid), 0);
            CHECK(is_cleared());
        } else {
            loop_result(tor, own_queue, 11, TORCTL_OK);
            CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_STATE);
            CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
            check_conf(tor, "DisableNetwork", "1");
            /* What it prints is read by the loop. */
            while (torctl_launched_output(tor, NULL, 0) < 100)
                loop_turn(tor, own_queue);
            CHECK_STATUS(torctl_launched_wait(tor, -1, call, NULL, NULL, NULL), TORCTL_PENDING);
            torctl_controller_close(tor);
            loop_result(tor, own_queue, 11, TORCTL_ERR_CLOSED);
        }
        CHECK_INT(task_count(), alone);
        torctl_controller_free(tor);
        torctl_queue_free(own_queue);
        CHECK_INT(process_state(pid), 0);
        CHECK(is_cleared());
    }
    torctl_launch_options_free(options);
    torctl_call_free(call);
    call = torctl_call_new();
}

int main(void)
{
    if (!has_tor())
        SKIP("tor is not installed");
    make_scratch();
    snprintf(places, sizeof places, "%s/tmp", scratch);
    REQUIRE(mkdir(places, 0700) == 0 && setenv("TMPDIR", places, 1) == 0);
    REQUIRE_STATUS(torctl_controller_new(NULL, &anchor, NULL), TORCTL_OK);
    queue = result_queue(anchor);
    call = torctl_call_new();
    alone = task_count();
    test_thread_free();
    test_begun();
    test_ended();
    test_untaken();
    test_many();
    torctl_call_free(call);
    torctl_queue_free(queue);
    torctl_controller_free(anchor);
    remove_scratch();
    return check_done();
}
