"""The kinds of values that arguments take, as they are written in YAML: stricter than PyTorch takes them.

Each kind is one type with one validator, never a union, so that an error has the place of the value and says in a
person's words what was wanted.  The error's type is the code of the rule that it breaks.  Lists become tuples; what
was written as one number for all axes comes out as one entry per axis.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from convlint.document import Odd
from convlint.model.network import MAX_AXES, Amount
from convlint.model.torch_nn.kinds import Kind


def wanted(what: str, *path: int) -> PydanticCustomError:
    """The error of a value of the wrong kind: ``what`` follows "must be", ``path`` leads to the item it is about."""
    return PydanticCustomError("CL005", "{what}", {"what": what, "path": path})


def _kind(check: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    return Annotated[Any, PlainValidator(check), WithJsonSchema(schema)]


def is_integer(value: Any) -> bool:
    """Whether a value is a whole number; YAML's booleans are not."""
    return type(value) is int


def _is_size(value: Any) -> bool:
    return value is None or type(value) is int


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def _items(value: list[Any], good: Callable[[Any], bool], what: str) -> tuple[Any, ...]:
    """The list as a tuple if all its items are good, else the error of the first that is not."""
    for index, item in enumerate(value):
        if not good(item):
            raise wanted(what, index)
    return tuple(value)


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    raise wanted("an integer")


def _optional_integer(value: Any) -> int | None:
    return None if value is None else _integer(value)


def _step(value: Any) -> int:
    if type(value) is int and value > 0:
        return value
    raise wanted("an integer of at least 1")


def _number(value: Any) -> float:
    if type(value) is int or type(value) is float:
        return value
    raise wanted("a number")


def _optional_number(value: Any) -> float | None:
    return None if value is None else _number(value)


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise wanted("true or false")


def _optional_boolean(value: Any) -> bool | None:
    return None if value is None else _boolean(value)


def _integers(value: Any) -> tuple[int, ...]:
    if type(value) is not list:
        raise wanted("a list of integers")
    if len(value) > MAX_AXES:
        raise wanted(f"a list of at most {MAX_AXES} integers")
    return _items(value, is_integer, "an integer")


def _integer_or_integers(value: Any) -> tuple[int, ...]:
    if type(value) is int:
        return (value,)
    if type(value) is list and value:
        return _integers(value)
    raise wanted("an integer or a list of integers")


def _optional_integer_or_integers(value: Any) -> tuple[int, ...] | None:
    return None if value is None else _integer_or_integers(value)


def _size_or_sizes(value: Any) -> int | tuple[int, ...]:
    if type(value) is int:
        return value
    if type(value) is list and value:
        return _items(value, is_integer, "an integer")
    raise wanted("an integer or a list of integers")


def _optional_size_or_sizes(value: Any) -> int | tuple[int, ...] | None:
    return None if value is None else _size_or_sizes(value)


def _optional_sizes(value: Any) -> tuple[int | None, ...]:
    if value is None or type(value) is int:
        return (value,)
    if type(value) is list and value:
        return _items(value, _is_size, "an integer or null")
    raise wanted("an integer, null, or a list of them")


def _optional_number_or_numbers(value: Any) -> float | tuple[float, ...] | None:
    if value is None or type(value) is int or type(value) is float:
        return value
    if type(value) is list and value:
        return _items(value, _is_number, "a number")
    raise wanted("a number or a list of numbers")


def _table(value: Any) -> tuple[tuple[int, ...], ...] | None:
    if value is None:
        return None
    if type(value) is not list:
        raise wanted("a list with one list of input maps for each output map")
    for number, row in enumerate(value):
        if type(row) is not list:
            raise wanted("a list of input maps", number)
        for index, item in enumerate(row):
            if type(item) is not int:
                raise wanted("an integer", number, index)
    return tuple(map(tuple, value))


def _amount(value: Any) -> Amount:
    amount = None
    if type(value) is int and value >= 0:
        amount = Amount.parse(str(value))
    elif isinstance(value, str) and not isinstance(value, Odd):
        amount = Amount.parse(value)
    if amount is None:
        raise wanted("a count such as 363237, 61M or 2.7K")
    return amount


def arity(given: int, axes: int) -> PydanticCustomError:
    """The error of a list with the wrong length."""
    return PydanticCustomError("CL007", "{given} values for {axes} axes", {"given": given, "axes": axes})


@cache
def per_axis(axes: int, *, words: tuple[str, ...] = (), null: bool = False, one: bool = True) -> Any:
    """One integer for all axes or a list with one for each; or, unless ``one`` is False, a list with one for all.

    ``words`` may stand instead (padding), ``null`` is allowed instead (a pool's stride).
    """
    length = axes
    what = f"an integer or a list of {length} integers" if length > 1 else "an integer"
    if words:
        what += ", or " + " or ".join(f"'{word}'" for word in words)

    def check(value: Any) -> Any:
        if type(value) is int:
            return (value,) * length
        if type(value) is list:
            items = _items(value, is_integer, "an integer")
            if len(items) == length:
                return items
            if len(items) == 1 and one:
                return items * length
            raise arity(len(items), length)
        if value is None and null:
            return None
        if words and isinstance(value, str) and value in words:
            return str(value)
        raise wanted(what)

    integer = {"type": "integer"}
    options: list[dict[str, Any]] = [integer, _list_of(integer, length)]
    if one and length > 1:
        options.append(_list_of(integer, 1))
    if words:
        options.append({"enum": list(words)})
    if null:
        options.append({"type": "null"})
    return _kind(check, {"anyOf": options})


