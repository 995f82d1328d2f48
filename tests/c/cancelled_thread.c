/* A thread that is cancelled by pthread_cancel() while it is in a call of the library ends when the call
 * has returned, and the controller goes on.
 *
 * ctest: unit timeout=120 */
#include "peer.h"

/* Says nothing to HOLD, until it is told to. */
static int slow_tor(peer *p, const char *line, void *arg)
{
    (void)arg;
    return strcmp(line, "HOLD") == 0 ? 1 : peer_tor(p, line);
}

struct task {
    torctl_controller *tor;
    torctl_status status;
    int is_over;
};

static void *hold(void *arg)
{
    struct task *it = arg;
    it->status = torctl_request(it->tor, "HOLD", NULL, 0, NULL, NULL, NULL);
    SET(it->is_over, 1);
    pthread_testcancel();
    return NULL;
}

/* Gives back a descriptor, by which the C library would end a thread that is cancelled. */
static void *free_call(void *arg)
{
    struct task *it = arg;
    torctl_call *call = torctl_call_new();
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(it->tor, "version", call, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    REQUIRE(pthread_cancel(pthread_self()) == 0);
    torctl_call_free(call);
    SET(it->is_over, 1);
    pthread_testcancel();
    return NULL;
}

static void test_cancelled_before(void)
{
    peer p;
    void *result = NULL;
    struct task it = {0};
    peer_start(&p, NULL, NULL);
    it.tor = peer_open(&p);
    pthread_t thread = start_thread(free_call, &it);
    REQUIRE(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_INT(it.is_over, 1);
    torctl_controller_free(it.tor);
    peer_stop(&p);
}

static void test_pthread_cancel(void)
{
    peer p;
    void *result = NULL;
    torctl_values *values = NULL;
    struct task it = {0};
    peer_start(&p, slow_tor, NULL);
    it.tor = peer_open(&p);
    pthread_t thread = start_thread(hold, &it);
    CHECK_SOON(peer_count(&p, "HOLD") == 1, 30);
    REQUIRE(pthread_cancel(thread) == 0);
    peer_puts(&p, "250 held\r\n");
    REQUIRE(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_INT(it.is_over, 1);
    CHECK_STATUS(it.status, TORCTL_OK);
    CHECK_STATUS(torctl_get_info(it.tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    torctl_controller_free(it.tor);
    peer_stop(&p);
}

int main(void)
{
    test_pthread_cancel();
    test_cancelled_before();
    return check_done();
}
