"""Python's operators on the values of the evaluator."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from convlint.source import tensors
from convlint.source.values import (
    MAX_BITS,
    MAX_ITEMS,
    MAX_KEY,
    Class,
    Exhausted,
    Instance,
    Outside,
    Raised,
    Tensor,
    Undecided,
    Unknown,
    bounded,
    weight,
)

if TYPE_CHECKING:
    from convlint.source.running import Running

_BINARY: dict[type, tuple[str, str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", "add", operator.add),
    ast.Sub: ("-", "sub", operator.sub),
    ast.Mult: ("*", "mul", operator.mul),
    ast.Div: ("/", "truediv", operator.truediv),
    ast.FloorDiv: ("//", "floordiv", operator.floordiv),
    ast.Mod: ("%", "mod", operator.mod),
    ast.Pow: ("**", "pow", operator.pow),
    ast.MatMult: ("@", "matmul", operator.matmul),
    ast.BitAnd: ("&", "and", operator.and_),
    ast.BitOr: ("|", "or", operator.or_),
    ast.BitXor: ("^", "xor", operator.xor),
    ast.LShift: ("<<", "lshift", operator.lshift),
    ast.RShift: (">>", "rshift", operator.rshift),
}
_UNARY: dict[type, tuple[str, Callable[[Any], Any]]] = {
    ast.USub: ("-", operator.neg),
    ast.UAdd: ("+", operator.pos),
    ast.Invert: ("~", operator.invert),
}
_COMPARED: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
PLAIN = (int, float, complex, str, bytes, bool, list, tuple, dict, set, type(None), range, slice)
_COMPUTED = (*PLAIN, Tensor)


def binary(run: Running, node: ast.operator, left: Any, right: Any) -> Any:
    """``left <operator> right``."""
    sign, name, function = _BINARY[type(node)]
    if isinstance(left, Unknown):
        # A tensor stays a tensor whatever is added to it, but its shape may be widened.
        return left
    if isinstance(right, Unknown):
        return right
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        if isinstance(left, _COMPUTED) and isinstance(right, _COMPUTED):
            return tensors.binary(run.trace, sign, left, right)
        return Unknown("a tensor and something else")
    if isinstance(left, PLAIN) and isinstance(right, PLAIN):
        if sign == "%" and isinstance(left, str):
            return _percent(left, right)
        _limit(sign, left, right)
        if isinstance(left, (set, dict)):
            run.spend(len(left))
        try:
            value = function(left, right)
        except (TypeError, ZeroDivisionError, ValueError, OverflowError) as error:
            raise Raised(type(error), str(error)) from None
        if isinstance(value, str | bytes | list | tuple | set | dict):
            bounded(value)
        return run.measured(value)
    for value, other, method in ((left, right, f"__{name}__"), (right, left, f"__r{name}__")):
        if isinstance(value, Instance):
            found = run.attribute(value, method, None)
            if found is not None:
                return run.call(found, [other], {})
    if sign == "|":
        return Unknown("a union of types")
    return Unknown(f"{sign} of something that is not understood")


def _limit(sign: str, left: Any, right: Any) -> None:
    """Refuse what would take a computer's memory."""
    if sign == "*":
        for value, times in ((left, right), (right, left)):
            long = isinstance(value, str | bytes | list | tuple) and isinstance(times, int)
            if long and len(value) * times > MAX_ITEMS:
                raise Exhausted(f"a value of more than {MAX_ITEMS:,} items")
    if isinstance(left, int) and isinstance(right, int):
        bits = {
            "*": left.bit_length() + right.bit_length(),
            "**": left.bit_length() * max(right, 0),
            "<<": right,
        }.get(sign, 0)
        if bits > MAX_BITS:
            raise Exhausted("a number of hundreds of digits")


def _percent(text: str, values: Any) -> Any:
    """``text % values``, of texts and numbers without widths."""
    given = values if isinstance(values, tuple) else (values,)
    if len(text) > 2000 or "*" in text or any(not isinstance(value, int | float | str | bool) for value in given):
        return Unknown("a formatted text")
    if any(part.isdigit() and len(part) > 3 for part in text.replace("%", " ").replace(".", " ").split()):
        return Unknown("a formatted text")
    try:
        return bounded(text % values)
    except (TypeError, ValueError) as error:
        raise Raised(type(error), str(error)) from None


