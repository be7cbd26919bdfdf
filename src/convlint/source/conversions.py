"""What gives a tensor another type, another place or other numbers, and no other shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source.arithmetic import overwrite
from convlint.source.axes import (
    broadcast,
    cast_number,
    constant,
    number_type,
    operand,
    tensor_of,
)
from convlint.source.trace import Trace
from convlint.source.values import Tensor, Unknown


def same_tensor(trace: Trace, tensor: Any, *arguments: Any, **named: Any) -> Any:
    """What changes no number and no size: ``contiguous``, ``cuda``, ``requires_grad_``."""
    return tensor if isinstance(tensor, Tensor) else tensor_of(tensor)


def copied(trace: Trace, tensor: Any, *arguments: Any, **named: Any) -> Any:
    """Another tensor with the same numbers: ``clone``, ``detach``."""
    given = tensor_of(tensor)
    return Tensor(given.shape, given.source, given.data)


def converted(trace: Trace, tensor: Any, *arguments: Any, **named: Any) -> Any:
    """``to`` and ``type``: another type of numbers if one is named, otherwise the same tensor."""
    given = tensor_of(tensor)
    if given.data is None:
        return given
    for value in (*arguments, named.get("dtype")):
        if value is None or value == "cpu":
            continue
        kind = number_type(value)
        return cast(kind)(trace, given)
    return given


def type_of(trace: Trace, tensor: Any, dtype: Any = None, **named: Any) -> Any:
    """``x.type()`` names the type, ``x.type(dtype)`` converts."""
    return Unknown("the type of a tensor") if dtype is None else converted(trace, tensor, dtype)


def cast(kind: type[Any] | None) -> Callable[..., Any]:
    """``float``, ``long``, ``bool``...: the same shape; a small constant follows."""

    def function(trace: Trace, tensor: Any, *arguments: Any, **named: Any) -> Any:
        given = tensor_of(tensor)
        if given.data is None:
            return given
        made = Tensor(given.shape, given.source)
        if kind is not None:
            made.data = constant([cast_number(kind, number) for number in given.data], given.shape)
        return made

    return function


def written(trace: Trace, tensor: Any, *arguments: Any, **named: Any) -> Any:
    """``fill_``, ``zero_``, ``uniform_``...: the tensor with other numbers."""
    given = tensor_of(tensor)
    given.data, given.source = None, None
    return given


def copy_into(trace: Trace, tensor: Any, src: Any = None, non_blocking: Any = False, **named: Any) -> Any:
    """``x.copy_(other)``: the other's numbers, as many as there are."""
    given, other = tensor_of(tensor), operand(src)
    if given.shape is not None and other.shape is not None:
        broadcast(given.shape, other.shape)
    made = trace.function("copy", [other], given.shape)
    return overwrite(given, made)


#: Functions of torch that are methods as well.
BOTH: dict[str, Callable[..., Any]] = {"clone": copied, "detach": copied}

METHODS: dict[str, Callable[..., Any]] = {
    "bool": cast(bool),
    "byte": cast(None),
    "bfloat16": cast(None),
    "contiguous": same_tensor,
    "copy_": copy_into,
    "cpu": same_tensor,
    "cuda": same_tensor,
    "detach_": same_tensor,
    "double": cast(None),
    "float": cast(float),
    "half": cast(None),
    "int": cast(int),
    "long": cast(int),
    "new": lambda trace, tensor, *sizes, **named: Tensor(None),
    "pin_memory": same_tensor,
    "requires_grad_": same_tensor,
    "retain_grad": lambda trace, tensor: None,
    "share_memory_": same_tensor,
    "short": cast(None),
    "to": converted,
    "type": type_of,
    "type_as": cast(None),
    **dict.fromkeys(
        (
            *("bernoulli_", "cauchy_", "exponential_", "fill_", "geometric_", "log_normal_", "normal_", "random_"),
            *("uniform_", "zero_"),
        ),
        written,
    ),
}
