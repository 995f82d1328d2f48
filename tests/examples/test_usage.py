#!/usr/bin/env python3
"""Every example: its help, what it says to wrong arguments, and that a test runs it."""
# ctest: unit

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import ROOT, program, run  # noqa: E402

SOURCES = os.path.join(ROOT, "c-examples")
EXAMPLES = sorted(name[:-2] for name in os.listdir(SOURCES) if name.endswith(".c"))
# daemon is kept as short as it can be.
WITH_USAGE = [name for name in EXAMPLES if name != "daemon"]

# Arguments that are wrong, of the examples that take more than [ADDRESS]. None of these looks for tor.
NOWHERE = "unix:/nonexistent"
WRONG = {
    "bandwidth": [[NOWHERE, "0"], [NOWHERE, "-1"], [NOWHERE, "3x"], [NOWHERE, ""], [NOWHERE, "3", "4"]],
    "chat": [["--tor"], ["--tor", NOWHERE, "one", "two"], ["one", "--tor"]],
    "custom_path": [[], ["relay1"], ["--tor", NOWHERE, "relay1"], ["--tor"], ["--for", "a", "b", "c"]],
    "launch": [["NoValue"], ["SocksPort=0", "NoValue"], ["SocksPort=0", "--help me"]],
    "new_identity": [[NOWHERE, "0"], [NOWHERE, "two"], [NOWHERE, "1", "2"]],
    "onion_service": [[NOWHERE, "0"], [NOWHERE, "17"], [NOWHERE, "1x"], [NOWHERE, "1", "2"]],
    "relays": [[NOWHERE, "Exit", "Guard"]],
    "resolve": [[], ["--tor", NOWHERE], ["--tor"], ["--for", "a", "b"]],
    "wait_bootstrap": [[NOWHERE, "0"], [NOWHERE, "1", "1h"], [NOWHERE, "1", "1", "1"]],
}
ONLY_ADDRESS = [[NOWHERE, NOWHERE]]


def text_of(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


class Usage(unittest.TestCase):
    def test_help(self):
        for name in WITH_USAGE:
            for option in ("-h", "--help"):
                with self.subTest(name=name, option=option):
                    status, output, errors = run(name, option)
                    self.assertEqual((status, errors), (0, ""))
                    # The synopsis is that of the comment at the head of the source.
                    synopsis = re.search(r"&& bin/(%s.*)\n" % name, text_of(SOURCES, name + ".c"))
                    lines = output.split("\n")
                    self.assertEqual(lines[0], "usage: " + synopsis.group(1))
                    self.assertGreaterEqual(len(lines), 4)
                    self.assertLessEqual(max(map(len, lines)), 100)
                    self.assertTrue(lines[-2].endswith("."), output)
                    if name != "launch":
                        self.assertRegex(output, r"\nADDRESS: .*127\.0\.0\.1:9051")

    def test_wrong_arguments(self):
        for name in WITH_USAGE:
            for arguments in [["-x"], ["--nonsense"], ["-"]] + WRONG.get(name, ONLY_ADDRESS):
                with self.subTest(name=name, arguments=arguments):
                    status, output, errors = run(name, *arguments)
                    self.assertEqual((status, output), (2, ""), errors)
                    self.assertRegex(errors, r"\Ausage: %s .*\n\Z" % name)

    def test_the_table_has_no_others(self):
        self.assertEqual(sorted(set(WRONG) - set(EXAMPLES)), [])


class EveryExample(unittest.TestCase):
    def test_is_built_and_tested_and_introduced(self):
        readme = text_of(SOURCES, "README.md")
        for name in EXAMPLES:
            with self.subTest(name=name):
                # daemon is left out where its library is missing, which its own test says.
                self.assertTrue(name == "daemon" or os.access(program(name), os.X_OK))
                test = text_of(ROOT, "tests", "examples", "test_%s.py" % name)
                self.assertRegex(test, r"# ctest: (live|network)")
                self.assertIn("[%s.c](%s.c)" % (name, name), readme)

    def test_is_short(self):
        """bandwidth and chat are real programs."""
        for name in EXAMPLES:
            with self.subTest(name=name):
                lines = text_of(SOURCES, name + ".c").count("\n")
                self.assertLess(lines, 200 if name in ("bandwidth", "chat") else 120)


if __name__ == "__main__":
    unittest.main(verbosity=2)
