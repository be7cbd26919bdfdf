"""Model files of ultralytics, YOLOv5, YOLOv7 and YOLOv9. See ``docs/yolo.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.catalogue import Row, Severity
from convlint.formats.yolo.options import OPTIONS as OPTIONS

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.formats.lowered import Context, Lowered

NAME = "yolo"
TITLE = "Model files of YOLO"
LOOKED_FOR = "the keys `backbone` and `head` with rows [from, repeats, module, args]"
VARIANT = "scale"
#: The frameworks keep the last of two equal keys.
SEVERITIES = {"CL002": Severity.WARNING}
RULES: tuple[Row, ...] = ()


def recognise(document: Document, named: bool) -> bool:
    """By ``backbone`` and ``head``, one of which holds rows; by one of them beside another key of such files."""
    from convlint.formats.yolo import recognition

    return recognition.recognise(document, named)


def may_be(text: str) -> bool:
    """Whether one of the words that are keys of such files occurs where it can be a key."""
    from convlint.formats.yolo import recognition

    return recognition.may_be(text)


def looks_like(text: str) -> bool:
    """Whether a line of the text begins with ``backbone:`` or ``head:``."""
    from convlint.formats.yolo import recognition

    return recognition.looks_like(text)


def lower(document: Document, context: Context | None = None) -> Lowered:
    """Build the networks of all scales."""
    from convlint.formats.lowered import Context
    from convlint.formats.yolo.reading_file import read_file

    return read_file(document, context or Context())
