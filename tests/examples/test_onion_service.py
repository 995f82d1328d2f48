#!/usr/bin/env python3
"""onion_service: it is reached by its address, and gone with its program."""
# ctest: network timeout=180

import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import (  # noqa: E402
    NET_ADDRESS, Running, hear, net_control)


class OnionService(unittest.TestCase):
    NAME = "onion_service"

    def test_it_is_reached_through_tor(self):
        # All five relays take both of its descriptors.
        with Running(self.NAME, NET_ADDRESS, "10") as example:
            example.wait_for(r"http://\w{56}\.onion/ is being published\n")
            host = re.search(r"http://(\w{56}\.onion)/", example.text).group(1)
            example.wait_for(r"it is published\n")
            for visit in ("visitor 1\n", "visitor 2\n"):
                answer = hear(host, 80, b"GET / HTTP/1.0\r\nHost: %s\r\n\r\n" % host.encode())
                self.assertEqual(answer.split(b"\r\n\r\n"), [
                    b"HTTP/1.0 200 OK\r\nContent-Type: text/plain",
                    b"Hello from an onion service.\n"])
                example.wait_for(visit)
            status = example.end(signal.SIGINT)
        self.assertEqual(status, 0, example.text)
        with net_control() as control:
            self.assertNotIn(host[:56], control.get_info("onions/detached"))
        # Its key was told to that program alone, and nobody answers any more.
        self.assertRaises(OSError, hear, host, 80, b"GET / HTTP/1.0\r\n\r\n")

    def test_no_tor_is_an_error(self):
        with Running(self.NAME, "unix:/nonexistent/control") as example:
            status = example.end()
        self.assertEqual(status, 1)
        self.assertIn("onion_service: ", example.text)


class OnionServiceInCpp(OnionService):
    NAME = "cpp/onion_service"


if __name__ == "__main__":
    unittest.main(verbosity=2)
