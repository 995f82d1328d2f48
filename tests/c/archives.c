/* Directory documents as archives keep them and as dir-spec allows them: entries end where they end,
 * what a newer or older tor writes costs no field, and what is not known is not taken for a no.
 *
 * ctest: unit
 */
#include "check.h"

static char text[64 * 1024];
static size_t size;

static void load(const char *name)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "tests/data/dir/%s", name);
    file = fopen(path, "rb");
    REQUIRE(file != NULL);
    size = fread(text, 1, sizeof text - 1, file);
    text[size] = 0;
    fclose(file);
    REQUIRE(size > 0);
}

static torctl_routers *routers(const char *name)
{
    torctl_routers *list = NULL;

    load(name);
    REQUIRE_STATUS(torctl_routers_parse(text, size, &list, NULL), TORCTL_OK);
    return list;
}

static torctl_descriptors *descriptors(const char *name)
{
    torctl_descriptors *list = NULL;

    load(name);
    REQUIRE_STATUS(torctl_descriptors_parse(text, size, &list, NULL), TORCTL_OK);
    REQUIRE(torctl_descriptors_count(list) == 1);
    return list;
}

static int32_t no_router(const torctl_router *router, void *user_data)
{
    (void)router, (void)user_data;
    CHECK(!"no entry is shown");
    return 0;
}

static int32_t no_descriptor(const torctl_descriptor *descriptor, void *user_data)
{
    (void)descriptor, (void)user_data;
    CHECK(!"no entry is shown");
    return 0;
}

static int32_t no_microdescriptor(const torctl_microdescriptor *microdescriptor, void *user_data)
{
    (void)microdescriptor, (void)user_data;
    CHECK(!"no entry is shown");
    return 0;
}

