#!/usr/bin/env python3
"""daemon: its service is there whenever a tor is, at the same address."""
# ctest: live

import os
import re
import signal
import stat
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import (  # noqa: E402
    ADDRESS, PATIENCE, ROOT, ControlError, Running, control, kill_tor, program, restarted_tor, run)

KEY_FILE = "onion_v3_private_key"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def has_service(key):
    """Whether tor has a service of this key: then it makes no second one."""
    with control() as other:
        try:
            other.command("ADD_ONION %s Flags=DiscardPK Port=1" % key)
        except ControlError as error:
            assert "550 Onion address collision" in str(error), error
            return True
        return False


@unittest.skipUnless(os.access(program("daemon"), os.X_OK), "skipped: it was not built, for want of libevent")
class Daemon(unittest.TestCase):
    NAME = "daemon"
    SOURCE = "daemon.c"
    LINES = 60

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="torctl-daemon-")
        self.addCleanup(directory.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(directory.name)

    def test_outlives_tor(self):
        kill_tor()
        with Running(self.NAME, ADDRESS) as daemon:
            daemon.wait_for(r"STATE WAITING ")
            with restarted_tor():
                daemon.wait_for(r"\w{56}\.onion is made\n")
                key = read(KEY_FILE).strip()
                self.assertEqual(stat.S_IMODE(os.stat(KEY_FILE).st_mode), 0o600)
                self.assertTrue(has_service(key))
            daemon.wait_for(r" is made\n(.*\n)*.*STATE WAITING ")
            with restarted_tor():
                daemon.wait_for(r"RESTORED ONION ")
                self.assertTrue(has_service(key))
                self.assertEqual(daemon.end(signal.SIGTERM), 0, daemon.text)
                (address,) = re.findall(r"(\w{56}\.onion) is made\n", daemon.text)
                self.assertIn('RESTORED ONION RESTORED WHICH="%s"' % address, daemon.text)
                self.its_end_is_that_of_its_service(key)
                self.a_key_file_of_bitcoin_core(key, address)
                self.a_file_that_is_no_key()

    def its_end_is_that_of_its_service(self, key):
        deadline = time.monotonic() + PATIENCE
        while has_service(key):
            self.assertLess(time.monotonic(), deadline)

    def a_key_file_of_bitcoin_core(self, key, address):
        """It has no line feed at its end."""
        with open(KEY_FILE, "w", encoding="utf-8") as file:
            file.write(key)
        with Running(self.NAME, ADDRESS) as daemon:
            daemon.wait_for(r"%s is made\n" % address)
            self.assertEqual(daemon.end(signal.SIGTERM), 0, daemon.text)

    def a_file_that_is_no_key(self):
        with open(KEY_FILE, "w", encoding="utf-8") as file:
            file.write("nonsense")
        with Running(self.NAME, ADDRESS) as daemon:
            daemon.wait_for(r"daemon: .*%s.*\n" % KEY_FILE)
            self.assertEqual(daemon.end(signal.SIGTERM), 0, daemon.text)

    def test_a_wrong_address_is_an_error(self):
        status, output, errors = run(self.NAME, "nonsense:")
        self.assertEqual((status, output), (1, ""))
        self.assertRegex(errors, r"\Adaemon: .*nonsense")

    def test_is_short(self):
        """Without includes, comments and blank lines."""
        text = re.sub(r"/\*.*?\*/", "", read(os.path.join(ROOT, "c-examples", self.SOURCE)), flags=re.S)
        lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#include")]
        self.assertLessEqual(len(lines), self.LINES)


class DaemonInCpp(Daemon):
    NAME = "cpp/daemon"
    SOURCE = "cpp/daemon.cpp"
    LINES = 46


if __name__ == "__main__":
    unittest.main(verbosity=2)
