/* Outcomes of begun calls, which a test waits for at the descriptor of its queue. */
#ifndef TORCTL_TESTS_BEGUN_H
#define TORCTL_TESTS_BEGUN_H

#include <poll.h>

#include "check.h"

/* A queue for outcomes alone. */
static inline torctl_queue *result_queue(torctl_controller *tor)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_GAP), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

/* The next event, which is a result. */
static inline torctl_event *any_result(torctl_queue *queue)
{
    torctl_event *event = NULL;
    struct pollfd wait = {.fd = torctl_queue_fd(queue), .events = POLLIN};
    CHECK_INT(poll(&wait, 1, (int)(check_patience_s(20) * 1000)), 1);
    REQUIRE_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_RESULT);
    return event;
}

/* The same, of the call with this tag. */
static inline torctl_event *next_result(torctl_queue *queue, uint64_t tag, torctl_status status)
{
    torctl_event *event = any_result(queue);
    CHECK_INT(torctl_result_tag(event), tag);
    CHECK_STATUS(torctl_result_status(event), status);
    torctl_error *err = torctl_result_error(event);
    CHECK((err != NULL) == (status < 0));
    if (err != NULL && torctl_error_status(err) != status)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    torctl_error_free(err);
    return event;
}

#endif
