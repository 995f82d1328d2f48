/* A tor that does not bootstrap: the error says why, as a number and in tor's own words, also where
 * torctl_launch() waited for it and nothing can be asked any more. Real tors: their only bridges are
 * on loopback, where nobody listens, so no packet leaves this computer.
 *
 * ctest: unit timeout=900 valgrind=no tsan=no */
#include <sys/stat.h>

#include "peer.h"

#define BRIDGE "127.0.0.1:1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OBFS4 \
    "obfs4 " BRIDGE " cert=ssH+9rP8dG2NLDN2XuFw63hIO/9MNNinLmxQDpVa+7kTOa9/m+tGWT1SmSYpQ9uTBGa6Hw iat-mode=0"

enum { FIRST_MS = 2000, LONGEST_MS = 64000 };

static char scratch[] = "/tmp/torctl-stuck-XXXXXX";

static torctl_launch_options *with_bridge(const char *bridge, const char *plugin)
{
    torctl_launch_options *options = torctl_launch_options_new();
    CHECK_STATUS(torctl_launch_options_add(options, "SocksPort", "0", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch_options_add(options, "UseBridges", "1", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_launch_options_add(options, "Bridge", bridge, NULL), TORCTL_OK);
    if (plugin != NULL)
        CHECK_STATUS(torctl_launch_options_add(options, "ClientTransportPlugin", plugin, NULL),
                     TORCTL_OK);
    return options;
}

/* What an error is to have in it. */
typedef struct {
    int32_t reason;
    int32_t phase;
    const char *words[3];
} expected;

static int is_as_expected(const torctl_error *err, const expected *want)
{
    int all = torctl_error_reason(err) == want->reason &&
              torctl_error_bootstrap_phase(err) == want->phase;
    for (size_t i = 0; i < 3 && want->words[i] != NULL; i++)
        all = all && strstr(torctl_error_message(err), want->words[i]) != NULL;
    return all;
}

static void check_stuck(const torctl_error *err, const expected *want)
{
    fprintf(stderr, "%s\n", torctl_error_message(err));
    CHECK_STATUS(torctl_error_status(err), TORCTL_ERR_TIMEOUT);
    CHECK_STR(torctl_reason_name(torctl_error_reason(err)), torctl_reason_name(want->reason));
    CHECK_INT(torctl_error_bootstrap_phase(err), want->phase);
    for (size_t i = 0; i < 3 && want->words[i] != NULL; i++)
        CHECK(strstr(torctl_error_message(err), want->words[i]) != NULL);
}

/* Inside torctl_launch(). A slow computer gets more time, for tor must have come to its warning. */
static void launch_is_stuck(torctl_launch_options *options, expected want)
{
    torctl_error *err = NULL;
    for (int32_t ms = FIRST_MS; ms <= LONGEST_MS; ms *= 2) {
        torctl_controller *tor = NULL;
        torctl_error_free(err);
        CHECK_STATUS(torctl_launch_options_set_bootstrap(options, ms, -1, NULL, NULL, NULL),
                     TORCTL_OK);
        torctl_status status = torctl_launch(options, NULL, &tor, &err);
        if (status == TORCTL_ERR_CONNECT && torctl_error_errno(err) == ENOENT)
            SKIP("no tor");
        CHECK(tor == NULL);
        if (is_as_expected(err, &want))
            break;
    }
    check_stuck(err, &want);
    torctl_error_free(err);
    torctl_launch_options_free(options);
}

static void test_launch(void)
{
    launch_is_stuck(with_bridge(OBFS4, NULL),
                    (expected){TORCTL_REASON_NO_TRANSPORT,
                               TORCTL_BOOTSTRAP_STARTING,
                               {"there is no configured transport called \"obfs4\"",
                                "no ClientTransportPlugin provides obfs4"}});
    launch_is_stuck(with_bridge(OBFS4, "obfs4 exec /bin/false"),
                    (expected){TORCTL_REASON_TRANSPORT_FAILED,
                               TORCTL_BOOTSTRAP_STARTING,
                               {"Managed proxy \"/bin/false\"", "terminated with status code 1"}});
    launch_is_stuck(with_bridge(OBFS4, "obfs4 exec /nonexistent/obfs4proxy"),
                    (expected){TORCTL_REASON_TRANSPORT_FAILED,
                               TORCTL_BOOTSTRAP_STARTING,
                               {"terminated with status code 1",
                                "\"/nonexistent/obfs4proxy\"", "No such file"}});
    launch_is_stuck(with_bridge(OBFS4, "obfs4 exec /nonexistent/my programs/obfs4proxy"),
                    (expected){TORCTL_REASON_TRANSPORT_FAILED,
                               TORCTL_BOOTSTRAP_STARTING,
                               {"\"/nonexistent/my\"", "at its first blank"}});
    launch_is_stuck(with_bridge(BRIDGE, NULL),
                    (expected){TORCTL_REASON_CONNECT_REFUSED,
                               TORCTL_BOOTSTRAP_CONN,
                               {"Connection refused; reason CONNECTREFUSED", "127.0.0.1:1"}});
    torctl_launch_options *offline = with_bridge(BRIDGE, NULL);
    CHECK_STATUS(torctl_launch_options_add(offline, "DisableNetwork", "1", NULL), TORCTL_OK);
    launch_is_stuck(offline, (expected){TORCTL_REASON_NETWORK_DISABLED,
                                        TORCTL_BOOTSTRAP_STARTING,
                                        {"DisableNetwork is 1", "DisableNetwork is set"}});
}

/* A data directory whose tor was idle for a day. */
static torctl_launch_options *dormant(const char *name)
{
    char path[512];
    torctl_launch_options *options = with_bridge(BRIDGE, NULL);
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    REQUIRE(mkdir(path, 0700) == 0);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, path, NULL), TORCTL_OK);
    snprintf(path, sizeof path, "%s/%s/state", scratch, name);
    FILE *state = fopen(path, "w");
    REQUIRE(state != NULL);
    fputs("Dormant 1\nLastWritten 2026-11-30 11:00:00\nTorVersion Tor 0.4.9.8\n", state);
    fclose(state);
    return options;
}

