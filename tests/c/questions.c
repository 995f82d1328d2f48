/* Questions with typed answers, and the services of the configuration, through the C interface.
 *
 * ctest: live torrc="AccountingMax 1 GBytes;BandwidthRate 500 KBytes;SocksPort auto" timeout=90 mode=thread_free */
#include <unistd.h>

#include "live.h"

static void process(torctl_controller *tor)
{
    torctl_process *process = NULL;
    torctl_accounting *accounting = NULL;
    torctl_bandwidths *bandwidths = NULL;
    uint64_t rate = 0, burst = 0, read = 9, written = 9, number = 0;
    REQUIRE_STATUS(torctl_get_process(tor, NULL, &process, NULL), TORCTL_OK);
    CHECK_INT(torctl_process_pid(process), atoi(check_env("TORCTL_TEST_TOR_PID")));
    CHECK_INT(torctl_process_uid(process), getuid());
    CHECK(torctl_process_uptime_s(process) < 3600);
    CHECK(torctl_process_started_unix_us(process) > INT64_C(1700000000000000));
    CHECK(torctl_process_descriptor_limit(process) > 0);
    torctl_process_free(process);
    REQUIRE_STATUS(torctl_get_accounting(tor, NULL, &accounting, NULL), TORCTL_OK);
    CHECK_INT(torctl_accounting_is_enabled(accounting), 1);
    CHECK_INT(torctl_accounting_hibernating(accounting), TORCTL_HIBERNATING_AWAKE);
    CHECK(torctl_accounting_read_left_bytes(accounting) > 0);
    CHECK(torctl_accounting_start_unix_us(accounting) < torctl_accounting_end_unix_us(accounting));
    torctl_accounting_free(accounting);
    REQUIRE_STATUS(torctl_get_bandwidths(tor, NULL, &bandwidths, NULL), TORCTL_OK);
    CHECK_INT(torctl_bandwidths_read_bytes(bandwidths, torctl_bandwidths_count(bandwidths)), 0);
    torctl_bandwidths_free(bandwidths);
    CHECK_STATUS(torctl_get_effective_rate(tor, NULL, &rate, &burst, NULL), TORCTL_OK);
    CHECK_INT(rate, 500 * 1024);
    CHECK(burst >= rate);
    CHECK_STATUS(torctl_get_traffic(tor, NULL, &read, &written, NULL), TORCTL_OK);
    CHECK_INT(read, 0);
    CHECK_STATUS(torctl_get_number(tor, "process/pid", NULL, &number, NULL), TORCTL_OK);
    CHECK_INT(number, atoi(check_env("TORCTL_TEST_TOR_PID")));
    CHECK_STATUS(torctl_get_number(tor, "version", NULL, &number, NULL), TORCTL_ERR_PROTOCOL);
    CHECK_INT(number, 0);
}

