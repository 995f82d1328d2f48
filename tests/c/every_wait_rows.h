/* The rows of every_wait.c: every function of the header that can block, what it needs before, and how it
 * is called. */
#ifndef TORCTL_EVERY_WAIT_ROWS_H
#define TORCTL_EVERY_WAIT_ROWS_H

#include <arpa/inet.h>
#include <netinet/in.h>

#include "peer.h"

#define ONION "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid"
#define DIRECTORY "/torctl-every-wait"

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
static char *own_path;

/* The peer. */

struct script {
    int left;     /* commands that are still answered; negative: all */
    int received; /* since the wait was begun */
};

/* A SOCKS port that takes connections and says nothing. */
static uint16_t silent_port(void)
{
    static int server = -1;
    static struct sockaddr_in at;
    socklen_t length = sizeof at;
    if (server < 0) {
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(bind(server, (struct sockaddr *)&at, length) == 0 && listen(server, 128) == 0);
        REQUIRE(getsockname(server, (struct sockaddr *)&at, &length) == 0);
    }
    return ntohs(at.sin_port);
}

static int answer_like_tor(peer *p, const char *line)
{
    char word[256];
    if (strcmp(line, "GETINFO net/listeners/socks") == 0)
        return peer_say(p, "250-net/listeners/socks=\"127.0.0.1:%u\"\r\n250 OK\r\n",
                        (unsigned)silent_port());
    if (strcmp(line, "PROTOCOLINFO 1") == 0)
        return peer_puts(p, "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n"
                            "250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n");
    if (strcmp(line, "GETINFO status/bootstrap-phase") == 0)
        return peer_puts(p, "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=10 TAG=conn "
                            "SUMMARY=\"Connecting\"\r\n250 OK\r\n");
    if (strncmp(line, "EXTENDCIRCUIT", 13) == 0)
        return peer_puts(p, "250 EXTENDED 5\r\n");
    if (strncmp(line, "ADD_ONION", 9) == 0)
        return peer_puts(p, "250-ServiceID=" ONION "\r\n250 OK\r\n");
    if (strncmp(line, "GETCONF HiddenService", 21) == 0)
        return peer_say(p, "250 %s\r\n", line + 8);
    if (sscanf(line, "GETCONF %255s", word) == 1)
        return peer_say(p, "250 %s=0\r\n", word);
    return peer_tor(p, line);
}

static int answer(peer *p, const char *line, void *arg)
{
    struct script *s = arg;
    ADD(s->received, 1);
    if (GET(s->left) == 0)
        return 1;
    if (GET(s->left) > 0)
        ADD(s->left, -1);
    return answer_like_tor(p, line);
}

/* One run of one function. */

struct run {
    torctl_controller *tor;
    torctl_call *call;
    torctl_queue *queue;
    torctl_onion *onion;
    torctl_onion_listener *onion_listener;
    torctl_services *services;
    torctl_pending *pending;
    uint64_t listener;
    /* What came of it. */
    void *object;
    void (*free_object)(void);
    torctl_status status;
    pid_t tid;
    int is_over;
    const struct row *row;
};

typedef void (*free_fn)(void *);

/* A place for a result, freed with the run. */
#define OUT(type)                                                    \
    ((type **)(void *)(r->free_object = (void (*)(void))type##_free, \
                       (void **)memset(&r->object, 0, sizeof r->object)))

static int32_t listen_only(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    return TORCTL_OK;
}

static int32_t never(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    return 0;
}

static int32_t attach_nothing(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    (void)event, (void)circuit, (void)user_data;
    return TORCTL_ATTACH_TOR;
}

static void hear_failure(uint64_t id, int32_t status, const torctl_event *event, void *user_data)
{
    (void)id, (void)status, (void)event, (void)user_data;
}

static int32_t take_piece(const char *piece, size_t size_bytes, void *user_data)
{
    (void)piece, (void)size_bytes, (void)user_data;
    return 0;
}

static int32_t take_router(const torctl_router *router, void *user_data)
{
    (void)router, (void)user_data;
    return 0;
}

