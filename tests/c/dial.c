/* Connections through tor in the private network: to hosts and onion services, which streams share
 * a circuit, and what each failure says.
 *
 * ctest: network mode=thread_free timeout=120 */
#include "dial.h"
#include "begun.h"

static torctl_controller *tor;
static uint16_t port;
static int server;

/* Dials; what is connected there. */
static int dial(const char *host, const torctl_dial_options *options, torctl_dialed **dialed,
                int *visitor)
{
    torctl_error *err = NULL;
    int fd = 4711;
    if (torctl_dial(tor, host, port, options, LONG_MS, NULL, &fd, dialed, &err) != TORCTL_OK)
        fprintf(stderr, "%s: %s\n", host, torctl_error_message(err));
    REQUIRE(fd >= 0 && err == NULL);
    *visitor = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    REQUIRE(*visitor >= 0);
    return fd;
}

static void test_hosts(void)
{
    int visitor;
    for (int i = 0; i < 2; i++) {
        int fd = dial(i == 0 ? "hello.test" : "127.0.0.1", NULL, NULL, &visitor);
        CHECK_INT(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        CHECK_INT(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
        check_joined(fd, visitor);
        close(visitor);
        close(fd);
    }
    torctl_dial_options *options = torctl_dial_options_new();
    CHECK_STATUS(torctl_dial_options_set_nonblocking(options, 1, NULL), TORCTL_OK);
    int fd = dial("hello.test", options, NULL, &visitor);
    char byte;
    CHECK_INT(recv(fd, &byte, 1, 0), -1);
    close(visitor);
    close(fd);
    torctl_dial_options_free(options);
}

/* The circuit of a stream, as tor itself lists it. */
static uint64_t listed_circuit(uint64_t stream)
{
    torctl_events *streams = NULL;
    uint64_t circuit = 0;
    REQUIRE_STATUS(torctl_get_streams(tor, NULL, &streams, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_events_count(streams); i++)
        if (torctl_stream_id(torctl_events_get(streams, i)) == stream)
            circuit = torctl_stream_circ_id(torctl_events_get(streams, i));
    torctl_events_free(streams);
    return circuit;
}

static uint64_t circuit_of(const torctl_dial_options *options)
{
    torctl_dialed *dialed = NULL;
    int visitor, fd = dial("hello.test", options, &dialed, &visitor);
    uint64_t circuit = torctl_dialed_circuit_id(dialed);
    CHECK(circuit != 0 && torctl_dialed_stream_id(dialed) != 0);
    CHECK_INT(listed_circuit(torctl_dialed_stream_id(dialed)), circuit);
    torctl_dialed_free(dialed);
    close(visitor);
    close(fd);
    return circuit;
}

static void test_isolation(void)
{
    torctl_dial_options *options = torctl_dial_options_new();
    uint64_t own = circuit_of(NULL), other = circuit_of(options);
    CHECK(own != other);
    REQUIRE_STATUS(torctl_dial_options_set_isolation(options, "a tag", NULL), TORCTL_OK);
    uint64_t tag = circuit_of(options);
    CHECK(tag != own && tag != other);
    CHECK_INT(circuit_of(options), tag);
    REQUIRE_STATUS(torctl_dial_options_set_isolation(options, "a \"tag\" \\\303\251", NULL),
                   TORCTL_OK);
    uint64_t second = circuit_of(options);
    CHECK(second != tag && second != own);
    REQUIRE_STATUS(torctl_dial_options_set_shared(options, 1, NULL), TORCTL_OK);
    uint64_t shared = circuit_of(options);
    CHECK(shared != tag && shared != second);
    CHECK_INT(circuit_of(options), shared);
    torctl_dial_options_free(options);
}

/* A failure has a status, a reason and words, and leaves no descriptor. */
static void fails(const char *host, uint16_t at, const torctl_dial_options *options,
                  torctl_status status, int32_t reason, const char *words)
{
    torctl_error *err = NULL;
    torctl_dialed *dialed = (torctl_dialed *)&err;
    int fd = 4711;
    CHECK_STATUS(torctl_dial(tor, host, at, options, LONG_MS, NULL, &fd, &dialed, &err), status);
    CHECK_INT(fd, -1);
    CHECK(dialed == NULL);
    if (torctl_error_reason(err) != reason || strstr(torctl_error_message(err), words) == NULL)
        fprintf(stderr, "%s: %s\n", host, torctl_error_message(err));
    CHECK_INT(torctl_error_reason(err), reason);
    CHECK(strstr(torctl_error_message(err), words) != NULL);
    torctl_error_free(err);
}

static const char gone[] = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
static const char mistyped[] = "3gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";

static void test_failures(void)
{
    fails("host.invalid", 80, NULL, TORCTL_ERR_FAILED, TORCTL_REASON_DIAL_HOST_UNREACHABLE,
          "no such host");
    fails("127.0.0.1", 1, NULL, TORCTL_ERR_FAILED, TORCTL_REASON_DIAL_FAILED, "127.0.0.1:1");
    fails(gone, 80, NULL, TORCTL_ERR_FAILED, TORCTL_REASON_DIAL_HOST_UNREACHABLE, "ExtendedErrors");
    fails(mistyped, 80, NULL, TORCTL_ERR_FAILED, TORCTL_REASON_ONION_BAD_ADDRESS, "checksum");
    fails("a\r\nSIGNAL HALT", 80, NULL, TORCTL_ERR_INVALID, 0, "host: ");
    fails("", 80, NULL, TORCTL_ERR_INVALID, 0, "host: it is empty");
    fails("hello.test", 0, NULL, TORCTL_ERR_INVALID, 0, "port: it is 0");
    char name[300];
    memset(name, 'x', sizeof name);
    name[256] = '\0';
    fails(name, 80, NULL, TORCTL_ERR_INVALID, 0, "host: it is longer");
}

/* A Unix socket, where tor tells what is wrong with an onion service. */
static void test_unix_socket(void)
{
    char path[400], address[410], value[450];
    torctl_error *err = NULL;
    int lock = lock_socks_ports();
    snprintf(path, sizeof path, "%s/client/dial-%d", check_env("TORCTL_NET_DIR"), (int)getpid());
    snprintf(address, sizeof address, "unix:%s", path);
    snprintf(value, sizeof value, "unix:%s ExtendedErrors", path);
    const char *const names[] = {"SocksPort", "SocksPort"};
    const char *const values[] = {check_env("TORCTL_NET_SOCKS_PORT"), value};
    if (torctl_set_conf_many(tor, names, values, 2, NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(err == NULL);
    torctl_dial_options *options = torctl_dial_options_new();
    REQUIRE_STATUS(torctl_dial_options_set_socks_address(options, address, NULL), TORCTL_OK);
    CHECK(circuit_of(options) != circuit_of(options));
    fails(gone, 80, options, TORCTL_ERR_FAILED, TORCTL_REASON_ONION_NOT_FOUND, "offline");
    fails(mistyped, 80, options, TORCTL_ERR_FAILED, TORCTL_REASON_ONION_BAD_ADDRESS, "mistyped");
    REQUIRE_STATUS(torctl_set_conf(tor, "SocksPort", check_env("TORCTL_NET_SOCKS_PORT"), NULL,
                                   NULL),
                   TORCTL_OK);
    close(lock);
    fails("hello.test", 80, options, TORCTL_ERR_CONNECT, 0, path);
    torctl_dial_options_free(options);
}

/* A SOCKS port that says nothing: the deadline ends it. */
static void test_deadline(void)
{
    char address[32];
    uint16_t silent_port;
    int silent = listen_on_loopback(&silent_port), fd = 4711;
    torctl_error *err = NULL;
    torctl_dial_options *options = torctl_dial_options_new();
    snprintf(address, sizeof address, "127.0.0.1:%u", (unsigned)silent_port);
    REQUIRE_STATUS(torctl_dial_options_set_socks_address(options, address, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, "hello.test", port, options, 50, NULL, &fd, NULL, &err),
                 TORCTL_ERR_TIMEOUT);
    CHECK(strstr(torctl_error_message(err), "hello.test") != NULL);
    CHECK_INT(fd, -1);
    torctl_error_free(err);
    torctl_dial_options_free(options);
    close(silent);
}

static void test_options(void)
{
    int fd = 4711;
    char tag[300];
    torctl_dial_options *options = torctl_dial_options_new();
    memset(tag, 'x', sizeof tag);
    tag[256] = '\0';
    CHECK_STATUS(torctl_dial_options_set_isolation(options, tag, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_dial(tor, "hello.test", port, options, LONG_MS, NULL, &fd, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_INT(fd, -1);
    CHECK_STATUS(torctl_dial_options_set_shared(options, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial_options_set_isolation(options, "", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_dial_options_set_isolation(options, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial_options_set_socks_address(options, "nowhere", NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_dial_options_set_socks_address(options, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, "hello.test", port, options, LONG_MS, NULL, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    circuit_of(options);
    torctl_dial_options_free(options);
}

/* Begun: with what is known of the stream, and a failure, in the order in which tor answers. */
static void test_begun(const char *host)
{
    torctl_queue *queue = result_queue(tor);
    torctl_call *call = torctl_call_new();
    torctl_dialed *dialed = NULL;
    int fd = -1;
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, host, port, NULL, LONG_MS, call, NULL, &dialed, NULL),
                 TORCTL_PENDING);
    torctl_event *event = next_result(queue, 1, TORCTL_OK);
    REQUIRE_STATUS(torctl_result_take_fd(event, &fd, &dialed, NULL), TORCTL_OK);
    torctl_event_free(event);
    int visitor = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    check_joined(fd, visitor);
    CHECK_INT(listed_circuit(torctl_dialed_stream_id(dialed)), torctl_dialed_circuit_id(dialed));
    CHECK(torctl_dialed_circuit_id(dialed) != 0);
    torctl_dialed_free(dialed);
    close(visitor);
    close(fd);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 2, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, mistyped, port, NULL, LONG_MS, call, NULL, NULL, NULL),
                 TORCTL_PENDING);
    torctl_event_free(next_result(queue, 2, TORCTL_ERR_FAILED));
    torctl_call_free(call);
    torctl_queue_free(queue);
}

static void test_onion(void)
{
    char target[32];
    torctl_onion *onion = NULL;
    torctl_onion_options *options = torctl_onion_options_new();
    snprintf(target, sizeof target, "127.0.0.1:%u", (unsigned)port);
    REQUIRE_STATUS(torctl_onion_options_add_port(options, port, target, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_wait_published(onion, 10, LONG_MS, NULL, NULL), TORCTL_OK);
    torctl_dialed *dialed = NULL;
    int visitor, fd = dial(torctl_onion_address(onion), NULL, &dialed, &visitor);
    check_joined(fd, visitor);
    CHECK(torctl_dialed_circuit_id(dialed) != 0);
    torctl_dialed_free(dialed);
    close(visitor);
    close(fd);
    /* A port that it does not have. */
    fails(torctl_onion_address(onion), (uint16_t)(port ^ 1), NULL, TORCTL_ERR_FAILED,
          TORCTL_REASON_DIAL_REFUSED, "nothing listens");
    test_begun(torctl_onion_address(onion));
    torctl_onion_free(onion);
    torctl_onion_options_free(options);
}

int main(void)
{
    tor = net_open();
    server = listen_on_loopback(&port);
    circuit_of(NULL);
    int before = count_fds();
    test_hosts();
    test_isolation();
    test_failures();
    test_deadline();
    test_options();
    test_unix_socket();
    test_onion();
    test_begun("hello.test");
    /* More than twenty connections and failures, none of which leaves a descriptor. */
    CHECK(count_fds() <= before + SOME_FDS);
    torctl_controller_free(tor);
    close(server);
    return check_done();
}
