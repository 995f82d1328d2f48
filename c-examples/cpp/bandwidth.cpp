/*
 * bandwidth: how many bytes tor moves each second, and what is asked of it meanwhile.
 *
 *     make bin/cpp/bandwidth && bin/cpp/bandwidth [ADDRESS [SECONDS]]
 *
 * Prints for so many seconds (10), or until tor is gone
 *
 *     read 498 bytes, written 1093 bytes
 */

#include <cstdlib>
#include <iostream>

#include <torctl.hpp>

int main(int argc, char **argv)
try {
    torctl::controller tor(argc > 1 ? argv[1] : nullptr);
    torctl::queue queue = tor.subscribe(torctl::bw);
    int seconds = argc > 2 ? std::atoi(argv[2]) : 10;
    for (auto &event : queue) {
        auto bw = event.as<torctl::bw>();
        if (!bw)
            continue; // events were lost: kind::gap
        std::cout << "read " << bw.read_bytes() << " bytes, written " << bw.written_bytes()
                  << " bytes" << std::endl;
        if (--seconds <= 0)
            return 0;
    }
    std::cerr << "bandwidth: tor went away\n";
    return 1;
} catch (const torctl::error &error) {
    std::cerr << "bandwidth: " << error.what() << '\n';
    return 1;
}
