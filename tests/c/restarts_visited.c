/* An onion service whose tor is killed and started again, in the private network: each time it answers
 * at its address, through the same listener, and the new tor makes connections as well. A program
 * with a loop dials through it all the while: each connection is made or has failed, and none hangs.
 *
 * By hand with more restarts, and the time of each: TORCTL_TEST_RESTARTS=100.
 *
 * ctest: network timeout=120 valgrind=no mode=thread_free */
#include <malloc.h>
#include <poll.h>

#include "dial.h"
#include "own_tor.h"
#include "task.h"

enum { MOST = 1000 };

static int by_number(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static void say_times(const char *what, int64_t *times, int count)
{
    if (count == 0)
        return;
    qsort(times, (size_t)count, sizeof *times, by_number);
    fprintf(stderr, "%s: %d times, %.1f s at the least, %.1f in the median, %.1f at the most\n",
            what, count, (double)times[0] / 1e3, (double)times[count / 2] / 1e3,
            (double)times[count - 1] / 1e3);
}

/* The options of the network's client that make a tor part of this network. In so small a one tor runs
 * out of guards, sooner or later. */
static const char *network_options(void)
{
    static char options[8192] = "SocksPort auto\nUseEntryGuards 0\nVanguardsLiteEnabled 0\n";
    static const char *const wanted[] = {"DirAuthority ", "TestingTorNetwork ", "AssumeReachable ",
                                         "PathsNeededToBuildCircuits ", "LearnCircuit"};
    char path[512], line[1024];
    snprintf(path, sizeof path, "%s/client/torrc", check_env("TORCTL_NET_DIR"));
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
                strncat(options, line, sizeof options - strlen(options) - 1);
    fclose(file);
    return options;
}

/* From another tor, which may know only where the service was before: it is slow to give that up, unless
 * it is told to forget all. Which no other test's tor is. */
static int visit(torctl_controller *visitor, const char *address, int forgets)
{
    int fd = -1;
    int64_t end_ms = check_now_ms() + check_patience_s(30) * 1000;
    while (fd < 0 && check_now_ms() < end_ms) {
        if (forgets)
            CHECK_STATUS(torctl_signal(visitor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_OK);
        torctl_error *err = NULL;
        if (torctl_dial(visitor, address, 80, NULL, forgets ? 15000 : LONG_MS, NULL, &fd, NULL,
                        &err) != TORCTL_OK)
            fprintf(stderr, "a visit: %s\n", torctl_error_message(err));
        torctl_error_free(err);
    }
    REQUIRE(fd >= 0);
    return fd;
}

static void dial_from(torctl_controller *tor, int server, uint16_t port)
{
    torctl_error *err = NULL;
    int fd = -1;
    REQUIRE_STATUS(torctl_wait_bootstrapped(tor, NULL, NULL, LONG_MS, -1, NULL, NULL), TORCTL_OK);
    if (torctl_dial(tor, "hello.test", port, NULL, LONG_MS, NULL, &fd, NULL, &err) != TORCTL_OK)
        fprintf(stderr, "%s\n", torctl_error_message(err));
    torctl_error_free(err);
    REQUIRE(fd >= 0);
    int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    REQUIRE(accepted >= 0);
    check_joined(fd, accepted);
    close(fd);
    close(accepted);
}

/* By the present tor. */
static void check_published(torctl_onion_listener *listener, int incarnation)
{
    torctl_onion_status *status = NULL;
    REQUIRE_STATUS(torctl_onion_get_status(torctl_onion_listener_onion(listener), NULL, &status,
                                           NULL),
                   TORCTL_OK);
    CHECK_INT(torctl_onion_status_incarnation(status), incarnation);
    CHECK(torctl_onion_status_uploaded(status) >= 1);
    torctl_onion_status_free(status);
}

/* Dials until it is told to end, also while there is no tor. */
struct dialling {
    torctl_controller *tor;
    int is_over, made, cut, failed;
};

/* Whether what is said at one end comes to the server, before tor ends. The server may have visitors
 * from before, whose tor ended before their dial had. */
static int arrives(int fd, int server, uint32_t number)
{
    (void)!send(fd, &number, sizeof number, MSG_NOSIGNAL);
    for (;;) {
        struct pollfd wait[2] = {{.fd = server, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
        REQUIRE(poll(wait, 2, LONG_MS) > 0);
        if (wait[0].revents == 0)
            return 0;
        uint32_t got = 0;
        int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
        REQUIRE(accepted >= 0);
        ssize_t size = recv(accepted, &got, sizeof got, MSG_WAITALL);
        close(accepted);
        if (size == sizeof got && got == number)
            return 1;
    }
}

/* Begins one, and waits in the loop of a program for its end, which comes once. */
static torctl_event *dial_begun(struct dialling *d, torctl_queue *queue, uint16_t port,
                                uint64_t number)
{
    torctl_event *event = NULL;
    torctl_call *call = torctl_call_new();
    struct pollfd wait = {.fd = torctl_queue_fd(queue), .events = POLLIN};
    REQUIRE_STATUS(torctl_call_set_queue(call, queue, number, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_dial(d->tor, "hello.test", port, NULL, LONG_MS, call, NULL, NULL, NULL),
                 TORCTL_PENDING);
    while (event == NULL || torctl_event_kind(event) != TORCTL_EVENT_RESULT) {
        torctl_event_free(event);
        REQUIRE(poll(&wait, 1, LONG_MS) == 1);
        REQUIRE_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_OK);
    }
    CHECK_INT(torctl_result_tag(event), number);
    torctl_call_free(call);
    return event;
}

static void *dial_always(void *user_data)
{
    struct dialling *d = user_data;
    uint16_t port = 0;
    int server = listen_on_loopback(&port);
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(d->tor, TORCTL_KIND_BIT(TORCTL_EVENT_GAP), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    for (uint32_t number = 1; !GET(d->is_over); number++) {
        int fd = -1;
        torctl_event *event = dial_begun(d, queue, port, number);
        torctl_status status = torctl_result_status(event);
        if (status == TORCTL_OK) {
            REQUIRE_STATUS(torctl_result_take_fd(event, &fd, NULL, NULL), TORCTL_OK);
            ADD(*(arrives(fd, server, number) ? &d->made : &d->cut), 1);
            close(fd);
        } else {
            if (status != TORCTL_ERR_CLOSED && status != TORCTL_ERR_STATE &&
                status != TORCTL_ERR_CONNECT)
                CHECK_STATUS(status, TORCTL_ERR_FAILED);
            ADD(d->failed, 1);
            check_pause();
        }
        torctl_event_free(event);
    }
    torctl_queue_free(queue);
    close(server);
    return NULL;
}

int main(void)
{
    static int64_t ready_ms[MOST], published_ms[MOST], visited_ms[MOST];
    const char *wanted = getenv("TORCTL_TEST_RESTARTS");
    int restarts = wanted != NULL ? atoi(wanted) : 1;
    REQUIRE(restarts > 0 && restarts <= MOST);
    torctl_controller *visitor = net_open();
    /* It blames its guards for each service that it has lost, and would have none in the end. */
    if (wanted != NULL)
        REQUIRE_STATUS(torctl_set_conf(visitor, "UseEntryGuards", "0", NULL, NULL), TORCTL_OK);
    const char *options = network_options();
    char address[TORCTL_ONION_ADDRESS_SIZE + 8];
    uint16_t port = 0;
    int server = listen_on_loopback(&port);
    make_scratch();
    start_tor(options);
    torctl_controller *tor = connect_tor();
    torctl_onion_listener *listener = NULL;
    REQUIRE_STATUS(torctl_onion_listener_new(tor, 80, NULL, NULL, &listener, NULL), TORCTL_OK);
    snprintf(address, sizeof address, "%s", torctl_onion_listener_address(listener));
    struct dialling dialling = {.tor = tor};
    pthread_t dialler = start_thread(dial_always, &dialling);
    int listening = torctl_onion_listener_fd(listener), fds = 0, threads = 0;
    int64_t began_ms = check_now_ms();
    for (int i = 0; i <= restarts; i++) {
        int there = -1, made = GET(dialling.made);
        REQUIRE_STATUS(torctl_onion_listener_wait_published(listener, 1, LONG_MS, NULL, NULL),
                       TORCTL_OK);
        int64_t listed_ms = check_now_ms() - began_ms;
        CHECK_INT(torctl_controller_incarnation(tor), i + 1);
        check_published(listener, i + 1);
        CHECK_STR(torctl_onion_listener_address(listener), address);
        int here = visit(visitor, address, wanted != NULL);
        REQUIRE_STATUS(torctl_onion_listener_accept(listener, LONG_MS, NULL, &there, NULL),
                       TORCTL_OK);
        check_joined(here, there);
        if (i > 0) {
            published_ms[i - 1] = listed_ms;
            visited_ms[i - 1] = check_now_ms() - began_ms;
        }
        dial_from(tor, server, port);
        CHECK_SOON(GET(dialling.made) > made, 60);
        CHECK_INT(torctl_onion_listener_fd(listener), listening);
        if (i == 1) {
            fds = count_fds();
            threads = task_count();
        }
        /* The dialler has up to four of them at a moment. */
        CHECK(i < 2 || count_fds() <= fds + SOME_FDS + 4);
        CHECK(i < 2 || task_count() == threads);
        if (wanted != NULL && i > 0)
            fprintf(
                stderr,
                "%d: back after %.1f s, published %.1f, visited %.1f; %d descriptors, %d threads, "
                "%zu bytes; %d dials made, %d cut, %d failed\n",
                i, (double)ready_ms[i - 1] / 1e3, (double)published_ms[i - 1] / 1e3,
                (double)visited_ms[i - 1] / 1e3, count_fds(), task_count(), mallinfo2().uordblks,
                GET(dialling.made), GET(dialling.cut), GET(dialling.failed));
        if (check_failures != 0)
            return check_done();
        if (i < restarts) {
            char rest[8];
            kill_tor();
            began_ms = check_now_ms();
            /* Its visitors are gone with it, and it is not. */
            CHECK(recv(there, rest, sizeof rest, 0) <= 0);
            start_tor(options);
            CHECK_SOON(torctl_controller_incarnation(tor) == (uint64_t)i + 2, 30);
            ready_ms[i] = check_now_ms() - began_ms;
        }
        close(here);
        close(there);
    }
    SET(dialling.is_over, 1);
    JOIN_SOON(dialler, 120);
    say_times("until it is back", ready_ms, restarts);
    say_times("until the service is published", published_ms, restarts);
    say_times("until it was visited", visited_ms, restarts);
    fprintf(stderr, "%d dials made, %d cut, %d failed\n", dialling.made, dialling.cut,
            dialling.failed);
    torctl_onion_listener_free(listener);
    torctl_controller_free(tor);
    torctl_controller_free(visitor);
    kill_tor();
    close(server);
    remove_scratch();
    return check_done();
}
