"""What is measured, and the targets that each figure is held against."""

import os

import harness
from harness import measure

class Measure:
    """One thing that several clients do in interleaved rounds."""

    def __init__(self, name, participants, run, quick_rounds=3, full_rounds=7, slow=(), warm_up=True):
        self.name, self.participants, self.run = name, participants, run
        self.quick_rounds, self.full_rounds, self.slow, self.warm_up = quick_rounds, full_rounds, slow, warm_up


class Target:
    """A bound on a number computed from the results. `read` gets a Results and returns the number or None."""

    def __init__(self, text, read, holds, digits=2):
        self.text, self.read, self.holds, self.digits = text, read, holds, digits


class Line:
    """One line of the table: a measure, whose figure it is about, and the targets."""

    def __init__(self, title, measure_name, metric, subject, targets=(), note=None):
        self.title, self.measure, self.metric, self.subject = title, measure_name, metric, subject
        self.targets, self.note = targets, note


class Results:
    def __init__(self):
        self.by_measure = {}

    def values(self, name, who, metric):
        runs = self.by_measure.get(name, {}).get(who, {}).get("runs", [])
        return [v for v in (metric(r) for r in runs) if v is not None]

    def median(self, name, who, metric):
        return harness.median(self.values(name, who, metric))


# ---- metrics: one number from one run --------------------------------------------------------------------------


def rate(r):
    return r["count"] / r["seconds"] if r.get("seconds") else None


def cpu_ns(r):
    return 1e9 * r["cpu_seconds"] / r["count"] if r.get("count") and "cpu_seconds" in r else None


def p50(r):
    return r.get("p50_us")


def peak_mb(r):
    return r["peak_kb"] / 1024 if "peak_kb" in r else None


def lost(r):
    return r.get("dropped", 0)


def field(name, factor=1.0):
    return lambda r: None if r.get(name) is None else r[name] * factor


rate.unit, cpu_ns.unit, p50.unit = "/s", "ns", "us"


# ---- targets ---------------------------------------------------------------------------------------------------


def ratio(bound, sign, name, metric, subject, other):
    """subject's median over other's, at least (or at most) the bound."""

    def read(results):
        a, b = results.median(name, subject, metric), results.median(name, other, metric)
        return a / b if a is not None and b else None

    text = "%s %g %s" % (sign, bound, other)
    return Target(text, read, (lambda x: x >= bound) if sign == ">=" else (lambda x: x <= bound))


def bound(limit, sign, unit, name, metric, subject, worst=True):
    """subject's worst run itself, against a number."""

    def read(results):
        values = results.values(name, subject, metric)
        if not values:
            return None
        return (max(values) if sign in ("<=", "<", "==") else min(values)) if worst else harness.median(values)

    signs = {"<=": lambda x: x <= limit, "<": lambda x: x < limit, "==": lambda x: x == limit, ">=": lambda x: x >= limit}
    return Target(("%s %g %s" % (sign, limit, unit)).strip(), read, signs[sign])


# ---- floods ----------------------------------------------------------------------------------------------------

# name: (SETEVENTS words, repeats of the corpus in a quick run, in a full run, for torut, txtorcon and stem)
FLOODS = {
    "bw": ("BW", 80, 400, {"torut": 20, "txtorcon": 4, "stem": 1}),
    "mixed": ("CIRC STREAM CIRC_BW BW", 30, 160, {"torut": 10, "txtorcon": 2, "stem": 1}),
    "log": ("NOTICE", 90, 480, {"torut": 20, "txtorcon": 4, "stem": 1}),
    "nsconf": ("NS CONF_CHANGED", 60, 320, {"torut": 10, "txtorcon": 4, "stem": 1}),
    "newconsensus": ("NEWCONSENSUS", 50, 240, {"txtorcon": 1, "stem": 3}),
}
RIVALS = ["torut", "txtorcon", "stem"]


class Settings:
    def __init__(self, quick, tcp, raw_buffer_kb):
        self.quick, self.tcp, self.raw_buffer_kb = quick, tcp, raw_buffer_kb
        self.manifest = harness.manifest()
        self.load_before = os.getloadavg()[0]  # what the neighbours were doing

    def pick(self, quick, full):
        return quick if self.quick else full


