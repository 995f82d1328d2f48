#!/usr/bin/env python3
"""Every event of the captures, parsed by torctl and by stem, field by field.

    compare.py LIBRARY

Also the events of more-events.txt, for what the captures have not. What the two
make of an event may differ only as differences.txt says, where each kind of
difference has a name, who is right, and why; RULES has the test for it, so that no
other difference can hide behind it. One that does not occur any more is a failure,
too. stem comes from PyPI, into target/differential. 77 when it cannot.
"""

import os
import re
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import library  # noqa: E402

CAPTURES = ("capture-client.txt", "capture-authority.txt")
VENV = os.path.join(library.ROOT, "target", "differential")
OFFLINE = re.compile("NewConnectionError|Temporary failure in name resolution|unreachable|"
                     "timed out|Connection refused|ProxyError|SSLError", re.IGNORECASE)
SKIPPED = 77


def with_stem():
    """Starts this program again with a Python that has stem; only returns if this one has it."""
    python = os.path.join(VENV, "bin", "python")
    if sys.prefix == VENV:
        return
    requirements = os.path.join(FOLDER, "requirements.txt")
    marker = os.path.join(VENV, "requirements.txt")
    with open(requirements, encoding="utf-8") as file:
        wanted = file.read()
    if not os.path.exists(marker) or open(marker, encoding="utf-8").read() != wanted:
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
        if made.returncode != 0:
            sys.exit("no virtual environment can be made; Debian has it in python3-venv")
        pip = subprocess.run([python, "-m", "pip", "install", "--quiet", "--retries", "2",
                              "--disable-pip-version-check", "-r", requirements],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if pip.returncode != 0:
            output = pip.stdout.decode(errors="replace")
            sys.stderr.write(output)
            if not OFFLINE.search(output):
                sys.exit(1)
            try:
                import stem  # noqa: F401
                return
            except ImportError:
                print("skipped: stem is not installed, and PyPI cannot be reached")
                sys.exit(SKIPPED)
        with open(marker, "w", encoding="utf-8") as file:
            file.write(wanted)
    os.execv(python, [python] + sys.argv)


def unescaped(text):
    """A CString's text without its escapes, the plain way."""
    plain = {"n": "\n", "r": "\r", "t": "\t"}
    found = re.sub(r"\\([0-7]{3}|.)", lambda match: chr(int(match.group(1), 8))
                   if match.group(1).isdigit() else plain.get(match.group(1), match.group(1)), text)
    return found.encode("latin-1", "replace").decode("utf-8", "replace")


# By name: whether a difference is the one that differences.txt describes under this
# name. `ours` and `theirs` are the values of torctl and of stem, `raw` is the event.
RULES = {
    "escapes": lambda ours, theirs, raw: "\\" in theirs and unescaped(theirs) == ours,
    "quotes": lambda ours, theirs, raw: theirs.count('"') == 2 and theirs.replace('"', "") == ours,
    "end-cut": lambda ours, theirs, raw: ours != theirs and ours.rstrip("\nOK") == theirs,
    "last-line-end": lambda ours, theirs, raw: ours == theirs + "\n",
    "body-as-words": lambda ours, theirs, raw: theirs.split() == [
        word for word in raw.split()[1:] if word not in (".", "650")],
    "refused": lambda ours, theirs, raw: theirs.startswith("ProtocolError"),
    "type-lost": lambda ours, theirs, raw: raw.split()[1:3] == [ours, theirs],
    "quote-in-quotes": lambda ours, theirs, raw: 'WARNING="x y="z"' in raw,
    "blank-value": lambda ours, theirs, raw: "REASON= UNKNOWN_" in raw,
}
# How many values a function has that takes an index.
COUNTERS = {
    "torctl_circ_path_": "torctl_circ_path_count",
    "torctl_newdesc_": "torctl_newdesc_count",
    "torctl_conf_changed_": "torctl_conf_changed_count",
    "torctl_clients_seen_country_": "torctl_clients_seen_country_count",
    "torctl_clients_seen_ip_version": "torctl_clients_seen_ip_version_count",
}


def listed():
    """The rows of differences.txt: kind, field and rule."""
    rows = []
    with open(os.path.join(FOLDER, "differences.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                kind, field, rule, right, why = line.rstrip("\n").split("\t")
                assert rule in RULES and right in ("torctl", "stem", "neither", "both") and why
                rows.append((kind, field, rule))
    assert len(rows) == len(set(rows))
    return rows


class Comparison:
    def __init__(self, path):
        import stem_side
        self.stem = stem_side
        self.torctl = library.Library(path)
        self.rows = library.field_list()
        self.expected = listed()
        self.occurred = {row: 0 for row in self.expected}
        self.unlisted = []
        self.events = self.fields = 0

    def differs(self, kind, field, ours, theirs, raw):
        for row in self.expected:
            if row[:2] == (kind, field) and RULES[row[2]](ours, theirs, raw):
                self.occurred[row] += 1
                return
        self.unlisted.append("%s %s: torctl %r, stem %r, in %r" % (
            kind, field, ours, theirs, raw[:300]))

    def same(self, kind, field, ours, theirs, raw):
        self.fields += 1
        if ours != theirs:
            self.differs(kind, field, ours, theirs, raw)

    def run(self, wire):
        for event in self.torctl.events(wire):
            self.events += 1
            self.compare(event)

    def compare(self, event):
        name = self.torctl.torctl_event_name(event).decode()
        raw = self.torctl.raw(event)
        text = raw.decode("utf-8", "replace")
        try:
            theirs = self.stem.parse(raw)
        except self.stem.stem.ProtocolError as error:
            self.differs(name, "event", "", "ProtocolError: %s" % error, text)
            return
        self.same(name, "type", name, theirs.type, text)
        self.compare_arguments(name, event, theirs, text)
        action = self.torctl.torctl_event_arg(event, 1).decode("utf-8", "replace")
        for field, place, function in self.rows.get(name, ()):
            # A field of one status action, as "BOOTSTRAP TAG", is in no other.
            if name.startswith("STATUS_") and " " in field and not re.search(
                    r"\b%s\b" % re.escape(action), field.rsplit(" ", 1)[0]):
                continue
            for part, ours, stems in self.values(event, theirs, place, function):
                self.same(name, part, ours, stems, text)

    def compare_arguments(self, name, event, theirs, text):
        """The generic lists, where stem has them too."""
        if theirs._SKIP_PARSING:
            return
        arguments = self.texts(self.torctl.list(
            "torctl_event_arg", event, self.torctl.torctl_event_arg_count(event)))
        self.same(name, "arguments", " ".join(arguments), " ".join(theirs.positional_args), text)
        count = self.torctl.torctl_event_keyword_count(event)
        names = self.texts(self.torctl.list("torctl_event_keyword_name", event, count))
        values = self.texts(self.torctl.list("torctl_event_keyword_value", event, count))
        self.same(name, "keywords", " ".join(sorted(names)), " ".join(sorted(theirs.keyword_args)),
                  text)
        for key, value in zip(names, values):
            if key in theirs.keyword_args:
                self.same(name, "keyword " + key, value, theirs.keyword_args[key], text)

    @staticmethod
    def texts(values):
        return [value.decode("utf-8", "replace") for value in values]

    def values(self, event, theirs, place, function):
        """The parts of a field, each with its two values."""
        if function == "torctl_routers_from_event":
            yield from self.relays(event, theirs)
            return
        if function.startswith("torctl_cell_stats_") and function.split("_")[3] in (
                "count", "command", "value"):
            yield from self.cells(event, theirs, place, function)
            return
        if function.endswith("_size_bytes"):
            base = function[:-len("_size_bytes")]
            strings = getattr(self.torctl, base)
            if len(library.FUNCTIONS[function].arguments) == 2:
                ours = [len(strings(event, index)) for index in range(
                    self.torctl.torctl_conf_changed_count(event))]
                yield function, ours, [getattr(self.torctl, function)(event, index)
                                       for index in range(len(ours))]
            else:
                yield function, getattr(self.torctl, function)(event), len(strings(event))
            return
        stems = self.stem.value_of(theirs, place, function)
        if stems is None:
            return  # stem does not keep it: the document of NS, of which it has the entries
        if isinstance(stems, list):
            ours = self.torctl.list(function, event, self.count_for(event, function))
            ours = self.texts(ours) if ours and isinstance(ours[0], bytes) else ours
            if function.startswith("torctl_conf_changed_"):
                order = self.conf_order(event)
                ours = [ours[index] for index in order]
        else:
            ours = getattr(self.torctl, function)(event)
            ours = ours.decode("utf-8", "replace") if isinstance(ours, bytes) else ours
        yield function, ours, stems

    def count_for(self, event, function):
        counter = next(counter for part, counter in COUNTERS.items() if part in function)
        return getattr(self.torctl, counter)(event)

    def conf_order(self, event):
        """stem keeps the options sorted by nothing: compare them sorted by name and value."""
        count = self.torctl.torctl_conf_changed_count(event)
        names = self.torctl.list("torctl_conf_changed_name", event, count)
        values = self.torctl.list("torctl_conf_changed_value", event, count)
        return sorted(range(count), key=lambda index: (names[index], values[index]))

    def cells(self, event, theirs, place, function):
        number = library.CONSTANTS["TORCTL_CELLS_" + re.sub("(?<!^)([A-Z])", r"_\1", place).upper()]
        attribute = re.sub("(?<!^)([A-Z])", r"_\1", place).lower()
        cells = getattr(theirs, attribute) or {}
        count = self.torctl.torctl_cell_stats_count(event, number)
        name = "%s %s" % (place, function)
        if function.endswith("_count"):
            yield name, count, len(cells)
        elif function.endswith("_command"):
            yield name, [self.torctl.torctl_cell_stats_command(event, number, index).decode()
                         for index in range(count)], list(cells)
        else:
            yield name, [self.torctl.torctl_cell_stats_value(event, number, index)
                         for index in range(count)], list(cells.values())

    def relays(self, event, theirs):
        routers = library.ctypes.c_void_p()
        self.torctl.check(self.torctl.torctl_routers_from_event(
            event, library.ctypes.byref(routers), None))
        try:
            stems = [self.stem.relay(entry) for entry in theirs.desc]
            count = self.torctl.torctl_routers_count(routers)
            yield "entries", count, len(stems)
            for index, entry in enumerate(stems[:count]):
                router = library.ctypes.c_void_p(self.torctl.torctl_routers_get(routers, index))
                for field, value in entry.items():
                    if field == "or_addresses":
                        ours = [(self.torctl.torctl_router_or_address(router, at).decode(),
                                 self.torctl.torctl_router_or_address_port(router, at))
                                for at in range(self.torctl.torctl_router_or_address_count(router))]
                    else:
                        ours = getattr(self.torctl, "torctl_router_" + field)(router)
                        ours = ours.decode() if isinstance(ours, bytes) else ours
                    yield "entry " + field, ours, value
        finally:
            self.torctl.torctl_routers_free(routers)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with_stem()
    comparison = Comparison(sys.argv[1])
    for name in CAPTURES:
        with open(os.path.join(library.ROOT, "tests", "data", "captures", name), "rb") as file:
            comparison.run(file.read())
    with open(os.path.join(FOLDER, "more-events.txt"), "rb") as file:
        comparison.run(file.read().replace(b"\n", b"\r\n"))
    for row, count in comparison.occurred.items():
        print("%6d times: %s" % (count, " ".join(row)))
    print("%d events, %d fields compared" % (comparison.events, comparison.fields))
    gone = [row for row, count in comparison.occurred.items() if count == 0]
    for text in comparison.unlisted:
        print("not listed: " + text)
    for row in gone:
        print("listed, but does not occur: %s" % " ".join(row))
    sys.exit(bool(comparison.unlisted or gone))


if __name__ == "__main__":
    main()
