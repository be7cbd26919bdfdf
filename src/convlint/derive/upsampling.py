"""Operations that make a map larger: transposed convolution, interpolation, pixel shuffle."""

from __future__ import annotations

import math
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from convlint.derive.state import Axes, Derived, Map, countable
from convlint.derive.windows import check_groups, invalid_arguments, made_channels, spatial_shape
from convlint.model.network import Shape
from convlint.model.operations import PixelShuffle, ResizeLike, TransposedConvolution, Upsample
from convlint.model.window import TransposedWindow, transposed_size

if TYPE_CHECKING:
    from convlint.derive.irregularities import FractionalScale, Note

#: Spatial axes that an interpolation mode works on.
MODE_RANKS = {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "trilinear": (3,),
}


def transposed_convolution(
    operation: TransposedConvolution, inputs: list[Map], at: Derived, note: Note
) -> tuple[Map, ...]:
    """ConvTranspose1d/2d/3d: ``o = (n-1)*s - 2p + d*(k-1) + output_padding + 1``; weight (C, M/g, *k)."""
    rank = operation.rank
    shape = spatial_shape(inputs[0].shape, rank, note)
    out_channels = operation.out_channels
    channels, agree = check_groups(operation, shape[0] if shape is not None else None, note)
    made = made_channels(operation)
    unknown = (Map((made,) + (None,) * rank, at),)
    at.params = at.macs = None
    if operation.padding_word is not None or operation.padding_mode != "zeros":
        note("transposed-padding-mode", word=operation.padding_word, mode=operation.padding_mode)
        return unknown
    flat = tuple(before for before, _ in operation.padding)
    if invalid_arguments(
        note,
        kernel_size=operation.kernel_size,
        stride=operation.stride,
        dilation=operation.dilation,
        padding=flat,
    ):
        return unknown
    kernel_size, stride, dilation = operation.kernel_size, operation.stride, operation.dilation
    if agree:
        at.kernels_3d = out_channels
        if channels is not None:
            per_map = out_channels // operation.groups
            at.kernels_2d = channels * per_map
            at.weight = (channels, per_map, *kernel_size)
            weights = at.kernels_2d * prod(kernel_size) + (out_channels if operation.bias else 0)
            at.params = weights if operation.trained else 0
    sizes = shape[1:] if shape is not None else (None,) * rank
    if at.kernels_2d is not None and None not in sizes:
        at.macs = at.kernels_2d * prod(kernel_size) * prod(sizes)  # type: ignore[arg-type]
    if operation.output_size is None:
        for axis, extra in enumerate(operation.output_padding):
            if extra < 0:
                note("negative-output-padding", axis=axis, output_padding=extra, window=_window(operation, axis, sizes))
                return unknown
            if extra >= max(stride[axis], dilation[axis]):
                note("output-padding", axis=axis, output_padding=extra, window=_window(operation, axis, sizes))
                return unknown
    out: list[int | None] = []
    for axis, size in enumerate(sizes):
        if size is None:
            out.append(operation.output_size[axis] if operation.output_size is not None else None)
            continue
        least = transposed_size(size, kernel_size[axis], stride[axis], flat[axis], flat[axis], dilation[axis])
        if operation.output_size is not None:
            wanted = operation.output_size[axis]
            most = least + stride[axis] - 1
            if not least <= wanted <= most:
                note("output-size-range", axis=axis, wanted=wanted, window=_window(operation, axis, sizes))
                return unknown
            made_size = wanted
        else:
            made_size = least + operation.output_padding[axis]
        if made_size < 1:
            note("upsample-empty", axis=axis, output=made_size, window=_window(operation, axis, sizes))
            return unknown
        out.append(made_size)
    # With a stride of 1 every cell is written; anything else is rare enough to be looked at closely.
    if max(stride) > 1:
        windows = [(axis, _window(operation, axis, sizes)) for axis in range(rank)]
        if any(window.has_holes for _, window in windows):
            note("upsample-holes", windows=windows)
        elif any(kernel % step for kernel, step in zip(kernel_size, stride, strict=True)):
            note("checkerboard", windows=windows)
    field: Axes = None
    jump: Axes = None
    source = inputs[0]
    if max(stride) == 1 and source.field is not None and source.jump is not None and shape is not None:
        steps = source.jump
        wider = [old + dilation[axis] * (kernel_size[axis] - 1) * steps[axis] for axis, old in enumerate(source.field)]
        field, jump = countable(wider, steps)
    return (Map((made, *out), at, field, jump),)


def _window(operation: TransposedConvolution, axis: int, sizes: Shape) -> TransposedWindow:
    """The window on an axis; an unknown size becomes 0."""
    return TransposedWindow(
        sizes[axis] or 0,
        operation.kernel_size[axis],
        operation.stride[axis],
        operation.padding[axis][0],
        operation.dilation[axis],
    )


