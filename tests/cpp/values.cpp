// What torctl.hpp makes of texts, times, words, lists, events and documents, without a tor.
//
// ctest: unit
#include "test.hpp"

#include <algorithm>
#include <climits>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;

namespace {

static_assert(!std::is_copy_constructible_v<torctl::controller>);
static_assert(!std::is_copy_assignable_v<torctl::values>);
static_assert(std::is_nothrow_move_constructible_v<torctl::event>);
static_assert(std::is_nothrow_move_assignable_v<torctl::queue>);
static_assert(!std::is_convertible_v<int, torctl::kind>);
static_assert(!std::is_convertible_v<torctl::circ_status, torctl::stream_status>);
static_assert(std::is_base_of_v<std::exception, torctl::error>);
static_assert(std::is_copy_constructible_v<torctl::error>, "it is thrown");
static_assert((torctl::bw | torctl::circ).bits() ==
              (TORCTL_KIND_BIT(TORCTL_EVENT_BW) | TORCTL_KIND_BIT(TORCTL_EVENT_CIRC)));
static_assert((torctl::bw | torctl::circ | torctl::stream).has(torctl::stream));

// Events of a text as tor sends it.
std::vector<torctl::event> decode(std::string_view text)
{
    auto decoder = torctl::decoder::make(0, 0);
    decoder.push(text);
    std::vector<torctl::event> events;
    for (;;) {
        torctl::message next = decoder.next();
        if (!next.event && !next.reply)
            return events;
        if (next.event)
            events.push_back(std::move(next.event));
    }
}

void texts()
{
    const std::string_view lines = "192.0.2.1:443\n192.0.2.2:443\nrest";
    // Not terminated there: the rest must not be read.
    const auto one = torctl::bridges::parse(lines.substr(0, 13));
    CHECK(one.size() == 1 && one[0].address() == "192.0.2.1" && one[0].port() == 443);
    // Longer than what is copied without memory.
    std::string many;
    for (int i = 1; i < 60; ++i)
        many += "192.0.2." + std::to_string(i) + ":443\n";
    CHECK(torctl::bridges::parse(std::string_view(many)).size() == 59);
    CHECK(torctl::bridges::parse(std::string_view()).empty());
    const auto nul = torctl::bridges::try_parse(std::string_view("192.0.2.1:443\0x", 15));
    CHECK(!nul && nul.error().status() == torctl::status::invalid);
    CHECK(!nul && nul.error().message() == "text has a NUL inside");
    std::size_t bad_line = 0;
    CHECK(!torctl::bridges::try_parse("192.0.2.1:443\nnonsense here\n", &bad_line) &&
          bad_line == 2);

    torctl::cstring_view empty;
    CHECK(empty.empty() && empty.c_str()[0] == '\0');
    const std::string copied = torctl::version();
    CHECK(copied == torctl::version() && copied == torctl_version());
}

void times()
{
    CHECK(torctl::timeout().ms() == -1);
    CHECK(torctl::timeout(5s).ms() == 5000);
    CHECK(torctl::timeout(1us).ms() == 1); // Not 0, which does not wait.
    CHECK(torctl::timeout(-5s).ms() == 0);
    CHECK(torctl::timeout(std::chrono::hours::max()).ms() == INT32_MAX);
    CHECK(torctl::timeout(std::chrono::steady_clock::now() - 1s).ms() == 0);
    const auto ms = torctl::timeout(std::chrono::system_clock::now() + 10s).ms();
    CHECK(ms > 1000 && ms <= 10000);
}

void words()
{
    CHECK(torctl::name(torctl::circ_status::built) == "BUILT");
    CHECK(torctl::name(torctl::kind::bw) == "BW");
    CHECK(torctl::name(torctl::status::timeout) == "TORCTL_ERR_TIMEOUT");
    CHECK(torctl::name(static_cast<torctl::circ_status>(7)) == "");
    CHECK(torctl::kind_from_name("CIRC") == torctl::circ);
    CHECK(torctl::tor_version_is_at_least("0.4.9.1", "0.4.8"));
    const auto flags = torctl::circ_flags::is_internal | torctl::circ_flags::need_uptime;
    CHECK(has(flags, torctl::circ_flags::need_uptime));
    CHECK(!has(flags, torctl::circ_flags::onehop_tunnel));
}

void events()
{
    const auto found =
        decode("650 BW 10 20\r\n"
               "650 CIRC 7 BUILT $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~one,"
               "$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB~two BUILD_FLAGS=IS_INTERNAL "
               "PURPOSE=GENERAL TIME_CREATED=2026-01-02T03:04:05.000006\r\n"
               "650 CONF_CHANGED\r\n650 OK\r\n"
               "650 SURPRISE 1\r\n");
    REQUIRE(found.size() >= 2);
    const torctl::event &bw = found[0];
    CHECK(bw.kind() == torctl::bw && bw.name() == "BW" &&
          bw.raw().find("10 20") != std::string::npos);
    const auto bytes = bw.as<torctl::bw>();
    CHECK(bytes && bytes.read_bytes() == 10 && bytes.written_bytes() == 20);
    CHECK(!bw.as<torctl::circ>() && bw.as<torctl::circ>().id() == 0);
    CHECK(bw.as<torctl::circ_event>().path() == "");
    CHECK(bw.as<torctl::bw_event>());

    const auto circuit = found[1].as<torctl::circ>();
    REQUIRE(circuit);
    CHECK(circuit.id() == 7 && circuit.status() == torctl::circ_status::built);
    CHECK(circuit.purpose() == torctl::circ_purpose::general &&
          circuit.purpose_text() == "GENERAL");
    CHECK(has(circuit.build_flags(), torctl::circ_flags::is_internal));
    CHECK(circuit.kind() == torctl::circ); // All that an event has.
    CHECK(circuit.time_created().time_since_epoch() == 1767323045000006us);
    std::string names;
    for (const auto &hop : circuit.hops())
        names += hop.nickname().str() + " ";
    CHECK(names == "one two " && circuit.hops().size() == 2);
    CHECK(circuit.hops()[9].fingerprint() == "");

    int visited = 0;
    for (const auto &event : found)
        event.visit(torctl::overloaded{
            [&](const torctl::bw_event &e) { visited += static_cast<int>(e.read_bytes()); },
            [&](const torctl::circ_event &e) { visited += 100 * static_cast<int>(e.id()); },
            [](const torctl::event_ref &) {},
        });
    CHECK(visited == 710);

    const auto fields = bw.fields();
    REQUIRE(fields.size() == 2);
    CHECK(fields[0].name == "read_bytes" || fields[0].name.find("read") != std::string::npos);
    CHECK(fields[0].value.is_present() && fields[0].value.unsigned_number() == 10);
    CHECK(fields[1].value.shape() == torctl::shape::unsigned_ &&
          fields[1].value.unsigned_number() == 20);

    // A copy outlives what it was made of.
    torctl::event kept;
    CHECK(!kept && kept.kind() == torctl::kind::unknown);
    kept = decode("650 BW 1 2\r\n")[0].dup();
    CHECK(kept.as<torctl::bw>().written_bytes() == 2);
    torctl::event moved = std::move(kept);
    CHECK(moved && !kept); // NOLINT: what is left is defined.
    CHECK(kept.raw() == "" && !kept.as<torctl::bw>());
    torctl_event *raw = moved.release();
    CHECK(!moved && torctl_event_kind(raw) == TORCTL_EVENT_BW);
    torctl::event(raw).reset();
}

void documents()
{
    const std::string text = "r one AAAAAAAAAAAAAAAAAAAAAAAAAAA AQAAAAAAAAAAAAAAAAAAAAAAAAA "
                             "2026-01-02 03:04:05 192.0.2.1 9001 0\ns Fast Running\n"
                             "r two AgAAAAAAAAAAAAAAAAAAAAAAAAA AQAAAAAAAAAAAAAAAAAAAAAAAAA "
                             "2026-01-02 03:04:05 192.0.2.2 9002 0\ns Exit\n";
    CHECK(torctl::document_kind(text) == torctl::document::routers);
    const auto routers = torctl::routers::parse(text);
    CHECK(routers.size() == 2 && !routers.empty());
    std::string names;
    for (const auto &router : routers)
        names += router.nickname().str() + ":" + std::to_string(router.or_port()) + " ";
    CHECK(names == "one:9001 two:9002 ");
    CHECK(routers[0].has_flag("Fast") && !has(routers[0].flags(), torctl::router_flags::exit));
    CHECK(routers.find_nickname("two").address() == "192.0.2.2" && !routers.find_nickname("three"));
    CHECK(routers[1].read({TORCTL_FIELD_ROUTER_OR_PORT})[0].unsigned_number() == 9002);
    const torctl::router kept = routers[1].dup();
    CHECK(kept.nickname() == "two");
    CHECK(std::count_if(routers.begin(), routers.end(),
                        [](const auto &it) { return it.or_port() > 9001; }) == 1);

    CHECK(torctl::routers::walk(text, [](const torctl::router_ref &) {}) == 2);
    CHECK(torctl::routers::walk(text, [](const torctl::router_ref &) { return false; }) == 1);
    // What a callable throws leaves the call that called it.
    bool is_thrown = false;
    try {
        torctl::routers::walk(text, [](const torctl::router_ref &it) {
            throw std::runtime_error(it.nickname());
        });
    } catch (const std::runtime_error &error) {
        is_thrown = error.what() == std::string("one");
    }
    CHECK(is_thrown);

    torctl::router_reader reader;
    reader.push(text);
    reader.finish();
    CHECK(reader.next().nickname() == "one" && reader.next().nickname() == "two" && !reader.next());
}

void errors()
{
    bool is_thrown = false;
    try {
        torctl::controller tor("unix:/nonexistent/torctl");
    } catch (const torctl::error &error) {
        is_thrown = error.status() == torctl::status::connect && error.system_error() == 2;
        CHECK(std::string(error.what()).find("/nonexistent/torctl") != std::string::npos);
    }
    CHECK(is_thrown);
    auto failed = torctl::controller::try_open("nonsense:x:y");
    REQUIRE(!failed);
    torctl::error copy = failed.error();
    CHECK(copy.message() == failed.error().message() && copy.reply_code() == 0);
    is_thrown = false;
    try {
        static_cast<void>(failed.value());
    } catch (const torctl::bad_expected_access &access) {
        is_thrown = access.error().status() == copy.status();
    }
    CHECK(is_thrown);
    CHECK(torctl::error().status() == torctl::status::ok && torctl::error().what()[0] == '\0');

    // What is empty is in the wrong state, whatever it is asked.
    torctl::controller empty;
    CHECK(empty.try_get_info("version").error().status() == torctl::status::state);
    CHECK(empty.try_circuits().error().status() == torctl::status::state);
    CHECK(empty.try_listen(torctl::bw, [](const torctl::event &) {}).error().status() ==
          torctl::status::state);
    CHECK(empty.state() == torctl::controller_state::closed && empty.fd() == -1);
    CHECK(torctl::queue().try_next(0s).error().status() == torctl::status::state);

    torctl::options choices;
    CHECK(choices.try_set_address("127.0.0.1:9051"));
    const auto bad = choices.try_set_max_line_bytes(1);
    CHECK(!bad && bad.error().status() == torctl::status::invalid);
    torctl::options moved = std::move(choices);
    CHECK(moved && !choices.try_set_timeout(5s)); // NOLINT: what is left is defined.

    const torctl::connect_settings wrong = [] {
        torctl::connect_settings it;
        it.address = "127.0.0.1:1";
        it.max_line_bytes = 1;
        return it;
    }();
    CHECK(torctl::controller::try_open(wrong).error().status() == torctl::status::invalid);
}

void keys()
{
    const auto key = torctl::onion_key::make();
    // A text of an object that is about to go is a std::string.
    const auto address = torctl::onion_key::make().address();
    static_assert(std::is_same_v<decltype(address), const std::string>);
    static_assert(std::is_same_v<decltype(key.address()), torctl::cstring_view>);
    CHECK(address != key.address());
    const auto bytes = torctl::onion_address_check(address);
    const std::string again = torctl::onion_address_from_key(bytes);
    CHECK(again.compare(0, 56, address, 0, 56) == 0);
    const auto client = torctl::client_key::make();
    CHECK(client.auth_private(address).find(":descriptor:x25519:") == 56);
    CHECK(!torctl::try_onion_address_check("nonsense"));
}

} // namespace

int main()
{
    texts();
    times();
    words();
    events();
    documents();
    errors();
    keys();
    return test_done();
}
