// A dashboard of a relay: thousands of events, a queue that does not grow, and what was lost is told.
//
//     dashboard ADDRESS
#include <iostream>

#include <torctl.hpp>

int main(int, char **argv)
try {
    torctl::controller tor(argv[1]);
    auto events = tor.subscribe(torctl::kinds(torctl::bw) | torctl::debug | torctl::gap,
                                {.capacity_events = 4});
    for (auto &event : events) {
        if (auto bw = event.as<torctl::bw>())
            std::cout << bw.read_bytes() << " bytes read\n";
        if (auto gap = event.as<torctl::gap>()) {
            std::cout << "lost " << gap.lost_events() << ": " << tor.circuits().size()
                      << " circuits\n";
            break;
        } else {
            tor.get_info("config/names"); // tor is busy, we are slow
        }
    }
} catch (const torctl::error &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
