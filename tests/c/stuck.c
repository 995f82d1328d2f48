/* A tor that does not bootstrap: the error says why, as a number and in tor's own words, also where
 * torctl_launch() waited for it and nothing can be asked any more. Real tors: their only bridges are
 * on loopback, where nobody listens, so no packet leaves this computer.
 *
 * ctest: unit timeout=900 valgrind=no tsan=no */
#include <sys/stat.h>

#include "peer.h"

#define BRIDGE "127.0.0.1:1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OBFS4       \
    "obfs4 " BRIDGE \
    " cert=ssH+9rP8dG2NLDN2XuFw63hIO/9MNNinLmxQDpVa+7kTOa9/m+tGWT1SmSYpQ9uTBGa6Hw iat-mode=0"

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
        CHECK_STATUS(torctl_launch_options_set_bootstrap(options, NULL, NULL, ms, -1, NULL),
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
                               {"terminated with status code 1", "\"/nonexistent/obfs4proxy\"",
                                "No such file"}});
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
    const expected tries = {TORCTL_REASON_CONNECT_REFUSED,
                            TORCTL_BOOTSTRAP_CONN,
                            {"Connection refused"}};
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
        CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, ms, -1, NULL, &err),
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
        CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, ms, -1, NULL, &err),
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
    CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, 0, -1, NULL, &err), TORCTL_ERR_TIMEOUT);
    check_stuck(err, &none);
    torctl_error_free(err);
    torctl_controller_free(tor);
    torctl_controller_free(owner);
}

/* Tors whose clocks are three days off, and what they said: recorded from a client of the private
 * network, first with its clock behind, then with its clock ahead. */
#define PHASE(severity, percent, tag, summary) \
    severity " BOOTSTRAP PROGRESS=" percent " TAG=" tag " SUMMARY=\"" summary "\""
#define KEYS PHASE("WARN", "40", "loading_keys", "Loading authority key certs")
#define SHAKES PHASE("WARN", "14", "handshake", "Handshaking with a relay")
#define RELAY "HOSTID=\"D1F1272E7D7D329457FAE4E6EB3FFAC29099CAEB\" HOSTADDR=\"127.0.0.1:18165\""

static const char behind[] =
    "650 WARN Received microdesc flavor consensus with skewed time (CONSENSUS): It seems that our "
    "clock is behind by 2 days, 23 hours, 59 minutes, or that theirs is ahead. Tor requires an "
    "accurate clock to work: please check your time, timezone, and date settings.\r\n"
    "650 STATUS_GENERAL WARN CLOCK_SKEW SKEW=-259198 SOURCE=CONSENSUS\r\n"
    "650 STATUS_CLIENT " KEYS " WARNING=\"Clock skew -259198 in microdesc flavor consensus from "
    "CONSENSUS\" REASON=CLOCK_SKEW COUNT=12 RECOMMENDATION=warn HOSTID=\"?\" HOSTADDR=\"?\"\r\n"
    "650 NOTICE I learned some more directory information, but not enough to build a circuit: We have "
    "no recent usable consensus.\r\n"
    /* And a trifle behind it. */
    "650 STATUS_CLIENT " KEYS " WARNING=\"DONE\" REASON=DONE COUNT=13 RECOMMENDATION=ignore " RELAY
    "\r\n";

static const char ahead[] =
    "650 WARN Received a bad CERTS cell: At least one certificate expired.\r\n"
    "650 WARN Problem bootstrapping. Stuck at 14% (handshake): Handshaking with a relay. (DONE; DONE; "
    "count 10; recommendation warn; host D1F1272E7D7D329457FAE4E6EB3FFAC29099CAEB at "
    "127.0.0.1:18165)\r\n"
    "650 WARN 10 connections have failed:\r\n"
    "650 WARN  10 connections died in state handshaking (Tor, v3 handshake) with SSL state SSL "
    "negotiation finished successfully in OPEN\r\n"
    "650 STATUS_CLIENT " SHAKES " WARNING=\"DONE\" REASON=DONE COUNT=10 RECOMMENDATION=warn " RELAY
    "\r\n";

typedef struct {
    const char *phase;
    const char *events;
    int32_t code;
    int32_t skews;
    int32_t told;
} tor_script;

static int answer(peer *p, const char *line, void *arg)
{
    const tor_script *script = arg;
    if (strcmp(line, "GETINFO status/bootstrap-phase") == 0)
        return peer_say(p, "250-status/bootstrap-phase=%s\r\n250 OK\r\n", script->phase);
    if (strcmp(line, "SIGNAL ACTIVE") == 0)
        return peer_say(p, "250 OK\r\n%s", script->events);
    /* What the wait asks beside may be refused, and fails nothing. */
    if (strncmp(line, "GETCONF", 7) == 0)
        return peer_puts(p, "510 Command filtered\r\n");
    return peer_tor(p, line);
}

