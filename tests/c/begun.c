/* Calls that a program begins and does not wait for.
 *
 * ctest: live auth=cookie mode=thread_free */
#include "begun.h"
#include "task.h"

#include "restart.h"

enum { MANY = 200 };

static void begin_many(torctl_controller *tor, torctl_call *call, torctl_queue *queue)
{
    for (uint64_t tag = 0; tag < MANY; tag++) {
        REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL),
                     TORCTL_PENDING);
    }
    /* In the order in which they were begun. */
    for (uint64_t tag = 0; tag < MANY; tag++) {
        torctl_event *event = next_result(queue, tag, TORCTL_OK);
        torctl_reply *reply = NULL;
        CHECK_STATUS(torctl_result_take_reply(event, &reply, NULL), TORCTL_OK);
        CHECK_INT(torctl_reply_code(reply), 250);
        torctl_reply_free(reply);
        CHECK_STATUS(torctl_result_take_reply(event, &reply, NULL), TORCTL_ERR_STATE);
        CHECK(reply == NULL);
        torctl_event_free(event);
    }
}

int main(void)
{
    torctl_controller *tor = NULL;
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    torctl_queue *queue = result_queue(tor);
    torctl_call *call = torctl_call_new();
    torctl_error *err = NULL;

    /* Connecting is a call like any other. */
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 41, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
    torctl_event_free(next_result(queue, 41, TORCTL_ERR_STATE));
    CHECK_STATUS(torctl_controller_connect(tor, call, &err), TORCTL_PENDING);
    CHECK(err == NULL);
    torctl_event *event = next_result(queue, 41, TORCTL_OK);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
    torctl_reply *reply = NULL;
    CHECK_STATUS(torctl_result_take_reply(event, &reply, NULL), TORCTL_ERR_INVALID);
    torctl_event *copy = torctl_event_dup(event);
    CHECK_INT(torctl_result_tag(copy), 41);
    CHECK_STATUS(torctl_result_status(copy), TORCTL_OK);
    torctl_event_free(copy);
    torctl_event_free(event);

    begin_many(tor, call, queue);
    int threads = task_count();
    begin_many(tor, call, queue);
    /* A round trip costs no thread. */
    CHECK_INT(task_count(), threads);

    /* A wrong argument is one immediately. */
    CHECK_STATUS(torctl_request(tor, NULL, NULL, 0, call, NULL, &err), TORCTL_ERR_INVALID);
    torctl_error_free(err);
    CHECK_STATUS(torctl_request(NULL, "GETINFO version", NULL, 0, call, NULL, NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_call_set_queue(NULL, queue, 0, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_result_status(NULL), TORCTL_ERR_INVALID);
    CHECK(torctl_result_error(NULL) == NULL);

    /* While tor does not answer: the timeout, a cancel, a queue that goes, a close. */
    live_signal(SIGSTOP);
    torctl_call_set_timeout_ms(call, 10);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 50, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
    torctl_event_free(next_result(queue, 50, TORCTL_ERR_TIMEOUT));
    torctl_call_set_timeout_ms(call, 3600000);
    for (uint64_t tag = 51; tag < 55; tag++) {
        REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL),
                     TORCTL_PENDING);
    }
    /* All that run with it. */
    torctl_call_cancel(call);
    for (uint64_t tag = 51; tag < 55; tag++)
        torctl_event_free(next_result(queue, tag, TORCTL_ERR_CANCELLED));
    torctl_call_free(call);

    call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 3600000);
    torctl_queue *gone = result_queue(tor);
    REQUIRE_STATUS(torctl_call_set_queue(call, gone, 60, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
    torctl_queue_free(gone);
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, 61, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);
    torctl_controller_close(tor);
    torctl_event_free(next_result(queue, 61, TORCTL_ERR_CLOSED));
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_END);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, &err),
                 TORCTL_ERR_STATE);
    torctl_error_free(err);
    live_signal(SIGCONT);
    /* It waits again. */
    REQUIRE_STATUS(torctl_call_set_queue(call, NULL, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL),
                 TORCTL_ERR_CLOSED);
    torctl_call_free(call);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    return check_done();
}
