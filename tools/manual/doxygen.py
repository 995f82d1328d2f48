#!/usr/bin/env python3
"""Writes the manual as HTML, by Doxygen: the header with a group for each of its sections, the classes of
torctl.hpp, the guides of docs, and the examples.

    doxygen.py DIRECTORY       DIRECTORY/html/index.html

With Debian's doxygen-awesome-css in a style for today's screens, otherwise in Doxygen's own. A word of
Doxygen's is an error: it has seen something that a reader would stumble over.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

from commands import Commands
from guides import Guides
from model import Header, Type, paragraphs
from pages import argument_text, groups, join, preface_parts, tasks

STYLE = Path("/usr/share/doxygen-awesome-css")
STYLES = ["doxygen-awesome.css", "doxygen-awesome-sidebar-only.css"]

DOXYFILE = """
PROJECT_NAME = torctl
PROJECT_NUMBER = {version}
PROJECT_BRIEF = "{brief}"
OUTPUT_DIRECTORY = {target}
INPUT = {input}
EXAMPLE_PATH = {root}/c-examples
EXAMPLE_RECURSIVE = YES
STRIP_FROM_PATH = {input}
LAYOUT_FILE = {here}/layout.xml
HTML_EXTRA_STYLESHEET = {styles}
HTML_COLORSTYLE_HUE = 209
HTML_COLORSTYLE_SAT = 255
HTML_COLORSTYLE_GAMMA = 113
GENERATE_TREEVIEW = YES
GENERATE_LATEX = NO
GENERATE_TAGFILE = {target}/torctl.tag
OPTIMIZE_OUTPUT_FOR_C = YES
JAVADOC_AUTOBRIEF = YES
ALWAYS_DETAILED_SEC = YES
SORT_MEMBER_DOCS = NO
SORT_BRIEF_DOCS = NO
TYPEDEF_HIDES_STRUCT = YES
SHOW_INCLUDE_FILES = NO
VERBATIM_HEADERS = NO
CLASS_GRAPH = NO
HAVE_DOT = NO
SEARCHENGINE = YES
MACRO_EXPANSION = YES
EXPAND_ONLY_PREDEF = YES
PREDEFINED = __cplusplus=202002L TORCTL_EXCEPTIONS=1 TORCTL_STD_EXPECTED=0 TORCTL_COROUTINES=1
WARN_IF_UNDOCUMENTED = NO
QUIET = YES
"""


class Text:
    """Puts the text of a comment into what Doxygen takes, with links to what it names."""

    def __init__(self, header):
        self.known = set(header.where)

    def link(self, found):
        word = found[0]
        quoted = word.startswith("`")
        name = word.strip("`").removesuffix("()")
        if name in self.known:
            return f"#{name}" + ("()" if word.strip("`").endswith("()") else "")
        return word if quoted else re.sub(r"([\\@<>&#%*_|])", r"\\\1", word)

    def inline(self, text):
        # Words of the interface, code, or anything else.
        return re.sub(r"`[^`]*`|\bTORCTL_\w+|\btorctl_\w+(?:\(\))?|[^`\w]|\w+", self.link, text)

    def lines(self, comment):
        found = []
        for kind, text in paragraphs(comment):
            if kind == "code":
                found += ["", "```c", *text, "```"]
            elif kind == "item":
                found.append("- " + self.inline(text))
            else:
                found += ["", self.inline(text)]
        return found[1:] if found and not found[0] else found

    def comment(self, lines):
        return "/**\n" + "\n".join((" * " + line).rstrip() for line in lines) + "\n */\n"


class Reference:
    """The header once more, with groups."""

    def __init__(self, header, commands):
        self.header, self.commands, self.text = header, commands, Text(header)
        self.fields = {}
        for family in header.api["events"]:
            for field in family["fields"]:
                name = f"TORCTL_FIELD_{family['name']}_{field['name']}".upper()
                self.fields[name] = field["function"]
        for document in header.api["documents"]:
            for field in document["fields"]:
                name = f"TORCTL_FIELD_{document['name']}_{field['name']}".upper()
                self.fields[name] = field["function"]

    def whole(self):
        out = ["/** @file\n * What a program includes. */\n"]
        parts = list(dict.fromkeys(it.part for it in self.header.sections))
        for at, part in enumerate(parts, 1):
            out.append(f"/** @defgroup part{at} {part.split(': ', 1)[1]} */\n")
        for section in self.header.sections:
            lines = [f"@defgroup {section.page.replace('-', '_')} {section.title}"]
            lines.append(f"@ingroup part{parts.index(section.part) + 1}")
            lines += ["", *self.text.lines(section.intro)]
            out += [self.text.comment(lines), "/** @{ */\n"]
            for entry in section.entries:
                if isinstance(entry, list):
                    out += self.constants(entry)
                elif isinstance(entry, Type):
                    out += [self.text.comment(self.text.lines(entry.comment)), self.type(entry), "\n"]
                else:
                    out += [self.text.comment(self.function(entry)), self.prototype(entry), "\n"]
            out.append("/** @} */\n\n")
        return "\n".join(out)

    def type(self, entry):
        # The comments inside have names, too.
        return re.sub(r"/\*\*(.*?)\*/", lambda it: "/**" + self.text.inline(it[1].replace("\n     *", "\n")) + "*/",
                      entry.declaration, flags=re.DOTALL) + "\n"

    def constants(self, a_set):
        for group in groups(a_set):
            for at, constant in enumerate(group):
                lines = self.text.lines(constant.comment)
                if constant.name in self.fields:
                    lines = [f"The field of {self.fields[constant.name]}()."]
                elif not lines:
                    lines = [f"See #{group[0].name}." if at else f"See #{a_set[0].name}."]
                value = "(kind) (UINT64_C(1) << (kind))" if constant.value is None else f" {constant.value}"
                yield self.text.comment(lines) + f"#define {constant.name}{value}\n"

    def function(self, entry):
        lines = self.text.lines(entry.comment)
        facts = []
        if entry.facts.get("blocks"):
            can = "can be begun" if "Can be begun" in " ".join(entry.comment) else "cannot be begun"
            facts.append(f"blocks, {can}")
        sent = self.commands.of(entry.name)
        if sent:
            facts.append(f"sends {join(sent)}")
        if facts:
            text = "; ".join(facts)
            lines += ["", f"@remark {text[0].upper() + text[1:]}."]
        return lines

    @staticmethod
    def prototype(entry):
        if entry.is_callback:
            return f"typedef {entry.result} (*{entry.name})({argument_text(entry)});"
        result = entry.result + ("" if entry.result.endswith("*") else " ")
        return f"{result}{entry.name}({argument_text(entry) or 'void'});"

    def front(self):
        """The first page: the preface and the index of tasks."""
        lines = [f"@mainpage torctl {self.header.version}", ""]
        for head, text in preface_parts(self.header):
            if head:
                name = re.sub(r"\W+", "_", head.lower()).strip("_")
                lines += ["", f"@section convention_{name} {head}"]
            for kind, words in text:
                if kind == "code":
                    lines += ["", "```c", *words, "```"]
                else:
                    lines += ["", self.text.inline(words)]
        lines += ["", "@section tasks I want to ...", "", "| task | with |", "|---|---|"]
        for task, answer in tasks(self.header.index):
            lines.append(f"| {self.text.inline(task)} | {self.text.inline(answer)} |")
        lines += ["", "@section pages The reference", ""]
        part = None
        for section in self.header.sections:
            if section.part != part:
                part = section.part
                lines += ["", f"**{part.split(': ', 1)[1]}**", ""]
            lines.append(f"- @ref {section.page.replace('-', '_')}")
        return self.text.comment(lines)


def plain_cpp(text):
    """torctl.hpp as a reader of the manual sees it: without what is only for the compiler."""
    text = re.sub(r"^#if TORCTL_STD_EXPECTED\ninline namespace.*?^#endif\n", "", text, count=1, flags=re.MULTILINE | re.DOTALL)
    text = text.replace("} // inline namespace\n", "")
    return re.sub(r"^namespace detail \{\n.*?^\} // namespace detail\n", "", text, flags=re.MULTILINE | re.DOTALL)


def main():
    target = Path(sys.argv[1]).resolve()
    if not shutil.which("doxygen"):
        sys.exit("doxygen is not installed")
    header = Header(ROOT)
    sources = target / "input"
    shutil.rmtree(sources, ignore_errors=True)
    shutil.rmtree(target / "html", ignore_errors=True)
    sources.mkdir(parents=True)
    reference = Reference(header, Commands(ROOT, header))
    (sources / "torctl.h").write_text(reference.whole())
    (sources / "front.dox").write_text(reference.front())
    (sources / "torctl.hpp").write_text(plain_cpp((ROOT / "include/torctl.hpp").read_text()))
    Guides(ROOT, reference.text).write(sources)
    styles = [STYLE / it for it in STYLES if (STYLE / it).exists()] + [HERE / "manual.css"]
    if len(styles) == 1:
        print("doxygen-awesome-css is not installed: the pages have Doxygen's own style")
    settings = DOXYFILE.format(version=header.version, brief=header.title.split(": ", 1)[1], target=target, root=ROOT,
                               input=sources, here=HERE, styles=" ".join(map(str, styles)))
    answer = subprocess.run(["doxygen", "-"], input=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            text=True, check=False)
    if answer.returncode or answer.stderr.strip():
        sys.exit(answer.stderr)
    for page in (target / "html").glob("class*.html"):
        # Doxygen links to a list of inner classes also where it has left that out.
        text = page.read_text()
        if 'name="nested-classes"' not in text:
            page.write_text(re.sub(r'<a href="#nested-classes">[^<]*</a>( &#124;)?\s*', "", text))


if __name__ == "__main__":
    main()
