"""Functions of Python's library and of a few others that networks are written with."""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.source import modules, records, tensors
from convlint.source.operators import binary, item
from convlint.source.python import Suppress, leave, made_range, plain, product
from convlint.source.values import (
    MAX_ITEMS,
    Exhausted,
    Instance,
    Native,
    Outside,
    Partial,
    Raised,
    Tensor,
    Unknown,
    bounded,
)

if TYPE_CHECKING:
    from convlint.source.running import Running

#: Functions and numbers of ``math``.
MATH: dict[str, Any] = {name: value for name, value in vars(math).items() if not name.startswith("_")}
_SLOW = frozenset(["factorial", "comb", "perm"])

CONSTANTS: dict[str, Any] = {
    **{f"math.{name}": value for name, value in MATH.items() if isinstance(value, float)},
    "numpy.pi": math.pi,
    "numpy.inf": math.inf,
    "torch.pi": math.pi,
    "torch.inf": math.inf,
    "sys.version_info": (3, 11, 0),
    "typing.TYPE_CHECKING": False,
    "torch.jit.is_scripting": Native("is_scripting", lambda run: False),
}


class DefaultDict(dict[Any, Any]):
    """``collections.defaultdict``."""

    make: Any = None


def _deepcopy(run: Running, value: Any, memo: Any = None) -> Any:
    return modules.copied(run.weigh(value), {})


def _copy(run: Running, value: Any) -> Any:
    if isinstance(value, list | dict | set):
        return value.copy()
    if isinstance(value, Instance):
        made = Instance(value.cls)
        for name in ("layer", "partial", "unsaved"):
            setattr(made, name, getattr(value, name))
        for name in ("fields", "parameters", "buffers"):
            setattr(made, name, dict(getattr(value, name)))
        made.items = None if value.items is None else dict(value.items)
        return made
    return value


def _literal_eval(run: Running, value: Any) -> Any:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str):
        raise Raised(ValueError, "malformed node or string")
    if len(value) > 10_000:
        raise Exhausted("a long text to read a value from")
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError) as error:
        raise Raised(type(error), str(error)) from None
    except (RecursionError, MemoryError):
        raise Exhausted("a deep text to read a value from") from None


def _partial(run: Running, function: Any, *given: Any, **words: Any) -> Any:
    return Partial(function, given, words)


def _reduce(run: Running, function: Any, values: Any, *first: Any) -> Any:
    items = [*first, *run.iterate(values)]
    if not items:
        raise Raised(TypeError, "reduce() of empty iterable with no initial value")
    total = items[0]
    for one in items[1:]:
        total = run.call(function, [total, one], {})
    return total


def _product(run: Running, *values: Any, repeat: Any = 1) -> Any:
    lists = [list(run.iterate(value)) for value in values]
    if repeat > 20 or math.prod(map(len, lists)) ** repeat > 100_000:
        raise Exhausted("a product of long lists")
    lists *= repeat
    return list(itertools.product(*lists))


def _combinations(run: Running, values: Any, count: Any) -> Any:
    items = list(run.iterate(values))
    if math.comb(min(len(items), 1000), min(count, 1000)) * count > MAX_ITEMS:
        raise Exhausted("combinations of a long list")
    return list(itertools.combinations(items, count))


def _accumulate(run: Running, values: Any) -> Any:
    made: list[Any] = []
    for value in run.iterate(values):
        made.append(binary(run, ast.Add(), made[-1], value) if made else value)
    return made


def _repeated(value: tuple[Any, ...], times: int) -> tuple[Any, ...]:
    if len(value) * times > MAX_ITEMS:
        raise Exhausted(f"a value of more than {MAX_ITEMS:,} items")
    return value * times


def _chain(run: Running, *values: Any) -> Any:
    return bounded([item for value in values for item in run.iterate(value)])


def _tuple_of(times: int) -> Callable[..., Any]:
    def call(run: Running, value: Any) -> Any:
        if isinstance(value, Unknown):
            return value
        return tuple(run.iterate(value)) if isinstance(value, list | tuple) else _repeated((value,), times)

    return call


def _first(run: Running, value: Any = None, *given: Any, **words: Any) -> Any:
    return value


def _checkpoint(run: Running, function: Any, *given: Any, **words: Any) -> Any:
    for name in ("use_reentrant", "preserve_rng_state", "determinism_check", "context_fn", "debug", "early_stop"):
        words.pop(name, None)
    return run.call(function, list(given), words)


