#!/usr/bin/env python3
"""Calls every function of the library with NULLs, and with strings that could end a command.

    check_calls.py LIBRARY

Whatever the header declares is called, so that a new function is tested as soon
as it is there:

- with NULL and 0 everywhere: no crash; what can fail says TORCTL_ERR_INVALID, with
  and without a place for the error, and its outputs are written; what cannot gives
  0, "" or what its comment says;
- with an object to work on and NULL for all else: no crash, no error without a
  reason;
- in a forked child, with what it inherited: what can fail says TORCTL_ERR_STATE and
  "this process was forked", what cannot gives what it gives for NULL, and nothing
  arrives at the other end;
- for each string that goes to tor, with CR and LF in it: TORCTL_ERR_INVALID, and
  nothing of it arrives at the other end.

The library is loaded in a process of its own, so that a crash has a name.
"""

import ctypes
import os
import re
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import interface  # noqa: E402

INVALID = interface.constants()["TORCTL_ERR_INVALID"]
STATE = interface.constants()["TORCTL_ERR_STATE"]
FORKED = "this process was forked"
GARBAGE = 0x5A5A5A5A5A5A5A5A
NUMBERS = {
    "int": ctypes.c_int, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32,
    "uint16_t": ctypes.c_uint16, "uint64_t": ctypes.c_uint64, "int64_t": ctypes.c_int64,
    "size_t": ctypes.c_size_t, "double": ctypes.c_double, "torctl_status": ctypes.c_int32,
}
# What NULL gives where it is neither 0 nor "".
ANSWERS = {
    "torctl_queue_fd": -1,
    "torctl_onion_listener_fd": -1,
    "torctl_controller_fd": -1,
    "torctl_controller_timeout_ms": -1,
    "torctl_result_status": interface.constants()["TORCTL_ERR_INVALID"],
    "torctl_controller_state": interface.constants()["TORCTL_STATE_CLOSED"],
}
# A block of lines, in which line ends are what they are.
BLOCKS = {("torctl_load_conf", "text")}
# Each key has a status of its own there.
EACH = {"torctl_get_info_each"}
INJECTED = "SIGNAL HALT"
# What is well formed where not any word is.
ONION = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad"
CHOSEN = {"purpose": interface.constants()["TORCTL_CIRC_PURPOSE_GENERAL"]}
KEY = "uDF+ZsZSQ5hJSLdX3WIeOECC1OLrzhTCPyDnpaBWJmo="
GOOD = {"address": ONION, "addresses": ONION, "private_key": KEY, "private_keys": KEY, "path": "nickname", "relays": "$" + "A" * 40}


class Peer:
    """Says yes to everything, and keeps the commands that it was given."""

    def __init__(self):
        self.socket, self.client = socket.socketpair()
        self.commands = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            self.answer(self.socket.makefile("rb"))
        except OSError:
            pass  # the controller has gone before its last answer

    def answer(self, reader):
        is_block = False
        for line in reader:
            line = line.rstrip(b"\r\n")
            if is_block:
                is_block = line != b"."
            else:
                self.commands.append(line)
                is_block = line.startswith(b"+")
            if not is_block:
                self.socket.sendall(b"250 OK\r\n")


class Library:
    """The functions, with numbers and pointers as they are in C."""

    def __init__(self, path, trace):
        self.library, self.trace = ctypes.CDLL(path), trace
        self.functions = {function.name: function for function in interface.functions()}
        for function in self.functions.values():
            foreign = getattr(self.library, function.name)
            foreign.argtypes = [NUMBERS.get(kind, ctypes.c_void_p)
                                for kind, _name in function.arguments]
            foreign.restype = None if function.result == "void" else NUMBERS.get(
                function.result, ctypes.c_void_p)

    def call(self, name, *arguments):
        # For whoever looks why this process has died.
        os.write(self.trace, name.encode() + b"\n")
        return getattr(self.library, name)(*arguments)

    def text(self, pointer):
        return ctypes.string_at(pointer).decode("utf-8", "replace")

    def take_error(self, place):
        """The message of an error object, which is freed; None if there is none."""
        if not place.value:
            return None
        message = self.text(self.library.torctl_error_message(place.value))
        self.library.torctl_error_free(place.value)
        return message


FAULTS = []


def check(holds, function, text):
    if not holds:
        FAULTS.append("%s: %s" % (function, text))


def is_output(kind):
    return re.fullmatch(r"(torctl_\w+\*\*|uint64_t\*|size_t\*|int32_t\*)", kind) is not None


def check_nulls(library):
    for function in library.functions.values():
        nothing = [0 for _argument in function.arguments]
        result = library.call(function.name, *nothing)
        if function.is_fallible:
            check(result == INVALID, function, "returns %s for NULLs" % result)
            check_outputs(library, function)
        elif function.result == "const char*":
            if not re.search(r"\bor NULL\b|NULL for NULL|NULL if", function.comment):
                check(result and (library.text(result) == "" or not function.arguments or
                                  function.arguments[0][0] in NUMBERS),
                      function, "returns no string for NULL")
        elif function.result in NUMBERS and function.arguments:
            wanted = ANSWERS.get(function.name, 0)
            said = re.search(r"(-1|UINT64_MAX|INT64_MIN|INT64_MAX)", function.comment)
            check(result == wanted or said, function, "returns %s for NULL" % result)


