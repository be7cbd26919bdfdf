"""Tensor functions that work number by number: operators with broadcasting, and functions of one number."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from math import ceil, floor
from typing import Any

from convlint.model import operations as op
from convlint.source.axes import (
    MAX_DATA,
    NOTHING,
    axis,
    brackets,
    broadcast,
    constant,
    operand,
    refuse,
    same,
    tensor_of,
)
from convlint.source.products import matmul
from convlint.source.trace import Trace
from convlint.source.values import Raised, Sizes, Tensor, Unknown

#: What a layer is called that comes of an operator.
OPERATORS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "//": "floor_divide",
    "%": "remainder",
    "**": "pow",
    "@": "matmul",
    "&": "bitwise_and",
    "|": "bitwise_or",
    "^": "bitwise_xor",
    "<<": "bitwise_left_shift",
    ">>": "bitwise_right_shift",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "==": "eq",
    "!=": "ne",
}

#: What is computed on constants: only where rounding to 32 bits afterwards gives what torch gives.
_EXACT: dict[str, Callable[[Any, Any], Any]] = {
    "+": python.add,
    "-": python.sub,
    "*": python.mul,
    "/": python.truediv,
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
    "==": python.eq,
    "!=": python.ne,
}
_WHOLE: dict[str, Callable[[Any, Any], Any]] = {
    "//": python.floordiv,
    "%": python.mod,
    "&": python.and_,
    "|": python.or_,
    "^": python.xor,
}
#: Whole numbers are kept up to this size; torch's own wrap around later.
_LARGEST = 1 << 62


def binary(trace: Trace, operator: str, left: Any, right: Any) -> Any:
    """What an operator makes of a tensor and a tensor or a number."""
    if operator == "@":
        return matmul(trace, left, right)
    for value in (left, right):
        if not isinstance(value, Tensor | Unknown | int | float | complex):
            if operator in ("==", "!=") and (value is None or isinstance(value, str | list | tuple | dict)):
                return operator == "!="
            return Unknown("an operator between a tensor and something else")
    a, b = operand(left), operand(right)
    kind = MERGED.get(operator)
    if kind is not None and trace.flows([a, b]) and len(a.shape or ()) == len(b.shape or ()):
        return merged(trace, kind, a, b)
    name, shape = OPERATORS.get(operator, operator), broadcast(a.shape, b.shape)
    if (b.source is None and _kept(a.shape, b.shape)) or (a.source is None and _kept(b.shape, a.shape)):
        made = trace.says(name, op.Elementwise(), [a, b], shape)
    else:
        made = trace.function(name, [a, b], shape)
    made.data = computed(operator, a, b, made.shape)
    return made


def _kept(shape: Sizes | None, constant: Sizes | None) -> bool:
    """Whether a tensor keeps its shape beside a constant, also one whose sizes are not known."""
    return (
        shape is not None
        and constant is not None
        and len(constant) <= len(shape)
        and all(
            two == 1 or (two is not None and two == one)
            for one, two in zip(reversed(shape), reversed(constant), strict=False)
        )
    )


#: Operators that are layers of the model where two maps of one shape flow in.
MERGED = {"+": "add", "*": "multiply"}


def merged(trace: Trace, kind: str, left: Tensor, right: Tensor) -> Tensor:
    """A sum or product of maps: one of unequal sizes is judged where it is derived, a broadcast one is no mistake."""
    name = "Add" if kind == "add" else "Mul"
    try:
        shape = broadcast(left.shape, right.shape)
    except Raised:
        pairs = zip(left.shape or (), right.shape or (), strict=True)
        nominal = tuple([one if one == other else None for one, other in pairs])
        return trace.add(kind, name, op.Merge(kind), [left, right], [nominal])[0]
    if left.shape == right.shape:
        return trace.add(kind, name, op.Merge(kind), [left, right], [shape])[0]
    if kind == "multiply":
        return trace.says(kind, op.Merge(kind), [left, right], shape)
    return trace.function(kind, [left, right], shape)


def computed(operator: str, left: Tensor, right: Tensor, shape: Sizes | None) -> tuple[Any, ...] | None:
    """The numbers that come of two constants."""
    if left.data is None or right.data is None or shape is None:
        return None
    total = max(len(left.data), len(right.data))
    a = left.data * total if len(left.data) == 1 else left.data
    b = right.data * total if len(right.data) == 1 else right.data
    function = _EXACT.get(operator) or _WHOLE.get(operator)
    if function is None or len(a) != len(b) or len(a) > MAX_DATA:
        return None
    numbers = [*a, *b]
    if any(isinstance(number, complex) for number in numbers):
        return None
    if any(isinstance(number, bool) for number in numbers) or operator in _WHOLE:
        if not all(isinstance(number, int) for number in numbers):
            return None
        if operator in ("+", "-", "*") and all(isinstance(number, bool) for number in numbers):
            return None
    if any(isinstance(number, int) and abs(number) > _LARGEST for number in numbers):
        return None
    if operator == "/" and any(not number for number in b):
        return None
    if operator in ("//", "%") and any(not number for number in b):
        return None
    a, b = constant(a, (len(a),)) or (), constant(b, (len(b),)) or ()
    made = [function(x, y) for x, y in zip(a, b)]
    if any(isinstance(number, int) and abs(number) > _LARGEST for number in made):
        return None
    return constant(made, shape)


def unary(trace: Trace, operator: str, value: Any) -> Any:
    """What ``-``, ``+`` or ``~`` makes of a tensor."""
    tensor = tensor_of(value)
    if operator == "+":
        return tensor
    name = {"-": "neg", "~": "bitwise_not"}.get(operator, operator)
    made = trace.says(name, op.Elementwise(), [tensor], tensor.shape)
    if tensor.data is not None and operator == "-" and not any(isinstance(one, bool) for one in tensor.data):
        made.data = tuple([-number for number in tensor.data])
    elif tensor.data is not None and operator == "~" and all(isinstance(one, int) for one in tensor.data):
        made.data = tuple([not number if isinstance(number, bool) else ~number for number in tensor.data])
    return made


def overwrite(tensor: Tensor, made: Tensor) -> Tensor:
    """A tensor after something was written into it: its numbers are those of ``made``."""
    if made.shape is not None and tensor.shape is not None and tensor.shape != made.shape:
        fits = len(tensor.shape) == len(made.shape) and all(same(a, b) for a, b in zip(tensor.shape, made.shape))
        if not fits and None not in tensor.shape:
            raise_misfit(tensor.shape, made.shape)
    tensor.source, tensor.data = made.source, made.data
    return tensor


def raise_misfit(shape: Sizes, made: Sizes) -> None:
    """What torch raises for an in-place function whose result is larger than the tensor."""
    raise refuse(f"output with shape {brackets(shape)} doesn't match the broadcast shape {brackets(made)}")


def elementwise(name: str, number: Callable[[Any], Any] | None = None) -> Callable[..., Any]:
    """A function of each number by itself; ``number`` computes it where it is exact."""

    def function(trace: Trace, input: Any, *arguments: Any, **named: Any) -> Tensor:
        tensor = tensor_of(input)
        made = trace.says(name, op.Elementwise(), [tensor], tensor.shape)
        if number is not None and tensor.data is not None:
            made.data = computed_each(number, tensor.data)
        if named.get("inplace") is True:
            overwrite(tensor, made)
            return tensor
        return made

    return function


def computed_each(number: Callable[[Any], Any], data: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The numbers that come of a constant."""
    try:
        return tuple([number(value) if isinstance(value, int) else float(number(value)) for value in data])
    except (ValueError, OverflowError):
        return None


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with an underscore: what it makes is written into its first tensor."""

    def wrapped(trace: Trace, input: Any, *arguments: Any, **named: Any) -> Any:
        made = function(trace, input, *arguments, **named)
        return overwrite(input, made) if isinstance(input, Tensor) and isinstance(made, Tensor) else made

    return wrapped


def in_place_shape(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with an underscore, which changes the axes of its tensor: ``unsqueeze_``."""

    def wrapped(trace: Trace, input: Any, *arguments: Any, **named: Any) -> Any:
        made = function(trace, input, *arguments, **named)
        if isinstance(input, Tensor) and isinstance(made, Tensor):
            input.shape, input.source, input.data = made.shape, made.source, made.data
            return input
        return made

    return wrapped


