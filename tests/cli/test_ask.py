#!/usr/bin/env python3
"""torctl get, conf, signal, newnym, health: what is asked and changed, as text and as JSON."""
# ctest: live auth=none,cookie,password timeout=90

import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cli import CONNECT, OK, REFUSED, USAGE, control, has_valgrind  # noqa: E402
import cli  # noqa: E402


def torctl(*words, **how):
    """With the password, if tor has one."""
    password = os.environ.get("TORCTL_TEST_PASSWORD")
    if not password:
        return cli.torctl(*words, **how)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(password + "\n")
        file.flush()
        return cli.torctl("--password-file", file.name, *words, **how)


def ask(question):
    with control() as tor:
        return tor.get_info(question)


class Get(unittest.TestCase):
    def test_one_key_is_its_value(self):
        answer = torctl("get", "version")
        self.assertEqual((answer.code, answer.errors), (OK, ""))
        self.assertRegex(answer.text, r"^0\.\d+\.\d+[^\n]*\n$")

    def test_several_keys(self):
        answer = torctl("get", "version", "signal/names", "config/names")
        self.assertEqual(answer.code, OK)
        lines = answer.text.splitlines()
        self.assertRegex(lines[0], r"^version=0\.")
        self.assertRegex(lines[1], r"^signal/names=RELOAD ")
        self.assertEqual(lines[2], "config/names=")
        self.assertIn("SocksPort Dependent", lines[3:])

    def test_a_refused_key_hides_no_other(self):
        answer = torctl("get", "version", "no/such/key")
        self.assertEqual(answer.code, REFUSED)
        self.assertRegex(answer.text, r"^version=0\.[^\n]*\n$")
        self.assertRegex(answer.errors, r'^torctl: .*552.*"no/such/key"')

    def test_json(self):
        answer = torctl("get", "--json", "version", "version", "config/names", "no/such/key")
        self.assertEqual(answer.code, REFUSED)
        # Each name once, so that no reader has to choose.
        self.assertEqual(answer.text.count('"version"'), 1)
        self.assertEqual(set(answer.json), {"version", "config/names", "no/such/key"})
        self.assertIsNone(answer.json["no/such/key"])
        self.assertIn("\nSocksPort Dependent\n", answer.json["config/names"])

    def test_options_stand_anywhere(self):
        for words in (["--json", "get", "version"], ["get", "--json", "version"], ["get", "version", "-j"]):
            self.assertIn("version", torctl(*words).json)


class Conf(unittest.TestCase):
    def tearDown(self):
        torctl("conf", "reset", "Nickname", "ContactInfo", "ExitNodes", "MapAddress")

    def test_set_get_reset(self):
        self.assertEqual(torctl("conf", "set", "Nickname=alice", 'ContactInfo=a "b" \\c=d').code, OK)
        self.assertEqual(torctl("conf", "get", "Nickname").text, "alice\n")
        self.assertEqual(torctl("conf", "get", "contactinfo", "Nickname").text,
                         'ContactInfo a "b" \\c=d\nNickname alice\n')
        self.assertEqual(torctl("conf", "get", "-j", "ContactInfo").json, {"ContactInfo": ['a "b" \\c=d']})
        self.assertIn("Nickname alice\n", torctl("conf", "get").text)
        answer = torctl("conf", "reset", "Nickname", "--json")
        self.assertEqual((answer.code, answer.json), (OK, {"ok": True}))
        answer = torctl("conf", "get", "Nickname")
        self.assertEqual((answer.code, answer.text), (OK, ""))
        self.assertEqual(torctl("conf", "get", "Nickname", "--json").json, {"Nickname": []})
        self.assertEqual(torctl("conf", "get", "Nickname", "ContactInfo").text.splitlines()[0], "Nickname")

    def test_lists(self):
        self.assertEqual(torctl("conf", "set", "MapAddress=a.test 192.0.2.1", "MapAddress=b.test 192.0.2.2").code, OK)
        self.assertEqual(torctl("conf", "get", "MapAddress").text, "a.test 192.0.2.1\nb.test 192.0.2.2\n")
        self.assertEqual(torctl("conf", "get", "MapAddress", "--json").json,
                         {"MapAddress": ["a.test 192.0.2.1", "b.test 192.0.2.2"]})

    def test_what_tor_refuses(self):
        answer = torctl("conf", "set", "Nickname=alice", "NoSuchOption=1")
        self.assertEqual(answer.code, REFUSED)
        self.assertRegex(answer.errors, "^torctl: .*NoSuchOption")
        self.assertEqual(torctl("conf", "get", "Nickname").text, "")
        self.assertEqual(torctl("conf", "get", "NoSuchOption").code, REFUSED)

    def test_usage(self):
        self.assertEqual(torctl("conf", "set", "Nickname").code, USAGE)
        self.assertEqual(torctl("conf").code, USAGE)

    def test_save(self):
        self.assertEqual(torctl("conf", "set", "ContactInfo=saved").code, OK)
        answer = torctl("conf", "save")
        self.assertEqual(answer.code, OK, answer.errors)
        with open(os.path.join(os.environ["TORCTL_TEST_DIR"], "torrc")) as torrc:
            self.assertIn("ContactInfo saved", torrc.read())

    def test_list(self):
        text = torctl("conf", "list").text
        self.assertRegex(text, r"(?m)^BandwidthRate +DataSize +1 GB$")
        rows = {row["name"]: row for row in torctl("conf", "list", "--json").json}
        self.assertEqual(rows["SocksPort"]["type"], "Dependent")
        self.assertEqual(rows["BandwidthRate"]["defaults"], ["1 GB"])
        self.assertNotRegex(text, "(?m) $")


