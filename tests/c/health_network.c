/* How a tor does that has a network: it can be used, and its onion service is published.
 *
 * ctest: network timeout=120 mode=thread_free */
#include "check.h"

static torctl_health *ask(torctl_controller *tor)
{
    torctl_health *health = NULL;
    REQUIRE_STATUS(torctl_get_health(tor, NULL, &health, NULL), TORCTL_OK);
    for (int32_t item = TORCTL_HEALTH_ITEM_CONNECTION; item <= TORCTL_HEALTH_ITEM_ONIONS; item++)
        fprintf(stderr, "%s %s: %s\n", torctl_health_item_name(item),
                torctl_health_level_name(torctl_health_level(health, item)),
                torctl_health_text(health, item));
    return health;
}

int main(void)
{
    torctl_controller *tor = NULL;
    char address[512];
    snprintf(address, sizeof address, "unix:%s", check_env("TORCTL_NET_CONTROL_SOCKET"));
    REQUIRE_STATUS(torctl_controller_open(address, NULL, &tor, NULL), TORCTL_OK);
    torctl_queue *queue = NULL;
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_HEALTH);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    torctl_health *health = ask(tor);
    CHECK_INT(torctl_health_bootstrap_percent(health), 100);
    CHECK_INT(torctl_health_bootstrap_tag(health), TORCTL_BOOTSTRAP_DONE);
    CHECK_INT(torctl_health_bootstrap_since_unix_us(health), 0);
    CHECK_INT(torctl_health_is_circuit_established(health), 1);
    CHECK_INT(torctl_health_has_enough_directory(health), 1);
    CHECK_INT(torctl_health_is_network_live(health), 1);
    CHECK_INT(torctl_health_onions(health), 0);
    CHECK(torctl_health_verdict(health) == TORCTL_HEALTH_OK ||
          torctl_health_verdict(health) == TORCTL_HEALTH_DEGRADED);
    CHECK(torctl_health_guards_usable(health) + torctl_health_guards_down(health) <=
          torctl_health_guards(health));
    torctl_health_free(health);

    torctl_onion *onion = NULL;
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    torctl_onion_options_free(options);
    torctl_health_free(ask(tor));
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, 100000, NULL, NULL), TORCTL_OK);
    health = ask(tor);
    CHECK_INT(torctl_health_onions(health), 1);
    CHECK_INT(torctl_health_onions_published(health), 1);
    CHECK_INT(torctl_health_level(health, TORCTL_HEALTH_ITEM_ONIONS), TORCTL_HEALTH_OK);
    torctl_health_free(health);
    /* The events came to the same. */
    int32_t last = -1;
    torctl_event *event = NULL;
    while (torctl_queue_next(queue, 0, NULL, &event, NULL) == TORCTL_OK) {
        CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_HEALTH);
        if (torctl_health_event_item(event) == TORCTL_HEALTH_ITEM_ONIONS) {
            last = torctl_health_event_level(event);
            if (last == TORCTL_HEALTH_OK && torctl_health_event_value(event)[0] == '1')
                CHECK_STR(torctl_health_event_value(event), "1/1");
        }
        torctl_event_free(event);
    }
    CHECK_INT(last, TORCTL_HEALTH_OK);
    torctl_onion_free(onion);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    return check_done();
}
