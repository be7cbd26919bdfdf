"""Functions with a window: pools, resizing, padding, unfolding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from convlint.model.torch_nn.table import TYPES
from convlint.torch.functions.registry import handles, layer, named
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import Cannot


def _pool(kind: str, rank: int) -> None:
    type_name = f"{kind}Pool{rank}d"
    function = {"Max": "max_pool", "Avg": "avg_pool", "LP": "lp_pool"}[kind]
    names = [argument.name for argument in TYPES[type_name].arguments if argument.name != "return_indices"]

    def handler(trace: Trace, result: Tensor, input: Tensor, *args: Any, **kwargs: Any) -> Value:
        if kwargs.pop("return_indices", False):
            raise Cannot("returns indices")
        values = dict(zip(names, args, strict=False)) | kwargs
        if values.get("stride") in ([], ()):
            values["stride"] = None
        return layer(trace, type_name, values, input, result)

    found = named(f"{function}{rank}d")
    # The function of many names that chooses between one with indices and one without.
    found += [
        getattr(F, name) for name in (f"_{function}{rank}d", f"{function}{rank}d_with_indices") if hasattr(F, name)
    ]
    handles(*found)(handler)


for _kind in ("Max", "Avg", "LP"):
    for _rank in (1, 2, 3):
        _pool(_kind, _rank)


def _adaptive(kind: str, rank: int) -> None:
    type_name = f"Adaptive{kind}Pool{rank}d"

    def handler(trace: Trace, result: Tensor, input: Tensor, output_size: Any, return_indices: bool = False) -> Value:
        if return_indices:
            raise Cannot("returns indices")
        return layer(trace, type_name, {"output_size": output_size}, input, result)

    handles(*named(f"adaptive_{kind.lower()}_pool{rank}d"))(handler)


for _kind in ("Avg", "Max"):
    for _rank in (1, 2, 3):
        _adaptive(_kind, _rank)


@handles(F.interpolate)
def _interpolate(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Value:
    if antialias:
        raise Cannot("smooths what it makes smaller")
    values = {
        "size": size,
        "scale_factor": scale_factor,
        "mode": mode,
        "align_corners": align_corners,
        "recompute_scale_factor": recompute_scale_factor,
    }
    return layer(trace, "Upsample", values, input, result)


@handles(F.pad, torch._C._nn.pad)
def _pad(
    trace: Trace, result: Tensor, input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Value:
    sides = list(pad)
    rank = input.dim() - 2
    if not any(sides):
        return trace.flow(input)
    while len(sides) > 2 * rank and sides[-2:] == [0, 0]:
        sides = sides[:-2]
    if len(sides) > 2 * rank:
        raise Cannot("pads the channels")
    if rank not in (1, 2, 3):
        raise Cannot(f"pads {rank} axes of space")
    name = {"constant": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}
    values: dict[str, Any] = {"padding": sides + [0] * (2 * rank - len(sides))}
    type_name = f"{name[mode]}{rank}d"
    if mode == "constant" and value:
        type_name, values["value"] = f"ConstantPad{rank}d", value
    return layer(trace, type_name, values, input, result)


@handles(F.unfold)
def _unfold(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Value:
    values = {"kernel_size": kernel_size, "dilation": dilation, "padding": padding, "stride": stride}
    return layer(trace, "Unfold", values, input, result)


@handles(F.fold)
def _fold(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Value:
    values = {
        "output_size": output_size,
        "kernel_size": kernel_size,
        "dilation": dilation,
        "padding": padding,
        "stride": stride,
    }
    return layer(trace, "Fold", values, input, result)
