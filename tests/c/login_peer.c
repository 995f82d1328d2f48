/* Logging in at a peer that is not quite tor: what is tried in which order, and above all what is
 * not given away.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/stat.h>

/* What the peer says to each command, and the file it names. */
struct server {
    const char *methods;
    const char *cookie_file;
    const char *challenge;    /* the answer to AUTHCHALLENGE */
    const char *authenticate; /* the answer to AUTHENTICATE */
    const char *after;        /* to anything else */
    int hangs_up;             /* after a refusal, as tor does */
};

static int serve(peer *p, const char *line, void *arg)
{
    const struct server *s = arg;
    if (strncmp(line, "PROTOCOLINFO", 12) == 0)
        return peer_say(
            p,
            "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=%s%s%s%s\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n",
            s->methods, s->cookie_file ? " COOKIEFILE=\"" : "",
            s->cookie_file ? s->cookie_file : "", s->cookie_file ? "\"" : "");
    const char *answer = strncmp(line, "AUTHCHALLENGE", 13) == 0  ? s->challenge
                         : strncmp(line, "AUTHENTICATE", 12) == 0 ? s->authenticate
                                                                  : s->after;
    if (answer == NULL)
        return peer_tor(p, line);
    peer_puts(p, answer);
    return !(s->hangs_up && answer[0] == '5');
}

/* A listener whose every connection is served by the same script. */
struct listener {
    int fd;
    char address[64];
    peer_answer_fn answer;
    void *arg;
    pthread_t thread;
    peer peers[64];
    int count;
};

static void *accept_all(void *arg)
{
    struct listener *l = arg;
    for (int fd; l->count < 64 && (fd = accept(l->fd, NULL, NULL)) >= 0; l->count++)
        peer_start_on(&l->peers[l->count], fd, l->answer, l->arg);
    return NULL;
}

static void start_listener(struct listener *l, const char *form, peer_answer_fn answer, void *arg)
{
    memset(l, 0, sizeof *l);
    l->answer = answer;
    l->arg = arg;
    if (form[0] == '@') {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        int size = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "torctl-login-%d",
                            (int)getpid());
        snprintf(l->address, sizeof l->address, "unix:@%s", address.sun_path + 1);
        l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        size += 1 + (int)offsetof(struct sockaddr_un, sun_path);
        REQUIRE(bind(l->fd, (struct sockaddr *)&address, (socklen_t)size) == 0);
    } else if (form[0] == '/') {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(l->address, sizeof l->address, "/tmp/torctl-login-%d", (int)getpid());
        snprintf(address.sun_path, sizeof address.sun_path, "%s", l->address);
        unlink(l->address);
        l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(bind(l->fd, (struct sockaddr *)&address, sizeof address) == 0);
    } else {
        struct sockaddr_in6 address = {.sin6_family = AF_INET6};
        socklen_t size = sizeof address;
        address.sin6_addr = in6addr_loopback;
        l->fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&address, size) != 0)
            l->address[0] = '\0';
        else {
            REQUIRE(getsockname(l->fd, (struct sockaddr *)&address, &size) == 0);
            snprintf(l->address, sizeof l->address, "[::1]:%d", ntohs(address.sin6_port));
        }
    }
    if (l->address[0] != '\0') {
        REQUIRE(listen(l->fd, 16) == 0);
        l->thread = start_thread(accept_all, l);
    }
}

/* Waits until all that was sent to it has been read. */
static void finish_listener(struct listener *l)
{
    if (l->address[0] == '\0')
        return;
    shutdown(l->fd, SHUT_RDWR);
    JOIN_SOON(l->thread, 10);
    for (int i = 0; i < l->count; i++)
        CHECK_SOON(GET(l->peers[i].is_over), 10);
}

static void stop_listener(struct listener *l)
{
    close(l->fd);
    for (int i = 0; i < l->count; i++)
        peer_stop(&l->peers[i]);
    if (l->address[0] == '/')
        unlink(l->address);
}

/* In all connections together. */
static int count_all(struct listener *l, const char *prefix)
{
    int count = 0;
    for (int i = 0; i < l->count; i++)
        count += peer_count(&l->peers[i], prefix);
    return count;
}

