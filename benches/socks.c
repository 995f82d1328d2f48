/*
 * A SOCKS server that connects to nothing: it grants what is asked and waits for the end. One connection at a time.
 *
 *   socks PATH
 *
 * listens on a Unix socket and prints `ready unix:PATH`.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int get(int fd, uint8_t *bytes, size_t size) { return recv(fd, bytes, size, MSG_WAITALL) == (ssize_t)size; }

static int say(int fd, const void *bytes, size_t size) { return send(fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size; }

/* A byte that says how many follow. */
static int get_counted(int fd, uint8_t *bytes) { return get(fd, bytes, 1) && get(fd, bytes + 1, bytes[0]); }

static void serve(int fd) {
    uint8_t in[512];
    int has_login = 0;
    if (!get(fd, in, 1) || !get_counted(fd, in)) return;
    for (int i = 1; i <= in[0]; i++) has_login |= in[i] == 2;
    if (!say(fd, has_login ? "\5\2" : "\5\0", 2)) return;
    if (has_login && (!get(fd, in, 1) || !get_counted(fd, in) || !get_counted(fd, in) || !say(fd, "\1\0", 2))) return;
    /* Version, command, reserved, and the name with its port. */
    if (!get(fd, in, 4) || in[3] != 3 || !get_counted(fd, in) || !get(fd, in, 2)) return;
    if (say(fd, "\5\0\0\1\0\0\0\0\0\0", 10)) (void)!recv(fd, in, 1, 0);
}

int main(int argc, char **argv) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (argc != 2 || strlen(argv[1]) >= sizeof at.sun_path) return 2;
    strcpy(at.sun_path, argv[1]);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 64) != 0) {
        perror(argv[1]);
        return 1;
    }
    printf("ready unix:%s\n", argv[1]);
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) return 1;
        serve(fd);
        close(fd);
    }
}
