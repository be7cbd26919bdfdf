"""Sums along axes, and products of matrices."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from convlint.torch.functions.elementwise import joined, merged, of_number
from convlint.torch.functions.registry import Handler, handles, named
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import Cannot, Flow, Made


def _reduction(type_name: str, *names: str) -> Handler:
    def handler(
        trace: Trace, result: Tensor, input: Tensor, dim: Any = None, keepdim: bool = False, **others: Any
    ) -> Value:
        if others.pop("dtype", None) is not None or others:
            raise Cannot("is called with arguments that no layer has")
        if dim is None or dim == ():
            raise Cannot("makes one number of the whole batch")
        source = trace.flow(input)
        dims = [one % input.dim() for one in ([dim] if isinstance(dim, int) else dim)]
        own = source.dims(dims)
        arguments: dict[str, Any] = {"dim": own[0] if len(own) == 1 else own}
        batch = source.batch
        if keepdim:
            arguments["keepdim"] = True
        elif batch is not None:
            batch -= sum(one < batch for one in dims)
        like = Flow(0, 0, source.sizes, batch, source.folded)
        return trace.layer(type_name, arguments, [source], like.sizes_of(result.shape), like)

    handles(*named(*names))(handler)
    return handler


for _type in ("Mean", "Sum", "Amax", "Amin"):
    _reduction(_type, _type.lower())


def _extreme(type_name: str, name: str, merge: str) -> None:
    """Largest or smallest values: along an axis with their places, which no layer has, or of two tensors."""
    reduce = _reduction(type_name)

    def handler(trace: Trace, result: Any, input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
        if isinstance(dim, Tensor):
            return merged(trace, merge, input, dim, result)
        if isinstance(result, Tensor):
            raise Cannot("makes one number of the whole batch")
        return [reduce(trace, result[0], input, dim, keepdim), Made(f"the places that torch.{name} gives")]

    handles(getattr(torch, name), getattr(Tensor, name))(handler)


_extreme("Amax", "max", "Maximum")
_extreme("Amin", "min", "Minimum")


def _spread(type_name: str) -> None:
    reduce = _reduction(type_name)

    def handler(
        trace: Trace, result: Tensor, input: Tensor, dim: Any = None, unbiased: Any = True, keepdim: bool = False,
        *, correction: Any = None,
    ) -> Value:  # fmt: skip
        if isinstance(dim, bool):
            raise Cannot("makes one number of the whole batch")
        made: Value = reduce(trace, result, input, dim, keepdim)
        correction = int(bool(unbiased)) if correction is None else correction
        if correction != 1:
            step = trace.steps[-1]
            trace.steps[-1] = step._replace(arguments={**step.arguments, "correction": correction})
        return made

    handles(*named(type_name.lower()))(handler)


_spread("Std")
_spread("Var")


@handles(torch.matmul, Tensor.matmul, Tensor.__matmul__, torch.bmm, Tensor.bmm)
def _matmul(trace: Trace, result: Tensor, input: Tensor, other: Tensor) -> Value:
    return multiplied(trace, trace.flow(input), trace.flow(other), tuple(result.shape))


def multiplied(trace: Trace, first: Flow, second: Flow, shape: tuple[int, ...]) -> Flow:
    """Products of matrices."""
    like = first if first.batch is not None else second
    for one in (first, second):
        if one.batch is not None and (one.batch, one.folded, one.axes) != (0, like.folded, like.axes):
            raise Cannot("multiplies tensors whose batch axes do not stand side by side")
        if one.axes < 2 or one.axes - 2 <= (one.batch if one.batch is not None else -1):
            raise Cannot("multiplies along the batch axis")
    return trace.layer("MatMul", {}, [first, second], like.sizes_of(shape), like)


@handles(F.scaled_dot_product_attention)
def _attention(
    trace: Trace,
    result: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Value:
    """Written out: products of queries and keys, scaled; their softmax; products with the values."""
    if is_causal or enable_gqa or dropout_p:
        raise Cannot("is called with arguments that no layer has")
    q, k, v = trace.flow(query), trace.flow(key), trace.flow(value)
    scaled = of_number(trace, "Mul", q, query.shape[-1] ** -0.5 if scale is None else scale)
    axes = len(k.sizes)
    turned = (*k.sizes[:-2], k.sizes[-1], k.sizes[-2])
    dims = [*range(axes - 1), axes, axes - 1]
    k = trace.layer("Permute", {"dims": dims}, [k], turned)
    scores = multiplied(trace, scaled, k, (*query.shape[:-1], key.shape[-2]))
    if attn_mask is not None:
        if attn_mask.dtype == torch.bool:
            raise Cannot("is called with a mask of truth values")
        scores = joined(trace, "Add", [scores, trace.flow(attn_mask)], (*query.shape[:-1], key.shape[-2]))
    weights = trace.layer("Softmax", {"dim": scores.dim(-1)}, [scores], scores.sizes)
    return multiplied(trace, weights, v, tuple(result.shape))
