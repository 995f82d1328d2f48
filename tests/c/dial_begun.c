/* Dials that are begun, at a SOCKS port and beside a tor that do what the test wants: what each
 * answer means, what is given, and how each way to end one ends it once and closes its connection.
 *
 * ctest: unit mode=thread_free timeout=60 */
#include "begun.h"
#include "socks.h"
#include "task.h"

static const char onion[] = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";

static peer tor_peer;
static torctl_controller *tor;
static torctl_queue *queue;
static torctl_call *call;
static torctl_dial_options *options;
/* A pipe with our ends of the connections that are made or asked for. */
static int ends[2];

static int take_end(void)
{
    int fd = -1;
    struct pollfd wait = {.fd = ends[0], .events = POLLIN};
    CHECK_INT(poll(&wait, 1, (int)(check_patience_s(20) * 1000)), 1);
    REQUIRE(read(ends[0], &fd, sizeof fd) == sizeof fd);
    return fd;
}

static void keep_end(int fd)
{
    REQUIRE(write(ends[1], &fd, sizeof fd) == sizeof fd);
}

static void say_stream(int fd, const char *what)
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    REQUIRE(getpeername(fd, (struct sockaddr *)&at, &size) == 0);
    peer_say(&tor_peer, "650 STREAM 7 %s a.test:80 SOURCE_ADDR=127.0.0.1:%u PURPOSE=USER\r\n", what,
             (unsigned)ntohs(at.sin_port));
}

static void answer(int fd, const char *host, void *arg)
{
    int code = 0;
    (void)arg;
    if (strcmp(host, "silent.test") == 0) {
        keep_end(fd);
        return;
    }
    if (sscanf(host, "code-%d.", &code) == 1 && code != 0) {
        socks_say(fd, code);
        close(fd);
        return;
    }
    if (strcmp(host, "mute.test") == 0) {
        close(fd);
        return;
    }
    if (strcmp(host, "followed.test") == 0) {
        say_stream(fd, "NEW 0");
        say_stream(fd, "SENTCONNECT 5");
        say_stream(fd, "SUCCEEDED 5");
    }
    if (strcmp(host, "pinned.test") == 0) {
        say_stream(fd, "NEW 0");
        CHECK_SOON(peer_count(&tor_peer, "ATTACHSTREAM 7 5") == 1, 20);
        say_stream(fd, "SUCCEEDED 5");
    }
    socks_say(fd, 0);
    keep_end(fd);
}

/* A tor without the option that dials set. */
static int answer_tor(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strncmp(line, "GETCONF ", 8) == 0)
        return peer_say(p, "250 %s=0\r\n", line + 8);
    return peer_tor(p, line);
}

static void begin(const char *host, uint64_t tag, int32_t timeout_ms)
{
    torctl_error *err = NULL;
    int fd = 4711;
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, host, 80, options, timeout_ms, call, &fd, NULL, &err),
                 TORCTL_PENDING);
    CHECK(fd == -1 && err == NULL);
}

/* Takes what a dial has made. */
static int take(torctl_event *event, torctl_dialed **dialed)
{
    int fd = 4711;
    CHECK_STATUS(torctl_result_take_fd(event, NULL, NULL, NULL), TORCTL_ERR_INVALID);
    REQUIRE_STATUS(torctl_result_take_fd(event, &fd, dialed, NULL), TORCTL_OK);
    int second = 4711;
    CHECK_STATUS(torctl_result_take_fd(event, &second, NULL, NULL), TORCTL_ERR_STATE);
    CHECK_INT(second, -1);
    torctl_event_free(event);
    return fd;
}

