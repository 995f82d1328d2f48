/* What a real tor sent before an answer is in the queue when the request returns, and every event
 * comes once, in the order of what caused it.
 *
 * ctest: live auth=cookie mode=thread_free */
#include "peer.h"

#include "live.h"

static torctl_queue *new_queue(torctl_controller *tor, uint64_t kinds)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    return queue;
}

static void ask(torctl_controller *tor)
{
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
}

/* tor tells of a mapping in front of its answer to MAPADDRESS. */
static void events_before_their_reply(torctl_controller *tor)
{
    torctl_queue *queue = new_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_ADDRMAP));
    for (int round = 0; round < rounds(500) && check_failures == 0; round++) {
        char command[128], name[64];
        torctl_reply *reply = NULL;
        torctl_event *event = NULL;
        snprintf(name, sizeof name, "name-%d.test", round);
        snprintf(command, sizeof command, "MAPADDRESS %s=other-%d.test", name, round);
        CHECK_STATUS(torctl_request(tor, command, NULL, 0, NULL, &reply, NULL), TORCTL_OK);
        CHECK_INT(torctl_reply_code(reply), 250);
        torctl_reply_free(reply);
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
        CHECK_STR(torctl_event_arg(event, 0), name);
        torctl_event_free(event);
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_EMPTY);
    }
    torctl_queue_free(queue);
}

/* What a command causes, tor tells behind its answer, and before that to the next command. */
static void events_after_their_reply(torctl_controller *tor)
{
    torctl_queue *queue = new_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_CONF_CHANGED) |
                                             TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL));
    for (int round = 0; round < rounds(200) && check_failures == 0; round++) {
        char value[32];
        torctl_event *event = NULL;
        snprintf(value, sizeof value, "someone %d", round);
        CHECK_STATUS(torctl_set_conf(tor, "ContactInfo", value, NULL, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
        ask(tor);
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_CONF_CHANGED);
        CHECK(strstr(torctl_event_raw(event), value) != NULL);
        torctl_event_free(event);
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
        CHECK_STR(torctl_event_arg(event, 0), "CLEARDNSCACHE");
        torctl_event_free(event);
        CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_EMPTY);
    }
    torctl_queue_free(queue);
}

/* After a removal tor sends no more of it: what it was asked for is what is wanted. */
static int32_t count(const torctl_event *event, void *user_data)
{
    int *calls = user_data;
    (void)event;
    ADD(*calls, 1);
    return 0;
}

static void only_what_is_wanted(torctl_controller *tor)
{
    torctl_controller *other = live_open();
    int calls = 0;
    uint64_t id = 0;
    CHECK_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), count, &calls, NULL,
                                     NULL, &id, NULL),
                 TORCTL_OK);
    /* Another controller's doing. */
    CHECK_STATUS(torctl_signal(other, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    CHECK_SOON(GET(calls) == 1, 10);
    CHECK_STATUS(torctl_listener_remove(tor, id, NULL, NULL), TORCTL_OK);
    uint64_t before = torctl_listener_delivered(tor);
    CHECK_STATUS(torctl_signal(other, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    ask(other);
    ask(tor);
    CHECK_INT(GET(calls), 1);
    CHECK_INT(torctl_listener_delivered(tor), before);
    CHECK_INT(torctl_listener_backlog(tor), 0);
    torctl_controller_free(other);
}

/* tor's own refusal of a kind, for that caller alone. */
static void a_kind_that_tor_refuses(torctl_controller *tor)
{
    torctl_queue *queue = NULL, *good = new_queue(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL));
    torctl_error *err = NULL;
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_PT_LOG), 0, 0,
                                  TORCTL_DROP_OLDEST, NULL, &queue, &err),
                 TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 552);
    CHECK(strstr(torctl_error_reply_text(err), "PT_LOG") != NULL);
    torctl_error_free(err);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_queue_next(good, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    torctl_event_free(event);
    torctl_queue_free(good);
}

int main(void)
{
    torctl_controller *tor = live_open();
    events_before_their_reply(tor);
    events_after_their_reply(tor);
    only_what_is_wanted(tor);
    a_kind_that_tor_refuses(tor);
    torctl_controller_free(tor);
    return check_done();
}
