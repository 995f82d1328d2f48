/* With not one descriptor left to be had, what needs one fails with the system's reason, what is
 * there goes on, and afterwards all is as before.
 *
 * ThreadSanitizer needs descriptors itself, to look up the names of what it is to leave out.
 *
 * ctest: unit timeout=60 tsan=no */
#include "peer.h"

#include <sys/resource.h>

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

static int32_t ignore(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    return 0;
}

static void ask(torctl_controller *tor)
{
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
}

/* Takes all that are left under a limit of 300, and gives them back. */
static int taken[300], taken_count;
static struct rlimit old_limit;

static void take_all_descriptors(void)
{
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old_limit) == 0);
    struct rlimit limit = {.rlim_cur = 300, .rlim_max = old_limit.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    for (int fd; (fd = dup(0)) >= 0;)
        taken[taken_count++] = fd;
    REQUIRE(errno == EMFILE);
}

static void give_back_descriptors(void)
{
    while (taken_count > 0)
        close(taken[--taken_count]);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &old_limit) == 0);
}

static void *ask_some(void *arg)
{
    for (int i = 0; i < 20; i++)
        ask(arg);
    return NULL;
}

int main(void)
{
    peer p, other;
    torctl_error *err = NULL;
    torctl_queue *queue = NULL;
    torctl_controller *tor = NULL;
    torctl_options *options = torctl_options_new();
    CHECK_STATUS(torctl_options_set_address(options, "127.0.0.1:1", NULL), TORCTL_OK);
    peer_start(&p, NULL, NULL);
    peer_start(&other, NULL, NULL);
    for (int is_running = 1; is_running >= 0; is_running--) {
        torctl_controller *running = is_running ? peer_open(&p) : NULL;
        take_all_descriptors();
        torctl_status status = TORCTL_OK;
        REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
        status = torctl_controller_connect(tor, NULL, &err);
        CHECK(status == TORCTL_ERR_SYSTEM || status == TORCTL_ERR_CONNECT);
        CHECK_INT(torctl_error_errno(err), EMFILE);
        torctl_error_free(err);
        CHECK_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, &err),
                     TORCTL_ERR_SYSTEM);
        CHECK_INT(torctl_error_errno(err), EMFILE);
        torctl_error_free(err);
        CHECK(queue == NULL);
        if (running != NULL) {
            uint64_t id = 0;
            ask(running);
            pthread_t threads[] = {start_thread(ask_some, running), start_thread(ask_some, running),
                                   start_thread(ask_some, running)};
            for (int i = 0; i < 3; i++)
                JOIN_SOON(threads[i], 20);
            /* A listener may need the I/O thread, which may not be there yet. */
            status = torctl_listener_add(running, BW, ignore, NULL, NULL, NULL, &id, NULL);
            CHECK(status == TORCTL_OK || status == TORCTL_ERR_SYSTEM);
            if (status == TORCTL_OK)
                CHECK_STATUS(torctl_listener_remove(running, id, NULL, NULL), TORCTL_OK);
        }
        give_back_descriptors();
        if (running != NULL) {
            uint64_t id = 0;
            CHECK_STATUS(torctl_listener_add(running, BW, ignore, NULL, NULL, NULL, &id, NULL),
                         TORCTL_OK);
            CHECK_STATUS(torctl_listener_remove(running, id, NULL, NULL), TORCTL_OK);
        }
        CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_CONNECT);
        torctl_controller_free(tor);
        tor = is_running ? peer_open(&other) : NULL;
        if (is_running) {
            ask(tor);
            CHECK_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                         TORCTL_OK);
            torctl_queue_free(queue);
            ask(running);
        }
        torctl_controller_free(tor);
        torctl_controller_free(running);
    }
    torctl_options_free(options);
    peer_stop(&p);
    peer_stop(&other);
    return check_done();
}
