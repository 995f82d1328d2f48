/* What a forked child inherits of the library: it is told so by every call, frees it without a word to
 * anybody, and can begin anew, whatever the parent's threads were doing when it was forked.
 *
 * ctest: unit timeout=240 tsan=no */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "child.h"

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

/* All that one controller can have. */
struct all {
    peer p;
    torctl_controller *tor;
    torctl_queue *queue;
    torctl_pending *pending;
    torctl_onion *onion;
    torctl_call *call;
    torctl_options *options;
    uint64_t listener;
    int fds_before;
};

/* Seen by parent and children: who was called how often, and what the parent's peer is to do. */
static struct {
    int calls, calls_in_child, destroyed, destroyed_in_child, failures_in_child;
} * shared;

static pid_t parent;

/* Says nothing to HOLD, until it is told to. */
static int slow_tor(peer *p, const char *line, void *arg)
{
    (void)arg;
    return strcmp(line, "HOLD") == 0 ? 1 : peer_tor(p, line);
}

static int32_t hear(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    ADD(shared->calls, 1);
    if (getpid() != parent)
        ADD(shared->calls_in_child, 1);
    return 0;
}

static void destroy(void *user_data)
{
    (void)user_data;
    ADD(shared->destroyed, 1);
    if (getpid() != parent)
        ADD(shared->destroyed_in_child, 1);
}

