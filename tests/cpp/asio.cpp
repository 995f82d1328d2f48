// torctl_asio.hpp: events, outcomes and coroutines in a loop of Boost.Asio. Skipped without Boost.
// ThreadSanitizer does not know the fences of Boost.
//
// ctest: live standard=20 tsan=no
#include "test.hpp"

#if __has_include(<boost/asio/io_context.hpp>)
#include "torctl_asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace {

boost::asio::io_context io;
int events, answers;

#ifdef BOOST_ASIO_HAS_CO_AWAIT
boost::asio::awaitable<void> asks(torctl::async &ask)
{
    auto version =
        co_await torctl::asio_wait(ask.try_get_info("version"), boost::asio::use_awaitable);
    CHECK(version && torctl::tor_version_is_at_least(*version, "0.4.5"));
    auto nothing = co_await torctl::asio_wait(ask.try_get_info("x"), boost::asio::use_awaitable);
    CHECK(!nothing && nothing.error().reason() == torctl::reason::unknown_key);
    ++answers;
}
#endif

} // namespace

int main()
{
    auto tor = test_open();
    auto queue = tor.subscribe(torctl::bw);
    torctl::async ask(tor);
    {
        torctl::asio_watch watch(io, queue, [&tor](const torctl::event &event) {
            CHECK(event.kind() == torctl::bw || event.kind() == torctl::kind::gap);
            if (++events >= 1 && answers >= 2)
                tor.close(); // Then the queue ends, and with it the loop.
        });
        auto outcomes = std::make_unique<torctl::asio_watch>(io, ask);
        torctl::asio_wait(ask.try_traffic(), [](torctl::expected<torctl::traffic_bytes> bytes) {
            CHECK(bytes && bytes->read < UINT64_MAX);
            ++answers;
        });
#ifdef BOOST_ASIO_HAS_CO_AWAIT
        boost::asio::co_spawn(io, asks(ask), boost::asio::detached);
#else
        ++answers;
#endif
        // It goes, and the loop has no work but what ends by itself.
        io.run();
        CHECK(ask.is_end());
    }
    CHECK(events >= 1 && answers == 2);
    return test_done();
}
#else
int main()
{
    std::fprintf(stderr, "skipped: Boost.Asio is not installed\n");
    return 77;
}
#endif
