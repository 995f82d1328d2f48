/* Many onion services and client keys with one round of commands.
 *
 * ctest: live timeout=60 mode=thread_free */
#include <dirent.h>

#include "live.h"

enum { MANY = 200, ODD = 7 };

static int open_descriptors(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    REQUIRE(directory != NULL);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

static size_t listed(torctl_controller *tor)
{
    torctl_list *list = NULL;
    REQUIRE_STATUS(torctl_get_onions(tor, 0, NULL, &list, NULL), TORCTL_OK);
    size_t count = torctl_list_count(list);
    torctl_list_free(list);
    return count;
}

static torctl_onion_options *options_of_service(void)
{
    torctl_onion_options *options = torctl_onion_options_new();
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    return options;
}

/* One has the same key as the first. */
static void services(torctl_controller *tor)
{
    torctl_onion_options *plain = options_of_service(), *keyed = options_of_service();
    const torctl_onion_options *options[MANY];
    const char *addresses[MANY];
    torctl_onion *onion[MANY] = {NULL}, *again = NULL;
    torctl_onion_key *key = NULL;
    torctl_onions *onions = NULL;
    torctl_results *results = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_onion_key_new(&key, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_onion_options_set_key(keyed, torctl_onion_key_text(key), NULL),
                   TORCTL_OK);
    for (size_t i = 0; i < MANY; i++)
        options[i] = i == 0 || i == ODD ? keyed : plain;
    /* With its I/O thread. */
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    int before = open_descriptors();
    REQUIRE_STATUS(torctl_add_onions(tor, options, MANY, NULL, &onions, &err), TORCTL_OK);
    CHECK(err == NULL);
    /* Perhaps one for a thread that waits, but none for each service. */
    CHECK(open_descriptors() - before < 8);
    CHECK_INT(torctl_onions_count(onions), MANY);
    CHECK_INT(listed(tor), MANY - 1);
    for (size_t i = 0; i < MANY; i++) {
        if (i == ODD) {
            for (int twice = 0; twice < 2; twice++) {
                CHECK_STATUS(torctl_onions_take(onions, i, &onion[i], &err), TORCTL_ERR_REJECTED);
                CHECK(onion[i] == NULL);
                CHECK_INT(torctl_error_reason(err), TORCTL_REASON_ONION_OWN);
                torctl_error_free(err);
            }
            continue;
        }
        REQUIRE_STATUS(torctl_onions_take(onions, i, &onion[i], NULL), TORCTL_OK);
        CHECK_INT(strlen(torctl_onion_address(onion[i])), 62);
        CHECK(strncmp(torctl_onion_private_key(onion[i]), "ED25519-V3:", 11) == 0);
    }
    CHECK_STR(torctl_onion_address(onion[0]), torctl_onion_key_address(key));
    CHECK_STATUS(torctl_onions_take(onions, 0, &again, NULL), TORCTL_ERR_STATE);
    CHECK_STATUS(torctl_onions_take(onions, MANY, &again, NULL), TORCTL_ERR_NOT_FOUND);
    torctl_onions_free(onions);
    torctl_queue_free(queue);

    torctl_onion_status *status = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(onion[MANY - 1], NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_is_listed(status), 1);
    torctl_onion_status_free(status);

    /* Nobody has the address of the second one any more when its turn comes. */
    for (size_t i = 0; i < MANY; i++)
        addresses[i] = torctl_onion_address(onion[i == ODD ? 0 : i]);
    REQUIRE_STATUS(torctl_del_onions(tor, addresses, MANY, NULL, &results, NULL), TORCTL_OK);
    CHECK_INT(torctl_results_count(results), MANY);
    for (size_t i = 0; i < MANY; i++) {
        CHECK_STR(torctl_results_key(results, i), addresses[i]);
        CHECK_STATUS(torctl_results_status(results, i),
                     i == ODD ? TORCTL_ERR_NOT_FOUND : TORCTL_OK);
    }
    CHECK_INT(torctl_error_reply_code(torctl_results_error(results, ODD)), 552);
    torctl_results_free(results);
    CHECK_INT(listed(tor), 0);
    for (size_t i = 0; i < MANY; i++)
        torctl_onion_free(onion[i]);
    torctl_onion_key_free(key);
    torctl_onion_options_free(keyed);
    torctl_onion_options_free(plain);
}

static void expect_invalid(torctl_status status, torctl_error *err, const char *start)
{
    CHECK_STATUS(status, TORCTL_ERR_INVALID);
    CHECK(err != NULL && strncmp(torctl_error_message(err), start, strlen(start)) == 0);
    if (err != NULL)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    torctl_error_free(err);
}

/* What is wrong with one is known before any is made. */
static void nothing_is_made_of_nonsense(torctl_controller *tor)
{
    torctl_onion_options *good = options_of_service(), *bad = torctl_onion_options_new();
    const torctl_onion_options *options[] = {good, bad, NULL};
    const char *addresses[] = {"a", "b"};
    torctl_onions *onions = NULL;
    torctl_results *results = NULL;
    torctl_error *err = NULL;
    torctl_status status = torctl_add_onions(tor, options, 3, NULL, &onions, &err);
    expect_invalid(status, err, "options[2] is NULL");
    status = torctl_add_onions(tor, options, 2, NULL, &onions, &err);
    expect_invalid(status, err, "options[1]: ports: is empty");
    CHECK_STATUS(torctl_onion_options_set_key(bad, "nonsense", NULL), TORCTL_ERR_INVALID);
    status = torctl_add_onions(tor, options, 2, NULL, &onions, &err);
    expect_invalid(status, err, "options[1]: torctl_onion_options_set_key() refused");
    CHECK(onions == NULL);
    CHECK_INT(listed(tor), 0);
    status = torctl_del_onions(tor, addresses, 2, NULL, &results, &err);
    expect_invalid(status, err, "addresses[0]: ");
    status = torctl_onion_client_auth_add_each(tor, addresses, addresses, NULL, 2, 0, NULL,
                                               &results, &err);
    expect_invalid(status, err, "addresses[0]: ");
    CHECK_STATUS(torctl_add_onions(tor, NULL, 0, NULL, &onions, NULL), TORCTL_OK);
    CHECK_INT(torctl_onions_count(onions), 0);
    torctl_onions_free(onions);
    torctl_onion_options_free(bad);
    torctl_onion_options_free(good);
}

static void client_keys(torctl_controller *tor)
{
    torctl_onion_key *key[3] = {NULL};
    torctl_client_key *client = NULL;
    torctl_client_auths *auths = NULL;
    torctl_results *results = NULL;
    const char *addresses[3], *keys[3], *names[] = {"one", NULL, "three"};
    REQUIRE_STATUS(torctl_client_key_new(&client, NULL), TORCTL_OK);
    for (size_t i = 0; i < 3; i++) {
        REQUIRE_STATUS(torctl_onion_key_new(&key[i], NULL), TORCTL_OK);
        addresses[i] = torctl_onion_key_address(key[i == 2 ? 0 : i]);
        keys[i] = torctl_client_key_private(client);
    }
    REQUIRE_STATUS(torctl_onion_client_auth_add_each(tor, addresses, keys, names, 3, 0, NULL,
                                                     &results, NULL),
                   TORCTL_OK);
    for (size_t i = 0; i < 3; i++) {
        CHECK_STATUS(torctl_results_status(results, i), TORCTL_OK);
        CHECK_STR(torctl_results_value(results, i), i == 2 ? "REPLACED" : "NEW");
    }
    torctl_results_free(results);
    REQUIRE_STATUS(torctl_get_client_auths(tor, addresses[0], NULL, &auths, NULL), TORCTL_OK);
    CHECK_STR(torctl_client_auths_name(auths, 0), "three");
    torctl_client_auths_free(auths);
    for (size_t i = 0; i < 3; i++)
        torctl_onion_key_free(key[i]);
    torctl_client_key_free(client);
}

/* Without an answer there are no results. */
static void closed(torctl_controller *tor)
{
    torctl_onion_options *plain = options_of_service();
    const torctl_onion_options *options[] = {plain, plain};
    torctl_onions *onions = NULL;
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_add_onions(tor, options, 2, NULL, &onions, NULL), TORCTL_ERR_CLOSED);
    CHECK(onions == NULL);
    torctl_onion_options_free(plain);
}

int main(void)
{
    torctl_controller *tor = live_open();
    services(tor);
    nothing_is_made_of_nonsense(tor);
    client_keys(tor);
    closed(tor);
    torctl_controller_free(tor);
    return check_done();
}