static const char *cookie_path(size_t size)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/torctl-login-cookie-%d", (int)getpid());
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    for (size_t i = 0; i < size; i++)
        fputc('K', file);
    fclose(file);
    return path;
}

/* The cookie of cookie_path(), in hex. */
#define COOKIE_HEX "4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B4B"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* Half way in, and then nothing: the connect timeout counts for all of it together, and closing ends
 * it at once. */
struct stall {
    struct server server;
    const char *at;
    int is_reached;
};

static int serve_and_stall(peer *p, const char *line, void *arg)
{
    struct stall *stall = arg;
    if (strncmp(line, stall->at, strlen(stall->at)) == 0) {
        SET(stall->is_reached, 1);
        return 1;
    }
    return serve(p, line, &stall->server);
}

/* Answers everything with the same words. */
static int serve_other(peer *p, const char *line, void *arg)
{
    (void)line;
    return peer_puts(p, arg);
}

struct outcome {
    torctl_status status;
    int32_t reason;
    char message[2048];
};

static void log_in(struct listener *l, int32_t method, const char *password,
                   const char *cookie_file, struct outcome *outcome)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_address(options, l->address, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_auth(options, method, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_password(options, password, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_cookie_file(options, cookie_file, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, HOUR_MS, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    outcome->status = torctl_controller_connect(tor, NULL, &err);
    outcome->reason = torctl_error_reason(err);
    snprintf(outcome->message, sizeof outcome->message, "%s", torctl_error_message(err));
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_options_free(options);
}

struct expected {
    struct server server;
    int32_t method;
    const char *password;
    const char *own_file;
    int32_t reason; /* 0 where it succeeds */
    const char *says;
    int connections;
    int challenges;
    int authenticates;
    int plain; /* the cookie itself was sent */
};

#define REFUSED "515 Authentication failed: no\r\n"
#define WRONG_PROOF "250 AUTHCHALLENGE SERVERHASH=" ZEROS " SERVERNONCE=" ZEROS "\r\n"
#define REASON(name) TORCTL_REASON_AUTH_##name

static void what_is_tried(void)
{
    const char *path = cookie_path(32);
    char pipe_path[64];
    snprintf(pipe_path, sizeof pipe_path, "/tmp/torctl-login-pipe-%d", (int)getpid());
    unlink(pipe_path);
    REQUIRE(mkfifo(pipe_path, 0600) == 0);
    enum { ANY = TORCTL_AUTH_AUTO };
    /* clang-format off */ /* a row for each case */
    const struct expected cases[] = {
        /* Nothing is needed. */
        {{.methods = "NULL"}, ANY, NULL, NULL, 0, "", 1, 0, 1, 0},
        {{.methods = "NULL,HASHEDPASSWORD"}, ANY, "secret", NULL, 0, "", 1, 0, 1, 0},
        {{.methods = "NULL", .authenticate = REFUSED}, ANY, NULL, NULL, REASON(REFUSED), "515", 1, 0, 1, 0},
        /* A plain cookie: only by name, or from a path of the program's own. A peer could name any file. */
        {{.methods = "COOKIE", .cookie_file = path}, ANY, NULL, NULL, REASON(COOKIE_WITHHELD),
         "TORCTL_AUTH_COOKIE", 1, 0, 0, 0},
        {{.methods = "COOKIE,HASHEDPASSWORD", .cookie_file = path}, ANY, NULL, NULL, REASON(COOKIE_WITHHELD),
         "torctl_options_set_cookie_file()", 1, 0, 0, 0},
        {{.methods = "COOKIE,HASHEDPASSWORD", .cookie_file = path, .authenticate = REFUSED}, ANY, "secret", NULL,
         REASON(PASSWORD_WRONG), "515", 1, 0, 1, 0},
        {{.methods = "NULL,COOKIE", .cookie_file = path, .authenticate = REFUSED}, ANY, NULL, NULL,
         REASON(REFUSED), "515", 1, 0, 1, 0},
        {{.methods = "COOKIE", .cookie_file = path}, ANY, NULL, path, 0, "", 1, 0, 1, 1},
        {{.methods = "COOKIE", .cookie_file = path}, TORCTL_AUTH_COOKIE, NULL, NULL, 0, "", 1, 0, 1, 1},
        {{.methods = "COOKIE,SAFECOOKIE", .cookie_file = path}, TORCTL_AUTH_COOKIE, NULL, NULL, 0, "", 1, 0, 1, 1},
        {{.methods = "COOKIE,SAFECOOKIE", .cookie_file = path, .challenge = REFUSED, .hangs_up = 1}, ANY, NULL,
         path, REASON(REFUSED), "515", 1, 1, 0, 0},
        /* A peer that does not know the cookie gets nothing made from it. */
        {{.methods = "COOKIE,SAFECOOKIE", .cookie_file = path, .challenge = WRONG_PROOF}, ANY, NULL, NULL,
         REASON(NO_PROOF), "prove", 1, 1, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = path,
          .challenge = "250 AUTHCHALLENGE SERVERHASH= SERVERNONCE=\r\n"},
         ANY, NULL, NULL, REASON(NO_PROOF), "", 1, 1, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = path, .challenge = "250 AUTHCHALLENGE\r\n"}, ANY, NULL, NULL,
         REASON(NO_PROOF), "", 1, 1, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = path, .challenge = "250 OK\r\n"}, ANY, NULL, NULL,
         REASON(NO_PROOF), "", 1, 1, 0, 0},
        /* The password is the second choice, on a connection of its own: the first one is at an end
         * whether the peer hangs up or not. */
        {{.methods = "COOKIE,SAFECOOKIE,HASHEDPASSWORD", .cookie_file = path, .challenge = WRONG_PROOF}, ANY,
         "secret", NULL, 0, "", 2, 1, 1, 0},
        {{.methods = "COOKIE,SAFECOOKIE,HASHEDPASSWORD", .cookie_file = path, .challenge = WRONG_PROOF,
          .authenticate = REFUSED, .hangs_up = 1},
         ANY, "secret", NULL, REASON(PASSWORD_WRONG), "prove", 2, 1, 1, 0},
        {{.methods = "HASHEDPASSWORD"}, ANY, NULL, NULL, REASON(NOTHING_GIVEN), "no password", 1, 0, 0, 0},
        {{.methods = "HASHEDPASSWORD", .authenticate = REFUSED, .hangs_up = 1}, ANY, "secret", NULL,
         REASON(PASSWORD_WRONG), "515", 1, 0, 1, 0},
        {{.methods = "HASHEDPASSWORD", .authenticate = REFUSED}, ANY, "secret", NULL, REASON(PASSWORD_WRONG),
         "515", 1, 0, 1, 0},
        {{.methods = "NULL"}, TORCTL_AUTH_PASSWORD, "secret", NULL, REASON(NOT_OFFERED), "not offered", 1, 0, 0, 0},
        /* Methods of the future, and none at all. */
        {{.methods = "QUANTUM"}, ANY, "secret", NULL, REASON(NOT_OFFERED), "QUANTUM", 1, 0, 0, 0},
        {{.methods = "QUANTUM"}, ANY, NULL, NULL, REASON(NOT_OFFERED), "QUANTUM", 1, 0, 0, 0},
        {{.methods = "QUANTUM,NULL"}, ANY, NULL, NULL, 0, "", 1, 0, 1, 0},
        /* No file is named, or none that is a cookie. */
        {{.methods = "COOKIE,SAFECOOKIE"}, ANY, NULL, NULL, REASON(NO_COOKIE_FILE), "names no cookie file", 1, 0, 0,
         0},
        {{.methods = "SAFECOOKIE", .cookie_file = "/dev/zero"}, ANY, NULL, NULL, REASON(COOKIE_NOT_REGULAR),
         "regular file", 1, 0, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = pipe_path}, ANY, NULL, NULL, REASON(COOKIE_NOT_REGULAR),
         "regular file", 1, 0, 0, 0},
        {{.methods = "COOKIE", .cookie_file = pipe_path}, TORCTL_AUTH_COOKIE, NULL, NULL,
         REASON(COOKIE_NOT_REGULAR), "regular file", 1, 0, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = "/etc/passwd"}, ANY, NULL, NULL, REASON(COOKIE_SIZE), "bytes", 1,
         0, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = "/nonexistent/cookie"}, ANY, NULL, NULL,
         REASON(COOKIE_UNREADABLE), "No such file", 1, 0, 0, 0},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct expected *e = &cases[i];
        struct server server = e->server;
        struct listener l;
        struct outcome outcome;
        int before = check_failures;
        start_listener(&l, "/", serve, &server);
        log_in(&l, e->method, e->password, e->own_file, &outcome);
        CHECK_STATUS(outcome.status, e->reason == 0 ? TORCTL_OK : TORCTL_ERR_AUTH);
        CHECK_INT(outcome.reason, e->reason);
        finish_listener(&l);
        const char *message = outcome.message;
        CHECK(strstr(message, e->says) != NULL);
        CHECK(e->password == NULL || strstr(message, e->password) == NULL);
        CHECK(strstr(message, COOKIE_HEX) == NULL && strstr(message, "KKKK") == NULL);
        CHECK_INT(l.count, e->connections);
        CHECK_INT(count_all(&l, "AUTHCHALLENGE SAFECOOKIE "), e->challenges);
        CHECK_INT(count_all(&l, "AUTHENTICATE"), e->authenticates);
        CHECK_INT(count_all(&l, "AUTHENTICATE " COOKIE_HEX) + count_all(&l, "AUTHENTICATE 4b4b4b"),
                  e->plain);
        /* Asked once for each connection at the most, or tor would hang up. */
        CHECK(count_all(&l, "PROTOCOLINFO") <= l.count);
        if (check_failures != before)
            fprintf(stderr, "case %zu: %s\n", i, message);
        stop_listener(&l);
    }
    unlink(path);
    unlink(pipe_path);
}

