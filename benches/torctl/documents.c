/*
 * GETINFO ns/all and desc/all-recent into typed entries, every field read.
 *
 * how=list makes a list of all entries first, how=walk takes one after the other.
 */
#include "client.h"
#include "fold.h"
#include "relays.h"

static int32_t read_descriptor(const torctl_descriptor *d, void *user_data) {
    uint64_t *entries = user_data;
    const char *const texts[] = {
        torctl_descriptor_nickname(d),           torctl_descriptor_address(d),
        torctl_descriptor_fingerprint(d),        torctl_descriptor_platform(d),
        torctl_descriptor_protocols(d),          torctl_descriptor_contact(d),
        torctl_descriptor_extra_info_digest(d),  torctl_descriptor_extra_info_sha256(d),
        torctl_descriptor_master_key_ed25519(d), torctl_descriptor_ntor_onion_key(d),
        torctl_descriptor_router_sig_ed25519(d),
    };
    /* Objects come with or without their BEGIN lines: only that they are there can be compared. */
    const char *const objects[] = {
        torctl_descriptor_identity_ed25519(d), torctl_descriptor_onion_key(d),
        torctl_descriptor_signing_key(d),      torctl_descriptor_onion_key_crosscert(d),
        torctl_descriptor_ntor_crosscert(d),   torctl_descriptor_router_signature(d),
    };
    size_t addresses = torctl_descriptor_or_address_count(d), rules = torctl_descriptor_rule_count(d);
    size_t family = torctl_descriptor_family_count(d);
    (*entries)++;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) fold_text(texts[i]);
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) fold_word(objects[i][0]);
    for (size_t i = 0; i < addresses; i++) {
        fold_text(torctl_descriptor_or_address(d, i));
        fold_number(torctl_descriptor_or_address_port(d, i));
    }
    fold_number((uint64_t)torctl_descriptor_or_port(d) + torctl_descriptor_socks_port(d) +
                torctl_descriptor_dir_port(d));
    fold_number((uint64_t)(torctl_descriptor_is_hidden_service_dir(d) + torctl_descriptor_is_tunnelled_dir_server(d)));
    fold_number((uint64_t)torctl_descriptor_published_unix_us(d));
    fold_number((uint64_t)torctl_descriptor_uptime_s(d) + torctl_descriptor_bandwidth_average_bytes(d) +
                torctl_descriptor_bandwidth_burst_bytes(d) + torctl_descriptor_bandwidth_observed_bytes(d));
    for (size_t i = 0; i < rules; i++) fold_word(torctl_descriptor_rule(d, i)[0]);
    for (size_t i = 0; i < family; i++) fold_word(torctl_descriptor_family(d, i)[0]);
    /* What these descriptors do not have, but accessors exist for: absent values. */
    fold_text(torctl_descriptor_ipv6_policy(d));
    fold_text(torctl_descriptor_overload_text(d));
    fold_text(torctl_descriptor_bridge_distribution(d));
    fold_number((uint64_t)(torctl_descriptor_is_hibernating(d) + torctl_descriptor_caches_extra_info(d)));
    fold_number((uint64_t)torctl_descriptor_allows_single_hop_exits(d) + torctl_descriptor_extra_count(d));
    fold_number((uint64_t)torctl_descriptor_overload_unix_us(d));
    return 0;
}

static uint64_t read_list(torctl_controller *c, const char *key, int descriptors) {
    torctl_error *err = NULL;
    uint64_t entries = 0;
    if (descriptors) {
        torctl_descriptors *list = NULL;
        must(torctl_get_descriptors(c, key, NULL, &list, &err), err, "descriptors");
        for (size_t i = 0; i < torctl_descriptors_count(list); i++)
            read_descriptor(torctl_descriptors_get(list, i), &entries);
        torctl_descriptors_free(list);
    } else {
        torctl_routers *list = NULL;
        must(torctl_get_routers(c, key, NULL, &list, &err), err, "routers");
        for (size_t i = 0; i < torctl_routers_count(list); i++) read_router(torctl_routers_get(list, i), &entries);
        torctl_routers_free(list);
    }
    return entries;
}

static uint64_t walk(torctl_controller *c, const char *key, int descriptors) {
    torctl_error *err = NULL;
    uint64_t entries = 0;
    if (descriptors)
        must(torctl_get_each_descriptor(c, key, read_descriptor, &entries, NULL, NULL, &err), err, "descriptors");
    else must(torctl_get_each_router(c, key, read_router, &entries, NULL, NULL, &err), err, "routers");
    return entries;
}

static uint64_t get_once(torctl_controller *c, const char *key, const char *how) {
    int descriptors = strncmp(key, "desc/", 5) == 0;
    return strcmp(how, "list") == 0 ? read_list(c, key, descriptors) : walk(c, key, descriptors);
}

void document(struct bench *b, torctl_controller *c) {
    const char *key = bench_text(b, "key", "ns/all"), *how = bench_text(b, "how", "walk");
    uint64_t count = bench_number(b, "n", 1), entries = 0;
    uint32_t *samples = calloc(count, sizeof *samples);
    long before_kb = bench_status("VmRSS");
    get_once(c, key, how); /* the first warms up */
    fold_sum = 0;
    b->cpu_at_start = bench_cpu();
    b->first_ns = b->last_ns = bench_ns();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = b->last_ns;
        entries = get_once(c, key, how);
        b->last_ns = bench_ns();
        samples[i] = bench_sample(b->last_ns - before);
    }
    printf("{\"entries\": %" PRIu64 ", \"growth_kb\": %ld, ", entries, bench_status("VmHWM") - before_kb);
    bench_print_percentiles(samples, count);
    bench_end(b, count, fold_sum);
}
