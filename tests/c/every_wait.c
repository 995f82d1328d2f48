/* Every function of the header that can block, in one table. Under each, in every phase of its waiting,
 * the controller is closed, its call is cancelled by another thread, and its call is cancelled by a
 * signal handler in the very thread that waits; each ends with the status that the header says.
 *
 * A phase is how many of the function's commands the peer answers before it falls silent: with none
 * the first request waits, with all of them the wait for events, if there is one. A function of the
 * header that takes a call and is not in the table fails the test.
 *
 * ctest: unit timeout=240 */
#include "peer.h"

#include <dirent.h>
#include <netdb.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define ONION "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid"
#define DIRECTORY "/torctl-every-wait"

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
static char *own_path;

/* The peer. */

struct script {
    int left;     /* commands that are still answered; negative: all */
    int received; /* since the wait was begun */
};

static int answer_like_tor(peer *p, const char *line)
{
    char word[256];
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
#define OUT(type)                                        \
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
    REQUIRE_STATUS(torctl_listener_add(r->tor, BW, listen_only, NULL, NULL, NULL, &r->listener, NULL),
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
    return status != TORCTL_OK ? status
                               : torctl_pending_wait(r->pending, OUT(torctl_reply), NULL);
}

static torctl_status add_onion(struct run *r)
{
    torctl_onion_options *options = torctl_onion_options_new();
    CHECK_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    torctl_status status = torctl_add_onion(r->tor, options, r->call, OUT(torctl_onion), NULL);
    torctl_onion_options_free(options);
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

/* What ends with TORCTL_OK although tor's answer did not come: tor need not agree to a removal. */
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
    ROW(torctl_map_address, is_ready, 0,                                                           \
        torctl_map_address(r->tor, onions, addresses, 1, r->call, OUT(torctl_results), NULL))      \
    ROW(torctl_resolve, is_ready, 0,                                                               \
        torctl_resolve(r->tor, "a.test", 0, -1, r->call, OUT(torctl_event), NULL))                 \
    ROW(torctl_add_onion, is_ready, 0, add_onion(r))                                               \
    ROW(torctl_watch_onion, is_ready, 0,                                                           \
        torctl_watch_onion(r->tor, ONION, r->call, OUT(torctl_onion), NULL))                       \
    ROW(torctl_onion_wait_published, with_onion, 0,                                                \
        torctl_onion_wait_published(r->onion, 1, -1, r->call, NULL))                               \
    ROW(torctl_onion_get_status, with_onion, 0,                                                    \
        torctl_onion_get_status(r->onion, r->call, OUT(torctl_onion_status), NULL))                \
    ROW(torctl_del_onion, is_ready, 0, torctl_del_onion(r->tor, ONION, r->call, NULL))             \
    ROW(torctl_get_onions, is_ready, 0,                                                           \
        torctl_get_onions(r->tor, 0, r->call, OUT(torctl_list), NULL))                            \
    ROW(torctl_onion_client_auth_add, is_ready, 0,                                                 \
        torctl_onion_client_auth_add(r->tor, ONION, "x25519:" X25519, NULL, 0, r->call, NULL,      \
                                     NULL))                                                        \
    ROW(torctl_onion_client_auth_remove, is_ready, 0,                                              \
        torctl_onion_client_auth_remove(r->tor, ONION, r->call, NULL))                             \
    ROW(torctl_get_client_auths, is_ready, 0,                                                \
        torctl_get_client_auths(r->tor, NULL, r->call, OUT(torctl_client_auths), NULL))      \
    ROW(torctl_get_services, is_ready, 0,                                                          \
        torctl_get_services(r->tor, r->call, OUT(torctl_services), NULL))                          \
    ROW(torctl_set_services, with_services, 0,                                                     \
        torctl_set_services(r->tor, r->services, r->call, NULL))                                   \
    ROW(torctl_set_bridges, is_ready, 0, set_bridges(r))                                           \
    ROW(torctl_post_descriptor, is_ready, 0,                                                       \
        torctl_post_descriptor(r->tor, "junk\n", 5, 0, -1, r->call, NULL))                         \
    ROW(torctl_post_onion_descriptor, is_ready, 0,                                                               \
        torctl_post_onion_descriptor(r->tor, ONION, NULL, 0, "junk\n", 5, r->call, NULL))                        \
    ROW(torctl_fetch_onion_start, is_ready, 0, torctl_fetch_onion_start(r->tor, ONION, NULL, 0, r->call, NULL))      \
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
    ROW(torctl_get_each_router, is_ready, 0,                                                          \
        torctl_get_each_router(r->tor, "ns/all", take_router, NULL, r->call, NULL, NULL))             \
    ROW(torctl_get_descriptors, is_ready, 0,                                                       \
        torctl_get_descriptors(r->tor, "desc/all-recent", r->call, OUT(torctl_descriptors), NULL)) \
    ROW(torctl_get_each_descriptor, is_ready, 0,                                                      \
        torctl_get_each_descriptor(r->tor, "desc/all-recent", take_descriptor, NULL, r->call, NULL,   \
                                NULL))                                                             \
    ROW(torctl_get_microdescriptors, is_ready, 0,                                                  \
        torctl_get_microdescriptors(r->tor, "md/all", r->call, OUT(torctl_microdescriptors),       \
                                    NULL))                                                         \
    ROW(torctl_get_each_microdescriptor, is_ready, 0,                                                 \
        torctl_get_each_microdescriptor(r->tor, "md/all", take_microdescriptor, NULL, r->call, NULL,  \
                                     NULL))

/* A private key for clients, of any bytes. */
#define X25519 "GBEUI6GAQYXOHEUXTBHDPUHFVSFPDXNHKQ5EMZTOQE2ZWMOPEWQA"

#define ROW_FUNCTION(name, prepare, flags, expression) \
    static torctl_status run_##name(struct run *r) { return expression; }
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

/* Those that need more than a connected controller, each with a test of its own below. */
static const char *const own_tests[] = {
    "torctl_controller_connect", "torctl_controller_open", "torctl_launch", "torctl_launched_wait",
    "torctl_listener_set_failure_fn",
};

/* The ways to end a wait. */

enum way { CLOSE, CLOSE_WITHOUT_CALL, CANCEL, CANCEL_IN_HANDLER, WAYS };
static const char *const way_names[] = {"closed", "closed, no call", "cancelled", "in a handler"};

static torctl_call *handlers_call;
static volatile sig_atomic_t errno_changed;

static void on_signal(int number)
{
    (void)number;
    int interrupted = errno;
    errno = 4711;
    torctl_call_cancel(GET(handlers_call));
    if (errno != 4711)
        errno_changed = 1;
    errno = interrupted;
}

static void *run_it(void *arg)
{
    struct run *r = arg;
    SET(r->tid, (pid_t)syscall(SYS_gettid));
    r->status = r->row->run(r);
    SET(r->is_over, 1);
    return NULL;
}

static int is_asleep(pid_t tid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)tid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    char *got = fgets(line, sizeof line, file);
    fclose(file);
    const char *state = got == NULL ? NULL : strrchr(line, ')');
    return state != NULL && state[1] == ' ' && state[2] == 'S';
}

/* Returns when the thread waits, or is over. */
static void wait_asleep(struct run *r)
{
    int seen = 0;
    for (int64_t end_ms = check_now_ms() + 60000; seen < 4 && check_now_ms() < end_ms;) {
        if (GET(r->is_over))
            return;
        pid_t tid = GET(r->tid);
        seen = tid != 0 && is_asleep(tid) ? seen + 1 : 0;
        check_pause();
    }
    REQUIRE(seen >= 4);
}

/* Begins the row's function in a thread, ends it, and returns whether it had to be ended. */
static int end_it(struct run *r, enum way way)
{
    pthread_t thread = start_thread(run_it, r);
    wait_asleep(r);
    int waited = !GET(r->is_over);
    switch (way) {
    case CLOSE:
    case CLOSE_WITHOUT_CALL:
        torctl_controller_close(r->tor);
        break;
    case CANCEL:
        torctl_call_cancel(r->call);
        break;
    default:
        SET(handlers_call, r->call);
        if (waited)
            REQUIRE(pthread_kill(thread, SIGUSR1) == 0);
    }
    JOIN_SOON(thread, 60);
    return waited;
}

static void check_ended(const struct run *r, enum way way, int phase, torctl_status want)
{
    int held = r->status == want || (r->row->may_be_ok && r->status == TORCTL_OK);
    if (!held)
        fprintf(stderr, "%s, %s, phase %d: got %s, want %s\n", r->row->name, way_names[way], phase,
                torctl_status_name(r->status), torctl_status_name(want));
    CHECK(held);
    CHECK(r->status == TORCTL_OK || r->object == NULL);
}

static void clear(struct run *r)
{
    if (r->free_object != NULL)
        ((free_fn)r->free_object)(r->object);
    torctl_pending_free(r->pending);
    torctl_services_free(r->services);
    torctl_onion_free(r->onion);
    torctl_queue_free(r->queue);
    torctl_controller_free(r->tor);
    torctl_call_free(r->call);
}

/* One phase; whether there is a later one. */
static int try_phase(const struct row *row, enum way way, int phase)
{
    peer p;
    struct script script = {.left = -1};
    struct run r = {.row = row};
    peer_start(&p, answer, &script);
    r.tor = peer_open(&p);
    r.call = way == CLOSE_WITHOUT_CALL ? NULL : torctl_call_new();
    row->prepare(&r);
    /* Nothing of the preparation is on its way any more. */
    CHECK_STATUS(torctl_signal(r.tor, TORCTL_SIGNAL_HEARTBEAT, NULL, NULL), TORCTL_OK);
    SET(script.received, 0);
    SET(script.left, phase);
    int waited = end_it(&r, way);
    int is_last = GET(script.received) <= phase;
    if (waited) {
        int is_close = way == CLOSE || way == CLOSE_WITHOUT_CALL;
        torctl_status closed =
            row->run == run_torctl_queue_next ? TORCTL_END : TORCTL_ERR_CLOSED;
        check_ended(&r, way, phase, is_close ? closed : TORCTL_ERR_CANCELLED);
    }
    /* The first phase is a wait for every one of them. */
    CHECK(waited || phase > 0);
    clear(&r);
    peer_stop(&p);
    return waited && !is_last;
}

static void every_row_ends(enum way way)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        for (int phase = 0; try_phase(&rows[i], way, phase); phase++)
            REQUIRE(phase < 20);
}

