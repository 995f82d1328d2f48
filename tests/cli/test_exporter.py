#!/usr/bin/env python3
"""torctl exporter: each line of its metrics, clients that are slow, wrong or many, and a tor that goes and comes."""
# ctest: live torrc="CountPrivateBandwidth 1" timeout=90

import http.client
import os
import re
import signal
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cli import (  # noqa: E402
    OK, PATIENCE, SOCKET, TORCTL, USAGE, VALGRIND, Running, has_valgrind, kill_tor, restarted_tor, stopped_tor, torctl)

SAMPLE = re.compile(r'^([a-z_]+)(?:\{([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"\})? (-?\d+(?:\.\d+)?)$')


def parse(text):
    """The samples, by name and label; checks what the format asks of each line."""
    samples, types = {}, {}
    assert text.endswith("\n")
    for line in text.splitlines():
        comment = re.match(r"^# (HELP|TYPE) ([a-z_]+) (.+)$", line)
        if comment:
            if comment[1] == "TYPE":
                assert comment[3] in ("gauge", "counter") and comment[2] not in types, line
                types[comment[2]] = comment[3]
            continue
        sample = SAMPLE.match(line)
        assert sample, line
        assert sample[1] in types, line
        key = (sample[1], sample[3]) if sample[2] else sample[1]
        assert key not in samples, line
        samples[key] = float(sample[4])
    return samples


class Exporter(Running):
    def __init__(self, *words):
        super().__init__("exporter", "--listen", "127.0.0.1:0", *words)
        self.url = self.line()
        self.port = int(re.match(r"^http://127\.0\.0\.1:(\d+)/metrics$", self.url)[1])

    def ask(self, path="/metrics", method="GET"):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        link.request(method, path)
        answer = link.getresponse()
        body = answer.read().decode()
        link.close()
        return answer.status, body

    def samples(self):
        status, body = self.ask()
        assert status == 200
        return parse(body)

    def say(self, data):
        """All that is answered to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as link:
            link.sendall(data)
            answer = b""
            try:
                while piece := link.recv(4096):
                    answer += piece
            except ConnectionResetError:
                pass
            return answer


class Metrics(unittest.TestCase):
    def test_what_is_there(self):
        with Exporter() as exporter:
            first = exporter.samples()
            self.assertEqual(first["tor_up"], 1)
            names = {key if isinstance(key, str) else key[0] for key in first}
            self.assertLessEqual({
                "tor_written_bytes", "tor_read_bytes", "tor_version", "tor_version_status", "tor_network_liveness",
                "tor_reachable", "tor_circuit_established", "tor_dormant", "tor_uptime", "tor_effective_rate",
                "tor_effective_burst_rate", "tor_nickname", "tor_connection_circuits"}, names)
            self.assertEqual(("tor_version", torctl("get", "version").text.split()[0]) in first, True)
            self.assertEqual(first["tor_circuit_established"], 0)
            while not exporter.samples()["tor_written_bytes"] > first["tor_written_bytes"]:
                pass
            self.assertEqual(exporter.end(signal.SIGTERM)[0], OK)

    def test_http(self):
        with Exporter() as exporter:
            self.assertEqual(exporter.ask("/")[0], 404)
            self.assertEqual(exporter.ask("/metrics?x=y")[0], 200)
            self.assertEqual(exporter.ask(method="POST")[0], 405)
            self.assertEqual(exporter.ask(method="HEAD"), (200, ""))
            self.assertTrue(exporter.say(b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 "))
            self.assertTrue(exporter.say(b"GET /metrics\0 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400 "))
            self.assertTrue(exporter.say(b"GET /metrics HTTP/1.1\r\nx: " + b"x" * 8169).startswith(b"HTTP/1.1 431 "))
            self.assertEqual(exporter.samples()["tor_up"], 1)

    def test_slow_and_many(self):
        """Those who send nothing to the end hold up nobody; more than there is room for replace each other."""
        with Exporter() as exporter:
            slow = [socket.create_connection(("127.0.0.1", exporter.port)) for _ in range(100)]
            for link in slow:
                link.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
            for _ in range(3):
                self.assertEqual(exporter.samples()["tor_up"], 1)
            for link in slow[-8:]:
                link.sendall(b"y\r\n\r\n")
                self.assertTrue(link.recv(64).startswith(b"HTTP/1.1 200 "))
            # One that is left alone is dropped after some time.
            slow[-9].settimeout(PATIENCE)
            self.assertEqual(slow[-9].recv(64), b"")
            for link in slow:
                link.close()

    def test_only_loopback(self):
        for place in ("0.0.0.0:9099", "192.0.2.1:1", "[::]:1", "127.0.0.1", "127.0.0.1:x", "localhost:80", ":1"):
            self.assertEqual(torctl("exporter", "--listen", place).code, USAGE, place)

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        import subprocess
        child = subprocess.Popen(VALGRIND + [TORCTL, "-c", SOCKET, "exporter", "--listen", "127.0.0.1:0"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        port = int(re.search(r":(\d+)/", child.stdout.readline())[1])
        for path in ("/metrics", "/", "/metrics"):
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            link.request("GET", path)
            link.getresponse().read()
            link.close()
        child.send_signal(signal.SIGINT)
        _output, errors = child.communicate(timeout=PATIENCE)
        self.assertEqual((child.returncode, errors), (0, ""))


class TorDies(unittest.TestCase):
    """The last: it kills tor."""

    def test_up_and_down(self):
        with Exporter() as exporter:
            self.assertEqual(exporter.samples()["tor_up"], 1)
            with stopped_tor():
                self.assertEqual(exporter.samples(), {"tor_up": 0})
            kill_tor()
            while exporter.samples()["tor_up"] == 1:
                pass
            self.assertEqual(exporter.samples(), {"tor_up": 0})
            with restarted_tor():
                while exporter.samples()["tor_up"] == 0:
                    pass
                self.assertIn("tor_read_bytes", exporter.samples())
                self.assertEqual(exporter.end(signal.SIGINT)[0], OK)


if __name__ == "__main__":
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Metrics, TorDies))
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
