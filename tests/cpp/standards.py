#!/usr/bin/env python3
"""The tests of torctl.hpp compile with this compiler in this standard, with every warning an error.

    standards.py g++|clang++ 17|20|2b

Designated initialisers are C++20's: what uses them is left out in C++17. The header alone compiles without exceptions
and without runtime types. Status 77 without that compiler."""

import glob
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.path.join(HERE, "..", "..", "include")
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only", "-D_GNU_SOURCE"]


def main():
    compiler, standard = sys.argv[1:3]
    if shutil.which(compiler) is None:
        print("skipped: no %s" % compiler)
        return 77
    failed = 0
    for source in sorted(glob.glob(os.path.join(HERE, "*.cpp"))):
        with open(source, encoding="utf-8") as file:
            text = file.read()
        said = re.search(r"ctest: .*", text).group(0)
        needs = re.search(r"standard=(\d+)", said)
        if "test.hpp" not in text or (standard == "17" and needs and needs.group(1) != "17"):
            continue
        flags = re.search(r"flags=(\S+)", said)
        command = [compiler, "-std=c++" + standard, *FLAGS, "-I", INCLUDE, source]
        command += flags.group(1).split(",") if flags else []
        failed += subprocess.run(command, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
