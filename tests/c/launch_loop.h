/* A launched tor in a program's loop, with the library's threads or without any. */
#ifndef TORCTL_TESTS_LAUNCH_LOOP_H
#define TORCTL_TESTS_LAUNCH_LOOP_H

#include <poll.h>

#include "launch.h"
#include "task.h"

/* The threads that there are anyway: this one, and what a sanitizer brings. */
static int alone;

/* Its controller reconnects after hardly any time. */
static inline torctl_launch_options *again(void)
{
    torctl_launch_options *options = offline();
    torctl_options *own = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_reconnect(own, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(own, 10, 100, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_controller(options, own, NULL), TORCTL_OK);
    torctl_options_free(own);
    return options;
}

static inline torctl_queue *loop_queue(torctl_controller *tor, uint64_t kinds)
{
    torctl_queue *queue = NULL;
    kinds |= TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

/* One turn of the program's loop. */
static inline void loop_turn(torctl_controller *tor, torctl_queue *queue)
{
    int longest_ms = (int)(check_patience_s(20) * 1000);
    struct pollfd wait = {.fd = torctl_queue_fd(queue), .events = POLLIN};
    if (torctl_controller_fd(tor) < 0) {
        CHECK_INT(poll(&wait, 1, longest_ms), 1);
        return;
    }
    REQUIRE_STATUS(torctl_controller_process(tor, NULL), TORCTL_OK);
    CHECK_INT(task_count(), alone);
    if (poll(&wait, 1, 0) == 1)
        return;
    int timeout_ms = torctl_controller_timeout_ms(tor);
    wait.fd = torctl_controller_fd(tor);
    int is_timed = timeout_ms >= 0 && timeout_ms < longest_ms;
    CHECK(poll(&wait, 1, is_timed ? timeout_ms : longest_ms) == 1 || is_timed);
}

/* The next event of the queue; NULL at its end. */
static inline torctl_event *loop_next(torctl_controller *tor, torctl_queue *queue)
{
    torctl_event *event = NULL;
    torctl_status status;
    while ((status = torctl_queue_next(queue, 0, NULL, &event, NULL)) == TORCTL_EMPTY)
        loop_turn(tor, queue);
    REQUIRE(status == TORCTL_OK || status == TORCTL_END);
    return event;
}

/* The next event of this kind, and for STATE of this state. */
static inline torctl_event *loop_until(torctl_controller *tor, torctl_queue *queue, int32_t kind,
                                       int32_t state)
{
    for (;;) {
        torctl_event *event = loop_next(tor, queue);
        REQUIRE(event != NULL);
        if (torctl_event_kind(event) == kind &&
            (kind != TORCTL_EVENT_STATE || torctl_state_event_state(event) == state))
            return event;
        torctl_event_free(event);
    }
}

static inline void loop_result(torctl_controller *tor, torctl_queue *queue, uint64_t tag,
                               torctl_status want)
{
    torctl_event *event = loop_until(tor, queue, TORCTL_EVENT_RESULT, 0);
    CHECK_INT(torctl_result_tag(event), tag);
    CHECK_STATUS(torctl_result_status(event), want);
    torctl_event_free(event);
}

/* A program in place of tor: a script. */
static inline void write_program(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL && fprintf(file, "#!/bin/sh\n%s\n", text) > 0 && fclose(file) == 0);
    REQUIRE(chmod(path, 0700) == 0);
}

#endif