def check_outputs(library, function):
    """With places for the results, and for nothing else."""
    if function.name == "torctl_controller_open":
        return  # NULL looks for a tor there
    places = []
    for kind, _name in function.arguments:
        places.append(ctypes.c_uint64(GARBAGE) if is_output(kind) else None)
    arguments = [0 if place is None else ctypes.byref(place) for place in places]
    status = library.call(function.name, *arguments)
    for (kind, name), place in zip(function.arguments, places):
        if place is None:
            continue
        if name == "err":
            if status >= 0:
                check(place.value == 0, function, "gives an error on success")
                continue
            check(place.value not in (0, GARBAGE), function, "gives no error")
            if place.value not in (0, GARBAGE):
                check(library.take_error(place), function, "gives an error without a message")
        elif status < 0:
            mask = 0xFFFFFFFF if kind == "int32_t*" else 0xFFFFFFFFFFFFFFFF
            # Some say that it is -1 then.
            empty = (0, mask) if "-1" in function.comment else (0,)
            check(place.value & mask in empty, function, "leaves %s unwritten" % name)


def open_controller(library):
    peer = Peer()
    options = library.call("torctl_options_new")
    controller = ctypes.c_void_p()
    assert library.call("torctl_options_set_fd", options, peer.client.detach(), 1, None) == 0
    library.call("torctl_options_set_timeout_ms", options, 2000, None)
    assert library.call("torctl_controller_new", options, ctypes.byref(controller), None) == 0
    library.call("torctl_options_free", options)
    assert library.call("torctl_controller_connect", controller, None, None) == 0
    return peer, controller


def check_nulls_beside_an_object(library):
    for function in library.functions.values():
        if not function.arguments or function.name.endswith(("_free", "_connect", "_close")):
            continue
        kind = function.arguments[0][0]
        peer = controller = made = None
        if kind.endswith("torctl_controller*"):
            peer, controller = open_controller(library)
            first = controller
        elif kind.endswith("torctl_options*"):
            first = made = ctypes.c_void_p(library.call("torctl_options_new"))
        elif kind.endswith("torctl_call*"):
            first = made = ctypes.c_void_p(library.call("torctl_call_new"))
        elif kind.endswith("torctl_queue*"):
            peer, controller = open_controller(library)
            first = made = ctypes.c_void_p()
            assert library.call("torctl_queue_new", controller, 1 << 5, 0, 0, 0, None,
                                ctypes.byref(made), None) == 0
        else:
            continue
        error = ctypes.c_void_p()
        rest = [ctypes.byref(error) if name == "err" else 0
                for _kind, name in function.arguments[1:]]
        result = library.call(function.name, first, *rest)
        if function.is_fallible and result < 0:
            check(library.take_error(error), function, "fails without a message")
        elif function.is_fallible:
            check(not error.value, function, "has an error although it succeeded")
        if made is not None:
            library.call(re.search(r"torctl_[a-z]+", kind).group(0) + "_free", made)
        if controller is not None:
            library.call("torctl_controller_free", controller)
            peer.socket.close()


# What is plain memory, and a descriptor whose copy is the child's own.
PLAIN = {"torctl_onion_address", "torctl_onion_private_key", "torctl_onion_has_pow"}
IN_CHILD = {"torctl_queue_fd": None, "torctl_pending_is_complete": 1}


def check_in_a_child(library):
    peer, controller = open_controller(library)
    made = {"torctl_controller*": controller}
    for kind, name, arguments in [
            ("torctl_queue*", "torctl_queue_new", (1 << 5, 0, 0, 0, None)),
            ("torctl_onion*", "torctl_watch_onion",
             (b"25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid", None)),
            ("torctl_pending*", "torctl_request_start", (b"PING", None, 0, None))]:
        made[kind] = ctypes.c_void_p()
        assert library.call(name, controller, *arguments, ctypes.byref(made[kind]), None) == 0
    made["torctl_call*"] = ctypes.c_void_p(library.call("torctl_call_new"))
    assert library.call("torctl_request", controller, b"LAST", None, 0, None, None, None) == 0
    child = os.fork()
    if child == 0:
        del FAULTS[:]
        status = 1
        try:
            count = check_inherited(library, made)
            print("\n".join(FAULTS), end="\n" if FAULTS else "", flush=True)
            status = 0 if count > 80 and not FAULTS else 1
        finally:
            os._exit(status)
    _child, status = os.waitpid(child, 0)
    check(status == 0, "in a child", "status %d" % status)
    check(peer.commands[-1] == b"LAST", "in a child", "sent %r" % peer.commands[-3:])
    assert library.call("torctl_request", controller, b"PING", None, 0, None, None, None) == 0
    for kind, handle in reversed(made.items()):
        library.call(kind[:-1] + "_free", handle)


