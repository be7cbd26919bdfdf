"""Rows that read each other by number: after one is put in or taken out, the numbers behind it are wrong.

Shared by the formats that count their rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from convlint.document import Node
from convlint.work import Budget

#: The rows that every row reads.
Reads: TypeAlias = list[list[int]]
#: Rows that may have been put in (taken out, if negative) at once.
MOVES = (1, 2, -1)
#: What looking for such a change may cost, and how many rows are moved in a step of it.
_MOST_STEPS, _ROWS_A_STEP = 1_000_000, 4


class Source(NamedTuple):
    """One number by which a row reads another: as written (negative: counted back), the row it means, and where."""

    written: int
    row: int
    node: Node


def renumbered(sources: list[list[Source]], first: int, moved: int) -> Reads:
    """What the rows would read if numbers written before a change were moved with their rows.

    ``first`` is the row that was put in (the first of several), or the row behind one that was taken out.
    """
    reads = []
    behind = first + max(moved, 0)
    for index, mine in enumerate(sources):
        row = []
        for source in mine:
            target = source.row
            if source.written >= 0:
                if index >= first and source.written >= first:
                    target = source.written + moved
            elif source.written < -1 and index >= behind and target < behind:
                target -= moved
            row.append(target)
        reads.append(row)
    return reads


def changes(sources: list[list[Source]], explains: Callable[[Reads, int, int], bool]) -> list[tuple[int, int]]:
    """The likeliest changes (moved, first) that explain everything that is odd: of one row before those of two."""
    current = [[source.row for source in mine] for mine in sources]
    count = len(sources)
    if not Budget.share(_MOST_STEPS).pays(len(MOVES) * count * count // _ROWS_A_STEP):
        return []
    for moved in MOVES:
        found = []
        for first in range(1, count):
            if moved > 0 and first + moved > count:
                continue
            reads = renumbered(sources, first, moved)
            if reads != current and explains(reads, moved, first):
                found.append((moved, first))
        if found:
            return found
    return []
