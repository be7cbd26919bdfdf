"""Operations that make one value of all along some axes: mean, sum, largest, smallest, deviation, variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive.reshaping import axis_of
from convlint.derive.state import Derived, Map
from convlint.derive.windows import widen
from convlint.model.operations import Reduce

if TYPE_CHECKING:
    from convlint.derive.irregularities import Note


def reduce(operation: Reduce, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Every axis that is named once has size 1, or is gone.

    Over spatial axes it is a window of their size, and over channels none; an axis that is gone takes the receptive
    field with it, since nobody can tell any more which cell is which.
    """
    source = inputs[0]
    shape = source.shape
    if shape is None:
        return (Map(None, at),)
    axes: list[int] = []
    for dim in operation.dims:
        axis = axis_of(dim, shape, note)
        if axis is None:
            return (Map(None, at),)
        if axis < 0 or axis in axes:
            problem = "batch" if axis < 0 else "twice"
            note("axis-range", argument="dim", dim=dim, rank=len(shape) + 1, shape=shape, **{problem: True})
            return (Map(None, at),)
        axes.append(axis)
    if not operation.keepdim:
        return (Map(tuple(size for axis, size in enumerate(shape) if axis not in axes), at),)
    made = tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    windows = tuple(size if axis in axes else 1 for axis, size in enumerate(shape[1:], 1))
    field, jump = (None, None) if None in windows else widen(source, windows, windows, (1,) * len(windows))  # type: ignore[arg-type]
    # A column of zeros has the mean 0, and the deviation.
    return (Map(made, at, field, jump, source.tail if axes == [0] else None),)


def keeps_channels(at: Derived) -> bool:
    """Whether a layer that reduces axes leaves the channels alone."""
    operation = at.layer.operation
    if not isinstance(operation, Reduce):
        return False
    shape = at.inputs[0].shape
    return shape is not None and all(dim % (len(shape) + 1) != 1 for dim in operation.dims)
