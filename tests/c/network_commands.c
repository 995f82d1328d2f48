/* Commands about circuits, streams, relays and descriptors, through the C interface, on the private
 * network. Leaves streams unattached for a while, so nothing may run beside it.
 *
 * ctest: network serial timeout=120 mode=thread_free */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { LONG_MS = 10 * 60000 };

static torctl_controller *open_at(const char *variable)
{
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    char address[512];
    snprintf(address, sizeof address, "unix:%s", check_env(variable));
    if (torctl_controller_open(address, NULL, &tor, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    REQUIRE(tor != NULL && err == NULL);
    return tor;
}

/* The fingerprint of a relay of TORCTL_NET_RELAYS, "auth1=FP auth2=FP ...". */
static void relay(const char *name, char fingerprint[41])
{
    const char *at = strstr(check_env("TORCTL_NET_RELAYS"), name);
    REQUIRE(at != NULL);
    memcpy(fingerprint, at + strlen(name) + 1, 40);
    fingerprint[40] = '\0';
}

static torctl_queue *queue_of(torctl_controller *tor, int32_t kind)
{
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(kind), 0, 0, TORCTL_DROP_OLDEST, NULL,
                                    &queue, NULL),
                   TORCTL_OK);
    return queue;
}

static size_t microdescriptor_count(torctl_controller *tor)
{
    torctl_microdescriptors *all = NULL;
    REQUIRE_STATUS(torctl_get_microdescriptors(tor, "md/all", NULL, &all, NULL), TORCTL_OK);
    size_t count = torctl_microdescriptors_count(all);
    torctl_microdescriptors_free(all);
    return count;
}

struct wanted {
    uint64_t id;
    int32_t status;
};

static int32_t is_circuit(const torctl_event *event, void *wanted)
{
    const struct wanted *w = wanted;
    return torctl_circ_id(event) == w->id && torctl_circ_status(event) == w->status;
}

