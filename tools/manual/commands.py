#!/usr/bin/env python3
"""What each function sends to tor.

    commands.py FILE            fails where FILE, which is docs/COMMANDS.md, does not say it as it is
    commands.py FILE --write    writes it

From three places: tests/data/sent.txt, which tests/manual/sent.py records; tests/data/commands.txt and
info-keys.txt, which name for each command, and for each key of GETINFO, the function that sends it and a
test that shows it; and, where nothing was recorded, the function's own comment ("by SETEVENTS").
"""

import re
import sys
from pathlib import Path

# How a comment names a command that is sent.
SENT = r"\b(?:by|[Ss]ends|of|and|or|one)\s+\+?({})\b"
# What sends whatever it is given.
ANY = {"torctl_request", "torctl_request_start"}

HEAD = """# Commands

What each function sends to tor, for those who write a profile of a filter in front of tor (onion-grater in Tails and Whonix):
[recipes](recipes.md). Made by `tools/manual/commands.py` from what a test has recorded (`tests/data/sent.txt`), from the lists
of the other tests (`tests/data/commands.txt`, `info-keys.txt`), and from the comments of the header. `*` stands for an address, a name or a
fingerprint.

Connecting comes first: PROTOCOLINFO, then AUTHCHALLENGE and AUTHENTICATE as needed, and SETEVENTS for what listeners and queues want by then. When fewer
events are wanted, SETEVENTS is sent again. A controller that reconnects sends again what had been set up: see
`torctl_options_set_reconnect()`. `torctl_get_info()` and its like ask for the keys that they are given, and `torctl_request()` and
`torctl_request_start()` send what they are given. A function that is not here sends nothing, or what those do that its comment names.

| function | sends |
|---|---|
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
        self._sent = {name: [] for name in asks}
        for function, sent in rows(data / "sent.txt"):
            # The option that the test has asked for is its own choice.
            self._sent[function].append(sent.removesuffix(" MaxCircuitDirtiness"))
        recorded = {name for name, sent in self._sent.items() if sent}
        silent = {name for name, sent in self._sent.items() if sent == ["-"]}
        self._sent.update({name: [] for name in silent})
        listed = list(rows(data / "commands.txt"))
        for command, _part, function, _test in listed:
            if function in asks and function not in ANY | silent:
                self._add(function, command)
        for key, function, _test in rows(data / "info-keys.txt"):
            if function in asks and not function.startswith("torctl_get_info"):
                keys = {it for sent in self._sent[function] for it in sent.split()[1:]}
                if key not in keys:
                    self._sent[function].append(f"GETINFO {key}")
        names = dict.fromkeys(row[0].lstrip("+") for row in listed if " " not in row[0])
        words = re.compile(SENT.format("|".join(names)))
        for name, function in asks.items():
            if name not in ANY | recorded:
                for command in words.findall(" ".join(function.comment)):
                    self._add(name, command)

    def _add(self, function, command):
        if command.lstrip("+") not in self.of(function):
            self._sent[function].append(command)

    @staticmethod
    def _asks(function):
        kinds = {kind for kind, _ in function.arguments}
        return "torctl_call *" in kinds or function.name == "torctl_controller_close"

    def of(self, function):
        """The commands that it sends, each once."""
        return list(dict.fromkeys(it.split()[0].lstrip("+") for it in self._sent.get(function, [])))

    def document(self):
        lines = []
        for name, sent in self._sent.items():
            if sent:
                # One GETINFO names all keys.
                keys = [key for it in sent if it.startswith("GETINFO ") for key in it.split()[1:]]
                once = [it for it in sent if not it.startswith("GETINFO ")]
                once += ["GETINFO " + " ".join(dict.fromkeys(keys))] if keys else []
                lines.append(f"| `{name}()` | {', '.join(f'`{it}`' for it in once)} |\n")
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
