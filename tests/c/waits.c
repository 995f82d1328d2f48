/* Waits, circuits, names and onion services through the C interface, on the private network.
 *
 * ctest: network timeout=120 mode=thread_free */
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

enum { LONG_MS = 10 * 60000 };

static torctl_controller *open_client(void)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    char address[512];
    snprintf(address, sizeof address, "unix:%s", check_env("TORCTL_NET_CONTROL_SOCKET"));
    if (torctl_controller_open(address, NULL, &tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(tor != NULL && err == NULL);
    return tor;
}

/* The fingerprint of a relay of TORCTL_NET_RELAYS, "auth1=FP auth2=FP ...". */
static void relay(const char *name, char fingerprint[41])
{
    const char *at = strstr(check_env("TORCTL_NET_RELAYS"), name);
    REQUIRE(at != NULL);
    memcpy(fingerprint, at + strlen(name) + 1, 40);
    fingerprint[40] = '\0';
}

static int32_t on_progress(int32_t percent, const char *summary, const torctl_event *event,
                           void *last)
{
    CHECK_INT(torctl_status_event_progress(event), percent);
    CHECK_STR(torctl_status_event_summary(event), summary);
    *(int32_t *)last = percent;
    return 0;
}

static int32_t stop(int32_t percent, const char *summary, const torctl_event *event, void *unused)
{
    (void)percent, (void)summary, (void)event, (void)unused;
    return 1;
}

static void bootstrap(torctl_controller *tor)
{
    torctl_event *phase = NULL;
    int32_t percent = -1;
    int established = 0;
    CHECK_STATUS(torctl_wait_bootstrapped(tor, on_progress, &percent, LONG_MS, -1, NULL, NULL),
                 TORCTL_OK);
    CHECK_INT(percent, 100);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, -1, -1, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, stop, NULL, -1, -1, NULL, NULL),
                 TORCTL_ERR_CANCELLED);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, -2, -1, NULL, NULL), TORCTL_ERR_INVALID);
    REQUIRE_STATUS(torctl_get_bootstrap_phase(tor, NULL, &phase, NULL), TORCTL_OK);
    CHECK_STR(torctl_status_event_tag(phase), "done");
    torctl_event_free(phase);
    CHECK_STATUS(torctl_get_flag(tor, "status/circuit-established", NULL, &established, NULL),
                 TORCTL_OK);
    CHECK_INT(established, 1);
}

static void circuits(torctl_controller *tor)
{
    char first[41], second[41];
    const char *path[] = {first, second};
    const char *loop[] = {second, first, first};
    torctl_event *built = NULL;
    torctl_events *all = NULL;
    torctl_error *err = NULL;
    uint64_t id = 0;
    size_t found = 0;
    relay("auth1", first);
    relay("relay2", second);
    REQUIRE_STATUS(torctl_build_circuit(tor, 0, path, 2, TORCTL_CIRC_PURPOSE_CONTROLLER, LONG_MS,
                                        NULL, &id, &built, NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_circ_status(built), TORCTL_CIRC_BUILT);
    CHECK_STR(torctl_circ_path_fingerprint(built, 1), second);
    torctl_event_free(built);
    REQUIRE_STATUS(torctl_get_circuits(tor, NULL, &all, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_events_count(all); i++)
        found += torctl_circ_id(torctl_events_get(all, i)) == id;
    CHECK_INT(found, 1);
    CHECK(torctl_events_get(all, torctl_events_count(all)) == NULL);
    torctl_events_free(all);
    CHECK_STATUS(torctl_close_circuit(tor, id, 0, NULL, NULL), TORCTL_OK);

    CHECK_STATUS(torctl_build_circuit(tor, 0, loop, 3, 0, LONG_MS, NULL, &id, &built, &err),
                 TORCTL_ERR_FAILED);
    CHECK(built == NULL && id == 0);
    CHECK(torctl_error_reply_text(err)[0] != '\0');
    CHECK_INT(torctl_error_reply_code(err), 0);
    torctl_error_free(err);
    CHECK_STATUS(torctl_set_circuit_purpose(tor, 1, 99, NULL, NULL), TORCTL_ERR_INVALID);
}

static void names(torctl_controller *tor)
{
    const char *from[] = {".", "a.test", "b.test"};
    const char *to[] = {"c.test", "d.test", "e.test"};
    torctl_results *results = NULL;
    torctl_event *answer = NULL;
    REQUIRE_STATUS(torctl_resolve(tor, "any.test", 0, LONG_MS, NULL, &answer, NULL), TORCTL_OK);
    CHECK_STR(torctl_addrmap_to(answer), "127.0.0.1");
    torctl_event_free(answer);
    CHECK_STATUS(torctl_resolve(tor, "none.invalid", 0, LONG_MS, NULL, &answer, NULL),
                 TORCTL_ERR_FAILED);
    CHECK(answer == NULL);
    REQUIRE_STATUS(torctl_map_address(tor, from, to, 3, NULL, &results, NULL), TORCTL_OK);
    CHECK_INT(torctl_results_count(results), 3);
    for (size_t i = 0; i < 3; i++) {
        CHECK_STATUS(torctl_results_status(results, i), TORCTL_OK);
        CHECK(torctl_results_error(results, i) == NULL);
        CHECK_STR(torctl_results_value(results, i), to[i]);
    }
    CHECK_STR(torctl_results_key(results, 1), "a.test");
    torctl_results_free(results);
    /* Each to itself again. */
    CHECK_STATUS(torctl_map_address(tor, from + 1, from + 1, 2, NULL, &results, NULL), TORCTL_OK);
    torctl_results_free(results);
}

static int32_t is_clear(const torctl_event *event, void *count)
{
    *(int *)count += 1;
    return strcmp(torctl_event_arg(event, 0), "CLEARDNSCACHE") == 0;
}

static void events(torctl_controller *tor)
{
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    int looked = 0;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_ACTIVE, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_CLEARDNSCACHE, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_wait_event(queue, is_clear, &looked, LONG_MS, NULL, &event, NULL),
                 TORCTL_OK);
    CHECK_INT(looked, 2);
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_SIGNAL);
    torctl_event_free(event);
    CHECK_STATUS(torctl_wait_event(queue, is_clear, &looked, 0, NULL, &event, NULL),
                 TORCTL_ERR_TIMEOUT);
    CHECK(event == NULL);
    torctl_queue_free(queue);
}

