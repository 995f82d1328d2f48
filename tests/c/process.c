/* The process that the library lives in is left alone: threads, signals, descriptors, output.
 *
 * Not under valgrind, whose own exec of a program that it runs fails now and then, and not under
 * ThreadSanitizer, which cannot name what it suppresses when no descriptor is left.
 *
 * ctest: unit timeout=60 valgrind=no tsan=no */
#include "peer.h"

#include "task.h"

#include <locale.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const uint64_t BW = TORCTL_KIND_BIT(TORCTL_EVENT_BW);

/* Whether the thread has all signals blocked but those that a fault of its own raises; also if it is
 * gone. */
static int is_deaf(const char *tid)
{
    char line[256];
    if (!task_line(tid, "status", "SigBlk:", line, sizeof line))
        return 1;
    uint64_t blocked = strtoull(line + 7, NULL, 16);
    for (int number = 1; number < 32; number++) {
        int is_blocked = (int)(blocked >> (number - 1) & 1);
        switch (number) {
        case SIGSEGV:
        case SIGBUS:
        case SIGFPE:
        case SIGILL:
        case SIGTRAP:
        case SIGKILL:
        case SIGSTOP:
            if (is_blocked)
                return 0;
            break;
        default:
            if (!is_blocked)
                return 0;
        }
    }
    return 1;
}

/* How many threads have this name; with the check of each one's signal mask. */
static int threads_named(const char *name)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/task");
    REQUIRE(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char line[256];
        if (entry->d_name[0] == '.' || !task_line(entry->d_name, "comm", name, line, sizeof line) ||
            strcmp(line, name) != 0)
            continue;
        count++;
        /* One that is about to be gone has the C library block all of them. */
        CHECK_SOON(is_deaf(entry->d_name), 5);
    }
    closedir(directory);
    return count;
}

/* Calls `look` for each open descriptor, and counts them. */
static int descriptors(void (*look)(int))
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    REQUIRE(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || fd == dirfd(directory))
            continue;
        count++;
        if (look != NULL)
            look(fd);
    }
    closedir(directory);
    return count;
}