def unary(run: Running, node: ast.unaryop, value: Any) -> Any:
    """``-value``, ``+value``, ``~value``."""
    sign, function = _UNARY[type(node)]
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Tensor):
        return tensors.unary(run.trace, sign, value)
    if isinstance(value, PLAIN):
        try:
            return function(value)
        except TypeError as error:
            raise Raised(TypeError, str(error)) from None
    return Unknown(f"{sign} of something that is not understood")


def compare(run: Running, node: ast.cmpop, left: Any, right: Any) -> Any:
    """One comparison."""
    kind = type(node)
    if kind is ast.Is or kind is ast.IsNot:
        same = identical(left, right)
        return same if isinstance(same, Unknown) else same == (kind is ast.Is)
    if kind is ast.In or kind is ast.NotIn:
        inside = contains(run, right, left)
        return inside if isinstance(inside, Unknown) else inside == (kind is ast.In)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return Unknown("a comparison with something unknown")
        if kind is ast.Eq or kind is ast.NotEq:
            for value in (left, right):
                if not isinstance(value, Tensor | int | float):
                    return kind is ast.NotEq
        sign = {ast.Eq: "==", ast.NotEq: "!="}.get(kind) or _COMPARED[kind][0]
        return tensors.binary(run.trace, sign, left, right)
    if kind is ast.Eq or kind is ast.NotEq:
        same = equal(run, left, right)
        return same if isinstance(same, Unknown) else same == (kind is ast.Eq)
    for value in (left, right):
        if isinstance(value, Unknown):
            return value
    if isinstance(left, PLAIN) and isinstance(right, PLAIN):
        run.weigh(left)
        run.weigh(right)
        try:
            return _COMPARED[kind][1](left, right)
        except TypeError as error:
            if _has_unknown(left) or _has_unknown(right):
                return Unknown("a comparison of something unknown")
            raise Raised(TypeError, str(error)) from None
    return Unknown("a comparison that is not understood")


def _has_unknown(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Unknown) for one in value)


def identical(left: Any, right: Any) -> bool | Unknown:
    """``left is right``."""
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Outside) and isinstance(other, Outside):
            return value == other
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | str) and isinstance(right, int | str):
        return type(left) is type(right) and left == right
    return left is right


def equal(run: Running, left: Any, right: Any) -> bool | Unknown:
    """``left == right``; unknown if it hangs on something unknown."""
    for value in (left, right):
        if isinstance(value, Unknown):
            return value
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if type(left) is not type(right) or len(left) != len(right):
            return False
        unknown: Unknown | None = None
        for one, other in zip(left, right, strict=True):
            run.step()
            same = equal(run, one, other)
            if isinstance(same, Unknown):
                unknown = same
            elif not same:
                return False
        return True if unknown is None else unknown
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return left is right or Unknown("whether tensors are equal")
    if isinstance(left, Instance | Class) or isinstance(right, Instance | Class):
        return left is right
    if isinstance(left, dict | set | frozenset | str) and isinstance(right, type(left)):
        run.measured(run.weigh(left))
        run.weigh(right)
    return bool(left == right)


def contains(run: Running, holder: Any, value: Any) -> bool | Unknown:
    """``value in holder``."""
    if isinstance(holder, Unknown):
        return holder
    if isinstance(holder, str):
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, str):
            message = f"'in <string>' requires string as left operand, not {python_type(value)}"
            raise Raised(TypeError, message)
        run.spend(len(holder) + len(value))
        return value in holder
    if isinstance(holder, set | dict | frozenset):
        if isinstance(value, Unknown):
            return value
        key(value)
        try:
            if value in holder:
                return True
        except TypeError:
            return Unknown("whether something is in a set")
        return next((one for one in holder if isinstance(one, Unknown)), False)
    if isinstance(holder, range):
        return value if isinstance(value, Unknown) else value in holder
    if isinstance(holder, list | tuple):
        unknown: Unknown | None = None
        for one in holder:
            run.step()
            same = True if one is value and not isinstance(one, Unknown) else equal(run, one, value)
            if isinstance(same, Unknown):
                unknown = same
            elif same:
                return True
        return False if unknown is None else unknown
    if isinstance(holder, Instance):
        if holder.items is not None and isinstance(value, str):
            return value in holder.items
        found = run.attribute(holder, "__contains__", None)
        if found is not None:
            result = run.call(found, [value], {})
            return result if isinstance(result, bool | Unknown) else Unknown("what `in` gives")
    found = getattr(holder, "contains", None)
    if found is not None and isinstance(value, str):
        return bool(found(value))
    return Unknown("whether something is in what is not understood")


def python_type(value: Any) -> str:
    """The name of a value's type in Python's messages."""
    return type(value).__name__


