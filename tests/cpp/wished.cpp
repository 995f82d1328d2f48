// The program that people wish for: each line compiles and does what it says.
//
// ctest: live auth=none,cookie standard=20
#include "test.hpp"

#include <filesystem>

#include <unistd.h>

#include <string_view>

static std::size_t seen;

static void use(std::uint64_t id, std::string_view path)
{
    seen += id + path.size();
}

int main()
{
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / ("torctl-wished-" + std::to_string(getpid()));
    std::filesystem::create_directory(directory);
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
    const std::filesystem::path p = directory / "key";
    std::atomic<int> heard{0};
    {
        // clang-format off
        torctl::controller t("unix:" + test_env("TORCTL_TEST_SOCKET"));
        auto v  = t.get_info("version");               // std::string, throws torctl::error
        auto r  = t.try_get_info("x");                 // expected<std::string, error>
        auto q  = t.subscribe(torctl::bw, torctl::circ);
        for (auto &c : t.circuits()) use(c.id(), c.path());
        auto on = t.add_onion({.port = 80, .key_file = p});
        t.listen(torctl::circ, [&](const torctl::event &e) { heard += e.kind() == torctl::circ; });
        // clang-format on
        CHECK(v.find("0.4") == 0);
        CHECK(!r && r.error().status() == torctl::status::rejected);
        CHECK(r.error().reason() == torctl::reason::unknown_key && r.error().reply_code() == 552);
        CHECK(q.next(std::chrono::seconds(30)).as<torctl::bw>());
        CHECK(on.address().size() == 56 + 6 || on.address().size() == 56);
        CHECK(std::filesystem::exists(p));
    }
    std::filesystem::remove_all(directory);
    return test_done();
}
