"""Sets of sizes that repeat: what holds for a network at one size holds again a few strides further on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from math import lcm
from typing import NamedTuple

#: Two sets whose periods have a larger common multiple are not combined in closed form.
MAX_PERIOD = 1 << 16
#: Where a set that is no finite one begins to repeat at the latest, else it is known up to here.
MAX_START = 1 << 17


class Rule(NamedTuple):
    """``n = r (mod modulus)`` for an r of ``residues`` and n >= ``least``, and the sizes in ``also`` below it."""

    modulus: int
    residues: tuple[int, ...]
    least: int
    also: tuple[int, ...]


class SizeSet:
    """Sizes from 1 on: ``members`` are those below ``start``, from there on those with a residue modulo ``period``.

    With ``period`` 0 nothing is known from ``start`` on, and nothing there counts as a member.  Sets are kept in
    their simplest form (smallest period, then smallest start), so equal sets of known period compare equal.
    """

    __slots__ = ("members", "period", "residues", "start")

    def __init__(self, members: Iterable[int], start: int, period: int, residues: Iterable[int] = ()) -> None:
        self.members = tuple(sorted(members))
        self.start = start
        self.period = period
        self.residues = tuple(sorted(residues))
        if period:
            self._simplify()

    @classmethod
    def of(cls, holds: Callable[[int], bool], start: int, period: int) -> SizeSet:
        """The sizes for which something holds that repeats with a period from a start on."""
        return cls(
            (n for n in range(1, start) if holds(n)),
            start,
            period,
            {n % period for n in range(start, start + period) if holds(n)},
        )

    def _simplify(self) -> None:
        residues = set(self.residues)
        for period in range(1, self.period):
            if self.period % period == 0 and residues == {(r + period) % self.period for r in residues}:
                residues = {r % period for r in residues}
                self.period, self.residues = period, tuple(sorted(residues))
                break
        members = set(self.members)
        while self.start > 1 and (self.start - 1 in members) == ((self.start - 1) % self.period in residues):
            self.start -= 1
            members.discard(self.start)
        self.members = tuple(sorted(members))

    def __contains__(self, size: object) -> bool:
        if not isinstance(size, int) or size < 1:
            return False
        if size >= self.start:
            return self.period > 0 and size % self.period in self.residues
        found = bisect_left(self.members, size)
        return found < len(self.members) and self.members[found] == size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SizeSet):
            return NotImplemented
        return (self.members, self.start, self.period, self.residues) == (
            other.members, other.start, other.period, other.residues,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.members, self.start, self.period, self.residues))

    def __bool__(self) -> bool:
        """Whether there is any size in it."""
        return bool(self.members or self.residues)

    def __repr__(self) -> str:
        return f"SizeSet({self.members}, {self.start}, {self.period}, {self.residues})"

    @property
    def exact(self) -> bool:
        """Whether it is known for every size, however large."""
        return self.period > 0

    @property
    def finite(self) -> bool:
        """Whether it is known that there is a largest size in it (or none at all)."""
        return self.exact and not self.residues

    @property
    def smallest(self) -> int | None:
        """The smallest size in it."""
        return next(self.upwards(1), None)

    def upwards(self, size: int) -> Iterator[int]:
        """The sizes in it from a size on, in order; without end if it is infinite."""
        yield from self.members[bisect_left(self.members, size) :]
        if self.residues:
            size = max(size, self.start)
            while True:
                if size % self.period in self.residues:
                    yield size
                size += 1

    def below(self, size: int) -> int | None:
        """The largest size in it that is smaller than a size."""
        if self.residues:
            for candidate in range(size - 1, max(self.start, size - self.period) - 1, -1):
                if candidate % self.period in self.residues:
                    return candidate
        found = bisect_left(self.members, size)
        return self.members[found - 1] if found else None

    def above(self, size: int) -> int | None:
        """The smallest size in it that is larger than a size."""
        return next(self.upwards(size + 1), None)

    def ranges(self, up_to: int | None = None) -> list[tuple[int, int]]:
        """The sizes in it up to a size, as runs of neighbours (both ends included); all if it is finite."""
        assert up_to is not None or not self.residues
        found: list[tuple[int, int]] = []
        for size in self.upwards(1):
            if up_to is not None and size > up_to:
                break
            if found and found[-1][1] == size - 1:
                found[-1] = (found[-1][0], size)
            else:
                found.append((size, size))
        return found

    @property
    def rule(self) -> Rule | None:
        """The closed form; None if the set is finite or not known for all sizes."""
        if not self.residues:
            return None
        least = next(self.upwards(self.start))
        return Rule(self.period, self.residues, least, self.members)


#: Every size.
EVERY = SizeSet((), 1, 1, (0,))
#: No size.
NONE = SizeSet((), 1, 1)


def combine(holds: Callable[..., bool], *sets: SizeSet) -> SizeSet:
    """The sizes for which something holds, given whether they are in each of some sets."""
    start = max(found.start for found in sets)
    period = lcm(*(found.period for found in sets))
    if not 0 < period <= MAX_PERIOD or start > MAX_START:
        # Only as far as all of them are known.
        known = min((MAX_START, start, *(found.start for found in sets if not found.exact)))
        return SizeSet((n for n in range(1, known) if holds(*(n in found for found in sets))), known, 0)
    return SizeSet.of(lambda n: holds(*(n in found for found in sets)), start, period)


def both(first: SizeSet, second: SizeSet) -> SizeSet:
    """The sizes in both sets."""
    if first == EVERY:
        return second
    if second == EVERY:
        return first
    for finite, other in ((first, second), (second, first)):
        if finite.finite and (other.exact or finite.start <= other.start):
            return SizeSet((n for n in finite.members if n in other), finite.start, 1)
        if finite.finite:
            return SizeSet((n for n in finite.members if n < other.start and n in other), other.start, 0)
    return combine(lambda a, b: a and b, first, second)


def without(first: SizeSet, second: SizeSet) -> SizeSet:
    """The sizes in the first set that are not in the second."""
    if not second:
        return first
    if first.finite and (second.exact or first.start <= second.start):
        return SizeSet((n for n in first.members if n not in second), first.start, 1)
    return combine(lambda a, b: a and not b, first, second)


def either(first: SizeSet, second: SizeSet) -> SizeSet:
    """The sizes in at least one set."""
    if not second:
        return first
    if not first:
        return second
    if first.finite and second.finite:
        return SizeSet({*first.members, *second.members}, max(first.start, second.start), 1)
    return combine(lambda a, b: a or b, first, second)
