/* A tor of the program's own that dies is started again, as often as it may be.
 *
 * ctest: unit timeout=120 mode=thread_free */
#include <pthread.h>

#include "launch_loop.h"

static torctl_controller *launch_in_loop(torctl_launch_options *options)
{
    torctl_controller *tor = launch(options);
    CHECK((torctl_controller_fd(tor) >= 0) == loop_is_wanted());
    return tor;
}

static void add_service(torctl_controller *tor, char *address, size_t room)
{
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion *onion = NULL;
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    snprintf(address, room, "%.56s", torctl_onion_address(onion));
    torctl_onion_free(onion);
    torctl_onion_options_free(options);
}

static int has_service(torctl_controller *tor, const char *address)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_info(tor, "onions/current", NULL, &values, NULL), TORCTL_OK);
    int has = strstr(torctl_values_value(values, 0), address) != NULL;
    torctl_values_free(values);
    return has;
}

/* Everything goes on with another process in the same directory. */
static void test_again(int32_t control)
{
    char directory[512], file[600], address[80], pid_text[32];
    torctl_launch_options *options = again();
    REQUIRE_STATUS(torctl_launch_options_set_control(options, control, NULL), TORCTL_OK);
    torctl_controller *tor = launch_in_loop(options);
    torctl_launch_options_free(options);
    torctl_queue *queue =
        loop_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_RESTORED) | TORCTL_KIND_BIT(TORCTL_EVENT_GAP) |
                            TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL));
    snprintf(directory, sizeof directory, "%s", torctl_launched_data_directory(tor));
    snprintf(file, sizeof file, "%s/mark", directory);
    FILE *mark = fopen(file, "w");
    REQUIRE(mark != NULL && fclose(mark) == 0);
    add_service(tor, address, sizeof address);

    for (int i = 2; i <= 4; i++) {
        pid_t pid = (pid_t)torctl_launched_pid(tor);
        REQUIRE(kill(pid, i % 2 == 0 ? SIGKILL : SIGTERM) == 0);
        torctl_event *event = loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_WAITING);
        CHECK_STR(torctl_state_event_cause(event), "ENDED");
        CHECK(strstr(torctl_state_event_message(event), i % 2 == 0 ? "signal 9" : "status 0"));
        torctl_event_free(event);
        event = loop_until(tor, queue, TORCTL_EVENT_RESTORED, 0);
        torctl_event_free(event);
        event = loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_READY);
        CHECK_INT(torctl_state_event_incarnation(event), i);
        CHECK(torctl_launched_pid(tor) != pid);
        CHECK_INT(torctl_state_event_pid(event), torctl_launched_pid(tor));
        torctl_event_free(event);
        CHECK_INT(process_state(pid), 0);
        CHECK(has_service(tor, address));
        CHECK(exists(file));
        CHECK_STR(torctl_launched_data_directory(tor), directory);
        check_conf(tor, "DataDirectory", directory);
        snprintf(pid_text, sizeof pid_text, "%d", (int)torctl_launched_pid(tor));
        torctl_values *values = NULL;
        REQUIRE_STATUS(torctl_get_info(tor, "process/pid", NULL, &values, NULL), TORCTL_OK);
        CHECK_STR(torctl_values_value(values, 0), pid_text);
        torctl_values_free(values);
        CHECK_STATUS(torctl_launched_wait(tor, 0, NULL, NULL, NULL, NULL), TORCTL_ERR_TIMEOUT);
    }
    /* One whose end is waited for is the one that runs. */
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    int32_t code = 99, number = 99;
    REQUIRE(kill(pid, SIGKILL) == 0);
    CHECK_STATUS(torctl_launched_wait(tor, HOUR_MS, NULL, &code, &number, NULL), TORCTL_OK);
    CHECK_INT(code, -1);
    CHECK_INT(number, SIGKILL);
    REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    pid = (pid_t)torctl_launched_pid(tor);
    torctl_controller_free(tor);
    CHECK_INT(process_state(pid), 0);
    CHECK(!exists(directory));
    torctl_queue_free(queue);
}

