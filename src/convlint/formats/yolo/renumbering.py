"""``convlint renumber``: the row numbers of a file that count as before an edit, and the comments that hold numbers.

What was put in or taken out is known from the file before the edit, else from index comments that became stale, else
from what would make all numbers fit. Where several explanations are left, all are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from convlint.document import Document, Mapping, Sequence, syntax_of
from convlint.document import Source as DocumentSource
from convlint.findings import Edit
from convlint.formats.lowered import Context
from convlint.formats.renumbering import Possibility, Renumbering
from convlint.formats.rows import Reads, changes
from convlint.formats.yolo.alignment import Alignment, by_comments, by_rows, moved
from convlint.formats.yolo.reading import Row, rows
from convlint.formats.yolo.reading_file import dialect_of, row_numbers
from convlint.formats.yolo.wiring import INDEX, Wiring, sources_of

#: Files with more rows are left alone: what could explain their numbers takes the square of that.
MAX_ROWS = 1000
#: A backbone that returns a list of maps counts as so many rows.
LISTED = 5
LIST = "as a backbone that returns a list does"
AS_IT_IS = "no row was put in or taken out: the numbers are right as they stand"


class _Hypothesis(NamedTuple):
    """What may have happened, and what rows read then; ``alignment`` says how the rows were numbered before."""

    words: str
    reads: Reads
    alignment: Alignment


def renumber(document: Document, context: Context, before: Document | None = None) -> Renumbering:
    """The possibilities for a file; ``before`` is the file before the edit."""
    assert isinstance(document.root, Mapping)
    found = rows(document.root)
    old = rows(before.root) if before is not None and isinstance(before.root, Mapping) else None
    reason = _unusable(found, "") or (_unusable(old, " before the edit") if old is not None else "")
    if reason:
        return Renumbering([], reason)
    other = next(((row, number) for row, number in enumerate(row_numbers(document, context)) if row != number), None)
    if other is not None:
        row, number = other
        called = f"row {row} is called by the number {number}, {LIST}"
        return Renumbering([], f"{called}; such files are left alone")
    return _Renumbering(document, context, found, old).run()


def _unusable(found: list[Row], when: str) -> str:
    if len(found) < 2:
        return f"there are no rows that could read each other{when}"
    if len(found) > MAX_ROWS:
        return f"{len(found)} rows{when} are too many: at most {MAX_ROWS} are renumbered"
    broken = next((row.index for row in found if len(row.values) != 4), None)
    return "" if broken is None else f"row {broken}{when} is not [from, repeats, module, args]: repair it first"


class _Renumbering:
    def __init__(self, document: Document, context: Context, found: list[Row], before: list[Row] | None) -> None:
        assert isinstance(document.root, Mapping)
        self.root = document.root
        self.text = context.text
        self.rows = found
        self.before = before
        self.lines = _Lines(found, self.root, context.text)
        #: Whether this syntax has such comments.
        self.commented = "#" in syntax_of(DocumentSource(context.path, context.text)).comment_signs
        self.wiring = Wiring(found, dialect_of(self.root, found), [], context.text)
        self.sources = self.wiring.sources
        self.current = [[source.row for source in mine] for mine in self.sources]
        self.claimed = {index: number for index, (number, _) in self.lines.claims.items()}

    def run(self) -> Renumbering:
        if self.listed_by_comments():
            return Renumbering([], f"its comments count the first row as {LISTED}, {LIST}; such files are left alone")
        same = Alignment(tuple(range(len(self.rows))), len(self.rows))
        as_it_is = _Hypothesis(AS_IT_IS, self.current, same)
        stale = same.wrong(self.claimed)
        odd = self.wiring.problems(self.current)
        if self.before is not None:
            found, lost = self.by_before(self.before)
            if not found:
                return Renumbering([], lost)
        elif stale:
            told = self.by_comments()
            found = self.least_odd([as_it_is, *told])
            if odd and not told:
                found = self.explanations()
        elif odd:
            found = self.explanations()
            if not found and self.claimed:  # rows are where their comments say: nothing was moved
                found = [as_it_is]
        else:
            found = [as_it_is]
        if not found:
            return Renumbering([], f"{self.oddness()}, and no row put in or taken out explains it")
        if self.listed_by_numbers():
            found.append(_Hypothesis(f"row 0 counts as {LISTED}, {LIST}", self.current, same))
        comments = self.lines.edits() if self.commented else []
        return Renumbering([self.possibility(one, comments) for one in found])

    # What may have happened --------------------------------------------------------------------------------------

    def by_before(self, before: list[Row]) -> tuple[list[_Hypothesis], str]:
        """What the file before the edit leaves open: numbers of rows that were edited, and equal rows side by side."""
        alignments = by_rows(before, self.rows)
        if self.claimed:
            least = min(alignment.wrong(self.claimed) for alignment in alignments)
            alignments = [one for one in alignments if one.wrong(self.claimed) == least]
        old = [[source.written for source in sources_of(row)] for row in before]
        found: list[_Hypothesis] = []
        lost = ""
        for alignment in alignments:
            unchanged, right = self.kept(alignment, old)
            new = frozenset(range(len(self.rows))) - unchanged
            for kept in dict.fromkeys((right, right | new)):
                reads = moved(self.sources, alignment, kept)
                if reads is None:
                    lost = lost or self.lost(alignment, kept)
                elif all(reads != one.reads for one in found):
                    words = self.told(alignment)
                    if new - right and kept != right:
                        words += ", and rows that were edited already count with that"
                    found.append(_Hypothesis(words, reads, alignment))
        return self.least_odd(found), lost

    def kept(self, alignment: Alignment, old: list[list[int]]) -> tuple[frozenset[int], frozenset[int]]:
        """The rows that read what they did, as it was written then; and those already written as they must be."""
        now = alignment.now
        unchanged, right = set(), set()
        for index, sources in enumerate(self.sources):
            written, was = [source.written for source in sources], alignment.before[index]
            if was is None:
                continue
            if written == old[was]:
                unchanged.add(index)
            elif written == [number if number < 0 else now.get(number, number) for number in old[was]]:
                right.add(index)
        return frozenset(unchanged), frozenset(right)

    def lost(self, alignment: Alignment, kept: frozenset[int]) -> str:
        """Who reads a row that was taken out."""
        gone = set(alignment.deleted)
        assert self.before is not None
        for index, sources in enumerate(self.sources):
            for source in sources:
                if index not in kept and source.written in gone:
                    module = self.before[source.written].module
                    row = f"row {source.written} ({module}), which was taken out"
                    return f"row {index} reads {row}: say what it reads instead"
        return ""

    def by_comments(self) -> list[_Hypothesis]:
        """What stale comments say."""
        found: list[_Hypothesis] = []
        for alignment in by_comments(self.claimed, len(self.rows)):
            for kept in (frozenset[int](), frozenset(alignment.inserted)):
                reads = moved(self.sources, alignment, kept)
                if reads is not None and all(reads != one.reads for one in found):
                    words = self.told(alignment)
                    if kept and len(found) and found[-1].alignment == alignment:
                        words += ", which already counts with that"
                    found.append(_Hypothesis(words, reads, alignment))
        return found

    def explanations(self) -> list[_Hypothesis]:
        """The changes after which all numbers would be right and no more comments wrong."""
        found: list[tuple[Reads, list[Alignment]]] = []
        least = len(self.claimed)

        def explains(reads: Reads, count: int, first: int) -> bool:
            nonlocal least
            alignment = _shifted(len(self.rows), count, first)
            wrong = alignment.wrong(self.claimed)
            if wrong > least or self.wiring.problems(reads) or self.wiring.problems(self.actual(reads)):
                return False
            if wrong < least:
                found.clear()
            least = wrong
            same = next((alignments for other, alignments in found if other == reads), None)
            if same is None:
                found.append((reads, [alignment]))
            else:
                same.append(alignment)
            return True

        changes(self.sources, explains)
        stale = sum(index != number for index, number in self.claimed.items())
        if least > stale:
            return []
        return [_Hypothesis(self.either(alignments), reads, alignments[0]) for reads, alignments in found]

    def least_odd(self, found: list[_Hypothesis]) -> list[_Hypothesis]:
        """Those that leave the fewest oddities."""
        odd = [self.wiring.problems(self.actual(one.reads)) for one in found]
        return [one for one, count in zip(found, odd, strict=True) if count == min(odd)]

    def actual(self, reads: Reads) -> Reads:
        """What rows read when the numbers are written: those that count back stay."""
        return [
            [target if source.written >= 0 else source.row for target, source in zip(targets, mine, strict=True)]
            for targets, mine in zip(reads, self.sources, strict=True)
        ]

    # A backbone that returns a list ------------------------------------------------------------------------------

    def listed_by_comments(self) -> bool:
        """Whether comments count the first row as five, all the way."""
        behind = [number - index for index, number in self.claimed.items() if index]
        return len(behind) > 1 and all(more == LISTED - 1 for more in behind)

    def listed_by_numbers(self) -> bool:
        """Whether numbers that name no row do if the first one counts as five."""
        if all(source.written < index for index, mine in enumerate(self.sources) for source in mine):
            return False
        listed = [
            [max(0, source.written - LISTED + 1) if source.written >= 0 else source.row for source in mine]
            for mine in self.sources
        ]
        return self.wiring.problems(listed) == 0

    # Words and edits ---------------------------------------------------------------------------------------------

    def either(self, alignments: list[Alignment]) -> str:
        """What was put in or taken out, where several places come to the same."""
        if len(alignments) == 1 or len(alignments[0].inserted) != 1:
            return "; or ".join(self.told(alignment) for alignment in alignments[:4])
        named = [f"{row} ({self.rows[row].module})" for alignment in alignments for row in alignment.inserted]
        shown = named if len(named) <= 8 else [*named[:7], f"{len(named) - 7} more"]
        return f"row {', '.join(shown[:-1])} or {shown[-1]} was put in"

    def told(self, alignment: Alignment) -> str:
        """What was put in and taken out."""
        words = []
        inserted, deleted = alignment.inserted, alignment.deleted
        if inserted:
            words.append(f"{_rows([self.named(index) for index in inserted])} put in")
        if deleted and self.before is not None:
            words.append(f"{_rows([f'{old} ({self.before[old].module})' for old in deleted])} of before taken out")
        elif deleted:
            behind = [new for old, new in alignment.now.items() if old > deleted[0]]
            what = "a row" if len(deleted) == 1 else f"{len(deleted)} rows"
            where = f"before row {self.named(min(behind))}" if behind else "at the end"
            words.append(f"{what} {where} {'was' if len(deleted) == 1 else 'were'} taken out")
        return " and ".join(words) or AS_IT_IS

    def named(self, index: int) -> str:
        """A row with its module."""
        return f"{index} ({self.rows[index].module})"

    def oddness(self) -> str:
        """What is odd about the numbers as they stand."""
        for index, mine in enumerate(self.sources):
            for source in mine:
                if index and not 0 <= source.row < index:
                    return f"row {index} reads {source.written}, which is no row before it"
        dead = self.wiring.dead(self.current)
        if dead:
            return f"nothing reads row {dead[0]} ({self.rows[dead[0]].module})"
        level = self.wiring.unfinished(self.current)[0]
        return f"the head reads row {level} ({self.rows[level].module})"

    def possibility(self, hypothesis: _Hypothesis, comments: list[Edit]) -> Possibility:
        """An explanation with its edits."""
        edits, reads = [], []
        for index, (mine, targets) in enumerate(zip(self.sources, hypothesis.reads, strict=True)):
            changed = False
            shown = []
            for source, target in zip(mine, targets, strict=True):
                if source.written >= 0 and target != source.written:
                    edits.append(Edit(source.node.span, str(target)))
                    changed = True
                shown.append(str(target if source.written >= 0 else source.written))
            if changed:
                listed = isinstance(self.rows[index].items[0], Sequence)
                reads.append(f"row {index} reads [{', '.join(shown)}]" if listed else f"row {index} reads {shown[0]}")
        notes = tuple(
            f"row {index} ({self.rows[index].module}) reads {written}, across the change: that was row {meant}, and is "
            f"row {index + written} now; numbers that count back are left as they are"
            for index, written, meant in hypothesis.alignment.crossing(self.sources)
        )
        return Possibility(hypothesis.words, tuple(reads), edits, comments, notes)


def _shifted(count: int, moved: int, first: int) -> Alignment:
    """The alignment of rows put in (taken out, if negative) at once."""
    if moved > 0:
        rest = range(first, count - moved)
        return Alignment((*range(first), *[None] * moved, *rest), count - moved)
    return Alignment((*range(first), *range(first - moved, count - moved)), count - moved)


def _rows(named: list[str]) -> str:
    if len(named) == 1:
        return f"row {named[0]} was"
    shown = named if len(named) <= 6 else [*named[:5], f"{len(named) - 5} more"]
    return f"rows {', '.join(shown[:-1])} and {shown[-1]} were"


class _Lines:
    """Where index comments stand behind rows, and where they can be written."""

    def __init__(self, found: list[Row], root: Mapping, text: str) -> None:
        #: The number that the comment behind a row claims, and where it stands.
        self.claims: dict[int, tuple[int, tuple[int, int]]] = {}
        #: The end of the line of a row without a comment.
        self.free: dict[int, int] = {}
        #: What stands between a row and its comment in this file.
        self.gap = "  "
        alone = re.compile(r"[ \t]*,?[ \t]*(?:(?=\r?(?:\n|\Z))|(?<=[ \t])(?P<comment>#))")
        ends: dict[int, int] = {}
        written = list(_in_place(found, root))
        for row in written:
            for offset in {text.rfind("\n", 0, row.node.start), text.rfind("\n", 0, row.node.end)}:
                ends[offset] = ends.get(offset, 0) + 1
        for row in written:
            end = row.node.end
            behind = alone.match(text, end)
            if behind is None or ends[text.rfind("\n", 0, end)] > 1:
                continue
            if behind["comment"] is None:
                self.free[row.index] = behind.end()
                continue
            start = behind.start("comment")
            if text[start - 2] not in " \t":
                self.gap = " "
            newline = text.find("\n", start)
            claim = INDEX.match(text[start : newline if newline >= 0 else len(text)].rstrip())
            if claim is not None:
                self.claims[row.index] = int(claim[1]), (start + claim.start(1), start + claim.end(1))

    def edits(self) -> list[Edit]:
        """All index comments as they must be: stale ones mended, missing ones written."""
        edits = [Edit(span, str(index)) for index, (number, span) in self.claims.items() if number != index]
        edits += [Edit((end, end), f"{self.gap}# {index}") for index, end in self.free.items()]
        return sorted(edits)


def _in_place(found: list[Row], root: Mapping) -> Iterator[Row]:
    """The rows in brackets that are written where they are counted, and not where an alias fetches them from."""
    ends: dict[str, int] = {}
    for row in found:
        section = root.fields[row.section]
        begin = ends.get(row.section, section.start)
        if row.node.start >= begin and row.node.end <= section.end and isinstance(row.node, Sequence):
            ends[row.section] = row.node.end
            if row.node.flow:
                yield row
