/* Fields of events that several kinds have in common, for each of these kinds, through the C
 * interface: what an accessor gives for one kind says nothing about the next.
 *
 * ctest: unit */
#include "peer.h"

#define ADDRESS "vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd"
#define FIRST "5F72F77BDF23C896B823D4EDC6F745A83038C51E"
#define SECOND "97C5F6B98D1CED4C52075D533531AC204AAC7918"

/* The event that a peer sends with this text; the caller frees it. */
static torctl_event *event_of(int32_t kind, const char *text)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(kind), 0, 0, TORCTL_DROP_OLDEST, NULL,
                                    &queue, NULL),
                   TORCTL_OK);
    peer_puts(&p, text);
    REQUIRE_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_event_kind(event), kind);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
    return event;
}

static void circ_minor(void)
{
    torctl_event *event =
        event_of(TORCTL_EVENT_CIRC_MINOR,
                 "650 CIRC_MINOR 12 CANNIBALIZED $" FIRST "~one,$" SECOND
                 " BUILD_FLAGS=IS_INTERNAL,NEED_UPTIME,NEW_FLAG PURPOSE=HS_CLIENT_REND"
                 " HS_STATE=HSCR_CONNECTING REND_QUERY=" ADDRESS
                 " TIME_CREATED=2026-11-23T09:34:13.090036"
                 " SOCKS_USERNAME=\"a \\\"b\\\\\" SOCKS_PASSWORD=\"\\303\\251\\n\" HS_POW=v1,77"
                 " CONFLUX_ID=0123456789ABCDEF0123456789ABCDEF CONFLUX_RTT=4294967296"
                 " REASON=DESTROYED REMOTE_REASON=FINISHED OLD_PURPOSE=HS_VANGUARDS"
                 " OLD_HS_STATE=HSCI_DONE OLD_TIME_CREATED=2026-11-23T09:34:12.000001\r\n");
    CHECK_INT(torctl_circ_id(event), 12);
    CHECK_INT(torctl_circ_minor_event(event), TORCTL_CIRC_MINOR_CANNIBALIZED);
    CHECK_STR(torctl_circ_path(event), "$" FIRST "~one,$" SECOND);
    CHECK_INT(torctl_circ_path_count(event), 2);
    CHECK_STR(torctl_circ_path_fingerprint(event, 1), SECOND);
    CHECK_STR(torctl_circ_path_nickname(event, 0), "one");
    CHECK_STR(torctl_circ_path_nickname(event, 1), "");
    CHECK_INT(torctl_circ_build_flags(event),
              TORCTL_CIRC_FLAG_IS_INTERNAL | TORCTL_CIRC_FLAG_NEED_UPTIME | TORCTL_CIRC_FLAG_OTHER);
    CHECK_STR(torctl_circ_build_flags_text(event), "IS_INTERNAL,NEED_UPTIME,NEW_FLAG");
    CHECK_INT(torctl_circ_purpose(event), TORCTL_CIRC_PURPOSE_HS_CLIENT_REND);
    CHECK_STR(torctl_circ_purpose_text(event), "HS_CLIENT_REND");
    CHECK_INT(torctl_circ_hs_state(event), TORCTL_HS_STATE_HSCR_CONNECTING);
    CHECK_STR(torctl_circ_hs_state_text(event), "HSCR_CONNECTING");
    CHECK_STR(torctl_circ_rend_query(event), ADDRESS);
    CHECK_INT(torctl_circ_time_created_unix_us(event), INT64_C(1795426453090036));
    CHECK_STR(torctl_circ_socks_username(event), "a \"b\\");
    CHECK_INT(torctl_circ_socks_username_size_bytes(event), 5);
    CHECK_STR(torctl_circ_socks_password(event), "\303\251\n");
    CHECK_INT(torctl_circ_socks_password_size_bytes(event), 3);
    CHECK_STR(torctl_circ_hs_pow(event), "v1,77");
    CHECK_INT(torctl_circ_hs_pow_effort(event), 77);
    CHECK_STR(torctl_circ_conflux_id(event), "0123456789ABCDEF0123456789ABCDEF");
    CHECK_INT(torctl_circ_conflux_rtt_us(event), INT64_C(4294967296));
    CHECK_INT(torctl_circ_reason(event), TORCTL_CIRC_REASON_DESTROYED);
    CHECK_STR(torctl_circ_reason_text(event), "DESTROYED");
    CHECK_INT(torctl_circ_remote_reason(event), TORCTL_CIRC_REASON_FINISHED);
    CHECK_STR(torctl_circ_remote_reason_text(event), "FINISHED");
    CHECK_INT(torctl_circ_old_purpose(event), TORCTL_CIRC_PURPOSE_HS_VANGUARDS);
    CHECK_INT(torctl_circ_old_hs_state(event), TORCTL_HS_STATE_HSCI_DONE);
    CHECK_INT(torctl_circ_old_time_created_unix_us(event), INT64_C(1795426452000001));
    torctl_event_free(event);
}

