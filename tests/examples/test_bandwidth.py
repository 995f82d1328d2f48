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
    PATIENCE, PORT, SOCKET, Load, Running, control, has_valgrind, kill_tor, program, run, stopped_tor)
from screen import Terminal  # noqa: E402

GUTTER = 9
BARS = "▁▂▃▄▅▆▇█"
LINE = r"^\d\d:\d\d:\d\d  download (\d+)  upload (\d+) bytes/s$"
GREEN, CYAN = 2, 6


def bandwidth(*options, rows=24, columns=80, **variables):
    return Terminal([program("bandwidth"), "--socket", SOCKET] + list(options),
                    rows, columns, **variables)


def bars(screen, upload):
    """The height in eighths of each bar of a graph, from left to right."""
    width = (screen.columns - 2) // 2
    left = screen.columns - width if upload else 0
    top = 2 if screen.rows >= 8 else 0
    heights = []
    for x in range(left + GUTTER, left + width):
        height = 0
        for y in range(screen.rows - 2, top, -1):
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


def axis(screen):
    return [int(seconds) for seconds in re.findall(r"-(\d+) s", screen.row(screen.rows - 1))]


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
            self.assertRegex(screen.row(0), r"^tor 0\.")
            self.assertRegex(
                screen.row(2), r"^Download \d[0-9.]* k?B/s {10,}Upload   \d[0-9.]* [kM]B/s$")
            self.assertEqual(axis(screen), [60, 60])
            self.assertRegex(screen.row(3), r"^ *[0-9.]+ kB .* [0-9.]+ [kM]B")
            self.assertRegex(screen.row(22), r"^ +0 B .* 0 B ")
            # The scale is larger than the largest bar by a half at the most.
            self.assertGreaterEqual(max(bars(screen, True)), 20 * 8 / 1.5 - 8)
            bottom = screen.rows - 2
            self.assertEqual(screen.colors[bottom, 38], GREEN)
            self.assertEqual(screen.colors[bottom, 79], CYAN)
            terminal.type(b"q")
            self.check_left_clean(terminal, 0)

    def test_b_starts_full(self):
        """With as many bars as the listener before has seen seconds."""
        for _ in range(4):
            self.listener.wait_event(lambda lines: lines[0].startswith("BW"))
        with bandwidth(columns=140) as terminal:
            terminal.wait_for(lambda screen: screen.alternate and "now" in screen.text())
            self.assertTrue(has_bars(4)(terminal.screen), terminal.screen.text())
            # The first drawing it was: no second has come since.
            terminal.type(b" ")
            self.check_left_clean(terminal, 0)

    def test_c_resize(self):
        """At once right for every size, the tiny ones too; no second has to come for it."""
        with bandwidth() as terminal:
            terminal.wait_for(has_bars(1))
            with stopped_tor():
                for columns, rows, seconds in ((200, 50, 90), (40, 12, 40), (100, 9, 40)):
                    terminal.resize(rows, columns)
                    terminal.wait_for(lambda screen: axis(screen) == [seconds] * 2)
                    terminal.wait_for(has_bars(1))
                # Again and again, just when it has drawn and is about to wait.
                for columns, seconds in ((100, 40), (80, 60)) * 100:
                    terminal.resize(24, columns)
                    terminal.wait_for(lambda screen: axis(screen) == [seconds] * 2)
                for columns, rows in ((28, 10), (20, 2)):
                    terminal.resize(rows, columns)
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
                terminal.wait_for(lambda screen: "now" in screen.text())
                terminal.child.send_signal(number)
                self.check_left_clean(terminal, 0)

    def test_f_seconds(self):
        with bandwidth("--seconds", "1") as terminal:
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
                ["env", "TERM=" + name, program("bandwidth"), "--socket", SOCKET, "--seconds", "1"])
            with terminal:
                self.assertEqual(terminal.wait_end(), 0)
                self.assertRegex(terminal.screen.row(0), LINE)

    def test_i_without_blocks(self):
        with Terminal(["env", "LC_ALL=C", program("bandwidth"), "--socket", SOCKET]) as terminal:
            terminal.wait_for(lambda screen: "now" in screen.text())
            terminal.type(b"q")
            self.check_left_clean(terminal, 0)
            self.assertTrue(terminal.screen.text().isascii())


class Plain(unittest.TestCase):
    """Without a terminal."""

    def check_lines(self, output, count):
        self.assertEqual(len(re.findall(LINE, output, re.M)), count, output)
        self.assertEqual(output.count("\n"), count)

    def test_pipe(self):
        with Load():
            status, output, errors = run("bandwidth", "--port", PORT, "--seconds", "3")
        self.assertEqual((status, errors), (0, ""))
        self.check_lines(output, 3)
        download, upload = (sum(map(int, column)) for column in zip(*re.findall(LINE, output, re.M)))
        self.assertGreater(upload, 10 * download)

    def test_plain_in_a_terminal(self):
        with bandwidth("--plain", "--seconds", "2") as terminal:
            self.assertEqual(terminal.wait_end(), 0)
            self.assertRegex(terminal.screen.row(1), LINE)

    def test_reader_goes_away(self):
        child = subprocess.Popen([program("bandwidth"), "--socket", SOCKET],
                                 stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        child.stdout.readline()
        child.stdout.close()
        self.assertEqual(child.wait(timeout=PATIENCE), -signal.SIGPIPE)

    def test_ctrl_c(self):
        with Running("bandwidth", "--port", "127.0.0.1:" + PORT) as example:
            example.wait_for("upload")
            status = example.end(signal.SIGINT)
            self.assertEqual(status, 0)

    def test_mistakes(self):
        for options in (["--nonsense"], ["--seconds", "0"], ["--seconds", "3x"], ["--port"], ["x"]):
            status, output, errors = run("bandwidth", *options)
            self.assertEqual((status, output), (2, ""), options)
            self.assertIn("usage: bandwidth", errors)
        status, _output, errors = run("bandwidth", "--socket", "/nonexistent/control")
        self.assertEqual(status, 1)
        self.assertRegex(errors, r"^bandwidth: .*/nonexistent/control.*\n$")
        status, output, errors = run("bandwidth", "--help")
        self.assertEqual((status, errors), (0, ""))

    @unittest.skipUnless(has_valgrind(), "skipped: valgrind is not installed")
    def test_frees_everything(self):
        status, _output, errors = run(
            "bandwidth", "--socket", SOCKET, "--seconds", "2", valgrind=True)
        self.assertEqual((status, errors), (0, ""))


class TorDies(unittest.TestCase):
    """The last tests: there is no tor after them."""

    def test_it_says_so(self):
        with bandwidth() as terminal, Running("bandwidth", "--socket", SOCKET) as plain:
            terminal.wait_for(lambda screen: "now" in screen.text())
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
