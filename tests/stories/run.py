#!/usr/bin/env python3
"""A story: a whole program as a user would write it, built against the installed library and run.

    run.py stage CMAKE BUILD_DIR STAGE    installs what was built below STAGE, for all stories
    run.py NAME STAGE CC CXX              the story of that name, beside the tor of the environment

Each has a length that it may not exceed: lines with a letter or digit in them, without comments,
includes, imports and declarations that are copied from the header. Who changes the library so that a story gets longer
has made it worse for somebody. Exits with 77, and says why, if something that the story needs is not installed.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "examples"))

from example import (  # noqa: E402
    ADDRESS, PATIENCE, ROOT, TOR_PID, Running, kill_tor, restarted_tor)

SKIPPED = 77
ONION = r"[a-z2-7]{56}(\.onion)?"
BANDWIDTH = r"\d+ bytes written\n"


class Missing(Exception):
    """Something that a story needs is not installed."""


def check(condition, text):
    if not condition:
        raise SystemExit(text)


def run(*command, expect, status=0, given="", **variables):
    """Runs a program to its end; its output has to be as `expect` says."""
    answer = subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            universal_newlines=True, timeout=PATIENCE, check=False,
                            env=dict(os.environ, **variables))
    check(answer.returncode == status and re.fullmatch(expect, answer.stdout),
          "%s: status %d\n%s" % (command[0], answer.returncode, answer.stdout))
    return answer.stdout


# What each story has to do ------------------------------------------------------------------------


def run_daemon(program, place):
    key = os.path.join(place, "key")
    with Running(program, ADDRESS, key) as daemon:
        daemon.wait_for(r"\nREADY ")
        daemon.wait_for(r"\n%s\n" % ONION)
        address = re.search(r"\n(%s)\n" % ONION, daemon.text).group(1)
        check(stat.S_IMODE(os.stat(key).st_mode) == 0o600, "the key is open to others")
        kill_tor()
        daemon.wait_for(r"\nWAITING ")
        with restarted_tor():
            daemon.wait_for(r"\n%s RESTORED\n" % address)
            status = daemon.end(15)
        check(status == 0, daemon.text)


def run_bandwidth(program, _place):
    run(program, ADDRESS, expect=BANDWIDTH)


def run_exporter(program, _place):
    up = r"tor_up 1\n(tor_[a-z_]+ \d+\n){5}"
    with Running(program, ADDRESS, stdin=subprocess.PIPE) as exporter:
        for expected in (up, up + up):
            exporter.child.stdin.write(b"\n")
            exporter.child.stdin.flush()
            exporter.wait_for(r"\A%s\Z" % expected)
        kill_tor()
        exporter.child.stdin.write(b"\n")
        exporter.child.stdin.flush()
        exporter.wait_for(r"tor_up 0\n")
        with restarted_tor():
            # Until this tor answers, each question has its answer, too.
            for count in range(1, 1000):
                exporter.child.stdin.write(b"\n")
                exporter.child.stdin.flush()
                exporter.wait_for(r"(?s)tor_up 0\n(.*tor_up.*\n){%d}" % count)
                if re.search(r"(?s)tor_up 0\n.*tor_up 1\n", exporter.text):
                    break
            exporter.child.stdin.close()
            check(exporter.end() == 0, exporter.text)


def run_wallet(program, _place):
    good = "# pasted\nBridge 192.0.2.1:443 %s\n\n192.0.2.2:443\n" % ("AB" * 20)
    run(program, given=good + "obfs4 nonsense\n", expect=r"line 5 is wrong: .*\n")
    run(program, "--offline", given=good,
        expect=r"(?s)0 % Starting .*\nno network: .*\n2 bridges, new identity, 0 SOCKS ports\n")


def run_ten_facts(program, _place):
    consensus = os.path.join(ROOT, "tests", "data", "dir", "consensus.txt")
    with open(consensus, encoding="utf-8") as file:
        nickname = re.search(r"^r (\S+)", file.read(), re.MULTILINE).group(1)
    printed = run(program, consensus, nickname, expect=r"(\w+ +\S.*\n){10}")
    check(printed.startswith("nickname    %s\nfingerprint " % nickname), printed)


def run_one_thread(program, _place):
    with Running(program, ADDRESS) as light:
        light.wait_for(r"bytes read\n")
        tasks = os.path.join("/proc", str(light.child.pid), "task")
        count = len(os.listdir(tasks)) if os.path.exists(tasks) else 1
        status = light.end()
    check(status == 0 and count == 1, "%d threads\n%s" % (count, light.text))
    check(re.search(r"\A(?s:.*)tor 0\.\S+\n(?s:.*)%s\n" % ONION, light.text), light.text)


def run_two_hundred(program, _place):
    printed = run(program, ADDRESS, expect=r"(tenant \d+: %s\n){200}" % ONION)
    check(len(set(line.split()[-1] for line in printed.splitlines())) == 200, printed)


def run_raii(program, place):
    expect = r"%s with tor 0\.\S+.*\n%s" % (ONION, BANDWIDTH)
    first = run(program, ADDRESS, os.path.join(place, "key"), expect=expect)
    again = run(program, ADDRESS, os.path.join(place, "key"), expect=expect)
    check(first.split()[0] == again.split()[0], first + again)


def run_binding(program, _place):
    library = os.path.join(os.environ["LD_LIBRARY_PATH"], "libtorctl.so")
    interpreters = {".py": sys.executable, ".lua": "luajit"}
    interpreter = interpreters.get(os.path.splitext(program)[1])
    command = [tool(interpreter), program, library] if interpreter else [program]
    run(*command, ADDRESS, expect=r"tor 0\.\S+.*\n" + BANDWIDTH)


def run_newnym(program, _place):
    run(program, ADDRESS, expect="")


def run_dashboard(program, _place):
    run(program, ADDRESS, expect=r"(\d+ bytes read\n)*lost [1-9]\d*: 0 circuits\n")


def run_watchdog(program, _place):
    own = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid"
    run(program, ADDRESS, own, "nonsense",
        expect=r"%s: listed 0, published by 0 relays, refused by 0 \nnonsense: address.*\n" % own)


def run_invited(program, _place):
    run(program, ADDRESS, expect=ONION + r" NEW\n")


def run_reviewer(program, _place):
    printed = run(program, ADDRESS, expect=r"(?s)(. [^\n]*\n)+")
    check("> ADD_ONION NEW:BEST Port=80\n" in printed and "> AUTHENTICATE [secret]\n" in printed and
          "PrivateKey=ED25519-V3:[secret]\n" in printed, printed)
    with open(os.environ["TORCTL_TEST_COOKIE_FILE"], "rb") as file:
        check(file.read().hex() not in printed.lower(), printed)


def run_fake_tor(program, _place):
    run(program, expect=r"GETINFO version\r?\n+0\.4\.9\.99\n")


def run_forks(program, _place):
    run(program, ADDRESS, expect=r"child: this process was forked\nchild with its own: tor 0\.\S+.*\n"
        r"parent: tor 0\.\S+.*\n")


def run_parser(program, _place):
    sent = "250-version=1\r\n250 OK\r\n650 BW 1 2\r\n650+X\r\n..\r\n.\r\n650 OK\r\nHTTP/1.0 400\r\n"
    run(program, given=sent, expect=r"reply 250 version=1\nevent BW\nevent X\n.* makes no sense: .*\n")


def run_embedded(program, place):
    run(program, os.path.join(place, "data"), expect=r"tor 0\.\S+.*\n")


# Name: the most lines, what it needs beside the library, what it has to do.
STORIES = {
    "daemon.cpp": (40, ["libevent"], run_daemon),
    "glib.c": (28, ["glib-2.0"], run_bandwidth),
    "libuv.c": (27, ["libuv"], run_bandwidth),
    "exporter.c": (38, [], run_exporter),
    "wallet.c": (34, [], run_wallet),
    "ten_facts.c": (23, [], run_ten_facts),
    "one_thread.c": (48, [], run_one_thread),
    "two_hundred.c": (25, [], run_two_hundred),
    "raii.cpp": (10, [], run_raii),
    "binding.py": (20, [], run_binding),
    "binding.lua": (20, [], run_binding),
    "binding.go": (18, [], run_binding),
    "newnym.c": (9, [], run_newnym),
    "dashboard.cpp": (17, [], run_dashboard),
    "watchdog.c": (21, [], run_watchdog),
    "invited.c": (23, [], run_invited),
    "reviewer.c": (23, [], run_reviewer),
    "fake_tor.c": (32, [], run_fake_tor),
    "forks.c": (26, [], run_forks),
    "parser.c": (23, [], run_parser),
    "embedded.c": (29, [], run_embedded),
}

# Building -----------------------------------------------------------------------------------------


def tool(name):
    found = shutil.which(name)
    if not found:
        raise Missing(name)
    return found


def count_lines(name, text):
    """The lines of the program's own logic."""
    comments = {".py": r'"""(?s:.*?)"""|#.*', ".lua": r"--.*|\[\[(?s:.*?)\]\]"}
    text = re.sub(comments.get(os.path.splitext(name)[1], r"/\*(?s:.*?)\*/|(?<!:)//.*"), "", text)
    text = re.sub(r'(?m)^\s*(#\s*include|import|package|"\w+"$).*', "", text)
    return sum(1 for line in text.splitlines() if re.search(r"\w", line))


