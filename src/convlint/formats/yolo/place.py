"""Where the fields of a row or of the file are written, and how a YOLO file writes a change of them.

Rows have positions instead of keys, so that a change of an argument is written as the whole row.
"""

from __future__ import annotations

import re
from typing import Any

from convlint.document import Mapping, Node, Scalar, Sequence, Span
from convlint.formats.yolo.reading import Row, yaml_value
from convlint.model.changes import Change, Edit, Read, Set, Source, Value, Written
from convlint.model.network import Field

#: What constructors call the arguments that torch has a longer word for.
_SHORT = {
    "kernel_size": "k", "stride": "s", "padding": "p", "dilation": "d", "groups": "g", "in_channels": "c1",
    "out_channels": "c2", "num_classes": "nc", "dim": "dimension",
}  # fmt: skip
_WINDOW = ("kernel_size", "stride", "padding", "dilation", "groups")
#: Modules with one layer that takes arguments of the row as they are, and which. Not their channels: those are scaled.
_PASSED = {
    "Conv": _WINDOW,
    "ConvTranspose": ("kernel_size", "stride", "padding"),
    "Concat": ("dim",),
}
#: Modules that pad by half the kernel with its dilation unless the padding is written.
_PADDED_BY_HALF = ("Conv",)
_NAME = r"model\.([0-9]+)"


class RowPlace:
    """Where the fields of a row are written.

    ``names`` are the constructor's words for the arguments as written, ``defaults`` what it takes for those that may be
    left out.  ``whole`` says that the row is a single layer; else its place is that of all the layers inside.
    """

    __slots__ = ("defaults", "names", "row", "whole")

    def __init__(
        self, row: Row, names: tuple[str, ...], defaults: dict[str, Any] | None = None, whole: bool = False
    ) -> None:
        self.row = row
        self.names = names
        self.defaults = defaults or {}
        self.whole = whole

    @property
    def span(self) -> Span:
        """The module's name."""
        return self.row.span

    @property
    def extent(self) -> Span:
        """The whole row."""
        return self.row.node.start, self.row.node.end

    def key_span(self, name: str) -> Span | None:
        """Rows have no keys."""
        return None

    def value_span(self, name: str) -> Span | None:
        """A field of the row, or an argument by the constructor's word or torch's."""
        row = self.row
        fields = ("from", "repeats", "type", "args")
        if name in fields:
            index = fields.index(name)
            return row.items[index].span if index < len(row.items) else None
        if name == "name":
            return None
        for wanted in (name, _SHORT.get(name)):
            if wanted in self.names:
                index = self.names.index(wanted)
                return row.args[index].span if index < len(row.args) else None
        return None

    def fields(self) -> list[Field]:
        """Where it reads from, its repeats, and its arguments by the constructor's words."""
        from convlint.document.written import flow  # only for who compares

        row = self.row
        if len(row.items) != 4 or not isinstance(row.items[3], Sequence):
            return [_field("row", row.node)]
        words = [*self.names[: len(row.args)], *[""] * (len(row.args) - len(self.names))]
        fields = [Field("from", flow(row.items[0]), repr(row.values[0]), reads=True), _field("repeats", row.items[1])]
        for index, (word, node) in enumerate(zip(words, row.args, strict=True)):
            fields.append(_field(f"argument {index + 1}", node, word))
        return fields

    def source(self, index: int) -> Source | None:
        """The row that an item of ``from`` stands for."""
        node = self._source(index)
        number = None if node is None else node.value
        if node is None or type(number) is not int or not self.row.index:
            return None
        # The place is all of `from`: findings of several scales are one by their place, whichever row each blames.
        name = f"`model.{number if number >= 0 else self.row.index + number}`"
        return Source(name, self.row.items[0].span)

    def _source(self, index: int) -> Scalar | None:
        if not self.whole or not self.row.items:
            return None
        node = self.row.items[0]
        nodes = node.items if isinstance(node, Sequence) else [node]
        named = nodes[index] if index < len(nodes) else None
        return named if isinstance(named, Scalar) else None

    def written(self, change: Change) -> Written | None:
        """The row with other arguments or sources; one that comes or goes would shift the numbers of all behind it."""
        if isinstance(change, Set):
            return self._set(change.values)
        if isinstance(change, Read):
            return self._read(change)
        return None

    def _read(self, change: Read) -> Written | None:
        named = re.fullmatch(_NAME, change.name)
        node = self._source(change.input)
        if named is None or node is None or int(named.group(1)) >= self.row.index:
            return None
        edits = [Edit(node.span, named.group(1))] if self._inside(node) else []
        return Written((change.name,), value=named.group(1), edits=edits)

    def _set(self, values: dict[str, Value]) -> Written | None:
        row = self.row
        if len(row.items) != 4 or not isinstance(row.items[3], Sequence) or row.values[1] != 1:
            return None
        indices = [self._index(name) for name in values]
        if None in indices or not self._keeps_padding(values):
            return None
        new = {index: _spelt(value) for index, value in zip(indices, values.values(), strict=True) if index is not None}
        texts: list[str | None] = [_text(node) for node in row.args]
        texts += [self._default(name) for name in self.names[len(texts) : max(new) + 1]]
        texts = [new.get(index, text) for index, text in enumerate(texts)]
        others = [_text(node) for node in row.items[:3]]
        if None in texts or None in others or len(texts) <= max(new):
            return None
        arguments = [text for text in texts if text is not None]
        whole = f"[{', '.join(map(str, others))}, [{', '.join(arguments)}]]"
        return Written((whole,), value=whole, edits=self._edits(new, arguments))

    def _default(self, name: str) -> str | None:
        """What the constructor takes where an argument is left out, as it can be written; None if it must be given."""
        return _spelt(self.defaults[name]) if name in self.defaults else None

    def _index(self, name: str) -> int | None:
        """The position of an argument in the row, where it is certain that the layer takes it as it is written."""
        torch = self.whole and self.row.module.startswith("nn.")
        if torch and name in self.names:
            return self.names.index(name)
        if name not in (_WINDOW if torch else _PASSED.get(self.row.module, ())):
            return None
        short = _SHORT[name]
        return self.names.index(short) if short in self.names else None

    def _keeps_padding(self, values: dict[str, Value]) -> bool:
        """Whether no padding changes that is not written."""
        if self.row.module not in _PADDED_BY_HALF or "padding" in values:
            return True
        place = self.names.index("p") if "p" in self.names else len(self.names)
        given = self.row.values[3][place] if place < len(self.row.args) else None
        return type(given) in (int, list) or not {"kernel_size", "dilation"} & set(values)

    def _edits(self, new: dict[int, str], arguments: list[str]) -> list[Edit]:
        """Replace the arguments that are written, and write the others behind the last one."""
        node, args = self.row.items[3], self.row.args
        if not (isinstance(node, Sequence) and node.flow):
            return []
        old = [args[index] for index in new if index < len(args)]
        if not all(self._inside(arg) for arg in (*old, *args[-1:])):
            return []
        edits = [Edit((args[index].start, args[index].end), text) for index, text in new.items() if index < len(args)]
        if len(arguments) > len(args):
            behind = args[-1].end if args else node.start + 1
            more = ", ".join(arguments[len(args) :])
            edits.append(Edit((behind, behind), f", {more}" if args else more))
        return edits

    def _inside(self, node: Node) -> bool:
        """Whether a value is written in the row, in one piece: what an alias stands for is written elsewhere."""
        start, end = self.extent
        return start <= node.start < node.end <= end and (isinstance(node, Scalar) or node.flow)


