"""Builds the pieces, and runs one client against one server and reads what both say."""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BENCHES = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(BENCHES)
TARGET = os.path.abspath(os.environ.get("CARGO_TARGET_DIR") or os.path.join(ROOT, "target"))
OUT = os.path.join(TARGET, "bench")
BIN = os.path.join(OUT, "bin")
LIB = os.path.join(OUT, "lib")
CORPUS = os.path.join(OUT, "corpus")
VENV = os.path.join(OUT, "venv")

# The server has a core of its own, every client may use both. A flood then runs on two cores, whoever the client is.
CORES = [str(n) for n in sorted(os.sched_getaffinity(0))]
SERVER_CPUS, OTHER_CPUS = CORES[0], CORES[min(1, len(CORES) - 1)]
CLIENT_CPUS = ",".join(CORES[:2])


class BenchError(Exception):
    """Something did not build, or did not run."""


def sh(command, **kw):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw)
    if done.returncode != 0:
        raise BenchError("%s\n%s" % (" ".join(command), done.stdout[-4000:]))
    return done.stdout


# ---- building --------------------------------------------------------------------------------------------------


def compile_c(name, sources, *flags):
    out = os.path.join(BIN, name)
    sources = [os.path.join(BENCHES, s) for s in sources]
    sh(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-o", out] + sources + list(flags))
    return out


def build_library():
    sh(["cargo", "build", "--release", "--lib"], cwd=ROOT)
    return os.path.join(TARGET, "release")


def soname(directory):
    """The name the program will look for: the library's soname, made a link beside it when it is not there."""
    library = os.path.join(directory, "libtorctl.so")
    text = sh(["readelf", "-d", library])
    found = re.search(r"SONAME.*\[(.*)\]", text)
    if found and not os.path.exists(os.path.join(directory, found.group(1))):
        os.symlink("libtorctl.so", os.path.join(directory, found.group(1)))


def strip_library(directory):
    """A stripped copy, as a distribution would ship it; its size and load time are what a program sees."""
    os.makedirs(LIB, exist_ok=True)
    out = os.path.join(LIB, "libtorctl.so")
    sh(["strip", "-o", out, os.path.join(directory, "libtorctl.so")])
    soname(LIB)
    return out


def build_torctl():
    directory = build_library()
    soname(directory)
    strip_library(directory)
    compile_c("torctl", ["torctl/client.c", "torctl/fields.c", "torctl/shapes.c", "torctl/pipeline.c", "torctl/begun.c",
                         "torctl/restart.c", "torctl/documents.c"],
              "-I", os.path.join(ROOT, "include"), "-I", BENCHES, "-L", directory, "-ltorctl", "-lpthread",
              "-Wl,-rpath," + directory)


def build_venv():
    """A virtual environment with the rivals from PyPI and the plotting library; returns what could not be had."""
    python = os.path.join(VENV, "bin", "python")
    failed = {}
    if not os.path.exists(python):
        sh([sys.executable, "-m", "venv", VENV])
    with open(os.path.join(BENCHES, "rivals", "requirements.txt")) as file:
        wanted = [line.strip() for line in file if line.strip()]
    for requirement in wanted:
        name = requirement.split("=")[0]
        try:
            sh([python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec(%r) is None)" % name])
        except BenchError:
            try:
                sh([python, "-m", "pip", "install", "-q", requirement])
            except BenchError as e:
                failed[name] = str(e).splitlines()[-1]
    return failed


def build_torut():
    manifest = os.path.join(BENCHES, "rivals", "torut", "Cargo.toml")
    target = os.path.join(OUT, "torut")
    env = dict(os.environ, CARGO_TARGET_DIR=target)
    sh(["cargo", "build", "--release", "--manifest-path", manifest], env=env)
    shutil.copy(os.path.join(target, "release", "bench-torut"), os.path.join(BIN, "torut"))


def clients():
    python = os.path.join(VENV, "bin", "python")
    return {
        "raw": [os.path.join(BIN, "raw")],
        "hand": [os.path.join(BIN, "hand")],
        "floor": [os.path.join(BIN, "floor")],
        "torctl": [os.path.join(BIN, "torctl")],
        "listener": [os.path.join(BIN, "torctl")],
        "queue": [os.path.join(BIN, "torctl")],
        "threadless": [os.path.join(BIN, "torctl")],
        "torut": [os.path.join(BIN, "torut")],
        "stem": [python, os.path.join(BENCHES, "rivals", "stem_client.py")],
        "txtorcon": [python, os.path.join(BENCHES, "rivals", "txtorcon_client.py")],
    }


def build(without):
    """Builds everything that is wanted; a rival that cannot be built is left out, and said so."""
    os.makedirs(BIN, exist_ok=True)
    sh([sys.executable, os.path.join(BENCHES, "corpus.py"), CORPUS])
    compile_c("server", ["server/%s.c" % part for part in ("main", "connection", "events", "info", "output")])
    compile_c("socks", ["socks.c"])
    compile_c("raw", ["raw.c"])
    compile_c("hand", ["hand.c"])
    compile_c("floor", ["floor.c"], "-lpthread")
    missing = {}
    if "torctl" not in without:
        build_torctl()
    if "torut" not in without:
        try:
            build_torut()
        except BenchError as e:
            missing["torut"] = str(e).splitlines()[-1]
    try:
        missing.update(build_venv())
    except BenchError as e:
        missing.update({name: str(e).splitlines()[-1] for name in ("stem", "txtorcon", "matplotlib")})
    return missing


def manifest():
    with open(os.path.join(CORPUS, "manifest.json")) as file:
        return json.load(file)


# ---- running ---------------------------------------------------------------------------------------------------


class Server:
    """One server process for one measurement."""

    def __init__(self, *options, tcp=False, cpus=SERVER_CPUS):
        self.directory = tempfile.mkdtemp(prefix="torctl-bench-")
        where = ["--tcp", "0"] if tcp else ["--unix", os.path.join(self.directory, "s")]
        command = ["taskset", "-c", cpus, os.path.join(BIN, "server"), *where,
                   "--info", os.path.join(CORPUS, "info"), *map(str, options)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.process.wait()
            raise BenchError("the server did not start: " + " ".join(command))
        self.address = line.split()[1]
        self.said = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            text, _ = self.process.communicate()
            lines = text.strip().splitlines()
            self.said = json.loads(lines[-1]) if lines else {}
        shutil.rmtree(self.directory, ignore_errors=True)


def run_client(command, mode, address, *options, cpus=CLIENT_CPUS, timeout=60):
    """Runs a client to its end and returns its JSON, with the wall time of the process added."""
    full = ["taskset", "-c", cpus, *command, mode, address, *options]
    before = time.monotonic()
    process = subprocess.Popen(full, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        text, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise BenchError("%s did not end within %d s" % (" ".join(full), timeout)) from None
    if process.returncode != 0:
        raise BenchError("%s ended with %d: %s" % (" ".join(full), process.returncode, errors.strip()[-600:]))
    lines = text.strip().splitlines()
    result = json.loads(lines[-1]) if lines else {}
    result["wall_seconds"] = time.monotonic() - before
    return result


def start_to_answer(who, address):
    """Wall seconds of a whole process that connects, asks for the version and ends. No shell, no taskset between."""
    command = clients()[who] + ["first", address]
    env = dict(os.environ, LD_LIBRARY_PATH=LIB)
    before = time.perf_counter()
    pid = os.posix_spawn(command[0], command, env)
    _, status = os.waitpid(pid, 0)
    seconds = time.perf_counter() - before
    if status != 0:
        raise BenchError("%s first ended with %d" % (who, status))
    return seconds


def measure(who, mode, server_options, *options, tcp=False, server_cpus=SERVER_CPUS, cpus=CLIENT_CPUS, timeout=60):
    """One client against one fresh server; the server's account is under "server"."""
    face = {"listener": ["face=listener"], "queue": ["face=queue"], "threadless": ["threads=0"]}.get(who, [])
    with Server(*server_options, tcp=tcp, cpus=server_cpus) as server:
        result = run_client(clients()[who], mode, server.address, *face, *options, cpus=cpus, timeout=timeout)
        server.stop()
        result["server"] = server.said
    return result


def measure_dials(who, count):
    """Connections through a SOCKS server, both on one core."""
    with Server() as server, tempfile.TemporaryDirectory(prefix="torctl-bench-") as directory:
        command = ["taskset", "-c", OTHER_CPUS, os.path.join(BIN, "socks"), os.path.join(directory, "s")]
        socks = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            address = socks.stdout.readline().split()[1]
            return run_client(clients()[who], "dial", server.address, "socks=" + address, "n=%d" % count, cpus=OTHER_CPUS)
        finally:
            socks.kill()
            socks.communicate()


def measure_restarts(who, count, services):
    """A real tor that is killed and started again, without network, and with nothing to load."""
    with tempfile.TemporaryDirectory(prefix="torctl-bench-") as directory:
        torrc, control = os.path.join(directory, "torrc"), os.path.join(directory, "control")
        with open(torrc, "w") as file:
            file.write("DataDirectory %s/data\nControlSocket %s\nCookieAuthentication 0\nDisableNetwork 1\nSocksPort 0\n"
                       "GeoIPFile /dev/null\nGeoIPv6File /dev/null\n" % (directory, control))
        return run_client(clients()[who], "restart", "unix:" + control, "torrc=" + torrc, "n=%d" % count,
                          "services=%d" % services)


def rounds(participants, run, count, slow=(), slow_count=1, warm_up=True):
    """Interleaved rounds: everybody once, then everybody again. The first round, unless told, only warms up.

    Participants in `slow` sit out the warm-up and run in slow_count rounds. Returns {who: [result, ...]}; a client that
    fails is left out from then on, and its error kept under "error".
    """
    results = {who: [] for who in participants}
    errors = {}
    for number in range(-1 if warm_up else 0, count):
        for who in participants:
            if who in errors or (who in slow and not 0 <= number < slow_count):
                continue
            try:
                result = run(who)
            except BenchError as e:
                errors[who] = str(e)
                print("  %s: %s" % (who, e), file=sys.stderr)
                continue
            if number >= 0:
                results[who].append(result)
    return {who: {"runs": results[who], "error": errors.get(who)} for who in participants}


def median(values):
    return statistics.median(values) if values else None


def spread(values):
    """Half the distance from the least to the greatest, in percent of the median."""
    if len(values) < 2 or not statistics.median(values):
        return None
    return 50.0 * (max(values) - min(values)) / statistics.median(values)


BEGUN = time.monotonic()


def say(text):
    """Says on standard error what is being measured, so that a long run does not look like a dead one."""
    print("[%4.0f s] %s" % (time.monotonic() - BEGUN, text), file=sys.stderr, flush=True)


def seconds():
    return time.monotonic() - BEGUN
