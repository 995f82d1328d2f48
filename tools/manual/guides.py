"""The guides of docs and the examples, as pages of the HTML manual."""

import re
from pathlib import Path

# In the order of the menu; what is not here comes behind them.
ORDER = ["tutorial", "recipes", "cpp", "moving-from", "moving-from-torcontrol", "COMMANDS", "COVERAGE", "PERFORMANCE"]


def page_of(path):
    return "guide_" + re.sub(r"\W", "_", path.stem.lower())


def page_of_example(name):
    """What Doxygen calls the page of an example."""
    special = {".": "_8", "/": "_2"}
    return "".join(special.get(it, it) for it in name) + "-example.html"


class Guides:
    def __init__(self, root, text):
        self.root, self.text = Path(root), text
        guides = sorted((self.root / "docs").glob("*.md"))
        self.guides = sorted(guides, key=lambda it: ORDER.index(it.stem) if it.stem in ORDER else len(ORDER))
        self.examples = self._examples()

    def _examples(self):
        """The programs of c-examples that its README tells of, and what each introduces."""
        readme = (self.root / "c-examples/README.md").read_text()
        found = dict(re.findall(r"^\| \[(\w+\.c)\]\(\w+\.c\) \| (.*?) \|$", readme, re.MULTILINE))
        others = {"loops": "The same program in one event loop more.", "cpp": "The example of this name in C++."}
        for name, directory in re.findall(r"\(((loops|cpp)/[\w.]+)\)", readme):
            found[name] = others[directory]
        return found

    def write(self, target):
        for guide in self.guides:
            (target / f"{page_of(guide)}.md").write_text(self.page(guide))
            for picture in re.findall(r"!\[[^\]]*\]\(([^)]*)\)", guide.read_text()):
                html = target.parent / "html" / Path(picture).name
                html.parent.mkdir(exist_ok=True)
                html.write_bytes((guide.parent / picture).read_bytes())
        said = ["/** @page guides Guides"]
        said += [f" * - @subpage {page_of(it)}" for it in self.guides] + [" */"]
        for name, what in self.examples.items():
            what = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", what)
            said += [f"/** @example {name}", f" * {self.text.inline(what[0].upper() + what[1:])} */"]
        (target / "guides.dox").write_text("\n".join(said) + "\n")

    def page(self, guide):
        lines = guide.read_text().split("\n")
        title = lines[0].removeprefix("# ")
        out = [f"# {title} {{#{page_of(guide)}}}"]
        in_code = False
        for line in lines[1:]:
            if line.lstrip().startswith("```"):
                in_code = not in_code
                # Doxygen has no colours for these.
                line = re.sub(r"```(sh|text|ini|yaml|toml|rust|cmake|python)$", "```{.txt}", line)
                line = re.sub(r"```(c|cpp)$", r"```{.\1}", line)
                out.append(line.strip() if in_code or line.strip() == "```" else line)
            elif in_code:
                out.append(line)
            else:
                out.append(self.line(line, guide))
        return "\n".join(out)

    def line(self, line, guide):
        line = re.sub(r"!\[([^\]]*)\]\(([^)]*)\)", lambda it: f'<img src="{Path(it[2]).name}" alt="{it[1]}"/>', line)
        line = re.sub(r"(?<!!)\[([^\]]*)\]\(([^)]*)\)", lambda it: self.reference(it[1], it[2], guide), line)
        # A name of the interface in code links to its place.
        return re.sub(r"`(torctl_\w+(?:\(\))?|TORCTL_\w+)`", self.name, line)

    def name(self, found):
        name = found[1].removesuffix("()")
        if name not in self.text.known:
            return found[0]
        return f"#{found[1]}"

    def reference(self, words, where, guide):
        path, _, anchor = where.partition("#")
        if where.startswith("http"):
            return f"[{words}]({where})"
        if not path:
            return words
        full = (guide.parent / path).resolve()
        if full in self.guides:
            return f"[{words}]({page_of(full)}.html)"
        if full.name == "torctl.h":
            return f"[{words}](index.html)"
        if full.is_relative_to(self.root / "c-examples"):
            name = full.relative_to(self.root / "c-examples").as_posix()
            if name in self.examples:
                return f"[{words}]({page_of_example(name)})"
        # Files that only the sources have.
        return words
