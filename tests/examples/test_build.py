#!/usr/bin/env python3
"""A copy of the examples elsewhere, with an installed library: it builds without a warning, and runs."""
# ctest: unit

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import BIN, ROOT  # noqa: E402

PC_FILE = """Name: torctl
Description: the library of this tree, as if it were installed
Version: 0
Cflags: -I%s
Libs: -L${libdir} -ltorctl
"""


@unittest.skipUnless(shutil.which("pkg-config"), "skipped: pkg-config is not installed")
class Elsewhere(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="torctl-examples-")
        self.addCleanup(directory.cleanup)
        self.copy = os.path.join(directory.name, "copy of examples")
        shutil.copytree(os.path.join(ROOT, "c-examples"), self.copy,
                        ignore=shutil.ignore_patterns("bin"))
        # What make has written: the library that the programs of the tree were linked with.
        with open(os.path.join(BIN, ".library"), encoding="utf-8") as file:
            libraries = os.path.dirname(file.read().split()[0])
        self.packages = os.path.join(directory.name, "pkgconfig")
        os.mkdir(self.packages)
        with open(os.path.join(self.packages, "torctl.pc"), "w", encoding="utf-8") as file:
            file.write("libdir=%s\n%s" % (libraries, PC_FILE % os.path.join(ROOT, "include")))

    def make(self, *arguments):
        """The exit status of make, and what it prints."""
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PKG_CONFIG_PATH")}
        answer = subprocess.run(("make", "-C", self.copy) + arguments, env=environment, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return answer.returncode, answer.stdout.decode()

    def names(self):
        """What was built, with the loops as loops/NAME."""
        top = os.path.join(self.copy, "bin")
        return sorted(os.path.relpath(os.path.join(directory, name), top)
                      for directory, _, names in os.walk(top) for name in names)

    def test_all(self):
        status, output = self.make("PKG_CONFIG_PATH=" + self.packages, "CFLAGS=-O1 -Werror")
        self.assertEqual(status, 0, output)
        left_out = re.findall(r"^(\S+) is left out: ", output, re.M)
        sources = [os.path.splitext(name)[0] for name in os.listdir(self.copy) if name.endswith(".c")]
        loops = [os.path.join(directory, os.path.splitext(name)[0]) for directory in ("loops", "cpp")
                 for name in os.listdir(os.path.join(self.copy, directory)) if not name.endswith(".h")]
        self.assertEqual(self.names(), sorted({".library", *sources, *loops} - set(left_out)))
        for name in set(sources) - {"daemon", *left_out}:
            answer = subprocess.run([os.path.join(self.copy, "bin", name), "--help"], check=False,
                                    stdout=subprocess.PIPE, timeout=60)
            self.assertEqual(answer.returncode, 0, name)

    def test_without_curses(self):
        status, output = self.make("PKG_CONFIG_PATH=" + self.packages, "CURSES_LIBS=", "-n")
        self.assertEqual(status, 0, output)
        self.assertIn("bandwidth is left out: it needs curses (package libncurses-dev)\n", output)
        self.assertIn("-o bin/hello hello.c", output)
        self.assertNotRegex(output, r"bandwidth\.c\b")

    def test_without_the_libraries_of_the_loops(self):
        for missing, programs in {"libevent": 3, "libuv": 1, "glib-2.0": 1, "libsystemd": 1, "Qt6Core": 1}.items():
            with self.subTest(missing=missing):
                status, output = self.make("PKG_CONFIG_PATH=" + self.packages, "-n", "PKG_CONFIG=" + self.without(missing))
                self.assertEqual(status, 0, output)
                words = re.findall(r"^(\S+) is left out: it needs %s \(package \S+\)$" % missing, output, re.M)
                self.assertEqual(len(words), programs, output)
                for name in words:
                    self.assertNotIn("-o bin/%s " % name, output)
                self.assertIn("-o bin/loops/poll loops/poll.c", output)

    def without(self, missing):
        """A pkg-config that does not know this."""
        path = os.path.join(self.packages, "pkg-config")
        with open(path, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\ncase " $*" in *" %s"*|*Qt5Core*) exit 1 ;; esac\nexec pkg-config "$@"\n' % missing)
        os.chmod(path, 0o755)
        return path

    def test_not_installed(self):
        status, output = self.make("PKG_CONFIG_LIBDIR=/nonexistent", "PKG_CONFIG=false")
        self.assertEqual(status, 2)
        self.assertIn("pkg-config does not find torctl: install it", output)


if __name__ == "__main__":
    unittest.main(verbosity=2)
