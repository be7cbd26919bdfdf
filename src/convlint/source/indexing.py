"""``x[...]`` read and written, and the functions that pick entries along axes."""

from __future__ import annotations

from typing import Any

from convlint.model import operations as op
from convlint.source.arithmetic import overwrite
from convlint.source.axes import (
    brackets,
    broadcast,
    constant,
    operand,
    refuse,
    same,
    tensor_of,
    whole,
)
from convlint.source.joining import unbind
from convlint.source.making import nested
from convlint.source.trace import Trace, batched
from convlint.source.values import Raised, Sizes, Tensor, Unknown


class Unclear(Exception):
    """Not even the number of axes can be told."""


def index(trace: Trace, tensor: Any, key: Any) -> Any:
    """``x[key]``."""
    given = tensor_of(tensor)
    parts = list(key) if isinstance(key, tuple) else [key]
    try:
        shape = None if given.shape is None else indexed(given.shape, parts, not isinstance(key, tuple))
    except Unclear:
        shape = None
    read = [given, *[part for part in parts if isinstance(part, Tensor)]]
    cut = _cut(given.shape, parts) if given.source is not None and batched(shape) else None
    if cut is not None and given.shape is not None:
        return _sliced(trace, given, cut)
    made = trace.function("getitem", read, shape)
    if given.data is not None and given.shape is not None and len(given.shape) == 1 and len(parts) == 1:
        made.data = picked(given.data, parts[0], made.shape)
    return made


def _cut(shape: Sizes | None, parts: list[Any]) -> dict[int, slice] | None:
    """The slices that cut an axis, by its number; None if an index is more than such slices, or cuts the batch."""
    if shape is None or parts.count(...) > 1 or not all(part is ... or isinstance(part, slice) for part in parts):
        return None
    behind = parts.index(...) if ... in parts else len(parts)
    first = len(shape) - (len(parts) - 1)
    cut = {
        (place if place < behind else first + place - 1): part
        for place, part in enumerate(parts)
        if part is not ... and part != slice(None)
    }
    plain = all(type(end) in (int, type(None)) for part in cut.values() for end in (part.start, part.stop, part.step))
    return cut if plain and all(0 < axis < len(shape) for axis in cut) else None


def _sliced(trace: Trace, tensor: Tensor, cut: dict[int, slice]) -> Tensor:
    """A map of which cells are taken, one axis after the other."""
    for axis, part in sorted(cut.items()):
        shape = tensor.shape or ()
        made = (*shape[:axis], slice_size(shape[axis], part), *shape[axis + 1 :])
        operation = op.Slice(axis, part.start, part.stop, part.step or 1)
        tensor = trace.says("getitem", operation, [tensor], made)
    return tensor


def picked(data: tuple[Any, ...], part: Any, shape: Sizes | None) -> tuple[Any, ...] | None:
    """The numbers of a constant that an index or a slice takes."""
    if isinstance(part, int) and not isinstance(part, bool):
        return (data[part],)
    if isinstance(part, slice):
        ends = (part.start, part.stop, part.step)
        if all(one is None or type(one) is int for one in ends):
            return data[part]
    if isinstance(part, list) and all(type(one) is int for one in part):
        return constant([data[one] for one in part], shape)
    return None


def indexed(shape: Sizes, parts: list[Any], alone: bool = False) -> Sizes:
    """The shape of what an index takes.

    Whole numbers and slices work axis by axis; lists and tensors are broadcast with each other, and take the place of
    their axes if these stand side by side, otherwise they come first.
    """
    if shape == () and len(parts) == 1 and alone and type(parts[0]) is int:
        if parts[0]:
            raise Raised(IndexError, f"index {parts[0]} is out of bounds for dimension 0 with size 0")
        raise Raised(
            IndexError,
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number",
        )
    parts = [prepared(part) for part in parts]
    taken = sum([axes_taken(part) for part in parts])
    if taken > len(shape):
        if any(isinstance(part, Advanced) and part.unsure for part in parts):
            raise Unclear
        if not shape and alone and isinstance(parts[0], slice):
            raise Raised(IndexError, "slice() cannot be applied to a 0-dim tensor.")
        raise Raised(IndexError, f"too many indices for tensor of dimension {len(shape)}")
    made: list[int | None] = []
    advanced: list[tuple[int, Sizes]] = []
    place = 0
    seen_ellipsis = False
    for part in parts:
        if part is None:
            made.append(1)
        elif part is ...:
            if seen_ellipsis:
                raise Unclear
            seen_ellipsis = True
            rest = len(shape) - taken
            made += shape[place : place + rest]
            place += rest
        elif isinstance(part, slice):
            made.append(slice_size(shape[place], part))
            place += 1
        elif isinstance(part, int):
            check_index(part, shape, place, made)
            place += 1
        elif isinstance(part, Advanced):
            advanced.append((len(made), part.sizes(shape[place : place + part.axes])))
            place += part.axes
        else:
            raise Unclear
    made += shape[place:]
    if not advanced:
        return tuple(made)
    common: Sizes | None = ()
    try:
        for _, sizes in advanced:
            common = broadcast(common, sizes)
    except Raised:
        raise Raised(
            IndexError,
            "shape mismatch: indexing tensors could not be broadcast together with shapes "
            + ", ".join([brackets(sizes) for _, sizes in advanced]),
        ) from None
    starts = {start for start, _ in advanced}
    first = advanced[0][0] if len(starts) == 1 else 0
    return (*made[:first], *(common or ()), *made[first:])


