/* What tor's refusals mean: the reason as a number, what is not there told apart from what is wrong,
 * who has a service's key already, and the line of tor's log that its answer only points to.
 *
 * ctest: live timeout=120 mode=thread_free
 */
#include "live.h"
#include "peer.h"

#define FP "D33D98BA997A883CA0973BEF5BA85B422E997881"

static torctl_status get_info(torctl_controller *tor, const char *key, torctl_error **err)
{
    torctl_values *values = NULL;
    torctl_status status = torctl_get_info(tor, key, NULL, &values, err);
    CHECK((values != NULL) == (status == TORCTL_OK));
    torctl_values_free(values);
    return status;
}

static void check_error(torctl_error *err, int32_t reason, int code, const char *words)
{
    if (torctl_error_reason(err) != reason || strstr(torctl_error_message(err), words) == NULL)
        fprintf(stderr, "    %s: %s\n", torctl_reason_name(torctl_error_reason(err)),
                torctl_error_message(err));
    CHECK_INT(torctl_error_reason(err), reason);
    CHECK_INT(torctl_error_reply_code(err), code);
    CHECK(strstr(torctl_error_message(err), words) != NULL);
    /* One line, without a full stop in front of what follows. */
    CHECK(strchr(torctl_error_message(err), '\n') == NULL);
    CHECK(strstr(torctl_error_message(err), ".:") == NULL);
    torctl_error_free(err);
}

