/* A program that has no descriptors left: that is its own trouble (TORCTL_ERR_SYSTEM), and not that of
 * tor or of the address (TORCTL_ERR_CONNECT). And nothing is left lying about.
 *
 * ctest: unit timeout=300 valgrind=no asan=no tsan=no */
#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "peer.h"

static char scratch[] = "/tmp/torctl-lacking-XXXXXX";

static int count_entries(const char *path)
{
    int count = 0;
    DIR *dir = opendir(path);
    REQUIRE(dir != NULL);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2;
}

static void set_limit(rlim_t soft)
{
    struct rlimit limit;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = soft;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/* Whether it worked. */
static int check_outcome(const char *what, rlim_t limit, torctl_status status, torctl_error *err)
{
    int is_fine = status == TORCTL_OK || status == TORCTL_ERR_SYSTEM;
    /* Nobody listens there; that is not the limit's doing. */
    if (status == TORCTL_ERR_CONNECT && strstr(torctl_error_message(err), "refused") != NULL)
        is_fine = 1;
    CHECK(is_fine);
    if (status == TORCTL_ERR_SYSTEM)
        CHECK_INT(torctl_error_errno(err), EMFILE);
    if (!is_fine)
        fprintf(stderr, "%s with %d: %s: %s\n", what, (int)limit, torctl_status_name(status),
                torctl_error_message(err));
    torctl_error_free(err);
    return status != TORCTL_ERR_SYSTEM;
}

static int launch(rlim_t limit, int control)
{
    torctl_launch_options *options = torctl_launch_options_new();
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_launch_options_add(options, "DisableNetwork", "1", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_add(options, "SocksPort", "0", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_control(options, control, NULL), TORCTL_OK);
    torctl_status status = torctl_launch(options, NULL, &tor, &err);
    if (status == TORCTL_ERR_CONNECT && torctl_error_errno(err) == ENOENT)
        return 1;
    int worked =
        check_outcome(control == TORCTL_LAUNCH_PORT ? "port" : "launch", limit, status, err);
    torctl_controller_free(tor);
    torctl_launch_options_free(options);
    return worked;
}

static int open_address(rlim_t limit, const char *address)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    torctl_status status = torctl_controller_open(address, NULL, &tor, &err);
    return check_outcome(address == NULL ? "anywhere" : address, limit, status, err);
}

/* A bit for each that worked, in a process of its own. */
static int run(rlim_t limit)
{
    int status = 0;
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int worked = 0;
        /* The test's own descriptors must not count. */
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        set_limit(limit);
        worked |= open_address(limit, "127.0.0.1:1") << 0;
        worked |= open_address(limit, "localhost:1") << 1;
        worked |= open_address(limit, NULL) << 2;
        worked |= launch(limit, TORCTL_LAUNCH_DESCRIPTOR) << 3;
        worked |= launch(limit, TORCTL_LAUNCH_PORT) << 4;
        set_limit(64);
        CHECK_INT(count_entries(scratch), 0);
        _exit(check_failures != 0 ? 255 : worked);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : 0, 0);
    CHECK(WEXITSTATUS(status) != 255);
    return WEXITSTATUS(status);
}

int main(void)
{
    REQUIRE(mkdtemp(scratch) != NULL);
    setenv("TMPDIR", scratch, 1);
    setenv("TOR_CONTROL_PORT", "1", 1);
    /* With the least nothing goes, with the most all. */
    CHECK_INT(run(3), 0);
    for (rlim_t limit = 4; limit < 30; limit++)
        (void)run(limit);
    CHECK_INT(run(30), 31);
    CHECK_INT(rmdir(scratch), 0);
    return check_done();
}
