"""What the clients in Python share: arguments, clocks and the line of JSON, as bench.h has them for C."""

import json
import resource
import sys
import time


def options():
    if len(sys.argv) < 3:
        sys.exit("usage: %s MODE ADDRESS [key=value ...]" % sys.argv[0])
    return sys.argv[1], sys.argv[2], dict(a.split("=", 1) for a in sys.argv[3:] if "=" in a)


def cpu_seconds():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def status(field):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    return 0


def percentiles(samples_ns):
    ordered = sorted(samples_ns)
    last = len(ordered) - 1
    return {"p50_us": ordered[len(ordered) // 2] / 1e3, "p99_us": ordered[last - last // 100] / 1e3}


class Stretch:
    """The measured stretch: from its making, right before events are asked for, to the last of them."""

    def __init__(self):
        self.cpu = cpu_seconds()
        self.first = time.monotonic()
        self.count = 0

    def tick(self):
        self.count += 1

    def finish(self, **extra):
        extra.update(count=self.count, check=0, seconds=time.monotonic() - self.first,
                     cpu_seconds=cpu_seconds() - self.cpu, peak_kb=status("VmHWM"), threads=status("Threads"))
        print(json.dumps(extra), flush=True)
