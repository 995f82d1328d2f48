#!/usr/bin/env python3
"""Asks a tor for the names of all that it knows, and looks each up in the lists of tests/data."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import coverage  # noqa: E402
from control import Control  # noqa: E402

# What SIGNAL also takes for these: names of POSIX.
ALIASES = {"HUP": "RELOAD", "USR1": "DUMP", "USR2": "DEBUG", "TERM": "HALT", "INT": "HALT"}


def main():
    with Control(os.environ["TORCTL_TEST_SOCKET"],
                 cookie_file=os.environ.get("TORCTL_TEST_COOKIE_FILE")) as control:
        # A line of info/names begins with the key; its text may go on in lines of its own.
        keys = {line.split(" -- ")[0] for line in control.get_info("info/names").splitlines()
                if " -- " in line}
        events = set(control.get_info("events/names").split())
        signals = set(control.get_info("signal/names").split())
    assert len(keys) > 90 and len(events) > 25 and len(signals) > 10
    constants = coverage.interface.constants()
    missing = [
        *("GETINFO key " + key for key in keys - {row[0] for row in coverage.rows("info-keys.txt")}),
        *("event " + kind for kind in events - coverage.kinds()),
        *("event constant " + kind for kind in events if "TORCTL_EVENT_" + kind not in constants),
        *("signal " + name for name in signals
          if "TORCTL_SIGNAL_" + ALIASES.get(name, name) not in constants)]
    for name in sorted(missing):
        print("not listed: " + name)
    print("%d keys, %d events, %d signals of this tor" % (len(keys), len(events), len(signals)))
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
