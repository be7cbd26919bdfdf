"""What the public functions give back: plain records, which lead back to no file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from convlint.reports import html
from convlint.reports.escape import escape

#: Channels, then one size for each axis; None for what is not known. There is no batch axis.
Shape: TypeAlias = tuple[int | None, ...]

_COLOUR = re.compile("\x1b\\[[0-9;]*m")


class ConvlintError(ValueError):
    """A question that cannot be answered; the message is one line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    Lines and columns count from 1, columns are code points, the end is exclusive.  ``severity`` is ``"error"`` (the
    framework refuses the network, or a claim is false), ``"warning"`` or ``"info"``.  ``str()`` is the finding with the
    lines that it is about.
    """

    code: str
    name: str
    severity: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    layer: str | None
    variants: tuple[str, ...]
    notes: tuple[str, ...]
    help: str | None
    url: str
    _painted: str = field(repr=False)

    def __str__(self) -> str:
        return _COLOUR.sub("", self._painted)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A path with which nothing could be done, and why; the line is that of a mistake in settings."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"convlint: {escape(place)}: {escape(self.message)}"


@dataclass(frozen=True, slots=True)
class Layer:
    """What follows for one layer.

    ``params`` counts trainable numbers, ``macs`` multiply-adds for one example; None is unknown.  ``receptive_field``
    is in cells of the network's input.  ``times`` says that it stands for so many equal copies in a row; ``layers`` are
    the layers of a group that the file writes out.
    """

    name: str | None
    type: str
    line: int
    inputs: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]
    params: int | None
    macs: int | None
    receptive_field: tuple[int, ...] | None
    times: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """What follows from one network: a file may describe several (``variant``: a scale of a YOLO file)."""

    path: str
    name: str | None
    variant: str | None
    inputs: dict[str, Shape | None]
    outputs: tuple[Shape | None, ...]
    params: int | None
    macs: int | None
    layers: tuple[Layer, ...]

    @property
    def shapes(self) -> dict[str, Shape | None]:
        """The shape behind every layer, those in groups included (``stage1.0.conv``).

        Of a layer with several outputs each has a number (``split.0``); one without a name is called
        ``Conv2d in line 7``.
        """
        found: dict[str, Shape | None] = {}
        for layer in _flat(self.layers):
            name = layer.name if layer.name is not None else f"{layer.type} in line {layer.line}"
            for index, shape in enumerate(layer.outputs):
                key = name if len(layer.outputs) == 1 else f"{name}.{index}"
                number = 1
                while key in found:
                    number += 1
                    key = f"{name} ({number})"
                found[key] = shape
        return found

    def _repr_html_(self) -> str:
        return _table(self)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a file, a text, or the files of a folder.

    ``ok`` says that nothing was found at the level that fails (warnings, unless the settings say otherwise) and that
    everything could be checked.  ``findings`` holds infos too.  ``str()`` is what ``convlint`` prints; a notebook shows
    it in colours, with a table of each network.
    """

    ok: bool
    findings: tuple[Finding, ...]
    networks: tuple[Network, ...]
    failures: tuple[Unchecked, ...]
    files: int
    skipped: int
    suppressed: int
    #: What formats say of the run: what it is about, and what is said.
    notes: dict[str, str]
    _shows_info: bool = field(repr=False)
    _last_line: str = field(repr=False)

    def __str__(self) -> str:
        return _COLOUR.sub("", self._painted())

    def _painted(self) -> str:
        shown = [f"{found._painted}\n" for found in self.findings if self._shows_info or found.severity != "info"]
        return "\n".join([*shown, *map(str, self.failures), self._last_line])

    def _repr_html_(self) -> str:
        tables = map(_table, self.networks)
        return "\n".join([html.painted(self._painted()), *tables])


@dataclass(frozen=True, slots=True)
class Sizes:
    """A set of sizes: ``rule`` says it in words (``n = 0 (mod 32), n >= 64``), ``in`` asks it of a size.

    Sizes up to ``up_to`` are listed in ``ranges`` (both ends included).
    """

    rule: str
    smallest: int | None
    up_to: int
    ranges: tuple[tuple[int, int], ...] = field(repr=False)

    def __contains__(self, size: object) -> bool:
        return isinstance(size, int) and any(first <= size <= last for first, last in self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __str__(self) -> str:
        return self.rule


@dataclass(frozen=True, slots=True)
class InputAxis:
    """An axis of the input (``height``): the sizes with which the network runs, and runs without losing input."""

    name: str
    declared: int | None
    runs: Sizes
    clean: Sizes

    def __str__(self) -> str:
        return f"{self.name}: runs {self.runs}; clean {self.clean}"


def _table(network: Network) -> str:
    """A network for a notebook."""
    words = [network.path, *(word for word in (network.name, network.variant) if word is not None)]
    inputs = ", ".join(f"{name} {_size(shape)}" for name, shape in network.inputs.items())
    rows = [*_rows(network.layers, ""), ("total", "", "", _number(network.params), _number(network.macs), "")]
    heads = ("layer", "type", "output", "parameters", "MACs", "receptive field")
    return html.table(f"{': '.join(words)} ({inputs})", heads, rows, 2)


def _rows(layers: tuple[Layer, ...], indent: str) -> Iterator[tuple[str, ...]]:
    for layer in layers:
        name = f"{indent}{layer.name or '-'}"
        yield (
            f"{name} x {layer.times:,}" if layer.times > 1 else name,
            layer.type,
            ", ".join(map(_size, layer.outputs)),
            _number(layer.params),
            _number(layer.macs),
            "-" if layer.receptive_field is None else "x".join(map(str, layer.receptive_field)),
        )
        yield from _rows(layer.layers, f"{indent}\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}")


def _size(shape: Shape | None) -> str:
    return "?" if shape is None else "x".join("?" if axis is None else str(axis) for axis in shape) or "1"


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _flat(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    for layer in layers:
        yield layer
        yield from _flat(layer.layers)


for _record in (ConvlintError, Finding, InputAxis, Layer, Network, Report, Sizes, Unchecked):
    _record.__module__ = "convlint"  # where they are documented, and where what was pickled looks for them
