"""Starts real tor processes for the tests, and ends them whatever happens.

    with Workspace() as space:
        tor = TorProcess(space, "client", ["DisableNetwork 1"], auth="cookie")
        tor.start()
        tor.wait_ready()
        with tor.control() as control:
            print(control.get_info("version"))

Every tor has its own torrc, reads no other, and lives in a directory of mode
0700 that is removed with it. A second process, the janitor, does the same if
this one is killed.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from control import PATIENCE, Control, ControlError

SUPPORT = os.path.dirname(os.path.abspath(__file__))

# The methods that tor can be told to offer, by the names the tests use.
AUTH_MODES = ("none", "cookie", "password", "both")

# Exit status by which ctest and the Rust tests know a skipped test.
SKIPPED = 77


class TorMissing(Exception):
    """No tor is installed: the test is to be reported as skipped."""


class TorFailed(Exception):
    """A tor did not start, or ended by itself. The text holds its last words."""


def find_program(name):
    """The path of tor or of one of its tools; None if it is not installed.

    TORCTL_TOR is the path of the tor that the tests are to run, if not the one of
    the PATH. Its tools are those beside it, if it has any there."""
    # Debian keeps tor in a directory that the PATH of a user lacks.
    places = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"]
    places += ["/usr/local/bin", "/opt/homebrew/bin"]
    chosen = os.environ.get("TORCTL_TOR")
    if chosen:
        if name == "tor":
            return shutil.which(chosen)
        places.insert(0, os.path.dirname(os.path.abspath(chosen)))
    return shutil.which(name, path=os.pathsep.join(places))


def need_program(name):
    path = find_program(name)
    if path is None:
        raise TorMissing("%s is not installed (TORCTL_TOR=/path/to/tor names one)" % name)
    return path


def free_ports(count):
    """Loopback ports that nobody uses now.

    They come from below the range out of which systems serve outgoing
    connections, so that only another listener can take one before tor does."""
    sockets, ports = [], []
    try:
        while len(ports) < count:
            port = random.randrange(12000, 32000)
            probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            sockets.append(probe)
            try:
                probe.bind(("127.0.0.1", port))
                ports.append(port)
            except OSError:
                pass
    finally:
        for probe in sockets:
            probe.close()
    return ports


class Workspace:
    """A private directory and the processes in it, ended and removed together."""

    def __init__(self):
        # A Unix socket's path has to fit in about a hundred bytes.
        base = tempfile.gettempdir()
        if len(base) > 40 and os.path.isdir("/tmp"):
            base = "/tmp"
        self._children = []
        self._janitor = None
        self.directory = os.path.realpath(tempfile.mkdtemp(prefix="torctl-", dir=base))
        try:
            # Its standard streams go nowhere: whoever reads ours to the end
            # must not have to wait for it.
            self._janitor = subprocess.Popen(
                [sys.executable, "-I", "-S", os.path.join(SUPPORT, "janitor.py"),
                 self.directory],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True)
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.close()

    def spawn(self, args, log):
        """Starts a tor with a torrc in the workspace's directory."""
        with open(log, "ab") as output:
            # A group of its own: Ctrl-C is for the program in the foreground.
            child = subprocess.Popen(
                args, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True)
        self._children.append(child)
        return child

    def close(self):
        """Ends every process and removes the directory. May be called twice."""
        if self._janitor is None:
            return
        for child in self._children:
            end_child(child)
        shutil.rmtree(self.directory, ignore_errors=True)
        # It looks once more: a signal may have come between the start of a tor
        # and the note of it.
        janitor, self._janitor = self._janitor, None
        janitor.stdin.close()
        janitor.wait()


def end_child(child):
    """Kills a child process, stopped ones too, and reaps it."""
    if child.poll() is None:
        # Nothing in its directory outlives it, so it need not tidy up.
        child.kill()
    child.wait()