/* It is active: it tries its bridge. The clock of the file's time does not matter. */
static void test_dormant(void)
{
    const expected tries = {
        TORCTL_REASON_CONNECT_REFUSED, TORCTL_BOOTSTRAP_CONN, {"Connection refused"}};
    torctl_error *err = NULL;
    launch_is_stuck(dormant("woken"), tries);

    /* The program can have it otherwise; then the wait wakes it. */
    torctl_launch_options *options = dormant("asleep");
    torctl_controller *tor = NULL;
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_launch_options_add(options, "dormantCanceledByStartup", "0", NULL),
                 TORCTL_OK);
    REQUIRE_STATUS(torctl_launch(options, NULL, &tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_get_conf(tor, "DormantCanceledByStartup", NULL, &values, NULL),
                   TORCTL_OK);
    CHECK_STR(torctl_values_value(values, 0), "0");
    torctl_values_free(values);
    for (int32_t ms = FIRST_MS; ms <= LONGEST_MS; ms *= 2) {
        torctl_error_free(err);
        CHECK_STATUS(torctl_wait_bootstrapped(tor, ms, -1, NULL, NULL, NULL, &err),
                     TORCTL_ERR_TIMEOUT);
        if (is_as_expected(err, &tries))
            break;
    }
    check_stuck(err, &tries);
    torctl_error_free(err);
    torctl_launch_options_free(options);
    torctl_controller_free(tor);
}

