#!/usr/bin/env python3
"""Writes the manual pages of the library, from include/torctl.h and include/torctl.api.json.

    man.py DIRECTORY        DIRECTORY/man3/*.3 and DIRECTORY/man7/*.7

Each function and type has a page with its name, which is that of its section of the header.
"""

import datetime
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

from commands import Commands
from model import Header
from pages import ERRORS, SIGNALS, THREADS, Manual

MONTHS = "January February March April May June July August September October November December".split()


def date_of(root):
    """The day of the sources: the same sources give the same pages."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    seconds = int(seconds) if seconds else int((root / "include/torctl.h").stat().st_mtime)
    day = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main():
    target = Path(sys.argv[1])
    header = Header(ROOT)
    manual = Manual(header, date_of(ROOT), Commands(ROOT, header))
    # What a section that is gone has left would be installed.
    for section in ("man3", "man7"):
        for old in (target / section).glob("torctl*"):
            old.unlink()
    pages = [manual.overview()] + [manual.topic(it) for it in (THREADS, SIGNALS, ERRORS)]
    for section in header.sections:
        pages.append(manual.noun(section))
        for it in section.entries:
            if not isinstance(it, list):
                write(target / f"man3/{it.name}.3", f".so man3/{section.page}.3\n")
    for page in pages:
        write(target / f"man{page.section}/{page.name}.{page.section}", page.text())


if __name__ == "__main__":
    main()
