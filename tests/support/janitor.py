"""Cleans up after a test process that died without doing so itself.

Started with a directory as argument and a pipe as standard input, in a session
of its own so that Ctrl-C passes it by. The owner writes one line with each
process it starts. When the pipe ends, the owner is gone: whatever still runs is
killed and the directory is removed.
"""

import os
import shutil
import signal
import subprocess
import sys
import time


def belongs(pid, directory):
    """Whether pid still is a process of ours: its arguments name the directory.

    A number may have been given to another process since it was noted."""
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return os.fsencode(directory) in file.read()
    except OSError:
        if os.path.isdir("/proc/self"):
            return False
    answer = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], stdout=subprocess.PIPE, check=False
    )
    return os.fsencode(directory) in answer.stdout


def end(pids, directory, patience=10.0):
    """Kills those of pids that are ours and returns when they are gone."""
    deadline = time.monotonic() + patience
    left = set(pids)
    while left and time.monotonic() < deadline:
        left = {pid for pid in left if belongs(pid, directory)}
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        if left:
            time.sleep(0.02)


def main():
    directory = sys.argv[1]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    pids = [int(line) for line in sys.stdin if line.strip()]
    end(pids, directory)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
