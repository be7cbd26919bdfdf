"""Darknet's ``.cfg`` files, AlexeyAB's and pjreddie's. See ``docs/darknet.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.catalogue import Row, Severity, Sort
from convlint.formats.darknet.options import OPTIONS as OPTIONS

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.formats.editing import Editing
    from convlint.formats.lowered import Context, Lowered

NAME = "darknet"
TITLE = "Darknet .cfg files"
LOOKED_FOR = "the sections of a Darknet .cfg, of which [net] is the first"
KEYS: tuple[str, ...] = ()
VARIANT = "variant"
#: Darknet divides whole numbers and goes on.
SEVERITIES = dict.fromkeys(("CL202", "CL203", "CL205", "CL207", "CL208"), Severity.WARNING)

_ERROR, _WARNING, _READING = Severity.ERROR, Severity.WARNING, Sort.NOTATION
# fmt: off
RULES: tuple[Row, ...] = (
    ("DK001", "head-filters", _ERROR, True, _READING, "filters before a head that do not fit its classes and masks"),
    ("DK002", "anchor-count", _WARNING, True, _READING, "anchors that are not as many as `num` says"),
    ("DK003", "mask-range", _WARNING, True, _READING, "a mask that names an anchor that is not there"),
    ("DK004", "joined-numbers", _WARNING, True, _READING, "blanks inside a value, which Darknet deletes"),
    ("DK005", "unknown-layer", _ERROR, True, _READING, "a layer number that names no earlier layer"),
    ("DK006", "shifted-layers", _ERROR, True, _READING, "a layer was inserted and the numbers behind it were not changed"),
    ("DK007", "needs-map", _ERROR, True, _READING, "a section that reads a map where there is none"),
    ("DK008", "unknown-section", _ERROR, True, _READING, "a section that Darknet does not know"),
    ("DK009", "unknown-option", _WARNING, True, _READING, "an option that Darknet ignores"),
    ("DK010", "cut-number", _WARNING, True, _READING, "a number of which Darknet reads the beginning only"),
    ("DK011", "stray-line", _WARNING, True, _READING, "a line that is no section, option or comment"),
    ("DK012", "first-section", _ERROR, True, _READING, "a first section that is not [net]"),
    ("DK013", "no-input-size", _ERROR, True, _READING, "a network that does not say what it reads"),
    ("DK014", "unknown-activation", _WARNING, True, _READING, "an activation that Darknet replaces by relu"),
    ("DK015", "shortcut-size", _ERROR, True, _READING, "a shortcut between maps of different sizes"),
    ("DK016", "gate-size", _ERROR, True, _READING, "a gate that does not fit the map that it scales"),
)
# fmt: on


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


def editor() -> Editing:
    """What there is for whoever edits a file."""
    from convlint.formats.darknet import editing

    return editing
