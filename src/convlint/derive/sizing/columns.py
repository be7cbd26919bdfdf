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

    Most layers do the same to the sizes of a map however many channels it has.  So a column may be ``plain``: for each
    output a column of one map without channels, its *base*, and the channels; layers that do the same share the bases,
    and the maps are written out when somebody asks.
    """

    __slots__ = ("_bare", "_base", "_known", "_maps", "_memory", "mixed", "period", "plain", "start")

    def __init__(
        self, maps: Sequence[tuple[Map, ...]], period: int, start: int, mixed: dict[int, Mixed] | None = None
    ) -> None:
        self._maps: Sequence[tuple[Map, ...]] | None = maps
        self.period = period
        self.start = start
        self.mixed: dict[int, Mixed] = mixed or {}
        self.plain: tuple[tuple[Column, int | None], ...] | None = None
        self._known: dict[int, set[int]] = {}
        self._memory: Memory | None = None
        self._base: tuple[Column, int | None] | None = None
        self._bare: Column | None = None

    @classmethod
    def of(cls, plain: Sequence[tuple[Column, int | None]], memory: Memory) -> Column:
        """A column whose outputs have these bases and channels."""
        period = lcm(*(base.period for base, _ in plain))
        made = cls((), period, max((base.start for base, _ in plain), default=1))
        made._maps, made._memory, made.plain = None, memory, tuple(plain)
        return made

    @property
    def maps(self) -> Sequence[tuple[Map, ...]]:
        """The maps of all outputs, for n = 1, 2, ..."""
        if self._maps is None:
            assert self.plain is not None and self._memory is not None
            memory = self._memory
            parts = [[memory.with_channels(value, channels) for (value,) in base.maps] for base, channels in self.plain]
            self._maps = list(zip(*parts, strict=True))
        return self._maps

    def base(self, memory: Memory) -> tuple[Column, int | None] | None:
        """The base of a column of one output, and its channels; None if these vary, or a shape is unknown."""
        if self.plain is not None:
            return self.plain[0] if len(self.plain) == 1 else None
        if self._base is None:
            shapes = [maps[0].shape if len(maps) == 1 else None for maps in self.maps]
            first = shapes[0] if shapes else None
            if first is None or any(not shape or shape[0] != first[0] for shape in shapes):
                return None
            maps = tuple((memory.with_channels(value, None),) for (value,) in self.maps)
            self._base = memory.column(maps, self.period, self.start), first[0]
        return self._base

    def bare(self, memory: Memory) -> Column:
        """A column of one output without the zeros of padding layers."""
        if self.plain is not None:
            ((base, channels),) = self.plain
            stripped = base.bare(memory)
            return self if stripped is base else Column.of([(stripped, channels)], memory)
        if self._bare is None:
            maps = tuple((memory.interned(Map(value.shape)),) for (value,) in self.maps)
            same = all(one is other for (one,), (other,) in zip(maps, self.maps, strict=True))
            self._bare = self if same else memory.column(maps, self.period, self.start)
            self._bare.mixed = self.mixed
        return self._bare

    def same(self, other: Column) -> bool:
        """Whether two columns have the same maps."""
        if self.plain is not None and other.plain is not None and len(self.plain) == len(other.plain):
            pairs = zip(self.plain, other.plain, strict=True)
            if all(base is its and channels == those for (base, channels), (its, those) in pairs):
                return True
        return list(self.maps) == list(other.maps)

    def known(self, part: int) -> set[int]:
        """The entries of one output's shape that are known for some n."""
        found = self._known.get(part)
        if found is None and self.plain is not None:
            if part >= len(self.plain):
                return set()
            base, channels = self.plain[part]
            found = self._known[part] = base.known(0) | ({0} if channels is not None else set())
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


class Seen(NamedTuple):
    """What a layer does on a line: what it reads, the base of what it makes, and what goes wrong at which indexes."""

    rows: list[tuple[Map, ...]]
    made: Column
    hits: list[tuple[int, Trouble]]


class Memory:
    """What was worked out already, for all networks of a file.

    That is the one object for each map and each base, what operations make of maps, and of bases.  Operations are
    told apart by identity, or by what they do to sizes.
    """

    def __init__(self) -> None:
        self.maps: dict[Any, Map] = {}
        self.columns: dict[Any, Column] = {}
        self.results: dict[Any, dict[tuple[Map, ...], Result]] = {}
        self.seen: dict[Any, Seen] = {}
        self._kept: list[object] = []

    def interned(self, value: Map, assumed: bool = False) -> Map:
        """The one object for all maps of this shape."""
        key = value.shape, value.tail, assumed or value.assumed
        found = self.maps.get(key)
        if found is None:
            found = self.maps[key] = Map(value.shape, tail=value.tail)
            found.assumed = key[2]
        return found

    def with_channels(self, value: Map, channels: int | None) -> Map:
        """A map with other channels."""
        assert value.shape is not None
        key = (channels, *value.shape[1:]), value.tail, value.assumed
        found = self.maps.get(key)
        return found if found is not None else self.interned(Map(key[0], tail=value.tail), value.assumed)

    def column(self, maps: tuple[tuple[Map, ...], ...], period: int, start: int) -> Column:
        """The one object for all bases of these maps."""
        key = maps, period, start
        found = self.columns.get(key)
        if found is None:
            found = self.columns[key] = Column(maps, period, start)
        return found

    def of(self, operation: Operation) -> dict[tuple[Map, ...], Result]:
        """What an operation made of maps."""
        found = self.results.get(id(operation))
        if found is None:
            self._kept.append(operation)  # so that no other one gets its identity
            found = self.results[id(operation)] = {}
        return found


class Deriving(Protocol):
    """What derives layers on the lines of a table."""

    #: The layer in whose place the layers of a closed group stand.
    holder: Layer | None

    def interned(self, value: Map) -> Map:
        """The one object for all maps of this shape."""

    def result(self, operation: Operation, inputs: tuple[Map, ...]) -> Result:
        """What comes of an operation with certain inputs."""
