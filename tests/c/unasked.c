/* Replies that nobody asked for, and replies to something else: before, between and after requests,
 * whole and in pieces, on a connection that is watched and on one that is not. None of them is ever
 * taken for an answer, and none is trusted after it.
 *
 * ctest: unit timeout=120 mode=thread_free */
#include "peer.h"

#include <netinet/in.h>
#include <sys/ioctl.h>

/* Refuses every SETCONF. Whoever is told that one was done was told so by another reply. */
static int refuse(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strncmp(line, "SETCONF", 7) == 0)
        return peer_puts(p, "513 Unacceptable option value\r\n");
    return peer_tor(p, line);
}

static int32_t ignore(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    return 0;
}

static void is_over(torctl_controller *tor)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_get_info(tor, "alive", NULL, &values, &err), TORCTL_ERR_CLOSED);
    CHECK(strstr(torctl_error_message(err), "asked") != NULL);
    CHECK(values == NULL);
    torctl_error_free(err);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
}

/* Who reads while nothing is asked. */
enum watched { NOBODY, A_QUEUE, A_LISTENER, A_QUEUE_NO_MORE, A_WAITING_THREAD, WAYS };

static void *wait_for_event(void *arg)
{
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(arg, -1, NULL, &event, NULL), TORCTL_END);
    return NULL;
}

/* A socket over TCP, whose bytes are on their way for a while. */
static void tcp_pair(int pair[2])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1) == 0);
    REQUIRE(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    pair[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(pair[1], (struct sockaddr *)&address, size) == 0);
    pair[0] = accept(listener, NULL, NULL);
    REQUIRE(pair[0] >= 0);
    close(listener);
}

static int has_arrived(int fd)
{
    int bytes = 0;
    return ioctl(fd, FIONREAD, &bytes) != 0 || bytes > 0;
}

/* It lies in the socket when the next request is made. */
static void before_a_request(enum watched watched, const char *unasked, int tcp)
{
    peer p;
    torctl_queue *queue = NULL;
    pthread_t thread;
    const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    if (tcp) {
        int pair[2];
        tcp_pair(pair);
        peer_start_on(&p, pair[0], refuse, NULL);
        p.client_fd = pair[1];
    } else {
        peer_start(&p, refuse, NULL);
    }
    int fd = p.client_fd;
    torctl_controller *tor = peer_open(&p);
    if (watched == A_QUEUE || watched == A_QUEUE_NO_MORE || watched == A_WAITING_THREAD)
        REQUIRE_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                       TORCTL_OK);
    if (watched == A_LISTENER)
        REQUIRE_STATUS(torctl_listener_add(tor, BW, ignore, NULL, NULL, NULL, NULL, NULL),
                       TORCTL_OK);
    if (watched == A_QUEUE_NO_MORE) {
        torctl_queue_free(queue);
        queue = NULL;
    }
    if (watched == A_WAITING_THREAD)
        thread = start_thread(wait_for_event, queue);
    /* A request before, so that nothing is new. */
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_info(tor, "alive", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    CHECK(peer_puts(&p, unasked));
    if (watched == NOBODY)
        CHECK_SOON(has_arrived(fd), 10);
    CHECK_STATUS(torctl_set_conf(tor, "Nickname", "x", NULL, NULL), TORCTL_ERR_CLOSED);
    /* It was not even asked. Where another thread reads, it may have gone out before that one was
     * woken; over TCP, before the answer arrived. */
    if (!tcp)
        CHECK_INT(peer_count(&p, "SETCONF"), 0);
    is_over(tor);
    if (watched == A_WAITING_THREAD)
        JOIN_SOON(thread, 30);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&p);
}

