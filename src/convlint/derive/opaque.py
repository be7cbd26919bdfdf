"""Layers whose inside is not known, and those that only count or check."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from convlint.derive.state import Derived, Map
from convlint.model.operations import Evaluated, Levels, Opaque, Parameters, ParameterTensor

if TYPE_CHECKING:
    from convlint.derive.irregularities import Note


def parameters(operation: Parameters, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Numbers that are trained but belong to no operation."""
    at.params = operation.count
    source = inputs[0]
    return (Map(source.shape, at, source.field, source.jump, source.tail),)


def parameter_tensor(operation: ParameterTensor, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Numbers of the network's own, the same for every example."""
    shape = operation.shape
    if min(shape, default=0) < 0:
        note("invalid-channels", argument="shape", value=min(shape))
        at.params = None
        return (Map(None, at),)
    at.weight = shape or None
    at.params = prod(shape) if operation.trained else 0
    return (Map(shape, at),)


def opaque(operation: Opaque, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """What is declared or assumed; an output of None keeps the shape of the first input."""
    at.params, at.macs = operation.params, None
    outputs = []
    for shape in operation.outputs:
        if shape is None:
            source = inputs[0]
            made = Map(source.shape, at, source.field, source.jump)
        else:
            given = inputs[0].shape if operation.keeps_size else None
            if given is not None and len(given) == len(shape):
                times, over = operation.scale
                shape = tuple(
                    [
                        size if size is not None or old is None or axis == 0 else old * times // over
                        for axis, (size, old) in enumerate(zip(shape, given, strict=True))
                    ]
                )
            made = Map(shape, at)
        made.assumed = operation.assumed
        outputs.append(made)
    return tuple(outputs)


def evaluated(operation: Evaluated, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """What was worked out for the shapes that arrive."""
    at.macs = operation.macs
    return tuple(Map(shape, at) for shape in operation.outputs)


def levels(operation: Levels, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """The inputs of a detection head: in every group the height gets smaller from level to level."""
    heights = [source.shape[1] if source.shape is not None and len(source.shape) == 3 else None for source in inputs]
    size = operation.size
    grouped = heights[: len(heights) - operation.extra]
    for start in range(0, len(grouped), size):
        group = grouped[start : start + size]
        if any(a is not None and b is not None and a <= b for a, b in pairwise(group)):
            note("level-order", heights=group, start=start)
            break
    return tuple(Map(source.shape, at, source.field, source.jump) for source in inputs)
