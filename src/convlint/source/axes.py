"""Arguments of tensor functions read as sizes and axes; what is not known of them is None and refuses nothing."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeGuard

from convlint.source.values import Outside, Raised, Sizes, Tensor, Unknown

#: The place of a value of which a trace knows nothing.
NOTHING = (0, 0)

#: Constants of more numbers than this are known by their shape alone.
MAX_DATA = 4096

#: One number of a constant.
Number: TypeAlias = int | float

#: Types of numbers whose constants are followed: Python's type for each.
_TYPES: dict[str, type[Any]] = {
    **dict.fromkeys(("torch.float32", "torch.float", "torch.FloatTensor"), float),
    **dict.fromkeys(("torch.int64", "torch.long", "torch.LongTensor", "torch.int32", "torch.int"), int),
    "torch.bool": bool,
}


def tensor_of(value: Any) -> Tensor:
    """A value where a tensor is asked for; one of no known shape, read from nowhere known, if it is none."""
    return value if isinstance(value, Tensor) else Tensor(None, NOTHING)


def operand(value: Any) -> Tensor:
    """A value where a tensor or a number is asked for."""
    return Tensor((), None, (value,)) if isinstance(value, int | float | complex) else tensor_of(value)


def whole(value: Any) -> int | None:
    """A whole number, also that of a constant with one number."""
    if isinstance(value, Tensor):
        value = value.data[0] if value.data is not None and len(value.data) == 1 else None
    return int(value) if isinstance(value, int) else None


def wholes(value: Any) -> Sizes | None:
    """A list of whole numbers; None if not even their number is known."""
    if isinstance(value, Tensor) and value.data is not None and value.shape != ():
        value = value.data
    if isinstance(value, range) and len(value) > MAX_DATA:
        return None
    return tuple([whole(one) for one in value]) if isinstance(value, list | tuple | range) else None


def spread(values: Sequence[Any]) -> Sizes | None:
    """Whole numbers that may be given one by one or as one list, as to ``view``."""
    if len(values) == 1 and not isinstance(values[0], int):
        if isinstance(values[0], Tensor) and values[0].shape == ():
            return (whole(values[0]),)
        return wholes(values[0])
    return wholes(list(values))


def each(value: Any, rank: int) -> Sizes:
    """A number for all spatial axes, or one for each of them."""
    numbers = (whole(value),) if isinstance(value, int) else wholes(value)
    if numbers is None or len(numbers) not in (1, rank):
        return (None,) * rank
    return numbers if len(numbers) == rank else numbers * rank


def number_type(dtype: Any) -> type[Any] | None:
    """Python's type for a type of numbers whose constants are followed."""
    if isinstance(dtype, Outside):
        return _TYPES.get(dtype.path)
    return dtype if dtype in (int, float, bool) else _TYPES.get(dtype) if isinstance(dtype, str) else None


def cast_number(kind: type[Any], value: Any) -> Any:
    """A number of another type; None if it has none there (infinity as a whole number)."""
    try:
        return kind(value)
    except (ValueError, OverflowError, TypeError):
        return None


def single(value: Number) -> Number:
    """A number as 32 bits hold it."""
    if isinstance(value, float) and math.isfinite(value):
        try:
            return float(struct.unpack("f", struct.pack("f", value))[0])
        except OverflowError:
            return math.copysign(math.inf, value)
    return value


def constant(numbers: Sequence[Any] | None, shape: Sizes | None) -> tuple[Any, ...] | None:
    """The numbers of a constant, if they are few enough to be kept."""
    if numbers is None or shape is None or len(shape) > 1 or len(numbers) > MAX_DATA or None in numbers:
        return None
    return tuple([single(number) for number in numbers])


def known(shape: Sizes | None) -> TypeGuard[tuple[int, ...]]:
    """Whether all sizes are known."""
    return shape is not None and None not in shape


def product(sizes: Sequence[int | None]) -> int | None:
    """The product of some sizes."""
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


def multiply(*factors: int | None) -> int | None:
    """The product of some numbers, for multiply-adds."""
    return product(factors)


def brackets(sizes: Sequence[int | None]) -> str:
    """Sizes as torch prints them: ``[1, 3, 5]``."""
    return f"[{', '.join(['?' if size is None else str(size) for size in sizes])}]"


def times(sizes: Sequence[int | None]) -> str:
    """Sizes as torch prints those of a matrix: ``2x3``."""
    return "x".join(["?" if size is None else str(size) for size in sizes])


def refuse(message: str) -> Raised:
    """What torch raises most often."""
    return Raised(RuntimeError, message)


def axis(dim: Any, rank: int | None) -> int | None:
    """An axis counted from the front; a tensor without axes is taken as one with a single axis.

    Raises IndexError as torch does.
    """
    number = whole(dim)
    if number is None or rank is None:
        return None
    most = max(rank, 1)
    if not -most <= number < most:
        raise Raised(
            IndexError,
            f"Dimension out of range (expected to be in range of [{-most}, {most - 1}], but got {number})",
        )
    return number % most


def real_axis(dim: Any, shape: Sizes | None) -> int | None:
    """An axis of a tensor that must have one."""
    if shape == () and whole(dim) is not None:
        raise Raised(IndexError, f"Dimension specified as {whole(dim)} but tensor has no dimensions")
    return axis(dim, None if shape is None else len(shape))


def axes(dims: Any, rank: int | None) -> tuple[int, ...] | None:
    """Some axes counted from the front; None if one of them is not known.  Raises if one is named twice."""
    numbers = (whole(dims),) if isinstance(dims, int) else wholes(dims)
    if numbers is None or rank is None:
        return None
    found = [axis(number, rank) for number in numbers]
    for place, number in enumerate(found):
        if number is not None and number in found[:place]:
            raise refuse(f"dim {number} appears multiple times in the list of dims")
    return tuple([number for number in found if number is not None]) if None not in found else None


def broadcast(left: Sizes | None, right: Sizes | None) -> Sizes | None:
    """The common shape of two tensors that are used element by element.

    An unknown size that meets one above 1 must be equal to it, or 1.
    """
    if left is None or right is None:
        return None
    rank = max(len(left), len(right))
    made: list[int | None] = []
    for place in range(rank - 1, -1, -1):
        a = left[place - rank + len(left)] if place >= rank - len(left) else 1
        b = right[place - rank + len(right)] if place >= rank - len(right) else 1
        if a == 1:
            made.append(b)
        elif b == 1 or a == b:
            made.append(a)
        elif a is None or b is None:
            made.append(b if a is None else a)
        else:
            raise refuse(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {place}"
            )
    return tuple(reversed(made))


def same(left: int | None, right: int | None) -> bool:
    """Whether two sizes may be equal."""
    return left is None or right is None or left == right


def without(shape: Sizes, place: int) -> Sizes:
    """A shape without one of its axes."""
    return shape[:place] + shape[place + 1 :]


def replaced(shape: Sizes, place: int, size: int | None) -> Sizes:
    """A shape with another size at one of its axes."""
    return (*shape[:place], size, *shape[place + 1 :])


def listed(shape: Sizes | None) -> Any:
    """A shape as the evaluated code sees it."""
    if shape is None:
        return Unknown("the shape of a tensor that is not known")
    return tuple([Unknown("a size that is not known") if size is None else size for size in shape])