def _numpy(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of ``numpy`` of plain numbers; of arrays nothing is known."""
    return plain(f"numpy.{name}", function)


def _linspace(run: Running, start: Any, stop: Any, num: Any = 50, **words: Any) -> Any:
    return tensors.FUNCTIONS["torch.linspace"](run.trace, start, stop, num)


def _array(run: Running, data: Any, *given: Any, **words: Any) -> Any:
    """Sizes as an array; of arrays of other numbers, which may be read backwards and more, nothing is known."""
    if isinstance(data, list | tuple) and all(type(one) is int for one in data):
        return tensors.FUNCTIONS["torch.tensor"](run.trace, data)
    return Unknown("an array")


def _prod(run: Running, values: Any, **words: Any) -> Any:
    if isinstance(values, Tensor | Unknown):
        return Unknown("a product of numbers that are not known")
    items = list(run.iterate(values)) if isinstance(values, list | tuple) else [values]
    unknown = next((item for item in items if not isinstance(item, int | float)), None)
    return product(items) if unknown is None else Unknown("a product of numbers that are not known")


def _defaultdict(run: Running, make: Any = None, *given: Any, **words: Any) -> Any:
    made = DefaultDict(*given, **words)
    made.make = make
    return made


def _attrgetter(run: Running, name: Any) -> Any:
    return Native("attrgetter", lambda inner, value: inner.attribute(value, name))


def _itemgetter(run: Running, index: Any) -> Any:
    return Native("itemgetter", lambda inner, value: item(inner, value, index))


def _operator(sign: type) -> Callable[..., Any]:
    def call(run: Running, left: Any, right: Any) -> Any:
        return binary(run, sign(), left, right)

    return call


def _multiple(value: Any, divisor: Any) -> Any:
    """``make_divisible`` of ultralytics, which newer versions of YOLOv5 take from there."""
    if type(divisor) is not int or divisor < 1 or not isinstance(value, int | float):
        return Unknown("a number that is not known")
    return math.ceil(value / divisor) * divisor


def _make_divisible(run: Running, value: Any, divisor: Any = 8, min_value: Any = None, round_limit: Any = 0.9) -> Any:
    """``timm.layers.make_divisible``."""
    if any(isinstance(one, Unknown) for one in (value, divisor, min_value, round_limit)):
        return Unknown("a number that is not known")
    least = min_value or divisor
    made = max(least, int(value + divisor / 2) // divisor * divisor)
    return made + divisor if made < round_limit * value else made


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"math.{name}": plain(name, value) for name, value in MATH.items() if callable(value) and name not in _SLOW},
    "math.prod": _prod,
    "copy.deepcopy": _deepcopy,
    "copy.copy": _copy,
    "ast.literal_eval": _literal_eval,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "functools.wraps": lambda run, function: Native("wraps", _first),
    "functools.lru_cache": lambda run, *given, **words: Native("lru_cache", _first),
    "itertools.product": _product,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": lambda run, values: _chain(run, *run.iterate(values)),
    "itertools.repeat": lambda run, value, times: [value] * min(times, 100_000),
    "itertools.combinations": _combinations,
    "itertools.accumulate": _accumulate,
    "operator.add": _operator(ast.Add),
    "operator.mul": _operator(ast.Mult),
    "operator.sub": _operator(ast.Sub),
    "operator.attrgetter": _attrgetter,
    "operator.itemgetter": _itemgetter,
    "collections.OrderedDict": lambda run, value=(), **words: dict(
        run.iterate(value) if not isinstance(value, dict) else value, **words
    ),
    "collections.defaultdict": _defaultdict,
    "collections.deque": lambda run, value=(), *given: list(run.iterate(value)),
    "dataclasses.field": records.field,
    "contextlib.suppress": lambda run, *kinds: Suppress(kinds),
    # As if nobody had set anything in the environment.
    "os.getenv": lambda run, name, default=None: default,
    "os.environ.get": lambda run, name, default=None: default,
    "threading.local": lambda run: Instance(Outside("builtins.object")),
    "typing.cast": lambda run, kind, value: value,
    "sys.exit": leave,
    "warnings.warn": lambda run, *given, **words: None,
    "torch.utils.checkpoint.checkpoint": _checkpoint,
    "torch.utils.checkpoint.checkpoint_sequential": lambda run, function, parts, value: run.call(function, [value], {}),
    "torch.Size": lambda run, value: tuple(run.iterate(value)),
    "torch.device": lambda run, *given: Outside("torch.device"),
    "torch.no_grad": lambda run, *given: Outside("torch.no_grad"),
    "torch.jit.script": _first,
    "torch.jit.is_scripting": lambda run: False,
    "torch.jit.is_tracing": lambda run: False,
    "torch.onnx.is_in_onnx_export": lambda run: False,
    "torch.cuda.is_available": lambda run: Unknown("whether there is a GPU"),
    "torch.nn.modules.utils._pair": _tuple_of(2),
    "torch.nn.modules.utils._single": _tuple_of(1),
    "torch.nn.modules.utils._triple": _tuple_of(3),
    "torch.nn.modules.utils._reverse_repeat_tuple": lambda run, value, times: tuple(
        item for one in reversed(value) for item in _repeated((one,), times)
    ),
    "timm.layers.to_2tuple": _tuple_of(2),
    "timm.layers.to_3tuple": _tuple_of(3),
    "timm.layers.to_ntuple": lambda run, times: Native(
        "to_ntuple", lambda inner, value: _tuple_of(times)(inner, value)
    ),
    "timm.layers.trunc_normal_": _first,
    "timm.layers.make_divisible": _make_divisible,
    "ultralytics.utils.ops.make_divisible": lambda run, value, divisor: _multiple(value, divisor),
    "torch.nn.Parameter": modules.parameter,
    "einops.layers.torch.Rearrange": lambda run, pattern, **lengths: modules.rearranged(
        run, "rearrange", pattern, lengths
    ),
    "numpy.array": _array,
    "numpy.prod": _prod,
    "numpy.linspace": _linspace,
    "numpy.sqrt": _numpy("sqrt", math.sqrt),
    "numpy.log2": _numpy("log2", math.log2),
    "numpy.log": _numpy("log", math.log),
    "numpy.ceil": _numpy("ceil", lambda value: float(math.ceil(value))),
    "numpy.floor": _numpy("floor", lambda value: float(math.floor(value))),
    "numpy.exp": _numpy("exp", math.exp),
    "numpy.power": _operator(ast.Pow),
    "numpy.cumsum": _accumulate,
    "numpy.sum": lambda run, values: sum(run.iterate(values)),
    "numpy.arange": lambda run, *given: list(made_range(run, *given)),
    "numpy.abs": _numpy("abs", abs),
    "numpy.max": lambda run, values: max(run.iterate(values)),
    "numpy.min": lambda run, values: min(run.iterate(values)),
}
