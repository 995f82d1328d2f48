/* Dials that are on their way when tor is killed: each ends once, by the end of the connection, and the
 * next one goes to the next tor.
 *
 * ctest: live auth=none mode=thread_free timeout=60 */
#include "begun.h"
#include "restart.h"
#include "socks.h"

enum { MANY = 10 };

static int ends[2];

/* Says nothing, or makes a connection. */
static void answer(int fd, const char *host, void *arg)
{
    (void)arg;
    if (strcmp(host, "silent.test") != 0)
        socks_say(fd, 0);
    REQUIRE(write(ends[1], &fd, sizeof fd) == sizeof fd);
}

static int take_end(void)
{
    int fd = -1;
    REQUIRE(read(ends[0], &fd, sizeof fd) == sizeof fd);
    return fd;
}

int main(void)
{
    socks port;
    torctl_controller *tor = NULL;
    torctl_options *options = live_options();
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    socks_start(&port, answer, NULL);
    REQUIRE_STATUS(torctl_options_set_reconnect(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_reconnect_delay_ms(options, 10, 100, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    REQUIRE_STATUS(torctl_controller_start(tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_wait_ready(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
    torctl_queue *queue = result_queue(tor);
    torctl_dial_options *dial = socks_options(&port);
    torctl_call *call = torctl_call_new();
    for (uint64_t tag = 0; tag < MANY; tag++) {
        REQUIRE_STATUS(torctl_call_set_queue(call, queue, tag, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_dial(tor, "silent.test", 80, dial, LONG_MS, call, NULL, NULL, NULL),
                     TORCTL_PENDING);
    }
    int silent[MANY], is_over[MANY] = {0};
    for (int i = 0; i < MANY; i++)
        silent[i] = take_end();
    restart_end(SIGKILL);
    for (int i = 0; i < MANY; i++) {
        torctl_event *event = NULL;
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        /* The queue is told as well that something may be missing. */
        if (torctl_event_kind(event) == TORCTL_EVENT_GAP) {
            i--;
        } else {
            uint64_t tag = torctl_result_tag(event);
            CHECK_STATUS(torctl_result_status(event), TORCTL_ERR_CLOSED);
            REQUIRE(tag < MANY);
            CHECK_INT(is_over[tag]++, 0);
        }
        torctl_event_free(event);
    }
    for (int i = 0; i < MANY; i++) {
        char byte;
        CHECK_INT(recv(silent[i], &byte, 1, 0), 0);
        close(silent[i]);
    }
    restart_begin();
    torctl_call_set_wait_ready(call, 1);
    torctl_call_set_timeout_ms(call, HOUR_MS);
    int fd = -1;
    REQUIRE_STATUS(torctl_call_set_queue(call, NULL, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(tor, "a.test", 80, dial, LONG_MS, call, &fd, NULL, NULL), TORCTL_OK);
    int end = take_end();
    check_joined(fd, end);
    close(fd);
    close(end);
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    torctl_call_free(call);
    torctl_dial_options_free(dial);
    socks_stop(&port);
    restart_end(SIGTERM);
    close(ends[0]);
    close(ends[1]);
    return check_done();
}