static int32_t take_descriptor(const torctl_descriptor *descriptor, void *user_data)
{
    (void)descriptor, (void)user_data;
    return 0;
}

static int32_t take_microdescriptor(const torctl_microdescriptor *microdescriptor, void *user_data)
{
    (void)microdescriptor, (void)user_data;
    return 0;
}

/* What a function needs before it can wait; all is answered then. */

static void is_ready(struct run *r)
{
    (void)r;
}

static void with_queue(struct run *r)
{
    REQUIRE_STATUS(torctl_queue_new(r->tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &r->queue, NULL),
                   TORCTL_OK);
}

static void with_listener(struct run *r)
{
    REQUIRE_STATUS(torctl_listener_add(r->tor, BW, listen_only, NULL, NULL, NULL, &r->listener,
                                       NULL),
                   TORCTL_OK);
}

static void with_attacher(struct run *r)
{
    REQUIRE_STATUS(torctl_attacher_set(r->tor, attach_nothing, NULL, NULL, -1, NULL, NULL, NULL),
                   TORCTL_OK);
}

static void with_onion(struct run *r)
{
    REQUIRE_STATUS(torctl_watch_onion(r->tor, ONION, NULL, &r->onion, NULL), TORCTL_OK);
}

static void with_onion_listener(struct run *r)
{
    REQUIRE_STATUS(torctl_onion_listener_new(r->tor, 80, NULL, NULL, &r->onion_listener, NULL),
                   TORCTL_OK);
}

static torctl_status accept_visitor(struct run *r)
{
    int fd = 4711;
    torctl_status status = torctl_onion_listener_accept(r->onion_listener, -1, r->call, &fd, NULL);
    CHECK_INT(fd, -1);
    return status;
}