/* Functions of the header that take a call are in the table. */
static void the_table_is_complete(void)
{
    FILE *file = fopen("include/torctl.h", "r");
    REQUIRE(file != NULL);
    static char text[1 << 20];
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    int count = 0;
    for (char *at = text; (at = strstr(at, "torctl_call *call")) != NULL; at++) {
        char *open = at;
        while (*open != '(' && open > text)
            open--;
        char *begin = open;
        while (begin > text && (begin[-1] == '_' || (begin[-1] >= 'a' && begin[-1] <= 'z')))
            begin--;
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(open - begin), begin);
        int is_there = strncmp(name, "torctl_call_", 12) == 0;
        count += !is_there;
        for (size_t i = 0; i < ROW_COUNT; i++)
            is_there |= strcmp(rows[i].name, name) == 0;
        for (size_t i = 0; i < sizeof own_tests / sizeof own_tests[0]; i++)
            is_there |= strcmp(own_tests[i], name) == 0;
        if (!is_there)
            fprintf(stderr, "%s can block and is not in the table\n", name);
        CHECK(is_there);
    }
    CHECK(count > 70);
}

/* Connecting. */

static char address[128];

static torctl_status connect_it(struct run *r)
{
    return torctl_controller_connect(r->tor, r->call, NULL);
}