def with_sum(who, result):
    """Sums over the same events can be compared, but not those of clients that read no fields or dropped some."""
    typed = who in ("hand", "torctl", "listener", "queue", "threadless") and not result.get("dropped")
    result["sum"] = result["check"] if typed else None
    return result


def flood_run(settings, name, tcp=False, repeats=None, more=()):
    words, quick, full, few = FLOODS[name]
    events = settings.manifest["events"][name]["events"]

    def run(who):
        repeat = few.get(who, repeats or settings.pick(quick, full))
        options = ["--flood", os.path.join(harness.CORPUS, "events", name), "--repeat", repeat,
                   "--trigger", words.split()[0]]
        client = ["events=" + words, "n=%d" % (events * repeat), *more]
        if who == "raw":
            client.append("buffer_kb=%d" % settings.raw_buffer_kb)
        return with_sum(who, measure(who, "flood", options, *client, tcp=tcp or settings.tcp, timeout=120))

    return run


def drip_run(settings):
    """Pieces of seven bytes, each sent alone: what it costs to be called for so little."""
    name, events = "mixed", settings.manifest["events"]["mixed"]["events"]

    def run(who):
        options = ["--flood", os.path.join(harness.CORPUS, "events", name), "--drip", "7,0", "--trigger", "CIRC"]
        n = settings.pick(3000, events)
        return measure(who, "flood", options, "events=" + FLOODS[name][0], "n=%d" % n, tcp=settings.tcp)

    return run


def paced_run(settings, name, rate_per_second):
    words = FLOODS[name][0]
    count = int(rate_per_second * settings.pick(0.4, 3))

    def run(who):
        options = ["--flood", os.path.join(harness.CORPUS, "events", name), "--rate", rate_per_second,
                   "--events", count, "--trigger", words.split()[0]]
        return with_sum(who, measure(who, "flood", options, "events=" + words, "n=%d" % count, tcp=settings.tcp))

    return run


def flood_measures(settings):
    for name in FLOODS:
        slow = list(RIVALS)
        if name == "newconsensus":
            # torut refuses a reply of more than a megabyte; txtorcon takes three seconds for each.
            slow = ["stem"] if settings.quick else ["txtorcon", "stem"]
        yield Measure("flood-" + name, ["raw", "hand", "listener", "queue"] + slow, flood_run(settings, name), slow=slow)
    yield Measure("paced-bw", ["raw", "hand", "listener", "queue", "threadless"], paced_run(settings, "bw", 4000000), quick_rounds=2)
    yield Measure("paced-mixed", ["raw", "hand", "listener", "queue"], paced_run(settings, "mixed", 600000), quick_rounds=2)
    yield Measure("flood-tcp", ["raw", "hand", "listener", "queue"],
                  flood_run(settings, "bw", tcp=True, repeats=settings.pick(40, 160)), quick_rounds=1)
    yield Measure("drip", ["raw", "hand", "listener", "queue"],
                  drip_run(settings), quick_rounds=1, full_rounds=3, warm_up=False)