static void status_client(void)
{
    torctl_event *event =
        event_of(TORCTL_EVENT_STATUS_CLIENT,
                 "650 STATUS_CLIENT NOTICE CIRCUIT_NOT_ESTABLISHED REASON=CLOCK_JUMPED\r\n");
    CHECK_INT(torctl_status_event_severity(event), TORCTL_SEVERITY_NOTICE);
    CHECK_STR(torctl_status_event_severity_text(event), "NOTICE");
    CHECK_INT(torctl_status_event_action(event), TORCTL_ACTION_CIRCUIT_NOT_ESTABLISHED);
    CHECK_STR(torctl_status_event_action_text(event), "CIRCUIT_NOT_ESTABLISHED");
    CHECK_STR(torctl_status_event_reason_text(event), "CLOCK_JUMPED");
    CHECK_INT(torctl_status_event_reason_text_size_bytes(event), 12);
    torctl_event_free(event);
}

static void status_server(void)
{
    torctl_event *event = event_of(
        TORCTL_EVENT_STATUS_SERVER,
        "650 STATUS_SERVER WARN BAD_SERVER_DESCRIPTOR DIRAUTH=192.0.2.1:80 REASON=\"a b\"\r\n");
    CHECK_STR(torctl_status_event_reason_text(event), "a b");
    CHECK_INT(torctl_status_event_reason_text_size_bytes(event), 3);
    torctl_event_free(event);
    event = event_of(TORCTL_EVENT_STATUS_SERVER,
                     "650 STATUS_SERVER NOTICE EXTERNAL_ADDRESS ADDRESS=192.0.2.1 METHOD=RESOLVED"
                     " HOSTNAME=relay.example\r\n");
    CHECK_STR(torctl_status_event_hostname(event), "relay.example");
    CHECK_INT(torctl_status_event_hostname_size_bytes(event), 13);
    torctl_event_free(event);
}

/* BW of a tor that tells of more than the two numbers. */
static void bw_by_type(void)
{
    torctl_event *event = event_of(TORCTL_EVENT_BW, "650 BW 3 4 OR=1,2 DIR=0,9\r\n");
    CHECK_INT(torctl_bw_read_bytes(event), 3);
    CHECK_INT(torctl_bw_written_bytes(event), 4);
    CHECK_INT(torctl_event_keyword_count(event), 2);
    CHECK_STR(torctl_event_keyword_name(event, 1), "DIR");
    CHECK_STR(torctl_event_keyword_value(event, 1), "0,9");
    CHECK_INT(torctl_event_keyword_value_size_bytes(event, 1), 3);
    CHECK_INT(torctl_event_has(event, "OR"), 1);
    CHECK_INT(torctl_event_has(event, "EXIT"), 0);
    torctl_event_free(event);
}

static void descchanged(void)
{
    torctl_event *event = event_of(TORCTL_EVENT_DESCCHANGED, "650 DESCCHANGED\r\n");
    CHECK_INT(torctl_event_kind(event), TORCTL_EVENT_DESCCHANGED);
    CHECK_STR(torctl_event_name(event), "DESCCHANGED");
    CHECK_INT(torctl_event_arg_count(event), 0);
    torctl_event_free(event);
}

static int32_t count_exit(const torctl_router *router, void *exits)
{
    *(int *)exits += (torctl_router_flags(router) & TORCTL_FLAG_EXIT) != 0;
    return 0;
}

