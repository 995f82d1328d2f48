#!/usr/bin/env python3
"""Loads the library, uses it, and closes it, again and again.

    check_unload.py LIBRARY

Nothing of it runs any more each time: neither threads nor destructors of threads
that have used it. A library that can be unloaded is gone from memory then; one
that is linked to stay (nodelete) is there once. In a process of its own, so that
a crash is told from a failure.
"""

import _ctypes
import ctypes
import os
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import interface  # noqa: E402

NUMBERS = interface.constants()
ROUNDS = 60
# How long to wait for what has to come, in seconds: it finds what hangs.
PATIENCE = 300
LISTENER = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p)


def answer(peer):
    try:
        for _line in peer.makefile("rb"):
            peer.sendall(b"650 BW 1 2\r\n250 OK\r\n")
    except OSError:
        pass


def names_of_threads():
    names = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open("/proc/self/task/%s/comm" % task, encoding="ascii") as file:
                names.append(file.read().strip())
        except OSError:
            pass  # it has just ended
    return names


def mappings(path):
    with open("/proc/self/maps", encoding="utf-8") as file:
        return file.read().count(os.path.basename(path))


def may_stay(path):
    dynamic = subprocess.run(["readelf", "--dynamic", path], stdout=subprocess.PIPE, check=True,
                             universal_newlines=True).stdout
    return "NODELETE" in dynamic


def use(library, how):
    """A controller with a queue and a listener that has heard something."""
    heard = threading.Event()
    callback = LISTENER(lambda _event, _data: heard.set() or 0)
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=answer, args=(ours,), daemon=True)
    thread.start()
    place = ctypes.c_void_p
    library.torctl_options_new.restype = place
    options, controller, queue = place(library.torctl_options_new()), place(), place()
    assert library.torctl_options_set_fd(options, theirs.detach(), 1, None) == 0
    assert library.torctl_controller_new(options, ctypes.byref(controller), None) == 0
    library.torctl_options_free(options)
    assert library.torctl_controller_connect(controller, None, None) == 0
    kinds = ctypes.c_uint64(1 << NUMBERS["TORCTL_EVENT_BW"])
    assert library.torctl_listener_add(controller, kinds, callback, None, None, None, None, None) == 0
    assert library.torctl_queue_new(controller, kinds, ctypes.c_size_t(0), ctypes.c_size_t(0), 0,
                                    None, ctypes.byref(queue), None) == 0

    def ask():
        assert library.torctl_signal(controller, NUMBERS["TORCTL_SIGNAL_NEWNYM"], None, None) == 0

    # Also on a thread that outlives neither nor both.
    others = [threading.Thread(target=ask) for _index in range(3)]
    for other in others:
        other.start()
    ask()
    assert heard.wait(PATIENCE)
    for other in others:
        other.join()
    if how == "gone":
        ours.shutdown(socket.SHUT_RDWR)
        library.torctl_controller_state.restype = ctypes.c_int32
        deadline = time.monotonic() + PATIENCE
        while library.torctl_controller_state(controller) != NUMBERS["TORCTL_STATE_CLOSED"] and time.monotonic() < deadline:
            time.sleep(0.002)
    library.torctl_queue_free(queue)
    library.torctl_controller_free(controller)
    ours.close()


def inside(path):
    keeps, ends = threading.Event(), threading.Event()
    libraries, stays = [], may_stay(path)

    def long_lived():
        # Uses the library once, and ends when that is gone for long.
        libraries[0].torctl_version()
        libraries[0].torctl_controller_close(None)
        keeps.set()
        ends.wait()

    for number in range(ROUNDS):
        library = ctypes.CDLL(path)
        count = mappings(path)
        assert count
        if number == 0:
            libraries.append(library)
            witness = threading.Thread(target=long_lived, daemon=True)
            witness.start()
            keeps.wait()
            libraries.clear()
        use(library, "gone" if number % 2 else "freed")
        _ctypes.dlclose(library._handle)
        if mappings(path) != (count if stays else 0):
            print("round %d: the library is there %d times" % (number, mappings(path)))
            return 1
        # One that was joined may be listed for a moment; it runs nothing of ours.
        deadline = time.monotonic() + PATIENCE
        while any(name.startswith("torctl") for name in names_of_threads()):
            if time.monotonic() > deadline:
                print("round %d: a thread of the library is still there" % number)
                return 1
            time.sleep(0.002)
    ends.set()
    witness.join()
    print("%d times loaded, used and closed" % ROUNDS)
    return 0


def main():
    path = os.path.abspath(sys.argv[1])
    if sys.argv[2:] == ["--inside"]:
        return inside(path)
    status = subprocess.run([sys.executable, os.path.abspath(__file__), path, "--inside"],
                            check=False).returncode
    if status < 0:
        print("ended by signal %d" % -status)
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
