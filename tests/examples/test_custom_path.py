#!/usr/bin/env python3
"""custom_path: a circuit of named relays, and a stream through it to its exit."""
# ctest: network serial timeout=120

import contextlib
import os
import re
import signal
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import PATIENCE, Control, Running, has_valgrind, run  # noqa: E402
from traffic import open_through_socks  # noqa: E402

NET = {name: os.environ.get("TORCTL_NET_" + name, "")
       for name in ("CONTROL_SOCKET", "COOKIE_FILE", "SOCKS_PORT", "RELAYS")}
ADDRESS = "unix:" + NET["CONTROL_SOCKET"]
RELAYS = dict(pair.split("=") for pair in NET["RELAYS"].split())
PATH = ["relay1", "auth1", "relay2"]


def ask(key):
    with Control(NET["CONTROL_SOCKET"], cookie_file=NET["COOKIE_FILE"]) as control:
        return control.get_info(key)


def option():
    with Control(NET["CONTROL_SOCKET"], cookie_file=NET["COOKIE_FILE"]) as control:
        return str(control.command("GETCONF __LeaveStreamsUnattached"))


class CustomPath(unittest.TestCase):
    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(PATIENCE)
        self.port = self.server.getsockname()[1]

    def tearDown(self):
        self.server.close()
        self.assertIn("__LeaveStreamsUnattached=0", option())

    def exchange(self, host="custom-path.test"):
        """Bytes there and back, through tor."""
        with open_through_socks(int(NET["SOCKS_PORT"]), host, self.port) as link:
            answering, _address = self.server.accept()
            with answering:
                link.sendall(b"ping")
                self.assertEqual(answering.recv(4), b"ping")
                answering.sendall(b"pong")
                self.assertEqual(link.recv(4), b"pong")
                return ask("stream-status")

    @contextlib.contextmanager
    def built(self, relays):
        """The example with its circuit."""
        with Running("custom_path", "--tor", ADDRESS, *relays) as example:
            example.wait_for(r"circuit \d+: %s\n" % " ".join(PATH))
            yield example

    def check(self, relays):
        with self.built(relays) as example:
            circuit, = re.findall(r"circuit (\d+):", example.text)
            # Between the lines, the attacher has been set.
            self.assertIn("__LeaveStreamsUnattached=1", option())
            path = [line.split()[2] for line in ask("circuit-status").splitlines()
                    if line.startswith(circuit + " BUILT ")]
            self.assertEqual(path, [",".join("$%s~%s" % (RELAYS[name], name) for name in PATH)])
            status = self.exchange()
            self.assertRegex(status, r"\d+ SUCCEEDED %s \S+:%d" % (circuit, self.port))
            example.wait_for(r"stream (\d+) to custom-path\.test:%d: NEW\n" % self.port)
            example.wait_for(r"to \S+:%d: SUCCEEDED on circuit %s\n" % (self.port, circuit))
            status = example.end(signal.SIGINT)
            self.assertEqual(status, 0, example.text)
            self.assertNotIn("tor chooses", example.text)

    def test_a_by_nickname(self):
        self.check(PATH)

    def test_b_by_fingerprint(self):
        self.check(["$" + RELAYS[name] for name in PATH])

    def test_c_afterwards_tor_chooses(self):
        self.assertRegex(self.exchange(), r"SUCCEEDED \d+ \S+:%d" % self.port)

    def test_d_ends_when_told(self):
        with self.built(PATH) as example:
            status = example.end(signal.SIGTERM)
            self.assertEqual(status, 0)

    def test_e_no_such_relay(self):
        status, output, errors = run("custom_path", "--tor", ADDRESS, "0" * 40, "relay1")
        self.assertEqual((status, output), (1, ""))
        self.assertRegex(errors, r"^custom_path: tor refused: 552 ")

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_f_frees_everything(self):
        status, _output, errors = run("custom_path", "--tor", ADDRESS, "0" * 40, "relay1", valgrind=True)
        self.assertEqual(status, 1, errors)


if __name__ == "__main__":
    unittest.main(verbosity=2)
