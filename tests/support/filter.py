"""A filter before a tor's control port, as Tails and Whonix have one.

It lets through what a profile lists, and answers everything else with
"510 Command filtered". It is tor to its clients: authentication is its own
business, and it subscribes to nothing that is not listed. Profiles are lists
of regular expressions that the whole argument of a command must match.
"""

import os
import re
import socket
import threading

from control import Control

FILTERED = b"510 Command filtered\r\n"

# Of the kinds that are shipped with onion-grater. "events" pass; "swallowed" are
# accepted and never come.
PROFILES = {
    # What a program asks that only wants to know whether tor is there.
    "status": {
        "commands": {"GETINFO": ["status/bootstrap-phase", "onions/current"]},
    },
    # The same, with a filter that pretends that events may come.
    "swallowing": {
        "commands": {"GETINFO": ["status/bootstrap-phase", "version"], "SIGNAL": ["NEWNYM"]},
        "swallowed": ["STATUS_CLIENT", "STATUS_GENERAL", "NOTICE", "WARN", "ERR", "SIGNAL"],
    },
    # A service, and no word of what becomes of its descriptor.
    "onion": {
        "commands": {
            "ADD_ONION": [r"NEW:(\S+) Port=80,(\S+)", r"ED25519-V3:\S+ Port=80,(\S+)"],
            "DEL_ONION": [".+"],
            "GETINFO": ["onions/current"],
        },
    },
    # The same, with the words of one program.
    "v3": {
        "commands": {"ADD_ONION": [r"NEW:ED25519-V3 Port=80,(\S+)"], "DEL_ONION": [".+"]},
    },
    # A service of which tor tells, without saying which relays it means.
    "redacting": {
        "commands": {
            "ADD_ONION": [r"NEW:(\S+) Port=80,(\S+)"],
            "DEL_ONION": [".+"],
            "GETINFO": ["onions/current"],
        },
        "events": ["HS_DESC"],
        "rewrite": [
            (r"650 HS_DESC (UPLOAD|UPLOADED) (\S+) (\S+) .*", r"650 HS_DESC \1 \2 \3 redacted"),
        ],
    },
    # Names and circuits, and no events but the one that must be.
    "lookups": {
        "commands": {
            "RESOLVE": [".+"],
            "EXTENDCIRCUIT": [".*"],
            "CLOSECIRCUIT": [r"\d+"],
            "GETINFO": ["circuit-status"],
        },
        "events": ["ADDRMAP"],
    },
}


class Filter:
    """Listens on a Unix socket of this path; a connection to tor for each client."""

    def __init__(self, profile, path, tor, cookie_file=None, password=None):
        self.path = path
        self._profile = PROFILES[profile]
        self._tor = (tor, cookie_file, password)
        if os.path.exists(path):
            os.unlink(path)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        os.chmod(path, 0o600)
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass

    def _accept(self):
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            session = _Session(self._profile, client, self._tor)
            threading.Thread(target=session.run, daemon=True).start()


class _Session:
    """One client. Its commands are worked off one after the other, as its thread reads them; what
    tor says is passed on by a second thread."""

    def __init__(self, profile, client, tor):
        self._commands = profile.get("commands", {})
        self._events = set(profile.get("events", []))
        self._swallowed = set(profile.get("swallowed", []))
        self._rewrite = [(re.compile(pattern), new) for pattern, new in profile.get("rewrite", [])]
        self._client = client
        self._writing = threading.Lock()
        self._answered = threading.Semaphore(0)
        address, cookie_file, password = tor
        self._control = Control(address, cookie_file=cookie_file, password=password)
        # What it needs no more: from now on the bytes are passed on as they are.
        self._control._socket.settimeout(None)
        self._upstream = self._control._socket.makefile("rb")

    def run(self):
        threading.Thread(target=self._pass_replies, daemon=True).start()
        try:
            with self._client.makefile("rb") as lines:
                while self._take(lines):
                    pass
        except OSError:
            pass
        finally:
            for end in (self._client, self._control._socket):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _say(self, data):
        with self._writing:
            self._client.sendall(data)

    def _ask(self, line):
        self._control._socket.sendall(line)
        self._answered.acquire()

    def _take(self, lines):
        """One command. False at the end."""
        line = lines.readline()
        if not line:
            return False
        word, _blank, arguments = line.strip().decode("utf-8", "replace").partition(" ")
        command = word.upper()
        if command.startswith("+"):
            while lines.readline().strip() not in (b".", b""):
                pass
            self._say(FILTERED)
        elif command == "PROTOCOLINFO":
            self._say(b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n"
                      b"250-VERSION Tor=\"0.4.9.0\"\r\n250 OK\r\n")
        elif command == "AUTHENTICATE":
            self._say(b"250 OK\r\n")
        elif command == "QUIT":
            self._say(b"250 closing connection\r\n")
            return False
        elif command == "SETEVENTS":
            wanted = set(arguments.upper().split())
            if not wanted <= self._events | self._swallowed:
                self._say(FILTERED)
            else:
                passed = " ".join(sorted(wanted & self._events))
                self._ask(("SETEVENTS %s\r\n" % passed).encode())
        elif any(re.fullmatch(rule, arguments) for rule in self._commands.get(command, [])):
            self._ask(line)
        else:
            self._say(FILTERED)
        return True

    def _pass_replies(self):
        """Whole replies and events; a command has been answered after its reply."""
        message = []
        try:
            while True:
                line = self._upstream.readline()
                if not line:
                    break
                message.append(self._rewritten(line))
                if line[3:4] == b"+":
                    while message[-1] != b".\r\n":
                        message.append(self._upstream.readline())
                if line[3:4] == b" ":
                    self._say(b"".join(message))
                    message = []
                    if not line.startswith(b"6"):
                        self._answered.release()
        except (OSError, ValueError):
            pass
        finally:
            self._answered.release()
            try:
                self._client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _rewritten(self, line):
        text = line.rstrip(b"\r\n").decode("utf-8", "replace")
        for pattern, new in self._rewrite:
            match = pattern.fullmatch(text)
            if match:
                return match.expand(new).encode() + b"\r\n"
        return line
