"""``deform_conv2d`` of torchvision as a function of shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from convlint.source.axes import each, multiply, product, refuse, tensor_of
from convlint.source.products import read
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor
from convlint.source.windows import channels, spatial, windows


def deform_conv2d(
    trace: Trace,
    input: Any,
    offset: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    mask: Any = None,
    *,
    checked: bool = True,
) -> Any:
    """A convolution whose taps are moved by ``offset``: the sizes are those of the convolution.

    ``checked`` says that an offset of other sizes is refused.
    """
    tensor, moved, kernels = tensor_of(input), tensor_of(offset), tensor_of(weight)
    inputs = [*read(tensor, kernels, bias), moved, *([mask] if isinstance(mask, Tensor) else [])]
    shape, weights = tensor.shape, kernels.shape
    spatial(shape, 2, "deform_conv2d")
    if shape is None or weights is None or len(shape) != 4 or len(weights) != 4:
        return trace.function("deform_conv2d", inputs, None, None)
    groups = None if shape[1] is None or not weights[1] else shape[1] // weights[1]
    channels(shape, weights, groups)
    before = each(padding, 2)
    sizes = windows(shape[2:], weights[2:], each(stride, 2), before, before, each(dilation, 2))
    places = moved.shape[2:] if moved.shape is not None and len(moved.shape) == 4 else (None, None)
    if checked and None not in sizes and None not in places and sizes != places:
        wanted, given = [", ".join(map(str, one)) for one in (sizes, places)]
        raise refuse(f"offset output dims: ({given}) - computed output dims: ({wanted})")
    made: Sizes = (shape[0], weights[0], *sizes)
    return trace.function("deform_conv2d", inputs, made, multiply(product(made), product(weights[1:])))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "torchvision.ops.deform_conv2d": deform_conv2d,
    # DyHead gives the offsets of one map to its neighbours, and mmcv works with the part that it needs.
    "mmcv.ops._deformed": partial(deform_conv2d, checked=False),
}
