// What the header's numbers and types are, to a compiler of C++: known at compile time, of fixed
// widths, and each for one thing only.
//
// ctest: unit
#include "torctl.h"

#include <cstring>
#include <string>
#include <type_traits>

static_assert(TORCTL_OK == 0 && TORCTL_EMPTY > 0 && TORCTL_END > 0, "answers are not failures");
static_assert(TORCTL_ERR_INVALID < 0 && TORCTL_ERR_INTERNAL < 0, "failures are negative");
static_assert(std::is_same<torctl_status, std::int32_t>::value, "a status is 32 bits");
static_assert(std::is_same<decltype(TORCTL_KIND_BIT(TORCTL_EVENT_GAP)), std::uint64_t>::value,
              "a set of kinds is 64 bits");
static_assert(TORCTL_KIND_BIT(TORCTL_EVENT_GAP) == std::uint64_t{1} << TORCTL_EVENT_GAP,
              "a bit each");
static_assert(TORCTL_STATE_NEW == 0 && TORCTL_STATE_READY < TORCTL_STATE_CLOSED,
              "states in their order");
static_assert(
    std::is_same<decltype(&torctl_controller_close), void (*)(torctl_controller *)>::value,
    "C linkage keeps types");

int main()
{
    // Nothing can be done with an object but through the functions: its type has no body.
    static_assert(std::is_class<torctl_event>::value, "a declared struct");
    std::string version = std::to_string(TORCTL_VERSION_MAJOR) + "." +
                          std::to_string(TORCTL_VERSION_MINOR) + "." +
                          std::to_string(TORCTL_VERSION_PATCH);
    bool is_ours = version == torctl_version() && torctl_abi_version() == TORCTL_ABI;
    // Names of all, and of numbers that are none.
    for (torctl_status status = -40; status < 10; ++status)
        is_ours = is_ours && torctl_status_name(status)[0] != '\0';
    is_ours =
        is_ours && std::strcmp(torctl_status_name(TORCTL_ERR_TIMEOUT), "TORCTL_ERR_TIMEOUT") == 0;
    for (std::int32_t kind = -2; kind < 70; ++kind) {
        const char *name = torctl_kind_name(kind);
        // What the library makes itself, tor has no word for.
        std::int32_t expected = kind >= TORCTL_EVENT_STATE ? TORCTL_EVENT_UNKNOWN : kind;
        is_ours = is_ours && (name[0] == '\0' || torctl_kind_from_name(name) == expected);
    }
    is_ours = is_ours && torctl_kind_from_name("BW") == TORCTL_EVENT_BW;
    return is_ours ? 0 : 1;
}
