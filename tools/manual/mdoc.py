"""Writes mdoc(7): what manual pages of today are written in."""

import re
import textwrap

WORD = re.compile(
    r"\b\w+\(\)|\bTORCTL_\w+|\btorctl_\w+|`[^`]*`"
)
# Words behind a full stop, or other ends of sentences: a sentence begins a line.
SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][)\"])\s+")
# Ends of words that mdoc puts behind an argument without a space.
CLOSING = ".,:;)]?!"


def escape(text):
    text = text.replace("\\", "\\e")
    return re.sub(r"^([.'])", r"\\&\1", text)


def literal(text):
    """For what a reader may copy: groff would print other quotes and dashes."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    for char, name in (("'", "aq"), ("`", "ga"), ("^", "ha"), ("~", "ti")):
        text = text.replace(char, f"\\({name}")
    return re.sub(r"^\.", r"\\&.", text)


def argument(text):
    """One argument of a macro: quoted, and no macro itself."""
    text = literal(text)
    if text and text[0] in "([|" + CLOSING:
        # By itself it would be a delimiter.
        text = "\\&" + text
    if re.fullmatch(r"[A-Z][a-z]|[A-Z][a-z][a-z]?", text) or text in ("%A", "", "|"):
        text = "\\&" + text
    text = text.replace('"', "\\(dq")
    return f'"{text}"' if re.search(r"\s", text) else text


class Page:
    def __init__(self, name, section, date, version):
        self.name, self.section = name, section
        self.lines = [f".Dd {date}", f".Dt {name.upper()} {section}", f".Os torctl {version}"]

    def text(self):
        return "\n".join(self.lines) + "\n"

    def macro(self, name, *arguments):
        self.lines.append(" ".join([f".{name}", *map(argument, arguments)]))

    def raw(self, line):
        self.lines.append(line)

    def head(self, title):
        self.lines.append(f".Sh {title}")

    def sub(self, title):
        self.lines.append(f".Ss {argument(title)}" if " " not in title else f".Ss {escape(title)}")

    def paragraph(self):
        if not self.lines[-1].startswith((".Pp", ".Sh", ".Ss", ".It", ".Bl", ".Bd")):
            self.lines.append(".Pp")

    def code(self, lines):
        if self.lines[-1] == ".Pp":
            self.lines.pop()
        self.lines.append(".Bd -literal -offset indent")
        self.lines += [literal(line) if line else "" for line in lines]
        self.lines.append(".Ed")

    def prose(self, text, links):
        """One paragraph. `links.word(text)` says with which macro a name of the interface stands."""
        for sentence in SENTENCE.split(re.sub(r"\s+", " ", text.strip())):
            self._sentence(sentence, links)

    def _sentence(self, sentence, links):
        at = 0
        for found in WORD.finditer(sentence):
            macro = links.word(found[0])
            # The words of a line are one with what is glued to them.
            if macro is None or found.start() < at:
                continue
            before = sentence[at : found.start()]
            glued = re.match(r"(\S*?)([.,:;)\]?!]*)(?=\s|$)", sentence[found.end() :])
            glue, behind = glued[1], glued[2]
            at = found.end() + glued.end()
            opening = re.search(r"\S+$", before)
            front = ""
            if opening:
                front = opening[0]
                before = before[: -len(front)]
            self._plain(before)
            line = "."
            if front:
                line += f"No {argument(front)} Ns "
            line += macro
            if glue:
                line += f" Ns No {argument(glue)}"
            for char in behind:
                line += f" {char}"
            self.lines.append(line)
        self._plain(sentence[at:])

    def _plain(self, text):
        text = text.strip()
        if text:
            wrapped = textwrap.wrap(text, 76, break_long_words=False, break_on_hyphens=False)
            self.lines += [escape(line) for line in wrapped]

    def comment(self, paragraphs, links, first=True):
        """What a comment says: its paragraphs, lists and examples."""
        in_list = False
        for kind, text in paragraphs:
            if kind == "item":
                if not in_list:
                    self.lines.append(".Bl -bullet -compact -offset indent")
                in_list = True
                self.lines.append(".It")
                self.prose(text, links)
                continue
            if in_list:
                self.lines.append(".El")
                in_list = False
            if kind == "code":
                self.code(text)
            else:
                if not first:
                    self.paragraph()
                self.prose(text, links)
            first = False
        if in_list:
            self.lines.append(".El")
