/*
 * daemon: an onion service that outlives tor, in a program with an event loop (libevent).
 *
 *     make bin/daemon && bin/daemon [ADDRESS]
 *
 * It may start before tor does. When tor is restarted, the service is there again at its address:
 * the program does nothing for that. Its key is in the file onion_v3_private_key, and its port 8333
 * leads to the same port here. docs/moving-from-torcontrol.md explains it call by call. Ends on
 * SIGTERM. Logs each event and
 *
 *     2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion is made
 */

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <torctl.h>

static torctl_controller *tor;
static torctl_queue *queue;
static torctl_call *call; /* begins what is called with it: the outcome is an event */
static torctl_onion_options *service;
static torctl_onion *onion; /* NULL until a tor has made the service */

static torctl_status on_event(const torctl_event *event, void *user_data)
{
    torctl_error *err = NULL;

    (void)user_data;
    fputs(torctl_event_raw(event), stderr);
    if (torctl_state_event_state(event) == TORCTL_STATE_READY && onion == NULL)
        (void)!torctl_add_onion(tor, service, call, NULL, &err);
    else if (torctl_event_kind(event) == TORCTL_EVENT_RESULT &&
             torctl_result_take_onion(event, &onion, &err) == TORCTL_OK)
        fprintf(stderr, "%s is made\n", torctl_onion_address(onion));
    if (err != NULL)
        fprintf(stderr, "daemon: %s\n", torctl_error_message(err));
    torctl_error_free(err);
    return TORCTL_OK;
}

static void wake(evutil_socket_t fd, short what, void *loop)
{
    (void)fd;
    if (what == EV_SIGNAL || torctl_queue_drain(queue, 0, on_event, NULL, NULL, NULL) == TORCTL_END)
        event_base_loopbreak(loop);
}

int main(int argc, char **argv)
{
    uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE) | TORCTL_KIND_BIT(TORCTL_EVENT_RESTORED);
    torctl_options *options = torctl_options_new();
    torctl_error *err = NULL;

    service = torctl_onion_options_new();
    call = torctl_call_new();
    if (torctl_onion_options_add_port(service, 8333, NULL, &err) ||
        torctl_onion_options_set_key_file(service, "onion_v3_private_key", &err) ||
        torctl_options_set_address(options, argc > 1 ? argv[1] : NULL, &err) ||
        torctl_options_set_reconnect(options, 1, &err) ||
        torctl_controller_new(options, &tor, &err) ||
        torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err) ||
        torctl_call_set_queue(call, queue, 0, &err) || torctl_controller_start(tor, &err)) {
        fprintf(stderr, "daemon: %s\n", torctl_error_message(err));
        return 1;
    }
    struct event_base *loop = event_base_new();
    struct event *input = event_new(loop, torctl_queue_fd(queue), EV_READ | EV_PERSIST, wake, loop);
    struct event *stop = evsignal_new(loop, SIGTERM, wake, loop);
    event_add(input, NULL);
    event_add(stop, NULL);
    event_base_dispatch(loop);
    event_free(input);
    event_free(stop);
    event_base_free(loop);
    torctl_onion_free(onion);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    torctl_call_free(call);
    torctl_onion_options_free(service);
    torctl_options_free(options);
    return 0;
}
