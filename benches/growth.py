"""How the cost grows: one curve for each thing that can become more. Writes target/bench/growth.json for plot.py."""

import json
import os
import sys

import harness
from harness import BenchError, measure


def point(curve, x, who, run):
    """Adds one measured point to a curve; one that cannot be had is said and left out."""
    try:
        value = run()
    except BenchError as e:
        print("  %s at %s: %s" % (who, x, str(e).splitlines()[0]), file=sys.stderr)
        return
    curve.setdefault(who, []).append({"x": x, **value})


def per_event(result, events):
    return {
        "per_second": result["count"] / result["seconds"] if result["seconds"] else None,
        "cpu_ns": 1e9 * result["cpu_seconds"] / events,
        "lost_percent": 100 * result.get("dropped", 0) / (result.get("dropped", 0) + result["count"] or 1),
        "threads": result["threads"], "peak_mb": result["peak_kb"] / 1024,
    }


def controllers(settings, curve):
    """A constant rate in all, spread over more and more controllers."""
    rate, seconds = 50000, settings.pick(1, 4)
    n = rate * seconds
    for face in ("queue", "listener"):
        for count in settings.pick([1, 10, 100, 1000, 5000], [1, 3, 10, 30, 100, 300, 1000, 3000, 5000]):
            def run():
                options = ["--rate", rate, "--events", n, "--connections", count, "--trigger", "BW"]
                result = measure(face, "many", options, "events=BW", "n=%d" % n, "c=%d" % count, timeout=120)
                return {**per_event(result, result["count"] or 1), "mean_us": result["mean_us"],
                        "behind_ms": result["server"]["behind_ms"]}
            point(curve, count, face, run)


def fans(settings, curve):
    """One controller; every event goes to more and more listeners or queues."""
    events = settings.manifest["events"]["bw"]["events"]
    for face in ("queue", "listener"):
        for k in [1, 2, 4, 8, 16, 32, 64]:
            repeat = max(1, settings.pick(40, 160) // k)
            def run():
                options = ["--flood", os.path.join(harness.CORPUS, "events", "bw"), "--repeat", repeat, "--trigger", "SIGNAL"]
                result = measure(face, "fan", options, "events=BW", "n=%d" % (events * repeat), "k=%d" % k, timeout=120)
                return per_event(result, result["count"] or 1)
            point(curve, k, face, run)


def sizes(settings, curve):
    """Floods of log events of one size each, the same number of bytes in all."""
    total = settings.pick(50, 400)
    for size in [20, 100, 1000, 10000, 100000, 1000000]:
        name = "size-%d" % size
        n = settings.manifest["events"][name]["events"] * total
        for who in ("raw", "hand", "listener", "queue"):
            def run():
                options = ["--flood", os.path.join(harness.CORPUS, "events", name), "--repeat", total, "--trigger", "NOTICE"]
                result = measure(who, "flood", options, "events=NOTICE", "n=%d" % n)
                return {**per_event(result, result["count"] or 1),
                        "mb_per_second": size * result["count"] / result["seconds"] / 1e6}
            point(curve, size, who, run)


def backlogs(settings, curve):
    """A queue that always keeps so many events; beyond its capacity every event pushes another out."""
    rate, seconds = 500000, settings.pick(1, 3)
    n = rate * seconds
    for standing in [0, 100, 1000, 5000, 15000, 30000, 45000, 60000, 65536]:
        def run():
            options = ["--flood", os.path.join(harness.CORPUS, "events", "bw"), "--rate", rate, "--events", n, "--trigger", "BW"]
            result = measure("queue", "backlog", options, "events=BW", "n=%d" % n, "standing=%d" % standing, timeout=90)
            return {**per_event(result, n), "high_water": result["high_water"]}
        point(curve, standing, "queue", run)


def latencies(settings, curve):
    """p50 and p99 from sending to the callback, as the rate goes up to where the server cannot follow."""
    for rate in [10, 100, 1000, 10000, 50000, 100000, 200000, 400000, 800000]:
        n = max(20, min(int(rate * settings.pick(0.5, 3)), settings.pick(100000, 1000000)))
        for who in ("raw", "hand", "listener", "queue"):
            def run():
                options = ["--rate", rate, "--events", n, "--trigger", "BW"]
                result = measure(who, "latency", options, "events=BW", "n=%d" % n, timeout=90)
                sent = result["server"]
                return {**per_event(result, result["count"] or 1), "p50_us": result["p50_us"], "p99_us": result["p99_us"],
                        "sent_per_second": sent["sent_events"] / sent["seconds"] if sent.get("seconds") else None}
            point(curve, rate, who, run)


CURVES = {"controllers": controllers, "fan": fans, "size": sizes, "backlog": backlogs, "latency": latencies}


def measure_all(settings, wanted):
    """The curves that are wanted (all, if none is named), added to those measured before."""
    path = os.path.join(harness.OUT, "growth.json")
    curves = {}
    if wanted and os.path.exists(path):
        with open(path) as file:
            curves = json.load(file)
    for name, make in CURVES.items():
        if wanted and name not in wanted:
            continue
        harness.say("growth: " + name)
        curves[name] = {}
        make(settings, curves[name])
    with open(path, "w") as file:
        json.dump(curves, file, indent=1)
    return path
