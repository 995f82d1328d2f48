#!/usr/bin/env python3
"""cpp/bandwidth: a line for each second, and an end when tor is gone."""
# ctest: live

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import ADDRESS, Running, kill_tor, run  # noqa: E402


class Bandwidth(unittest.TestCase):
    def test_numbers(self):
        status, output, errors = run("cpp/bandwidth", ADDRESS, "2")
        self.assertEqual((status, errors), (0, ""))
        self.assertTrue(re.fullmatch(r"(read \d+ bytes, written \d+ bytes\n){2}", output), output)

    def test_tor_goes(self):
        with Running("cpp/bandwidth", ADDRESS, "1000") as example:
            example.wait_for(r"read \d+ bytes")
            kill_tor()
            status = example.end()
        self.assertEqual(status, 1, example.text)
        self.assertIn("bandwidth: tor went away\n", example.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
