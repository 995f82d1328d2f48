/* A status light on a small machine: one thread, which waits in poll(). Shows how far tor is, counts bytes, makes
 * an onion service, and goes on when tor is started again. A library that starts a thread is not for it.
 *
 *     one_thread ADDRESS
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include <torctl.h>

static torctl_controller *tor;
static torctl_onion *onion;
static int ticks;

static torctl_status on_event(const torctl_event *event, void *call)
{
    torctl_error *err = NULL;
    torctl_onion_options *service = torctl_onion_options_new();

    if (torctl_state_event_state(event) == TORCTL_STATE_READY) {
        printf("tor %s\n", torctl_state_event_version(event));
        if (torctl_onion_options_add_port(service, 80, NULL, &err) == TORCTL_OK)
            (void)!torctl_add_onion(tor, service, call, NULL, &err);
    } else if (torctl_event_kind(event) == TORCTL_EVENT_RESULT) {
        if (torctl_result_take_onion(event, &onion, &err) == TORCTL_OK)
            printf("%s\n", torctl_onion_address(onion));
    } else if (torctl_event_kind(event) == TORCTL_EVENT_BW) {
        printf("%" PRIu64 " bytes read\n", torctl_bw_read_bytes(event));
        ticks++;
    }
    if (err != NULL)
        printf("%s\n", torctl_error_message(err));
    torctl_error_free(err);
    torctl_onion_options_free(service);
    return TORCTL_OK;
}

int main(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE) | TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    torctl_options *options = torctl_options_new();
    torctl_call *call = torctl_call_new();
    torctl_queue *queue = NULL;
    torctl_error *err = NULL;

    (void)argc;
    if (torctl_options_set_address(options, argv[1], &err) ||
        torctl_options_set_thread_free(options, 1, &err) ||
        torctl_options_set_reconnect(options, 1, &err) ||
        torctl_controller_new(options, &tor, &err) ||
        torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err) ||
        torctl_call_set_queue(call, queue, 0, &err) || torctl_controller_start(tor, &err)) {
        fprintf(stderr, "%s\n", torctl_error_message(err));
        return 1;
    }
    while (onion == NULL || ticks < 2) {
        struct pollfd ready = {torctl_controller_fd(tor), POLLIN, 0};
        poll(&ready, 1, torctl_controller_timeout_ms(tor));
        if (torctl_controller_process(tor, NULL) ||
            torctl_queue_drain(queue, 0, on_event, call, NULL, NULL) < 0)
            return 1;
    }
    torctl_onion_free(onion);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_call_free(call);
    torctl_options_free(options);
    return 0;
}
