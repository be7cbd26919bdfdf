"""Functions that work element by element."""

from __future__ import annotations

from math import prod
from typing import Any

import torch
from torch import Tensor

from convlint.model.torch_nn.table import TYPES
from convlint.torch.functions.registry import Handler, handles, layer, named, owner
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import BATCH, Cannot, Flow, Made, Wide


def _activation(type_name: str, *names: str) -> None:
    """A layer whose arguments are those of the function, by name and by position."""
    own = [argument.name for argument in TYPES[type_name].arguments if argument.name != "inplace"]

    def handler(trace: Trace, result: Tensor, input: Tensor, *args: Any, **kwargs: Any) -> Value:
        for name in ("inplace", "training", "dtype", "_stacklevel"):
            kwargs.pop(name, None)
        given = dict(zip(own, args, strict=False)) | kwargs
        if not set(given) <= set(own):
            raise Cannot("is called with arguments that no layer has")
        return layer(trace, type_name, given, input, result)

    handles(*named(*names))(handler)


for _type, *_names in (
    ("ReLU", "relu"),
    ("ReLU6", "relu6"),
    ("LeakyReLU", "leaky_relu"),
    ("ELU", "elu"),
    ("SELU", "selu"),
    ("CELU", "celu"),
    ("GELU", "gelu"),
    ("SiLU", "silu"),
    ("Mish", "mish"),
    ("Hardswish", "hardswish"),
    ("Hardsigmoid", "hardsigmoid"),
    ("Hardtanh", "hardtanh"),
    ("Hardshrink", "hardshrink"),
    ("Softshrink", "softshrink"),
    ("Softplus", "softplus"),
    ("Softsign", "softsign"),
    ("Sigmoid", "sigmoid", "expit"),
    ("LogSigmoid", "logsigmoid"),
    ("Tanh", "tanh"),
    ("Tanhshrink", "tanhshrink"),
    ("Threshold", "threshold"),
    ("Softmax", "softmax"),
    ("LogSoftmax", "log_softmax"),
    ("Softmin", "softmin"),
    ("GLU", "glu"),
    ("PixelShuffle", "pixel_shuffle"),
    ("PixelUnshuffle", "pixel_unshuffle"),
    ("ChannelShuffle", "channel_shuffle", "native_channel_shuffle"),
):
    _activation(_type, *_names)


