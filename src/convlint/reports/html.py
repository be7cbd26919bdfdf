"""What a notebook shows: a coloured report, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from convlint.reports.escape import escape as visible

#: What `Style` paints with: bold, and one of these colours.
_COLOURS = {"31": "#c0392b", "32": "#1e8449", "33": "#b9770e", "34": "#2471a3", "36": "#117a8b"}
_PAINT = re.compile("\x1b\\[([0-9;]*)m")
#: So many rows of a table are shown.
MOST_ROWS = 500


def painted(text: str) -> str:
    """A report with the colours of a terminal as HTML; everything else in it is text."""
    parts = []
    opened = False
    for index, part in enumerate(_PAINT.split(text)):
        if index % 2 == 0:
            parts.append(escape(part))
            continue
        if opened:
            parts.append("</span>")
        codes = part.split(";")
        opened = codes != ["0"]
        if opened:
            styles = ["font-weight:bold"] if "1" in codes else []
            styles += [f"color:{_COLOURS[code]}" for code in codes if code in _COLOURS]
            parts.append(f'<span style="{";".join(styles)}">')
    parts.append("</span>" if opened else "")
    return f'<pre style="line-height:1.25;overflow-x:auto">{"".join(parts)}</pre>'


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], left: int) -> str:
    """A table with its title; the first ``left`` columns are words, the others numbers."""
    lines = [
        "<table>",
        f'<caption style="text-align:left;font-weight:bold">{_cell(title)}</caption>',
        f"<thead><tr>{''.join(f'<th>{_cell(head)}</th>' for head in heads)}</tr></thead>",
        "<tbody>",
    ]
    more = 0
    for index, row in enumerate(rows):
        if index >= MOST_ROWS:
            more += 1
            continue
        cells = (
            f'<td style="text-align:{"left" if column < left else "right"}">{_cell(cell)}</td>'
            for column, cell in enumerate(row)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    if more:
        lines.append(f'<tr><td colspan="{len(heads)}">... and {more:,} more</td></tr>')
    return "\n".join([*lines, "</tbody>", "</table>"])


def _cell(text: str) -> str:
    return escape(visible(text))
