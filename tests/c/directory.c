/* Router status entries, server descriptors and microdescriptors through the C interface: what a
 * real tor answered is read all at once, one by one and in pieces, and gives the same.
 *
 * ctest: unit
 */
#include "check.h"

static char text[64 * 1024];
static size_t size;

static int load(const char *name)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "tests/data/dir/%s", name);
    file = fopen(path, "rb");
    if (!file)
        return 0;
    size = fread(text, 1, sizeof text - 1, file);
    text[size] = 0;
    fclose(file);
    return size > 0;
}

struct seen {
    const torctl_routers *list;
    size_t count;
    size_t stop_at;
};

static int32_t compare_router(const torctl_router *router, void *user_data)
{
    struct seen *seen = user_data;
    const torctl_router *other = torctl_routers_get(seen->list, seen->count);

    CHECK(other != NULL && other != router);
    CHECK_STR(torctl_router_fingerprint(router), torctl_router_fingerprint(other));
    CHECK_STR(torctl_router_raw(router), torctl_router_raw(other));
    return ++seen->count == seen->stop_at;
}

static void test_routers(void)
{
    torctl_routers *list = NULL;
    torctl_router *copy;
    torctl_router_reader *reader;
    torctl_error *err = NULL;
    const torctl_router *router;
    struct seen seen = {NULL, 0, 0};
    size_t count = 99, at;

    REQUIRE(load("consensus-microdesc.txt"));
    REQUIRE_STATUS(torctl_routers_parse(text, size, &list, &err), TORCTL_OK);
    CHECK(err == NULL);
    CHECK_INT(torctl_routers_count(list), 5);
    CHECK(torctl_routers_get(list, 5) == NULL);
    router = torctl_routers_find(list, "$8d10adf9a16102d953f7e43c13a270b51b7e9f17~relay2");
    REQUIRE(router != NULL);
    CHECK(router == torctl_routers_find_nickname(list, "RELAY2"));
    CHECK_STR(torctl_router_nickname(router), "relay2");
    CHECK_STR(torctl_router_fingerprint(router), "8D10ADF9A16102D953F7E43C13A270B51B7E9F17");
    CHECK_STR(torctl_router_digest(router), "");
    CHECK_STR(torctl_router_address(router), "127.0.0.1");
    CHECK_INT(torctl_router_or_port(router), 26671);
    CHECK_INT(torctl_router_dir_port(router), 0);
    CHECK_INT(torctl_router_published_unix_us(router), INT64_C(2145916800000000));
    CHECK_INT(torctl_router_flags(router),
              TORCTL_FLAG_EXIT | TORCTL_FLAG_FAST | TORCTL_FLAG_GUARD | TORCTL_FLAG_HSDIR |
                  TORCTL_FLAG_RUNNING | TORCTL_FLAG_STABLE | TORCTL_FLAG_V2DIR | TORCTL_FLAG_VALID);
    CHECK_STR(torctl_router_flags_text(router), "Exit Fast Guard HSDir Running Stable V2Dir Valid");
    CHECK(torctl_router_has_flag(router, "HSDir"));
    CHECK(!torctl_router_has_flag(router, "Authority"));
    CHECK(!torctl_router_has_flag(router, NULL));
    CHECK_STR(torctl_flag_name(TORCTL_FLAG_NO_ED_CONSENSUS), "NoEdConsensus");
    CHECK_STR(torctl_flag_name(TORCTL_FLAG_UNKNOWN), "");
    CHECK_INT(torctl_router_bandwidth_bytes_per_second(router), 0);
    CHECK_INT(torctl_router_measured_bytes_per_second(router), -1);
    CHECK_INT(torctl_router_guard_fraction(router), -1);
    CHECK(torctl_router_is_unmeasured(router));
    CHECK_STR(torctl_router_bandwidth_text(router), "Bandwidth=0 Unmeasured=1");
    CHECK_STR(torctl_router_version(router), "Tor 0.4.9.11");
    CHECK(torctl_router_supports(router, "Link", 5));
    CHECK(!torctl_router_supports(router, "Link", 6));
    CHECK_STR(torctl_router_microdesc_digest(router),
              "983cftQmxVGGhsO0dmEgz+bfjhYxWv5zFZvaM/cTyKo");
    CHECK_STR(torctl_router_policy_summary(router), "");
    CHECK(!torctl_router_allows_port(router, 80) && !torctl_router_has_policy(router));
    CHECK_STR(torctl_router_ed25519(router), "");
    CHECK_INT(torctl_router_or_address_count(router), 0);
    CHECK_STR(torctl_router_or_address(router, 0), "");
    CHECK_INT(torctl_router_or_address_port(router, 0), 0);
    CHECK_INT(torctl_router_extra_count(router), 0);
    CHECK_INT(torctl_router_raw_size_bytes(router), strlen(torctl_router_raw(router)));
    CHECK(strstr(text, torctl_router_raw(router)) != NULL);

    seen.list = list;
    CHECK_STATUS(torctl_routers_walk(text, size, compare_router, &seen, &count, &err), TORCTL_OK);
    CHECK_INT(count, 5);
    seen.count = 0;
    seen.stop_at = 2;
    CHECK_STATUS(torctl_routers_walk(text, size, compare_router, &seen, &count, NULL), TORCTL_OK);
    CHECK_INT(count, 2);

    seen.count = seen.stop_at = 0;
    reader = torctl_router_reader_new();
    for (at = 0; at < size; at += 100) {
        torctl_router_reader_push(reader, text + at, size - at < 100 ? size - at : 100);
        while ((router = torctl_router_reader_next(reader)))
            compare_router(router, &seen);
    }
    torctl_router_reader_finish(reader);
    while ((router = torctl_router_reader_next(reader)))
        compare_router(router, &seen);
    CHECK_INT(seen.count, 5);
    torctl_router_reader_free(reader);

    copy = torctl_router_dup(torctl_routers_get(list, 4));
    torctl_routers_free(list);
    CHECK_STR(torctl_router_nickname(copy), "auth2");
    torctl_router_free(copy);
}

