#!/usr/bin/env python3
"""Compiles a public header alone, as strictly as a compiler can be asked to.

    check_header.py gcc|clang c99|c11|c++11|c++17 HEADER

The header is included twice, before anything else, and every macro in it is
used, so that none of them is broken unnoticed. Status 77 without that compiler.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

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
        if value and not re.search(r"__attribute__|__declspec|noexcept|extern", value):
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
    with tempfile.TemporaryDirectory() as place:
        source = os.path.join(place, "alone" + (".cpp" if plus else ".c"))
        with open(source, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        command = [program, "-std=" + standard, "-I", os.path.dirname(os.path.abspath(header))]
        command += FLAGS + ([] if plus else FLAGS_C)
        return subprocess.run(command + ["-c", "-o", os.devnull, source], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
