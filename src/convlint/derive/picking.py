"""Operations that take some cells of an axis, or put its cells into another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive.reshaping import axis_of
from convlint.derive.state import Derived, Map
from convlint.derive.windows import widen
from convlint.model.network import Shape
from convlint.model.operations import Flip, Narrow, Roll, Slice

if TYPE_CHECKING:
    from convlint.derive.irregularities import Note


def slice_(operation: Slice, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Every ``step``-th cell from ``start`` to before ``end``, which reach no further than the axis, as in Python."""
    source = inputs[0]
    axis = _own_axis(operation.dim, source.shape, note)
    if source.shape is None or axis is None:
        return (Map(None, at),)
    size = source.shape[axis]
    left = None
    if size is not None:
        left = len(range(*slice(operation.start, operation.end, operation.step).indices(size)))
    return (_cut(source, at, axis, left, operation.step),)


def narrow(operation: Narrow, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """``length`` cells from ``start`` on, all of which have to be there."""
    source = inputs[0]
    axis = _own_axis(operation.dim, source.shape, note)
    if source.shape is None or axis is None:
        return (Map(None, at),)
    size, start, length = source.shape[axis], operation.start, operation.length
    first = start if size is None or start >= 0 else start + size
    if length < 0 or (size is not None and not 0 <= first <= first + length <= size):
        note("split-divides", what="Narrow", size=size, start=start, length=length, dim=axis + 1)
        return (Map(tuple(None if index == axis else size for index, size in enumerate(source.shape)), at),)
    return (_cut(source, at, axis, length, 1),)


def _cut(source: Map, at: Derived, axis: int, size: int | None, step: int) -> Map:
    """A map with another size along an axis; what lies at its far end is no longer known."""
    assert source.shape is not None
    shape = (*source.shape[:axis], size, *source.shape[axis + 1 :])
    strides = tuple(step if index == axis else 1 for index in range(1, len(shape)))
    field, jump = widen(source, (1,) * len(strides), strides, (1,) * len(strides))
    return Map(shape, at, field, jump, source.tail if axis == 0 else None)


def flip(operation: Flip, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """The cells in the opposite order along some axes, each named once."""
    return _turned(operation.dims, inputs[0], at, note, once=True)


def roll(operation: Roll, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """The cells moved along some axes; what leaves at one end comes in at the other."""
    if len(operation.shifts) != len(operation.dims):
        # The format says that they do not fit each other, so that the axes may be wrong or the shifts.
        return (Map(inputs[0].shape, at),)
    return _turned(operation.dims, inputs[0], at, note, once=False)


def _turned(dims: tuple[int, ...], source: Map, at: Derived, note: Note, once: bool) -> tuple[Map, ...]:
    shape = source.shape
    axes: list[int] = []
    for dim in dims if shape is not None else ():
        axis = _own_axis(dim, shape, note, "dims")
        if axis is None:
            return (Map(None, at),)
        if once and axis in axes:
            assert shape is not None
            note("axis-range", argument="dims", dim=dim, rank=len(shape) + 1, shape=shape, twice=True)
            return (Map(None, at),)
        axes.append(axis)
    return (Map(shape, at, source.field, source.jump, source.tail if set(axes) <= {0} else None),)


def _own_axis(dim: int, shape: Shape | None, note: Note, argument: str = "dim") -> int | None:
    """The index of an axis of one example; None, and an irregularity, for the batch or no axis at all."""
    axis = None if shape is None else axis_of(dim, shape, note, argument)
    if axis is not None and axis < 0:
        assert shape is not None
        note("axis-range", argument=argument, dim=dim, rank=len(shape) + 1, shape=shape, batch=True)
        return None
    return axis