/* So often and not once more: the controller says how tor ended. */
static void test_limit(void)
{
    torctl_launch_options *options = again();
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_launch_options_set_restarts(options, 2, HOUR_MS, NULL), TORCTL_OK);
    torctl_controller *tor = launch_in_loop(options);
    torctl_launch_options_free(options);
    torctl_queue *queue = loop_queue(tor, 0);
    for (int i = 0; i < 3; i++) {
        REQUIRE(kill((pid_t)torctl_launched_pid(tor), SIGKILL) == 0);
        if (i < 2)
            torctl_event_free(loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_READY));
    }
    torctl_event *event = loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_CLOSED);
    CHECK_STR(torctl_state_event_cause(event), "ENDED");
    CHECK(strstr(torctl_state_event_message(event), "signal 9") != NULL);
    CHECK(strstr(torctl_state_event_message(event), "2 times within 3600000 ms") != NULL);
    torctl_event_free(event);
    CHECK(loop_next(tor, queue) == NULL);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_ACTIVE, NULL, &err), TORCTL_ERR_CLOSED);
    CHECK(strstr(torctl_error_message(err), "signal 9") != NULL);
    torctl_error_free(err);
    CHECK(!exists(torctl_launched_data_directory(tor)));
    CHECK_INT(process_state((pid_t)torctl_launched_pid(tor)), 0);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
}

/* One that cannot start again says why, each time and in the end. */
static void test_no_start(void)
{
    char program[64], text[1024];
    torctl_launch_options *options = again();
    snprintf(program, sizeof program, "%s/once", scratch);
    snprintf(text, sizeof text,
             "if test -e %s.was; then echo '[warn] Only once.'; exit 3; fi\n: > %s.was\n"
             "exec tor \"$@\"",
             program, program);
    write_program(program, text);
    REQUIRE_STATUS(torctl_launch_options_set_program(options, program, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_restarts(options, 3, HOUR_MS, NULL), TORCTL_OK);
    torctl_controller *tor = launch_in_loop(options);
    torctl_launch_options_free(options);
    torctl_queue *queue = loop_queue(tor, 0);
    REQUIRE(kill((pid_t)torctl_launched_pid(tor), SIGKILL) == 0);
    int waits = 0;
    torctl_event *event;
    while ((event = loop_next(tor, queue)) != NULL) {
        const char *message = torctl_state_event_message(event);
        switch (torctl_state_event_state(event)) {
        case TORCTL_STATE_WAITING:
            CHECK(strstr(message, waits == 0 ? "signal 9" : "status 3: Only once.") != NULL);
            waits++;
            break;
        case TORCTL_STATE_CLOSED:
            CHECK(strstr(message, "status 3: Only once.; it was started again 3 times") != NULL);
            break;
        default:
            CHECK(torctl_state_event_state(event) != TORCTL_STATE_READY);
        }
        torctl_event_free(event);
    }
    CHECK_INT(waits, 3);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
}

/* What the program has ended stays so. */
static void test_told_to_end(void)
{
    torctl_launch_options *options = again();
    torctl_controller *tor = launch_in_loop(options);
    torctl_launch_options_free(options);
    torctl_queue *queue = loop_queue(tor, 0);
    MAY_FAIL(torctl_signal(tor, TORCTL_SIGNAL_HALT, NULL, NULL));
    torctl_event *event = loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_CLOSED);
    CHECK_STR(torctl_state_event_cause(event), "ENDED");
    torctl_event_free(event);
    CHECK_INT(torctl_controller_incarnation(tor), 1);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
}

/* Closed while it waits, and while the next tor starts. */
static void test_closed_between(void)
{
    torctl_launch_options *options = again();
    for (int i = 0; i < 2; i++) {
        torctl_controller *tor = launch_in_loop(options);
        torctl_queue *queue = loop_queue(tor, 0);
        char directory[512];
        snprintf(directory, sizeof directory, "%s", torctl_launched_data_directory(tor));
        REQUIRE(kill((pid_t)torctl_launched_pid(tor), SIGKILL) == 0);
        torctl_event_free(loop_until(tor, queue, TORCTL_EVENT_STATE,
                                     i == 0 ? TORCTL_STATE_WAITING : TORCTL_STATE_CONNECTED));
        pid_t pid = (pid_t)torctl_launched_pid(tor);
        torctl_controller_free(tor);
        CHECK(!exists(directory));
        CHECK_INT(process_state(pid), 0);
        torctl_queue_free(queue);
    }
    torctl_launch_options_free(options);
}