class Orders(unittest.TestCase):
    def test_signal(self):
        with control() as tor:
            tor.command("SETEVENTS SIGNAL")
            for word, name in (("reload", "RELOAD"), ("USR1", "DUMP"), ("ClearDnsCache", "CLEARDNSCACHE")):
                self.assertEqual(torctl("signal", word).code, OK)
                tor.wait_event(lambda lines, name=name: lines[0] == "SIGNAL " + name)
        answer = torctl("signal", "nothing")
        self.assertEqual((answer.code, answer.text), (USAGE, ""))

    def test_newnym(self):
        self.assertEqual(torctl("newnym", "--no-wait", "--json").json, {"ok": True})

    def test_health(self):
        """tor's network is disabled, so it cannot be used."""
        answer = torctl("health")
        self.assertEqual(answer.code, REFUSED)
        self.assertRegex(answer.text, r"^DOWN  .*DisableNetwork is 1")
        self.assertRegex(answer.text, r"(?m)^CONNECTION +OK ")
        answer = torctl("health", "--json")
        self.assertEqual((answer.code, answer.json["verdict"]), (REFUSED, "DOWN"))
        self.assertEqual(answer.json["items"]["CONNECTION"]["level"], "OK")
        self.assertEqual(answer.json["items"]["BOOTSTRAP"]["reason"], "TORCTL_REASON_NETWORK_DISABLED")

    def test_empty_lists(self):
        for words in ("circuits", "streams", "relays", "onion status"):
            answer = torctl(*words.split())
            self.assertEqual((answer.code, answer.text), (OK, ""), words)
            self.assertEqual(torctl(*words.split(), "--json").json, [])

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        for words in ("get version no/such/key", "conf get", "conf list --json", "health --json", "circuits",
                      "relays --flag exit --sort name", "events BW -n 1"):
            answer = torctl(*words.split(), valgrind=True)
            self.assertNotEqual(answer.code, 99, answer.errors)
            self.assertNotRegex(answer.errors, re.escape("=="))


class Anew(unittest.TestCase):
    def test_shutdown(self):
        """The last: tor is gone after it."""
        self.assertEqual(torctl("signal", "HALT").code, OK)
        answer = torctl("get", "version")
        while answer.code == OK:
            answer = torctl("get", "version")
        self.assertEqual((answer.code, answer.text), (CONNECT, ""))


if __name__ == "__main__":
    # In the order of the classes here: the last ends tor.
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Get, Conf, Orders, Anew))
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
