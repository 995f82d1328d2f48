"""libtorctl through its C interface: gives it the bytes of a control connection,
and asks its functions for every field of every event that comes out."""

import ctypes
import os
import socket
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "abi"))

import interface  # noqa: E402

CONSTANTS = interface.constants()
FUNCTIONS = {function.name: function for function in interface.functions()}
TYPES = {
    "int": ctypes.c_int, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32,
    "uint16_t": ctypes.c_uint16, "uint64_t": ctypes.c_uint64, "int64_t": ctypes.c_int64,
    "size_t": ctypes.c_size_t, "double": ctypes.c_double, "torctl_status": ctypes.c_int32,
    "const char*": ctypes.c_char_p, "void": None,
}
ALL_KINDS = sum(1 << number for number in range(1, 34))


class Library:
    """Calls functions as torctl.h declares them."""

    def __init__(self, path):
        self._library = ctypes.CDLL(path)
        self._functions = {}

    def __getattr__(self, name):
        if name not in self._functions:
            declared = FUNCTIONS[name]
            function = getattr(self._library, name)
            function.restype = TYPES.get(declared.result, ctypes.c_void_p)
            function.argtypes = [TYPES.get(kind, ctypes.c_void_p)
                                 for kind, _name in declared.arguments]
            self._functions[name] = function
        return self._functions[name]

    def check(self, status):
        if status != 0:
            raise AssertionError(self.torctl_status_name(status).decode())

    def events(self, wire):
        """The events in what a tor has sent, as pointers that live until the next is asked for."""
        ours, theirs = socket.socketpair()
        peer = threading.Thread(target=_say_yes, args=(ours, wire))
        peer.start()
        options = self.torctl_options_new()
        controller, queue, event = (ctypes.c_void_p() for _ in range(3))
        try:
            self.check(self.torctl_options_set_fd(options, theirs.detach(), 1, None))
            self.check(self.torctl_controller_new(options, ctypes.byref(controller), None))
            self.check(self.torctl_controller_connect(controller, None, None))
            self.check(self.torctl_queue_new(controller, ALL_KINDS, 1 << 20, 1 << 28, 0, None,
                                             ctypes.byref(queue), None))
            while True:
                status = self.torctl_queue_next(queue, 30000, None, ctypes.byref(event), None)
                if status == CONSTANTS["TORCTL_END"]:
                    break
                self.check(status)
                yield event
                self.torctl_event_free(event)
            assert self.torctl_queue_dropped(queue) == 0
        finally:
            self.torctl_queue_free(queue)
            self.torctl_controller_free(controller)
            self.torctl_options_free(options)
            peer.join()
            ours.close()

    def raw(self, event):
        size = self.torctl_event_raw_size_bytes(event)
        return ctypes.string_at(self.torctl_event_raw(event), size)

    def sized(self, name, *arguments):
        """A string of which a function ending in _size_bytes has the size."""
        size = getattr(self, name + "_size_bytes")(*arguments)
        return getattr(self, name)(*arguments)[:size]

    def list(self, name, event, count):
        return [getattr(self, name)(event, index) for index in range(count)]


def _say_yes(ours, wire):
    """Says yes to each command, and has everything to tell after SETEVENTS."""
    try:
        for line in ours.makefile("rb"):
            ours.sendall(b"250 OK\r\n")
            if line.startswith(b"SETEVENTS "):
                ours.sendall(wire)
                break
        ours.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the library has said what was wrong and hung up


WORDS = interface.words()


def field_list():
    """The fields of each kind: what it is called, where it stands, and a function that gives it.

    A field that some status actions have is called after them, as "BOOTSTRAP TAG"."""
    rows = {}
    for field in interface.fields():
        actions = ", ".join(field.get("actions", ()))
        called = " ".join(filter(None, (actions, field["called"])))
        for kind in field["kinds"]:
            for function in interface.functions_of(field):
                rows.setdefault(kind, []).append((called, field["where"], function))
    for kind in ("NS", "NEWCONSENSUS"):
        rows[kind].append(("entries", "data", "torctl_routers_from_event"))
    return rows
