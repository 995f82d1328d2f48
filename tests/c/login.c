/* Every way to reach a real tor and every way to be let in: addresses, descriptors, looking for it,
 * passwords and cookies, and what is said when it fails.
 *
 * ctest: live auth=none,cookie,password,both mode=thread_free */
#include "live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *mode, *password, *cookie_file, *socket_path, *directory;
static int port;

static int mode_has(const char *what)
{
    return strcmp(mode, what) == 0 || (strcmp(mode, "both") == 0 && strcmp(what, "none") != 0);
}

static torctl_status try_it(torctl_options *options, char *message, size_t room, int *reply_code)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_status status = torctl_controller_connect(tor, NULL, &err);
    CHECK((err != NULL) == (status != TORCTL_OK));
    if (message != NULL)
        snprintf(message, room, "%s", torctl_error_message(err));
    if (reply_code != NULL)
        *reply_code = torctl_error_reply_code(err);
    if (status == TORCTL_OK) {
        torctl_values *values = NULL;
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
        CHECK_STATUS(torctl_get_info(tor, "process/pid", NULL, &values, NULL), TORCTL_OK);
        CHECK_STR(torctl_values_value(values, 0), check_env("TORCTL_TEST_TOR_PID"));
        torctl_values_free(values);
    } else {
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
        CHECK(strpbrk(torctl_error_message(err), "\r\n") == NULL);
        if (password != NULL)
            CHECK(strstr(torctl_error_message(err), password) == NULL);
    }
    torctl_error_free(err);
    torctl_controller_free(tor);
    return status;
}

static void addresses(void)
{
    char text[256];
    const char *const formats[] = {"127.0.0.1:%d", "localhost:%d"};
    for (int i = 0; i < 4; i++) {
        torctl_options *options = live_options();
        if (i < 2)
            snprintf(text, sizeof text, formats[i], port);
        else
            snprintf(text, sizeof text, "%s%s", i == 2 ? "unix:" : "", socket_path);
        CHECK_STATUS(torctl_options_set_address(options, text, NULL), TORCTL_OK);
        CHECK_STATUS(try_it(options, NULL, 0, NULL), TORCTL_OK);
        torctl_options_free(options);
    }
    if (mode_has("none") || mode_has("cookie")) {
        torctl_controller *tor = NULL;
        CHECK_STATUS(torctl_controller_open(socket_path, NULL, &tor, NULL), TORCTL_OK);
        torctl_controller_free(tor);
    }
    static const char *const refused[] =
        {"",         "127.0.0.1",   "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x",
         "::1:9051", "[::1]",       "[::1:9051",  "[x]:9051",    ":9051",           "a b:9051",
         "unix:",    "host\n:9051", "9051",       "-1"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        torctl_options *options = torctl_options_new();
        torctl_error *err = NULL;
        CHECK_STATUS(torctl_options_set_address(options, refused[i], &err), TORCTL_ERR_INVALID);
        CHECK(strstr(torctl_error_message(err), "address") != NULL);
        CHECK(strpbrk(torctl_error_message(err), "\r\n") == NULL);
        torctl_error_free(err);
        torctl_options_free(options);
    }
    char longest[200] = "/";
    memset(longest + 1, 'x', sizeof longest - 2);
    longest[sizeof longest - 1] = '\0';
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_address(options, longest, NULL), TORCTL_ERR_INVALID);
    torctl_options_free(options);
}

