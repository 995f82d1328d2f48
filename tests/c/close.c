/* Closing always finishes, from any thread and in any state; who waits returns at once.
 *
 * ctest: unit timeout=60 mode=thread_free */
#include "peer.h"

#include "task.h"

#include <arpa/inet.h>
#include <netinet/in.h>

enum { THREADS = 8 };

/* Never answers. */
static int silent(peer *p, const char *line, void *arg)
{
    (void)p, (void)line, (void)arg;
    return 1;
}

/* One call in a thread of its own, and what came of it. */
struct waiting {
    torctl_controller *tor;
    torctl_queue *queue;
    int timeout_ms;
    torctl_status status;
    char message[512];
    long tid;
};

static void keep(struct waiting *w, torctl_status status, torctl_error *err)
{
    w->status = status;
    snprintf(w->message, sizeof w->message, "%s", torctl_error_message(err));
    torctl_error_free(err);
}

static void *ask(void *arg)
{
    struct waiting *w = arg;
    torctl_values *values = NULL;
    torctl_error *err = NULL;
    SET(w->tid, task_self());
    torctl_status status = torctl_get_info(w->tor, "version", NULL, &values, &err);
    keep(w, status, err);
    CHECK((values != NULL) == (status == TORCTL_OK));
    torctl_values_free(values);
    return NULL;
}

static void *take(void *arg)
{
    struct waiting *w = arg;
    torctl_event *event = NULL;
    torctl_error *err = NULL;
    SET(w->tid, task_self());
    torctl_status status = torctl_queue_next(w->queue, w->timeout_ms, NULL, &event, &err);
    keep(w, status, err);
    CHECK(event == NULL);
    CHECK(err == NULL);
    return NULL;
}

static void *connect_it(void *arg)
{
    struct waiting *w = arg;
    torctl_error *err = NULL;
    torctl_status status = torctl_controller_connect(w->tor, NULL, &err);
    keep(w, status, err);
    return NULL;
}

static void *close_it(void *arg)
{
    torctl_controller_close(arg);
    return NULL;
}

/* They sleep until they are woken: nobody looks around now and then. */
static void wait_until_all_sleep(struct waiting *w)
{
    long tids[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK_SOON(GET(w[i].tid) != 0, 10);
        tids[i] = GET(w[i].tid);
    }
    CHECK(task_all_sleep(tids, THREADS));
}

static void requests_return_when_another_thread_closes(void)
{
    peer p;
    peer_start(&p, silent, NULL);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    struct waiting w[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct waiting){.tor = tor};
        threads[i] = start_thread(ask, &w[i]);
    }
    CHECK_SOON(peer_count(&p, "GETINFO version") == THREADS, 10);
    wait_until_all_sleep(w);
    torctl_controller_close(tor);
    for (int i = 0; i < THREADS; i++) {
        JOIN_SOON(threads[i], 10);
        CHECK_STATUS(w[i].status, TORCTL_ERR_CLOSED);
        CHECK(strstr(w[i].message, "program closed") != NULL);
    }
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
    /* Later ones fail the same way, and closing again does nothing. */
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_ERR_CLOSED);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_CLOSED);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void queue_waits_return_when_another_thread_closes(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = NULL;
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    struct waiting w[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct waiting){.queue = queue, .timeout_ms = i % 2 ? -1 : HOUR_MS};
        threads[i] = start_thread(take, &w[i]);
    }
    /* They wait: none of them gets anything. */
    wait_until_all_sleep(w);
    torctl_controller_close(tor);
    for (int i = 0; i < THREADS; i++) {
        JOIN_SOON(threads[i], 10);
        CHECK_STATUS(w[i].status, TORCTL_END);
    }
    torctl_controller_free(tor);
    torctl_queue_free(queue);
    peer_stop(&p);
}

/* Half a reply, or more commands than the socket takes: closing is as quick. */
static int half(peer *p, const char *line, void *arg)
{
    (void)line, (void)arg;
    return peer_puts(p, "250+version=\r\n0.4");
}

