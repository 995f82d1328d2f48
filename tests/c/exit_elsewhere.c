/* A thread calls exit() while others wait in the library, a listener runs and requests are on their way: the
 * process ends with that status, without a crash and without waiting for anybody.
 *
 * Not with what looks for leaks at exit(): all of it is alive then.
 *
 * ctest: unit timeout=60 valgrind=no asan=no tsan=no */
#include "peer.h"

#include <sys/wait.h>

enum { STATUS = 42 };

static volatile int is_heard;

static int32_t listen_long(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    is_heard = 1;
    for (;;)
        pause();
    return TORCTL_OK;
}

static int silence(peer *p, const char *line, void *arg)
{
    (void)arg;
    return strncmp(line, "GETINFO", 7) == 0 ? 1 : peer_tor(p, line);
}

static void *wait_in_queue(void *queue)
{
    torctl_event *event = NULL;
    while (torctl_queue_next(queue, -1, NULL, &event, NULL) == TORCTL_OK)
        torctl_event_free(event);
    return NULL;
}

static void *wait_for_answer(void *tor)
{
    torctl_values *values = NULL;
    MAY_FAIL(torctl_get_info(tor, "version", NULL, &values, NULL));
    torctl_values_free(values);
    return NULL;
}

static void *leave(void *arg)
{
    exit(arg == NULL ? EXIT_FAILURE : STATUS);
}

static void child(void)
{
    const uint64_t bw = TORCTL_KIND_BIT(TORCTL_EVENT_BW);
    static peer p;
    torctl_queue *queue = NULL;
    peer_start(&p, silence, NULL);
    torctl_controller *tor = peer_open(&p);
    REQUIRE_STATUS(torctl_queue_new(tor, bw, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                   TORCTL_OK);
    REQUIRE_STATUS(torctl_listener_add(tor, bw, listen_long, NULL, NULL, NULL, NULL, NULL),
                   TORCTL_OK);
    pthread_t in_queue = start_thread(wait_in_queue, queue);
    start_thread(wait_for_answer, tor);
    peer_puts(&p, "650 BW 1 2\r\n");
    while (!is_heard || peer_count(&p, "GETINFO") == 0)
        check_pause();
    start_thread(leave, tor);
    pthread_join(in_queue, NULL); /* for ever */
}

int main(void)
{
    for (int i = 0; i < rounds(20); i++) {
        int status = 0;
        fflush(NULL);
        pid_t process = fork();
        REQUIRE(process >= 0);
        if (process == 0) {
            child();
            _exit(1);
        }
        REQUIRE(waitpid(process, &status, 0) == process);
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), STATUS);
    }
    return check_done();
}
