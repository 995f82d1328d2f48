#!/usr/bin/env python3
"""Makes docs/bandwidth.svg: what c-examples/bandwidth.c shows after a minute, in a real terminal beside a
real tor, which is the client of a private network with traffic.

    picture.py [SECONDS]            60 if nothing is said

Build the library and the examples first.
"""

import os
import re
import sys
import time
from xml.sax.saxutils import escape

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(TOOLS)
sys.path[:0] = [TOOLS, os.path.join(ROOT, "tests", "support"), os.path.join(ROOT, "tests", "examples")]

from build import release_directory  # noqa: E402
from network import Network  # noqa: E402
from screen import Terminal  # noqa: E402
from traffic import Traffic, wave  # noqa: E402

ROWS, COLUMNS = 22, 84
WIDTH, HEIGHT, MARGIN = 8, 17, 14
BARS = " ▁▂▃▄▅▆▇█"
COLORS = {2: "#4fc46a", 6: "#4db5d8"}
INK, PAPER = "#d8dce4", "#1b1d24"


def svg(screen):
    width, height = COLUMNS * WIDTH + 2 * MARGIN, ROWS * HEIGHT + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">',
           f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>']
    half = (ROWS - 1) // 2
    for color, top in ((2, 0), (6, half)):
        bottom = MARGIN + (top + half) * HEIGHT
        for x in range(COLUMNS):
            eighths = sum(BARS.index(row[x]) for row in screen.cells[top + 1 : top + half] if row[x] in BARS)
            if eighths:
                height = HEIGHT * eighths / 8
                out.append(f'<rect x="{MARGIN + x * WIDTH}" y="{bottom - height:g}" width="{WIDTH - 1}" '
                           f'height="{height:g}" fill="{COLORS[color]}"/>')
    for y in range(ROWS):
        line = "".join(" " if it in BARS else it for it in screen.cells[y])
        for found in re.finditer(r"\S+(?: \S+)*", line):
            color = COLORS.get(screen.colors.get((y, found.start())), INK)
            out.append(f'<text x="{MARGIN + found.start() * WIDTH}" y="{MARGIN + y * HEIGHT + 13}" fill="{color}" '
                       f'textLength="{len(found[0]) * WIDTH}">{escape(found[0])}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with Network() as network, network.client.control() as listener:
        # tor remembers the past only while somebody listens.
        listener.command("SETEVENTS BW")
        with Traffic(network.socks_port, wave(600_000), wave(200_000, phase=0.4)):
            program = os.path.join(ROOT, "c-examples", "bin", "bandwidth")
            with Terminal([program, "unix:" + network.client.socket], ROWS, COLUMNS,
                          LD_LIBRARY_PATH=release_directory()) as terminal:
                until = time.monotonic() + seconds
                terminal.wait_for(lambda _screen: time.monotonic() > until, 2 * seconds + 60)
                picture = svg(terminal.screen)
                terminal.type(b"q")
                terminal.wait_end()
    path = os.path.join(ROOT, "docs", "bandwidth.svg")
    with open(path, "w", encoding="utf-8") as file:
        file.write(picture)
    print(path)


if __name__ == "__main__":
    main()
