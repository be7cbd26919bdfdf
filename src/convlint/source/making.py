"""Tensors made of nothing: ``zeros``, ``arange``, ``tensor``; and what is asked of a tensor about its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from convlint.source.axes import (
    MAX_DATA,
    axis,
    brackets,
    cast_number,
    constant,
    listed,
    number_type,
    refuse,
    single,
    spread,
    tensor_of,
    whole,
    wholes,
)
from convlint.source.trace import Trace
from convlint.source.values import Outside, Raised, Sizes, Tensor, Unknown, is_unknown

#: Numbers from here on are not computed with.
LARGEST = 1 << 62

#: Entries of a list that are looked at.
MAX_ITEMS = 100_000

#: Axes that a tensor may have.
MAX_AXES = 64


def checked(shape: Sizes | None) -> Sizes | None:
    """Sizes of a new tensor; raises if one is negative."""
    for size in shape or ():
        if size is not None and size < 0:
            raise refuse(f"Trying to create tensor with negative dimension {size}: {brackets(shape or ())}")
    return shape


def filled(number: Any) -> Callable[..., Any]:
    """``zeros``, ``ones``, ``empty``, ``rand``: sizes one by one or as a list; ``number`` fills it, if known."""

    def function(trace: Trace, *size: Any, **named: Any) -> Any:
        shape = spread(size or (named.get("size", ()),))
        if number is not None and any(one is not None and one < 0 for one in shape or ()):
            raise refuse(f"{'ones' if number else 'zeros'}: Dimension size must be non-negative.")
        return of_size(shape, number, named.get("dtype"))

    return function


def of_size(shape: Sizes | None, number: Any, dtype: Any) -> Tensor:
    """A new tensor, with its numbers if they are known and few."""
    made = Tensor(checked(shape))
    total = made.count
    kind = float if dtype is None else number_type(dtype)
    if number is not None and kind is not None and total is not None and total <= MAX_DATA:
        made.data = constant([kind(number)] * total, shape)
    return made


def new_filled(number: Any) -> Callable[..., Any]:
    """``x.new_zeros(...)``: of the type of ``x``, which is not known."""

    def function(trace: Trace, tensor: Any, *size: Any, **named: Any) -> Any:
        return Tensor(checked(spread(size or (named.get("size", ()),))))

    return function


def full(trace: Trace, size: Any, fill_value: Any, **named: Any) -> Any:
    """``torch.full``."""
    shape = wholes(size) if isinstance(size, list | tuple) else None
    known_value = isinstance(fill_value, int | float)
    dtype = named.get("dtype")
    made = of_size(shape, None, None)
    kind = type(fill_value) if dtype is None else number_type(dtype)
    if known_value and kind is not None and made.count is not None and made.count <= MAX_DATA:
        made.data = constant([cast_number(kind, fill_value)] * made.count, shape)
    return made


def new_full(trace: Trace, tensor: Any, size: Any, fill_value: Any, **named: Any) -> Any:
    """``x.new_full(size, value)``."""
    return Tensor(checked(wholes(size)))


def alike(trace: Trace, input: Any, *arguments: Any, **named: Any) -> Any:
    """``zeros_like`` and the like: a new tensor of the same shape."""
    return Tensor(tensor_of(input).shape)


def arange(trace: Trace, start: Any = None, end: Any = None, step: Any = 1, **named: Any) -> Any:
    """``torch.arange``: ``ceil((end - start) / step)`` numbers."""
    first, last = (0, start) if end is None else (start, end)
    first, last, by = plain(first), plain(last), plain(step)
    if first is None or last is None or by is None:
        return Tensor((None,))
    if by == 0:
        raise refuse("step must be nonzero")
    if (by > 0) != (last >= first) and last != first:
        raise refuse("upper bound and lower bound inconsistent with step sign")
    numbers = (first, last, by)
    if all(isinstance(number, int) for number in numbers):
        count = -((first - last) // by)
    else:
        count = math.ceil((last - first) / by)
    made = Tensor((count,))
    dtype = named.get("dtype")
    kind = None if dtype is None else number_type(dtype)
    if count <= MAX_DATA and (dtype is None or kind is not None):
        data = [first + by * number for number in range(count)]
        if dtype is None and not all(isinstance(number, int) for number in numbers):
            kind = float
        made.data = constant(data if kind is None else [cast_number(kind, number) for number in data], made.shape)
    return made


def plain(value: Any) -> Any:
    """A number, also that of a constant with one number; None if it is not known."""
    if isinstance(value, Tensor):
        value = value.data[0] if value.data is not None and len(value.data) == 1 else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not -LARGEST < value < LARGEST:
        return None
    return value


def linspace(trace: Trace, start: Any, end: Any, steps: Any = None, **named: Any) -> Any:
    """``torch.linspace``."""
    count = whole(steps)
    if count is not None and count < 0:
        raise refuse("number of steps must be non-negative")
    made = Tensor((count,))
    first, last = plain(start), plain(end)
    dtype = named.get("dtype")
    singles = dtype is None or number_type(dtype) is float
    if singles and count is not None and count <= MAX_DATA and first is not None and last is not None:
        made.data = constant(spaced_numbers(first, last, count), made.shape)
    return made


def spaced_numbers(first: Any, last: Any, count: int) -> list[float]:
    """Evenly spaced numbers, the first half counted from the front and the second from the end, as torch does."""
    if count < 2:
        return [float(first)] * count
    step = single((single(float(last)) - single(float(first))) / (count - 1))
    half = count // 2
    return [
        single(first + single(step * number)) if number < half else single(last - single(step * (count - number - 1)))
        for number in range(count)
    ]


def logspace(trace: Trace, start: Any, end: Any, steps: Any = None, base: Any = 10.0, **named: Any) -> Any:
    """``torch.logspace``."""
    return Tensor((whole(steps),))


def eye(trace: Trace, n: Any, m: Any = None, **named: Any) -> Any:
    """``torch.eye``."""
    rows = whole(n)
    return Tensor((rows, rows if m is None else whole(m)))


def randint(trace: Trace, *arguments: Any, **named: Any) -> Any:
    """``torch.randint(low, high, size)``."""
    size = named.get("size", arguments[-1] if arguments else None)
    return Tensor(checked(wholes(size)) if isinstance(size, list | tuple) else None)


def randperm(trace: Trace, n: Any, **named: Any) -> Any:
    """``torch.randperm``."""
    return Tensor((whole(n),))


def tensor(trace: Trace, data: Any = None, *arguments: Any, dtype: Any = None, **named: Any) -> Any:
    """``torch.tensor`` and ``as_tensor``: nested lists of numbers."""
    if isinstance(data, Tensor):
        return Tensor(data.shape, data.source, data.data if dtype is None else None)
    if isinstance(data, Unknown):
        return Tensor(None)
    shape = nested(data, 0)
    made = Tensor(shape)
    if shape is not None and len(shape) <= 1:
        values = list(data) if shape else [data]
        values = [one.data[0] if isinstance(one, Tensor) and one.data else one for one in values]
        kind = common(values) if dtype is None else number_type(dtype)
        if kind is not None and all(isinstance(one, int | float) for one in values):
            made.data = constant([cast_number(kind, one) for one in values], shape)
    return made


def common(values: list[Any]) -> type[Any] | None:
    """The type of a tensor made of some numbers."""
    if any(isinstance(one, float) for one in values) or not values:
        return float
    return bool if all(isinstance(one, bool) for one in values) else int


def nested(data: Any, depth: int) -> Sizes | None:
    """The shape of nested lists; None if it is not known."""
    if isinstance(data, int | float | complex):
        return ()
    if isinstance(data, Tensor):
        return data.shape
    if not isinstance(data, list | tuple | range) or depth > MAX_AXES or len(data) > MAX_ITEMS:
        return None
    found: Sizes | None = None
    unclear = False
    for one in data:
        inner = nested(one, depth + 1)
        if inner is None:
            unclear = True
        elif found is None:
            found = inner
        elif inner != found:
            if None in inner or None in found:
                unclear = True
            elif len(inner) and len(found) and isinstance(one, list | tuple):
                raise Raised(ValueError, f"expected sequence of length {found[0]} at dim {depth + 1} (got {inner[0]})")
            else:
                return None
    if found is None:
        return (len(data),) if not data else None
    return None if unclear and None in found else (len(data), *found)


def from_outside(trace: Trace, *arguments: Any, **named: Any) -> Any:
    """``from_numpy``, ``load``, ``asarray``: a tensor of which nothing is known."""
    return Tensor(None)


def legacy_tensor(trace: Trace, *arguments: Any, **named: Any) -> Any:
    """``torch.Tensor(2, 3)`` or ``torch.Tensor([1, 2])``."""
    if arguments and isinstance(arguments[0], int):
        return Tensor(checked(spread(arguments)))
    if len(arguments) == 1 and isinstance(arguments[0], list | tuple) and not is_unknown(*arguments[0]):
        made: Tensor = tensor(trace, arguments[0])
        made.data = (
            None if made.data is None else constant([cast_number(float, number) for number in made.data], made.shape)
        )
        return made
    return Tensor((0,)) if not arguments else Tensor(None)


def tril_indices(trace: Trace, row: Any, col: Any, offset: Any = 0, **named: Any) -> Any:
    """``torch.tril_indices`` and ``triu_indices``: two rows."""
    return Tensor((2, None))


def first_argument(trace: Trace, tensor: Any = None, *arguments: Any, **named: Any) -> Any:
    """``torch.nn.init.*``: fills its first argument and gives it back."""
    given = named.get("input", tensor)
    if isinstance(given, Tensor):
        given.data = None
    return given


# What is asked of a tensor -------------------------------------------------------------------------------------------


def size(trace: Trace, tensor: Any, dim: Any = None) -> Any:
    """``x.size()`` and ``x.size(dim)``."""
    given = tensor_of(tensor)
    if dim is None:
        return listed(given.shape)
    if given.shape == ():
        raise Raised(IndexError, "Dimension specified as 0 but tensor has no dimensions")
    place = axis(dim, None if given.shape is None else len(given.shape))
    found = None if given.shape is None or place is None else given.shape[place]
    return Unknown("a size that is not known") if found is None else found


def rank(trace: Trace, tensor: Any) -> Any:
    """``x.dim()`` and ``x.ndim``."""
    given = tensor_of(tensor)
    return Unknown("how many axes a tensor has") if given.shape is None else len(given.shape)


def number_count(trace: Trace, tensor: Any = None, **named: Any) -> Any:
    """``x.numel()``."""
    count = tensor_of(named.get("input", tensor)).count
    return Unknown("how many numbers a tensor has") if count is None else count


def length(trace: Trace, tensor: Any) -> Any:
    """``len(x)``."""
    given = tensor_of(tensor)
    if given.shape == ():
        raise Raised(TypeError, "len() of a 0-d tensor")
    return size(trace, given, 0)


def item(trace: Trace, tensor: Any) -> Any:
    """``x.item()``: the number of a constant."""
    given = tensor_of(tensor)
    count = given.count
    if count is not None and count != 1:
        raise refuse(f"a Tensor with {count} elements cannot be converted to Scalar")
    return given.data[0] if given.data is not None else Unknown("a number in a tensor")


def as_number(kind: type[Any]) -> Callable[..., Any]:
    """``int(x)``, ``float(x)`` and ``bool(x)``."""

    def function(trace: Trace, tensor: Any) -> Any:
        given = tensor_of(tensor)
        if kind is bool and given.count is not None and given.count > 1:
            raise refuse("Boolean value of Tensor with more than one value is ambiguous")
        number = item(trace, given)
        if isinstance(number, Unknown):
            return number
        try:
            return kind(number)
        except (ValueError, OverflowError, TypeError):
            return Unknown("a number in a tensor")

    return function


def tolist(trace: Trace, tensor: Any) -> Any:
    """``x.tolist()``: the numbers of a constant."""
    given = tensor_of(tensor)
    if given.data is not None:
        return given.data[0] if given.shape == () else list(given.data)
    if given.shape and len(given.shape) == 1 and given.shape[0] is not None and given.shape[0] <= MAX_DATA:
        return [Unknown("a number in a tensor") for _ in range(given.shape[0])]
    return Unknown("the numbers in a tensor")


def nothing_known(why: str) -> Callable[..., Any]:
    """What is asked of a tensor and is not followed."""

    def function(trace: Trace, *arguments: Any, **named: Any) -> Any:
        return Unknown(why)

    return function


def ignored(trace: Trace, *arguments: Any, **named: Any) -> None:
    """What has no effect on shapes: hooks, ``backward``."""
    return


#: Functions of torch itself.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "arange": arange,
    "as_tensor": tensor,
    "asarray": from_outside,
    "empty": filled(None),
    "eye": eye,
    "from_numpy": from_outside,
    "full": full,
    "is_tensor": lambda trace, obj: Unknown("what it is") if isinstance(obj, Unknown) else isinstance(obj, Tensor),
    "linspace": linspace,
    "load": nothing_known("a file"),
    "logspace": logspace,
    "numel": number_count,
    "ones": filled(1),
    "rand": filled(None),
    "randint": randint,
    "randn": filled(None),
    "randperm": randperm,
    "range": nothing_known("a function that torch no longer has"),
    "scalar_tensor": tensor,
    "tensor": tensor,
    "tril_indices": tril_indices,
    "triu_indices": tril_indices,
    "zeros": filled(0),
    "Tensor": legacy_tensor,
    "FloatTensor": legacy_tensor,
    **dict.fromkeys(("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "full_like"), alike),
    "randint_like": alike,
    "is_complex": nothing_known("a type of numbers"),
    "is_floating_point": nothing_known("a type of numbers"),
}

METHODS: dict[str, Callable[..., Any]] = {
    "__bool__": as_number(bool),
    "__float__": as_number(float),
    "__int__": as_number(int),
    "__len__": length,
    "backward": ignored,
    "data_ptr": nothing_known("an address"),
    "dim": rank,
    "element_size": nothing_known("a type of numbers"),
    "get_device": nothing_known("a device"),
    "is_complex": nothing_known("a type of numbers"),
    "is_contiguous": lambda trace, tensor, **named: True,
    "is_floating_point": nothing_known("a type of numbers"),
    "item": item,
    "ndimension": rank,
    "nelement": number_count,
    "new_empty": new_filled(None),
    "new_full": new_full,
    "new_ones": new_filled(1),
    "new_tensor": lambda trace, tensor_, data, **named: tensor(trace, data),
    "new_zeros": new_filled(0),
    "numel": number_count,
    "numpy": nothing_known("an array"),
    "register_hook": ignored,
    "size": size,
    "storage_offset": nothing_known("how a tensor lies in memory"),
    "stride": nothing_known("how a tensor lies in memory"),
    "tolist": tolist,
}

ATTRIBUTES: dict[str, Callable[..., Any]] = {
    "data": lambda trace, tensor: Tensor(tensor.shape, tensor.source, tensor.data),
    "device": nothing_known("a device"),
    "dtype": nothing_known("a type of numbers"),
    "grad": nothing_known("a gradient"),
    "grad_fn": nothing_known("how a tensor was made"),
    "is_cuda": lambda trace, tensor: False,
    "is_leaf": nothing_known("how a tensor was made"),
    "is_quantized": lambda trace, tensor: False,
    "is_sparse": lambda trace, tensor: False,
    "itemsize": nothing_known("a type of numbers"),
    "layout": lambda trace, tensor: Outside("torch.strided"),
    "ndim": rank,
    "requires_grad": nothing_known("whether a tensor is trained"),
    "shape": lambda trace, tensor: listed(tensor.shape),
}
