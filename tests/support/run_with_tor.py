#!/usr/bin/env python3
"""Runs a program beside a tor of its own, which ends with it.

    run_with_tor.py [--auth MODE] [--set "Option value"]... [--filter NAME] -- CMD ARGS
    run_with_tor.py [--auth MODE] --serve

MODE is none, cookie (the default), password, or both (cookie and password).
The network is disabled unless --set says otherwise. CMD finds the tor in its
environment:

    TORCTL_TEST_PORT       its control port on 127.0.0.1
    TORCTL_TEST_SOCKET     its control socket
    TORCTL_TEST_TOR_PID    its process, to be stopped or killed at will
    TORCTL_TEST_AUTH       MODE
    TORCTL_TEST_PASSWORD   set with password and both
    TORCTL_TEST_COOKIE_FILE  set with cookie and both
    TORCTL_TEST_DIR        its data directory, with torrc and log

With --filter the socket is that of a filter before tor, with this profile of
filter.py, and TORCTL_TEST_FILTER is NAME; TORCTL_TEST_PORT stays tor's own.

--serve prints these as NAME=value lines, then READY, and waits until standard
input ends. The exit status is that of CMD; 77 when tor is not installed. The tor
is that of the PATH, or the one that TORCTL_TOR=/path/to/tor names.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from command import run_command, serve_until_closed  # noqa: E402
from filter import PROFILES, Filter  # noqa: E402
from tor_process import (  # noqa: E402
    AUTH_MODES, SKIPPED, Ended, TorFailed, TorMissing, TorProcess, Workspace,
    end_on_signals)


def environment(tor):
    values = {
        "TORCTL_TEST_PORT": str(tor.port()),
        "TORCTL_TEST_SOCKET": tor.socket,
        "TORCTL_TEST_TOR_PID": str(tor.pid),
        "TORCTL_TEST_AUTH": tor.auth,
        "TORCTL_TEST_DIR": tor.directory,
    }
    if tor.password is not None:
        values["TORCTL_TEST_PASSWORD"] = tor.password
    if tor.auth in ("cookie", "both"):
        values["TORCTL_TEST_COOKIE_FILE"] = tor.cookie_file
    return values


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--auth", choices=AUTH_MODES, default="cookie")
    parser.add_argument("--set", action="append", default=[], metavar="OPTION",
                        help="a line of torrc")
    parser.add_argument("--filter", choices=sorted(PROFILES))
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if bool(command) == args.serve:
        parser.error("either a command or --serve")
    options = {line.split()[0].lower() for line in args.set}
    lines = [line for line in ("DisableNetwork 1", "SocksPort 0")
             if line.split()[0].lower() not in options]
    end_on_signals()
    try:
        with Workspace() as space:
            tor = TorProcess(space, "tor", lines + args.set, auth=args.auth)
            tor.start()
            tor.wait_ready()
            values = environment(tor)
            if args.filter:
                path = os.path.join(tor.directory, "filter")
                Filter(args.filter, path, tor.socket,
                       tor.cookie_file if tor.auth in ("cookie", "both") else None, tor.password)
                values["TORCTL_TEST_SOCKET"] = path
                values["TORCTL_TEST_FILTER"] = args.filter
            if args.serve:
                return serve_until_closed(values)
            return run_command(command, values)
    except Ended as end:
        return 128 + end.number
    except TorMissing as missing:
        sys.stderr.write("run_with_tor.py: skipped: %s\n" % missing)
        return SKIPPED
    except (TorFailed, OSError) as failure:
        sys.stderr.write("run_with_tor.py: %s\n" % failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