static void test_another_kind_of_document(void)
{
    /* What a document begins with where no annotation names its kind. */
    static const struct {
        const char *line;
        int32_t kind;
    } firsts[] = {
        {"router a 192.0.2.1 9001 0 0\n", TORCTL_DOCUMENT_DESCRIPTORS},
        {"signed-directory\n", TORCTL_DOCUMENT_DESCRIPTORS},
        {"extra-info a b\n", TORCTL_DOCUMENT_EXTRA_INFO},
        {"network-status-version 3\n", TORCTL_DOCUMENT_ROUTERS},
        {"r a b c\n", TORCTL_DOCUMENT_ROUTERS},
        {"onion-key\n", TORCTL_DOCUMENT_MICRODESCRIPTORS},
        {"dir-key-certificate-version 3\n", TORCTL_DOCUMENT_KEY_CERTIFICATE},
        {"hs-descriptor 3\n", TORCTL_DOCUMENT_ONION},
        {"rendezvous-service-descriptor a\n", TORCTL_DOCUMENT_ONION},
        {"introduction-point a\n", TORCTL_DOCUMENT_ONION},
        {"extra-infos a b\n", TORCTL_DOCUMENT_UNKNOWN},
    };
    torctl_descriptors *list = (torctl_descriptors *)text;
    torctl_microdescriptors *micros = NULL;
    torctl_routers *relays = NULL;
    torctl_descriptor_reader *reader = torctl_descriptor_reader_new();
    torctl_router_reader *router_reader = torctl_router_reader_new();
    torctl_microdescriptor_reader *micro_reader = torctl_microdescriptor_reader_new();
    torctl_error *err = NULL;
    size_t i, count = 7;

    load("extra-info.txt");
    CHECK_STATUS(torctl_descriptors_parse(text, size, &list, &err), TORCTL_ERR_NOT_FOUND);
    CHECK(list == NULL);
    CHECK(strstr(torctl_error_message(err), "extra-info documents") != NULL);
    torctl_error_free(err);
    CHECK_INT(torctl_descriptors_count(list), 0);
    CHECK_INT(torctl_document_kind(text, size), TORCTL_DOCUMENT_EXTRA_INFO);
    CHECK_STATUS(torctl_descriptors_walk(text, size, no_descriptor, NULL, &count, NULL),
                 TORCTL_ERR_NOT_FOUND);
    CHECK_INT(count, 0);
    CHECK_STATUS(torctl_routers_parse(text, size, &relays, NULL), TORCTL_ERR_NOT_FOUND);
    CHECK_STATUS(torctl_routers_walk(text, size, no_router, NULL, NULL, NULL),
                 TORCTL_ERR_NOT_FOUND);
    CHECK_STATUS(torctl_microdescriptors_parse(text, size, &micros, NULL), TORCTL_ERR_NOT_FOUND);
    CHECK_STATUS(torctl_microdescriptors_walk(text, size, no_microdescriptor, NULL, NULL, NULL),
                 TORCTL_ERR_NOT_FOUND);
    torctl_descriptor_reader_push(reader, text, size);
    torctl_descriptor_reader_finish(reader);
    CHECK(torctl_descriptor_reader_next(reader) == NULL);
    CHECK_INT(torctl_descriptor_reader_skipped_bytes(reader), size);
    CHECK_INT(torctl_descriptor_reader_skipped_kind(reader), TORCTL_DOCUMENT_EXTRA_INFO);
    torctl_router_reader_push(router_reader, text, size);
    torctl_router_reader_finish(router_reader);
    CHECK(torctl_router_reader_next(router_reader) == NULL);
    CHECK_INT(torctl_router_reader_skipped_bytes(router_reader), size);
    CHECK_INT(torctl_router_reader_skipped_kind(router_reader), TORCTL_DOCUMENT_EXTRA_INFO);

    load("server-descriptors.txt");
    CHECK_INT(torctl_document_kind(text, size), TORCTL_DOCUMENT_DESCRIPTORS);
    CHECK_STATUS(torctl_microdescriptors_parse(text, size, &micros, NULL), TORCTL_ERR_NOT_FOUND);
    torctl_microdescriptor_reader_push(micro_reader, text, size);
    torctl_microdescriptor_reader_finish(micro_reader);
    CHECK(torctl_microdescriptor_reader_next(micro_reader) == NULL);
    CHECK_INT(torctl_microdescriptor_reader_skipped_bytes(micro_reader), size);
    CHECK_INT(torctl_microdescriptor_reader_skipped_kind(micro_reader),
              TORCTL_DOCUMENT_DESCRIPTORS);
    torctl_microdescriptor_reader_free(micro_reader);
    torctl_router_reader_free(router_reader);
    torctl_descriptor_reader_free(reader);

    load("consensus.txt");
    CHECK_INT(torctl_document_kind(text, size), TORCTL_DOCUMENT_ROUTERS);
    load("microdescriptors.txt");
    CHECK_INT(torctl_document_kind(text, size), TORCTL_DOCUMENT_MICRODESCRIPTORS);
    REQUIRE_STATUS(torctl_microdescriptors_parse(text, size, &micros, NULL), TORCTL_OK);
    CHECK_INT(torctl_microdescriptors_skipped_bytes(micros), 0);
    CHECK_INT(torctl_microdescriptors_skipped_kind(micros), TORCTL_DOCUMENT_UNKNOWN);
    torctl_microdescriptors_free(micros);
    load("onion-descriptor.txt");
    CHECK_INT(torctl_document_kind(text, size), TORCTL_DOCUMENT_ONION);
    for (i = 0; i < sizeof firsts / sizeof *firsts; i++)
        CHECK_INT(torctl_document_kind(firsts[i].line, strlen(firsts[i].line)), firsts[i].kind);
    CHECK_INT(torctl_document_kind("hello", 5), TORCTL_DOCUMENT_UNKNOWN);
    CHECK_INT(torctl_document_kind(NULL, 0), TORCTL_DOCUMENT_UNKNOWN);
    CHECK_INT(torctl_document_kind(NULL, 7), TORCTL_DOCUMENT_UNKNOWN);
    /* A consensus without relays is a consensus. */
    CHECK_STATUS(torctl_routers_parse("network-status-version 3\n", 25, &relays, NULL), TORCTL_OK);
    CHECK_INT(torctl_routers_count(relays), 0);
    CHECK_INT(torctl_routers_skipped_bytes(relays), 25);
    torctl_routers_free(relays);
}

