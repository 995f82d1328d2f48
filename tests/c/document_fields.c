/* torctl_router_read(), torctl_descriptor_read() and torctl_microdescriptor_read() against the functions
 * for single fields: every field of every entry of the documents in tests/data/dir.
 *
 * ctest: unit
 */
#include "check.h"

/* The field that has this number, and whether it was compared. */
#define FIRST 20100
#define END 20400
static int seen[END - FIRST];
static size_t present_count, absent_count;

static torctl_value value_of(const void *entry, int32_t field)
{
    torctl_value value;
    size_t present;

    memset(&value, 0xaa, sizeof value);
    switch (field / 100) {
    case 201:
        present = torctl_router_read((const torctl_router *)entry, &field, 1, &value);
        break;
    case 202:
        present = torctl_descriptor_read((const torctl_descriptor *)entry, &field, 1, &value);
        break;
    default:
        present =
            torctl_microdescriptor_read((const torctl_microdescriptor *)entry, &field, 1, &value);
    }
    seen[field - FIRST] = 1;
    CHECK_INT(value.shape, torctl_field_shape(field));
    CHECK_INT(value.state, present ? TORCTL_VALUE_PRESENT : TORCTL_VALUE_ABSENT);
    if (present) {
        present_count++;
    } else {
        absent_count++;
        CHECK_INT(value.number.u64, 0);
        CHECK_STR(value.text, "");
        CHECK_INT(value.size_bytes, 0);
    }
    return value;
}

static void compare_text(const void *entry, int32_t field, const char *alone)
{
    torctl_value value = value_of(entry, field);

    CHECK_STR(value.text, alone);
    CHECK_INT(value.size_bytes, strlen(alone));
    CHECK_INT(value.number.u64, 0);
    if (value.state == TORCTL_VALUE_PRESENT)
        CHECK(value.text == alone);
    else
        CHECK_STR(alone, "");
}

/* A number whose function gives 0 or -1 if it is absent. */
static void compare_number(const void *entry, int32_t field, int64_t alone, int64_t absent)
{
    torctl_value value = value_of(entry, field);

    if (value.state == TORCTL_VALUE_PRESENT)
        CHECK_INT(value.number.i64, alone);
    else
        CHECK_INT(alone, absent);
    CHECK_STR(value.text, "");
}

static void compare_flags(const torctl_router *router)
{
    torctl_value value = value_of(router, TORCTL_FIELD_ROUTER_FLAGS);

    CHECK_INT(value.number.u64, torctl_router_flags(router));
    CHECK_STR(value.text, torctl_router_flags_text(router));
    CHECK_INT(value.size_bytes, strlen(value.text));
}

