#!/usr/bin/env python3
"""docs/COVERAGE.md: for every field and every command of tor, the function of torctl.h that
carries it and a test that calls this function.

    coverage.py             compares the document with what it would be now
    coverage.py --write     writes it

The rows are the fields of include/torctl.api.json, and tests/data/commands.txt and info-keys.txt. The test of a
command or key is named there, and has to exist and to call the function; that of a field is found
here, and has to call the function and to name the kind of event. What is missing is a failure; so
is a document that is not up to date. Whether the rows are complete, tor itself says: see
tor_names.py.
"""

import os
import re
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
sys.path.insert(0, os.path.join(ROOT, "tests", "abi"))

import interface  # noqa: E402

DOCUMENT = os.path.join(ROOT, "docs", "COVERAGE.md")
NAME = re.compile(r"\btorctl_[a-z0-9_]+\b")
HEAD = """# Coverage

What tor 0.4.9 says and can be asked, the function of `include/torctl.h` that carries it, and a test that calls this
function. Generated from `include/torctl.api.json`, `tests/data/commands.txt` and `info-keys.txt` by
`tests/coverage/coverage.py --write`; the test `coverage.document` fails when a function or a test is missing, and
`coverage.tor` when tor knows an event, a signal or a GETINFO key that is not listed.

A test is named by its file and the function in it. Besides, `differential.stem` compares each field of the captured events with
what another library makes of it.
"""


# What belongs to an event and is no field of its table.
MORE = (
    ("BW", "Type=Num", "any keyword", "torctl_event_keyword_value"),
    ("DESCCHANGED", "(no fields)", "-", "torctl_event_kind"),
    ("NS", "entries", "data", "torctl_routers_from_event"),
    ("NEWCONSENSUS", "entries", "data", "torctl_routers_from_event"),
    ("NS", "entries", "data", "torctl_routers_walk_event"),
    ("NEWCONSENSUS", "entries", "data", "torctl_routers_walk_event"),
)


def text_of(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def rows(name):
    lines = text_of("tests", "data", name).splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def event_rows():
    """Of each function for a field: the kind, the words of which a test of it names one, the field,
    its place."""
    for field in interface.fields():
        actions = field.get("actions")
        for function in interface.functions_of(field):
            for kind in field["kinds"]:
                if actions:
                    kind = "STATUS_*"
                called = " ".join(filter(None, (", ".join(actions or ()), field["called"])))
                yield kind, actions or [kind], called, field["where"], function
    for kind, called, place, function in MORE:
        yield kind, [kind], called, place, function


def kinds():
    """The kinds of events that are covered."""
    described = (field["kinds"] for field in interface.fields())
    return {kind for kinds in described for kind in kinds} | {row[0] for row in MORE}


def without_comments(source):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)


def c_tests(path):
    """(function of the file, its text), for a C test or an example."""
    source = without_comments(text_of(path))
    starts = [(match.start(), match.group(1)) for match in
              re.finditer(r"^(?:static )?[a-z][\w *]*?\b(\w+)\([^;{]*\)\n\{", source, re.MULTILINE)]
    for (start, name), end in zip(starts, [start for start, _name in starts[1:]] + [len(source)]):
        yield name, source[start:end]


def rust_tests(path):
    """The same for a Rust test: its #[test] functions and the helpers that they name."""
    source = text_of(path)
    chunks = re.split(r"^(?=(?:    )?(?:#\[test\]\n|(?:unsafe |extern \"C\" |pub\(crate\) )*fn ))",
                      without_comments(source), flags=re.MULTILINE)
    tests, helpers, pending = [], {}, False
    for chunk in chunks:
        name = re.match(r"\s*(?:unsafe |extern \"C\" |pub\(crate\) )*fn (\w+)", chunk)
        if name is None:
            pending = chunk.lstrip().startswith("#[test]")
        elif pending:
            tests.append((name.group(1), chunk))
            pending = False
        else:
            helpers[name.group(1)] = chunk
    for name, body in tests:
        reached, wanted = "", [body]
        seen = set()
        while wanted:
            text = wanted.pop()
            reached += text
            for helper in helpers:
                if helper not in seen and re.search(r"\b%s\b" % helper, text):
                    seen.add(helper)
                    wanted.append(helpers[helper])
        yield name, reached