static void test_what_is_not_there(torctl_controller *tor)
{
    torctl_error *err = NULL;
    /* A relay that tor does not have, and a key that is misspelt: tor says the same of both. */
    CHECK_STATUS(get_info(tor, "md/id/" FP, &err), TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_DESCRIPTOR, 552, "tor has no such descriptor");
    CHECK_STATUS(get_info(tor, "md/name/nosuch", &err), TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_DESCRIPTOR, 552, "tor has no such descriptor");
    CHECK_STATUS(get_info(tor, "md/idd/" FP, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_UNKNOWN_KEY, 552, "no such key");
    CHECK_STATUS(get_info(tor, "md/id/" FP "0", &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_UNKNOWN_KEY, 552, "no such key");
    CHECK_STATUS(get_info(tor, "fingerprint", &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_NOT_A_RELAY, 551, "a relay");
    CHECK_STATUS(get_info(tor, "address/v4", &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_ADDRESS_UNKNOWN, 551, "its own address");

    CHECK_STATUS(torctl_close_circuit(tor, 4000, 0, NULL, &err), TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_CIRCUIT, 552, "no circuit");
    CHECK_STATUS(torctl_close_stream(tor, 4000, TORCTL_STREAM_REASON_MISC, NULL, &err),
                 TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_STREAM, 552, "no stream");
    CHECK_STATUS(torctl_attach_stream(tor, 4000, 0, 0, NULL, &err), TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_STREAM, 552, "no stream");
    const char *path[] = {FP};
    uint64_t circuit = 0;
    CHECK_STATUS(torctl_extend_circuit(tor, 0, path, 1, 0, NULL, &circuit, &err),
                 TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_RELAY, 552, "no relay of this name");
    const char *feature = "NOSUCH";
    CHECK_STATUS(torctl_use_feature(tor, &feature, 1, NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_UNKNOWN_WORD, 552, "no feature of this name");
}

static void test_each(torctl_controller *tor)
{
    const char *keys[] = {"version", "md/id/" FP, "md/ident/" FP};
    torctl_results *results = NULL;
    REQUIRE_STATUS(torctl_get_info_each(tor, keys, 3, NULL, &results, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_results_status(results, 0), TORCTL_OK);
    CHECK_STATUS(torctl_results_status(results, 1), TORCTL_ERR_NOT_FOUND);
    CHECK_STATUS(torctl_results_status(results, 2), TORCTL_ERR_REJECTED);
    torctl_results_free(results);
}

static void check_conf(torctl_controller *tor, const char *name, const char *value, int32_t reason,
                       int code, const char *words)
{
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_set_conf(tor, name, value, NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, reason, code, words);
}

/* The reason of a refusal is a line of tor's log. */
static void test_the_log(torctl_controller *tor)
{
    torctl_error *err = NULL;
    check_conf(tor, "Bridge", "webtunnel [2001:db8::1]:443 AAAA url=https://x.example/ ver=0.0.1",
               TORCTL_REASON_BAD_VALUE, 513, "its log says: Key digest for Bridge is wrong length");
    check_conf(tor, "HiddenServicePort", "80", TORCTL_REASON_BAD_VALUE, 513,
               "its log says: HiddenServicePort with no preceding HiddenServiceDir directive");
    check_conf(tor, "SocksPort", "nonsense", TORCTL_REASON_BAD_VALUE, 513,
               "its log says: Couldn't parse address \"nonsense\" for SocksPort");
    check_conf(tor, "EntryNodes", "!!!", TORCTL_REASON_BAD_VALUE, 513, "Entry '!!!' in EntryNodes");
    check_conf(tor, "SocksPolicy", "nonsense", TORCTL_REASON_BAD_VALUE, 513,
               "Error in SocksPolicy entry: its log says: Malformed policy 'nonsense'");
    check_conf(tor, "NoSuch", "1", TORCTL_REASON_UNKNOWN_OPTION, 552, "no option of this name");
    check_conf(tor, "DataDirectory", "/nonexistent", TORCTL_REASON_NOT_WHILE_RUNNING, 553,
               "when it starts");
    CHECK_STATUS(torctl_reset_conf(tor, "ClientTransportPlugin", "x", NULL, &err),
                 TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_BAD_VALUE, 513, "Too few arguments on ClientTransportPlugin");
    CHECK_STATUS(torctl_load_conf(tor, "SocksPort nonsense\n", NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_BAD_VALUE, 552, "Couldn't parse address \"nonsense\"");

    /* The program's own subscription stays what it was. */
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    check_conf(tor, "HiddenServicePort", "80", TORCTL_REASON_BAD_VALUE, 513, "no preceding");
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
    torctl_event_free(event);
    torctl_queue_free(queue);
}

static torctl_onion *add(torctl_controller *tor, torctl_onion_options *options, int detach)
{
    torctl_onion *onion = NULL;
    CHECK_STATUS(torctl_onion_options_set_detach(options, detach, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    return onion;
}

static void check_collision(torctl_controller *tor, torctl_onion_options *options, int32_t reason,
                            const char *words)
{
    torctl_error *err = NULL;
    torctl_onion *onion = NULL;
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, &err), TORCTL_ERR_REJECTED);
    CHECK_STR(torctl_error_reply_text(err), "Onion address collision");
    check_error(err, reason, 550, words);
}

static void test_collisions(torctl_controller *tor, torctl_controller *other)
{
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion_key *key = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_onion_key_new(&key, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key(options, torctl_onion_key_text(key), NULL),
                 TORCTL_OK);

    torctl_onion *onion = add(tor, options, 0);
    check_collision(tor, options, TORCTL_REASON_ONION_OWN, "this connection has");
    check_collision(other, options, TORCTL_REASON_ONION_ELSEWHERE, "another connection");
    /* It is not the other's to remove. */
    CHECK_STATUS(torctl_del_onion(other, torctl_onion_address(onion), NULL, &err),
                 TORCTL_ERR_NOT_FOUND);
    check_error(err, TORCTL_REASON_NO_SUCH_ONION, 552, "of another connection");
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(onion), NULL, NULL), TORCTL_OK);
    torctl_onion_free(onion);

    onion = add(tor, options, 1);
    check_collision(tor, options, TORCTL_REASON_ONION_DETACHED, "a detached service");
    check_collision(other, options, TORCTL_REASON_ONION_DETACHED, "a detached service");
    CHECK_STATUS(torctl_del_onion(other, torctl_onion_address(onion), NULL, NULL), TORCTL_OK);
    torctl_onion_free(onion);

    torctl_onion *none = NULL;
    CHECK_STATUS(torctl_onion_options_set_non_anonymous(options, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &none, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_ANONYMITY_MISMATCH, 512, "was started with");
    torctl_onion_key_free(key);
    torctl_onion_options_free(options);
}

/* What a filter lets through of it. */
struct filter {
    const char *refused; /* commands that begin so */
    int is_warned;       /* tor writes to its log */
    int refusals;        /* so many SETCONF are refused; negative: all */
};

static int answer(peer *p, const char *line, void *arg)
{
    struct filter *filter = arg;
    const char *refused = GET(filter->refused);
    if (refused != NULL && strncmp(line, refused, strlen(refused)) == 0)
        return peer_puts(p, "510 Command filtered\r\n");
    if (strncmp(line, "SETCONF", 7) == 0 && GET(filter->refusals) != 0 &&
        ADD(filter->refusals, -1) != -1)
        return peer_puts(p, "513 Unacceptable option value: x. See logs for details.\r\n");
    if (strncmp(line, "ADD_ONION", 9) == 0)
        return peer_puts(p, "550 Onion address collision\r\n");
    if (strcmp(line, "GETINFO onions/current") == 0)
        return peer_puts(p, "250-onions/current=\r\n250 OK\r\n");
    if (strcmp(line, "GETINFO onions/detached") == 0)
        return peer_puts(p, "250-onions/detached=\r\n250 OK\r\n");
    if (strcmp(line, "GETINFO version") == 0 && GET(filter->is_warned) > 0) {
        if (ADD(filter->is_warned, -1) == 0)
            peer_puts(p, "650 WARN of something else\r\n650 WARN the reason \x1b[1m\r\n"
                         "650 WARN Controller gave us config lines that didn't validate: x. See"
                         " logs for details.\r\n650 WARN behind it\r\n");
    }
    if (strcmp(line, "GETINFO argument") == 0)
        return peer_puts(p, "512 some argument\r\n");
    if (strcmp(line, "GETINFO value") == 0)
        return peer_puts(p, "513 some value\r\n");
    if (strcmp(line, "GETINFO command") == 0)
        return peer_puts(p, "510 Unrecognized command \"GETINFO\"\r\n");
    if (strcmp(line, "GETINFO login") == 0)
        return peer_puts(p, "514 Authentication required.\r\n");
    if (strcmp(line, "GETINFO other") == 0)
        return peer_puts(p, "550 something else\r\n");
    if (strncmp(line, "EXTENDCIRCUIT", 13) == 0)
        return peer_puts(p, "551 Couldn't start circuit\r\n");
    if (strncmp(line, "ATTACHSTREAM 1 ", 15) == 0)
        return peer_puts(p, "555 Connection is not managed by controller.\r\n");
    if (strncmp(line, "ATTACHSTREAM", 12) == 0)
        return peer_puts(p, "551 Can't attach stream to non-open origin circuit\r\n");
    if (strncmp(line, "SAVECONF", 8) == 0)
        return peer_puts(p, "551 Unable to write configuration to disk.\r\n");
    if (strcmp(line, "GETINFO control") == 0)
        return peer_puts(p, "551 a\x1b\"b\xff\r\n");
    if (strcmp(line, "GETINFO nul") == 0)
        return peer_send(p, "551 a\0b\r\n", 9);
    return peer_tor(p, line);
}

static void test_filters(void)
{
    peer p;
    struct filter filter = {"SETEVENTS", 1, -1};
    torctl_error *err = NULL;
    peer_start(&p, answer, &filter);
    torctl_controller *tor = peer_open(&p);
    /* A command that tor takes is all that is sent, and one that it takes at last was taken. */
    SET(filter.refusals, 0);
    CHECK_STATUS(torctl_set_conf(tor, "Taken", "x", NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, "SETCONF Taken"), 1);
    CHECK_INT(peer_count(&p, "SETEVENTS"), 0);
    SET(filter.refused, NULL);
    SET(filter.refusals, 1);
    CHECK_STATUS(torctl_set_conf(tor, "Late", "x", NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, "SETCONF Late"), 2);
    SET(filter.refused, "SETEVENTS");
    SET(filter.refusals, -1);
    /* No events may be had: the command goes all the same, and its refusal is told as it is. */
    CHECK_STATUS(torctl_set_conf(tor, "Bridge", "x", NULL, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(peer_count(&p, "SETCONF Bridge"), 1);
    CHECK(strstr(torctl_error_message(err), "its log") == NULL);
    torctl_error_free(err);
    /* The line is the last before tor's word that it refused, however late both come. */
    SET(filter.refused, NULL);
    SET(filter.is_warned, 2);
    CHECK_STATUS(torctl_set_conf(tor, "Bridge", "x", NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_BAD_VALUE, 513,
                "See logs for details: its log says: the reason \\u{1b}[1m");
    /* A tor that does not say it is not waited for. */
    SET(filter.is_warned, 0);
    CHECK_STATUS(torctl_set_conf(tor, "Bridge", "x", NULL, &err), TORCTL_ERR_REJECTED);
    CHECK(strstr(torctl_error_message(err), "its log") == NULL);
    torctl_error_free(err);

    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion_key *key = NULL;
    REQUIRE_STATUS(torctl_onion_key_new(&key, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_watch(options, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key(options, torctl_onion_key_text(key), NULL),
                 TORCTL_OK);
    check_collision(tor, options, TORCTL_REASON_ONION_ELSEWHERE, torctl_onion_key_address(key));
    SET(filter.refused, "GETINFO onions/detached");
    check_collision(tor, options, TORCTL_REASON_ONION_COLLISION, "keeps to itself");
    torctl_onion_key_free(key);
    torctl_onion_options_free(options);

    /* Where no row of one command fits, the code alone gives the reason, or there is none. */
    const struct {
        const char *key;
        int32_t reason;
        int code;
    } codes[] = {
        {"argument", TORCTL_REASON_BAD_ARGUMENT, 512},
        {"value", TORCTL_REASON_BAD_ARGUMENT, 513},
        {"command", TORCTL_REASON_UNKNOWN_COMMAND, 510},
        {"login", TORCTL_REASON_NOT_AUTHENTICATED, 514},
        {"other", TORCTL_REASON_UNKNOWN, 550},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        CHECK_STATUS(get_info(tor, codes[i].key, &err), TORCTL_ERR_REJECTED);
        check_error(err, codes[i].reason, codes[i].code, "tor refused");
    }

    /* The same code is another case for another command. */
    uint64_t circuit = 0;
    CHECK_STATUS(torctl_extend_circuit(tor, 0, NULL, 0, 0, NULL, &circuit, &err),
                 TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_NO_CIRCUIT, 551, "builds none now");
    CHECK_STATUS(torctl_attach_stream(tor, 1, 2, 0, NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_NOT_MANAGED, 555, "torctl_attacher_set()");
    CHECK_STATUS(torctl_attach_stream(tor, 3, 2, 0, NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_CANNOT_ATTACH, 551, "cannot take the stream");
    CHECK_STATUS(torctl_save_conf(tor, 0, NULL, &err), TORCTL_ERR_REJECTED);
    check_error(err, TORCTL_REASON_NOT_SAVED, 551, "by force");

    /* tor's bytes as they are, and for people escaped. */
    CHECK_STATUS(get_info(tor, "control", &err), TORCTL_ERR_REJECTED);
    CHECK_STR(torctl_error_reply_text(err), "a\x1b\"b\xff");
    CHECK_INT(torctl_error_reply_text_size_bytes(err), 5);
    CHECK(strstr(torctl_error_message(err), "551 a\\u{1b}\"b\\xff") != NULL);
    torctl_error_free(err);
    CHECK_STATUS(get_info(tor, "nul", &err), TORCTL_ERR_REJECTED);
    CHECK_STR(torctl_error_reply_text(err), "a");
    CHECK_INT(torctl_error_reply_text_size_bytes(err), 3);
    CHECK(memcmp(torctl_error_reply_text(err), "a\0b", 4) == 0);
    CHECK(strstr(torctl_error_message(err), "551 a\\u{0}b") != NULL);
    torctl_error_free(err);
    CHECK_INT(torctl_error_reply_text_size_bytes(NULL), 0);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    test_filters();
    torctl_controller *tor = live_open();
    torctl_controller *other = live_open();
    test_what_is_not_there(tor);
    test_each(tor);
    test_the_log(tor);
    test_collisions(tor, other);
    torctl_controller_free(other);
    torctl_controller_free(tor);
    return check_done();
}
