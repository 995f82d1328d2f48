"""Cleans up after a test process that died without doing so itself.

Started with a directory as argument and a pipe as standard input, in a session
of its own so that Ctrl-C passes it by. When the pipe ends, the owner is gone:
every tor whose torrc lies in the directory is killed, and the directory is
removed.
"""

import os
import shutil
import signal
import subprocess
import sys
import time


def tors_of(directory):
    """The tors that were started with a torrc inside the directory."""
    mark = b"-f\0" + os.fsencode(directory) + b"/"
    if not os.path.isdir("/proc/self"):
        answer = subprocess.run(["ps", "-axo", "pid=,args="],
                                stdout=subprocess.PIPE, check=False)
        mark = mark.replace(b"\0", b" ")
        return [int(line.split()[0]) for line in answer.stdout.splitlines() if mark in line]
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/cmdline" % name, "rb") as file:
                    if mark in file.read():
                        found.append(int(name))
            except OSError:
                pass
    return found


def end(directory, patience=300.0):
    """Kills them, stopped ones too, and returns when they are gone."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        left = tors_of(directory)
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.02)


def main():
    directory = sys.argv[1]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    end(directory)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
