/* The bandwidth of tor in a program with the main loop of GLib, which is that of GTK, too.
 *
 *     glib ADDRESS
 */
#include <inttypes.h>
#include <stdio.h>

#include <glib-unix.h>
#include <torctl.h>

static torctl_controller *tor;
static torctl_queue *queue;
static GMainLoop *loop;

static torctl_status show(const torctl_event *event, void *user_data)
{
    (void)user_data;
    printf("%" PRIu64 " bytes written\n", torctl_bw_written_bytes(event));
    torctl_controller_close(tor); /* enough for this story */
    return TORCTL_OK;
}

static gboolean on_tor(gint fd, GIOCondition condition, gpointer user_data)
{
    (void)fd, (void)condition, (void)user_data;
    if (torctl_queue_drain(queue, 0, show, NULL, NULL, NULL) != TORCTL_END)
        return G_SOURCE_CONTINUE;
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
    torctl_error *err = NULL;

    (void)argc;
    loop = g_main_loop_new(NULL, FALSE);
    if (torctl_controller_open(argv[1], NULL, &tor, &err) ||
        torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST, NULL,
                         &queue, &err))
        g_error("%s", torctl_error_message(err));
    g_unix_fd_add(torctl_queue_fd(queue), G_IO_IN, on_tor, NULL);
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    return 0;
}
