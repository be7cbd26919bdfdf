"""From a name or a number to the layer that it means, and to all that read it."""

from __future__ import annotations

import re
from typing import NamedTuple

from convlint.document import Span
from convlint.findings import Edit
from convlint.findings.edits import prepared
from convlint.formats.editing import OUTPUT, Item
from convlint.ide.view import Part, View

#: A name that needs no quotes, and that no part of a Split could be meant by.
_NAME = re.compile(r"[A-Za-z_][\w-]*")


class Meant(NamedTuple):
    """An item that a place names, and where it is named there."""

    part: Part
    item: int
    span: Span


def meant(view: View, offset: int) -> Meant | None:
    """What is named at an offset: by a reading of it, by its own name, or by its type."""
    part = view.part(offset)
    if part is None:
        return None
    for place, item in enumerate(part.outline):
        for read in item.reads:
            if read.span[0] <= offset <= read.span[1] and read.target is not None:
                return Meant(part, read.target, read.span)
        for span in (item.named, item.span):
            if span is not None and span[0] <= offset <= span[1] and item.kind != OUTPUT:
                return Meant(part, place, span)
    return None


def definition(view: View, offset: int) -> Span | None:
    """Where the item is written that a place names."""
    found = meant(view, offset)
    return None if found is None else _place(found.part.outline[found.item])


def references(view: View, offset: int, declaration: bool = False) -> list[Span]:
    """Where the item that a place names is read, and with ``declaration`` where it is written."""
    found = meant(view, offset)
    if found is None:
        return []
    spans = [_place(found.part.outline[found.item])] if declaration else []
    return spans + [read.span for item in found.part.outline for read in item.reads if read.target == found.item]


def _place(item: Item) -> Span:
    return item.named or item.span


def renameable(view: View, offset: int) -> Span | str:
    """The name at an offset, if it can be changed, else why not in words."""
    found = meant(view, offset)
    if found is None:
        return "there is no name here"
    item = found.part.outline[found.item]
    if item.named is None:
        return "rows are called by their numbers" if item.numbered else f"this {item.type} has no name"
    named = found.span in (item.named, item.span)
    return item.named if named else found.span


def rename(view: View, offset: int, new: str) -> list[Edit] | str:
    """The edits that give an item another name, or why that cannot be."""
    if isinstance(words := renameable(view, offset), str):
        return words
    found = meant(view, offset)
    assert found is not None
    outline = found.part.outline
    item = outline[found.item]
    assert item.named is not None
    if not _NAME.fullmatch(new):
        return "a name has letters, digits, - and _, and begins with a letter"
    if new != item.name and any(other.name == new for other in outline):
        return f"`{new}` is the name of another layer"
    spans = [item.named, *(read.span for one in outline for read in one.reads if read.target == found.item)]
    edits = prepared([Edit(span, new, word=True) for span in dict.fromkeys(spans)], view.source, view.reading.documents)
    return edits if edits is not None else "the name stands in several places through an alias"
