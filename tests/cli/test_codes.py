#!/usr/bin/env python3
"""torctl without tor, and with a tor that does not answer: exit codes, --help, the manual, completion, bridges."""
# ctest: live auth=both timeout=60

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cli import (  # noqa: E402
    ADDRESS, AUTH, CONNECT, OK, REFUSED, ROOT, SYSTEM, TIMEOUT, TORCTL, USAGE, stopped_tor, torctl)

BRIDGES = """Bridge 192.0.2.1:443
# a comment
obfs4 [2001:db8::1]:80 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA cert=abc iat-mode=0
"""


def commands():
    """The names of all commands, from --help."""
    text = torctl("--help", at=None).text
    part = text[text.index("Commands:"):text.index("torctl COMMAND --help")]
    return re.findall(r"(?m)^  (\S+(?: \S+)?)  ", part)


class Codes(unittest.TestCase):
    def test_no_tor(self):
        for at in ("unix:/nonexistent/control", "127.0.0.1:1"):
            answer = torctl("get", "version", at=at)
            self.assertEqual((answer.code, answer.text), (CONNECT, ""))
            self.assertRegex(answer.errors, r"^torctl: [^\n]*\n$")

    def test_no_address(self):
        self.assertEqual(torctl("get", "version", at="nowhere:x").code, USAGE)

    def test_timeout(self):
        with stopped_tor():
            self.assertEqual(torctl("-t", "0.2", "get", "version").code, TIMEOUT)
        self.assertEqual(torctl("--timeout", "0", "get", "version").code, USAGE)

    def test_wrong_password(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("wrong\n")
            file.flush()
            where = ("--cookie-file", "/nonexistent", "--password-file", file.name)
            self.assertEqual(torctl(*where, "get", "version").code, AUTH)
        self.assertEqual(torctl("--password-file", "/nonexistent", "get", "version").code, USAGE)

    def test_password_of_standard_input(self):
        given = os.environ["TORCTL_TEST_PASSWORD"].encode() + b"\r\n"
        answer = torctl("--cookie-file", "/nonexistent", "--password-file", "-", "get", "version", given=given)
        self.assertEqual(answer.code, OK, answer.errors)

    def test_environment(self):
        """Without an address it is the library that looks for tor, and for the password."""
        answer = torctl("get", "version", at=None, TOR_CONTROL_IPC_PATH=ADDRESS[5:])
        self.assertEqual(answer.code, OK, answer.errors)

    def test_ctrl_c(self):
        """A shell sees that it was Ctrl-C. The peer takes the connection and says nothing."""
        with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as silent:
            path = os.path.join(directory, "silent")
            silent.bind(path)
            silent.listen()
            child = subprocess.Popen([TORCTL, "-c", path, "get", "version"], stderr=subprocess.PIPE)
            peer, _address = silent.accept()
            peer.recv(1)
            child.send_signal(2)
            self.assertEqual(child.wait(), -2)
            self.assertEqual(child.stderr.read(), b"")
            child.stderr.close()
            peer.close()

    def test_full_disk(self):
        with open("/dev/full", "w") as full:
            ran = subprocess.run([TORCTL, "--version"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(ran.returncode, SYSTEM)
        self.assertIn(b"standard output", ran.stderr)

    def test_usage(self):
        for words in ([], ["no-such-command"], ["get"], ["get", "--no-such-option", "x"], ["conf"], ["circuits", "x"],
                      ["--connect"], ["relays", "--sort", "x"], ["relays", "-n", "-1"], ["events", "--flag", "x", "BW"]):
            answer = torctl(*words, at=None)
            self.assertEqual((answer.code, answer.text), (USAGE, ""), words)
            self.assertRegex(answer.errors, r"^torctl: [^\n]+\nusage: torctl [^\n]+\n$")


class Texts(unittest.TestCase):
    def test_help_of_each(self):
        self.assertGreater(len(commands()), 15)
        for name in commands():
            answer = torctl(*name.split(), "--help", at=None)
            self.assertEqual((answer.code, answer.errors), (OK, ""), name)
            self.assertTrue(answer.text.startswith("usage: torctl %s" % name))
            self.assertIn("Exit codes:", answer.text)
            self.assertLessEqual(max(map(len, answer.text.splitlines())), 79, name)
            self.assertNotRegex(answer.text, "(?m) $")
            self.assertEqual(torctl("help", *name.split(), at=None).text, answer.text)

    def test_version(self):
        self.assertRegex(torctl("--version", at=None).text, r"^torctl (\d+\.\d+\.\d+), library \1\n$")

    def test_what_is_committed_is_what_is_made(self):
        """`make -C cli manual` makes it anew."""
        for words, path in (("manual", "torctl.1"), ("completion bash", "completions/torctl.bash"),
                            ("completion zsh", "completions/_torctl"), ("completion fish", "completions/torctl.fish")):
            with open(os.path.join(ROOT, "cli", path)) as file:
                self.assertEqual(torctl(*words.split(), at=None).text, file.read(), path)

    def test_manual_has_everything(self):
        with open(os.path.join(ROOT, "cli", "torctl.1")) as file:
            manual = file.read()
        for name in commands():
            self.assertRegex(manual, r"(?m)^\.It Ic %s( |$)" % name)

    @unittest.skipUnless(shutil.which("mandoc"), "skipped: mandoc is not installed")
    def test_manual_is_mdoc(self):
        ran = subprocess.run(["mandoc", "-Tlint", "-Wwarning", os.path.join(ROOT, "cli", "torctl.1")],
                             capture_output=True, text=True, check=False)
        self.assertEqual((ran.returncode, ran.stdout), (0, ""))


class Completion(unittest.TestCase):
    def complete(self, *words):
        return torctl("complete", "--", *words, at=None).text.split()

    def test_tables(self):
        self.assertEqual(set(self.complete("")), {name.split()[0] for name in commands()})
        self.assertEqual(self.complete("conf", ""), [name.split()[1] for name in commands() if name.startswith("conf ")])
        self.assertEqual(self.complete("relays", "--so"), ["--sort"])
        self.assertEqual(self.complete("relays", "--sort", "b"), ["bandwidth"])
        self.assertEqual(self.complete("relays", "--flag", "ex"), ["Exit"])
        self.assertEqual(self.complete("trace", "record", "x", "onion", "a"), ["add"])
        self.assertEqual(self.complete("trace", "record", ""), [])

    def test_what_tor_knows(self):
        where = ("-c", ADDRESS)
        self.assertEqual(self.complete(*where, "get", "traffic/"), ["traffic/read", "traffic/written"])
        self.assertEqual(self.complete("conf", "--connect", ADDRESS, "get", "sockspol"), ["SocksPolicy"])
        self.assertEqual(self.complete("conf", "get", "--connect=" + ADDRESS, "sockspol"), ["SocksPolicy"])
        self.assertEqual(self.complete(*where, "signal", "newn"), ["NEWNYM"])
        self.assertEqual(self.complete(*where, "events", "ORC"), ["ORCONN"])

    @unittest.skipUnless(shutil.which("bash"), "skipped: bash is not installed")
    def test_bash(self):
        script = ('source "$1"; COMP_WORDS=(torctl -c "$2" get traffic/); COMP_CWORD=4; _torctl; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        ran = subprocess.run(
            ["bash", "-c", script, "bash", os.path.join(ROOT, "cli", "completions", "torctl.bash"), ADDRESS],
            env=dict(os.environ, PATH=os.path.dirname(TORCTL) + ":" + os.environ["PATH"]),
            capture_output=True, text=True, check=False)
        self.assertEqual((ran.stdout.split(), ran.stderr), (["traffic/read", "traffic/written"], ""))


class Bridges(unittest.TestCase):
    def test_good(self):
        answer = torctl("bridges", "check", at=None, given=BRIDGES.encode())
        self.assertEqual((answer.code, answer.errors), (OK, ""))
        self.assertRegex(answer.text, r"^line 1 +no transport +192\.0\.2\.1:443 +any identity\nline 3 +obfs4 ")
        rows = torctl("bridges", "check", "-j", at=None, given=BRIDGES.encode()).json
        self.assertEqual(rows[1]["arguments"], {"cert": "abc", "iat-mode": "0"})
        self.assertEqual((rows[1]["line"], rows[1]["port"]), (3, 80))

    def test_bad(self):
        answer = torctl("bridges", "check", at=None, given=b"obfs4 nowhere\n")
        self.assertEqual((answer.code, answer.text), (REFUSED, ""))
        self.assertIn("line 1", answer.errors)
        self.assertEqual(torctl("bridges", "check", at=None).code, REFUSED)
        self.assertEqual(torctl("bridges", "check", "/nonexistent", at=None).code, SYSTEM)
        self.assertEqual(torctl("bridges", "check", at=None, given=b"a\0b").code, SYSTEM)


if __name__ == "__main__":
    unittest.main(verbosity=2)
