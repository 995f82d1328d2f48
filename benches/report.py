"""Turns the results into one table, in Markdown for the terminal and the file, and JSON for whoever computes on."""

import json
import os
import platform

import harness
import rows

OTHERS = ["raw", "hand", "torut", "txtorcon", "stem"]


def show(value, unit):
    """A number with its unit, short enough for a cell."""
    if value is None:
        return "-"
    if unit == "/s":
        for size, letter in ((1e6, " M/s"), (1e3, " k/s")):
            if value >= size:
                return "%.3g%s" % (value / size, letter)
        return "%.3g/s" % value
    if unit == "us" and value >= 1e3:
        return "%.3g ms" % (value / 1e3)
    if unit == "ns" and value >= 1e3:
        return "%.3g us" % (value / 1e3)
    return ("%.3g %s" % (value, unit or "")).strip()


def plain(number):
    if number is None:
        return "-"
    return "%d" % number if number == int(number) else "%.3g" % number


def verdict(target, results):
    number = target.read(results)
    if number is None:
        return {"target": target.text, "measured": None, "met": None}
    return {"target": target.text, "measured": number, "met": bool(target.holds(number))}


def line_record(line, results):
    record = {"measure": line.title, "subject": line.subject, "note": line.note, "values": {}, "spread_percent": {}}
    record["targets"] = [verdict(t, results) for t in line.targets]
    if line.measure is None:
        for who in ["torctl", "raw", "hand"] + rows.RIVALS:
            value = line.metric(who)(results)
            if value is not None:
                record["values"][who] = value
        record["unit"] = "MB"
        return record
    record["unit"] = getattr(line.metric, "unit", "")
    for who in [line.subject] + OTHERS:
        values = results.values(line.measure, who, line.metric)
        if values:
            record["values"][who] = harness.median(values)
            record["spread_percent"][who] = harness.spread(values)
    record["cpu_seconds"] = results.median(line.measure, line.subject, lambda r: r.get("cpu_seconds"))
    record["peak_mb"] = results.median(line.measure, line.subject, rows.peak_mb)
    counted = results.values(line.measure, line.subject, lambda r: r.get("dropped"))
    totals = results.values(line.measure, line.subject, lambda r: r.get("count", 0) + r.get("dropped", 0))
    if counted and sum(totals):
        record["lost_percent"] = 100 * sum(counted) / sum(totals)
    return record


def cells(record):
    unit, values = record["unit"], record["values"]
    own = show(values.get(record["subject"]), unit)
    if record.get("lost_percent"):
        own += " (%.3g %% lost)" % record["lost_percent"]
    spread = record["spread_percent"].get(record["subject"])
    targets = record["targets"]
    return [
        record["measure"] + (" (%s)" % record["note"] if record["note"] else ""),
        own,
        "-" if spread is None else "±%.0f %%" % spread,
        "; ".join(t["target"] for t in targets) or "-",
        "; ".join(plain(t["measured"]) for t in targets) or "-",
        "; ".join({True: "met", False: "NOT MET", None: "no figure"}[t["met"]] for t in targets) or "-",
        *[show(values.get(who), unit) for who in OTHERS],
        "-" if record.get("cpu_seconds") is None else "%.2f" % record["cpu_seconds"],
        "-" if record.get("peak_mb") is None else "%.1f" % record["peak_mb"],
    ]


HEAD = ["measure", "torctl", "spread", "targets", "measured", "verdict", *OTHERS, "CPU s", "peak MB"]


def markdown_table(head, body):
    widths = [max(len(row[i]) for row in [head] + body) for i in range(len(head))]
    out = []
    for row in [head, ["-" * w for w in widths]] + body:
        out.append("| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths)) + " |")
    return "\n".join(out)


def detail_table(results):
    """Every client of every measure: what the main table has no room for."""
    head = ["measure", "client", "runs", "events or requests", "lost", "per second", "p50 us", "p99 us", "CPU ns each",
            "CPU s", "peak MB", "spread", "threads"]
    body = []
    for name, clients in results.by_measure.items():
        for who, kept in clients.items():
            if not kept["runs"]:
                body.append([name, who, "0", *["-"] * 9, "failed: " + (kept["error"] or "").splitlines()[0][:60]])
                continue
            value = lambda metric, form: "-" if (m := results.median(name, who, metric)) is None else form % m
            main = rows.p50 if results.median(name, who, rows.p50) is not None else rows.rate
            spread = harness.spread(results.values(name, who, main))
            body.append([
                name, who, str(len(kept["runs"])), value(rows.field("count"), "%d"), value(rows.field("dropped"), "%d"),
                show(results.median(name, who, rows.rate), "/s"), value(rows.p50, "%.1f"), value(rows.field("p99_us"), "%.1f"),
                value(rows.cpu_ns, "%.0f"), value(rows.field("cpu_seconds"), "%.3f"), value(rows.peak_mb, "%.1f"),
                "-" if spread is None else "±%.0f %%" % spread, value(rows.field("threads"), "%d")])
    return markdown_table(head, body)


def machine():
    model = "unknown"
    try:
        with open("/proc/cpuinfo") as file:
            model = next((l.split(":", 1)[1].strip() for l in file if l.startswith("model name")), model)
    except OSError:
        pass
    return "%s, %d cores, Linux %s" % (model, os.cpu_count(), platform.release())


def sums_agree(results):
    """Clients that read the same events to the same fields end at the same sum. Says where they do not."""
    wrong = []
    for name, clients in results.by_measure.items():
        sums = {who: {r["sum"] for r in kept["runs"] if r.get("sum") is not None} for who, kept in clients.items()}
        if len(set().union(*sums.values())) > 1:
            wrong.append("%s: %s" % (name, ", ".join("%s %s" % (w, sorted(s)) for w, s in sums.items() if s)))
    return wrong


def write(settings, results, missing, seconds):
    records = [line_record(line, results) for line in rows.lines()]
    # A run of some measures alone says nothing of the others.
    records = [r for r in records if r["values"] or any(t["measured"] is not None for t in r["targets"])]
    table = markdown_table(HEAD, [cells(r) for r in records])
    counts = [t["met"] for r in records for t in r["targets"]]
    summary = "%d targets met, %d not met, %d without a figure; %s; %s run, %.0f s; load %.1f before, %.1f after." % (
        counts.count(True), counts.count(False), counts.count(None), machine(),
        "quick" if settings.quick else "full", seconds, settings.load_before, os.getloadavg()[0])
    notes = ["%s is left out: %s" % item for item in missing.items()]
    notes += ["The sums of the fields differ in %s." % text for text in sums_agree(results)]
    text = "\n\n".join([summary, table, *notes])
    os.makedirs(harness.OUT, exist_ok=True)
    with open(os.path.join(harness.OUT, "results.md"), "w") as file:
        file.write("# Benchmarks\n\n%s\n\n## Every client\n\n%s\n" % (text, detail_table(results)))
    with open(os.path.join(harness.OUT, "results.json"), "w") as file:
        json.dump({"machine": machine(), "quick": settings.quick, "seconds": seconds, "missing": missing,
                   "lines": records, "measures": results.by_measure}, file, indent=1)
    return text


def write_floors(tables):
    text = "\n\n".join(markdown_table(head, body) for head, body in tables)
    with open(os.path.join(harness.OUT, "floors.md"), "w") as file:
        file.write("# Floors\n\n%s.\n\n%s\n" % (machine(), text))
    return text
