"""How a Darknet file is told from other files with sections."""

from __future__ import annotations

import re

from convlint.document import Document, Mapping, Sequence
from convlint.formats.darknet.keys import ALEXEYAB, PJREDDIE, SAME, known

_NET = re.compile(r"^[ \t]*\[[ \t]*net(?:work)?[ \t]*\]", re.MULTILINE)
#: So many sections are looked at.
_MOST = 1_000


def recognise(document: Document, named: bool) -> bool:
    """By its sections: the first is ``[net]``; one that was named may also have it further below, or not at all."""
    root = document.root
    if not isinstance(root, Sequence) or not root.items:
        return False
    looked_at = root.items[:_MOST]
    names = [node.name.text for node in looked_at if isinstance(node, Mapping) and node.name is not None]
    if len(names) != len(looked_at):
        return False
    if names[0].startswith(("[net]", "[network]")):
        return True
    layers = known(ALEXEYAB).keys() | known(PJREDDIE).keys()
    return named and any(SAME.get(name[1:-1], name[1:-1]) in layers for name in names)


def may_be(text: str) -> bool:
    """Whether a line is ``[net]``."""
    return "[" in text and _NET.search(text) is not None