static void places(torctl_controller *tor)
{
    torctl_endpoints *endpoints = NULL;
    int found = 0;
    REQUIRE_STATUS(torctl_get_endpoints(tor, "control", NULL, &endpoints, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_endpoints_count(endpoints); i++)
        if (torctl_endpoints_family(endpoints, i) == TORCTL_ENDPOINT_UNIX) {
            CHECK_STR(torctl_endpoints_address(endpoints, i), check_env("TORCTL_TEST_SOCKET"));
            CHECK_INT(torctl_endpoints_port(endpoints, i), 0);
            found++;
        } else {
            CHECK_INT(torctl_endpoints_family(endpoints, i), TORCTL_ENDPOINT_IPV4);
            CHECK_INT(torctl_endpoints_port(endpoints, i), atoi(check_env("TORCTL_TEST_PORT")));
        }
    CHECK_INT(found, 1);
    torctl_endpoints_free(endpoints);
    /* The network is disabled. */
    REQUIRE_STATUS(torctl_get_endpoints(tor, "socks", NULL, &endpoints, NULL), TORCTL_OK);
    CHECK_INT(torctl_endpoints_count(endpoints), 0);
    torctl_endpoints_free(endpoints);
}

static void tables(torctl_controller *tor)
{
    const char *from = "one.test", *to = "two.test";
    const char *keys[] = {"version", "nonsense"};
    const char *addresses[] = {"192.0.2.1"};
    torctl_guards *guards = NULL;
    torctl_mappings *mappings = NULL;
    torctl_config_options *options = NULL;
    torctl_exit_policy *policy = NULL;
    torctl_results *results = NULL;
    torctl_values *values = NULL;
    torctl_events *events = NULL;
    torctl_error *err = NULL;
    int found = 0;
    REQUIRE_STATUS(torctl_get_guards(tor, NULL, &guards, NULL), TORCTL_OK);
    CHECK_INT(torctl_guards_count(guards), 0);
    CHECK_STR(torctl_guards_fingerprint(guards, 0), "");
    torctl_guards_free(guards);
    REQUIRE_STATUS(torctl_map_address(tor, &from, &to, 1, NULL, &results, NULL), TORCTL_OK);
    torctl_results_free(results);
    REQUIRE_STATUS(torctl_get_mappings(tor, "control", NULL, &mappings, NULL), TORCTL_OK);
    CHECK_INT(torctl_mappings_count(mappings), 1);
    CHECK_STR(torctl_mappings_from(mappings, 0), from);
    CHECK_STR(torctl_mappings_to(mappings, 0), to);
    CHECK_INT(torctl_mappings_expires_unix_us(mappings, 0), 0);
    torctl_mappings_free(mappings);

    REQUIRE_STATUS(torctl_get_config_options(tor, NULL, &options, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_config_options_count(options); i++)
        if (strcmp(torctl_config_options_name(options, i), "AvoidDiskWrites") == 0) {
            CHECK_STR(torctl_config_options_type(options, i), "Boolean");
            CHECK_INT(torctl_config_options_default_count(options, i), 1);
            CHECK_STR(torctl_config_options_default(options, i, 0), "0");
            CHECK_STR(torctl_config_options_default(options, i, 1), "");
            found++;
        }
    CHECK_INT(found, 1);
    torctl_config_options_free(options);
    CHECK_STATUS(torctl_get_exit_policy(tor, NULL, &policy, NULL), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_exit_policy_allows(policy, NULL, 80), 0);

    REQUIRE_STATUS(torctl_get_changed_conf(tor, NULL, &values, NULL), TORCTL_OK);
    CHECK_STR(torctl_values_find(values, "AccountingMax"), "1073741824");
    CHECK_INT(torctl_values_is_unset(values, 0), 0);
    torctl_values_free(values);
    REQUIRE_STATUS(torctl_get_info_each(tor, keys, 2, NULL, &results, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_results_status(results, 0), TORCTL_OK);
    CHECK(torctl_results_value_size_bytes(results, 0) > 0);
    CHECK_STATUS(torctl_results_status(results, 1), TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(torctl_results_error(results, 1)), 552);
    torctl_results_free(results);
    REQUIRE_STATUS(torctl_get_countries(tor, addresses, 1, NULL, &results, NULL), TORCTL_OK);
    CHECK_STR(torctl_results_key(results, 0), "192.0.2.1");
    torctl_results_free(results);
    REQUIRE_STATUS(torctl_get_streams(tor, NULL, &events, NULL), TORCTL_OK);
    CHECK_INT(torctl_events_count(events), 0);
    torctl_events_free(events);
    CHECK_STATUS(torctl_load_conf(tor, "Nonsense 1\n", NULL, &err), TORCTL_ERR_REJECTED);
    torctl_error_free(err);
}

static void services(torctl_controller *tor)
{
    torctl_services *services = NULL, *again = NULL;
    char directory[512], address[TORCTL_ONION_ADDRESS_SIZE];
    size_t index = 9;
    snprintf(directory, sizeof directory, "%s/a service", check_env("TORCTL_TEST_DIR"));
    REQUIRE_STATUS(torctl_get_services(tor, NULL, &services, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_services_add(services, directory, &index, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_services_set_option(services, 0, "Log", "4", NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_services_set_option(services, 1, "HiddenServicePort", "4", NULL),
                 TORCTL_ERR_NOT_FOUND);
    CHECK_STATUS(torctl_services_remove(services, 1, NULL), TORCTL_ERR_NOT_FOUND);
    /* What has refused a value is not sent. */
    CHECK_STATUS(torctl_set_services(tor, services, NULL, NULL), TORCTL_ERR_INVALID);
    torctl_services_free(services);
    REQUIRE_STATUS(torctl_get_services(tor, NULL, &services, NULL), TORCTL_OK);
    CHECK_INT(torctl_services_count(services), 0);
    CHECK_STATUS(torctl_services_add(services, directory, &index, NULL), TORCTL_OK);
    CHECK_INT(index, 0);
    CHECK_STATUS(torctl_services_add_option(services, 0, "HiddenServicePort", "80", NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_services_add_option(services, 0, "HiddenServicePort", "81", NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_services_set_option(services, 0, "HiddenServiceMaxStreams", "4", NULL),
                 TORCTL_OK);
    REQUIRE_STATUS(torctl_set_services(tor, services, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_get_services(tor, NULL, &again, NULL), TORCTL_OK);
    CHECK_INT(torctl_services_count(again), 1);
    CHECK_STR(torctl_services_directory(again, 0), directory);
    CHECK_INT(torctl_services_option_count(again, 0), 3);
    CHECK_STR(torctl_services_option_name(again, 0, 2), "HiddenServiceMaxStreams");
    CHECK_STR(torctl_services_option_value(again, 0, 1), "81");
    REQUIRE_STATUS(torctl_service_directory_address(directory, address, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_address_check(address, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_services_remove(again, 0, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_set_services(tor, again, NULL, NULL), TORCTL_OK);
    torctl_services_free(services);
    torctl_services_free(again);
}

int main(void)
{
    torctl_controller *tor = live_open();
    process(tor);
    places(tor);
    tables(tor);
    services(tor);
    CHECK_INT(torctl_newnym_wait_ms(tor), 0);
    CHECK_STATUS(torctl_new_identity(tor, HOUR_MS, NULL, NULL), TORCTL_OK);
    CHECK(torctl_newnym_wait_ms(tor) > 0);
    CHECK_STATUS(torctl_drop_timeouts(tor, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_take_ownership(tor, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_drop_ownership(tor, NULL, NULL), TORCTL_OK);
    torctl_controller_free(tor);
    return check_done();
}