static void keys(const char *path)
{
    torctl_onion_key *key = NULL, *same = NULL;
    torctl_client_key *client = NULL, *again = NULL;
    char address[TORCTL_ONION_ADDRESS_SIZE], text[TORCTL_AUTH_PRIVATE_SIZE];
    uint8_t public_key[32];
    struct stat file;
    REQUIRE_STATUS(torctl_onion_key_keep(path, &key, NULL), TORCTL_OK);
    REQUIRE(stat(path, &file) == 0);
    CHECK_INT(file.st_mode & 0777, 0600);
    CHECK_STATUS(torctl_onion_key_save(key, path, NULL), TORCTL_ERR_SYSTEM);
    REQUIRE_STATUS(torctl_onion_key_read(torctl_onion_key_text(key),
                                         strlen(torctl_onion_key_text(key)), &same, NULL),
                   TORCTL_OK);
    CHECK_STR(torctl_onion_key_address(same), torctl_onion_key_address(key));
    REQUIRE_STATUS(torctl_onion_address_check(torctl_onion_key_address(key), public_key, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_address_from_key(public_key, address, NULL), TORCTL_OK);
    CHECK_STR(address, torctl_onion_key_address(key));
    address[3] = address[3] == 'a' ? 'b' : 'a';
    CHECK_STATUS(torctl_onion_address_check(address, NULL, NULL), TORCTL_ERR_INVALID);

    REQUIRE_STATUS(torctl_client_key_new(&client, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_client_key_auth_private(client, torctl_onion_key_address(key), text,
                                                  NULL),
                   TORCTL_OK);
    CHECK_INT(strlen(text), TORCTL_AUTH_PRIVATE_SIZE - 1);
    REQUIRE_STATUS(torctl_client_key_read(text, &again, NULL), TORCTL_OK);
    CHECK_STR(torctl_client_key_public(again), torctl_client_key_public(client));
    CHECK(strstr(torctl_client_key_auth(client), torctl_client_key_public(client)) != NULL);
    torctl_client_key_free(client);
    torctl_client_key_free(again);
    torctl_onion_key_free(key);
    torctl_onion_key_free(same);
}

/* Whether this tor knows an argument of ADD_ONION; not every version does. */
static int has_argument(torctl_controller *tor, const char *argument)
{
    char line[256];
    torctl_reply *reply = NULL;
    snprintf(line, sizeof line, "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK%s Port=80", argument);
    REQUIRE_STATUS(torctl_request(tor, line, NULL, 0, NULL, &reply, NULL), TORCTL_OK);
    int has = torctl_reply_code(reply) == 250;
    if (has) {
        torctl_reply *gone = NULL;
        snprintf(line, sizeof line, "DEL_ONION %s",
                 torctl_reply_line_text(reply, 0) + strlen("ServiceID="));
        CHECK_STATUS(torctl_request(tor, line, NULL, 0, NULL, &gone, NULL), TORCTL_OK);
        CHECK_INT(torctl_reply_code(gone), 250);
        torctl_reply_free(gone);
    } else
        fprintf(stderr, "left out: this tor has no%s\n", argument);
    torctl_reply_free(reply);
    return has;
}

static void onions(torctl_controller *tor, const char *path)
{
    int has_pow = has_argument(tor, " PoWDefensesEnabled=1"),
        has_clients = has_argument(tor, ",V3Auth ClientAuthV3="
                                        "PYKQJHTAVSDDQ25XWEAADXD7PA4BGJFGCHYQ4GZNCBDJBKPAZEXA");
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion_key *key = NULL;
    torctl_onion *onion = NULL, *other = NULL;
    torctl_onion_status *status = NULL;
    torctl_client_key *client = NULL;
    torctl_client_auths *auths = NULL;
    torctl_fetch *fetch = NULL;
    torctl_list *list = NULL;
    torctl_error *err = NULL;
    int32_t outcome = 0;
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, "names.are.not:80", NULL),
                 TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_onion_options_add_port(options, 0, NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_onion_options_add_client(options, "nonsense", NULL), TORCTL_ERR_INVALID);
    /* What has refused a value is good for nothing more. */
    torctl_onion_options_free(options);
    options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, "127.0.0.1:1", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_pow(options, TORCTL_POW_IF_POSSIBLE, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_pow_queue(options, 10, 20, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_max_streams(options, 3, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key_file(options, path, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_client_key_new(&client, NULL), TORCTL_OK);
    if (has_clients)
        CHECK_STATUS(torctl_onion_options_add_client(options, torctl_client_key_public(client),
                                                     NULL),
                     TORCTL_OK);
    if (torctl_add_onion(tor, options, NULL, &onion, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(onion != NULL);
    REQUIRE_STATUS(torctl_onion_key_keep(path, &key, NULL), TORCTL_OK);
    CHECK_STR(torctl_onion_address(onion), torctl_onion_key_address(key));
    CHECK_STR(torctl_onion_private_key(onion), torctl_onion_key_text(key));
    CHECK_INT(torctl_onion_has_pow(onion), has_pow);
    torctl_onion_key_free(key);

    /* Two descriptors, each to all five relays. */
    CHECK_STATUS(torctl_onion_wait_published(onion, 10, LONG_MS, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_get_status(onion, NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_listed(status), 1);
    CHECK_INT(torctl_onion_status_is_detached(status), 0);
    CHECK(torctl_onion_status_uploaded(status) > 0);
    CHECK(torctl_onion_status_begun(status) >= torctl_onion_status_uploaded(status));
    CHECK_STR(torctl_onion_status_last_failure(status), "");
    torctl_onion_status_free(status);
    REQUIRE_STATUS(torctl_get_onions(tor, 0, NULL, &list, NULL), TORCTL_OK);
    CHECK(torctl_list_count(list) > 0 && strlen(torctl_list_item(list, 0)) == 56);
    torctl_list_free(list);

    REQUIRE_STATUS(torctl_fetch_onion(tor, torctl_onion_address(onion), NULL, 0, LONG_MS, NULL,
                                      &fetch, NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_fetch_is_found(fetch), 1);
    CHECK(strncmp(torctl_fetch_descriptor(fetch), "hs-descriptor 3\n", 16) == 0);
    CHECK(torctl_fetch_count(fetch) > 0 && torctl_fetch_relay(fetch, 0)[0] == '$');
    torctl_fetch_free(fetch);

    CHECK_STATUS(torctl_onion_client_auth_add(tor, torctl_onion_address(onion),
                                              torctl_client_key_private(client), "me", 0, NULL,
                                              &outcome, NULL),
                 TORCTL_OK);
    CHECK(outcome == TORCTL_CLIENT_AUTH_NEW || outcome == TORCTL_CLIENT_AUTH_DECRYPTED);
    REQUIRE_STATUS(torctl_get_client_auths(tor, torctl_onion_address(onion), NULL, &auths, NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_client_auths_count(auths), 1);
    CHECK_STR(torctl_client_auths_address(auths, 0), torctl_onion_address(onion));
    CHECK(strncmp(torctl_client_auths_key(auths, 0), "x25519:", 7) == 0);
    torctl_client_auths_free(auths);
    CHECK_STATUS(torctl_onion_client_auth_remove(tor, torctl_onion_address(onion), NULL, NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_onion_client_auth_remove(tor, torctl_onion_address(onion), NULL, NULL),
                 TORCTL_ERR_NOT_FOUND);

    REQUIRE_STATUS(torctl_watch_onion(tor, torctl_onion_address(onion), NULL, &other, NULL),
                   TORCTL_OK);
    CHECK_STATUS(torctl_onion_wait_published(other, 1, 0, NULL, NULL), TORCTL_ERR_TIMEOUT);
    torctl_onion_free(other);
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(onion), NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(onion), NULL, &err),
                 TORCTL_ERR_NOT_FOUND);
    CHECK_INT(torctl_error_reply_code(err), 552);
    CHECK_INT(torctl_error_reason(err), TORCTL_REASON_NO_SUCH_ONION);
    torctl_error_free(err);
    torctl_onion_free(onion);
    torctl_client_key_free(client);
    torctl_onion_options_free(options);
}

int main(void)
{
    torctl_controller *tor = open_client();
    char path[] = "/tmp/torctl-waits-XXXXXX";
    char file[64];
    REQUIRE(mkdtemp(path) != NULL);
    snprintf(file, sizeof file, "%s/key", path);
    bootstrap(tor);
    circuits(tor);
    names(tor);
    events(tor);
    keys(file);
    onions(tor, file);
    torctl_controller_free(tor);
    unlink(file);
    CHECK(rmdir(path) == 0);
    return check_done();
}
