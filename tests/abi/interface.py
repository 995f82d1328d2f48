"""The whole interface, as include/torctl.api.json describes it: functions, constants, words, fields."""

import json
import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include",
                    "torctl.api.json")

with open(PATH, encoding="utf-8") as _file:
    API = json.load(_file)


def _plain(kind):
    return re.sub(r"\s*\*\s*", "*", kind)


class Function:
    """One exported function. `arguments` are pairs of type and name, in order."""

    def __init__(self, described):
        self.name = described["name"]
        self.result = _plain(described["result"])
        self.arguments = [(_plain(it["type"]), it["name"]) for it in described["arguments"]]
        self.comment = " ".join(described["comment"].split())
        self.is_nodiscard = described["nodiscard"]
        self.described = described

    @property
    def is_fallible(self):
        return any(name == "err" for _type, name in self.arguments)

    def __repr__(self):
        return self.name


def functions():
    """Every function that the header declares, in its order."""
    return [Function(described) for described in API["functions"]]


def constants():
    """The values of the header's numbers, by name."""
    return {constant["name"]: constant["value"] for constant in API["constants"]}


def fields():
    """Every field of events whose functions the library has, as it is described."""
    return [field for family in API["events"] if not family["hidden"] for field in family["fields"]]


def functions_of(field):
    """The functions that give a field."""
    name = field["function"]
    yield name
    if field.get("has_text"):
        yield name + "_text"
    if field["shape"] == "bytes":
        yield name + "_size_bytes"


def words():
    """Of each function for a word or for flags: the numbers of its words, and whether it is flags."""
    sets = {table["name"]: table for table in API["words"]}
    found = {}
    for field in fields():
        table = sets.get(field.get("words"))
        if table is None:
            continue
        numbers = {word["constant"][len(table["prefix"]):]: word["number"]
                   for word in table["words"]}
        if table["flags"]:
            numbers["OTHER"] = constants()[table["prefix"] + "OTHER"]
        found[field["function"]] = numbers, table["flags"]
    return found
