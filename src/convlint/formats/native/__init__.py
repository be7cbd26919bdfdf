"""The native format: ``torch.nn`` in YAML. See ``docs/format.md``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convlint.catalogue import Row, Severity
from convlint.formats.options import Option

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.formats.lowered import Context, Lowered

NAME = "native"
TITLE = "Native files"
LOOKED_FOR = "a top-level key `convlint`, or `input` and `layers`"
VARIANT = "variant"
SEVERITIES: dict[str, Severity] = {}
OPTIONS: tuple[Option, ...] = ()

_KEY = re.compile(r"""^\s*(?:\{\s*)?["']?convlint["']?\s*:""", re.MULTILINE)
RULES: tuple[Row, ...] = ()


def recognise(document: Document, named: bool) -> bool:
    """By the top-level key ``convlint``; a file named on the command line also by ``input`` and ``layers``."""
    from convlint.document import Mapping

    root = document.root
    if not isinstance(root, Mapping):
        return False
    return "convlint" in root.fields or (named and "input" in root.fields and "layers" in root.fields)


def may_be(text: str) -> bool:
    """Whether the word ``convlint`` occurs."""
    return "convlint" in text


def looks_like(text: str) -> bool:
    """Whether a line of the text begins with the key ``convlint``."""
    return _KEY.search(text) is not None


def lower(document: Document, context: Context | None = None) -> Lowered:
    """Validate a document and turn it into one network."""
    from convlint.formats.native.reading import read_file

    return read_file(document)
