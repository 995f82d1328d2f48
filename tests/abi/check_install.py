#!/usr/bin/env python3
"""Installs the library into a scratch directory, moves that, and builds against it from outside.

    check_install.py CMAKE BUILD_DIR CC TARGET_DIR

By pkg-config, shared, with the archive and all static; by find_package, for C and
C++; and by add_subdirectory, as other projects do. Each program is run and has to print
the version and the ABI number of Cargo.toml, as the header and as the library say
them. The names of the files have them as well. What is installed names no path of
this computer, the archive can be linked beside another one of Rust, and what
uninstalling leaves is nothing.
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
project(outside C CXX)
@FIND@
add_executable(outside_shared main.c)
target_link_libraries(outside_shared PRIVATE torctl::torctl)
add_executable(outside_static main.c)
target_link_libraries(outside_static PRIVATE torctl::static)
add_executable(outside_cpp main.cpp)
target_link_libraries(outside_cpp PRIVATE torctl::cpp)
install(TARGETS outside_shared)
"""
OTHER = """#[no_mangle]
pub extern "C" fn other() -> i32 {
    std::panic::catch_unwind(|| "1".repeat(3).parse().unwrap_or(0)).unwrap_or(0)
}
"""
BESIDE = """extern int other(void);
int torctl_main(void);
int main(void) { return other() == 111 ? torctl_main() : 1; }
"""


def run(*command, **variables):
    answer = subprocess.run(command, env=dict(os.environ, **variables), check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            universal_newlines=True)
    if answer.returncode:
        raise SystemExit("%s\n%s" % (" ".join(command), answer.stdout))
    return answer.stdout.strip()


def find(root, name):
    (found,) = [os.path.join(folder, name) for folder, _, names in os.walk(root) if name in names]
    return found


def check_names(libraries, version, abi):
    names = ("libtorctl.dylib", "libtorctl.%s.dylib") if sys.platform == "darwin" \
        else ("libtorctl.so", "libtorctl.so.%s")
    link = os.path.join(libraries, names[0])
    for name in (names[1] % abi, names[1] % version):
        if os.readlink(link) != name:
            raise SystemExit("%s is a link to %s, not to %s" % (link, os.readlink(link), name))
        link = os.path.join(libraries, name)
    if os.path.islink(link):
        raise SystemExit(link + " is a link")
    return link


def check_content(library):
    """Its debug information is elsewhere, and it names no place of this computer."""
    with open(library, "rb") as file:
        content = file.read()
    for place in (ROOT, os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))):
        if os.path.realpath(place).encode() + b"/" in content:
            raise SystemExit("%s names %s" % (library, place))
    if sys.platform == "darwin":
        return
    sections = run("readelf", "--wide", "--sections", library)
    if ".debug_" in sections or ".symtab" in sections or ".gnu_debuglink" not in sections:
        raise SystemExit("%s is not stripped, or does not name its debug file" % library)
    folder, name = os.path.split(library)
    debug = os.path.join(folder, ".debug", name + ".debug")
    if ".debug_line" not in run("readelf", "--wide", "--sections", debug):
        raise SystemExit(debug + " has no debug information")


def check_pkg_config(place, libraries, source, compiler, expect):
    if not shutil.which("pkg-config"):
        return
    for name, options in (("shared", []), ("archive", ["--static"]), ("static", ["--static"])):
        flags = run("pkg-config", "--cflags", "--libs", *options, "torctl",
                    PKG_CONFIG_PATH=os.path.join(libraries, "pkgconfig")).split()
        if name == "archive":
            flags = ["-l:libtorctl.a" if flag == "-ltorctl" else flag for flag in flags]
        if name == "static":
            # The C library warns of what it loads at run time.
            flags += ["-static"]
        program = os.path.join(place, "by_pkgconfig_" + name)
        run(compiler, "-std=c99", "-Wall", "-Werror", source, "-o", program, *flags)
        expect(program)
    # Another library of Rust, with its own copy of the standard library.
    if shutil.which("rustc"):
        other = os.path.join(place, "other.rs")
        with open(other, "w", encoding="utf-8") as file:
            file.write(OTHER)
        archive = os.path.join(place, "libother.a")
        run("rustc", "--crate-type", "staticlib", "-O", other, "-o", archive)
        beside = os.path.join(place, "beside.c")
        with open(beside, "w", encoding="utf-8") as file:
            file.write(BESIDE)
        flags = run("pkg-config", "--cflags", "--libs", "--static", "torctl",
                    PKG_CONFIG_PATH=os.path.join(libraries, "pkgconfig")).split()
        flags = ["-l:libtorctl.a" if flag == "-ltorctl" else flag for flag in flags]
        program = os.path.join(place, "beside")
        run(compiler, "-std=c99", "-Dmain=torctl_main", "-c", source, "-o", program + ".o",
            *[flag for flag in flags if flag.startswith("-I")])
        run(compiler, beside, program + ".o", archive, "-o", program, *flags)
        expect(program)


