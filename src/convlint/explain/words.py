"""How numbers, shapes, layers and lists are written in an explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from convlint.derive.state import Derived, Map
from convlint.document import Source, Span
from convlint.model.network import Layer
from convlint.words.text import sizes

#: A paragraph to be wrapped, or lines that stay as they are.
Part: TypeAlias = "str | list[str]"


class Section:
    """One step of an explanation; the parts of a ``loose`` one stand apart."""

    __slots__ = ("loose", "parts", "title")

    def __init__(self, title: str, *parts: Part, loose: bool = False) -> None:
        self.title = title
        self.parts = list(parts)
        self.loose = loose


def size(shape: Iterable[int | None] | None) -> str:
    """A shape as 64x75x75."""
    if shape is None:
        return "a map of unknown shape"
    return sizes(shape) or "only the batch axis"


class Places:
    """Names layers by what they are called and where they stand."""

    def __init__(self, source: Source, inputs: Sequence[tuple[str, Map]]) -> None:
        self.source = source
        self.inputs = inputs

    def line(self, layer: Layer) -> int:
        """The line in which a layer is written."""
        return self.source.position(layer.place.span[0])[0]

    def name(self, derived: Derived) -> str:
        """``conv1``, or ``the ReLU``."""
        return derived.name if derived.name is not None else f"the {derived.layer.type}"

    def layer(self, derived: Derived, remark: str = "", part: int | None = None) -> str:
        """``conv1 (line 8, remark)``, or ``the ReLU in line 9 (remark)``; with the number of a part ``split.0``."""
        line = self.line(derived.layer)
        if derived.name is not None:
            name = derived.name if part is None else f"{derived.name}.{part}"
            return f"{name} (line {line}{', ' if remark else ''}{remark})"
        which = "" if part is None else f"part {part} of "
        return f"{which}the {derived.layer.type} in line {line}{f' ({remark})' if remark else ''}"

    def value(self, value: Map, remark: str = "") -> str:
        """The maker of a map."""
        if value.made_by is not None:
            outputs = value.made_by.outputs
            part = next((index for index, made in enumerate(outputs) if made is value), None)
            return self.layer(value.made_by, remark, part if len(outputs) > 1 else None)
        if self.is_missing(value):
            return "a layer that cannot be read, or none"
        for name, given in self.inputs:
            if given is value:
                return "the network's input" + (f" {name}" if len(self.inputs) > 1 else "")
        return "the network's input" if len(self.inputs) == 1 else "an input of the network"

    def is_input(self, value: Map) -> bool:
        """Whether a map is an input of the network as the file gives it."""
        return any(given is value for _, given in self.inputs)

    def is_missing(self, value: Map) -> bool:
        """Whether a map is none at all: what a layer reads that names no layer, or one that cannot be read."""
        return value.made_by is None and value.shape is None and not self.is_input(value)

    def written(self, derived: Derived, name: str) -> str:
        """How an argument stands in the file: ```stride: 2```, ```stride=2```; nothing if it has no key."""
        place = derived.layer.place
        span, key = place.value_span(name), place.key_span(name)
        if span is None or key is None:
            return ""
        text = self._text(span)
        if len(text) > 30 or span == key:
            return f"`{self._text(key)}`"
        between = self.source.text[key[1] : span[0]].strip()
        return f"`{name}: {text}`" if between != "=" else f"`{self._text((key[0], span[1]))}`"

    def argument(self, derived: Derived, name: str, value: object) -> str:
        """An argument: ```stride: 2```, ```stride=2``` as the file has it; ``stride = 2`` if it has no key."""
        return self.written(derived, name) or f"{name} = {value}"

    def in_row(self, derived: Derived, name: str) -> str:
        """How a value stands in a row, which has no keys, in backquotes: ```99```; nothing if it is none."""
        place = derived.layer.place
        span = place.value_span(name) if place.key_span(name) is None else None
        if span is None:
            return ""
        text = self._text(span)
        return f"`{text}`" if len(text) <= 30 else f"`{name}`"

    def _text(self, span: Span) -> str:
        return " ".join(self.source.text[span[0] : span[1]].split())