static torctl_status open_it(struct run *r)
{
    return torctl_controller_open(address, r->call, OUT(torctl_controller), NULL);
}

static const struct row connect_row = {"torctl_controller_connect", is_ready, 0, connect_it};
static const struct row open_row = {"torctl_controller_open", is_ready, 0, open_it};

/* Each step of logging in waits for the peer. */
static int try_login(enum way way, int phase)
{
    peer p;
    struct script script = {.left = phase};
    struct run r = {.row = &connect_row};
    peer_start(&p, answer, &script);
    r.tor = peer_controller(&p, NULL, 0);
    r.call = way == CLOSE_WITHOUT_CALL ? NULL : torctl_call_new();
    with_queue(&r);
    int waited = end_it(&r, way);
    if (waited)
        check_ended(&r, way, phase,
                    way == CANCEL || way == CANCEL_IN_HANDLER ? TORCTL_ERR_CANCELLED
                                                              : TORCTL_ERR_CLOSED);
    /* PROTOCOLINFO, AUTHENTICATE, SETEVENTS. */
    CHECK_INT(waited, phase < 3);
    clear(&r);
    peer_stop(&p);
    return waited;
}

/* Stands for a name server that does not answer. */
static sem_t never_resolved;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    (void)node, (void)service, (void)hints, (void)result;
    while (sem_wait(&never_resolved) != 0)
        ;
    sem_post(&never_resolved);
    return -2; /* EAI_NONAME */
}

