"""A checked text, and the way from an older text to a newer one."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import NamedTuple

from convlint import formats
from convlint.derive import Derivation
from convlint.document import Document, Reading, Source, Span, read
from convlint.findings import Diagnostic, Edit
from convlint.findings.edits import moved
from convlint.formats.editing import Editing, Item
from convlint.formats.lowered import Context
from convlint.session.session import Checked, Session


class Part(NamedTuple):
    """One document of a text that describes networks, and what its format says of it."""

    document: Document
    format: formats.Format
    context: Context
    editing: Editing
    outline: list[Item]


class View:
    """What is known of a text.

    ``chosen`` is the variant that is looked at, where there are several, ``findings`` are those to be shown (None:
    all).
    """

    def __init__(
        self, session: Session, checked: Checked, chosen: str | None = None, findings: list[Diagnostic] | None = None
    ) -> None:
        self.session = session
        self.checked = checked
        self.result = checked.result
        self.source: Source = checked.result.source
        self.chosen = chosen
        self.findings = checked.result.findings if findings is None else findings

    @property
    def readable(self) -> bool:
        """Whether the text says anything about layers."""
        return bool(self.result.derivations)

    @cached_property
    def derivations(self) -> list[Derivation]:
        """What follows: of several variants for the chosen one, or the first."""
        found = self.result.derivations
        mine = [one for one in found if one.network.variant == self.chosen]
        first = found[0].network.variant if found else None
        return mine or [one for one in found if one.network.variant == first]

    @cached_property
    def reading(self) -> Reading:
        """The text as a tree."""
        return read(self.source)

    @cached_property
    def parts(self) -> list[Part]:
        """The documents that describe networks and whose format knows what editors ask."""
        found = []
        for document in self.reading.documents:
            format = formats.recognise(document, True)
            editing = None if format is None else formats.edited(format)
            if format is not None and editing is not None:
                context = self.session.context(self.checked, self.source, self.reading, format)
                found.append(Part(document, format, context, editing, editing.outline(document, context)))
        return found

    def let_go(self) -> None:
        """Free what is known of the text: nobody will ask about it again."""
        for derivation in self.result.derivations:
            derivation.let_go()

    def part(self, offset: int) -> Part | None:
        """The document around an offset: the last one that begins before it, else the first."""
        before = [one for one in self.parts if one.document.root.start <= offset]
        return (before or self.parts[:1] or [None])[-1]  # type: ignore[list-item]


class Shift:
    """Where places of a text are after somebody changed it, and the other way round: as if one piece were replaced."""

    def __init__(self, before: str, after: str) -> None:
        self.forth: Edit | None = None
        self.back: Edit | None = None
        if before == after:
            return
        most = min(len(before), len(after))
        start = _common(before, after, most)
        rest = most - start
        end = _common(before[start:][::-1], after[start:][::-1], rest)
        first, last = (start, len(before) - end), (start, len(after) - end)
        self.forth = Edit(first, after[slice(*last)])
        self.back = Edit(last, before[slice(*first)])

    def new(self, span: Span) -> Span:
        """Where a place of the older text is."""
        return span if self.forth is None else moved(span, [self.forth])

    def finding(self, found: Diagnostic) -> Diagnostic:
        """A finding about the older text, where it is in the newer one; without fixes, which were made for that."""
        there = copy(found)
        there.span = self.new(found.span)
        there.labels = [label._replace(span=self.new(label.span)) for label in found.labels]
        there.fixes = []
        return there

    def old(self, offset: int) -> int:
        """Where an offset of the newer text was."""
        return offset if self.back is None else moved((offset, offset), [self.back])[0]


def _common(one: str, other: str, most: int) -> int:
    """How many characters two texts have in common at their beginnings."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
