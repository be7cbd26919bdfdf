"""Tensor functions that give the same numbers other axes: ``view``, ``permute``, ``expand`` and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.model import operations as op
from convlint.source.axes import (
    axes,
    axis,
    brackets,
    known,
    product,
    refuse,
    replaced,
    spread,
    tensor_of,
    whole,
    wholes,
)
from convlint.source.trace import Trace
from convlint.source.values import Raised, Sizes, Tensor


def reshaped(shape: Sizes | None, wanted: Sizes | None) -> Sizes | None:
    """The sizes that ``view`` gives, of which one may be -1.  Raises where the numbers do not fit."""
    if wanted is None:
        return None
    if wanted.count(-1) > 1:
        raise refuse("only one dimension can be inferred")
    for size in wanted:
        if size is not None and size < -1:
            raise refuse(f"invalid shape dimension {size}")
    total = None if shape is None else product(shape)
    open_places = [place for place, size in enumerate(wanted) if size is None or size == -1]
    rest = product([size for size in wanted if size is not None and size != -1])
    if total is None or rest is None or len(open_places) > 1:
        return tuple([None if place in open_places else size for place, size in enumerate(wanted)])
    if not open_places:
        if rest != total:
            raise refuse(f"shape '{brackets(wanted)}' is invalid for input of size {total}")
        return wanted
    place = open_places[0]
    if rest == 0:
        if wanted[place] == -1 and total == 0:
            raise refuse(
                f"cannot reshape tensor of 0 elements into shape {brackets(wanted)} because the unspecified dimension "
                "size -1 can be any value and is ambiguous"
            )
        return replaced(wanted, place, None)
    if total % rest:
        if wanted[place] is None:
            return wanted
        raise refuse(f"shape '{brackets(wanted)}' is invalid for input of size {total}")
    return replaced(wanted, place, total // rest)


def keep_data(tensor: Tensor, made: Tensor) -> Tensor:
    """The same numbers in the same order, where a constant is small."""
    if made.shape is not None and len(made.shape) <= 1:
        made.data = tensor.data
    return made


def view(trace: Trace, input: Any, *shape: Any, **named: Any) -> Tensor:
    """``view`` and ``reshape``; a type instead of sizes changes what is not known here."""
    tensor = tensor_of(input)
    given = shape or tuple(named.get(name) for name in ("shape", "size") if name in named)
    return keep_data(tensor, _anew(trace, "reshape", tensor, reshaped(tensor.shape, spread(given))))


def _anew(trace: Trace, name: str, tensor: Tensor, made: Sizes | None) -> Tensor:
    """A tensor in a new shape, of which the model can say what one size at most leaves open."""
    if made is None or made.count(None) > 1:
        return trace.function(name, [tensor], made)
    return trace.says(name, op.Reshape(tuple([-1 if size is None else size for size in made[1:]])), [tensor], made)


def _reordered(trace: Trace, name: str, tensor: Tensor, places: list[int | None], made: Sizes | None) -> Tensor:
    """A tensor whose axes are in a new order."""
    order = tuple([place for place in places if place is not None])
    if len(order) == len(places) and order[:1] == (0,):
        return trace.says(name, op.Permute(order), [tensor], made)
    return trace.function(name, [tensor], made)


def view_as(trace: Trace, input: Any, other: Any) -> Tensor:
    """``x.view_as(other)``: the sizes of another tensor."""
    tensor = tensor_of(input)
    return trace.function("reshape", [tensor], reshaped(tensor.shape, tensor_of(other).shape))


def flatten(trace: Trace, input: Any, start_dim: Any = 0, end_dim: Any = -1, **_: Any) -> Tensor:
    """``torch.flatten``: several axes become one."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        start, end = axis(start_dim, len(shape)), axis(end_dim, len(shape))
        if start is not None and end is not None:
            if start > end:
                raise refuse("flatten() has invalid args: start_dim cannot come after end_dim")
            made = (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])
            if start:
                return trace.says("flatten", op.Flatten(start, end), [tensor], made)
    return keep_data(tensor, trace.function("flatten", [tensor], made))


def ravel(trace: Trace, input: Any) -> Tensor:
    """``torch.ravel``: all axes become one."""
    return flatten(trace, input)