static void test_odd_router(void)
{
    static const char odd[] = "r x y z\r\n"
                              "a [2001:db8::1]:9001\r\n"
                              "a nowhere\r\n"
                              "s Exit Odd\r\n"
                              "p accept 80,443\r\n"
                              "odd line";
    torctl_routers *list = NULL;
    const torctl_router *router;

    REQUIRE_STATUS(torctl_routers_parse(odd, sizeof odd - 1, &list, NULL), TORCTL_OK);
    router = torctl_routers_get(list, 0);
    REQUIRE(router != NULL);
    CHECK_STR(torctl_router_nickname(router), "");
    CHECK_STR(torctl_router_or_address(router, 0), "2001:db8::1");
    CHECK_INT(torctl_router_or_address_port(router, 0), 9001);
    CHECK_INT(torctl_router_or_address_count(router), 1);
    CHECK_INT(torctl_router_flags(router), TORCTL_FLAG_EXIT | TORCTL_FLAG_UNKNOWN);
    CHECK(torctl_router_has_flag(router, "Odd"));
    CHECK(torctl_router_allows_port(router, 443) && !torctl_router_allows_port(router, 22));
    CHECK_INT(torctl_router_extra_count(router), 3);
    CHECK_STR(torctl_router_extra(router, 0), "r x y z");
    CHECK(torctl_router_extra_is_malformed(router, 0));
    CHECK_STR(torctl_router_extra(router, 1), "a nowhere");
    CHECK_STR(torctl_router_extra(router, 2), "odd line");
    CHECK(!torctl_router_extra_is_malformed(router, 2));
    CHECK_STR(torctl_router_extra(router, 3), "");
    CHECK_STR(torctl_router_raw(router), odd);
    torctl_routers_free(list);
}

static int32_t count_descriptor(const torctl_descriptor *descriptor, void *user_data)
{
    size_t *total = user_data;

    *total += torctl_descriptor_raw_size_bytes(descriptor);
    return 0;
}

