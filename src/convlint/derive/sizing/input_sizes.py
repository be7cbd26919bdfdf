"""For which input sizes a network runs, and for which it runs clean.

It *runs* if every layer has an output and everything that must fit together does.  It runs *clean* if besides no
window leaves real input unread that it could reach (stride at most the kernel) and no warning depends on the size.
What is wrong at every size whatever is left out of both: it is no question of size.

Every axis is judged by itself, with the others unknown (``table``); what depends on several axes together is
in ``boxes``, ``exceptions`` and ``unsolved`` (``several_axes``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import reduce
from itertools import product
from typing import NamedTuple

from convlint.derive.sizing.columns import Cause, Line, Memory
from convlint.derive.sizing.products import Box, Demand
from convlint.derive.sizing.size_set import EVERY, NONE, SizeSet, both, either, without
from convlint.derive.sizing.table import CannotFollow, Table, tabulate
from convlint.model.network import Input, Layer, Network, Shape, walk
from convlint.model.operations import CenterCrop
from convlint.work import spend

__all__ = [
    "MAX_UP_TO",
    "UP_TO",
    "Axis",
    "Clash",
    "InputSizes",
    "Memory",
    "Together",
    "has_crops",
    "input_sizes",
    "resized",
    "varying",
]

#: How far sizes are tried one by one if a network has no period.
UP_TO, MAX_UP_TO = 4096, 65536
#: More boxes than this describe nothing.
MAX_BOXES = 10_000
#: What it takes to look at one of them, in steps of the budget.
_STEPS_PER_BOX = 100


class Axis(NamedTuple):
    """An axis of a network input by itself, or one that several inputs have in common.

    ``members`` are (index of the input, spatial axis); ``declared`` is None if the file leaves the size open.
    """

    members: tuple[tuple[int, int], ...]
    declared: int | None
    runs: SizeSet
    clean: SizeSet


class Together(NamedTuple):
    """Sizes of all axes, a set for each: any of one goes with any of the others."""

    runs: tuple[SizeSet, ...]
    clean: tuple[SizeSet, ...]


class Clash(NamedTuple):
    """Sizes of all axes, a set for each, that are good for each axis by itself but not together, and why."""

    cause: Cause
    breaks: bool
    sizes: tuple[SizeSet, ...]


class InputSizes:
    """What sizes the inputs of a network may have.

    ``boxes`` are the only combinations of sizes that run, None if any combination does; ``demands`` are the layers that
    make it so.  ``clashes`` are exceptions from them.  ``unsolved`` are layers that make a combination depend on more
    than can be said in such terms: then a combination of good sizes may still fail.
    """

    def __init__(self, network: Network, lines: list[Line], table: Table) -> None:
        self.network = network
        self.axes = tuple(self._axis(table, number, line) for number, line in enumerate(lines, 1))
        several = table.several_axes
        self.demands: tuple[Demand, ...] = tuple(several.demands) if several else ()
        self.unsolved: tuple[Layer, ...] = tuple(several.unsolved) if several else ()
        self.boxes: tuple[Together, ...] | None = None
        self.clashes: tuple[Clash, ...] = ()
        if several and self.demands:
            self._solve()
        if several:
            self._clash((Cause(one.layer, one.name, one.kind), one.breaks, one.box()) for one in several.ones)

    def _axis(self, table: Table, number: int, line: Line) -> Axis:
        judged = table.judged[number]
        index, axis = line.axes[0]
        shape = self.network.inputs[index].shape
        declared = shape[axis + 1] if shape is not None else None
        return Axis(line.axes, declared, judged.sizes(clean=False), judged.sizes(clean=True))

    def _solve(self) -> None:
        """Combine what the layers demand of several axes together."""
        boxes: list[Box] = [{}]
        for demand in self.demands:
            boxes = [
                met for box in boxes for other in demand.boxes() if all((met := _meet(box, other)).values())
            ]  # fmt: skip
            if len(boxes) > MAX_BOXES:
                self.unsolved = (*self.unsolved, demand.layer)
                return
        found = []
        for box in boxes:
            spend(_STEPS_PER_BOX, "the sizes that go together")
            given = [box.get(number, EVERY) for number in range(1, len(self.axes) + 1)]
            runs = tuple(both(one, axis.runs) for one, axis in zip(given, self.axes, strict=True))
            clean = tuple(both(one, axis.clean) for one, axis in zip(given, self.axes, strict=True))
            if all(runs):
                found.append(Together(runs, clean))
        self.boxes = tuple(found)

    def _clash(self, found: Iterable[tuple[Cause, bool, Box]]) -> None:
        """Keep the exceptions that concern otherwise good sizes and are no part of others."""
        kept: list[Clash] = []
        for cause, breaks, box in found:
            sizes = tuple(
                both(box.get(number, EVERY), axis.runs if breaks else axis.clean)
                for number, axis in enumerate(self.axes, 1)
            )
            clash = Clash(cause, breaks, sizes)
            if all(sizes) and not any(_within(clash, other) for other in kept):
                kept = [other for other in kept if not _within(other, clash)]
                kept.append(clash)
        self.clashes = tuple(kept)

    def runs(self, sizes: Sequence[int]) -> bool | None:
        """Whether the network runs with these sizes of its axes; None if that is not known."""
        return self._allows(sizes, clean=False)

    def clean(self, sizes: Sequence[int]) -> bool | None:
        """Whether it runs clean; None if that is not known."""
        return self._allows(sizes, clean=True)

    def _allows(self, sizes: Sequence[int], clean: bool) -> bool | None:
        single = [axis.clean if clean else axis.runs for axis in self.axes]
        if not all(size in one for size, one in zip(sizes, single, strict=True)):
            known = all(one.exact or size < one.start for size, one in zip(sizes, single, strict=True))
            return False if known else None
        if self.boxes is not None and not any(_holds(box.runs, sizes) for box in self.boxes):
            return False
        if self._clashing(sizes, clean):
            return False
        return None if self.unsolved else True

    def _clashing(self, sizes: Sequence[int], clean: bool) -> bool:
        """Whether sizes are one of the exceptions."""
        return any((clash.breaks or clean) and _holds(clash.sizes, sizes) for clash in self.clashes)

    def nearest(self, sizes: Sequence[int], clean: bool) -> tuple[int, ...] | None:
        """The good sizes of all axes together that are nearest to some, by the sum of the differences.

        Each axis is its own size or the next good one in either direction.  None if none of these is good, or if nobody
        can tell.
        """
        if self.unsolved:
            return None
        alone = tuple(axis.clean if clean else axis.runs for axis in self.axes)
        boxes = [alone] if self.boxes is None else [box.clean if clean else box.runs for box in self.boxes]
        near = []
        for box in boxes:
            found = [_near(size, one) for size, one in zip(sizes, box, strict=True)]
            if all(found):
                least = sum(min(abs(n - size) for n in ns) for size, ns in zip(sizes, found, strict=True))
                near.append((least, found))
        best: tuple[int, tuple[int, ...]] | None = None
        for least, found in sorted(near):
            if best is not None and least > best[0]:
                break
            for chosen in product(*found):
                away = sum(abs(n - size) for n, size in zip(chosen, sizes, strict=True))
                if (best is None or (away, chosen) < best) and not self._clashing(chosen, clean):
                    best = away, chosen
        return None if best is None else best[1]

    def equal(self, clean: bool) -> SizeSet | None:
        """The sizes that may stand on all axes at once (squares, cubes); None if that is not known."""
        if self.unsolved or not self.axes:
            return None
        found = _all([axis.clean if clean else axis.runs for axis in self.axes])
        if self.boxes is not None:
            found = reduce(either, (_all(box.clean if clean else box.runs) for box in self.boxes), NONE)
        for clash in self.clashes:
            if clash.breaks or clean:
                found = without(found, _all(clash.sizes))
        return found


def _near(size: int, good: SizeSet) -> list[int]:
    """A size if it is good, and the next good ones below and above it."""
    found = (good.below(size), size if size in good else None, good.above(size))
    return [n for n in found if n is not None]


def _all(sets: Sequence[SizeSet]) -> SizeSet:
    return reduce(both, sets, EVERY)


def _holds(sets: Sequence[SizeSet], sizes: Sequence[int]) -> bool:
    return all(size in one for size, one in zip(sizes, sets, strict=True))


def _meet(box: Box, other: Box) -> Box:
    return {
        line: both(box[line], other[line]) if line in box and line in other else box.get(line) or other[line]
        for line in {**box, **other}
    }


def _within(clash: Clash, other: Clash) -> bool:
    """Whether one exception is part of another."""
    return clash.breaks <= other.breaks and all(
        not without(one, more) for one, more in zip(clash.sizes, other.sizes, strict=True)
    )


def varying(network: Network) -> list[Line]:
    """The axes to ask about: those of every input, equal sizes on the same axis of several inputs together."""
    lines: dict[tuple[int, int, int | None], list[tuple[int, int]]] = {}
    for index, given in enumerate(network.inputs):
        if given.shape is not None:
            for axis, size in enumerate(given.shape[1:]):
                lines.setdefault((len(given.shape), axis, size), []).append((index, axis))
    return [Line(tuple(members)) for members in lines.values()]


def input_sizes(
    network: Network, up_to: int = UP_TO, crops_follow: bool = False, memory: Memory | None = None
) -> InputSizes | None:
    """What sizes the inputs of a network may have; None if they have no axes.

    ``up_to`` is how far sizes are tried if the network has no period.  With ``crops_follow`` every CenterCrop cuts what
    it reads to the size of what it is joined with, whatever size is written; None then also if that is not possible.
    ``memory`` keeps what networks of one file have in common.
    Raises TooMuch if the answer would take long.
    """
    lines = varying(network)
    if not lines:
        return None
    try:
        return InputSizes(network, lines, tabulate(network, lines, up_to, crops_follow, memory))
    except CannotFollow:
        return None


def has_crops(network: Network) -> bool:
    """Whether some layer cuts a map to a written size."""
    return any(
        isinstance(layer.operation, CenterCrop) and any(size is not None for size in layer.operation.size)
        for layer in walk(network.layers)
    )


def resized(network: Network, sizes: Sequence[Shape]) -> Network:
    """The same network with inputs of other spatial sizes (one shape for each input), and without totals claimed."""
    inputs = [
        Input(given.number, given.name, given.shape and (given.shape[0], *spatial), given.span)
        for given, spatial in zip(network.inputs, sizes, strict=True)
    ]
    other = copy(network)
    other.inputs, other.claims = inputs, ()
    return other
