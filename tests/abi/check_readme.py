#!/usr/bin/env python3
"""Holds README.md to its word: its program, its commands, its numbers.

    check_readme.py CMAKE BUILD_DIR LIBRARY CARGO

The program is built by the command that stands there, against an installation
in a scratch directory, and run beside the tor of the environment.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def expect(holds, message):
    if not holds:
        raise SystemExit("README.md: " + message)


def check_program(text, cmake, build):
    (source,) = re.findall(r"```c\n(.*?)```", text, re.DOTALL)
    (commands,) = re.findall(r"```sh\n(make .*?)```", text, re.DOTALL)
    make, compiler = commands.strip().split("\n")
    expect(make == "make && sudo make install", "a new first command: " + make)
    (name,) = re.findall(r"Save it as `(.*?)`", text)
    with tempfile.TemporaryDirectory() as place:
        stage = os.path.join(place, "stage")
        # Below DESTDIR lies the prefix that was configured.
        subprocess.run([cmake, "--install", build], env=dict(os.environ, DESTDIR=stage),
                       check=True, stdout=subprocess.DEVNULL)
        (pc_file,) = [os.path.join(folder, name) for folder, _, names in os.walk(stage)
                      for name in names if name == "torctl.pc"]
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(source)
        variables = dict(
            os.environ, PKG_CONFIG_PATH=os.path.dirname(pc_file), PKG_CONFIG_SYSROOT_DIR=stage,
            LD_LIBRARY_PATH=os.path.dirname(os.path.dirname(pc_file)),
            TOR_CONTROL_IPC_PATH=os.environ["TORCTL_TEST_SOCKET"])
        strict = compiler.replace("cc ", "cc -std=c99 -Wall -Wextra -Wpedantic -Werror ", 1)
        for command in (compiler, strict):
            subprocess.run(command, shell=True, cwd=place, env=variables, check=True)
        program = os.path.join(place, re.search(r"-o (\S+)", compiler).group(1))
        child = subprocess.Popen(["stdbuf", "-oL", program] if shutil.which("stdbuf") else [program],
                                 cwd=place, env=variables, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, universal_newlines=True)
        try:
            line = child.stdout.readline()
            expect(re.match(r"read \d+, written \d+ bytes\n$", line),
                   "the program printed %r, not %r" % (line, "read N, written N bytes"))
            os.kill(int(os.environ["TORCTL_TEST_TOR_PID"]), signal.SIGKILL)
            _output, errors = child.communicate(timeout=300)
            expect((child.returncode, errors) == (1, "tor went away\n"),
                   "the program ended with %d and %r" % (child.returncode, errors))
        finally:
            child.kill()
            child.wait()


def check_numbers(text, library, cargo):
    answer = subprocess.run(
        [cargo, "tree", "--locked", "--offline", "--edges", "normal,no-proc-macro",
         "--prefix", "none", "--format", "{p}"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        universal_newlines=True)
    expect(answer.returncode == 0, answer.stderr)
    crates = {" ".join(line.split()[:2]) for line in answer.stdout.splitlines() if line}
    crates = {crate for crate in crates if not crate.startswith("libtorctl ")}
    (said,) = re.findall(r"(\d+) third-party crates are linked in", text)
    expect(int(said) == len(crates), "%d crates are linked in, not %s:\n%s" % (
        len(crates), said, "\n".join(sorted(crates))))

    (said,) = re.findall(r"stripped\s+library has about ([0-9.]+) MB", text)
    with tempfile.TemporaryDirectory() as place:
        stripped = os.path.join(place, "stripped.so")
        subprocess.run(["strip", "-o", stripped, library], check=True)
        size = os.path.getsize(stripped)
    expect(size < float(said) * 1.2e6, "the stripped library has %d bytes" % size)


def check_links(text):
    for target in re.findall(r"\]\(([^)]+)\)", text):
        expect(os.path.exists(os.path.join(ROOT, target)), "no file " + target)


def main():
    cmake, build, library, cargo = sys.argv[1:5]
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = file.read()
    check_links(text)
    check_numbers(text, library, cargo)
    check_program(text, cmake, build)


if __name__ == "__main__":
    main()