/* The next request is written later than it is begun. */
static void before_a_begun_request(void)
{
    peer p;
    torctl_pending *first = NULL;
    torctl_reply *reply = NULL;
    peer_start(&p, refuse, NULL);
    torctl_controller *tor = peer_open(&p);
    peer_puts(&p, "250 OK\r\n");
    torctl_status status =
        torctl_request_start(tor, "SETCONF Nickname=x", NULL, 0, NULL, &first, NULL);
    if (status == TORCTL_OK)
        status = torctl_pending_wait(first, &reply, NULL);
    CHECK_STATUS(status, TORCTL_ERR_CLOSED);
    CHECK_INT(peer_count(&p, "SETCONF"), 0);
    torctl_pending_free(first);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* With an event before it, which still arrives. */
static void behind_an_event(void)
{
    peer p;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    peer_start(&p, refuse, NULL);
    torctl_controller *tor = peer_open(&p);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    peer_puts(&p, "650 BW 1 2\r\n250 OK\r\n");
    CHECK_STATUS(torctl_set_conf(tor, "Nickname", "x", NULL, NULL), TORCTL_ERR_CLOSED);
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_bw_read_bytes(event), 1);
    torctl_event_free(event);
    /* The request may be told of the end before the queue is. */
    CHECK_STATUS(torctl_queue_next(queue, 10000, NULL, &event, NULL), TORCTL_END);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&p);
}

/* In one piece with the answer to a request. */
static void behind_an_answer(const char *answers)
{
    peer p;
    struct peer_script script = {.line = "SIGNAL",
                                 .data = answers,
                                 .size = strlen(answers),
                                 .otherwise = refuse};
    peer_start(&p, peer_scripted, &script);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_RELOAD, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_set_conf(tor, "Nickname", "x", NULL, NULL), TORCTL_ERR_CLOSED);
    CHECK_INT(peer_count(&p, "SETCONF"), 0);
    is_over(tor);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* The answers to several requests at once, one too many among them: from there on nobody is told
 * anything. */
static int swallow(peer *p, const char *line, void *arg)
{
    return strncmp(line, "GETINFO", 7) == 0 ? 1 : refuse(p, line, arg);
}

