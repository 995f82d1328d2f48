/* An onion service with its socket, in the private network: visitors come through tor, concurrently
 * and in order, until the listener is freed.
 *
 * ctest: network timeout=120 mode=thread_free */
#include <poll.h>

#include "dial.h"
#include "peer.h"

static torctl_controller *tor;
static char address[TORCTL_ONION_ADDRESS_SIZE + 8];

static int visit(void)
{
    torctl_error *err = NULL;
    int fd = 4711;
    if (torctl_dial(tor, address, 80, NULL, LONG_MS, NULL, &fd, NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(fd >= 0);
    return fd;
}

static void *visit_in_thread(void *fd)
{
    *(int *)fd = visit();
    return NULL;
}

static int accept_one(torctl_onion_listener *listener)
{
    torctl_error *err = NULL;
    int fd = 4711;
    CHECK_STATUS(torctl_onion_listener_accept(listener, LONG_MS, NULL, &fd, &err), TORCTL_OK);
    CHECK(err == NULL && fd >= 0);
    CHECK_INT(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    CHECK_INT(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    return fd;
}

static void test_visits(void)
{
    torctl_onion_listener *listener = NULL;
    torctl_error *err = NULL;
    int fd = 4711, visitor = -1;
    REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, NULL, NULL, &listener, NULL), TORCTL_OK);
    snprintf(address, sizeof address, "%s", torctl_onion_listener_address(listener));
    const torctl_onion *onion = torctl_onion_listener_onion(listener);
    CHECK_STR(torctl_onion_address(onion), address);
    CHECK(strncmp(torctl_onion_private_key(onion), "ED25519-V3:", 11) == 0);
    REQUIRE_STATUS(torctl_onion_listener_wait_published(listener, 10, LONG_MS, NULL, NULL),
                   TORCTL_OK);
    struct pollfd pollfd = {.fd = torctl_onion_listener_fd(listener), .events = POLLIN};
    CHECK(fcntl(pollfd.fd, F_GETFD) & FD_CLOEXEC);
    CHECK_INT(poll(&pollfd, 1, 0), 0);
    CHECK_STATUS(torctl_onion_listener_accept(listener, 0, NULL, &fd, &err), TORCTL_EMPTY);
    CHECK(fd == -1 && err == NULL);
    CHECK_STATUS(torctl_onion_listener_accept(listener, 20, NULL, &fd, &err), TORCTL_EMPTY);
    CHECK_STATUS(torctl_onion_listener_accept(listener, 0, NULL, NULL, NULL), TORCTL_ERR_INVALID);

    pthread_t thread = start_thread(visit_in_thread, &visitor);
    CHECK_INT(poll(&pollfd, 1, LONG_MS), 1);
    fd = accept_one(listener);
    REQUIRE(pthread_join(thread, NULL) == 0);
    check_joined(fd, visitor);
    /* It is known by now, so several come soon. */
    int visitors[4], fds[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        threads[i] = start_thread(visit_in_thread, &visitors[i]);
    for (int i = 0; i < 4; i++)
        fds[i] = accept_one(listener);
    for (int i = 0; i < 4; i++) {
        REQUIRE(pthread_join(threads[i], NULL) == 0);
        close(visitors[i]);
        close(fds[i]);
    }
    /* Connections outlive the listener; the service does not. */
    torctl_onion_listener_free(listener);
    check_joined(visitor, fd);
    close(visitor);
    close(fd);
    torctl_list *list = NULL;
    REQUIRE_STATUS(torctl_get_onions(tor, 0, NULL, &list, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_list_count(list); i++)
        CHECK(strncmp(address, torctl_list_item(list, i), 56) != 0);
    torctl_list_free(list);
    fd = 4711;
    CHECK_STATUS(torctl_dial(tor, address, 80, NULL, LONG_MS, NULL, &fd, NULL, &err),
                 TORCTL_ERR_FAILED);
    CHECK(fd == -1 && torctl_error_reason(err) != 0);
    torctl_error_free(err);
}

/* A key that is given, ports that lead elsewhere, and what cannot be. */
static void test_options(void)
{
    torctl_onion_listener *listener = NULL;
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion_key *key = NULL;
    REQUIRE_STATUS(torctl_onion_key_new(&key, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_options_set_key(options, torctl_onion_key_text(key), NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 81, "192.0.2.1:9", NULL), TORCTL_OK);
    int before = count_fds();
    for (int i = 0; i < 10; i++) {
        REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, options, NULL, &listener, NULL),
                       TORCTL_OK);
        torctl_onion_listener_free(listener);
    }
    CHECK(count_fds() <= before + SOME_FDS);
    REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, options, NULL, &listener, NULL), TORCTL_OK);
    CHECK_STR(torctl_onion_listener_address(listener), torctl_onion_key_address(key));
    torctl_error *err = NULL;
    torctl_onion_listener *second = NULL;
    CHECK_STATUS(torctl_onion_listener_new(tor, 80, options, NULL, &second, &err),
                 TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reason(err), TORCTL_REASON_ONION_OWN);
    CHECK(second == NULL);
    torctl_error_free(err);
    torctl_onion_listener_free(listener);
    CHECK_STATUS(torctl_onion_listener_new(tor, 0, options, NULL, &second, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_onion_options_set_detach(options, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_listener_new(tor, 80, options, NULL, &second, NULL),
                 TORCTL_ERR_INVALID);
    CHECK(second == NULL);
    torctl_onion_key_free(key);
    torctl_onion_options_free(options);
}

/* Whoever polls is woken by the end, and told of it. */
static void test_end(void)
{
    torctl_onion_listener *listener = NULL;
    int fd = 4711;
    REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, NULL, NULL, &listener, NULL), TORCTL_OK);
    torctl_controller_close(tor);
    struct pollfd pollfd = {.fd = torctl_onion_listener_fd(listener), .events = POLLIN};
    CHECK_INT(poll(&pollfd, 1, LONG_MS), 1);
    CHECK_STATUS(torctl_onion_listener_accept(listener, -1, NULL, &fd, NULL), TORCTL_ERR_CLOSED);
    CHECK_INT(fd, -1);
    torctl_controller_free(tor);
    torctl_onion_listener_free(listener);
}

int main(void)
{
    tor = net_open();
    test_visits();
    test_options();
    test_end();
    return check_done();
}