/* A tor that goes on without its connection is not started again but found. */
static void test_kept(void)
{
    char directory[512];
    torctl_launch_options *options = again();
    snprintf(directory, sizeof directory, "%s/kept", scratch);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, directory, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_keep_running(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_control(options, TORCTL_LAUNCH_PORT, NULL), TORCTL_OK);
    torctl_controller *tor = launch_in_loop(options);
    torctl_launch_options_free(options);
    torctl_queue *queue = loop_queue(tor, 0);
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    torctl_reply *reply = NULL;
    /* tor answers, and ends the connection. */
    MAY_FAIL(torctl_request(tor, "QUIT", NULL, 0, NULL, &reply, NULL));
    torctl_reply_free(reply);
    torctl_event_free(loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_WAITING));
    torctl_event_free(loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_READY));
    CHECK_INT(torctl_launched_pid(tor), pid);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    CHECK_INT(process_state(pid), 1);
    REQUIRE(kill(pid, SIGTERM) == 0);
    if (loop_is_wanted())
        REQUIRE(waitpid(pid, NULL, 0) == pid);
    CHECK_SOON(process_state(pid) == 0, 20);
}

/* The host is killed after a restart: tor goes, and the directory too. */
static void own(void)
{
    torctl_launch_options *options = again();
    torctl_controller *tor = launch_in_loop(options);
    torctl_queue *queue = loop_queue(tor, 0);
    REQUIRE(kill((pid_t)torctl_launched_pid(tor), SIGKILL) == 0);
    torctl_event_free(loop_until(tor, queue, TORCTL_EVENT_STATE, TORCTL_STATE_READY));
    printf("%d %s\n", (int)torctl_launched_pid(tor), torctl_launched_data_directory(tor));
    fflush(stdout);
    for (;;)
        pause();
}

static void test_owner_dies(const char *self)
{
    int report[2];
    REQUIRE(pipe(report) == 0);
    pid_t owner = fork();
    REQUIRE(owner >= 0);
    if (owner == 0) {
        dup2(report[1], STDOUT_FILENO);
        execl(self, self, "--own", (char *)NULL);
        _exit(127);
    }
    close(report[1]);
    FILE *said = fdopen(report[0], "r");
    char directory[64] = "";
    int pid = 0;
    REQUIRE(said != NULL && fscanf(said, "%d %50s", &pid, directory) == 2);
    CHECK_INT(process_state(pid), 1);
    CHECK(exists(directory));
    REQUIRE(kill(owner, SIGKILL) == 0);
    REQUIRE(waitpid(owner, NULL, 0) == owner);
    CHECK_SOON(process_state(pid) != 1, 60);
    CHECK_SOON(!exists(directory), 60);
    fclose(said);
}

static void *first_run(void *unused)
{
    return unused;
}

int main(int argc, char **argv)
{
    if (!has_tor())
        SKIP("tor is not installed");
    unsetenv("TMPDIR");
    /* An instrument begins a thread of its own with the first of the program. */
    pthread_t first;
    REQUIRE(pthread_create(&first, NULL, first_run, NULL) == 0);
    REQUIRE(pthread_join(first, NULL) == 0);
    alone = task_count();
    if (argc > 1 && strcmp(argv[1], "--own") == 0)
        own();
    make_scratch();
    test_again(TORCTL_LAUNCH_DESCRIPTOR);
    test_again(TORCTL_LAUNCH_PORT);
    test_limit();
    test_no_start();
    test_told_to_end();
    test_closed_between();
    test_kept();
    test_owner_dies(argv[0]);
    CHECK_SOON(task_count() == alone, 20);
    remove_scratch();
    return check_done();
}
