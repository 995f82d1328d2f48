/*
 * sd_event: tor in a loop of sd-event, which is systemd's.
 *
 *     make bin/loops/sd_event && bin/loops/sd_event [ADDRESS]
 */

#include <sys/epoll.h>

#include <systemd/sd-event.h>

#include "program.h"

static int on_readable(sd_event_source *watch, int fd, uint32_t revents, void *loop)
{
    (void)watch;
    (void)fd;
    (void)revents;
    return program_take() ? 0 : sd_event_exit(loop, 0);
}

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);
    sd_event *loop = NULL;

    if (fd >= 0 && sd_event_new(&loop) >= 0 &&
        sd_event_add_io(loop, NULL, fd, EPOLLIN, on_readable, loop) >= 0)
        sd_event_loop(loop);
    sd_event_unref(loop);
    return program_end();
}
