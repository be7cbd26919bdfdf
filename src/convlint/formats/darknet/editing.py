"""A Darknet file for whoever edits it."""

from __future__ import annotations

from collections.abc import Sequence

from convlint.document import Document, Mapping, Span
from convlint.document import Sequence as List
from convlint.document.cursor import Cursor
from convlint.document.cursor import in_sections as cursor
from convlint.formats.darknet.keys import ACTIVATIONS, ACTIVATIONS_HERE, ALEXEYAB, PJREDDIE, SAME, dialect_of, known
from convlint.formats.darknet.lowering import SOURCES, target
from convlint.formats.darknet.options import Options
from convlint.formats.darknet.reading import Section
from convlint.formats.editing import ARGUMENT, INPUT, LAYER, NUMBER, TYPE, VALUE, Choice, Item, Offer, Read
from convlint.formats.lowered import Context

__all__ = ["choices", "cursor", "offers", "outline"]


def _sections(document: Document | None, text: str) -> list[Section]:
    root = None if document is None else document.root
    nodes = [node for node in root.items if isinstance(node, Mapping)] if isinstance(root, List) else []
    return [Section(index - 1, node, text) for index, node in enumerate(nodes)]


def outline(document: Document, context: Context) -> list[Item]:
    """What [net] says of the input, and the layers."""
    found = []
    for section in _sections(document, context.text):
        extent = section.node.extent
        if section.index < 0:
            found.append(Item("", "net", INPUT, extent, section.heading))
            continue
        key = SOURCES.get(section.name)
        reads = []
        for item in section.items(key) if key is not None else ():
            read = target(section, item)
            reads.append(Read(item.span, read + 1 if 0 <= read < section.index else None))
        name = section.name or section.written
        found.append(Item(str(section.index), name, LAYER, extent, section.heading, reads=tuple(reads), numbered=True))
    return found


def choices(cursor: Cursor, outline: Sequence[Item], context: Context, document: Document | None) -> list[Choice]:
    """Sections, their options, activations, and numbers of earlier layers."""
    options: Options = context.options or Options()
    words = [(section.name, set(section.node.fields)) for section in _sections(document, context.text)]
    dialect = options.dialect or dialect_of(words)
    mine = [known(dialect)] if dialect else [known(ALEXEYAB), known(PJREDDIE)]
    step = cursor.path[0]
    if step == "[":
        return [Choice(name, TYPE) for name in sorted({name for table in mine for name in table})]
    section = SAME.get(cursor.top, cursor.top)
    if step is None:
        keys = sorted({key for table in mine for key in table.get(section, ())} - cursor.beside.keys())
        return [Choice(key, ARGUMENT, f"[{section}]", after="=") for key in keys]
    if step == "activation":
        here = [ACTIVATIONS_HERE[dialect]] if dialect else list(ACTIVATIONS_HERE.values())
        return [Choice(word, VALUE) for word in sorted(ACTIVATIONS.union(*here))]
    if step == SOURCES.get(section):
        begun = [(place, item) for place, item in enumerate(outline) if item.extent[0] < cursor.word[0]]
        earlier = [(place, item) for place, item in begun[:-1] if item.numbered]
        return [Choice(item.name, NUMBER, item.type, item=place) for place, item in reversed(earlier)]
    return []


def offers(document: Document, context: Context, span: Span) -> list[Offer]:
    """Darknet knows all there is to know."""
    return []
