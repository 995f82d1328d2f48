/* A live view on the private network: it has what torctl_get_circuits() has, and a circuit of our
 * own comes and goes in it.
 *
 * ctest: network timeout=120 mode=thread_free */
#include <poll.h>

#include "check.h"

static torctl_controller *open_client(void)
{
    torctl_controller *tor = NULL;
    char address[512];
    snprintf(address, sizeof address, "unix:%s", check_env("TORCTL_NET_CONTROL_SOCKET"));
    REQUIRE_STATUS(torctl_controller_open(address, NULL, &tor, NULL), TORCTL_OK);
    return tor;
}

static int is_readable(torctl_view *view, int timeout_ms)
{
    struct pollfd fd = {.fd = torctl_view_fd(view), .events = POLLIN};
    return poll(&fd, 1, timeout_ms) == 1;
}

/* Waits until this circuit has changed so; with which status it is left. */
static int32_t wait_change(torctl_view *view, uint64_t circuit, int32_t change)
{
    for (;;) {
        torctl_view_changes *changes = NULL;
        torctl_status status = torctl_view_take_changes(view, &changes, NULL);
        int32_t circ_status = -1;
        if (status == TORCTL_EMPTY) {
            REQUIRE(is_readable(view, 60000));
            continue;
        }
        REQUIRE_STATUS(status, TORCTL_OK);
        for (size_t i = 0; i < torctl_view_changes_count(changes); i++) {
            const torctl_event *event = torctl_view_changes_event(changes, i);
            if (torctl_view_changes_sort(changes, i) != TORCTL_VIEW_CIRCUIT ||
                torctl_view_changes_id(changes, i) != circuit)
                continue;
            CHECK_STR(torctl_view_changes_fingerprint(changes, i), "");
            CHECK((event == NULL) ==
                  (torctl_view_changes_change(changes, i) == TORCTL_VIEW_CHANGE_REMOVED));
            if (torctl_view_changes_change(changes, i) == change)
                circ_status = torctl_circ_status(event);
        }
        torctl_view_changes_free(changes);
        if (circ_status != -1)
            return circ_status;
    }
}

static int has(const torctl_events *events, uint64_t id)
{
    for (size_t i = 0; i < torctl_events_count(events); i++)
        if (torctl_circ_id(torctl_events_get(events, i)) == id)
            return 1;
    return 0;
}

int main(void)
{
    torctl_controller *tor = open_client();
    torctl_view *view = NULL;
    REQUIRE_STATUS(torctl_view_new(tor, NULL, &view, NULL), TORCTL_OK);
    CHECK_INT(torctl_view_is_complete(view), 1);
    torctl_guards *guards = NULL;
    REQUIRE_STATUS(torctl_view_guards(view, &guards, NULL), TORCTL_OK);
    CHECK(torctl_guards_count(guards) > 0);
    torctl_guards_free(guards);

    /* Just after a test that changed the network tor may have no path. */
    uint64_t circuit = 0;
    const int64_t end_ms = check_now_ms() + check_patience_s(30) * 1000;
    torctl_status built;
    do {
        built = torctl_build_circuit(tor, 0, NULL, 0, 0, 60000, NULL, &circuit, NULL, NULL);
    } while (built == TORCTL_ERR_REJECTED && check_now_ms() < end_ms);
    REQUIRE_STATUS(built, TORCTL_OK);
    CHECK_INT(wait_change(view, circuit, TORCTL_VIEW_CHANGE_ADDED), TORCTL_CIRC_BUILT);
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_view_circuit(view, circuit, &event, NULL), TORCTL_OK);
    CHECK_INT(torctl_circ_status(event), TORCTL_CIRC_BUILT);
    CHECK_INT(torctl_circ_id(event), circuit);
    torctl_event_free(event);
    torctl_events *events = NULL, *streams = NULL;
    CHECK_STATUS(torctl_view_circuits(view, &events, NULL), TORCTL_OK);
    CHECK_INT(torctl_events_count(events), torctl_view_circuit_count(view));
    CHECK(has(events, circuit));
    torctl_events_free(events);
    CHECK_STATUS(torctl_view_streams(view, &streams, NULL), TORCTL_OK);
    torctl_events_free(streams);

    CHECK_STATUS(torctl_close_circuit(tor, circuit, 0, NULL, NULL), TORCTL_OK);
    wait_change(view, circuit, TORCTL_VIEW_CHANGE_REMOVED);
    CHECK_STATUS(torctl_view_circuit(view, circuit, &event, NULL), TORCTL_ERR_NOT_FOUND);
    CHECK_STATUS(torctl_view_stream(view, UINT64_MAX, &event, NULL), TORCTL_ERR_NOT_FOUND);
    /* tor says the same, once nothing changes. */
    for (;;) {
        torctl_view_changes *changes = NULL;
        MAY_FAIL(torctl_view_take_changes(view, &changes, NULL));
        torctl_view_changes_free(changes);
        torctl_events *told = NULL, *seen = NULL;
        REQUIRE_STATUS(torctl_get_circuits(tor, NULL, &told, NULL), TORCTL_OK);
        int is_quiet = !is_readable(view, 0);
        REQUIRE_STATUS(torctl_view_circuits(view, &seen, NULL), TORCTL_OK);
        if (is_quiet) {
            CHECK_INT(torctl_events_count(seen), torctl_events_count(told));
            for (size_t i = 0; i < torctl_events_count(told); i++)
                CHECK(has(seen, torctl_circ_id(torctl_events_get(told, i))));
        }
        torctl_events_free(told);
        torctl_events_free(seen);
        if (is_quiet)
            break;
    }
    torctl_controller_close(tor);
    CHECK(is_readable(view, 60000));
    torctl_view_changes *changes = NULL;
    torctl_status status;
    while ((status = torctl_view_take_changes(view, &changes, NULL)) == TORCTL_OK)
        torctl_view_changes_free(changes);
    CHECK_STATUS(status, TORCTL_END);
    CHECK_INT(torctl_view_is_complete(view), 0);
    torctl_controller_free(tor);
    CHECK(torctl_view_circuit_count(view) > 0);
    torctl_view_free(view);
    CHECK_INT(torctl_view_fd(NULL), -1);
    CHECK_INT(torctl_view_circuit_count(NULL), 0);
    CHECK_INT(torctl_view_stream_count(NULL), 0);
    return check_done();
}
