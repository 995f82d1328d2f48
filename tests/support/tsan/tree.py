#!/usr/bin/env python3
"""Builds the library for ThreadSanitizer.

    tree.py --flags              prints the flags that this rustc takes, or fails
    tree.py --runtime            prints the path of the runtime library, or fails
    tree.py TREE TARGET_DIR      builds TARGET_DIR/tsan/libtorctl.so from TREE

TREE becomes a copy of the sources in which std's Mutex and Condvar are replaced
by those of sync.rs: see there. Files that are right already are left alone, so
that cargo builds only what has changed.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
REPLACED = ("Condvar", "Mutex", "MutexGuard", "WaitTimeoutResult")
BASE_FLAGS = ["-Zsanitizer=thread", "-Zshare-generics=off"]
# Newer compilers ask to be told that the standard library goes without.
MISMATCH = "-Cunsafe-allow-abi-mismatch=sanitizer"
# The options above are not for everybody yet.
ENVIRONMENT = dict(os.environ, RUSTC_BOOTSTRAP="1")


def rustc(*args):
    return subprocess.run(["rustc"] + list(args), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          universal_newlines=True)


def flags():
    for candidate in (BASE_FLAGS + [MISMATCH], BASE_FLAGS):
        if rustc("--print", "cfg", *candidate).returncode == 0:
            return candidate
    raise SystemExit("this rustc has no ThreadSanitizer")


def host():
    return re.search(r"^host: (.*)$", rustc("-vV").stdout, re.MULTILINE).group(1)


def runtime():
    libraries = os.path.join(rustc("--print", "sysroot").stdout.strip(), "lib", "rustlib",
                             host(), "lib")
    found = glob.glob(os.path.join(libraries, "librustc-*_rt.tsan.a"))
    if not found:
        raise SystemExit("no runtime of ThreadSanitizer in " + libraries)
    return found[0]


def rewrite(text):
    """Takes the names in REPLACED from the crate's tsan_sync instead of std."""
    def imports(match):
        names = [name.strip() for name in match.group(2).split(",") if name.strip()]
        parts = (("std::sync", [name for name in names if name not in REPLACED]),
                 ("crate::tsan_sync", [name for name in names if name in REPLACED]))
        return " ".join("%suse %s::{%s};" % (match.group(1), path, ", ".join(some))
                        for path, some in parts if some)
    text = re.sub(r"((?:pub(?:\([a-z]+\))? )?)use std::sync::\{([^{}]*)\};", imports, text)
    return re.sub(r"\bstd::sync::(%s)\b" % "|".join(REPLACED), r"crate::tsan_sync::\1", text)


def put(path, data):
    try:
        with open(path, "rb") as file:
            if file.read() == data:
                return
    except OSError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def make_tree(tree):
    wanted = set()
    for folder, _folders, names in os.walk(os.path.join(ROOT, "src")):
        for name in names:
            source = os.path.join(folder, name)
            with open(source, "rb") as file:
                data = file.read()
            relative = os.path.relpath(source, ROOT)
            if name.endswith(".rs"):
                text = rewrite(data.decode())
                if relative == os.path.join("src", "lib.rs"):
                    text += "\nmod tsan_sync;\n"
                data = text.encode()
            wanted.add(os.path.join(tree, relative))
            put(os.path.join(tree, relative), data)
    shim = os.path.join(tree, "src", "tsan_sync.rs")
    wanted.add(shim)
    shutil.copyfile(os.path.join(HERE, "sync.rs"), shim + ".new")
    with open(shim + ".new", "rb") as file:
        put(shim, file.read())
    os.unlink(shim + ".new")
    for folder, _folders, names in os.walk(os.path.join(tree, "src")):
        for name in names:
            if os.path.join(folder, name) not in wanted:
                os.unlink(os.path.join(folder, name))
    # The build writes the header; everything else is only read.
    os.makedirs(os.path.join(tree, "include"), exist_ok=True)
    for name in os.listdir(ROOT):
        link = os.path.join(tree, name)
        if name not in ("src", "include", "target", "build", ".git") and not os.path.lexists(link):
            os.symlink(os.path.join(ROOT, name), link)


def build(tree, target_dir):
    make_tree(tree)
    subprocess.run(
        ["cargo", "build", "--locked", "--lib", "--target", host()], cwd=tree, check=True,
        env=dict(ENVIRONMENT, RUSTFLAGS=" ".join(flags()), CARGO_PROFILE_DEV_OPT_LEVEL="1",
                 CARGO_TARGET_DIR=os.path.join(target_dir, "tsan-build")))
    built = os.path.join(target_dir, "tsan-build", host(), "debug", "libtorctl.so")
    place = os.path.join(target_dir, "tsan")
    os.makedirs(place, exist_ok=True)
    for name in ("libtorctl.so", "libtorctl.so.0"):
        link = os.path.join(place, name)
        if not os.path.lexists(link):
            os.symlink(built, link)


def main():
    if sys.argv[1:] == ["--flags"]:
        print(" ".join(flags()))
    elif sys.argv[1:] == ["--runtime"]:
        print(runtime())
    else:
        build(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
