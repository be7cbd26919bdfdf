"""How many numbers a forward pass must hold at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from convlint.derive.state import Derivation, Derived, Map
from convlint.model.network import Ref
from convlint.model.operations import Group

#: Behind so many steps equal copies are no longer looked at twice (repeats in repeats would double the work each).
_MOST_STEPS = 100_000


class Peak(NamedTuple):
    """The largest sum of activations alive at once, and the layer that runs then."""

    elements: int
    at: Derived


def elements(value: Map) -> int | None:
    """How many numbers a value holds for one example, None if a size is unknown."""
    if value.shape is None:
        return None
    total = 1
    for size in value.shape:
        if size is None:
            return None
        total *= size
    return total


def peak(derivation: Derivation) -> Peak | None:
    """The most that is alive while any layer runs: what it reads, what it makes, and what is still needed later.

    Layers run in the order of the file, one example at a time, and every layer makes new values (nothing in place, no
    views).  None if a size is unknown or there is no layer.
    """
    found: Peak | None = None
    for step, total in _alive(derivation):
        if found is None or total > found.elements:
            found = Peak(total, step)
    return found


def alive(derivation: Derivation) -> dict[int, int]:
    """The most that is alive while each layer runs, by its identity; nothing if a size is unknown."""
    found: dict[int, int] = {}
    for step, total in _alive(derivation):
        found[id(step)] = max(total, found.get(id(step), 0))
    return found


def _alive(derivation: Derivation) -> Iterator[tuple[Derived, int]]:
    """The layers as they run, and what is alive then; nothing if a size is unknown."""
    run = _Run(derivation)
    if run.unknown:
        return
    last: dict[int, int] = {}
    for index, step in enumerate(run.steps):
        for value in step.reads:
            last[value] = index
    for value in run.kept:
        last[value] = len(run.steps)
    held = {value for value in run.given if value in last}
    total = sum(run.sizes[value] for value in held)
    for index, step in enumerate(run.steps):
        held.update(step.makes)
        total += sum(run.sizes[value] for value in step.makes)
        yield step.at, total
        for value in {*step.reads, *step.makes}:
            if last.get(value, index) <= index:
                held.remove(value)
                total -= run.sizes[value]


class _Step(NamedTuple):
    """A layer that runs: the values that it reads and makes."""

    at: Derived
    reads: list[int]
    makes: list[int]


class _Run:
    """The layers in the order in which they run, groups written out; values are numbered anew.

    Of equal copies two run: in the second one, what the group itself read may still be needed beside what the copy
    reads.  More of them hold no more.
    """

    def __init__(self, derivation: Derivation) -> None:
        self.steps: list[_Step] = []
        self.sizes: list[int] = []
        self.unknown = False
        self.values: dict[int, list[int]] = {}
        self.given: list[int] = []
        for given, value in zip(derivation.network.inputs, derivation.inputs, strict=True):
            self.values[given.number] = self.made((value,))
            self.given += self.values[given.number]
        self.layers(derivation.layers)
        self.kept = self.read(derivation.network.outputs)

    def made(self, values: Iterable[Map]) -> list[int]:
        numbers = []
        for value in values:
            size = elements(value)
            self.unknown = self.unknown or size is None
            numbers.append(len(self.sizes))
            self.sizes.append(size or 0)
        return numbers

    def read(self, refs: Iterable[Ref]) -> list[int]:
        found = []
        for number, part in refs:
            parts = self.values.get(number, [])
            if part < len(parts):
                found.append(parts[part])
            else:
                self.unknown = True
        return found

    def layers(self, layers: list[Derived]) -> None:
        for derived in layers:
            layer, operation = derived.layer, derived.layer.operation
            reads = self.read(layer.inputs)
            if isinstance(operation, Group):
                self.values[layer.number] = self.group(operation, derived, reads)
            else:
                makes = self.values[layer.number] = self.made(derived.outputs)
                self.steps.append(_Step(derived, reads, makes))

    def group(self, group: Group, derived: Derived, reads: list[int]) -> list[int]:
        length = len(group.layers)
        for start in range(0, len(derived.children), length or 1):
            copy = derived.children[start : start + length]
            for _ in range(2 if copy[0].times > 1 and len(self.steps) < _MOST_STEPS else 1):
                for number, value in zip(group.inputs, reads, strict=False):
                    self.values[number] = [value]
                self.layers(copy)
                reads = self.read(group.outputs)
        return reads
