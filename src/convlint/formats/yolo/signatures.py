"""What a module function takes, by its own declaration.

The parameters behind the builder and what is read are the arguments of the framework's constructor, in its order and
by its names: findings call them so, and a row's values are counted by them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import Parameter
from inspect import signature as declaration
from typing import Any, NamedTuple

from convlint.formats.yolo.torch_layers import TorchLayer


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
    taken = list(declaration(module).parameters.values())[2:]
    named = [one for one in taken if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
    defaults = {one.name: one.default for one in named if one.default is not Parameter.empty}
    any_more = any(one.kind is Parameter.VAR_POSITIONAL for one in taken)
    most = None if any_more else len(named)
    return Signature(tuple([one.name for one in named]), len(named) - len(defaults), most, defaults)
