/*
 * hello: connect to tor and ask it two things.
 *
 *     make bin/cpp/hello && bin/cpp/hello [ADDRESS]
 *
 * Prints
 *
 *     tor 0.4.9.11 (git-1f5bf8e6a6f1a5d8)
 *     38107 bytes read, 11523 bytes written
 */

#include <iostream>

#include <torctl.hpp>

int main(int argc, char **argv)
try {
    torctl::controller tor(argc > 1 ? argv[1] : nullptr);
    std::cout << "tor " << tor.get_info("version") << '\n';
    auto [read, written] = tor.traffic();
    std::cout << read << " bytes read, " << written << " bytes written\n";
} catch (const torctl::error &error) {
    std::cerr << "hello: " << error.what() << '\n';
    return 1;
}
