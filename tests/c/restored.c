/* What a program has set up is there again on a tor that was started anew, and each thing is told.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "own_tor.h"

/* What was told. */
struct told {
    int32_t what, outcome;
    uint64_t code;
    char which[128], message[256];
};
static struct told told[64];
static size_t told_count;

/* Takes what is told until the controller is ready again. */
static void until_ready(torctl_queue *queue)
{
    torctl_event *event = NULL;
    int is_ready = 0;
    told_count = 0;
    while (!is_ready) {
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        is_ready = torctl_state_event_state(event) == TORCTL_STATE_READY;
        if (torctl_event_kind(event) == TORCTL_EVENT_RESTORED) {
            struct told *one = &told[told_count++];
            REQUIRE(told_count < 64);
            one->what = torctl_restored_what(event);
            one->outcome = torctl_restored_outcome(event);
            one->code = torctl_restored_code(event);
            snprintf(one->which, sizeof one->which, "%s", torctl_restored_which(event));
            snprintf(one->message, sizeof one->message, "%s", torctl_restored_message(event));
            fprintf(stderr, "%s %s %s: %d %s\n", torctl_setup_part_name(one->what),
                    torctl_restored_outcome_name(one->outcome), one->which, (int)one->code,
                    one->message);
        }
        torctl_event_free(event);
    }
}

/* Whether exactly this was told of it. */
static void expect(int32_t what, const char *which, int32_t outcome, uint64_t code)
{
    const struct told *found = NULL;
    int count = 0;
    for (size_t i = 0; i < told_count; i++) {
        if (told[i].what == what && strcmp(told[i].which, which) == 0) {
            found = &told[i];
            count++;
        }
    }
    CHECK_INT(count, 1);
    if (found != NULL) {
        CHECK_STR(torctl_restored_outcome_name(found->outcome),
                  torctl_restored_outcome_name(outcome));
        CHECK_INT(found->code, code);
        CHECK(found->message[0] != '\0' || outcome == TORCTL_RESTORED_LIVES);
    }
}

/* The program's services. */
enum { PLAIN, GUARDED, DETACHED, DISCARDED, FORGOTTEN, FLED, REMOVED, SERVICES };
static torctl_onion *onions[SERVICES];

static const char *site(int service)
{
    return torctl_onion_address(onions[service]);
}

static void make_services(torctl_controller *tor, const char *client)
{
    for (int i = 0; i < SERVICES; i++) {
        torctl_onion_options *options = torctl_onion_options_new();
        REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, "8080", NULL), TORCTL_OK);
        if (i == GUARDED) {
            REQUIRE_STATUS(torctl_onion_options_add_client(options, client, NULL), TORCTL_OK);
            REQUIRE_STATUS(torctl_onion_options_set_max_streams(options, 5, 1, NULL), TORCTL_OK);
            REQUIRE_STATUS(torctl_onion_options_set_pow(options, TORCTL_POW_IF_POSSIBLE, NULL),
                           TORCTL_OK);
        }
        int is_detached = i == DETACHED || i == FLED;
        REQUIRE_STATUS(torctl_onion_options_set_detach(options, is_detached, NULL), TORCTL_OK);
        int is_discarded = i == DISCARDED || i == FLED;
        REQUIRE_STATUS(torctl_onion_options_set_discard_key(options, is_discarded, NULL),
                       TORCTL_OK);
        REQUIRE_STATUS(torctl_onion_options_set_keep_key(options, i != FORGOTTEN, NULL), TORCTL_OK);
        REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onions[i], NULL), TORCTL_OK);
        torctl_onion_options_free(options);
    }
    REQUIRE_STATUS(torctl_del_onion(tor, site(REMOVED), NULL, NULL), TORCTL_OK);
}

static int is_listed(torctl_controller *tor, int service, int detached)
{
    torctl_list *list = NULL;
    int found = 0;
    REQUIRE_STATUS(torctl_get_onions(tor, detached, NULL, &list, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_list_count(list); i++)
        found += strncmp(torctl_list_item(list, i), site(service), 56) == 0;
    torctl_list_free(list);
    return found;
}

static void expect_option(torctl_controller *tor, const char *name, const char *want)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_conf(tor, name, NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), want);
    torctl_values_free(values);
}