static int connect_unix(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static int connect_tcp(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static void send_line(int fd, const char *line)
{
    char reply[256];
    REQUIRE(send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line));
    ssize_t got = recv(fd, reply, sizeof reply, 0);
    REQUIRE(got > 4 && memcmp(reply, "250 ", 4) == 0);
}

/* Lets a connection in by hand, as one that was let in already would be. */
static void authenticate(int fd)
{
    char line[1024] = "AUTHENTICATE";
    if (mode_has("password")) {
        size_t used = strlen(line);
        line[used++] = ' ';
        for (const char *at = password; *at != '\0'; at++)
            used += (size_t)sprintf(line + used, "%02x", (unsigned char)*at);
    } else if (mode_has("cookie")) {
        unsigned char cookie[32];
        size_t used = strlen(line);
        FILE *file = fopen(cookie_file, "rb");
        REQUIRE(file != NULL && fread(cookie, 1, sizeof cookie, file) == sizeof cookie);
        fclose(file);
        line[used++] = ' ';
        for (size_t i = 0; i < sizeof cookie; i++)
            used += (size_t)sprintf(line + used, "%02x", cookie[i]);
    }
    strcat(line, "\r\n");
    send_line(fd, line);
}

static void descriptors(void)
{
    for (int way = 0; way < 4; way++) {
        torctl_options *options = live_options();
        int fd = way % 2 ? connect_tcp() : connect_unix();
        if (way >= 2)
            authenticate(fd);
        CHECK_STATUS(torctl_options_set_fd(options, fd, way >= 2, NULL), TORCTL_OK);
        CHECK_STATUS(try_it(options, NULL, 0, NULL), TORCTL_OK);
        /* It was used up, and closed with its controller. */
        CHECK(fcntl(fd, F_GETFD) < 0);
        CHECK_STATUS(try_it(options, NULL, 0, NULL), TORCTL_ERR_STATE);
        torctl_options_free(options);
    }
    /* Unused, it goes with the options; refused, it stays with the caller. */
    torctl_options *options = torctl_options_new();
    int fd = connect_unix();
    CHECK_STATUS(torctl_options_set_fd(NULL, fd, 0, NULL), TORCTL_ERR_INVALID);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    CHECK_STATUS(torctl_options_set_fd(options, -1, 0, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_fd(options, 9999, 0, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_fd(options, fd, 0, NULL), TORCTL_OK);
    torctl_options_free(options);
    CHECK(fcntl(fd, F_GETFD) < 0);
    /* The wrong one: not let in although it was said so. */
    if (!mode_has("none")) {
        torctl_controller *tor = NULL;
        options = torctl_options_new();
        CHECK_STATUS(torctl_options_set_fd(options, connect_unix(), 1, NULL), TORCTL_OK);
        REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
        torctl_status status = torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL);
        CHECK(status == TORCTL_ERR_CLOSED || status == TORCTL_ERR_REJECTED);
        torctl_controller_free(tor);
        torctl_options_free(options);
    }
}

struct attempt {
    int32_t method;
    int has_password;
    const char *password; /* NULL for the right one */
    torctl_status expected;
    const char *says;
};

static void one_attempt(const struct attempt *a)
{
    char message[2048];
    torctl_options *options = live_options();
    const char *given = !a->has_password ? NULL : a->password != NULL ? a->password : password;
    CHECK_STATUS(torctl_options_set_password(options, given, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_auth(options, a->method, NULL), TORCTL_OK);
    torctl_status status = try_it(options, message, sizeof message, NULL);
    CHECK_STATUS(status, a->expected);
    if (status != a->expected || (a->says != NULL && strstr(message, a->says) == NULL)) {
        fprintf(stderr, "%s, method %d: %s\n", mode, (int)a->method, message);
        CHECK(strstr(message, a->says != NULL ? a->says : "") != NULL);
    }
    torctl_options_free(options);
}

static void methods(void)
{
    const int32_t OK = TORCTL_OK, NO = TORCTL_ERR_AUTH;
    int none = mode_has("none"), cookie = mode_has("cookie"), pass = mode_has("password");
    const struct attempt attempts[] = {
        {TORCTL_AUTH_AUTO, 0, NULL, none || cookie ? OK : NO,
         none || cookie ? NULL : "no password was given"},
        {TORCTL_AUTH_AUTO, 1, password ? NULL : "x", OK, NULL},
        {TORCTL_AUTH_AUTO, 1, "wrong", none || cookie ? OK : NO, none || cookie ? NULL : "515"},
        {TORCTL_AUTH_NULL, 0, NULL, none ? OK : NO, none ? NULL : "NULL"},
        {TORCTL_AUTH_PASSWORD, 1, password ? NULL : "x", pass ? OK : NO,
         pass ? NULL : "not offered"},
        {TORCTL_AUTH_PASSWORD, 1, "wrong", NO, pass ? "515" : "not offered"},
        {TORCTL_AUTH_PASSWORD, 1, "16:872860B76453A77D60CA2BB8C1A7042072093276A3D701AD684053EC4C",
         NO, pass ? "looks like the hash" : "not offered"},
        {TORCTL_AUTH_PASSWORD, 1, "", NO, pass ? "515" : "not offered"},
        {TORCTL_AUTH_PASSWORD, 1, "any \"bytes\\ \xff\xfe", NO, pass ? "515" : "not offered"},
        {TORCTL_AUTH_PASSWORD, 1, "two\r\nSIGNAL HALT", NO, pass ? "515" : "not offered"},
        {TORCTL_AUTH_PASSWORD, 0, NULL, NO, pass ? "password" : "not offered"},
        {TORCTL_AUTH_SAFECOOKIE, 0, NULL, cookie ? OK : NO, cookie ? NULL : "not offered"},
        {TORCTL_AUTH_COOKIE, 0, NULL, cookie ? OK : NO, cookie ? NULL : "not offered"},
    };
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
        one_attempt(&attempts[i]);
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_auth(options, 5, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_auth(options, -1, NULL), TORCTL_ERR_INVALID);
    torctl_options_free(options);
    /* tor runs on: nothing that was sent as a password has told it otherwise. */
    CHECK_INT(kill((pid_t)atoi(check_env("TORCTL_TEST_TOR_PID")), 0), 0);
}

static void write_cookie(const char *path, size_t size)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    for (size_t i = 0; i < size; i++)
        fputc('c', file);
    fclose(file);
}

static void cookie_fails(const char *path, int32_t method, const char *says, int wanted_errno)
{
    torctl_options *options = live_options();
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_options_set_password(options, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_cookie_file(options, path, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_auth(options, method, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_AUTH);
    const char *message = torctl_error_message(err);
    if (strstr(message, says) == NULL || strstr(message, path) == NULL)
        fprintf(stderr, "%s\n", message);
    CHECK(strstr(message, says) != NULL);
    CHECK(strstr(message, path) != NULL);
    CHECK(strstr(message, "SAFECOOKIE") != NULL);
    CHECK_INT(torctl_error_errno(err), wanted_errno);
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_options_free(options);
}

static void cookies(void)
{
    char path[300], refused[2048];
    int reply_code = 0;
    snprintf(path, sizeof path, "%s/other-cookie", directory);
    cookie_fails(path, TORCTL_AUTH_SAFECOOKIE, strerror(ENOENT), ENOENT);
    for (int method = TORCTL_AUTH_COOKIE; method <= TORCTL_AUTH_SAFECOOKIE; method++) {
        write_cookie(path, 31);
        cookie_fails(path, method, "31 bytes", 0);
        write_cookie(path, 33);
        cookie_fails(path, method, "33 bytes", 0);
        write_cookie(path, 0);
        cookie_fails(path, method, "0 bytes", 0);
        cookie_fails(directory, method, "regular file", 0);
    }
    /* One that is not tor's: tor cannot prove that it knows it. Sent as it is, tor refuses it. */
    write_cookie(path, 32);
    torctl_options *options = live_options();
    CHECK_STATUS(torctl_options_set_password(options, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_cookie_file(options, path, NULL), TORCTL_OK);
    CHECK_STATUS(try_it(options, refused, sizeof refused, NULL), TORCTL_ERR_AUTH);
    CHECK(strstr(refused, "prove") != NULL);
    CHECK_STATUS(torctl_options_set_auth(options, TORCTL_AUTH_COOKIE, NULL), TORCTL_OK);
    CHECK_STATUS(try_it(options, refused, sizeof refused, &reply_code), TORCTL_ERR_AUTH);
    CHECK_INT(reply_code, 515);
    CHECK(strstr(refused, "cccc") == NULL);
    torctl_options_free(options);
    unlink(path);
}

/* A cookie that this user may not read: whose it is, and what would help. */
static void a_cookie_of_somebody_else(void)
{
    char path[300];
    snprintf(path, sizeof path, "/tmp/torctl-cookie-%d", (int)getpid());
    write_cookie(path, 32);
    REQUIRE(chmod(path, 0) == 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(CHECK_SKIPPED);
        check_failures = 0;
        /* tor's socket is in a directory of its own, so by port. */
        char address[64];
        torctl_options *options = torctl_options_new();
        torctl_controller *tor = NULL;
        torctl_error *err = NULL;
        snprintf(address, sizeof address, "127.0.0.1:%d", port);
        CHECK_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_options_set_cookie_file(options, path, NULL), TORCTL_OK);
        REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_AUTH);
        CHECK_INT(torctl_error_errno(err), EACCES);
        CHECK(strstr(torctl_error_message(err), path) != NULL);
        CHECK(strstr(torctl_error_message(err), strerror(EACCES)) != NULL);
        if (geteuid() == 65534)
            CHECK(strstr(torctl_error_message(err), "root") != NULL);
        torctl_error_free(err);
        torctl_controller_free(tor);
        torctl_options_free(options);
        _exit(check_failures != 0);
    }
    int status = 0;
    REQUIRE(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CHECK_SKIPPED);
    unlink(path);
}

static const char *const variables[] = {"TOR_CONTROL_IPC_PATH", "TOR_CONTROL_HOST",
                                        "TOR_CONTROL_PORT", "TOR_CONTROL_PASSWD",
                                        "TOR_CONTROL_COOKIE_AUTH_FILE"};

static void clear_environment(void)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
}

/* Looks for tor with default options; in the environment what is set by now. */
static torctl_status look(char *message, size_t room)
{
    torctl_options *options = torctl_options_new();
    torctl_status status = try_it(options, message, room, NULL);
    torctl_options_free(options);
    return status;
}

static void found_by_environment(void)
{
    char message[4096], number[16];
    snprintf(number, sizeof number, "%d", port);
    clear_environment();
    if (password != NULL)
        setenv("TOR_CONTROL_PASSWD", password, 1);
    setenv("TOR_CONTROL_IPC_PATH", socket_path, 1);
    CHECK_STATUS(look(message, sizeof message), TORCTL_OK);
    /* The first one that works; what is no tor is passed by. */
    setenv("TOR_CONTROL_IPC_PATH", "/nonexistent/control", 1);
    setenv("TOR_CONTROL_PORT", number, 1);
    CHECK_STATUS(look(message, sizeof message), TORCTL_OK);
    setenv("TOR_CONTROL_HOST", "localhost", 1);
    CHECK_STATUS(look(message, sizeof message), TORCTL_OK);
    /* None: all that was tried is told. */
    setenv("TOR_CONTROL_PORT", "1", 1);
    CHECK_STATUS(look(message, sizeof message), TORCTL_ERR_CONNECT);
    const char *first = strstr(message, "/nonexistent/control"),
               *second = strstr(message, "localhost:1");
    CHECK(first != NULL && second != NULL && first < second);
    /* What the program says goes before the environment. */
    torctl_options *options = live_options();
    CHECK_STATUS(try_it(options, NULL, 0, NULL), TORCTL_OK);
    torctl_options_free(options);

    if (strcmp(mode, "cookie") == 0) {
        char path[300];
        snprintf(path, sizeof path, "%s/other-cookie", directory);
        write_cookie(path, 31);
        setenv("TOR_CONTROL_PORT", number, 1);
        setenv("TOR_CONTROL_COOKIE_AUTH_FILE", path, 1);
        CHECK_STATUS(look(message, sizeof message), TORCTL_ERR_AUTH);
        CHECK(strstr(message, "31 bytes") != NULL);
        setenv("TOR_CONTROL_COOKIE_AUTH_FILE", cookie_file, 1);
        CHECK_STATUS(look(message, sizeof message), TORCTL_OK);
        unlink(path);
    }
    clear_environment();
    /* The usual places, in their order, unless one of them has a tor. */
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    if (torctl_controller_open(NULL, NULL, &tor, &err) == TORCTL_ERR_CONNECT) {
        static const char *const places[] = {"/run/tor/control", "/var/run/tor/control",
                                             "127.0.0.1:9051", "127.0.0.1:9151"};
        const char *at = torctl_error_message(err);
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            at = at != NULL ? strstr(at, places[i]) : NULL;
            CHECK(at != NULL);
        }
    }
    torctl_error_free(err);
    torctl_controller_free(tor);
}

int main(void)
{
    mode = check_env("TORCTL_TEST_AUTH");
    password = getenv("TORCTL_TEST_PASSWORD");
    cookie_file = getenv("TORCTL_TEST_COOKIE_FILE");
    socket_path = check_env("TORCTL_TEST_SOCKET");
    directory = check_env("TORCTL_TEST_DIR");
    port = atoi(check_env("TORCTL_TEST_PORT"));
    addresses();
    descriptors();
    methods();
    if (strcmp(mode, "cookie") == 0) {
        cookies();
        a_cookie_of_somebody_else();
    }
    found_by_environment();
    return check_done();
}
