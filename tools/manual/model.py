"""Reads include/torctl.h, in its order, and what include/torctl.api.json knows beside it.

The header is the manual: nothing that is said there is said here again.
"""

import json
import re
from pathlib import Path


class Constant:
    def __init__(self, name, value, comment):
        self.name, self.value, self.comment = name, value, comment


class Function:
    """A function, or with `is_callback` the type of one that the program gives."""

    def __init__(self, name, result, arguments, comment, is_callback=False):
        self.name, self.result, self.arguments, self.comment = name, result, arguments, comment
        self.is_callback = is_callback
        self.facts = {}


class Type:
    """An object, a number with a name, or a struct or union with its members as it is declared."""

    def __init__(self, name, declaration, comment):
        self.name, self.declaration, self.comment = name, declaration, comment


class Section:
    def __init__(self, name, title, part):
        self.name, self.title, self.part = name, title, part
        self.intro = []
        # In the header's order; constants that stand together are one list.
        self.entries = []

    def of(self, kind):
        return [it for it in self.entries if isinstance(it, kind)]

    @property
    def functions(self):
        return [it for it in self.of(Function) if not it.is_callback]

    @property
    def callbacks(self):
        return [it for it in self.of(Function) if it.is_callback]

    @property
    def sets(self):
        return self.of(list)

    @property
    def page(self):
        return f"torctl-{self.name}"


def split_arguments(text):
    arguments = []
    for argument in re.sub(r"\s+", " ", text).split(","):
        argument = argument.strip()
        if argument and argument != "void":
            at = re.search(r"\w+$", argument).start()
            arguments.append((argument[:at].strip(), argument[at:]))
    return arguments


class Header:
    """The whole interface: `title`, `preface` and `index` as lines of text, and `sections`."""

    def __init__(self, root):
        root = Path(root)
        self.api = json.loads((root / "include/torctl.api.json").read_text())
        self.text = (root / "include/torctl.h").read_text()
        self.version = self.api["version"]
        self.sections = []
        self._names = {it["title"]: it for it in self.api["sections"]}
        self._read(self.text.split("\n"))
        facts = {it["name"]: it for it in self.api["functions"]}
        for function in self.functions:
            function.facts = facts.get(function.name, {})
        self.objects = {it["name"]: it for it in self.api["objects"]}
        self.where = {}
        for section in self.sections:
            for entry in section.entries:
                for it in entry if isinstance(entry, list) else [entry]:
                    self.where[it.name] = section
        self.called = {it.name for it in self.functions}

    @property
    def functions(self):
        return [it for section in self.sections for it in section.functions]

    @property
    def constants(self):
        return [it for section in self.sections for a_set in section.sets for it in a_set]

    def _read(self, lines):
        at = 0
        comment = None
        while at < len(lines):
            line = lines[at]
            title = re.fullmatch(r"/\* (.*?) -{2,} \*/", line)
            if title:
                facts = self._names[title[1]]
                self.sections.append(Section(facts["name"], facts["title"], facts["part"]))
            elif line.startswith("/*"):
                end = at
                while "*/" not in lines[end]:
                    end += 1
                is_plain = not line.startswith("/**")
                comment = [self._bare(it) for it in lines[at : end + 1]]
                comment = self._trimmed(comment)
                at = end + 1
                # A comment by itself is about the section, or about the whole.
                if lines[at] == "":
                    self._apart(comment, is_plain)
                    comment = None
                continue
            elif self.sections and line:
                at = self._declaration(lines, at, comment or [])
                comment = None
                continue
            at += 1

    @staticmethod
    def _bare(line):
        line = re.sub(r"^/\*\*? ?|^ \*/$|^ \* ?", "", line)
        return re.sub(r" ?\*/$", "", line)

    @staticmethod
    def _trimmed(lines):
        text = "\n".join(lines).strip("\n")
        return text.split("\n") if text else []

    def _apart(self, comment, is_plain):
        if comment and comment[0] == "@file":
            self.title, self.preface = comment[1], self._trimmed(comment[2:])
        elif comment and comment[0].startswith("I want to"):
            self.index = self._trimmed(comment[1:])
        elif self.sections and is_plain and not comment[0].startswith("Part "):
            if not comment[0].endswith("==="):
                self.sections[-1].intro += ([""] if self.sections[-1].intro else []) + comment

    def _declaration(self, lines, at, comment):
        """Takes one declaration, and returns where the next begins."""
        entries = self.sections[-1].entries
        line = lines[at]
        if line.startswith("#define "):
            found = re.match(r"#define (TORCTL_\w+)(\(\w+\))? (.*)", line)
            constant = Constant(found[1] + (found[2] or ""), found[3].strip("()"), comment)
            if found[2]:
                constant.name, constant.value = found[1], None
            if entries and isinstance(entries[-1], list) and not self._is_parted(lines, at):
                entries[-1].append(constant)
            else:
                entries.append([constant])
            return at + 1
        if line.startswith("#") or line.startswith("}"):
            return at + 1
        end = at
        body = line.endswith("{")
        while not (lines[end].startswith("}") if body else lines[end].endswith(";")):
            end += 1
        text = "\n".join(lines[at : end + 1])
        flat = re.sub(r"\s+", " ", text)
        function = re.fullmatch(r"(?:TORCTL_NODISCARD )?TORCTL_API (.*?)(torctl_\w+)\((.*)\);", flat)
        callback = re.fullmatch(r"typedef (.*?) ?\(\*(torctl_\w+)\)\((.*)\);", flat)
        if function or callback:
            found = function or callback
            arguments = split_arguments(found[3])
            entries.append(Function(found[2], found[1].strip(), arguments, comment, bool(callback)))
        elif line.startswith("struct "):
            entries.append(Type(line[7:-1], f"typedef {line[:-1]} {line[7:-1]};", comment))
        else:
            entries.append(Type(re.search(r"(\w+);$", flat)[1], text, comment))
        return end + 1

    @staticmethod
    def _is_parted(lines, at):
        """Whether an empty line stands in front of the comment of this line."""
        at -= 1
        while lines[at].startswith((" *", "/*")):
            at -= 1
        return lines[at] == ""


def paragraphs(lines):
    """Groups the lines of a comment: ("text", words), ("item", words) and ("code", lines)."""
    found = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        last = found[-1] if found else None
        if not line:
            found.append(("gap", []))
        elif indent >= 4 or (last and last[0] == "code" and indent):
            if not (last and last[0] == "code"):
                # A gap inside an example belongs to it.
                if len(found) > 1 and last[0] == "gap" and found[-2][0] == "code":
                    found.pop()
                    found[-1][1].append("")
                else:
                    found.append(("code", []))
            found[-1][1].append(line[4:])
        elif line.startswith("- "):
            found.append(("item", [line[2:]]))
        elif last and last[0] == "item" and indent == 2:
            last[1].append(line.strip())
        elif last and last[0] == "text":
            last[1].append(line)
        else:
            found.append(("text", [line]))
    grouped = []
    for kind, words in found:
        if kind != "gap":
            grouped.append((kind, words if kind == "code" else " ".join(words)))
    return grouped