static void test_descriptors(void)
{
    torctl_descriptors *list = NULL;
    torctl_descriptor *copy;
    torctl_descriptor_reader *reader;
    const torctl_descriptor *descriptor;
    size_t total = 0, count = 0;

    REQUIRE(load("server-descriptors.txt"));
    REQUIRE_STATUS(torctl_descriptors_parse(text, size, &list, NULL), TORCTL_OK);
    CHECK_INT(torctl_descriptors_count(list), 5);
    descriptor = torctl_descriptors_find(list, "BFAB10BBCF78461683133C3FF9C4927D32BD941A");
    REQUIRE(descriptor != NULL);
    CHECK(descriptor == torctl_descriptors_find_nickname(list, "auth3"));
    CHECK_STR(torctl_descriptor_nickname(descriptor), "auth3");
    CHECK_STR(torctl_descriptor_address(descriptor), "127.0.0.1");
    CHECK_INT(torctl_descriptor_or_port(descriptor), 31351);
    CHECK_INT(torctl_descriptor_socks_port(descriptor), 0);
    CHECK_INT(torctl_descriptor_dir_port(descriptor), 17107);
    CHECK_INT(torctl_descriptor_or_address_count(descriptor), 0);
    CHECK_STR(torctl_descriptor_fingerprint(descriptor),
              "BFAB10BBCF78461683133C3FF9C4927D32BD941A");
    CHECK_INT(torctl_descriptor_published_unix_us(descriptor), INT64_C(1795447767000000));
    CHECK_INT(torctl_descriptor_uptime_s(descriptor), 11);
    CHECK_INT(torctl_descriptor_bandwidth_average_bytes(descriptor), 1073741824);
    CHECK_INT(torctl_descriptor_bandwidth_burst_bytes(descriptor), 1073741824);
    CHECK_INT(torctl_descriptor_bandwidth_observed_bytes(descriptor), 25412);
    CHECK_STR(torctl_descriptor_platform(descriptor), "Tor 0.4.9.11 on Linux");
    CHECK_STR(torctl_descriptor_contact(descriptor),
              "operator <tor AT example.org> \"quoted\" back\\slash");
    CHECK(torctl_descriptor_supports(descriptor, "Relay", 4));
    CHECK_INT(torctl_descriptor_family_count(descriptor), 3);
    CHECK_STR(torctl_descriptor_family(descriptor, 2), "$BFAB10BBCF78461683133C3FF9C4927D32BD941A");
    CHECK_STR(torctl_descriptor_family(descriptor, 3), "");
    CHECK_INT(torctl_descriptor_rule_count(descriptor), 3);
    CHECK_STR(torctl_descriptor_rule(descriptor, 0), "reject 192.0.2.0/24:*");
    CHECK_STR(torctl_descriptor_ipv6_policy(descriptor), "reject 6881-6999");
    CHECK(torctl_descriptor_can_exit_to(descriptor, "198.51.100.1", 80));
    CHECK(!torctl_descriptor_can_exit_to(descriptor, "192.0.2.1", 80));
    CHECK(torctl_descriptor_can_exit_to(descriptor, "[2001:db8::1]", 80));
    CHECK(torctl_descriptor_can_exit_to(descriptor, NULL, 80));
    CHECK(!torctl_descriptor_can_exit_to(descriptor, NULL, 6900));
    CHECK(!torctl_descriptor_can_exit_to(descriptor, "example.org", 80));
    CHECK(torctl_descriptor_caches_extra_info(descriptor));
    CHECK(torctl_descriptor_is_hidden_service_dir(descriptor));
    CHECK(torctl_descriptor_is_tunnelled_dir_server(descriptor));
    CHECK(!torctl_descriptor_is_hibernating(descriptor));
    CHECK(!torctl_descriptor_allows_single_hop_exits(descriptor));
    CHECK_INT(torctl_descriptor_overload_unix_us(descriptor), 0);
    CHECK_STR(torctl_descriptor_overload_text(descriptor), "");
    CHECK_STR(torctl_descriptor_bridge_distribution(descriptor), "");
    CHECK_STR(torctl_descriptor_extra_info_digest(descriptor),
              "7631738C99A922F5B357DBAD678CA6F583328E7F");
    CHECK_STR(torctl_descriptor_ntor_onion_key(descriptor),
              "/5/p9PXHprq4vZ/IqqJzoZ9U5pofW+HjCZgit96+WhY");
    CHECK_STR(torctl_descriptor_master_key_ed25519(descriptor),
              "d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc");
    CHECK(strncmp(torctl_descriptor_onion_key(descriptor), "-----BEGIN RSA", 14) == 0);
    CHECK(strncmp(torctl_descriptor_signing_key(descriptor), "-----BEGIN RSA", 14) == 0);
    CHECK(strncmp(torctl_descriptor_identity_ed25519(descriptor), "-----BEGIN ED", 13) == 0);
    CHECK(strstr(torctl_descriptor_router_signature(descriptor), "-----END SIGNATURE-----"));
    CHECK_INT(torctl_descriptor_extra_count(descriptor), 0);

    CHECK_STATUS(torctl_descriptors_walk(text, size, count_descriptor, &total, &count, NULL),
                 TORCTL_OK);
    CHECK_INT(count, 5);
    CHECK_INT(total, size);
    copy = torctl_descriptor_dup(torctl_descriptors_get(list, 1));
    torctl_descriptors_free(list);
    CHECK_STR(torctl_descriptor_nickname(copy), "relay1");
    torctl_descriptor_free(copy);

    reader = torctl_descriptor_reader_new();
    torctl_descriptor_reader_push(reader, text, size / 2);
    torctl_descriptor_reader_push(reader, text + size / 2, size - size / 2);
    torctl_descriptor_reader_finish(reader);
    for (count = 0; torctl_descriptor_reader_next(reader); count++)
        ;
    CHECK_INT(count, 5);
    torctl_descriptor_reader_free(reader);
}

