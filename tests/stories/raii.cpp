// The node author's: an onion service with a persistent key, in lines that free themselves.
//
//     raii ADDRESS KEY_FILE
#include <iostream>

#include <torctl.hpp>

int main(int, char **argv)
try {
    torctl::controller tor(argv[1]);
    auto service = tor.add_onion({.port = 8333, .key_file = argv[2]});
    std::cout << service.address() << " with tor " << tor.get_info("version") << '\n';
    auto queue = tor.subscribe(torctl::bw);
    std::cout << queue.next().as<torctl::bw>().written_bytes() << " bytes written\n";
} catch (const torctl::error &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
