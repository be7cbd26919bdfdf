"""Functions that move blocks of cells into channels, and back: ``F.unfold``, ``F.pixel_shuffle``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source.axes import (
    brackets,
    each,
    known,
    multiply,
    product,
    refuse,
    same,
    tensor_of,
    whole,
)
from convlint.source.trace import Trace
from convlint.source.values import Sizes
from convlint.source.windows import windows


def unfold(trace: Trace, input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """``F.unfold``: every window of a map becomes a column of ``channels * kernel`` numbers."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if len(shape) not in (3, 4):
            raise refuse(
                "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for "
                f"input, but got: {brackets(shape)}"
            )
        kernel, pads = each(kernel_size, 2), each(padding, 2)
        sizes = windows(shape[-2:], kernel, each(stride, 2), pads, pads, each(dilation, 2))
        if any(size is not None and size < 1 for size in sizes):
            raise refuse(
                f"Given input with spatial size ({shape[-2]}, {shape[-1]}), kernel_size={pair(kernel)}, "
                f"dilation={pair(each(dilation, 2))}, padding={pair(pads)}, calculated shape of the array of sliding "
                f"blocks as {pair(sizes)}, but its components must be at least one."
            )
        made = (*shape[:-3], product((shape[-3], *kernel)), product(sizes))
    return trace.function("unfold", [tensor], made)


def fold(
    trace: Trace, input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """``F.fold``: columns become the map of which they are the windows."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if len(shape) not in (2, 3):
            raise refuse(
                "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions "
                f"for input, but got: {brackets(shape)}"
            )
        sizes, kernel, pads = each(output_size, 2), each(kernel_size, 2), each(padding, 2)
        cells, rows = product(kernel), shape[-2]
        if cells and rows is not None and rows % cells:
            raise refuse(
                "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
                f"input.size(1)={rows} and kernel_size={pair(kernel)}."
            )
        blocks = windows(sizes, kernel, each(stride, 2), pads, pads, each(dilation, 2))
        count = product(blocks)
        said = (
            f"Given output_size={pair(sizes)}, kernel_size={pair(kernel)}, dilation={pair(each(dilation, 2))}, "
            f"padding={pair(pads)}, stride={pair(each(stride, 2))}, "
        )
        if known(blocks) and min(blocks) < 1:
            raise refuse(
                f"{said}calculated shape of the array of sliding blocks as {pair(blocks)}, which is too small "
                "(non-positive)"
            )
        if not same(count, shape[-1]):
            raise refuse(
                f"{said}expected size of input's dimension 2 to match the calculated number of sliding blocks "
                f"{' * '.join(map(str, blocks))} = {count}, but got input.size(2)={shape[-1]}."
            )
        made = (*shape[:-2], rows // cells if rows is not None and cells else None, *sizes)
    return trace.function("fold", [tensor], made)


def pair(sizes: Sizes) -> str:
    """Two sizes as torch prints them."""
    return f"({', '.join(map(str, sizes))})"


def pixel_shuffle(trace: Trace, input: Any, upscale_factor: Any) -> Any:
    """``F.pixel_shuffle``: channels become cells."""
    tensor, factor = tensor_of(input), whole(upscale_factor)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if len(shape) < 3:
            raise refuse(
                "pixel_shuffle expects input to have at least 3 dimensions, but got input with "
                f"{len(shape)} dimension(s)"
            )
        maps, height, width = shape[-3:]
        if factor is not None:
            if factor < 1:
                raise refuse(f"pixel_shuffle expects a positive upscale_factor, but got {factor}")
            if maps is not None and maps % (factor * factor):
                raise refuse(
                    "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of "
                    f"upscale_factor, but input.size(-3)={maps} is not divisible by {factor * factor}"
                )
        kept = None if maps is None or factor is None else maps // (factor * factor)
        made = (*shape[:-3], kept, multiply(height, factor), multiply(width, factor))
    return trace.function("pixel_shuffle", [tensor], made)


def pixel_unshuffle(trace: Trace, input: Any, downscale_factor: Any) -> Any:
    """``F.pixel_unshuffle``: cells become channels."""
    tensor, factor = tensor_of(input), whole(downscale_factor)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        if len(shape) < 3:
            raise refuse(
                "pixel_unshuffle expects input to have at least 3 dimensions, but got input with "
                f"{len(shape)} dimension(s)"
            )
        if factor is None:
            made = (*shape[:-3], None, None, None)
        else:
            if factor < 1:
                raise refuse(f"pixel_unshuffle expects a positive downscale_factor, but got {factor}")
            for word, place in (("height", -2), ("width", -1)):
                size = shape[place]
                if size is not None and size % factor:
                    raise refuse(
                        f"pixel_unshuffle expects {word} to be divisible by downscale_factor, but "
                        f"input.size({place})={size} is not divisible by {factor}"
                    )
            height, width = [None if size is None else size // factor for size in shape[-2:]]
            made = (*shape[:-3], multiply(shape[-3], factor, factor), height, width)
    return trace.function("pixel_unshuffle", [tensor], made)


def channel_shuffle(trace: Trace, input: Any, groups: Any) -> Any:
    """``F.channel_shuffle``: same sizes."""
    tensor, count = tensor_of(input), whole(groups)
    shape = tensor.shape
    if shape is not None:
        if len(shape) < 3:
            raise refuse(f"channel_shuffle expects input with > 2 dims, but got input with sizes {brackets(shape)}")
        maps = shape[1]
        if count is not None and count > 0 and maps is not None and maps % count:
            raise refuse(f"Number of channels must be divisible by groups. Got {maps} channels and {count} groups.")
    return trace.function("channel_shuffle", [tensor], shape)


FUNCTIONAL: dict[str, Callable[..., Any]] = {
    "channel_shuffle": channel_shuffle,
    "fold": fold,
    "native_channel_shuffle": channel_shuffle,
    "pixel_shuffle": pixel_shuffle,
    "pixel_unshuffle": pixel_unshuffle,
    "unfold": unfold,
}

#: Those that are functions of torch itself, too.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: FUNCTIONAL[name] for name in ("channel_shuffle", "native_channel_shuffle", "pixel_shuffle", "pixel_unshuffle")
}
