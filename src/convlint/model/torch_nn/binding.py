"""Binds the arguments of a call, as Python does it, and reads their values as PyTorch takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

from convlint.model.operations import Operation
from convlint.model.torch_nn.kinds import REQUIRED, Argument
from convlint.model.torch_nn.table import TYPES

Problem: TypeAlias = Literal["missing", "too many", "unknown", "twice", "kind", "length", "range"]


class Misfit(Exception):
    """A call that ``torch.nn`` refuses.

    ``argument`` is the name of the argument to blame; None where there are more values than arguments.  ``words``
    follow that name: "must be a whole number".  ``value`` is the one that is wrong, if the words are about a value.
    """

    def __init__(self, problem: Problem, argument: str | None, words: str, value: Any = REQUIRED) -> None:
        super().__init__(problem, argument, words, value)
        self.problem = problem
        self.argument = argument
        self.words = words
        self.value = value

    def __str__(self) -> str:
        instead = "" if self.value is REQUIRED else f", not {self.value!r}"
        return f"{self.argument or 'the call'} {self.words}{instead}"


def bind(type_name: str, positional: Sequence[Any], keywords: Mapping[str, Any] | None = None) -> SimpleNamespace:
    """All arguments of a layer of ``torch.nn``, from the values of a call.

    Values are Python's own; what holds one entry per axis comes out as a tuple, whatever was given, and defaults are
    filled in.  ``TYPES[type_name].lower`` makes an operation of the result.

    Raises ``KeyError`` for a type that is not in the table, and ``Misfit``, which says which argument, for a call that
    PyTorch refuses: too few or too many values, a name that the constructor does not have, a value of the wrong kind
    or out of range.  Whether the layer can read what arrives is not asked.
    """
    signature = signature_of(type_name)
    arguments = dict(signature.filled)
    read = signature.read
    for name, value in signature.given(positional, keywords).items():
        arguments[name] = read[name](value)
    return SimpleNamespace(**arguments)


def build(type_name: str, *positional: Any) -> Operation:
    """The operation of a layer of ``torch.nn`` from the values of a call without keywords; ``Misfit`` as ``bind``."""
    return TYPES[type_name].lower(bind(type_name, positional))


class Signature:
    """What a layer type needs to bind a call: the table's row, turned around once."""

    __slots__ = ("any_arguments", "filled", "keywords", "names", "read", "required")

    def __init__(self, type_name: str) -> None:
        row = TYPES[type_name]
        self.any_arguments = row.any_arguments
        #: Names in the order of positional values, and the names of keywords.
        self.names = tuple([one.name for one in row.arguments if not one.keyword])
        self.keywords = frozenset([one.name for one in row.arguments])
        self.required = tuple([one.name for one in row.arguments if one.default is REQUIRED])
        self.filled = {one.name: one.filled for one in row.arguments}
        self.read = {one.name: reader(one) for one in row.arguments}

    def given(self, positional: Sequence[Any], keywords: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of a call by the names of their arguments, as they stand; ``Misfit`` if they do not fit."""
        if self.any_arguments:
            return {}
        if len(positional) > len(self.names):
            most = len(self.names)
            raise Misfit("too many", None, f"takes at most {most} values by position, {len(positional)} are given")
        found = dict(zip(self.names, positional, strict=False))
        for name, value in (keywords or {}).items():
            if name not in self.keywords:
                raise Misfit("unknown", name, "is no argument of this layer")
            if name in found:
                raise Misfit("twice", name, "is given by its position and by its name")
            found[name] = value
        for name in self.required:
            if name not in found:
                raise Misfit("missing", name, "is missing")
        return found


_SIGNATURES: dict[str, Signature] = {}


def signature_of(type_name: str) -> Signature:
    """How calls of a layer type are bound."""
    found = _SIGNATURES.get(type_name)
    if found is None:
        found = _SIGNATURES[type_name] = Signature(type_name)
    return found


# Values ---------------------------------------------------------------------------------------------------------

Reader: TypeAlias = Callable[[Any], Any]


def reader(argument: Argument) -> Reader:
    """Reads a value for an argument; ``Misfit`` if PyTorch refuses it."""
    read = _READERS[argument.kind.name](argument)
    words = argument.kind.words if argument.kind.name != "word" else ()
    if not argument.kind.null and not words:
        return read

    def or_else(value: Any) -> Any:
        if value is None and argument.kind.null:
            return None
        return value if isinstance(value, str) and value in words else read(value)

    return or_else


def _integer(argument: Argument) -> Reader:
    name, least, truth = argument.name, argument.least, argument.kind.truth

    def read(value: Any) -> int:
        if type(value) is not int and not (truth and type(value) is bool):
            raise Misfit("kind", name, "must be a whole number", value)
        if least is not None and value < least:
            raise Misfit("range", name, f"must be at least {least}, not {int(value)}")
        return int(value)

    return read


def _number(argument: Argument) -> Reader:
    name, least, most = argument.name, argument.least, argument.most
    words = "must be a number" if least is None else f"must be a number from {least} to {most}"

    def read(value: Any) -> float:
        if not isinstance(value, int | float):
            raise Misfit("kind", name, words, value)
        # NaN passes, as in PyTorch.
        if (least is not None and value < least) or (most is not None and value > most):
            raise Misfit("range", name, words, value)
        return value

    return read


def _boolean(argument: Argument) -> Reader:
    return bool  # PyTorch asks whether a value is true, whatever it is


def _word(argument: Argument) -> Reader:
    name, words = argument.name, argument.kind.words

    def read(value: Any) -> str:
        if value in words:
            return str(value)
        raise Misfit("kind", name, f"must be one of {', '.join(words)}", value)

    return read


def _anything(argument: Argument) -> Reader:
    return lambda value: value


def _integers(argument: Argument) -> Reader:
    one = _integer(argument)

    def read(value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            raise Misfit("kind", argument.name, "must be a list of whole numbers", value)
        return tuple([one(item) for item in value])

    return read


def _one_or_several(single: Callable[[Argument], Reader]) -> Callable[[Argument], Reader]:
    def of(argument: Argument) -> Reader:
        one = single(argument)
        # A size of a map stays a number; a shape is a tuple always.
        bare = argument.kind.null

        def read(value: Any) -> Any:
            if isinstance(value, list | tuple):
                return tuple([one(item) for item in value])
            return one(value) if bare else (one(value),)

        return read

    return of


def _per_axis(argument: Argument) -> Reader:
    one, item = _integer(argument), _integer(argument._replace(kind=argument.kind._replace(truth=False)))
    name, axes, single = argument.name, argument.kind.axes, argument.kind.one
    least = argument.least if argument.least is not None else -inf

    def read(value: Any) -> tuple[int, ...]:
        if type(value) is int and value >= least:  # nearly always
            return (value,) * axes
        if isinstance(value, list | tuple):
            if len(value) == axes:
                return tuple([item(number) for number in value])
            if len(value) == 1 and single:
                return (item(value[0]),) * axes
            raise Misfit("length", name, f"has {len(value)} values for {axes} {'axis' if axes == 1 else 'axes'}")
        return (one(value),) * axes

    return read


def _adaptive(argument: Argument) -> Reader:
    one, name, axes = _integer(argument), argument.name, argument.kind.axes

    def read(value: Any) -> tuple[int | None, ...]:
        if not isinstance(value, list | tuple):
            return (one(value),) * axes
        if len(value) != axes:
            raise Misfit("length", name, f"has {len(value)} values for {axes} {'axis' if axes == 1 else 'axes'}")
        return tuple([None if item is None and axes > 1 else one(item) for item in value])

    return read


def _sides(argument: Argument) -> Reader:
    one, name, most, fewer = _integer(argument), argument.name, 2 * argument.kind.axes, argument.kind.fewer

    def read(value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            return (one(value),) * most
        if len(value) != most and not (fewer and len(value) < most and len(value) % 2 == 0):
            raise Misfit("length", name, f"has {len(value)} values, {most} are needed")
        return tuple([one(item) for item in value])

    return read


_READERS: dict[str, Callable[[Argument], Reader]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "word": _word,
    "factory": _anything,
    "integers": _integers,
    "integer or integers": _one_or_several(_integer),
    "number or numbers": _one_or_several(_number),
    "per axis": _per_axis,
    "adaptive": _adaptive,
    "sides": _sides,
}