/* The peer hangs up instead of answering, as a tor does that ends: no refusal, and another attempt is
 * let in. */
struct restart {
    struct server server;
    const char *at; /* hangs up here, the first time */
    int is_up;
};

static int serve_after_restart(peer *p, const char *line, void *arg)
{
    struct restart *r = arg;
    if (strncmp(line, r->at, strlen(r->at)) == 0 && ADD(r->is_up, 1) == 1)
        return 0;
    return serve(p, line, &r->server);
}

static void an_end_is_no_refusal(void)
{
    static const char *const places[] = {"PROTOCOLINFO", "AUTHCHALLENGE", "AUTHENTICATE"};
    const char *path = cookie_path(32);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct restart restart = {.server = {.methods = i == 1 ? "SAFECOOKIE,HASHEDPASSWORD"
                                                               : "HASHEDPASSWORD",
                                             .cookie_file = path},
                                  .at = places[i]};
        struct listener l;
        struct outcome outcome;
        start_listener(&l, "/", serve_after_restart, &restart);
        log_in(&l, TORCTL_AUTH_AUTO, "secret", NULL, &outcome);
        CHECK_STATUS(outcome.status, TORCTL_ERR_CLOSED);
        CHECK_INT(outcome.reason, TORCTL_REASON_UNKNOWN);
        /* Where and when, and nothing that says the contrary. */
        CHECK(strstr(outcome.message, l.address) != NULL &&
              strstr(outcome.message, places[i]) != NULL);
        CHECK(strstr(outcome.message, "not as tor's control port") == NULL);
        if (i != 1) {
            log_in(&l, TORCTL_AUTH_AUTO, "secret", NULL, &outcome);
            CHECK_STATUS(outcome.status, TORCTL_OK);
        }
        finish_listener(&l);
        stop_listener(&l);
    }
    unlink(path);
}