def flood_lines():
    bounds = {
        "bw": ("BW events, typed", 0.35, 4),
        "mixed": ("mixed events, every field read", 0.2, 3.5),
        "log": ("log lines", 0.4, 2),
        "nsconf": ("NS and CONF_CHANGED", 0.25, 2),
        "newconsensus": ("NEWCONSENSUS, 8,000 relays typed", 0.2, 2.3),
    }
    for name, (title, raw, hand) in bounds.items():
        m = "flood-" + name
        targets = [ratio(raw, ">=", m, rate, "listener", "raw"), ratio(hand, ">=", m, rate, "listener", "hand")]
        if name == "nsconf":
            targets.append(bound(0, "==", "lost", m, lost, "listener"))
        yield Line(title + ", in a listener", m, rate, "listener", targets)
    for name, (title, _, _) in bounds.items():
        m = "flood-" + name
        yield Line(title + ", queue drained in batches", m, rate, "queue",
                   [ratio(0.6, ">=", m, rate, "queue", "listener"), ratio(1, ">=", m, rate, "queue", "hand")])
    yield Line("CPU per event, BW at 4,000,000/s", "paced-bw", cpu_ns, "listener",
               [ratio(0.4, "<=", "paced-bw", cpu_ns, "listener", "hand"), bound(0, "==", "lost", "paced-bw", lost, "listener")])
    yield Line("CPU per event without a thread, BW at 4,000,000/s", "paced-bw", cpu_ns, "threadless",
               [ratio(1.1, "<=", "paced-bw", cpu_ns, "threadless", "listener"),
                bound(0, "==", "lost", "paced-bw", lost, "threadless")])
    yield Line("CPU per event, mixed at 600,000/s", "paced-mixed", cpu_ns, "listener",
               [ratio(0.33, "<=", "paced-mixed", cpu_ns, "listener", "hand"),
                bound(0, "==", "lost", "paced-mixed", lost, "listener")])
    yield Line("CPU per event, BW flood", "flood-bw", cpu_ns, "listener",
               [ratio(0.4, "<=", "flood-bw", cpu_ns, "listener", "hand")], "per event delivered")
    yield Line("CPU per event, mixed flood", "flood-mixed", cpu_ns, "listener",
               [ratio(0.33, "<=", "flood-mixed", cpu_ns, "listener", "hand")], "per event delivered")
    yield Line("BW events over TCP, in a listener", "flood-tcp", rate, "listener")
    yield Line("mixed events in pieces of 7 bytes", "drip", rate, "listener")


# ---- requests, latency, documents --------------------------------------------------------------------------------


def pipeline_run(settings, torctl_mode="pipeline"):
    def run(who):
        return measure(who, torctl_mode if who == "torctl" else "pipeline", [], "n=%d" % settings.pick(50000, 400000), "window=64", tcp=settings.tcp)

    return run


def restart_run(settings, services):
    return lambda who: harness.measure_restarts(who, settings.pick(10, 30), services)


def latency_run(settings):
    def run(who):
        n = settings.pick(500, 5000)
        return measure(who, "latency", ["--rate", 1000, "--events", n, "--trigger", "BW"], "events=BW", "n=%d" % n,
                       tcp=settings.tcp)

    return run


def request_measures(settings):
    tcp = settings.tcp

    def rtt(server_cpus, cpus, few):
        def run(who):
            n = settings.pick(3000, 20000) if who not in ("txtorcon", "stem") else settings.pick(1000, few)
            return measure(who, "rtt", [], "n=%d" % n, tcp=tcp, server_cpus=server_cpus, cpus=cpus)
        return run

    everyone = ["raw", "hand", "torctl", "threadless"] + RIVALS
    yield Measure("rtt-same", everyone, rtt(harness.OTHER_CPUS, harness.OTHER_CPUS, 3000), slow=RIVALS)
    yield Measure("rtt-apart", everyone, rtt(harness.SERVER_CPUS, harness.OTHER_CPUS, 3000), slow=RIVALS)

    yield Measure("pipeline", ["raw", "torctl"], pipeline_run(settings))
    yield Measure("begun", ["raw", "torctl"], pipeline_run(settings, "begun"))
    yield Measure("dial", ["raw", "torctl"], lambda who: harness.measure_dials(who, settings.pick(2000, 10000)))
    for services in (0, 200):
        yield Measure("restart-%d" % services, ["raw", "torctl"], restart_run(settings, services),
                      quick_rounds=1, full_rounds=3, warm_up=False)
    yield Measure("latency", ["raw", "hand", "listener", "queue", "threadless"] + RIVALS, latency_run(settings), quick_rounds=2,
                  slow=RIVALS)

    def document(key, fast, few, how):
        def run(who):
            n = few if who in RIVALS else fast
            return with_sum(who, measure(who, "document", [], "key=" + key, "n=%d" % n, "how=" + how, tcp=tcp, timeout=120))
        return run

    yield Measure("ns-all", ["raw", "hand", "torctl", "txtorcon", "stem"],
                  document("ns/all", settings.pick(20, 60), 2, "list"), slow=["txtorcon", "stem"])
    yield Measure("ns-all-walk", ["raw", "hand", "torctl"], document("ns/all", settings.pick(20, 60), 2, "walk"))
    # stem takes five seconds for the descriptors.
    yield Measure("descriptors", ["raw", "hand", "torctl"] + ([] if settings.quick else ["stem"]),
                  document("desc/all-recent", settings.pick(4, 10), 1, "walk"), slow=["stem"])


