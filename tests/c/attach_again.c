/* An attacher over the end of a connection: another tor has other streams, with the same numbers. What
 * was decided about those of the old one is not said of those of the new.
 *
 * ctest: unit timeout=30 */
#include "dial.h"
#include "peer.h"

static int asked, is_released;

/* Says 7 to those of port 80, when the test lets it, and 9 to others. */
static int32_t attach(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    (void)user_data;
    int is_old = strstr(torctl_stream_target(event), ":80") != NULL;
    ADD(asked, 1);
    while (is_old && !GET(is_released))
        check_pause();
    *circuit = is_old ? 7 : 9;
    return TORCTL_ATTACH_CIRCUIT;
}

static int answer(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strcmp(line, "PROTOCOLINFO 1") == 0)
        return peer_puts(p, "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n");
    if (strncmp(line, "GETCONF ", 8) == 0)
        return peer_say(p, "250 %s=0\r\n", line + 8);
    return peer_tor(p, line);
}

static void accept_peer(peer *p, int server)
{
    int fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    REQUIRE(fd >= 0);
    peer_start_on(p, fd, answer, NULL);
}

int main(void)
{
    peer first, second;
    uint16_t port = 0;
    char address[32];
    int server = listen_on_loopback(&port);
    torctl_controller *tor = NULL;
    torctl_options *options = torctl_options_new();
    snprintf(address, sizeof address, "127.0.0.1:%u", (unsigned)port);
    REQUIRE_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 5, 20, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    REQUIRE_STATUS(torctl_controller_start(tor, NULL), TORCTL_OK);
    accept_peer(&first, server);
    REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_attacher_set(tor, attach, NULL, NULL, HOUR_MS, NULL, NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_OK);
    CHECK(torctl_newnym_wait_ms(tor) > 0);

    /* The program thinks about 5, and 6 waits for that. */
    peer_puts(&first, "650 STREAM 5 NEW 0 a.test:80 PURPOSE=USER\r\n"
                      "650 STREAM 6 NEW 0 a.test:80 PURPOSE=USER\r\n");
    CHECK_SOON(GET(asked) == 1, 10);
    peer_stop(&first);
    accept_peer(&second, server);
    CHECK_SOON(torctl_controller_incarnation(tor) == 2, 10);
    CHECK_INT(peer_count(&second, "SETCONF __LeaveStreamsUnattached=\"1\""), 1);
    CHECK_INT(torctl_newnym_wait_ms(tor), 0);

    peer_puts(&second, "650 STREAM 5 NEW 0 b.test:81 PURPOSE=USER\r\n"
                       "650 STREAM 6 NEW 0 b.test:81 PURPOSE=USER\r\n");
    /* Read by now, for the answer came later. */
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_DUMP, NULL, NULL), TORCTL_OK);
    SET(is_released, 1);
    CHECK_SOON(peer_count(&second, "ATTACHSTREAM 5 9") == 1, 10);
    CHECK_SOON(peer_count(&second, "ATTACHSTREAM 6 9") == 1, 10);
    CHECK_INT(peer_count(&second, "ATTACHSTREAM"), 2);
    CHECK_INT(GET(asked), 3);
    REQUIRE_STATUS(torctl_attacher_remove(tor, NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&second, "SETCONF __LeaveStreamsUnattached=\"0\""), 1);
    torctl_controller_free(tor);
    peer_stop(&second);
    close(server);
    return check_done();
}
