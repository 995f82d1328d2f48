"""The layers of src: a module uses only modules below its own (docs/ARCHITECTURE.md).

A path of the sources that begins with `crate::` is held against the table, and each `super::` that climbs out of its
module. The check first tries itself.
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


def main():
    self_test()
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src")
    found = list(faults(root))
    print("\n".join(found) or "every use goes down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
