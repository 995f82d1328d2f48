#!/usr/bin/env python3
"""wait_bootstrap: a tor that is ready, one that starts, and one that is stuck."""
# ctest: network timeout=120

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import NET_ADDRESS, Running, has_valgrind, run  # noqa: E402
from tor_process import TorProcess, Workspace  # noqa: E402


def second_client(space):
    """One more client of the network, its network disabled as yet."""
    with open(os.path.join(os.environ["TORCTL_NET_DIR"], "client", "torrc"),
              encoding="utf-8") as torrc:
        lines = [line.rstrip("\n") for line in torrc if line.startswith("DirAuthority ")]
    lines += ["TestingTorNetwork 1", "SocksPort auto", "DisableNetwork 1",
              "PathsNeededToBuildCircuits 0.67"]
    tor = TorProcess(space, "second", lines)
    tor.start()
    tor.wait_ready()
    return tor


class WaitBootstrap(unittest.TestCase):
    def test_a_tor_that_is_ready(self):
        status, output, errors = run("wait_bootstrap", NET_ADDRESS)
        self.assertEqual((status, output, errors), (0, "100 %  Done\ntor is ready\n", ""))

    def test_b_a_tor_that_starts(self):
        with Workspace() as space:
            tor = second_client(space)
            with Running("wait_bootstrap", "unix:" + tor.socket, "300") as example:
                example.wait_for("  0 %  Starting")
                with tor.control() as control:
                    control.command("SETCONF DisableNetwork=0")
                status = example.end()
        self.assertEqual(status, 0, example.text)
        steps = [int(step) for step in re.findall(r"^ *(\d+) %  \w", example.text, re.M)]
        self.assertEqual((steps[0], steps[-1]), (0, 100))
        self.assertEqual(steps, sorted(steps))
        self.assertGreater(len(steps), 4)
        self.assertTrue(example.text.endswith("tor is ready\n"))

    def test_c_a_tor_that_is_stuck(self):
        with Workspace() as space:
            status, output, errors = run(
                "wait_bootstrap", "unix:" + second_client(space).socket, "20", "1")
        self.assertEqual((status, output), (1, "  0 %  Starting\n"))
        self.assertRegex(errors, r"^wait_bootstrap: .* without progress for 1000 ms: .*0 %")

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_d_frees_everything(self):
        status, _output, errors = run("wait_bootstrap", NET_ADDRESS, valgrind=True)
        self.assertEqual((status, errors), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
