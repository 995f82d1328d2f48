"""A name server for the exits of the private network, which has no internet.

    anything.test       A 127.0.0.1, AAAA ::1, for an hour
    192.0.2.N           PTR host-N.test
    silent.test         never answered
    all other names     do not exist

The exits ask it over UDP; it runs on a thread of the process that owns the network.
"""

import socket
import struct
import threading

A, PTR, AAAA = 1, 12, 28
NO_SUCH_NAME = 3
TTL = 3600


class NameServer:
    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        # An empty datagram to itself, as nothing else wakes a blocked recvfrom
        # on every system.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            try:
                query, peer = self._socket.recvfrom(4096)
            except OSError:
                continue
            if not query:
                return
            try:
                reply = answer(query)
            except (IndexError, struct.error, UnicodeDecodeError):
                continue
            if reply is not None:
                self._socket.sendto(reply, peer)


def answer(query):
    """The reply to one DNS message; None for silence."""
    number, _flags, questions = struct.unpack_from(">HHH", query)
    if questions != 1:
        return None
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("ascii"))
        at += query[at] + 1
    kind, _class = struct.unpack_from(">HH", query, at + 1)
    question = query[12:at + 5]
    # Names come back as they were asked, in the case that the asker chose to mix.
    name = ".".join(labels).lower()
    if name == "silent.test":
        return None
    data, exists = None, True
    if name.endswith(".test"):
        data = {A: b"\x7f\0\0\1", AAAA: b"\0" * 15 + b"\1"}.get(kind)
    elif name.endswith(".2.0.192.in-addr.arpa"):
        if kind == PTR:
            host = ("host-" + labels[0]).encode()
            data = bytes([len(host)]) + host + b"\4test\0"
    else:
        exists = False
    header = struct.pack(">HHHHHH", number, 0x8180 | (0 if exists else NO_SUCH_NAME),
                         1, 1 if data else 0, 0, 0)
    record = b""
    if data:
        record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, TTL, len(data)) + data
    return header + question + record
