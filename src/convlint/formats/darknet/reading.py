"""The sections of a file with their places, and what C makes of their values."""

from __future__ import annotations

import re
from typing import NamedTuple

from convlint.document import Mapping, Scalar, Span
from convlint.document.sections import squeezed
from convlint.formats.darknet.keys import SAME
from convlint.model.changes import Change, Edit, Set, Written
from convlint.model.network import Field

_INT = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONG = 2**63
_WINDOW = {
    "kernel_size": ("size",),
    "stride": ("stride", "stride_x", "stride_y"),
    "padding": ("padding",),
}
_CONVOLUTION = {
    **_WINDOW,
    "out_channels": ("filters",),
    "padding": ("pad", "padding"),
    "dilation": ("dilation",),
    "groups": ("groups",),
}
#: How rules call the arguments of a layer, and the options that say the same; the first that is written counts.
_CALLED: dict[str, dict[str, tuple[str, ...]]] = {
    "convolutional": _CONVOLUTION,
    "deconvolutional": _CONVOLUTION,
    "local": _CONVOLUTION,
    "maxpool": _WINDOW,
    "local_avgpool": _WINDOW,
    "connected": {"out_features": ("output",)},
    "crop": {"size": ("crop_height", "crop_width")},
    "normalization": {"size": ("size",)},
    "upsample": {"scale_factor": ("stride",)},
    "reorg": {"downscale_factor": ("stride",)},
    "reorg3d": {"downscale_factor": ("stride",)},
    "route": {"from": ("layers",), "chunks": ("groups",)},
    "shortcut": {"from": ("from",)},
    "scale_channels": {"from": ("from",)},
    "sam": {"from": ("from",)},
}

#: The options that set an argument, and nothing else with it, to the number that is written.
_WRITTEN = {
    "convolutional": {
        "kernel_size": "size",
        "stride": "stride",
        "padding": "padding",
        "groups": "groups",
        "out_channels": "filters",
    },
    "connected": {"out_features": "output"},
    "upsample": {"scale_factor": "stride"},
}


def integer(text: str) -> int:
    """What C's ``atoi`` makes of a text: the whole number that it begins with, in 32 bits, or 0."""
    found = _INT.match(text)
    if found is None:
        return 0
    digits = found.group()
    number = int(digits[:25]) if len(digits) <= 25 else (-_LONG if digits[0] == "-" else _LONG)
    number = max(-_LONG, min(number, _LONG - 1)) & 0xFFFFFFFF
    return number - 2**32 if number >= 2**31 else number


def read_of(text: str, whole: bool) -> str:
    """The part of a text that ``atoi`` (``atof``, if it need not be whole) reads."""
    found = (_INT if whole else _FLOAT).match(text)
    return found.group() if found is not None else ""


class Item(NamedTuple):
    """One value of a list: as Darknet sees it, and where it is written."""

    text: str
    span: Span

    @property
    def number(self) -> int:
        """What ``atoi`` makes of it."""
        return integer(self.text)


class Section:
    """One section; ``index`` is the number of its layer, -1 for ``[net]``."""

    def __init__(self, index: int, node: Mapping, text: str) -> None:
        assert node.name is not None
        self.index = index
        self.node = node
        self.text = text
        self.written = node.name.text
        inside = self.written.removeprefix("[")
        name = inside[:-1] if inside.endswith("]") else ""
        #: The name of its kind, empty if it is in no brackets.
        self.name = SAME.get(name, name)
        self._numbers: dict[str, int] = {}

    @property
    def heading(self) -> Span:
        """Where its name is written."""
        assert self.node.name is not None
        return self.node.name.span

    def has(self, key: str) -> bool:
        """Whether an option is written."""
        return key in self.node.fields

    def value(self, key: str) -> str | None:
        """An option as Darknet sees it."""
        node = self.node.fields.get(key)
        return node.text if isinstance(node, Scalar) else None

    def number(self, key: str, default: int) -> int:
        """An option that is a whole number."""
        found = self._numbers.get(key)
        if found is None:
            text = self.value(key)
            if text is None:
                return default
            found = self._numbers[key] = integer(text)
        return found

    def items(self, key: str, stops: bool = False) -> list[Item]:
        """The values of a list; with ``stops`` it ends where a ``#`` stands."""
        node = self.node.fields.get(key)
        if not isinstance(node, Scalar):
            return []
        start, end = node.start, node.end
        if stops and "#" in self.text[start:end]:
            end = self.text.index("#", start, end)
        found = []
        for part in self.text[start:end].split(","):
            blank = len(part) - len(part.lstrip())
            found.append(Item(squeezed(part), (start + blank, start + max(blank, len(part.rstrip())))))
            start += len(part) + 1
        return found

    def place_of(self, *keys: str) -> Span:
        """Where the value of the first of some options is written that is; the heading if none is."""
        for key in keys:
            span = self.node.value_span(key)
            if span is not None:
                return span
        return self.heading


class SectionPlace:
    """Where the arguments of a layer are written."""

    __slots__ = ("section",)

    def __init__(self, section: Section) -> None:
        self.section = section

    @property
    def span(self) -> Span:
        """The name of the section."""
        return self.section.heading

    @property
    def extent(self) -> Span:
        """From its name to its last option."""
        return self.section.node.extent

    def _key(self, name: str) -> str | None:
        section = self.section
        keys = _CALLED.get(section.name, {}).get(name, ())
        if keys == ("pad", "padding") and not section.number("pad", 0):
            keys = ("padding", "pad")
        return next((key for key in keys if section.has(key)), None)

    def key_span(self, name: str) -> Span | None:
        """Where the option behind an argument is written."""
        key = self._key(name)
        return None if key is None else self.section.node.key_span(key)

    def value_span(self, name: str) -> Span | None:
        """Where the value of that option is written."""
        key = self._key(name)
        return None if key is None else self.section.node.value_span(key)

    def fields(self) -> list[Field]:
        """The options with their values."""
        from convlint.document.written import flow, leaves, meant  # only for who compares

        reads = (*_CALLED.get(self.section.name, {}).get("from", ()), *_CALLED["route"]["from"])
        found = leaves(self.section.node)
        return [
            Field(name, node.text if isinstance(node, Scalar) else flow(node), meant(node), name in reads)
            for name, node in found
        ]

    def source(self, index: int) -> None:
        """Layers have numbers and no names: prose names them by what they are."""

    def written(self, change: Change) -> Written | None:
        """An option with its number; sections neither come nor go, for that would shift the numbers of all behind."""
        if not isinstance(change, Set) or len(change.values) != 1:
            return None
        ((name, value),) = change.values.items()
        key = _WRITTEN.get(self.section.name, {}).get(name)
        # The padding that `pad` asks for is half the kernel, and the option `padding` does not count then.
        padded = name in ("kernel_size", "padding") and self.section.number("pad", 0) != 0
        others = [other for other in _CALLED.get(self.section.name, {}).get(name, ()) if other not in (key, "pad")]
        if key is None or type(value) is not int or padded or any(map(self.section.has, others)):
            return None
        span = self.section.node.value_span(key)
        edits = [Edit(span, str(value))] if span is not None and span != self.section.node.key_span(key) else []
        return Written((f"{key}={value}",), key, str(value), edits)