static void in_the_middle_of_a_reply(void)
{
    peer p;
    peer_start(&p, half, NULL);
    torctl_controller *tor = peer_open(&p);
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    struct waiting w = {.tor = tor};
    pthread_t thread = start_thread(ask, &w);
    CHECK_SOON(peer_count(&p, "GETINFO version") == 1, 10);
    torctl_controller_close(tor);
    JOIN_SOON(thread, 5);
    CHECK_STATUS(w.status, TORCTL_ERR_CLOSED);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void *ask_much(void *arg)
{
    struct waiting *w = arg;
    size_t size = 900000;
    char *text = malloc(size);
    REQUIRE(text != NULL);
    memset(text, 'x', size - 1);
    text[size - 1] = '\0';
    w->status = torctl_set_conf(w->tor, "ContactInfo", text, NULL, NULL);
    free(text);
    return NULL;
}

static void while_the_socket_is_full(void)
{
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    peer unread = {.client_fd = pair[1]};
    torctl_controller *tor = peer_open(&unread);
    CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
    struct waiting w[2] = {{.tor = tor}, {.tor = tor}};
    pthread_t much = start_thread(ask_much, &w[0]);
    char byte;
    CHECK_SOON(recv(pair[0], &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 1, 10);
    pthread_t more = start_thread(ask, &w[1]);
    torctl_controller_close(tor);
    JOIN_SOON(much, 5);
    JOIN_SOON(more, 5);
    CHECK_STATUS(w[0].status, TORCTL_ERR_CLOSED);
    CHECK_STATUS(w[1].status, TORCTL_ERR_CLOSED);
    torctl_controller_free(tor);
    close(pair[0]);
}

/* Places that let nobody in and say nothing. */
struct trap {
    char address[64];
    int fds[64];
    int count;
    int state; /* how far a controller gets */
};

static void sprung(struct trap *trap)
{
    while (trap->count > 0)
        close(trap->fds[--trap->count]);
    if (trap->address[0] == '/')
        unlink(trap->address);
}

static int listen_tcp(struct trap *trap, int backlog)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0);
    REQUIRE(listen(fd, backlog) == 0);
    REQUIRE(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    snprintf(trap->address, sizeof trap->address, "127.0.0.1:%d", ntohs(address.sin_port));
    trap->fds[trap->count++] = fd;
    return fd;
}

/* Connects and is never served. */
static void mute_listener(struct trap *trap)
{
    listen_tcp(trap, 8);
    trap->state = TORCTL_STATE_CONNECTED;
}

/* A port whose queue is full: the system drops what knocks, as a black hole does. */
static void black_hole(struct trap *trap)
{
    int listener = listen_tcp(trap, 0);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    REQUIRE(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    for (int i = 0; i < 8; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        REQUIRE(fd >= 0);
        trap->fds[trap->count++] = fd;
        (void)connect(fd, (struct sockaddr *)&address, size);
    }
    trap->state = TORCTL_STATE_CONNECTING;
}

static void full_socket(struct trap *trap)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(trap->address, sizeof trap->address, "/tmp/torctl-close-%d", (int)getpid());
    snprintf(address.sun_path, sizeof address.sun_path, "%s", trap->address);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(listener >= 0);
    unlink(trap->address);
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    REQUIRE(listen(listener, 0) == 0);
    trap->fds[trap->count++] = listener;
    for (int is_full = 0; !is_full && trap->count < 64;) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        REQUIRE(fd >= 0);
        trap->fds[trap->count++] = fd;
        is_full = connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno == EAGAIN;
    }
    trap->state = TORCTL_STATE_CONNECTING;
}

static void while_connecting(void (*set)(struct trap *))
{
    struct trap trap = {.count = 0};
    set(&trap);
    torctl_options *options = torctl_options_new();
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_options_set_address(options, trap.address, NULL), TORCTL_OK);

    /* Its timeout ends it, and after that it can be tried again. */
    torctl_controller *tor = NULL;
    REQUIRE_STATUS(torctl_options_set_connect_timeout_ms(options, 150, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    for (int i = 0; i < 2; i++) {
        int64_t began_ms = check_now_ms();
        CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_TIMEOUT);
        CHECK(check_now_ms() - began_ms >= 149);
        CHECK(strstr(torctl_error_message(err), "150 ms") != NULL);
        torctl_error_free(err);
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
    }
    torctl_controller_free(tor);

    /* Closing ends it at once, and another connect beside it is refused. */
    for (int is_free = 0; is_free < 2; is_free++) {
        REQUIRE_STATUS(torctl_options_set_connect_timeout_ms(options, HOUR_MS, NULL), TORCTL_OK);
        REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
        struct waiting w = {.tor = tor};
        pthread_t thread = start_thread(connect_it, &w);
        CHECK_SOON(torctl_controller_state(tor) == trap.state, 10);
        CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_STATE);
        CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_ERR_STATE);
        if (!is_free)
            torctl_controller_close(tor);
        else
            torctl_controller_free(tor);
        JOIN_SOON(thread, 10);
        CHECK_STATUS(w.status, TORCTL_ERR_CLOSED);
        if (!is_free) {
            CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
            torctl_controller_free(tor);
        }
    }
    torctl_options_free(options);
    sprung(&trap);
}

