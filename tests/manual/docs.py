#!/usr/bin/env python3
"""What stands in docs is so: its programs compile, its names exist, its links lead somewhere.

    docs.py CC CXX
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
# What stands for any object.
NO_NAMES = {"torctl_x", "torctl_x_free"}


def known_names():
    api = json.loads((ROOT / "include/torctl.api.json").read_text())
    names = {it["name"] for key in ("functions", "objects", "callbacks", "constants") for it in api[key]}
    header = (ROOT / "include/torctl.h").read_text()
    return names | set(re.findall(r"\b(?:torctl|TORCTL)_\w+", header)) | NO_NAMES


def unknown_names(path, text, known):
    for name in sorted(set(re.findall(r"\btorctl_\w+(?=\(\))|`torctl_\w+`|\bTORCTL_(?:EVENT|ERR|STATE)_\w+", text))):
        name = name.strip("`")
        # "torctl_circ_..." and "..._size_bytes" stand for many.
        if name not in known and not name.endswith("_"):
            yield f"{path}: {name} does not exist"


def broken_links(path, text):
    bare = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    for words, where in re.findall(r"\[([^\]]*)\]\(([^)\s]*)\)", bare):
        target = where.partition("#")[0]
        if target and not re.match(r"https?:", target) and not (path.parent / target).exists():
            yield f"{path}: [{words}] leads to {target}, which is not there"


def programs(text, language):
    for block in re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if re.search(r"^int main\(", block, re.MULTILINE):
            yield block


def fails(path, number, program, command, suffix):
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / f"program{number}{suffix}"
        source.write_text(program)
        answer = subprocess.run([*command, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", ROOT / "include", source],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if answer.returncode:
            yield f"{path}: program {number}\n{answer.stdout}"


def main():
    compilers = {"c": ([sys.argv[1], "-std=c11", "-Wpedantic"], ".c"), "cpp": ([sys.argv[2], "-std=c++17"], ".cpp")}
    known = known_names()
    wrong, compiled = [], 0
    for path in DOCS:
        text = path.read_text()
        wrong += [*unknown_names(path, text, known), *broken_links(path, text)]
        for language, (command, suffix) in compilers.items():
            for number, program in enumerate(programs(text, language), 1):
                compiled += 1
                wrong += fails(path, number, program, command, suffix)
    if not compiled:
        wrong.append("no program was found in docs")
    listed = subprocess.run([sys.executable, "-B", ROOT / "tools/manual/commands.py", ROOT / "docs/COMMANDS.md"],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if listed.returncode:
        wrong.append(listed.stdout)
    for it in wrong:
        print(it, file=sys.stderr)
    print(f"{compiled} programs compiled")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
