"""Reads torctl.h: the functions, their arguments and their comments."""

import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include", "torctl.h")


class Function:
    """One exported function. `arguments` are pairs of type and name, in order."""

    def __init__(self, result, name, arguments, comment, is_nodiscard):
        self.result, self.name, self.arguments, self.comment = result, name, arguments, comment
        self.is_nodiscard = is_nodiscard

    @property
    def is_fallible(self):
        return any(name == "err" for _type, name in self.arguments)

    def __repr__(self):
        return self.name


def _type_and_name(text):
    match = re.fullmatch(r"(.*?)\s*(\w+)", text.strip(), re.DOTALL)
    return re.sub(r"\s*\*\s*", "*", " ".join(match.group(1).split())), match.group(2)


def functions(path=PATH):
    """Every function that the header declares, in its order."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = []
    pattern = re.compile(
        r"(?P<comment>/\*(?:(?!\*/).)*\*/\s*)?"
        r"^(?P<nodiscard>TORCTL_NODISCARD )?TORCTL_API\s+(?P<head>[^;(]*?)(?P<name>torctl_\w+)\s*"
        r"\((?P<arguments>[^;]*)\);", re.DOTALL | re.MULTILINE)
    for match in pattern.finditer(text):
        arguments = match.group("arguments").strip()
        pairs = [] if arguments == "void" else [_type_and_name(it) for it in arguments.split(",")]
        result = re.sub(r"\s*\*\s*", "*", " ".join(match.group("head").split()))
        comment = " ".join((match.group("comment") or "").replace("*", " ").split())
        is_nodiscard = match.group("nodiscard") is not None
        found.append(Function(result, match.group("name"), pairs, comment, is_nodiscard))
    return found


def constants(path=PATH):
    """The values of the header's numbers, by name."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    pairs = re.findall(r"^#define (TORCTL_\w+) \(?(-?\d+)\)?$", text, re.MULTILINE)
    return {name: int(value) for name, value in pairs}
