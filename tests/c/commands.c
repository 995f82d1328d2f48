/* Commands that change a tor, through the C interface, and what tor says it is like afterwards.
 *
 * ctest: live torrc="AccountingMax 1 GBytes;SocksPort auto" timeout=60 mode=thread_free */
#include <pwd.h>
#include <unistd.h>

#include "live.h"

/* An option's only value, or NULL if it has none. */
static void expect(torctl_controller *tor, const char *name, const char *want)
{
    torctl_values *values = NULL;
    REQUIRE_STATUS(torctl_get_conf(tor, name, NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(torctl_values_count(values), 1);
    CHECK_INT(torctl_values_is_unset(values, 0), want == NULL);
    CHECK_STR(torctl_values_value(values, 0), want == NULL ? "" : want);
    torctl_values_free(values);
}

static void configuration(torctl_controller *tor)
{
    const char *names[] = {"ContactInfo", "NodeFamily", "NodeFamily"};
    const char *set[] = {"a \"b\" \\ # c", "one,two", "three,four"};
    const char *reset[] = {NULL, "five,six", "seven,eight"};
    const char *wrong[] = {"fine", "one,two", "no nick name"};
    const char *asked[] = {"contactinfo", "NodeFamily"};
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_set_conf_many(tor, names, set, 3, NULL, NULL), TORCTL_OK);
    expect(tor, "ContactInfo", set[0]);
    REQUIRE_STATUS(torctl_get_conf_many(tor, asked, 2, NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(torctl_values_count(values), 3);
    CHECK_STR(torctl_values_key(values, 0), "ContactInfo");
    CHECK_STR(torctl_values_value(values, 0), set[0]);
    CHECK_STR(torctl_values_value(values, 1), set[1]);
    CHECK_STR(torctl_values_value(values, 2), set[2]);
    torctl_values_free(values);

    /* All of them or none. */
    CHECK_STATUS(torctl_set_conf_many(tor, names, wrong, 3, NULL, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 513);
    torctl_error_free(err);
    expect(tor, "ContactInfo", set[0]);

    REQUIRE_STATUS(torctl_reset_conf_many(tor, names, reset, 3, NULL, NULL), TORCTL_OK);
    expect(tor, "ContactInfo", NULL);
    REQUIRE_STATUS(torctl_get_conf(tor, "NodeFamily", NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(torctl_values_count(values), 2);
    CHECK_STR(torctl_values_value(values, 1), "seven,eight");
    torctl_values_free(values);
    REQUIRE_STATUS(torctl_reset_conf_many(tor, names, NULL, 2, NULL, NULL), TORCTL_OK);
    expect(tor, "NodeFamily", NULL);

    REQUIRE_STATUS(torctl_reset_conf(tor, "ContactInfo", "somebody", NULL, NULL), TORCTL_OK);
    expect(tor, "ContactInfo", "somebody");
    REQUIRE_STATUS(torctl_reset_conf(tor, "ContactInfo", NULL, NULL, NULL), TORCTL_OK);
    expect(tor, "ContactInfo", NULL);
}

static int torrc_has(const char *line)
{
    char path[512], text[256];
    int found = 0;
    snprintf(path, sizeof path, "%s/torrc", check_env("TORCTL_TEST_DIR"));
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    while (fgets(text, sizeof text, file) != NULL)
        found |= strcmp(text, line) == 0;
    fclose(file);
    return found;
}

static void saving(torctl_controller *tor)
{
    REQUIRE_STATUS(torctl_set_conf(tor, "ContactInfo", "kept", NULL, NULL), TORCTL_OK);
    CHECK_INT(torrc_has("ContactInfo kept\n"), 0);
    CHECK_STATUS(torctl_save_conf(tor, 0, NULL, NULL), TORCTL_OK);
    CHECK_INT(torrc_has("ContactInfo kept\n"), 1);
    REQUIRE_STATUS(torctl_set_conf(tor, "ContactInfo", "kept again", NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_save_conf(tor, 1, NULL, NULL), TORCTL_OK);
    CHECK_INT(torrc_has("ContactInfo kept again\n"), 1);
}

/* All that tor has, and one option more. */
static void loading(torctl_controller *tor)
{
    torctl_values *values = NULL;
    char text[8192];
    REQUIRE_STATUS(torctl_get_info(tor, "config-text", NULL, &values, NULL), TORCTL_OK);
    snprintf(text, sizeof text, "%s\nContactInfo loaded # not this\nNodeFamily eins,zwei\n",
             torctl_values_value(values, 0));
    torctl_values_free(values);
    REQUIRE_STATUS(torctl_reset_conf(tor, "ContactInfo", NULL, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_load_conf(tor, text, NULL, NULL), TORCTL_OK);
    expect(tor, "NodeFamily", "eins,zwei");
    expect(tor, "ContactInfo", "loaded");
}

static void switches(torctl_controller *tor)
{
    torctl_reply *reply = NULL;
    const char *features[] = {"VERBOSE_NAMES", "EXTENDED_EVENTS"}, *unknown = "NO_SUCH_FEATURE";
    torctl_guards *guards = NULL;
    torctl_error *err = NULL;
    CHECK_STATUS(torctl_use_feature(tor, features, 2, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_use_feature(tor, &unknown, 1, NULL, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 552);
    torctl_error_free(err);
    CHECK_STATUS(torctl_drop_guards(tor, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_get_guards(tor, NULL, &guards, NULL), TORCTL_OK);
    CHECK_INT(torctl_guards_count(guards), 0);
    torctl_guards_free(guards);
    CHECK_STATUS(torctl_post_descriptor(tor, "junk\n", 5, 0, -1, NULL, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 554);
    torctl_error_free(err);
    /* Gone from the protocol, but not from its replies. */
    REQUIRE_STATUS(torctl_request(tor, "SETROUTERPURPOSE relay1 general", NULL, 0, NULL, &reply,
                                  NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_reply_code(reply), 511);
    torctl_reply_free(reply);
}

/* Each signal that does not end tor, and that tor says it got it. */
static void signals(torctl_controller *tor)
{
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    for (int32_t signal = TORCTL_SIGNAL_RELOAD; signal <= TORCTL_SIGNAL_DORMANT; signal++) {
        if (signal == TORCTL_SIGNAL_SHUTDOWN || signal == TORCTL_SIGNAL_HALT)
            continue;
        CHECK_STATUS(torctl_signal(tor, signal, NULL, NULL), TORCTL_OK);
        REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        CHECK_INT(torctl_signal_event_signal(event), signal);
        torctl_event_free(event);
    }
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_DORMANT + 1, NULL, NULL), TORCTL_ERR_INVALID);
    torctl_queue_free(queue);
}

static void numbers(torctl_controller *tor)
{
    const uint64_t limit = UINT64_C(1) << 30;
    torctl_accounting *accounting = NULL;
    torctl_process *process = NULL;
    REQUIRE_STATUS(torctl_get_accounting(tor, NULL, &accounting, NULL), TORCTL_OK);
    /* The network is disabled: nothing was read or written. */
    CHECK_INT(torctl_accounting_read_bytes(accounting), 0);
    CHECK_INT(torctl_accounting_written_bytes(accounting), 0);
    CHECK_INT(torctl_accounting_read_left_bytes(accounting), limit);
    CHECK_INT(torctl_accounting_written_left_bytes(accounting), limit);
    CHECK(torctl_accounting_wake_unix_us(accounting) >=
          torctl_accounting_start_unix_us(accounting));
    CHECK(torctl_accounting_wake_unix_us(accounting) < torctl_accounting_end_unix_us(accounting));
    torctl_accounting_free(accounting);
    REQUIRE_STATUS(torctl_get_process(tor, NULL, &process, NULL), TORCTL_OK);
    const struct passwd *user = getpwuid(getuid());
    CHECK_STR(torctl_process_user(process), user == NULL ? "" : user->pw_name);
    torctl_process_free(process);
}

static void services(torctl_controller *tor)
{
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_onion_key *key = NULL;
    torctl_onion *onion = NULL;
    torctl_onion_status *status = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_onion_key_new(&key, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key(options, "nonsense", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_onion_options_set_key(options, torctl_onion_key_text(key), NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_detach(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    CHECK_STR(torctl_onion_address(onion), torctl_onion_key_address(key));
    REQUIRE_STATUS(torctl_onion_get_status(onion, NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_detached(status), 1);
    torctl_onion_status_free(status);
    CHECK_STATUS(torctl_del_onion(tor, torctl_onion_address(onion), NULL, NULL), TORCTL_OK);
    torctl_onion_free(onion);
    torctl_onion_key_free(key);

    CHECK_STATUS(torctl_onion_options_set_key(options, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_detach(options, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_discard_key(options, 1, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    CHECK_STR(torctl_onion_private_key(onion), "");
    torctl_onion_free(onion);

    /* This tor hides where its services are. */
    CHECK_STATUS(torctl_onion_options_set_non_anonymous(options, 1, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, &err), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 512);
    torctl_error_free(err);
    torctl_onion_options_free(options);
}

static void client_keys(torctl_controller *tor)
{
    char directory[] = "/tmp/torctl-commands-XXXXXX", path[128];
    torctl_onion_key *key = NULL;
    torctl_client_key *client = NULL;
    torctl_client_auths *auths = NULL;
    int32_t outcome = 0;
    REQUIRE(mkdtemp(directory) != NULL);
    REQUIRE_STATUS(torctl_set_conf(tor, "ClientOnionAuthDir", directory, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_key_new(&key, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_client_key_new(&client, NULL), TORCTL_OK);
    const char *address = torctl_onion_key_address(key);
    for (int permanent = 0; permanent < 2; permanent++) {
        REQUIRE_STATUS(torctl_onion_client_auth_add(tor, address, torctl_client_key_private(client),
                                                    permanent ? "kept" : NULL, permanent, NULL,
                                                    &outcome, NULL),
                       TORCTL_OK);
        CHECK_INT(outcome, permanent ? TORCTL_CLIENT_AUTH_REPLACED : TORCTL_CLIENT_AUTH_NEW);
        REQUIRE_STATUS(torctl_get_client_auths(tor, NULL, NULL, &auths, NULL), TORCTL_OK);
        CHECK_INT(torctl_client_auths_count(auths), 1);
        CHECK_INT(torctl_client_auths_is_permanent(auths, 0), permanent);
        CHECK_STR(torctl_client_auths_name(auths, 0), permanent ? "kept" : "");
        torctl_client_auths_free(auths);
    }
    snprintf(path, sizeof path, "%s/%.56s.auth_private", directory, address);
    CHECK(access(path, R_OK) == 0);
    CHECK_STATUS(torctl_onion_client_auth_remove(tor, address, NULL, NULL), TORCTL_OK);
    CHECK(access(path, R_OK) != 0);
    (void)rmdir(directory);
    torctl_client_key_free(client);
    torctl_onion_key_free(key);
}

int main(void)
{
    torctl_controller *tor = live_open();
    configuration(tor);
    saving(tor);
    loading(tor);
    switches(tor);
    numbers(tor);
    signals(tor);
    services(tor);
    client_keys(tor);
    torctl_controller_free(tor);
    return check_done();
}
