"""What the tests of the program torctl have in common: see ../examples/example.py for the rules."""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "examples"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))

# The scripts here take them from this module.
from control import PATIENCE, Control  # noqa: E402, F401
from example import (  # noqa: E402, F401
    ADDRESS, NET_ADDRESS, Greeter, hear, net_control, PORT, SOCKET, TOR_PID, Load, has_valgrind, kill_tor, net_control, restarted_tor,
    stopped_tor)
from tor_process import TorProcess, Workspace  # noqa: E402, F401

TORCTL = os.environ.get("TORCTL_CLI", os.path.join(ROOT, "cli", "bin", "torctl"))
OK, REFUSED, USAGE, CONNECT, AUTH, TIMEOUT, FILTERED, SYSTEM = range(8)
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect,possible",
            "--suppressions=" + os.path.join(ROOT, "tests", "support", "valgrind.supp")]


def control():
    """A control connection of the test's own."""
    return Control(SOCKET, cookie_file=os.environ.get("TORCTL_TEST_COOKIE_FILE"),
                   password=os.environ.get("TORCTL_TEST_PASSWORD"))


class Answer:
    """How a run ended, and what it has written."""

    def __init__(self, code, output, errors):
        self.code, self.output, self.errors = code, output, errors

    @property
    def text(self):
        return self.output.decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def json_lines(self):
        return [json.loads(line) for line in self.text.splitlines()]


def environment(**variables):
    """That of the test without where another tor is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOR_CONTROL_")}
    return dict(kept, **variables)


def torctl(*words, at=ADDRESS, given=b"", valgrind=False, timeout=PATIENCE, **variables):
    """Runs torctl to its end, for the tor of the test unless `at` is None or another."""
    where = ["--connect", at] if at else []
    ran = subprocess.run((VALGRIND if valgrind else []) + [TORCTL] + where + list(words), input=given,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, check=False,
                         env=environment(**variables))
    return Answer(ran.returncode, ran.stdout, ran.stderr.decode())


class Running:
    """A torctl that runs, whose output is read line by line."""

    def __init__(self, *words, at=ADDRESS, errors=subprocess.PIPE, **variables):
        where = ["--connect", at] if at else []
        self.child = subprocess.Popen([TORCTL] + where + list(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=errors, text=True, env=environment(**variables))

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.child.kill()
        self.child.communicate()

    def line(self):
        return self.child.stdout.readline().rstrip("\n")

    def end(self, number=None):
        """Sends a signal, if one is named: the exit status, and what is left of output and errors."""
        if number is not None:
            self.child.send_signal(number)
        output, errors = self.child.communicate(timeout=PATIENCE)
        return self.child.returncode, output, errors or ""
