/* How a real tor does, in one answer and as events: one without network, which is put to sleep,
 * woken, and killed.
 *
 * ctest: live auth=none timeout=30 mode=thread_free */
#include "live.h"

static torctl_health *ask(torctl_controller *tor)
{
    torctl_health *health = NULL;
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_get_health(tor, NULL, &health, &err), TORCTL_OK);
    REQUIRE(health != NULL && err == NULL);
    return health;
}

static void check_item(const torctl_health *health, int32_t item, int32_t level, int32_t reason)
{
    if (torctl_health_level(health, item) != level || torctl_health_reason(health, item) != reason)
        fprintf(stderr, "%s: %s\n", torctl_health_item_name(item),
                torctl_health_text(health, item));
    CHECK_INT(torctl_health_level(health, item), level);
    CHECK_INT(torctl_health_reason(health, item), reason);
}

/* Takes events until this item has this level. */
static torctl_event *wait_for(torctl_queue *queue, int32_t item, int32_t level)
{
    torctl_event *event = NULL;
    for (;;) {
        REQUIRE_STATUS(torctl_queue_next(queue, 60000, NULL, &event, NULL), TORCTL_OK);
        REQUIRE(torctl_event_kind(event) == TORCTL_EVENT_HEALTH);
        if (torctl_health_event_item(event) == item && torctl_health_event_level(event) == level)
            return event;
        torctl_event_free(event);
    }
}

static void no_controller_and_nothing(void)
{
    torctl_options *options = live_options();
    torctl_controller *tor = NULL;
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_health *health = ask(tor);
    CHECK_INT(torctl_health_verdict(health), TORCTL_HEALTH_DOWN);
    CHECK_INT(torctl_health_is_connected(health), 0);
    CHECK_INT(torctl_health_bootstrap_percent(health), -1);
    CHECK_INT(torctl_health_guards(health), -1);
    CHECK_INT(torctl_health_onions_published(health), -1);
    CHECK_STR(torctl_health_text(health, 0), "the controller is not connected");
    check_item(health, TORCTL_HEALTH_ITEM_CIRCUIT, TORCTL_HEALTH_UNKNOWN, TORCTL_REASON_UNKNOWN);
    torctl_health_free(health);
    torctl_controller_free(tor);
    torctl_options_free(options);
    CHECK_INT(torctl_health_level(NULL, 0), 0);
    CHECK_STR(torctl_health_text(NULL, 0), "");
}

static void without_network(torctl_controller *tor)
{
    torctl_health *health = ask(tor);
    CHECK_INT(torctl_health_verdict(health), TORCTL_HEALTH_DOWN);
    CHECK_INT(torctl_health_is_connected(health), 1);
    CHECK_INT(torctl_health_bootstrap_percent(health), 0);
    CHECK_INT(torctl_health_bootstrap_tag(health), TORCTL_BOOTSTRAP_STARTING);
    CHECK_STR(torctl_health_bootstrap_summary(health), "Starting");
    CHECK(torctl_health_bootstrap_since_unix_us(health) > 0);
    CHECK_INT(torctl_health_is_circuit_established(health), 0);
    CHECK_INT(torctl_health_has_enough_directory(health), 0);
    CHECK_INT(torctl_health_is_network_live(health), 0);
    CHECK_INT(torctl_health_is_dormant(health), 0);
    CHECK_INT(torctl_health_clock_skew_s(health), 0);
    CHECK_INT(torctl_health_onions(health), 0);
    check_item(health, 0, TORCTL_HEALTH_DOWN, TORCTL_REASON_NETWORK_DISABLED);
    check_item(health, TORCTL_HEALTH_ITEM_BOOTSTRAP, TORCTL_HEALTH_DOWN,
               TORCTL_REASON_NETWORK_DISABLED);
    CHECK(strstr(torctl_health_text(health, 0), "DisableNetwork") != NULL);
    check_item(health, TORCTL_HEALTH_ITEM_CONNECTION, TORCTL_HEALTH_OK, TORCTL_REASON_UNKNOWN);
    check_item(health, TORCTL_HEALTH_ITEM_CIRCUIT, TORCTL_HEALTH_STARTING,
               TORCTL_REASON_NO_CIRCUIT);
    check_item(health, TORCTL_HEALTH_ITEM_CLOCK, TORCTL_HEALTH_OK, TORCTL_REASON_UNKNOWN);
    check_item(health, 99999, TORCTL_HEALTH_UNKNOWN, TORCTL_REASON_UNKNOWN);
    torctl_health_free(health);
}

int main(void)
{
    no_controller_and_nothing();
    torctl_controller *tor = live_open();
    without_network(tor);

    torctl_queue *queue = NULL;
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_HEALTH);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    without_network(tor);

    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_DORMANT, NULL, NULL), TORCTL_OK);
    torctl_event *event = wait_for(queue, TORCTL_HEALTH_ITEM_DORMANT, TORCTL_HEALTH_DEGRADED);
    CHECK_INT(torctl_health_event_old_level(event), TORCTL_HEALTH_OK);
    CHECK_INT(torctl_health_event_reason(event), TORCTL_REASON_DORMANT);
    CHECK_STR(torctl_health_event_value(event), "1");
    CHECK_STR(torctl_health_event_old_value(event), "0");
    torctl_event_free(event);
    torctl_health *health = ask(tor);
    CHECK_INT(torctl_health_is_dormant(health), 1);
    torctl_health_free(health);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_ACTIVE, NULL, NULL), TORCTL_OK);
    torctl_event_free(wait_for(queue, TORCTL_HEALTH_ITEM_DORMANT, TORCTL_HEALTH_OK));

    live_signal(SIGKILL);
    event = wait_for(queue, TORCTL_HEALTH_ITEM_CONNECTION, TORCTL_HEALTH_DOWN);
    CHECK_INT(torctl_health_event_verdict(event), TORCTL_HEALTH_DOWN);
    CHECK_STR(torctl_health_event_value(event), "CLOSED");
    health = ask(tor);
    CHECK_INT(torctl_health_is_connected(health), 0);
    CHECK_STR(torctl_health_text(health, TORCTL_HEALTH_ITEM_CONNECTION),
              torctl_health_event_message(event));
    torctl_event_free(event);
    torctl_health_free(health);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    return check_done();
}
