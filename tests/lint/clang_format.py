"""The layout of C and C++ is that of .clang-format. Skipped where clang-format is missing, or is not the version whose
layout this is: other versions lay some lines out another way."""

import glob
import os
import re
import shutil
import subprocess
import sys

VERSION = 14
SKIPPED = 77
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# torctl.h and torctl.hpp are generated.
SOURCES = (
    "c-examples/*.[ch]",
    "cli/*.[ch]",
    "c-examples/loops/*.[ch]",
    "c-examples/loops/*.cpp",
    "c-examples/cpp/*.cpp",
    "include/torctl_*.hpp",
    "tests/c/*.[ch]",
    "tests/cpp/*.[ch]pp",
    "tests/loops/*.[ch]",
    "tests/stories/*.c",
    "tests/stories/*.cpp",
    "benches/*.[ch]",
    "benches/server/*.[ch]",
    "benches/torctl/*.[ch]",
)


def find():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        program = shutil.which(name)
        if program is None:
            continue
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        found = re.search(r"version (\d+)", said)
        if found and int(found.group(1)) == VERSION:
            return program
    return None


def main():
    program = find()
    if program is None:
        print(f"skipped: no clang-format of version {VERSION} is there")
        return SKIPPED
    sources = sorted(path for form in SOURCES for path in glob.glob(os.path.join(ROOT, form)))
    return subprocess.run([program, "--dry-run", "--Werror", *sources], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
