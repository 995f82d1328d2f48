"""Runs a program beside what was started for it, and hands results over."""

import os
import select
import signal
import subprocess
import sys
import time

from tor_process import Ended


def run_command(command, environment):
    """Runs a program in this terminal and returns its exit status.

    It ends with us: a signal that asks us to end is passed on to it first, and
    so is the end of whoever started us, unless that was by nohup."""
    parent = os.getppid()
    alone = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    # A signal between the start and our knowing of it would leave the program behind.
    early = []
    handlers = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if callable(signal.getsignal(number)):
            handlers[number] = signal.signal(number, lambda number, _frame: early.append(number))
    child = None
    try:
        child = subprocess.Popen(command, env=dict(os.environ, **environment))
    except OSError as failure:
        sys.stderr.write("%s: %s\n" % (command[0], failure))
        return 127
    finally:
        if child is None:
            _restore(handlers)
    try:
        _restore(handlers)
        if early:
            os.kill(os.getpid(), early[0])
        while True:
            try:
                return _status(child.wait(timeout=1.0))
            except subprocess.TimeoutExpired:
                if os.getppid() != parent and not alone:
                    raise Ended(signal.SIGHUP)
    except Ended as end:
        _end(child, end.number)
        raise
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _restore(handlers):
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _status(code):
    return code if code >= 0 else 128 - code


def _end(child, number, patience=5.0):
    """Lets the program leave by itself, then no longer."""
    # Ctrl-C in a terminal has reached the program already, and programs take a
    # second one as impatience.
    if not (number == signal.SIGINT and _in_foreground()):
        try:
            child.send_signal(number)
        except OSError:
            pass
    try:
        child.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        pass


def _in_foreground():
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def serve_until_closed(environment, watch_pid=None, silent=False):
    """Prints NAME=value lines and READY, then waits until nobody needs us.

    That is when standard input ends; or, with a pid to watch, when that process
    is gone (standard input is then left alone)."""
    if not silent:
        for name, value in environment.items():
            print("%s=%s" % (name, value))
        print("READY", flush=True)
    if watch_pid is None and silent:
        while True:
            signal.pause()
    if watch_pid is None:
        while True:
            select.select([0], [], [])
            if not os.read(0, 4096):
                return 0
    while _alive(watch_pid):
        time.sleep(0.25)
    return 0


def _alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except PermissionError:
        return True
    except OSError:
        return False


def write_state(path, environment):
    """Leaves the variables in a file, whole from the moment it is there."""
    values = dict(environment, TORCTL_NET_SERVER_PID=str(os.getpid()))
    temporary = path + ".new"
    with open(temporary, "w", encoding="utf-8") as file:
        for name, value in values.items():
            file.write("%s=%s\n" % (name, value))
    os.rename(temporary, path)


def read_state(path):
    with open(path, encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("=", 1) for line in file)