static void test_entries_end(void)
{
    static const char bare[] = "router a 192.0.2.1 9001 0 0\n"
                               "uptime 5\n"
                               "extra-info a 0123456789ABCDEF0123456789ABCDEF01234567\n"
                               "contact the extra-info\n";
    torctl_descriptors *list = descriptors("extra-info-in-front-of-server.txt");
    const torctl_descriptor *beta = torctl_descriptors_get(list, 0);
    torctl_routers *relays;
    size_t i;

    CHECK_STR(torctl_descriptor_nickname(beta), "beta");
    CHECK(strstr(torctl_descriptor_identity_ed25519(beta), "\nSERVER\n") != NULL);
    CHECK(strstr(torctl_descriptor_router_signature(beta), "\nSERVER\n") != NULL);
    CHECK_STR(torctl_descriptor_router_sig_ed25519(beta), "SERVER");
    CHECK_INT(torctl_descriptor_extra_count(beta), 0);
    CHECK_STR(torctl_descriptor_annotated_type(beta), "server-descriptor 1.0");
    CHECK_STR(torctl_descriptor_raw(beta), strstr(text, "@type server-descriptor"));
    CHECK_INT(torctl_descriptors_skipped_kind(list), TORCTL_DOCUMENT_EXTRA_INFO);
    CHECK_INT(torctl_descriptors_skipped_bytes(list),
              strstr(text, "@type server-descriptor") - text);
    torctl_descriptors_free(list);

    /* Without an annotation between them. */
    REQUIRE_STATUS(torctl_descriptors_parse(bare, sizeof bare - 1, &list, NULL), TORCTL_OK);
    beta = torctl_descriptors_get(list, 0);
    CHECK_STR(torctl_descriptor_raw(beta), "router a 192.0.2.1 9001 0 0\nuptime 5\n");
    CHECK_STR(torctl_descriptor_contact(beta), "");
    CHECK_INT(torctl_descriptor_extra_count(beta), 0);
    CHECK_INT(torctl_descriptors_skipped_kind(list), TORCTL_DOCUMENT_EXTRA_INFO);
    torctl_descriptors_free(list);

    relays = routers("consensus-without-footer.txt");
    CHECK_INT(torctl_routers_count(relays), 1);
    CHECK_INT(torctl_router_extra_count(torctl_routers_get(relays, 0)), 0);
    CHECK_INT(torctl_routers_skipped_kind(relays), TORCTL_DOCUMENT_UNKNOWN);
    torctl_routers_free(relays);

    relays = routers("two-bridge-statuses.txt");
    CHECK_INT(torctl_routers_count(relays), 2);
    for (i = 0; i < 2; i++)
        CHECK_INT(torctl_router_extra_count(torctl_routers_get(relays, i)), 0);
    torctl_routers_free(relays);

    relays = routers("status-line-with-object.txt");
    CHECK_INT(torctl_router_extra_count(torctl_routers_get(relays, 0)), 1);
    CHECK_STR(torctl_router_extra(torctl_routers_get(relays, 0), 0),
              "future thing\n-----BEGIN THING-----\nAAAA\n-----END THING-----");
    torctl_routers_free(relays);
}