def flags(stage, packages):
    path = os.path.join(find(stage, "torctl.pc"), "pkgconfig")
    words = []
    for package in packages:
        answer = subprocess.run([tool("pkg-config"), "--cflags", "--libs", package],
                                env=dict(os.environ, PKG_CONFIG_PATH=path), stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, universal_newlines=True, check=False)
        if answer.returncode:
            raise Missing(package)
        words += answer.stdout.split()
    return words


def find(stage, name):
    """The lib directory of the installation."""
    (place,) = [folder for folder, _, names in os.walk(stage) if name in names]
    return os.path.dirname(place)


def build(name, place, stage, needs, compilers):
    source = os.path.join(HERE, name)
    program = os.path.join(place, "story")
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    options = flags(stage, ["torctl"] + needs) if name.endswith((".c", ".cpp")) else []
    if name.endswith(".c"):
        command = [compilers[0], "-std=gnu11", *strict, source, "-o", program, *options]
    elif name.endswith(".cpp"):
        command = [compilers[1], "-std=c++20", *strict, source, "-o", program, *options]
    elif name.endswith(".go"):
        command = [tool("go"), "build", "-o", program, source]
    else:
        return source
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                            universal_newlines=True, env=dict(
                                os.environ, GOCACHE=os.path.join(place, "go"), GOPATH=place, GOFLAGS="-mod=mod",
                                PKG_CONFIG_PATH=os.path.join(find(stage, "torctl.pc"), "pkgconfig")))
    check(answer.returncode == 0, answer.stdout)
    return program


def main(name, *rest):
    if name == "stage":
        cmake, build_dir, stage = rest
        shutil.rmtree(stage, ignore_errors=True)
        subprocess.run([cmake, "--install", build_dir], check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, DESTDIR=stage))
        return 0
    stage, *compilers = rest
    most, needs, act = STORIES[name]
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        lines = count_lines(name, file.read())
    check(lines <= most, "%s has %d lines; %d were wanted" % (name, lines, most))
    with tempfile.TemporaryDirectory() as place:
        try:
            os.environ["LD_LIBRARY_PATH"] = find(stage, "torctl.pc")
            act(build(name, place, stage, needs, compilers), place)
        except Missing as missing:
            print("skipped: %s is not installed" % missing)
            return SKIPPED
    print("%s: %d lines of %d" % (name, lines, most))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
