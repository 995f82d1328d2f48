/* A program that has more rights than who started it believes no variable of the environment: here one
 * that is setgid, a copy of this test.
 *
 * ctest: unit timeout=120 valgrind=no asan=no tsan=no */
#include <grp.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "peer.h"

static char scratch[] = "/tmp/torctl-secure-XXXXXX";

static const char *in(const char *name)
{
    static char path[4][512];
    static int next;
    char *made = path[next++ % 4];
    snprintf(made, sizeof path[0], "%s/%s", scratch, name);
    return made;
}

/* The program: looks for a tor, and starts one by its name and one by its path. */
static int run(int want_secure, const char *spy)
{
    torctl_controller *tor = NULL;
    if ((getauxval(AT_SECURE) != 0) != want_secure)
        return 3;
    torctl_options *options = torctl_options_new();
    torctl_launch_options *launch = torctl_launch_options_new();
    REQUIRE_STATUS(torctl_options_set_connect_timeout_ms(options, 500, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    MAY_FAIL(torctl_controller_connect(tor, NULL, NULL));
    torctl_controller_free(tor);
    REQUIRE_STATUS(torctl_launch_options_set_program(launch, "torctl-spy", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch(launch, NULL, &tor, NULL),
                 want_secure ? TORCTL_ERR_CONNECT : TORCTL_ERR_FAILED);
    REQUIRE_STATUS(torctl_launch_options_set_program(launch, spy, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch(launch, NULL, &tor, NULL), TORCTL_ERR_FAILED);
    torctl_launch_options_free(launch);
    torctl_options_free(options);
    return check_done();
}

/* How many connections wait at the socket; takes them. */
static int count_connections(int listener)
{
    int count = 0, fd;
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        close(fd);
        count++;
    }
    return count;
}

/* What the spy was called with, and how often. */
static int count_calls(const char *words)
{
    char line[1024];
    int count = 0;
    FILE *file = fopen(in("calls"), "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        count += strstr(line, words) != NULL;
    if (file != NULL)
        fclose(file);
    return count;
}

static int start(const char *program, const char *how)
{
    int status = 0;
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        execl(program, program, how, in("torctl-spy"), (char *)NULL);
        _exit(127);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Another group than ours that we may give a file to. */
static int other_group(gid_t *found)
{
    gid_t groups[64];
    int count = getgroups(64, groups);
    if (geteuid() == 0) {
        *found = 65534;
        return 1;
    }
    for (int i = 0; i < count; i++) {
        if (groups[i] != getegid()) {
            *found = groups[i];
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    char command[2048];
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    gid_t group = 0;
    if (argc > 2)
        return run(strcmp(argv[1], "--secure") == 0, argv[2]);
    if (!other_group(&group))
        SKIP("there is no group to give a program to");
    REQUIRE(mkdtemp(scratch) != NULL);
    snprintf(command, sizeof command, "cp '%s' '%s' && mkdir '%s'", argv[0], in("program"),
             in("tmp"));
    REQUIRE(system(command) == 0);
    REQUIRE(chown(in("program"), (uid_t)-1, group) == 0 && chmod(in("program"), 02755) == 0);
    FILE *spy = fopen(in("torctl-spy"), "w");
    REQUIRE(spy != NULL);
    fprintf(spy, "#!/bin/sh\necho \"$2 TMPDIR=$TMPDIR\" >> '%s'\n", in("calls"));
    fclose(spy);
    REQUIRE(chmod(in("torctl-spy"), 0755) == 0);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    snprintf(place.sun_path, sizeof place.sun_path, "%s", in("control"));
    REQUIRE(bind(listener, (struct sockaddr *)&place, sizeof place) == 0);
    REQUIRE(listen(listener, 8) == 0);
    setenv("TOR_CONTROL_IPC_PATH", place.sun_path, 1);
    setenv("TMPDIR", in("tmp"), 1);
    setenv("PATH", scratch, 1);

    /* As an ordinary program it believes all of them. */
    CHECK_INT(start(argv[0], "--plain"), 0);
    CHECK_INT(count_connections(listener), 1);
    CHECK_INT(count_calls(in("tmp/torctl-")), 2);
    CHECK_INT(count_calls("TMPDIR=/"), 2);
    unlink(in("calls"));

    int code = start(in("program"), "--secure");
    if (code == 3)
        SKIP("/tmp takes no setgid programs");
    CHECK_INT(code, 0);
    CHECK_INT(count_connections(listener), 0);
    CHECK_INT(count_calls(" TMPDIR="), 1);
    CHECK_INT(count_calls(in("tmp/torctl-")), 0);
    CHECK_INT(count_calls("/tmp/torctl-"), 1);
    CHECK_INT(count_calls("TMPDIR=/"), 0);
    close(listener);
    snprintf(command, sizeof command, "/bin/rm -rf '%s'", scratch);
    CHECK_INT(system(command), 0);
    return check_done();
}
