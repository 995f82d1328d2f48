"""Which commands of tor's control protocol each function sends.

From two places: tests/data/commands.txt, which names for each command the function that sends it and a
test that shows it; and the function's own comment, which names its commands ("by SETEVENTS").
"""

import re
from pathlib import Path

# Commands that a comment names in other senses: a word for a signal, or an option of another.
SENT = r"\b(?:by|with|of|and|or|,|in one|sends|Sends)\s+(?:one\s+|a\s+|round of\s+)?\+?({})\b"


class Commands:
    def __init__(self, root, header):
        rows = [
            line.split("\t")
            for line in (Path(root) / "tests/data/commands.txt").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        self.names = list(dict.fromkeys(row[0].lstrip("+") for row in rows))
        self._of = {}
        for row in rows:
            if row[2] in header.called:
                self._of.setdefault(row[2], {}).setdefault(row[0].lstrip("+"))
        words = re.compile(SENT.format("|".join(self.names)))
        for function in header.functions:
            kinds = {kind for kind, _ in function.arguments}
            if "torctl_controller *" in kinds or "torctl_call *" in kinds:
                for name in words.findall(" ".join(function.comment)):
                    self._of.setdefault(function.name, {}).setdefault(name)

    def of(self, function):
        return list(self._of.get(function, {}))