def _field(name: str, node: Node, word: str = "") -> Field:
    from convlint.document.written import flow

    return Field(name, flow(node), repr(yaml_value(node)), word=word)


def _text(node: Node) -> str | None:
    """A value of a row as it is written; None for a mapping, which no row holds."""
    if isinstance(node, Scalar):
        return (node.text or "null") if node.plain else _quoted(node.text)
    if isinstance(node, Mapping):
        return None
    texts = [_text(item) for item in node.items]
    return None if None in texts else f"[{', '.join(map(str, texts))}]"


def _spelt(value: Value | None) -> str:
    """A value as a YOLO file has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return _quoted(value)
    return f"[{', '.join(map(_spelt, value))}]"


def _quoted(value: bool | int | float | str | None) -> str:
    """A value as JSON has it, text in double quotes."""
    import json  # only for what is proposed

    return json.dumps(value, ensure_ascii=False)


class FilePlace:
    """Where the keys of a YOLO file are written."""

    __slots__ = ("root",)

    def __init__(self, root: Mapping) -> None:
        self.root = root

    @property
    def span(self) -> Span:
        """The first key."""
        return self.root.span

    @property
    def extent(self) -> Span:
        """The whole file, from its first key on."""
        return self.root.extent

    def key_span(self, name: str) -> Span | None:
        """A top-level key."""
        return self.root.key_span(name)

    def value_span(self, name: str) -> Span | None:
        """The value of a top-level key."""
        return self.root.value_span(name)

    def fields(self) -> list[Field]:
        """The keys beside the rows, those in mappings by dotted names (``scales.n``)."""
        from convlint.document.written import flow, leaves, meant  # only for who compares

        found = leaves(self.root, frozenset(("backbone", "head")))
        return [Field(name, flow(node), meant(node)) for name, node in found]

    def source(self, index: int) -> None:
        """A file reads nothing."""

    def written(self, change: Change) -> None:
        """What rules say of a whole network (its input, its outputs) has no key in a YOLO file."""
