/* Eight threads on one controller, ten thousand requests each: every one gets its own answers.
 *
 * ctest: live timeout=120 mode=thread_free */
#include "peer.h"

#include "live.h"

enum { THREADS = 8, REQUESTS = 10000 };

struct asking {
    torctl_controller *tor;
    int number;
    int answered;
};

/* tor's words for a key that it does not know have the key in them. */
static void ask_nonsense(struct asking *a, int round)
{
    char key[64], expected[128];
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    snprintf(key, sizeof key, "nonsense/%d/%d", a->number, round);
    snprintf(expected, sizeof expected, "Unrecognized key \"%s\"", key);
    CHECK_STATUS(torctl_get_info(a->tor, key, NULL, &values, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 552);
    CHECK_STR(torctl_error_reply_text(err), expected);
    torctl_error_free(err);
    torctl_values_free(values);
}

/* And so has the answer to a key that it knows. */
static void ask_sense(struct asking *a, int round)
{
    char key[64];
    torctl_values *values = NULL;
    snprintf(key, sizeof key, "ip-to-country/10.%d.%d.%d", a->number, round >> 8, round & 255);
    CHECK_STATUS(torctl_get_info(a->tor, key, NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(torctl_values_count(values), 1);
    CHECK_STR(torctl_values_key(values, 0), key);
    torctl_values_free(values);
}

static void ask_raw(struct asking *a, int round)
{
    char command[64], expected[128];
    torctl_reply *reply = NULL;
    snprintf(command, sizeof command, "GETCONF nonsense-%d-%d", a->number, round);
    snprintf(expected, sizeof expected, "Unrecognized configuration key \"nonsense-%d-%d\"",
             a->number, round);
    CHECK_STATUS(torctl_request(a->tor, command, NULL, 0, NULL, &reply, NULL), TORCTL_OK);
    CHECK_INT(torctl_reply_code(reply), 552);
    CHECK_STR(torctl_reply_line_text(reply, 0), expected);
    torctl_reply_free(reply);
}

static void *ask(void *arg)
{
    struct asking *a = arg;
    for (int round = 0; round < rounds(REQUESTS) && GET(check_failures) == 0; round++) {
        switch (round % 3) {
        case 0:
            ask_nonsense(a, round);
            break;
        case 1:
            ask_sense(a, round);
            break;
        default:
            ask_raw(a, round);
        }
        a->answered++;
    }
    return NULL;
}

int main(void)
{
    torctl_controller *tor = live_open();
    struct asking asking[THREADS];
    pthread_t threads[THREADS];
    int64_t began_ms = check_now_ms();
    for (int i = 0; i < THREADS; i++) {
        asking[i] = (struct asking){.tor = tor, .number = i};
        threads[i] = start_thread(ask, &asking[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        JOIN_SOON(threads[i], 500);
        CHECK_INT(asking[i].answered, rounds(REQUESTS));
    }
    fprintf(stderr, "%d requests in %lld ms\n", THREADS * rounds(REQUESTS),
            (long long)(check_now_ms() - began_ms));
    torctl_controller_free(tor);
    return check_done();
}
