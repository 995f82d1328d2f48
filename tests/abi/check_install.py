#!/usr/bin/env python3
"""Installs the library into a scratch directory and builds against it from outside.

    check_install.py CMAKE BUILD_DIR CC

Once by pkg-config, shared and static, and once by find_package, as other
projects do; each program is run and has to print the version and the ABI number of
Cargo.toml, as the header and as the library say them. The names of the files have
them as well.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROGRAM = """#include <stdio.h>
#include <torctl.h>
int main(void)
{
    if (torctl_abi_version() != TORCTL_ABI)
        return 1;
    printf("%d.%d.%d %s %d\\n", TORCTL_VERSION_MAJOR, TORCTL_VERSION_MINOR, TORCTL_VERSION_PATCH,
           torctl_version(), TORCTL_ABI);
    return 0;
}
"""
PROJECT = """cmake_minimum_required(VERSION 3.21)
project(outside C)
find_package(torctl @VERSION@ REQUIRED)
add_executable(outside_shared main.c)
target_link_libraries(outside_shared PRIVATE torctl::torctl)
add_executable(outside_static main.c)
target_link_libraries(outside_static PRIVATE torctl::static)
"""


def run(*command, **variables):
    answer = subprocess.run(command, env=dict(os.environ, **variables), check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            universal_newlines=True)
    if answer.returncode:
        raise SystemExit("%s\n%s" % (" ".join(command), answer.stdout))
    return answer.stdout.strip()


def main():
    cmake, build, compiler = sys.argv[1:4]
    with open(os.path.join(ROOT, "Cargo.toml"), encoding="utf-8") as file:
        manifest = file.read()
    version = re.search(r'^version = "(.*)"', manifest, re.MULTILINE).group(1)
    abi = re.search(r"^abi = (\d+)", manifest, re.MULTILINE).group(1)
    wanted = "%s %s %s" % (version, version, abi)
    with tempfile.TemporaryDirectory() as place:
        stage = os.path.join(place, "stage")
        # Below DESTDIR lies the prefix that was configured.
        run(cmake, "--install", build, DESTDIR=stage)
        (pc_file,) = [os.path.join(folder, name) for folder, _, names in os.walk(stage)
                      for name in names if name == "torctl.pc"]
        libraries = os.path.dirname(os.path.dirname(pc_file))
        source = os.path.join(place, "main.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)

        def expect(program):
            printed = run(program, LD_LIBRARY_PATH=libraries)
            if printed != wanted:
                raise SystemExit("%s printed %s, not %s" % (program, printed, wanted))

        names = ("libtorctl.dylib", "libtorctl.%s.dylib") if sys.platform == "darwin" \
            else ("libtorctl.so", "libtorctl.so.%s")
        link = os.path.join(libraries, names[0])
        for name in (names[1] % abi, names[1] % version):
            if os.readlink(link) != name:
                raise SystemExit("%s is a link to %s, not to %s" % (link, os.readlink(link), name))
            link = os.path.join(libraries, name)
        if os.path.islink(link):
            raise SystemExit(link + " is a link")

        if shutil.which("pkg-config"):
            for name, options in (("shared", []), ("static", ["--static"])):
                flags = run("pkg-config", "--cflags", "--libs", *options, "torctl",
                            PKG_CONFIG_PATH=os.path.dirname(pc_file),
                            PKG_CONFIG_SYSROOT_DIR=stage).split()
                program = os.path.join(place, "by_pkgconfig_" + name)
                if name == "static":
                    flags = [os.path.join(libraries, "libtorctl.a") if flag == "-ltorctl"
                             else flag for flag in flags]
                run(compiler, "-std=c99", "-Wall", "-Werror", source, "-o", program, *flags)
                expect(program)
        with open(os.path.join(place, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write(PROJECT.replace("@VERSION@", version.rsplit(".", 1)[0]))
        outside = os.path.join(place, "build")
        run(cmake, "-S", place, "-B", outside,
            "-Dtorctl_DIR=" + os.path.join(libraries, "cmake", "torctl"))
        run(cmake, "--build", outside)
        expect(os.path.join(outside, "outside_shared"))
        expect(os.path.join(outside, "outside_static"))
    print("installed, found by pkg-config and by cmake: " + wanted)


if __name__ == "__main__":
    main()