static void is_close_on_exec(int fd)
{
    if (fd > 2)
        CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static int32_t ignore(const torctl_event *event, void *user_data)
{
    (void)event, (void)user_data;
    return 0;
}

static void ask(torctl_controller *tor)
{
    torctl_values *values = NULL;
    CHECK_STATUS(torctl_get_info(tor, "version", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
}

static torctl_queue *new_queue(torctl_controller *tor)
{
    torctl_queue *queue = NULL;
    CHECK_STATUS(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL),
                 TORCTL_OK);
    return queue;
}

static void one_thread_for_a_hundred_controllers(void)
{
    enum { CONTROLLERS = 100, LISTENERS = 5 };
    static peer peers[CONTROLLERS];
    torctl_controller *tors[CONTROLLERS];
    torctl_queue *queues[CONTROLLERS];
    CHECK_INT(threads_named("torctl-io"), 0);
    for (int i = 0; i < CONTROLLERS; i++) {
        peer_start(&peers[i], NULL, NULL);
        tors[i] = peer_open(&peers[i]);
        ask(tors[i]);
    }
    /* Who only asks may do without any; who waits for events has one with all others. */
    CHECK(threads_named("torctl-io") <= 1);
    for (int i = 0; i < CONTROLLERS; i++)
        queues[i] = new_queue(tors[i]);
    CHECK_SOON(threads_named("torctl-io") == 1, 10);
    CHECK_INT(threads_named("torctl-call"), 0);
    for (int i = 0; i < LISTENERS; i++) {
        CHECK_STATUS(torctl_listener_add(tors[i], BW, ignore, NULL, NULL, NULL, NULL, NULL),
                     TORCTL_OK);
        CHECK_STATUS(torctl_listener_add(tors[i], BW, ignore, NULL, NULL, NULL, NULL, NULL),
                     TORCTL_OK);
    }
    CHECK_SOON(threads_named("torctl-call") == LISTENERS, 10);
    descriptors(is_close_on_exec);
    for (int i = 0; i < CONTROLLERS; i++)
        peer_puts(&peers[i], "650 BW 1 2\r\n");
    for (int i = 0; i < CONTROLLERS; i++) {
        torctl_event *event = NULL;
        CHECK_STATUS(torctl_queue_next(queues[i], HOUR_MS, NULL, &event, NULL), TORCTL_OK);
        torctl_event_free(event);
    }
    for (int i = 0; i < CONTROLLERS; i++) {
        CHECK_INT(threads_named("torctl-io"), 1);
        torctl_controller_free(tors[i]);
        /* A joined thread may still be listed for a moment. */
        CHECK_SOON(threads_named("torctl-call") == (i < LISTENERS ? LISTENERS - i - 1 : 0), 10);
        torctl_queue_free(queues[i]);
        peer_stop(&peers[i]);
    }
    CHECK_SOON(threads_named("torctl-io") == 0, 10);
    /* The next controller has a new one; one that its tor leaves gives it up as well. */
    peer_start(&peers[0], NULL, NULL);
    tors[0] = peer_open(&peers[0]);
    queues[0] = new_queue(tors[0]);
    CHECK_SOON(threads_named("torctl-io") == 1, 10); /* a thread names itself */
    peer_hang_up(&peers[0]);
    CHECK_SOON(torctl_controller_state(tors[0]) == TORCTL_STATE_CLOSED, 10);
    CHECK_SOON(threads_named("torctl-io") == 0, 10);
    torctl_queue_free(queues[0]);
    torctl_controller_free(tors[0]);
    peer_stop(&peers[0]);
}

/* The peer is gone while we write, with SIGPIPE as the system has it: an error, not a death. */
static int hang_up(peer *p, const char *line, void *arg)
{
    (void)p, (void)line, (void)arg;
    return 0;
}

static void a_broken_pipe(void)
{
    struct sigaction action;
    REQUIRE(sigaction(SIGPIPE, NULL, &action) == 0);
    REQUIRE(action.sa_handler == SIG_DFL);
    for (int round = 0; round < rounds(200); round++) {
        peer p;
        peer_start(&p, hang_up, NULL);
        torctl_controller *tor = peer_open(&p);
        torctl_status status = TORCTL_OK;
        for (int i = 0; i < 5; i++) {
            torctl_error *err = NULL;
            status = torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, &err);
            CHECK_STATUS(status, TORCTL_ERR_CLOSED);
            CHECK(torctl_error_message(err)[0] != '\0');
            torctl_error_free(err);
            if (round % 2)
                continue;
            torctl_queue *queue = NULL;
            MAY_FAIL(torctl_queue_new(tor, BW, 0, 0, TORCTL_DROP_OLDEST, NULL, &queue, NULL));
            torctl_queue_free(queue);
        }
        torctl_controller_free(tor);
        peer_stop(&p);
    }
    /* The first to notice is the one who writes, or the I/O thread that writes for him. */
    for (int has_queue = 0; has_queue < 2; has_queue++) {
        peer p;
        peer_start(&p, NULL, NULL);
        torctl_controller *tor = peer_open(&p);
        torctl_queue *queue = has_queue ? new_queue(tor) : NULL;
        torctl_error *err = NULL;
        peer_hang_up(&p);
        CHECK_STATUS(torctl_signal(tor, TORCTL_SIGNAL_NEWNYM, NULL, &err), TORCTL_ERR_CLOSED);
        CHECK(torctl_error_message(err)[0] != '\0');
        torctl_error_free(err);
        torctl_controller_free(tor);
        torctl_queue_free(queue);
        peer_stop(&p);
    }
    /* More than the socket takes, then nobody reads it any more. */
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    peer unread = {.client_fd = pair[1]};
    torctl_controller *tor = peer_open(&unread);
    torctl_pending *pending[300];
    char *text = malloc(4000);
    REQUIRE(text != NULL);
    memset(text, 'x', 3999);
    text[3999] = '\0';
    for (int i = 0; i < 300; i++)
        CHECK_STATUS(torctl_request_start(tor, text, NULL, 0, NULL, &pending[i], NULL), TORCTL_OK);
    close(pair[0]);
    for (int i = 0; i < 300; i++) {
        CHECK_STATUS(torctl_pending_wait(pending[i], NULL, NULL), TORCTL_ERR_CLOSED);
        torctl_pending_free(pending[i]);
    }
    free(text);
    torctl_controller_free(tor);
}

/* A bit of everything, also of what fails. */
static void some_of_everything(void)
{
    peer p;
    torctl_controller *tor = NULL;
    torctl_error *err = NULL;
    torctl_queue *refused = NULL;
    CHECK_STATUS(torctl_controller_open("/nonexistent/socket", NULL, &tor, &err),
                 TORCTL_ERR_CONNECT);
    torctl_error_free(err);
    CHECK_STATUS(torctl_controller_open("127.0.0.1:1", NULL, &tor, &err), TORCTL_ERR_CONNECT);
    torctl_error_free(err);
    CHECK_STATUS(torctl_controller_open("localhost:1", NULL, &tor, NULL), TORCTL_ERR_CONNECT);
    peer_start(&p, NULL, NULL);
    tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor);
    CHECK_STATUS(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_PT_LOG), 0, 0,
                                  TORCTL_DROP_OLDEST, NULL, &refused, NULL),
                 TORCTL_ERR_REJECTED);
    CHECK_STATUS(torctl_listener_add(tor, BW, ignore, NULL, NULL, NULL, NULL, NULL), TORCTL_OK);
    peer_puts(&p, "650 BW 1 2\r\n650 BW 3 4\r\n");
    ask(tor);
    CHECK_STATUS(torctl_set_conf(tor, "a\nb", "c", NULL, NULL), TORCTL_ERR_INVALID);
    CHECK_STATUS(torctl_queue_drain(queue, 0, ignore, NULL, NULL, NULL), TORCTL_OK);
    torctl_queue_free(queue);
    peer_puts(&p, "nonsense\r\n");
    CHECK_SOON(torctl_controller_state(tor) == TORCTL_STATE_CLOSED, 10);
    torctl_controller_free(tor);
    peer_stop(&p);
}

