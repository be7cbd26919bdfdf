"""What becomes of what a layer makes: the layers that read it, and theirs."""

from __future__ import annotations

from functools import lru_cache

from convlint.derive.state import Derivation, Derived, Map
from convlint.model import operations as op

#: Layers between a convolution on one cell and the map that it gates.
MAX_GATE = 30


def gates(at: Derived, derivation: Derivation) -> bool:
    """Whether the one cell that a layer makes is multiplied, maybe behind other layers, with a larger map."""
    readers = _readers(derivation)
    work, seen = [at], {id(at)}
    while work and len(seen) <= MAX_GATE:
        for reader in readers.get(id(work.pop()), ()):
            operation = reader.layer.operation
            if isinstance(operation, op.Merge) and operation.kind == "multiply":
                if any(_one_cell(value) is False for value in reader.inputs):
                    return True
            elif id(reader) not in seen and _one_cell(reader.output) is not False:
                seen.add(id(reader))
                work.append(reader)
    return False


def _one_cell(value: Map) -> bool | None:
    """Whether a map has one cell; None of a vector, and where that is not known."""
    if value.shape is None or len(value.shape) < 2 or None in value.shape[1:]:
        return None
    return set(value.shape[1:]) == {1}


@lru_cache(maxsize=1)
def _readers(derivation: Derivation) -> dict[int, list[Derived]]:
    """By layer (its identity) those that read what it makes."""
    for found in derivation.irregularities:
        if found.kind == "pointwise-on-one-cell":
            found.at  # noqa: B018  writes out the closed group that it is in
    readers: dict[int, list[Derived]] = {}
    for derived in derivation.flat():
        for value in derived.inputs:
            if value.made_by is not None:
                readers.setdefault(id(value.made_by), []).append(derived)
    return readers
