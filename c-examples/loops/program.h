/*
 * program.h: what the programs of this directory do with tor. It is the same in every event loop.
 *
 * Nothing here blocks, and the program has no thread of its own. Connecting, the answers to
 * questions, and restarts of tor are events of one queue. The loop watches the queue's descriptor,
 * which stays the same over restarts, and calls program_take() when it is readable. The program
 * asks each tor something, and ends when the second one has answered and sent an event. Prints
 *
 *     tor 0.4.9.11 is ready
 *     tor 1: process 4711
 *     1093 bytes written
 *     no tor: tor closed the connection
 *     events are missing here
 *     tor 0.4.9.11 is ready
 *     tor 2: process 4777
 *     817 bytes written
 */
#ifndef TORCTL_LOOPS_PROGRAM_H
#define TORCTL_LOOPS_PROGRAM_H

#include <inttypes.h>
#include <stdio.h>

#include <torctl.h>

static torctl_controller *tor;
static torctl_queue *queue;
static torctl_call *call; /* begins what is called with it: the outcome is an event of the queue */
static int answers;

/* Asks a tor that was not asked yet. The tag says later which tor it was. */
static void ask(uint64_t tag)
{
    torctl_error *err = NULL;
    if (torctl_call_set_queue(call, queue, tag, &err) != TORCTL_OK ||
        torctl_get_info(tor, "process/pid", call, NULL, &err) != TORCTL_PENDING)
        fprintf(stderr, "cannot ask: %s\n", torctl_error_message(err));
    torctl_error_free(err);
}

static torctl_status on_event(const torctl_event *event, void *user_data)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;

    (void)user_data;
    switch (torctl_event_kind(event)) {
    case TORCTL_EVENT_STATE:
        if (torctl_state_event_state(event) == TORCTL_STATE_READY) {
            printf("tor %s is ready\n", torctl_state_event_version(event));
            ask(torctl_state_event_incarnation(event));
        } else if (torctl_state_event_state(event) == TORCTL_STATE_WAITING) {
            printf("no tor: %s\n", torctl_state_event_message(event));
        }
        break;
    case TORCTL_EVENT_RESULT:
        if (torctl_result_take_values(event, &values, &err) == TORCTL_OK && ++answers)
            printf("tor %" PRIu64 ": process %s\n", torctl_result_tag(event),
                   torctl_values_value(values, 0));
        else
            printf("tor %" PRIu64 ": %s\n", torctl_result_tag(event), torctl_error_message(err));
        break;
    case TORCTL_EVENT_BW:
        printf("%" PRIu64 " bytes written\n", torctl_bw_written_bytes(event));
        if (answers == 2)
            torctl_controller_close(tor); /* then the queue ends, and with it the loop */
        break;
    case TORCTL_EVENT_GAP:
        printf("events are missing here\n");
        break;
    default:
        break;
    }
    torctl_values_free(values);
    torctl_error_free(err);
    return TORCTL_OK;
}

/* Begins, without waiting for tor. Returns the descriptor that the loop watches for input, or -1. */
static int program_begin(int argc, char **argv)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE) | TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    torctl_options *options = torctl_options_new();
    torctl_error *err = NULL;

    setvbuf(stdout, NULL, _IOLBF, 0);
    call = torctl_call_new();
    if (torctl_options_set_address(options, argc > 1 ? argv[1] : NULL, &err) != TORCTL_OK ||
        torctl_options_set_reconnect(options, 1, &err) != TORCTL_OK ||
        torctl_controller_new(options, &tor, &err) != TORCTL_OK ||
        torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err) != TORCTL_OK ||
        torctl_controller_start(tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s: %s\n", argv[0], torctl_error_message(err));
    torctl_options_free(options);
    const int fd = err == NULL ? torctl_queue_fd(queue) : -1;
    torctl_error_free(err);
    return fd;
}

/* Takes all events that are there. Returns 0 when no more will come: then the loop ends. */
static int program_take(void)
{
    torctl_status status;
    while ((status = torctl_queue_drain(queue, 0, on_event, NULL, NULL, NULL)) == TORCTL_OK)
        ;
    return status == TORCTL_EMPTY;
}

/* Frees everything. Returns the exit status. */
static int program_end(void)
{
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    torctl_call_free(call);
    return answers < 2;
}

#endif
