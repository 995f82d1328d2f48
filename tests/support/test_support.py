#!/usr/bin/env python3
"""Tests of the test support: tors come up, carry bytes, and leave nothing.

    python3 tests/support/test_support.py [-v]
"""

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from control import PATIENCE, Control, ControlError  # noqa: E402
from janitor import tors_of  # noqa: E402
from network import AUTHORITIES, RELAYS, Network  # noqa: E402
from tor_process import (  # noqa: E402
    AUTH_MODES, SKIPPED, TorFailed, TorProcess, Workspace, find_program, free_ports)
from traffic import Traffic, constant, wave  # noqa: E402


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Served:
    """A support program in --serve mode, as the Rust tests use it."""

    def __init__(self, *args):
        self.child = subprocess.Popen(
            [sys.executable, os.path.join(HERE, args[0])] + list(args[1:]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.values = {}
        for line in self.child.stdout:
            line = line.decode().rstrip("\n")
            if line == "READY":
                return
            name, self.values[name] = line.split("=", 1)
        raise AssertionError("%s ended with %d" % (args[0], self.child.wait()))

    def close(self):
        self.child.stdin.close()
        self.child.stdout.close()
        return self.child.wait(timeout=PATIENCE)


class OneTor(unittest.TestCase):
    def test_each_authentication_mode_answers_on_port_and_socket(self):
        for mode in AUTH_MODES:
            with self.subTest(mode=mode), Workspace() as space:
                tor = TorProcess(space, "tor", ["DisableNetwork 1", "SocksPort 0"], auth=mode)
                tor.start()
                tor.wait_ready()
                secrets = [{}] if mode == "none" else []
                if mode in ("cookie", "both"):
                    secrets.append({"cookie_file": tor.cookie_file})
                if mode in ("password", "both"):
                    secrets.append({"password": tor.password})
                for secret in secrets:
                    for address in (tor.socket, ("127.0.0.1", tor.port())):
                        with Control(address, **secret) as control:
                            self.assertEqual(control.get_info("process/pid"), str(tor.pid))
                if mode != "none":
                    with self.assertRaises(ControlError):
                        Control(tor.socket)
                self.assertEqual(os.stat(tor.directory).st_mode & 0o777, 0o700)

    def test_reads_no_torrc_but_its_own(self):
        with Workspace() as space:
            tor = TorProcess(space, "tor", ["DisableNetwork 1", "SocksPort 0"])
            tor.start()
            tor.wait_ready()
            with tor.control() as control:
                self.assertEqual(control.get_info("config-file"), tor.torrc)
                self.assertFalse(os.path.exists(control.get_info("config-defaults-file")))

    def test_failure_carries_the_last_words_of_tor(self):
        with Workspace() as space:
            tor = TorProcess(space, "tor", ["NoSuchOption 1"])
            tor.start()
            with self.assertRaisesRegex(TorFailed, "NoSuchOption"):
                tor.wait_ready()

    def test_nothing_is_left_after_a_stopped_tor(self):
        with Workspace() as space:
            tor = TorProcess(space, "tor", ["DisableNetwork 1", "SocksPort 0"])
            tor.start()
            tor.wait_ready()
            os.kill(tor.pid, signal.SIGSTOP)
        self.assertFalse(os.path.exists(space.directory))
        self.assertEqual(tors_of(space.directory), [])

    def test_exit_status_of_the_command_is_kept(self):
        tool = os.path.join(HERE, "run_with_tor.py")
        for status in (0, 7, SKIPPED):
            answer = subprocess.run(
                [sys.executable, tool, "--", "sh", "-c", "exit %d" % status], check=False)
            self.assertEqual(answer.returncode, status)

    def test_missing_tor_is_a_skip(self):
        tool = os.path.join(HERE, "run_with_tor.py")
        answer = subprocess.run(
            [sys.executable, tool, "--", "true"], check=False, stderr=subprocess.PIPE,
            env=dict(os.environ, TORCTL_TOR="/nonexistent/tor"))
        self.assertEqual(answer.returncode, SKIPPED)
        self.assertIn(b"not installed", answer.stderr)

    def test_serving_ends_with_standard_input(self):
        served = Served("run_with_tor.py", "--serve")
        directory = served.values["TORCTL_TEST_DIR"]
        self.assertTrue(tors_of(directory))
        self.assertEqual(served.close(), 0)
        self.assertFalse(os.path.exists(directory))
        self.assertEqual(tors_of(directory), [])

    def test_everything_goes_with_a_killed_owner(self):
        served = Served("run_with_tor.py", "--serve")
        directory = os.path.dirname(served.values["TORCTL_TEST_DIR"])
        served.child.kill()
        served.close()
        self.assertTrue(wait_until(lambda: not os.path.exists(directory)))
        self.assertEqual(tors_of(directory), [])


class Interrupted(unittest.TestCase):
    """A signal at any moment of the network's life leaves nothing behind."""

    def interrupt(self, number, after_text):
        with tempfile.TemporaryDirectory() as place:
            child = subprocess.Popen(
                [sys.executable, os.path.join(HERE, "network.py"), "--progress", "lines",
                 "run", "--", "sh", "-c", "echo command runs >&2; exec sleep 600"],
                stderr=subprocess.PIPE, env=dict(os.environ, TMPDIR=place))
            try:
                self.assertTrue(_read_until(child.stderr, after_text), after_text)
                directories = [os.path.join(place, name) for name in os.listdir(place)]
                self.assertEqual(len(directories), 1)
                child.send_signal(number)
                self.assertEqual(child.wait(timeout=PATIENCE), 128 + number)
                self.assertEqual(os.listdir(place), [])
                self.assertEqual(tors_of(directories[0]), [])
            finally:
                child.kill()
                child.wait()
                child.stderr.close()

    def test_interrupt_while_it_starts(self):
        self.interrupt(signal.SIGINT, b"starting six tors")

    def test_terminate_while_it_votes(self):
        self.interrupt(signal.SIGTERM, b"authorities vote")

    def test_interrupt_while_the_command_runs(self):
        self.interrupt(signal.SIGINT, b"command runs")


def _read_until(stream, text):
    deadline = time.monotonic() + PATIENCE
    seen = b""
    while text not in seen:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            return False
        piece = os.read(stream.fileno(), 4096)
        if not piece:
            return False
        seen += piece
    return True


class WholeNetwork(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.network.start()

    @classmethod
    def tearDownClass(cls):
        directory = cls.network.directory
        cls.network.stop()
        assert not os.path.exists(directory)
        assert tors_of(directory) == []

    def test_every_relay_is_an_exit_and_a_guard(self):
        with self.network.client.control() as control:
            flags = [line for line in control.get_info("ns/all").split("\n")
                     if line.startswith("s ")]
        self.assertEqual(len(flags), len(AUTHORITIES) + len(RELAYS))
        for line in flags:
            for flag in ("Exit", "Guard", "HSDir", "Running", "Valid"):
                self.assertIn(flag, line.split())

    def test_environment_names_every_tor(self):
        values = self.network.environment()
        fingerprints = dict(word.split("=") for word in values["TORCTL_NET_RELAYS"].split())
        self.assertEqual(set(fingerprints), set(AUTHORITIES + RELAYS))
        for name, fingerprint in fingerprints.items():
            path = values["TORCTL_NET_%s_CONTROL_SOCKET" % name.upper()]
            cookie = os.path.join(values["TORCTL_NET_DIR"], name, "cookie")
            with Control(path, cookie_file=cookie) as control:
                self.assertEqual(control.get_info("fingerprint"), fingerprint)
        address = ("127.0.0.1", int(values["TORCTL_NET_CONTROL_PORT"]))
        with Control(address, password=values["TORCTL_NET_PASSWORD"]) as control:
            self.assertEqual(control.get_info("process/pid"), values["TORCTL_NET_CLIENT_PID"])

    def test_names_resolve_through_the_exits(self):
        with self.network.client.control() as control:
            control.command("SETEVENTS ADDRMAP")
            for command, start in (("RESOLVE some.test", "ADDRMAP some.test 127.0.0.1 "),
                                   ("RESOLVE mode=reverse 192.0.2.7",
                                    "ADDRMAP 192.0.2.7 host-7.test "),
                                   ("RESOLVE nowhere.invalid", "ADDRMAP nowhere.invalid <error> ")):
                control.command(command)
                event = control.wait_event(lambda lines: lines[0].startswith("ADDRMAP"))
                self.assertTrue(event and event[0].startswith(start), event)

    def test_traffic_flows_both_ways_and_no_faster_than_the_given_rate(self):
        down, up = 400_000, 100_000
        threads = threading.enumerate()
        with Traffic(self.network.socks_port, constant(down), constant(up)) as traffic:
            self.assertTrue(wait_until(lambda: traffic.received_down and traffic.received_up),
                            traffic.last_error)
            began = time.monotonic()
            before = traffic.received_down, traffic.received_up
            self.assertTrue(wait_until(lambda: traffic.received_down - before[0] > 3 * down))
            seconds = time.monotonic() - began
            self.assertTrue(wait_until(lambda: traffic.received_up - before[1] > 3 * up / 2))
        self.assertGreater(seconds, 2.0)
        self.assertEqual(threading.enumerate(), threads)


class SmallParts(unittest.TestCase):
    def test_wave_stays_between_its_limits(self):
        values = [wave(1000)(second / 4) for second in range(400)]
        self.assertGreaterEqual(min(values), 100)
        self.assertLessEqual(max(values), 1000)
        self.assertGreater(max(values) - min(values), 500)

    def test_free_ports_are_distinct(self):
        self.assertEqual(len(set(free_ports(50))), 50)


if __name__ == "__main__":
    if find_program("tor") is None or find_program("tor-gencert") is None:
        sys.stderr.write("skipped: tor is not installed\n")
        sys.exit(SKIPPED)
    unittest.main()
