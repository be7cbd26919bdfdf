"""Which row reads which: what the framework accepts although it is hardly meant.

Everything here is about row numbers alone, so it holds at every scale and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from convlint.document import Comment, Sequence, Span
from convlint.findings import Diagnostic, Edit, Label
from convlint.formats.rows import Reads, Source, changes, renumbered
from convlint.formats.yolo import findings
from convlint.formats.yolo.dialects import Dialect
from convlint.formats.yolo.reading import Row

#: Rows whose only effect is not in their output.
_SIDE_EFFECT = frozenset(["ImagePoolingAttn", "Silence"])
#: What a head hardly ever reads: maps that are put together or enlarged, and not yet convolved.
_UNFINISHED = frozenset(["Concat", "Chuncat", "nn.Upsample"])
_JOINS = frozenset(["Concat", "Chuncat", "Shortcut", "CBFuse"])
#: The row number that a comment begins with.
INDEX = re.compile(r"#+\s*([0-9]{1,18})\s*(?:$|[,:(]|-(?!>))")
#: Rows of which two or three are tried as inserted.
_SUSPECTS = 12
#: Rows that read what does not exist from which on it is one mistake.
_SEVERAL = 2
#: The part of the rows that has comments where a row without one looks put in.
_NEARLY_ALL = 0.75
_HEADLIKE = ("detect", "segment", "pose", "obb", "depth", "rtdetrdecoder", "panoptic", "keypoint", "ibin")


class Wiring:
    """The rows of a file and what they read."""

    def __init__(self, rows: list[Row], dialect: Dialect, comments: list[Comment], text: str) -> None:
        self.rows = rows
        self.dialect = dialect
        self.findings: list[Diagnostic] = []
        self.sources = [sources_of(row) for row in rows]
        self.usable = all(len(row.values) == 4 for row in rows)
        self.claimed = index_comments(rows, comments, text)

    def run(self) -> list[Diagnostic]:
        """All findings; one about the cause where one inserted or deleted row explains everything."""
        if not self.usable or len(self.rows) < 2:
            self.stale_comments()
            return self.findings
        current = [[source.row for source in sources] for sources in self.sources]
        if any(self.lacks_list(row) for row in self.rows):
            # What such a row was meant to read is not known.
            self.unfinished_levels(current)
            self.stale_comments()
            return self.findings
        if self.problems(current) and self.rows[0].number == 0 and self.shifted(current):
            return self.findings
        self.dead_rows(current)
        self.unfinished_levels(current)
        self.stale_comments()
        return self.findings

    # What is odd about row numbers -------------------------------------------------------------------------------

    def problems(self, reads: list[list[int]]) -> int:
        """How many things are odd: dead rows, unfinished levels, numbers that do not exist."""
        wrong = sum(not 0 <= source < max(index, 1) for index, row in enumerate(reads) for source in row if index)
        return wrong + len(self.dead(reads)) + len(self.unfinished(reads))

    def dead(self, reads: list[list[int]]) -> list[int]:
        """Rows that nobody reads, the last one and side effects left out."""
        read = {source for row in reads for source in row}
        return [
            row.index for row in self.rows[:-1] if row.index not in read and row.module not in _SIDE_EFFECT
        ]  # fmt: skip

    def unfinished(self, reads: list[list[int]]) -> list[int]:
        """Levels of the head that are a Concat or an Upsample; those of a Concat that a number names and that are."""
        last = self.rows[-1]
        if not self.is_head(last):
            return []
        return [
            source for source in reads[-1]
            if 0 <= source < len(self.rows) - 1 and self.rows[source].module in _UNFINISHED
        ]  # fmt: skip

    def is_head(self, row: Row) -> bool:
        """Whether a row reads the levels of a detector."""
        name = row.module.lower()
        return any(part in name for part in _HEADLIKE) and isinstance(row.values[0], list)

    def lacks_list(self, row: Row) -> bool:
        """Whether a row names one source where its module takes a list."""
        takes = row.module in _JOINS or row.module in self.dialect.heads
        return takes and not isinstance(row.values[0], list)

    def mismatches(self, moved: int = 0, first: int = 0) -> int:
        """Index comments that are wrong, supposing that rows from ``first`` on were moved by ``moved``."""
        return sum(number != index - (moved if index >= first else 0) for index, (number, _) in self.claimed.items())

    def missing(self) -> tuple[list[tuple[Row, int]], int | None]:
        """Rows of the head that read a row that does not exist yet, and by how much all its numbers are too high.

        None of these unless there are several, and no insertion or deletion explains them.
        """
        found = []
        for row, sources in zip(self.rows, self.sources, strict=True):
            late = [source.written for source in sources if source.written >= row.number]
            if late and row.section == "head":
                found.append((row, late[0]))
        if len(found) < _SEVERAL or not self.usable:
            return [], None
        first = next(row.index for row in self.rows if row.section == "head")
        fitting = []
        for shift in range(1, max(source for _, source in found) + 1):
            # Which rows of the backbone were meant is not known, and does not matter here.
            reads = [
                [source.row if source.written < 0 else max(source.written - shift, 0) for source in sources]
                if index >= first else [source.row for source in sources]
                for index, sources in enumerate(self.sources)
            ]  # fmt: skip
            reads = [[0 if s < first <= index else s for s in read] for index, read in enumerate(reads)]
            late = [s for index, read in enumerate(reads) if index >= first for s in read if s >= index]
            dead = [index for index in self.dead(reads) if index >= first]
            if not late and not dead and not self.unfinished(reads):
                fitting.append(shift)
        return found, fitting[0] if len(fitting) == 1 else None

    # One row inserted or deleted ---------------------------------------------------------------------------------

    def shifted(self, current: list[list[int]]) -> bool:
        """Find the insertions or the deletion that explain everything; report them with the right numbers."""
        found: list[tuple[int, int, int]] = []

        def explains(reads: Reads, moved: int, first: int) -> bool:
            if self.problems(reads) or self.hardly(current, reads):
                return False
            wrong = self.mismatches(moved, first + max(moved, 0)) if self.claimed else 0
            if self.claimed and wrong > self.mismatches():
                return False
            found.append((wrong, moved, first))
            return True

        likeliest = changes(self.sources, explains)
        if not likeliest or likeliest[0][0] != 1:
            if self.several(current):
                return True
            if not likeliest:
                return False
        least = min(wrong for wrong, _, _ in found)
        candidates = [(moved, first) for wrong, moved, first in found if wrong == least]
        if (
            (1, 1) in candidates
            and self.added(self.rows[0])
            and renumbered(self.sources, 0, 1) == renumbered(self.sources, 1, 1)
        ):
            candidates.append((1, 0))
        moved, first = min(candidates, key=lambda candidate: self.oddness(*candidate))
        inserted = list(range(first, first + moved))
        others = [other for _, other in candidates if other != first] if moved > 0 else []
        self.report_shift(first, inserted, renumbered(self.sources, first, moved), others)
        return True

    def hardly(self, current: list[list[int]], reads: Reads) -> bool:
        """Whether one list would be changed for one row that nobody reads: it may be left out on purpose."""
        changed = sum(before != after for before, after in zip(current, reads, strict=True))
        return changed == 1 and self.problems(current) == len(self.dead(current)) == 1

    def several(self, current: list[list[int]]) -> bool:
        """Find two or three rows, not one behind the other, that were inserted and explain everything."""
        suspects = [row.index for row in self.rows if self.added(row)]
        for count in (2, 3):
            if len(suspects) > _SUSPECTS:
                break
            for inserted in combinations(suspects, count):
                kept = [index for index in range(len(self.rows)) if index not in inserted]
                reads = [
                    [
                        kept[source.written] if 0 <= source.written < len(kept) else source.row
                        for source in (sources if index not in inserted else [])
                    ] or current[index]
                    for index, sources in enumerate(self.sources)
                ]  # fmt: skip
                wrong = sum(kept[number] != index for index, (number, _) in self.claimed.items() if number < len(kept))
                if not self.problems(reads) and wrong <= self.mismatches():
                    self.report_shift(inserted[0], list(inserted), reads, [])
                    return True
        return False

    def added(self, row: Row) -> bool:
        """Whether a row looks put in: a module of somebody's own, or no comment where nearly all rows have one."""
        if row.index not in self.claimed and len(self.claimed) >= _NEARLY_ALL * len(self.rows):
            return True
        name = row.module
        tables = (self.dialect.base, self.dialect.heads, self.dialect.through, self.dialect.special)
        return bool(name) and not name.startswith("nn.") and not any(name in table for table in tables)

    def oddness(self, moved: int, first: int) -> tuple[int, int]:
        """The likeliest inserted row looks put in, is of a module that the file has once only, or has no comment."""
        if moved < 0:
            return (0, first)
        row = self.rows[first]
        same = sum(other.module == row.module for other in self.rows)
        plain = 0 if self.added(row) else 1 if same == 1 else 2 if first not in self.claimed else 3
        if row.module in _UNFINISHED or self.is_head(row):
            plain += 4
        return (plain, first)

    def report_shift(self, first: int, inserted: list[int], reads: Reads, others: list[int]) -> None:
        """One finding: the rows that were probably inserted (none: one was deleted), and the right numbers."""
        edits: list[Edit] = []
        labels: list[Label] = []
        for index, sources in enumerate(self.sources):
            for source, target in zip(sources, reads[index], strict=True):
                if target != source.row and source.written >= 0:
                    edits.append(Edit(source.node.span, str(target)))
                    if len(labels) < 4:
                        module = self.rows[source.row].module if source.row < len(self.rows) else "nothing"
                        labels.append(Label(source.node.span, f"reads {module}; row {target} was meant"))
        if not edits:
            return
        dead = self.dead([[source.row for source in sources] for sources in self.sources])
        notes = []
        if dead:
            listed = ", ".join(str(index) for index in dead[:5])
            notes.append(
                f"as it stands nothing reads row {listed}"
                if len(dead) == 1
                else f"as it stands nothing reads rows {listed}"
            )
        unfinished = self.unfinished([[source.row for source in sources] for sources in self.sources])
        if unfinished:
            what = ", ".join(f"{index} ({self.rows[index].module})" for index in unfinished[:5])
            notes.append(f"as it stands the head reads row {what}")
        others = sorted(set(others))
        if others:
            notes.append(f"the same would follow if row {', '.join(map(str, others[:6]))} had been inserted instead")
        right = [
            f"row {index} reads {_written(reads[index], sources)}"
            for index, sources in enumerate(self.sources)
            if any(t != s.row and s.written >= 0 for t, s in zip(reads[index], sources, strict=True))
        ]
        self.findings.append(findings.shifted_sources(self.rows[first], inserted, edits, labels, notes, right))

    # Single findings ---------------------------------------------------------------------------------------------

    def dead_rows(self, reads: list[list[int]]) -> None:
        """Rows that nobody reads, unless a number elsewhere is known to be wrong."""
        if any(not 0 <= source < max(index, 1) for index, row in enumerate(reads) for source in row if index):
            return
        for index in self.dead(reads):
            row, after = self.rows[index], self.rows[index + 1]
            labels = []
            sources = self.sources[index + 1]
            if sources:
                read = ", ".join(str(self.rows[source.row].number) for source in sources)
                labels.append(Label(after.items[0].span, f"the next row reads {read} instead"))
            self.findings.append(
                Diagnostic(
                    "CL014", f"nothing reads row {row.number} ({row.module})", row.span, "never read", labels,
                    help="let a later row read it, or delete it and renumber", layer=f"model.{index}",
                )
            )  # fmt: skip

    def unfinished_levels(self, reads: list[list[int]]) -> None:
        """Levels of the head that are a Concat or an Upsample."""
        for index in self.unfinished(reads):
            source = next(source for source in self.sources[-1] if source.row == index)
            head, after = self.rows[-1], self.rows[index + 1]
            usual = after if after is not head else None
            self.findings.append(findings.head_reads_concat(head, source.node.span, self.rows[index], usual))

    def stale_comments(self) -> None:
        """Index comments that do not name their row: one finding, at the first of them."""
        wrong = [
            (self.rows[index].number, number, span)
            for index, (number, span) in self.claimed.items()
            if number != self.rows[index].number
        ]
        if wrong:
            self.findings.append(findings.stale_index_comment(wrong))


