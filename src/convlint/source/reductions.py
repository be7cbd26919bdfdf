"""Tensor functions that sum up, average or order the numbers along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.model import operations as op
from convlint.source.arithmetic import broadcasting
from convlint.source.axes import NOTHING, axes, axis, constant, refuse, replaced, tensor_of, whole
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor, Unknown


class Pair(tuple[Any, ...]):
    """Values and their places, as ``max`` along an axis gives them."""

    @property
    def values(self) -> Any:
        """The values."""
        return self[0]

    @property
    def indices(self) -> Any:
        """Their places on the axis."""
        return self[1]


#: Attributes of a ``Pair`` that evaluated code may read.
PAIR_ATTRIBUTES = ("values", "indices")


def reduced(shape: Sizes | None, dim: Any, keepdim: Any) -> Sizes | None:
    """A shape without some axes, or with 1 in their place; ``None`` and an empty list stand for all axes."""
    if shape is None:
        return () if dim is None and keepdim is False else None
    every = dim is None or dim == () or dim == []
    places = tuple(range(len(shape))) if every else axes(dim, len(shape))
    if not isinstance(keepdim, bool | int):
        return None
    if places is None:
        if keepdim:
            return (None,) * len(shape)
        if isinstance(dim, list | tuple):
            return (None,) * max(len(shape) - len(dim), 0)
        return None if isinstance(dim, Unknown) else (None,) * max(len(shape) - 1, 0)
    if keepdim:
        return tuple([1 if place in places else size for place, size in enumerate(shape)])
    return tuple([size for place, size in enumerate(shape) if place not in places])


def reduction(name: str, number: Callable[[Any], Any] | None = None) -> Callable[..., Any]:
    """A sum or a mean over all axes, one or several; ``number`` computes it for constants of whole numbers."""

    def function(
        trace: Trace,
        input: Any,
        dim: Any = None,
        keepdim: Any = False,
        *,
        axis: Any = None,
        keepdims: Any = None,
        dtype: Any = None,
        out: Any = None,
    ) -> Any:
        tensor = tensor_of(input)
        over = dim if axis is None else axis
        keep = keepdim if keepdims is None else keepdims
        made = along(trace, name, tensor, over, keep)
        numbers = tensor.data or ()
        if number is not None and numbers and dtype is None and made.shape == ():
            exact = all(isinstance(value, int) for value in numbers)
            made.data = constant([number(numbers)], ()) if exact else None
        return made

    return function


def along(trace: Trace, name: str, tensor: Tensor, dim: Any, keepdim: Any) -> Tensor:
    """A sum, a mean or the largest numbers along axes: a layer of the model where these are known and not the batch."""
    shape = reduced(tensor.shape, dim, keepdim)
    places = None if tensor.shape is None or dim is None else axes(dim, len(tensor.shape))
    kind = _KINDS.get(name)
    if kind is not None and places and 0 not in places and type(keepdim) is bool:
        return trace.says(name, op.Reduce(kind, tuple(sorted(places)), keepdim), [tensor], shape)
    return trace.function(name, [tensor], shape)


#: Functions along axes as the model calls them.
_KINDS = {"amax": "amax", "amin": "amin", "max": "amax", "mean": "mean", "min": "amin", "sum": "sum"}


def spread_of(name: str) -> Callable[..., Any]:
    """``std`` and ``var``, whose second argument may be ``unbiased``."""

    def function(
        trace: Trace,
        input: Any,
        dim: Any = None,
        unbiased: Any = True,
        keepdim: Any = False,
        *,
        correction: Any = 1,
        axis: Any = None,
        out: Any = None,
    ) -> Any:
        tensor = tensor_of(input)
        over = None if isinstance(dim, bool) else dim if axis is None else axis
        return trace.function(name, [tensor], reduced(tensor.shape, over, keepdim))

    return function


def spread_and_mean(name: str) -> Callable[..., Any]:
    """``std_mean`` and ``var_mean``: two tensors."""

    def function(
        trace: Trace, input: Any, dim: Any = None, unbiased: Any = True, keepdim: Any = False, *, correction: Any = 1
    ) -> Any:
        tensor = tensor_of(input)
        shape = reduced(tensor.shape, None if isinstance(dim, bool) else dim, keepdim)
        return tuple(trace.functions(name, [tensor], [shape, shape]))

    return function


def extreme(name: str, number: Callable[[Any], Any]) -> Callable[..., Any]:
    """``max`` and ``min``: of all numbers, along an axis with places, or of two tensors element by element."""

    def function(
        trace: Trace,
        input: Any,
        dim: Any = None,
        keepdim: Any = False,
        *,
        other: Any = None,
        axis: Any = None,
        out: Any = None,
    ) -> Any:
        tensor = tensor_of(input)
        over = dim if axis is None else axis
        if other is not None or isinstance(over, Tensor):
            return broadcasting(f"{name}imum")(trace, tensor, over if other is None else other)
        if over is None:
            made = trace.function(name, [tensor], ())
            if tensor.data:
                made.data = (number(tensor.data),)
            return made
        if isinstance(over, Unknown):
            return over
        return along_pair(trace, name, tensor, over, keepdim)

    return function


def along_pair(trace: Trace, name: str, tensor: Tensor, dim: Any, keepdim: Any) -> Pair:
    """Values and places along one axis."""
    shape = tensor.shape
    if shape is not None:
        axis(dim, len(shape))
    made = reduced(shape, dim, keepdim)
    if name in ("max", "min") and tensor.source is not None and made is not None:
        # What the places of the numbers are used for is not followed.
        return Pair((along(trace, name, tensor, dim, keepdim), Tensor(made, NOTHING)))
    return Pair(trace.functions(name, [tensor], [made, made]))


def pair(name: str, default: Any = -1) -> Callable[..., Any]:
    """``median``, ``mode``, ``cummax``...: values and places; without an axis one number, if ``default`` is None."""

    def function(trace: Trace, input: Any, dim: Any = default, keepdim: Any = False, *, out: Any = None) -> Any:
        tensor = tensor_of(input)
        if dim is None:
            return trace.function(name, [tensor], ())
        return along_pair(trace, name, tensor, dim, keepdim)

    return function


def running(name: str) -> Callable[..., Any]:
    """``cummax`` and ``cummin``: values and places of the same shape."""

    def function(trace: Trace, input: Any, dim: Any, *, out: Any = None) -> Any:
        tensor = tensor_of(input)
        axis(dim, None if tensor.shape is None else len(tensor.shape))
        return Pair(trace.functions(name, [tensor], [tensor.shape, tensor.shape]))

    return function


def arg_extreme(name: str) -> Callable[..., Any]:
    """``argmax`` and ``argmin``: a place in the flat tensor, or along an axis."""

    def function(
        trace: Trace, input: Any, dim: Any = None, keepdim: Any = False, *, axis: Any = None, out: Any = None
    ) -> Any:
        tensor = tensor_of(input)
        over = dim if axis is None else axis
        return trace.function(name, [tensor], reduced(tensor.shape, over, keepdim))

    return function


def topk(
    trace: Trace,
    input: Any,
    k: Any,
    dim: Any = -1,
    largest: Any = True,
    sorted: Any = True,  # noqa: A002
    *,
    out: Any = None,
) -> Any:
    """``torch.topk``."""
    tensor, count = tensor_of(input), whole(k)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        place = axis(dim, len(shape))
        made = (None,) * len(shape)
        if not shape and count is not None and count > 1:
            raise refuse("selected index k out of range")
        if place is not None and shape:
            size = shape[place]
            if size is not None and count is not None and not 0 <= count <= size:
                raise refuse("selected index k out of range")
            made = replaced(shape, place, count)
    return Pair(trace.functions("topk", [tensor], [made, made]))


def kthvalue(trace: Trace, input: Any, k: Any, dim: Any = -1, keepdim: Any = False, *, out: Any = None) -> Any:
    """``torch.kthvalue``."""
    return along_pair(trace, "kthvalue", tensor_of(input), dim, keepdim)


def ordered(
    trace: Trace, input: Any, dim: Any = -1, descending: Any = False, stable: Any = False, *, out: Any = None
) -> Any:
    """``torch.sort``."""
    tensor = tensor_of(input)
    axis(dim, None if tensor.shape is None else len(tensor.shape))
    return Pair(trace.functions("sort", [tensor], [tensor.shape, tensor.shape]))


def argsort(
    trace: Trace, input: Any, dim: Any = -1, descending: Any = False, stable: Any = False, *, out: Any = None
) -> Any:
    """``torch.argsort``."""
    tensor = tensor_of(input)
    axis(dim, None if tensor.shape is None else len(tensor.shape))
    return trace.function("argsort", [tensor], tensor.shape)


def norm(
    trace: Trace, input: Any, p: Any = "fro", dim: Any = None, keepdim: Any = False, out: Any = None, dtype: Any = None
) -> Any:
    """``torch.norm`` and ``torch.linalg.norm``."""
    tensor = tensor_of(input)
    return trace.function("norm", [tensor], reduced(tensor.shape, dim, keepdim))


def linalg_norm(
    trace: Trace,
    A: Any = None,
    ord: Any = None,  # noqa: A002
    dim: Any = None,
    keepdim: Any = False,
    *,
    x: Any = None,
    out: Any = None,
    dtype: Any = None,
) -> Any:
    """``torch.linalg.norm``, ``vector_norm`` and ``matrix_norm`` with axes."""
    tensor = tensor_of(x if A is None else A)
    return trace.function("norm", [tensor], reduced(tensor.shape, dim, keepdim))


def quantile(trace: Trace, input: Any, q: Any, dim: Any = None, keepdim: Any = False, **_: Any) -> Any:
    """``torch.quantile``: one axis more in front for several quantiles."""
    tensor = tensor_of(input)
    shape = reduced(tensor.shape, dim, keepdim)
    if isinstance(q, Tensor):
        shape = None if shape is None or q.shape is None else (*q.shape, *shape)
    elif not isinstance(q, float | int):
        shape = None
    return trace.function("quantile", [tensor], shape)


def truth(name: str, number: Callable[[Any], Any]) -> Callable[..., Any]:
    """``all`` and ``any``."""

    def function(
        trace: Trace, input: Any, dim: Any = None, keepdim: Any = False, *, axis: Any = None, out: Any = None
    ) -> Any:
        tensor = tensor_of(input)
        over = dim if axis is None else axis
        made = trace.function(name, [tensor], reduced(tensor.shape, over, keepdim))
        if tensor.data is not None and made.shape == ():
            made.data = (number(tensor.data),)
        return made

    return function


def allclose(trace: Trace, *arguments: Any, **named: Any) -> Any:
    """Whether two tensors are equal: not known."""
    return Unknown("whether two tensors are equal")


def trace_of(trace: Trace, input: Any) -> Any:
    """The sum of a matrix's diagonal."""
    tensor = tensor_of(input)
    if tensor.shape is not None and len(tensor.shape) != 2:
        raise refuse("trace: expected a matrix")
    return trace.function("trace", [tensor], ())


