/*
 * epoll: tor in a loop of epoll, level-triggered or edge-triggered.
 *
 *     make bin/loops/epoll && bin/loops/epoll [ADDRESS [edge]]
 *
 * Level-triggered, a program may take as few events as it likes: it is woken again. Edge-triggered
 * it is woken for what comes, and not for what it has left; so it takes events until the queue
 * says TORCTL_EMPTY, which program_take() does.
 */

#include <sys/epoll.h>
#include <unistd.h>

#include "program.h"

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event watch = {.events = EPOLLIN | (argc > 2 ? EPOLLET : 0)};

    if (fd >= 0 && epoll_ctl(loop, EPOLL_CTL_ADD, fd, &watch) == 0) {
        while (epoll_wait(loop, &watch, 1, -1) != 1 || program_take())
            ;
    }
    close(loop);
    return program_end();
}