static void circuits(torctl_controller *tor)
{
    char first[41], second[41];
    const char *path[] = {first, second};
    torctl_queue *queue = queue_of(tor, TORCTL_EVENT_CIRC);
    torctl_event *event = NULL;
    torctl_events *connections = NULL;
    struct wanted wanted = {0, TORCTL_CIRC_BUILT};
    relay("relay1", first);
    relay("auth2", second);
    REQUIRE_STATUS(torctl_extend_circuit(tor, 0, path, 2, TORCTL_CIRC_PURPOSE_CONTROLLER, NULL,
                                         &wanted.id, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_wait_event(queue, is_circuit, &wanted, LONG_MS, NULL, &event, NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_circ_path_count(event), 2);
    CHECK_STR(torctl_circ_path_fingerprint(event, 1), second);
    torctl_event_free(event);

    /* Its first hop is a relay that tor is connected with. */
    size_t found = 0;
    REQUIRE_STATUS(torctl_get_orconns(tor, NULL, &connections, NULL), TORCTL_OK);
    for (size_t i = 0; i < torctl_events_count(connections); i++) {
        const torctl_event *connection = torctl_events_get(connections, i);
        CHECK_INT(torctl_event_kind(connection), TORCTL_EVENT_ORCONN);
        found += torctl_orconn_status(connection) == TORCTL_ORCONN_CONNECTED &&
                 strcmp(torctl_orconn_fingerprint(connection), first) == 0;
    }
    CHECK(found > 0);
    torctl_events_free(connections);

    wanted.status = TORCTL_CIRC_CLOSED;
    CHECK_STATUS(torctl_close_circuit(tor, wanted.id, 0, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_wait_event(queue, is_circuit, &wanted, LONG_MS, NULL, &event, NULL),
                 TORCTL_OK);
    torctl_event_free(event);
    torctl_queue_free(queue);
}

static int on_loopback(uint16_t port, int listens)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    REQUIRE(fd >= 0);
    if (listens)
        REQUIRE(bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0);
    else
        REQUIRE(connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

static int32_t is_stream(const torctl_event *event, void *wanted)
{
    struct wanted *w = wanted;
    if (w->id == 0 && strcmp(torctl_stream_target(event), "wrong.test:9") == 0)
        w->id = torctl_stream_id(event);
    return torctl_stream_id(event) == w->id && torctl_stream_status(event) == w->status;
}

/* A stream to a wrong place is sent to the right one, and then ended. */
static void streams(torctl_controller *tor)
{
    static const char request[] = "\x05\x01\x00\x05\x01\x00\x03\x0awrong.test\x00\x09";
    struct sockaddr_in at;
    socklen_t length = sizeof at;
    torctl_queue *queue = queue_of(tor, TORCTL_EVENT_STREAM);
    torctl_event *event = NULL;
    struct wanted wanted = {0, TORCTL_STREAM_NEW};
    char answer[12];
    int server = on_loopback(0, 1);
    REQUIRE(getsockname(server, (struct sockaddr *)&at, &length) == 0);

    REQUIRE_STATUS(torctl_set_conf(tor, "__LeaveStreamsUnattached", "1", NULL, NULL), TORCTL_OK);
    int application = on_loopback((uint16_t)atoi(check_env("TORCTL_NET_SOCKS_PORT")), 0);
    REQUIRE(write(application, request, sizeof request - 1) == (ssize_t)sizeof request - 1);
    CHECK_STATUS(torctl_wait_event(queue, is_stream, &wanted, LONG_MS, NULL, &event, NULL),
                 TORCTL_OK);
    torctl_event_free(event);
    CHECK_STATUS(torctl_redirect_stream(tor, wanted.id, "127.0.0.1", ntohs(at.sin_port), NULL,
                                        NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_attach_stream(tor, wanted.id, 0, 0, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_reset_conf(tor, "__LeaveStreamsUnattached", NULL, NULL, NULL), TORCTL_OK);
    wanted.status = TORCTL_STREAM_SUCCEEDED;
    CHECK_STATUS(torctl_wait_event(queue, is_stream, &wanted, LONG_MS, NULL, &event, NULL),
                 TORCTL_OK);
    CHECK_INT(torctl_stream_target_port(event), ntohs(at.sin_port));
    torctl_event_free(event);
    int visitor = accept(server, NULL, NULL);
    CHECK(visitor >= 0);
    CHECK_INT(recv(application, answer, sizeof answer, MSG_WAITALL), sizeof answer);
    CHECK_INT(answer[3], 0); /* SOCKS: succeeded */

    CHECK_STATUS(torctl_close_stream(tor, wanted.id, TORCTL_STREAM_REASON_MISC, NULL, NULL),
                 TORCTL_OK);
    wanted.status = TORCTL_STREAM_CLOSED;
    CHECK_STATUS(torctl_wait_event(queue, is_stream, &wanted, LONG_MS, NULL, &event, NULL),
                 TORCTL_OK);
    torctl_event_free(event);
    while (recv(application, answer, sizeof answer, 0) > 0)
        continue;
    close(application);
    close(visitor);
    close(server);
    torctl_queue_free(queue);
}

static int32_t count_descriptor(const torctl_descriptor *descriptor, void *count)
{
    CHECK(torctl_descriptor_or_port(descriptor) > 0);
    ++*(size_t *)count;
    return 0;
}

static int32_t count_microdescriptor(const torctl_microdescriptor *microdescriptor, void *count)
{
    CHECK(torctl_microdescriptor_ntor_onion_key(microdescriptor)[0] != '\0');
    ++*(size_t *)count;
    return 0;
}

static int32_t add_size(const char *piece, size_t size_bytes, void *sum)
{
    CHECK_INT(piece[size_bytes - 1], '\n');
    *(size_t *)sum += size_bytes;
    return 0;
}

static void documents(torctl_controller *tor)
{
    char key[64], fingerprint[41];
    torctl_controller *authority = open_at("TORCTL_NET_AUTH1_CONTROL_SOCKET");
    torctl_descriptors *descriptors = NULL;
    torctl_microdescriptors *microdescriptors = NULL;
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    size_t count = 0, calls = 0, sum = 0;
    relay("relay2", fingerprint);
    snprintf(key, sizeof key, "desc/id/%s", fingerprint);
    REQUIRE_STATUS(torctl_get_descriptors(authority, key, NULL, &descriptors, NULL), TORCTL_OK);
    CHECK_INT(torctl_descriptors_count(descriptors), 1);
    const torctl_descriptor *descriptor = torctl_descriptors_get(descriptors, 0);
    CHECK_STR(torctl_descriptor_fingerprint(descriptor), fingerprint);
    CHECK_STR(torctl_descriptor_nickname(descriptor), "relay2");
    /* The authority has it already. */
    CHECK_STATUS(torctl_post_descriptor(authority, torctl_descriptor_raw(descriptor),
                                        torctl_descriptor_raw_size_bytes(descriptor), 0, -1, NULL,
                                        &err),
                 TORCTL_ERR_REJECTED);
    CHECK_INT(torctl_error_reply_code(err), 251);
    torctl_error_free(err);
    torctl_descriptors_free(descriptors);
    CHECK_STATUS(torctl_get_each_descriptor(authority, "desc/all-recent", count_descriptor, &calls,
                                            NULL, &count, NULL),
                 TORCTL_OK);
    CHECK_INT(count, 5);
    CHECK_INT(calls, count);
    torctl_controller_free(authority);

    REQUIRE_STATUS(torctl_get_microdescriptors(tor, "md/all", NULL, &microdescriptors, NULL),
                   TORCTL_OK);
    count = torctl_microdescriptors_count(microdescriptors);
    CHECK(count >= 5);
    CHECK(torctl_microdescriptor_ed25519(torctl_microdescriptors_get(microdescriptors, 0))[0]);
    torctl_microdescriptors_free(microdescriptors);
    calls = 0;
    CHECK_STATUS(torctl_get_each_microdescriptor(tor, "md/name/relay1", count_microdescriptor,
                                                 &calls, NULL, &count, NULL),
                 TORCTL_OK);
    CHECK_INT(calls, 1);
    CHECK_INT(count, 1);

    CHECK_STATUS(torctl_get_info_in_pieces(tor, "config/names", add_size, &sum, NULL, NULL),
                 TORCTL_OK);
    REQUIRE_STATUS(torctl_get_info(tor, "config/names", NULL, &values, NULL), TORCTL_OK);
    CHECK_INT(sum, torctl_values_value_size_bytes(values, 0));
    torctl_values_free(values);
}

static int32_t is_content(const torctl_event *event, void *address)
{
    return torctl_event_kind(event) == TORCTL_EVENT_HS_DESC_CONTENT &&
           strncmp(torctl_hs_desc_content_address(event), address, 56) == 0;
}

static int32_t is_failed_upload(const torctl_event *event, void *address)
{
    return torctl_hs_desc_action(event) == TORCTL_HS_DESC_FAILED &&
           torctl_hs_desc_reason(event) == TORCTL_HS_DESC_REASON_UPLOAD_REJECTED &&
           strncmp(torctl_hs_desc_address(event), address, 56) == 0;
}

/* A service's descriptor is fetched from one relay, and given to it again. */
static void onion_descriptors(torctl_controller *tor)
{
    char fingerprint[41], address[TORCTL_ONION_ADDRESS_SIZE];
    const char *const relays[] = {fingerprint};
    torctl_onion_options *options = torctl_onion_options_new();
    torctl_queue *contents = queue_of(tor, TORCTL_EVENT_HS_DESC_CONTENT);
    torctl_queue *uploads = queue_of(tor, TORCTL_EVENT_HS_DESC);
    torctl_onion *onion = NULL;
    torctl_event *event = NULL, *failed = NULL;
    relay("relay2", fingerprint);
    REQUIRE_STATUS(torctl_onion_options_add_port(options, 80, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_add_onion(tor, options, NULL, &onion, NULL), TORCTL_OK);
    snprintf(address, sizeof address, "%s", torctl_onion_address(onion));
    /* All five relays take both of its descriptors. */
    REQUIRE_STATUS(torctl_onion_wait_published(onion, 10, LONG_MS, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_fetch_onion_start(tor, address, relays, 1, NULL, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_wait_event(contents, is_content, address, LONG_MS, NULL, &event, NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_hs_desc_content_found(event), 1);
    CHECK_STR(torctl_hs_desc_content_hsdir_fingerprint(event), fingerprint);
    /* It is not newer than what the relay has: that refuses it. */
    CHECK_STATUS(torctl_post_onion_descriptor(tor, address, relays, 1,
                                              torctl_hs_desc_content_descriptor(event),
                                              torctl_hs_desc_content_descriptor_size_bytes(event),
                                              NULL, NULL),
                 TORCTL_OK);
    CHECK_STATUS(torctl_wait_event(uploads, is_failed_upload, address, LONG_MS, NULL, &failed,
                                   NULL),
                 TORCTL_OK);
    CHECK_STR(torctl_hs_desc_hsdir_fingerprint(failed), fingerprint);
    torctl_event_free(failed);
    torctl_event_free(event);
    torctl_onion_free(onion);
    torctl_queue_free(uploads);
    torctl_queue_free(contents);
    torctl_onion_options_free(options);
}

int main(void)
{
    torctl_controller *tor = open_at("TORCTL_NET_CONTROL_SOCKET");
    /* A client that has just started lacks some. */
    CHECK_SOON(microdescriptor_count(tor) >= 5, 60);
    circuits(tor);
    streams(tor);
    documents(tor);
    onion_descriptors(tor);
    torctl_controller_free(tor);
    return check_done();
}
