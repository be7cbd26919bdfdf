"""Sums along axes, and products of matrices."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from convlint.torch.functions.registry import handles, named
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import Cannot, Flow


def _reduction(type_name: str, *names: str) -> None:
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


for _type in ("Mean", "Sum", "Amax", "Amin"):
    _reduction(_type, _type.lower())


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