def two(operator: str) -> Callable[..., Any]:
    """An operator as a function: ``torch.add(input, other, alpha=1)``."""

    def function(
        trace: Trace,
        input: Any,
        other: Any,
        *,
        alpha: Any = 1,
        rounding_mode: Any = None,
        out: Any = None,
        value: Any = None,
    ) -> Any:
        made = binary(trace, operator, tensor_or_number(input), tensor_or_number(other))
        if isinstance(made, Tensor) and (alpha != 1 or rounding_mode is not None):
            made.data = None
        return made

    return function


def tensor_or_number(value: Any) -> Any:
    """What an operator's function takes: all else is not known."""
    if isinstance(value, Tensor | int | float | complex):
        return value
    return Tensor(None, NOTHING)


def flipped(operator: str) -> Callable[..., Any]:
    """The reflected operator: ``rsub``."""

    def function(trace: Trace, input: Any, other: Any, *, alpha: Any = 1) -> Any:
        return binary(trace, operator, tensor_or_number(other), tensor_or_number(input))

    return function


def power(trace: Trace, input: Any, exponent: Any, *, out: Any = None) -> Any:
    """``torch.pow``."""
    return binary(trace, "**", tensor_or_number(input), tensor_or_number(exponent))


def broadcasting(name: str) -> Callable[..., Any]:
    """A function of several tensors or numbers, used element by element: ``lerp``, ``addcmul``, ``maximum``."""

    def function(trace: Trace, input: Any, *others: Any, **named: Any) -> Tensor:
        given = [input, *others, *[named[key] for key in _TENSORS if key in named]]
        read = [operand(one) for one in given if one is not None]
        shape: Sizes | None = ()
        for one in read:
            shape = broadcast(shape, one.shape)
        return trace.function(name, read, shape)

    return function


