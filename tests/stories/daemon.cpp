// A daemon in a loop of libevent whose onion service has the same address after every restart of tor, and
// which may start before tor does.
//
//     daemon ADDRESS KEY_FILE
#include <csignal>
#include <iostream>

#include <event2/event.h>
#include <torctl.hpp>

int main(int, char **argv)
try {
    auto tor = torctl::controller::make({.address = argv[1], .reconnect = true});
    auto events = tor.subscribe(torctl::state, torctl::restored);
    auto service = torctl::onion_settings{.port = 8333, .key_file = argv[2]}.build().value();
    torctl::async ask(tor);
    torctl::onion onion; // empty until a tor has made it
    event_base *loop = event_base_new();

    auto on_event = [&](const torctl::event &event) {
        if (auto state = event.as<torctl::state>()) {
            std::cout << name(state.state()) << ' ' << state.message() << std::endl;
            if (state.state() == torctl::controller_state::ready && !onion)
                ask.try_add_onion(service).then([&](torctl::expected<torctl::onion> made) {
                    if (made)
                        onion = std::move(*made);
                    else
                        std::cerr << made.error().what() << '\n';
                    std::cout << onion.address() << std::endl;
                });
        } else if (auto again = event.as<torctl::restored>()) {
            std::cout << again.which() << ' ' << name(again.outcome()) << std::endl;
        }
    };
    auto take = [&] {
        for (auto &event : events.ready())
            on_event(event);
        ask.dispatch();
    };
    auto wake = [](evutil_socket_t, short, void *f) { (*static_cast<decltype(take) *>(f))(); };
    auto stop = [](evutil_socket_t, short, void *base) {
        event_base_loopbreak(static_cast<event_base *>(base));
    };
    event *watches[] = {event_new(loop, events.fd(), EV_READ | EV_PERSIST, wake, &take),
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
    std::cerr << error.what() << '\n';
    return 1;
}
