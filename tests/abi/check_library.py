#!/usr/bin/env python3
"""Looks at the shared library as a packager would, and at its version numbers.

    check_library.py LIBRARY SONAME

It needs nothing but the C library and lacks nothing, has no path of the build machine in it, no
executable stack and no text relocations, and what its loader has written is read-only; its stripped size is printed, and a
sudden doubling of it is a fault. The version is one number everywhere: Cargo.toml, header, library.
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import interface  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
MAY_NEED = re.compile(
    r"(libc|libgcc_s|libm|libpthread|libdl|librt|ld-linux[\w-]*)\.so\.\d+|libc\.musl-\w+\.so\.1")
MOST_BYTES = 3900000


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          universal_newlines=True).stdout


def check_elf(library, soname):
    dynamic = output_of("readelf", "--dynamic", "--wide", library)
    faults = []
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    faults += ["needs " + name for name in needed if not MAY_NEED.fullmatch(name)]
    if re.findall(r"\(SONAME\).*\[(.*)\]", dynamic) != [soname]:
        faults.append("the soname is not " + soname)
    faults += ["has " + word for word in ("RPATH", "RUNPATH", "TEXTREL")
               if "(%s)" % word in dynamic]
    if "NODELETE" not in dynamic:
        faults.append("can be unloaded, and with it code that runs when a thread ends")
    segments = output_of("readelf", "--segments", "--wide", library)
    stack = re.search(r"GNU_STACK.*", segments)
    if stack is None or "E" in stack.group(0).split()[-2]:
        faults.append("has an executable stack")
    if "BIND_NOW" not in dynamic or "GNU_RELRO" not in segments:
        faults.append("can be written to where its loader is done (-z relro -z now)")
    faults += undefined(library)
    symbols = output_of("nm", "-D", "--defined-only", library).splitlines()
    faults += ["exports " + line for line in symbols if " torctl_" not in line]
    if not symbols:
        faults.append("exports nothing")
    return faults, needed


def undefined(library):
    """What a linker misses that takes nothing on trust."""
    compiler = shutil.which("cc")
    if compiler is None:
        return []
    answer = subprocess.run(
        [compiler, "-Wl,-z,defs", "-Wl,--no-allow-shlib-undefined", "-Wl,--no-as-needed", "-x", "c", "-",
         "-x", "none", library, "-o", os.devnull], input="int main(void) { return 0; }", check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return [answer.stdout] if answer.returncode else []


def stripped_size(library):
    strip = shutil.which("strip")
    if strip is None:
        return None
    with tempfile.TemporaryDirectory() as directory:
        copy = os.path.join(directory, "stripped")
        subprocess.run([strip, "-o", copy, library], check=True)
        return os.path.getsize(copy)


def check_versions(library, soname):
    with open(os.path.join(ROOT, "Cargo.toml"), encoding="utf-8") as file:
        cargo = re.search(r'^version = "(.*)"$', file.read(), re.MULTILINE).group(1)
    numbers = interface.constants()
    ours = "%d.%d.%d" % tuple(numbers["TORCTL_VERSION_" + part]
                              for part in ("MAJOR", "MINOR", "PATCH"))
    loaded = ctypes.CDLL(library)
    loaded.torctl_version.restype = ctypes.c_char_p
    versions = {"Cargo.toml": cargo, "torctl.h": ours, "library": loaded.torctl_version().decode()}
    abis = {"torctl.h": numbers["TORCTL_ABI"], "library": loaded.torctl_abi_version(),
            "soname": int(soname.rsplit(".", 1)[1])}
    faults = ["versions differ: %s" % found for found in (versions, abis)
              if len(set(found.values())) > 1]
    return faults, cargo


def main():
    library, soname = os.path.abspath(sys.argv[1]), sys.argv[2]
    faults, needed = check_elf(library, soname)
    more, version = check_versions(library, soname)
    faults += more
    size = stripped_size(library)
    if size is not None and size >= MOST_BYTES:
        faults.append("has %d bytes when stripped" % size)
    print("\n".join(faults) or "%s: %s, %s bytes stripped, needs %s" % (
        soname, version, size, " ".join(needed)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
