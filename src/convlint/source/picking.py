"""Tensor functions that pick entries along an axis, or put them elsewhere: ``gather``, ``narrow``, ``roll``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source.axes import (
    axes,
    axis,
    brackets,
    broadcast,
    operand,
    real_axis,
    refuse,
    replaced,
    spread,
    tensor_of,
    whole,
    without,
)
from convlint.source.trace import Trace
from convlint.source.values import Raised, Sizes, Tensor


def gather(trace: Trace, input: Any, dim: Any, index: Any, *, sparse_grad: Any = False, out: Any = None) -> Any:
    """``torch.gather``: the shape of the index."""
    tensor, places = tensor_of(input), tensor_of(index)
    shape, wanted = tensor.shape, places.shape
    if shape is not None and wanted is not None:
        place = axis(dim, len(shape))
        if max(len(shape), 1) != max(len(wanted), 1):
            raise refuse("Index tensor must have the same number of dimensions as input tensor")
        for number, (size, mine) in enumerate(zip(shape, wanted)):
            if place is not None and number != place and size is not None and mine is not None and mine > size:
                raise refuse(
                    f"Size does not match at dimension {number} expected index {brackets(wanted)} to be no larger "
                    f"than self {brackets(shape)} apart from dimension {place}"
                )
    return trace.function("gather", [tensor, places], wanted)


def index_select(trace: Trace, input: Any, dim: Any, index: Any, *, out: Any = None) -> Any:
    """``torch.index_select``: as many entries as there are places."""
    tensor, places = tensor_of(input), tensor_of(index)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        place = axis(dim, len(shape))
        if places.shape is not None and len(places.shape) > 1:
            raise Raised(IndexError, "index_select(): Index is supposed to be a vector")
        made = (None,) * len(shape)
        if not shape and places.count is not None and places.count != 1:
            raise refuse(f"index_select(): Index to scalar can have only 1 value, got {places.count} value(s)")
        if place is not None and shape:
            made = replaced(shape, place, places.count)
    return trace.function("index_select", [tensor, places], made)


def take_along_dim(trace: Trace, input: Any, indices: Any, dim: Any = None, *, out: Any = None) -> Any:
    """``torch.take_along_dim``: the places, broadcast to the other axes."""
    tensor, places = tensor_of(input), tensor_of(indices)
    made: Sizes | None = None
    if dim is None:
        made = (places.count,)
    elif tensor.shape is not None and places.shape is not None and len(tensor.shape) == len(places.shape):
        place = real_axis(dim, tensor.shape)
        if place is not None:
            rest = broadcast(replaced(tensor.shape, place, 1), replaced(places.shape, place, 1))
            made = None if rest is None else replaced(rest, place, places.shape[place])
    return trace.function("take_along_dim", [tensor, places], made)


def take(trace: Trace, input: Any, index: Any) -> Any:
    """``torch.take``: the shape of the index."""
    tensor, places = tensor_of(input), tensor_of(index)
    return trace.function("take", [tensor, places], places.shape)


def masked_select(trace: Trace, input: Any, mask: Any, *, out: Any = None) -> Any:
    """``torch.masked_select``: nobody knows how many."""
    tensor, other = tensor_of(input), tensor_of(mask)
    broadcast(tensor.shape, other.shape)
    return trace.function("masked_select", [tensor, other], (None,))


def select(trace: Trace, input: Any, dim: Any, index: Any) -> Any:
    """``torch.select``: one entry of an axis."""
    tensor, number = tensor_of(input), whole(index)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if not shape:
            raise Raised(IndexError, "select() cannot be applied to a 0-dim tensor.")
        place = axis(dim, len(shape))
        made = (None,) * (len(shape) - 1)
        if place is not None:
            size = shape[place]
            if size is not None and number is not None and not -size <= number < size:
                raise Raised(
                    IndexError,
                    f"select(): index {number} out of range for tensor of size {brackets(shape)} at dimension {place}",
                )
            made = without(shape, place)
    return trace.function("select", [tensor], made)


def narrow(trace: Trace, input: Any, dim: Any, start: Any, length: Any) -> Any:
    """``torch.narrow``: some entries of an axis."""
    tensor, begin, count = tensor_of(input), whole(start), whole(length)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if not shape:
            raise refuse("narrow() cannot be applied to a 0-dim tensor.")
        place = axis(dim, len(shape))
        made = (None,) * len(shape)
        if count is not None and count < 0:
            raise refuse("narrow(): length must be non-negative.")
        if place is not None:
            size = shape[place]
            if size is not None and begin is not None and not -size <= begin <= size:
                raise Raised(
                    IndexError,
                    f"start out of range (expected to be in range of [{-size}, {size}], but got {begin})",
                )
            if size is not None and begin is not None and count is not None:
                begin += size if begin < 0 else 0
                if begin + count > size:
                    raise refuse(f"start ({begin}) + length ({count}) exceeds dimension size ({size}).")
            made = replaced(shape, place, count)
    return trace.function("narrow", [tensor], made)


def scatter(trace: Trace, input: Any, dim: Any, index: Any, src: Any = None, *arguments: Any, **named: Any) -> Any:
    """``torch.scatter`` and ``index_add``: the shape of what is written into."""
    tensor = tensor_of(input)
    if tensor.shape is not None:
        axis(dim, len(tensor.shape))
    others = [one for one in (index, src) if isinstance(one, Tensor)]
    return trace.function("scatter", [tensor, *others], tensor.shape)


def index_put(trace: Trace, input: Any, indices: Any, values: Any, accumulate: Any = False) -> Any:
    """``torch.index_put``: the shape of what is written into."""
    tensor = tensor_of(input)
    return trace.function("index_put", [tensor, operand(values)], tensor.shape)


def roll(trace: Trace, input: Any, shifts: Any, dims: Any = None) -> Any:
    """``torch.roll``: same sizes."""
    tensor = tensor_of(input)
    shape = tensor.shape
    numbers, places = count_of(shifts), count_of(dims)
    if dims is not None and numbers is not None and places is not None:
        if numbers != places and places:
            raise refuse(f"shifts and dimensions must align. shifts: {numbers}, dims:{places}")
        for one in [dims] if isinstance(dims, int) else dims:
            real_axis(one, shape)
    return trace.function("roll", [tensor], shape)


def count_of(value: Any) -> int | None:
    """How many numbers are given."""
    return 1 if isinstance(value, int) else len(value) if isinstance(value, list | tuple) else None


def flip(trace: Trace, input: Any, *dims: Any, **named: Any) -> Any:
    """``torch.flip``: same sizes."""
    tensor = tensor_of(input)
    given = spread(dims or (named.get("dims"),))
    if given is not None:
        axes(list(given), None if tensor.shape is None else len(tensor.shape))
    return trace.function("flip", [tensor], tensor.shape)


def flip_one(rank: int, dim: int) -> Callable[..., Any]:
    """``fliplr`` and ``flipud``."""

    def function(trace: Trace, input: Any) -> Any:
        tensor = tensor_of(input)
        if tensor.shape is not None and len(tensor.shape) < rank:
            raise refuse(f"Input must be >= {rank}-d.")
        return flip(trace, tensor, [dim])

    return function


def rot90(trace: Trace, input: Any, k: Any = 1, dims: Any = (0, 1)) -> Any:
    """``torch.rot90``: two axes change places for an odd number of turns."""
    tensor, turns = tensor_of(input), whole(k)
    shape = tensor.shape
    count = count_of(dims)
    if count is not None and count != 2:
        raise refuse(f"expected total rotation dims == 2, but got dims = {count}")
    if count is not None and shape is not None and len(shape) < 2:
        raise refuse(f"expected total dims >= 2, but got total dims = {len(shape)}")
    if count is not None and dims[0] == dims[1] and type(dims[0]) is int:
        raise refuse(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    places = axes(dims, None if shape is None else len(shape))
    made: Sizes | None = None
    if shape is not None:
        made = (None,) * len(shape)
        if places is not None and len(places) == 2 and turns is not None:
            first, second = places
            made = replaced(replaced(shape, first, shape[second]), second, shape[first]) if turns % 2 else shape
    return trace.function("rot90", [tensor], made)


BOTH: dict[str, Callable[..., Any]] = {
    "flip": flip,
    "fliplr": flip_one(2, 1),
    "flipud": flip_one(1, 0),
    "gather": gather,
    "index_add": scatter,
    "index_copy": scatter,
    "index_fill": scatter,
    "index_put": index_put,
    "index_select": index_select,
    "masked_select": masked_select,
    "narrow": narrow,
    "roll": roll,
    "rot90": rot90,
    "scatter": scatter,
    "scatter_add": scatter,
    "scatter_reduce": scatter,
    "select": select,
    "take": take,
    "take_along_dim": take_along_dim,
}
