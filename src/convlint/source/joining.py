"""Tensor functions that join tensors along an axis, or cut one into several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convlint.model import operations as op
from convlint.source.axes import (
    NOTHING,
    axis,
    brackets,
    broadcast,
    constant,
    known,
    product,
    refuse,
    replaced,
    same,
    tensor_of,
    whole,
    wholes,
    without,
)
from convlint.source.reshaping import at_least, expand
from convlint.source.trace import Trace
from convlint.source.values import Raised, Sizes, Tensor, Unknown


def several(tensors: Any) -> list[Tensor] | None:
    """A list of tensors; None if it is not known how many."""
    if isinstance(tensors, Tensor) and tensors.shape:
        count = tensors.shape[0]
        if count is None or count > 4096:
            return None
        return [Tensor(tensors.shape[1:], tensors.source) for _ in range(count)]
    if not isinstance(tensors, list | tuple):
        return None
    for place, one in enumerate(tensors):
        if one is None or isinstance(one, int | float | str | list | tuple | dict):
            kind = "NoneType" if one is None else type(one).__name__
            raise Raised(TypeError, f"expected Tensor as element {place} in argument 0, but got {kind}")
    return [tensor_of(one) for one in tensors]


def cat(trace: Trace, tensors: Any, dim: Any = 0, *, out: Any = None, axis: Any = None) -> Any:
    """``cat``, ``concat`` and ``concatenate``."""
    parts = several(tensors)
    if parts is None:
        return Tensor(None, NOTHING)
    along = dim if axis is None else axis
    shapes = [part.shape for part in parts]
    if trace.flows(parts) and type(along) is int and len({len(shape) for shape in shapes if shape is not None}) == 1:
        return concatenated(trace, parts, along)
    made = trace.function("cat", parts, joined(shapes, along))
    if parts and all(part.data is not None and part.shape != () for part in parts):
        made.data = constant([number for part in parts for number in part.data or ()], made.shape)
    return made


def concatenated(trace: Trace, parts: list[Tensor], dim: int) -> Tensor:
    """Maps one behind the other, as a layer of the model: whether their sizes meet is judged where that is derived."""
    rank = len(parts[0].shape or ())
    shapes = [part.shape for part in parts]
    axis = dim + rank if dim < 0 else dim
    if not 0 < axis < rank:
        return trace.function("cat", parts, joined(shapes, dim))
    try:
        shape = joined(shapes, dim)
    except Raised:
        counts = [shape[axis] for shape in shapes if shape is not None]
        total = sum(count for count in counts if count is not None) if None not in counts else None
        shape = tuple([total if place == axis else 1 if place == 0 else None for place in range(rank)])
    return trace.add("cat", "Concat", op.Concat(axis), parts, [shape])[0]


def joined(shapes: Sequence[Sizes | None], dim: Any) -> Sizes | None:
    """The shape of what ``cat`` makes. A tensor of shape (0,) fits to anything, for historical reasons."""
    if not shapes:
        raise Raised(ValueError, "expected a non-empty list of Tensors")
    for place, shape in enumerate(shapes):
        if shape == ():
            raise refuse(f"zero-dimensional tensor (at position {place}) cannot be concatenated")
    ranked = [(place, shape) for place, shape in enumerate(shapes) if shape is not None and shape != (0,)]
    if (None,) in shapes:
        ranked = [(place, shape) for place, shape in ranked if shape != (None,)]
    if not ranked:
        return (0,) if all(shape == (0,) for shape in shapes) else None
    first = ranked[0][1]
    along = axis(dim, len(first))
    made = list(first)
    for number, shape in ranked[1:]:
        if len(shape) != len(first):
            raise refuse(f"Tensors must have same number of dimensions: got {len(first)} and {len(shape)}")
        for place, size in enumerate(shape):
            if along is None or place == along:
                continue
            if not same(made[place], size):
                raise refuse(
                    f"Sizes of tensors must match except in dimension {along}. Expected size {made[place]} but got "
                    f"size {size} for tensor number {number} in the list."
                )
            if made[place] is None:
                made[place] = size
    if along is None:
        return (None,) * len(first)
    sizes = [shape[along] for _, shape in ranked]
    if None in shapes or (None,) in shapes:
        sizes.append(None)
    made[along] = total(sizes)
    return tuple(made)


def total(sizes: Sequence[int | None]) -> int | None:
    """The sum of some sizes."""
    found = [size for size in sizes if size is not None]
    return sum(found) if len(found) == len(sizes) else None


def stack(trace: Trace, tensors: Any, dim: Any = 0, *, out: Any = None) -> Any:
    """``torch.stack``."""
    parts = several(tensors)
    if parts is None:
        return Tensor(None, NOTHING)
    if not parts:
        raise refuse("stack expects a non-empty TensorList")
    shape = stacked([part.shape for part in parts], dim)
    place = axis(dim, None if shape is None else len(shape))
    if place and trace.flows(parts):
        made = trace.says("stack", op.Stack(place), parts, shape)
    else:
        made = trace.function("stack", parts, shape)
    if all(part.data is not None and part.shape == () for part in parts):
        made.data = constant([number for part in parts for number in part.data or ()], made.shape)
    return made


def stacked(shapes: Sequence[Sizes | None], dim: Any) -> Sizes | None:
    """The shape of what ``stack`` makes of tensors of one shape."""
    first: Sizes | None = None
    began = 0
    for number, shape in enumerate(shapes):
        if shape is None:
            continue
        if first is None:
            first, began = shape, number
        elif len(shape) != len(first) or not all(same(a, b) for a, b in zip(first, shape)):
            raise refuse(
                f"stack expects each tensor to be equal size, but got {brackets(first)} at entry {began} and "
                f"{brackets(shape)} at entry {number}"
            )
        else:
            first = tuple([b if a is None else a for a, b in zip(first, shape)])
    if first is None:
        return None
    place = axis(dim, len(first) + 1)
    return (None,) * (len(first) + 1) if place is None else (*first[:place], len(shapes), *first[place:])


def stacking(rank: int, dim: int) -> Callable[..., Any]:
    """``hstack``, ``vstack`` and ``dstack``: cat of tensors that have at least some axes."""

    def function(trace: Trace, tensors: Any, *, out: Any = None) -> Any:
        parts = several(tensors)
        if parts is None:
            return Tensor(None, NOTHING)
        full = [at_least(trace, part, rank) for part in parts]
        ranks = {None if part.shape is None else len(part.shape) for part in full}
        return cat(trace, full, 0 if rank == 1 and 1 in ranks and None not in ranks else None if None in ranks else dim)

    return function


def sizes_of_chunks(size: int | None, chunks: int) -> list[int | None]:
    """Sizes that ``chunk`` gives; with an unknown size, the number that was asked for."""
    if size is None:
        return [None] * chunks
    step = -(-size // chunks)
    if step == 0:
        return [0] * chunks
    return [min(step, size - start) for start in range(0, size, step)]


def parts_of(trace: Trace, name: str, tensor: Tensor, place: int | None, sizes: Sequence[int | None]) -> Any:
    """A tensor cut along an axis."""
    shape = tensor.shape
    if shape is None or place is None:
        whole_shape = None if shape is None else (None,) * len(shape)
        return tuple(trace.functions(name, [tensor], [whole_shape] * len(sizes)))
    shapes = [replaced(shape, place, size) for size in sizes]
    counts = [size for size in sizes if size is not None]
    if tensor.source is not None and place > 0 and len(counts) == len(sizes) > 1 and sum(counts) == shape[place]:
        return tuple(trace.add(name, "Split", op.Split(place, sizes=tuple(counts)), [tensor], shapes))
    made = trace.functions(name, [tensor], shapes)
    if tensor.data is not None and len(shape) == 1 and known(tuple(sizes)):
        start = 0
        for part, size in zip(made, sizes):
            part.data = tensor.data[start : start + (size or 0)]
            start += size or 0
    return tuple(made)


def cut_axis(tensor: Tensor, dim: Any, name: str) -> int | None:
    """The axis that is cut; raises for a tensor without axes."""
    if tensor.shape == ():
        if name == "tensor_split":
            raise refuse("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
        raise refuse(f"{name} expects at least a 1-dimensional tensor")
    return axis(dim, None if tensor.shape is None else len(tensor.shape))


def chunk(trace: Trace, input: Any, chunks: Any, dim: Any = 0) -> Any:
    """``torch.chunk``."""
    tensor, count = tensor_of(input), whole(chunks)
    if count is not None and count < 1 and tensor.shape != ():
        raise refuse(f"chunk expects `chunks` to be greater than 0, got: {count}")
    place = cut_axis(tensor, dim, "chunk")
    if count is None or not 0 < count <= 4096:
        return Unknown("a number of parts that is not known")
    size = tensor.shape[place] if tensor.shape is not None and place is not None else None
    return parts_of(trace, "chunk", tensor, place, sizes_of_chunks(size, count))


def split(trace: Trace, tensor: Any, split_size_or_sections: Any = None, dim: Any = 0, **named: Any) -> Any:
    """``torch.split``."""
    given = named.get("split_size", named.get("split_sizes", split_size_or_sections))
    whole_tensor = tensor_of(tensor)
    place = cut_axis(whole_tensor, dim, "split")
    shape = whole_tensor.shape
    size = shape[place] if shape is not None and place is not None else None
    if isinstance(given, list | tuple):
        return split_with_sizes(trace, whole_tensor, given, dim)
    step = whole(given)
    if step is not None and step < 0:
        raise refuse(f"split expects split_size be non-negative, but got split_size={step}")
    if step is None or size is None or (step and size // step > 4096):
        return Unknown("a number of parts that is not known")
    if step == 0:
        if size:
            raise refuse(f"split_size can only be 0 if dimension size is 0, but got dimension size of {size}")
        return parts_of(trace, "split", whole_tensor, place, [0])
    sizes = [min(step, size - start) for start in range(0, size, step)] or [0]
    return parts_of(trace, "split", whole_tensor, place, sizes)


def split_with_sizes(trace: Trace, input: Any, split_sizes: Any, dim: Any = 0) -> Any:
    """A tensor cut into parts of given sizes, which must sum to that of the axis."""
    tensor, sizes = tensor_of(input), wholes(split_sizes)
    place = cut_axis(tensor, dim, "split")
    if sizes is None:
        return Unknown("a number of parts that is not known")
    size = tensor.shape[place] if tensor.shape is not None and place is not None else None
    for one in sizes:
        if one is not None and one < 0:
            raise refuse(
                "split_with_sizes expects split_sizes have only non-negative entries, but got "
                f"split_sizes={brackets(sizes)}"
            )
    if known(sizes) and size is not None and sum(sizes) != size:
        raise refuse(
            f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension {dim}"
            f"), but got split_sizes={brackets(sizes)}"
        )
    return parts_of(trace, "split", tensor, place, sizes)


def tensor_split(trace: Trace, input: Any, indices_or_sections: Any = None, dim: Any = 0, **named: Any) -> Any:
    """``torch.tensor_split``: into nearly equal parts, or at given places."""
    given = named.get("indices", named.get("sections", indices_or_sections))
    tensor = tensor_of(input)
    place = cut_axis(tensor, dim, "tensor_split")
    size = tensor.shape[place] if tensor.shape is not None and place is not None else None
    count = whole(given)
    if count is not None:
        if count < 1:
            raise refuse(f"number of sections must be larger than 0, got {count}")
        if count > 4096:
            return Unknown("a tensor of very many parts")
        if size is None:
            return parts_of(trace, "tensor_split", tensor, place, [None] * count)
        larger = size % count
        sizes: list[int | None] = [size // count + (number < larger) for number in range(count)]
        return parts_of(trace, "tensor_split", tensor, place, sizes)
    ends = wholes(given)
    if ends is None:
        return Unknown("a number of parts that is not known")
    if size is None or not known(ends):
        return parts_of(trace, "tensor_split", tensor, place, [None] * (len(ends) + 1))
    pairs = zip([0, *ends], [*ends, size])
    sizes = [len(range(*slice(start, end).indices(size))) for start, end in pairs]
    return parts_of(trace, "tensor_split", tensor, place, sizes)


def unbind(trace: Trace, input: Any, dim: Any = 0) -> Any:
    """``torch.unbind``: every entry of an axis."""
    tensor = tensor_of(input)
    shape = tensor.shape
    if shape == ():
        raise Raised(IndexError, "Dimension specified as 0 but tensor has no dimensions")
    place = axis(dim, None if shape is None else len(shape))
    if shape is None or place is None or shape[place] is None or (shape[place] or 0) > 4096:
        return Unknown("a number of parts that is not known")
    made = trace.functions("unbind", [tensor], [without(shape, place)] * (shape[place] or 0))
    if tensor.data is not None and len(shape) == 1:
        for part, number in zip(made, tensor.data):
            part.data = (number,)
    return tuple(made)


def unpacked(tensors: tuple[Any, ...]) -> list[Tensor] | None:
    """Tensors that may be given one by one or as one list."""
    if len(tensors) == 1 and not isinstance(tensors[0], Tensor):
        return several(tensors[0])
    return [tensor_of(one) for one in tensors]


def meshgrid(trace: Trace, *tensors: Any, indexing: Any = "ij") -> Any:
    """``torch.meshgrid``: as many tensors as are given, each of the size of all."""
    parts = unpacked(tensors)
    if parts is None:
        return Unknown("a number of tensors that is not known")
    if not parts:
        raise refuse("meshgrid expects a non-empty TensorList")
    sizes: list[int | None] = []
    for part in parts:
        if part.shape is not None and len(part.shape) > 1:
            raise refuse(
                "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got a tensor with "
                f"{len(part.shape)} dimensions"
            )
        sizes.append(None if part.shape is None else part.shape[0] if part.shape else 1)
    if indexing == "xy" and len(sizes) > 1:
        sizes[:2] = sizes[1::-1]
    elif indexing not in ("ij", "xy") and len(sizes) > 1:
        if isinstance(indexing, str):
            raise refuse(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
        sizes[:2] = (None, None)
    return tuple([trace.function("meshgrid", [part], tuple(sizes)) for part in parts])


def broadcast_tensors(trace: Trace, *tensors: Any) -> Any:
    """``torch.broadcast_tensors``."""
    parts = unpacked(tensors)
    if parts is None:
        return Unknown("a number of tensors that is not known")
    shape: Sizes | None = ()
    for part in parts:
        shape = broadcast(shape, part.shape)
    if shape is None:
        return tuple([trace.function("expand", [part], None) for part in parts])
    return tuple([expand(trace, part, list(shape)) for part in parts])


def cartesian_prod(trace: Trace, *tensors: Any) -> Any:
    """``torch.cartesian_prod``."""
    parts = [tensor_of(one) for one in tensors]
    sizes = [None if part.shape is None or len(part.shape) != 1 else part.shape[0] for part in parts]
    total = product(sizes)
    return trace.function("cartesian_prod", parts, (total,) if len(parts) == 1 else (total, len(parts)))


#: Functions of torch that are methods as well.
BOTH: dict[str, Callable[..., Any]] = {
    "chunk": chunk,
    "split": split,
    "split_with_sizes": split_with_sizes,
    "tensor_split": tensor_split,
    "unbind": unbind,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "broadcast_tensors": broadcast_tensors,
    "cartesian_prod": cartesian_prod,
    "cat": cat,
    "concat": cat,
    "concatenate": cat,
    "dstack": stacking(3, 2),
    "hstack": stacking(1, 1),
    "meshgrid": meshgrid,
    "row_stack": stacking(2, 0),
    "stack": stack,
    "vstack": stacking(2, 0),
}
