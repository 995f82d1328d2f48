#!/usr/bin/env python3
"""torctl prompt and graph, in a terminal that is looked at (tmux), and prompt with lines from a pipe."""
# ctest: live torrc="CountPrivateBandwidth 1" timeout=90

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cli import (  # noqa: E402
    ADDRESS, OK, PATIENCE, REFUSED, TORCTL, Load, has_valgrind, kill_tor, restarted_tor, torctl)


class Tmux:
    """A command in a terminal of its own tmux."""

    def __init__(self, *words, rows=24, columns=80):
        self.directory = tempfile.TemporaryDirectory()
        self._socket = os.path.join(self.directory.name, "tmux")
        command = " ".join("'%s'" % word for word in words)
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                   "TERM=screen LC_ALL=C.UTF-8 %s; echo ended with $?; sleep 1000" % command)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self._tmux("kill-server")
        self.directory.cleanup()

    def _tmux(self, *words):
        return subprocess.run(["tmux", "-S", self._socket, *words], check=True, capture_output=True, text=True).stdout

    def type(self, *keys):
        self._tmux("send-keys", *keys)

    def screen(self):
        return self._tmux("capture-pane", "-p").rstrip("\n")

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.screen()):
            if time.monotonic() > deadline:
                raise AssertionError("no %r in\n%s" % (pattern, self.screen()))
            time.sleep(0.02)
        return self.screen()


def prompt(history="", **size):
    return Tmux(TORCTL, "--connect", ADDRESS, "prompt", "--history", history, **size)


@unittest.skipUnless(shutil.which("tmux"), "skipped: tmux is not installed")
class Terminal(unittest.TestCase):
    def test_commands(self):
        with prompt() as terminal:
            terminal.wait_for("^tor>$")
            terminal.type("GETINFO version", "Enter")
            terminal.wait_for(r"version=0\.[^\n]*\nOK\ntor>$")
            terminal.type("getinfo nope", "Enter")
            terminal.wait_for(r"552 Unrecognized key \"nope\"\ntor>$")
            terminal.type("/nope", "Enter")
            terminal.wait_for(r"/nope: /help says what there is\ntor>$")
            terminal.type("/help", "Enter")
            terminal.wait_for(r"/events KIND\.\.\.")
            terminal.type("/info nobody", "Enter")
            terminal.wait_for(r"(?s)torctl: .*\ntor>$")
            terminal.type("/quit", "Enter")
            terminal.wait_for("ended with 0")

    def test_completion(self):
        with prompt() as terminal:
            terminal.wait_for("^tor>$")
            for typed, whole in (("getinfo traffic/r", "getinfo traffic/read"), ("GETCONF sockspol", "GETCONF SocksPolicy"),
                                 ("SIGNAL newn", "SIGNAL NEWNYM"), ("/events ORC", "/events ORCONN"),
                                 ("DROPG", "DROPGUARDS"), ("/ev", "/events")):
                terminal.type(typed, "Tab")
                terminal.wait_for("tor> %s ?$" % whole)
                # Ctrl-C clears the line and goes on.
                terminal.type("C-c")
                terminal.wait_for("tor> %s ?\ntor>$" % whole)
            terminal.type("C-d")
            terminal.wait_for("ended with 0")

    def test_events_do_not_break_the_line(self):
        with prompt() as terminal, Load():
            terminal.wait_for("^tor>$")
            terminal.type("/events BW", "Enter")
            terminal.wait_for(r"BW read_bytes=\d+ written_bytes=\d+\ntor>$")
            terminal.type("GETINFO ver")
            terminal.wait_for(r"(?s)BW .*\ntor> GETINFO ver$")
            seen = terminal.screen().count(" BW ")
            while terminal.screen().count(" BW ") < seen + 2:
                self.assertRegex(terminal.screen(), r"tor> GETINFO ver$")
                self.assertEqual(terminal.screen().count("GETINFO ver"), 1)
            terminal.type("sion", "Enter")
            terminal.wait_for(r"tor> GETINFO version\nversion=0\.")
            terminal.type("/events", "Enter", "C-d")
            terminal.wait_for("ended with 0")

    def test_history(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "history")
            with open(path, "w") as file:
                file.write("GETINFO uptime\n")
            os.chmod(path, 0o644)
            with prompt(path) as terminal:
                terminal.wait_for("^tor>$")
                terminal.type("Up")
                terminal.wait_for("tor> GETINFO uptime$")
                terminal.type("C-u", "AUTHENTICATE \"secret1\"", "Enter", "SETCONF HashedControlPassword=secret2", "Enter",
                              "ADD_ONION ED25519-V3:secret3 Port=80", "Enter", " GETINFO secret4", "Enter",
                              "GETINFO version", "Enter", "GETINFO version", "Enter")
                terminal.wait_for(r"(?s)version=.*version=0[^\n]*\nOK\ntor>$")
                terminal.type("C-d")
                terminal.wait_for("ended with 0")
            with open(path) as file:
                self.assertEqual(file.read(), "GETINFO uptime\nGETINFO version\n")
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

    def test_default_history(self):
        with tempfile.TemporaryDirectory() as directory:
            with Tmux("env", "XDG_STATE_HOME=" + directory, TORCTL, "-c", ADDRESS, "prompt") as terminal:
                terminal.wait_for("^tor>$")
                terminal.type("/help", "Enter", "C-d")
                terminal.wait_for("ended with 0")
            path = os.path.join(directory, "torctl", "history")
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o777, 0o700)

    def test_graph(self):
        with Load(), Tmux(TORCTL, "--connect", ADDRESS, "graph") as terminal:
            terminal.wait_for(r"(?s)^Download \S+ k?B/s.*\nUpload   \S+ .B/s.*█")
            terminal.type("q")
            terminal.wait_for("^ended with 0$")

    def test_z_tor_is_killed_and_started(self):
        """The last: it kills tor."""
        with prompt() as terminal:
            terminal.wait_for("^tor>$")
            terminal.type("GETINFO ver")
            terminal.wait_for("tor> GETINFO ver$")
            kill_tor()
            terminal.wait_for(r"^\d\d:\d\d:\d\d STATE state=WAITING [^>]*\ntor> GETINFO ver$")
            terminal.type("sion", "Enter")
            terminal.wait_for(r"(?s)torctl: .*\ntor>$")
            with restarted_tor():
                terminal.wait_for(r"STATE state=READY ")
                terminal.type("GETINFO version", "Enter")
                terminal.wait_for(r"version=0\.[^\n]*\nOK\ntor>$")
                terminal.type("C-d")
                terminal.wait_for("ended with 0")


class Pipe(unittest.TestCase):
    def test_lines(self):
        answer = torctl("prompt", given=b"GETINFO version\n\n  GETCONF Nickname \r\n")
        self.assertEqual((answer.code, answer.errors), (OK, ""))
        self.assertRegex(answer.text, r"^version=0\.[^\n]*\nOK\nNickname\n$")
        self.assertEqual(torctl("prompt", given=b"GETINFO nope").code, REFUSED)
        self.assertEqual(torctl("prompt", given=b"QUIT\nGETINFO nope\n").code, OK)

    def test_without_end(self):
        answer = torctl("prompt", given=b"x" * 100000)
        self.assertIn("too long", answer.errors)

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        answer = torctl("prompt", given=b"GETINFO version\n/info x\n/events BW\n/events\nGETINFO uptime\n", valgrind=True)
        self.assertNotEqual(answer.code, 99, answer.errors)
        self.assertNotIn("==", answer.errors)


if __name__ == "__main__":
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Pipe, Terminal))
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
