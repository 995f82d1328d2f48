#!/usr/bin/env python3
"""bandwidth: the graph at several sizes, its ways to end, and the plain lines."""
# ctest: live torrc="CountPrivateBandwidth 1" timeout=120

import os
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import (  # noqa: E402
    ADDRESS, PATIENCE, PORT, Load, Running, control, has_valgrind, kill_tor, program, run, stopped_tor)
from screen import Terminal  # noqa: E402
from tor_process import TorProcess, Workspace  # noqa: E402

GUTTER = 9
BARS = "▁▂▃▄▅▆▇█"
LINE = r"^\d\d:\d\d:\d\d  download (\d+)  upload (\d+) bytes/s$"
GREEN, CYAN = 2, 6


def bandwidth(*arguments, rows=24, columns=80, **variables):
    return Terminal([program("bandwidth"), ADDRESS] + list(arguments), rows, columns, **variables)


def graph_height(screen):
    return (screen.rows - 1) // 2


def bars(screen, upload):
    """The height in eighths of each bar of a graph, from left to right."""
    top = graph_height(screen) if upload else 0
    heights = []
    for x in range(GUTTER, screen.columns):
        height = 0
        for y in range(top + graph_height(screen) - 1, top, -1):
            if screen.cells[y][x] not in BARS:
                break
            height += BARS.index(screen.cells[y][x]) + 1
        heights.append(height)
    return heights


def has_bars(count):
    """Whether both graphs show so many bars, the newest at the right."""
    def holds(screen):
        return all(len(bars(screen, upload)) >= count and all(bars(screen, upload)[-count:])
                   for upload in (False, True))
    return holds


def has_axis(screen):
    """The graph has been drawn for this size."""
    text = "the last %d s (any key ends)" % (screen.columns - GUTTER)
    return screen.row(2 * graph_height(screen)).strip() == text


class Graph(unittest.TestCase):
    """In a terminal."""

    @classmethod
    def setUpClass(cls):
        cls.load = Load()
        cls.load.__enter__()
        # tor remembers the past only while somebody listens.
        cls.listener = control()
        cls.listener.command("SETEVENTS BW")

    @classmethod
    def tearDownClass(cls):
        cls.listener.close()
        cls.load.__exit__(None, None, None)

    def check_left_clean(self, terminal, status, modes=True):
        self.assertEqual(terminal.wait_end(), status, terminal.screen.text())
        self.assertFalse(terminal.screen.alternate)
        self.assertTrue(terminal.screen.cursor_visible)
        self.assertTrue(terminal.modes_restored())

    def test_a_graph(self):
        with bandwidth() as terminal:
            terminal.wait_for(has_bars(2))
            screen = terminal.screen
            self.assertTrue(screen.alternate)
            self.assertFalse(screen.cursor_visible)
            self.assertRegex(screen.row(0), r"^Download \d[0-9.]* k?B/s$")
            self.assertRegex(screen.row(1), r"^ *[0-9.]+ kB( |$)")
            self.assertRegex(screen.row(11), r"^Upload   \d[0-9.]* [kM]B/s$")
            self.assertRegex(screen.row(12), r"^ *[0-9.]+ [kM]B( |$)")
            self.assertTrue(has_axis(screen), screen.text())
            # The scale is at most two and a half times as large as the largest bar.
            self.assertGreaterEqual(max(bars(screen, True)), 10 * 8 / 2.5 - 1)
            self.assertEqual(screen.colors[10, 79], GREEN)
            self.assertEqual(screen.colors[21, 79], CYAN)
            terminal.type(b"q")
            self.check_left_clean(terminal, 0)

    def test_b_starts_full(self):
        """With as many bars as the listener before has seen seconds."""
        for _ in range(4):
            self.listener.wait_event(lambda lines: lines[0].startswith("BW"))
        with bandwidth(columns=140) as terminal:
            terminal.wait_for(lambda screen: screen.alternate and has_axis(screen))
            self.assertTrue(has_bars(4)(terminal.screen), terminal.screen.text())
            # The first drawing it was: no second has come since.
            terminal.type(b" ")
            self.check_left_clean(terminal, 0)

    def test_c_resize(self):
        """Right for every size immediately, the tiny ones too; no second has to come for it."""
        with bandwidth() as terminal:
            terminal.wait_for(has_bars(1))
            with stopped_tor():
                for columns, rows in ((200, 60), (40, 10), (100, 9), (28, 5)):
                    terminal.resize(rows, columns)
                    terminal.wait_for(has_axis if columns > 40 else has_bars(1))
                    terminal.wait_for(has_bars(1))
                # Again and again, just when it has drawn and is about to wait.
                for columns in (100, 80) * 100:
                    terminal.resize(24, columns)
                    terminal.wait_for(has_axis)
                terminal.resize(2, 20)
                terminal.wait_for(lambda screen: re.match(
                    r"Download .*B/s\nUpload  .*B/s\n*$", screen.text()))
                for columns, rows in ((7, 1), (1, 1), (80, 24)):
                    terminal.resize(rows, columns)
                terminal.wait_for(has_bars(1))
            terminal.type(b"\033[A")
            self.check_left_clean(terminal, 0)

    def test_d_ctrl_c(self):
        with bandwidth() as terminal:
            terminal.wait_for(has_bars(1))
            terminal.type(b"\003")
            self.check_left_clean(terminal, 0)

    def test_e_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT):
            with bandwidth() as terminal:
                terminal.wait_for(has_axis)
                terminal.child.send_signal(number)
                self.check_left_clean(terminal, 0)

    def test_f_seconds(self):
        with bandwidth("1") as terminal:
            self.check_left_clean(terminal, 0)

    def test_g_keys_from_before_are_not_for_us(self):
        with bandwidth() as terminal:
            terminal.type(b"\r\n")
            terminal.wait_for(has_bars(2))
            terminal.type(b"q")
            self.check_left_clean(terminal, 0)

    def test_h_terminals_that_cannot(self):
        for name in ("dumb", "no-such-terminal", ""):
            terminal = Terminal(
                ["env", "TERM=" + name, program("bandwidth"), ADDRESS, "1"])
            with terminal:
                self.assertEqual(terminal.wait_end(), 0)
                self.assertRegex(terminal.screen.row(0), LINE)

    def test_i_without_blocks(self):
        with Terminal(["env", "LC_ALL=C", program("bandwidth"), ADDRESS]) as terminal:
            terminal.wait_for(has_axis)
            terminal.type(b"q")
            self.check_left_clean(terminal, 0)
            self.assertTrue(terminal.screen.text().isascii())

    def test_j_no_color(self):
        for value, colors in (("1", {None}), ("", {None, GREEN, CYAN})):
            with bandwidth(NO_COLOR=value) as terminal:
                terminal.wait_for(has_bars(1))
                terminal.type(b"q")
                self.check_left_clean(terminal, 0)
                self.assertEqual(set(terminal.screen.colors.values()), colors)


