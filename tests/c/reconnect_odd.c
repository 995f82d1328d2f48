/* What a controller that reconnects meets besides a tor that ends: one that is stopped, one that does
 * not let it in for a while, one at another port, a socket that is gone, one with fewer events.
 *
 * ctest: unit timeout=60 */
#include "dial.h"
#include "own_tor.h"

static const uint64_t STATES = TORCTL_KIND_BIT(TORCTL_EVENT_STATE);

static torctl_options *make_options(void)
{
    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 5, 20, NULL), TORCTL_OK);
    return options;
}

/* Begins to connect, and is told of each step. */
static torctl_controller *begin(torctl_options *options, uint64_t kinds, torctl_queue **queue)
{
    torctl_controller *tor = NULL;
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, STATES | kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, queue,
                                    NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_start(tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    return tor;
}

/* Takes events until there is one of this kind. */
static torctl_event *until(torctl_queue *queue, int32_t kind)
{
    for (;;) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        if (torctl_event_kind(event) == kind)
            return event;
        torctl_event_free(event);
    }
}

static void until_ready(torctl_queue *queue, uint64_t incarnation)
{
    for (int is_ready = 0; !is_ready;) {
        torctl_event *event = until(queue, TORCTL_EVENT_STATE);
        is_ready = torctl_state_event_state(event) == TORCTL_STATE_READY;
        if (is_ready)
            CHECK_INT(torctl_state_event_incarnation(event), incarnation);
        torctl_event_free(event);
    }
}

/* Until it waits for this reason, having tried. */
static void until_waiting(torctl_queue *queue, const char *cause)
{
    for (int is_waiting = 0; !is_waiting;) {
        torctl_event *event = until(queue, TORCTL_EVENT_STATE);
        is_waiting = torctl_state_event_state(event) == TORCTL_STATE_WAITING &&
                     strcmp(torctl_state_event_cause(event), cause) == 0;
        CHECK(torctl_state_event_state(event) != TORCTL_STATE_READY);
        CHECK(torctl_state_event_delay_ms(event) <= 20);
        torctl_event_free(event);
    }
}

static void end(torctl_controller *tor, torctl_queue *queue)
{
    torctl_controller_free(tor);
    torctl_queue_free(queue);
}

static torctl_options *at_socket(void)
{
    char address[160];
    torctl_options *options = make_options();
    snprintf(address, sizeof address, "unix:%s", control_path);
    REQUIRE_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
    return options;
}

static void *ask_patiently(void *tor)
{
    torctl_values *values = NULL;
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    CHECK_STATUS(torctl_get_info(tor, "version", call, &values, NULL), TORCTL_OK);
    torctl_call_free(call);
    torctl_values_free(values);
    return NULL;
}

/* Deadlines hold, and nothing is lost when it goes on: a tor that is stopped is not gone. */
static void test_stopped(void)
{
    torctl_queue *queue;
    start_tor(OFFLINE);
    torctl_controller *tor = begin(at_socket(), TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), &queue);
    until_ready(queue, 1);
    REQUIRE(kill(tor_pid, SIGSTOP) == 0);
    pthread_t patient = start_thread(ask_patiently, tor);
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 50);
    /* Of one signal several times together tor makes one. */
    static const int32_t signals[] = {TORCTL_SIGNAL_DUMP, TORCTL_SIGNAL_CLEARDNSCACHE,
                                      TORCTL_SIGNAL_HEARTBEAT};
    enum { SIGNALS = 3 };
    for (int i = 0; i < SIGNALS; i++)
        CHECK_STATUS(torctl_signal(tor, signals[i], call, NULL), TORCTL_ERR_TIMEOUT);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
    REQUIRE(kill(tor_pid, SIGCONT) == 0);
    JOIN_SOON(patient, 20);
    for (int i = 0; i < SIGNALS; i++) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
        torctl_event_free(event);
    }
    CHECK_INT(torctl_controller_incarnation(tor), 1);
    end(tor, queue);

    /* One that is stopped takes the connection, and says nothing. */
    REQUIRE(kill(tor_pid, SIGSTOP) == 0);
    torctl_options *options = at_socket();
    REQUIRE_STATUS(torctl_options_set_connect_timeout_ms(options, 50, NULL), TORCTL_OK);
    tor = begin(options, 0, &queue);
    until_waiting(queue, "TIMEOUT");
    until_waiting(queue, "TIMEOUT");
    REQUIRE(kill(tor_pid, SIGCONT) == 0);
    until_ready(queue, 1);
    end(tor, queue);
    torctl_call_free(call);
    kill_tor();
}

