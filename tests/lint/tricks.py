"""What docs/internals/tricks.md explains is in the source, and the source names no trick that is not explained there."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PAGE = "docs/internals/tricks.md"


def explained():
    with open(os.path.join(ROOT, PAGE), encoding="utf-8") as page:
        text = page.read()
    rows = re.findall(r"^\| \[([^\]]+)\]\(#[^)]*\) \| (.*) \|$", text, re.M)
    tricks = {(trick, path) for trick, paths in rows for path in re.findall(r"`([^`]+)`", paths)}
    headings = re.findall(r"^## (.*)$", text, re.M)
    return tricks, [trick.lower() for trick, _ in rows], [heading.lower() for heading in headings]


def named():
    source_root = os.path.join(ROOT, "src")
    for directory, _, files in os.walk(source_root):
        for name in files:
            path = os.path.join(directory, name)
            with open(path, encoding="utf-8") as source:
                for trick in re.findall(r"Trick: (.*) \(%s\)" % re.escape(PAGE), source.read()):
                    yield trick, os.path.relpath(path, source_root)


def main():
    tricks, rows, headings = explained()
    in_source = set(named())
    faults = [f"{PAGE}: {trick} is said to be in {path}" for trick, path in sorted(tricks - in_source)]
    faults += [f"src/{path}: {trick} is not in the table of {PAGE}" for trick, path in sorted(in_source - tricks)]
    if rows != headings:
        faults.append(f"{PAGE}: the table and the sections do not agree")
    print("\n".join(faults) or f"{len(headings)} tricks")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