def bincount(trace: Trace, input: Any, weights: Any = None, minlength: Any = 0) -> Any:
    """As many numbers as the largest one asks for."""
    return trace.function("bincount", [tensor_of(input)], (None,))


def histc(trace: Trace, input: Any, bins: Any = 100, **_: Any) -> Any:
    """As many numbers as there are bins."""
    return trace.function("histc", [tensor_of(input)], (whole(bins),))


def nonzero(trace: Trace, input: Any, *, out: Any = None, as_tuple: Any = False) -> Any:
    """The places of what is not zero: nobody knows how many."""
    tensor = tensor_of(input)
    rank = None if tensor.shape is None else len(tensor.shape)
    if as_tuple is False:
        return trace.function("nonzero", [tensor], (None, rank))
    if as_tuple is True and rank:
        return tuple(trace.functions("nonzero", [tensor], [(None,)] * rank))
    return Unknown("places of which nobody knows how many")


def unique(
    trace: Trace,
    input: Any,
    sorted: Any = True,  # noqa: A002
    return_inverse: Any = False,
    return_counts: Any = False,
    dim: Any = None,
) -> Any:
    """The numbers that occur: nobody knows how many."""
    if return_inverse is False and return_counts is False and dim is None:
        return trace.function("unique", [tensor_of(input)], (None,))
    return Unknown("numbers of which nobody knows how many")


