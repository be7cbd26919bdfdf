"""Which row of a file was which one before rows were put in or taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from convlint.formats.rows import Reads, Source
from convlint.formats.yolo.reading import Row

#: More ways in which rows may correspond are not looked at.
MAX_ALIGNMENTS = 64


class Alignment(NamedTuple):
    """The number that each row had before (None: it was put in); ``total`` is how many rows there were."""

    before: tuple[int | None, ...]
    total: int

    @property
    def now(self) -> dict[int, int]:
        """The row that each number means now; those that were taken out are missing."""
        return {old: new for new, old in enumerate(self.before) if old is not None}

    @property
    def inserted(self) -> list[int]:
        """The rows that were put in."""
        return [new for new, old in enumerate(self.before) if old is None]

    @property
    def deleted(self) -> list[int]:
        """The numbers of the rows that were taken out."""
        return sorted(set(range(self.total)) - self.now.keys())

    def wrong(self, claimed: dict[int, int]) -> int:
        """How many index comments do not say the number that their row had before."""
        return sum(self.before[index] != number for index, number in claimed.items())

    def crossing(self, sources: Sequence[Sequence[Source]]) -> list[tuple[int, int, int]]:
        """Numbers that count back across a change: (row, number, the row that it meant before)."""
        now = self.now
        found = []
        for index, mine in enumerate(sources):
            old = self.before[index]
            for source in mine:
                if old is None or source.written >= -1 or old + source.written < 0:
                    continue
                meant = now.get(old + source.written)
                if meant is not None and meant != source.row:
                    found.append((index, source.written, meant))
        return found


def by_comments(claimed: dict[int, int], count: int) -> list[Alignment]:
    """What index comments that became stale say of the rows: ``claimed`` are their numbers by row."""
    found: list[Alignment] = []
    for agreed, copy in _increasing(claimed):
        parts: list[list[tuple[int | None, ...]]] = []
        row = number = 0
        for index, claim in agreed.items():
            parts += [_between(number, claim, index - row), [(claim,)]]
            row, number = index + 1, claim + 1
        rest = tuple(range(number, number + count - row))
        for before in _products(parts):
            alignment = Alignment((*before, *rest), number + len(rest))
            if alignment not in found and (copy is None or alignment.before[copy] is None):
                found.append(alignment)
    return found[:MAX_ALIGNMENTS]


def _increasing(claimed: dict[int, int]) -> Iterator[tuple[dict[int, int], int | None]]:
    """The comments as far as they count upwards, one left out if need be.

    Of a row that was copied with its comment either may be the copy, which was put in; then it is named.
    """
    items = sorted(claimed.items())
    falls = [at for at in range(1, len(items)) if items[at][1] <= items[at - 1][1]]
    if not falls:
        yield dict(items), None
    elif len(falls) == 1:
        copied = items[falls[0]][1] == items[falls[0] - 1][1]
        for left_out in (falls[0] - 1, falls[0]):
            kept = [item for at, item in enumerate(items) if at != left_out]
            if all(one[1] < other[1] for one, other in pairwise(kept)):
                yield dict(kept), items[left_out][0] if copied else None


def _between(first: int, last: int, rows: int) -> list[tuple[int | None, ...]]:
    """How so many rows can have had the numbers from the first to before the last, if they changed in one place."""
    numbers = list(range(first, last))
    more = rows - len(numbers)
    if more >= 0:
        return [(*numbers[:at], *[None] * more, *numbers[at:]) for at in range(len(numbers) + 1 if more else 1)]
    return [(*numbers[:at], *numbers[at - more :]) for at in range(rows + 1)]


def _products(parts: list[list[tuple[int | None, ...]]]) -> list[tuple[int | None, ...]]:
    found: list[tuple[int | None, ...]] = [()]
    for part in parts:
        found = [(*one, *other) for one in found for other in part][:MAX_ALIGNMENTS]
    return found


def by_rows(before: list[Row], now: list[Row]) -> list[Alignment]:
    """How the rows of a file correspond to those before an edit; several ways if equal rows stand side by side.

    Rows are equal if all but what they read is. Where as many rows were written anew as there were, each is the one
    that stood there; else those of equal modules are the same in their order.
    """
    old, new = ([repr(row.values[1:]) for row in rows] for rows in (before, now))
    found: list[int | None] = [None] * len(new)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal" or b - a == d - c:
            found[c:d] = range(a, b)
        elif tag == "replace":
            one, other = ([row.module for row in rows] for rows in (before[a:b], now[c:d]))
            for match in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
                found[c + match.b : c + match.b + match.size] = range(a + match.a, a + match.a + match.size)
    first = Alignment(tuple(found), len(old))
    alignments = [first]
    for alignment in alignments:  # grows while it is gone through
        for slid in (*_slid_rows(alignment, new), *_slid_gaps(alignment, old)):
            if slid not in alignments and len(alignments) < MAX_ALIGNMENTS:
                alignments.append(slid)
    return alignments


def _slid_rows(alignment: Alignment, keys: list[str]) -> Iterator[Alignment]:
    """A block of rows that was put in may as well be the one that begins a row further up or down."""
    rows = list(alignment.before)
    for first, last in _blocks(rows):
        if last < len(rows) and keys[first] == keys[last]:
            yield Alignment((*rows[:first], rows[last], *[None] * (last - first), *rows[last + 1 :]), alignment.total)
        if first > 0 and keys[first - 1] == keys[last - 1]:
            moved = (*rows[: first - 1], *[None] * (last - first), rows[first - 1], *rows[last:])
            yield Alignment(moved, alignment.total)


def _slid_gaps(alignment: Alignment, keys: list[str]) -> Iterator[Alignment]:
    """A block of rows that was taken out may as well be the one that begins a row further up or down."""
    now = alignment.now
    gone: list[int | None] = [now.get(old) for old in range(alignment.total)]
    for first, last in _blocks(gone):
        for taken, given in ((last, first), (first - 1, last - 1)):
            if 0 <= taken < len(gone) and keys[taken] == keys[given]:
                rows = list(alignment.before)
                at = gone[taken]
                assert at is not None
                rows[at] = given
                yield Alignment(tuple(rows), alignment.total)


def _blocks(rows: Sequence[int | None]) -> list[tuple[int, int]]:
    """Where rows without a partner stand side by side: (first, behind the last)."""
    found: list[tuple[int, int]] = []
    for at, partner in enumerate(rows):
        if partner is None and found and found[-1][1] == at:
            found[-1] = found[-1][0], at + 1
        elif partner is None:
            found.append((at, at + 1))
    return found


def moved(sources: Sequence[Sequence[Source]], alignment: Alignment, kept: frozenset[int]) -> Reads | None:
    """What rows read if their numbers count as before, but for rows that are kept; None if what they read is gone."""
    now = alignment.now
    reads: Reads = []
    for index, mine in enumerate(sources):
        row = []
        for source in mine:
            target = source.row
            if source.written >= 0 and index not in kept:
                if source.written not in now and source.written < alignment.total:
                    return None
                # A number that named no row before either stays what it is.
                target = now.get(source.written, source.written)
            row.append(target)
        reads.append(row)
    return reads