def upsample(operation: Upsample, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Upsample: ``size``, or ``floor(n * scale)`` in IEEE doubles as PyTorch computes it."""
    size, scale = operation.size, operation.scale_factor
    if (size is None) == (scale is None):
        note("size-and-scale", both=size is not None)
        return (Map(_channels_only(inputs[0].shape), at),)
    for wanted in size or ():
        if wanted < 1:
            note("invalid-scale", argument="size", value=wanted)
            return (Map(_channels_only(inputs[0].shape), at),)
    for factor in scale or ():
        if not 0 < factor < math.inf:
            note("invalid-scale", argument="scale_factor", value=factor)
            return (Map(_channels_only(inputs[0].shape), at),)
    if operation.align_corners is not None and operation.mode in ("nearest", "nearest-exact", "area"):
        note("upsample-mode-rank", mode=operation.mode, align_corners=operation.align_corners, rank=None)
        return (Map(_channels_only(inputs[0].shape), at),)
    shape = inputs[0].shape
    if shape is None:
        return (Map(None, at),)
    rank = len(shape) - 1
    if rank not in MODE_RANKS[operation.mode]:
        note("upsample-mode-rank", mode=operation.mode, align_corners=None, rank=rank)
        return (Map(_channels_only(shape) if rank in (1, 2, 3) else None, at),)
    given = size if size is not None else scale
    assert given is not None
    if len(given) != rank and (len(given) > 1 or operation.listed):
        note("wrong-arity", argument="size" if size is not None else "scale_factor", given=len(given), wanted=rank)
        return (Map(_channels_only(shape), at),)
    out: list[int | None] = []
    fractional: FractionalScale | None = None
    for axis, old in enumerate(shape[1:]):
        if size is not None:
            out.append(size[axis if len(size) > 1 else 0])
            continue
        assert scale is not None
        factor = scale[axis if len(scale) > 1 else 0]
        if old is None:
            out.append(None)
            continue
        new = _scaled(old, factor)
        if new is None or new < 1:
            note("invalid-scale", argument="scale_factor", value=factor, size=old, axis=axis)
            return (Map(_channels_only(shape), at),)
        # A factor such as 0.3333333333333333 is a fraction written out; a thousandth of a cell is nobody's mistake.
        if fractional is None and abs(old * Fraction(repr(factor)) - new) > Fraction(1, 1000):
            fractional = {"axis": axis, "size": old, "scale": factor, "output": new}
        out.append(new)
    if fractional is not None:
        note("fractional-scale", **fractional)
    return (Map((shape[0], *out), at),)


def _scaled(size: int, factor: float) -> int | None:
    """``floor(n * scale)`` in IEEE doubles; None if that is not finite."""
    try:
        return math.floor(size * factor)
    except OverflowError:
        return None


def _channels_only(shape: tuple[int | None, ...] | None) -> tuple[int | None, ...] | None:
    return (shape[0],) + (None,) * (len(shape) - 1) if shape else None


def pixel_shuffle(operation: PixelShuffle, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """PixelShuffle: (C, H, W) to (C/r^2, H*r, W*r); PixelUnshuffle the other way round."""
    factor = operation.factor
    shape = inputs[0].shape
    if factor < 1:
        note("shuffle-factor", factor=factor, down=operation.down, problem="factor")
        return (Map(None if shape is None else (None,) * len(shape), at),)
    if shape is None:
        return (Map(None, at),)
    if len(shape) < 3:
        note("rank-mismatch", wanted=3, shape=shape)
        return (Map(None, at),)
    *before, channels, height, width = shape
    unknown = Map((None,) * len(shape), at)
    if operation.down:
        for axis, size in enumerate((height, width)):
            if size is not None and size % factor:
                note("shuffle-factor", factor=factor, down=True, problem="size", axis=axis, size=size)
                return (unknown,)
        channels = None if channels is None else channels * factor * factor
        height, width = (None if n is None else n // factor for n in (height, width))
    else:
        if channels is not None and channels % (factor * factor):
            note("shuffle-factor", factor=factor, down=False, problem="channels", channels=channels)
            return (unknown,)
        channels = None if channels is None else channels // (factor * factor)
        height, width = (None if n is None else n * factor for n in (height, width))
    return (Map((*before, channels, height, width), at),)


def resize_like(operation: ResizeLike, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """The first map in the spatial size of the second; its receptive field is not told."""
    shape, wanted = inputs[0].shape, inputs[1].shape
    if not shape or wanted is None:
        return (Map(None, at),)
    return (Map((shape[0], *wanted[1:]), at),)
