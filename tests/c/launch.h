/* A tor of the program's own, without network, for the tests of launching one. */
#ifndef TORCTL_TESTS_LAUNCH_H
#define TORCTL_TESTS_LAUNCH_H

#include <sys/stat.h>
#include <sys/wait.h>

#include "peer.h"

/* For the directories that a test names. */
static char scratch[] = "/tmp/torctl-test-XXXXXX";

static inline void make_scratch(void)
{
    REQUIRE(mkdtemp(scratch) != NULL);
}

static inline void remove_scratch(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    CHECK(system(command) == 0);
}

static inline int has_tor(void)
{
    const char *path = getenv("PATH");
    char name[4096];
    for (; path != NULL && *path != '\0'; path += strcspn(path, ":"), path += *path == ':') {
        snprintf(name, sizeof name, "%.*s/tor", (int)strcspn(path, ":"), path);
        if (access(name, X_OK) == 0)
            return 1;
    }
    return 0;
}

/* Without network: these tors talk to nobody. */
static inline torctl_launch_options *offline(void)
{
    torctl_launch_options *options = torctl_launch_options_new();
    REQUIRE_STATUS(torctl_launch_options_add(options, "DisableNetwork", "1", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_add(options, "SocksPort", "0", NULL), TORCTL_OK);
    return options;
}

static inline torctl_controller *launch(torctl_launch_options *options)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    if (torctl_launch(options, NULL, &tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(err == NULL);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
    return tor;
}

static inline int exists(const char *path)
{
    struct stat what;
    return lstat(path, &what) == 0;
}

/* 1 for a process that runs, 2 for a zombie, 0 for none. */
static inline int process_state(pid_t pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    char *got = fgets(line, sizeof line, file);
    fclose(file);
    const char *end = got == NULL ? NULL : strrchr(line, ')');
    return end == NULL ? 0 : end[2] == 'Z' ? 2 : 1;
}

static inline void check_conf(torctl_controller *tor, const char *name, const char *want)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_conf(tor, name, NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), want);
    torctl_values_free(values);
}

#endif
