#!/usr/bin/env python3
"""What other languages cannot import is not in the header, and the tables of what is shown where are true.

No variadic function, no bit-field, no structure or union that is given by value, no function that is a
macro; no type but those that have one width everywhere, int, size_t and pointers.
In stories/README.md and checklist.md every link leads to a file, and every story is named.
"""

import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
PLAIN = r"void|int|double|char|size_t|u?int(8|16|32|64)_t|torctl_status|torctl_\w+_fn"


def main():
    faults = []
    with open(os.path.join(TESTS, "..", "include", "torctl.h"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
    functions = re.findall(r"TORCTL_API\s+([^;()]*?)(\btorctl_\w+)\(([^;]*)\);", text)
    if len(functions) < 500:
        faults.append("only %d functions were found" % len(functions))
    for result, name, arguments in functions:
        for given in [result] + arguments.split(","):
            kind = " ".join(re.sub(r"\bconst\b|\bTORCTL_NODISCARD\b", "", given).split())
            if "*" not in kind and not re.fullmatch(r"(%s)( \w+)?" % PLAIN, kind):
                faults.append("%s: %s" % (name, given.strip()))
    faults += ["a bit-field: " + line for line in re.findall(r"^\s*\w+ \w+ *: *\d+;", text, re.MULTILINE)]
    macros = re.findall(r"#define (TORCTL_\w+)\(", text)
    if macros != ["TORCTL_KIND_BIT"]:
        faults.append("macros with arguments: %s" % macros)

    linked = set()
    for page in (os.path.join(HERE, "README.md"), os.path.join(TESTS, "checklist.md")):
        with open(page, encoding="utf-8") as file:
            for target in re.findall(r"\]\(([^)#]+)\)", file.read()):
                path = os.path.normpath(os.path.join(os.path.dirname(page), target))
                linked.add(path)
                if not os.path.exists(path):
                    faults.append("%s: no %s" % (os.path.basename(page), target))
    faults += ["in no table: " + path for path in glob.glob(os.path.join(HERE, "*.*")) if path not in linked
               and not path.endswith("README.md")]
    print("\n".join(faults) or "%d functions, and all stories in their table" % len(functions))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