/* The other end has closed its connection. */
static void check_closed(int fd)
{
    char byte;
    CHECK_INT(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static void test_given(void)
{
    begin("a.test", 1, LONG_MS);
    int fd = take(next_result(queue, 1, TORCTL_OK), NULL), end = take_end();
    CHECK_INT(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    CHECK_INT(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    check_joined(fd, end);
    close(fd);
    close(end);
    /* Nobody takes it. */
    begin("a.test", 2, LONG_MS);
    torctl_event_free(next_result(queue, 2, TORCTL_OK));
    check_closed(take_end());
    /* Another type. */
    begin("a.test", 3, LONG_MS);
    torctl_event *event = next_result(queue, 3, TORCTL_OK);
    uint64_t number = 0;
    CHECK_STATUS(torctl_result_take_number(event, &number, NULL), TORCTL_ERR_INVALID);
    close(take(event, NULL));
    check_closed(take_end());
    /* What is known of the stream, as it is asked for when it is waited for. */
    torctl_dialed *dialed = (torctl_dialed *)&number;
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 4, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, "followed.test", 80, options, LONG_MS, call, NULL, &dialed, NULL),
                 TORCTL_PENDING);
    CHECK(dialed == NULL);
    fd = take(next_result(queue, 4, TORCTL_OK), &dialed);
    CHECK_INT(torctl_dialed_stream_id(dialed), 7);
    CHECK_INT(torctl_dialed_circuit_id(dialed), 5);
    torctl_dialed_free(dialed);
    close(fd);
    check_closed(take_end());
}

static void test_refusals(void)
{
    static const struct {
        int code;
        int32_t reason;
    } rows[] = {
        {0x01, TORCTL_REASON_DIAL_FAILED},          {0x02, TORCTL_REASON_DIAL_NOT_ALLOWED},
        {0x03, TORCTL_REASON_DIAL_NET_UNREACHABLE}, {0x04, TORCTL_REASON_DIAL_HOST_UNREACHABLE},
        {0x05, TORCTL_REASON_DIAL_REFUSED},         {0x06, TORCTL_REASON_DIAL_TIMED_OUT},
        {0x07, TORCTL_REASON_DIAL_UNSUPPORTED},     {0x08, TORCTL_REASON_DIAL_UNSUPPORTED},
        {0xf0, TORCTL_REASON_ONION_NOT_FOUND},      {0xf1, TORCTL_REASON_ONION_INVALID},
        {0xf2, TORCTL_REASON_ONION_INTRO_FAILED},   {0xf3, TORCTL_REASON_ONION_REND_FAILED},
        {0xf4, TORCTL_REASON_ONION_MISSING_KEY},    {0xf5, TORCTL_REASON_ONION_WRONG_KEY},
        {0xf6, TORCTL_REASON_ONION_BAD_ADDRESS},    {0xf7, TORCTL_REASON_ONION_INTRO_TIMEOUT},
        {0xf8, TORCTL_REASON_DIAL_FAILED},          {0xff, TORCTL_REASON_DIAL_FAILED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char host[128];
        snprintf(host, sizeof host, "code-%d.%s", rows[i].code,
                 rows[i].code >= 0xf0 ? onion : "test");
        begin(host, i, LONG_MS);
        torctl_event *event = next_result(queue, i, TORCTL_ERR_FAILED);
        torctl_error *err = torctl_result_error(event), *waited = NULL;
        int fd = 4711;
        CHECK_INT(torctl_error_reason(err), rows[i].reason);
        /* It is the same when it is waited for. */
        CHECK_STATUS(torctl_dial(tor, host, 80, options, LONG_MS, NULL, &fd, NULL, &waited),
                     TORCTL_ERR_FAILED);
        CHECK_INT(fd, -1);
        CHECK_INT(torctl_error_reason(waited), rows[i].reason);
        CHECK_STR(torctl_error_message(waited), torctl_error_message(err));
        CHECK(strstr(torctl_error_message(err), host) != NULL);
        CHECK_STATUS(torctl_result_take_fd(event, &fd, NULL, NULL), TORCTL_ERR_FAILED);
        CHECK_INT(fd, -1);
        torctl_error_free(err);
        torctl_error_free(waited);
        torctl_event_free(event);
    }
    begin("mute.test", 99, LONG_MS);
    torctl_event_free(next_result(queue, 99, TORCTL_ERR_FAILED));
    /* Wrong immediately. */
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, "", 80, options, LONG_MS, call, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_dial(tor, "a.test", 0, options, LONG_MS, call, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_dial(tor, "a.test", 80, options, -2, call, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
}

/* Each way to end one that has asked, and waits. */
static void test_ends(void)
{
    begin("silent.test", 20, 50);
    torctl_event_free(next_result(queue, 20, TORCTL_ERR_TIMEOUT));
    check_closed(take_end());
    begin("silent.test", 21, LONG_MS);
    int end = take_end();
    torctl_call_cancel(call);
    torctl_event_free(next_result(queue, 21, TORCTL_ERR_CANCELLED));
    check_closed(end);
    /* The call is over for good. */
    begin("a.test", 22, LONG_MS);
    torctl_event_free(next_result(queue, 22, TORCTL_ERR_CANCELLED));
    torctl_call_free(call);
    call = torctl_call_new();
    /* The queue goes: what is made after that is closed. */
    torctl_queue *own = queue;
    queue = result_queue(tor);
    begin("silent.test", 23, LONG_MS);
    end = take_end();
    torctl_queue_free(queue);
    queue = own;
    socks_say(end, 0);
    check_closed(end);
}

/* Many on their way: each ends once. */
static void test_many(void)
{
    enum { MANY = 100 };
    int is_over[MANY] = {0}, before = count_fds(), threads = task_count();
    for (uint64_t tag = 0; tag < MANY; tag++) {
        char host[32];
        snprintf(host, sizeof host, tag % 4 == 3 ? "code-5.test" : "a.test");
        begin(host, tag, LONG_MS);
    }
    CHECK_INT(task_count(), threads);
    for (int i = 0; i < MANY; i++) {
        torctl_event *event = any_result(queue);
        uint64_t tag = torctl_result_tag(event);
        REQUIRE(tag < MANY);
        CHECK_INT(is_over[tag]++, 0);
        CHECK_STATUS(torctl_result_status(event), tag % 4 == 3 ? TORCTL_ERR_FAILED : TORCTL_OK);
        if (tag % 4 == 3)
            torctl_event_free(event);
        else
            close(take(event, NULL));
    }
    for (int i = 0; i < MANY * 3 / 4; i++)
        check_closed(take_end());
    CHECK(count_fds() <= before + SOME_FDS);
}

/* The first on a circuit sets the option, the last takes it back; who attaches waits for that. */
static void test_circuit(void)
{
    static const char option[] = "SETCONF __LeaveStreamsUnattached";
    char line[128];
    REQUIRE_STATUS(torctl_dial_options_set_circuit(options, 5, NULL), TORCTL_OK);
    begin("pinned.test", 29, LONG_MS);
    int fd = take(next_result(queue, 29, TORCTL_OK), NULL);
    close(fd);
    check_closed(take_end());
    begin("silent.test", 30, LONG_MS);
    int end = take_end(), set = peer_count(&tor_peer, option);
    CHECK_STR(peer_last(&tor_peer, option, line, sizeof line) + strlen(option), "=\"1\"");
    /* It waits, and keeps new dials away. */
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 31, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_attacher_remove(tor, call, NULL), TORCTL_PENDING);
    begin("silent.test", 32, LONG_MS);
    torctl_event_free(next_result(queue, 32, TORCTL_ERR_STATE));
    socks_say(end, 0);
    close(take(next_result(queue, 30, TORCTL_OK), NULL));
    check_closed(end);
    torctl_event_free(next_result(queue, 31, TORCTL_ERR_NOT_FOUND));
    CHECK_STR(peer_last(&tor_peer, option, line, sizeof line) + strlen(option), "=\"0\"");
    CHECK_INT(peer_count(&tor_peer, option), set + 1);
    /* A cancel takes it back as well. */
    begin("silent.test", 33, LONG_MS);
    end = take_end();
    torctl_call_cancel(call);
    torctl_event_free(next_result(queue, 33, TORCTL_ERR_CANCELLED));
    check_closed(end);
    CHECK_SOON(peer_count(&tor_peer, option) == set + 3, 20);
    CHECK_STR(peer_last(&tor_peer, option, line, sizeof line) + strlen(option), "=\"0\"");
    torctl_call_free(call);
    call = torctl_call_new();
    REQUIRE_STATUS(torctl_dial_options_set_circuit(options, 0, NULL), TORCTL_OK);
}

/* A tor that goes, or a controller that is closed. */
static void test_lost(int closes)
{
    peer_start(&tor_peer, answer_tor, NULL);
    tor = peer_open(&tor_peer);
    queue = result_queue(tor);
    begin("silent.test", 40, LONG_MS);
    int end = take_end();
    if (closes)
        torctl_controller_close(tor);
    else
        peer_hang_up(&tor_peer);
    torctl_event_free(next_result(queue, 40, TORCTL_ERR_CLOSED));
    check_closed(end);
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_END);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&tor_peer);
}

int main(void)
{
    socks port;
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    socks_start(&port, answer, NULL);
    options = socks_options(&port);
    call = torctl_call_new();
    peer_start(&tor_peer, answer_tor, NULL);
    tor = peer_open(&tor_peer);
    queue = result_queue(tor);
    test_given();
    test_refusals();
    test_ends();
    test_many();
    test_circuit();
    /* The test's own: this one, the loop's, and one at each of the two other ends. */
    if (loop_is_wanted())
        CHECK_INT(task_count(), 4);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&tor_peer);
    test_lost(0);
    test_lost(1);
    torctl_call_free(call);
    torctl_dial_options_free(options);
    socks_stop(&port);
    close(ends[0]);
    close(ends[1]);
    return check_done();
}
