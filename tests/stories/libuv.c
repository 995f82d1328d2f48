/* The bandwidth of tor in a server with a loop of libuv.
 *
 *     libuv ADDRESS
 */
#include <inttypes.h>
#include <stdio.h>

#include <torctl.h>
#include <uv.h>

static torctl_controller *tor;
static torctl_queue *queue;

static torctl_status show(const torctl_event *event, void *user_data)
{
    (void)user_data;
    printf("%" PRIu64 " bytes written\n", torctl_bw_written_bytes(event));
    torctl_controller_close(tor); /* enough for this story */
    return TORCTL_OK;
}

static void on_tor(uv_poll_t *watch, int status, int events)
{
    (void)status, (void)events;
    if (torctl_queue_drain(queue, 0, show, NULL, NULL, NULL) == TORCTL_END)
        uv_close((uv_handle_t *)watch, NULL);
}

int main(int argc, char **argv)
{
    torctl_error *err = NULL;
    uv_poll_t watch;

    (void)argc;
    if (torctl_controller_open(argv[1], NULL, &tor, &err) ||
        torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST, NULL,
                         &queue, &err)) {
        fprintf(stderr, "%s\n", torctl_error_message(err));
        return 1;
    }
    uv_poll_init(uv_default_loop(), &watch, torctl_queue_fd(queue));
    uv_poll_start(&watch, UV_READABLE, on_tor);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_loop_close(uv_default_loop());
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    return 0;
}
