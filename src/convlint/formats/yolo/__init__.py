"""Model files of ultralytics, YOLOv5, YOLOv7 and YOLOv9. See ``docs/yolo.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.catalogue import Row, Severity, Sort
from convlint.formats.yolo.options import OPTIONS as OPTIONS
from convlint.formats.yolo.options import VARIANT as VARIANT

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.formats.editing import Editing
    from convlint.formats.lowered import Context, Lowered, Stock
    from convlint.formats.renumbering import Renumbering
    from convlint.formats.yolo.options import Options
    from convlint.model.network import Shape

NAME = "yolo"
TITLE = "Model files of YOLO"
LOOKED_FOR = "the keys `backbone` and `head` of a YOLO model file"
KEYS: tuple[str, ...] = ("backbone", "head")
#: The frameworks keep the last of two equal keys.
SEVERITIES = {"CL002": Severity.WARNING}

_ERROR, _WARNING, _INFO, _READING = Severity.ERROR, Severity.WARNING, Severity.INFO, Sort.NOTATION
#: What is wrong in the notation (what is found by deriving is in ``rules/yolo``), under codes older than prefixes.
# fmt: off
RULES: tuple[Row, ...] = (
    ("CL013", "index-out-of-range", _ERROR, True, _READING, "a row number that does not exist, or not yet"),
    ("CL019", "stale-index-comment", _WARNING, True, _READING, "a comment with another row number than the row's"),
    ("CL027", "shifted-sources", _WARNING, True, _READING, "a row was inserted and the row numbers behind it were not renumbered"),
    ("CL030", "row-shape", _ERROR, True, _READING, "a row that is not [from, repeats, module, args]"),
    ("CL031", "first-row-source", _ERROR, True, _READING, "a first row that reads anything but the image"),
    ("CL032", "head-reads-concat", _WARNING, True, _READING, "a head that reads a Concat or an Upsample"),
    ("CL035", "unscaled-literal", _WARNING, True, _READING, "a channel count that the width does not scale"),
    ("CL036", "literal-channels-mismatch", _ERROR, True, _READING, "input channels written out that do not arrive"),
    ("CL037", "raw-torch-module", _WARNING, True, _READING, "a torch.nn module whose output channels are not recorded"),
    ("CL038", "source-must-be-one", _ERROR, True, _READING, "a list of sources where one row is read"),
    ("CL039", "source-must-be-list", _ERROR, True, _READING, "one source where a list of rows is read"),
    ("CL040", "repeated-shape-change", _ERROR, True, _READING, "repeats of a module that changes its channels"),
    ("CL041", "head-arguments", _ERROR, True, _READING, "arguments that a head does not take"),
    ("CL042", "head-levels", _ERROR, True, _READING, "a head that reads another number of maps than it needs"),
    ("CL043", "anchor-levels", _ERROR, True, _READING, "anchors that do not fit the levels of the head"),
    ("CL045", "head-not-last", _ERROR, True, _READING, "a last row that is no head"),
    ("CL046", "scale-keys", _ERROR, True, _READING, "a scale that is missing or is not [depth, width, max_channels]"),
    ("CL048", "missing-model-key", _ERROR, True, _READING, "a key without which there is no model"),
    ("CL049", "channels-must-match", _ERROR, True, _READING, "a block that adds its input to other channels"),
    ("CL050", "attention-heads", _ERROR, True, _READING, "attention heads that do not divide the channels"),
    ("CL052", "fuse-mismatch", _ERROR, True, _READING, "parts of CBLinear that CBFuse cannot add"),
    ("CL053", "even-kernel-grows", _WARNING, True, _READING, "an even kernel whose automatic padding adds a row"),
    ("CL054", "injected-argument", _WARNING, True, _READING, "input channels written although they are injected"),
    ("CL055", "argument-count", _ERROR, True, _READING, "too few or too many arguments"),
    ("CL056", "bad-string-argument", _ERROR, True, _READING, "text among the arguments that is no value"),
    ("CL057", "stale-channels", _ERROR, True, _READING, "a module that records the channels of the row before"),
    ("CL058", "unscaled-by-coincidence", _WARNING, True, _READING, "a channel count that equals a head's output"),
    ("CL059", "assumed-module", _INFO, True, _READING, "a module whose effect is assumed"),
    ("CL212", "rounded-channels", _INFO, True, _READING, "a channel count that is rounded up to a multiple of 8"),
    ("YO001", "framework-raises", _ERROR, True, _READING, "the framework's code beside the file raises at a row"),
    ("YO002", "source-not-followed", _INFO, True, _READING, "the framework's code beside the file was not followed to its end"),
    ("CL213", "ignored-channels-key", _WARNING, True, _READING, "a key for the input channels that is ignored"),
)
# fmt: on


def recognise(document: Document, named: bool) -> bool:
    """By ``backbone`` and ``head``, one of which holds rows; by one of them beside another key of such files."""
    from convlint.formats.yolo import recognition

    return recognition.recognise(document, named)


def may_be(text: str) -> bool:
    """Whether one of the words that are keys of such files occurs where it can be a key."""
    from convlint.formats.yolo import recognition

    return recognition.may_be(text)


def looks_like(text: str) -> bool:
    """Whether there are the keys ``backbone`` and ``head``, one of which may lack its colon if rows follow."""
    from convlint.formats.yolo import recognition

    return recognition.looks_like(text)


def lower(document: Document, context: Context | None = None) -> Lowered:
    """Build the networks of all scales."""
    from convlint.formats.lowered import Context
    from convlint.formats.yolo.reading_file import read_file

    return read_file(document, context or Context())


def renumber(document: Document, context: Context, before: Document | None = None) -> Renumbering:
    """Which row numbers and index comments are to be written anew."""
    from convlint.formats.yolo import renumbering

    return renumbering.renumber(document, context, before)


def resized(options: Options | None, variant: str | None, shape: Shape) -> Options:
    """What is said of a file, for one scale of it and an input of another shape."""
    from convlint.formats.yolo.options import Options

    said = options or Options()
    channels, height, width = (size or 0 for size in shape)
    return said._replace(scales=said.scales if variant is None else (variant,), input=(channels, height, width))


def editor() -> Editing:
    """What there is for whoever edits a file."""
    from convlint.formats.yolo import editing

    return editing


def stock(name: str, folder: str) -> Stock | None:
    """The model file of a framework by its name, in a framework that a folder belongs to, or that is installed."""
    from convlint.formats.yolo import stocked

    return stocked.find(name, folder)
