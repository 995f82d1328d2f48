/* How a tor of the program's own ends, and that nothing of it is left: no process, no zombie, no
 * directory.
 *
 * ctest: unit timeout=120 */
#include "launch.h"

#include <sys/prctl.h>

/* tor killed: everybody hears of it, and its status is there. */
static void test_killed(void)
{
    torctl_launch_options *options = offline();
    torctl_controller *tor = launch(options);
    torctl_launch_options_free(options);
    int32_t code = 99, number = 99;
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    REQUIRE(kill(pid, SIGKILL) == 0);
    CHECK_STATUS(torctl_launched_wait(tor, HOUR_MS, NULL, &code, &number, NULL), TORCTL_OK);
    CHECK_INT(code, -1);
    CHECK_INT(number, SIGKILL);
    CHECK_INT(process_state(pid), 0);
    CHECK_SOON(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL) == TORCTL_ERR_CLOSED, 10);
    CHECK(!exists(torctl_launched_data_directory(tor)));
    torctl_controller_free(tor);
}

/* A tor that stands still is killed in the end; and a host that ignores SIGCHLD is no trouble. */
static void test_stubborn(void)
{
    signal(SIGCHLD, SIG_IGN);
    torctl_launch_options *options = offline();
    torctl_controller *tor = launch(options);
    torctl_launch_options_free(options);
    int32_t code = 99;
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    REQUIRE(kill(pid, SIGSTOP) == 0);
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_launched_wait(tor, HOUR_MS, NULL, &code, NULL, NULL), TORCTL_OK);
    CHECK_INT(code, -1);
    CHECK_INT(process_state(pid), 0);
    CHECK(!exists(torctl_launched_data_directory(tor)));
    torctl_controller_free(tor);
    signal(SIGCHLD, SIG_DFL);
}

/* By choice it goes on, and can be controlled anew. */
static void test_kept(void)
{
    char directory[512], sock[600];
    torctl_launch_options *options = offline();
    torctl_controller *tor, *again = NULL;
    snprintf(directory, sizeof directory, "%s/kept", scratch);
    snprintf(sock, sizeof sock, "%s/control", directory);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, directory, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_keep_running(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_add(options, "ControlSocket", sock, NULL), TORCTL_OK);
    tor = launch(options);
    torctl_launch_options_free(options);
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    torctl_controller_free(tor);
    REQUIRE_STATUS(torctl_controller_open(sock, NULL, &again, NULL), TORCTL_OK);
    check_conf(again, "DataDirectory", directory);
    torctl_controller_free(again);
    CHECK_INT(process_state(pid), 1);
    REQUIRE(kill(pid, SIGTERM) == 0);
    /* Its zombie goes, too, though nobody has a handle any more. */
    CHECK_SOON(process_state(pid) == 0, 20);
}

/* Freed inside a callback, and many at once. */
static int32_t free_tor(const torctl_event *event, void *user_data)
{
    (void)event;
    torctl_controller **tor = user_data;
    if (*tor != NULL) {
        torctl_controller_free(*tor);
        SET(*tor, NULL);
    }
    return 0;
}

static void test_freed_inside(void)
{
    torctl_launch_options *options = offline();
    torctl_controller *tor = launch(options);
    torctl_launch_options_free(options);
    pid_t pid = (pid_t)torctl_launched_pid(tor);
    torctl_controller *held = tor;
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_CONF_CHANGED), free_tor,
                                       &held, NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    /* Answered or not: the end of the controller is on its way. */
    MAY_FAIL(torctl_set_conf(tor, "ContactInfo", "somebody", NULL, NULL));
    CHECK_SOON(GET(held) == NULL, 30);
    CHECK_INT(process_state(pid), 0);
}