def request_lines():
    yield Line("GETINFO round trip, both on one core, p50", "rtt-same", p50, "torctl",
               [ratio(1.4, "<=", "rtt-same", p50, "torctl", "raw")])
    yield Line("GETINFO round trip, a core each, p50", "rtt-apart", p50, "torctl",
               [ratio(1.1, "<=", "rtt-apart", p50, "torctl", "raw")])
    yield Line("pipelined requests, window 64", "pipeline", rate, "torctl",
               [ratio(0.7, ">=", "pipeline", rate, "torctl", "raw")])
    yield Line("begun calls, window 64", "begun", rate, "torctl", [ratio(0.3, ">=", "begun", rate, "torctl", "raw")])
    yield Line("connection through a SOCKS server, both on one core, p50", "dial", p50, "torctl",
               [ratio(2, "<=", "dial", p50, "torctl", "raw")])
    for services in (0, 200):
        name = "restart-%d" % services
        yield Line("start of tor to ready again, %d onion services, p50" % services, name, p50, "torctl",
                   [ratio(1.25, "<=", name, p50, "torctl", "raw")])
    for name, title in (("rtt-same", "both on one core"), ("rtt-apart", "a core each")):
        yield Line("GETINFO round trip without a thread, %s, p50" % title, name, p50, "threadless",
                   [ratio(1.1, "<=", name, p50, "threadless", "torctl"), cpu_ratio(1.1, name, "threadless", "torctl")])
    yield Line("event latency at 1,000/s without a thread, p50", "latency", p50, "threadless",
               [ratio(1.1, "<=", "latency", p50, "threadless", "listener"),
                cpu_ratio(1.1, "latency", "threadless", "listener")])
    yield Line("event latency at 1,000/s, listener, p50", "latency", p50, "listener",
               [ratio(1.3, "<=", "latency", p50, "listener", "raw")])
    yield Line("event latency at 1,000/s, queue with poll, p50", "latency", p50, "queue",
               [ratio(2.5, "<=", "latency", p50, "queue", "raw")])
    for name, title in (("ns-all", "ns/all of 8,000 relays into a list, every field read, p50"),
                        ("ns-all-walk", "ns/all of 8,000 relays one by one, every field read, p50")):
        yield Line(title, name, p50, "torctl",
                   [ratio(0.5, "<=", name, p50, "torctl", "hand"), ratio(4, "<=", name, p50, "torctl", "raw"),
                    memory_ratio(name)])
    yield Line("8,000 server descriptors, typed, p50", "descriptors", p50, "torctl",
               [ratio(0.7, "<=", "descriptors", p50, "torctl", "hand"),
                bound(2, "<=", "MB above the start", "descriptors", field("growth_kb", 1 / 1024), "torctl")])


def cpu_ratio(most, name, subject, other):
    target = ratio(most, "<=", name, cpu_ns, subject, other)
    return Target("CPU " + target.text, target.read, target.holds)


def memory_ratio(name):
    target = ratio(1, "<=", name, field("growth_kb"), "torctl", "hand")
    return Target("memory " + target.text, target.read, target.holds)


# ---- shapes ----------------------------------------------------------------------------------------------------


