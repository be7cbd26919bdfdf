"""Which function of torch is written down by which handler.

A handler gets the trace, what the function returned, and the arguments of the call; it gives what was made, as values
(one, or as many as there are tensors).  ``Cannot`` says why there is no such layer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from convlint.torch import modules
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import Cannot, Flow, Made, Own

Handler = Callable[..., Any]
_HANDLERS: dict[Any, Handler] = {}


def describe_call(
    trace: Trace, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, made: list[Tensor]
) -> Any:
    """Write down a call of a function that returned tensors; what the caller shall get instead of them."""
    tensors = [one for one in (*args, *kwargs.values()) if isinstance(one, Tensor)]
    listed = [one for many in (*args, *kwargs.values()) if isinstance(many, list | tuple) for one in many]
    tensors += [one for one in listed if isinstance(one, Tensor)]
    if all(trace.known(one) is None or isinstance(trace.known(one), Made) for one in tensors):
        for one in made:
            trace.know(one, Made(f"what {name} makes"))
        return result
    handler = _HANDLERS.get(func)
    if handler is None:
        raise Cannot("has no layer in the native format")
    try:
        inspect.signature(handler).bind(trace, result, *args, **kwargs)
    except TypeError:
        raise Cannot("is called with arguments that no layer has") from None
    values = handler(trace, result, *args, **kwargs)
    in_place = bool(kwargs.get("inplace")) or _in_place(func)
    if isinstance(result, Tensor):
        if _is_positional_inplace(func, args):
            in_place = True
        if isinstance(values, Value) and any(values is trace.known(one) for one in tensors):
            in_place = in_place or any(result is one for one in tensors)
            trace.know(result, values)
            return result
        return trace.made(result, values, tensors, in_place)
    for one, value in zip(made, values, strict=True):
        trace.know(one, value)
    return result


def _in_place(func: Any) -> bool:
    name = getattr(func, "__name__", "")
    return (name.endswith("_") and not name.endswith("__")) or name in _IN_PLACE


_IN_PLACE = frozenset(["__iadd__", "__isub__", "__imul__", "__itruediv__"])


def _is_positional_inplace(func: Any, args: tuple[Any, ...]) -> bool:
    """Whether `inplace` was given by its position, as in F.relu(x, True)."""
    code = getattr(func, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    at = names.index("inplace") if "inplace" in names else len(args)
    return len(args) > at and bool(args[at])


def handles(*functions: Any) -> Callable[[Handler], Handler]:
    """Register a handler of some functions."""

    def register(handler: Handler) -> Handler:
        for function in functions:
            _HANDLERS[function] = handler
        return handler

    return register


def named(*names: str) -> list[Any]:
    """Functions of these names, wherever torch has them: as functions, as methods, in place."""
    found = []
    for name in names:
        for home in (torch, Tensor, F, torch._C._nn, torch.special):
            for spelt in (name, f"{name}_"):
                function = getattr(home, spelt, None)
                if callable(function):
                    found.append(function)
    return found


def layer(trace: Trace, type_name: str, values: dict[str, Any], input: Tensor, result: Tensor, path: str = "") -> Flow:
    """A layer of torch.nn that a function does."""
    source = trace.flow(input)
    arguments = modules.written(type_name, values)
    modules.check(source, type_name, arguments)
    return trace.layer(type_name, arguments, [source], result, path=path, free=type_name in modules.ELEMENTWISE)


def owner(own: Own) -> str:
    """The name of a layer whose weight is at a path: the module, if the weight is called so there."""
    module, _, name = own.path.rpartition(".")
    return module if name == "weight" and module else own.path


def numbers(first: Any, others: Sequence[Any]) -> list[int]:
    """Numbers that are given one by one, or as one list."""
    return list(first) if isinstance(first, list | tuple) else [first, *others]