def check_inherited(library, made):
    """Calls everything that takes one of these; frees come last. How many can fail."""
    count = 0
    functions = sorted(library.functions.values(), key=lambda it: it.name.endswith("_free"))
    for function in functions:
        kinds = [kind.replace("const ", "") for kind, _name in function.arguments]
        if not kinds or kinds[0] not in made or function.name in PLAIN:
            continue
        result, message = call_with(library, function, made[kinds[0]], 0, "")
        if function.is_fallible:
            count += 1
            check(result == STATE and message == FORKED, function,
                  "in a child: %s, %s" % (result, message))
        elif function.result == "const char*":
            check(library.text(result) == "", function, "in a child: a string")
        elif function.result in NUMBERS:
            wanted = IN_CHILD.get(function.name, ANSWERS.get(function.name, 0))
            check(wanted is None or result == wanted, function, "in a child: %s" % result)
    return count


def strings(function):
    """The arguments that are strings or arrays of them."""
    return [index for index, (kind, _name) in enumerate(function.arguments)
            if kind in ("const char*", "const char*const*")]


def check_strings(library):
    peer, controller = open_controller(library)
    for function in library.functions.values():
        if function.arguments[:1] != [("torctl_controller*", "controller")]:
            continue
        for tested in strings(function):
            kind, name = function.arguments[tested]
            for bad in ("x\r\n%s" % INJECTED, "x\n%s" % INJECTED, "x\r%s" % INJECTED, "\n", "x\r",
                        "x\"\r\n%s" % INJECTED, "x=y\r\n.\r\n%s" % INJECTED):
                before = len(peer.commands)
                status, message = call_with(library, function, controller, tested, bad)
                # Its own answer comes behind whatever went out.
                assert library.call("torctl_request", controller, b"PING", None, 0, None, None,
                                    None) == 0
                sent = [line for line in peer.commands[before:] if line != b"PING"]
                if (function.name, name) in BLOCKS:
                    check(len(sent) <= 1, function, "%s: sent %r" % (name, sent))
                    continue
                check(sent == [] or function.name in EACH and INJECTED.encode() not in sent,
                      function, "%s = %r: sent %r" % (name, bad, sent))
                if status == INVALID and message:
                    # The header's name of the argument, and the index that the caller passed.
                    place = name + ("[1]" if kind.endswith("*const*") else "")
                    check(re.match(re.escape(place) + "[ :]", message), function,
                          "%s = %r: says %r" % (place, bad, message))
                if function.name not in EACH:
                    check(status == INVALID, function, "%s = %r: %s" % (name, bad, status))
                    check(message and "\n" not in message and "\r" not in message, function,
                          "%s = %r: says %r" % (name, bad, message))
    library.call("torctl_controller_free", controller)


def call_with(library, function, controller, tested, bad):
    keep, arguments = [], []
    error = ctypes.c_void_p()
    for index, (kind, name) in enumerate(function.arguments):
        text = (bad if index == tested else GOOD.get(name, "x")).encode()
        place = ctypes.c_uint64()
        keep += [text, place]
        if index == 0:
            arguments.append(controller)
        elif name == "err":
            arguments.append(ctypes.byref(error))
        elif kind == "const char*":
            keep.append(ctypes.c_char_p(text))
            arguments.append(ctypes.cast(keep[-1], ctypes.c_void_p))
        elif kind == "const char*const*":
            keep.append((ctypes.c_char_p * 2)(GOOD.get(name, "x").encode(), text))
            arguments.append(ctypes.cast(keep[-1], ctypes.c_void_p))
        elif kind in NUMBERS:
            is_count = function.arguments[index - 1][0].endswith("*const*")
            arguments.append(0 if "data" in name else 2 if is_count else CHOSEN.get(name, 1))
        elif is_output(kind):
            arguments.append(ctypes.byref(place))
        elif kind.endswith("_fn") and name != "destroy" or kind == "const void*" and name != "data":
            # Never called: what is tested is refused before.
            keep.append(ctypes.create_string_buffer(b"x"))
            arguments.append(ctypes.cast(keep[-1], ctypes.c_void_p))
        else:
            arguments.append(None)
    return library.call(function.name, *arguments), library.take_error(error)


def check_all(path, trace):
    library = Library(path, trace)
    check_nulls(library)
    check_nulls_beside_an_object(library)
    check_in_a_child(library)
    check_strings(library)
    print("\n".join(FAULTS) or "%d functions" % len(library.functions))
    return 1 if FAULTS else 0


def main():
    if len(sys.argv) == 3:
        return check_all(sys.argv[1], int(sys.argv[2]))
    reading, writing = os.pipe()
    child = subprocess.Popen([sys.executable, os.path.abspath(__file__), sys.argv[1], str(writing)],
                             pass_fds=(writing,))
    os.close(writing)
    calls = b""
    while True:
        block = os.read(reading, 65536)
        if not block:
            break
        calls = (calls + block)[-4096:]
    status = child.wait()
    if status < 0:
        print("signal %d in %s" % (-status, calls.decode().splitlines()[-1]))
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
