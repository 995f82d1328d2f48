#!/usr/bin/env python3
"""relays: each relay of the network, once, with what the consensus says of it."""
# ctest: network

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import NET_ADDRESS, NET_RELAYS, has_valgrind, run  # noqa: E402


ROW = re.compile(r"^(\w+) +127\.0\.0\.1:(\d+) +(\d+) kB/s  (.+)$", re.M)


class Relays(unittest.TestCase):
    def rows(self, *args):
        status, output, errors = run("relays", NET_ADDRESS, *args)
        self.assertEqual((status, errors), (0, ""))
        return ROW.findall(output), output.splitlines()[-1]

    def test_a_all(self):
        rows, last = self.rows()
        self.assertEqual(sorted(row[0] for row in rows), sorted(NET_RELAYS))
        self.assertEqual(len({row[1] for row in rows}), 5)
        exits = sum("Exit" in row[3].split() for row in rows)
        guards = sum("Guard" in row[3].split() for row in rows)
        weight = sum(int(row[2]) for row in rows)
        self.assertEqual(last, "5 of 5 relays, %d kB/s in all, %d exits, %d guards" % (
            weight, exits, guards))

    def test_b_with_a_flag(self):
        rows, last = self.rows("Authority")
        self.assertEqual(sorted(row[0] for row in rows), ["auth1", "auth2", "auth3"])
        self.assertTrue(last.startswith("3 of 5 relays, "), last)
        self.assertEqual(self.rows("NoSuchFlag")[0], [])

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_c_frees_everything(self):
        status, _output, errors = run("relays", NET_ADDRESS, valgrind=True)
        self.assertEqual((status, errors), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
