/*
 * libevent: tor in a loop of libevent.
 *
 *     make bin/loops/libevent && bin/loops/libevent [ADDRESS]
 */

#include <event2/event.h>

#include "program.h"

static void on_readable(evutil_socket_t fd, short what, void *loop)
{
    (void)fd;
    (void)what;
    if (!program_take())
        event_base_loopbreak(loop);
}

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);
    struct event_base *loop = event_base_new();

    if (fd >= 0) {
        struct event *watch = event_new(loop, fd, EV_READ | EV_PERSIST, on_readable, loop);
        event_add(watch, NULL);
        event_base_dispatch(loop);
        event_free(watch); /* before the queue, whose descriptor it watches */
    }
    event_base_free(loop);
    return program_end();
}
