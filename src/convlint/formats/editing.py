"""What a format says of a file for whoever edits it: its outline, what may be written at a place, what may be added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from convlint.document import Span
from convlint.findings import Edit

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.document.cursor import Cursor
    from convlint.formats.lowered import Context

#: What a choice is.
TYPE, ARGUMENT, VALUE, NAME, NUMBER = "type", "argument", "value", "name", "number"
#: What an item is, besides a layer.
INPUT, LAYER, GROUP, OUTPUT = "input", "layer", "group", "output"


class Read(NamedTuple):
    """One reading of an item: where its name or number is written; ``target`` is its place in the outline, if any."""

    span: Span
    target: int | None


class Item(NamedTuple):
    """A layer, a row, a section or an input, as it is written.

    ``name`` is what others read it by (a number if ``numbered``), ``span`` the place of the word that it is found by,
    ``extent`` all that is written of it.  ``named`` is where a name is written that may be changed.  ``inside`` is the
    place in the outline of the group around it.
    """

    name: str
    type: str
    kind: str
    extent: Span
    span: Span
    named: Span | None = None
    reads: tuple[Read, ...] = ()
    inside: int | None = None
    numbered: bool = False


class Choice(NamedTuple):
    """Something that may be written at a place, and what is written ``after`` it.

    ``item`` is the place in the outline of what it names.
    """

    text: str
    kind: str
    detail: str = ""
    about: str = ""
    item: int | None = None
    after: str = ""


class Offer(NamedTuple):
    """A change that nobody needs and that may be what somebody wants."""

    title: str
    edits: list[Edit]


class Editing(Protocol):
    """What the module ``editing`` of a format's package offers, if it has one."""

    def outline(self, document: Document, context: Context) -> list[Item]:
        """What stands in a document, in order, a group before what is in it."""

    def cursor(self, text: str, offset: int) -> Cursor | None:
        """Where in a text somebody writes; None where nothing can be proposed."""

    def choices(
        self, cursor: Cursor, outline: Sequence[Item], context: Context, document: Document | None
    ) -> list[Choice]:
        """What may be written there. The outline and the document are those of the text when it was last readable."""

    def offers(self, document: Document, context: Context, span: Span) -> list[Offer]:
        """What may be added for what is written at a place."""