/* The owner is killed, or ends without freeing anything: tor goes with it, and so does its directory. */
static void test_owner_dies(const char *self, const char *how)
{
    int report[2];
    char text[64] = "";
    size_t size = 0;
    REQUIRE(pipe(report) == 0);
    pid_t owner = fork();
    REQUIRE(owner >= 0);
    if (owner == 0) {
        dup2(report[1], STDOUT_FILENO);
        execl(self, self, how, (char *)NULL);
        _exit(127);
    }
    close(report[1]);
    while (size < sizeof text - 1 && strchr(text, '\n') == NULL) {
        ssize_t got = read(report[0], text + size, sizeof text - 1 - size);
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    char directory[512] = "";
    int pid = 0;
    REQUIRE(sscanf(text, "%d %50s", &pid, directory) == 2);
    if (strcmp(how, "--own") == 0) {
        CHECK_INT(process_state(pid), 1);
        CHECK(exists(directory));
        REQUIRE(kill(owner, SIGKILL) == 0);
    }
    REQUIRE(waitpid(owner, NULL, 0) == owner);
    /* Its new parent may take a while to fetch the zombie. */
    CHECK_SOON(process_state(pid) != 1, 60);
    CHECK_SOON(!exists(directory), 60);
    close(report[0]);
}

/* Of what the library does to keep that promise the host sees nothing: no signal but that of tor's own
 * end, no child that it could wait for, no descriptor. Not even as the one who collects orphans. */
static int ends_of_children;

static void count_end(int number)
{
    (void)number;
    ADD(ends_of_children, 1);
}

static void test_no_other_child(void)
{
    torctl_launch_options *options = offline();
    struct sigaction act = {.sa_handler = count_end}, old;
    for (int collects = 0; collects < 2; collects++) {
        /* A child of its own that has ended is the host's to wait for. */
        siginfo_t end;
        pid_t own = fork();
        if (own == 0)
            _exit(7);
        REQUIRE(own > 0 && waitid(P_PID, (id_t)own, &end, WEXITED | WNOWAIT) == 0);
        REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, collects) == 0);
        REQUIRE(sigaction(SIGCHLD, &act, &old) == 0);
        SET(ends_of_children, 0);
        torctl_controller *tor = launch(options);
        CHECK_INT(GET(ends_of_children), 0);
        torctl_controller_free(tor);
        /* Orphans' ends are announced to who collects them. */
        CHECK_INT(GET(ends_of_children) >= 1, 1);
        if (!collects)
            CHECK_INT(GET(ends_of_children), 1);
        int status = 0;
        CHECK_INT(waitpid(own, &status, 0), own);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
#ifndef __SANITIZE_THREAD__ /* whose runtime may have a child of its own, which names the frames */
        CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
        CHECK_INT(errno, ECHILD);
#endif
        REQUIRE(sigaction(SIGCHLD, &old, NULL) == 0);
    }
    REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
    torctl_launch_options_free(options);
}

/* A host without standard input and output, as daemons are: their numbers are used for other files. */
static int run_closed(void)
{
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    torctl_launch_options *options = offline();
    const int32_t controls[] = {TORCTL_LAUNCH_DESCRIPTOR, TORCTL_LAUNCH_PORT};
    for (size_t i = 0; i < 2; i++) {
        REQUIRE_STATUS(torctl_launch_options_set_control(options, controls[i], NULL), TORCTL_OK);
        torctl_controller *tor = launch(options);
        check_conf(tor, "DisableNetwork", "1");
        torctl_controller_free(tor);
    }
    torctl_launch_options_free(options);
    return check_done();
}

static void test_closed(const char *self)
{
    int status = 0;
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        execl(self, self, "--closed", (char *)NULL);
        _exit(127);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void own(int only_exits)
{
    torctl_launch_options *options = offline();
    torctl_controller *tor = launch(options);
    printf("%d %s\n", (int)torctl_launched_pid(tor), torctl_launched_data_directory(tor));
    fflush(stdout);
    if (only_exits)
        exit(EXIT_SUCCESS);
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    if (!has_tor())
        SKIP("tor is not installed");
    unsetenv("TMPDIR");
    if (argc > 1 && strcmp(argv[1], "--own") == 0)
        own(0);
    if (argc > 1 && strcmp(argv[1], "--exit") == 0)
        own(1);
    if (argc > 1 && strcmp(argv[1], "--closed") == 0)
        return run_closed();
    make_scratch();
    test_killed();
    test_kept();
    test_freed_inside();
    test_owner_dies(argv[0], "--own");
    test_owner_dies(argv[0], "--exit");
    test_no_other_child();
    test_closed(argv[0]);
    test_stubborn();
    remove_scratch();
    return check_done();
}
