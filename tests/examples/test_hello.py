#!/usr/bin/env python3
"""hello: what it prints, and what it says when there is no tor."""
# ctest: live auth=none,cookie

import os
import re
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import ADDRESS, PORT, SOCKET, has_valgrind, run  # noqa: E402

SAYS = re.compile(r"tor 0\.[0-9.]+\S*( .*)?\n\d+ bytes read, \d+ bytes written\n")


class Hello(unittest.TestCase):
    NAME = "hello"

    def check(self, status, output, errors):
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, SAYS)

    def test_over_socket_and_port(self):
        for address in (ADDRESS, SOCKET, "127.0.0.1:" + PORT, "localhost:" + PORT):
            self.check(*run(self.NAME, address))

    def test_finds_tor(self):
        self.check(*run(self.NAME, TOR_CONTROL_IPC_PATH=SOCKET))

    def test_no_tor_is_an_error(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % probe.getsockname()[1]
            status, output, errors = run(self.NAME, address)
        self.assertEqual((status, output), (1, ""))
        self.assertRegex(errors, r"^hello: .*%s.*\n$" % re.escape(address))

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        self.check(*run(self.NAME, ADDRESS, valgrind=True))


class HelloInCpp(Hello):
    NAME = "cpp/hello"


if __name__ == "__main__":
    unittest.main(verbosity=2)
