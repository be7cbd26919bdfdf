"""Which layer was probably meant where a layer reads the wrong one: a layer that nothing reads, and that would fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from convlint.derive.state import Derivation, Derived, InnerIrregularity, Irregularity
from convlint.model.network import Shape
from convlint.model.operations import Split

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join

#: Joins of more inputs are not looked at.
MAX_INPUTS = 64
_JOINS = ("concat-size", "add-shape", "odd-skip", "crop-needed", "missing-projection")


class Misread(NamedTuple):
    """Which input of a layer is the wrong one, and the unread layer that would fit in its place."""

    place: int
    meant: Derived


def misread(irregularity: Irregularity, derivation: Derivation) -> Misread | None:
    """What was probably meant to be read where a join or `in_channels` does not fit; None if nothing tells."""
    return _misreadings(derivation).get(id(irregularity))


def explained(derivation: Derivation) -> frozenset[int]:
    """The identities of the unread layers that a finding elsewhere already proposes to read."""
    return frozenset(id(found.meant.layer) for found in _misreadings(derivation).values())


@lru_cache(maxsize=1)
def _misreadings(derivation: Derivation) -> dict[int, Misread]:
    """By the identity of the irregularity; every unread layer explains one at most."""
    suspects = [
        irregularity
        for irregularity in derivation.irregularities
        if (irregularity.kind in _JOINS or irregularity.kind == "channel-mismatch")
        and not isinstance(irregularity, InnerIrregularity)
    ]
    if not suspects:
        return {}
    unread = [
        derived
        for derived in derivation.layers
        if derived.layer.name is not None
        and not isinstance(derived.layer.operation, Split)
        and not derivation.readers(derived.layer.number)
    ]
    found: dict[int, Misread] = {}
    for irregularity in suspects:
        for derived in reversed(unread):
            index = _place_for(derived, irregularity, derivation)
            if index is not None:
                found[id(irregularity)] = Misread(index, derived)
                unread.remove(derived)
                break
        if not unread:
            break
    return found


def _place_for(unread: Derived, irregularity: Irregularity, derivation: Derivation) -> int | None:
    """The input of a layer in whose place an unread layer would fit; None if there is none."""
    at, numbers = irregularity.at, irregularity.numbers
    shape = unread.output.shape
    if unread.layer.number >= at.layer.number or shape is None or at.layer.place.value_span("from") is None:
        return None
    if irregularity.kind == "channel-mismatch":
        arrived = at.inputs[0].shape
        fits = arrived is not None and len(arrived) == len(shape) and shape[0] == numbers.get("declared")
        return 0 if fits and _read_elsewhere(at, 0, derivation) else None
    join = cast("Join", numbers)
    shapes: Sequence[Shape | None] = join["shapes"] if "shapes" in join else join.get("arrived", ())
    if not shapes or join["problem"] not in ("size", "rank") or len(shapes) > MAX_INPUTS:
        return None
    free = join["dim"] - 1 if join["merge"] == "concat" else None
    for index in range(len(shapes)):
        others = [other for number, other in enumerate(shapes) if number != index]
        if all(_equal(shape, other, free) for other in others) and _read_elsewhere(at, index, derivation):
            return index
    return None


def _read_elsewhere(at: Derived, index: int, derivation: Derivation) -> bool:
    """Whether what a layer reads has other readers, so that it would not be unread in turn."""
    number, _ = at.layer.inputs[index]
    return derivation.readers(number) > 1 or number in {given.number for given in derivation.network.inputs}


def _equal(one: Shape, other: Shape | None, free: int | None) -> bool:
    """Whether all sizes are known and equal, but for those along one axis."""
    return (
        other is not None
        and len(one) == len(other)
        and all(axis == free or (a is not None and a == b) for axis, (a, b) in enumerate(zip(one, other, strict=True)))
    )
