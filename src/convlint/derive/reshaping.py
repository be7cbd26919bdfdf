"""Operations that only move, add or remove cells."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive.state import Derived, Map
from convlint.model.network import Shape
from convlint.model.operations import CenterCrop, Flatten, Pad, Permute, Reshape, Unflatten

if TYPE_CHECKING:
    from convlint.derive.irregularities import CropTooLarge, Note


def axis_of(dim: int, shape: Shape, note: Note, argument: str = "dim") -> int | None:
    """The index into a shape without batch axis of a ``dim`` that counts it; -1 for the batch axis itself.

    None, and an irregularity, if there is no such axis.
    """
    rank = len(shape) + 1
    if not -rank <= dim < rank:
        note("axis-range", argument=argument, dim=dim, rank=rank, shape=shape)
        return None
    return dim % rank - 1


def _count(sizes: Shape) -> int | None:
    return None if None in sizes else prod(sizes)  # type: ignore[arg-type]


def flatten(operation: Flatten, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Flatten. If the batch axis is flattened too, only the axes behind are left of the shape."""
    shape = inputs[0].shape
    if shape is None:
        return (Map(None, at),)
    first = axis_of(operation.start_dim, shape, note, "start_dim")
    last = axis_of(operation.end_dim, shape, note, "end_dim") if first is not None else None
    if first is None or last is None:
        return (Map(None, at),)
    if first > last:
        note("axis-range", argument="end_dim", dim=operation.end_dim, rank=len(shape) + 1, shape=shape, start=first + 1)
        return (Map(None, at),)
    if first < 0:
        # The batch takes in the axes behind it: what is left are those behind them.
        return (Map(shape[last + 1 :], at),)
    if first == last:
        return (Map(shape, at, inputs[0].field, inputs[0].jump),)
    return (Map((*shape[:first], _count(shape[first : last + 1]), *shape[last + 1 :]), at),)


def unflatten(operation: Unflatten, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Unflatten: one axis becomes several of the same product."""
    shape = inputs[0].shape
    if shape is None:
        return (Map(None, at),)
    axis = axis_of(operation.dim, shape, note)
    if axis is not None and axis < 0:
        note("axis-range", argument="dim", dim=operation.dim, rank=len(shape) + 1, shape=shape, batch=True)
    if axis is None or axis < 0:
        return (Map(None, at),)
    sizes = _fill(operation.sizes, shape[axis], note, shape)
    return (Map(None if sizes is None else (*shape[:axis], *sizes, *shape[axis + 1 :]), at),)


def reshape(operation: Reshape, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Reshape of everything but the batch axis."""
    shape = inputs[0].shape
    total = None if shape is None else _count(shape)
    sizes = _fill(operation.shape, total, note, shape)
    return (Map(None if sizes is None else tuple(sizes), at),)


def _fill(sizes: tuple[int, ...], total: int | None, note: Note, shape: Shape | None) -> list[int | None] | None:
    """Sizes with -1 replaced by what is left of ``total``; None where they cannot be."""
    free = [index for index, size in enumerate(sizes) if size == -1]
    fixed = prod(size for size in sizes if size != -1)
    if len(free) > 1 or any(size < -1 for size in sizes):
        note("reshape-size", problem="free" if len(free) > 1 else "negative", sizes=sizes, total=total, shape=shape)
        return None
    filled: list[int | None] = [size if size >= 0 else None for size in sizes]
    if total is None:
        return filled
    if free and fixed and total % fixed == 0:
        filled[free[0]] = total // fixed
    elif free or fixed != total:
        note("reshape-size", problem="product", sizes=sizes, total=total, shape=shape)
        return None
    return filled


def permute(operation: Permute, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Permute; ``dims`` counts the batch axis, which has to stay first."""
    shape = inputs[0].shape
    if shape is None:
        return (Map(None, at),)
    rank = len(shape) + 1
    order = [dim + rank if dim < 0 else dim for dim in operation.dims]
    if sorted(order) != list(range(rank)) or order[0] != 0:
        note("axis-range", argument="dims", dim=operation.dims, rank=rank, shape=shape)
        return (Map(None, at),)
    return (Map(tuple(shape[dim - 1] for dim in order[1:]), at),)


def center_crop(operation: CenterCrop, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """The middle of every spatial axis; one size stands for all axes."""
    shape = inputs[0].shape
    if not shape:
        return (Map(shape, at),)
    rank = len(shape) - 1
    wanted = operation.size * rank if len(operation.size) == 1 else operation.size
    if len(wanted) != rank:
        note("wrong-arity", argument="size", given=len(wanted), wanted=rank)
        return (Map((shape[0],) + (None,) * rank, at),)
    out: list[int | None] = []
    for axis, size in enumerate(wanted):
        old = shape[axis + 1]
        if size is not None and (size < 1 or (old is not None and size > old)):
            note("crop-needed", axis=axis, wanted=size, size=old)
            # It may be another map that was to be cropped.
            return (Map((None,) * (rank + 1), at),)
        out.append(old if size is None else size)
    return (Map((shape[0], *out), at, inputs[0].field, inputs[0].jump),)


def pad(operation: Pad, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """The padding layers. Zeros and copies at the far end are remembered, for they are not input."""
    source = inputs[0]
    shape = source.shape
    rank, mode = operation.rank, operation.mode
    if shape is None:
        return (Map(None, at),)
    copies = mode in ("reflect", "circular", "replicate")
    # Zeros and constants pad the last axes of any map; the others want exactly channels and `rank` axes.
    if len(shape) < rank or (copies and len(shape) != rank + 1):
        note("rank-mismatch", wanted=rank + 1, shape=shape)
        return (Map(None, at),)
    first = len(shape) - rank
    out = list(shape)
    empty: CropTooLarge | None = None
    for axis, (before, after) in enumerate(operation.padding):
        size = shape[first + axis]
        if size is None:
            continue
        if (mode == "reflect" and max(before, after) >= size) or (mode == "circular" and max(before, after) > size):
            note("reflect-padding", mode=mode, axis=axis, size=size, padding=max(before, after))
            return (Map((*shape[:first],) + (None,) * rank, at),)
        made = size + before + after
        # Constants crop before they pad; the other modes only look at what comes out.
        overdone = mode in ("zeros", "constant") and (-before > size or -after > size)
        if made < 0 or overdone or (made == 0 and rank == 1 and mode in ("reflect", "replicate")):
            note("crop-too-large", axis=axis, size=size, before=before, after=after)
            return (Map((*shape[:first],) + (None,) * rank, at),)
        if made == 0:
            empty = {"axis": axis, "size": size, "before": before, "after": after, "empty": True}
        out[first + axis] = made
    if empty is not None:
        note("crop-too-large", fatal=False, **empty)
    tail = None
    # Zeros are padding to what sums, minus infinity is to what looks for the largest, and copies are read elsewhere.
    if (copies or mode == "zeros" or operation.value == float("-inf")) and first == 1:
        old = source.tail or (0,) * rank
        tail = tuple(max(0, old[axis] + after) for axis, (_, after) in enumerate(operation.padding))
    return (Map(tuple(out), at, source.field, source.jump, tail),)
