/*
 * libuv: tor in a loop of libuv.
 *
 *     make bin/loops/libuv && bin/loops/libuv [ADDRESS]
 */

#include <uv.h>

#include "program.h"

static void on_readable(uv_poll_t *watch, int status, int events)
{
    (void)status;
    (void)events;
    /* A loop without handles ends. */
    if (!program_take())
        uv_close((uv_handle_t *)watch, NULL);
}

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);
    uv_loop_t *loop = uv_default_loop();
    uv_poll_t watch;

    if (fd >= 0 && uv_poll_init(loop, &watch, fd) == 0) {
        uv_poll_start(&watch, UV_READABLE, on_readable);
        uv_run(loop, UV_RUN_DEFAULT);
    }
    uv_loop_close(loop);
    return program_end();
}
