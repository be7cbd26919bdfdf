"""Functions that take the weights of a layer: convolutions, products, normalisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from convlint.torch.functions.registry import Handler, handles, layer, named, owner
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import Cannot, Flow, Own


def _weighted(
    trace: Trace, type_name: str, values: dict[str, Any], input: Tensor, result: Tensor, weight: Any, bias: Any
) -> Flow:
    path = ""
    if weight is not None:
        path = owner(trace.uses(weight, type_name))
    if bias is not None:
        own = trace.uses(bias, type_name)
        path = path or own.path
    return layer(trace, type_name, values, input, result, path)


def _convolution(rank: int) -> Handler:
    def handler(
        trace: Trace,
        result: Tensor,
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Value:
        values = {
            "out_channels": weight.shape[0],
            "kernel_size": weight.shape[2:],
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "groups": groups,
            "bias": bias is not None,
        }
        known = trace.known(weight)
        made = _weighted(trace, f"Conv{rank}d", values, input, result, weight, bias)
        return _untrained(trace, made, known)

    return handler


def _transposed(rank: int) -> Handler:
    def handler(
        trace: Trace,
        result: Tensor,
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Value:
        values = {
            "out_channels": weight.shape[1] * groups,
            "kernel_size": weight.shape[2:],
            "stride": stride,
            "padding": padding,
            "output_padding": output_padding,
            "dilation": dilation,
            "groups": groups,
            "bias": bias is not None,
        }
        known = trace.known(weight)
        made = _weighted(trace, f"ConvTranspose{rank}d", values, input, result, weight, bias)
        return _untrained(trace, made, known)

    return handler


def _untrained(trace: Trace, made: Flow, weight: Value | None) -> Flow:
    """Say of a convolution that its weight is a buffer."""
    if isinstance(weight, Own) and not weight.trained:
        step = trace.steps[-1]
        trace.steps[-1] = step._replace(arguments={**step.arguments, "requires_grad": False})
    return made


for _rank in (1, 2, 3):
    handles(*named(f"conv{_rank}d"))(_convolution(_rank))
    handles(*named(f"conv_transpose{_rank}d"))(_transposed(_rank))


@handles(*named("linear"))
def _linear(trace: Trace, result: Tensor, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Value:
    values = {"out_features": weight.shape[0], "bias": bias is not None}
    return _weighted(trace, "Linear", values, input, result, weight, bias)


@handles(*named("batch_norm"))
def _batch_norm(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float | None = 0.1,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Value:
    axes = input.dim() - 2
    if axes not in (0, 1, 2, 3):
        raise Cannot(f"reads {axes} axes of space")
    values = {"eps": eps, "affine": weight is not None, "track_running_stats": running_mean is not None}
    if weight is not None and bias is None:
        values["bias"] = False
    path = ""
    for tensor in (running_mean, running_var):
        if tensor is not None:
            path = trace.uses(tensor, "BatchNorm").path.rpartition(".")[0]
    made = _weighted(trace, f"BatchNorm{max(1, axes)}d", values, input, result, weight, bias)
    if weight is None and path:
        trace.steps[-1] = trace.steps[-1]._replace(path=path)
    return made


@handles(*named("layer_norm"))
def _layer_norm(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Value:
    values = {
        "normalized_shape": list(normalized_shape),
        "eps": eps,
        "elementwise_affine": weight is not None,
        "bias": bias is not None or weight is None,
    }
    return _weighted(trace, "LayerNorm", values, input, result, weight, bias)


@handles(*named("rms_norm"))
def _rms_norm(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Value:
    values = {"normalized_shape": list(normalized_shape), "eps": eps, "elementwise_affine": weight is not None}
    return _weighted(trace, "RMSNorm", values, input, result, weight, None)


@handles(*named("group_norm"))
def _group_norm(
    trace: Trace,
    result: Tensor,
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Value:
    values = {"num_groups": num_groups, "eps": eps, "affine": weight is not None}
    if weight is not None and bias is None:
        values["bias"] = False
    return _weighted(trace, "GroupNorm", values, input, result, weight, bias)


@handles(*named("local_response_norm"))
def _local_norm(
    trace: Trace, result: Tensor, input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Value:
    return layer(trace, "LocalResponseNorm", {"size": size, "alpha": alpha, "beta": beta, "k": k}, input, result)
