#!/usr/bin/env python3
"""resolve: names, addresses and a name that nobody has."""
# ctest: network timeout=120

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import NET_ADDRESS, has_valgrind, run  # noqa: E402


UNTIL = r", until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"


class Resolve(unittest.TestCase):
    def test_a_name_and_address(self):
        status, output, errors = run("resolve", "--tor", NET_ADDRESS, "example.test", "192.0.2.7")
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, r"\Aexample\.test is 127\.0\.0\.1%s\n"
                                 r"192\.0\.2\.7 is host-7\.test%s\n\Z" % (UNTIL, UNTIL))

    def test_b_one_that_fails_stops_no_other(self):
        status, output, errors = run("resolve", "--tor", NET_ADDRESS, "nobody.invalid", "other.test")
        self.assertEqual(status, 1)
        self.assertRegex(errors, r'^resolve: "nobody\.invalid" could not be resolved')
        self.assertTrue(re.match(r"other\.test is 127\.0\.0\.1", output), output)

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_c_frees_everything(self):
        status, _output, errors = run("resolve", "--tor", NET_ADDRESS, "third.test", valgrind=True)
        self.assertEqual((status, errors), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
