/* Every function of the header that can block, in one table. Under each, in every phase of its waiting,
 * the controller is closed, its call is cancelled by another thread, and its call is cancelled by a
 * signal handler in the very thread that waits; each ends with the status that the header says.
 *
 * A phase is how many of the function's commands the peer answers before it falls silent: with none
 * the first request waits, with all of them the wait for events, if there is one. A function of the
 * header that takes a call and is not in the table fails the test.
 *
 * ctest: unit timeout=240 mode=thread_free */
#include "child.h"
#include "every_wait_rows.h"

#include <dirent.h>
#include <netdb.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#endif

/* Those that need more than a connected controller, each with a test of its own below. */
static const char *const own_tests[] = {
    "torctl_controller_connect",    "torctl_controller_open",
    "torctl_controller_wait_ready", "torctl_launch",
    "torctl_launched_wait",         "torctl_listener_set_failure_fn",
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

static int is_asleep(const char *stat_path)
{
    char line[512] = "";
    FILE *file = fopen(stat_path, "r");
    if (file == NULL)
        return 0;
    char *got = fgets(line, sizeof line, file);
    fclose(file);
    const char *state = got == NULL ? NULL : strrchr(line, ')');
    return state != NULL && state[1] == ' ' && state[2] == 'S';
}

/* The children of a thread: a sanitizer asks one for the names of functions, which takes long. */
static int are_children_asleep(pid_t tid)
{
    char path[64];
    long child;
    int asleep = 1;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)tid);
    FILE *file = fopen(path, "r");
    while (asleep && file != NULL && fscanf(file, "%ld", &child) == 1) {
        snprintf(path, sizeof path, "/proc/%ld/stat", child);
        asleep = is_asleep(path);
    }
    if (file != NULL)
        fclose(file);
    return asleep;
}

/* Whether all threads but this one sleep: the peer has answered what it will, and the answer was read. */
static int are_others_asleep(void)
{
    pid_t own = (pid_t)syscall(SYS_gettid);
    DIR *tasks = opendir("/proc/self/task");
    REQUIRE(tasks != NULL);
    int asleep = 1;
    for (struct dirent *entry; asleep && (entry = readdir(tasks)) != NULL;) {
        char path[64];
        pid_t tid = (pid_t)atoi(entry->d_name);
        if (tid == 0)
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)tid);
        asleep = (tid == own || is_asleep(path)) && are_children_asleep(tid);
    }
    closedir(tasks);
    return asleep;
}

/* Returns when the thread waits, or is over. */
static void wait_asleep(struct run *r)
{
    /* Under valgrind a thread sleeps, too, while another has its turn. */
    int seen = 0, enough = RUNNING_ON_VALGRIND ? 12 : 4;
    for (int64_t end_ms = check_now_ms() + 60000; seen < enough && check_now_ms() < end_ms;) {
        if (GET(r->is_over))
            return;
        seen = GET(r->tid) != 0 && are_others_asleep() ? seen + 1 : 0;
        check_pause();
    }
    REQUIRE(seen >= enough);
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
    torctl_onion_listener_free(r->onion_listener);
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
        torctl_status closed = row->run == run_torctl_queue_next ? TORCTL_END : TORCTL_ERR_CLOSED;
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
    /* Without a thread for that, whoever connects looks the name up, and is not interrupted. */
    snprintf(address, sizeof address, "tor.example:9051");
    if (!loop_is_wanted())
        dialling_ends(way);
}

static torctl_status wait_ready(struct run *r)
{
    return torctl_controller_wait_ready(r->tor, -1, r->call, NULL);
}

static const struct row ready_row = {"torctl_controller_wait_ready", is_ready, 0, wait_ready};

/* For a controller that nobody connects. */
static void waiting_to_be_ready_ends(enum way way)
{
    struct run r = {.row = &ready_row};
    REQUIRE_STATUS(torctl_controller_new(NULL, &r.tor, NULL), TORCTL_OK);
    r.call = way == CLOSE_WITHOUT_CALL ? NULL : torctl_call_new();
    CHECK(end_it(&r, way));
    int is_close = way == CLOSE || way == CLOSE_WITHOUT_CALL;
    check_ended(&r, way, 0, is_close ? TORCTL_ERR_CLOSED : TORCTL_ERR_CANCELLED);
    clear(&r);
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
        REQUIRE_STATUS(torctl_launch_options_set_control(launch_options, controls[i], NULL),
                       TORCTL_OK);
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
static const struct row failure_row = {"torctl_listener_set_failure_fn", is_ready, 0,
                                       set_failure_fn};

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
        waiting_to_be_ready_ends(way);
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