static int32_t count_only(const torctl_microdescriptor *microdescriptor, void *user_data)
{
    size_t *count = user_data;

    CHECK_INT(strlen(torctl_microdescriptor_digest(microdescriptor)), 43);
    ++*count;
    return 0;
}

static void test_microdescriptors(void)
{
    torctl_microdescriptors *list = NULL;
    torctl_microdescriptor *copy;
    torctl_microdescriptor_reader *reader;
    const torctl_microdescriptor *found;
    size_t count = 0;

    REQUIRE(load("microdescriptors.txt"));
    REQUIRE_STATUS(torctl_microdescriptors_parse(text, size, &list, NULL), TORCTL_OK);
    CHECK_INT(torctl_microdescriptors_count(list), 5);
    /* As the consensus names relay2's. */
    found = torctl_microdescriptors_find(list, "983cftQmxVGGhsO0dmEgz+bfjhYxWv5zFZvaM/cTyKo");
    REQUIRE(found != NULL);
    CHECK_STR(torctl_microdescriptor_policy(found), "reject 6881-6999");
    CHECK_STR(torctl_microdescriptor_ipv6_policy(found), "reject 6881-6999");
    CHECK(torctl_microdescriptor_can_exit_to(found, "192.0.2.1", 80));
    CHECK(!torctl_microdescriptor_can_exit_to(found, NULL, 6900));
    CHECK_INT(torctl_microdescriptor_family_count(found), 3);
    CHECK_STR(torctl_microdescriptor_family(found, 0), "$8D10ADF9A16102D953F7E43C13A270B51B7E9F17");
    CHECK_INT(torctl_microdescriptor_family_id_count(found), 0);
    CHECK_INT(torctl_microdescriptor_or_address_count(found), 0);
    CHECK_INT(strlen(torctl_microdescriptor_ntor_onion_key(found)), 43);
    CHECK_INT(strlen(torctl_microdescriptor_ed25519(found)), 43);
    CHECK_STR(torctl_microdescriptor_rsa1024(found), "");
    CHECK(strstr(torctl_microdescriptor_onion_key(found), "END RSA PUBLIC KEY"));
    CHECK_INT(torctl_microdescriptor_extra_count(found), 0);
    CHECK_STATUS(torctl_microdescriptors_walk(text, size, count_only, &count, NULL, NULL),
                 TORCTL_OK);
    CHECK_INT(count, 5);
    copy = torctl_microdescriptor_dup(found);
    torctl_microdescriptors_free(list);
    CHECK_STR(torctl_microdescriptor_digest(copy), "983cftQmxVGGhsO0dmEgz+bfjhYxWv5zFZvaM/cTyKo");
    torctl_microdescriptor_free(copy);
    reader = torctl_microdescriptor_reader_new();
    torctl_microdescriptor_reader_push(reader, text, size);
    for (count = 0; torctl_microdescriptor_reader_next(reader); count++)
        ;
    CHECK_INT(count, 4);
    torctl_microdescriptor_reader_finish(reader);
    CHECK(torctl_microdescriptor_reader_next(reader) != NULL);
    CHECK(torctl_microdescriptor_reader_next(reader) == NULL);
    torctl_microdescriptor_reader_free(reader);
}

