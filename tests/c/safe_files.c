/* Files that somebody else may have touched: the library looks before it writes or believes anything.
 * As root, the other user is nobody.
 *
 * ctest: unit timeout=300 valgrind=no tsan=no */
#include <dirent.h>
#include <sys/stat.h>

#include "peer.h"

enum { NOBODY = 65534 };

static char scratch[] = "/tmp/torctl-safe-XXXXXX";

static const char *in(const char *name)
{
    static char path[4][512];
    static int next;
    char *made = path[next++ % 4];
    snprintf(made, sizeof path[0], "%s/%s", scratch, name);
    return made;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs(text, file);
    fclose(file);
}

static void check_file(const char *path, const char *want)
{
    char text[256] = "";
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    CHECK_STR(text, want);
}

static torctl_launch_options *offline(const char *directory)
{
    torctl_launch_options *options = torctl_launch_options_new();
    REQUIRE_STATUS(torctl_launch_options_add(options, "DisableNetwork", "1", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_add(options, "SocksPort", "0", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, directory, NULL), TORCTL_OK);
    return options;
}

/* Launches in this directory; false if there is no tor. */
static int launch_in(const char *directory, int32_t control, torctl_status want, const char *words,
                     const char *more_words)
{
    torctl_launch_options *options = offline(directory);
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_launch_options_set_control(options, control, NULL), TORCTL_OK);
    torctl_status status = torctl_launch(options, NULL, &tor, &err);
    torctl_launch_options_free(options);
    int has_tor = !(status == TORCTL_ERR_CONNECT && torctl_error_errno(err) == ENOENT);
    if (err != NULL)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    if (has_tor) {
        CHECK_STATUS(status, want);
        CHECK(strstr(torctl_error_message(err), words) != NULL);
        CHECK(strstr(torctl_error_message(err), more_words) != NULL);
    }
    torctl_error_free(err);
    torctl_controller_free(tor);
    return has_tor;
}

/* Links in the place of every file that is written or read back, to one that must stay. */
static void plant(const char *directory)
{
    static const char *const names[] = {"torctl-torrc", "torctl-control-port",
                                        "torctl-control-cookie"};
    char path[600];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        REQUIRE(symlink(in("victim"), path) == 0);
    }
}

static void test_planted_links(void)
{
    struct stat what;
    char path[600], ours[512];
    write_file(in("victim"), "PORT=127.0.0.1:1\nprecious\n");
    const int32_t controls[] = {TORCTL_LAUNCH_DESCRIPTOR, TORCTL_LAUNCH_PORT};
    for (size_t i = 0; i < 2; i++) {
        const int32_t control = controls[i];
        snprintf(ours, sizeof ours, "%s", in(control == TORCTL_LAUNCH_PORT ? "ours-port" : "ours"));
        REQUIRE(mkdir(ours, 0700) == 0);
        plant(ours);
        int has_tor = launch_in(ours, control, TORCTL_OK, "", "");
        check_file(in("victim"), "PORT=127.0.0.1:1\nprecious\n");
        if (!has_tor)
            continue;
        snprintf(path, sizeof path, "%s/torctl-torrc", ours);
        REQUIRE(lstat(path, &what) == 0);
        CHECK(S_ISREG(what.st_mode));
        CHECK_INT(what.st_mode & 07777, 0600);
    }
}

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

static void test_directories(void)
{
    REQUIRE(mkdir(in("shared"), 0700) == 0 && chmod(in("shared"), 0777) == 0);
    launch_in(in("shared"), TORCTL_LAUNCH_DESCRIPTOR, TORCTL_ERR_SYSTEM, in("shared"), "mode 0777");
    CHECK_INT(count_entries(in("shared")), 0);
    launch_in(in("shared/below"), TORCTL_LAUNCH_DESCRIPTOR, TORCTL_ERR_SYSTEM,
              "written to by everybody", "mode 0777");
    CHECK_INT(count_entries(in("shared")), 0);
    REQUIRE(symlink(in("ours"), in("link")) == 0);
    launch_in(in("link"), TORCTL_LAUNCH_DESCRIPTOR, TORCTL_ERR_SYSTEM, "symbolic link", in("link"));

    if (geteuid() != 0)
        return;
    REQUIRE(mkdir(in("theirs"), 0700) == 0);
    plant(in("theirs"));
    REQUIRE(chown(in("theirs"), NOBODY, NOBODY) == 0);
    launch_in(in("theirs"), TORCTL_LAUNCH_DESCRIPTOR, TORCTL_ERR_SYSTEM, "belongs to", "mode 0700");
    launch_in(in("theirs"), TORCTL_LAUNCH_PORT, TORCTL_ERR_SYSTEM, "uid 65534", in("theirs"));
    CHECK_INT(count_entries(in("theirs")), 3);
    check_file(in("victim"), "PORT=127.0.0.1:1\nprecious\n");
}

static void test_keys(void)
{
    torctl_onion_key *key = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_onion_key_keep(in("key"), &key, NULL), TORCTL_OK);
    torctl_onion_key_free(key);
    static const mode_t open[] = {0640, 0604, 0644, 0660, 0611};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        char mode[16];
        snprintf(mode, sizeof mode, "mode %04o", (unsigned)open[i]);
        REQUIRE(chmod(in("key"), open[i]) == 0);
        CHECK_STATUS(torctl_onion_key_keep(in("key"), &key, &err), TORCTL_ERR_SYSTEM);
        CHECK(key == NULL);
        CHECK(strstr(torctl_error_message(err), mode) != NULL);
        CHECK(strstr(torctl_error_message(err), in("key")) != NULL);
        CHECK_INT(torctl_error_errno(err), EPERM);
        torctl_error_free(err);
    }
    REQUIRE(chmod(in("key"), 0400) == 0);
    CHECK_STATUS(torctl_onion_key_keep(in("key"), &key, NULL), TORCTL_OK);
    torctl_onion_key_free(key);
    if (geteuid() == 0) {
        REQUIRE(chown(in("key"), NOBODY, NOBODY) == 0);
        CHECK_STATUS(torctl_onion_key_keep(in("key"), &key, &err), TORCTL_ERR_SYSTEM);
        CHECK(strstr(torctl_error_message(err), "uid 65534") != NULL);
        torctl_error_free(err);
    }
    /* A pipe that nobody writes to does not hold anybody up. */
    REQUIRE(mkfifo(in("pipe"), 0600) == 0);
    CHECK_STATUS(torctl_onion_key_keep(in("pipe"), &key, NULL), TORCTL_ERR_SYSTEM);
}

int main(void)
{
    char command[64];
    REQUIRE(mkdtemp(scratch) != NULL);
    test_planted_links();
    test_directories();
    test_keys();
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    CHECK_INT(system(command), 0);
    return check_done();
}
