#!/usr/bin/env python3
"""The HTML manual: Doxygen has no complaint, every name is there, and every link leads somewhere.

    html_pages.py

Skipped (77) where Doxygen is not installed.
"""

import html.parser
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]


class Page(html.parser.HTMLParser):
    """The anchors of a page, and where its links lead."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links = set(), set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs[it] for it in ("id", "name") if attrs.get(it)}
        self.links |= {attrs[it] for it in ("href", "src") if attrs.get(it)}


def broken_links(directory):
    pages = {path.relative_to(directory).as_posix(): Page(path) for path in directory.rglob("*.html")}
    for name, page in sorted(pages.items()):
        for link in sorted(page.links):
            if re.match(r"(https?|mailto|javascript):", link):
                continue
            where, _, anchor = unquote(link).partition("#")
            target = (directory / name).parent / where if where else directory / name
            if not target.exists():
                yield f"{name}: no file {link}"
            elif anchor and target.suffix == ".html":
                there = pages[target.resolve().relative_to(directory.resolve()).as_posix()]
                # Doxygen makes the headings of the menu's own pages by a script.
                if anchor not in there.anchors:
                    yield f"{name}: no place {link}"


def missing(directory, api):
    tags = (directory / "torctl.tag").read_text()
    there = set(re.findall(r"<name>(\w+)</name>", tags))
    for key in ("functions", "objects", "callbacks", "constants"):
        for it in api[key]:
            if it["name"] not in there:
                yield f"{it['name']} is not in the manual"
    for guide in (ROOT / "docs").glob("*.md"):
        title = guide.read_text().split("\n")[0].removeprefix("# ")
        if f"<title>{title}</title>" not in tags:
            yield f"{guide.name} is not in the manual"


def main():
    if not shutil.which("doxygen"):
        print("skipped: doxygen is not installed")
        return 77
    api = json.loads((ROOT / "include/torctl.api.json").read_text())
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        subprocess.run([sys.executable, "-B", ROOT / "tools/manual/doxygen.py", place], check=True)
        wrong = [*missing(place, api), *broken_links(place / "html")]
        if not list((place / "html/search").glob("functions_*.js")):
            wrong.append("there is nothing to search in")
    for it in wrong:
        print(it, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
