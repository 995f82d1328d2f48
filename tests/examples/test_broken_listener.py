#!/usr/bin/env python3
"""broken_listener: each failure is reported with its event, and stops nobody else."""
# ctest: live torrc="CountPrivateBandwidth 1"

import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import ADDRESS, Load, Running, kill_tor, run  # noqa: E402


class BrokenListener(unittest.TestCase):
    def test_a_failures_are_reported(self):
        with Load():
            status, output, errors = run("broken_listener", ADDRESS)
        self.assertEqual((status, errors), (0, ""))
        failed = re.findall(r"^listener 1 failed with status 28 at: BW (\d+) (\d+)$", output, re.M)
        heard = re.findall(r"^listener 2 works: (\d+) bytes read, (\d+) written$", output, re.M)
        self.assertGreaterEqual(len(heard), 2)
        # The events of the failures are those that the other listener heard; the
        # first listener may have heard one before there was a second.
        self.assertEqual(failed[-len(heard):], heard)
        self.assertLessEqual(len(failed), len(heard) + 1)
        self.assertGreater(len(set(heard)), 1)
        self.assertIn("%d events were delivered; %d calls of a listener failed\n" % (
            len(failed), len(failed)), output)

    def test_b_ctrl_c(self):
        with Running("broken_listener", ADDRESS) as example:
            example.wait_for("listener 2 works")
            status = example.end(signal.SIGINT)
            self.assertEqual(status, 0)
            self.assertIn("events were delivered", example.text)

    def test_c_tor_dies(self):
        with Running("broken_listener", ADDRESS) as example:
            example.wait_for("listener 2 works")
            kill_tor()
            status = example.end()
            self.assertEqual(status, 1)
            self.assertIn("broken_listener: tor went away: ", example.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