static void from_many_threads_at_once(void)
{
    for (int round = 0; round < rounds(200); round++) {
        peer p;
        peer_start(&p, NULL, NULL);
        torctl_controller *tor = peer_open(&p);
        struct waiting w[2] = {{.tor = tor}, {.tor = tor}};
        pthread_t threads[6];
        threads[0] = start_thread(ask, &w[0]);
        threads[1] = start_thread(close_it, tor);
        threads[2] = start_thread(close_it, tor);
        /* The peer goes at the same time. */
        if (round % 3 == 0)
            peer_hang_up(&p);
        for (int i = 0; i < 3; i++)
            JOIN_SOON(threads[i], 10);
        CHECK(w[0].status == TORCTL_ERR_CLOSED || w[0].status == TORCTL_OK);
        torctl_controller_free(tor);
        peer_stop(&p);
    }
}

static void free_during_requests(void)
{
    for (int round = 0; round < rounds(200); round++) {
        peer p;
        peer_start(&p, silent, NULL);
        torctl_controller *tor = peer_open(&p);
        CHECK_STATUS(torctl_controller_set_timeout_ms(tor, HOUR_MS, NULL), TORCTL_OK);
        struct waiting w[3] = {{.tor = tor}, {.tor = tor}, {.tor = tor}};
        pthread_t threads[3];
        for (int i = 0; i < 3; i++)
            threads[i] = start_thread(ask, &w[i]);
        CHECK_SOON(peer_count(&p, "GETINFO version") == 3, 10);
        torctl_controller_free(tor);
        for (int i = 0; i < 3; i++) {
            JOIN_SOON(threads[i], 10);
            CHECK_STATUS(w[i].status, TORCTL_ERR_CLOSED);
        }
        peer_stop(&p);
    }
}

/* What a listener is told, and what it did. */
struct callback {
    torctl_controller *tor;
    peer *p;
    int frees;
    int calls;
    int destroyed;
};

static int32_t ends_it(const torctl_event *event, void *user_data)
{
    struct callback *c = user_data;
    if (torctl_event_kind(event) != TORCTL_EVENT_BW)
        return 0;
    ADD(c->calls, 1);
    if (c->frees)
        torctl_controller_free(c->tor);
    else {
        torctl_controller_close(c->tor);
        CHECK_STATUS(torctl_signal(c->tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_ERR_CLOSED);
        CHECK_STATUS(torctl_controller_connect(c->tor, NULL, NULL), TORCTL_ERR_CLOSED);
    }
    /* The event is still there. */
    CHECK_STR(torctl_event_arg(event, 0), "1");
    return 0;
}

static void count_destroy(void *user_data)
{
    struct callback *c = user_data;
    ADD(c->destroyed, 1);
}

static void from_inside_a_callback(int frees)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    struct callback c = {.tor = tor, .p = &p, .frees = frees};
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), ends_it, &c,
                                       count_destroy, NULL, NULL, NULL),
                   TORCTL_OK);
    /* Several at once: no more than the first may be heard. */
    peer_puts(&p, "650 BW 1 1\r\n650 BW 2 2\r\n650 BW 3 3\r\n");
    CHECK_SOON(GET(c.destroyed) == 1, 10);
    if (!frees) {
        CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_CLOSED);
        CHECK_INT(torctl_listener_delivered(tor) + torctl_listener_dropped(tor), 3);
        torctl_controller_free(tor);
    }
    CHECK_INT(GET(c.calls), 1);
    CHECK_INT(GET(c.destroyed), 1);
    CHECK_SOON(GET(p.is_over), 10);
    peer_stop(&p);
}