def key(value: Any) -> Any:
    """A value as the key of a mapping."""
    if isinstance(value, list | dict | set):
        raise Raised(TypeError, f"unhashable type: '{python_type(value)}'")
    if isinstance(value, tuple):
        if weight(value) > MAX_KEY:
            raise Exhausted("a key that holds too much")
        for one in value:
            key(one)
    return value


def hashed(items: Iterable[Any]) -> set[Any]:
    """A set of values."""
    return {key(item) for item in items}


def whole(value: Any) -> Any:
    """An index: a constant tensor of one number is one too."""
    if isinstance(value, Tensor) and value.data is not None and len(value.data) == 1:
        return value.data[0]
    return value


def item(run: Running, holder: Any, index: Any) -> Any:
    """``holder[index]``."""
    if isinstance(holder, Unknown):
        return holder
    if isinstance(holder, Tensor):
        return tensors.index(run.trace, holder, index)
    index = whole(index)
    if isinstance(index, Unknown):
        return index
    if isinstance(holder, str | list | tuple | range | bytes):
        if isinstance(index, slice):
            if any(isinstance(part, Unknown) for part in (index.start, index.stop, index.step)):
                return Unknown("a slice whose ends are not known")
            parts = [whole(part) for part in (index.start, index.stop, index.step)]
            try:
                return run.measured(holder[slice(*parts)])
            except (TypeError, ValueError) as error:
                raise Raised(type(error), str(error)) from None
        if not isinstance(index, int):
            if isinstance(index, Tensor):
                return Unknown("an index that is a tensor")
            name = python_type(holder)
            raise Raised(TypeError, f"{name} indices must be integers or slices, not {python_type(index)}")
        try:
            return holder[index]
        except IndexError as error:
            raise Raised(IndexError, str(error)) from None
    if isinstance(holder, dict):
        key(index)
        try:
            if index in holder:
                return holder[index]
        except TypeError:
            raise Raised(TypeError, f"unhashable type: '{python_type(index)}'") from None
        if any(isinstance(one, Unknown) for one in holder):
            return Unknown("a key of a mapping with unknown keys")
        missing = getattr(holder, "make", None)
        if missing is not None:
            holder[index] = run.call(missing, [], {})
            return holder[index]
        raise Raised(KeyError, repr(index) if isinstance(index, str | int | float | tuple) else str(index))
    if isinstance(holder, Instance):
        return run.module_item(holder, index)
    if isinstance(holder, Class | Outside):
        return (
            holder if isinstance(holder, Outside) and holder.path.startswith("typing") else Unknown("a generic class")
        )
    found = getattr(holder, "item", None)
    if found is not None and isinstance(index, str):
        return found(index)
    if holder is None or isinstance(holder, int | float):
        raise Raised(TypeError, f"'{python_type(holder)}' object is not subscriptable")
    return Unknown("an item of what is not understood")


def store_item(run: Running, holder: Any, index: Any, value: Any) -> None:
    """``holder[index] = value``."""
    if isinstance(holder, Unknown):
        return
    if isinstance(holder, Tensor):
        tensors.store(run.trace, holder, index, value)
        return
    index = whole(index)
    if isinstance(holder, Instance):
        run.store_module_item(holder, index, value)
        return
    if isinstance(holder, dict):
        if isinstance(index, Unknown):
            raise Undecided("a mapping gets a key that is not known")
        holder[key(index)] = value
        bounded(holder)
        return
    if isinstance(holder, list):
        if isinstance(index, Unknown) or (
            isinstance(index, slice) and any(isinstance(p, Unknown) for p in (index.start, index.stop, index.step))
        ):
            holder[:] = [Unknown("an item of a list that was set at an unknown place")] * len(holder)
            return
        try:
            run.spend(len(holder))
            if isinstance(index, slice):
                holder[index] = list(run.iterate(value))
            else:
                holder[index] = value
        except (IndexError, ValueError, TypeError) as error:
            raise Raised(type(error), str(error)) from None
        bounded(holder)
        return
    if isinstance(holder, tuple | str):
        raise Raised(TypeError, f"'{python_type(holder)}' object does not support item assignment")


def delete_item(run: Running, holder: Any, index: Any) -> None:
    """``del holder[index]``."""
    if isinstance(holder, Instance):
        run.delete_module_item(holder, index)
        return
    if isinstance(holder, list | dict) and not isinstance(index, Unknown):
        try:
            del holder[index]
        except (IndexError, KeyError, TypeError) as error:
            raise Raised(type(error), str(error)) from None