def unflatten(trace: Trace, input: Any, dim: Any, sizes: Any) -> Tensor:
    """``torch.unflatten``: one axis becomes several."""
    tensor = tensor_of(input)
    shape, wanted = tensor.shape, wholes(sizes)
    made: Sizes | None = None
    place = axis(dim, None if shape is None else len(shape))
    if shape and wanted is not None and place is not None:
        if wanted.count(-1) > 1:
            raise refuse("only one dimension can be inferred")
        size = shape[place]
        try:
            middle = reshaped((size,), wanted)
        except Raised:
            raise refuse(
                f"unflatten: Provided sizes {brackets(wanted)} don't multiply up to the size of dim {place} ({size}) "
                "in the input tensor"
            ) from None
        made = None if middle is None else (*shape[:place], *middle, *shape[place + 1 :])
    return trace.function("unflatten", [tensor], made)


def squeeze(trace: Trace, input: Any, dim: Any = None) -> Tensor:
    """``torch.squeeze``: axes of 1 go."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        places = tuple(range(len(shape))) if dim is None else axes(dim, len(shape))
        if places is not None and None not in [shape[place] for place in places if shape]:
            made = tuple([size for place, size in enumerate(shape) if place not in places or size != 1])
    return keep_data(tensor, _anew(trace, "squeeze", tensor, made))


def unsqueeze(trace: Trace, input: Any, dim: Any) -> Tensor:
    """``torch.unsqueeze``: a new axis of 1."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        place = axis(dim, len(shape) + 1)
        made = (None,) * (len(shape) + 1) if place is None else (*shape[:place], 1, *shape[place:])
        if place is not None and place > 0 and len(shape) > 1:
            # The new axis is split off the one behind it, or, at the end, off the one before it.
            split = op.Unflatten(place, (1, -1)) if place < len(shape) else op.Unflatten(place - 1, (-1, 1))
            return trace.says("unsqueeze", split, [tensor], made)
    return keep_data(tensor, trace.function("unsqueeze", [tensor], made))