class TorProcess:
    """One tor in a directory of its own inside a workspace."""

    def __init__(self, space, name, lines, auth="cookie", password=None):
        self.space = space
        self.name = name
        self.directory = os.path.join(space.directory, name)
        self.torrc = os.path.join(self.directory, "torrc")
        self.log = os.path.join(self.directory, "log")
        self.socket = os.path.join(self.directory, "control")
        self.cookie_file = os.path.join(self.directory, "cookie")
        self.auth = auth
        self.password = password
        self.child = None
        self._lines = list(lines)
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        os.chmod(self.directory, 0o700)

    @property
    def pid(self):
        return self.child.pid

    def _torrc_text(self):
        lines = [
            "DataDirectory " + self.directory,
            "ControlPort auto",
            "ControlPortWriteToFile " + os.path.join(self.directory, "port"),
            "ControlSocket " + self.socket,
            "CookieAuthFile " + self.cookie_file,
            "GeoIPFile " + self._countries("geoip", "167772160,184549375,XA"),
            "GeoIPv6File " + self._countries("geoip6", "fd00::,fdff::,XA"),
            "Log notice file " + self.log,
            "SafeLogging 0",
            "ShutdownWaitLength 0",
            # A second rope beside the janitor: tor looks for this process
            # every 15 seconds and leaves when it is gone.
            "__OwningControllerProcess %d" % os.getpid(),
        ]
        if self.auth in ("cookie", "both"):
            lines.append("CookieAuthentication 1")
        if self.auth in ("password", "both"):
            if self.password is None:
                self.password = "pass word \\ \" %08x" % random.getrandbits(32)
            lines.append("HashedControlPassword " + hash_password(self.password))
        return "\n".join(lines + self._lines) + "\n"

    def _countries(self, name, line):
        """A file of our own: not every tor has one, and its answers change."""
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(line + "\n")
        return path

    def base_args(self):
        """tor with this torrc and no other."""
        return [need_program("tor"), "-f", self.torrc, "--defaults-torrc",
                os.path.join(self.directory, "no-defaults"), "--ignore-missing-torrc"]

    def write_torrc(self):
        with open(self.torrc, "w", encoding="utf-8") as file:
            file.write(self._torrc_text())

    def start(self):
        """Starts tor and returns at once."""
        self.write_torrc()
        self.child = self.space.spawn(
            self.base_args() + ["--hush"], os.path.join(self.directory, "output"))

    def wait_ready(self, timeout=PATIENCE):
        """Returns when the control port answers."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.control().close()
                if self.port() is not None:
                    return
            except (OSError, ControlError):
                pass
            self.check_alive()
            if time.monotonic() > deadline:
                raise TorFailed("%s did not open its control port in %g s\n%s"
                                % (self.name, timeout, self.last_words()))
            time.sleep(0.02)

    def check_alive(self):
        if self.child.poll() is not None:
            raise TorFailed("%s ended with status %s\n%s" % (
                self.name, self.child.returncode, self.last_words()))

    def last_words(self, lines=12):
        text = []
        for name in ("output", "log"):
            try:
                path = os.path.join(self.directory, name)
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += file.read().splitlines()
            except OSError:
                pass
        return "\n".join("    " + line for line in text[-lines:])

    def port(self):
        """The control port, as tor wrote it down; None until the line is whole."""
        try:
            with open(os.path.join(self.directory, "port"), encoding="ascii") as file:
                for line in file:
                    if line.startswith("PORT=") and line.endswith("\n"):
                        return int(line.strip().rsplit(":", 1)[1])
        except OSError:
            pass
        return None

    def control(self, timeout=PATIENCE):
        """A fresh, authenticated connection over the Unix socket."""
        if self.auth in ("cookie", "both"):
            return Control(self.socket, cookie_file=self.cookie_file, timeout=timeout)
        return Control(self.socket, password=self.password, timeout=timeout)

    def stop(self):
        if self.child is not None:
            end_child(self.child)


def hash_password(password):
    """tor's salted form of a control password (RFC 2440's iterated S2K)."""
    import hashlib
    salt = os.urandom(8)
    indicator = 96
    count = (16 + (indicator & 15)) << ((indicator >> 4) + 6)
    data = salt + password.encode()
    whole, rest = divmod(count, len(data))
    digest = hashlib.sha1(data * whole + data[:rest]).digest()
    return "16:" + (salt + bytes([indicator]) + digest).hex().upper()


class Ended(BaseException):
    """A signal asked this process to end; carries the signal's number."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


def end_on_signals():
    """Makes SIGINT, SIGTERM and SIGHUP unwind this process with its `with` blocks."""
    def handler(number, _frame):
        # Once is enough: a second one must not interrupt the cleaning up.
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)
        raise Ended(number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Whoever starts us by nohup wants us to outlive the terminal.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)
