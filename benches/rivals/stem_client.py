"""stem on the benchmarks' server. Its events are parsed when they arrive; reading a field costs nothing more."""

import os
import threading
import time

import stem.control

from common import Stretch, cpu_seconds, options, percentiles, status


def connect(address):
    if address.startswith("unix:"):
        controller = stem.control.Controller.from_socket_file(address[5:])
    else:
        host, port = address.rsplit(":", 1)
        controller = stem.control.Controller.from_port(host, int(port))
    controller.authenticate()
    return controller


def listen(controller, opt, stretch, done, each=None):
    want = int(opt["n"])

    def on_event(event):
        if each is not None:
            each(event)
        stretch.tick()
        if stretch.count == want:
            done.set()

    controller.add_event_listener(on_event, *opt["events"].split())


def flood(controller, opt):
    done, stretch = threading.Event(), Stretch()
    listen(controller, opt, stretch, done)
    done.wait()
    stretch.finish()


def latency(controller, opt):
    done, stretch, samples = threading.Event(), Stretch(), []
    listen(controller, opt, stretch, done, lambda event: samples.append(time.monotonic_ns() - event.read))
    done.wait()
    stretch.finish(**percentiles(samples))


def slow(controller, opt):
    """Until the server has sent all; what waits in stem's queue then is the growth."""
    done, stretch, before = threading.Event(), Stretch(), status("VmRSS")
    pause = int(opt.get("ms", 5)) / 1e3
    listen(controller, opt, stretch, done, lambda _: time.sleep(pause))
    time.sleep(int(opt["seconds"]) + 1)
    stretch.finish(growth_kb=status("VmHWM") - before)


def round_trips(controller, opt):
    for _ in range(100):
        controller.msg("GETINFO version")
    stretch, samples = Stretch(), []
    for _ in range(int(opt["n"])):
        before = time.monotonic_ns()
        stretch.tick()
        controller.msg("GETINFO version")
        samples.append(time.monotonic_ns() - before)
    stretch.finish(**percentiles(samples))


def document(controller, opt):
    """Typed entries, all of them in a list, as get_network_statuses and get_server_descriptors make them."""
    get = controller.get_server_descriptors if opt["key"].startswith("desc") else controller.get_network_statuses
    before = status("VmRSS")
    stretch, samples, entries = Stretch(), [], 0
    for _ in range(int(opt["n"])):
        start = time.monotonic_ns()
        stretch.tick()
        found = list(get())
        # stem parses a descriptor's fields when they are read first.
        total = sum(len(e.nickname) + e.or_port for e in found)
        if opt["key"].startswith("desc"):
            total += sum((d.observed_bandwidth or 0) + len(d.contact or b"") + (d.uptime or 0) + len(str(d.exit_policy))
                         for d in found)
        entries = len(found)
        samples.append(time.monotonic_ns() - start)
        assert total > 0
    stretch.finish(entries=entries, growth_kb=status("VmHWM") - before, **percentiles(samples))


def idle(address, opt):
    count = int(opt["c"])
    first = connect(address)
    before = status("VmRSS")
    stretch = Stretch()
    crowd = [connect(address) for _ in range(count)]
    each = (status("VmRSS") - before) / count
    threads, seconds = status("Threads"), int(opt["idle_ms"]) / 1e3
    cpu = cpu_seconds()
    time.sleep(seconds)
    cpu = cpu_seconds() - cpu
    alive = sum(c.get_info("version", None) is not None for c in [first] + crowd)
    stretch.count = count
    stretch.finish(kb_each=each, alive=alive, idle_cpu_percent=100 * cpu / seconds, idle_threads=threads)


def main():
    mode, address, opt = options()
    if mode == "idle":
        idle(address, opt)
    else:
        controller = connect(address)
        {"flood": flood, "latency": latency, "slow": slow, "rtt": round_trips, "document": document}[mode](controller, opt)
    os._exit(0)  # stem's threads take seconds to notice that they are not needed


main()
