"""``convlint diff`` for a terminal."""

from __future__ import annotations

from convlint.compare import Kind
from convlint.reports.difference.words import Count, Line, Words, counts, summary, told
from convlint.reports.escape import escape, escape_path
from convlint.reports.escape import lines as harmless
from convlint.reports.style import Style
from convlint.reports.width import width
from convlint.reports.wrapping import wrapped
from convlint.session.comparing import Compared, Pair

_PAINTED = {"+": "good", "-": "error", "~": "warning", ">": "info", "!": "error"}
#: More layers that nobody touched are counted only.
MOST_AFFECTED = 40


def text(compared: Compared, style: Style) -> str:
    """Both files with what changed; of several variants the first in full, the others by their totals."""
    parts = [f"--- {escape_path(compared.before.label)}\n+++ {escape_path(compared.after.label)}"]
    if not compared.differs:
        return harmless("\n".join([*parts, "no difference"]))
    first = compared.pairs[0]
    parts += _pair(compared, first, style)
    for pair in compared.pairs[1:]:
        if [change.kind for change in pair.comparison.edited] == [change.kind for change in first.comparison.edited]:
            parts.append("\n".join([_title(pair), *_totals(counts(*pair.comparison.totals))]))
        else:
            parts += _pair(compared, pair, style)
    return harmless("\n\n".join(part for part in parts if part))


def _title(pair: Pair) -> str:
    return escape(": ".join(filter(None, (pair.name, summary(pair.comparison)))))


def _pair(compared: Compared, pair: Pair, style: Style) -> list[str]:
    comparison, words = pair.comparison, Words(compared, pair.comparison)
    edits = [words.line(change) for change in comparison.edited]
    rewired = [words.line(change) for change in comparison.of(Kind.REWIRED)]
    affected = comparison.of(Kind.AFFECTED)
    settings = [style.writable(escape(f"~ {told(setting)}")) for setting in comparison.settings]
    parts = [style.paint(_title(pair), "bold"), "\n".join(settings), "\n".join(_aligned(edits, style))]
    if rewired:
        parts.append("\n".join(["not edited, but reading another layer than before:", *_aligned(rewired, style)]))
    if affected:
        shown = [words.line(change) for change in affected[:MOST_AFFECTED]]
        more = [f"  and {len(affected) - len(shown):,} more"] if len(affected) > len(shown) else []
        parts.append("\n".join(["what follows for the others:", *_aligned(shown, style), *more]))
    parts.append("\n".join(_totals(words.counts())))
    return parts


def _aligned(found: list[Line], style: Style) -> list[str]:
    """Lines whose places and types stand one below the other."""
    cells = [[style.writable(escape(cell)) for cell in line] for line in found]
    widths = [max((width(row[column]) for row in cells), default=0) for column in (1, 2)]
    result = []
    for sign, place, type, done, follows in cells:
        head = f"{sign} {place}{' ' * (widths[0] - width(place))}  {type}{' ' * (widths[1] - width(type))}"
        said = "; ".join(filter(None, (done, follows)))
        lines = wrapped(said, style.width, f"{head}  ", " " * (len(head) + 2))
        result += [style.paint(line.rstrip(), _PAINTED.get(sign)) for line in lines]
    return result


def _totals(found: list[Count]) -> list[str]:
    rows = [("", "before", "after", "change"), *found]
    widths = [max(width(row[column]) for row in rows) for column in range(4)]
    return [
        f"  {name:<{widths[0]}}  {before:>{widths[1]}}  {after:>{widths[2]}}  {change:>{widths[3]}}".rstrip()
        for name, before, after, change in rows
    ]
