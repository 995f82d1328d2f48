/* Tests in both modes. With TORCTL_TEST_THREAD_FREE in the environment (a test that says
 * "mode=thread_free" is run with and without), controllers that a test makes start no thread: a
 * thread of the test runs their loop, as the program's would. */
#ifndef TORCTL_TESTS_LOOP_H
#define TORCTL_TESTS_LOOP_H

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "torctl.h"

struct loop {
    torctl_controller *controller;
    pthread_t thread;
    pid_t pid;
    int stop[2];
    int is_over;
    struct loop *next;
};

static pthread_mutex_t loop_lock = PTHREAD_MUTEX_INITIALIZER;
static struct loop *loop_first;

static inline void *loop_run(void *user_data)
{
    struct loop *loop = user_data;
    struct pollfd fds[2] = {{.fd = torctl_controller_fd(loop->controller), .events = POLLIN},
                            {.fd = loop->stop[0], .events = POLLIN}};
    while (!loop->is_over && fds[1].revents == 0) {
        if (torctl_controller_process(loop->controller, NULL) != TORCTL_OK)
            abort();
        if (!loop->is_over && poll(fds, 2, torctl_controller_timeout_ms(loop->controller)) < 0)
            fds[1].revents = 0;
    }
    return NULL;
}

static inline int loop_is_wanted(void)
{
    return getenv("TORCTL_TEST_THREAD_FREE") != NULL;
}

static inline torctl_options *loop_options_new(void)
{
    torctl_options *options = torctl_options_new();
    if (loop_is_wanted() && torctl_options_set_thread_free(options, 1, NULL) != TORCTL_OK)
        abort();
    return options;
}

static inline torctl_status loop_controller_new(const torctl_options *options,
                                                torctl_controller **controller, torctl_error **err)
{
    torctl_status status = torctl_controller_new(options, controller, err);
    if (status != TORCTL_OK || !loop_is_wanted() || torctl_controller_fd(*controller) < 0)
        return status;
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL || pipe(loop->stop) != 0)
        abort();
    loop->controller = *controller;
    loop->pid = getpid();
    pthread_mutex_lock(&loop_lock);
    loop->next = loop_first;
    loop_first = loop;
    if (pthread_create(&loop->thread, NULL, loop_run, loop) != 0)
        abort();
    pthread_mutex_unlock(&loop_lock);
    return status;
}

/* Ends the loop, which may be the one that runs the caller: then it is left to end. A callback may
 * run in it that waits for the end. */
static inline void loop_controller_free(torctl_controller *controller)
{
    struct loop *loop = NULL;
    torctl_controller_close(controller);
    pthread_mutex_lock(&loop_lock);
    for (struct loop **at = &loop_first; *at != NULL && loop == NULL;) {
        if ((*at)->controller == controller) {
            loop = *at;
            *at = loop->next;
        } else {
            at = &(*at)->next;
        }
    }
    pthread_mutex_unlock(&loop_lock);
    if (loop != NULL && loop->pid == getpid()) {
        if (pthread_equal(loop->thread, pthread_self())) {
            loop->is_over = 1;
            pthread_detach(loop->thread);
        } else {
            if (write(loop->stop[1], "", 1) != 1)
                abort();
            pthread_join(loop->thread, NULL);
            close(loop->stop[0]);
            close(loop->stop[1]);
            free(loop);
        }
    }
    torctl_controller_free(controller);
}

#define torctl_options_new() loop_options_new()
#define torctl_controller_new(options, controller, err) \
    loop_controller_new(options, controller, err)
#define torctl_controller_free(controller) loop_controller_free(controller)

#endif
