#!/usr/bin/env python3
"""A private tor network on loopback: circuits, streams and onion services
become real without the internet.

Three directory authorities (relays and exits as well), two more relays (exits)
and one client, each with a control port and a control socket of its own.

    network.py run [--traffic BYTES] -- CMD ARGS   start it, run CMD in it, end it
    network.py serve                 start it, print its variables, then READY,
                                     and keep it until standard input ends
    network.py start --state FILE    keep it in the background until
    network.py stop --state FILE     this, or until the process --watch-pid ends
    network.py use --state FILE -- CMD ARGS     run CMD with its variables

CMD finds the network in its environment:

    TORCTL_NET_CONTROL_PORT    TORCTL_NET_CONTROL_SOCKET   of the client
    TORCTL_NET_COOKIE_FILE     TORCTL_NET_PASSWORD         both open the client
    TORCTL_NET_SOCKS_PORT      TORCTL_NET_CLIENT_PID       of the client
    TORCTL_NET_DIR             everything lives in there, <dir>/NAME/log too
    TORCTL_NET_RELAYS          "auth1=FINGERPRINT ... relay2=FINGERPRINT"
    TORCTL_NET_NAME_CONTROL_SOCKET, _CONTROL_PORT, _PID    of each relay, where
                               NAME is AUTH1 AUTH2 AUTH3 RELAY1 RELAY2 (cookie)

Names resolve as names.py says: anything.test is 127.0.0.1, 192.0.2.7 is host-7.test.

The exit status of `run` and `use` is that of CMD; 77 when tor is not installed. The
tor is that of the PATH, or the one that TORCTL_TOR=/path/to/tor names.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from command import run_command, serve_until_closed, write_state, read_state  # noqa: E402
from control import PATIENCE, ControlError  # noqa: E402
from filter import PROFILES, Filter  # noqa: E402
from names import NameServer  # noqa: E402
from progress import Progress  # noqa: E402
from tor_process import (  # noqa: E402
    SKIPPED, Ended, TorFailed, TorMissing, TorProcess, Workspace, end_on_signals,
    free_ports, need_program)

AUTHORITIES = ("auth1", "auth2", "auth3")
RELAYS = ("relay1", "relay2")

# The shortest that tor allows: votes are cast 4 seconds before a consensus
# becomes valid, signatures 2 seconds before.
VOTING_INTERVAL = 10
VOTE_DELAY = 2
DIST_DELAY = 2

COMMON = [
    "TestingTorNetwork 1",
    "AssumeReachable 1",
    # With five relays, one slow descriptor must not hold the client up.
    "PathsNeededToBuildCircuits 0.67",
    # After a hundred circuits over loopback tor would learn to give one up after
    # milliseconds, which a busy machine takes.
    "LearnCircuitBuildTimeout 0",
]
RELAY = COMMON + [
    "SocksPort 0",
    "Address 127.0.0.1",
    "ContactInfo none@example.invalid",
    "ExitRelay 1",
    "ExitPolicy accept *:*",
    "ExitPolicyRejectPrivate 0",
    # The name server is ours (names.py); tests of its honesty only cost time.
    "ServerDNSDetectHijacking 0",
    "ServerDNSAllowBrokenConfig 1",
]
AUTHORITY = RELAY + [
    "AuthoritativeDirectory 1",
    "V3AuthoritativeDirectory 1",
    "V3AuthVotingInterval %d" % VOTING_INTERVAL,
    "V3AuthVoteDelay %d" % VOTE_DELAY,
    "V3AuthDistDelay %d" % DIST_DELAY,
    # A machine that stalls for a while must not lose its network.
    "V3AuthNIntervalsValid 1000",
    # No vote before every descriptor is known: see _first_consensus.
    "TestingV3AuthInitialVotingInterval 300",
    "TestingV3AuthInitialVoteDelay %d" % VOTE_DELAY,
    "TestingV3AuthInitialDistDelay %d" % DIST_DELAY,
    "TestingAuthDirTimeToLearnReachability 0",
    "TestingMinExitFlagThreshold 0",
    "TestingDirAuthVoteExit *",
    "TestingDirAuthVoteGuard *",
    "TestingDirAuthVoteHSDir *",
    "MinUptimeHidServDirectoryV2 0",
    "AuthDirMaxServersPerAddr 0",
]
CLIENT = COMMON + [
    "SocksPort auto",
    # Until there is a consensus to fetch, so that no failed attempt delays it.
    "DisableNetwork 1",
]


class Network:
    """The private network. `with Network() as net:` starts and ends it."""

    def __init__(self, progress=None, timeout=2 * PATIENCE):
        self.progress = progress or (lambda fraction, text: None)
        self.timeout = timeout
        self.timings = {}
        self.tors = {}
        self.fingerprints = {}
        self.socks_port = None
        self._space = None
        self._names = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_exc):
        self.stop()

    @property
    def client(self):
        return self.tors["client"]

    @property
    def directory(self):
        return self._space.directory

    def start(self):
        """Returns when the client has built its first circuit."""
        for attempt in range(3):
            try:
                self._start()
                return
            except TorFailed as failure:
                self.stop()
                # Another program took a port between choosing and using it.
                if attempt == 2 or "in use" not in str(failure):
                    raise
            except BaseException:
                self.stop()
                raise

    def stop(self):
        """Ends every tor and removes every file. May be called twice."""
        if self._space is not None:
            self._space.close()
        if self._names is not None:
            names, self._names = self._names, None
            names.close()

    def _start(self):
        self._began = time.monotonic()
        self._space = Workspace()
        self._names = NameServer()
        self.progress(0.01, "making the authorities' keys")
        certificates, directory_lines, ports = self._make_keys()
        self._mark("keys")

        self.progress(0.10, "starting six tors")
        self._configure(certificates, directory_lines, ports)
        for tor in self.tors.values():
            tor.start()
        for tor in self.tors.values():
            tor.wait_ready(self._left())
        self._mark("started")

        self._wait_descriptors()
        self._mark("descriptors")
        self._first_consensus()
        self._mark("consensus")
        self._fill_caches()
        self._mark("caches")
        self._bootstrap_client()
        self._mark("ready")
        self.progress(1.0, "ready: 5 relays, 1 client")

    def _mark(self, name):
        self.timings[name] = time.monotonic() - self._began

    def _left(self):
        left = self._began + self.timeout - time.monotonic()
        if left <= 0:
            raise TorFailed("the network was not ready within %g s\n%s" % (
                self.timeout, self.tors["auth1"].last_words() if self.tors else ""))
        return left

    def _make_keys(self):
        """Identities of the authorities: every torrc has to name them."""
        tor, gencert = need_program("tor"), need_program("tor-gencert")
        ports = dict(zip(AUTHORITIES + RELAYS, free_ports(5)))
        dir_ports = dict(zip(AUTHORITIES, free_ports(3)))
        results, failures = {}, []

        def make(name):
            try:
                home = os.path.join(self.directory, name)
                keys = os.path.join(home, "keys")
                os.makedirs(keys, mode=0o700)
                os.chmod(home, 0o700)
                certificate = os.path.join(keys, "authority_certificate")
                subprocess.run(
                    [gencert, "--create-identity-key", "--passphrase-fd", "0",
                     "-i", os.path.join(keys, "authority_identity_key"),
                     "-s", os.path.join(keys, "authority_signing_key"),
                     "-c", certificate, "-m", "12",
                     "-a", "127.0.0.1:%d" % dir_ports[name]],
                    input=b"unused\n", stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, check=True)
                nowhere = os.path.join(home, "none")
                answer = subprocess.run(
                    [tor, "--list-fingerprint", "--quiet", "-f", nowhere,
                     "--ignore-missing-torrc", "--defaults-torrc", nowhere,
                     "--DataDirectory", home, "--ORPort", "1", "--Nickname", name,
                     "--DirAuthority", "x 127.0.0.1:1 " + "F" * 40],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, check=True)
                with open(certificate, encoding="ascii") as file:
                    text = file.read()
                identity = text.split("\nfingerprint ", 1)[1].split()[0]
                fingerprint = answer.stdout.decode().split(" ", 1)[1].replace(" ", "").strip()
                results[name] = (fingerprint, identity, text)
            except subprocess.CalledProcessError as failure:
                failures.append("%s: %s" % (failure, failure.output.decode("utf-8", "replace")))
            except (OSError, IndexError) as failure:
                failures.append("no keys for %s: %s" % (name, failure))

        threads = [threading.Thread(target=make, args=(name,)) for name in AUTHORITIES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise TorFailed("\n".join(failures))

        lines = [
            "DirAuthority %s orport=%d no-v2 v3ident=%s 127.0.0.1:%d %s" % (
                name, ports[name], results[name][1], dir_ports[name], results[name][0])
            for name in AUTHORITIES]
        certificates = "".join(results[name][2] for name in AUTHORITIES)
        return certificates, lines, (ports, dir_ports)

    def _configure(self, certificates, directory_lines, ports):
        or_ports, dir_ports = ports
        self.tors = {}
        self._bandwidths = os.path.join(self.directory, "bandwidths")
        resolv_conf = os.path.join(self.directory, "resolv.conf")
        with open(resolv_conf, "w", encoding="ascii") as file:
            file.write("nameserver 127.0.0.1:%d\n" % self._names.port)
        for name in AUTHORITIES + RELAYS:
            role = AUTHORITY if name in AUTHORITIES else RELAY
            own = ["Nickname " + name, "ORPort 127.0.0.1:%d" % or_ports[name],
                   "ServerDNSResolvConfFile " + resolv_conf]
            if name in AUTHORITIES:
                own += ["DirPort 127.0.0.1:%d" % dir_ports[name],
                        "V3BandwidthsFile " + self._bandwidths]
            self.tors[name] = TorProcess(self._space, name, directory_lines + role + own)
        self.tors["client"] = TorProcess(
            self._space, "client", directory_lines + CLIENT, auth="both")
        for tor in self.tors.values():
            # Known from the start, the authorities' certificates need not be
            # fetched, by anyone from anyone.
            path = os.path.join(tor.directory, "cached-certs")
            with open(path, "w", encoding="ascii") as file:
                file.write(certificates)

    def _wait_descriptors(self):
        """Every authority has to know every relay before it votes."""
        wanted = len(AUTHORITIES) + len(RELAYS)
        controls = [self.tors[name].control() for name in AUTHORITIES]
        try:
            while True:
                known = min(control.get_info("desc/all-recent").count("\nonion-key\n")
                            for control in controls)
                self.progress(0.2 + 0.1 * known / wanted, "relays publish their descriptors")
                if known >= wanted:
                    return self._measure()
                self._left()
                time.sleep(0.05)
        finally:
            for control in controls:
                control.close()

    def _measure(self):
        """Gives the relays bandwidth; of authorities tor believes nobody's measure.

        By their own account none of them has any at first. One that has a
        little more than that is chosen for every place in every circuit, and if
        it is the guard as well, no circuit to a rendezvous point can be built."""
        lines = ["%d" % time.time()]
        for name in RELAYS:
            with self.tors[name].control() as control:
                lines.append("node_id=$%s bw=1000" % control.get_info("fingerprint"))
        with open(self._bandwidths, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")

    def _first_consensus(self):
        """Moves the voting schedule so that the first vote takes place now.

        Left to itself it follows the wall clock: the authorities would wait for
        the next round, and a round that comes too early would leave relays out
        until the one after. So they start with a far round, and are told the
        near one when there is something to vote on."""
        controls = [self.tors[name].control() for name in AUTHORITIES]
        try:
            for control in controls:
                control.command("SETEVENTS NEWCONSENSUS")
            valid_after = int(time.time()) + VOTE_DELAY + DIST_DELAY + 1
            for control in controls:
                control.command(
                    "SETCONF TestingV3AuthInitialVotingInterval=%d"
                    " TestingV3AuthVotingStartOffset=%d"
                    % (VOTING_INTERVAL, valid_after % VOTING_INTERVAL))
            begun = time.time()
            for control in controls:
                while control.wait_event(_is_consensus, 0.1) is None:
                    self._left()
                    passed = (time.time() - begun) / max(valid_after - begun, 1)
                    text = "authorities vote" if passed < 1.5 else "authorities vote again"
                    self.progress(0.3 + 0.4 * min(passed, 1.0), text)
        finally:
            for control in controls:
                control.close()

    def _fill_caches(self):
        """The relays serve directories too: a client that asks one before it has
        the microdescriptors tries again only seconds later. RELOAD makes a
        relay forget that its earlier attempts failed."""
        wanted = len(AUTHORITIES) + len(RELAYS)
        controls = [self.tors[name].control() for name in RELAYS]
        try:
            asked = 0.0
            while True:
                known = min(_count_microdescriptors(control) for control in controls)
                self.progress(0.7 + 0.05 * known / wanted, "relays fetch the directory")
                if known >= wanted:
                    return
                self._left()
                if time.monotonic() - asked > 1.5:
                    asked = time.monotonic()
                    for control in controls:
                        control.command("SIGNAL RELOAD")
                time.sleep(0.05)
        finally:
            for control in controls:
                control.close()

    def _bootstrap_client(self):
        client = self.client
        with client.control() as control:
            control.command("SETEVENTS STATUS_CLIENT")
            control.command("SETCONF DisableNetwork=0")
            percent = 0
            while percent < 100:
                self._left()
                client.check_alive()
                self.progress(0.75 + 0.0025 * percent, "client bootstraps (%d %%)" % percent)
                control.wait_event(lambda lines: "BOOTSTRAP" in lines[0], 1.0)
                phase = control.get_info("status/bootstrap-phase")
                percent = int(phase.split("PROGRESS=", 1)[1].split()[0])
            self._mark("bootstrapped")
            while control.get_info("status/circuit-established") != "1":
                self._left()
                control.wait_event(lambda lines: "CIRCUIT_ESTABLISHED" in lines[0], 0.2)
            listener = control.get_info("net/listeners/socks")
            self.socks_port = int(listener.strip('"').rsplit(":", 1)[1])
        for name in AUTHORITIES + RELAYS:
            with self.tors[name].control() as control:
                self.fingerprints[name] = control.get_info("fingerprint")

    def environment(self):
        """What programs need to know of this network."""
        client = self.client
        values = {
            "TORCTL_NET_DIR": self.directory,
            "TORCTL_NET_CONTROL_PORT": str(client.port()),
            "TORCTL_NET_CONTROL_SOCKET": client.socket,
            "TORCTL_NET_COOKIE_FILE": client.cookie_file,
            "TORCTL_NET_PASSWORD": client.password,
            "TORCTL_NET_SOCKS_PORT": str(self.socks_port),
            "TORCTL_NET_CLIENT_PID": str(client.pid),
            "TORCTL_NET_RELAYS": " ".join(
                "%s=%s" % pair for pair in self.fingerprints.items()),
        }
        for name in AUTHORITIES + RELAYS:
            prefix = "TORCTL_NET_%s_" % name.upper()
            values[prefix + "CONTROL_SOCKET"] = self.tors[name].socket
            values[prefix + "CONTROL_PORT"] = str(self.tors[name].port())
            values[prefix + "PID"] = str(self.tors[name].pid)
        return values


def _count_microdescriptors(control):
    try:
        # The key of the first one follows the answer's own key.
        return control.get_info("md/all").count("onion-key\n")
    except ControlError:
        return 0


def _is_consensus(lines):
    return lines[0].startswith("NEWCONSENSUS")


def _parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--progress", choices=("auto", "bar", "lines", "json", "quiet"),
                        default="auto")
    parser.add_argument("--quiet", dest="progress", action="store_const", const="quiet")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("run")
    verb.add_argument("--traffic", type=int, default=0, metavar="BYTES",
                      help="push about this many bytes a second each way")
    verb.add_argument("command", nargs=argparse.REMAINDER)
    verb = verbs.add_parser("serve")
    verb.add_argument("--state")
    verb.add_argument("--watch-pid", type=int)
    verb.add_argument("--watch-parent", dest="watch_pid", action="store_const",
                      const=os.getppid(), help="end with whoever starts this")
    verb = verbs.add_parser("start")
    verb.add_argument("--state", required=True)
    verb.add_argument("--watch-pid", type=int)
    verb.add_argument("--watch-parent", dest="watch_pid", action="store_const",
                      const=os.getppid(), help="end with whoever starts this")
    verb = verbs.add_parser("stop")
    verb.add_argument("--state", required=True)
    verb = verbs.add_parser("use")
    verb.add_argument("--state", required=True)
    verb.add_argument("--filter", choices=sorted(PROFILES),
                      help="put a filter with this profile before the client's control socket")
    verb.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if args.verb in ("run", "use"):
        args.command = args.command[1:] if args.command[:1] == ["--"] else args.command
        if not args.command:
            parser.error("which command?")
    return args


def _run(args, report):
    with Network(report) as network:
        environment = network.environment()
        if not args.traffic:
            return run_command(args.command, environment)
        from traffic import Traffic
        with Traffic(network.socks_port, lambda _seconds: args.traffic,
                     lambda _seconds: args.traffic):
            return run_command(args.command, environment)


def _serve(args, report):
    with Network(report) as network:
        if args.state:
            write_state(args.state, network.environment())
        try:
            return serve_until_closed(network.environment(), args.watch_pid,
                                      silent=bool(args.state))
        finally:
            if args.state:
                os.unlink(args.state)


def _start(args, report):
    """Leaves a `serve` in the background and returns when it is ready."""
    log = args.state + ".log"
    for path in (args.state, log):
        if os.path.exists(path):
            os.unlink(path)
    command = [sys.executable, os.path.abspath(__file__), "--progress", "json",
               "serve", "--state", args.state]
    if args.watch_pid:
        command += ["--watch-pid", str(args.watch_pid)]
    with open(log, "wb") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=output, start_new_session=True)
    try:
        import json
        with open(log, encoding="utf-8") as lines:
            while not os.path.exists(args.state):
                line = lines.readline()
                if line.startswith("{"):
                    step = json.loads(line)
                    report(step["progress"], step["text"])
                elif line:
                    sys.stderr.write(line)
                elif child.poll() is not None:
                    sys.stderr.write(lines.read())
                    return child.returncode or 1
                else:
                    time.sleep(0.05)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    return 0


def _stop(args):
    """Ends the network that `start` left and waits until nothing is left of it."""
    try:
        state = read_state(args.state)
    except OSError:
        return 0
    pid, directory = int(state["TORCTL_NET_SERVER_PID"]), state["TORCTL_NET_DIR"]
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        pass
    deadline = time.monotonic() + PATIENCE
    while os.path.exists(args.state) or os.path.exists(directory):
        if time.monotonic() > deadline:
            sys.stderr.write("network.py: %s is still there\n" % directory)
            return 1
        time.sleep(0.05)
    return 0


def _use_filtered(args, values):
    with tempfile.TemporaryDirectory(prefix="torctl-filter-") as directory:
        path = os.path.join(directory, "control")
        guard = Filter(args.filter, path, values["TORCTL_NET_CONTROL_SOCKET"],
                       values["TORCTL_NET_COOKIE_FILE"])
        try:
            filtered = dict(values, TORCTL_NET_CONTROL_SOCKET=path, TORCTL_TEST_FILTER=args.filter)
            return run_command(args.command, filtered)
        finally:
            guard.close()


def main():
    args = _parse()
    if args.verb == "stop":
        return _stop(args)
    if args.verb == "use":
        try:
            values = read_state(args.state)
            if args.filter:
                return _use_filtered(args, values)
            return run_command(args.command, values)
        except OSError as failure:
            sys.stderr.write("network.py: skipped: no network is running: %s\n" % failure)
            return SKIPPED
    report = Progress(args.progress).task("network")
    verb = {"run": _run, "serve": _serve, "start": _start}[args.verb]
    end_on_signals()
    try:
        return verb(args, report)
    except Ended as end:
        return 128 + end.number
    except TorMissing as missing:
        sys.stderr.write("network.py: skipped: %s\n" % missing)
        return SKIPPED
    except (TorFailed, ControlError, OSError) as failure:
        sys.stderr.write("network.py: %s\n" % failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
