#!/usr/bin/env python3
"""Builds everything, runs every test, and says at the end how it went.

    test.py [--build DIR] [--tor PATH] [--lint] [-- ARGUMENTS OF CTEST]

--tor names another tor than the one of the PATH, with its tools beside it.
The tests are those of ctest, cargo's among them. A Rust or Python test counts as
one each, not as one for its program. The exit status is 0 only when tests have
run and none has failed; what was skipped is named with its reason.
"""

import argparse
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

PARTS = (
    ("Rust", re.compile(r"^cargo\.")),
    ("C and C++ under valgrind", re.compile(r"^(c|cpp)\..*\.valgrind$")),
    ("C and C++ with sanitizers", re.compile(r"^(c|cpp)\..*\.[at]san$")),
    ("C++", re.compile(r"^cpp\.")),
    ("C", re.compile(r"^c\.")),
    ("header, symbols, installation", re.compile(r"^abi\.")),
    ("against stem, and coverage", re.compile(r"^(differential|coverage)\.")),
    ("examples", re.compile(r"^example\.")),
    ("test support", re.compile(r"^(support|network)\.")),
    ("style", re.compile(r"^lint\.")),
)


class Count:
    """Passed, failed and skipped tests of one part."""

    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def add(self, passed, failed, skipped):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def __str__(self):
        return "%d passed, %d failed, %d skipped" % (self.passed, self.failed, self.skipped)


def count_rust(output):
    """What cargo's test programs counted; None if none of them got so far."""
    rows = re.findall(r"test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", output)
    if not rows:
        return None
    passed, failed, ignored = (sum(map(int, column)) for column in zip(*rows))
    # These returned early because no tor is installed (tests/common).
    skipped = len(re.findall(r"^skipped: ", output, re.MULTILINE))
    return passed - skipped, failed, ignored + skipped


def count_python(output):
    """What unittest counted; None if it did not."""
    match = re.search(r"^Ran (\d+) tests?", output, re.MULTILINE)
    if not match:
        return None
    ending = output[match.end():]
    numbers = {name: int(number) for name, number in
               re.findall(r"(failures|errors|skipped)=(\d+)", ending)}
    failed = numbers.get("failures", 0) + numbers.get("errors", 0)
    skipped = numbers.get("skipped", 0)
    return max(int(match.group(1)) - failed - skipped, 0), failed, skipped


def read_results(path):
    """Of each test: its name, what became of it, its output and its seconds."""
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        if case.get("status") == "fail" or case.find("failure") is not None:
            outcome = "failed"
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            # Only a test that said so itself was skipped. One that could not be
            # run (no executable, no network) has failed.
            skipped = case.find("skipped")
            said_so = skipped is not None and "RETURN_CODE" in skipped.get("message", "")
            outcome = "skipped" if said_so else "failed"
        else:
            outcome = "passed"
        yield case.get("name"), outcome, output, float(case.get("time") or 0)


def summarize(path, seconds):
    counts = {title: Count() for title, _pattern in PARTS}
    failures, skips, slow = [], [], []
    for name, outcome, output, took in read_results(path):
        title = next((title for title, pattern in PARTS if pattern.search(name)), None)
        count = counts.setdefault(title or "others", Count())
        numbers = None
        if name.startswith("cargo."):
            numbers = count_rust(output)
        elif "Ran " in output:
            numbers = count_python(output)
        if numbers is None or (outcome == "failed" and numbers[1] == 0):
            # A program that failed beside its tests has failed all the same.
            numbers = tuple(int(outcome == word) for word in ("passed", "failed", "skipped"))
        count.add(*numbers)
        slow.append((took, name))
        if numbers[1]:
            failures.append(name)
        if numbers[2]:
            reasons = re.findall(r"skipped: (.*)", output)
            skips.append("%s: %s" % (name, reasons[-1] if reasons else "no reason given"))

    total = Count()
    print("\n%s\n" % ("=" * 72))
    print("  " + version_of_tor(os.path.dirname(path)))
    for title, count in counts.items():
        if count.passed or count.failed or count.skipped:
            print("  %-32s %s" % (title, count))
            total.add(count.passed, count.failed, count.skipped)
    print("\n  slowest: " + ", ".join(
        "%s %.0f s" % (name, took) for took, name in sorted(slow, reverse=True)[:5]))
    print("  all of it: %.0f s" % seconds)
    for skip in skips:
        print("  skipped  " + skip)
    for name in failures:
        print("  FAILED   " + name)
    if failures:
        print("  one alone: ctest --test-dir %s -R '^%s$' --output-on-failure" % (
            os.path.relpath(os.path.dirname(path)), re.escape(failures[0])))
    return total


def version_of_tor(build):
    """What the tor says of itself with which the tests have run."""
    try:
        answer = subprocess.run([os.path.join(build, "tor", "tor"), "--version"], check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return answer.stdout.decode().split("\n")[0]
    except OSError:
        return "no tor is installed"


def run(args):
    """Configures, builds and tests; the count of what came of it."""
    # A make around us must not speak to the make inside of cmake.
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        os.environ.pop(name, None)

    began = time.monotonic()
    processors = str(os.cpu_count() or 2)
    results = os.path.abspath(os.path.join(args.build, "results.xml"))
    steps = (
        ["cmake", "-S", ".", "-B", args.build, "-DTORCTL_TESTS=ON",
         "-DTORCTL_TOR=" + (args.tor or ""),
         "-DTORCTL_LINT=" + ("ON" if args.lint else "OFF")],
        ["cmake", "--build", args.build, "--parallel", processors],
    )
    for step in steps:
        if subprocess.run(step, check=False).returncode != 0:
            print("\n%s failed" % " ".join(step))
            return Count(failed=1)
    if os.path.exists(results):
        os.unlink(results)
    subprocess.run(
        ["ctest", "--test-dir", args.build, "--parallel", processors, "--output-on-failure",
         "--no-tests=error", "--output-junit", results, "--timeout", "600",
         "--test-output-size-passed", "4000000", "--test-output-size-failed", "4000000"]
        + args.ctest, check=False)
    if not os.path.exists(results):
        print("\nctest left no results")
        return Count(failed=1)
    return summarize(results, time.monotonic() - began)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--tor", default=os.environ.get("TORCTL_TOR"))
    parser.add_argument("--lint", action="store_true")
    parser.add_argument("ctest", nargs="*")
    args = parser.parse_args()
    if args.tor:
        args.tor = os.path.abspath(args.tor)
        if not os.access(args.tor, os.X_OK):
            parser.error("--tor: no program is at %s" % args.tor)
    os.chdir(ROOT)
    total = run(args)
    closing = "%s\n" % total
    os.makedirs(args.build, exist_ok=True)
    with open(os.path.join(args.build, "summary.txt"), "w", encoding="ascii") as file:
        file.write(closing)
    sys.stdout.write("\n" + closing)
    return 0 if total.passed and not total.failed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
