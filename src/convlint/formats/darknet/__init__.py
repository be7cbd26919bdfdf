"""Darknet's ``.cfg`` files, AlexeyAB's and pjreddie's. See ``docs/darknet.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.catalogue import Severity
from convlint.formats.darknet.options import OPTIONS as OPTIONS

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.formats.lowered import Context, Lowered

NAME = "darknet"
LOOKED_FOR = "the sections of a Darknet .cfg, of which [net] is the first"
VARIANT = "variant"
#: Darknet divides whole numbers and goes on.
SEVERITIES = dict.fromkeys(("CL202", "CL203", "CL205", "CL207", "CL208"), Severity.WARNING)


def recognise(document: Document, named: bool) -> bool:
    """By its sections: the first is ``[net]``; one that was named may also have it further below, or not at all."""
    from convlint.formats.darknet import recognition

    return recognition.recognise(document, named)


def may_be(text: str) -> bool:
    """Whether a line is ``[net]``."""
    from convlint.formats.darknet import recognition

    return recognition.may_be(text)


def looks_like(text: str) -> bool:
    """Whether a line is ``[net]``."""
    return may_be(text)


def lower(document: Document, context: Context | None = None) -> Lowered:
    """Build the network."""
    from convlint.formats.darknet.lowering import lower as build
    from convlint.formats.lowered import Context

    return build(document, context or Context())
