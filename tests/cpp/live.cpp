// torctl.hpp with a tor: requests, listeners, queues, deadlines, and asking without waiting.
//
// ctest: live auth=none,password timeout=120 standard=20
#include "test.hpp"

#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <poll.h>

using namespace std::chrono_literals;

namespace {

void requests(torctl::controller &tor)
{
    CHECK(tor.state() == torctl::controller_state::ready);
    CHECK(torctl::tor_version_is_at_least(tor.get_info("version"), "0.4.5"));
    CHECK(tor.get_info("version", 30s) == tor.get_info(std::string("version")));
    CHECK(tor.number("traffic/read") <= tor.traffic().read);

    const auto many = tor.get_info_many({"version", "config-file"});
    CHECK(many.size() == 2 && many[0].key() == "version" && many.find("config-file") != "");
    const std::vector<std::string> names{"Nickname", "SocksPort"};
    CHECK(tor.get_conf_many(names).size() >= 2);

    tor.set_conf("Nickname", "wished");
    CHECK(tor.get_conf("Nickname").value(0) == "wished");
    tor.set_conf_many({{"Nickname", "two"}, {"ContactInfo", "somebody \"else\""}});
    CHECK(tor.get_conf("ContactInfo").value(0) == "somebody \"else\"");
    tor.reset_conf_many(
        std::map<std::string, torctl::str>{{"Nickname", nullptr}, {"ContactInfo", nullptr}});
    CHECK(tor.get_conf("Nickname").is_unset(0));

    try {
        tor.set_conf("NoSuchOption", "1");
        CHECK(false && "it was refused");
    } catch (const torctl::error &error) {
        CHECK(error.status() == torctl::status::rejected && error.reply_code() == 552);
        CHECK(error.reason() == torctl::reason::unknown_option && !error.reply_text().empty());
    }
    const auto each = tor.get_info_each({"version", "nonsense"});
    CHECK(each[0].status() == torctl::status::ok && !each[0].value().empty());
    CHECK(each[1].status() == torctl::status::rejected && each[1].error().reply_code() == 552);
    CHECK(each[0].error().status() == torctl::status::ok);

    const auto reply = tor.request("GETINFO version");
    CHECK(reply.code() == 250 && reply.lines()[0].text().find("version=") == 0);
    int lines = 0;
    for (auto &line : reply.lines())
        lines += line.code() == 250;
    CHECK(lines == 2);

    CHECK(tor.circuits().empty() && tor.streams().empty());
    CHECK(tor.config_options().size() > 100);
    CHECK(tor.tor_process().pid() == std::stoi(test_env("TORCTL_TEST_TOR_PID")));
    CHECK(tor.health().is_connected());
    const auto phase = tor.bootstrap_phase();
    CHECK(phase.as<torctl::status_client>().progress() == 0);

    std::size_t size = 0;
    tor.get_info_in_pieces("config-text", [&](std::string_view piece) { size += piece.size(); });
    CHECK(size > 0);
    bool is_thrown = false;
    try {
        tor.get_info_in_pieces("config-text", [](std::string_view) { throw 5; });
    } catch (int number) {
        is_thrown = number == 5;
    }
    CHECK(is_thrown && tor.state() == torctl::controller_state::ready);

    // A deadline that is over, and a call that was cancelled.
    CHECK(tor.try_get_info("version", 0s).error().status() == torctl::status::timeout);
    CHECK(tor.try_get_info("version", std::chrono::steady_clock::now() - 1s).error().status() ==
          torctl::status::timeout);
    torctl::call call;
    CHECK(tor.get_info("version", call) != "");
    call.cancel();
    CHECK(tor.try_get_info("version", call).error().status() == torctl::status::cancelled);
    CHECK(tor.try_wait_bootstrapped(50ms).error().status() == torctl::status::timeout);

    torctl::controller moved = std::move(tor);
    CHECK(tor.try_get_info("version").error().status() == torctl::status::state); // NOLINT
    tor = std::move(moved);
}

void services(torctl::controller &tor)
{
    auto service = tor.add_onion({.port = 80, .target = 8080, .ports = {{443, "127.0.0.1:4430"}}});
    CHECK(service.address().size() >= 56 && !service.private_key().empty());
    CHECK(tor.onions(false).size() == 1);
    const torctl::onion_ref look = service;
    CHECK(look.address() == service.address() && look.status().is_listed());
    const auto bad = tor.try_add_onion({.port = 80, .key = "nonsense"});
    CHECK(!bad && bad.error().status() == torctl::status::invalid);
    tor.del_onion(service.address());
    CHECK(tor.onions(false).size() == 0);

    std::vector<torctl::onion_options> several(2);
    for (auto &one : several)
        one.add_port(80, nullptr);
    auto made = tor.add_onions(several);
    CHECK(made.size() == 2 && made.take(1).address() != made.take(0).address());
    const auto again = made.try_take(0);
    CHECK(!again && again.error().status() == torctl::status::state);
}

void queues(torctl::controller &tor)
{
    auto queue = tor.subscribe(torctl::bw, torctl::conf_changed);
    CHECK(queue.fd() >= 0);
    auto next = queue.next(0s);
    CHECK(!next || next.kind() != torctl::kind::unknown);
    CHECK(!next.is_end());
    tor.set_conf("Nickname", "queued");
    const auto changed = queue.wait_event([](const torctl::event &e) {
        const auto conf = e.as<torctl::conf_changed>();
        return conf && conf[0].name() == "Nickname";
    });
    CHECK(changed.as<torctl::conf_changed>()[0].value() == "queued");
    for (auto &event : queue) {
        CHECK(event.kind() == torctl::bw || event.kind() == torctl::conf_changed);
        if (event.as<torctl::bw>())
            break;
    }
    tor.reset_conf("Nickname", nullptr);
    pollfd ready{queue.fd(), POLLIN, 0};
    CHECK(poll(&ready, 1, 60000) == 1);
    std::size_t count = 0;
    for (auto &event : queue.ready())
        count += event.kind() != torctl::kind::unknown;
    CHECK(count > 0 && queue.try_drain([](const torctl::event &) {}));

    // The end is no error.
    auto other = test_open();
    auto ends = other.subscribe(torctl::bw);
    other.close();
    int events = 0;
    for (auto &event : ends)
        events += event.kind() == torctl::bw;
    CHECK(ends.next().is_end() && events <= 1);
}

void listeners(torctl::controller &tor)
{
    std::atomic<int> heard{0}, failed{0}, destroyed{0};
    std::string why;
    std::mutex guard;
    struct noticed {
        std::atomic<int> *count;
        noticed(std::atomic<int> *of) : count(of) {}
        noticed(const noticed &) = default;
        ~noticed() { ++*count; }
    };
    tor.on_failure([&](const torctl::listener_failure &failure) {
        const std::lock_guard<std::mutex> lock(guard);
        CHECK(failure.status == torctl::status::failed && failure.event.as<torctl::bw>());
        try {
            std::rethrow_exception(failure.thrown);
        } catch (const std::runtime_error &error) {
            why = error.what();
        }
        ++failed;
    });
    const auto id = tor.listen(torctl::bw, [&](const torctl::event &event) {
        ++heard;
        throw std::runtime_error("thrown by a listener of " + event.name().str());
    });
    CHECK_SOON(failed >= 1);
    CHECK(heard >= 1 && tor.listener_failed() >= 1);
    {
        const std::lock_guard<std::mutex> lock(guard);
        CHECK(why == "thrown by a listener of BW");
    }
    tor.unlisten(id);
    CHECK(tor.try_unlisten(id).error().status() == torctl::status::not_found);

    std::atomic<bool> is_typed{false};
    tor.listen<torctl::conf_changed>([&](const torctl::conf_changed_event &event) {
        is_typed = event.size() > 0;
        return false; // Heard once.
    });
    {
        torctl::scoped_listener scoped(tor, tor.listen(torctl::bw | torctl::notice,
                                                       [seen = noticed(&destroyed), &heard](
                                                           const torctl::event &) { ++heard; }));
        destroyed = 0;
        tor.set_conf("Nickname", "heard");
        CHECK_SOON(is_typed);
        tor.reset_conf("Nickname", nullptr);
    }
    CHECK(destroyed == 1);

    const auto attacher =
        tor.set_attacher([](const torctl::stream_event &) { return torctl::attach::tor(); });
    CHECK(attacher != id);
    tor.attacher_remove();
}

#if TORCTL_COROUTINES
// The least that is a coroutine: it runs until it is over, and nobody waits for it.
struct detached {
    struct promise_type {
        detached get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { CHECK(false && "an exception left a coroutine"); }
    };
};

detached coroutine(torctl::async &ask, bool &is_over)
{
    const std::string version = co_await ask.get_info("version");
    CHECK(torctl::tor_version_is_at_least(version, "0.4.5"));
    // Both are on their way before the first is waited for.
    auto circuits = ask.circuits();
    auto traffic = ask.traffic();
    CHECK((co_await circuits).empty());
    CHECK((co_await traffic).read < UINT64_MAX);
    try {
        co_await ask.set_conf("NoSuchOption", "1");
        CHECK(false && "it was refused");
    } catch (const torctl::error &error) {
        CHECK(error.status() == torctl::status::rejected && error.reply_code() == 552);
    }
    const auto nothing = co_await ask.try_get_info("x");
    CHECK(!nothing && nothing.error().reason() == torctl::reason::unknown_key);
    const auto refused = co_await ask.try_get_info(std::string_view("a\0b", 3));
    CHECK(!refused && refused.error().status() == torctl::status::invalid);
    is_over = true;
}

detached waits_for_ever(torctl::async &ask, torctl::status &got)
{
    const auto ready = co_await ask.try_wait_ready();
    const auto answer = co_await ask.try_resolve("example.org", false);
    got = answer ? torctl::status::ok : answer.error().status();
    CHECK(ready);
}
#endif

void without_waiting(torctl::controller &tor)
{
    torctl::async ask(tor);
    int count = 0;
    for (int i = 0; i < 100; ++i)
        ask.try_get_info("version").then([&count](torctl::expected<std::string> version) {
            count += version && version->find("0.") == 0;
        });
    CHECK(ask.pending() == 100);
    while (ask.pending() > 0) {
        pollfd ready{ask.fd(), POLLIN, 0};
        REQUIRE(poll(&ready, 1, 60000) == 1);
        ask.dispatch(7);
    }
    CHECK(count == 100);

    // One that is dropped, one that is taken, one that is cancelled.
    static_cast<void>(ask.try_get_info("version"));
    auto taken = ask.try_get_conf("SocksPort");
    CHECK(!taken.is_over() && taken.take().error().status() == torctl::status::state);
    auto cancelled = ask.try_resolve("example.org", false);
    cancelled.cancel();
    ask.run();
    CHECK(taken.is_over() && taken.take()->size() >= 1);
    CHECK(cancelled.take().error().status() == torctl::status::cancelled);

    std::atomic<int> heard{0};
    torctl::listener_id id{};
    auto listening = ask.try_listen(
        torctl::bw, [&heard](const torctl::event &) { ++heard; }, &id);
    CHECK(id != torctl::listener_id{});
    ask.run();
    CHECK(listening.take());
    CHECK_SOON(heard > 0);
    tor.unlisten(id);

    auto queue = ask.try_subscribe(torctl::bw);
    auto service = ask.try_make_view();
    ask.run();
    CHECK(queue.take()->fd() >= 0 && service.take()->is_complete());

#if TORCTL_COROUTINES
    bool is_over = false;
    coroutine(ask, is_over);
    CHECK(!is_over);
    ask.run();
    CHECK(is_over);
    auto got = torctl::status::ok;
    {
        torctl::async ends(tor);
        waits_for_ever(ends, got);
        while (ends.pending() > 0 && got == torctl::status::ok) {
            ends.dispatch();
            if (ends.pending() == 1)
                break;
        }
    }
    CHECK(got != torctl::status::ok);
#endif
}

void threads(torctl::controller &tor)
{
    std::vector<std::thread> all;
    std::atomic<int> answers{0};
    for (int i = 0; i < 8; ++i)
        all.emplace_back([&] {
            for (int j = 0; j < 20; ++j)
                answers += !tor.get_info("version").empty();
        });
    for (auto &one : all)
        one.join();
    CHECK(answers == 160);
}

} // namespace

int main()
{
    auto tor = test_open();
    requests(tor);
    services(tor);
    queues(tor);
    listeners(tor);
    without_waiting(tor);
    threads(tor);
    return test_done();
}