static void make_all(struct all *it)
{
    memset(it, 0, sizeof *it);
    SET(shared->calls, 0);
    SET(shared->destroyed, 0);
    peer_start(&it->p, slow_tor, NULL);
    it->fds_before =
        count_fds_of_child() - 1; /* the controller's end is the library's from now on */
    it->options = torctl_options_new();
    it->tor = peer_open_with(&it->p, it->options);
    it->call = torctl_call_new();
    REQUIRE_STATUS(torctl_queue_new(it->tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &it->queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(it->tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), hear, NULL,
                                       destroy, NULL, &it->listener, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_watch_onion(it->tor,
                                      "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid",
                                      NULL, &it->onion, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_request_start(it->tor, "HOLD", NULL, 0, NULL, &it->pending, NULL),
                   TORCTL_OK);
    CHECK_SOON(peer_count(&it->p, "HOLD") == 1, 30);
}

/* The parent has lost nothing: its request is answered, and queue and listener get what tor sends. */
static void check_parent(struct all *it)
{
    torctl_values *values = NULL;
    torctl_event *event = NULL;
    int calls = GET(shared->calls);
    CHECK_INT(peer_count(&it->p, "QUIT"), 0);
    peer_puts(&it->p, "250 held\r\n");
    CHECK_STATUS(torctl_pending_wait(it->pending, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_get_info(it->tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    peer_puts(&it->p, "650 BW 1 2\r\n");
    CHECK_STATUS(torctl_queue_next(it->queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    torctl_event_free(event);
    CHECK_SOON(GET(shared->calls) == calls + 1, 30);
    /* For the next. */
    torctl_pending_free(it->pending);
    int held = peer_count(&it->p, "HOLD");
    REQUIRE_STATUS(torctl_request_start(it->tor, "HOLD", NULL, 0, NULL, &it->pending, NULL),
                   TORCTL_OK);
    CHECK_SOON(peer_count(&it->p, "HOLD") == held + 1, 30);
}

static void free_all(struct all *it)
{
    torctl_pending_free(it->pending);
    torctl_onion_free(it->onion);
    torctl_queue_free(it->queue);
    torctl_controller_free(it->tor);
    torctl_call_free(it->call);
    torctl_options_free(it->options);
}

static void end_all(struct all *it)
{
    free_all(it);
    CHECK_INT(GET(shared->destroyed), 1);
    peer_stop(&it->p);
}

#define CHECK_FORKED(call_with_err)                                      \
    do {                                                                 \
        torctl_error *err = NULL;                                        \
        CHECK_STATUS((call_with_err), TORCTL_ERR_STATE);                 \
        CHECK_STR(torctl_error_message(err), "this process was forked"); \
        torctl_error_free(err);                                          \
    } while (0)

/* Every object with a conversation, a thread or a lock behind it; the functions of each are called, one
 * by one, by abi/check_calls.py. */
static void check_child(struct all *it)
{
    torctl_values *values = (torctl_values *)it;
    torctl_event *event = (torctl_event *)it;
    torctl_controller *other = NULL;
    size_t count = 7;
    uint64_t id = 7;
    CHECK_FORKED(torctl_get_info(it->tor, "version", NULL, &values, &err));
    CHECK(values == NULL);
    CHECK_FORKED(torctl_controller_connect(it->tor, NULL, &err));
    CHECK_FORKED(torctl_queue_next(it->queue, -1, NULL, &event, &err));
    CHECK(event == NULL);
    CHECK_FORKED(torctl_queue_drain(it->queue, 0, hear, NULL, &count, &err));
    CHECK_INT(count, 0);
    CHECK_FORKED(torctl_wait_event(it->queue, NULL, NULL, -1, NULL, &event, &err));
    CHECK_FORKED(torctl_listener_add(it->tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), hear, NULL, NULL,
                                     NULL, &id, &err));
    CHECK_FORKED(torctl_listener_remove(it->tor, it->listener, NULL, &err));
    CHECK_FORKED(torctl_pending_wait(it->pending, NULL, &err));
    CHECK_INT(torctl_pending_is_complete(it->pending), 1);
    CHECK_FORKED(torctl_onion_wait_published(it->onion, 1, -1, NULL, &err));
    CHECK_INT(torctl_controller_state(it->tor), TORCTL_STATE_CLOSED);
    CHECK_INT(torctl_listener_backlog(it->tor), 0);
    CHECK_INT(torctl_queue_backlog(it->queue), 0);
    torctl_controller_close(it->tor);
    torctl_call_cancel(it->call);

    /* Whoever polls the queue looks, and is told. */
    struct pollfd poll_fd = {torctl_queue_fd(it->queue), POLLIN, 0};
    CHECK_INT(poll(&poll_fd, 1, 0), 1);

    /* A call of the parent's is of no use to a controller of the child's, which works without. */
    peer p;
    peer_start(&p, NULL, NULL);
    other = peer_open(&p);
    CHECK_FORKED(torctl_get_info(other, "version", it->call, &values, &err));
    CHECK_STATUS(torctl_get_info(other, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    torctl_controller_free(other);
    peer_stop(&p);

    free_all(it);
    CHECK_INT(count_fds(), it->fds_before);
}

static void test_child_is_told(struct all *it)
{
    IN_CHILD(check_child(it));
    check_parent(it);
    /* In any order, and without another word. */
    IN_CHILD(torctl_controller_free(it->tor); torctl_queue_free(it->queue);
             torctl_onion_free(it->onion); torctl_pending_free(it->pending);
             CHECK_INT(count_fds(), it->fds_before));
    check_parent(it);
    /* A child of a child. */
    IN_CHILD(IN_CHILD(check_child(it)));
    check_parent(it);
}

/* A descriptor that nobody has used yet is the options' own, and closed with them. */
static void test_options_with_a_descriptor(void)
{
    peer p;
    torctl_options *options = torctl_options_new();
    torctl_controller *tor = NULL;
    peer_start(&p, NULL, NULL);
    int fds = count_fds_of_child() - 1;
    REQUIRE_STATUS(torctl_options_set_fd(options, p.client_fd, 1, NULL), TORCTL_OK);
    p.client_fd = -1;
    IN_CHILD(CHECK_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
             CHECK_FORKED(torctl_controller_connect(tor, NULL, &err)); torctl_controller_free(tor);
             torctl_options_free(options); CHECK_INT(count_fds(), fds));
    REQUIRE_STATUS(torctl_controller_new(options, &tor, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_controller_connect(tor, NULL, NULL), TORCTL_OK);
    torctl_controller_free(tor);
    torctl_options_free(options);
    peer_stop(&p);
}

static struct all *at_exit;

static void free_at_exit(void)
{
    if (at_exit != NULL && getpid() != parent)
        free_all(at_exit);
}

static void test_exit(struct all *it)
{
    at_exit = it;
    for (int frees = 0; frees < 2; frees++) {
        pid_t child = fork();
        if (child == 0) {
            begin_child();
            if (!frees)
                at_exit = NULL;
            exit(0);
        }
        expect_end_of(child);
        check_parent(it);
    }
    at_exit = NULL;
    IN_CHILD(_exit(0));
    check_parent(it);
}

static void test_exec(struct all *it, const char *program)
{
    char fds[16];
    snprintf(fds, sizeof fds, "%d", it->fds_before);
    /* The peer's descriptor is close-on-exec as well. */
    IN_CHILD(execl(program, program, "fds", fds, (char *)NULL); _exit(1));
    check_parent(it);
}

/* As a program that becomes a daemon when it has opened everything. */
static void test_daemon(void)
{
    struct all it;
    int report[2], said = -1;
    REQUIRE(pipe2(report, O_CLOEXEC) == 0);
    memset(&it, 0, sizeof it);
    peer_start(&it.p, slow_tor, NULL);
    pid_t child = fork();
    if (child == 0) {
        torctl_event *event = NULL;
        torctl_values *values = NULL;
        begin_child();
        it.tor = peer_open(&it.p);
        REQUIRE_STATUS(torctl_queue_new(it.tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0,
                                        TORCTL_DROP_OLDEST, NULL, &it.queue, NULL),
                       TORCTL_OK);
        REQUIRE(daemon(1, 1) == 0);
        CHECK_FORKED(torctl_queue_next(it.queue, -1, NULL, &event, &err));
        CHECK_FORKED(torctl_get_info(it.tor, "version", NULL, &values, &err));
        struct pollfd poll_fd = {torctl_queue_fd(it.queue), POLLIN, 0};
        CHECK_INT(poll(&poll_fd, 1, -1), 1);
        torctl_queue_free(it.queue);
        torctl_controller_free(it.tor);
        REQUIRE(write(report[1], &check_failures, sizeof check_failures) == sizeof check_failures);
        _exit(0);
    }
    close(report[1]);
    expect_end_of(child);
    struct pollfd poll_fd = {report[0], POLLIN, 0};
    CHECK_INT(poll(&poll_fd, 1, HOUR_MS), 1);
    CHECK_INT(read(report[0], &said, sizeof said), sizeof said);
    CHECK_INT(said, 0);
    close(report[0]);
    close(it.p.client_fd);
    it.p.client_fd = -1;
    /* All copies are gone, and so is the conversation. */
    CHECK_SOON(GET(it.p.is_over), 30);
    peer_stop(&it.p);
}

static int32_t hear_and_fork(const torctl_event *event, void *user_data)
{
    pid_t *child = user_data;
    (void)event;
    if (getpid() != parent)
        ADD(shared->calls_in_child, 1);
    else if (*child == 0) {
        pid_t pid = fork();
        if (pid != 0)
            SET(*child, pid);
        else
            begin_child();
    }
    return 0;
}

/* What called the function is the parent's work: in the child it ends there. */
static void test_fork_in_a_callback(struct all *it)
{
    pid_t child = 0, late = 0;
    uint64_t first, second;
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_listener_add(it->tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), hear_and_fork,
                                     &child, NULL, NULL, &first, NULL),
                 TORCTL_OK);
    late = 1; /* only counts */
    CHECK_STATUS(torctl_listener_add(it->tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), hear_and_fork,
                                     &late, NULL, NULL, &second, NULL),
                 TORCTL_OK);
    peer_puts(&it->p, "650 BW 1 2\r\n650 BW 3 4\r\n");
    CHECK_SOON(GET(child) != 0, 30);
    expect_end_of(child);
    CHECK_STATUS(torctl_listener_remove(it->tor, first, NULL, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_listener_remove(it->tor, second, NULL, NULL), TORCTL_OK);
    CHECK_INT(GET(shared->calls_in_child), 0);

    /* On a thread of the program's own, the call comes back and says so. */
    child = 0;
    torctl_status status = torctl_queue_drain(it->queue, 0, hear_and_fork, &child, NULL, NULL);
    if (getpid() != parent)
        _exit(status != TORCTL_ERR_STATE);
    CHECK_STATUS(status, TORCTL_OK);
    expect_end_of(child);
    CHECK_INT(GET(shared->calls_in_child), 0);

    child = 0;
    peer_puts(&it->p, "650 BW 5 6\r\n");
    status = torctl_wait_event(it->queue, hear_and_fork, &child, 1000, NULL, &event, NULL);
    if (getpid() != parent)
        _exit(status != TORCTL_ERR_STATE || event != NULL);
    CHECK_STATUS(status, TORCTL_ERR_TIMEOUT);
    expect_end_of(child);
    CHECK_INT(GET(shared->calls_in_child), 0);
}

/* The events have numbers: the peer sends the next with each answer. */
static int counting_tor(peer *p, const char *line, void *arg)
{
    int *sent = arg;
    if (strncmp(line, "GETINFO", 7) == 0 && !peer_say(p, "650 BW %d 0\r\n", ++*sent))
        return 0;
    return peer_tor(p, line);
}

struct busy {
    torctl_controller *tor;
    torctl_queue *queue;
    int is_over, asked, taken, heard;
};

static void *ask(void *arg)
{
    struct busy *it = arg;
    while (!GET(it->is_over)) {
        torctl_values *values = NULL;
        REQUIRE_STATUS(torctl_get_info(it->tor, "version", NULL, &values, NULL), TORCTL_OK);
        torctl_values_free(values);
        ADD(it->asked, 1);
    }
    return NULL;
}

static void *consume(void *arg)
{
    struct busy *it = arg;
    torctl_event *event = NULL;
    while (torctl_queue_next(it->queue, -1, NULL, &event, NULL) == TORCTL_OK) {
        /* None is lost, none comes twice. */
        REQUIRE(torctl_bw_read_bytes(event) == (uint64_t)ADD(it->taken, 1));
        torctl_event_free(event);
    }
    return NULL;
}

static int32_t count_heard(const torctl_event *event, void *user_data)
{
    struct busy *it = user_data;
    if (getpid() != parent)
        ADD(shared->calls_in_child, 1);
    else if (torctl_bw_read_bytes(event) != (uint64_t)ADD(it->heard, 1))
        check_fail(__FILE__, __LINE__, "a listener has lost an event");
    return 0;
}

/* A server whose worker asks a tor of its own. */
static void work(void)
{
    peer p;
    torctl_queue *queue = NULL;
    torctl_event *event = NULL;
    torctl_values *values = NULL;
    struct busy own;
    memset(&own, 0, sizeof own);
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0, TORCTL_DROP_OLDEST,
                                    NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), hear, NULL, NULL,
                                       NULL, NULL, NULL),
                   TORCTL_OK);
    int calls = GET(shared->calls);
    peer_puts(&p, "650 BW 1 2\r\n");
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    CHECK_STATUS(torctl_queue_next(queue, HOUR_MS, NULL, &event, NULL), TORCTL_OK);
    CHECK_SOON(GET(shared->calls) > calls, 30);
    torctl_event_free(event);
    torctl_values_free(values);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* AddressSanitizer's allocator may be held at a fork by a thread that the child does not have: a child
 * of a process with threads then waits for it, in its own code and in the peer's. */
static int can_allocate_in_child(void)
{
#ifdef __SANITIZE_ADDRESS__
    return 0;
#else
    return 1;
#endif
}

static void test_forks_while_others_ask(void)
{
    enum { ASKERS = 2 };
    peer p;
    int sent = 0;
    struct busy it;
    pthread_t askers[ASKERS], consumer;
    memset(&it, 0, sizeof it);
    peer_start(&p, counting_tor, &sent);
    it.tor = peer_open(&p);
    REQUIRE_STATUS(torctl_queue_new(it.tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), 0, 0,
                                    TORCTL_DROP_OLDEST, NULL, &it.queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(it.tor, TORCTL_KIND_BIT(TORCTL_EVENT_BW), count_heard, &it,
                                       NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    consumer = start_thread(consume, &it);
    for (int i = 0; i < ASKERS; i++)
        askers[i] = start_thread(ask, &it);
    int forks = rounds(200);
    for (int i = 0; i < forks; i++) {
        int asked = GET(it.asked);
        parent = getpid();
        pid_t child = fork();
        if (child == 0) {
            torctl_values *values = NULL;
            begin_child();
            parent = getpid();
            if (i % 2 == 0)
                work();
            CHECK_STATUS(torctl_get_info(it.tor, "version", NULL, &values, NULL), TORCTL_ERR_STATE);
            torctl_queue_free(it.queue);
            torctl_controller_free(it.tor);
            if (i % 2 == 1)
                work();
            _exit(check_failures);
        }
        expect_end_of(child);
        /* Each finds the threads somewhere else, and they go on. */
        CHECK_SOON(GET(it.asked) > asked + 1, 30);
    }
    SET(it.is_over, 1);
    for (int i = 0; i < ASKERS; i++)
        JOIN_SOON(askers[i], 60);
    CHECK_SOON(GET(it.taken) == sent && GET(it.heard) == sent, 60);
    torctl_controller_close(it.tor);
    JOIN_SOON(consumer, 60);
    torctl_queue_free(it.queue);
    torctl_controller_free(it.tor);
    peer_stop(&p);
}

/* As a kernel that wipes no pages. */
static void forget_wiping(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MADV_WIPEONFORK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0);
    CHECK_INT(madvise(NULL, 0, MADV_WIPEONFORK), -1);
}

int main(int argc, char **argv)
{
    struct all it;
    if (argc == 3)
        return count_fds() <= atoi(argv[2]) - 1 ? EXIT_SUCCESS : EXIT_FAILURE;
    if (argc == 2)
        forget_wiping();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(shared != MAP_FAILED);
    parent = getpid();
    atexit(free_at_exit);
    make_all(&it);
    test_child_is_told(&it);
    test_exit(&it);
    test_exec(&it, argv[0]);
    test_fork_in_a_callback(&it);
    end_all(&it);
    test_options_with_a_descriptor();
    test_daemon();
    if (can_allocate_in_child())
        test_forks_while_others_ask();
    CHECK_INT(GET(shared->destroyed_in_child), 0);
    if (argc == 1 && !is_instrumented())
        IN_CHILD(execl(argv[0], argv[0], "no-wiping", (char *)NULL); _exit(1));
    return check_done();
}