def expanded(shape: Sizes | None, wanted: Sizes | None) -> Sizes | None:
    """The sizes that ``expand`` gives; -1 keeps a size."""
    if wanted is None:
        return None
    if shape is None:
        return tuple([None if size is None or size < 0 else size for size in wanted])
    new = len(wanted) - len(shape)
    if new < 0:
        raise refuse(
            f"expand(torch.FloatTensor{{{brackets(shape)}}}, size={brackets(wanted)}): the number of sizes provided "
            f"({len(wanted)}) must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    made: list[int | None] = []
    # The last axis first: it is the one that torch names.
    for place in range(len(wanted) - 1, -1, -1):
        size = wanted[place]
        if place < new:
            if size is not None and size < 0:
                raise refuse(
                    f"The expanded size of the tensor ({size}) isn't allowed in a leading, non-existing "
                    f"dimension {place}"
                )
            made.append(size)
            continue
        old = shape[place - new]
        if size == -1 or size == old or (size is None and old != 1):
            made.append(old)
        elif old is None or old == 1:
            made.append(size)
        else:
            raise refuse(
                f"The expanded size of the tensor ({size}) must match the existing size ({old}) at non-singleton "
                f"dimension {place}.  Target sizes: {brackets(wanted)}.  Tensor sizes: {brackets(shape)}"
            )
    return tuple(reversed(made))


def expand(trace: Trace, input: Any, *size: Any, **named: Any) -> Tensor:
    """``expand`` and ``broadcast_to``."""
    tensor = tensor_of(input)
    wanted = spread(size or (named.get("size", named.get("sizes")),))
    return trace.function("expand", [tensor], expanded(tensor.shape, wanted))


def expand_as(trace: Trace, input: Any, other: Any) -> Tensor:
    """``x.expand_as(other)``: the sizes of another tensor."""
    tensor = tensor_of(input)
    return trace.function("expand", [tensor], expanded(tensor.shape, tensor_of(other).shape))


def repeat(trace: Trace, input: Any, *repeats: Any, **named: Any) -> Tensor:
    """``x.repeat(...)``: every axis so many times."""
    tensor = tensor_of(input)
    return trace.function(
        "repeat", [tensor], repeated(tensor.shape, spread(repeats or (named.get("repeats"),)), strict=True)
    )


def tile(trace: Trace, input: Any, *dims: Any, **named: Any) -> Tensor:
    """``torch.tile``: as ``repeat``, with fewer counts than axes."""
    tensor = tensor_of(input)
    return trace.function("tile", [tensor], repeated(tensor.shape, spread(dims or (named.get("dims"),)), strict=False))


def repeated(shape: Sizes | None, counts: Sizes | None, strict: bool) -> Sizes | None:
    """Every size times its count; without ``strict``, counts that are missing in front are 1."""
    if shape is None or counts is None:
        return None
    missing = len(shape) - len(counts)
    if missing > 0:
        if strict:
            raise refuse("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
        counts = (1,) * missing + counts
    full = (1,) * (len(counts) - len(shape)) + shape
    made = tuple([product(pair) for pair in zip(full, counts)])
    for size in made:
        if size is not None and size < 0:
            raise refuse(f"Trying to create tensor with negative dimension {size}: {brackets(made)}")
    return made


def repeat_interleave(
    trace: Trace, input: Any, repeats: Any = None, dim: Any = None, *, output_size: Any = None
) -> Tensor:
    """``torch.repeat_interleave``: every entry of an axis so many times."""
    tensor = tensor_of(input)
    shape = tensor.shape
    if repeats is None:
        return trace.function("repeat_interleave", [tensor], (whole(output_size),))
    if dim is None:
        shape = None if shape is None else (product(shape),)
        dim = 0
    place = axis(dim, None if shape is None else len(shape))
    made: Sizes | None = None
    if shape:
        made = (None,) * len(shape)
        if place is not None:
            made = replaced(shape, place, interleaved(shape[place], repeats, output_size))
    return trace.function("repeat_interleave", [tensor, *[t for t in [repeats] if isinstance(t, Tensor)]], made)


def interleaved(size: int | None, repeats: Any, output_size: Any) -> int | None:
    """The size of an axis whose entries are repeated, each as often or every one by its own number."""
    count = whole(repeats)
    if count is not None:
        return product([size, count])
    counts = wholes(repeats) if isinstance(repeats, Tensor) else None
    if counts is not None and known(counts) and len(counts) == size:
        return sum(counts)
    return whole(output_size)


def permute(trace: Trace, input: Any, *dims: Any, **named: Any) -> Tensor:
    """``torch.permute``: the axes in a new order."""
    tensor = tensor_of(input)
    shape = tensor.shape
    order = spread(dims or (named.get("dims"),))
    made: Sizes | None = None
    if order is None:
        made = None if shape is None else (None,) * len(shape)
    elif shape is None:
        made = (None,) * len(order)
    else:
        if len(order) != len(shape):
            raise refuse(
                "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the "
                f"desired ordering of dimensions i.e. input.dim() = {len(shape)} is not equal to "
                f"len(dims) = {len(order)}"
            )
        places = [axis(number, len(shape)) for number in order]
        found = [place for place in places if place is not None]
        if len(set(found)) < len(found):
            raise refuse("permute(): duplicate dims are not allowed.")
        made = tuple([None if place is None else shape[place] for place in places])
        return keep_data(tensor, _reordered(trace, "permute", tensor, places, made))
    return keep_data(tensor, trace.function("permute", [tensor], made))


def transpose(trace: Trace, input: Any, dim0: Any, dim1: Any) -> Tensor:
    """``transpose``, ``swapaxes`` and ``swapdims``."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        first, second = axis(dim0, len(shape)), axis(dim1, len(shape))
        made = (None,) * len(shape)
        if not shape:
            made = ()
        elif first is not None and second is not None:
            made = replaced(replaced(shape, first, shape[second]), second, shape[first])
            order: list[int | None] = list(range(len(shape)))
            order[first], order[second] = second, first
            return keep_data(tensor, _reordered(trace, "transpose", tensor, order, made))
    return keep_data(tensor, trace.function("transpose", [tensor], made))


def swapaxes(trace: Trace, input: Any, axis0: Any, axis1: Any) -> Tensor:
    """``torch.swapaxes``: ``transpose`` with numpy's words."""
    return transpose(trace, input, axis0, axis1)


def t(trace: Trace, input: Any) -> Tensor:
    """``torch.t``: a matrix on its side."""
    tensor = tensor_of(input)
    if tensor.shape is not None and len(tensor.shape) > 2:
        raise refuse(f"t() expects a tensor with <= 2 dimensions, but self is {len(tensor.shape)}D")
    return backwards(trace, tensor)


def backwards(trace: Trace, input: Any) -> Tensor:
    """``x.T``: all axes the other way round."""
    tensor = tensor_of(input)
    made = None if tensor.shape is None else tensor.shape[::-1]
    return keep_data(tensor, trace.function("transpose", [tensor], made))


def adjoint(trace: Trace, input: Any) -> Tensor:
    """``x.mT``, ``x.mH`` and ``adjoint``: the last two axes swapped."""
    tensor = tensor_of(input)
    if tensor.shape is not None and len(tensor.shape) == 1:
        raise refuse(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {len(tensor.shape)}-D tensor."
        )
    return tensor if tensor.shape == () else transpose(trace, tensor, -2, -1)


def movedim(trace: Trace, input: Any, source: Any, destination: Any) -> Tensor:
    """``torch.movedim``: axes elsewhere, the others in their order."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        made = (None,) * len(shape)
        sources, targets = axes(source, len(shape)), axes(destination, len(shape))
        if sources is not None and targets is not None:
            if len(sources) != len(targets):
                raise refuse(
                    f"movedim: Invalid source or destination dims: source ({brackets(sources)} dims) should contain "
                    f"the same number of dims as destination ({brackets(targets)} dims)"
                )
            placed = dict(zip(targets, sources))
            others = iter([place for place in range(len(shape)) if place not in sources])
            made = tuple([shape[placed[place] if place in placed else next(others)] for place in range(len(shape))])
    return trace.function("movedim", [tensor], made)


def moveaxis(trace: Trace, input: Any, source: Any, destination: Any) -> Tensor:
    """``torch.moveaxis``: ``movedim`` by another name."""
    return movedim(trace, input, source, destination)


def atleast(rank: int) -> Callable[..., Any]:
    """``atleast_1d``, ``atleast_2d`` or ``atleast_3d``."""

    def function(trace: Trace, *tensors: Any) -> Any:
        if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
            tensors = tuple(tensors[0])
        made = [at_least(trace, tensor_of(tensor), rank) for tensor in tensors]
        return made[0] if len(made) == 1 else tuple(made)

    return function


def at_least(trace: Trace, tensor: Tensor, rank: int) -> Tensor:
    """A tensor with axes of 1 until it has some rank, as ``atleast_3d`` adds them."""
    shape = tensor.shape
    if shape is not None and len(shape) >= rank:
        return tensor
    made: Sizes | None = None
    if shape is not None:
        ones = (1,) * (rank - len(shape))
        made = (1, *shape, 1) if rank == 3 and len(shape) == 1 else (*shape, 1) if len(shape) == 2 else ones + shape
    return keep_data(tensor, trace.function("reshape", [tensor], made))


def unfold_axis(trace: Trace, input: Any, dimension: Any, size: Any, step: Any) -> Tensor:
    """``x.unfold(dimension, size, step)``: windows along one axis become a new last axis."""
    tensor = tensor_of(input)
    shape, width, stride = tensor.shape, whole(size), whole(step)
    made: Sizes | None = None
    if shape is not None:
        made = (None,) * (len(shape) + 1)
        place = axis(dimension, len(shape))
        if shape and place is not None:
            count: int | None = None
            old = shape[place]
            if old is not None and width is not None and stride is not None:
                if width > old:
                    raise refuse(f"maximum size for tensor at dimension {place} is {old} but size is {width}")
                if stride < 1:
                    raise refuse(f"step is {stride} but must be > 0")
                count = (old - width) // stride + 1
            made = (*replaced(shape, place, count), width)
    return trace.function("unfold", [tensor], made)


#: Functions of torch that are methods as well.
BOTH: dict[str, Callable[..., Any]] = {
    "adjoint": adjoint,
    "broadcast_to": expand,
    "flatten": flatten,
    "moveaxis": moveaxis,
    "movedim": movedim,
    "permute": permute,
    "ravel": ravel,
    "repeat_interleave": repeat_interleave,
    "reshape": view,
    "squeeze": squeeze,
    "swapaxes": swapaxes,
    "swapdims": transpose,
    "t": t,
    "tile": tile,
    "transpose": transpose,
    "unflatten": unflatten,
    "unsqueeze": unsqueeze,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "atleast_1d": atleast(1),
    "atleast_2d": atleast(2),
    "atleast_3d": atleast(3),
}

METHODS: dict[str, Callable[..., Any]] = {
    "expand": expand,
    "expand_as": expand_as,
    "repeat": repeat,
    "reshape_as": view_as,
    "unfold": unfold_axis,
    "view": view,
    "view_as": view_as,
}
