#!/usr/bin/env python3
"""queue_listener: events, keyboard and signals in one poll loop."""
# ctest: live

import os
import pty
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import (  # noqa: E402
    ADDRESS, PATIENCE, Running, has_valgrind, kill_tor, program, run, stopped_tor)

LAST = r"^(\d+) seconds seen, (\d+) events lost, never more than (\d+) waiting$"


class QueueListener(unittest.TestCase):
    def test_a_ten_events(self):
        status, output, errors = run("queue_listener", ADDRESS)
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(len(re.findall(r"^\d+ bytes read, \d+ written$", output, re.M)), 10)
        (seen, lost, most), = re.findall(LAST, output, re.M)
        self.assertEqual((seen, lost), ("10", "0"))
        self.assertLess(int(most), 10)

    def test_b_ctrl_c(self):
        with Running("queue_listener", ADDRESS) as example:
            example.wait_for("bytes read")
            # Without a tor that goes on it cannot end by itself.
            with stopped_tor():
                status = example.end(signal.SIGINT)
            self.assertEqual(status, 0)
            self.assertRegex(example.text, re.compile(LAST, re.M))

    def test_c_enter(self):
        keyboard, terminal = pty.openpty()
        child = subprocess.Popen([program("queue_listener"), ADDRESS], stdin=terminal,
                                 stdout=subprocess.PIPE)
        try:
            child.stdout.readline()
            os.write(keyboard, b"\n")
            rest = child.stdout.read().decode()
            self.assertEqual(child.wait(timeout=PATIENCE), 0)
            self.assertRegex(rest, re.compile(LAST, re.M))
        finally:
            child.kill()
            child.wait()
            child.stdout.close()
            os.close(keyboard)
            os.close(terminal)

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_d_frees_everything(self):
        status, _output, errors = run("queue_listener", ADDRESS, valgrind=True)
        self.assertEqual((status, errors), (0, ""))

    def test_e_tor_dies(self):
        with Running("queue_listener", ADDRESS) as example:
            example.wait_for("bytes read")
            kill_tor()
            status = example.end()
            self.assertEqual(status, 1)
            self.assertIn("tor went away: ", example.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
