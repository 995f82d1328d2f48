/*
 * daemon: an onion service that outlives tor, in a program with an event loop (libevent).
 *
 *     make bin/cpp/daemon && bin/cpp/daemon [ADDRESS]
 *
 * It may start before tor does. When tor is restarted, the service is there again at its address:
 * the program does nothing for that. Its key is in the file onion_v3_private_key, and its port 8333
 * leads to the same port here. Ends on SIGTERM. Logs each event and
 *
 *     2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion is made
 */

#include <csignal>
#include <iostream>

#include <event2/event.h>
#include <torctl.hpp>

int main(int argc, char **argv)
try {
    torctl::connect_settings settings{.reconnect = true};
    if (argc > 1)
        settings.address = argv[1];
    auto tor = torctl::controller::make(settings);
    torctl::queue queue = tor.subscribe(torctl::state, torctl::restored);
    const auto service =
        torctl::onion_settings{.port = 8333, .key_file = "onion_v3_private_key"}.build().value();
    torctl::onion onion; /* empty until a tor has made the service */
    torctl::async ask(tor);

    auto take = [&] {
        for (auto &event : queue.ready()) {
            std::cerr << event.raw();
            auto state = event.as<torctl::state>();
            if (state && state.state() == torctl::controller_state::ready && !onion)
                ask.try_add_onion(service).then([&](torctl::expected<torctl::onion> made) {
                    if (!made) {
                        std::cerr << "daemon: " << made.error().what() << '\n';
                        return;
                    }
                    onion = std::move(*made);
                    std::cerr << onion.address() << " is made\n";
                });
        }
        ask.dispatch();
    };
    auto wake = [](evutil_socket_t, short, void *f) { (*static_cast<decltype(take) *>(f))(); };
    auto stop = [](evutil_socket_t, short, void *base) {
        event_base_loopbreak(static_cast<event_base *>(base));
    };
    event_base *loop = event_base_new();
    event *watches[] = {event_new(loop, queue.fd(), EV_READ | EV_PERSIST, wake, &take),
                        event_new(loop, ask.fd(), EV_READ | EV_PERSIST, wake, &take),
                        evsignal_new(loop, SIGTERM, stop, loop)};
    for (event *watch : watches)
        event_add(watch, nullptr);
    tor.start();
    event_base_dispatch(loop);
    for (event *watch : watches)
        event_free(watch);
    event_base_free(loop);
} catch (const std::exception &error) {
    std::cerr << "daemon: " << error.what() << '\n';
    return 1;
}
