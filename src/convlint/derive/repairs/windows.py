"""Arguments of a window with which a layer runs, or reads what it skips; each was tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convlint.derive.repairs.trial import runs, works
from convlint.derive.state import Irregularity, rank_of
from convlint.model.operations import Convolution, Pool
from convlint.model.window import Window

if TYPE_CHECKING:
    from convlint.derive.irregularities import (
        KernelTooLarge,
        PaddingExceedsKernel,
        PoolPadding,
        SameWithStride,
        StrideDilationGap,
        StrideSkipsInput,
    )  # fmt: skip

#: Dilations that are tried in either direction.
MOST_DILATIONS = 100
#: Smaller paddings and larger kernels that are tried: one a thousand cells larger repairs nothing.
MOST_TRIED = 1000

# A map that is too small ----------------------------------------------------------------------------------------------


def fitting_padding(irregularity: Irregularity[KernelTooLarge], bare: bool) -> list[int] | None:
    """The least padding with which the kernel fits on its map; ``bare`` kernels fit without padding or not at all."""
    at = irregularity.at
    operation = at.layer.operation
    windows = [window for _, window in sorted(irregularity.windows)]
    paddings = [max(window.before, window.smallest_padding) for window in windows]
    if bare or len(windows) != rank_of(at) or not isinstance(operation, Convolution | Pool):
        return None
    if isinstance(operation, Pool) and (
        operation.kind == "lp" or any(p > window.kernel // 2 for p, window in zip(paddings, windows, strict=True))
    ):
        return None
    return paddings if works(at, irregularity.kind, padding=paddings) else None


def fitting_kernel(irregularity: Irregularity[KernelTooLarge], bare: bool) -> list[int] | None:
    """The largest kernel that fits on the map, on every axis; the one of the least axis if not all sizes are known."""
    at = irregularity.at
    windows = [window for _, window in sorted(irregularity.windows)]
    kernels = [min(w.kernel, w.largest_kernel, w.size if bare else w.kernel) for w in windows]
    if max(kernels) <= 1 and not isinstance(at.layer.operation, Convolution):
        return None  # a pool of single cells is none
    if len(windows) != rank_of(at):
        return [min(kernels)]
    return kernels if works(at, irregularity.kind, kernel_size=kernels) else None


# Padding --------------------------------------------------------------------------------------------------------------


def most_padding(irregularity: Irregularity[PaddingExceedsKernel], reach: Sequence[int]) -> list[int] | None:
    """The most padding with which every window, ``reach`` cells wide, sees the map and none of it is left over."""
    windows = dict(irregularity.windows)
    most = [_most_padding(windows.get(axis), k) for axis, k in enumerate(reach)]
    return most if works(irregularity.at, irregularity.kind, padding=most) else None


def _most_padding(window: Window | None, reach: int) -> int:
    """Of one axis; the most at all if its size is unknown, or if some is always left over."""
    paddings = range(reach - 1, max(-1, reach - 1 - MOST_TRIED), -1) if window is not None else ()
    fitting = (p for p in paddings if window is not None and not window._replace(before=p, after=p).dropped_input)
    return next(fitting, reach - 1)


def same_padding(
    irregularity: Irregularity[SameWithStride], windows: Sequence[Window], wanted: Sequence[int]
) -> list[int] | None:
    """The symmetric padding with which windows make maps of wanted sizes."""
    paddings = [window.padding_for(size) for window, size in zip(windows, wanted, strict=True)]
    known = [padding for padding in paddings if padding is not None]
    return known if len(known) == len(paddings) and works(irregularity.at, irregularity.kind, padding=known) else None


def pool_padding(irregularity: Irregularity[PoolPadding]) -> list[int] | None:
    """As much of a pool's padding as its kernel allows."""
    operation = irregularity.at.layer.operation
    assert isinstance(operation, Pool)
    widest = [max(pair) for pair in operation.padding]
    allowed = [min(p, k // 2) for p, k in zip(widest, operation.kernel_size, strict=True)]
    return allowed if works(irregularity.at, irregularity.kind, padding=allowed) else None


def pool_kernel(irregularity: Irregularity[PoolPadding]) -> list[int] | None:
    """The least kernel that a pool's padding allows."""
    operation = irregularity.at.layer.operation
    assert isinstance(operation, Pool)
    kernels = [max(k, 2 * max(pair)) for pair, k in zip(operation.padding, operation.kernel_size, strict=True)]
    return kernels if works(irregularity.at, irregularity.kind, kernel_size=kernels) else None


# Cells that no window reads -------------------------------------------------------------------------------------------


def stride_without_gaps(irregularity: Irregularity[StrideDilationGap], axes: Sequence[int]) -> list[int] | None:
    """Stride 1 on axes with gaps, if that reads everything."""
    operation = irregularity.at.layer.operation
    assert isinstance(operation, Convolution | Pool)
    windows = dict(irregularity.windows)
    if any(windows[axis]._replace(stride=1).never_read for axis in axes):
        return None
    strides = [1 if axis in axes else stride for axis, stride in enumerate(operation.stride)]
    return strides if works(irregularity.at, irregularity.kind, None, "dropped-padding", stride=strides) else None


def dilations_without_gaps(irregularity: Irregularity[StrideDilationGap], axes: Sequence[int]) -> list[list[int]]:
    """The nearest smaller and larger dilation that reads everything on axes with gaps."""
    operation = irregularity.at.layer.operation
    assert isinstance(operation, Convolution | Pool)
    windows = dict(irregularity.windows)
    found = []
    for near in (_smaller_dilation, _larger_dilation):
        nearest = [near(windows[axis]) if axis in axes else d for axis, d in enumerate(operation.dilation)]
        known = [dilation for dilation in nearest if dilation is not None]
        if len(known) == len(nearest) and works(
            irregularity.at, irregularity.kind, None, "dropped-padding", dilation=known
        ):
            found.append(known)
    return found


def _smaller_dilation(window: Window) -> int | None:
    return _reading_dilation(window, range(window.dilation - 1, max(0, window.dilation - MOST_DILATIONS), -1))


def _larger_dilation(window: Window) -> int | None:
    return _reading_dilation(window, range(window.dilation + 1, window.dilation + MOST_DILATIONS))


def _reading_dilation(window: Window, dilations: range) -> int | None:
    for dilation in dilations:
        changed = window._replace(dilation=dilation)
        if changed.output >= 1 and changed.never_read == 0:
            return dilation
    return None


def reading_kernel(
    irregularity: Irregularity[StrideSkipsInput],
    skipping: Sequence[int],
    kernels: Sequence[int],
    strides: Sequence[int],
) -> list[int] | None:
    """The smallest kernel with which no cell is left unread, if it is larger on axes that skip some."""
    windows = dict(irregularity.windows)
    reading: list[int | None] = list(kernels)
    for axis in skipping:
        # Of an unknown size only what lies between the windows is known.
        reading[axis] = _reading_kernel(windows[axis]) if axis in windows else strides[axis]
    known = [kernel for kernel in reading if kernel is not None]
    if len(known) < len(reading) or any(
        window._replace(kernel=known[axis]).never_read for axis, window in windows.items()
    ):
        return None
    # On a map of one cell the stride stays larger than the kernel, and nothing is left out.
    return known if works(irregularity.at, "", None, "dropped-padding", kernel_size=known) else None


def _reading_kernel(window: Window) -> int | None:
    """Of one axis: nothing is unread between the windows or behind them; None if there is no such kernel."""
    least = max(window.kernel, min(window.stride, window.size))
    for kernel in range(least, min(least + MOST_TRIED, window.padded) + 1):
        if window._replace(kernel=kernel).never_read == 0:
            return kernel
    return None


def closing_kernel(
    irregularity: Irregularity[StrideSkipsInput], kernels: Sequence[int], strides: Sequence[int]
) -> list[int] | None:
    """A kernel that leaves no cell between the windows out, whatever is left behind the last one."""
    windows = dict(irregularity.windows)
    # A map smaller than the stride has room for a smaller kernel only.
    room = [windows[axis].size if axis in windows else stride for axis, stride in enumerate(strides)]
    wide = [max(k, min(s, n)) for k, s, n in zip(kernels, strides, room, strict=True)]
    return wide if runs(irregularity.at, kernel_size=wide) else None
