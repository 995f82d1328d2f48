#!/usr/bin/env python3
"""Draws the curves of growth.json as PNG files.

usage: plot.py GROWTH_JSON DIRECTORY        (with the Python of target/bench/venv, which has matplotlib)
"""

import json
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

# (file, curve, title, x label, panels of (metric, y label, y is logarithmic), x is logarithmic)
FIGURES = [
    ("growth-controllers.png", "controllers", "50,000 BW events/s spread over more controllers", "controllers",
     [("per_second", "events/s", False), ("cpu_ns", "CPU ns per event", False), ("mean_us", "mean latency, us", True)], True),
    ("growth-fan.png", "fan", "one controller, more listeners or queues", "listeners or queues",
     [("per_second", "deliveries/s", False), ("cpu_ns", "CPU ns per delivery", False)], True),
    ("growth-size.png", "size", "log events of one size, the same bytes in all", "bytes of an event",
     [("per_second", "events/s", True), ("cpu_ns", "CPU ns per event", True), ("mb_per_second", "MB/s", False)], True),
    ("growth-backlog.png", "backlog", "500,000 BW events/s with so many always waiting in the queue", "events kept waiting",
     [("cpu_ns", "CPU ns per event sent", False), ("lost_percent", "lost, %", False)], False),
    ("growth-latency.png", "latency", "from the server's send to the program", "events/s asked for",
     [("p50_us", "p50, us", True), ("p99_us", "p99, us", True)], True),
]


def draw(curves, figure, directory):
    name, curve, title, label, panels, log_x = figure
    series = curves.get(curve)
    if not series:
        return None
    fig, axes = plt.subplots(1, len(panels), figsize=(5.2 * len(panels), 4.2), squeeze=False)
    for axis, (metric, y_label, log_y) in zip(axes[0], panels):
        for who, points in series.items():
            known = [(p["x"], p[metric]) for p in points if p.get(metric) is not None]
            if known:
                axis.plot([x for x, _ in known], [y for _, y in known], marker="o", markersize=3.5, label=who)
        if log_x:
            axis.set_xscale("log")
        if log_y:
            axis.set_yscale("log")
        else:
            axis.set_ylim(bottom=0)
        axis.set_xlabel(label)
        axis.set_ylabel(y_label)
        axis.grid(alpha=0.3)
    axes[0][0].legend()
    fig.suptitle(title)
    fig.tight_layout()
    path = os.path.join(directory, name)
    fig.savefig(path, dpi=110)
    plt.close(fig)
    return path


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        curves = json.load(file)
    for figure in FIGURES:
        path = draw(curves, figure, sys.argv[2])
        if path:
            print(path)


if __name__ == "__main__":
    main()
