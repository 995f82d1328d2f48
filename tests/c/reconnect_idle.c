/* A controller that waits to connect again wakes for nothing: with a long wait before it, no thread of
 * the process goes to sleep anew.
 *
 * ThreadSanitizer has a thread of its own, which wakes.
 *
 * ctest: live auth=cookie timeout=30 tsan=no */
#include <poll.h>

#include "task.h"

#include "restart.h"

enum { MOST = 32, QUIET_MS = 3000 };

static int32_t hear(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    return TORCTL_OK;
}

/* All threads but this one. */
static int others(long *tids)
{
    int count = 0;
    DIR *all = opendir("/proc/self/task");
    REQUIRE(all != NULL);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        long tid = strtol(entry->d_name, NULL, 10);
        if (tid != 0 && tid != task_self() && count < MOST)
            tids[count++] = tid;
    }
    closedir(all);
    return count;
}

static long sleeps(const long *tids, int count)
{
    long sum = 0;
    for (int i = 0; i < count; i++)
        sum += task_sleeps(tids[i]);
    return sum;
}

int main(void)
{
    const uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_HEALTH) |
                           TORCTL_KIND_BIT(TORCTL_EVENT_STATE);
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL, *results = NULL;
    torctl_options *options = live_options();
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, HOUR_MS, HOUR_MS, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    REQUIRE_STATUS(torctl_listener_add(tor, kinds, hear, NULL, NULL, NULL, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_GAP), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &results, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    restart_end(SIGKILL);
    for (int is_waiting = 0; !is_waiting;) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        is_waiting = torctl_state_event_state(event) == TORCTL_STATE_WAITING;
        if (is_waiting)
            CHECK(torctl_state_event_delay_ms(event) > HOUR_MS / 2);
        torctl_event_free(event);
    }
    /* A call that waits for the next tor as well. */
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, HOUR_MS);
    torctl_call_set_wait_ready(call, 1);
    REQUIRE_STATUS(torctl_call_set_queue(call, results, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request(tor, "GETINFO version", NULL, 0, call, NULL, NULL), TORCTL_PENDING);

    long tids[MOST];
    int count = others(tids);
    CHECK(count >= 2);
    CHECK(task_all_sleep(tids, count));
    long before = sleeps(tids, count);
    struct pollfd wait = {.fd = torctl_queue_fd(results), .events = POLLIN};
    CHECK_INT(poll(&wait, 1, QUIET_MS), 0);
    CHECK_INT(sleeps(tids, count), before);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_WAITING);

    torctl_controller_free(tor);
    torctl_call_free(call);
    torctl_queue_free(results);
    torctl_queue_free(queue);
    return check_done();
}