static int32_t note_problem(int32_t percent, const char *summary, const torctl_event *event,
                            void *arg)
{
    tor_script *script = arg;
    CHECK(percent > 0 && summary[0] != '\0');
    CHECK_INT(torctl_status_event_phase(event), script->code);
    script->skews += torctl_status_event_bootstrap_reason(event) == TORCTL_ORCONN_REASON_CLOCK_SKEW;
    script->told++;
    return 0;
}

static void stuck_is(const char *phase, const char *events, expected want, int32_t skews,
                     int32_t told, const char *warning)
{
    peer p;
    torctl_error *err = NULL;
    tor_script script = {phase, events, want.phase, 0, 0};
    peer_start(&p, answer, &script);
    torctl_controller *tor = peer_open(&p);
    for (int32_t ms = 500; ms <= LONGEST_MS; ms *= 2) {
        torctl_error_free(err);
        script.skews = script.told = 0;
        CHECK_STATUS(torctl_wait_bootstrapped(tor, note_problem, &script, ms, -1, NULL, &err),
                     TORCTL_ERR_TIMEOUT);
        if (is_as_expected(err, &want))
            break;
    }
    check_stuck(err, &want);
    CHECK_INT(script.skews, skews);
    CHECK_INT(script.told, told);
    CHECK_STR(torctl_error_reply_text(err), warning);
    torctl_error_free(err);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void test_clock(void)
{
    stuck_is(PHASE("NOTICE", "40", "loading_keys", "Loading authority key certs"), behind,
             (expected){TORCTL_REASON_CLOCK_SKEW,
                        TORCTL_BOOTSTRAP_LOADING_KEYS,
                        {"by -259198 seconds, says CONSENSUS", "last warning: Clock skew -259198",
                         "please check your time"}},
             1, 3, "Clock skew -259198 in microdesc flavor consensus from CONSENSUS");
    stuck_is(PHASE("NOTICE", "14", "handshake", "Handshaking with a relay"), ahead,
             (expected){TORCTL_REASON_CLOCK_SKEW,
                        TORCTL_BOOTSTRAP_HANDSHAKE,
                        {"the clock of its computer seems to be wrong", "reason DONE; times 10",
                         "its log: Received a bad CERTS cell: At least one certificate expired."}},
             0, 2, "DONE");
    CHECK_INT(torctl_error_bootstrap_phase(NULL), TORCTL_BOOTSTRAP_UNKNOWN);
    CHECK_INT(torctl_status_event_phase(NULL), TORCTL_BOOTSTRAP_UNKNOWN);
}

/* A connection that failed and a transport that died: what tor recommends to warn of counts before
 * the log, and what it recommends to ignore behind it. */
/* clang-format off */ /* a message by its lines */
#define REFUSED(recommendation)                                                                    \
    "650 WARN Managed proxy \"/bin/false\" having PID 1 terminated with status code 1\r\n"          \
    "650 STATUS_CLIENT " PHASE("WARN", "5", "conn", "Connecting to a relay")                       \
    " WARNING=\"Connection refused\" REASON=CONNECTREFUSED COUNT=1 RECOMMENDATION=" recommendation \
    " " RELAY "\r\n"

/* clang-format on */
static void test_rank(void)
{
    static const char warned[] = REFUSED("warn"), ignored[] = REFUSED("ignore");
    stuck_is(PHASE("NOTICE", "5", "conn", "Connecting to a relay"), warned,
             (expected){TORCTL_REASON_CONNECT_REFUSED,
                        TORCTL_BOOTSTRAP_CONN,
                        {"last warning: Connection refused", "Managed proxy"}},
             0, 2, "Connection refused");
    stuck_is(PHASE("NOTICE", "5", "conn", "Connecting to a relay"), ignored,
             (expected){TORCTL_REASON_TRANSPORT_FAILED,
                        TORCTL_BOOTSTRAP_CONN,
                        {"last warning: Connection refused", "Managed proxy"}},
             0, 2, "Connection refused");
}

int main(void)
{
    char command[64];
    REQUIRE(mkdtemp(scratch) != NULL);
    test_clock();
    test_rank();
    test_launch();
    test_dormant();
    test_other();
    snprintf(command, sizeof command, "rm -rf %s", scratch);
    CHECK_INT(system(command), 0);
    return check_done();
}