#define ENTRIES                                                                    \
    "r one X3L3e98jyJa4I9TtxvdFqDA4xR4 Gs18iaoPiMv4dcALehDRJWQ6Sns 2038-01-01 "    \
    "00:00:00 192.0.2.1 5003 0\r\ns Exit Fast Running Valid\r\nw Bandwidth=55\r\n" \
    "r two l8X2uY0c7UxSB11TNTGsIEqseRg u3MYknlWyF9crSR4170LetiSfPQ 2038-01-01 "    \
    "00:00:00 192.0.2.2 5004 0\r\ns Fast Running Valid\r\nw Bandwidth=7\r\n"

/* NS and NEWCONSENSUS: all relays, at once and one by one. */
static void router_entries(void)
{
    static const char *const texts[] = {"650+NS\r\n" ENTRIES ".\r\n650 OK\r\n",
                                        "650+NEWCONSENSUS\r\n" ENTRIES ".\r\n650 OK\r\n"};
    static const int32_t kinds[] = {TORCTL_EVENT_NS, TORCTL_EVENT_NEWCONSENSUS};
    for (int i = 0; i < 2; i++) {
        torctl_event *event = event_of(kinds[i], texts[i]);
        torctl_routers *routers = NULL;
        size_t count = 0;
        int exits = 0;
        REQUIRE_STATUS(torctl_routers_from_event(event, &routers, NULL), TORCTL_OK);
        CHECK_INT(torctl_routers_count(routers), 2);
        CHECK_STR(torctl_router_fingerprint(torctl_routers_get(routers, 0)), FIRST);
        CHECK_STR(torctl_router_address(torctl_routers_find(routers, SECOND)), "192.0.2.2");
        CHECK_STATUS(torctl_routers_walk_event(event, count_exit, &exits, &count, NULL), TORCTL_OK);
        CHECK_INT(count, 2);
        CHECK_INT(exits, 1);
        CHECK_INT(torctl_ns_document_size_bytes(event), strlen(torctl_ns_document(event)));
        CHECK(strncmp(torctl_ns_document(event), "r one ", 6) == 0);
        torctl_routers_free(routers);
        torctl_event_free(event);
    }
}

/* An event that misses what its kind must have can be told from one that says 0. */
static void malformed(void)
{
    static const struct {
        int32_t kind;
        const char *text;
        int is_malformed;
    } cases[] = {
        {TORCTL_EVENT_BW, "650 BW 0 0\r\n", 0},
        {TORCTL_EVENT_BW, "650 BW 1 2 NEW=x more\r\n", 0},
        {TORCTL_EVENT_BW, "650 BW\r\n", 1},
        {TORCTL_EVENT_BW, "650 BW 1\r\n", 1},
        {TORCTL_EVENT_BW, "650 BW x y\r\n", 1},
        {TORCTL_EVENT_CIRC, "650 CIRC 1 NEWSTATUS\r\n", 0},
        {TORCTL_EVENT_CIRC, "650 CIRC 1\r\n", 1},
        {TORCTL_EVENT_CONN_BW, "650 CONN_BW ID=1 TYPE=OR READ=0 WRITTEN=0\r\n", 0},
        {TORCTL_EVENT_CONN_BW, "650 CONN_BW ID=1 TYPE=OR READ=0\r\n", 1},
        {TORCTL_EVENT_NS, "650+NS\r\n" ENTRIES ".\r\n650 OK\r\n", 0},
        {TORCTL_EVENT_NS, "650+NS\r\nx\r\n.\r\n650 OK\r\n", 1},
        {TORCTL_EVENT_UNKNOWN, "650 FUTURE_KIND\r\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        torctl_event *event = event_of(cases[i].kind, cases[i].text);
        CHECK_INT(torctl_event_is_malformed(event), cases[i].is_malformed);
        if (cases[i].is_malformed && cases[i].kind == TORCTL_EVENT_BW)
            CHECK_INT(torctl_bw_written_bytes(event), 0);
        torctl_event *copy = torctl_event_dup(event);
        CHECK_INT(torctl_event_is_malformed(copy), cases[i].is_malformed);
        torctl_event_free(copy);
        torctl_event_free(event);
    }
    CHECK_INT(torctl_event_is_malformed(NULL), 0);
}

int main(void)
{
    malformed();
    circ_minor();
    status_client();
    status_server();
    bw_by_type();
    descchanged();
    router_entries();
    return check_done();
}