/* What is no tor is told apart from a tor that is not there. */
static void what_is_no_tor(void)
{
    static const char *const says[] = {"HTTP/1.1 400 Bad Request\r\n\r\n", "250 OK\r\n",
                                       "500 what?\r\n", "250\r\n"};
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        struct listener l;
        struct outcome outcome;
        char answer[64];
        snprintf(answer, sizeof answer, "%s", says[i]);
        start_listener(&l, "/", serve_other, answer);
        log_in(&l, TORCTL_AUTH_AUTO, NULL, NULL, &outcome);
        CHECK_STATUS(outcome.status, TORCTL_ERR_CONNECT);
        CHECK_INT(outcome.reason, TORCTL_REASON_NOT_TOR);
        CHECK(strstr(outcome.message, l.address) != NULL);
        finish_listener(&l);
        stop_listener(&l);
    }
}

/* A failure names the place, and all of it. */
static void places_are_named(void)
{
    struct listener l;
    torctl_options *options = torctl_options_new();
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    struct stall stall = {.server = {.methods = "NULL"}, .at = "PROTOCOLINFO"};
    start_listener(&l, "/", serve_and_stall, &stall);
    CHECK_STATUS(torctl_options_set_address(options, l.address, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, 50, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_TIMEOUT);
    CHECK(strstr(torctl_error_message(err), l.address) != NULL);
    CHECK(strstr(torctl_error_message(err), "50 ms") != NULL);
    torctl_error_free(err);
    torctl_controller_free(tor);
    finish_listener(&l);
    stop_listener(&l);

    /* A name with two addresses, if this system has one: nobody listens at port 1. */
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, HOUR_MS, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_address(options, "localhost:1", NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_CONNECT);
    CHECK_INT(torctl_error_errno(err), ECONNREFUSED);
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM};
    REQUIRE(getaddrinfo("localhost", "1", &hints, &found) == 0);
    for (struct addrinfo *at = found; at != NULL; at = at->ai_next)
        CHECK(strstr(torctl_error_message(err),
                     at->ai_family == AF_INET6 ? "[::1]:1: " : "127.0.0.1:1: ") != NULL);
    freeaddrinfo(found);
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_options_free(options);
}