static void expect_mapping(torctl_controller *tor, const char *from, const char *to)
{
    torctl_mappings *mappings = NULL;
    const char *found = NULL;
    REQUIRE_STATUS(torctl_get_mappings(tor, "control", NULL, &mappings, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_mappings_count(mappings); i++)
        if (strcmp(torctl_mappings_from(mappings, i), from) == 0)
            found = torctl_mappings_to(mappings, i);
    CHECK_STR(found, to);
    torctl_mappings_free(mappings);
}

static int32_t leave_to_tor(const torctl_event *stream, uint64_t *circuit, void *user_data)
{
    (void)stream, (void)circuit, (void)user_data;
    return TORCTL_ATTACH_TOR;
}

static char chosen[128];
static torctl_onion_key *others;
static torctl_client_key *client;

static void set_up(torctl_controller *tor)
{
    const char *names[] = {"ContactInfo", "NodeFamily"}, *values[] = {"kept", "one,two"};
    const char *from[] = {"0.0.0.0", "b.test", "gone.test", "gone.test"};
    const char *to[] = {"a.test", "c.test", "d.test", "gone.test"};
    torctl_results *results = NULL;
    REQUIRE_STATUS(torctl_onion_key_new(&others, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_client_key_new(&client, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_keep_conf_many(tor, names, values, 2, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_keep_conf(tor, "Nickname", "undone", NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_reset_conf(tor, "nickname", NULL, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_set_conf(tor, "MaxCircuitDirtiness", "1234", NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_map_address(tor, from, to, 4, NULL, &results, NULL), TORCTL_OK);
    snprintf(chosen, sizeof chosen, "%s", torctl_results_key(results, 0));
    torctl_results_free(results);
    REQUIRE_STATUS(torctl_onion_client_auth_add(tor, torctl_onion_key_address(others),
                                                torctl_client_key_private(client), "me", 0, NULL,
                                                NULL, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_attacher_set(tor, leave_to_tor, NULL, NULL, -1, NULL, NULL, NULL),
                   TORCTL_OK);
    make_services(tor, torctl_client_key_public(client));
}

/* What is on another tor by now. */
static void expect_set_up(torctl_controller *tor)
{
    torctl_client_auths *auths = NULL;
    expect(TORCTL_SETUP_CONF, "ContactInfo,NodeFamily", TORCTL_RESTORED_RESTORED, 250);
    expect(TORCTL_SETUP_ATTACHER, "", TORCTL_RESTORED_RESTORED, 250);
    expect(TORCTL_SETUP_MAPADDRESS, chosen, TORCTL_RESTORED_RESTORED, 250);
    expect(TORCTL_SETUP_MAPADDRESS, "b.test", TORCTL_RESTORED_RESTORED, 250);
    expect(TORCTL_SETUP_CLIENT_AUTH, torctl_onion_key_address(others), TORCTL_RESTORED_RESTORED,
           250);
    expect(TORCTL_SETUP_ONION, site(PLAIN), TORCTL_RESTORED_RESTORED, 250);
    expect(TORCTL_SETUP_ONION, site(GUARDED), TORCTL_RESTORED_RESTORED, 250);
    expect_option(tor, "ContactInfo", "kept");
    expect_option(tor, "NodeFamily", "one,two");
    expect_option(tor, "Nickname", "");
    expect_option(tor, "__LeaveStreamsUnattached", "1");
    expect_mapping(tor, chosen, "a.test");
    expect_mapping(tor, "b.test", "c.test");
    expect_mapping(tor, "gone.test", NULL);
    CHECK_INT(is_listed(tor, PLAIN, 0), 1);
    CHECK_INT(is_listed(tor, GUARDED, 0), 1);
    CHECK_INT(is_listed(tor, DETACHED, 1), 1);
    CHECK_INT(is_listed(tor, REMOVED, 0), 0);
    REQUIRE_STATUS(torctl_get_client_auths(tor, NULL, NULL, &auths, NULL), TORCTL_OK);
    CHECK_INT(torctl_client_auths_count(auths), 1);
    CHECK_STR(torctl_client_auths_name(auths, 0), "me");
    torctl_client_auths_free(auths);
}

/* Goes on over every restart, until the service is lost. */
static void *wait_published(void *message)
{
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_onion_wait_published(onions[GUARDED], 1, -1, NULL, &err),
                 TORCTL_ERR_FAILED);
    snprintf(message, 256, "%s", torctl_error_message(err));
    torctl_error_free(err);
    return NULL;
}

static void expect_status(torctl_controller *tor, int service, int listed)
{
    torctl_onion_status *status = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(onions[service], NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_listed(status), listed);
    CHECK_INT(torctl_onion_status_incarnation(status), torctl_controller_incarnation(tor));
    torctl_onion_status_free(status);
}

int main(void)
{
    if (!has_tor())
        SKIP("no tor in PATH");
    make_scratch();
    start_tor(OFFLINE);
    torctl_controller *tor = connect_tor();
    torctl_queue *queue = NULL;
    uint64_t kinds = TORCTL_KIND_BIT(TORCTL_EVENT_STATE) | TORCTL_KIND_BIT(TORCTL_EVENT_RESTORED);
    REQUIRE_STATUS(torctl_queue_new(tor, kinds, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    set_up(tor);
    char message[256] = "";
    pthread_t waiting;
    REQUIRE(pthread_create(&waiting, NULL, wait_published, message) == 0);

    /* The connection ends, and tor does not. */
    MAY_FAIL(torctl_request(tor, "QUIT", NULL, 0, NULL, NULL, NULL));
    until_ready(queue);
    expect_set_up(tor);
    expect(TORCTL_SETUP_ONION, site(DETACHED), TORCTL_RESTORED_LIVES, 550);
    expect(TORCTL_SETUP_ONION, site(FLED), TORCTL_RESTORED_LIVES, 0);
    expect(TORCTL_SETUP_ONION, site(DISCARDED), TORCTL_RESTORED_LOST, 0);
    expect(TORCTL_SETUP_ONION, site(FORGOTTEN), TORCTL_RESTORED_LOST, 0);
    CHECK_INT(told_count, 11);
    expect_option(tor, "MaxCircuitDirtiness", "1234");

    REQUIRE_STATUS(torctl_take_ownership(tor, NULL, NULL), TORCTL_OK);
    for (int round = 0; round < 2; round++) {
        kill_tor();
        start_tor(OFFLINE);
        until_ready(queue);
        expect_set_up(tor);
        expect(TORCTL_SETUP_OWNERSHIP, "", TORCTL_RESTORED_RESTORED, 250);
        expect(TORCTL_SETUP_ONION, site(DETACHED), TORCTL_RESTORED_RESTORED, 250);
        /* Once. */
        if (round == 0)
            expect(TORCTL_SETUP_ONION, site(FLED), TORCTL_RESTORED_LOST, 0);
        CHECK_INT(told_count, round == 0 ? 10 : 9);
        expect_status(tor, PLAIN, 1);
        expect_status(tor, DETACHED, 1);
        expect_option(tor, "MaxCircuitDirtiness", "600");
    }

    /* One that makes no such services. */
    REQUIRE_STATUS(torctl_drop_ownership(tor, NULL, NULL), TORCTL_OK);
    kill_tor();
    start_tor(OFFLINE "HiddenServiceNonAnonymousMode 1\nHiddenServiceSingleHopMode 1\n");
    until_ready(queue);
    expect(TORCTL_SETUP_ONION, site(PLAIN), TORCTL_RESTORED_LOST, 512);
    expect(TORCTL_SETUP_ONION, site(GUARDED), TORCTL_RESTORED_LOST, 512);
    expect(TORCTL_SETUP_MAPADDRESS, "b.test", TORCTL_RESTORED_RESTORED, 250);
    CHECK_INT(told_count, 8);
    expect_status(tor, PLAIN, 0);
    REQUIRE(pthread_join(waiting, NULL) == 0);
    CHECK(strstr(message, "non-anonymous hidden service mode") != NULL);

    torctl_controller_free(tor);
    kill_tor();
    for (int i = 0; i < SERVICES; i++)
        torctl_onion_free(onions[i]);
    torctl_queue_free(queue);
    torctl_client_key_free(client);
    torctl_onion_key_free(others);
    remove_scratch();
    return check_done();
}
