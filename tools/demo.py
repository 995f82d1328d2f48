#!/usr/bin/env python3
"""Shows the bandwidth graph of c-examples/bandwidth.c.

    demo.py [--seconds N]                        on a private tor network
    demo.py --port 9051 | --socket PATH          on a tor that runs already

Builds the library and starts the network at the same time, then sends traffic
through the network, with a rate that goes up and down. Any key ends the graph.
Without a terminal the program prints a line each second instead, ten of them.
"""

import argparse
import contextlib
import os
import signal
import sys
import time

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(TOOLS)
sys.path[:0] = [TOOLS, os.path.join(ROOT, "tests", "support")]

from build import Build, BuildFailed, release_directory  # noqa: E402
from command import run_command  # noqa: E402
from control import ControlError  # noqa: E402
from network import Network  # noqa: E402
from progress import Progress  # noqa: E402
from tor_process import Ended, TorFailed, TorMissing, end_on_signals  # noqa: E402
from traffic import Traffic, wave  # noqa: E402

# Enough to fill a graph and to leave a small machine alone.
DOWN, UP = 600_000, 200_000

# Who sees the two graphs wonders.
ALIKE = """On loopback tor counts a stream on both of its sides, towards the program and
towards the relay: download and upload look alike. (They do not on the internet.)
"""


def graph(address, seconds):
    command = [os.path.join(ROOT, "c-examples", "bin", "bandwidth"), address]
    if not (sys.stdin.isatty() and sys.stdout.isatty()
            and os.environ.get("TERM", "dumb") not in ("", "dumb")):
        seconds = seconds or 10
    if seconds:
        command += [str(seconds)]
    paths = [release_directory(), os.environ.get("LD_LIBRARY_PATH", "")]
    try:
        return run_command(command, {"LD_LIBRARY_PATH": ":".join(filter(None, paths))})
    except Ended as end:
        # Ctrl-C is one way to leave the graph, and no failure.
        if end.number == signal.SIGINT:
            return 0
        raise


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    own = parser.add_mutually_exclusive_group()
    own.add_argument("--port")
    own.add_argument("--socket")
    parser.add_argument("--seconds", type=int)
    args = parser.parse_args()

    began = time.monotonic()
    end_on_signals()
    progress = Progress()
    build = Build(progress.task("build"), ["bandwidth"])
    with contextlib.ExitStack() as stack:
        stack.callback(build.stop)
        if args.port or args.socket:
            build.start()
            build.wait()
            if args.socket:
                address = "unix:" + args.socket
            else:
                address = args.port if ":" in args.port else "127.0.0.1:" + args.port
            return graph(address, args.seconds)
        build.start()
        report = progress.task("network")

        def report_unless_failed(fraction, text):
            report(fraction, text)
            if build.failed:
                build.wait()

        network = stack.enter_context(Network(report_unless_failed))
        # tor remembers the past only while somebody listens: the graph starts
        # with what has passed while the build went on.
        listener = stack.enter_context(network.client.control())
        listener.command("SETEVENTS BW")
        stack.enter_context(Traffic(network.socks_port, wave(DOWN), wave(UP, phase=0.4)))
        build.wait()
        seconds = time.monotonic() - began
        sys.stderr.write(ALIKE)
        status = graph("unix:" + network.client.socket, args.seconds)
    sys.stderr.write("ready after %.0f s; the network has been ended and removed\n" % seconds)
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Ended as end:
        sys.exit(128 + end.number)
    except (BuildFailed, ControlError, OSError, TorFailed, TorMissing) as failure:
        sys.stderr.write("%s\n" % failure)
        sys.exit(1)