static void test_lines_in_other_forms(void)
{
    torctl_descriptors *list = descriptors("server-lines-with-opt.txt");
    const torctl_descriptor *server = torctl_descriptors_get(list, 0);
    torctl_routers *relays;
    const torctl_router *relay;

    CHECK_STR(torctl_descriptor_fingerprint(server), "0123456789ABCDEF0123456789ABCDEF01234567");
    CHECK_INT(torctl_descriptor_is_hibernating(server), 1);
    CHECK_INT(torctl_descriptor_is_hidden_service_dir(server), 1);
    CHECK_INT(torctl_descriptor_caches_extra_info(server), 1);
    CHECK_STR(torctl_descriptor_extra_info_digest(server),
              "1111111111111111111111111111111111111111");
    CHECK_STR(torctl_descriptor_contact(server), "nobody");
    CHECK_INT(torctl_descriptor_extra_count(server), 0);
    torctl_descriptors_free(list);

    list = descriptors("server-lines-with-tabs.txt");
    server = torctl_descriptors_get(list, 0);
    CHECK_STR(torctl_descriptor_nickname(server), "n");
    CHECK_STR(torctl_descriptor_platform(server), "Tor 0.4.9.8 on Linux");
    CHECK_INT(torctl_descriptor_bandwidth_observed_bytes(server), 3);
    CHECK_STR(torctl_descriptor_raw(server), text);
    torctl_descriptors_free(list);

    list = descriptors("server-lines-with-more-arguments.txt");
    server = torctl_descriptors_get(list, 0);
    CHECK_INT(torctl_descriptor_uptime_s(server), 5);
    CHECK_INT(torctl_descriptor_is_hibernating(server), 1);
    CHECK_STR(torctl_descriptor_or_address(server, 0), "2001:db8::1");
    CHECK_INT(torctl_descriptor_or_address_port(server, 0), 9001);
    CHECK_INT(torctl_descriptor_overload_unix_us(server), INT64_C(1704067200000000));
    CHECK_STR(torctl_descriptor_ntor_onion_key(server), "AAAA");
    CHECK_STR(torctl_descriptor_master_key_ed25519(server), "AAAA");
    CHECK_STR(torctl_descriptor_extra_info_sha256(server), "BBBB");
    CHECK_STR(torctl_descriptor_bridge_distribution(server), "any");
    CHECK_INT(torctl_descriptor_extra_count(server), 0);
    CHECK_STR(torctl_descriptor_raw(server), text);
    torctl_descriptors_free(list);

    list = descriptors("server-lines-repeated.txt");
    server = torctl_descriptors_get(list, 0);
    CHECK_STR(torctl_descriptor_platform(server), "one");
    CHECK_INT(torctl_descriptor_published_unix_us(server), INT64_C(978307200000000));
    CHECK_STR(torctl_descriptor_fingerprint(server), "0000000000000000000000000000000000000000");
    CHECK_INT(torctl_descriptor_uptime_s(server), 1);
    CHECK_INT(torctl_descriptor_bandwidth_burst_bytes(server), 1);
    CHECK_INT(torctl_descriptor_extra_count(server), 5);
    CHECK_STR(torctl_descriptor_extra(server, 3), "uptime 2");
    CHECK_INT(torctl_descriptor_extra_is_malformed(server, 3), 0);
    torctl_descriptors_free(list);

    relays = routers("status-line-with-opt.txt");
    CHECK_STR(torctl_router_version(torctl_routers_get(relays, 0)), "Tor 0.2.2.35");
    torctl_routers_free(relays);

    relays = routers("status-lines-with-more-arguments.txt");
    relay = torctl_routers_get(relays, 0);
    CHECK_INT(torctl_router_or_address_count(relay), 1);
    CHECK_STR(torctl_router_or_address(relay, 0), "2001:db8::1");
    CHECK_INT(torctl_router_or_address_port(relay, 0), 9001);
    CHECK_STR(torctl_router_ed25519(relay), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    CHECK_STR(torctl_router_raw(relay), text);
    torctl_routers_free(relays);
}

static void test_votes(void)
{
    static const char odd[] =
        "r a b c\npr Link=1-5,64 Cons=1-2 Desc=1-4294967295\nstats wfu=1 tk=2\n";
    torctl_routers *relays = routers("vote-digests-by-method.txt");
    const torctl_router *relay = torctl_routers_get(relays, 0);
    char digest[44] = {0};

    CHECK_STR(torctl_router_microdesc_digest(relay), "");
    REQUIRE(torctl_router_vote_digest_count(relay) == 2);
    CHECK_STR(torctl_router_vote_methods(relay, 0), "28,29");
    CHECK_STR(torctl_router_vote_methods(relay, 1), "30,31,32,33");
    CHECK_STR(torctl_router_vote_digest(relay, 0), memset(digest, 'a', 43));
    CHECK_STR(torctl_router_vote_digest_of_method(relay, 29), digest);
    CHECK_STR(torctl_router_vote_digest(relay, 1), memset(digest, 'b', 43));
    CHECK_STR(torctl_router_vote_digest_of_method(relay, 33), digest);
    CHECK_STR(torctl_router_vote_digest_of_method(relay, 34), "");
    CHECK_STR(torctl_router_vote_digest(relay, 2), "");
    CHECK_STR(torctl_router_vote_methods(relay, 2), "");
    CHECK_STR(torctl_router_ed25519(relay), "none");
    CHECK_INT(torctl_router_extra_count(relay), 0);
    CHECK_STR(torctl_router_raw(relay), text);
    torctl_routers_free(relays);

    REQUIRE_STATUS(torctl_routers_parse(odd, sizeof odd - 1, &relays, NULL), TORCTL_OK);
    relay = torctl_routers_get(relays, 0);
    CHECK_INT(torctl_router_supports(relay, "Link", 64), 0);
    CHECK_INT(torctl_router_supports(relay, "Link", 5), 0);
    CHECK_INT(torctl_router_supports(relay, "Desc", 1), 0);
    CHECK_INT(torctl_router_supports(relay, "Cons", 2), 1);
    CHECK_STR(torctl_router_stats_text(relay), "wfu=1 tk=2");
    torctl_routers_free(relays);
}

static void test_policies(void)
{
    static const char entries[] = "r a b c\ns Exit\n"
                                  "r a b c\ns Exit\np reject 25\n"
                                  "r a b c\ns Exit\np reject 25,x\n";
    static const int has_policy[] = {0, 1, 0}, allows[] = {0, 1, 0};
    static const char server[] = "router a 192.0.2.1 9001 0 0\n";
    torctl_descriptors *list = descriptors("server-with-unreadable-reject.txt");
    const torctl_descriptor *descriptor = torctl_descriptors_get(list, 0);
    torctl_routers *relays = NULL;
    size_t i;

    CHECK_INT(torctl_descriptor_has_policy(descriptor), 1);
    CHECK_INT(torctl_descriptor_rule_count(descriptor), 3);
    CHECK_INT(torctl_descriptor_extra_count(descriptor), 1);
    CHECK_STR(torctl_descriptor_extra(descriptor, 0), "reject 10.0.0.0/8;*");
    CHECK_INT(torctl_descriptor_extra_is_malformed(descriptor, 0), 1);
    CHECK_INT(torctl_descriptor_can_exit_to(descriptor, "10.1.1.1", 80), 0);
    CHECK_INT(torctl_descriptor_can_exit_to(descriptor, NULL, 80), 0);
    torctl_descriptors_free(list);
    REQUIRE_STATUS(torctl_descriptors_parse(server, sizeof server - 1, &list, NULL), TORCTL_OK);
    descriptor = torctl_descriptors_get(list, 0);
    CHECK_INT(torctl_descriptor_has_policy(descriptor), 0);
    CHECK_INT(torctl_descriptor_can_exit_to(descriptor, "192.0.2.1", 80), 0);
    torctl_descriptors_free(list);

    /* An entry that says nothing, one with a policy, one with a policy that cannot be read. */
    REQUIRE_STATUS(torctl_routers_parse(entries, sizeof entries - 1, &relays, NULL), TORCTL_OK);
    for (i = 0; i < 3; i++) {
        CHECK_INT(torctl_router_has_policy(torctl_routers_get(relays, i)), has_policy[i]);
        CHECK_INT(torctl_router_allows_port(torctl_routers_get(relays, i), 80), allows[i]);
        CHECK_INT(torctl_router_allows_port(torctl_routers_get(relays, i), 0), 0);
    }
    torctl_routers_free(relays);
}

static void test_annotations(void)
{
    static const char server[] = "@type bridge-server-descriptor 1.2\n"
                                 "@downloaded-at 2024-01-02 03:04:05\n"
                                 "@source \"192.0.2.1\"\n"
                                 "@purpose bridge\n"
                                 "@last-listed 2024-01-01 00:00:00\n"
                                 "@new\n"
                                 "router a 192.0.2.1 9001 0 0\n";
    static const char micro[] = "@type microdescriptor 1.0\r\n"
                                "@last-listed 2024-01-01 00:00:00\r\n"
                                "@downloaded-at 2024-01-02 03:04:05\r\n"
                                "@source x\r\n"
                                "@purpose general\r\n"
                                "onion-key\r\n";
    torctl_descriptors *list = NULL;
    torctl_microdescriptors *micros = NULL;
    const torctl_descriptor *descriptor;
    const torctl_microdescriptor *found;

    REQUIRE_STATUS(torctl_descriptors_parse(server, sizeof server - 1, &list, NULL), TORCTL_OK);
    descriptor = torctl_descriptors_get(list, 0);
    CHECK_STR(torctl_descriptor_annotated_type(descriptor), "bridge-server-descriptor 1.2");
    CHECK_INT(torctl_descriptor_downloaded_unix_us(descriptor), INT64_C(1704164645000000));
    CHECK_STR(torctl_descriptor_source(descriptor), "192.0.2.1");
    CHECK_STR(torctl_descriptor_purpose(descriptor), "bridge");
    CHECK_INT(torctl_descriptor_last_listed_unix_us(descriptor), INT64_C(1704067200000000));
    CHECK_INT(torctl_descriptor_extra_count(descriptor), 1);
    CHECK_STR(torctl_descriptor_extra(descriptor, 0), "@new");
    CHECK_STR(torctl_descriptor_raw(descriptor), server);
    torctl_descriptors_free(list);
    REQUIRE_STATUS(torctl_microdescriptors_parse(micro, sizeof micro - 1, &micros, NULL),
                   TORCTL_OK);
    found = torctl_microdescriptors_get(micros, 0);
    CHECK_STR(torctl_microdescriptor_annotated_type(found), "microdescriptor 1.0");
    CHECK_INT(torctl_microdescriptor_last_listed_unix_us(found), INT64_C(1704067200000000));
    CHECK_INT(torctl_microdescriptor_downloaded_unix_us(found), INT64_C(1704164645000000));
    CHECK_STR(torctl_microdescriptor_source(found), "x");
    CHECK_STR(torctl_microdescriptor_purpose(found), "general");
    CHECK_INT(torctl_microdescriptor_extra_count(found), 0);
    torctl_microdescriptors_free(micros);
    CHECK_STR(torctl_descriptor_annotated_type(NULL), "");
    CHECK_INT(torctl_microdescriptor_last_listed_unix_us(NULL), 0);
}

int main(void)
{
    test_another_kind_of_document();
    test_entries_end();
    test_lines_in_other_forms();
    test_votes();
    test_policies();
    test_annotations();
    return check_done();
}
