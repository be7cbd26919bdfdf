"""``convlint diff`` as a comment for a pull request (GitHub's Markdown)."""

from __future__ import annotations

import re

from convlint.compare import Change, Kind
from convlint.reports.difference.words import SAID, Count, Words, counts, summary, told
from convlint.reports.escape import escape
from convlint.session.comparing import Compared

#: More layers are counted only: a comment has its limits.
MOST = 60


def text(compared: Compared) -> str:
    """A heading, a table of edited layers, what follows folded, and the totals."""
    parts = [f"### {code(compared.before.label)} → {code(compared.after.label)}"]
    if not compared.differs:
        return "\n\n".join([*parts, "No difference."])
    first = compared.pairs[0]
    comparison, words = first.comparison, Words(compared, first.comparison)
    name = f"{code(first.name)}: " if first.name else ""
    parts.append(f"{name}{summary(comparison)}")
    if comparison.settings:
        parts.append("\n".join(f"- {code(told(setting))}" for setting in comparison.settings[:MOST]))
    edited = [change for change in comparison.changes if change.kind not in (Kind.SAME, Kind.AFFECTED)]
    if edited:
        parts.append(_table(words, edited))
    affected = comparison.of(Kind.AFFECTED)
    if affected:
        parts.append(
            f"<details><summary>What follows for {len(affected):,} other layers</summary>\n\n"
            f"{_table(words, affected)}\n\n</details>"
        )
    parts.append(_totals([("", count) for count in words.counts()]))
    others = [
        (pair.name, count)
        for pair in compared.pairs[1:]
        for count in counts(*pair.comparison.totals)[1:3]
    ]  # fmt: skip
    if others:
        parts.append(_totals(others))
    return "\n\n".join(parts)


def _table(words: Words, changes: list[Change]) -> str:
    rows = ["| | layer | type | what | effect |", "|---|---|---|---|---|"]
    for change in changes[:MOST]:
        line = words.line(change)
        cells = [SAID[change.kind], *map(code, line[1:])]
        rows.append(f"| {' | '.join(cells)} |")
    if len(changes) > MOST:
        rows.append(f"| | and {len(changes) - MOST:,} more | | | |")
    return "\n".join(rows)


def _totals(found: list[tuple[str, Count]]) -> str:
    rows = ["| | before | after | change |", "|---|--:|--:|--:|"]
    for of, count in found:
        name = f"{code(of)}: {count.name}" if of else count.name
        rows.append(f"| {name} | {count.before} | {count.after} | {count.change} |")
    return "\n".join(rows)


def code(text: str) -> str:
    """Text that Markdown takes as it stands, also within a table: no mention, no link, no tag."""
    shown = escape(text, 300).replace("|", "\\|")
    if not shown.strip():
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    blank = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{blank}{shown}{blank}{fence}"
