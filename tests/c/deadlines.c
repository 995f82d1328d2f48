/* No call waits for ever: deadlines, which count the time before sending as well, and cancelling
 * from another thread. A late reply is swallowed in its turn.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

enum { THREADS = 8 };

struct asking {
    torctl_controller *tor;
    torctl_call *call;
    const char *key;
    const char *value; /* expected, or NULL for a failure */
    torctl_status status;
    char got[256];
    int64_t took_ms;
};

static void *ask(void *arg)
{
    struct asking *a = arg;
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    int64_t began_ms = check_now_ms();
    a->status = torctl_get_info(a->tor, a->key, a->call, &values, &err);
    a->took_ms = check_now_ms() - began_ms;
    CHECK((values != NULL) == (a->status == TORCTL_OK));
    CHECK((err != NULL) == (a->status != TORCTL_OK));
    CHECK_INT(torctl_error_status(err), a->status);
    snprintf(a->got, sizeof a->got, "%s",
             err != NULL ? torctl_error_message(err) : torctl_values_value(values, 0));
    torctl_values_free(values);
    torctl_error_free(err);
    return NULL;
}

/* Answers nothing until it is told to, then all that it was asked, in order. */
struct late {
    int may_answer;
    int asked;
};

static int answer_late(peer *p, const char *line, void *arg)
{
    struct late *late = arg;
    ADD(late->asked, 1);
    CHECK_SOON(GET(late->may_answer), 20);
    return peer_tor(p, line);
}

