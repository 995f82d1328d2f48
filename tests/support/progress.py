"""Shows how far long tasks have come.

On a terminal there is one bar for each task; elsewhere a line for each step, so
that a log stays readable; `json` is one object a line, for programs.
"""

import json
import os
import sys
import threading
import time

WIDTH = 30


class Progress:
    """Progress of one or more named tasks, on standard error."""

    def __init__(self, mode="auto", stream=None):
        self._stream = stream or sys.stderr
        if mode == "auto":
            plain = os.environ.get("TERM", "dumb") == "dumb"
            mode = "bar" if self._stream.isatty() and not plain else "lines"
        self._mode = mode
        self._started = time.monotonic()
        self._tasks = {}
        self._took = {}
        self._said = {}
        self._drawn = 0
        self._lock = threading.Lock()

    def task(self, name):
        """A function (fraction, text) that reports on the task of that name."""
        with self._lock:
            self._tasks[name] = (0.0, "")
        return lambda fraction, text: self._update(name, fraction, text)

    def _update(self, name, fraction, text):
        with self._lock:
            before, self._tasks[name] = self._tasks[name], (fraction, text)
            elapsed = time.monotonic() - self._started
            if fraction >= 1.0:
                self._took.setdefault(name, elapsed)
            if self._mode == "json":
                self._write(json.dumps({"task": name, "seconds": round(elapsed, 2),
                                        "progress": round(fraction, 3), "text": text}) + "\n")
            elif self._mode == "lines" and before[1] != text and self._is_time(
                    name, fraction, elapsed):
                self._write("%5.1f s  %-8s %3d %%  %s\n" % (
                    elapsed, name, int(fraction * 100), text))
            elif self._mode == "bar":
                self._draw(elapsed)

    def _is_time(self, name, fraction, elapsed):
        """Quick steps would only fill the log: at most one a second, and the last."""
        if fraction < 1.0 and elapsed - self._said.get(name, -1.0) < 1.0:
            return False
        self._said[name] = elapsed
        return True

    def _draw(self, elapsed):
        columns = _columns(self._stream)
        rows = []
        for name, (fraction, text) in self._tasks.items():
            full = int(fraction * WIDTH + 0.5)
            row = "%-8s [%s%s] %3d %%  %5.1f s  %s" % (
                name, "#" * full, "." * (WIDTH - full), int(fraction * 100),
                self._took.get(name, elapsed), text)
            rows.append("\r\033[K" + row[:columns - 1])
        up = "\033[%dA" % self._drawn if self._drawn else ""
        self._drawn = len(rows)
        self._write(up + "\n".join(rows) + "\n")

    def _write(self, text):
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # Nobody looks any more; the work goes on.
            self._mode = "quiet"


def _columns(stream):
    try:
        return max(20, os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):
        return 80
