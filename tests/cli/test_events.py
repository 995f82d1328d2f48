#!/usr/bin/env python3
"""torctl events, trace, onion, launch: what goes on and on, its ends, and recordings in place of tor."""
# ctest: live torrc="CountPrivateBandwidth 1" timeout=90

import os
import re
import signal
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cli import (  # noqa: E402
    CONNECT, OK, REFUSED, SYSTEM, USAGE, Running, control, has_valgrind, kill_tor, restarted_tor, torctl)

EVENTS = r"""torctl recording 1
= CONNECTED
> SETEVENTS CIRC
< 250 OK
< 650 CIRC 7 BUILT $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~x PURPOSE=GENERAL TIME_CREATED=2026-01-01T00:00:00.000000
< 650 CIRC x BUILT
< 650 NEWDESC $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~x $BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~y
< 650+NS
< r x\x1b[31m AAAA
< .
< 650 OK
< 650 NOTICE a\xff\x1bb
= ENDED CAUSE=EOF
"""
VALUE = r"""torctl recording 1
= CONNECTED
> GETINFO x
< 250-x=a\xff\xc0\xaf\x1b[31m"\\\x09\xc3\xa9\xf0\x9f\x98\x80\xed\xa0\x80
< 250 OK
= ENDED CAUSE=EOF
"""