def _written(targets: list[int], sources: list[Source]) -> str:
    shown = [
        str(target if source.written >= 0 else source.written) for target, source in zip(targets, sources, strict=True)
    ]
    return "[" + ", ".join(shown) + "]"


def sources_of(row: Row) -> list[Source]:
    """The entries of ``from`` that are numbers."""
    if len(row.items) != 4:
        return []
    node = row.items[0]
    nodes = node.items if isinstance(node, Sequence) else [node]
    values = row.values[0] if isinstance(row.values[0], list) else [row.values[0]]
    return [
        Source(value, _place(row, value), item)
        for value, item in zip(values, nodes, strict=True)
        if isinstance(value, int)
    ]


def _place(row: Row, source: int) -> int:
    """The place of the row that a number means."""
    if not row.index:
        return source
    number = source if source >= 0 else row.number + source
    before = row.number - row.index
    return max(number - before, 0) if before else number


def comments_behind(rows: list[Row], comments: list[Comment], text: str) -> Iterator[tuple[Row, Comment]]:
    """Rows with the comment that stands behind them on their line."""
    following = iter(comments)
    comment = next(following, None)
    for row in rows:
        if not isinstance(row.node, Sequence) or not row.node.flow:
            continue
        end = row.node.end
        while comment is not None and comment.start < end:
            comment = next(following, None)
        if comment is None:
            break
        if "\n" not in text[end : comment.start]:
            yield row, comment


def index_comments(rows: list[Row], comments: list[Comment], text: str) -> dict[int, tuple[int, Span]]:
    """The row number that the comment on the line of a row claims, and where it stands."""
    found: dict[int, tuple[int, Span]] = {}
    for row, comment in comments_behind(rows, comments, text):
        claim = INDEX.match(comment.text)
        if claim is not None:
            start = comment.start + claim.start(1)
            found[row.index] = (int(claim.group(1)), (start, start + len(claim.group(1))))
    return found
