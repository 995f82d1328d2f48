// CHECK, and the tor that the harness runs beside a test (tests/support/run_with_tor.py).
#ifndef TORCTL_TESTS_TEST_HPP
#define TORCTL_TESTS_TEST_HPP

#include "torctl.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

inline std::atomic<int> test_failures{0};

inline bool check_that(bool holds, const char *file, int line, const char *text)
{
    if (!holds) {
        ++test_failures;
        std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
    }
    return holds;
}

#define CHECK(expr) check_that(static_cast<bool>(expr), __FILE__, __LINE__, #expr)

// Ends the test: what follows would make no sense.
#define REQUIRE(expr)     \
    do {                  \
        if (!CHECK(expr)) \
            std::exit(1); \
    } while (0)

// It has to become true; the bound only finds what hangs.
#define CHECK_SOON(expr)                                                                 \
    do {                                                                                 \
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120); \
        while (!(expr) && std::chrono::steady_clock::now() < until)                      \
            std::this_thread::sleep_for(std::chrono::milliseconds(2));                   \
        CHECK(expr);                                                                     \
    } while (0)

inline int test_done()
{
    return test_failures == 0 ? 0 : 1;
}

inline std::string test_env(const char *name)
{
    const char *value = std::getenv(name);
    if (value == nullptr) {
        std::fprintf(stderr, "skipped: no %s\n", name);
        std::exit(77);
    }
    return value;
}

// What connects to the tor of the harness, whatever its login.
inline torctl::connect_settings test_settings()
{
    torctl::connect_settings settings;
    settings.address = "unix:" + test_env("TORCTL_TEST_SOCKET");
    if (const char *password = std::getenv("TORCTL_TEST_PASSWORD"))
        settings.password = password;
    return settings;
}

inline torctl::controller test_open()
{
    auto tor = torctl::controller::try_open(test_settings());
    if (!tor)
        std::fprintf(stderr, "%s\n", tor.error().what());
    REQUIRE(tor);
    return std::move(*tor);
}

#endif
