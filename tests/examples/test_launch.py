#!/usr/bin/env python3
"""launch: a tor of the program's own in the private network, and its end."""
# ctest: network timeout=120

import glob
import os
import re
import signal
import socket
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import Running, has_valgrind, run  # noqa: E402
from traffic import open_through_socks  # noqa: E402

READY = r"tor \S+, process (\d+), takes SOCKS connections at \"127\.0\.0\.1:(\d+)\"\n"

# Of the client's torrc, what makes it one of this network.
NETWORK = ("DirAuthority", "TestingTorNetwork", "AssumeReachable", "PathsNeededToBuildCircuits")


def network_options():
    with open(os.path.join(os.environ["TORCTL_NET_DIR"], "client", "torrc"),
              encoding="utf-8") as torrc:
        lines = [line.strip().split(" ", 1) for line in torrc if " " in line]
    return ["=".join(line) for line in lines if line[0] in NETWORK]


def exists(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


class Launch(unittest.TestCase):
    def setUp(self):
        # Its temporary directories are made in here, so that what is left is seen.
        self.directory = tempfile.TemporaryDirectory(prefix="torctl-launch-")
        self.addCleanup(self.directory.cleanup)
        os.environ["TMPDIR"] = self.directory.name
        self.addCleanup(os.environ.pop, "TMPDIR")

    def left(self):
        return glob.glob(os.path.join(self.directory.name, "*"))

    def test_a_bootstraps_and_ends(self):
        with Running("launch", *network_options()) as example, \
                socket.create_server(("127.0.0.1", 0)) as server:
            example.wait_for(READY)
            (pid, port), = re.findall(READY, example.text)
            self.assertIn("100 % Done\n", example.text)
            self.assertEqual(len(self.left()), 1)
            self.assertTrue(exists(int(pid)))
            with open_through_socks(int(port), "launch.test", server.getsockname()[1]):
                server.accept()[0].close()
            status = example.end(signal.SIGINT)
            self.assertEqual(status, 0)
            self.assertFalse(exists(int(pid)))
            self.assertIn("tor has ended\n", example.text)
        self.assertEqual(self.left(), [])

    def test_b_ended_while_it_waits(self):
        with Running("launch", "DisableNetwork=1") as example:
            example.wait_for("0 % Starting")
            self.assertEqual(len(self.left()), 1)
            status = example.end(signal.SIGINT)
            self.assertEqual((status, example.text), (0, "0 % Starting\ntor has ended\n"))
        self.assertEqual(self.left(), [])

    def test_b_tor_dies(self):
        with Running("launch", *network_options()) as example:
            example.wait_for(READY)
            (pid, _port), = re.findall(READY, example.text)
            os.kill(int(pid), signal.SIGKILL)
            status = example.end()
            self.assertEqual(status, 1)
            self.assertIn("launch: tor went away: ", example.text)
        self.assertEqual(self.left(), [])

    def test_c_says_what_is_wrong(self):
        status, output, errors = run("launch", "NoSuchOption=1")
        self.assertEqual((status, output), (1, "tor has ended\n"))
        self.assertRegex(errors, r"^launch: tor ended with status 1: .*Unknown option 'NoSuchOption'")
        self.assertEqual(self.left(), [])

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_d_frees_everything(self):
        status, _output, errors = run("launch", "NoSuchOption=1", valgrind=True)
        self.assertEqual(status, 1, errors)
        self.assertEqual(self.left(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
