/* tor stands still: requests time out when they said they would, and when it goes on, the late
 * answers go to nobody: the next request gets its own.
 *
 * ctest: live auth=cookie,none mode=thread_free */
#include "peer.h"

#include "live.h"

enum { THREADS = 4 };

static void *time_out(void *arg)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 300);
    int64_t began_ms = check_now_ms();
    CHECK_STATUS(torctl_get_info(arg, "config-file", call, &values, &err), TORCTL_ERR_TIMEOUT);
    CHECK(check_now_ms() - began_ms >= 299);
    CHECK(strstr(torctl_error_message(err), "300 ms") != NULL);
    CHECK(values == NULL);
    torctl_error_free(err);
    torctl_call_free(call);
    return NULL;
}

static void own_answer(torctl_controller *tor, int round)
{
    char key[64], expected[128];
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    snprintf(key, sizeof key, "nonsense/%d", round);
    snprintf(expected, sizeof expected, "Unrecognized key \"%s\"", key);
    CHECK_STATUS(torctl_get_info(tor, key, NULL, &values, &err), TORCTL_ERR_REJECTED);
    CHECK_STR(torctl_error_reply_text(err), expected);
    torctl_error_free(err);
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_key(values, 0), "version");
    torctl_values_free(values);
}

int main(void)
{
    torctl_controller *tor = live_open();
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    own_answer(tor, 0);
    for (int round = 1; round < 4; round++) {
        pthread_t threads[THREADS];
        live_signal(SIGSTOP);
        for (int i = 0; i < THREADS; i++)
            threads[i] = start_thread(time_out, tor);
        for (int i = 0; i < THREADS; i++)
            JOIN_SOON(threads[i], 10);
        /* The controller's own timeout, for a call that has none. */
        CHECK_STATUS(torctl_controller_set_timeout_ms(tor, 100, NULL), TORCTL_OK);
        CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_ERR_TIMEOUT);
        CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_READY);
        live_signal(SIGCONT);
        for (int i = 0; i < 10; i++)
            own_answer(tor, round * 100 + i);
    }
    torctl_controller_free(tor);
    return check_done();
}