def shape_measures(settings):
    seconds = settings.pick(3, 30)

    def slow(who):
        n = 20000 * seconds
        result = measure(who, "slow", ["--rate", 20000, "--events", n, "--trigger", "BW"], "events=BW", "n=%d" % n,
                         "ms=5", "seconds=%d" % seconds, tcp=settings.tcp, timeout=seconds + 60)
        if who == "listener":
            result["unaccounted"] = n - result["delivered"] - result["pending"] - result["dropped"]
        result["held_ms"] = result["server"].get("held_ms")
        return result

    yield Measure("slow", ["listener"] if settings.quick else ["listener", "stem"], slow,
                  quick_rounds=1, full_rounds=1, warm_up=False)

    def slow_singles(who):
        options = ["--flood", os.path.join(harness.CORPUS, "events", "size-100"), "--repeat", 10, "--drip", "100,40",
                   "--trigger", "NOTICE"]
        return measure(who, "slow", options, "events=NOTICE", "n=100000", "ms=5", "seconds=5", tcp=settings.tcp)

    yield Measure("slow-singles", ["listener"], slow_singles, quick_rounds=1, full_rounds=3, warm_up=False)

    def idle(who):
        count = {"stem": 200, "txtorcon": 1000}.get(who, 5000)
        return measure(who, "idle", [], "c=%d" % count, "idle_ms=%d" % settings.pick(1000, 5000), timeout=120)

    yield Measure("idle", ["torctl"] if settings.quick else ["torctl", "txtorcon", "stem"], idle,
                  quick_rounds=1, full_rounds=3, slow=["txtorcon", "stem"], warm_up=False)

    def first(who):
        with harness.Server() as server:
            times = sorted(harness.start_to_answer(who, server.address) for _ in range(settings.pick(10, 30)))
        return {"start_ms": 1e3 * times[len(times) // 2], "count": len(times)}

    yield Measure("first", ["raw", "hand", "torctl"], first)

    def size(_who):
        return {"size_mib": os.path.getsize(os.path.join(harness.LIB, "libtorctl.so")) / 2**20}

    yield Measure("size", ["torctl"], size, quick_rounds=1, full_rounds=1, warm_up=False)


def peak_of_floods(who):
    def read(results):
        peaks = [v for name in results.by_measure if name.startswith(("flood-", "paced-"))
                 for w in ([who] if who != "torctl" else ["listener", "queue"])
                 for v in results.values(name, w, peak_mb)]
        return max(peaks) if peaks else None
    return read


def shape_lines():
    growth, held = field("growth_kb", 1 / 1024), field("held_ms")
    growth.unit = "MB"
    yield Line("slow listener, 20,000/s, 5 ms a call: memory growth", "slow", growth, "listener",
               [bound(8, "<", "MB", "slow", growth, "listener"), bound(50, "<=", "ms server held back", "slow", held, "listener"),
                bound(0, "==", "events unaccounted for", "slow", field("unaccounted"), "listener")])
    yield Line("slow listener, events of 100 bytes one by one: memory growth", "slow-singles", growth, "listener",
               [bound(8, "<", "MB", "slow-singles", growth, "listener")])
    kb = field("kb_each")
    kb.unit = "KB"
    yield Line("idle controller, 5,000 in one process", "idle", kb, "torctl",
               [bound(12, "<=", "KB", "idle", kb, "torctl"), bound(5001, "==", "alive", "idle", field("alive"), "torctl"),
                bound(2, "<=", "threads", "idle", field("idle_threads"), "torctl"),
                bound(0.5, "<=", "% of a core", "idle", field("idle_cpu_percent"), "torctl")])
    peak = peak_of_floods("torctl")
    yield Line("peak memory in any flood", None, peak_of_floods, "torctl", [Target("<= 6 MB", peak, lambda x: x <= 6)])
    size = field("size_mib")
    size.unit = "MiB"
    yield Line("stripped library", "size", size, "torctl", [bound(1, "<", "MiB", "size", size, "torctl")])
    start = field("start_ms")
    start.unit = "ms"
    yield Line("process start to first answer", "first", start, "torctl",
               [ratio(1.5, "<=", "first", start, "torctl", "hand")])


def measures(settings):
    yield from flood_measures(settings)
    yield from request_measures(settings)
    yield from shape_measures(settings)


def lines():
    yield from flood_lines()
    yield from request_lines()
    yield from shape_lines()
