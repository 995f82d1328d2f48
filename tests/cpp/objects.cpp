// The C interface from C++: every object in a smart pointer, functions of the program as lambdas,
// strings as std::string with whatever bytes are in them.
//
// ctest: unit timeout=60
#include "torctl.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace {

int failures = 0;

void check(bool holds, const char *text, int line)
{
    if (!holds) {
        ++failures;
        std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, line, text);
    }
}
#define CHECK(expr) check((expr), #expr, __LINE__)

template <auto Free> struct Deleter {
    template <typename T> void operator()(T *object) const { Free(object); }
};
using Options = std::unique_ptr<torctl_options, Deleter<torctl_options_free>>;
using Controller = std::unique_ptr<torctl_controller, Deleter<torctl_controller_free>>;
using Call = std::unique_ptr<torctl_call, Deleter<torctl_call_free>>;
using Values = std::unique_ptr<torctl_values, Deleter<torctl_values_free>>;
using Reply = std::unique_ptr<torctl_reply, Deleter<torctl_reply_free>>;
using Queue = std::unique_ptr<torctl_queue, Deleter<torctl_queue_free>>;
using Event = std::unique_ptr<torctl_event, Deleter<torctl_event_free>>;
using Error = std::unique_ptr<torctl_error, Deleter<torctl_error_free>>;

// A failure of the library as an exception.
struct Failure : std::runtime_error {
    torctl_status status;
    explicit Failure(const Error &error)
        : std::runtime_error(torctl_error_message(error.get())),
          status(torctl_error_status(error.get()))
    {
    }
};

// Where the library writes an object for a smart pointer.
template <typename Pointer> class Out {
  public:
    explicit Out(Pointer &pointer) : pointer_(pointer) {}
    ~Out() { pointer_.reset(raw_); }
    Out(const Out &) = delete;
    Out &operator=(const Out &) = delete;
    operator typename Pointer::element_type **() { return &raw_; }

  private:
    Pointer &pointer_;
    typename Pointer::element_type *raw_ = nullptr;
};

template <typename Function, typename... Arguments>
void require(Function function, Arguments &&...arguments)
{
    Error error;
    torctl_status status = function(std::forward<Arguments>(arguments)..., Out<Error>(error));
    if (status < 0)
        throw Failure(error);
}

// Answers GETINFO with the key itself, and everything else with a yes.
class Peer {
  public:
    Peer()
    {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends_) != 0)
            throw std::runtime_error("socketpair");
        thread_ = std::thread([this] { run(); });
    }
    ~Peer()
    {
        shutdown(ends_[0], SHUT_RDWR);
        thread_.join();
        close(ends_[0]);
    }
    int client() const { return ends_[1]; }
    void say(std::string_view text) const
    {
        if (send(ends_[0], text.data(), text.size(), MSG_NOSIGNAL) < 0)
            return;
    }

  private:
    void run()
    {
        std::string input;
        char buffer[4096];
        for (ssize_t got; (got = recv(ends_[0], buffer, sizeof buffer, 0)) > 0;) {
            input.append(buffer, static_cast<std::size_t>(got));
            for (std::size_t end; (end = input.find("\r\n")) != std::string::npos;) {
                std::string line = input.substr(0, end);
                input.erase(0, end + 2);
                if (line.rfind("GETINFO ", 0) == 0)
                    say("250-" + line.substr(8) + "=" + line.substr(8) + "\r\n");
                say("250 OK\r\n");
            }
        }
    }

    int ends_[2] = {-1, -1};
    std::thread thread_;
};

Controller open(const Peer &peer)
{
    Options options(torctl_options_new());
    require(torctl_options_set_fd, options.get(), peer.client(), 1);
    Controller controller;
    require(torctl_controller_new, options.get(), Out<Controller>(controller));
    require(torctl_controller_connect, controller.get(), nullptr);
    return controller;
}