/* Of a tor that somebody else has started: by its log and its configuration alone. */
static void test_other(void)
{
    char socket_path[512], address[520];
    torctl_launch_options *options = with_bridge(OBFS4, "obfs4 exec /bin/false");
    torctl_controller *owner = NULL, *tor = NULL;
    torctl_error *err = NULL;
    const expected dies = {TORCTL_REASON_TRANSPORT_FAILED,
                           TORCTL_BOOTSTRAP_STARTING,
                           {"Managed proxy \"/bin/false\"", "terminated with status code 1"}};
    snprintf(socket_path, sizeof socket_path, "%s/control", scratch);
    snprintf(address, sizeof address, "unix:%s", socket_path);
    REQUIRE_STATUS(torctl_launch_options_add(options, "ControlSocket", socket_path, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_launch(options, NULL, &owner, NULL), TORCTL_OK);
    torctl_launch_options_free(options);
    REQUIRE_STATUS(torctl_controller_open(address, NULL, &tor, NULL), TORCTL_OK);
    for (int32_t ms = FIRST_MS; ms <= LONGEST_MS; ms *= 2) {
        torctl_error_free(err);
        CHECK_STATUS(torctl_wait_bootstrapped(tor, ms, -1, NULL, NULL, NULL, &err),
                     TORCTL_ERR_TIMEOUT);
        if (is_as_expected(err, &dies))
            break;
    }
    check_stuck(err, &dies);
    CHECK(strstr(torctl_error_reply_text(err), "terminated with status code 1") != NULL);
    torctl_error_free(err);

    /* What its log said before cannot be had; that no transport is there can be seen. */
    const expected none = {TORCTL_REASON_NO_TRANSPORT,
                           TORCTL_BOOTSTRAP_STARTING,
                           {"no ClientTransportPlugin provides obfs4"}};
    CHECK_STATUS(torctl_reset_conf(tor, "ClientTransportPlugin", NULL, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, 0, -1, NULL, NULL, NULL, &err),
                 TORCTL_ERR_TIMEOUT);
    check_stuck(err, &none);
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_controller_free(owner);
}

/* A tor whose clock is days off. The script is what a real one sent. */
static int wrong_clock(peer *p, const char *line, void *unused)
{
    (void)unused;
    if (strcmp(line, "GETINFO status/bootstrap-phase") == 0)
        return peer_puts(p, "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake "
                            "SUMMARY=\"Handshaking with a relay\"\r\n250 OK\r\n");
    if (strcmp(line, "SIGNAL ACTIVE") == 0)
        return peer_puts(p, "250 OK\r\n"
                            "650 WARN Received NETINFO cell with skewed time (OR:127.0.0.1:5000): It "
                            "seems that our clock is behind by 3 days, 0 hours, or that theirs is "
                            "ahead. Tor requires an accurate clock to work: please check your time, "
                            "timezone, and date settings.\r\n"
                            "650 STATUS_GENERAL WARN CLOCK_SKEW SKEW=-259200 SOURCE=OR:127.0.0.1:5000\r\n"
                            "650 STATUS_CLIENT WARN BOOTSTRAP PROGRESS=14 TAG=handshake "
                            "SUMMARY=\"Handshaking with a relay\" WARNING=\"Clock skew -259200 in "
                            "NETINFO cell from OR\" REASON=CLOCK_SKEW COUNT=1 RECOMMENDATION=warn "
                            "HOSTID=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" "
                            "HOSTADDR=\"127.0.0.1:5000\"\r\n"
                            "650 STATUS_CLIENT WARN BOOTSTRAP PROGRESS=14 TAG=handshake "
                            "SUMMARY=\"Handshaking with a relay\" WARNING=\"DONE\" REASON=DONE COUNT=2 "
                            "RECOMMENDATION=ignore HOSTID=\"?\" HOSTADDR=\"?\"\r\n");
    if (strncmp(line, "GETCONF", 7) == 0)
        return peer_puts(p, "510 Command filtered\r\n");
    return peer_tor(p, line);
}

static int32_t note_problem(int32_t percent, const char *summary, const torctl_event *event,
                            void *count)
{
    CHECK_INT(percent, 14);
    CHECK_STR(summary, "Handshaking with a relay");
    CHECK_INT(torctl_status_event_phase(event), TORCTL_BOOTSTRAP_HANDSHAKE);
    if (torctl_status_event_recommendation(event) == TORCTL_RECOMMENDATION_WARN)
        CHECK_INT(torctl_status_event_bootstrap_reason(event), TORCTL_ORCONN_REASON_CLOCK_SKEW);
    *(int *)count += 1;
    return 0;
}

static void test_clock(void)
{
    peer p;
    torctl_error *err = NULL;
    peer_start(&p, wrong_clock, NULL);
    torctl_controller *tor = peer_open(&p);
    int count = 0;
    const expected clock = {TORCTL_REASON_CLOCK_SKEW,
                            TORCTL_BOOTSTRAP_HANDSHAKE,
                            {"by -259200 seconds, says OR:127.0.0.1:5000",
                             "last warning: Clock skew -259200",
                             "please check your time"}};
    /* All of it has come before the answer to the signal is fetched; the time passes after it. */
    CHECK_STATUS(torctl_wait_bootstrapped(tor, 1000, -1, note_problem, &count, NULL, &err),
                 TORCTL_ERR_TIMEOUT);
    check_stuck(err, &clock);
    CHECK_INT(count, 3);
    CHECK(strncmp(torctl_error_reply_text(err), "Clock skew", 10) == 0);
    torctl_error_free(err);
    torctl_controller_free(tor);
    peer_stop(&p);
    CHECK_INT(torctl_error_bootstrap_phase(NULL), TORCTL_BOOTSTRAP_UNKNOWN);
    CHECK_INT(torctl_status_event_phase(NULL), TORCTL_BOOTSTRAP_UNKNOWN);
}

int main(void)
{
    char command[64];
    REQUIRE(mkdtemp(scratch) != NULL);
    test_clock();
    test_launch();
    test_dormant();
    test_other();
    snprintf(command, sizeof command, "rm -rf %s", scratch);
    CHECK_INT(system(command), 0);
    return check_done();
}
