"""A format of one folder: nothing outside of it knows its name, and only ``test_toy.py`` registers it.

A file says what comes in, then a layer a line: ``in 3x32x32``, ``conv 16 3 pad 1``, ``pool 2``.
"""

from __future__ import annotations

from convlint.catalogue import Severity, Sort
from convlint.document import Document, Scalar, Sequence
from convlint.document.assembly import LAST_COUNTS
from convlint.document.syntax import Syntax
from convlint.formats.lowered import Context, Lowered
from convlint.formats.options import Option
from tests.formats.toy import lowering, reading

NAME = "toy"
TITLE = "Toy files"
LOOKED_FOR = "lines that begin with `in`, `conv` and `pool`"
VARIANT, KEYS = "variant", ()
SEVERITIES = {"CL105": Severity.WARNING}
OPTIONS = (Option("size", "height and width of the input of toy files", ("--toy-size",), "N", partial=True),)
RULES = (("TY001", "toy-word", Severity.ERROR, True, Sort.NOTATION, "a line that is no layer"),)
SYNTAX = Syntax("toy", (".toy",), reading.documents, reading.comments, "%", lambda new, *_: new, LAST_COUNTS)


def recognise(document: Document, named: bool) -> bool:
    """By the first word."""
    root = document.root
    line = root.items[0] if isinstance(root, Sequence) and root.items else None
    word = line.items[0] if isinstance(line, Sequence) and line.items else None
    return isinstance(word, Scalar) and word.text == "in"


def may_be(text: str) -> bool:
    """Whether a line begins with ``in``."""
    return "\nin " in f"\n{text}"


looks_like = may_be


def lower(document: Document, context: Context | None = None) -> Lowered:
    """Build the network."""
    return lowering.lower(document, context or Context())
