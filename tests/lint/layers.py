"""The layers of src: a module uses only modules below its own (docs/ARCHITECTURE.md).

A path of the sources that begins with `crate::` is held against the table, and each `super::` that climbs out of its
module. And no more than two files use each other in a circle. The check first tries itself.
"""

import os
import re
import sys
import tempfile

MAY_USE = {
    "proto": (),
    "dir": ("proto",),
    "error": ("proto",),
    "session": ("proto", "dir", "error"),
    "engine": ("proto", "dir", "error", "session"),
    "api": ("proto", "dir", "error", "session", "engine"),
    "onion": ("proto", "dir", "error", "session", "engine", "api"),
    "ffi": ("proto", "dir", "error", "session", "engine", "api", "onion"),
}
# They are no modules: what the generator makes of them belongs to ffi.
NO_MODULES = ("tables",)

# Two files may be two halves of one subject.
MAX_CIRCLE = 2
# The boundary has its errors, its guard and its reasons in three files that describe one another to C, and the
# generator writes the others.
MAY_CIRCLE = ("ffi",)


def sources(root):
    for directory, directories, files in os.walk(root):
        if directory == root:
            directories[:] = [name for name in directories if name not in NO_MODULES]
        for name in files:
            if name.endswith(".rs"):
                yield os.path.relpath(os.path.join(directory, name), root)


def group_items(text, start):
    """The first names of what stands between the braces that begin at `start`."""
    depth, item, items = 0, "", []
    for character in text[start:]:
        if character in "{}":
            depth += 1 if character == "{" else -1
        if depth == 0 or depth == 1 and character == ",":
            items.append(item)
            item = ""
            if depth == 0:
                break
        elif not (depth == 1 and character == "{"):
            item += character
    return [found.group() for found in (re.match(r"\w+", item.strip()) for item in items) if found]


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def used_modules(path, text):
    """The modules of the crate that a source names, each with the line."""
    parts = path[: -len(".rs")].split("/")
    own_depth = len(parts) - (parts[-1] == "mod")
    for found in re.finditer(r"\bcrate::(?:(\w+)|(\{))|\b((?:super::)+)(?:(\w+)|(\{))", text):
        supers = (found.group(3) or "").count("super::")
        # A `mod tests` inside of the file is one deeper than the file.
        inside = 1 if re.search(r"^mod \w+ \{", text[: found.start()], re.M) else 0
        if found.group(3) and supers < own_depth + inside:
            continue
        line = text.count("\n", 0, found.start()) + 1
        if found.group(2) or found.group(5):
            names = group_items(text, found.end() - 1)
        else:
            names = [found.group(1) or found.group(4)]
        for name in names:
            yield name, line


def faults(root):
    for path in sorted(sources(root)):
        module = path.split("/")[0].removesuffix(".rs")
        if module == "lib":
            continue
        if module not in MAY_USE:
            yield f"src/{path}: the module {module} has no place in the layers"
            continue
        with open(os.path.join(root, path), encoding="utf-8") as source:
            text = without_comments(source.read())
        for used, line in used_modules(path, text):
            if used in MAY_USE and used != module and used not in MAY_USE[module]:
                yield f"src/{path}:{line}: {module} uses {used}"


def paths_of(tree):
    """Each path of a `use` tree, as a list of names: `a::{b, c::d}` has two."""
    before, brace, group = tree.partition("{")
    if not brace:
        return [[name for name in before.split(" as ")[0].replace(" ", "").split("::") if name]]
    depth, item, items = 0, "", []
    for character in group[: group.rindex("}")]:
        depth += (character == "{") - (character == "}")
        if depth == 0 and character == ",":
            items.append(item)
            item = ""
        else:
            item += character
    return [path for item in items + [item] if item.strip() for path in paths_of(before + item.strip())]


