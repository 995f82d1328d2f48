#!/usr/bin/env python3
"""The licences of all that is linked into the library: LICENSES-CRATES.txt.

    tools/licences.py            writes the file anew
    tools/licences.py --check    fails if it does not name the crates that Cargo.lock pins

To write it, the crates' sources have to be there: cargo downloads what is missing.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE = os.path.join(ROOT, "LICENSES-CRATES.txt")
# The systems that the library is for; each has crates of its own.
TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl",
           "i686-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-unknown-freebsd"]
# What the Rust standard library has in itself. Its versions are those of the compiler.
OF_STD = ["addr2line", "adler2", "cfg-if", "gimli", "hashbrown", "memchr", "miniz_oxide", "object",
          "rustc-demangle", "libc"]
STD = """Copyright (c) The Rust Project Contributors

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.
"""
HEAD = """Licences of what is linked into libtorctl

The library's own licence is MIT or Apache-2.0: see LICENSE-MIT and LICENSE-APACHE.
The crates below and the Rust standard library are linked into it. Where a crate
leaves a choice, the MIT licence is the one that is used here, if its text comes with
the crate. This file is made by
tools/licences.py.
"""
RULE = "-" * 78 + "\n"


def linked(target):
    """Names and versions of the crates that are linked for a target."""
    text = subprocess.run(
        ["cargo", "tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none",
         "--format", "{p}", "--target", target],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = re.findall(r"^(\S+) v(\S+)(?! \(/)", text, re.MULTILINE)
    return {(name, version) for name, version in found if "(proc-macro)" not in name}


def all_linked():
    crates = set().union(*(linked(target) for target in TARGETS))
    with open(os.path.join(ROOT, "Cargo.toml"), encoding="utf-8") as file:
        own = re.search(r'^name = "(.*)"', file.read(), re.MULTILINE).group(1)
    return sorted(crate for crate in crates if crate[0] != own)


def metadata(directory):
    text = subprocess.run(["cargo", "metadata", "--format-version", "1"], cwd=directory, check=True,
                          capture_output=True, text=True).stdout
    return json.loads(text)["packages"]


def licence_files(package):
    """The texts of the licence that is used."""
    directory = os.path.dirname(package["manifest_path"])
    names = [name for name in sorted(os.listdir(directory))
             if re.match(r"(?i)(licen[cs]e|copying|unlicense)", name)
             and os.path.isfile(os.path.join(directory, name))]
    if re.search(r"\bMIT\b", package["license"]) and " AND " not in package["license"]:
        names = [name for name in names if "mit" in name.lower()] or \
            [name for name in names if not re.search(r"(?i)apache|unlicense|copying$", name)]
    texts = []
    for name in names:
        with open(os.path.join(directory, name), encoding="utf-8") as file:
            texts.append("\n".join(line.rstrip() for line in file.read().strip().splitlines()) + "\n")
    if not texts:
        raise SystemExit("%s %s has no licence file" % (package["name"], package["version"]))
    return texts


def of_std():
    """The packages of those crates that the standard library has in itself."""
    with tempfile.TemporaryDirectory() as place:
        os.mkdir(os.path.join(place, "src"))
        with open(os.path.join(place, "src", "lib.rs"), "w", encoding="utf-8"):
            pass
        with open(os.path.join(place, "Cargo.toml"), "w", encoding="utf-8") as file:
            file.write('[package]\nname = "scratch"\nversion = "0.0.0"\n[dependencies]\n'
                       + "".join('%s = "*"\n' % name for name in OF_STD))
        packages = metadata(place)
        return [(package, licence_files(package)) for package in packages if package["name"] in OF_STD]


def write():
    crates = all_linked()
    packages = {(it["name"], it["version"]): it for it in metadata(ROOT)}
    by_text = {}
    for crate in crates:
        package = packages[crate]
        for text in licence_files(package):
            by_text.setdefault(text, []).append("%s %s (%s)" % (*crate, package["license"]))
    by_text.setdefault(STD, []).append("the Rust standard library (MIT OR Apache-2.0)")
    for package, texts in of_std():
        for text in texts:
            of = "%s, in the Rust standard library (%s)" % (package["name"], package["license"])
            by_text.setdefault(text, []).append(of)
    with open(FILE, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for text, names in sorted(by_text.items(), key=lambda it: it[1]):
            file.write("\n" + RULE + "".join("%s\n" % name for name in names) + RULE + "\n" + text)


def check():
    with open(FILE, encoding="utf-8") as file:
        named = set(re.findall(r"^(\S+) (\d\S*) \(", file.read(), re.MULTILINE))
    wanted = set(all_linked())
    faults = ["%s %s is not named" % it for it in sorted(wanted - named)]
    faults += ["%s %s is not linked" % it for it in sorted(named - wanted)]
    if faults:
        raise SystemExit("LICENSES-CRATES.txt: %s; run tools/licences.py" % "; ".join(faults))
    print("%d crates, each with its licence" % len(wanted))


if __name__ == "__main__":
    check() if sys.argv[1:] == ["--check"] else write()