template <typename Condition> bool soon(Condition condition)
{
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

void requests()
{
    Peer peer;
    Controller tor = open(peer);
    Values values;
    require(torctl_get_info, tor.get(), "version", nullptr, Out<Values>(values));
    CHECK(std::string(torctl_values_value(values.get(), 0)) == "version");
    std::vector<const char *> keys = {"a", "b"};
    Reply reply;
    require(torctl_request, tor.get(), "PING", nullptr, 0, nullptr, Out<Reply>(reply));
    CHECK(torctl_reply_code(reply.get()) == 250);
    try {
        require(torctl_set_conf, tor.get(), "a\nb", nullptr, nullptr);
        CHECK(!"a line feed was taken");
    } catch (const Failure &failure) {
        CHECK(failure.status == TORCTL_ERR_INVALID);
        CHECK(std::string(failure.what()).find('\n') == std::string::npos);
    }
    // In its own order of destruction, nothing depends on the controller.
    tor.reset();
    CHECK(torctl_values_count(values.get()) == 1);
    CHECK(keys.size() == 2);
}

// A callable object given to the library, and taken back by its destroy function.
struct Listener {
    std::atomic<int> &calls;
    std::atomic<int> &alive;
    explicit Listener(std::atomic<int> &heard, std::atomic<int> &living)
        : calls(heard), alive(living)
    {
        ++alive;
    }
    ~Listener() { --alive; }
};

void listeners()
{
    Peer peer;
    std::atomic<int> calls{0}, alive{0}, failed{0};
    Controller tor = open(peer);
    std::uint64_t id = 0;
    auto owned = std::make_unique<Listener>(calls, alive);
    require(
        torctl_listener_add, tor.get(), TORCTL_KIND_BIT(TORCTL_EVENT_BW),
        [](const torctl_event *event, void *user_data) -> std::int32_t {
            // An exception may not leave: it becomes the status of a failed call.
            try {
                auto *listener = static_cast<Listener *>(user_data);
                ++listener->calls;
                if (std::stoi(torctl_event_arg(event, 0)) == 2)
                    throw std::runtime_error("two");
                return 0;
            } catch (...) {
                return 1;
            }
        },
        owned.release(), [](void *user_data) { delete static_cast<Listener *>(user_data); },
        nullptr, &id);
    require(
        torctl_listener_set_failure_fn, tor.get(),
        [](std::uint64_t, std::int32_t, const torctl_event *event, void *user_data) {
            if (std::string(torctl_event_arg(event, 0)) == "2")
                ++*static_cast<std::atomic<int> *>(user_data);
        },
        &failed, nullptr, nullptr);
    peer.say("650 BW 1 0\r\n650 BW 2 0\r\n650 BW 3 0\r\n");
    CHECK(soon([&] { return calls == 3; }));
    CHECK(soon([&] { return failed == 1; }));
    CHECK(torctl_listener_failed(tor.get()) == 1);
    CHECK(alive == 1);
    require(torctl_listener_remove, tor.get(), id, nullptr);
    CHECK(alive == 0);
    auto again = std::make_unique<Listener>(calls, alive);
    require(
        torctl_listener_add, tor.get(), TORCTL_KIND_BIT(TORCTL_EVENT_BW),
        [](const torctl_event *, void *) -> std::int32_t { return 0; }, again.release(),
        [](void *user_data) { delete static_cast<Listener *>(user_data); }, nullptr, nullptr);
    CHECK(alive == 1);
    tor.reset();
    CHECK(alive == 0);
}

void queues()
{
    using namespace std::string_view_literals;
    Peer peer;
    Controller tor = open(peer);
    Queue queue;
    require(torctl_queue_new, tor.get(), TORCTL_KIND_BIT(TORCTL_EVENT_NOTICE), 0u, 0u,
            TORCTL_DROP_OLDEST, nullptr, Out<Queue>(queue));
    peer.say("650 NOTICE a\0b\xff\r\n"sv);
    Event event;
    require(torctl_queue_next, queue.get(), 3600000, nullptr, Out<Event>(event));
    std::string text(torctl_event_arg(event.get(), 0), torctl_event_arg_size_bytes(event.get(), 0));
    CHECK(text == "a\0b\xff"sv);
    std::thread waiter([&] {
        Event none;
        CHECK(torctl_queue_next(queue.get(), -1, nullptr, Out<Event>(none), nullptr) == TORCTL_END);
    });
    tor.reset();
    waiter.join();
}

} // namespace

int main()
{
    try {
        requests();
        listeners();
        queues();
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "%s\n", exception.what());
        return 1;
    }
    return failures == 0 ? 0 : 1;
}
