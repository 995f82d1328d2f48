/* Where no thread is to be had, what would need one fails and leaves nothing behind, however often it
 * is tried. A filter of the system's refuses clone() to one thread of this process.
 *
 * ctest: unit valgrind=no asan=no tsan=no */
#include "peer.h"

#include <malloc.h>
#include <stddef.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { TRIES = 12000 };

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

static void refuse_clone(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 2, 0),
#ifdef __NR_clone3
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 1, 0),
#else
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 1, 0),
#endif
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
    };
    struct sock_fprog program = {sizeof code / sizeof code[0], code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        fprintf(stderr, "skipped: the system has no seccomp\n");
        exit(CHECK_SKIPPED);
    }
}

static int destroyed;

static void count_destroyed(void *user_data)
{
    (void)user_data;
    ADD(destroyed, 1);
}

static int32_t hear(const torctl_event *event, void *calls)
{
    (void)event;
    ADD(*(int *)calls, 1);
    return TORCTL_OK;
}

static int32_t attach(const torctl_event *event, uint64_t *circuit, void *user_data)
{
    (void)event, (void)circuit, (void)user_data;
    return TORCTL_ATTACH_TOR;
}

/* What the program holds of the heap. */
static size_t held_bytes(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    return mallinfo2().uordblks;
#else
    return 0;
#endif
}

static void add_in_vain(torctl_controller *tor, int times)
{
    for (int i = 0; i < times; i++) {
        uint64_t id = 99;
        CHECK_STATUS(torctl_listener_add(tor, BW, hear, NULL, count_destroyed, NULL, &id, NULL),
                     TORCTL_ERR_SYSTEM);
        CHECK_INT(id, 0);
    }
}

static void attach_in_vain(torctl_controller *tor, int times)
{
    for (int i = 0; i < times; i++)
        CHECK_STATUS(torctl_attacher_set(tor, attach, NULL, count_destroyed, -1, NULL, NULL, NULL),
                     TORCTL_ERR_SYSTEM);
}

static void *without_threads(void *tor)
{
    refuse_clone();
    pthread_t none;
    CHECK(pthread_create(&none, NULL, without_threads, NULL) == EAGAIN);
    /* What is made once for ever is made by then. */
    add_in_vain(tor, 100);
    attach_in_vain(tor, 100);
    size_t before = held_bytes();
    add_in_vain(tor, TRIES);
    attach_in_vain(tor, TRIES / 10);
    size_t after = held_bytes();
    /* A queue for each would be 3 MB. What the peer keeps of its questions grows as well, and a thread
     * that meets another in malloc() gets an arena of its own. */
    CHECK(after < before + 300 * 1024);
    if (after > before + 300 * 1024)
        fprintf(stderr, "%zu bytes more after %d tries\n", after - before, TRIES);
    return NULL;
}

static int answer(peer *p, const char *line, void *arg)
{
    (void)arg;
    if (strcmp(line, "GETCONF __LeaveStreamsUnattached") == 0)
        return peer_puts(p, "250 __LeaveStreamsUnattached=0\r\n");
    return peer_tor(p, line);
}

/* With the I/O thread there, only that of the listeners is missing; without, neither is to be had. */
static void nothing_is_left(int has_queue)
{
    peer p;
    int calls = 0;
    torctl_queue *queue = NULL;
    peer_start(&p, answer, NULL);
    torctl_controller *tor = peer_open(&p);
    if (has_queue)
        REQUIRE_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_STATE), 0, 0,
                                        TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                       TORCTL_OK);
    SET(destroyed, 0);
    pthread_t thread = start_thread(without_threads, tor);
    JOIN_SOON(thread, 60);
    CHECK_INT(GET(destroyed), 100 + 100 + TRIES + TRIES / 10);
    /* Nothing was asked for, and this thread may have others. */
    CHECK_INT(peer_count(&p, "SETEVENTS"), 0);
    REQUIRE_STATUS(torctl_listener_add(tor, BW, hear, &calls, NULL, NULL, NULL, NULL), TORCTL_OK);
    peer_puts(&p, "650 BW 1 1\r\n");
    CHECK_SOON(GET(calls) == 1, 30);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

int main(void)
{
    nothing_is_left(1);
    nothing_is_left(0);
    return check_done();
}
