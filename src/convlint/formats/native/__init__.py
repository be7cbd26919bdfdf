"""The native format: ``torch.nn`` in YAML. See ``docs/format.md``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convlint.catalogue import Row, Severity
from convlint.formats.options import Option

if TYPE_CHECKING:
    from convlint.document import Document, Node
    from convlint.formats.editing import Editing
    from convlint.formats.lowered import Context, Lowered

NAME = "native"
TITLE = "Native files"
LOOKED_FOR = "a top-level key `convlint`, or `input` and `layers`"
KEYS: tuple[str, ...] = ("convlint", "input", "layers")
VARIANT = "variant"
SEVERITIES: dict[str, Severity] = {}
OPTIONS: tuple[Option, ...] = ()

_KEY = re.compile(r"""^\s*(?:\{\s*)?["']?convlint["']?\s*:""", re.MULTILINE)
_LAYERS = re.compile(r"""\blayers(?:["']?\s*:|\s*$)""", re.MULTILINE)
#: Top-level keys, one of which may lack its colon, and the type of a layer.
_TOP = re.compile(r"^(input|layers)\s*(?::|$)", re.MULTILINE)
_TYPE = re.compile(r"""\btype["']?\s*:\s*["']?(\w+)""")
RULES: tuple[Row, ...] = ()


def recognise(document: Document, named: bool) -> bool:
    """By the top-level key ``convlint``, or by ``input`` and ``layers``.

    In a file that nobody named, half of these layers must have a type of ``torch.nn``.
    """
    from convlint.document import Mapping

    root = document.root
    if not isinstance(root, Mapping):
        return False
    if "convlint" in root.fields:
        return True
    return "input" in root.fields and "layers" in root.fields and (named or _has_layers(root.fields["layers"]))


def _has_layers(node: Node) -> bool:
    from convlint.document import Mapping, Scalar, Sequence

    if not isinstance(node, Sequence):
        return False
    types = [
        item.fields.get("type") for item in node.items if isinstance(item, Mapping) and "layers" not in item.fields
    ]
    known = sum(_known(one.text) for one in types if isinstance(one, Scalar))
    return known > 0 and 2 * known >= len(types)


def _known(word: str) -> bool:
    from convlint.model.torch_nn import table

    return word in table.TYPES


def may_be(text: str) -> bool:
    """Whether the word ``convlint`` occurs, or ``layers`` where it can be a key."""
    return "convlint" in text or ("layers" in text and "input" in text and _LAYERS.search(text) is not None)


def looks_like(text: str) -> bool:
    """Whether a line of the text begins with the key ``convlint``, or there are both other keys and layers."""
    if _KEY.search(text) is not None:
        return True
    return len(set(_TOP.findall(text))) == 2 and any(_known(found[1]) for found in _TYPE.finditer(text))


def lower(document: Document, context: Context | None = None) -> Lowered:
    """Validate a document and turn it into one network."""
    from convlint.formats.native.reading import read_file

    return read_file(document)


def editor() -> Editing:
    """What there is for whoever edits a file."""
    from convlint.formats.native import editing

    return editing
