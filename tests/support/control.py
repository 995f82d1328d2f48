"""A minimal speaker of tor's control protocol, for the test harness alone.

It shares nothing with the library under test, so that a fault in the library
cannot hide itself here. One thread uses a Control at a time.
"""

import binascii
import hashlib
import hmac
import os
import socket
import time

# How long to wait for what has to come, in seconds. It finds what hangs, on a
# machine with eight times as much to do as it can, too.
PATIENCE = 300.0

class ControlError(Exception):
    """tor refused a command, or the connection is gone."""


class Control:
    """One control connection, authenticated before the constructor returns."""

    def __init__(self, address, cookie_file=None, password=None, timeout=PATIENCE):
        """address: a (host, port) pair, or the path of a Unix socket."""
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.events = []
        self._buffer = b""
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(address)
            self._authenticate(cookie_file, password)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.close()

    def close(self):
        self._socket.close()

    def _authenticate(self, cookie_file, password):
        if password is not None:
            secret = binascii.hexlify(password.encode()).decode()
            self.command("AUTHENTICATE " + secret)
        elif cookie_file is not None:
            with open(cookie_file, "rb") as file:
                cookie = file.read()
            nonce = os.urandom(32)
            line = self.command("AUTHCHALLENGE SAFECOOKIE " + nonce.hex())[0]
            fields = dict(word.split("=", 1) for word in line.split()[1:])
            message = cookie + nonce + bytes.fromhex(fields["SERVERNONCE"])
            ours, theirs = (
                hmac.new(key, message, hashlib.sha256).hexdigest()
                for key in (
                    b"Tor safe cookie authentication controller-to-server hash",
                    b"Tor safe cookie authentication server-to-controller hash",
                )
            )
            if theirs.upper() != fields["SERVERHASH"].upper():
                raise ControlError("tor does not know its own cookie")
            self.command("AUTHENTICATE " + ours)
        else:
            self.command("AUTHENTICATE")

    def _line(self):
        while b"\r\n" not in self._buffer:
            data = self._socket.recv(65536)
            if not data:
                raise ControlError("tor closed the control connection")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line.decode("utf-8", "replace")

    def _reply(self):
        """One whole reply: its code, and the text of each line with its data."""
        lines = []
        while True:
            line = self._line()
            code, kind, text = line[:3], line[3:4], line[4:]
            if kind == "+":
                data = []
                while True:
                    piece = self._line()
                    if piece == ".":
                        break
                    data.append(piece[1:] if piece.startswith(".") else piece)
                text += "\n".join(data)
            lines.append(text)
            if kind not in ("-", "+"):
                return code, lines

    def command(self, line):
        """Sends one line and returns the texts of the reply's lines."""
        self._socket.sendall(line.encode() + b"\r\n")
        while True:
            code, lines = self._reply()
            if code == "650":
                self.events.append(lines)
            elif code.startswith("2"):
                return lines
            else:
                name = line.split(" ", 1)[0]
                raise ControlError("%s: %s %s" % (name, code, " / ".join(lines)))

    def get_info(self, key):
        text = self.command("GETINFO " + key)[0]
        return text.split("=", 1)[1]

    def wait_event(self, matches, timeout=PATIENCE):
        """The first event for which matches(lines) holds; None at the deadline."""
        deadline = time.monotonic() + timeout
        before = self._socket.gettimeout()
        try:
            while True:
                while self.events:
                    event = self.events.pop(0)
                    if matches(event):
                        return event
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._socket.settimeout(left)
                try:
                    self.events.append(self._reply()[1])
                except socket.timeout:
                    return None
        finally:
            self._socket.settimeout(before)