def check_cmake(cmake, place, how, arguments, expect):
    """A project that finds the library as `how` says."""
    project = os.path.join(place, "project")
    os.makedirs(project, exist_ok=True)
    for name, text in (("CMakeLists.txt", PROJECT.replace("@FIND@", how)), ("main.c", PROGRAM),
                       ("main.cpp", PROGRAM.replace("torctl.h", "torctl.hpp"))):
        with open(os.path.join(project, name), "w", encoding="utf-8") as file:
            file.write(text)
    outside = os.path.join(place, "build")
    shutil.rmtree(outside, ignore_errors=True)
    run(cmake, "-S", project, "-B", outside, *arguments)
    run(cmake, "--build", outside)
    for program in ("outside_shared", "outside_static", "outside_cpp"):
        expect(os.path.join(outside, program))
    return outside


def main():
    cmake, build, compiler, target = sys.argv[1:5]
    with open(os.path.join(ROOT, "Cargo.toml"), encoding="utf-8") as file:
        manifest = file.read()
    version = re.search(r'^version = "(.*)"', manifest, re.MULTILINE).group(1)
    abi = re.search(r"^abi = (\d+)", manifest, re.MULTILINE).group(1)
    wanted = "%s %s %s" % (version, version, abi)
    with tempfile.TemporaryDirectory() as place:
        stage = os.path.join(place, "stage")
        # Below DESTDIR lies the prefix that was configured.
        run(cmake, "--install", build, DESTDIR=stage)
        prefix = os.path.dirname(os.path.dirname(find(stage, "torctl.h")))
        moved = os.path.join(place, "moved")
        shutil.copytree(prefix, moved, symlinks=True)
        libraries = os.path.dirname(os.path.dirname(find(moved, "torctl.pc")))

        def expect(program):
            printed = run(program, LD_LIBRARY_PATH=libraries)
            if printed != wanted:
                raise SystemExit("%s printed %s, not %s" % (program, printed, wanted))

        check_content(check_names(libraries, version, abi))
        source = os.path.join(place, "main.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        check_pkg_config(place, libraries, source, compiler, expect)
        for name in ("LICENSE-MIT", "LICENSE-APACHE", "LICENSES-CRATES.txt", "torctl.api.json", "hello.c",
                     "torctl.7", "torctl_get_info.3"):
            find(moved, name)

        check_cmake(cmake, place, "find_package(torctl %s REQUIRED)" % version.rsplit(".", 1)[0],
                    ["-Dtorctl_DIR=" + os.path.join(libraries, "cmake", "torctl")], expect)
        # By default a project that contains the library has cargo build in its own build directory; here
        # what is built already has to do.
        inside = check_cmake(cmake, place, "add_subdirectory(%s torctl)" % os.path.realpath(ROOT),
                             ["-DTORCTL_CARGO_TARGET_DIR=" + target], expect)
        run(cmake, "--install", inside, "--prefix", os.path.join(place, "parent"))
        installed = [name for _, _, names in os.walk(os.path.join(place, "parent")) for name in names]
        if installed != ["outside_shared"]:
            raise SystemExit("the library installs itself with its parent: %s" % installed)
        shutil.rmtree(inside)
        run(cmake, "-S", os.path.join(place, "project"), "-B", inside)
        cache = run(cmake, "-L", "-N", inside)
        default = re.search(r"^TORCTL_CARGO_TARGET_DIR:PATH=(.*)$", cache, re.MULTILINE).group(1)
        if not os.path.realpath(default).startswith(os.path.realpath(inside)):
            raise SystemExit("inside of another project cargo would build in " + default)

        run(cmake, "-DDESTDIR=" + stage, "-DBUILD=" + build, "-P",
            os.path.join(ROOT, "cmake", "uninstall.cmake"))
        left = [name for _, _, names in os.walk(stage) for name in names]
        if left:
            raise SystemExit("left after uninstalling: " + " ".join(left))
    print("installed, moved, found by pkg-config, cmake and a parent project: " + wanted)


if __name__ == "__main__":
    main()