/* With an address the environment is not asked: the user's password is for the user's tor. */
static void the_environment_is_for_who_names_no_address(void)
{
    struct server server = {.methods = "HASHEDPASSWORD"};
    struct listener l;
    struct outcome outcome;
    setenv("TOR_CONTROL_PASSWD", "secret", 1);
    start_listener(&l, "/", serve, &server);
    log_in(&l, TORCTL_AUTH_AUTO, NULL, NULL, &outcome);
    CHECK_STATUS(outcome.status, TORCTL_ERR_AUTH);
    CHECK_INT(outcome.reason, TORCTL_REASON_AUTH_NOTHING_GIVEN);
    setenv("TOR_CONTROL_IPC_PATH", l.address, 1);
    torctl_controller *tor = NULL;
    CHECK_STATUS(torctl_controller_open(NULL, NULL, &tor, NULL), TORCTL_OK);
    torctl_controller_free(tor);
    unsetenv("TOR_CONTROL_PASSWD");
    unsetenv("TOR_CONTROL_IPC_PATH");
    finish_listener(&l);
    CHECK_INT(count_all(&l, "AUTHENTICATE 736563726574"), 1);
    stop_listener(&l);
}

#ifdef __linux__
/* A Unix socket without a path. */
static void an_abstract_socket(void)
{
    struct server server = {.methods = "NULL"};
    struct listener l;
    struct outcome outcome;
    start_listener(&l, "@", serve, &server);
    log_in(&l, TORCTL_AUTH_AUTO, NULL, NULL, &outcome);
    CHECK_STATUS(outcome.status, TORCTL_OK);
    finish_listener(&l);
    stop_listener(&l);
    log_in(&l, TORCTL_AUTH_AUTO, NULL, NULL, &outcome);
    CHECK_STATUS(outcome.status, TORCTL_ERR_CONNECT);
    CHECK(strstr(outcome.message, l.address) != NULL);
}
#endif

