#!/usr/bin/env python3
"""What each function sends to tor is what tests/data/sent.txt says, from which docs/COMMANDS.md is made.

    sent.py LIBRARY             fails where a function sends more
    sent.py LIBRARY --write     writes it

In the private network: each function is called on a controller of its own that records what it sends.
"""

import ctypes
import os
import re
import socket
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/abi"))

import interface  # noqa: E402

PATH = ROOT / "tests/data/sent.txt"
HEAD = """# What functions send to tor besides the login and QUIT, recorded by tests/manual/sent.py: function, command
# with its keys, options or kinds of events, or - for nothing. Separated by tabs.
"""
NUMBERS = {"int": ctypes.c_int, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "uint16_t": ctypes.c_uint16,
           "int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64, "size_t": ctypes.c_size_t}
LOGIN = {"PROTOCOLINFO", "AUTHCHALLENGE", "AUTHENTICATE", "QUIT"}
MINUTES_MS = 5 * 60000


class Library:
    """Calls functions by name, with what is not said as 0 and NULL; places for results are made."""

    def __init__(self, path):
        self._library = ctypes.CDLL(path)
        self._functions = {it.name: it for it in interface.functions()}
        self.kept = []

    def __call__(self, name, /, _may_fail=False, **given):
        function = self._functions["torctl_" + name]
        types, values, outputs, error = [], [], {}, ctypes.c_void_p()
        for kind, argument in function.arguments:
            value = given.pop(argument, None)
            if argument == "err":
                types.append(ctypes.c_void_p)
                values.append(ctypes.byref(error))
            elif kind in NUMBERS:
                types.append(NUMBERS[kind])
                values.append(value or 0)
            elif value is None and kind.endswith("**") and not kind.startswith("const"):
                outputs[argument] = ctypes.c_void_p()
                types.append(ctypes.c_void_p)
                values.append(ctypes.byref(outputs[argument]))
            elif value is None and kind.removesuffix("*") in NUMBERS:
                outputs[argument] = NUMBERS[kind.removesuffix("*")]()
                types.append(ctypes.c_void_p)
                values.append(ctypes.byref(outputs[argument]))
            else:
                types.append(ctypes.c_void_p)
                values.append(self._pointer(value))
        if given:
            raise TypeError(f"{name} has no {list(given)}")
        symbol = getattr(self._library, function.name)
        symbol.argtypes = types
        is_text = function.result == "const char*"
        symbol.restype = ctypes.c_char_p if is_text else NUMBERS.get(function.result, ctypes.c_void_p)
        if function.result in ("torctl_status", "void"):
            symbol.restype = ctypes.c_int32 if function.result == "torctl_status" else None
        result = symbol(*values)
        if function.result != "torctl_status":
            return result.decode() if is_text else result
        if result < 0 and not _may_fail:
            raise SystemExit(f"{name}: {self('error_message', error=error)}")
        found = [it.value for it in outputs.values()]
        return found[0] if len(found) == 1 else found

    def _pointer(self, value):
        if isinstance(value, str):
            value = ctypes.c_char_p(value.encode())
        elif isinstance(value, list):
            value = (ctypes.c_char_p * len(value))(*[it.encode() for it in value])
        elif callable(value):
            value = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p)(value)
        self.kept.append(value)
        return ctypes.cast(value, ctypes.c_void_p) if value is not None else None


def described(line):
    """A command as the list has it: without what differs from run to run."""
    command, _, rest = line.lstrip("+").partition(" ")
    words = rest.split()
    if command == "GETINFO":
        # An address, a fingerprint, an identifier.
        words = sorted({re.sub(r"/(\d[\d.]+|[0-9A-F]{40}|[a-z2-7]{56})$", "/*", it) for it in words})
    elif command in ("SETCONF", "GETCONF", "RESETCONF"):
        words = sorted({it.partition("=")[0] for it in words})
    elif command == "SETEVENTS":
        words = sorted(words)
    elif command != "SIGNAL":
        words = []
    return " ".join([line.partition(" ")[0]] + words)


def together(commands):
    """Each command once, and in one SETEVENTS all kinds: which of them are in which depends on the moment."""
    kinds = sorted({kind for it in commands if it.startswith("SETEVENTS") for kind in it.split()[1:]})
    events = ["SETEVENTS " + " ".join(kinds)] if kinds else []
    return events + list(dict.fromkeys(it for it in commands if not it.startswith("SETEVENTS")))


