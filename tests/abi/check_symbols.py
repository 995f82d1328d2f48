#!/usr/bin/env python3
"""Compares what the library exports with the list and with the header.

    check_symbols.py LIBRARY SONAME
    check_symbols.py LIBRARY --add VERSION      list what is new, by hand

tests/abi/symbols.txt has one line for each function: its name and the version
that brought it. A function that is missing from the library breaks programs; one
that is missing from the list or from the header was not meant to be there.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = os.path.join(HERE, "..", "..", "include", "torctl.h")


def exported(library):
    answer = subprocess.run(["nm", "-D", "--defined-only", library],
                            stdout=subprocess.PIPE, check=True, universal_newlines=True)
    return {line.split()[-1].split("@")[0] for line in answer.stdout.splitlines() if line}


def soname(library):
    answer = subprocess.run(["readelf", "-d", library], stdout=subprocess.PIPE,
                            check=True, universal_newlines=True)
    match = re.search(r"\(SONAME\).*\[(.*)\]", answer.stdout)
    return match and match.group(1)


def declared():
    with open(HEADER, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|//[^\n]*|typedef [^;{]*;", "", file.read(), flags=re.DOTALL)
    # Not the function types: theirs is "(*torctl_..._fn)(".
    return set(re.findall(r"\b(torctl_\w+)\s*\(", text))


def listed():
    names = set()
    with open(os.path.join(HERE, "symbols.txt"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            name, version = line.split()
            if name in names or not re.fullmatch(r"\d+\.\d+", version):
                raise SystemExit("symbols.txt:%d: %s" % (number, line))
            names.add(name)
    return names


def add(names, version):
    """Files new functions under their version; what stands there stays."""
    path = os.path.join(HERE, "symbols.txt")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    rows = [line for line in lines if line and not line.startswith("#")]
    rows += ["%s %s" % (name, version) for name in names]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(comments + sorted(rows)) + "\n")


def main():
    if sys.argv[2] == "--add":
        return add(exported(sys.argv[1]) - listed(), sys.argv[3])
    library, wanted_soname = sys.argv[1:3]
    ours, header, table = exported(library), declared(), listed()
    faults = ["exported but not listed: " + name for name in sorted(ours - table)]
    faults += ["listed but not exported: " + name for name in sorted(table - ours)]
    faults += ["declared but not exported: " + name for name in sorted(header - ours)]
    faults += ["exported but not declared: " + name for name in sorted(ours - header)]
    if soname(library) != wanted_soname:
        faults.append("soname is %s, not %s" % (soname(library), wanted_soname))
    print("\n".join(faults) or "%d symbols, soname %s" % (len(ours), wanted_soname))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
