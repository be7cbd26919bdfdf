"""What a table of columns holds: values along a line, and what goes wrong on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import lcm
from typing import Any, NamedTuple, Protocol

from convlint.derive.sizing.products import Mixed
from convlint.derive.sizing.size_set import SizeSet
from convlint.derive.sizing.troubles import Trouble
from convlint.derive.state import Map
from convlint.model.network import Layer
from convlint.model.operations import Operation


class Cause(NamedTuple):
    """A trouble and the layer that has it; ``name`` is the full name of a layer inside groups."""

    layer: Layer
    name: str | None
    kind: str


class Column:
    """A value along a line: its maps (one for every output of the layer) for n = 1, 2, ..., at indexes 0, 1, ...

    Regular with ``period`` from n = ``start`` on; a period of 0 means irregular.  ``mixed`` are the sizes in the shapes
    that no line shows, because they depend on several (the same for all outputs; kept on line 0).
    """

    __slots__ = ("_known", "maps", "mixed", "period", "start")

    def __init__(
        self, maps: Sequence[tuple[Map, ...]], period: int, start: int, mixed: dict[int, Mixed] | None = None
    ) -> None:
        self.maps = maps
        self.period = period
        self.start = start
        self.mixed: dict[int, Mixed] = mixed or {}
        self._known: dict[int, set[int]] = {}

    def known(self, part: int) -> set[int]:
        """The entries of one output's shape that are known for some n."""
        found = self._known.get(part)
        if found is None:
            found = self._known[part] = set()
            for value in {maps[part] for maps in self.maps if part < len(maps)}:
                if value.shape is not None:
                    found.update([entry for entry, size in enumerate(value.shape) if size is not None])
        return found


class Line(NamedTuple):
    """The axes that vary together: (index of the network input, spatial axis)."""

    axes: tuple[tuple[int, int], ...]


class Judged:
    """What goes wrong on a line: the n at which layers break, and those at which they are unclean.

    They are kept apart by how a layer repeats (its period and start): all layers together repeat with ``period`` from
    ``start`` on, which may lie far beyond the end of the table.  A period of 0 means that this is not known.
    """

    __slots__ = ("breaks", "length", "period", "start", "unclean")

    def __init__(self, length: int) -> None:
        self.length = length
        self.breaks: dict[tuple[int, int], set[int]] = {}
        self.unclean: dict[tuple[int, int], set[int]] = {}
        self.period = 1
        self.start = 1

    def record(self, hits: Iterable[tuple[int, Trouble]], period: int, start: int) -> None:
        """Note what a layer that repeats like this has at some n (given as indexes)."""
        for index, found in hits:
            where = self.breaks if found.breaks else self.unclean
            where.setdefault((period, start), set()).add(index + 1)

    def settle(self, period: int, start: int) -> None:
        """Note how another layer repeats."""
        self.period = lcm(self.period, period)
        self.start = max(self.start, start)

    def sizes(self, clean: bool) -> SizeSet:
        """The n at which nothing breaks, or everything is clean."""
        end = self.start + self.period - 1 if self.period else self.length
        wrong = bytearray(end + 1)
        for found in (self.breaks, self.unclean) if clean else (self.breaks,):
            for (period, start), members in found.items():
                for n in members:
                    if n < start or not period:
                        wrong[n] = True
                    elif n < start + period:
                        wrong[n::period] = b"\1" * len(range(n, end + 1, period))
        if self.period:
            return SizeSet.of(lambda n: not wrong[n], self.start, self.period)
        return SizeSet((n for n in range(1, end + 1) if not wrong[n]), end + 1, 0)


class Result(NamedTuple):
    """What comes of a layer with certain inputs."""

    outputs: tuple[Map, ...]
    troubles: tuple[Trouble, ...]


class Memory:
    """What was worked out already: the one object for each map, and what operations (by identity) make of maps.

    ``cells`` is how much work it was.
    """

    def __init__(self) -> None:
        self.cells = 0
        self.maps: dict[Any, Map] = {}
        self.results: dict[int, dict[tuple[Map, ...], Result]] = {}


class Deriving(Protocol):
    """What derives layers on the lines of a table."""

    #: The layer in whose place the layers of a closed group stand.
    holder: Layer | None

    def interned(self, value: Map) -> Map:
        """The one object for all maps of this shape."""

    def result(self, operation: Operation, inputs: tuple[Map, ...]) -> Result:
        """What comes of an operation with certain inputs."""
