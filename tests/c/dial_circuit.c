/* Connections that leave by a circuit of the program's choice, in the private network: by that one
 * or not at all, and other streams go on as before.
 *
 * ctest: network mode=thread_free serial timeout=120 */
#include <pthread.h>

#include "dial.h"
#include "peer.h"

static torctl_controller *tor;
static uint16_t port;
static int server;

/* A circuit to this exit. */
static uint64_t build(const char *exit_name)
{
    char fingerprints[2][41] = {"", ""};
    const char *names[] = {"relay1", exit_name};
    const char *const path[] = {fingerprints[0], fingerprints[1]};
    torctl_error *err = NULL;
    uint64_t id = 0;
    for (int i = 0; i < 2; i++) {
        const char *at = strstr(check_env("TORCTL_NET_RELAYS"), names[i]);
        REQUIRE(at != NULL);
        memcpy(fingerprints[i], at + strlen(names[i]) + 1, 40);
    }
    if (torctl_build_circuit(tor, 0, path, 2, TORCTL_CIRC_PURPOSE_CONTROLLER, LONG_MS, NULL, &id,
                             NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(id != 0);
    return id;
}

static torctl_dial_options *on_circuit(uint64_t circuit)
{
    torctl_dial_options *options = torctl_dial_options_new();
    REQUIRE_STATUS(torctl_dial_options_set_circuit(options, circuit, NULL), TORCTL_OK);
    return options;
}

static void check_restored(void)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_conf(tor, "__LeaveStreamsUnattached", NULL, &values, NULL),
                   TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), "0");
    torctl_values_free(values);
}

/* The circuit that a connection left by. */
static uint64_t dial(const torctl_dial_options *options)
{
    torctl_error *err = NULL;
    torctl_dialed *dialed = NULL;
    int fd = 4711;
    if (torctl_dial(tor, "hello.test", port, options, LONG_MS, NULL, &fd, &dialed, &err) !=
        TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(fd >= 0 && err == NULL);
    uint64_t circuit = torctl_dialed_circuit_id(dialed);
    torctl_dialed_free(dialed);
    close(fd);
    return circuit;
}

static void fails(uint64_t circuit, uint16_t at, int32_t timeout_ms, torctl_status status,
                  int32_t reason)
{
    torctl_error *err = NULL;
    torctl_dial_options *options = on_circuit(circuit);
    int fd = 4711;
    char host[32];
    /* tor remembers with which names it had no luck, and fails sooner the next time. */
    snprintf(host, sizeof host, "host-%d.test", (int)getpid());
    CHECK_STATUS(torctl_dial(tor, host, at, options, timeout_ms, NULL, &fd, NULL, &err), status);
    if (torctl_error_reason(err) != reason)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    CHECK_INT(torctl_error_reason(err), reason);
    CHECK_INT(fd, -1);
    torctl_error_free(err);
    torctl_dial_options_free(options);
    check_restored();
}

static void *dial_often(void *options)
{
    uint64_t *circuits = calloc(8, sizeof *circuits);
    for (int i = 0; i < 8; i++)
        circuits[i] = dial(options);
    return circuits;
}

/* Several concurrently, beside some for which tor chooses. */
static void test_many(uint64_t first, uint64_t second)
{
    torctl_dial_options *options[] = {on_circuit(first), on_circuit(second), NULL, NULL};
    const uint64_t wanted[] = {first, second};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        threads[i] = start_thread(dial_often, options[i]);
    for (int i = 0; i < 4; i++) {
        void *result;
        REQUIRE(pthread_join(threads[i], &result) == 0);
        const uint64_t *circuits = result;
        for (int j = 0; j < 8; j++)
            CHECK(i < 2 ? circuits[j] == wanted[i]
                        : circuits[j] != 0 && circuits[j] != first && circuits[j] != second);
        free(result);
        torctl_dial_options_free(options[i]);
    }
    check_restored();
}

static uint64_t choice;
static int asked;

static int32_t attach(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    (void)user_data;
    CHECK(torctl_stream_id(event) != 0);
    ADD(asked, 1);
    *circuit = choice;
    return TORCTL_ATTACH_CIRCUIT;
}

/* An attacher is asked about all streams but this. */
static void test_attacher(uint64_t first, uint64_t second)
{
    torctl_dial_options *options = on_circuit(first);
    choice = second;
    REQUIRE_STATUS(torctl_attacher_set(tor, attach, NULL, NULL, LONG_MS, NULL, NULL, NULL),
                   TORCTL_OK);
    CHECK_INT(dial(options), first);
    CHECK_INT(GET(asked), 0);
    CHECK_INT(dial(NULL), second);
    CHECK_INT(GET(asked), 1);
    CHECK_INT(dial(options), first);
    REQUIRE_STATUS(torctl_attacher_remove(tor, NULL, NULL), TORCTL_OK);
    CHECK_INT(GET(asked), 1);
    check_restored();
    torctl_dial_options_free(options);
}

static void test_unix_socket(uint64_t circuit)
{
    char address[450];
    int lock = lock_socks_ports();
    snprintf(address, sizeof address, "unix:%s/client/dial-%d", check_env("TORCTL_NET_DIR"),
             (int)getpid());
    const char *const names[] = {"SocksPort", "SocksPort"};
    const char *const values[] = {check_env("TORCTL_NET_SOCKS_PORT"), address};
    torctl_dial_options *options = on_circuit(circuit);
    REQUIRE_STATUS(torctl_set_conf_many(tor, names, values, 2, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_dial_options_set_socks_address(options, address, NULL), TORCTL_OK);
    CHECK_INT(dial(options), circuit);
    REQUIRE_STATUS(torctl_dial_options_set_isolation(options, "tag", NULL), TORCTL_OK);
    CHECK_INT(dial(options), circuit);
    REQUIRE_STATUS(torctl_set_conf(tor, "SocksPort", check_env("TORCTL_NET_SOCKS_PORT"), NULL,
                                   NULL),
                   TORCTL_OK);
    close(lock);
    torctl_dial_options_free(options);
}

int main(void)
{
    tor = net_open();
    server = listen_on_loopback(&port);
    uint64_t first = build("relay2"), second = build("auth2");
    torctl_dial_options *options = on_circuit(first);
    CHECK_INT(dial(options), first);
    check_restored();
    torctl_dial_options_free(options);
    test_many(first, second);
    test_attacher(first, second);
    test_unix_socket(second);
    fails(first, 1, LONG_MS, TORCTL_ERR_FAILED, TORCTL_REASON_DIAL_DETACHED);
    int before = count_fds();
    for (int i = 0; i < 5; i++) {
        fails(4711000, port, LONG_MS, TORCTL_ERR_NOT_FOUND, TORCTL_REASON_NO_SUCH_CIRCUIT);
        fails(first, port, 0, TORCTL_ERR_TIMEOUT, 0);
    }
    CHECK(count_fds() <= before + SOME_FDS);
    torctl_controller_free(tor);
    close(server);
    return check_done();
}