/* The socket goes, and another comes at its place. */
static void test_socket(void)
{
    torctl_queue *queue;
    start_tor(OFFLINE);
    torctl_controller *tor = begin(at_socket(), 0, &queue);
    for (int i = 1; i <= 3; i++) {
        until_ready(queue, (uint64_t)i);
        kill_tor();
        unlink(control_path);
        until_waiting(queue, "CONNECT");
        start_tor(OFFLINE);
    }
    until_ready(queue, 4);
    /* Its file goes, and the connection stays. */
    REQUIRE(unlink(control_path) == 0);
    ask_patiently(tor);
    CHECK_INT(torctl_controller_incarnation(tor), 4);
    end(tor, queue);
    kill_tor();
}

static void write_file(const char *path, const void *data, size_t size)
{
    char other[160];
    snprintf(other, sizeof other, "%s.new", path);
    FILE *file = fopen(other, "w");
    REQUIRE(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    REQUIRE(rename(other, path) == 0);
}

/* tor takes another cookie at each start, and lets nobody in with the old one. */
static void test_cookie(void)
{
    torctl_queue *queue;
    char path[128], more[300], cookie[33] = "";
    snprintf(path, sizeof path, "%s/shown", scratch);
    snprintf(more, sizeof more, OFFLINE "CookieAuthentication 1\nCookieAuthFile %s/own\n", scratch);
    start_tor(more);
    torctl_options *options = at_socket();
    REQUIRE_STATUS(torctl_options_set_cookie_file(options, path, NULL), TORCTL_OK);
    torctl_controller *tor = begin(options, 0, &queue);
    for (int i = 1; i <= 2; i++) {
        /* There is none, then a wrong one. */
        if (i == 1)
            until_waiting(queue, "AUTH");
        memset(cookie, 'x', 32);
        if (i == 1)
            write_file(path, cookie, 32);
        until_waiting(queue, "AUTH");
        until_waiting(queue, "AUTH");
        CHECK_STATUS(torctl_controller_wait_ready(tor, 0, NULL, NULL), TORCTL_ERR_TIMEOUT);
        char own[128];
        snprintf(own, sizeof own, "%s/own", scratch);
        FILE *file = fopen(own, "r");
        REQUIRE(file != NULL && fread(cookie, 1, 32, file) == 32);
        fclose(file);
        write_file(path, cookie, 32);
        until_ready(queue, (uint64_t)i);
        kill_tor();
        if (i == 1)
            start_tor(more);
    }
    end(tor, queue);
}

/* Peers in place of tor, at an address. */

static int listen_at(char *port_line, size_t room)
{
    uint16_t port = 0;
    int server = listen_on_loopback(&port);
    snprintf(port_line, room, "PORT=127.0.0.1:%u\n", (unsigned)port);
    return server;
}

static int answer_login(peer *p, const char *line, void *refused)
{
    if (strcmp(line, "PROTOCOLINFO 1") == 0)
        return peer_puts(p, "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n"
                            "250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n");
    if (strncmp(line, "SETEVENTS", 9) == 0 && refused != NULL && strstr(line, refused) != NULL)
        return peer_say(p, "552 Unrecognized event \"%s\"\r\n", (char *)refused);
    return peer_tor(p, line);
}

static void accept_peer(peer *p, int server, char *refused)
{
    int fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    REQUIRE(fd >= 0);
    peer_start_on(p, fd, answer_login, refused);
}

/* The port is another each time. */
static void test_port_file(void)
{
    peer p;
    torctl_queue *queue;
    char path[128], line[64];
    torctl_options *options = make_options();
    snprintf(path, sizeof path, "%s/port", scratch);
    CHECK_STATUS(torctl_options_set_port_file(options, NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_port_file(options, "", NULL), TORCTL_ERR_INVALID);
    REQUIRE_STATUS(torctl_options_set_port_file(options, path, NULL), TORCTL_OK);
    torctl_controller *tor = begin(options, 0, &queue);
    until_waiting(queue, "CONNECT");
    write_file(path, "PORT=127.0.0.1:1", 16);
    until_waiting(queue, "CONNECT");
    for (int i = 1; i <= 3; i++) {
        int server = listen_at(line, sizeof line);
        write_file(path, line, strlen(line));
        accept_peer(&p, server, NULL);
        until_ready(queue, (uint64_t)i);
        close(server);
        peer_stop(&p);
        until_waiting(queue, "CONNECT");
    }
    end(tor, queue);
    unlink(path);

    /* As tor writes it. */
    char more[300];
    snprintf(more, sizeof more, OFFLINE "ControlPort auto\nControlPortWriteToFile %s\n", path);
    options = make_options();
    REQUIRE_STATUS(torctl_options_set_port_file(options, path, NULL), TORCTL_OK);
    tor = begin(options, 0, &queue);
    for (int i = 1; i <= 3; i++) {
        start_tor(more);
        until_ready(queue, (uint64_t)i);
        ask_patiently(tor);
        kill_tor();
    }
    end(tor, queue);
}

/* What the new one does not give is told, and all the rest comes. */
static void test_events(void)
{
    peer p;
    torctl_queue *queue;
    char path[128], line[64], missing[] = "NETWORK_LIVENESS";
    int server = listen_at(line, sizeof line);
    torctl_options *options = make_options();
    snprintf(path, sizeof path, "%s/port", scratch);
    write_file(path, line, strlen(line));
    REQUIRE_STATUS(torctl_options_set_port_file(options, path, NULL), TORCTL_OK);
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL) |
                           TORCTL_KIND_BIT(TORCTL_EVENT_NETWORK_LIVENESS) |
                           TORCTL_KIND_BIT(TORCTL_EVENT_RESTORED);
    torctl_controller *tor = begin(options, kinds, &queue);
    for (int i = 1; i <= 3; i++) {
        torctl_event *event;
        accept_peer(&p, server, i == 2 ? missing : NULL);
        if (i > 1) {
            event = until(queue, TORCTL_EVENT_GAP);
            CHECK_INT(torctl_gap_cause(event), TORCTL_GAP_CONNECTION);
            torctl_event_free(event);
        }
        if (i == 2) {
            event = until(queue, TORCTL_EVENT_RESTORED);
            CHECK_INT(torctl_restored_what(event), TORCTL_SETUP_EVENTS);
            CHECK_STR(torctl_restored_which(event), missing);
            CHECK_INT(torctl_restored_outcome(event), TORCTL_RESTORED_LOST);
            torctl_event_free(event);
        }
        until_ready(queue, (uint64_t)i);
        peer_puts(&p, "650 SIGNAL RELOAD\r\n");
        torctl_event_free(until(queue, TORCTL_EVENT_SIGNAL));
        char got[256];
        peer_last(&p, "SETEVENTS", got, sizeof got);
        CHECK(strstr(got, "SIGNAL") != NULL);
        CHECK_INT(strstr(got, missing) != NULL, i != 2);
        peer_stop(&p);
    }
    close(server);
    end(tor, queue);
}

int main(void)
{
    if (!has_tor())
        SKIP("no tor in PATH");
    make_scratch();
    test_stopped();
    test_socket();
    test_cookie();
    test_port_file();
    test_events();
    remove_scratch();
    return check_done();
}
