#!/usr/bin/env python3
"""list_circuits: a circuit that was made for the test is listed with its hops."""
# ctest: network

import os
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from control import ControlError  # noqa: E402
from example import (  # noqa: E402
    NET_ADDRESS, NET_RELAYS, PATIENCE, has_valgrind, net_control, run)


def build(control, path, seconds=PATIENCE):
    """The number of a circuit of these relays. A client that has just started may lack the
    descriptor of one of them, and a circuit may fail: then once more."""
    deadline = time.monotonic() + seconds
    command = "EXTENDCIRCUIT 0 %s purpose=controller" % ",".join(
        "$" + NET_RELAYS[name] for name in path)
    control.command("SETEVENTS CIRC")
    while True:
        try:
            number = re.search(r"EXTENDED (\d+)", " ".join(control.command(command))).group(1)
            ends = re.compile(r"CIRC %s (BUILT|FAILED|CLOSED) " % number)
            event = control.wait_event(lambda lines: ends.search(lines[0]), 30.0)
            if event is not None and " BUILT " in event[0]:
                return number
            problem = event
        except ControlError as error:
            problem = error
            # Until tor has fetched something; nothing else would tell.
            control.wait_event(lambda lines: False, 0.2)
        if time.monotonic() > deadline:
            raise AssertionError("no circuit: %s" % problem)


class ListCircuits(unittest.TestCase):
    def test_a_a_circuit_of_known_relays(self):
        path = ["relay1", "auth2", "relay2"]
        with net_control() as control:
            number = build(control, path)
            status, output, errors = run("list_circuits", NET_ADDRESS)
            control.command("CLOSECIRCUIT " + number)
        self.assertEqual((status, errors), (0, ""))
        block = re.search(r"^circuit %s, BUILT, for CONTROLLER, made (\d+\.\d) s ago\n"
                          r"((?:    .*\n)*)" % number, output, re.M)
        self.assertIsNotNone(block, output)
        self.assertLess(float(block.group(1)), 3600)
        hops = re.findall(r"^    (\d)  (\w+) +127\.0\.0\.1:\d+$", block.group(2), re.M)
        self.assertEqual(hops, [(str(index + 1), name) for index, name in enumerate(path)])
        count, built = re.search(r"^(\d+) circuits, (\d+) of them built$", output, re.M).groups()
        self.assertEqual(int(count), len(re.findall("^circuit ", output, re.M)))
        self.assertEqual(int(built), len(re.findall("^circuit .*, BUILT, ", output, re.M)))

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_b_frees_everything(self):
        status, _output, errors = run("list_circuits", NET_ADDRESS, valgrind=True)
        self.assertEqual((status, errors), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
