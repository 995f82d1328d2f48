#!/usr/bin/env python3
"""new_identity: tor acts on the first immediately, and on the second after ten seconds."""
# ctest: network timeout=120 serial

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import NET_ADDRESS, net_control, run  # noqa: E402


class NewIdentity(unittest.TestCase):
    def test_tor_has_acted_when_it_returns(self):
        with net_control() as control:
            control.command("SETEVENTS SIGNAL")
            status, output, errors = run("new_identity", NET_ADDRESS, "2")
            # Both were acted on before the program ended.
            for _time in range(2):
                self.assertIsNotNone(control.wait_event(
                    lambda lines: "SIGNAL NEWNYM" in lines[0]))
        self.assertEqual((status, errors), (0, ""))
        match = re.match(r"\A1: done after (\d+\.\d) s\n"
                         r"2: tor will wait (\d+\.\d) s \.\.\. done after (\d+\.\d) s\n\Z", output)
        self.assertIsNotNone(match, output)
        _first, promised, second = map(float, match.groups())
        self.assertLessEqual(promised, 10.0)
        # tor counts in whole seconds.
        self.assertGreater(second, promised - 1.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