class Plain(unittest.TestCase):
    """Without a terminal."""

    def check_lines(self, output, count):
        self.assertEqual(len(re.findall(LINE, output, re.M)), count, output)
        self.assertEqual(output.count("\n"), count)

    def test_pipe(self):
        with Load():
            status, output, errors = run("bandwidth", "127.0.0.1:" + PORT, "3")
        self.assertEqual((status, errors), (0, ""))
        self.check_lines(output, 3)
        download, upload = (sum(map(int, column)) for column in zip(*re.findall(LINE, output, re.M)))
        self.assertGreater(upload, 10 * download)

    def test_reader_goes_away(self):
        child = subprocess.Popen([program("bandwidth"), ADDRESS],
                                 stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        child.stdout.readline()
        child.stdout.close()
        self.assertEqual(child.wait(timeout=PATIENCE), -signal.SIGPIPE)

    def test_ctrl_c(self):
        with Running("bandwidth", "127.0.0.1:" + PORT) as example:
            example.wait_for("upload")
            status = example.end(signal.SIGINT)
            self.assertEqual(status, 0)

    def test_mistakes(self):
        for seconds in ("0", "-1", "3x", ""):
            status, output, errors = run("bandwidth", ADDRESS, seconds)
            self.assertEqual((status, output), (2, ""), seconds)
            self.assertEqual(errors, "usage: bandwidth [ADDRESS [SECONDS]]\n")
        status, _output, errors = run("bandwidth", "unix:/nonexistent/control")
        self.assertEqual(status, 1)
        self.assertRegex(errors, r"^bandwidth: .*/nonexistent/control.*\n$")

    def test_password(self):
        """From the environment, also for a tor at a given address."""
        with Workspace() as space:
            tor = TorProcess(space, "secret", ["DisableNetwork 1"], auth="password")
            tor.start()
            tor.wait_ready()
            address = "unix:" + tor.socket
            status, output, _errors = run("bandwidth", address, "1",
                                          TOR_CONTROL_PASSWD=tor.password)
            self.assertEqual(status, 0)
            self.check_lines(output, 1)
            status, output, errors = run("bandwidth", address, "1", TOR_CONTROL_PASSWD="wrong")
            self.assertEqual((status, output), (1, ""))
            self.assertRegex(errors, r"^bandwidth: .*HASHEDPASSWORD")

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        status, _output, errors = run(
            "bandwidth", ADDRESS, "2", valgrind=True)
        self.assertEqual((status, errors), (0, ""))


class TorDies(unittest.TestCase):
    """The last tests: there is no tor after them."""

    def test_it_says_so(self):
        with bandwidth() as terminal, Running("bandwidth", ADDRESS) as plain:
            terminal.wait_for(has_axis)
            plain.wait_for("upload")
            kill_tor()
            self.assertEqual(terminal.wait_end(), 1)
            self.assertFalse(terminal.screen.alternate)
            self.assertTrue(terminal.screen.cursor_visible)
            self.assertTrue(terminal.modes_restored())
            self.assertIn("bandwidth: tor went away: ", terminal.screen.main_text)
            status = plain.end()
            self.assertEqual(status, 1)
            self.assertIn("bandwidth: tor went away: ", plain.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