@handles(*named("dropout"))
def _dropout(
    trace: Trace, result: Tensor, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Value:
    return layer(trace, "Dropout", {"p": p}, input, result)


@handles(*named("dropout1d", "dropout2d", "dropout3d"))
def _dropout_of_maps(
    trace: Trace, result: Tensor, input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Value:
    return layer(trace, f"Dropout{max(1, input.dim() - 2)}d", {"p": p}, input, result)


@handles(*named("clamp", "clip"))
def _clamp(trace: Trace, result: Tensor, input: Tensor, *limits: Any, **named: Any) -> Value:
    low, high = (*limits, None, None)[:2]
    low, high = named.get("min", low), named.get("max", high)
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        raise Cannot("has limits that are tensors")
    values = {"min_val": float("-inf") if low is None else low, "max_val": float("inf") if high is None else high}
    return layer(trace, "Hardtanh", values, input, result)


@handles(*named("prelu"))
def _prelu(trace: Trace, result: Tensor, input: Tensor, weight: Tensor) -> Value:
    own = trace.uses(weight, "PReLU")
    return layer(trace, "PReLU", {"num_parameters": weight.numel()}, input, result, owner(own))


_MERGES = {
    "Add": ("add", "__add__", "__radd__", "__iadd__"),
    "Mul": ("mul", "multiply", "__mul__", "__rmul__", "__imul__"),
    "Sub": ("sub", "subtract", "__sub__", "__isub__"),
    "Div": ("div", "divide", "true_divide", "__truediv__", "__itruediv__"),
    "Maximum": ("maximum",),
    "Minimum": ("minimum",),
}


def _merge(type_name: str) -> Handler:
    def handler(
        trace: Trace, result: Tensor, input: Any, other: Any, *, alpha: Any = 1, inplace: bool = False
    ) -> Value:
        if alpha != 1:
            raise Cannot("has a factor of its own, alpha")
        return merged(trace, type_name, input, other, result)

    return handler


for _type, _functions in _MERGES.items():
    handles(*named(*_functions))(_merge(_type))


@handles(Tensor.__rsub__, torch.rsub)
def _subtracted(trace: Trace, result: Tensor, input: Any, other: Any) -> Value:
    return merged(trace, "Sub", other, input, result)


@handles(Tensor.__rtruediv__, Tensor.__rdiv__)
def _divided(trace: Trace, result: Tensor, input: Any, other: Any) -> Value:
    return merged(trace, "Div", other, input, result)


def merged(trace: Trace, type_name: str, first: Any, second: Any, result: Tensor) -> Flow:
    """Two tensors element by element, or a tensor and a number."""
    numbers = [_number(trace, one) for one in (first, second)]
    if numbers[1] is not None:
        return of_number(trace, type_name, trace.flow(first), numbers[1])
    if numbers[0] is not None:
        source = trace.flow(second)
        if type_name == "Sub":
            return of_number(trace, "Add", of_number(trace, "Mul", source, -1), numbers[0])
        if type_name == "Div":
            return of_number(trace, "Mul", _power(trace, source, -1), numbers[0])
        return of_number(trace, type_name, source, numbers[0])
    reads = [_narrow(trace, one) for one in (first, second)]
    if any(isinstance(trace.known(one), Wide) for one in (first, second)):
        shapes = [_shape_of(one) for one in reads]
        if torch.broadcast_shapes(*shapes) != result.shape:
            raise Cannot("reads a map that is repeated along an axis")
    return joined(trace, type_name, reads, tuple(result.shape))


def joined(trace: Trace, type_name: str, reads: list[Flow], shape: tuple[int, ...]) -> Flow:
    """Two tensors element by element, as axes of the same number stand side by side."""
    with_batch = [one for one in reads if one.batch is not None]
    if not with_batch:
        return trace.layer(type_name, {}, reads, shape, free=all(one.free for one in reads))
    like = max(with_batch, key=lambda one: one.axes)
    for index, one in enumerate(reads):
        if one.batch is None:
            reads[index] = _beside(trace, one, like)
        elif (one.batch, one.folded, one.axes) != (like.batch, like.folded, like.axes) or (
            one.sizes[: one.folded] != like.sizes[: like.folded]
        ):
            raise Cannot("joins tensors whose batch axes do not stand side by side")
    return trace.layer(type_name, {}, reads, like.sizes_of(shape), like)


def _number(trace: Trace, one: Any) -> float | None:
    """A number, or the tensor of a single one whose value is known."""
    if isinstance(one, Tensor):
        value = trace.known(one)
        return value.number if isinstance(value, Made) else None
    if type(one) not in (int, float):
        raise Cannot(f"counts with {one!r}")
    return float(one)


def of_number(trace: Trace, type_name: str, source: Flow, number: float) -> Flow:
    """A tensor and a number, which may be neutral."""
    if number == (1 if type_name in ("Mul", "Div") else 0) and type_name in ("Add", "Mul", "Sub", "Div"):
        return source
    if type_name not in ("Add", "Mul", "Sub", "Div"):
        raise Cannot("counts with a number")
    return trace.layer(type_name, {"other": number}, [source], source.sizes, free=True)


def _narrow(trace: Trace, one: Tensor) -> Flow:
    value = trace.known(one)
    return value.flow if isinstance(value, Wide) else trace.flow(one)


def _shape_of(one: Flow) -> tuple[int, ...]:
    """The shape of the tensor that a layer makes."""
    shape = list(one.sizes[one.folded :])
    if one.batch is not None:
        shape.insert(one.batch, BATCH * prod(one.sizes[: one.folded]))
    return tuple(shape)


def _power(trace: Trace, source: Flow, exponent: float) -> Flow:
    return trace.layer("Pow", {"exponent": exponent}, [source], source.sizes, free=True)


@handles(*named("pow", "__pow__"))
def _pow(trace: Trace, result: Tensor, input: Any, exponent: Any) -> Value:
    if not isinstance(input, Tensor) or isinstance(exponent, Tensor):
        raise Cannot("has an exponent that is a tensor")
    return _power(trace, trace.flow(input), exponent)


for _exponent, _function in ((0.5, "sqrt"), (-0.5, "rsqrt"), (2.0, "square"), (-1.0, "reciprocal")):
    handles(*named(_function))(
        lambda trace, result, input, exponent=_exponent: _power(trace, trace.flow(input), exponent)
    )


@handles(*named("neg", "negative", "__neg__"))
def _negative(trace: Trace, result: Tensor, input: Tensor) -> Value:
    return of_number(trace, "Mul", trace.flow(input), -1)


def _unary(type_name: str) -> Handler:
    def handler(trace: Trace, result: Tensor, input: Tensor) -> Value:
        source = trace.flow(input)
        return trace.layer(type_name, {}, [source], source.sizes, free=True)

    return handler


for _type in ("Exp", "Log", "Abs"):
    handles(*named(_type.lower()))(_unary(_type))
handles(Tensor.__abs__)(_unary("Abs"))


def _beside(trace: Trace, one: Flow, like: Flow) -> Flow:
    """A tensor without a batch axis, as it stands at one that has some."""
    if one.axes == like.axes and like.batch == 0:
        if one.sizes[0] != 1:
            raise Cannot("joins a tensor of the batch's size")
    elif like.batch is not None and one.axes >= like.axes - like.batch:
        raise Cannot("joins tensors whose batch axes do not stand side by side")
    if one.free:
        return one
    sizes = one.sizes[1:] if one.axes == like.axes else one.sizes
    sizes = (1,) * (len(like.sizes) - len(sizes)) + sizes
    return one if sizes == one.sizes else trace.layer("Reshape", {"shape": list(sizes)}, [one], sizes)
