#!/usr/bin/env python3
"""Compiles a public header alone, as strictly as a compiler can be asked to.

    check_header.py gcc|clang c99|...|c2x|c++11|...|c++2b HEADER

The header is included twice, before anything else, and every macro in it is
used, so that none of them is broken unnoticed. Each function that can fail is
called with its status dropped: the compiler has to warn of every one, and of none
when TORCTL_NODISCARD is defined as nothing. What is compiled for 64 bits is for 32 as well, where the compiler can.
Status 77 without that compiler.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import interface as torctl  # noqa: E402

FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wundef", "-Werror"]
FLAGS_C = ["-Wstrict-prototypes", "-Wmissing-prototypes"]


def macros(header):
    """Names of the macros that stand for values: all but guards and attributes."""
    with open(header, encoding="utf-8") as file:
        text = file.read().replace("\\\n", " ")
    for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(TORCTL_\w+)(\(\w*\))?[ \t]*(.*)$",
                             text, re.MULTILINE):
        name, parameters, value = match.groups()
        value = re.sub(r"/\*.*?\*/|//.*", "", value).strip()
        if value and not re.search(r"__attribute__|__declspec|noexcept|extern|\[\[", value):
            yield name, parameters


def main():
    compiler, standard, header = sys.argv[1:4]
    plus = standard.startswith("c++")
    program = shutil.which({"gcc": "g++", "clang": "clang++"}[compiler] if plus else compiler)
    if program is None:
        print("skipped: no %s" % compiler)
        return 77
    name = os.path.basename(header)
    lines = ['#include "%s"' % name] * 2 + ["int use_every_macro(int argument);",
                                            "int use_every_macro(int argument)", "{"]
    for macro, parameters in sorted(set(macros(header))):
        lines.append("    (void)(%s%s);" % (macro, "(argument)" if parameters else ""))
    lines += ["    return argument;", "}", ""]
    command = [program, "-std=" + standard, "-I", os.path.dirname(os.path.abspath(header))]
    command += FLAGS + ([] if plus else FLAGS_C)
    status = compile_lines(command, lines, plus).returncode
    if name == "torctl.h":
        # Freestanding: the C library for it may not be there, and the header needs none.
        narrow = [*command, "-m32", "-ffreestanding"]
        if not plus and compile_lines(narrow, ["extern int nothing;", ""], plus, stderr=subprocess.DEVNULL).returncode == 0:
            status = compile_lines(narrow, lines, plus).returncode or status
        status = check_dropped(command, header, plus) or status
    return status


def compile_lines(command, lines, plus, **options):
    with tempfile.TemporaryDirectory() as place:
        source = os.path.join(place, "alone" + (".cpp" if plus else ".c"))
        with open(source, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        return subprocess.run(command + ["-c", "-o", os.devnull, source], check=False, **options)


# Removing what is not there is no mistake.
MAY_BE_DROPPED = {"torctl_listener_remove", "torctl_attacher_remove"}


def check_dropped(command, header, plus):
    """Whether a dropped status is warned of, function by function."""
    fallible = [it for it in torctl.functions() if it.is_fallible]
    assert len(fallible) > 100, "the header's functions were not found"
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|typedef [^;{]*;", "", file.read(), flags=re.DOTALL)
    declared = re.findall(r"\b(torctl_\w+)\s*\((?!\))", text)
    described = [it.name for it in torctl.functions()]
    # What the manual speaks of is there.
    with open(header, encoding="utf-8") as file:
        named = set(re.findall(r"\b(torctl_\w+)\(\)", file.read()))
    assert named <= set(described), "the manual names %s" % (named - set(described))
    assert declared == described, "torctl.api.json misses %s" % (set(declared) ^ set(described))
    lines, wanted = ['#include "torctl.h"', "void drop(void);", "void drop(void)", "{"], {}
    for function in fallible:
        arguments = ", ".join("0" for _ in function.arguments)
        lines.append("    %s(%s);" % (function.name, arguments))
        if function.name not in MAY_BE_DROPPED:
            wanted[len(lines)] = function.name
    lines += ["}", ""]
    options = {"stderr": subprocess.PIPE, "text": True}
    said = compile_lines([*command, "-Wno-error"], lines, plus, **options)
    warned = {int(line) for line in re.findall(r"alone\.c(?:pp)?:(\d+):\d+: warning", said.stderr)}
    for line in sorted(warned ^ set(wanted)):
        print("dropped status, %s: %s" % ("no warning" if line in wanted else "a warning",
                                          lines[line - 1].strip()))
    quiet = compile_lines([*command, "-DTORCTL_NODISCARD="], lines, plus, **options)
    if quiet.returncode != 0:
        print("TORCTL_NODISCARD defined as nothing:\n" + quiet.stderr)
    return int(said.returncode != 0 or warned != set(wanted) or quiet.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