#define TEXT(object, FIELD, function) \
    compare_text(object, TORCTL_FIELD_##FIELD, torctl_##function(object))
#define NUMBER(object, FIELD, function) \
    compare_number(object, TORCTL_FIELD_##FIELD, (int64_t)torctl_##function(object), 0)
#define AMOUNT(object, FIELD, function) \
    compare_number(object, TORCTL_FIELD_##FIELD, (int64_t)torctl_##function(object), -1)

static int32_t compare_router(const torctl_router *router, void *user_data)
{
    (void)user_data;
    TEXT(router, ROUTER_NICKNAME, router_nickname);
    TEXT(router, ROUTER_FINGERPRINT, router_fingerprint);
    TEXT(router, ROUTER_DIGEST, router_digest);
    NUMBER(router, ROUTER_PUBLISHED_UNIX_US, router_published_unix_us);
    TEXT(router, ROUTER_ADDRESS, router_address);
    NUMBER(router, ROUTER_OR_PORT, router_or_port);
    NUMBER(router, ROUTER_DIR_PORT, router_dir_port);
    NUMBER(router, ROUTER_OR_ADDRESS_COUNT, router_or_address_count);
    compare_flags(router);
    AMOUNT(router, ROUTER_BANDWIDTH_BYTES_PER_SECOND, router_bandwidth_bytes_per_second);
    AMOUNT(router, ROUTER_MEASURED_BYTES_PER_SECOND, router_measured_bytes_per_second);
    NUMBER(router, ROUTER_IS_UNMEASURED, router_is_unmeasured);
    AMOUNT(router, ROUTER_GUARD_FRACTION, router_guard_fraction);
    TEXT(router, ROUTER_BANDWIDTH_TEXT, router_bandwidth_text);
    TEXT(router, ROUTER_POLICY_SUMMARY, router_policy_summary);
    NUMBER(router, ROUTER_HAS_POLICY, router_has_policy);
    TEXT(router, ROUTER_VERSION, router_version);
    TEXT(router, ROUTER_PROTOCOLS, router_protocols);
    TEXT(router, ROUTER_MICRODESC_DIGEST, router_microdesc_digest);
    NUMBER(router, ROUTER_VOTE_DIGEST_COUNT, router_vote_digest_count);
    TEXT(router, ROUTER_STATS_TEXT, router_stats_text);
    TEXT(router, ROUTER_ED25519, router_ed25519);
    NUMBER(router, ROUTER_EXTRA_COUNT, router_extra_count);
    TEXT(router, ROUTER_RAW, router_raw);
    return 0;
}

static int32_t compare_descriptor(const torctl_descriptor *descriptor, void *user_data)
{
    (void)user_data;
    TEXT(descriptor, DESCRIPTOR_NICKNAME, descriptor_nickname);
    TEXT(descriptor, DESCRIPTOR_ADDRESS, descriptor_address);
    NUMBER(descriptor, DESCRIPTOR_OR_PORT, descriptor_or_port);
    NUMBER(descriptor, DESCRIPTOR_SOCKS_PORT, descriptor_socks_port);
    NUMBER(descriptor, DESCRIPTOR_DIR_PORT, descriptor_dir_port);
    NUMBER(descriptor, DESCRIPTOR_OR_ADDRESS_COUNT, descriptor_or_address_count);
    TEXT(descriptor, DESCRIPTOR_FINGERPRINT, descriptor_fingerprint);
    NUMBER(descriptor, DESCRIPTOR_PUBLISHED_UNIX_US, descriptor_published_unix_us);
    AMOUNT(descriptor, DESCRIPTOR_UPTIME_S, descriptor_uptime_s);
    NUMBER(descriptor, DESCRIPTOR_BANDWIDTH_AVERAGE_BYTES, descriptor_bandwidth_average_bytes);
    NUMBER(descriptor, DESCRIPTOR_BANDWIDTH_BURST_BYTES, descriptor_bandwidth_burst_bytes);
    NUMBER(descriptor, DESCRIPTOR_BANDWIDTH_OBSERVED_BYTES, descriptor_bandwidth_observed_bytes);
    TEXT(descriptor, DESCRIPTOR_PLATFORM, descriptor_platform);
    TEXT(descriptor, DESCRIPTOR_CONTACT, descriptor_contact);
    TEXT(descriptor, DESCRIPTOR_PROTOCOLS, descriptor_protocols);
    NUMBER(descriptor, DESCRIPTOR_FAMILY_COUNT, descriptor_family_count);
    NUMBER(descriptor, DESCRIPTOR_RULE_COUNT, descriptor_rule_count);
    TEXT(descriptor, DESCRIPTOR_IPV6_POLICY, descriptor_ipv6_policy);
    NUMBER(descriptor, DESCRIPTOR_HAS_POLICY, descriptor_has_policy);
    NUMBER(descriptor, DESCRIPTOR_IS_HIBERNATING, descriptor_is_hibernating);
    NUMBER(descriptor, DESCRIPTOR_CACHES_EXTRA_INFO, descriptor_caches_extra_info);
    NUMBER(descriptor, DESCRIPTOR_IS_HIDDEN_SERVICE_DIR, descriptor_is_hidden_service_dir);
    NUMBER(descriptor, DESCRIPTOR_IS_TUNNELLED_DIR_SERVER, descriptor_is_tunnelled_dir_server);
    NUMBER(descriptor, DESCRIPTOR_ALLOWS_SINGLE_HOP_EXITS, descriptor_allows_single_hop_exits);
    NUMBER(descriptor, DESCRIPTOR_OVERLOAD_UNIX_US, descriptor_overload_unix_us);
    TEXT(descriptor, DESCRIPTOR_OVERLOAD_TEXT, descriptor_overload_text);
    TEXT(descriptor, DESCRIPTOR_BRIDGE_DISTRIBUTION, descriptor_bridge_distribution);
    TEXT(descriptor, DESCRIPTOR_EXTRA_INFO_DIGEST, descriptor_extra_info_digest);
    TEXT(descriptor, DESCRIPTOR_EXTRA_INFO_SHA256, descriptor_extra_info_sha256);
    TEXT(descriptor, DESCRIPTOR_NTOR_ONION_KEY, descriptor_ntor_onion_key);
    TEXT(descriptor, DESCRIPTOR_MASTER_KEY_ED25519, descriptor_master_key_ed25519);
    TEXT(descriptor, DESCRIPTOR_IDENTITY_ED25519, descriptor_identity_ed25519);
    TEXT(descriptor, DESCRIPTOR_ONION_KEY, descriptor_onion_key);
    TEXT(descriptor, DESCRIPTOR_SIGNING_KEY, descriptor_signing_key);
    TEXT(descriptor, DESCRIPTOR_ONION_KEY_CROSSCERT, descriptor_onion_key_crosscert);
    TEXT(descriptor, DESCRIPTOR_NTOR_CROSSCERT, descriptor_ntor_crosscert);
    TEXT(descriptor, DESCRIPTOR_ROUTER_SIGNATURE, descriptor_router_signature);
    TEXT(descriptor, DESCRIPTOR_ROUTER_SIG_ED25519, descriptor_router_sig_ed25519);
    TEXT(descriptor, DESCRIPTOR_ANNOTATED_TYPE, descriptor_annotated_type);
    TEXT(descriptor, DESCRIPTOR_SOURCE, descriptor_source);
    TEXT(descriptor, DESCRIPTOR_PURPOSE, descriptor_purpose);
    NUMBER(descriptor, DESCRIPTOR_DOWNLOADED_UNIX_US, descriptor_downloaded_unix_us);
    NUMBER(descriptor, DESCRIPTOR_LAST_LISTED_UNIX_US, descriptor_last_listed_unix_us);
    NUMBER(descriptor, DESCRIPTOR_EXTRA_COUNT, descriptor_extra_count);
    TEXT(descriptor, DESCRIPTOR_RAW, descriptor_raw);
    return 0;
}

static int32_t compare_microdescriptor(const torctl_microdescriptor *microdescriptor,
                                       void *user_data)
{
    (void)user_data;
    TEXT(microdescriptor, MICRODESCRIPTOR_DIGEST, microdescriptor_digest);
    TEXT(microdescriptor, MICRODESCRIPTOR_ED25519, microdescriptor_ed25519);
    TEXT(microdescriptor, MICRODESCRIPTOR_RSA1024, microdescriptor_rsa1024);
    TEXT(microdescriptor, MICRODESCRIPTOR_NTOR_ONION_KEY, microdescriptor_ntor_onion_key);
    TEXT(microdescriptor, MICRODESCRIPTOR_ONION_KEY, microdescriptor_onion_key);
    NUMBER(microdescriptor, MICRODESCRIPTOR_OR_ADDRESS_COUNT, microdescriptor_or_address_count);
    NUMBER(microdescriptor, MICRODESCRIPTOR_FAMILY_COUNT, microdescriptor_family_count);
    NUMBER(microdescriptor, MICRODESCRIPTOR_FAMILY_ID_COUNT, microdescriptor_family_id_count);
    TEXT(microdescriptor, MICRODESCRIPTOR_POLICY, microdescriptor_policy);
    TEXT(microdescriptor, MICRODESCRIPTOR_IPV6_POLICY, microdescriptor_ipv6_policy);
    TEXT(microdescriptor, MICRODESCRIPTOR_ANNOTATED_TYPE, microdescriptor_annotated_type);
    TEXT(microdescriptor, MICRODESCRIPTOR_SOURCE, microdescriptor_source);
    TEXT(microdescriptor, MICRODESCRIPTOR_PURPOSE, microdescriptor_purpose);
    NUMBER(microdescriptor, MICRODESCRIPTOR_DOWNLOADED_UNIX_US, microdescriptor_downloaded_unix_us);
    NUMBER(microdescriptor, MICRODESCRIPTOR_LAST_LISTED_UNIX_US,
           microdescriptor_last_listed_unix_us);
    NUMBER(microdescriptor, MICRODESCRIPTOR_EXTRA_COUNT, microdescriptor_extra_count);
    TEXT(microdescriptor, MICRODESCRIPTOR_RAW, microdescriptor_raw);
    return 0;
}

static char text[64 * 1024];

static size_t load(const char *name)
{
    char path[256];
    size_t size;
    FILE *file;

    snprintf(path, sizeof path, "tests/data/dir/%s", name);
    file = fopen(path, "rb");
    REQUIRE(file != NULL);
    size = fread(text, 1, sizeof text, file);
    fclose(file);
    REQUIRE(size > 0 && size < sizeof text);
    return size;
}

static size_t walk_text(const char *document, size_t size)
{
    size_t count = 0;

    switch (torctl_document_kind(document, size)) {
    case TORCTL_DOCUMENT_ROUTERS:
        CHECK_STATUS(torctl_routers_walk(document, size, compare_router, NULL, &count, NULL),
                     TORCTL_OK);
        break;
    case TORCTL_DOCUMENT_DESCRIPTORS:
        CHECK_STATUS(torctl_descriptors_walk(document, size, compare_descriptor, NULL, &count,
                                             NULL),
                     TORCTL_OK);
        break;
    default:
        CHECK_STATUS(torctl_microdescriptors_walk(document, size, compare_microdescriptor, NULL,
                                                  &count, NULL),
                     TORCTL_OK);
    }
    return count;
}

static void test_documents(void)
{
    static const char *const names[] = {
        "consensus.txt",
        "consensus-microdesc.txt",
        "consensus-without-footer.txt",
        "ns-all.txt",
        "vote-digests-by-method.txt",
        "status-lines-with-more-arguments.txt",
        "two-bridge-statuses.txt",
        "server-descriptors.txt",
        "server-lines-repeated.txt",
        "server-lines-with-opt.txt",
        "server-lines-with-more-arguments.txt",
        "server-with-unreadable-reject.txt",
        "microdescriptors.txt",
    };
    size_t index;

    for (index = 0; index < sizeof names / sizeof *names; index++)
        CHECK(walk_text(text, load(names[index])) > 0);
    CHECK(present_count > 500 && absent_count > 100);
}

/* What real documents seldom have. */
static void test_odd_entries(void)
{
    static const char router[] = "r a b\ns Exit Odd\nw Bandwidth=1 Measured=2 GuardFraction=7\n"
                                 "a [2001:db8::1]:9001\nodd\n";
    static const char server[] =
        "@type server-descriptor 1.0\n@source \"192.0.2.1\"\n"
        "@downloaded-at 2024-01-02 03:04:05\n@purpose bridge\nrouter a 1.2.3.4 0 0 0\n"
        "contact\nbandwidth 0 0 0\nuptime 0\npublished 1970-01-01 00:00:00\n"
        "overload-general 1 1970-01-01 00:00:00\nhibernating 1\n";
    static const char micro[] =
        "@last-listed 2024-01-01 00:00:00\nonion-key\nid rsa1024 r\np accept 22\n";

    CHECK_INT(walk_text(router, sizeof router - 1), 1);
    CHECK_INT(walk_text(server, sizeof server - 1), 1);
    CHECK_INT(walk_text(micro, sizeof micro - 1), 1);
}

/* All of them in one call, with numbers that are none of these fields. */
static void test_many_fields(void)
{
    static int32_t fields[END - FIRST + 6];
    static torctl_value values[END - FIRST + 6];
    static const char server[] = "router a 1.2.3.4 1 0 0\ncontact\nuptime 0\nbandwidth 5 0\n";
    size_t count = 0, index, present = 0, found;
    torctl_descriptors *list = NULL;
    const torctl_descriptor *descriptor;
    int32_t field;

    for (field = FIRST; field < END; field++)
        fields[count++] = field;
    fields[count++] = TORCTL_FIELD_CIRC_ID;
    fields[count++] = 0;
    fields[count++] = -1;
    fields[count++] = INT32_MAX;
    fields[count++] = INT32_MIN;
    fields[count++] = TORCTL_FIELD_DESCRIPTOR_NICKNAME;
    REQUIRE_STATUS(torctl_descriptors_parse(server, sizeof server - 1, &list, NULL), TORCTL_OK);
    descriptor = torctl_descriptors_get(list, 0);
    found = torctl_descriptor_read(descriptor, fields, count, values);
    for (index = 0; index < count; index++) {
        present += values[index].state == TORCTL_VALUE_PRESENT;
        CHECK_INT(values[index].shape, torctl_field_shape(fields[index]));
        if (fields[index] / 100 != 202) {
            CHECK_INT(values[index].state, TORCTL_VALUE_ABSENT);
            CHECK_STR(values[index].text, "");
        }
    }
    CHECK_INT(found, present);
    CHECK_STR(values[count - 1].text, "a");

    /* A text that is empty is there; so is a number that is 0. */
    CHECK_INT(value_of(descriptor, TORCTL_FIELD_DESCRIPTOR_CONTACT).state, TORCTL_VALUE_PRESENT);
    CHECK_INT(value_of(descriptor, TORCTL_FIELD_DESCRIPTOR_PLATFORM).state, TORCTL_VALUE_ABSENT);
    CHECK_INT(value_of(descriptor, TORCTL_FIELD_DESCRIPTOR_UPTIME_S).state, TORCTL_VALUE_PRESENT);
    CHECK_INT(value_of(descriptor, TORCTL_FIELD_DESCRIPTOR_DIR_PORT).state, TORCTL_VALUE_PRESENT);
    CHECK_INT(value_of(descriptor, TORCTL_FIELD_DESCRIPTOR_PUBLISHED_UNIX_US).state,
              TORCTL_VALUE_ABSENT);

    CHECK_INT(torctl_descriptor_read(NULL, fields, count, values), 0);
    for (index = 0; index < count; index++)
        CHECK_INT(values[index].state, TORCTL_VALUE_ABSENT);
    CHECK_INT(values[count - 1].shape, TORCTL_SHAPE_TEXT);
    CHECK_INT(torctl_descriptor_read(descriptor, NULL, 3, values), 0);
    CHECK_INT(values[count - 1].state, TORCTL_VALUE_ABSENT);
    CHECK_INT(torctl_descriptor_read(descriptor, fields, count, NULL), 0);
    CHECK_INT(torctl_descriptor_read(descriptor, fields, 0, values), 0);
    CHECK_INT(torctl_router_read(NULL, fields, count, values), 0);
    CHECK_INT(torctl_microdescriptor_read(NULL, fields, count, values), 0);
    torctl_descriptors_free(list);
}

/* Every field has a name and was compared above. */
static void test_names(void)
{
    int32_t field;

    for (field = FIRST; field < END; field++) {
        CHECK_INT(torctl_field_name(field)[0] != 0, seen[field - FIRST]);
        CHECK_INT(torctl_field_shape(field) != 0, seen[field - FIRST]);
    }
    CHECK_STR(torctl_field_name(TORCTL_FIELD_ROUTER_PUBLISHED_UNIX_US), "published_unix_us");
    CHECK_STR(torctl_field_unit(TORCTL_FIELD_ROUTER_PUBLISHED_UNIX_US), "unix_us");
    CHECK_STR(torctl_field_unit(TORCTL_FIELD_ROUTER_NICKNAME), "");
    /* These never change. */
    CHECK_INT(TORCTL_FIELD_ROUTER_NICKNAME, 20101);
    CHECK_INT(TORCTL_FIELD_ROUTER_ED25519, 20126);
    CHECK_INT(TORCTL_FIELD_ROUTER_RAW, 20197);
    CHECK_INT(TORCTL_FIELD_DESCRIPTOR_ROUTER_SIG_ED25519, 20240);
    CHECK_INT(TORCTL_FIELD_DESCRIPTOR_ANNOTATED_TYPE, 20291);
    CHECK_INT(TORCTL_FIELD_MICRODESCRIPTOR_IPV6_POLICY, 20310);
}

int main(void)
{
    test_documents();
    test_odd_entries();
    test_many_fields();
    test_names();
    return check_done();
}
