#!/usr/bin/env python3
"""The manual pages are complete, lead nowhere else, and are what mandoc takes without a word.

    man_pages.py CC

Every function, type and constant of include/torctl.api.json is described in a page, and `man` finds one by the
name of each function and type. The example of torctl(7) compiles.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What mandoc has to say that is so on purpose: only installed pages count for it as found, and the foot of
# the pages has the name of the library in the place of the system's.
ON_PURPOSE = ("referenced manual not found", "operating system explicitly specified", "mandoc.db")


def make(target):
    subprocess.run([sys.executable, "-B", ROOT / "tools/manual/man.py", target], check=True)


def read(target):
    return {path.relative_to(target).as_posix(): path.read_text() for path in sorted(target.glob("man?/*"))}


def names_without_page(api, files):
    wanted = [it["name"] for key in ("functions", "objects", "callbacks") for it in api[key]]
    for name in wanted:
        link = re.fullmatch(r"\.so (\S+)\n", files.get(f"man3/{name}.3", ""))
        page = files.get(link[1], "") if link else ""
        if not re.search(rf"^\.Nm {name}( ,)?$", page, re.MULTILINE):
            yield f"{name} has no manual page that names it"
        elif not re.search(rf"^\.Ss {name}(\(\))?$", page, re.MULTILINE):
            yield f"{name} is not described in {link[1]}"
        elif not described(page, name):
            yield f"{link[1]} says nothing of {name}"


def described(page, name):
    """Whether there is a sentence, not only the declaration."""
    text = re.search(rf"^\.Ss {name}(?:\(\))?\n(.*?)(?=^\.S[sh] |\Z)", page, re.MULTILINE | re.DOTALL)[1]
    text = re.sub(r"^\.Bd(?:.|\n)*?^\.Ed$|^\.Pp$|^Sends [A-Z_, and\n]* to tor\.$", "", text, flags=re.MULTILINE)
    return bool(text.strip())


def constants_without_page(api, files):
    text = "\n".join(text for name, text in files.items() if name.startswith("man3/torctl-"))
    found = dict(re.findall(r"^\.It Dv (TORCTL_\w+) No = (\S+)$", text, re.MULTILINE))
    for it in api["constants"]:
        if found.get(it["name"], "").replace("\\", "") != str(it["value"]):
            yield f"{it['name']} = {it['value']} is in no page"


def broken_links(files):
    # The program has a page that is written by hand.
    there = set(files) | {"man1/torctl.1"} if (ROOT / "cli/torctl.1").exists() else set(files)
    for name, text in files.items():
        for page, section in re.findall(r"\bXr (\S+) (\d)", text):
            if f"man{section}/{page}.{section}" not in there:
                yield f"{name}: no page {page}({section})"
        for at, line in enumerate(text.split("\n"), 1):
            if re.search(r"(?<!Fn )(?<!Xr )(?<!Fo )\btorctl_\w+\(\)", line) and not line.startswith((".Ss", ".Bd")):
                yield f"{name}:{at}: a function without a link: {line}"


def lint(target, files):
    if not shutil.which("mandoc"):
        print("mandoc is not installed: the pages are not looked at by it")
        return []
    said = subprocess.run(["mandoc", "-Tlint", "-Wall"] + [it for it in files if not files[it].startswith(".so ")],
                          cwd=target, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    return [line for line in said.splitlines() if not any(it in line for it in ON_PURPOSE)]


def not_found(target, api):
    if not shutil.which("man"):
        print("man is not installed: nothing is looked up by it")
        return
    names = ["torctl", "torctl-threads", "torctl-signals", "torctl-errors"] + [it["name"] for it in api["functions"]]
    for start in range(0, len(names), 200):
        some = names[start : start + 200]
        # -w: where they are. The section tells torctl(7) from a program of this name.
        answer = subprocess.run(["man", "-M", target, "-S", "3:7", "-w"] + some, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, check=False)
        if answer.returncode:
            yield answer.stdout.strip()


def example_fails(files, compiler):
    example = re.search(r"^\.Bd[^\n]*\n(#include.*?)^\.Ed", files["man7/torctl.7"], re.MULTILINE | re.DOTALL)[1]
    for name, char in (("\\-", "-"), ("\\(aq", "'"), ("\\(ti", "~"), ("\\(ha", "^"), ("\\(ga", "`"), ("\\e", "\\")):
        example = example.replace(name, char)
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "example.c"
        source.write_text(example)
        answer = subprocess.run([compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I",
                                 ROOT / "include", source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, check=False)
        return [answer.stdout] if answer.returncode else []


def main():
    api = json.loads((ROOT / "include/torctl.api.json").read_text())
    with tempfile.TemporaryDirectory() as place:
        target, again = Path(place) / "man", Path(place) / "again"
        make(target)
        files = read(target)
        wrong = [*names_without_page(api, files), *constants_without_page(api, files), *broken_links(files)]
        wrong += [*lint(target, files), *not_found(target, api), *example_fails(files, sys.argv[1])]
        make(again)
        if read(again) != files:
            wrong.append("the same sources give other pages")
    for it in wrong:
        print(it, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
