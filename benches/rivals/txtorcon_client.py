"""txtorcon on the benchmarks' server. It hands events over as text; only router status entries become objects."""

import os
import sys
import time

from twisted.internet import defer, endpoints, reactor, task

import txtorcon

from common import Stretch, cpu_seconds, options, percentiles, status


async def connect(address):
    if address.startswith("unix:"):
        endpoint = endpoints.UNIXClientEndpoint(reactor, address[5:])
    else:
        host, port = address.rsplit(":", 1)
        endpoint = endpoints.TCP4ClientEndpoint(reactor, host, int(port))
    protocol = await endpoint.connect(txtorcon.TorProtocolFactory())
    await protocol.post_bootstrap
    return protocol


async def events(protocol, opt, stretch, each):
    done, want = defer.Deferred(), int(opt["n"])

    def on_event(text):
        each(text)
        stretch.tick()
        if stretch.count == want:
            done.callback(None)

    # One SETEVENTS for each: the server starts with the first, so the others have to be there before.
    for word in reversed(opt["events"].split()):
        protocol.add_event_listener(word, on_event)
    await done


async def flood(protocol, opt):
    stretch = Stretch()
    await events(protocol, opt, stretch, len)
    stretch.finish()


async def latency(protocol, opt):
    stretch, samples = Stretch(), []
    await events(protocol, opt, stretch, lambda text: samples.append(time.monotonic_ns() - int(text.split()[0])))
    stretch.finish(**percentiles(samples))


async def round_trips(protocol, opt):
    for _ in range(100):
        await protocol.get_info_raw("version")
    stretch, samples = Stretch(), []
    for _ in range(int(opt["n"])):
        before = time.monotonic_ns()
        stretch.tick()
        await protocol.get_info_raw("version")
        samples.append(time.monotonic_ns() - before)
    stretch.finish(**percentiles(samples))


async def document(protocol, opt):
    before = status("VmRSS")
    stretch, samples, entries = Stretch(), [], 0
    for _ in range(int(opt["n"])):
        start = time.monotonic_ns()
        stretch.tick()
        state = txtorcon.TorState(protocol, bootstrap=False)
        await protocol.get_info_incremental(opt["key"], state._network_status_parser.feed_line)
        state._network_status_parser.done()
        samples.append(time.monotonic_ns() - start)
        entries = len({id(router) for router in state.routers.values() if router is not None})
    stretch.finish(entries=entries, growth_kb=status("VmHWM") - before, **percentiles(samples))


async def idle(address, opt):
    count = int(opt["c"])
    first = await connect(address)
    before = status("VmRSS")
    stretch = Stretch()
    crowd = [await connect(address) for _ in range(count)]
    each = (status("VmRSS") - before) / count
    threads, seconds = status("Threads"), int(opt["idle_ms"]) / 1e3
    cpu = cpu_seconds()
    await task.deferLater(reactor, seconds, lambda: None)
    cpu = cpu_seconds() - cpu
    alive = 0
    for protocol in [first] + crowd:
        alive += "version" in await protocol.get_info("version")
    stretch.count = count
    stretch.finish(kb_each=each, alive=alive, idle_cpu_percent=100 * cpu / seconds, idle_threads=threads)


async def run():
    mode, address, opt = options()
    if mode == "idle":
        await idle(address, opt)
    else:
        protocol = await connect(address)
        modes = {"flood": flood, "latency": latency, "rtt": round_trips, "document": document}
        await modes[mode](protocol, opt)


def ended(reason=None):
    if reason is not None:
        print(reason.getTraceback(), file=sys.stderr)
    sys.stdout.flush()
    os._exit(0 if reason is None else 1)


reactor.callWhenRunning(lambda: defer.ensureDeferred(run()).addCallbacks(ended, ended))
reactor.run()
