/* Whose answer it is, and what happens where a filter refuses: dialogues with a scripted peer. Each
 * wait is without end (-1); a test that hangs here has found a wait that tor has answered in vain.
 *
 * ctest: unit timeout=120 */
#include "peer.h"

#define SITE "wqpvk7gny32tcmhbrk2fj7v44jbmbztkse32xyxp3ib7w5dd2mtbw5qd"
#define RELAY "$0000000000000000000000000000000000000001"
#define DESC "nD2V3aIpD8VAoODVNL5xXEPH5pZX00Z0Vc3Ghr6JLHY"
#define TIMES "\"2026-11-30 11:57:05\" EXPIRES=\"2026-11-30 11:57:05\" CACHED=\"NO\""

/* What is answered to a line that begins so; the first that fits counts, then peer_tor(). */
typedef struct {
    const char *line, *answer;
} said;

static int dialogue(peer *p, const char *line, void *arg)
{
    for (const said *it = arg; it->line != NULL; it++)
        if (strncmp(line, it->line, strlen(it->line)) == 0)
            return peer_puts(p, it->answer);
    return peer_tor(p, line);
}

#define FILTERED "510 Command filtered\r\n"
#define ADDED "250-ServiceID=" SITE "\r\n250 OK\r\n"
#define CURRENT "250-onions/current=" SITE "\r\n250 OK\r\n"

static void check_words(const torctl_error *err, const char *words)
{
    int has_words = strstr(torctl_error_message(err), words) != NULL;
    CHECK(has_words);
    if (!has_words)
        fprintf(stderr, "    got  \"%s\"\n    want ... %s\n", torctl_error_message(err), words);
}

static torctl_status resolve(said *script, const char *name, torctl_event **answer,
                             torctl_error **err)
{
    peer p;
    peer_start(&p, dialogue, script);
    torctl_controller *tor = peer_open(&p);
    torctl_status status = torctl_resolve(tor, name, 0, -1, NULL, answer, err);
    torctl_controller_free(tor);
    peer_stop(&p);
    return status;
}

/* tor answers a mapped name under the name that it is mapped to. */
static void a_mapped_name_is_answered_by_its_stream(void)
{
    said script[] = {
        {"RESOLVE m.example", "250 OK\r\n"
                              "650 STREAM 172 NEWRESOLVE 0 m.example:0 PURPOSE=DNS_REQUEST\r\n"
                              "650 STREAM 172 REMAP 0 b.test:0 SOURCE=CACHE\r\n"
                              "650 STREAM 172 SENTRESOLVE 3 b.test:0\r\n"
                              "650 ADDRMAP b.test 127.0.0.1 " TIMES " STREAMID=172\r\n"
                              "650 STREAM 172 CLOSED 3 127.0.0.1:0 REASON=DONE\r\n"},
        {NULL, NULL},
    };
    torctl_event *answer = NULL;
    REQUIRE_STATUS(resolve(script, "m.example", &answer, NULL), TORCTL_OK);
    CHECK_STR(torctl_addrmap_to(answer), "127.0.0.1");
    CHECK_STR(torctl_addrmap_from(answer), "b.test");
    torctl_event_free(answer);
}

static void a_name_without_an_address_fails_in_words(void)
{
    said script[] = {
        {"RESOLVE nosuch.invalid",
         "250 OK\r\n"
         "650 STREAM 5 NEWRESOLVE 0 nosuch.invalid:0\r\n"
         "650 ADDRMAP nosuch.invalid <error> \"2026-11-30 11:54:31\" error=yes "
         "EXPIRES=\"2026-11-30 11:54:31\" CACHED=\"NO\" STREAMID=5\r\n"},
        {"RESOLVE www." SITE ".onion",
         "250 OK\r\n"
         "650 STREAM 6 NEWRESOLVE 0 www." SITE ".onion:0\r\n"
         "650 ADDRMAP " SITE " <error> \"2026-11-30 11:54:31\" error=yes "
         "EXPIRES=\"2026-11-30 11:54:31\" CACHED=\"NO\" STREAMID=6\r\n"},
        {"RESOLVE closed.test", "250 OK\r\n"
                                "650 STREAM 7 NEWRESOLVE 0 closed.test:0\r\n"
                                "650 STREAM 7 CLOSED 0 closed.test:0 REASON=MISC\r\n"},
        {NULL, NULL},
    };
    struct {
        const char *name, *words, *reply;
    } cases[] = {
        {"nosuch.invalid", "\"nosuch.invalid\" could not be resolved: no address was found", ""},
        {"www." SITE ".onion", "an onion address has no IP address", ""},
        {"closed.test", "tor ended the search without an answer (MISC)", "MISC"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        torctl_event *answer = NULL;
        torctl_error *err = NULL;
        CHECK_STATUS(resolve(script, cases[i].name, &answer, &err), TORCTL_ERR_FAILED);
        CHECK(answer == NULL);
        check_words(err, cases[i].words);
        CHECK(strstr(torctl_error_message(err), "yes") == NULL);
        CHECK_STR(torctl_error_reply_text(err), cases[i].reply);
        torctl_error_free(err);
    }
}

static torctl_onion *add_onion(torctl_controller *tor, torctl_status want, torctl_error **err)
{
    torctl_onion *onion = NULL;
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, err), want);
    torctl_onion_options_free(options);
    return onion;
}