static void no_descriptor_is_left(void)
{
    some_of_everything();
    int before = descriptors(NULL);
    for (int i = 0; i < 20; i++)
        some_of_everything();
    CHECK_SOON(descriptors(NULL) == before, 10);
}

static void nothing_is_written_or_changed(void)
{
    struct sigaction before[65], after;
    char directory[4096], now[4096], *locale = strdup(setlocale(LC_ALL, NULL));
    extern char **environ;
    char **environment = environ, *first = environ[0];
    sigset_t mask, mask_after;
    memset(before, 0, sizeof before);
    for (int number = 1; number < 65; number++)
        (void)sigaction(number, NULL, &before[number]);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    REQUIRE(getcwd(directory, sizeof directory) != NULL);
    mode_t creation = umask(0123);
    int written = memfd_create("written", MFD_CLOEXEC);
    int out = fcntl(1, F_DUPFD_CLOEXEC, 3), error = fcntl(2, F_DUPFD_CLOEXEC, 3);
    REQUIRE(written >= 0 && out >= 0 && error >= 0);
    fflush(NULL);
    int failures = check_failures;
    REQUIRE(dup2(written, 1) == 1 && dup2(written, 2) == 2);
    for (int i = 0; i < 5; i++)
        some_of_everything();
    fflush(NULL);
    REQUIRE(dup2(out, 1) == 1 && dup2(error, 2) == 2);
    if (check_failures == failures)
        CHECK_INT(lseek(written, 0, SEEK_END), 0);
    close(written);
    close(out);
    close(error);
    for (int number = 1; number < 65; number++) {
        memset(&after, 0, sizeof after);
        if (sigaction(number, NULL, &after) == 0)
            CHECK(after.sa_handler == before[number].sa_handler);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    for (int number = 1; number < 32; number++)
        CHECK_INT(sigismember(&mask_after, number), sigismember(&mask, number));
    CHECK(environ == environment && environ[0] == first);
    CHECK_STR(setlocale(LC_ALL, NULL), locale);
    CHECK_STR(getcwd(now, sizeof now), directory);
    CHECK_INT(umask(creation), 0123);
    free(locale);
}

/* Signals go to the program's threads, and one that comes does not end a call. */
static int signals;
static pthread_t main_thread;

static void on_signal(int number)
{
    (void)number;
    if (pthread_equal(pthread_self(), main_thread))
        ADD(signals, 1);
    else
        ADD(signals, 1000);
}

static void *ask_much(void *arg)
{
    int *ends = ((void **)arg)[1];
    while (!GET(*ends))
        ask(((void **)arg)[0]);
    return NULL;
}

static int answer_after_signals(peer *p, const char *line, void *arg)
{
    int *wanted = arg;
    if (strncmp(line, "GETINFO wait", 12) == 0)
        for (int before = GET(signals); GET(signals) < before + *wanted;) {
            kill(getpid(), SIGUSR1);
            check_pause();
        }
    return peer_tor(p, line);
}

static void *block_all_signals(void *arg)
{
    (void)arg;
    return NULL;
}

static void signals_interrupt_nothing(void)
{
    peer p;
    int wanted = 5;
    struct sigaction action, old;
    sigset_t usr1, none;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal; /* without SA_RESTART */
    main_thread = pthread_self();
    REQUIRE(sigaction(SIGUSR1, &action, &old) == 0);
    /* The peer's thread must not take it, so it is blocked where that is made. */
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &usr1, &none);
    peer_start(&p, answer_after_signals, &wanted);
    pthread_t other = start_thread(block_all_signals, NULL);
    JOIN_SOON(other, 10);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor);
    torctl_values *values = NULL;
    torctl_event *event = NULL;
    CHECK_STATUS(torctl_get_info(tor, "wait", NULL, &values, NULL), TORCTL_OK);
    torctl_values_free(values);
    CHECK(GET(signals) >= wanted);
    CHECK(GET(signals) < 1000);
    int64_t began_ms = check_now_ms();
    pthread_kill(main_thread, SIGUSR1);
    CHECK_STATUS(torctl_queue_next(queue, 60, NULL, &event, NULL), TORCTL_EMPTY);
    CHECK(check_now_ms() - began_ms >= 59);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
    REQUIRE(sigaction(SIGUSR1, &old, NULL) == 0);
}