def file_uses(root):
    """Which files the `use` lines of each file name, tests aside. A file is named as its module."""
    modules = {}
    for path in sources(root):
        if not re.search(r"(^|/)tests(\.rs|/)", path):
            modules[tuple(re.sub(r"(/mod)?\.rs$", "", path).split("/"))] = path
    for module, path in modules.items():
        with open(os.path.join(root, path), encoding="utf-8") as source:
            text = without_comments(source.read().split("#[cfg(test)]\nmod tests")[0])
        used = set()
        for tree in re.findall(r"\buse ((?:crate|super|self)\b[^;]+);", text):
            for names in paths_of(" ".join(tree.split())):
                place = list(module)
                while names and names[0] in ("crate", "super", "self"):
                    place = [] if names[0] == "crate" else place[:-1] if names[0] == "super" else place
                    names = names[1:]
                place += names
                while place and tuple(place) not in modules:
                    place.pop()
                if place and tuple(place) != module:
                    used.add(tuple(place))
        yield module, used


def circles(root):
    """The groups of files of which each reaches every other."""
    uses = dict(file_uses(root))
    reached = {}
    for module in uses:
        found, to_look = set(), [module]
        while to_look:
            for used in uses.get(to_look.pop(), ()):
                if used not in found:
                    found.add(used)
                    to_look.append(used)
        reached[module] = found
    seen = set()
    for module in sorted(uses):
        if module in reached[module] and module not in seen:
            circle = sorted(other for other in reached[module] if module in reached[other])
            seen.update(circle)
            if len(circle) > MAX_CIRCLE and circle[0][0] not in MAY_CIRCLE:
                yield f"src: {len(circle)} files use each other: " + ", ".join("/".join(other) for other in circle)


def self_test():
    with tempfile.TemporaryDirectory() as root:
        os.mkdir(os.path.join(root, "proto"))
        with open(os.path.join(root, "error.rs"), "w", encoding="utf-8") as source:
            source.write("use crate::proto::tor_text;\nuse super::engine;\n// crate::api is above\n")
        with open(os.path.join(root, "proto", "a.rs"), "w", encoding="utf-8") as source:
            source.write("use crate::{proto::b, dir::{c, d}};\nuse super::b;\nfn f() { crate::ffi::g() }\n")
            source.write("mod tests {\n    use super::super::b;\n    use super::super::super::api;\n}\n")
        expected = [
            "src/error.rs:2: error uses engine",
            "src/proto/a.rs:1: proto uses dir",
            "src/proto/a.rs:3: proto uses ffi",
            "src/proto/a.rs:6: proto uses api",
        ]
        assert list(faults(root)) == expected, list(faults(root))
    with tempfile.TemporaryDirectory() as root:
        for module, text in (
            ("a/mod.rs", "mod b;\nuse self::b::{c::C, B};\n"),
            ("a/b.rs", "use super::d::D as E;\n// use super::f;\n"),
            ("a/d.rs", "use crate::{e, a::{b, g::G}};\nuse super::A;\n"),
            ("a/f.rs", "use super::b;\n#[cfg(test)]\nmod tests {\n    use super::super::d;\n}\n"),
            ("a/g.rs", "use super::f;\nuse super::g::tests::h;\n"),
            ("a/g/tests.rs", "use super::super::d;\n"),
            ("ffi/a.rs", "use super::b;\n"),
            ("ffi/b.rs", "use super::c;\n"),
            ("ffi/c.rs", "use super::a;\n"),
            ("proto/a.rs", "use super::b;\n"),
            ("proto/b.rs", "use super::a;\n"),
        ):
            os.makedirs(os.path.dirname(os.path.join(root, module)), exist_ok=True)
            with open(os.path.join(root, module), "w", encoding="utf-8") as source:
                source.write(text)
        expected = ["src: 5 files use each other: a, a/b, a/d, a/f, a/g"]
        assert list(circles(root)) == expected, list(circles(root))


def main():
    self_test()
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src")
    found = [*faults(root), *circles(root)]
    print("\n".join(found) or "every use goes down, and at most two files use each other")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
