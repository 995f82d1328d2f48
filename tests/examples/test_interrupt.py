#!/usr/bin/env python3
"""interrupt: Ctrl-C while it connects, while it asks a tor that is stopped, and while it waits."""
# ctest: live

import os
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import (  # noqa: E402
    ADDRESS, PATIENCE, SOCKET, TOR_PID, Running, has_valgrind, kill_tor, run)


def is_asleep(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def wait_asleep(pid, seconds=PATIENCE):
    """Returns when the process waits for something."""
    end = time.monotonic() + seconds
    seen = 0
    while seen < 5:
        seen = seen + 1 if is_asleep(pid) else 0
        if time.monotonic() > end:
            raise AssertionError("the example does not wait")
        time.sleep(0.002)


class Between:
    """Passes bytes between the example and tor, and stops tor when this command passes."""

    def __init__(self, path, command):
        self.address = "unix:" + path
        self.command = command
        self.has_stopped = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(1)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        example, _address = self._listener.accept()
        tor = socket.socket(socket.AF_UNIX)
        tor.connect(SOCKET)
        threading.Thread(target=self._copy, args=(tor, example), daemon=True).start()
        self._copy(example, tor)

    def _copy(self, source, sink):
        while True:
            data = source.recv(65536)
            if self.command in data:
                os.kill(TOR_PID, signal.SIGSTOP)
                self.has_stopped.set()
            if not data:
                sink.close()
                return
            try:
                sink.sendall(data)
            except OSError:
                return  # the example has ended

    def close(self):
        os.kill(TOR_PID, signal.SIGCONT)
        self._listener.close()


class Interrupt(unittest.TestCase):
    def interrupt(self, example):
        status = example.end(signal.SIGINT)
        self.assertEqual((status, example.text.splitlines()[-1]), (0, "interrupted"))

    def test_a_in_a_queue(self):
        with Running("interrupt", ADDRESS) as example:
            example.wait_for("bytes read")
            wait_asleep(example.child.pid)
            self.interrupt(example)

    def test_b_in_a_request_to_a_stopped_tor(self):
        with tempfile.TemporaryDirectory() as directory:
            between = Between(os.path.join(directory, "tor"), b"GETINFO traffic/read")
            try:
                with Running("interrupt", between.address) as example:
                    self.assertTrue(between.has_stopped.wait(30))
                    wait_asleep(example.child.pid)
                    self.interrupt(example)
                    self.assertNotIn("bytes read", example.text)
            finally:
                between.close()

    def test_c_in_connect(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "tor")
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(path)
                listener.listen(1)
                with Running("interrupt", "unix:" + path) as example:
                    # It has connected, and waits for an answer that does not come.
                    silent, _address = listener.accept()
                    with silent:
                        self.assertTrue(silent.recv(64).startswith(b"PROTOCOLINFO"))
                        wait_asleep(example.child.pid)
                        self.interrupt(example)

    def test_d_no_tor(self):
        status, output, errors = run("interrupt", "unix:/nonexistent")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("/nonexistent", errors)

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_e_frees_everything(self):
        status, _output, _errors = run("interrupt", "unix:/nonexistent", valgrind=True)
        self.assertEqual(status, 1)

    def test_f_tor_dies(self):
        with Running("interrupt", ADDRESS) as example:
            example.wait_for("bytes read")
            kill_tor()
            self.assertEqual(example.end(), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