@cache
def sides(axes: int, *, fewer: bool = False) -> Any:
    """How far a padding layer goes: one integer for all sides, or a list with two for each axis, the last axis first.

    With ``fewer`` the list may end early.
    """
    length = 2 * axes

    def check(value: Any) -> Any:
        if type(value) is int:
            return (value,) * length
        if type(value) is list:
            items = _items(value, is_integer, "an integer")
            if len(items) != length and not (fewer and len(items) < length and len(items) % 2 == 0):
                raise arity(len(items), length)
            return items
        raise wanted(f"an integer or a list of {length} integers")

    options = [{"type": "integer"}, _list_of({"type": "integer"}, length)]
    return _kind(check, {"anyOf": options})


@cache
def adaptive(axes: int) -> Any:
    """Output sizes of an adaptive pool: an integer, or a list with one for each axis; there, null keeps an axis.

    PyTorch's documentation allows null for all axes, but PyTorch 2.13 does not run it, nor a null that stands alone in
    its list.
    """
    item = {"type": "integer" if axes == 1 else ["integer", "null"]}
    good, what = (is_integer, "an integer") if axes == 1 else (_is_size, "an integer or null")

    def check(value: Any) -> Any:
        if type(value) is int:
            return (value,) * axes
        if type(value) is list:
            items = _items(value, good, what)
            if len(items) != axes:
                raise arity(len(items), axes)
            return items
        keeping = f", or [{', '.join(['null'] * axes)}] to keep all axes" if value is None and axes > 1 else ""
        raise wanted(f"an integer or a list of {axes} integers{keeping}" if axes > 1 else "an integer")

    return _kind(check, {"anyOf": [{"type": "integer"}, _list_of(item, axes)]})


@cache
def one_of(*words: str) -> Any:
    """One of a few words."""

    def check(value: Any) -> str:
        if isinstance(value, str) and value in words:
            return str(value)
        raise wanted("one of " + ", ".join(words))

    return _kind(check, {"enum": list(words)})


def _list_of(item: dict[str, Any], length: int) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": length, "maxItems": length}


_INT = {"type": "integer"}
_NULL = {"type": "null"}
_NUMBER = {"type": "number"}

INTEGER = _kind(_integer, _INT)
OPTIONAL_INTEGER = _kind(_optional_integer, {"type": ["integer", "null"]})
STEP = _kind(_step, {"type": "integer", "minimum": 1})
NUMBER = _kind(_number, _NUMBER)
OPTIONAL_NUMBER = _kind(_optional_number, {"type": ["number", "null"]})
BOOLEAN = _kind(_boolean, {"type": "boolean"})
OPTIONAL_BOOLEAN = _kind(_optional_boolean, {"type": ["boolean", "null"]})
INTEGERS = _kind(_integers, {"type": "array", "items": _INT})
INTEGER_OR_INTEGERS = _kind(_integer_or_integers, {"anyOf": [_INT, {"type": "array", "items": _INT, "minItems": 1}]})
OPTIONAL_INTEGER_OR_INTEGERS = _kind(
    _optional_integer_or_integers, {"anyOf": [_INT, {"type": "array", "items": _INT, "minItems": 1}, _NULL]}
)
SIZE_OR_SIZES = _kind(_size_or_sizes, {"anyOf": [_INT, {"type": "array", "items": _INT, "minItems": 1}]})
OPTIONAL_SIZE_OR_SIZES = _kind(
    _optional_size_or_sizes, {"anyOf": [_INT, {"type": "array", "items": _INT, "minItems": 1}, _NULL]}
)
OPTIONAL_SIZES = _kind(
    _optional_sizes, {"anyOf": [_INT, _NULL, {"type": "array", "items": {"type": ["integer", "null"]}, "minItems": 1}]}
)
OPTIONAL_NUMBER_OR_NUMBERS = _kind(
    _optional_number_or_numbers, {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 1}, _NULL]}
)
TABLE = _kind(_table, {"anyOf": [{"type": "array", "items": {"type": "array", "items": _INT}}, _NULL]})
AMOUNT = _kind(
    _amount,
    {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)? ?[kKmMgGbBtT]?$"}]},
)

_ALONE = {
    ("integer", False): INTEGER,
    ("integer", True): OPTIONAL_INTEGER,
    ("number", False): NUMBER,
    ("number", True): OPTIONAL_NUMBER,
    ("boolean", False): BOOLEAN,
    ("boolean", True): OPTIONAL_BOOLEAN,
    ("integers", False): INTEGERS,
    ("integer or integers", False): INTEGER_OR_INTEGERS,
    ("integer or integers", True): OPTIONAL_SIZE_OR_SIZES,
    ("number or numbers", True): OPTIONAL_NUMBER_OR_NUMBERS,
}


def kind(described: Kind) -> Any:
    """The type that validates a kind of ``torch.nn``."""
    if described.name == "per axis":
        return per_axis(described.axes, words=described.words, null=described.null, one=described.one)
    if described.name == "sides":
        return sides(described.axes, fewer=described.fewer)
    if described.name == "adaptive":
        return adaptive(described.axes)
    if described.name == "word":
        return one_of(*described.words)
    return _ALONE[described.name, described.null]
