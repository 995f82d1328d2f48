#!/usr/bin/env python3
"""Compares the header's constants with the list of those that programs were compiled with.

    check_numbers.py
    check_numbers.py --add      lists what is new

A constant that is gone or has another number breaks programs without a word from the compiler:
the numbers of fields come from their places in src/tables, and a place can move. Two constants of one
set never have the same number, and no two sets have one in common.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import interface  # noqa: E402

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "numbers.txt")
# Those of the library itself change with every version.
OWN = re.compile(r"TORCTL_(VERSION_(MAJOR|MINOR|PATCH)|ABI)$")


def listed():
    with open(PATH, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {name: int(number) for name, number in rows}


def sets():
    """The numbers that are not 0 of each set of words."""
    for table in interface.API["words"]:
        if not table["flags"]:
            yield table["name"], {word["number"] for word in table["words"]}


def main():
    ours = {name: number for name, number in interface.constants().items() if not OWN.match(name)}
    table = listed()
    if sys.argv[1:] == ["--add"]:
        with open(PATH, "w", encoding="utf-8") as file:
            file.write("# The constants of torctl.h and their numbers: check_numbers.py --add\n")
            file.writelines("%s %d\n" % row for row in sorted({**ours, **table}.items()))
        return 0
    faults = ["%s is %s, and was %d" % (name, ours.get(name, "gone"), number)
              for name, number in sorted(table.items()) if ours.get(name) != number]
    faults += ["not listed: " + name for name in sorted(set(ours) - set(table))]
    taken = {}
    for name, numbers in sets():
        for number in sorted(numbers):
            if number in taken:
                faults.append("%s and %s have both %d" % (taken[number], name, number))
            taken[number] = name
    print("\n".join(faults) or "%d constants" % len(ours))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
