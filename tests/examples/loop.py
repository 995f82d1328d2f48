#!/usr/bin/env python3
"""A program of c-examples/loops, over the end of a tor and the beginning of another.

    loop.py NAME [WORD]      WORD: an argument behind the address

Exits with 77 if the program was not built, for example because the loop's library is not installed.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import ADDRESS, TOR_PID, Running, kill_tor, program, restarted_tor, run  # noqa: E402

SKIPPED = 77
# Without the bandwidth, which may come while the login is not over yet.
EXPECTED = r"""tor 0\.\S+ is ready
tor 1: process %d
(no tor: .*
)+events are missing here
tor 0\.\S+ is ready
tor 2: process %d
"""


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def main(name, *words):
    name = "loops/" + name
    if not os.access(program(name), os.X_OK):
        print("skipped: %s was not built, see `make -C c-examples`" % name)
        return SKIPPED
    with Running(name, ADDRESS, *words) as example:
        example.wait_for(r"tor 1: .*\n(.*\n)*\d+ bytes written\n")
        kill_tor()
        example.wait_for(r"\nno tor: ")
        with restarted_tor() as second:
            status = example.end()
        check(status == 0, example.text)
        rest = re.sub(r"\d+ bytes written\n", "", example.text)
        check(re.fullmatch(EXPECTED % (TOR_PID, second.pid), rest), example.text)
        check(example.text.endswith(" bytes written\n"), example.text)
    status, output, errors = run(name, "nonsense:", *words)
    check((status, output) == (1, ""), output)
    check(re.fullmatch(r".*%s: .*\n" % name, errors), errors)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