static void between_answers(void)
{
    static const char *const lines[] = {"GETINFO a", "GETINFO b", "GETINFO c"};
    peer p;
    static const char answers[] =
        "250-a=1\r\n250 OK\r\n250 OK\r\n250-b=2\r\n250 OK\r\n250-c=3\r\n250 OK\r\n";
    struct peer_script script = {.line = "GETINFO c",
                                 .data = answers,
                                 .size = sizeof answers - 1,
                                 .otherwise = swallow};
    torctl_pending *begun[3] = {NULL, NULL, NULL};
    peer_start(&p, peer_scripted, &script);
    torctl_controller *tor = peer_open(&p);
    for (int i = 0; i < 3; i++)
        REQUIRE_STATUS(torctl_request_start(tor, lines[i], NULL, 0, NULL, &begun[i], NULL),
                       TORCTL_OK);
    for (int i = 0; i < 3; i++) {
        torctl_reply *reply = NULL;
        CHECK_STATUS(torctl_pending_wait(begun[i], &reply, NULL),
                     i == 0 ? TORCTL_OK : TORCTL_ERR_CLOSED);
        torctl_reply_free(reply);
        torctl_pending_free(begun[i]);
    }
    is_over(tor);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* What shows by its shape that it is about something else. */
/* clang-format off */ /* one line */
#define ANSWER(to, text) {.line = (to), .data = (text), .size = sizeof(text) - 1, .otherwise = refuse}
/* clang-format on */

static void about_something_else(void)
{
    static const struct peer_script cases[] = {
        ANSWER("GETINFO version", "250 OK\r\n"),
        ANSWER("GETINFO version", "250-other=1\r\n250 OK\r\n"),
        ANSWER("GETINFO version", "250-version=1\r\n250-other=1\r\n250 OK\r\n"),
        ANSWER("GETINFO version", "250+other=\r\nx\r\n.\r\n250 OK\r\n"),
        ANSWER("GETINFO version", "250 EXTENDED 7\r\n"),
        ANSWER("GETINFO version", "350 more\r\n"),
        ANSWER("GETCONF Nickname", "250 OK\r\n"),
        ANSWER("GETCONF Nickname", "250-status/circuit-established=1\r\n250 OK\r\n"),
        ANSWER("SETCONF Nickname=x", "250-version=1\r\n250 OK\r\n"),
        ANSWER("SIGNAL RELOAD", "250 EXTENDED 7\r\n"),
        ANSWER("EXTENDCIRCUIT 0", "250 OK\r\n"),
        ANSWER("MAPADDRESS a=b", "250 OK\r\n"),
        ANSWER("ADD_ONION NEW:BEST Port=80", "250 OK\r\n"),
        ANSWER("ONION_CLIENT_AUTH_VIEW", "250 OK\r\n"),
        ANSWER("PROTOCOLINFO 1", "250 OK\r\n"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        peer p;
        torctl_reply *reply = NULL;
        struct peer_script script = cases[i];
        peer_start(&p, peer_scripted, &script);
        torctl_controller *tor = peer_open(&p);
        torctl_status status = torctl_request(tor, script.line, NULL, 0, NULL, &reply, NULL);
        if (status != TORCTL_ERR_CLOSED)
            fprintf(stderr, "case %zu: %s\n", i, script.line);
        CHECK_STATUS(status, TORCTL_ERR_CLOSED);
        CHECK(reply == NULL);
        is_over(tor);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
    /* A long answer that is taken as it comes is looked at before any of it is given out. */
    peer p;
    torctl_routers *routers = NULL;
    struct peer_script script =
        ANSWER("GETINFO ns/all",
               "250+md/all=\r\nr a b c 2038-01-01 00:00:00 1.2.3.4 1 0\r\n.\r\n250 OK\r\n");
    peer_start(&p, peer_scripted, &script);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_get_routers(tor, "ns/all", NULL, &routers, NULL), TORCTL_ERR_CLOSED);
    CHECK(routers == NULL);
    is_over(tor);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Commands that would silence others, or undo the login, are not sent. */
static void commands_that_are_the_librarys(void)
{
    static const char *const lines[] = {"SETEVENTS", "setevents BW", "AUTHENTICATE",
                                        "AUTHCHALLENGE SAFECOOKIE 00"};
    peer p;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        torctl_error *err = NULL;
        torctl_pending *pending = NULL;
        CHECK_STATUS(torctl_request(tor, lines[i], NULL, 0, NULL, NULL, &err), TORCTL_ERR_INVALID);
        if (i < 2)
            CHECK(strstr(torctl_error_message(err), "torctl_queue_new()") != NULL);
        torctl_error_free(err);
        CHECK_STATUS(torctl_request_start(tor, lines[i], NULL, 0, NULL, &pending, NULL),
                     TORCTL_ERR_INVALID);
        CHECK(pending == NULL);
    }
    CHECK_INT(peer_count(&p, "SETEVENTS"), 1);
    CHECK_INT(peer_count(&p, "AUTH"), 0);
    peer_puts(&p, "650 BW 1 2\r\n");
    CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    torctl_event_free(event);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&p);
}

int main(void)
{
    commands_that_are_the_librarys();
    /* Whole, several, the beginning alone, a refusal, one that is no reply at all. */
    static const char *const unasked[] = {"250 OK\r\n", "250 OK\r\n250 OK\r\n", "250 O",
                                          "2",          "250-Nickname=y\r\n",   "513 no\r\n"};
    for (int watched = 0; watched < WAYS; watched++)
        for (size_t i = 0; i < sizeof unasked / sizeof unasked[0]; i++)
            for (int tcp = 0; tcp < 2; tcp++)
                if (!tcp || watched == NOBODY)
                    before_a_request((enum watched)watched, unasked[i], tcp);
    before_a_begun_request();
    behind_an_event();
    behind_an_answer("250 OK\r\n250 OK\r\n");
    behind_an_answer("250 OK\r\n25");
    between_answers();
    about_something_else();
    return check_done();
}