/* To an address that does not answer. */
static void dialling_ends(enum way way)
{
    struct run r = {.row = &connect_row};
    torctl_options *options = torctl_options_new();
    REQUIRE_STATUS(torctl_options_set_address(options, address, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_options_set_connect_timeout_ms(options, 200000, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &r.tor, NULL), TORCTL_OK);
    torctl_options_free(options);
    r.call = way == CLOSE_WITHOUT_CALL ? NULL : torctl_call_new();
    CHECK(end_it(&r, way));
    int is_close = way == CLOSE || way == CLOSE_WITHOUT_CALL;
    check_ended(&r, way, 0, is_close ? TORCTL_ERR_CLOSED : TORCTL_ERR_CANCELLED);
    CHECK_INT(torctl_controller_state(r.tor), is_close ? TORCTL_STATE_CLOSED : TORCTL_STATE_NEW);
    if (r.call != NULL && is_close) {
        /* The timeout of the call counts as well. */
        torctl_controller_free(r.tor);
        REQUIRE_STATUS(torctl_controller_new(NULL, &r.tor, NULL), TORCTL_OK);
    }
    clear(&r);

    if (is_close)
        return;
    struct run opens = {.row = &open_row, .call = torctl_call_new()};
    CHECK(end_it(&opens, way));
    check_ended(&opens, way, 0, TORCTL_ERR_CANCELLED);
    clear(&opens);
    torctl_call *hasty = torctl_call_new();
    torctl_controller *none = NULL;
    torctl_call_set_timeout_ms(hasty, 20);
    CHECK_STATUS(torctl_controller_open(address, hasty, &none, NULL), TORCTL_ERR_TIMEOUT);
    CHECK(none == NULL);
    torctl_call_free(hasty);
}

/* A listener whose backlog is full, so that connecting to it waits. */
static int full_listener(int family, int *clients, int count)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_un un;
    } at = {.any = {.sa_family = (sa_family_t)family}};
    socklen_t size = family == AF_UNIX ? sizeof at.un : sizeof at.in;
    at.any.sa_family = (sa_family_t)family;
    if (family == AF_UNIX) {
        snprintf(at.un.sun_path, sizeof at.un.sun_path, "/tmp/torctl-every-wait-%d", (int)getpid());
        unlink(at.un.sun_path);
        snprintf(address, sizeof address, "unix:%.100s", at.un.sun_path);
    } else {
        at.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(listener, &at.any, size) == 0 && listen(listener, 0) == 0);
    REQUIRE(getsockname(listener, &at.any, &size) == 0);
    if (family == AF_INET)
        snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(at.in.sin_port));
    for (int i = 0; i < count; i++) {
        clients[i] = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)!connect(clients[i], &at.any, size);
    }
    return listener;
}

static void connecting_ends(enum way way)
{
    for (int phase = 0; try_login(way, phase); phase++)
        ;
    static const int families[] = {AF_UNIX, AF_INET};
    for (int i = 0; i < 2; i++) {
        int clients[8];
        int listener = full_listener(families[i], clients, 8);
        dialling_ends(way);
        for (int j = 0; j < 8; j++)
            close(clients[j]);
        close(listener);
        if (families[i] == AF_UNIX)
            unlink(address + 5);
    }
    snprintf(address, sizeof address, "tor.example:9051");
    dialling_ends(way);
}

