"""The config formats, in the order in which they are tried."""

from __future__ import annotations

from typing import Protocol

from convlint.document import Document
from convlint.formats import native, yolo
from convlint.formats.lowered import Context, Lowered


class Format(Protocol):
    """What a format's package offers."""

    #: What a file of this format has, for the message about a file that has it not.
    LOOKED_FOR: str
    #: Under which name the catalogue keeps severities of its own.
    FAMILY: str

    def recognise(self, document: Document, named: bool) -> bool:
        """Whether a document is of this format; ``named`` on the command line, less proof is enough."""

    def may_be(self, text: str) -> bool:
        """Whether a text can be of this format, tested without parsing it; True rather than miss one."""

    def looks_like(self, text: str) -> bool:
        """A cheap guess for a text that cannot be parsed."""

    def lower(self, document: Document, context: Context | None = None) -> Lowered:
        """Validate a document and turn it into networks."""


FORMATS: tuple[Format, ...] = (native, yolo)


def recognise(document: Document, named: bool) -> Format | None:
    """The format of a document, or None."""
    return next((format for format in FORMATS if format.recognise(document, named)), None)


def may_be_network(text: str) -> bool:
    """Whether it is worth parsing a text that nobody named."""
    return any(format.may_be(text) for format in FORMATS)


def looks_like_network(text: str) -> bool:
    """Whether an unreadable text was probably meant to be a network description."""
    return any(format.looks_like(text) for format in FORMATS)
