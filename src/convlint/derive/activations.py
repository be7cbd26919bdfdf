"""How many numbers a forward pass must hold at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convlint.derive.state import Derivation, Derived, Map
from convlint.model.operations import Group


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
    steps, originals = _steps(derivation.layers)

    def key(value: Map) -> int:
        return originals.get(id(value), id(value))

    last: dict[int, int] = {}
    for index, step in enumerate(steps):
        for value in step.inputs:
            last[key(value)] = index
    for value in derivation.outputs:
        last[key(value)] = len(steps)
    alive: dict[int, int] = {}
    total = 0
    found: Peak | None = None
    for value in derivation.inputs:
        if id(value) in last:
            size = elements(value)
            if size is None:
                return None
            alive[id(value)] = size
            total += size
    for index, step in enumerate(steps):
        for value in step.outputs:
            size = elements(value)
            if size is None:
                return None
            if id(value) not in alive:
                alive[id(value)] = size
                total += size
        if found is None or total > found.elements:
            found = Peak(total, step)
        for value in (*step.inputs, *step.outputs):
            if last.get(key(value), index) <= index:
                total -= alive.pop(key(value), 0)
    return found


def _steps(layers: list[Derived]) -> tuple[list[Derived], dict[int, int]]:
    """The layers that compute something, in order; and which value of an inner layer each output of a group is."""
    steps: list[Derived] = []
    originals: dict[int, int] = {}

    def visit(layers: list[Derived]) -> None:
        for derived in layers:
            operation = derived.layer.operation
            if not isinstance(operation, Group):
                steps.append(derived)
                continue
            visit(derived.children)
            for value, (number, part) in zip(derived.outputs, operation.outputs, strict=False):
                for made in _made(derived, number, part):
                    if made is not value:
                        originals[id(value)] = originals.get(id(made), id(made))

    visit(layers)
    return steps, originals


def _made(group: Derived, number: int, part: int) -> Iterator[Map]:
    """The value of a group's last copy that leaves it."""
    for child in reversed(group.children):
        if child.layer.number == number:
            if part < len(child.outputs):
                yield child.outputs[part]
            return
