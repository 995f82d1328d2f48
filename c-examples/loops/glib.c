/*
 * glib: tor in the main loop of GLib, which is that of GTK, too.
 *
 *     make bin/loops/glib && bin/loops/glib [ADDRESS]
 */

#include <glib-unix.h>

#include "program.h"

static gboolean on_readable(gint fd, GIOCondition condition, gpointer loop)
{
    (void)fd;
    (void)condition;
    if (program_take())
        return G_SOURCE_CONTINUE;
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
    const int fd = program_begin(argc, argv);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);

    if (fd >= 0) {
        g_unix_fd_add(fd, G_IO_IN, on_readable, loop);
        g_main_loop_run(loop);
    }
    g_main_loop_unref(loop);
    return program_end();
}
