#!/usr/bin/env python3
"""torctl circuits, streams, relays, resolve, newnym, onion, health in a network: what there is to list and to wait for."""
# ctest: network timeout=90

import os
import signal
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cli import NET_ADDRESS, OK, REFUSED, Running, Greeter, hear, net_control, torctl  # noqa: E402
from example import NET_RELAYS, NET_SOCKS_PORT, open_through_socks  # noqa: E402


def net(*words, **how):
    return torctl(*words, at=NET_ADDRESS, **how)


class Lists(unittest.TestCase):
    def test_relays(self):
        answer = net("relays", "--json")
        self.assertEqual(answer.code, OK, answer.errors)
        self.assertEqual({row["nickname"] for row in answer.json}, set(NET_RELAYS))
        for row in answer.json:
            self.assertEqual(row["fingerprint"], NET_RELAYS[row["nickname"]].lstrip("$"))
        text = net("relays").text.splitlines()
        self.assertEqual(text[0].split(), ["NAME", "FINGERPRINT", "ADDRESS", "CC", "BANDWIDTH", "FLAGS"])
        self.assertEqual(len(text), 1 + len(NET_RELAYS))
        self.assertEqual(len({line.index(line.split()[1]) for line in text}), 1)

    def test_which_relays(self):
        rows = net("relays", "-j").json
        exits = {row["nickname"] for row in rows if "Exit" in row["flags"].split()}
        self.assertEqual({row["nickname"] for row in net("relays", "-j", "--flag", "exit,RUNNING").json}, exits)
        self.assertEqual(net("relays", "--flag", "nosuchflag").text, "")
        names = [row["nickname"].lower() for row in net("relays", "-j", "--sort=name").json]
        self.assertEqual(names, sorted(names))
        rates = [row.get("bandwidth_bytes_per_second", 0) for row in net("relays", "-j", "--sort=bandwidth").json]
        self.assertEqual(rates, sorted(rates, reverse=True))
        self.assertEqual(len(net("relays", "-j", "-n", "2").json), 2)
        by_country = {row["nickname"]: row.get("country") for row in rows}
        for country in set(by_country.values()) - {None}:
            found = net("relays", "-j", "--country", country.upper() + ",zz").json
            self.assertEqual({row["nickname"] for row in found},
                             {name for name, where in by_country.items() if where == country})
        self.assertEqual(net("relays", "-j", "--country", "zz").json, [])

    def test_circuits_and_streams(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.check_stream(server.getsockname()[1])

    def check_stream(self, port):
        """Of a connection that nobody answers, and that stays."""
        with open_through_socks(NET_SOCKS_PORT, "127.0.0.1", port):
            streams = net("streams", "--json").json
            stream = [row for row in streams if row["target"] == "127.0.0.1:%d" % port][0]
            circuits = {row["id"]: row for row in net("circuits", "--json").json}
            self.assertEqual(circuits[stream["circ_id"]]["status"], "BUILT")
            self.assertEqual(circuits[stream["circ_id"]]["path_count"], 3)
            text = net("circuits").text
            self.assertRegex(text, r"^ID +STATUS +PURPOSE +AGE +PATH\n")
            self.assertRegex(text, r"(?m)^%s +BUILT +\S+ +\d+ s +\S+ > \S+ > \S+$" % stream["circ_id"])
            self.assertRegex(net("streams").text, r"(?m)^%s +\S+ +%s +127\.0\.0\.1:%d$" % (
                stream["id"], stream["circ_id"], port))


class Orders(unittest.TestCase):
    def test_health(self):
        answer = net("health", "--json")
        self.assertEqual((answer.code, answer.json["bootstrap_percent"]), (OK, 100))

    def test_resolve(self):
        self.assertEqual(net("resolve", "192.0.2.7").text, "192.0.2.7\n")
        answer = net("resolve", "--json", "no-such-name.invalid", "192.0.2.7")
        self.assertEqual(answer.code, REFUSED)
        self.assertEqual(answer.json, {"no-such-name.invalid": None, "192.0.2.7": "192.0.2.7"})

    def test_newnym(self):
        self.assertEqual(net("newnym").code, OK)

    def test_onion(self):
        """It is published, and somebody who visits it is heard; after the command it is gone."""
        with Greeter() as greeter:
            with Running("onion", "add", "80=%d" % greeter.port, "--wait", at=NET_ADDRESS) as running:
                address = running.line()
                self.assertEqual(running.line(), "published")
                self.assertEqual(hear(address, 80), b"hello")
                self.assertEqual(running.end(signal.SIGINT)[0], OK)
            with net_control() as tor:
                self.assertNotIn(address[:-6], tor.get_info("onions/current") + tor.get_info("onions/detached"))

    def test_onion_status(self):
        with Greeter() as greeter:
            address = net("onion", "add", "80=%d" % greeter.port, "--detach").text.strip()
            try:
                row = net("onion", "status", address, "--wait", "--json").json[0]
                self.assertEqual((row["address"], row["detached"]), (address, True))
                self.assertGreaterEqual(row["uploaded"], 1)
            finally:
                self.assertEqual(net("onion", "del", address).code, OK)


if __name__ == "__main__":
    unittest.main(verbosity=2)
