"""Which texts and documents are model files of YOLO."""

from __future__ import annotations

import re

from convlint.document import Document, Mapping, Sequence

_KEY = re.compile(r"^(backbone|head)\s*(:|$)", re.MULTILINE)
#: The beginning of a row: where it reads, how often, and a module.
_ROW = re.compile(r"""^\s*-\s*\[(?:-?[0-9]+|\[[-0-9, ]*\])\s*,\s*[0-9]+\s*,\s*["']?[A-Za-z_]""", re.MULTILINE)
#: Also in JSON, on one line, with a comment between.
_HEAD = re.compile(r"""\bhead["']?\s*(?:#.*\n\s*)*:""")
_BESIDE = ("nc", "scales", "depth_multiple", "width_multiple", "anchors")


def recognise(document: Document, named: bool) -> bool:
    """By ``backbone`` and ``head``, one of which holds rows; by one of them beside another key of such files."""
    root = document.root
    if not isinstance(root, Mapping):
        return False
    sections = [key for key in ("backbone", "head") if key in root.fields]
    if not sections or "convlint" in root.fields:
        return False
    if any(_holds_rows(root.fields[key]) for key in sections):
        return True
    return len(sections) == 2 and any(key in root.fields for key in _BESIDE) and named


def _holds_rows(node: object) -> bool:
    return (
        isinstance(node, Sequence)
        and bool(node.items)
        and sum(isinstance(item, Sequence) for item in node.items) * 2 > len(node.items)
    )


def may_be(text: str) -> bool:
    """Whether one of the words that are keys of such files occurs where it can be a key."""
    return "backbone" in text or ("head" in text and _HEAD.search(text) is not None)


def looks_like(text: str) -> bool:
    """Whether there are the keys ``backbone`` and ``head``, one of which may lack its colon if rows follow."""
    found = _KEY.findall(text)
    if len({key for key, colon in found if colon}) == 2:
        return True
    return len({key for key, _ in found}) == 2 and _ROW.search(text) is not None
