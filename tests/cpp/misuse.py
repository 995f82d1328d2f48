#!/usr/bin/env python3
"""What is wrong with torctl.hpp does not compile.

    misuse.py COMPILER

Each line is compiled by itself in a function with the objects below. Lines that are right are compiled, too, so that it
is known what the others are refused for. Status 77 without that compiler."""

import os
import shutil
import subprocess
import sys
import tempfile

INCLUDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include")

PROGRAM = """#include "torctl.hpp"
void use(torctl::controller &tor, torctl::queue &queue, torctl::event &event, torctl::values &values,
         const torctl::event &lent, torctl::call &call);
void use(torctl::controller &tor, torctl::queue &queue, torctl::event &event, torctl::values &values,
         const torctl::event &lent, torctl::call &call)
{
    static_cast<void>(tor), static_cast<void>(queue), static_cast<void>(event);
    static_cast<void>(values), static_cast<void>(lent), static_cast<void>(call);
    %s
}
"""

RIGHT = (
    "torctl::values moved = std::move(values); values = std::move(moved);",
    "tor.signal(torctl::signal::reload);",
    "if (event.as<torctl::circ>().status() == torctl::circ_status::built) return;",
    "auto copy = lent.dup();",
    "tor.listen(torctl::circ, [](const torctl::event &) {});",
    "tor.get_info(\"version\", call);",
    "for (auto &it : values) static_cast<void>(it.value());",
    "auto reply = tor.request(\"x\"); for (auto &line : reply.lines()) static_cast<void>(line.code());",
)

WRONG = (
    # Freed twice.
    "torctl::values copy = values;",
    "torctl::values copy(nullptr); copy = values;",
    "torctl::controller other = tor;",
    "torctl::event kept = lent;",
    "torctl::event kept = std::move(lent);",
    "lent.reset();",
    "delete values;",
    "torctl_values_free(values);",
    # A constant of another set.
    "tor.signal(torctl::circ_status::built);",
    "tor.signal(3);",
    "if (event.as<torctl::circ>().status() == torctl::stream_status::new_) return;",
    "if (event.kind() == 5) return;",
    "tor.close_circuit(torctl::circ, false);",
    "event.as<torctl::circ_status::built>();",
    # Arguments in another order, or of another kind.
    "tor.subscribe(5);",
    "tor.get_info(5);",
    "tor.set_conf(\"Nickname\");",
    "tor.get_info(\"version\", 5);",
    "queue.next(5);",
    "event.as<torctl::descchanged>();",
    # What a listener gets is an event.
    "tor.listen(torctl::circ, [](int) {});",
    "tor.listen(torctl::circ, [](const torctl::event &) { return 5; });",
    "tor.set_attacher([](const torctl::stream_event &) { return 5; });",
    # Parts of what is gone.
    "for (auto &line : tor.request(\"x\").lines()) static_cast<void>(line.code());",
    "auto it = tor.circuits().begin();",
    "const char *text = torctl::onion_key::make().address().c_str() + torctl::version();",
    # An async knows its place.
    "torctl::async one(tor); torctl::async other = std::move(one);",
)


def compiles(compiler, line):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "misuse.cpp")
        with open(path, "w", encoding="utf-8") as file:
            file.write(PROGRAM % line)
        return subprocess.run([compiler, "-std=c++17", "-fsyntax-only", "-w", "-I", INCLUDE, path],
                              capture_output=True, check=False).returncode == 0


def main():
    compiler = sys.argv[1]
    if shutil.which(compiler) is None:
        print("skipped: no %s" % compiler)
        return 77
    failed = 0
    # One after the other finds what is wrong; all that is right compiles at once.
    right = "\n    ".join("{ %s }" % line for line in RIGHT)
    if not compiles(compiler, right):
        failed += 1
        print("does not compile:\n    %s" % right)
    for line in WRONG:
        if compiles(compiler, line):
            failed += 1
            print("compiles: %s" % line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
