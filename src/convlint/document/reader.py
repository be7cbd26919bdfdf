"""Text to documents, by the rules of the syntax that the name of the file tells."""

from __future__ import annotations

from functools import cached_property

from convlint.document.assembly import MAX_BYTES, Refused
from convlint.document.nodes import Document, Problem
from convlint.document.source import Comment, Source
from convlint.document.syntax import syntax_of


class Reading:
    """What a text turned out to hold: its documents, or the one problem that made it unreadable."""

    def __init__(self, source: Source, documents: list[Document], problem: Problem | None) -> None:
        self.source = source
        self.documents = documents
        self.problem = problem

    @cached_property
    def comments(self) -> list[Comment]:
        """All comments, in order; of an unreadable text nobody knows them."""
        if self.problem is not None:
            return []
        return syntax_of(self.source).comments(self.source.text, self.documents)


def read(source: Source) -> Reading:
    """Read every document of a text. Never raises; an empty text has no documents."""
    try:
        _refuse_large(source.text)
        return Reading(source, syntax_of(source).read(source.text), None)
    except Refused as refusal:
        return Reading(source, [], refusal.problem)


def _refuse_large(text: str) -> None:
    size = len(text)
    if not text.isascii() and size <= MAX_BYTES:
        try:
            size = len(text.encode())
        except UnicodeEncodeError as error:
            message = f"found half a character, U+{ord(text[error.start]):04X}"
            raise Refused(Problem("CL001", message, (error.start, error.start + 1))) from None
    if size > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB, and no more is read"
        raise Refused(Problem("CL022", message, (0, 0)))