class Recorder:
    def __init__(self, library, socket_path, place):
        self.library, self.address, self.place = library, "unix:" + socket_path, place
        self.sent = {}

    def controller(self, record=None):
        options = self.library("options_new")
        self.library("options_set_address", options=options, address=self.address)
        if record:
            self.library("options_set_record_file", options=options, path=record)
        tor = self.library("controller_new", options=options)
        self.library("controller_connect", controller=tor)
        self.library("options_free", options=options)
        return tor

    def record(self, name, /, then=None, **arguments):
        """What `name` sends; `then` gets what it gives, and what that sends counts as well."""
        path = tempfile.mktemp(dir=self.place)
        tor = self.controller(path)
        result = self.library(name, controller=tor, **arguments)
        if then:
            then(tor, result)
        self.library("controller_free", controller=tor)
        lines = [line.split(" ", 2) for line in Path(path).read_text(errors="replace").splitlines()]
        lines = [it[2] for it in lines if len(it) == 3 and it[1] == ">"]
        commands = []
        for line in lines:
            if re.match(r"\+?[A-Z_]+( |$)", line) and line.split(" ")[0] not in LOGIN:
                commands.append(described(line))
        self.sent["torctl_" + name] = together(commands)
        return result


def run(library, place):
    recorder = Recorder(library, os.environ["TORCTL_NET_CONTROL_SOCKET"], place)
    record = recorder.record
    relays = dict(it.split("=") for it in os.environ["TORCTL_NET_RELAYS"].split())
    listening = socket.create_server(("127.0.0.1", 0))
    target = "127.0.0.1:%d" % listening.getsockname()[1]
    constants = interface.constants()
    ends = lambda *_arguments: constants["TORCTL_OK"]  # noqa: E731

    record("wait_bootstrapped", timeout_ms=MINUTES_MS, stall_timeout_ms=MINUTES_MS)
    simple = ["get_traffic", "get_effective_rate", "get_bootstrap_phase", "get_circuits", "get_streams", "get_orconns",
              "get_changed_conf", "get_process", "get_bandwidths", "get_accounting", "get_guards", "get_mappings",
              "get_exit_policy", "get_config_options", "get_onions", "get_client_auths", "get_services", "get_health",
              "view_new", "drop_timeouts"]
    for name in simple:
        record(name, _may_fail=True)
    record("get_countries", addresses=["192.0.2.1"], count=1)
    record("get_endpoints", kind="socks")
    record("get_routers", key="ns/all")
    record("get_descriptors", key="desc/all-recent", _may_fail=True)
    record("get_microdescriptors", key="md/all", _may_fail=True)
    record("new_identity", timeout_ms=MINUTES_MS)
    record("map_address", **{"from": ["192.0.2.1"], "to": ["192.0.2.2"]}, count=1)
    record("resolve", name="127.0.0.1", reverse=1, timeout_ms=60000, _may_fail=True)
    path = [relays["relay1"], relays["relay2"], relays["auth1"]]
    record("build_circuit", path=path, count=3, timeout_ms=MINUTES_MS)
    # Their keys are the program's.
    record("set_conf", name="MaxCircuitDirtiness", value="601")
    record("keep_conf", name="MaxCircuitDirtiness", value="602")
    record("reset_conf", name="MaxCircuitDirtiness")
    record("get_conf", name="MaxCircuitDirtiness")
    record("attacher_set", attacher=ends, deadline_ms=1000,
           then=lambda tor, _listener: library("attacher_remove", controller=tor))

    options = library("onion_options_new")
    library("onion_options_add_port", options=options, port=80, target=target)
    keeper = recorder.controller()
    onion = library("add_onion", controller=keeper, options=options)
    library("onion_wait_published", onion=onion, min_uploads=1, timeout_ms=MINUTES_MS)
    address = library("onion_address", onion=onion)
    record("watch_onion", address=address)
    record("fetch_onion", address=address, timeout_ms=MINUTES_MS, _may_fail=True)
    record("dial", host=address, port=80, timeout_ms=MINUTES_MS, _may_fail=True)
    record("add_onion", options=options)
    waits = lambda _tor, it: library("onion_wait_published", onion=it, min_uploads=1, timeout_ms=MINUTES_MS)  # noqa: E731
    record("add_onion", options=options, then=waits)
    recorder.sent["torctl_onion_wait_published"] = recorder.sent.pop("torctl_add_onion")
    record("add_onion", options=options, then=lambda _tor, it: library("onion_get_status", onion=it))
    recorder.sent["torctl_onion_get_status"] = recorder.sent.pop("torctl_add_onion")
    record("add_onion", options=options)
    for name in ("torctl_onion_wait_published", "torctl_onion_get_status"):
        added = recorder.sent["torctl_add_onion"]
        recorder.sent[name] = [it for it in recorder.sent[name] if it not in added]
    record("onion_listener_new", port=80)
    library("controller_free", controller=keeper)
    listening.close()
    return recorder.sent


def main():
    library = Library(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        sent = run(library, place)
    text = HEAD + "".join(f"{name}\t{it}\n" for name in sorted(sent) for it in sent[name] or ["-"])
    if "--write" in sys.argv:
        PATH.write_text(text)
        return 0
    # Less can be sent: what a function asks for last depends on what came before.
    new = set(text.splitlines()) - set(PATH.read_text().splitlines())
    for line in sorted(new):
        print("not in tests/data/sent.txt:", line, file=sys.stderr)
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
