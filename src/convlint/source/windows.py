"""Convolutions, pools and whatever else slides over a map, as functions of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.model.window import effective_kernel, output_size, transposed_size
from convlint.source.axes import brackets, each, known, multiply, product, refuse, same, tensor_of, whole, wholes
from convlint.source.products import read
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor, Unknown


def spatial(shape: Sizes | None, rank: int, name: str) -> bool:
    """Whether a map has a batch axis; raises if it has neither ``rank + 1`` nor ``rank + 2`` axes."""
    if shape is not None and len(shape) not in (rank + 1, rank + 2):
        raise refuse(
            f"Expected {rank + 1}D (unbatched) or {rank + 2}D (batched) input to {name}, but got input of size: "
            f"{brackets(shape)}"
        )
    return shape is None or len(shape) == rank + 2


def windows(
    sizes: Sizes, kernel: Sizes, stride: Sizes, before: Sizes, after: Sizes, dilation: Sizes, ceil: bool | None = False
) -> Sizes:
    """Output sizes of a window on every axis, None where something is not known."""
    made: list[int | None] = []
    for size, reach, step, near, far, apart in zip(sizes, kernel, stride, before, after, dilation):
        if size is None or reach is None or near is None or far is None or apart is None or not step or ceil is None:
            made.append(None)
        else:
            made.append(output_size(size, reach, step, near, far, apart, ceil))
    return tuple(made)


def positive(name: str, word: str, numbers: Sizes, least: int) -> None:
    """Refuse strides and paddings that torch refuses."""
    for number in numbers:
        if number is not None and number < least:
            what = "negative" if least == 0 else "non-positive"
            raise refuse(f"{what} {word} is not supported")


def convolution(rank: int) -> Callable[..., Any]:
    """``F.conv1d``, ``conv2d`` or ``conv3d``."""
    name = f"conv{rank}d"

    def function(
        trace: Trace,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: Any = 1,
    ) -> Any:
        tensor, kernels = tensor_of(input), tensor_of(weight)
        shape, weights, count = tensor.shape, kernels.shape, whole(groups)
        batched = spatial(shape, rank, name)
        if weights is not None and len(weights) != rank + 2:
            if shape is None:
                return trace.function(name, read(tensor, kernels, bias), None, None)
            raise refuse(
                "weight should have at least three dimensions"
                if len(weights) < 3
                else f"expected stride to be a single integer value or a list of {len(weights) - 2} values to match "
                f"the convolution dimensions, but got stride={brackets(each(stride, rank))}"
            )
        weights = weights or (None,) * (rank + 2)
        full: Sizes = (None,) * (rank + 2) if shape is None else shape if batched else (1, *shape)
        strides, dilations = each(stride, rank), each(dilation, rank)
        positive(name, "stride", strides, 1)
        positive(name, "dilation", dilations, 1)
        channels(full, weights, count)
        before, after = paddings(padding, weights[2:], dilations)
        positive(name, "padding", before, 0)
        too_small(full[2:], weights[2:], before, after, dilations)
        sizes = windows(full[2:], weights[2:], strides, before, after, dilations)
        made = (full[0], weights[0], *sizes)
        check_bias(bias, weights, 0)
        macs = multiply(product(made), product(weights[1:]))
        # Every output number is a sum over one filter.
        result: Sizes | None = None if shape is None and not batched else made if batched else made[1:]
        return trace.function(name, read(tensor, kernels, bias), result if shape is not None else None, macs)

    return function


def check_bias(bias: Any, weights: Sizes, place: int, groups: int | None = 1) -> None:
    """Refuse a bias of another length than there are output channels."""
    shape = bias.shape if isinstance(bias, Tensor) else None
    count = multiply(weights[place], groups)
    if shape is not None and len(shape) == 1 and not same(shape[0], count):
        raise refuse(
            f"Given weight of size {brackets(weights)}, expected bias to be 1-dimensional with {count} elements, but "
            f"got bias of size {brackets(shape)} instead"
        )


def channels(full: Sizes, weights: Sizes, groups: int | None) -> None:
    """Refuse an input of other channels than the weight reads, as torch does."""
    if groups is None:
        return
    if groups < 1:
        raise refuse("non-positive groups is not supported")
    if weights[0] is not None:
        if weights[0] < groups:
            raise refuse(
                f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of "
                f"size {brackets(weights)} instead"
            )
        if weights[0] % groups:
            raise refuse(
                f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight "
                f"of size {brackets(weights)} instead"
            )
    if weights[1] is not None and not same(full[1], weights[1] * groups):
        raise refuse(
            f"Given groups={groups}, weight of size {brackets(weights)}, expected input{brackets(full)} to have "
            f"{weights[1] * groups} channels, but got {full[1]} channels instead"
        )


def paddings(padding: Any, kernel: Sizes, dilation: Sizes) -> tuple[Sizes, Sizes]:
    """The padding before and after every axis, which may be a word."""
    rank = len(kernel)
    if padding == "valid":
        return (0,) * rank, (0,) * rank
    if padding == "same":
        room = [
            None if None in pair else effective_kernel(pair[0] or 0, pair[1] or 0) - 1 for pair in zip(kernel, dilation)
        ]
        before = tuple([None if one is None else one // 2 for one in room])
        return before, tuple([None if one is None else one - one // 2 for one in room])
    both = each(padding, rank)
    return both, both


def too_small(sizes: Sizes, kernel: Sizes, before: Sizes, after: Sizes, dilation: Sizes) -> None:
    """Refuse a kernel larger than its padded map, as torch does."""
    if not all(known(one) for one in (sizes, kernel, before, after, dilation)):
        return
    padded = [(n or 0) + (a or 0) + (b or 0) for n, a, b in zip(sizes, before, after)]
    reach = [effective_kernel(k or 0, d or 0) for k, d in zip(kernel, dilation)]
    if any(size < need for size, need in zip(padded, reach)):
        raise refuse(
            f"Calculated padded input size per channel: ({' x '.join(map(str, padded))}). Kernel size: "
            f"({' x '.join(map(str, reach))}). Kernel size can't be greater than actual input size"
        )


def transposed(rank: int) -> Callable[..., Any]:
    """``F.conv_transpose1d``, ``2d`` or ``3d``."""
    name = f"conv_transpose{rank}d"

    def function(
        trace: Trace,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: Any = 1,
        dilation: Any = 1,
    ) -> Any:
        tensor, kernels = tensor_of(input), tensor_of(weight)
        shape, weights, count = tensor.shape, kernels.shape, whole(groups)
        batched = spatial(shape, rank, name)
        if shape is None or (weights is not None and len(weights) != rank + 2):
            return trace.function(name, read(tensor, kernels, bias), None, None)
        weights = weights or (None,) * (rank + 2)
        full = shape if batched else (1, *shape)
        if count is not None and not same(full[1], weights[0]):
            raise refuse(
                f"Given transposed=1, weight of size {brackets(weights)}, expected input{brackets(full)} to have "
                f"{weights[0]} channels, but got {full[1]} channels instead"
            )
        strides = each(stride, rank)
        positive(name, "stride", strides, 1)
        sizes: list[int | None] = []
        for size, kernel, step, pad, extra, spacing in zip(
            full[2:], weights[2:], strides, each(padding, rank), each(output_padding, rank), each(dilation, rank)
        ):
            if size is None or kernel is None or step is None or pad is None or extra is None or spacing is None:
                sizes.append(None)
            else:
                sizes.append(transposed_size(size, kernel, step, pad, pad, spacing, extra))
        made = (full[0], multiply(weights[1], count), *sizes)
        # torch computes one axis as two.
        flat: Sizes = (1,) if rank == 1 else ()
        if any(size == 0 for size in sizes):
            # Whether no cells are refused depends on the library that computes them.
            return trace.function(name, read(tensor, kernels, bias), None, None)
        if known(made) and any(size < 0 for size in made[2:]):
            raise refuse(
                f"Given input size per channel: {spaced(flat + full[2:])}. Calculated output size per channel: "
                f"{spaced(flat + made[2:])}. Output size is too small"
            )
        macs = multiply(product(full), product(weights[1:]))
        return trace.function(name, read(tensor, kernels, bias), made if batched else made[1:], macs)

    return function


def spaced(sizes: Sizes) -> str:
    """Sizes as torch prints those of a map: ``(2 x 2)``."""
    return f"({' x '.join([str(size) for size in sizes])})"


def pooled(
    name: str, tensor: Tensor, rank: int, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: Any
) -> Sizes | None:
    """The shape that a pool makes."""
    shape = tensor.shape
    if shape is not None and len(shape) not in (rank + 1, rank + 2):
        raise refuse(f"Expected {rank + 1}D or {rank + 2}D input to {name}, but got input of size: {brackets(shape)}")
    kernels = each(kernel, rank)
    strides = kernels if stride is None or stride == [] or stride == () else each(stride, rank)
    pads, spacing = each(padding, rank), each(dilation, rank)
    for one in kernels:
        if one is not None and one < 1:
            raise refuse(f"kernel size should be greater than zero, but got {spaced(kernels)}")
    for one in strides:
        if one is not None and one < 1:
            raise refuse("stride should not be zero")
    check_pads(name, kernels, pads, spacing)
    if name == "avg_pool3d" and shape is not None:
        check_volume(shape[-3:], kernels)
    if shape is None:
        return None
    ceil = ceil_mode if isinstance(ceil_mode, bool) else None
    sizes = windows(shape[-rank:], kernels, strides, pads, pads, spacing, ceil)
    if any(size is not None and size < 1 for size in sizes):
        front = (shape[-rank - 1], 1) if rank == 1 else (shape[-rank - 1],)
        raise refuse(
            f"Given input size: ({'x'.join(map(str, (*front, *shape[-rank:])))}). Calculated output size: "
            f"({'x'.join(map(str, (*front, *sizes)))}). Output size is too small"
        )
    return (*shape[:-rank], *sizes)


def check_volume(sizes: Sizes, kernels: Sizes) -> None:
    """Refuse a kernel larger than its map without padding, as torch does for three axes alone."""
    if known(sizes) and known(kernels) and any(size < kernel for size, kernel in zip(sizes, kernels)):
        raise refuse(
            f"input image (T: {sizes[0]} H: {sizes[1]} W: {sizes[2]}) smaller than kernel size (kT: {kernels[0]} "
            f"kH: {kernels[1]} kW: {kernels[2]})"
        )


def check_pads(name: str, kernels: Sizes, pads: Sizes, spacing: Sizes) -> None:
    """Refuse a padding above half of the kernel, dilated or not."""
    for kernel, pad, apart in zip(kernels, pads, spacing):
        if kernel is None or pad is None or apart is None:
            continue
        if pad < 0:
            raise refuse(f"pad must be non-negative, but got pad: {pad}")
        if name == "max_pool1d" and pad > kernel // 2:
            raise refuse(
                f"max_pool1d() padding should be at most half of kernel size, but got padding={pad} and "
                f"kernel_size={kernel}"
            )
        if pad > effective_kernel(kernel, apart) // 2:
            raise refuse(
                f"pad should be at most half of effective kernel size, but got pad={pad}, kernel_size={kernel} and "
                f"dilation={apart}"
            )
    if known(kernels) and known(pads) and any(pad > kernel // 2 for kernel, pad in zip(kernels, pads)):
        if len(kernels) < 3:
            said = f"padW = {pads[-1]}, padH = {pads[0]}, kW = {kernels[-1]}, kH = {kernels[0]}"
        else:
            said = (
                f"kT: {kernels[0]} kW: {kernels[-1]} kH: {kernels[1]} padT: {pads[0]} padW: {pads[-1]} padH: {pads[1]}"
            )
        raise refuse(f"pad should be smaller than or equal to half of kernel size, but got {said}")


def max_pool(rank: int, always_indices: bool = False) -> Callable[..., Any]:
    """``F.max_pool1d``, ``2d`` or ``3d``."""
    name = f"max_pool{rank}d"

    def function(
        trace: Trace,
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: Any = False,
        return_indices: Any = False,
    ) -> Any:
        tensor = tensor_of(input)
        made = pooled(name, tensor, rank, kernel_size, stride, padding, dilation, ceil_mode)
        if return_indices is False and not always_indices:
            return trace.function(name, [tensor], made)
        if return_indices is True or always_indices:
            return tuple(trace.functions(name, [tensor], [made, made]))
        return Unknown("what a pool gives")

    return function


def average_pool(rank: int) -> Callable[..., Any]:
    """``F.avg_pool1d``, ``2d`` or ``3d``."""
    name = f"avg_pool{rank}d"

    def function(
        trace: Trace,
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: Any = False,
        count_include_pad: Any = True,
        divisor_override: Any = None,
    ) -> Any:
        tensor = tensor_of(input)
        return trace.function(name, [tensor], pooled(name, tensor, rank, kernel_size, stride, padding, 1, ceil_mode))

    return function


def power_pool(rank: int) -> Callable[..., Any]:
    """``F.lp_pool1d``, ``2d`` or ``3d``."""
    name = f"lp_pool{rank}d"

    def function(
        trace: Trace, input: Any, norm_type: Any, kernel_size: Any, stride: Any = None, ceil_mode: Any = False
    ) -> Any:
        tensor = tensor_of(input)
        return trace.function(name, [tensor], pooled(name, tensor, rank, kernel_size, stride, 0, 1, ceil_mode))

    return function


def adaptive_pool(kind: str, rank: int) -> Callable[..., Any]:
    """``F.adaptive_avg_pool2d`` and the like; None keeps the size of an axis."""
    name = f"adaptive_{kind}_pool{rank}d"

    def function(trace: Trace, input: Any, output_size: Any, return_indices: Any = False) -> Any:
        tensor = tensor_of(input)
        shape = tensor.shape
        if shape is not None and len(shape) not in (rank + 1, rank + 2):
            raise refuse(
                f"adaptive_{kind}_pool{rank}d(): Expected {rank + 1}D or {rank + 2}D tensor, but got {brackets(shape)}"
            )
        made: Sizes | None = None
        if shape is not None:
            if isinstance(output_size, Tensor) and output_size.shape not in (None, ()):
                output_size = wholes(output_size)
                if output_size is None:
                    return trace.function(name, [tensor], None)
            given = output_size if isinstance(output_size, list | tuple) else [output_size] * rank
            if len(given) == 1:
                given = list(given) * rank
            if len(given) != rank:
                return trace.function(name, [tensor], None)
            sizes = [old if one is None else whole(one) for old, one in zip(shape[-rank:], given)]
            made = (*shape[:-rank], *sizes)
        if return_indices is True:
            return tuple(trace.functions(name, [tensor], [made, made]))
        return trace.function(name, [tensor], made) if return_indices is False else Unknown("what a pool gives")

    return function


FUNCTIONAL: dict[str, Callable[..., Any]] = {
    **{f"conv{rank}d": convolution(rank) for rank in (1, 2, 3)},
    **{f"conv_transpose{rank}d": transposed(rank) for rank in (1, 2, 3)},
    **{f"max_pool{rank}d": max_pool(rank) for rank in (1, 2, 3)},
    **{f"max_pool{rank}d_with_indices": max_pool(rank, True) for rank in (1, 2, 3)},
    **{f"avg_pool{rank}d": average_pool(rank) for rank in (1, 2, 3)},
    **{f"lp_pool{rank}d": power_pool(rank) for rank in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{rank}d": adaptive_pool(kind, rank) for kind in ("avg", "max") for rank in (1, 2, 3)},
}

#: Those that are functions of torch itself, too.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: FUNCTIONAL[name]
    for name in (
        *("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
        *("max_pool1d", "max_pool2d", "max_pool3d", "avg_pool1d", "adaptive_avg_pool1d", "adaptive_max_pool1d"),
    )
}
