"""What a module function takes, by its own declaration.

The parameters behind the builder and what is read are the arguments of the framework's constructor, in its order and
by its names: findings call them so, and a row's values are counted by them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, NamedTuple

from convlint.formats.yolo.torch_layers import TorchLayer

#: The flag of a function that takes any more values: `*args`.
_ANY_MORE = 0x04


class Signature(NamedTuple):
    """The names of a module's arguments, how many it needs at least, and at most; None if any more are taken.

    ``defaults`` are the values of those that may be left out.
    """

    words: tuple[str, ...]
    least: int
    most: int | None
    defaults: dict[str, Any]


@cache
def signature(module: Callable[..., Any]) -> Signature:
    """The signature of the constructor that a module function stands for."""
    if isinstance(module, TorchLayer):
        return Signature(module.words, module.least, module.most, module.defaults)
    assert isinstance(module, FunctionType)
    # What `inspect.signature` reads, too, but loading that takes longer than checking a small file.
    code = module.__code__
    words = code.co_varnames[2 : code.co_argcount]
    values = module.__defaults__ or ()
    least = len(words) - len(values)
    any_more = bool(code.co_flags & _ANY_MORE)
    return Signature(words, least, None if any_more else len(words), dict(zip(words[least:], values, strict=True)))
