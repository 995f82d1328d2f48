"""The manual pages: one in section 3 for each section of the header, and four in section 7."""

import itertools
import re

from links import Links
from mdoc import SENTENCE, Page
from model import Type, paragraphs

# What the pages of section 7 are about, by the heads of the header's preface.
OVERVIEW = "torctl"
THREADS = ("torctl-threads", "threads, callbacks, blocking and fork()", ["Threads", "Blocking", "Callbacks", "fork()"])
SIGNALS = ("torctl-signals", "signals, and what the library leaves alone", ["Signal handlers", "Side effects", "fork()"])
ERRORS = ("torctl-errors", "statuses, errors and reasons", ["Results"])


def sentences(comment):
    """The sentences of a comment's text."""
    for kind, text in paragraphs(comment):
        if kind != "code":
            yield from SENTENCE.split(text)


def preface_parts(header):
    """The preface as (head, paragraphs); the first has no head."""
    parts = [("", [])]
    for kind, text in paragraphs(header.preface):
        head = re.match(r"([A-Z][a-z]+(?: [a-z]+)?|fork\(\))\. ", text) if kind == "text" else None
        if head:
            parts.append((head[1], []))
            text = text[head.end() :]
        parts[-1][1].append((kind, text))
    return parts


class Manual:
    def __init__(self, header, date, commands):
        self.header, self.date, self.commands = header, date, commands
        self.preface = dict(preface_parts(header))

    def page(self, name, section):
        return Page(name, section, self.date, self.header.version)

    # Section 3

    def noun(self, section):
        header = self.header
        page = self.page(section.page, 3)
        types = section.of(Type)
        described = [it.name for it in types + section.callbacks + section.functions]
        parameters = {name for it in section.functions + section.callbacks for _, name in it.arguments}
        members = set(re.findall(r"(\w+);", " ".join(it.declaration for it in types)))
        links = Links(header, described, parameters | members)
        self._name(page, [section.page] + described, section.title)
        page.head("LIBRARY")
        page.raw("torctl (libtorctl, \\-ltorctl)")
        self._synopsis(page, section)
        page.head("DESCRIPTION")
        if section.intro:
            page.comment(paragraphs(section.intro), links)
        else:
            page.prose(f"{section.title}.", links)
        for it in types:
            page.sub(it.name)
            if "\n" in it.declaration:
                page.code(it.declaration.split("\n"))
                page.paragraph()
            page.comment(paragraphs(it.comment), links)
        self._constants(page, section, links)
        for it in section.callbacks + section.functions:
            page.sub(f"{it.name}()")
            self._declaration(page, it)
            page.comment(paragraphs(it.comment), links, first=False)
            sent = self.commands.of(it.name)
            if sent:
                page.paragraph()
                page.prose(f"Sends {join(sent)} to tor.", links)
        if section.functions:
            self._parameters(page, section, links)
            self._results(page, section, links)
            self._errors(page, section, links)
            self._blocking(page, section, links)
        self._threads(page, section, links)
        self._see_also(page, section)
        return page

    @staticmethod
    def _name(page, names, what):
        page.head("NAME")
        for at, name in enumerate(names):
            page.raw(f".Nm {name}" + (" ," if at + 1 < len(names) else ""))
        page.raw(f".Nd {what[0].lower() + what[1:] if what[1:2].islower() else what}")

    def _synopsis(self, page, section):
        page.head("SYNOPSIS")
        page.macro("In", "torctl.h")
        for it in section.of(Type):
            if "\n" not in it.declaration:
                page.macro("Vt", it.declaration)
        for it in section.callbacks:
            page.macro("Vt", f"typedef {it.result} (*{it.name})({argument_text(it)});")
        for it in section.functions:
            page.macro("Ft", it.result)
            self._prototype(page, it)

    @staticmethod
    def _prototype(page, it):
        page.raw(f".Fo {it.name}")
        for kind, name in it.arguments:
            page.macro("Fa", kind + ("" if kind.endswith("*") else " ") + name)
        if not it.arguments:
            page.macro("Fa", "void")
        page.raw(".Fc")

    @staticmethod
    def _declaration(page, it):
        name = f"(*{it.name})" if it.is_callback else it.name
        result = it.result + ("" if it.result.endswith("*") else " ")
        text = f"{result}{name}({argument_text(it) or 'void'});"
        if len(text) > 72:
            arguments = [kind + ("" if kind.endswith("*") else " ") + name for kind, name in it.arguments]
            text = f"{result}{name}(\n    " + ",\n    ".join(arguments) + ");"
        page.code(text.split("\n"))

    @staticmethod
    def _constants(page, section, links):
        if not section.sets:
            return
        page.sub("Constants")
        for a_set in section.sets:
            for is_run, run in itertools.groupby(groups(a_set), lambda group: len(group) > 1):
                for part in [[it] for it in run] if is_run else [list(run)]:
                    if is_run:
                        page.paragraph()
                    page.raw(".Bl -tag -width Ds" + (" -compact" if is_run else ""))
                    for group in part:
                        for constant in group:
                            page.raw(f".It Dv {constant.name}{number(constant)}")
                        page.comment(paragraphs(group[0].comment), links)
                    page.raw(".El")

    def _parameters(self, page, section, links):
        said = {}
        for it in section.functions:
            for kind, name in it.arguments:
                for sentence in sentences(it.comment):
                    if f"`{name}`" in sentence or f"`*{name}`" in sentence:
                        said.setdefault(name, {}).setdefault(sentence, []).append(it.name)
        recurring = {
            "call": self._sentence_with(self.header.where["torctl_call"], "takes one; NULL means"),
            "err": self._sentence_of_preface("Results", "Its last argument"),
        }
        used = {name for it in section.functions for _, name in it.arguments}
        recurring = {name: text for name, text in recurring.items() if name in used}
        if not said and not recurring:
            return
        page.head("PARAMETERS")
        page.raw(".Bl -tag -width Ds")
        for name, texts in list(said.items()):
            page.macro("It Fa", name)
            for sentence, functions in texts.items():
                page.prose(sentence, links)
                page.raw(f".Pq Fn {functions[0]}" if len(functions) == 1 else f".Pq {len(functions)} functions")
        for name, text in recurring.items():
            if name not in said:
                page.macro("It Fa", name)
                page.prose(text, links)
        page.raw(".El")

    def _sentence_of_preface(self, head, words):
        texts = [text for kind, text in self.preface[head] if kind == "text"]
        return next(it for text in texts for it in SENTENCE.split(text) if words in it)

    @staticmethod
    def _sentence_with(section, words):
        of_types = (sentence for it in section.of(Type) for sentence in sentences(it.comment))
        return next(it for it in of_types if words in it)

    def _results(self, page, section, links):
        page.head("RETURN VALUES")
        functions = section.functions
        if any(it.result == "torctl_status" for it in functions):
            page.prose(self._sentence_of_preface("Results", "A function that can fail returns"), links)
            page.prose(self._sentence_of_preface("Results", "Its outputs are written"), links)
        if any(it.result not in ("torctl_status", "void") for it in functions):
            page.prose(self._sentence_of_preface("Results", "A function without a status"), links)
        given = {}
        for it in functions:
            facts = it.facts
            if facts.get("gives"):
                given.setdefault(f"A new {facts['gives']}, freed by {self._free(facts['gives'])}:", []).append(it.name)
            for argument in facts.get("arguments", []):
                gives = argument.get("gives")
                if gives and gives != "torctl_error":
                    text = f"A new {gives} in `*{argument['name']}`, freed by {self._free(gives)}:"
                    given.setdefault(text, []).append(it.name)
            if facts.get("lends"):
                lends = facts["lends"]
                what = "A string" if it.result == "const char *" else "An object"
                text = f"{what} that is static:" if lends == "static" else f"{what} that lives as long as `{lends}`:"
                given.setdefault(text, []).append(it.name)
        for text, names in given.items():
            page.paragraph()
            page.prose(text, links)
            list_of(page, "Fn", dict.fromkeys(names))
        if page.lines[-1] == ".Sh RETURN VALUES":
            page.prose("None.", links)

    def _free(self, name):
        return self.header.objects[name]["free"] + "()"

    def _errors(self, page, section, links):
        statuses = {it.name: it for it in self.header.constants if it.name in self.statuses()}
        named = {}
        for it in section.functions:
            if it.result == "torctl_status":
                for sentence in sentences(it.comment):
                    for status in re.findall(r"TORCTL_ERR_\w+", sentence):
                        named.setdefault(status, {}).setdefault(it.name)
        if not any(it.result == "torctl_status" for it in section.functions):
            return
        page.head("ERRORS")
        if named:
            page.raw(".Bl -tag -width Ds")
            for status in statuses:
                if status in named:
                    page.raw(f".It Dv {status}")
                    page.prose(next(sentences(statuses[status].comment)), links)
                    page.raw("See")
                    list_of(page, "Fn", named[status])
            page.raw(".El")
            page.raw(".Pp")
        page.raw("All statuses are in")
        page.raw(".Xr torctl-errors 7 .")

    def statuses(self):
        section = self.header.where["torctl_status"]
        return [it.name for a_set in section.sets for it in a_set]

    def _blocking(self, page, section, links):
        page.head("BLOCKING")
        blocks = [it for it in section.functions if it.facts.get("blocks")]
        begun = [it for it in blocks if "Can be begun" in " ".join(it.comment)]
        waits = [it for it in blocks if it not in begun]
        if not blocks:
            page.prose("No function of this page blocks.", links)
            return
        for names, text in (
            (begun, "These block, and can be begun instead:"),
            (waits, "These block, and cannot be begun:"),
        ):
            if names:
                page.paragraph()
                page.raw(text)
                list_of(page, "Fn", [it.name for it in names])
        page.paragraph()
        page.raw("What ends them early is in")
        page.raw(".Xr torctl-threads 7 ,")
        page.raw("and how a call is begun is in")
        page.raw(f".{links.word('torctl_call_set_queue()')} .")

    def _threads(self, page, section, links):
        page.head("THREADS")
        objects = [it for it in section.of(Type) if it.name in self.header.objects]
        rules = {
            "any": "Several threads may use it concurrently:",
            "one": "One thread at a time may use it:",
        }
        for rule, text in rules.items():
            names = [it.name for it in objects if self.header.objects[it.name]["threads"] == rule]
            if names:
                page.raw(text)
                list_of(page, "Vt", names)
        if section.functions:
            page.prose(self._sentence_of_preface("Threads", "Every function may be called"), links)
        page.raw("See")
        page.raw(".Xr torctl-threads 7 .")

    def _see_also(self, page, section):
        """The pages of what its comments name, and the overview."""
        named = []
        comments = [section.intro] + [it.comment for it in section.functions + section.callbacks + section.of(Type)]
        comments += [it.comment for a_set in section.sets for it in a_set]
        for name in re.findall(r"torctl_\w+", " ".join(" ".join(it) for it in comments)):
            other = self.header.where.get(name)
            if other and other is not section and other.page not in named:
                named.append(other.page)
        pages = [(name, 3) for name in sorted(named)]
        pages += [(name, 7) for name in ("torctl", "torctl-errors", "torctl-signals", "torctl-threads")]
        see_also(page, pages)

    # Section 7

    def overview(self):
        header = self.header
        page = self.page(OVERVIEW, 7)
        links = Links(header)
        self._name(page, [OVERVIEW], header.title.split(": ", 1)[1])
        page.head("SYNOPSIS")
        page.macro("In", "torctl.h")
        page.raw(".Pp")
        page.code(["cc program.c $(pkg-config --cflags --libs torctl)"])
        page.head("DESCRIPTION")
        for head, text in preface_parts(header):
            if head:
                page.sub(head)
            page.comment(text, links)
        page.head("TASKS")
        page.raw("A program that wants to")
        page.raw(".Bl -tag -width Ds")
        for task, answer in tasks(header.index):
            page.raw(".It " + re.sub(r"(\w+)\(\)", r"Fn \1", task))
            page.prose(answer + ".", links)
        page.raw(".El")
        page.head("INDEX")
        part = None
        for section in header.sections:
            if section.part != part:
                if part:
                    page.raw(".El")
                part = section.part
                page.sub(part.split(": ", 1)[1])
                page.raw(".Bl -tag -width Ds -compact")
            page.raw(f".It Xr {section.page} 3")
            page.prose(section.title, links)
        page.raw(".El")
        see_also(page, [("torctl", 1)] + [(it[0], 7) for it in (ERRORS, SIGNALS, THREADS)])
        return page

    def topic(self, what):
        name, title, heads = what
        page = self.page(name, 7)
        links = Links(self.header)
        self._name(page, [name], title)
        page.head("DESCRIPTION")
        for head in heads:
            page.sub(head)
            page.comment(self.preface[head], links)
        more = {"torctl-threads": self._more_threads, "torctl-signals": self._more_signals}
        more.get(name, self._more_errors)(page, links)
        others = [it[0] for it in (ERRORS, SIGNALS, THREADS) if it[0] != name]
        see_also(page, [("torctl", 7)] + [(it, 7) for it in others])
        return page

    def _told(self, page, names, links):
        """What functions and objects say of themselves."""
        for name in names:
            section = self.header.where[name]
            it = next(it for it in section.entries if not isinstance(it, list) and it.name == name)
            page.raw(f".It Xr {name} 3")
            page.comment(paragraphs(it.comment), links)

    def _more_threads(self, page, links):
        page.sub("Objects")
        page.raw(".Bl -tag -width Ds")
        self._told(page, self.header.objects, links)
        page.raw(".El")
        page.sub("Callback types")
        page.raw(".Bl -tag -width Ds")
        self._told(page, [it.name for section in self.header.sections for it in section.callbacks], links)
        page.raw(".El")
        page.sub("Without threads of the library")
        page.raw(".Bl -tag -width Ds")
        self._told(page, ["torctl_options_set_thread_free"], links)
        page.raw(".El")

    def _more_signals(self, page, links):
        page.sub("The function for signal handlers")
        page.raw(".Bl -tag -width Ds")
        self._told(page, ["torctl_call_cancel"], links)
        page.raw(".El")

    def _more_errors(self, page, links):
        for title, name in (("Statuses", "torctl_status"), ("Reasons", "torctl_error_reason")):
            section = self.header.where[name]
            page.sub(title)
            if section.intro:
                page.comment(paragraphs(section.intro), links)
            for a_set in section.sets:
                page.raw(".Bl -tag -width Ds")
                for constant in a_set:
                    page.raw(f".It Dv {constant.name}{number(constant)}")
                    page.comment(paragraphs(constant.comment), links)
                page.raw(".El")
        page.sub("Details of a failure")
        page.raw(".Bl -tag -width Ds")
        self._told(page, [it.name for it in self.header.where["torctl_error"].functions], links)
        page.raw(".El")


def groups(a_set):
    """One comment serves the constants behind it that have none."""
    found = []
    for constant in a_set:
        if constant.comment or not found:
            found.append([])
        found[-1].append(constant)
    return found


def number(constant):
    return f" No = {constant.value}".replace("-", "\\-") if constant.value else ""


def argument_text(it):
    return ", ".join(kind + ("" if kind.endswith("*") else " ") + name for kind, name in it.arguments)


def list_of(page, macro, names):
    names = list(names)
    for at, name in enumerate(names):
        page.raw(f".{macro} {name} " + ("," if at + 1 < len(names) else "."))


def join(words):
    words = list(words)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def see_also(page, pages):
    page.head("SEE ALSO")
    for at, (name, section) in enumerate(pages):
        page.raw(f".Xr {name} {section}" + (" ," if at + 1 < len(pages) else ""))


def tasks(index):
    """The lines of the header's index as (what to do, with what)."""
    found = []
    for line in index:
        if line.startswith("... "):
            what, answer = re.split(r"\s{2,}", line[4:], maxsplit=1)
            found.append([what, answer])
        elif line.strip() and found:
            found[-1][1] += " " + line.strip()
    return found
