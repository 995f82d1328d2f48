/* Every key of GETINFO that tests/data/info-keys.txt lists, asked of a real tor as text, and those of
 * one number, flag or list through the functions that give them a type.
 *
 * ctest: live timeout=60 mode=thread_free */
#include "live.h"

/* A key that tor knows and has no answer for, being a client without a network. */
static int may_be_refused(const char *key, const char *why)
{
    /* clang-format off */ /* as many as fit */
    static const char *const reasons[] = {
        "address", "dir/status-vote/", "downloads/bridge/", "downloads/desc/", "exit-policy/",
        "fingerprint", "network-status", "status/fresh-relay-descs", NULL};
    /* clang-format on */
    for (size_t i = 0; reasons[i] != NULL; i++)
        if (strncmp(key, reasons[i], strlen(reasons[i])) == 0)
            return 1;
    fprintf(stderr, "%s: %s\n", key, why);
    return 0;
}

static int ask(torctl_controller *tor, const char *key)
{
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    torctl_status status = torctl_get_info(tor, key, NULL, &values, &err);
    if (status == TORCTL_OK) {
        CHECK_INT(torctl_values_count(values), 1);
        CHECK_STR(torctl_values_key(values, 0), key);
    } else {
        CHECK_STATUS(status, TORCTL_ERR_REJECTED);
        CHECK(torctl_error_reply_code(err) == 551 || torctl_error_reply_code(err) == 552);
        CHECK(may_be_refused(key, torctl_error_message(err)));
    }
    torctl_values_free(values);
    torctl_error_free(err);
    return status == TORCTL_OK;
}

/* Asks the function that gives this key's value a type; 0 if that is none of these. */
static int ask_typed(torctl_controller *tor, const char *key, const char *function)
{
    const char *kind = strchr(key, '/');
    torctl_mappings *mappings = NULL;
    torctl_list *list = NULL;
    uint64_t number = 0;
    int flag = -1;
    if (strcmp(function, "torctl_get_flag") == 0) {
        CHECK_STATUS(torctl_get_flag(tor, key, NULL, &flag, NULL), TORCTL_OK);
        CHECK(flag == 0 || flag == 1);
    } else if (strcmp(function, "torctl_get_number") == 0) {
        CHECK_STATUS(torctl_get_number(tor, key, NULL, &number, NULL), TORCTL_OK);
        CHECK(number > 0);
    } else if (strcmp(function, "torctl_get_mappings") == 0) {
        CHECK_STATUS(torctl_get_mappings(tor, kind + 1, NULL, &mappings, NULL), TORCTL_OK);
        CHECK_INT(torctl_mappings_count(mappings), 0);
        torctl_mappings_free(mappings);
    } else if (strcmp(function, "torctl_get_onions") == 0) {
        CHECK_STATUS(torctl_get_onions(tor, strcmp(kind, "/detached") == 0, NULL, &list, NULL),
                     TORCTL_OK);
        CHECK_INT(torctl_list_count(list), 0);
        torctl_list_free(list);
    } else {
        return 0;
    }
    return 1;
}

int main(void)
{
    torctl_controller *tor = live_open();
    FILE *list = fopen("tests/data/info-keys.txt", "r");
    char line[512];
    int answered = 0, asked = 0, typed = 0;
    REQUIRE(list != NULL);
    while (fgets(line, sizeof line, list) != NULL) {
        char *function = strchr(line, '\t');
        if (line[0] == '#' || function == NULL)
            continue;
        *function++ = '\0';
        function[strcspn(function, "\t")] = '\0';
        if (strpbrk(line, "*<") != NULL)
            continue;
        typed += ask_typed(tor, line, function);
        asked++;
        answered += ask(tor, line);
    }
    fclose(list);
    CHECK(asked > 80);
    CHECK(answered > 65);
    CHECK(typed > 14);
    fprintf(stderr, "%d keys, %d answered, %d typed\n", asked, answered, typed);
    torctl_controller_free(tor);
    return check_done();
}
