/* Connections through tor, for the tests of the private network. */
#ifndef TORCTL_TESTS_DIAL_H
#define TORCTL_TESTS_DIAL_H

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { LONG_MS = 10 * 60000 };

static inline torctl_controller *net_open(void)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    char address[512];
    snprintf(address, sizeof address, "unix:%s", check_env("TORCTL_NET_CONTROL_SOCKET"));
    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    if (torctl_controller_connect(tor, NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(tor != NULL && err == NULL);
    return tor;
}

/* While the descriptor is open, no other test changes the client's SOCKS ports. */
static inline int lock_socks_ports(void)
{
    char path[512];
    snprintf(path, sizeof path, "%s/socks-ports.lock", check_env("TORCTL_NET_DIR"));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0 && flock(fd, LOCK_EX) == 0);
    return fd;
}

/* A socket that listens on a free port of loopback. */
static inline int listen_on_loopback(uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof at;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(server, (struct sockaddr *)&at, length) == 0 && listen(server, 256) == 0);
    REQUIRE(getsockname(server, (struct sockaddr *)&at, &length) == 0);
    *port = ntohs(at.sin_port);
    return server;
}

/* How many descriptors are open. A few are the library's own, which keeps those that its waiting
 * threads have needed at the same moment: a test compares the counts before and after many calls. */
enum { SOME_FDS = 4 };

static inline int count_fds(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

/* Both ends say something to each other. */
static inline void check_joined(int one, int other)
{
    char got[8] = "";
    CHECK_INT(write(one, "ping", 4), 4);
    CHECK_INT(recv(other, got, 4, MSG_WAITALL), 4);
    CHECK_STR(got, "ping");
    CHECK_INT(write(other, "pong", 4), 4);
    CHECK_INT(recv(one, got, 4, MSG_WAITALL), 4);
    CHECK_STR(got, "pong");
}

#endif