static void with_services(struct run *r)
{
    size_t index = 0;
    REQUIRE_STATUS(torctl_get_services(r->tor, NULL, &r->services, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_services_add(r->services, DIRECTORY, &index, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_services_add_option(r->services, index, "HiddenServicePort", "80", NULL),
                   TORCTL_OK);
}

static torctl_status wait_pending(struct run *r)
{
    torctl_status status =
        torctl_request_start(r->tor, "GETINFO version", NULL, 0, r->call, &r->pending, NULL);
    return status != TORCTL_OK ? status : torctl_pending_wait(r->pending, OUT(torctl_reply), NULL);
}

static torctl_status add_onion(struct run *r)
{
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    torctl_status status = torctl_add_onion(r->tor, options, r->call, OUT(torctl_onion), NULL);
    torctl_onion_options_free(options);
    return status;
}

static torctl_status add_onions(struct run *r)
{
    torctl_onion_options *options = torctl_onion_options_new();
    const torctl_onion_options *both[] = {options, options};
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    torctl_status status = torctl_add_onions(r->tor, both, 2, r->call, OUT(torctl_onions), NULL);
    torctl_onion_options_free(options);
    return status;
}

static torctl_status dial(struct run *r)
{
    int fd = 4711;
    torctl_status status =
        torctl_dial(r->tor, "a.test", 80, NULL, -1, r->call, &fd, OUT(torctl_dialed), NULL);
    CHECK_INT(fd, -1);
    return status;
}

static torctl_status set_bridges(struct run *r)
{
    torctl_bridges *bridges = NULL;
    REQUIRE_STATUS(torctl_bridges_parse("192.0.2.1:443", &bridges, NULL, NULL), TORCTL_OK);
    torctl_status status = torctl_set_bridges(r->tor, bridges, r->call, NULL);
    torctl_bridges_free(bridges);
    return status;
}

static const char *const keys[] = {"version", "config-file"};
static const char *const names[] = {"Nickname", "ContactInfo"};
static const char *const relays[] = {"$0123456789ABCDEF0123456789ABCDEF01234567"};
static const char *const addresses[] = {"192.0.2.1"};
static const char *const onions[] = {"a.test"};
static const char *const sites[] = {ONION};

/* What ends with TORCTL_OK although tor's answer did not come: tor need not agree to a
 * removal, and without a connection health says so. */
#define MAY_BE_OK 1

#define ROWS(ROW)                                                                                  \
    ROW(torctl_request, is_ready, 0,                                                               \
        torctl_request(r->tor, "PING", NULL, 0, r->call, OUT(torctl_reply), NULL))                 \
    ROW(torctl_get_info, is_ready, 0,                                                              \
        torctl_get_info(r->tor, "version", r->call, OUT(torctl_values), NULL))                     \
    ROW(torctl_get_info_many, is_ready, 0,                                                         \
        torctl_get_info_many(r->tor, keys, 2, r->call, OUT(torctl_values), NULL))                  \
    ROW(torctl_get_info_each, is_ready, 0,                                                         \
        torctl_get_info_each(r->tor, keys, 2, r->call, OUT(torctl_results), NULL))                 \
    ROW(torctl_get_conf, is_ready, 0,                                                              \
        torctl_get_conf(r->tor, names[0], r->call, OUT(torctl_values), NULL))                      \
    ROW(torctl_get_conf_many, is_ready, 0,                                                         \
        torctl_get_conf_many(r->tor, names, 2, r->call, OUT(torctl_values), NULL))                 \
    ROW(torctl_set_conf, is_ready, 0, torctl_set_conf(r->tor, names[0], "x", r->call, NULL))       \
    ROW(torctl_set_conf_many, is_ready, 0,                                                         \
        torctl_set_conf_many(r->tor, names, names, 2, r->call, NULL))                              \
    ROW(torctl_keep_conf, is_ready, 0, torctl_keep_conf(r->tor, names[0], "x", r->call, NULL))     \
    ROW(torctl_keep_conf_many, is_ready, 0,                                                        \
        torctl_keep_conf_many(r->tor, names, names, 2, r->call, NULL))                             \
    ROW(torctl_reset_conf, is_ready, 0, torctl_reset_conf(r->tor, names[0], NULL, r->call, NULL))  \
    ROW(torctl_reset_conf_many, is_ready, 0,                                                       \
        torctl_reset_conf_many(r->tor, names, NULL, 2, r->call, NULL))                             \
    ROW(torctl_load_conf, is_ready, 0, torctl_load_conf(r->tor, "Nickname x\n", r->call, NULL))    \
    ROW(torctl_save_conf, is_ready, 0, torctl_save_conf(r->tor, 0, r->call, NULL))                 \
    ROW(torctl_signal, is_ready, 0, torctl_signal(r->tor, TORCTL_SIGNAL_DUMP, r->call, NULL))      \
    ROW(torctl_request_start, is_ready, 0, wait_pending(r))                                        \
    ROW(torctl_take_ownership, is_ready, 0, torctl_take_ownership(r->tor, r->call, NULL))          \
    ROW(torctl_drop_ownership, is_ready, 0, torctl_drop_ownership(r->tor, r->call, NULL))          \
    ROW(torctl_drop_guards, is_ready, 0, torctl_drop_guards(r->tor, r->call, NULL))                \
    ROW(torctl_drop_timeouts, is_ready, 0, torctl_drop_timeouts(r->tor, r->call, NULL))            \
    ROW(torctl_use_feature, is_ready, 0, torctl_use_feature(r->tor, names, 1, r->call, NULL))      \
    ROW(torctl_listener_add, is_ready, 0,                                                          \
        torctl_listener_add(r->tor, BW, listen_only, NULL, NULL, r->call, NULL, NULL))             \
    ROW(torctl_listener_remove, with_listener, MAY_BE_OK,                                          \
        torctl_listener_remove(r->tor, r->listener, r->call, NULL))                                \
    ROW(torctl_listener_add_event_name, with_listener, 0,                                          \
        torctl_listener_add_event_name(r->tor, r->listener, "FUTURE_KIND", r->call, NULL))         \
    ROW(torctl_queue_add_event_name, with_queue, 0,                                                \
        torctl_queue_add_event_name(r->queue, "FUTURE_KIND", r->call, NULL))                       \
    ROW(torctl_queue_new, is_ready, 0,                                                             \
        torctl_queue_new(r->tor, BW, 0, 0, TORCTL_DROP_OLDEST, r->call, OUT(torctl_queue), NULL))  \
    ROW(torctl_queue_next, with_queue, 0,                                                          \
        torctl_queue_next(r->queue, -1, r->call, OUT(torctl_event), NULL))                         \
    ROW(torctl_wait_event, with_queue, 0,                                                          \
        torctl_wait_event(r->queue, never, NULL, -1, r->call, OUT(torctl_event), NULL))            \
    ROW(torctl_wait_bootstrapped, is_ready, 0,                                                     \
        torctl_wait_bootstrapped(r->tor, NULL, NULL, -1, -1, r->call, NULL))                       \
    ROW(torctl_extend_circuit, is_ready, 0,                                                        \
        torctl_extend_circuit(r->tor, 0, NULL, 0, 0, r->call, NULL, NULL))                         \
    ROW(torctl_build_circuit, is_ready, 0,                                                         \
        torctl_build_circuit(r->tor, 0, NULL, 0, 0, -1, r->call, NULL, OUT(torctl_event), NULL))   \
    ROW(torctl_set_circuit_purpose, is_ready, 0,                                                   \
        torctl_set_circuit_purpose(r->tor, 5, TORCTL_CIRC_PURPOSE_GENERAL, r->call, NULL))         \
    ROW(torctl_close_circuit, is_ready, 0, torctl_close_circuit(r->tor, 5, 0, r->call, NULL))      \
    ROW(torctl_attach_stream, is_ready, 0, torctl_attach_stream(r->tor, 5, 6, 0, r->call, NULL))   \
    ROW(torctl_redirect_stream, is_ready, 0,                                                       \
        torctl_redirect_stream(r->tor, 5, "a.test", 80, r->call, NULL))                            \
    ROW(torctl_close_stream, is_ready, 0,                                                          \
        torctl_close_stream(r->tor, 5, TORCTL_STREAM_REASON_MISC, r->call, NULL))                  \
    ROW(torctl_attacher_set, is_ready, 0,                                                          \
        torctl_attacher_set(r->tor, attach_nothing, NULL, NULL, -1, r->call, NULL, NULL))          \
    ROW(torctl_attacher_remove, with_attacher, MAY_BE_OK,                                          \
        torctl_attacher_remove(r->tor, r->call, NULL))                                             \
    ROW(torctl_get_health, is_ready, MAY_BE_OK,                                                    \
        torctl_get_health(r->tor, r->call, OUT(torctl_health), NULL))                              \
    ROW(torctl_view_new, is_ready, 0, torctl_view_new(r->tor, r->call, OUT(torctl_view), NULL))    \
    ROW(torctl_dial, is_ready, 0, dial(r))                                                         \
    ROW(torctl_map_address, is_ready, 0,                                                           \
        torctl_map_address(r->tor, onions, addresses, 1, r->call, OUT(torctl_results), NULL))      \
    ROW(torctl_resolve, is_ready, 0,                                                               \
        torctl_resolve(r->tor, "a.test", 0, -1, r->call, OUT(torctl_event), NULL))                 \
    ROW(torctl_add_onion, is_ready, 0, add_onion(r))                                               \
    ROW(torctl_add_onions, is_ready, MAY_BE_OK, add_onions(r))                                     \
    ROW(torctl_del_onions, is_ready, 0,                                                            \
        torctl_del_onions(r->tor, sites, 1, r->call, OUT(torctl_results), NULL))                   \
    ROW(torctl_onion_client_auth_add_each, is_ready, 0,                                            \
        torctl_onion_client_auth_add_each(r->tor, sites, (const char *const[]){"x25519:" X25519},  \
                                          NULL, 1, 0, r->call, OUT(torctl_results), NULL))         \
    ROW(torctl_watch_onion, is_ready, 0,                                                           \
        torctl_watch_onion(r->tor, ONION, r->call, OUT(torctl_onion), NULL))                       \
    ROW(torctl_onion_wait_published, with_onion, 0,                                                \
        torctl_onion_wait_published(r->onion, 1, -1, r->call, NULL))                               \
    ROW(torctl_onion_listener_new, is_ready, 0,                                                    \
        torctl_onion_listener_new(r->tor, 80, NULL, r->call, OUT(torctl_onion_listener), NULL))    \
    ROW(torctl_onion_listener_wait_published, with_onion_listener, 0,                              \
        torctl_onion_listener_wait_published(r->onion_listener, 1, -1, r->call, NULL))             \
    ROW(torctl_onion_listener_accept, with_onion_listener, 0, accept_visitor(r))                   \
    ROW(torctl_onion_get_status, with_onion, 0,                                                    \
        torctl_onion_get_status(r->onion, r->call, OUT(torctl_onion_status), NULL))                \
    ROW(torctl_del_onion, is_ready, 0, torctl_del_onion(r->tor, ONION, r->call, NULL))             \
    ROW(torctl_get_onions, is_ready, 0,                                                            \
        torctl_get_onions(r->tor, 0, r->call, OUT(torctl_list), NULL))                             \
    ROW(torctl_onion_client_auth_add, is_ready, 0,                                                 \
        torctl_onion_client_auth_add(r->tor, ONION, "x25519:" X25519, NULL, 0, r->call, NULL,      \
                                     NULL))                                                        \
    ROW(torctl_onion_client_auth_remove, is_ready, 0,                                              \
        torctl_onion_client_auth_remove(r->tor, ONION, r->call, NULL))                             \
    ROW(torctl_get_client_auths, is_ready, 0,                                                      \
        torctl_get_client_auths(r->tor, NULL, r->call, OUT(torctl_client_auths), NULL))            \
    ROW(torctl_get_services, is_ready, 0,                                                          \
        torctl_get_services(r->tor, r->call, OUT(torctl_services), NULL))                          \
    ROW(torctl_set_services, with_services, 0,                                                     \
        torctl_set_services(r->tor, r->services, r->call, NULL))                                   \
    ROW(torctl_set_bridges, is_ready, 0, set_bridges(r))                                           \
    ROW(torctl_post_descriptor, is_ready, 0,                                                       \
        torctl_post_descriptor(r->tor, "junk\n", 5, 0, -1, r->call, NULL))                         \
    ROW(torctl_post_onion_descriptor, is_ready, 0,                                                 \
        torctl_post_onion_descriptor(r->tor, ONION, NULL, 0, "junk\n", 5, r->call, NULL))          \
    ROW(torctl_fetch_onion_start, is_ready, 0,                                                     \
        torctl_fetch_onion_start(r->tor, ONION, NULL, 0, r->call, NULL))                           \
    ROW(torctl_fetch_onion, is_ready, 0,                                                           \
        torctl_fetch_onion(r->tor, ONION, relays, 1, -1, r->call, OUT(torctl_fetch), NULL))        \
    ROW(torctl_get_number, is_ready, 0,                                                            \
        torctl_get_number(r->tor, "process/pid", r->call, &(uint64_t){0}, NULL))                   \
    ROW(torctl_get_flag, is_ready, 0,                                                              \
        torctl_get_flag(r->tor, "dormant", r->call, &(int){0}, NULL))                              \
    ROW(torctl_get_traffic, is_ready, 0,                                                           \
        torctl_get_traffic(r->tor, r->call, &(uint64_t){0}, &(uint64_t){0}, NULL))                 \
    ROW(torctl_get_effective_rate, is_ready, 0,                                                    \
        torctl_get_effective_rate(r->tor, r->call, &(uint64_t){0}, &(uint64_t){0}, NULL))          \
    ROW(torctl_get_bootstrap_phase, is_ready, 0,                                                   \
        torctl_get_bootstrap_phase(r->tor, r->call, OUT(torctl_event), NULL))                      \
    ROW(torctl_get_circuits, is_ready, 0,                                                          \
        torctl_get_circuits(r->tor, r->call, OUT(torctl_events), NULL))                            \
    ROW(torctl_get_streams, is_ready, 0,                                                           \
        torctl_get_streams(r->tor, r->call, OUT(torctl_events), NULL))                             \
    ROW(torctl_get_orconns, is_ready, 0,                                                           \
        torctl_get_orconns(r->tor, r->call, OUT(torctl_events), NULL))                             \
    ROW(torctl_get_countries, is_ready, 0,                                                         \
        torctl_get_countries(r->tor, addresses, 1, r->call, OUT(torctl_results), NULL))            \
    ROW(torctl_get_changed_conf, is_ready, 0,                                                      \
        torctl_get_changed_conf(r->tor, r->call, OUT(torctl_values), NULL))                        \
    ROW(torctl_new_identity, is_ready, 0, torctl_new_identity(r->tor, -1, r->call, NULL))          \
    ROW(torctl_get_endpoints, is_ready, 0,                                                         \
        torctl_get_endpoints(r->tor, "socks", r->call, OUT(torctl_endpoints), NULL))               \
    ROW(torctl_get_process, is_ready, 0,                                                           \
        torctl_get_process(r->tor, r->call, OUT(torctl_process), NULL))                            \
    ROW(torctl_get_bandwidths, is_ready, 0,                                                        \
        torctl_get_bandwidths(r->tor, r->call, OUT(torctl_bandwidths), NULL))                      \
    ROW(torctl_get_accounting, is_ready, 0,                                                        \
        torctl_get_accounting(r->tor, r->call, OUT(torctl_accounting), NULL))                      \
    ROW(torctl_get_guards, is_ready, 0,                                                            \
        torctl_get_guards(r->tor, r->call, OUT(torctl_guards), NULL))                              \
    ROW(torctl_get_mappings, is_ready, 0,                                                          \
        torctl_get_mappings(r->tor, "all", r->call, OUT(torctl_mappings), NULL))                   \
    ROW(torctl_get_config_options, is_ready, 0,                                                    \
        torctl_get_config_options(r->tor, r->call, OUT(torctl_config_options), NULL))              \
    ROW(torctl_get_exit_policy, is_ready, 0,                                                       \
        torctl_get_exit_policy(r->tor, r->call, OUT(torctl_exit_policy), NULL))                    \
    ROW(torctl_get_info_in_pieces, is_ready, 0,                                                    \
        torctl_get_info_in_pieces(r->tor, "ns/all", take_piece, NULL, r->call, NULL))              \
    ROW(torctl_get_routers, is_ready, 0,                                                           \
        torctl_get_routers(r->tor, "ns/all", r->call, OUT(torctl_routers), NULL))                  \
    ROW(torctl_get_each_router, is_ready, 0,                                                       \
        torctl_get_each_router(r->tor, "ns/all", take_router, NULL, r->call, NULL, NULL))          \
    ROW(torctl_get_descriptors, is_ready, 0,                                                       \
        torctl_get_descriptors(r->tor, "desc/all-recent", r->call, OUT(torctl_descriptors), NULL)) \
    ROW(torctl_get_each_descriptor, is_ready, 0,                                                   \
        torctl_get_each_descriptor(r->tor, "desc/all-recent", take_descriptor, NULL, r->call,      \
                                   NULL, NULL))                                                    \
    ROW(torctl_get_microdescriptors, is_ready, 0,                                                  \
        torctl_get_microdescriptors(r->tor, "md/all", r->call, OUT(torctl_microdescriptors),       \
                                    NULL))                                                         \
    ROW(torctl_get_each_microdescriptor, is_ready, 0,                                              \
        torctl_get_each_microdescriptor(r->tor, "md/all", take_microdescriptor, NULL, r->call,     \
                                        NULL, NULL))

/* A private key for clients, of any bytes. */
#define X25519 "GBEUI6GAQYXOHEUXTBHDPUHFVSFPDXNHKQ5EMZTOQE2ZWMOPEWQA"

/* clang-format off */ /* one line */
#define ROW_FUNCTION(name, prepare, flags, expression) \
    static torctl_status run_##name(struct run *r) { return expression; }
/* clang-format on */
ROWS(ROW_FUNCTION)

struct row {
    const char *name;
    void (*prepare)(struct run *);
    int may_be_ok;
    torctl_status (*run)(struct run *);
};

#define ROW_ENTRY(name, prepare, flags, expression) {#name, prepare, flags, run_##name},
static const struct row rows[] = {ROWS(ROW_ENTRY)};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

#endif