class Events(unittest.TestCase):
    def test_lines(self):
        answer = torctl("events", "bw", "-n", "2")
        self.assertEqual((answer.code, answer.errors), (OK, ""))
        self.assertRegex(answer.text, r"^(\d\d:\d\d:\d\d BW read_bytes=\d+ written_bytes=\d+\n){2}$")

    def test_json_lines(self):
        for row in torctl("events", "BW", "CIRC", "--json", "--count=2").json_lines:
            self.assertEqual(row["event"], "BW")
            self.assertEqual(set(row), {"event", "arrival_unix_us", "read_bytes", "written_bytes"})

    def test_all(self):
        """Each kind that this tor has, but for the two that would drown the others."""
        with control() as tor:
            names = set(tor.get_info("events/names").split()) - {"DEBUG", "INFO"}
        answer = torctl("trace", "show", "events", "all", "-n", "1")
        asked = re.findall("(?m)^> SETEVENTS (.*)$", answer.errors)[-1]
        self.assertEqual(set(asked.split()), names)

    def test_unknown_kinds(self):
        answer = torctl("events", "NO_SUCH_KIND")
        self.assertEqual((answer.code, answer.text), (REFUSED, ""))
        self.assertIn("NO_SUCH_KIND", answer.errors)
        self.assertEqual(torctl("events").code, USAGE)
        self.assertEqual(torctl("events", "BW", "--count", "x").code, USAGE)

    def test_ctrl_c(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with Running("events", "BW") as running:
                self.assertIn(" BW ", running.line())
                code, _output, errors = running.end(number)
                self.assertEqual((code, errors), (OK, ""))

    def test_reader_goes_away(self):
        with Running("events", "BW") as running:
            running.line()
            running.child.stdout.close()
            self.assertEqual(running.child.wait(), -signal.SIGPIPE)

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        for words in ("events ALL -n 2", "events BW -j -n 1", "onion add 80 -d", "graph -n 1"):
            answer = torctl(*words.split(), valgrind=True)
            self.assertEqual((answer.code, answer.errors), (OK, ""), words)


class Traces(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def write(self, text):
        path = os.path.join(self.directory.name, "recording")
        with open(path, "w") as file:
            file.write(text)
        return path

    def test_record_and_replay(self):
        path = os.path.join(self.directory.name, "made")
        answer = torctl("trace", "record", path, "get", "version", "--json")
        self.assertEqual(answer.code, OK, answer.errors)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        again = torctl("trace", "replay", path, "get", "version", "--json", at=None)
        self.assertEqual((again.code, again.json), (OK, answer.json))
        self.assertEqual(torctl("trace", "record", path, "get", "version").code, SYSTEM)
        self.assertEqual(torctl("trace", "replay", path, "get", "traffic/read", at=None).code, REFUSED)
        self.assertEqual(torctl("trace", "replay", path, "trace", "show", "circuits", at=None).code, USAGE)

    def test_any_bytes(self):
        """As they are in a pipe, and as U+FFFD in JSON, beside what is UTF-8."""
        path = self.write(VALUE)
        answer = torctl("trace", "replay", path, "get", "x", at=None)
        self.assertEqual(answer.output, b'a\xff\xc0\xaf\x1b[31m"\\\t' + "é😀".encode() + b"\xed\xa0\x80\n")
        answer = torctl("trace", "replay", path, "get", "x", "-j", at=None)
        self.assertEqual(answer.json, {"x": 'a\ufffd\ufffd\ufffd\x1b[31m"\\\té😀\ufffd\ufffd\ufffd'})

    def test_events_of_all_shapes(self):
        kinds = ("events", "CIRC", "NEWDESC", "NS", "NOTICE")
        answer = torctl("trace", "replay", self.write(EVENTS), *kinds, "--json", at=None)
        self.assertEqual(answer.code, CONNECT)
        built, malformed, newdesc, entries, notice = answer.json_lines
        self.assertEqual((built["id"], built["purpose"], built["time_created_unix_us"]),
                         (7, "GENERAL", 1767225600000000))
        self.assertEqual((malformed["id"], malformed["malformed"]), ("x", True))
        self.assertEqual((newdesc["count"], len(newdesc["args"])), (2, 2))
        self.assertEqual(entries["document"], "r x\x1b[31m AAAA\n")
        self.assertEqual(notice["text"], "a\ufffd\x1bb")
        answer = torctl("trace", "replay", self.write(EVENTS), *kinds, at=None)
        # Nothing that a terminal would take for a command.
        self.assertNotIn("\x1b", answer.text)
        self.assertIn(" NEWDESC count=2 $AAAAAAAA", answer.text)
        self.assertIn("\n    r x\\x1b[31m AAAA\n", answer.text)
        self.assertIn("TIME_CREATED".lower() + "_unix_us=2026-01-01T00:00:00Z", answer.text)


class Onions(unittest.TestCase):
    def test_detached(self):
        made = torctl("onion", "add", "80=8080", "--detach", "--json")
        self.assertEqual(made.code, OK, made.errors)
        address = made.json["address"]
        self.assertRegex(address, r"^[a-z2-7]{56}\.onion$")
        rows = {row["address"]: row for row in torctl("onion", "status", "-j").json}
        self.assertTrue(rows[address]["detached"])
        self.assertRegex(torctl("onion", "status", address).text, "(?m)^%s +detached +0 +0$" % re.escape(address))
        self.assertEqual(torctl("onion", "del", address).code, OK)
        self.assertEqual(torctl("onion", "del", address).code, REFUSED)

    def test_it_ends_with_the_command_and_keeps_its_key(self):
        with tempfile.TemporaryDirectory() as directory:
            key = os.path.join(directory, "key")
            addresses = set()
            for _ in range(2):
                with Running("onion", "add", "80", "--key-file", key) as running:
                    addresses.add(running.line())
                    self.assertEqual(running.end(signal.SIGINT)[0], OK)
            self.assertEqual(len(addresses), 1)
            self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)

    def test_usage(self):
        for word in ("x", "0", "65536", "80x"):
            self.assertEqual(torctl("onion", "add", word).code, USAGE, word)
        self.assertEqual(torctl("onion", "add", "80=:::").code, USAGE)


class Launch(unittest.TestCase):
    def test_it_ends_with_the_command(self):
        with Running("launch", "--no-bootstrap", "--json", "DisableNetwork=1", "SocksPort=auto", at=None) as running:
            import json
            ready = json.loads(running.line())
            self.assertEqual(ready["event"], "ready")
            os.kill(ready["pid"], 0)
            code, _output, errors = running.end(signal.SIGINT)
            self.assertEqual((code, errors), (OK, ""))
            with self.assertRaises(ProcessLookupError):
                os.kill(ready["pid"], 0)
            self.assertFalse(os.path.exists(ready["data_directory"]))

    def test_mistakes(self):
        answer = torctl("launch", "NoSuchOption=1", at=None)
        self.assertEqual(answer.code, REFUSED)
        self.assertIn("NoSuchOption", answer.errors)
        self.assertEqual(torctl("launch", "SocksPort", at=None).code, USAGE)
        self.assertEqual(torctl("launch", "--tor", "/nonexistent", at=None).code, CONNECT)


class TorDies(unittest.TestCase):
    """The last: it kills tor."""

    def test_it_says_so(self):
        with Running("events", "BW") as ends, Running("events", "BW", "STATE", "--reconnect", "--json") as stays:
            self.assertIn(" BW ", ends.line())
            stays.line()
            kill_tor()
            code, _output, errors = ends.end()
            self.assertEqual(code, CONNECT)
            self.assertRegex(errors, "^torctl: tor ")
            with restarted_tor():
                line = stays.line()
                while '"event":"BW"' in line:
                    line = stays.line()
                self.assertIn('"event":"STATE"', line)
                while '"event":"BW"' not in line:
                    line = stays.line()
                self.assertEqual(stays.end(signal.SIGINT)[0], OK)


if __name__ == "__main__":
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(
        loader.loadTestsFromTestCase(case) for case in (Events, Traces, Onions, Launch, TorDies))
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