static void late_replies_answer_nobody(void)
{
    peer p;
    struct late late = {0};
    peer_start(&p, answer_late, &late);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 60);
    struct asking gone[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        gone[i] = (struct asking){.tor = tor, .call = call, .key = "late"};
        threads[i] = start_thread(ask, &gone[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        JOIN_SOON(threads[i], 10);
        CHECK_STATUS(gone[i].status, TORCTL_ERR_TIMEOUT);
        CHECK(gone[i].took_ms >= 59);
        CHECK(strstr(gone[i].got, "60 ms") != NULL);
    }
    SET(late.may_answer, 1);
    for (int i = 0; i < 20; i++) {
        struct asking a = {.tor = tor, .key = i % 2 ? "one" : "two"};
        ask(&a);
        CHECK_STATUS(a.status, TORCTL_OK);
        CHECK_STR(a.got, i % 2 ? "value of one" : "value of two");
    }
    CHECK_INT(peer_count(&p, "GETINFO late"), THREADS);
    torctl_call_free(call);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* A timeout of 0 does not wait, and one per call, per controller, by default. */
static int silent(peer *p, const char *line, void *arg)
{
    (void)p, (void)line, (void)arg;
    return 1;
}

static void whose_timeout(void)
{
    peer p;
    torctl_options *options = torctl_options_new();
    torctl_call *call = torctl_call_new();
    CHECK_STATUS(torctl_options_set_timeout_ms(options, 80, NULL), TORCTL_OK);
    peer_start(&p, silent, NULL);
    torctl_controller *tor = peer_open_with(&p, options);
    struct {
        int controller_ms, call_ms, expected_ms;
    } cases[] = {{80, -2, 80},    {80, -1, 80}, {HOUR_MS, 160, 160},
                 {HOUR_MS, 0, 0}, {0, -1, 0},   {160, -1, 160}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct asking a = {.tor = tor, .key = "x"};
        CHECK_STATUS(torctl_controller_set_timeout_ms(tor, cases[i].controller_ms, NULL),
                     TORCTL_OK);
        if (cases[i].call_ms >= -1) {
            torctl_call_set_timeout_ms(call, cases[i].call_ms);
            a.call = call;
        }
        ask(&a);
        CHECK_STATUS(a.status, TORCTL_ERR_TIMEOUT);
        CHECK(a.took_ms >= cases[i].expected_ms - 1);
    }
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, -1, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_timeout_ms(options, -1, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_options_set_connect_timeout_ms(options, -1, NULL), TORCTL_ERR_INVALID);
    torctl_options_free(options);
    torctl_call_free(call);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void *set_much(void *arg)
{
    struct asking *a = arg;
    size_t size = 900000;
    char *text = malloc(size);
    REQUIRE(text != NULL);
    memset(text, 'x', size - 1);
    text[size - 1] = '\0';
    int64_t began_ms = check_now_ms();
    a->status = torctl_set_conf(a->tor, "ContactInfo", text, a->call, NULL);
    a->took_ms = check_now_ms() - began_ms;
    free(text);
    return NULL;
}

/* Nobody reads what is sent: what waits behind it keeps its deadline, and is never sent after that,
 * not a byte of it. What was sent in part is finished, or the next command would be spoilt. */
static void queue_time_counts(void)
{
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    peer unread = {.client_fd = pair[1]};
    torctl_controller *tor = peer_open(&unread);
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 100);
    struct asking much = {.tor = tor, .call = call};
    set_much(&much);
    CHECK_STATUS(much.status, TORCTL_ERR_TIMEOUT);
    CHECK(much.took_ms >= 99);
    struct asking behind = {.tor = tor, .call = call, .key = "never-sent"};
    ask(&behind);
    CHECK_STATUS(behind.status, TORCTL_ERR_TIMEOUT);
    CHECK(behind.took_ms >= 99);

    /* Now somebody reads. The reply to the first is swallowed. */
    peer p;
    peer_start_on(&p, pair[0], NULL, NULL);
    struct asking next = {.tor = tor, .key = "next"};
    ask(&next);
    CHECK_STATUS(next.status, TORCTL_OK);
    CHECK_STR(next.got, "value of next");
    CHECK_INT(peer_count(&p, "SETCONF ContactInfo="), 1);
    CHECK_INT(peer_count(&p, "GETINFO never-sent"), 0);
    CHECK_INT(peer_count(&p, ""), 2);
    torctl_call_free(call);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void cancelled_from_another_thread(void)
{
    peer p;
    struct late late = {0};
    peer_start(&p, answer_late, &late);
    torctl_controller *tor = peer_open(&p);
    torctl_call *call = torctl_call_new();
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    struct asking gone[THREADS], stays = {.tor = tor, .key = "stays"};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        gone[i] = (struct asking){.tor = tor, .call = call, .key = "gone"};
        threads[i] = start_thread(ask, &gone[i]);
    }
    pthread_t other = start_thread(ask, &stays);
    CHECK_SOON(GET(late.asked) > 0, 10);
    torctl_call_cancel(call);
    for (int i = 0; i < THREADS; i++) {
        JOIN_SOON(threads[i], 10);
        CHECK_STATUS(gone[i].status, TORCTL_ERR_CANCELLED);
    }
    /* Every later one as well, and nothing is sent. */
    int sent = peer_count(&p, "GETINFO later");
    struct asking later = {.tor = tor, .call = call, .key = "later"};
    ask(&later);
    CHECK_STATUS(later.status, TORCTL_ERR_CANCELLED);
    /* The others do not mind. */
    SET(late.may_answer, 1);
    JOIN_SOON(other, 10);
    CHECK_STATUS(stays.status, TORCTL_OK);
    CHECK_STR(stays.got, "value of stays");
    CHECK_INT(peer_count(&p, "GETINFO later"), sent);
    torctl_call_free(call);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Cancelled, answered, timed out, closed at the same moment: one of them, and no answer is ever
 * given to the wrong request. */
static void *cancel(void *arg)
{
    torctl_call_cancel(arg);
    return NULL;
}

static void races(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    for (int round = 0; round < rounds(2000) && check_failures == 0; round++) {
        char key[32], value[64];
        torctl_call *call = torctl_call_new();
        snprintf(key, sizeof key, "key-%d", round);
        snprintf(value, sizeof value, "value of %s", key);
        struct asking a = {.tor = tor, .call = call, .key = key};
        if (round % 2) {
            torctl_call_set_timeout_ms(call, 0);
            ask(&a);
            CHECK(a.status == TORCTL_OK || a.status == TORCTL_ERR_TIMEOUT);
        } else {
            pthread_t thread = start_thread(cancel, call);
            ask(&a);
            JOIN_SOON(thread, 10);
            CHECK(a.status == TORCTL_OK || a.status == TORCTL_ERR_CANCELLED);
        }
        if (a.status == TORCTL_OK)
            CHECK_STR(a.got, value);
        struct asking b = {.tor = tor, .key = key};
        ask(&b);
        CHECK_STATUS(b.status, TORCTL_OK);
        CHECK_STR(b.got, value);
        torctl_call_free(call);
    }
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Freeing a call that runs does not end it. */
static void freed_call(void)
{
    peer p;
    struct late late = {0};
    peer_start(&p, answer_late, &late);
    torctl_controller *tor = peer_open(&p);
    torctl_call *call = torctl_call_new();
    struct asking a = {.tor = tor, .call = call, .key = "x"};
    pthread_t thread = start_thread(ask, &a);
    CHECK_SOON(GET(late.asked) == 1, 10);
    torctl_call_free(call);
    SET(late.may_answer, 1);
    JOIN_SOON(thread, 10);
    CHECK_STATUS(a.status, TORCTL_OK);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Begun in one step and waited for in another: the same deadlines, the same cancelling. */
static void pending_requests(void)
{
    peer p;
    struct late late = {0};
    torctl_pending *first = NULL, *second = NULL, *given_up = NULL;
    torctl_reply *reply = NULL;
    peer_start(&p, answer_late, &late);
    torctl_controller *tor = peer_open(&p);
    torctl_call *call = torctl_call_new();
    torctl_call_set_timeout_ms(call, 100);
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request_start(tor, "GETINFO a", NULL, 0, call, &first, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request_start(tor, "GETINFO b", NULL, 0, NULL, &given_up, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_request_start(tor, "GETINFO c", NULL, 0, NULL, &second, NULL), TORCTL_OK);
    CHECK_INT(torctl_pending_is_complete(second), 0);
    torctl_pending_free(given_up);
    /* Its time passes without anybody waiting. */
    while (!torctl_pending_is_complete(first))
        check_pause();
    CHECK_STATUS(torctl_pending_wait(first, &reply, NULL), TORCTL_ERR_TIMEOUT);
    CHECK(reply == NULL);
    SET(late.may_answer, 1);
    CHECK_STATUS(torctl_pending_wait(second, &reply, NULL), TORCTL_OK);
    CHECK_STR(torctl_reply_line_text(reply, 0), "c=value of c");
    torctl_reply_free(reply);
    CHECK_STATUS(torctl_pending_wait(second, &reply, NULL), TORCTL_ERR_STATE);
    torctl_pending_free(first);
    /* One that outlives its controller. */
    CHECK_STATUS(torctl_request_start(tor, "GETINFO d", NULL, 0, call, &first, NULL), TORCTL_OK);
    torctl_controller_free(tor);
    torctl_status status = torctl_pending_wait(first, &reply, NULL);
    CHECK(status == TORCTL_ERR_CLOSED || status == TORCTL_OK);
    torctl_reply_free(reply);
    torctl_pending_free(first);
    torctl_pending_free(second);
    torctl_call_free(call);
    peer_stop(&p);
}

int main(void)
{
    late_replies_answer_nobody();
    whose_timeout();
    queue_time_counts();
    cancelled_from_another_thread();
    races();
    freed_call();
    pending_requests();
    return check_done();
}
