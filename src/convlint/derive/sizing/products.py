"""Sizes that depend on several lines together, as products of sizes that depend on one each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from convlint.derive.sizing.size_set import SizeSet, both
from convlint.derive.state import Map
from convlint.model.network import Layer
from convlint.work import spend

#: Numbers that are tried as factors, eight of them in a step of the budget.
_TRIED = 1 << 12


class Factor:
    """A size that depends on one line: an entry in the shape of one of the inputs that a layer reads for every n.

    Regular with ``period`` from n = ``start`` on.
    """

    __slots__ = ("_values", "_where", "entry", "index", "line", "period", "rows", "start")

    def __init__(self, line: int, rows: list[tuple[Map, ...]], index: int, entry: int, period: int, start: int) -> None:
        self.line = line
        self.rows = rows
        self.index = index
        self.entry = entry
        self.period = period
        self.start = start
        self._values: list[int | None] | None = None
        self._where: dict[int, SizeSet] = {}

    def at(self, n: int) -> int | None:
        """The size for an n of the table."""
        shape = self.rows[n - 1][self.index].shape
        return shape[self.entry] if shape is not None and self.entry < len(shape) else None

    @property
    def values(self) -> list[int | None]:
        """The sizes for n = 1, 2, ..."""
        if self._values is None:
            self._values = [self.at(n) for n in range(1, len(self.rows) + 1)]
        return self._values

    def where(self, value: int) -> SizeSet:
        """All n at which the size has a value."""
        found = self._where.get(value)
        if found is None:
            found = self._where[value] = self._look_for(value)
        return found

    def _look_for(self, value: int) -> SizeSet:
        length = len(self.values)
        if not self.period:
            return SizeSet((n for n in range(1, length + 1) if self.values[n - 1] == value), length + 1, 0)
        members = {n for n in range(1, self.start) if self.values[n - 1] == value}
        residues = set()
        for n in range(self.start, self.start + self.period):
            size, later = self.values[n - 1], self.values[n - 1 + self.period]
            if size is None or later is None:
                continue
            if later > size:
                periods, rest = divmod(value - size, later - size)
                if periods >= 0 and rest == 0:
                    members.add(n + periods * self.period)
            elif size == value:
                residues.add(n % self.period)
        if not residues:
            return SizeSet(members, max(members, default=0) + 1, 1)
        return SizeSet(members, self.start, self.period, residues)  # what repeats never grows: no member is late


class Mixed:
    """A size that depends on several lines: ``const`` times the product of ``factors``; None if it is no product.

    ``told`` says that the layer that made it so is among the unsolved ones, so that no later one need be.
    """

    __slots__ = ("const", "factors", "told")

    def __init__(self, const: int | None = None, factors: tuple[Factor, ...] = (), told: bool = False) -> None:
        self.const = const
        self.factors = factors
        self.told = told

    def same(self, other: object) -> bool:
        """Whether two sizes are known to be equal for all n."""
        if self is other:
            return True
        if not isinstance(other, Mixed) or self.const is None or self.const != other.const:
            return False
        return [(f.line, f.values) for f in self.factors] == [(f.line, f.values) for f in other.factors]


#: A size in a shape: known, of one line, of several, or unknown.
Entry: TypeAlias = int | Factor | Mixed | None
#: Sizes of the lines (by their numbers) that go together: any of one with any of another.
Box: TypeAlias = dict[int, SizeSet]


class Demand(NamedTuple):
    """A layer that runs only if ``mixed`` is ``wanted``."""

    layer: Layer
    name: str | None
    kind: str
    mixed: Mixed
    wanted: int

    def boxes(self) -> list[Box]:
        """The sizes for which it is met."""
        const = self.mixed.const
        assert const is not None
        if const == 0 or self.wanted % const:
            return []
        return list(_splits(self.wanted // const, self.mixed.factors))


class Ones(NamedTuple):
    """What happens to a layer where several sizes are all 1."""

    layer: Layer
    name: str | None
    kind: str
    breaks: bool
    factors: tuple[Factor, ...]

    def box(self) -> Box:
        """The sizes for which it happens."""
        found: Box = {}
        for factor in self.factors:
            where = factor.where(1)
            found[factor.line] = both(found[factor.line], where) if factor.line in found else where
        return found


def _splits(target: int, factors: Sequence[Factor]) -> list[Box]:
    """The boxes in which the product of some factors has a value."""
    first, *others = factors
    if not others:
        where = first.where(target)
        return [{first.line: where}] if where else []
    found = []
    for divisor in _divisors(target):
        spend(1 + first.period, "the products of sizes")
        where = first.where(divisor)
        if where:
            found += [{first.line: where, **box} for box in _splits(target // divisor, others)]
    return found


def _divisors(number: int) -> list[int]:
    """All divisors of a number, by its prime factors. Raises TooMuch where these are too large to be found."""
    if number < 1:
        return []
    found = [1]
    prime = 2
    while number > 1:
        if prime * prime > number:
            prime = number
        times = 0
        while number % prime == 0:
            number //= prime
            times += 1
        if times:
            powers = [prime**power for power in range(times + 1)]
            spend(len(found) * len(powers), "the products of sizes")
            found = [divisor * power for divisor in found for power in powers]
        prime += 1
        if prime % _TRIED == 0:
            spend(_TRIED // 8, "the products of sizes")
    return sorted(found)
