"""A stride is larger than the kernel, so cells between the windows are never read.

## What it does

Finds windows with a stride above their extent. It is for information only (shown with `--info`), and silent for the
1x1 convolution with a stride on the shortcut of a residual addition, where everybody does it.

## Why it matters

A 1x1 kernel with stride 2 ignores three quarters of its input. That may be meant, or a kernel that was made smaller
without its stride.

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 1, stride: 2}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: AvgPool2d, kernel_size: 2}
  - {type: Conv2d, out_channels: 32, kernel_size: 1}
```

## Source

He et al., "Bag of Tricks for Image Classification with Convolutional Neural Networks" (2019), section 4: the 1x1
convolution with stride 2 "ignores three-quarters of the input feature map".
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity
from convlint.derive.repairs.windows import closing_kernel, reading_kernel
from convlint.derive.sizes import way
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.model.operations import (
    ChannelNorm,
    Convolution,
    Elementwise,
    GroupNorm,
    Merge,
    Operation,
    Pool,
    Subsampling,
)
from convlint.model.window import Window
from convlint.rules import advice
from convlint.rules.spatial.windows import size_label
from convlint.rules.wording import field_labels, finding, size, without_place
from convlint.words.text import axis_name

if TYPE_CHECKING:
    from convlint.derive.irregularities import StrideSkipsInput


def word(irregularity: Irregularity[StrideSkipsInput], derivation: Derivation) -> Diagnostic | None:
    """Say how many cells are skipped."""
    at = irregularity.at
    rank, (kernels, strides, dilations) = rank_of(at), _arguments(at.layer.operation, rank_of(at))
    skipping = [axis for axis in range(rank) if strides[axis] > dilations[axis] * (kernels[axis] - 1) + 1]
    windows = dict(irregularity.windows)
    if any(window.has_gaps for axis, window in windows.items() if axis not in skipping):
        return None  # stride-dilation-gap says it
    if not any(axis not in windows or windows[axis].never_read for axis in skipping):
        return None  # one window is all there is
    if at in _shortcuts(derivation):
        return None
    shape = at.inputs[0].shape
    first = skipping[0]
    where = f" ({axis_name(first, rank)})" if len(skipping) < rank else ""
    lost = "the cells between the windows are never read"
    if shape is not None and len(windows) == rank:
        total = prod(window.size for window in windows.values())
        read = prod(window.size - window.never_read for window in windows.values())
        lost = f"{total - read:,} of {size(shape[1:])} cells are never read"
    kernel = "kernel" if dilations[first] == 1 else "dilated kernel"
    message = f"stride {strides[first]}{where} is larger than the {kernel}"
    # Sizes in the millions would make the line too long for a terminal.
    message += f": {lost}" if len(message) + len(lost) < 100 else ""
    found = finding(irregularity, message, "stride", "kernel_size")
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", dilation=""), found.span)
    stride, taps = strides[first], kernels[first]
    found.notes = [
        f"derived: of every {stride} neighbours along an axis the kernel reads {taps} and skips {stride - taps}"
    ]
    if max(dilations) == 1:
        found.help = _help(irregularity, windows, skipping, kernels, strides)
    return found


def _help(
    irregularity: Irregularity[StrideSkipsInput],
    windows: dict[int, Window],
    skipping: list[int],
    kernels: tuple[int, ...],
    strides: tuple[int, ...],
) -> str | None:
    """A kernel that reads every cell, else one that leaves none between the windows out."""
    at = irregularity.at

    def written(sizes: list[int]) -> str:
        return advice.spelt(at.layer.place, kernel_size=advice.on_axes(sizes))

    known = reading_kernel(irregularity, skipping, kernels, strides)
    if known is not None:
        if len(windows) < len(kernels):
            return f"{written(known)} leaves no cell between the windows out"
        words = f"{written(known)} reads every cell"
        one_cell = isinstance(at.layer.operation, Convolution) and max(kernels) == 1
        even = all(window.size % window.stride == 0 == window.before for window in windows.values())
        if one_cell and even and known == list(strides):
            words += "; so does an average pool of that size, with this layer behind it at stride 1"
        return words
    wide = closing_kernel(irregularity, kernels, strides)
    return f"{written(wide)} leaves no cell between the windows out" if wide is not None else None


def _arguments(operation: Operation, rank: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Kernel, stride and dilation on every axis."""
    assert isinstance(operation, Convolution | Pool | Subsampling)
    dilation = operation.dilation if not isinstance(operation, Subsampling) else (1,)
    kernels, strides, dilations = (
        given * rank if len(given) == 1 else given for given in (operation.kernel_size, operation.stride, dilation)
    )
    return kernels, strides, dilations


@lru_cache(maxsize=1)
def _shortcuts(derivation: Derivation) -> frozenset[Derived]:
    """The layers whose output goes into an addition, with nothing but normalisation and activation in between."""
    found = set()
    for derived in derivation.flat():
        operation = derived.layer.operation
        if not isinstance(operation, Merge) or operation.kind != "add":
            continue
        for source in derived.inputs:
            for value in way(source):
                if value.made_by is None:
                    break
                if isinstance(value.made_by.layer.operation, Convolution | Pool):
                    found.add(value.made_by)
                if not isinstance(value.made_by.layer.operation, ChannelNorm | GroupNorm | Elementwise):
                    break
    return frozenset(found)