def all_tests():
    """The text of every test, by its label; of an example the whole, by the script that runs it."""
    found = {}
    for folder in ("tests", "tests/event_fields", "tests/c", "tests/cpp"):
        path = os.path.join(ROOT, folder)
        for file in sorted(os.listdir(path)) if os.path.isdir(path) else ():
            read = {".rs": rust_tests, ".c": c_tests, ".cpp": c_tests}.get(
                os.path.splitext(file)[1])
            for name, text in read(folder + "/" + file) if read else ():
                found["%s/%s: %s" % (folder, file, name)] = text
    for file in sorted(os.listdir(os.path.join(ROOT, "c-examples"))):
        script = "tests/examples/test_%s.py" % file[:-2]
        if file.endswith(".c") and os.path.exists(os.path.join(ROOT, script)):
            found[script] = without_comments(text_of("c-examples", file))
    return found


class Document:
    def __init__(self):
        self.declared = {function.name for function in interface.functions()}
        self.tests = all_tests()
        self.names = {label: set(NAME.findall(text)) for label, text in self.tests.items()}
        self.missing = []
        self.text = HEAD

    def check_function(self, function):
        if function not in self.declared:
            self.missing.append("%s is not in torctl.h" % function)

    def named_test(self, label, function):
        """The test that a list names."""
        self.check_function(function)
        if function not in self.names.get(label, ()):
            self.missing.append("%s is no test that calls %s" % (label, function))
        return label

    def test_of(self, function, words):
        """A test that calls the function and names one of the words: a kind, or an action."""
        self.check_function(function)
        word = re.compile(r"\b(%s)\b" % "|".join(words).replace("_", "_?"), re.IGNORECASE)
        labels = [label for label, names in self.names.items()
                  if function in names and word.search(self.tests[label])]
        if not labels:
            self.missing.append("no test calls %s with %s" % (function, words))
            return "missing"
        return labels[0]

    def table(self, title, columns, lines):
        self.text += "\n## %s\n\n| %s |\n|%s\n" % (title, " | ".join(columns), "---|" * len(columns))
        for line in lines:
            self.text += "| %s |\n" % " | ".join(cell.replace("|", "\\|") for cell in line)

    def make(self):
        fields = {}
        for kind, words, field, place, function in event_rows():
            row = (field, place, function, self.test_of(function, words))
            kinds = fields.setdefault(row, [])
            if kind not in kinds:
                kinds.append(kind)
        self.table("Events", ("event", "field", "where", "function", "test"), [
            (", ".join(kinds), field, place, "`%s`" % function, test)
            for (field, place, function, test), kinds in sorted(
                fields.items(), key=lambda item: item[1])])
        self.table("Commands", ("command", "part", "function", "test"), [
            (command, part, "`%s`" % function, self.named_test(test, function))
            for command, part, function, test in rows("commands.txt")])
        self.table("Keys of GETINFO", ("key", "function", "test"), [
            ("`%s`" % key, "`%s`" % function, self.named_test(test, function))
            for key, function, test in rows("info-keys.txt")])
        return self.text


def main():
    document = Document()
    text = document.make()
    for line in sorted(set(document.missing)):
        print(line)
    if document.missing:
        sys.exit(1)
    if sys.argv[1:] == ["--write"]:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(text)
    elif not os.path.exists(DOCUMENT) or text_of("docs", "COVERAGE.md") != text:
        sys.exit("docs/COVERAGE.md is not what it would be now: coverage.py --write")
    print("%d rows" % text.count("\n| "))


if __name__ == "__main__":
    main()
