"""Draw what convlint prints as a picture, ``docs/picture.svg``, for the README.

``python docs/picture.py`` writes it; with ``--check`` it writes nothing and exits 1 if the picture is not what it would
write.  The picture is a real run: its text is what the command prints into a terminal of so many columns, with its
colours.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from unittest.mock import patch
from xml.sax.saxutils import escape

from convlint.cli import main

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "picture.svg"
COMMAND = ("examples/yolo-shifted.yaml",)
COLUMNS = 92

#: Pixels: of a character (the letters are made as wide as that), of a line, and around the text.
_WIDE, _HIGH, _EDGE = 8.4, 19, 16
_INK, _PAPER = "#d4d4d4", "#1e1e1e"
#: What stands for the colours of the terminal; bold is heavier.
_COLOURS = {"31": "#f14c4c", "32": "#23d18b", "33": "#e5c07b", "34": "#5a9bd5", "36": "#29b8db"}
_PAINTED = re.compile(r"\x1b\[([0-9;]*)m")


def printed() -> str:
    """What the command prints into a terminal, with its prompt."""
    out = io.StringIO()
    surroundings = {"COLUMNS": str(COLUMNS), "NO_COLOR": ""}
    with patch.dict(os.environ, surroundings), contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        main(["--color", "always", *COMMAND])
    return f"$ convlint {' '.join(COMMAND)}\n{out.getvalue()}"


def drawn(text: str) -> str:
    """A text with the colours of a terminal as SVG."""
    lines = text.rstrip("\n").split("\n")
    width = round(COLUMNS * _WIDE + 2 * _EDGE)
    height = len(lines) * _HIGH + 2 * _EDGE
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">',
        f"<title>convlint {escape(' '.join(COMMAND))}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{_PAPER}"/>',
        f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="{_INK}" '
        'xml:space="preserve">',
    ]
    for number, line in enumerate(lines):
        rows += [_span(*span, _EDGE + (number + 0.75) * _HIGH) for span in _spans(line)]
    return "\n".join([*rows, "</g>", "</svg>"]) + "\n"


def _spans(line: str) -> list[tuple[int, str, str]]:
    """The words of a line with their column and the codes of their colour; blanks are left out."""
    found = []
    column, codes = 0, ""
    pieces = _PAINTED.split(line)
    for index, piece in enumerate(pieces):
        if index % 2:
            codes = piece
            continue
        words = re.finditer(r"\S+(?: \S+)*", piece)
        found += [(column + match.start(), match[0], codes) for match in words]
        column += len(piece)
    return found


def _span(column: int, words: str, codes: str, y: float) -> str:
    parts = codes.split(";")
    colour = next((f' fill="{_COLOURS[part]}"' for part in parts if part in _COLOURS), "")
    weight = ' font-weight="bold"' if "1" in parts else ""
    x = _EDGE + column * _WIDE
    length = f'textLength="{len(words) * _WIDE:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {length}{colour}{weight}>{escape(words)}</text>'


def run(argv: list[str]) -> int:
    picture = drawn(printed())
    if argv == ["--check"]:
        if PICTURE.is_file() and PICTURE.read_text(encoding="utf-8") == picture:
            return 0
        print("docs/picture.svg is not what convlint prints; run python docs/picture.py")
        return 1
    PICTURE.write_text(picture, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
