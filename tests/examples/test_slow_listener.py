#!/usr/bin/env python3
"""slow_listener: bounded, counted, marked by a GAP, and requests are answered."""
# ctest: live

import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import ADDRESS, Running, run  # noqa: E402

LAST = r"^(\d+) events were delivered, (\d+) wait, (\d+) are lost$"


class SlowListener(unittest.TestCase):
    def test_a_what_is_lost_is_told(self):
        status, output, errors = run("slow_listener", ADDRESS)
        self.assertEqual((status, errors), (0, ""))
        (delivered, waiting, lost), = re.findall(LAST, output, re.M)
        heard = re.findall(
            r"^BW is (\d+\.\d) s old; (\d+) wait behind it, (\d+) are lost so far$", output, re.M)
        gaps = [int(count) for count in re.findall(r"^GAP: (\d+) lost here$", output, re.M)]
        self.assertEqual(len(heard), int(delivered))
        self.assertLessEqual(int(waiting), 2)
        # A listener that takes three seconds loses two of three, after a while.
        self.assertGreaterEqual(int(lost), 3)
        # What is lost is reported where it was lost; the last of it may be still to
        # come when the program ends.
        self.assertGreaterEqual(len(gaps), 1)
        self.assertLessEqual(sum(gaps), int(lost))
        self.assertGreaterEqual(sum(gaps), int(lost) - 3)
        # The queue does not grow, and so no event gets old.
        self.assertTrue(all(int(wait) <= 2 for _age, wait, _lost in heard))
        self.assertGreater(float(heard[-1][0]), 0.5)
        # tor sent one each second: had each request waited for the listener, there would be three
        # times as many.
        self.assertIn(int(delivered) + int(waiting) + int(lost), range(8, 30))
        self.assertEqual(len(re.findall(r"GETINFO version took \d+\.\d ms", output)), 12)

    def test_b_ctrl_c(self):
        with Running("slow_listener", ADDRESS) as example:
            example.wait_for("BW is")
            status = example.end(signal.SIGINT)
            self.assertEqual(status, 0)
            self.assertRegex(example.text, re.compile(LAST, re.M))
            # It has not gone on to its own end.
            self.assertLess(example.text.count("GETINFO version took"), 12)


if __name__ == "__main__":
    unittest.main(verbosity=2)
