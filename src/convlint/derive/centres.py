"""Where on the network's input a cell looks: the centre of its receptive field."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from convlint.derive.state import Derivation, Derived, Map
from convlint.model.operations import Convolution, Pad, Pool, Subsampling

#: Per spatial axis the input cell (from 0, in halves) that the first cell looks at.
Centre: TypeAlias = tuple[Fraction, ...]


def centres(derivation: Derivation) -> dict[int, Centre]:
    """The centre of the first cell of every map that has one, by the identity of the map.

    A window moves it by ``((K - 1) / 2 - before) * jump`` (Araujo et al., Distill 2019); a padding layer by
    ``-before * jump``.  Maps without a receptive field have no centre.
    """
    found: dict[int, Centre] = {}
    for value in derivation.inputs:
        if value.field is not None:
            found[id(value)] = (Fraction(0),) * len(value.field)
    for derived in derivation.flat():
        for value in derived.outputs:
            centre = _behind(derived, value, found)
            if centre is not None:
                found[id(value)] = centre
    return found


def _behind(derived: Derived, value: Map, found: dict[int, Centre]) -> Centre | None:
    if value.field is None or not derived.inputs:
        return None
    source = derived.inputs[0]
    before, jump = found.get(id(source)), source.jump
    if before is None or jump is None:
        return None
    operation = derived.layer.operation
    if isinstance(operation, Convolution | Pool):
        starts = tuple(pair[0] for pair in operation.padding)
        reach = tuple(d * (k - 1) for d, k in zip(operation.dilation, operation.kernel_size, strict=True))
    elif isinstance(operation, Subsampling):
        starts = (0,) * len(before)
        kernels = operation.kernel_size * (len(before) if len(operation.kernel_size) == 1 else 1)
        reach = tuple(kernel - 1 for kernel in kernels)
    elif isinstance(operation, Pad):
        starts = tuple(pair[0] for pair in operation.padding)
        reach = (0,) * len(before)
    else:
        return before
    if not len(starts) == len(before) == len(jump):
        return None
    return tuple(
        place + (Fraction(cells, 2) - start) * step
        for place, cells, start, step in zip(before, reach, starts, jump, strict=True)
    )