#: Keywords of the functions above that may hold tensors.
_TENSORS = ("other", "mask", "value", "end", "weight", "tensor1", "tensor2", "min", "max", "values", "condition")


def where(trace: Trace, condition: Any, input: Any = None, other: Any = None, **named: Any) -> Any:
    """``torch.where``; with the condition alone it gives as many places as there are."""
    if input is None and other is None and not named:
        return Unknown("places of which nobody knows how many")
    return broadcasting("where")(trace, condition, input, other)


def where_method(trace: Trace, tensor: Any, condition: Any, other: Any = None) -> Any:
    """``x.where(condition, other)``."""
    return broadcasting("where")(trace, tensor, condition, other)


def masked_fill(trace: Trace, input: Any, mask: Any, value: Any) -> Tensor:
    """``x.masked_fill(mask, value)``; the value has no axes."""
    tensor, where = tensor_of(input), tensor_of(mask)
    return trace.function("masked_fill", [tensor, where], broadcast(where.shape, tensor.shape))


def along(name: str, default: Any = -1) -> Callable[..., Any]:
    """A function along one axis that keeps all sizes: ``softmax``, ``cumsum``, ``normalize``."""

    def function(trace: Trace, input: Any, dim: Any = default, *arguments: Any, **named: Any) -> Tensor:
        tensor = tensor_of(input)
        if tensor.shape is not None and dim is not None:
            axis(dim, len(tensor.shape))
        return trace.says(name, op.Elementwise(), [tensor], tensor.shape)

    return function


def _sign(value: Any) -> Any:
    return (value > 0) - (value < 0)