static void test_onion(void)
{
    torctl_onion_descriptor *onion = NULL;

    REQUIRE(load("onion-descriptor.txt"));
    REQUIRE_STATUS(torctl_onion_descriptor_parse(text, size, &onion, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_descriptor_version(onion), 3);
    CHECK_INT(torctl_onion_descriptor_lifetime_minutes(onion), 180);
    CHECK_INT(torctl_onion_descriptor_revision_counter(onion), 10258784);
    CHECK(torctl_onion_descriptor_certificate_expires_unix_us(onion) > INT64_C(1795447767000000));
    CHECK(strstr(torctl_onion_descriptor_certificate(onion), "-----END ED25519 CERT-----"));
    CHECK(strstr(torctl_onion_descriptor_superencrypted(onion), "-----END MESSAGE-----"));
    CHECK_INT(strlen(torctl_onion_descriptor_signature(onion)), 86);
    CHECK_INT(torctl_onion_descriptor_extra_count(onion), 0);
    CHECK_STR(torctl_onion_descriptor_extra(onion, 0), "");
    CHECK_INT(torctl_onion_descriptor_extra_is_malformed(onion, 0), 0);
    CHECK_STR(torctl_onion_descriptor_raw(onion), text);
    CHECK_INT(torctl_onion_descriptor_raw_size_bytes(onion), size);
    torctl_onion_descriptor_free(onion);
    CHECK_STATUS(torctl_onion_descriptor_parse("\n", 1, &onion, NULL), TORCTL_ERR_NOT_FOUND);
    CHECK(onion == NULL);
    torctl_onion_descriptor_free(NULL);
    CHECK_STR(torctl_onion_descriptor_signature(NULL), "");
}

static void test_versions(void)
{
    CHECK_INT(torctl_tor_version_compare("0.4.9.11", "Tor 0.4.9.11 (git-x)"), 0);
    CHECK_INT(torctl_tor_version_compare("0.4.9.11", "0.4.9.2-alpha"), 1);
    CHECK_INT(torctl_tor_version_compare("0.4.9.1-alpha", "0.4.9.1-alpha-dev"), -1);
    CHECK_INT(torctl_tor_version_compare("0.0.9pre1-cvs", "0.0.9rc1"), -1);
    CHECK_INT(torctl_tor_version_compare("0.3.4.1-alpha", "0.3.4rc1"), 1);
    CHECK_INT(torctl_tor_version_compare("0.3.4rc1", "0.3.4rc1"), 0);
    CHECK(torctl_tor_version_is_at_least("0.3.4rc1", "0.3.3.9"));
    CHECK(!torctl_tor_version_is_at_least("0.3.4rc1", "0.3.4"));
    CHECK_INT(torctl_tor_version_compare(NULL, "0.1"), -1);
    CHECK_INT(torctl_tor_version_compare("x", NULL), 0);
    CHECK(torctl_tor_version_is_at_least("0.4.9.11", "0.4.8"));
    CHECK(torctl_tor_version_is_at_least("0.4.9.2-alpha", "0.4.9.2"));
    CHECK(!torctl_tor_version_is_at_least("0.4.8.21", "0.4.9.1-alpha"));
    CHECK(!torctl_tor_version_is_at_least("", "0.1"));
    CHECK(!torctl_tor_version_is_at_least("0.1", NULL));
}

static void test_nothing(void)
{
    torctl_routers *list = NULL;
    torctl_routers *untouched = (torctl_routers *)&list;
    torctl_error *err = NULL;
    size_t count = 7;

    CHECK_STATUS(torctl_routers_parse(NULL, 5, &untouched, &err), TORCTL_ERR_INVALID);
    CHECK(untouched == NULL && err != NULL);
    torctl_error_free(err);
    CHECK_STATUS(torctl_routers_parse("r", 1, NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_routers_walk("", 0, NULL, NULL, &count, NULL), TORCTL_ERR_INVALID);
    CHECK_INT(count, 0);
    CHECK_STATUS(torctl_routers_from_event(NULL, &list, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_routers_walk_event(NULL, compare_router, NULL, NULL, NULL),
                 TORCTL_ERR_INVALID);
    REQUIRE_STATUS(torctl_routers_parse(NULL, 0, &list, &err), TORCTL_OK);
    CHECK_INT(torctl_routers_count(list), 0);
    CHECK(torctl_routers_find(list, "x") == NULL && torctl_routers_find(list, NULL) == NULL);
    torctl_routers_free(list);
    torctl_routers_free(NULL);
    torctl_router_free(NULL);
    torctl_router_reader_free(NULL);
    torctl_router_reader_push(NULL, "x", 1);
    torctl_router_reader_finish(NULL);
    CHECK(torctl_router_reader_next(NULL) == NULL && torctl_router_dup(NULL) == NULL);
    CHECK_INT(torctl_routers_count(NULL), 0);
    CHECK_STR(torctl_router_nickname(NULL), "");
    CHECK_STR(torctl_router_raw(NULL), "");
    CHECK_INT(torctl_router_bandwidth_bytes_per_second(NULL), -1);
    CHECK_STR(torctl_descriptor_contact(NULL), "");
    CHECK_INT(torctl_descriptor_uptime_s(NULL), -1);
    CHECK_INT(torctl_descriptor_can_exit_to(NULL, NULL, 80), 0);
    CHECK_STR(torctl_microdescriptor_digest(NULL), "");
    CHECK(torctl_microdescriptors_find(NULL, "x") == NULL);
}

int main(void)
{
    test_routers();
    test_odd_router();
    test_descriptors();
    test_microdescriptors();
    test_onion();
    test_versions();
    test_nothing();
    return check_done();
}
