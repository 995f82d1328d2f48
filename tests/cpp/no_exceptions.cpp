// Without exceptions and runtime types: only what gives an expected is there, and it is enough.
//
// ctest: live flags=-fno-exceptions,-fno-rtti
#include "test.hpp"

using namespace std::chrono_literals;

int main()
{
    auto tor = test_open();
    const auto version = tor.try_get_info("version");
    CHECK(version && torctl::tor_version_is_at_least(*version, "0.4.5"));
    CHECK(tor.try_get_info("x").error().reason() == torctl::reason::unknown_key);
    CHECK(tor.try_get_info("x").value_or("nothing") == "nothing");

    std::atomic<int> heard{0}, failed{0};
    CHECK(tor.try_on_failure([&](const torctl::listener_failure &failure) {
        failed += failure.status == torctl::status::rejected && !failure.thrown;
    }));
    const auto id = tor.try_listen(torctl::bw, [&](const torctl::event &event) {
        heard += event.as<torctl::bw>() ? 1 : 0;
        return torctl::status::rejected;
    });
    REQUIRE(id);
    CHECK_SOON(heard > 0 && failed > 0);
    CHECK(tor.try_unlisten(*id));

    auto queue = tor.try_subscribe(torctl::bw);
    REQUIRE(queue);
    CHECK(queue->try_next(60s)->as<torctl::bw>());
    for (auto &event : queue->ready())
        CHECK(event.kind() == torctl::bw);

    auto ask = torctl::async::try_make(tor);
    REQUIRE(ask);
    bool is_over = false;
    (*ask)->try_get_info("version").then(
        [&](torctl::expected<std::string> again) { is_over = again && *again == *version; });
    (*ask)->run();
    CHECK(is_over);
    return test_done();
}