#: Functions of each number by itself, in torch and as methods, also with an underscore.
EACH = (
    *("acos", "acosh", "arccos", "arcsin", "arctan", "asin", "asinh", "atan", "atanh", "bernoulli", "bitwise_not"),
    *("cos", "cosh", "deg2rad", "digamma", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "fix", "frac", "i0"),
    *("lgamma", "log", "log10", "log1p", "log2", "logical_not", "logit", "nan_to_num", "rad2deg", "reciprocal"),
    *("renorm", "rsqrt", "sgn", "sigmoid", "sin", "sinc", "sinh", "sqrt", "square", "tan", "tanh", "trunc"),
)

#: Those that have no form with an underscore.
EACH_ANEW = ("angle", "conj", "isfinite", "isinf", "isnan", "positive", "resolve_conj")

#: Functions of several tensors, element by element.
SEVERAL = (
    *("addcdiv", "addcmul", "atan2", "clamp", "clamp_max", "clamp_min", "clip", "copysign", "float_power", "fmod"),
    *("heaviside", "hypot", "ldexp", "lerp", "logical_and", "logical_or", "logical_xor", "nextafter", "xlogy"),
)

#: Those that have no form with an underscore.
SEVERAL_ANEW = ("fmax", "fmin", "isclose", "logaddexp", "maximum", "minimum")

#: What torch has as a function, as a method, and as a method with an underscore.
WRITING: dict[str, Callable[..., Any]] = {
    **{name: elementwise(name) for name in EACH},
    **{name: broadcasting(name) for name in SEVERAL},
    "abs": elementwise("abs", abs),
    "absolute": elementwise("abs", abs),
    "add": two("+"),
    "bitwise_and": two("&"),
    "bitwise_or": two("|"),
    "bitwise_xor": two("^"),
    "ceil": elementwise("ceil", ceil),
    "cumprod": along("cumprod"),
    "cumsum": along("cumsum"),
    "div": two("/"),
    "divide": two("/"),
    "eq": two("=="),
    "floor": elementwise("floor", floor),
    "floor_divide": two("//"),
    "ge": two(">="),
    "greater": two(">"),
    "greater_equal": two(">="),
    "gt": two(">"),
    "le": two("<="),
    "less": two("<"),
    "less_equal": two("<="),
    "lt": two("<"),
    "masked_fill": masked_fill,
    "mul": two("*"),
    "multiply": two("*"),
    "ne": two("!="),
    "neg": elementwise("neg", python.neg),
    "negative": elementwise("neg", python.neg),
    "not_equal": two("!="),
    "pow": power,
    "relu": elementwise("relu", lambda value: max(value, type(value)(0))),
    "remainder": two("%"),
    "round": elementwise("round", lambda value: value if isinstance(value, int) else round(value)),
    "sign": elementwise("sign", _sign),
    "sub": two("-"),
    "subtract": two("-"),
    "true_divide": two("/"),
}

BOTH: dict[str, Callable[..., Any]] = {
    **WRITING,
    **{name: elementwise(name) for name in EACH_ANEW},
    **{name: broadcasting(name) for name in SEVERAL_ANEW},
    "log_softmax": along("log_softmax"),
    "logcumsumexp": along("logcumsumexp"),
    "softmax": along("softmax"),
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        f"{name}_": in_place(WRITING[name])
        for name in (
            *("abs", "acos", "asin", "atan", "ceil", "clamp", "cos", "cosh", "erf", "exp", "floor", "log", "neg"),
            *("reciprocal", "relu", "round", "rsqrt", "sigmoid", "sin", "sqrt", "square", "tan", "tanh", "trunc"),
        )
    },
    "complex": broadcasting("complex"),
    "normal": elementwise("normal"),
    "polar": broadcasting("polar"),
    "rsub": flipped("-"),
    "where": where,
}

METHODS: dict[str, Callable[..., Any]] = {
    **{f"{name}_": in_place(function) for name, function in WRITING.items()},
    "where": where_method,
}
