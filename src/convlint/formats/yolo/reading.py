"""The rows of a YOLO file with their places, and the values that PyYAML would make of them."""

from __future__ import annotations

import re
from typing import Any

from convlint.document import Mapping, Node, Odd, Scalar, Sequence, Span

_MEANT = r"number (-?\d+) in YAML 1\.1"


def yaml_value(node: Node) -> Any:
    """The value that ``yaml.safe_load`` gives: 0512 is the octal number 330, 1e3 is text."""
    if isinstance(node, Scalar):
        value = node.value
        if isinstance(value, Odd):
            meant = re.search(_MEANT, value.meaning)
            return int(meant.group(1)) if meant else str(value)
        return value
    if isinstance(node, Sequence):
        return [yaml_value(item) for item in node.items]
    return {key: yaml_value(value) for key, value in node.fields.items()}


class Row:
    """One row ``[from, repeats, module, args]``. ``values`` are what YAML makes of the four."""

    __slots__ = ("args", "index", "items", "node", "number", "section", "values")

    def __init__(self, index: int, section: str, node: Node) -> None:
        self.index = index
        #: What later rows call it by: its place, unless a row before it takes several numbers.
        self.number = index
        self.section = section
        self.node = node
        self.items: list[Node] = node.items if isinstance(node, Sequence) else []
        self.values: list[Any] = [yaml_value(item) for item in self.items]
        last = self.items[3] if len(self.items) == 4 else None
        #: The nodes of the arguments.
        self.args: list[Node] = last.items if isinstance(last, Sequence) else []

    @property
    def module(self) -> str:
        """The module as it is written; empty if it is no text."""
        name = self.values[2] if len(self.values) > 2 else None
        return name if isinstance(name, str) else ""

    @property
    def span(self) -> Span:
        """The module's name, or the row's beginning."""
        if len(self.items) > 2:
            return self.items[2].span
        return self.node.span


def rows(root: Mapping) -> list[Row]:
    """All rows, backbone first, in one index space."""
    found: list[Row] = []
    for section in ("backbone", "head"):
        node = root.fields.get(section)
        if isinstance(node, Sequence):
            found += [Row(len(found) + i, section, item) for i, item in enumerate(node.items)]
    return found