/* Children that exec get none of our descriptors, and the parent goes on. */
static void fork_and_exec(char **argv)
{
    peer p;
    int ends = 0;
    peer_start(&p, NULL, NULL);
    torctl_controller *tor = peer_open(&p);
    torctl_queue *queue = new_queue(tor);
    void *arguments[] = {tor, &ends};
    pthread_t asking[2] = {start_thread(ask_much, arguments), start_thread(ask_much, arguments)};
    for (int i = 0; i < rounds(40); i++) {
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            execl(argv[0], argv[0], "count", (char *)NULL);
            _exit(99);
        }
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 0);
        ask(tor);
    }
    SET(ends, 1);
    JOIN_SOON(asking[0], 10);
    JOIN_SOON(asking[1], 10);
    torctl_queue_free(queue);
    torctl_controller_free(tor);
    peer_stop(&p);
}

/* The child of fork_and_exec: as many descriptors as it should not have. */
static void count_one(int fd)
{
    if (fd > 2)
        exit(fd < 90 ? fd : 90);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        descriptors(count_one);
        return 0;
    }
    /* What the harness leaves open is not ours. */
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    one_thread_for_a_hundred_controllers();
    a_broken_pipe();
    no_descriptor_is_left();
    nothing_is_written_or_changed();
    signals_interrupt_nothing();
    fork_and_exec(argv);
    return check_done();
}