/* A free from outside waits for the callback that runs, and destroys before it returns. */
struct slow_callback {
    int is_running;
    int may_end;
    int has_ended;
    int destroyed;
};

static int32_t waits(const torctl_event *event, void *user_data)
{
    struct slow_callback *c = user_data;
    (void)event;
    SET(c->is_running, 1);
    CHECK_SOON(GET(c->may_end), 20);
    SET(c->has_ended, 1);
    return 0;
}

static void slow_destroy(void *user_data)
{
    struct slow_callback *c = user_data;
    ADD(c->destroyed, 1);
}

struct freeing {
    torctl_controller *tor;
    struct slow_callback *c;
    int saw_ended;
    int saw_destroyed;
};

static void *free_it(void *arg)
{
    struct freeing *f = arg;
    torctl_controller_free(f->tor);
    f->saw_ended = GET(f->c->has_ended);
    f->saw_destroyed = GET(f->c->destroyed);
    return NULL;
}

static void free_waits_for_the_callback(void)
{
    peer p;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    struct slow_callback c = {0};
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), waits, &c,
                                       slow_destroy, NULL, NULL, NULL),
                   TORCTL_OK);
    peer_puts(&p, "650 BW 1 1\r\n");
    CHECK_SOON(GET(c.is_running), 10);
    struct freeing f = {.tor = tor, .c = &c};
    pthread_t thread = start_thread(free_it, &f);
    /* The connection is gone although the callback runs. */
    CHECK_SOON(GET(p.is_over), 10);
    CHECK_INT(GET(c.destroyed), 0);
    SET(c.may_end, 1);
    JOIN_SOON(thread, 10);
    CHECK(f.saw_ended);
    CHECK_INT(f.saw_destroyed, 1);
    peer_stop(&p);
}

static void connect_again_after_a_failure(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/torctl-again-%d", (int)getpid());
    unlink(address.sun_path);
    torctl_options *options = torctl_options_new();
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    REQUIRE_STATUS(torctl_options_set_address(options, address.sun_path, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_ERR_STATE);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, &err), TORCTL_ERR_CONNECT);
    CHECK_INT(torctl_error_errno(err), ENOENT);
    CHECK(strstr(torctl_error_message(err), address.sun_path) != NULL);
    torctl_error_free(err);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
    CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, NULL), TORCTL_ERR_STATE);

    /* One that hangs up at once. */
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    REQUIRE(listen(listener, 4) == 0);
    struct waiting w = {.tor = tor};
    pthread_t thread = start_thread(connect_it, &w);
    close(accept(listener, NULL, NULL));
    JOIN_SOON(thread, 10);
    CHECK_STATUS(w.status, TORCTL_ERR_CLOSED);
    CHECK_INT(torctl_controller_state(tor), TORCTL_STATE_NEW);
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_ERR_CLOSED);
    torctl_controller_free(tor);
    torctl_options_free(options);
    close(listener);
    unlink(address.sun_path);
}

static void before_anything_else(void)
{
    torctl_controller *tor = NULL;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    REQUIRE_STATUS(torctl_controller_new(NULL, &tor, NULL), TORCTL_OK);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    CHECK_STATUS(torctl_queue_next(queue, 0, NULL, &event, NULL), TORCTL_EMPTY);
    torctl_controller_close(tor);
    torctl_controller_close(tor);
    CHECK_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_END);
    torctl_controller_free(tor);
    CHECK_STATUS(torctl_queue_next(queue, -1, NULL, &event, NULL), TORCTL_END);
    torctl_queue_free(queue);
}

int main(void)
{
    requests_return_when_another_thread_closes();
    queue_waits_return_when_another_thread_closes();
    in_the_middle_of_a_reply();
    while_the_socket_is_full();
    while_connecting(mute_listener);
    while_connecting(black_hole);
    while_connecting(full_socket);
    from_many_threads_at_once();
    free_during_requests();
    from_inside_a_callback(0);
    from_inside_a_callback(1);
    free_waits_for_the_callback();
    connect_again_after_a_failure();
    before_anything_else();
    return check_done();
}
