#!/usr/bin/env python3
"""Every function of torctl.api.json is reached by torctl.hpp: some function there calls it.

Also, each that can fail is there twice, as x() and as try_x(), and each that can be begun is one of async's."""

import json
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def main():
    with open(os.path.join(ROOT, "include", "torctl.api.json"), encoding="utf-8") as file:
        functions = json.load(file)["functions"]
    with open(os.path.join(ROOT, "include", "torctl.hpp"), encoding="utf-8") as file:
        header = file.read()
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", header, flags=re.DOTALL)
    called = set(re.findall(r"\b(torctl_\w+)\b", code))
    missing = [it["name"] for it in functions if it["name"] not in called]
    if missing:
        print("torctl.hpp does not call:", *missing, sep="\n    ")

    tried = set(re.findall(r"\btry_(\w+)\(", code))
    declared = set(re.findall(r"(?<!\.)\b(\w+)\(", code))
    alone = sorted(tried - declared)
    if alone:
        print("only as try_x():", *alone, sep="\n    ")

    asynchronous = code[code.index("\nclass async {"):]
    begun = [it["name"] for it in functions if "Can be begun" in it["comment"]]
    waited = [name for name in begun if not re.search(r"\b%s\b" % name, asynchronous)]
    if not begun or waited:
        print("async has no:", *waited, sep="\n    ")
    return 1 if missing or alone or waited or not begun else 0


if __name__ == "__main__":
    sys.exit(main())
