/* tor is killed during blocking requests: all of them end at once, and everybody is told why.
 *
 * ctest: live auth=cookie,none mode=thread_free */
#include "peer.h"

#include "live.h"

enum { THREADS = 8 };

struct asking {
    torctl_controller *tor;
    int asked;
    torctl_status status;
    char message[256];
};

/* Asks until that fails. */
static void *ask(void *arg)
{
    struct asking *a = arg;
    torctl_error *err = NULL;
    do {
        torctl_values *values = NULL;
        a->status = torctl_get_info(a->tor, "version", NULL, &values, &err);
        torctl_values_free(values);
        ADD(a->asked, 1);
    } while (a->status == TORCTL_OK);
    snprintf(a->message, sizeof a->message, "%s", torctl_error_message(err));
    torctl_error_free(err);
    return NULL;
}

static void *wait_for_event(void *arg)
{
    torctl_event *event = NULL;
    torctl_status status = torctl_queue_next(arg, -1, NULL, &event, NULL);
    torctl_event_free(event);
    CHECK_STATUS(status, TORCTL_END);
    return NULL;
}

static int32_t note_end(const torctl_event *event, void *user_data)
{
    int *ends = user_data;
    if (torctl_state_event_state(event) == TORCTL_STATE_CLOSED) {
        CHECK(strcmp(torctl_state_event_cause(event), "EOF") == 0 ||
              strcmp(torctl_state_event_cause(event), "ERROR") == 0);
        CHECK(torctl_state_event_message(event)[0] != '\0');
        ADD(*ends, 1);
    }
    return 0;
}

int main(void)
{
    torctl_controller *tor = live_open();
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    torctl_queue *states = NULL, *warnings = NULL, *late = NULL;
    int ends = 0;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &states, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_ERR), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &warnings, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), note_end, &ends,
                                       NULL, NULL, NULL, NULL),
                   TORCTL_OK);

    struct asking asking[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        asking[i] = (struct asking){.tor = tor};
        threads[i] = start_thread(ask, &asking[i]);
    }
    pthread_t waiter = start_thread(wait_for_event, warnings);
    for (int i = 0; i < THREADS; i++)
        CHECK_SOON(GET(asking[i].asked) > 10, 20);
    /* Stopped first, so that all of them wait for an answer when it dies. */
    live_signal(SIGSTOP);
    int asked[THREADS], is_quiet = 0;
    for (int64_t end_ms = check_now_ms() + check_patience_s(10) * 1000;
         !is_quiet && check_now_ms() < end_ms;) {
        for (int i = 0; i < THREADS; i++)
            asked[i] = GET(asking[i].asked);
        struct timespec pause = {0, 100000000};
        nanosleep(&pause, NULL);
        is_quiet = 1;
        for (int i = 0; i < THREADS; i++)
            is_quiet = is_quiet && asked[i] == GET(asking[i].asked);
    }
    CHECK(is_quiet);
    live_signal(SIGKILL);
    for (int i = 0; i < THREADS; i++) {
        JOIN_SOON(threads[i], 10);
        CHECK_STATUS(asking[i].status, TORCTL_ERR_CLOSED);
        CHECK(asking[i].message[0] != '\0');
    }
    JOIN_SOON(waiter, 10);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_ERR_CLOSED);
    CHECK_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                  NULL, &late, NULL),
                 TORCTL_ERR_CLOSED);
    CHECK(late == NULL);

    /* The same queue that gave events says that tor is gone, then ends. */
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_next(states, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_STATE);
    CHECK_INT(torctl_state_event_state(event), TORCTL_STATE_CLOSED);
    CHECK(strcmp(torctl_state_event_cause(event), "EOF") == 0 ||
          strcmp(torctl_state_event_cause(event), "ERROR") == 0);
    CHECK_STR(torctl_state_event_message(event), asking[0].message);
    torctl_event_free(event);
    CHECK_STATUS(torctl_queue_next(states, -1, NULL, &event, NULL), TORCTL_END);
    CHECK_SOON(GET(ends) == 1, 10);
    torctl_controller_free(tor);
    torctl_queue_free(states);
    torctl_queue_free(warnings);
    return check_done();
}