BOTH: dict[str, Callable[..., Any]] = {
    "all": truth("all", all),
    "allclose": allclose,
    "amax": reduction("amax"),
    "amin": reduction("amin"),
    "any": truth("any", any),
    "argmax": arg_extreme("argmax"),
    "argmin": arg_extreme("argmin"),
    "argsort": argsort,
    "bincount": bincount,
    "count_nonzero": reduction("count_nonzero"),
    "cummax": running("cummax"),
    "cummin": running("cummin"),
    "equal": allclose,
    "histc": histc,
    "kthvalue": kthvalue,
    "logsumexp": reduction("logsumexp"),
    "max": extreme("max", max),
    "mean": reduction("mean"),
    "median": pair("median", None),
    "min": extreme("min", min),
    "mode": pair("mode"),
    "nanmean": reduction("nanmean"),
    "nanmedian": pair("nanmedian", None),
    "nanquantile": quantile,
    "nansum": reduction("nansum"),
    "nonzero": nonzero,
    "norm": norm,
    "prod": reduction("prod"),
    "quantile": quantile,
    "sort": ordered,
    "std": spread_of("std"),
    "sum": reduction("sum", sum),
    "topk": topk,
    "trace": trace_of,
    "unique": unique,
    "var": spread_of("var"),
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "std_mean": spread_and_mean("std_mean"),
    "var_mean": spread_and_mean("var_mean"),
    "linalg.norm": linalg_norm,
    "linalg.vector_norm": linalg_norm,
    "is_nonzero": allclose,
}
