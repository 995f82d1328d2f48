/* tor ends and another takes its place: health and view say so, ask the new one, and go on.
 *
 * ctest: live auth=cookie timeout=120 mode=thread_free */
#include <poll.h>

#include "restart.h"

enum { RESTARTS = 3 };

/* Takes events until this item has this level. */
static void wait_for(torctl_queue *queue, int32_t item, int32_t level)
{
    for (int is_there = 0; !is_there;) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, 60000, NULL, &event, NULL), TORCTL_OK);
        is_there = torctl_event_kind(event) == TORCTL_EVENT_HEALTH &&
                   torctl_health_event_item(event) == item &&
                   torctl_health_event_level(event) == level;
        torctl_event_free(event);
    }
}

int main(void)
{
    torctl_controller *tor = NULL;
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 10, 100, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    torctl_queue *queue = NULL;
    torctl_view *view = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_HEALTH), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_view_new(tor, NULL, &view, NULL), TORCTL_OK);
    CHECK_INT(torctl_view_is_complete(view), 0);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    for (int i = 0; i < RESTARTS; i++) {
        wait_for(queue, TORCTL_HEALTH_ITEM_CONNECTION, TORCTL_HEALTH_OK);
        /* The network of this tor is disabled, which only its answers can say. */
        wait_for(queue, TORCTL_HEALTH_ITEM_BOOTSTRAP, TORCTL_HEALTH_DOWN);
        wait_for(queue, TORCTL_HEALTH_ITEM_ONIONS, TORCTL_HEALTH_OK);
        CHECK_SOON(torctl_view_is_complete(view), 20);
        restart_end(SIGKILL);
        wait_for(queue, TORCTL_HEALTH_ITEM_CONNECTION, TORCTL_HEALTH_DOWN);
        torctl_health *health = NULL;
        REQUIRE_STATUS(torctl_get_health(tor, NULL, &health, NULL), TORCTL_OK);
        CHECK_INT(torctl_health_is_connected(health), 0);
        CHECK(strlen(torctl_health_text(health, 0)) > 0);
        torctl_health_free(health);
        CHECK_INT(torctl_view_is_complete(view), 0);
        restart_begin();
    }
    wait_for(queue, TORCTL_HEALTH_ITEM_CONNECTION, TORCTL_HEALTH_OK);
    CHECK_SOON(torctl_view_is_complete(view), 20);
    torctl_view_free(view);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    restart_end(SIGKILL);
    return check_done();
}
