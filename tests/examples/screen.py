"""A terminal for the tests: a program in a pseudo terminal, and what it shows.

Understands of a terminal's language what curses says to TERM=xterm, and fails
on anything else, so that what is tested here is what users see.
"""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from example import PATIENCE


class Screen:
    """The cells of the screen, and the modes that a program must not leave behind."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.y = self.x = 0
        # The first row that scrolls, and the row after the last.
        self.region = 0, rows
        self.alternate = False
        self.cursor_visible = True
        self.color = None
        # The colour of each cell that has one.
        self.colors = {}
        self.main_text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._pending = ""
        self._last = " "

    def resize(self, rows, columns):
        for row in self.cells:
            row[columns:] = [" "] * max(0, columns - len(row))
        self.cells[rows:] = [[" "] * columns for _ in range(rows - len(self.cells))]
        self.rows, self.columns = rows, columns
        self.region = 0, rows
        self.y, self.x = min(self.y, rows - 1), min(self.x, columns - 1)

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def row(self, y):
        return "".join(self.cells[y]).rstrip()

    def feed(self, data):
        self._pending += self._decoder.decode(data)
        while self._pending:
            length = self._step(self._pending)
            if length == 0:
                return
            self._pending = self._pending[length:]

    def _step(self, text):
        """Obeys what stands at the beginning and returns its length; 0 if it is not whole."""
        if text[0] != "\033":
            self._plain(text[0])
            return 1
        if len(text) < 2:
            return 0
        if text[1] == "[":
            match = re.match(r"\033\[([?>]?)([0-9;]*)([@-~])", text)
            if match is None:
                if re.match(r"\033\[[?>]?[0-9;]*$", text):
                    return 0
                raise AssertionError("what is %r?" % text[:20])
            self._control(*match.groups())
            return match.end()
        if text[1] in "()":
            return 3 if len(text) >= 3 else 0
        if text[1] in "=>78":
            return 2
        if text[1] == "M" and self.y > 0:
            self.y -= 1
            return 2
        raise AssertionError("what is %r?" % text[:20])

    def _plain(self, character):
        if character == "\r":
            self.x = 0
        elif character == "\n":
            if self.y < self.rows - 1:
                self.y += 1
            else:
                self._scroll(1)
        elif character == "\b":
            self.x = max(0, self.x - 1)
        elif character == "\t":
            self.x = min(self.columns - 1, self.x // 8 * 8 + 8)
        elif character >= " ":
            self._put(character)
        else:
            raise AssertionError("what is %r?" % character)

    def _put(self, character):
        if self.x >= self.columns:
            self.x = 0
            self._plain("\n")
        self.cells[self.y][self.x] = self._last = character
        self.colors[self.y, self.x] = self.color
        self.x += 1
        if not self.alternate:
            self.main_text += character

    def _scroll(self, count):
        """Moves the rows of the region up, or down by a negative count."""
        top, end = self.region
        for _ in range(abs(count)):
            del self.cells[top if count > 0 else end - 1]
            self.cells.insert(end - 1 if count > 0 else top, [" "] * self.columns)

    def _control(self, private, numbers, letter):
        values = [int(number or 0) for number in numbers.split(";")]
        count = max(values[0], 1)
        row = self.cells[self.y]
        if private:
            self._mode(private, values, letter)
        elif letter in "Hf":
            self.y = min(count, self.rows) - 1
            self.x = min(max(values[1] if len(values) > 1 else 1, 1), self.columns) - 1
        elif letter == "A":
            self.y = max(0, self.y - count)
        elif letter == "B":
            self.y = min(self.rows - 1, self.y + count)
        elif letter == "C":
            self.x = min(self.columns - 1, self.x + count)
        elif letter == "D":
            self.x = max(0, self.x - count)
        elif letter == "G":
            self.x = min(count, self.columns) - 1
        elif letter == "d":
            self.y = min(count, self.rows) - 1
        elif letter == "J":
            self._erase((self.y, self.x) if values[0] == 0 else (0, 0),
                        (self.y, self.x) if values[0] == 1 else (self.rows, 0))
        elif letter == "K":
            self._erase((self.y, self.x if values[0] == 0 else 0),
                        (self.y, self.x if values[0] == 1 else self.columns - 1))
        elif letter == "X":
            row[self.x:self.x + count] = [" "] * len(row[self.x:self.x + count])
        elif letter == "P":
            del row[self.x:self.x + count]
            row.extend(" " * (self.columns - len(row)))
        elif letter == "@":
            row[self.x:self.x] = " " * count
            del row[self.columns:]
        elif letter == "b":
            for _ in range(count):
                self._put(self._last)
        elif letter == "L":
            for _ in range(count):
                self.cells.insert(self.y, [" "] * self.columns)
                self.cells.pop()
        elif letter == "M":
            for _ in range(count):
                del self.cells[self.y]
                self.cells.append([" "] * self.columns)
        elif letter in "ST":
            self._scroll(count if letter == "S" else -count)
        elif letter == "r":
            self.region = count - 1, values[1] if len(values) > 1 else self.rows
        elif letter == "m":
            for value in values:
                if 30 <= value <= 37:
                    self.color = value - 30
                elif value in (0, 39):
                    self.color = None
        elif letter not in "lt":
            raise AssertionError("what is CSI %s %s?" % (numbers, letter))

    def _mode(self, private, values, letter):
        for value in values if private == "?" else ():
            if value == 1049:
                self.alternate = letter == "h"
                self._erase((0, 0), (self.rows, 0))
            elif value == 25:
                self.cursor_visible = letter == "h"

    def _erase(self, first, last):
        for y in range(self.rows):
            for x in range(self.columns):
                if first <= (y, x) <= last:
                    self.cells[y][x] = " "


class Terminal:
    """A program that runs in a pseudo terminal."""

    def __init__(self, command, rows=24, columns=80, **variables):
        self.screen = Screen(rows, columns)
        self._mine, self._its = pty.openpty()
        self._set_size(rows, columns)
        self.modes_before = termios.tcgetattr(self._its)
        environment = dict(os.environ, TERM="xterm", LC_ALL="C.UTF-8", **variables)
        for name in ("LINES", "COLUMNS"):
            environment.pop(name, None)
        # The new session's first terminal becomes the one that its Ctrl-C comes from.
        self.child = subprocess.Popen(
            command, stdin=self._its, stdout=self._its, stderr=self._its, env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.child.kill()
        self.child.wait()
        os.close(self._mine)
        os.close(self._its)

    def _set_size(self, rows, columns):
        fcntl.ioctl(self._its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        # The kernel tells the program itself.
        self._set_size(rows, columns)

    def type(self, data):
        os.write(self._mine, data)

    def modes_restored(self):
        return termios.tcgetattr(self._its) == self.modes_before

    def _pump(self, seconds):
        if not select.select([self._mine], [], [], seconds)[0]:
            return False
        self.screen.feed(os.read(self._mine, 65536))
        return True

    def wait_for(self, holds, seconds=PATIENCE):
        """Returns when holds(screen) does."""
        deadline = time.monotonic() + seconds
        while not holds(self.screen):
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError("not within %g s:\n%s" % (seconds, self.screen.text()))
            self._pump(left)

    def wait_end(self, seconds=PATIENCE):
        """The exit status, when the program has ended and all it said is on the screen."""
        deadline = time.monotonic() + seconds
        while self.child.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError("still running:\n%s" % self.screen.text())
            self._pump(0.05)
        while self._pump(0.0):
            pass
        return self.child.returncode
