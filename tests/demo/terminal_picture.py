"""Text with terminal colours (ANSI) as an SVG picture of a terminal.

Every run of characters has its place and width written down, so the columns stand whatever font the viewer has.
"""

import re
from xml.sax.saxutils import escape

ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
FONT = 14  # pixels
ADVANCE = 8.4  # of one character
LINE = 19
MARGIN = 18
BAR = 34  # the window's title bar
COLUMNS = 80
PAPER, INK, FRAME, TITLE = "#14181f", "#c9d1d9", "#20262f", "#8b949e"
COLOURS = {"32": "#3fb950", "36": "#58c4dc"}


def runs(line):
    """[(column, text, colour, bold)] of one line."""
    found, column, colour, bold, at = [], 0, INK, False, 0

    def add(text):
        nonlocal column
        # Blanks are gaps: only what is seen gets a place.
        for word in re.finditer(r"\S+(?: \S+)*", text):
            found.append((column + word.start(), word.group(), colour, bold))
        column += len(text)

    for mark in ESCAPE.finditer(line):
        add(line[at:mark.start()])
        at = mark.end()
        for code in (mark.group(1) or "0").split(";"):
            if code == "0":
                colour, bold = INK, False
            elif code == "1":
                bold = True
            else:
                colour = COLOURS[code]
    add(line[at:])
    return found


def draw(title, text):
    """The SVG of a terminal that shows the text."""
    lines = text.rstrip("\n").split("\n")
    plain = [ESCAPE.sub("", line) for line in lines]
    columns = max(COLUMNS, *(len(line) for line in plain))
    width = round(columns * ADVANCE + 2 * MARGIN)
    height = BAR + len(lines) * LINE + 2 * MARGIN - (LINE - FONT)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}">',
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<path d="M0 8a8 8 0 0 1 8-8h{width - 16}a8 8 0 0 1 8 8v{BAR - 8}H0z" fill="{FRAME}"/>',
        '<g font-family="DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace" '
        f'font-size="{FONT}" xml:space="preserve">',
        f'<text x="{MARGIN}" y="22" fill="{TITLE}">{escape(title)}</text>',
    ]
    for number, line in enumerate(lines):
        y = BAR + MARGIN + number * LINE + FONT - 3
        for column, run, colour, bold in runs(line):
            weight = ' font-weight="bold"' if bold else ""
            out.append(f'<text x="{MARGIN + column * ADVANCE:.1f}" y="{y}" textLength="{len(run) * ADVANCE:.1f}" '
                       f'fill="{colour}"{weight}>{escape(run)}</text>')
    return "\n".join(out + ["</g>", "</svg>", ""])
