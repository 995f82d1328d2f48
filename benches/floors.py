"""Where the time goes that the table shows: clients that read less of each event, and a C program with the library's
system calls and nothing else. What a target cannot be below."""

import harness
import report
import rows

READS = {"nothing read": "none", "one text read": "one", "every field read": "all"}


def floods(settings):
    for name in rows.FLOODS:
        def run(who, name=name):
            if who not in READS:
                return rows.flood_run(settings, name)(who)
            return rows.flood_run(settings, name, more=["fields=" + READS[who]])("listener")

        results = rounds(settings, "floor-flood-" + name, ["raw", "hand", *READS], run)
        cells = []
        for who in READS:
            speed = median(results, who, rows.rate)
            cells.append("%.3g raw, %.3g hand, %.0f ns CPU" % (
                speed / median(results, "raw", rows.rate), speed / median(results, "hand", rows.rate),
                median(results, who, rows.cpu_ns)))
        yield [name, *cells]


def calls(settings):
    for title, run, metric, who in (("event latency of a queue with poll, p50", rows.latency_run(settings), rows.p50, "queue"),
                                    ("pipelined requests, window 64", rows.pipeline_run(settings), rows.rate, "torctl")):
        results = rounds(settings, "floor-" + title.split(",")[0].replace(" ", "-"), ["raw", "floor", who], run)
        raw = median(results, "raw", metric)
        yield [title, *["%s, %.3g raw" % (report.show(median(results, it, metric), metric.unit), median(results, it, metric) / raw)
                        for it in ("floor", who)]]


def rounds(settings, name, participants, run):
    harness.say(name)
    return harness.rounds(participants, run, settings.pick(3, 7))


def median(results, who, metric):
    values = [metric(run) for run in results[who]["runs"]]
    if not values:
        raise harness.BenchError("%s: %s" % (who, results[who]["error"]))
    return harness.median(values)


def tables(settings):
    """Both, as the report's head and body."""
    return [(["in a listener", *READS], list(floods(settings))),
            (["", "the system calls alone", "torctl"], list(calls(settings)))]