/* A tor of the program's own. This program plays it: see be_tor(). */

static torctl_launch_options *own_tor(const char *how)
{
    torctl_launch_options *options = torctl_launch_options_new();
    REQUIRE_STATUS(torctl_launch_options_set_program(options, own_path, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_start_timeout_ms(options, 200000, NULL), TORCTL_OK);
    REQUIRE(setenv("TORCTL_EVERY_WAIT", how, 1) == 0);
    return options;
}

static torctl_launch_options *launch_options;

static torctl_status launch_it(struct run *r)
{
    return torctl_launch(launch_options, r->call, OUT(torctl_controller), NULL);
}

static torctl_status wait_launched(struct run *r)
{
    return torctl_launched_wait(r->tor, -1, r->call, NULL, NULL, NULL);
}

static const struct row launch_row = {"torctl_launch", is_ready, 0, launch_it};
/* A tor that ends with the controller may have ended before the waiting thread looks. */
static const struct row launched_row = {"torctl_launched_wait", is_ready, MAY_BE_OK, wait_launched};
static const struct row kept_row = {"torctl_launched_wait", is_ready, 0, wait_launched};

static void launching_ends(enum way way)
{
    static const int32_t controls[] = {TORCTL_LAUNCH_DESCRIPTOR, TORCTL_LAUNCH_PORT};
    for (int i = 0; i < 2 && (way == CANCEL || way == CANCEL_IN_HANDLER); i++) {
        struct run r = {.row = &launch_row, .call = torctl_call_new()};
        launch_options = own_tor("silent");
        REQUIRE_STATUS(torctl_launch_options_set_control(launch_options, controls[i], NULL), TORCTL_OK);
        CHECK(end_it(&r, way));
        check_ended(&r, way, i, TORCTL_ERR_CANCELLED);
        torctl_launch_options_free(launch_options);
        clear(&r);
    }
}

/* Whether tor ends with the controller or not. */
static void waiting_for_the_end_of_tor_ends(enum way way, int is_kept)
{
    struct run r = {.row = is_kept ? &kept_row : &launched_row};
    char directory[] = "/tmp/torctl-every-wait-XXXXXX", path[64];
    torctl_launch_options *options = own_tor("answers");
    REQUIRE(mkdtemp(directory) != NULL);
    REQUIRE_STATUS(torctl_launch_options_set_data_directory(options, directory, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_launch_options_set_keep_running(options, is_kept, NULL), TORCTL_OK);
    torctl_error *err = NULL;
    if (torctl_launch(options, NULL, &r.tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(err == NULL);
    torctl_launch_options_free(options);
    pid_t pid = (pid_t)torctl_launched_pid(r.tor);
    r.call = way == CLOSE_WITHOUT_CALL ? NULL : torctl_call_new();
    CHECK(end_it(&r, way));
    int is_close = way == CLOSE || way == CLOSE_WITHOUT_CALL;
    check_ended(&r, way, is_kept, is_close ? TORCTL_ERR_CLOSED : TORCTL_ERR_CANCELLED);
    torctl_controller_close(r.tor);
    if (is_kept) {
        /* It goes on, so there is nothing to wait for. */
        CHECK_STATUS(torctl_launched_wait(r.tor, -1, NULL, NULL, NULL, NULL), TORCTL_ERR_CLOSED);
        REQUIRE(kill(pid, SIGKILL) == 0);
        CHECK_SOON(torctl_launched_wait(r.tor, -1, NULL, NULL, NULL, NULL) == TORCTL_OK, 30);
    } else {
        CHECK_STATUS(torctl_launched_wait(r.tor, -1, NULL, NULL, NULL, NULL), TORCTL_OK);
    }
    clear(&r);
    snprintf(path, sizeof path, "%s/torctl-torrc", directory);
    unlink(path);
    CHECK(rmdir(directory) == 0);
}

/* As a tor that answers everything, or nothing, until its connection ends. */
static int be_tor(const char *how)
{
    char line[4096];
    int fd = -1;
    while (fgets(line, sizeof line, stdin) != NULL)
        (void)sscanf(line, "__OwningControllerFD %*[\"]%d", &fd);
    rewind(stdin);
    while (fd < 0 && fgets(line, sizeof line, stdin) != NULL)
        (void)sscanf(line, "__OwningControllerFD %d", &fd);
    if (fd < 0 || strcmp(how, "silent") == 0)
        for (;;)
            pause();
    peer p;
    struct script script = {.left = -1};
    peer_start_on(&p, fd, answer, &script);
    pthread_join(p.thread, NULL);
    /* By TAKEOWNERSHIP, or the descriptor that it was born with; unless that was taken back. */
    while (peer_count(&p, "DROPOWNERSHIP") > 0)
        pause();
    return 0;
}

/* What waits for a callback. */

static int is_callback_blocked, is_callback_released;

static int32_t block(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    SET(is_callback_blocked, 1);
    while (!GET(is_callback_released))
        check_pause();
    return TORCTL_OK;
}

static torctl_status remove_it(struct run *r)
{
    return torctl_listener_remove(r->tor, r->listener, r->call, NULL);
}

static torctl_status set_failure_fn(struct run *r)
{
    return torctl_listener_set_failure_fn(r->tor, hear_failure, NULL, NULL, r->call, NULL);
}

static const struct row removal_row = {"torctl_listener_remove", is_ready, 0, remove_it};
static const struct row failure_row = {"torctl_listener_set_failure_fn", is_ready, 0, set_failure_fn};

/* A cancel does not wait for the callback; a close does, for the program relies on its end. */
static void waiting_for_a_callback_ends(const struct row *row, enum way way)
{
    peer p;
    struct run r = {.row = row};
    SET(is_callback_blocked, 0);
    SET(is_callback_released, 0);
    peer_start(&p, NULL, NULL);
    r.tor = peer_open(&p);
    r.call = torctl_call_new();
    REQUIRE_STATUS(torctl_listener_add(r.tor, BW, block, NULL, NULL, NULL, &r.listener, NULL),
                   TORCTL_OK);
    peer_puts(&p, "650 BW 1 1\r\n");
    CHECK_SOON(GET(is_callback_blocked), 30);
    if (way == CANCEL || way == CANCEL_IN_HANDLER) {
        CHECK(end_it(&r, way));
        check_ended(&r, way, 0, TORCTL_ERR_CANCELLED);
        SET(is_callback_released, 1);
    } else {
        pthread_t thread = start_thread(run_it, &r);
        wait_asleep(&r);
        torctl_controller_close(r.tor);
        wait_asleep(&r);
        CHECK(!GET(r.is_over));
        SET(is_callback_released, 1);
        JOIN_SOON(thread, 60);
        check_ended(&r, way, 0, TORCTL_OK);
    }
    clear(&r);
    peer_stop(&p);
}

static int thread_count(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    REQUIRE(tasks != NULL);
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* The runtime of ThreadSanitizer has a thread of its own. */
#ifdef __SANITIZE_THREAD__
enum { OF_SANITIZER = 1 };
#else
enum { OF_SANITIZER = 0 };
#endif

int main(int argc, char **argv)
{
    (void)argc;
    if (getenv("TORCTL_EVERY_WAIT") != NULL)
        return be_tor(getenv("TORCTL_EVERY_WAIT"));
    own_path = argv[0];
    REQUIRE(sem_init(&never_resolved, 0, 0) == 0);
    struct sigaction action = {.sa_handler = on_signal};
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    the_table_is_complete();
    for (int way = 0; way < WAYS; way++) {
        if (is_instrumented() && (way == CLOSE_WITHOUT_CALL || way == CANCEL))
            continue;
        every_row_ends(way);
        connecting_ends(way);
        launching_ends(way);
        waiting_for_the_end_of_tor_ends(way, 0);
        waiting_for_the_end_of_tor_ends(way, 1);
        waiting_for_a_callback_ends(&removal_row, way);
        waiting_for_a_callback_ends(&failure_row, way);
    }
    CHECK(!errno_changed);
    /* The threads that look up names go on until they have an answer. */
    sem_post(&never_resolved);
    CHECK_SOON(thread_count() <= 1 + OF_SANITIZER, 60);
    return check_done();
}
