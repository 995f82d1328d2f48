/*
 * onion_service: a web server with an onion address, in one program.
 *
 *     make bin/cpp/onion_service && bin/cpp/onion_service [ADDRESS [UPLOADS]]
 *
 * The service has a socket of its own, to which only this tor sends visitors. Clients find it when
 * its descriptor is published: the program waits until UPLOADS relays (1) have it. Runs until Ctrl-C
 * or until tor is gone, and prints
 *
 *     http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion/ is being published
 *     it is published
 *     visitor 1
 */

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <sys/socket.h>
#include <torctl.hpp>

static torctl::call interrupted; /* a signal handler may cancel it */

static void answer(const torctl::unique_fd &visitor)
{
    static const char page[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"
                               "Hello from an onion service.\n";
    char request[2048];
    const timeval patience = {5, 0};

    setsockopt(visitor.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (recv(visitor.get(), request, sizeof request, 0) > 0)
        (void)!send(visitor.get(), page, sizeof page - 1, MSG_NOSIGNAL);
}

int main(int argc, char **argv)
try {
    torctl::controller tor(argc > 1 ? argv[1] : nullptr, interrupted);
    std::signal(SIGINT, [](int) { interrupted.cancel(); });
    auto listener = tor.make_onion_listener(80, torctl::onion_options(), interrupted);
    std::cout << "http://" << listener.address() << "/ is being published" << std::endl;
    listener.wait_published(argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1,
                            std::chrono::minutes(2), interrupted);
    std::cout << "it is published" << std::endl;
    for (int visitors = 1;; ++visitors) {
        answer(listener.accept({}, interrupted));
        std::cout << "visitor " << visitors << std::endl;
    }
} catch (const torctl::error &error) {
    if (error.status() == torctl::status::cancelled)
        return 0;
    std::cerr << "onion_service: " << error.what() << '\n';
    return 1;
}
