/* Behind a filter before a real tor, as Tails and Whonix have one: what it allows works, and what it
 * refuses is named. One run for each profile of tests/support/filter.py.
 *
 * ctest: network filter=status,swallowing,onion,v3,redacting,lookups timeout=240 valgrind=no tsan=no */
#include "check.h"

enum { LONG_MS = 120000 };

static torctl_controller *tor;

static void open_filtered(void)
{
    char address[512];
    torctl_error *err = NULL;
    snprintf(address, sizeof address, "unix:%s", check_env("TORCTL_NET_CONTROL_SOCKET"));
    if (torctl_controller_open(address, NULL, &tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(tor != NULL && err == NULL);
}

static void check_refused(torctl_status status, torctl_error *err, const char *what, int line)
{
    char words[256];
    snprintf(words, sizeof words, "a filter before tor refused %s: 510 Command filtered", what);
    check_status(status, TORCTL_ERR_FILTERED, __FILE__, line, what);
    check_str(torctl_error_message(err), words, __FILE__, line, what);
    torctl_error_free(err);
}
#define REFUSED(call, what)                                 \
    do {                                                    \
        torctl_error *err = NULL;                           \
        torctl_status refused_status = (call);              \
        check_refused(refused_status, err, what, __LINE__); \
    } while (0)

static void bootstrapped(void)
{
    CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, -1, -1, NULL, NULL), TORCTL_OK);
}

static void status(void)
{
    torctl_values *values = NULL;
    torctl_queue *queue = NULL;
    torctl_list *list = NULL;
    bootstrapped();
    CHECK_STATUS(torctl_get_onions(tor, 0, NULL, &list, NULL), TORCTL_OK);
    CHECK_INT(torctl_list_count(list), 0);
    torctl_list_free(list);
    REFUSED(torctl_get_onions(tor, 1, NULL, &list, &err), "GETINFO onions/detached");
    REFUSED(torctl_get_info(tor, "version", NULL, &values, &err), "GETINFO version");
    REFUSED(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST, NULL,
                             &queue, &err),
            "SETEVENTS BW");
    REFUSED(torctl_new_identity(tor, -1, NULL, &err), "SIGNAL NEWNYM");
    REFUSED(torctl_load_conf(tor, "Log notice stdout\n", NULL, &err), "LOADCONF");
}

/* Events are promised and never come. */
static void swallowing(void)
{
    bootstrapped();
    CHECK_STATUS(torctl_new_identity(tor, -1, NULL, NULL), TORCTL_OK);
}

static torctl_onion *add(int32_t key_type, torctl_error **err)
{
    torctl_onion *onion = NULL;
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, "127.0.0.1:8080", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key_type(options, key_type, NULL), TORCTL_OK);
    torctl_status added = torctl_add_onion(tor, options, NULL, &onion, err);
    CHECK((added == TORCTL_OK) == (onion != NULL));
    torctl_onion_options_free(options);
    return onion;
}

static void check_listed(torctl_onion *onion, int is_listed)
{
    torctl_onion_status *now = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(onion, NULL, &now, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_listed(now), is_listed);
    CHECK_INT(torctl_onion_status_is_detached(now), 0);
    torctl_onion_status_free(now);
}

static void onion(void)
{
    torctl_onion *made = add(TORCTL_ONION_KEY_BEST, NULL);
    REQUIRE(made != NULL);
    check_listed(made, 1);
    REFUSED(torctl_onion_wait_published(made, 1, -1, NULL, &err), "SETEVENTS HS_DESC");
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(made), NULL, NULL), TORCTL_OK);
    check_listed(made, 0);
    torctl_onion_free(made);
}

static void v3(void)
{
    torctl_error *err = NULL;
    CHECK(add(TORCTL_ONION_KEY_BEST, &err) == NULL);
    check_refused(torctl_error_status(err), err, "ADD_ONION NEW:BEST Port=80,127.0.0.1:8080",
                  __LINE__);
    torctl_onion *made = add(TORCTL_ONION_KEY_ED25519_V3, NULL);
    REQUIRE(made != NULL);
    CHECK(strlen(torctl_onion_private_key(made)) > 20);
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(made), NULL, NULL), TORCTL_OK);
    torctl_onion_free(made);
}

/* Uploads are told of, and not with whom. */
static void redacting(void)
{
    torctl_onion *made = add(TORCTL_ONION_KEY_BEST, NULL);
    REQUIRE(made != NULL);
    CHECK_STATUS(torctl_onion_wait_published(made, 1, LONG_MS, NULL, NULL), TORCTL_OK);
    check_listed(made, 1);
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(made), NULL, NULL), TORCTL_OK);
    torctl_onion_free(made);
}

static void lookups(void)
{
    torctl_event *event = NULL;
    uint64_t id = 0;
    REQUIRE_STATUS(torctl_resolve(tor, "some.test", 0, -1, NULL, &event, NULL), TORCTL_OK);
    CHECK_STR(torctl_addrmap_to(event), "127.0.0.1");
    torctl_event_free(event);
    CHECK_STATUS(torctl_resolve(tor, "nobody.invalid", 0, LONG_MS, NULL, &event, NULL),
                 TORCTL_ERR_FAILED);
    REQUIRE_STATUS(torctl_build_circuit(tor, 0, NULL, 0, 0, -1, NULL, &id, &event, NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_circ_status(event), TORCTL_CIRC_BUILT);
    CHECK_INT(torctl_circ_id(event), id);
    CHECK(torctl_circ_path_count(event) > 0);
    torctl_event_free(event);
    CHECK_STATUS(torctl_close_circuit(tor, id, 0, NULL, NULL), TORCTL_OK);
}

int main(void)
{
    const struct {
        const char *name;
        void (*run)(void);
    } profiles[] = {
        {"status", status}, {"swallowing", swallowing}, {"onion", onion},
        {"v3", v3},         {"redacting", redacting},   {"lookups", lookups},
    };
    const char *profile = check_env("TORCTL_TEST_FILTER");
    open_filtered();
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (strcmp(profiles[i].name, profile) == 0) {
            profiles[i].run();
            torctl_controller_free(tor);
            return check_done();
        }
    fprintf(stderr, "no test for the filter %s\n", profile);
    return 1;
}