/* A password goes as hex, whatever is in it. */
static void a_password_is_sent_as_hex(void)
{
    struct server server = {.methods = "HASHEDPASSWORD"};
    struct listener l;
    struct outcome outcome;
    start_listener(&l, "/", serve, &server);
    log_in(&l, TORCTL_AUTH_AUTO, "a\"\\\r\nQUIT\xff", NULL, &outcome);
    CHECK_STATUS(outcome.status, TORCTL_OK);
    finish_listener(&l);
    CHECK_INT(count_all(&l, "AUTHENTICATE 61225C0D0A51554954FF") +
                  count_all(&l, "AUTHENTICATE 61225c0d0a51554954ff"),
              1);
    CHECK_INT(count_all(&l, "QUIT"), 1); /* our own, at the end */
    stop_listener(&l);
}

/* Over IPv6, and after a peer that refuses the events. */
static void other_families(void)
{
    struct server server = {.methods = "NULL"};
    struct listener l;
    struct outcome outcome;
    start_listener(&l, "[::1]", serve, &server);
    if (l.address[0] == '\0')
        fprintf(stderr, "no IPv6 here\n");
    else {
        log_in(&l, TORCTL_AUTH_AUTO, NULL, NULL, &outcome);
        CHECK_STATUS(outcome.status, TORCTL_OK);
    }
    finish_listener(&l);
    stop_listener(&l);
}

static void refused_events(void)
{
    struct server server = {.methods = "NULL", .after = "510 Command filtered\r\n"};
    peer p;
    torctl_queue *queue = NULL;
    torctl_error *err = NULL;
    torctl_event *event = NULL;
    peer_start(&p, serve, &server);
    torctl_controller *tor = peer_controller(&p, NULL, 0);
    CHECK_STATUS(torctl_queue_new(tor,
                                  TORCTL_KIND_BIT(TORCTL_EVENT_BW) |
                                      TORCTL_KIND_BIT(TORCTL_EVENT_STATE),
                                  0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_FILTERED);
    CHECK_INT(torctl_error_reply_code(err), 510);
    CHECK_STR(torctl_error_reply_text(err), "Command filtered");
    torctl_error_free(err);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
    for (int i = 0; i < 3; i++) {
        CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        CHECK(torctl_state_event_state(event) != TORCTL_STATE_READY);
        torctl_event_free(event);
    }
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

struct connecting {
    torctl_controller *tor;
    torctl_status status;
};

static void *connect_it(void *arg)
{
    struct connecting *c = arg;
    c->status = torctl_controller_connect(c->tor, NULL, NULL);
    return NULL;
}

static void stalls(void)
{
    const char *path = cookie_path(32);
    static const char *const places[] = {"PROTOCOLINFO", "AUTHCHALLENGE", "AUTHENTICATE",
                                         "SETEVENTS"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (int closes = 0; closes < 2; closes++) {
            struct stall stall = {.server = {.methods = i == 1 ? "SAFECOOKIE" : "NULL",
                                             .cookie_file = path},
                                  .at = places[i]};
            peer p;
            torctl_queue *queue = NULL;
            torctl_options *options = torctl_options_new();
            CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, closes ? HOUR_MS : 100,
                                                               NULL),
                         TORCTL_OK);
            peer_start(&p, serve_and_stall, &stall);
            struct connecting c = {.tor = peer_controller(&p, options, 0)};
            CHECK_STATUS(torctl_queue_new(c.tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0,
                                          TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                         TORCTL_OK);
            pthread_t thread = start_thread(connect_it, &c);
            CHECK_SOON(GET(stall.is_reached), 10);
            if (closes)
                torctl_controller_close(c.tor);
            JOIN_SOON(thread, 10);
            CHECK_STATUS(c.status, closes ? TORCTL_ERR_CLOSED : TORCTL_ERR_TIMEOUT);
            CHECK_INT(torctl_controller_state(c.tor),
                      closes ? TORCTL_STATE_CLOSED : TORCTL_STATE_NEW);
            torctl_controller_free(c.tor);
            torctl_queue_free(queue);
            torctl_options_free(options);
            peer_stop(&p);
        }
    unlink(path);
}

int main(void)
{
    what_is_tried();
    an_end_is_no_refusal();
    what_is_no_tor();
    places_are_named();
    the_environment_is_for_who_names_no_address();
#ifdef __linux__
    an_abstract_socket();
#endif
    a_password_is_sent_as_hex();
    other_families();
    refused_events();
    stalls();
    return check_done();
}
