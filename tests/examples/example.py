"""What the tests of the examples have in common.

Each example is run beside a tor of its own (see run_with_tor.py) or in the private
network (see network.py), which stands in the environment. Nothing here waits for a fixed time: always for something to
happen, with a deadline that finds what hangs (see PATIENCE). Nothing measures how fast something is.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))

from control import PATIENCE, Control, ControlError  # noqa: E402
from traffic import open_through_socks  # noqa: E402

BIN = os.environ.get("TORCTL_EXAMPLES", os.path.join(ROOT, "c-examples", "bin"))
SOCKET = os.environ.get("TORCTL_TEST_SOCKET", "")
PORT = os.environ.get("TORCTL_TEST_PORT", "")
TOR_PID = int(os.environ.get("TORCTL_TEST_TOR_PID", "0"))
ADDRESS = "unix:" + SOCKET

# The private network's client, for the tests that say "ctest: network".
NET_SOCKET = os.environ.get("TORCTL_NET_CONTROL_SOCKET", "")
NET_ADDRESS = "unix:" + NET_SOCKET
NET_SOCKS_PORT = int(os.environ.get("TORCTL_NET_SOCKS_PORT", "0"))
NET_RELAYS = dict(word.split("=") for word in os.environ.get("TORCTL_NET_RELAYS", "").split())


def program(name):
    return os.path.join(BIN, name)


def run(name, *args, valgrind=False, timeout=PATIENCE, **variables):
    """Runs an example to its end; its exit status, standard output and standard error."""
    command = [program(name)] + list(args)
    if valgrind:
        command = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
                   "--errors-for-leak-kinds=definite,indirect,possible",
                   "--suppressions=" + os.path.join(ROOT, "tests", "support", "valgrind.supp"),
                   ] + command
    answer = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, timeout=timeout, check=False,
                            env=dict(os.environ, **variables))
    return answer.returncode, answer.stdout.decode(), answer.stderr.decode()


def has_valgrind():
    return shutil.which("valgrind") is not None


class Running:
    """An example that runs, and what it has printed so far."""

    def __init__(self, name, *args, stdin=subprocess.DEVNULL):
        self.child = subprocess.Popen([program(name)] + list(args), stdin=stdin,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.text = ""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self._reader.join()
        self.child.stdout.close()

    def _read(self):
        for line in self.child.stdout:
            with self._news:
                self.text += line.decode()
                self._news.notify_all()

    def wait_for(self, pattern, seconds=PATIENCE):
        """Returns when the pattern is in what was printed."""
        with self._news:
            if not self._news.wait_for(lambda: re.search(pattern, self.text), seconds):
                raise AssertionError("no %r in %r" % (pattern, self.text))

    def end(self, number=None, seconds=PATIENCE):
        """Sends a signal, if one is named, and returns the exit status."""
        if number is not None:
            self.child.send_signal(number)
        status = self.child.wait(timeout=seconds)
        self._reader.join()
        return status


def control():
    """A control connection of the test's own."""
    return Control(SOCKET, cookie_file=os.environ.get("TORCTL_TEST_COOKIE_FILE"))


def net_control():
    """A control connection of the test's own to the private network's client."""
    return Control(NET_SOCKET, cookie_file=os.environ["TORCTL_NET_COOKIE_FILE"])


class Greeter:
    """A server on a free port of loopback, which says hello to each visitor."""

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            try:
                visitor, _address = self._socket.accept()
            except OSError:
                return
            with visitor:
                visitor.sendall(b"hello")


def hear(host, port, request=b"", user=None):
    """All that a server says that is reached through the private network's client."""
    with open_through_socks(NET_SOCKS_PORT, host, port, user=user, timeout=PATIENCE) as link:
        link.sendall(request)
        return b"".join(iter(lambda: link.recv(4096), b""))


class Load:
    """Makes tor move bytes, most of them upwards, while the `with` block runs.

    With CountPrivateBandwidth 1 tor counts what it tells its controllers too."""

    def __init__(self, pause=0.05):
        self._pause = pause
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self):
        self._control = control()
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        self._ended.set()
        self._thread.join()
        self._control.close()

    def _ask(self):
        try:
            while not self._ended.wait(self._pause):
                self._control.get_info("config/defaults")
        except (ControlError, OSError):
            # tor was killed, as some tests do.
            pass


@contextlib.contextmanager
def stopped_tor():
    """tor is stopped inside the `with` block, so no event comes."""
    os.kill(TOR_PID, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(TOR_PID, signal.SIGCONT)


def kill_tor():
    os.kill(TOR_PID, signal.SIGKILL)


@contextlib.contextmanager
def restarted_tor():
    """Inside the `with` block a tor runs in place of the one that kill_tor() ended: the same torrc,
    so the same socket and data directory."""
    directory = os.environ["TORCTL_TEST_DIR"]
    tor = subprocess.Popen([
        os.environ.get("TORCTL_TOR", "tor"), "-f", os.path.join(directory, "torrc"),
        "--defaults-torrc", os.path.join(directory, "no-defaults"), "--ignore-missing-torrc",
        "--quiet", "--__OwningControllerProcess", str(os.getpid())])
    try:
        yield tor
    finally:
        tor.kill()
        tor.wait()
