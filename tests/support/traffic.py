#!/usr/bin/env python3
"""Pushes bytes through a tor client's SOCKS port to a server on loopback.

    traffic.py [--socks PORT] [--down RATE] [--up RATE] [--wave] [--seconds N]

Rates are in bytes a second; --wave lets them swing between a tenth of that and
all of it. Without --socks the client of the private network is used
(TORCTL_NET_SOCKS_PORT). Runs until it is ended, or for N seconds, and then
prints what has arrived.
"""

import argparse
import math
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

CHUNK = 16384
# How often each sender looks at the clock: small against the second over which
# tor sums up bandwidth.
TICK = 0.05


def constant(rate):
    return lambda _seconds: rate


def wave(rate, period=24.0, phase=0.0):
    """A rate that swings, with a ripple on it, between rate / 10 and rate."""
    def at(seconds):
        angle = 2 * math.pi * (seconds / period + phase)
        height = 0.55 + 0.33 * math.sin(angle) + 0.12 * math.sin(5 * angle)
        return rate * max(0.1, min(1.0, height))
    return at


def open_through_socks(socks_port, host, port, user=None, timeout=300.0):
    """A connection to host:port made by tor (SOCKS5; the name goes to tor as it is)."""
    link = socket.create_connection(("127.0.0.1", socks_port), timeout=timeout)
    try:
        if user is None:
            link.sendall(b"\x05\x01\x00")
        else:
            # Streams with different credentials do not share a circuit.
            link.sendall(b"\x05\x01\x02")
        if _exactly(link, 2)[0] != 5:
            raise OSError("no SOCKS5 on port %d" % socks_port)
        if user is not None:
            name = user.encode()
            link.sendall(b"\x01" + bytes([len(name)]) + name + b"\x01x")
            _exactly(link, 2)
        name = host.encode()
        link.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name
                     + port.to_bytes(2, "big"))
        answer = _exactly(link, 4)
        if answer[1] != 0:
            raise OSError("tor could not connect to %s:%d (SOCKS5 reply %d)"
                          % (host, port, answer[1]))
        length = {1: 4, 4: 16}.get(answer[3]) or _exactly(link, 1)[0]
        _exactly(link, length + 2)
        return link
    except BaseException:
        link.close()
        raise


def _exactly(link, count):
    data = b""
    while len(data) < count:
        piece = link.recv(count - len(data))
        if not piece:
            raise OSError("the SOCKS port hung up")
        data += piece
    return data


class Traffic:
    """Bytes in both directions while the `with` block runs.

    down and up give the rate in bytes a second, seconds after the start."""

    def __init__(self, socks_port, down, up):
        self.socks_port = socks_port
        self.received_down = 0
        self.received_up = 0
        self.last_error = None
        self._down, self._up = down, up
        self._ended = threading.Event()
        self._sockets = set()
        self._lock = threading.Lock()
        self._threads = []

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self._began = time.monotonic()
        self._spawn(self._accept)
        self._spawn(self._connect)
        return self

    def __exit__(self, *_exc):
        self._ended.set()
        with self._lock:
            for link in self._sockets | {self._listener}:
                try:
                    # Closing alone would leave a thread blocked in it.
                    link.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        for thread in self._threads:
            thread.join(timeout=5.0)
        self._listener.close()

    def _spawn(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while not self._ended.is_set():
            try:
                link, _peer = self._listener.accept()
            except OSError:
                return
            self._spawn(self._exchange, link, self._down, "received_up")

    def _connect(self):
        """Keeps one stream open: another one follows when tor loses it."""
        while not self._ended.is_set():
            try:
                link = open_through_socks(self.socks_port, "127.0.0.1", self._port)
            except OSError as error:
                self.last_error = error
                self._ended.wait(0.5)
                continue
            self._exchange(link, self._up, "received_down")

    def _exchange(self, link, rate, counter):
        """Sends at the rate and counts what comes, until either side is done."""
        link.settimeout(None)
        with self._lock:
            self._sockets.add(link)
        sender = threading.Thread(target=self._send, args=(link, rate), daemon=True)
        sender.start()
        try:
            while not self._ended.is_set():
                data = link.recv(65536)
                if not data:
                    break
                setattr(self, counter, getattr(self, counter) + len(data))
        except OSError as error:
            self.last_error = error
        finally:
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sender.join(timeout=5.0)
            with self._lock:
                self._sockets.discard(link)
            link.close()

    def _send(self, link, rate):
        piece = os.urandom(CHUNK)
        before, owed = time.monotonic(), 0.0
        try:
            while not self._ended.wait(TICK):
                now = time.monotonic()
                # What a stalled stream could not take is not made up for.
                owed += rate(now - self._began) * min(now - before, 0.25)
                before = now
                while owed >= 1:
                    count = min(int(owed), CHUNK)
                    link.sendall(piece[:count])
                    owed -= count
        except OSError as error:
            self.last_error = error


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--socks", type=int,
                        default=int(os.environ.get("TORCTL_NET_SOCKS_PORT", "0")))
    parser.add_argument("--down", type=int, default=200_000)
    parser.add_argument("--up", type=int, default=50_000)
    parser.add_argument("--wave", action="store_true")
    parser.add_argument("--seconds", type=float)
    args = parser.parse_args()
    if not args.socks:
        parser.error("which SOCKS port?")
    from tor_process import Ended, end_on_signals
    end_on_signals()
    down = wave(args.down) if args.wave else constant(args.down)
    up = wave(args.up, phase=0.3) if args.wave else constant(args.up)
    began = time.monotonic()
    with Traffic(args.socks, down, up) as traffic:
        try:
            threading.Event().wait(args.seconds)
        except Ended:
            pass
    seconds = time.monotonic() - began
    print("%.1f s: down %d bytes, up %d bytes" % (
        seconds, traffic.received_down, traffic.received_up))
    if not traffic.received_down and traffic.last_error:
        sys.stderr.write("traffic.py: %s\n" % traffic.last_error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
