/* An onion service whose tor is killed and started again, in the private network: each time it answers
 * at its address, through the same listener, and the new tor makes connections as well.
 *
 * ctest: network timeout=120 valgrind=no */
#include "dial.h"
#include "own_tor.h"

enum { RESTARTS = 1 };

/* The options of the network's client that make a tor part of this network. */
static const char *network_options(void)
{
    static char options[8192] = "SocksPort auto\n";
    static const char *const wanted[] = {"DirAuthority ", "TestingTorNetwork ", "AssumeReachable ",
                                         "PathsNeededToBuildCircuits ", "LearnCircuit"};
    char path[512], line[1024];
    snprintf(path, sizeof path, "%s/client/torrc", check_env("TORCTL_NET_DIR"));
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
                strncat(options, line, sizeof options - strlen(options) - 1);
    fclose(file);
    return options;
}

/* From another tor, which may know only where the service was before. */
static int visit(torctl_controller *visitor, const char *address)
{
    int fd = -1;
    int64_t end_ms = check_now_ms() + check_patience_s(30) * 1000;
    while (fd < 0 && check_now_ms() < end_ms)
        MAY_FAIL(torctl_dial(visitor, address, 80, NULL, LONG_MS, NULL, &fd, NULL, NULL));
    REQUIRE(fd >= 0);
    return fd;
}

static void dial_from(torctl_controller *tor, int server, uint16_t port)
{
    torctl_error *err = NULL;
    int fd = -1;
    REQUIRE_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, LONG_MS, -1, NULL, NULL), TORCTL_OK);
    if (torctl_dial(tor, "hello.test", port, NULL, LONG_MS, NULL, &fd, NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    torctl_error_free(err);
    REQUIRE(fd >= 0);
    int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    REQUIRE(accepted >= 0);
    check_joined(fd, accepted);
    close(fd);
    close(accepted);
}

int main(void)
{
    torctl_controller *visitor = net_open();
    const char *options = network_options();
    char address[TORCTL_ONION_ADDRESS_SIZE + 8];
    uint16_t port = 0;
    int server = listen_on_loopback(&port);
    make_scratch();
    start_tor(options);
    torctl_controller *tor = connect_tor();
    torctl_onion_listener *listener = NULL;
    REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, NULL, NULL, &listener, NULL), TORCTL_OK);
    snprintf(address, sizeof address, "%s", torctl_onion_listener_address(listener));
    int listening = torctl_onion_listener_fd(listener), fds = 0;
    for (int i = 0; i <= RESTARTS; i++) {
        int there = -1;
        REQUIRE_STATUS(torctl_onion_listener_wait_published(listener, 1, LONG_MS, NULL, NULL),
                       TORCTL_OK);
        CHECK_INT(torctl_controller_incarnation(tor), i + 1);
        CHECK_STR(torctl_onion_listener_address(listener), address);
        int here = visit(visitor, address);
        REQUIRE_STATUS(torctl_onion_listener_accept(listener, LONG_MS, NULL, &there, NULL),
                       TORCTL_OK);
        check_joined(here, there);
        dial_from(tor, server, port);
        CHECK_INT(torctl_onion_listener_fd(listener), listening);
        if (i == 1)
            fds = count_fds();
        if (i < RESTARTS) {
            char rest[8];
            kill_tor();
            /* Its visitors are gone with it, and it is not. */
            CHECK(recv(there, rest, sizeof rest, 0) <= 0);
            start_tor(options);
            CHECK_SOON(torctl_controller_incarnation(tor) == (uint64_t)i + 2, 30);
        }
        close(here);
        close(there);
        CHECK(i < 2 || count_fds() <= fds + SOME_FDS);
    }
    torctl_onion_listener_free(listener);
    torctl_controller_free(tor);
    torctl_controller_free(visitor);
    kill_tor();
    close(server);
    remove_scratch();
    return check_done();
}
