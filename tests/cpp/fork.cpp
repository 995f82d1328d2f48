// A program's global objects own a controller on a real tor, its queue, a listener, and a tor that the
// library launched. A forked child that calls exit() destroys them: the parent loses none of it.
//
// ctest: live timeout=120 tsan=no
#include "torctl.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" const char *__asan_default_options();
// In the child, the leak check cannot know what the threads hold that it does not have.
extern "C" const char *__asan_default_options()
{
    return "detect_leaks=0";
}

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

namespace {

template <auto Free> struct Deleter {
    template <typename T> void operator()(T *object) const { Free(object); }
};
using Controller = std::unique_ptr<torctl_controller, Deleter<torctl_controller_free>>;
using Queue = std::unique_ptr<torctl_queue, Deleter<torctl_queue_free>>;

int failures = 0;

void check(bool holds, const char *text, int line)
{
    if (!holds) {
        ++failures;
        std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, line, text);
    }
}
#define CHECK(expr) check((expr), #expr, __LINE__)

const pid_t parent = getpid();
std::atomic<int> destroyed{0};

// What counts is the order of a program's destructors: that of the last global comes first.
struct Watcher {
    ~Watcher()
    {
        if (getpid() == parent && destroyed != 1)
            _exit(EXIT_FAILURE);
        if (getpid() != parent && destroyed != 0)
            _exit(EXIT_FAILURE);
    }
} watcher;
Controller launched;
Controller open;
Queue queue;

std::string info(const Controller &tor, const char *key)
{
    torctl_values *values = nullptr;
    std::string text;
    if (torctl_get_info(tor.get(), key, nullptr, &values, nullptr) == TORCTL_OK)
        text = torctl_values_value(values, 0);
    torctl_values_free(values);
    return text;
}

void make_all(const char *socket)
{
    torctl_launch_options *options = torctl_launch_options_new();
    CHECK(torctl_launch_options_add(options, "DisableNetwork", "1", nullptr) == TORCTL_OK);
    CHECK(torctl_launch_options_add(options, "SocksPort", "0", nullptr) == TORCTL_OK);
    torctl_controller *tor = nullptr;
    torctl_error *error = nullptr;
    if (torctl_launch(options, nullptr, &tor, &error) != TORCTL_OK)
        std::fprintf(stderr, "%s\n", torctl_error_message(error));
    torctl_error_free(error);
    torctl_launch_options_free(options);
    launched.reset(tor);
    tor = nullptr;
    CHECK(torctl_controller_open(socket, nullptr, &tor, nullptr) == TORCTL_OK);
    open.reset(tor);
    torctl_queue *events = nullptr;
    CHECK(torctl_queue_new(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), 0, 0, TORCTL_DROP_OLDEST,
                           nullptr, &events, nullptr) == TORCTL_OK);
    queue.reset(events);
    auto hear = [](const torctl_event *, void *) -> int32_t { return 0; };
    auto destroy = [](void *) { ++destroyed; };
    CHECK(torctl_listener_add(tor, TORCTL_KIND_BIT(TORCTL_EVENT_SIGNAL), hear, nullptr, destroy,
                              nullptr, nullptr, nullptr) == TORCTL_OK);
}

bool exists(const std::string &path)
{
    struct stat what;
    return !path.empty() && lstat(path.c_str(), &what) == 0;
}

} // namespace

int main()
{
    const char *socket = std::getenv("TORCTL_TEST_SOCKET");
    if (socket == nullptr)
        return 77;
    make_all(socket);
    const std::string directory = torctl_launched_data_directory(launched.get());
    const std::int64_t pid = torctl_launched_pid(launched.get());
    CHECK(pid > 0);
    for (int round = 0; round < 3; ++round) {
        const pid_t child = fork();
        if (child == 0) {
#ifdef VALGRIND_CLO_CHANGE
            VALGRIND_CLO_CHANGE("--leak-check=no");
#endif
            if (round == 1) {
                // By hand, in place of the destructors, and what is asked of the parent's tor.
                int32_t code = 0, signal = 0;
                bool is_told = torctl_launched_wait(launched.get(), -1, nullptr, &code, &signal,
                                                    nullptr) == TORCTL_ERR_STATE &&
                               torctl_launched_pid(launched.get()) == 0 &&
                               info(launched, "version").empty();
                torctl_controller_close(launched.get());
                launched.reset();
                _exit(is_told ? 0 : 1);
            }
            std::exit(0);
        }
        int status = -1;
        CHECK(waitpid(child, &status, 0) == child && status == 0);
        CHECK(kill(static_cast<pid_t>(pid), 0) == 0);
        CHECK(exists(directory));
        CHECK(!info(launched, "version").empty());
        int32_t code = 0, signal = 0;
        CHECK(torctl_launched_wait(launched.get(), 0, nullptr, &code, &signal, nullptr) ==
              TORCTL_ERR_TIMEOUT);
        CHECK(!info(open, "version").empty());
        CHECK(torctl_signal(open.get(), TORCTL_SIGNAL_CLEARDNSCACHE, nullptr, nullptr) ==
              TORCTL_OK);
        torctl_event *event = nullptr;
        CHECK(torctl_queue_next(queue.get(), 30000, nullptr, &event, nullptr) == TORCTL_OK);
        torctl_event_free(event);
    }
    // The parent ends its tor as ever.
    launched.reset();
    CHECK(kill(static_cast<pid_t>(pid), 0) != 0);
    CHECK(!exists(directory));
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
