"""The activations of ``torch.nn.functional``, and what else works there number by number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from convlint.source.arithmetic import along, elementwise
from convlint.source.axes import (
    axis,
    broadcast,
    refuse,
    replaced,
    tensor_of,
    without,
)
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor


def glu(trace: Trace, input: Any, dim: Any = -1) -> Tensor:
    """``F.glu``: half an axis."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if not shape:
            raise refuse("glu does not support scalars because halving size must be even")
        place = axis(dim, len(shape))
        made = (None,) * len(shape)
        if place is not None:
            size = shape[place]
            if size is not None and size % 2:
                raise refuse(f"Halving dimension must be even, but dimension {place} is size {size}")
            made = replaced(shape, place, None if size is None else size // 2)
    return trace.function("glu", [tensor], made)


def prelu(trace: Trace, input: Any, weight: Any) -> Tensor:
    """``F.prelu``: one slope, or one for each channel."""
    tensor, slopes = tensor_of(input), tensor_of(weight)
    count, shape = slopes.count, tensor.shape
    if count is not None and count != 1 and shape is not None and len(shape) > 0:
        channels = shape[1] if len(shape) > 1 else 1
        if channels is not None and channels != count:
            raise refuse(
                "Mismatch of parameter numbers and input channel size. "
                f"Found parameter numbers = {count} and channel size = {channels}."
            )
    return trace.function("prelu", [tensor, slopes], shape)


def normalize(trace: Trace, input: Any, p: Any = 2.0, dim: Any = 1, eps: Any = 1e-12, out: Any = None) -> Tensor:
    """``F.normalize``: same sizes."""
    tensor = tensor_of(input)
    if tensor.shape is not None and isinstance(dim, int):
        axis(dim, len(tensor.shape))
    return trace.function("normalize", [tensor], tensor.shape)


def cosine_similarity(trace: Trace, x1: Any, x2: Any, dim: Any = 1, eps: Any = 1e-8) -> Tensor:
    """``F.cosine_similarity``: broadcast, without one axis."""
    a, b = tensor_of(x1), tensor_of(x2)
    shape = broadcast(a.shape, b.shape)
    made: Sizes | None = None
    if shape is not None:
        place = axis(dim, len(shape))
        made = (None,) * max(len(shape) - 1, 0) if place is None else without(shape, place)
    return trace.function("cosine_similarity", [a, b], made)


#: Functions of each number by itself.
EACH = (
    *("alpha_dropout", "celu", "dropout", "dropout1d", "dropout2d", "dropout3d", "elu", "feature_alpha_dropout"),
    *("gelu", "gumbel_softmax", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu"),
    *("local_response_norm", "logsigmoid", "mish", "relu", "relu6", "rrelu", "selu", "sigmoid", "silu", "softplus"),
    *("softshrink", "softsign", "tanh", "tanhshrink", "threshold"),
)

FUNCTIONAL: dict[str, Callable[..., Any]] = {
    **{name: elementwise(name) for name in EACH},
    **{
        f"{name}_": partial(elementwise(name), inplace=True)
        for name in ("celu", "elu", "hardtanh", "leaky_relu", "relu", "rrelu", "selu", "threshold")
    },
    "cosine_similarity": cosine_similarity,
    "glu": glu,
    "log_softmax": along("log_softmax"),
    "normalize": normalize,
    "pairwise_distance": lambda trace, x1, x2, *rest, **named: cosine_similarity(trace, x1, x2, -1),
    "prelu": prelu,
    "softmax": along("softmax"),
    "softmin": along("softmin"),
}

#: Those that are functions of torch itself, too.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        name: FUNCTIONAL[name]
        for name in (
            *("alpha_dropout", "celu", "celu_", "cosine_similarity", "dropout", "feature_alpha_dropout", "hardshrink"),
            *("pairwise_distance", "prelu", "relu_", "rrelu", "rrelu_", "selu", "selu_", "threshold", "threshold_"),
        )
    },
    "feature_dropout": elementwise("feature_dropout"),
}

METHODS: dict[str, Callable[..., Any]] = {"hardshrink": elementwise("hardshrink"), "prelu": prelu}
