#!/usr/bin/env python3
"""Which commands of tor's control protocol each function sends.

    commands.py FILE            fails where FILE, which is docs/COMMANDS.md, does not say it as it is
    commands.py FILE --write    writes it

From two places: tests/data/commands.txt and info-keys.txt, which name for each command, and for each key of
GETINFO, the function that sends it and a test that shows it; and the function's own comment, which names
its commands ("by SETEVENTS").
"""

import re
import sys
from pathlib import Path

# How a comment names a command that is sent.
SENT = r"\b(?:by|[Ss]ends|of|and|or|one)\s+\+?({})\b"
# What sends whatever it is given.
ANY = {"torctl_request", "torctl_request_start"}

HEAD = """# Commands

Which commands of tor's control protocol each function sends, for those who write a profile of a filter in front of tor (onion-grater in Tails and
Whonix): [recipes](recipes.md#tails-and-whonix). Made by `tools/manual/commands.py` from the comments of the header and from the lists of the
tests, `tests/data/commands.txt` and `info-keys.txt`.

More comes besides. Events are asked for by SETEVENTS, and only those that somebody wants: by listeners and queues, and by functions that wait for what tor
says in events, as `torctl_build_circuit()` does. A controller that reconnects sends again what had been
set up: see `torctl_options_set_reconnect()`. `torctl_get_info()` and its like ask for the keys that they are given, and `torctl_request()` and
`torctl_request_start()` send what they are given.

| function | commands | keys of GETINFO |
|---|---|---|
"""


def rows(path):
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


class Commands:
    def __init__(self, root, header):
        data = Path(root) / "tests/data"
        # What takes a call asks tor; the others read answers, or choose what is asked.
        asks = {it.name: it for it in header.functions if self._asks(it)}
        self._of = {name: {} for name in asks}
        self._keys = {name: {} for name in asks}
        listed = list(rows(data / "commands.txt"))
        names = [row[0].lstrip("+") for row in listed if " " not in row[0]]
        for command, _part, function, _test in listed:
            if function in asks and function not in ANY:
                self._of[function].setdefault(command)
        for key, function, _test in rows(data / "info-keys.txt"):
            if function in asks and not function.startswith("torctl_get_info"):
                self._of[function].setdefault("GETINFO")
                self._keys[function].setdefault(key)
        words = re.compile(SENT.format("|".join(dict.fromkeys(names))))
        for name, function in asks.items():
            for command in words.findall(" ".join(function.comment)) if name not in ANY else ():
                if not {command, f"+{command}"} & set(self._of[name]):
                    self._of[name].setdefault(command)

    @staticmethod
    def _asks(function):
        kinds = {kind for kind, _ in function.arguments}
        return "torctl_call *" in kinds or function.name == "torctl_controller_close"

    def of(self, function):
        return list(self._of.get(function, {}))

    def keys(self, function):
        return list(self._keys.get(function, {}))

    def document(self):
        lines = []
        for name in self._of:
            if self.of(name):
                keys = ", ".join(f"`{it}`" for it in self.keys(name))
                lines.append(f"| `{name}()` | {', '.join(self.of(name))} | {keys} |\n")
        return HEAD + "".join(lines)


def main():
    from model import Header

    root = Path(__file__).resolve().parents[2]
    path = Path(sys.argv[1])
    text = Commands(root, Header(root)).document()
    if "--write" in sys.argv:
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        sys.exit(f"{path} is not what the header says: tools/manual/commands.py docs/COMMANDS.md --write")


if __name__ == "__main__":
    main()