class Advanced:
    """A list or a tensor as an index: of places on one axis, or a mask over several."""

    __slots__ = ("axes", "mask", "shape", "unsure")

    def __init__(self, shape: Sizes, mask: bool | None) -> None:
        self.shape = shape
        #: None if it is not known which of the two it is.
        self.mask = mask
        self.unsure = mask is None and len(shape) > 1
        self.axes = len(shape) if mask else 1

    def sizes(self, over: Sizes) -> Sizes:
        """The shape that it brings in, for the axes that it takes."""
        if self.mask:
            for place, (size, mine) in enumerate(zip(over, self.shape)):
                if not same(size, mine):
                    raise Raised(
                        IndexError,
                        f"The shape of the mask {brackets(self.shape)} at index {place} does not match the shape of "
                        f"the indexed tensor {brackets(over)} at index {place}",
                    )
            return (None,)
        # A mask must be of the very size of the axis; what is not is a list of places.
        if self.mask is None and all(same(size, mine) for size, mine in zip(over, self.shape)):
            if len(self.shape) > 1:
                raise Unclear
            return (None,)
        return self.shape


def prepared(part: Any) -> Any:
    """A part of an index; tensors of one whole number stand for that number."""
    if isinstance(part, Tensor):
        if part.shape is None:
            raise Unclear
        if part.data is not None and part.shape == () and type(part.data[0]) is int:
            return part.data[0]
        if part.shape == () and part.data is None:
            raise Unclear
        if part.data is not None:
            return Advanced(part.shape, bool(part.data) and isinstance(part.data[0], bool))
        return Advanced(part.shape, None)
    if isinstance(part, bool):
        raise Unclear
    if isinstance(part, list | tuple | range):
        shape = nested(part, 0)
        if shape is None:
            raise Unclear
        mask = bool(part) and isinstance(part[0], bool)
        return Advanced(shape, mask if len(shape) == 1 else None)
    if isinstance(part, int | slice) or part is None or part is ...:
        return part
    raise Unclear


def axes_taken(part: Any) -> int:
    """How many axes a part of an index takes."""
    if part is None or part is ...:
        return 0
    return part.axes if isinstance(part, Advanced) else 1


def check_index(number: int, shape: Sizes, place: int, made: list[int | None]) -> None:
    """Refuse a place beyond the end of its axis."""
    size = shape[place]
    if size is not None and not -size <= number < size:
        raise Raised(IndexError, f"index {number} is out of bounds for dimension {len(made)} with size {size}")


def slice_size(size: int | None, part: slice) -> int | None:
    """How many entries a slice takes."""
    step = 1 if part.step is None else whole(part.step)
    if step is not None and step < 1:
        raise Raised(ValueError, "step must be greater than zero")
    start = 0 if part.start is None else whole(part.start)
    stop = size if part.stop is None else whole(part.stop)
    if start == 0 and part.stop is None and step == 1:
        return size
    if size is None or start is None or stop is None or step is None:
        return None
    return len(range(*slice(start, stop, step).indices(size)))


def store(trace: Trace, tensor: Any, key: Any, value: Any) -> None:
    """``x[key] = value``: refuses a value that does not fit; the tensor then comes of both."""
    given = tensor_of(tensor)
    parts = list(key) if isinstance(key, tuple) else [key]
    other = operand(value)
    try:
        shape = None if given.shape is None else indexed(given.shape, parts, not isinstance(key, tuple))
    except Unclear:
        shape = None
    if shape is not None and other.shape is not None:
        check_stored(shape, other.shape)
    read = [given, other, *[part for part in parts if isinstance(part, Tensor)]]
    overwrite(given, trace.function("setitem", read, given.shape))


def check_stored(shape: Sizes, value: Sizes) -> None:
    """Refuse a value that cannot be broadcast to the place where it shall stand."""
    short = value
    while len(short) > len(shape) and short[0] == 1:
        short = short[1:]
    if len(short) > len(shape):
        if None not in short:
            raise refuse(
                f"expand(torch.FloatTensor{{{brackets(short)}}}, size={brackets(shape)}): the number of sizes provided "
                f"({len(shape)}) must be greater or equal to the number of dimensions in the tensor ({len(short)})"
            )
        return
    offset = len(shape) - len(short)
    # The last axis first: it is the one that torch names.
    for place in range(len(short) - 1, -1, -1):
        size = short[place]
        target = shape[offset + place]
        if size not in (None, 1) and target is not None and size != target:
            raise refuse(
                f"The expanded size of the tensor ({target}) must match the existing size ({size}) at non-singleton "
                f"dimension {offset + place}.  Target sizes: {brackets(shape)}.  Tensor sizes: {brackets(value)}"
            )


def iterate(trace: Trace, tensor: Any) -> Any:
    """The entries of the first axis, as a list; unknown if nobody knows how many."""
    given = tensor_of(tensor)
    if given.shape == ():
        raise Raised(TypeError, "iteration over a 0-d tensor")
    made = unbind(trace, given)
    return made if isinstance(made, Unknown) else list(made)
