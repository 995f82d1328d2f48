/* Logging in at a peer that is not quite tor: what is tried in which order, and above all what is
 * not given away.
 *
 * ctest: unit timeout=60 */
#include "peer.h"

#include <netinet/in.h>

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
        return peer_say(p, "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=%s%s%s%s\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n",
                        s->methods, s->cookie_file ? " COOKIEFILE=\"" : "",
                        s->cookie_file ? s->cookie_file : "", s->cookie_file ? "\"" : "");
    const char *answer = strncmp(line, "AUTHCHALLENGE", 13) == 0 ? s->challenge
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
    if (form[0] == '/') {
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

static torctl_status log_in(struct listener *l, int32_t method, const char *password, char *message,
                            size_t room)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_address(options, l->address, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_auth(options, method, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_password(options, password, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, 5000, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_status status = torctl_controller_connect(tor, NULL, &err);
    snprintf(message, room, "%s", torctl_error_message(err));
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_options_free(options);
    return status;
}

struct expected {
    struct server server;
    int32_t method;
    const char *password;
    torctl_status status;
    const char *says;
    int challenges;
    int authenticates;
    int plain; /* the cookie itself was sent */
};

#define REFUSED "515 Authentication failed: no\r\n"

static void what_is_tried(void)
{
    const char *path = cookie_path(32);
    const struct expected cases[] = {
        /* Nothing is needed. */
        {{.methods = "NULL"}, TORCTL_AUTH_AUTO, NULL, TORCTL_OK, "", 0, 1, 0},
        {{.methods = "NULL,HASHEDPASSWORD"}, TORCTL_AUTH_AUTO, "secret", TORCTL_OK, "", 0, 1, 0},
        /* A plain cookie: only when there is nothing better, or by name. */
        {{.methods = "COOKIE", .cookie_file = path}, TORCTL_AUTH_AUTO, NULL, TORCTL_OK, "", 0, 1, 1},
        {{.methods = "COOKIE,SAFECOOKIE", .cookie_file = path, .challenge = REFUSED, .hangs_up = 1},
         TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "515", 1, 0, 0},
        {{.methods = "COOKIE,SAFECOOKIE", .cookie_file = path}, TORCTL_AUTH_COOKIE, NULL, TORCTL_OK, "", 0,
         1, 1},
        /* A peer that does not know the cookie gets nothing made from it. */
        {{.methods = "COOKIE,SAFECOOKIE", .cookie_file = path,
          .challenge = "250 AUTHCHALLENGE SERVERHASH=" ZEROS " SERVERNONCE=" ZEROS "\r\n"},
         TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "prove", 1, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = path,
          .challenge = "250 AUTHCHALLENGE SERVERHASH= SERVERNONCE=\r\n"},
         TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "", 1, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = path, .challenge = "250 AUTHCHALLENGE\r\n"},
         TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "", 1, 0, 0},
        {{.methods = "SAFECOOKIE", .cookie_file = path, .challenge = "250 OK\r\n"}, TORCTL_AUTH_AUTO, NULL,
         TORCTL_ERR_AUTH, "", 1, 0, 0},
        /* The password is the second choice, on a connection of its own. */
        {{.methods = "COOKIE,SAFECOOKIE,HASHEDPASSWORD", .cookie_file = path,
          .challenge = "250 AUTHCHALLENGE SERVERHASH=" ZEROS " SERVERNONCE=" ZEROS "\r\n"},
         TORCTL_AUTH_AUTO, "secret", TORCTL_OK, "", 1, 1, 0},
        {{.methods = "COOKIE,SAFECOOKIE,HASHEDPASSWORD", .cookie_file = path,
          .challenge = "250 AUTHCHALLENGE SERVERHASH=" ZEROS " SERVERNONCE=" ZEROS "\r\n",
          .authenticate = REFUSED, .hangs_up = 1},
         TORCTL_AUTH_AUTO, "secret", TORCTL_ERR_AUTH, "prove", 1, 1, 0},
        {{.methods = "HASHEDPASSWORD"}, TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "no password", 0, 0, 0},
        {{.methods = "HASHEDPASSWORD", .authenticate = REFUSED, .hangs_up = 1}, TORCTL_AUTH_AUTO, "secret",
         TORCTL_ERR_AUTH, "515", 0, 1, 0},
        {{.methods = "HASHEDPASSWORD", .authenticate = REFUSED}, TORCTL_AUTH_AUTO, "secret", TORCTL_ERR_AUTH,
         "515", 0, 1, 0},
        /* Methods of the future, and none at all. */
        {{.methods = "QUANTUM"}, TORCTL_AUTH_AUTO, "secret", TORCTL_ERR_AUTH, "QUANTUM", 0, 0, 0},
        {{.methods = "QUANTUM,NULL"}, TORCTL_AUTH_AUTO, NULL, TORCTL_OK, "", 0, 1, 0},
        /* No file is named. */
        {{.methods = "COOKIE,SAFECOOKIE"}, TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "names no cookie file", 0,
         0, 0},
        {{.methods = "COOKIE", .cookie_file = "/dev/zero"}, TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH,
         "regular file", 0, 0, 0},
        {{.methods = "COOKIE", .cookie_file = "/etc/passwd"}, TORCTL_AUTH_AUTO, NULL, TORCTL_ERR_AUTH, "bytes",
         0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct expected *e = &cases[i];
        struct server server = e->server;
        struct listener l;
        char message[2048];
        int before = check_failures;
        start_listener(&l, "/", serve, &server);
        CHECK_STATUS(log_in(&l, e->method, e->password, message, sizeof message), e->status);
        finish_listener(&l);
        CHECK(strstr(message, e->says) != NULL);
        CHECK(e->password == NULL || strstr(message, e->password) == NULL);
        CHECK(strstr(message, COOKIE_HEX) == NULL && strstr(message, "KKKK") == NULL);
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
}

/* A password goes as hex, whatever is in it. */
static void a_password_is_sent_as_hex(void)
{
    struct server server = {.methods = "HASHEDPASSWORD"};
    struct listener l;
    char message[512];
    start_listener(&l, "/", serve, &server);
    CHECK_STATUS(log_in(&l, TORCTL_AUTH_AUTO, "a\"\\\r\nQUIT\xff", message, sizeof message), TORCTL_OK);
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
    char message[512];
    start_listener(&l, "[::1]", serve, &server);
    if (l.address[0] == '\0')
        fprintf(stderr, "no IPv6 here\n");
    else
        CHECK_STATUS(log_in(&l, TORCTL_AUTH_AUTO, NULL, message, sizeof message), TORCTL_OK);
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
    CHECK_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_STATE),
                                  0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_FILTERED);
    CHECK_INT(torctl_error_reply_code(err), 510);
    CHECK_STR(torctl_error_reply_text(err), "Command filtered");
    torctl_error_free(err);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
    for (int i = 0; i < 3; i++) {
        CHECK_STATUS(torctl_queue_next(queue, 10000, NULL, &event, NULL), TORCTL_OK);
        CHECK(torctl_state_event_state(event) != TORCTL_STATE_READY);
        torctl_event_free(event);
    }
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

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
    static const char *const places[] = {"PROTOCOLINFO", "AUTHCHALLENGE", "AUTHENTICATE", "SETEVENTS"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (int closes = 0; closes < 2; closes++) {
            struct stall stall = {.server = {.methods = i == 1 ? "SAFECOOKIE" : "NULL", .cookie_file = path},
                                  .at = places[i]};
            peer p;
            torctl_queue *queue = NULL;
            torctl_options *options = torctl_options_new();
            CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, closes ? HOUR_MS : 100, NULL),
                         TORCTL_OK);
            peer_start(&p, serve_and_stall, &stall);
            struct connecting c = {.tor = peer_controller(&p, options, 0)};
            CHECK_STATUS(torctl_queue_new(c.tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                          NULL, &queue, NULL),
                         TORCTL_OK);
            pthread_t thread = start_thread(connect_it, &c);
            CHECK_SOON(GET(stall.is_reached), 10);
            if (closes)
                torctl_controller_close(c.tor);
            JOIN_SOON(thread, 10);
            CHECK_STATUS(c.status, closes ? TORCTL_ERR_CLOSED : TORCTL_ERR_TIMEOUT);
            CHECK_INT(torctl_controller_state(c.tor), closes ? TORCTL_STATE_CLOSED : TORCTL_STATE_NEW);
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
    a_password_is_sent_as_hex();
    other_families();
    refused_events();
    stalls();
    return check_done();
}