/* The round trip that a status takes brings all that the peer has said before. */
static void check_uploads(torctl_onion *onion, int begun, int uploaded)
{
    torctl_onion_status *status = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(onion, NULL, &status, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_status_begun(status), begun);
    CHECK_INT(torctl_onion_status_uploaded(status), uploaded);
    CHECK_INT(torctl_onion_status_is_listed(status), 1);
    torctl_onion_status_free(status);
}

/* DEL_ONION and ADD_ONION of one key: what the service before had begun still ends, before and after
 * the reply, in the same segment and later. */
static void an_upload_of_the_service_before_is_not_this_ones(void)
{
    said script[] = {
        {"ADD_ONION", "650 HS_DESC UPLOAD " SITE " UNKNOWN " RELAY "~one " DESC "\r\n" ADDED
                      "650 HS_DESC CREATED " SITE " UNKNOWN UNKNOWN " DESC "\r\n"
                      "650 HS_DESC UPLOADED " SITE " UNKNOWN " RELAY "~one\r\n"},
        {"GETINFO onions/current", CURRENT},
        {NULL, NULL},
    };
    peer p;
    peer_start(&p, dialogue, script);
    torctl_controller *tor = peer_open(&p);
    torctl_onion *onion = add_onion(tor, TORCTL_OK, NULL);
    check_uploads(onion, 0, 0);
    peer_say(&p, "650 HS_DESC FAILED " SITE " UNKNOWN " RELAY "~one REASON=UPLOAD_REJECTED\r\n");
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, 0, NULL, NULL), TORCTL_ERR_TIMEOUT);
    peer_say(&p, "650 HS_DESC UPLOAD " SITE " UNKNOWN " RELAY "~one " DESC " HSDIR_INDEX=B3\r\n");
    check_uploads(onion, 1, 0);
    peer_say(&p, "650 HS_DESC UPLOADED " SITE " UNKNOWN " RELAY "\r\n");
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, -1, NULL, NULL), TORCTL_OK);
    check_uploads(onion, 1, 1);
    torctl_onion_free(onion);

    /* One that is followed is the same service, and what was begun before counts. */
    REQUIRE_STATUS(torctl_watch_onion(tor, SITE, NULL, &onion, NULL), TORCTL_OK);
    peer_say(&p, "650 HS_DESC UPLOADED " SITE " UNKNOWN " RELAY "~one\r\n");
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, -1, NULL, NULL), TORCTL_OK);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* tor says nothing of it when a service goes: whoever waits has to ask. */
static void a_service_that_is_gone_ends_the_wait(void)
{
    said script[] = {
        {"ADD_ONION", ADDED},
        {"GETINFO onions/current", "250-onions/current=\r\n250 OK\r\n"},
        {NULL, NULL},
    };
    peer p;
    torctl_error *err = NULL;
    peer_start(&p, dialogue, script);
    torctl_controller *tor = peer_open(&p);
    torctl_onion *onion = add_onion(tor, TORCTL_OK, NULL);
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, -1, NULL, &err), TORCTL_ERR_FAILED);
    check_words(err, "tor has no service " SITE ".onion any more");
    torctl_error_free(err);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void a_service_is_made_without_its_events(void)
{
    said script[] = {
        {"SETEVENTS HS_DESC", FILTERED},
        {"ADD_ONION", ADDED},
        {"GETINFO onions/current", CURRENT},
        {"GETINFO onions/detached", FILTERED},
        {NULL, NULL},
    };
    peer p;
    torctl_error *err = NULL;
    peer_start(&p, dialogue, script);
    torctl_controller *tor = peer_open(&p);
    torctl_onion *onion = add_onion(tor, TORCTL_OK, NULL);
    CHECK_STR(torctl_onion_address(onion), SITE ".onion");
    CHECK_STR(torctl_onion_private_key(onion), "");
    check_uploads(onion, 0, 0);
    CHECK_STATUS(torctl_onion_wait_published(onion, 1, -1, NULL, &err), TORCTL_ERR_FILTERED);
    check_words(err, "a filter before tor refused SETEVENTS HS_DESC: 510 Command filtered");
    CHECK_INT(torctl_error_reply_code(err), 510);
    torctl_error_free(err);
    torctl_onion_free(onion);
    /* One that is followed may be of either list. */
    REQUIRE_STATUS(torctl_watch_onion(tor, SITE, NULL, &onion, NULL), TORCTL_OK);
    check_uploads(onion, 0, 0);
    torctl_onion_free(onion);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void the_way_to_ask_for_a_key_can_be_chosen(void)
{
    said script[] = {
        {"ADD_ONION NEW:ED25519-V3 Port=80", ADDED},
        {"ADD_ONION", FILTERED},
        {NULL, NULL},
    };
    peer p;
    torctl_onion *onion = NULL;
    torctl_error *err = NULL;
    torctl_onion_options *options = torctl_onion_options_new();
    peer_start(&p, dialogue, script);
    torctl_controller *tor = peer_open(&p);
    CHECK(add_onion(tor, TORCTL_ERR_FILTERED, &err) == NULL);
    check_words(err, "a filter before tor refused ADD_ONION NEW:BEST Port=80: 510");
    torctl_error_free(err);
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key_type(options, 2, &err), TORCTL_ERR_INVALID);
    torctl_error_free(err);
    CHECK_STATUS(torctl_onion_options_set_key_type(options, TORCTL_ONION_KEY_ED25519_V3, NULL),
                 TORCTL_OK);
    /* Defences that a filter does not know are left out where they may be. */
    CHECK_STATUS(torctl_onion_options_set_pow(options, TORCTL_POW_IF_POSSIBLE, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    CHECK_INT(torctl_onion_has_pow(onion), 0);
    torctl_onion_free(onion);
    CHECK_STATUS(torctl_onion_options_set_key_type(options, TORCTL_ONION_KEY_BEST, NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_ERR_FILTERED);
    torctl_onion_options_free(options);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* How often the phase was asked for. */
static int bootstrapping(peer *p, const char *line, void *asked)
{
    if (strncmp(line, "GETINFO status/bootstrap-phase", 30) == 0) {
        int percent = ADD(*(int *)asked, 1) < 4 ? 50 : 100;
        return peer_say(p,
                        "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=%d TAG=x "
                        "SUMMARY=\"S\"\r\n250 OK\r\n",
                        percent);
    }
    if (strncmp(line, "SETEVENTS", 9) == 0 && line[9] != '\0')
        return peer_puts(p, FILTERED);
    return peer_tor(p, line);
}

static void bootstrapping_is_asked_for_where_events_are_refused(void)
{
    peer p;
    int asked = 0;
    peer_start(&p, bootstrapping, &asked);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, -1, -1, NULL, NULL), TORCTL_OK);
    CHECK_INT(GET(asked), 4);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* The same with a filter that takes the subscription and lets no event through. */
static int swallowing(peer *p, const char *line, void *asked)
{
    return strncmp(line, "SETEVENTS", 9) == 0 ? peer_tor(p, line) : bootstrapping(p, line, asked);
}

static void bootstrapping_is_asked_for_where_events_are_swallowed(void)
{
    peer p;
    int asked = 2;
    peer_start(&p, swallowing, &asked);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, -1, -1, NULL, NULL), TORCTL_OK);
    CHECK_INT(GET(asked), 4);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static int filter_all(peer *p, const char *line, void *unused)
{
    (void)unused;
    if (strcmp(line, "QUIT") == 0)
        return 0;
    /* The data of LOADCONF is no command. */
    return strcmp(line, "Log notice") == 0 || strcmp(line, ".") == 0 || peer_puts(p, FILTERED);
}

/* AUTHENTICATE is a filter's own matter, and PROTOCOLINFO may be no more than refused. */
static void a_filter_lets_in_without_being_asked_how(void)
{
    said script[] = {
        {"PROTOCOLINFO", FILTERED},
        {"GETINFO traffic/read traffic/written", FILTERED},
        {"GETINFO traffic/read", "250-traffic/read=12\r\n250 OK\r\n"},
        {"GETINFO traffic/written", "250-traffic/written=34\r\n250 OK\r\n"},
        {"GETCONF RelayBandwidthRate", "250 RelayBandwidthRate=5000\r\n"},
        {"GETCONF BandwidthRate ", FILTERED},
        {"GETCONF BandwidthRate", "250 BandwidthRate=9000\r\n"},
        {"GETCONF MaxAdvertisedBandwidth", "250 MaxAdvertisedBandwidth=0\r\n"},
        {"GETCONF RelayBandwidthBurst", "250 RelayBandwidthBurst=7000\r\n"},
        {"GETCONF BandwidthBurst", "250 BandwidthBurst=8000\r\n"},
        {NULL, NULL},
    };
    uint64_t read = 0, written = 0, rate = 0, burst = 0;
    peer p;
    peer_start(&p, dialogue, script);
    torctl_controller *tor = peer_controller(&p, NULL, 0);
    REQUIRE_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    CHECK_INT(peer_count(&p, "AUTHENTICATE"), 1);
    CHECK_STATUS(torctl_get_traffic(tor, NULL, &read, &written, NULL), TORCTL_OK);
    CHECK(read == 12 && written == 34);
    CHECK_STATUS(torctl_get_effective_rate(tor, NULL, &rate, &burst, NULL), TORCTL_OK);
    CHECK(rate == 5000 && burst == 7000);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* Everything that is refused is named, and no secret with it. */
static void what_a_filter_refused_is_named(void)
{
    const char *keys[] = {"version", "onions/current"};
    const char *path[] = {"one"};
    torctl_list *list = NULL;
    torctl_values *values = NULL;
    torctl_queue *queue = NULL;
    torctl_onion *onion = NULL;
    torctl_error *err = NULL;
    uint64_t circuit = 0;
    char key[200] = "ED25519-V3:";
    memset(key + strlen(key), 'A', 86);
    strcat(key, "==");
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, "8080", NULL), TORCTL_OK);
    CHECK_STATUS(torctl_onion_options_set_key(options, key, NULL), TORCTL_OK);
    peer p;
    peer_start(&p, filter_all, NULL);
    torctl_controller *tor = peer_open(&p);
#define NAMED(call, what)                                           \
    do {                                                            \
        CHECK_STATUS(call, TORCTL_ERR_FILTERED);                    \
        check_words(err, "refused " what ": 510 Command filtered"); \
        torctl_error_free(err);                                     \
    } while (0)
    NAMED(torctl_get_info_many(tor, keys, 2, NULL, &values, &err),
          "GETINFO version onions/current");
    NAMED(torctl_get_onions(tor, 1, NULL, &list, &err), "GETINFO onions/detached");
    NAMED(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, &err), "SIGNAL NEWNYM");
    NAMED(torctl_new_identity(tor, -1, NULL, &err), "SIGNAL NEWNYM");
    NAMED(torctl_set_conf(tor, "HashedControlPassword", "16:AB CD", NULL, &err),
          "SETCONF HashedControlPassword");
    NAMED(torctl_load_conf(tor, "Log notice", NULL, &err), "LOADCONF");
    NAMED(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST, NULL,
                           &queue, &err),
          "SETEVENTS BW");
    NAMED(torctl_extend_circuit(tor, 0, path, 1, 0, NULL, &circuit, &err), "EXTENDCIRCUIT 0 one");
    NAMED(torctl_add_onion(tor, options, NULL, &onion, &err), "ADD_ONION ED25519-V3: Port=80,8080");
    torctl_onion_options_free(options);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    a_mapped_name_is_answered_by_its_stream();
    a_name_without_an_address_fails_in_words();
    an_upload_of_the_service_before_is_not_this_ones();
    a_service_that_is_gone_ends_the_wait();
    a_service_is_made_without_its_events();
    the_way_to_ask_for_a_key_can_be_chosen();
    bootstrapping_is_asked_for_where_events_are_refused();
    bootstrapping_is_asked_for_where_events_are_swallowed();
    a_filter_lets_in_without_being_asked_how();
    what_a_filter_refused_is_named();
    return check_done();
}
