"""Stride and dilation share a factor, so whole rows or columns are never read.

## What it does

Finds windows whose stride and dilation have a common factor above 1. Each tap then moves over the same rows as all the
others, and the rows between are read by none, whatever the padding. If another layer reads the same map, as the
branches of a dilated pyramid do, the finding is for information only.

## Why it matters

Stride 2 with dilation 2 throws half of the rows and half of the columns away: three quarters of the map. PyTorch says
nothing, Keras refuses the pair. It comes from adding `dilation` to a layer that keeps its stride; where dilation
replaces a stride, as in DeepLab, the stride becomes 1.

## Example

```yaml
convlint: 1
input: [64, 56, 56]
layers:
  - {type: Conv2d, out_channels: 128, kernel_size: 3, stride: 2, padding: 2, dilation: 2}
```

## Use instead

```yaml
convlint: 1
input: [64, 56, 56]
layers:
  - {type: Conv2d, out_channels: 128, kernel_size: 3, padding: 2, dilation: 2}
```

## Source

Keras: "`strides > 1` not supported in conjunction with `dilation_rate > 1`".
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.windows import dilations_without_gaps, stride_without_gaps
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution, Pool
from convlint.model.window import Window, effective_kernel
from convlint.rules import advice
from convlint.rules.spatial.windows import cell_name, each_axis, size_label
from convlint.rules.wording import field_labels, finding, per_axis, without_place
from convlint.words.text import joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import StrideDilationGap


def word(irregularity: Irregularity[StrideDilationGap], derivation: Derivation) -> Diagnostic | None:
    """Count the rows that are lost and name the nearest pairs without a common factor."""
    at = irregularity.at
    rank = rank_of(at)
    gaps = [(axis, window) for axis, window in irregularity.windows if window.loses_between]
    if not gaps:
        return _of_any_size(irregularity)
    lost = joined([f"{window.never_read} of {window.size} {cell_name(axis, rank)}s" for axis, window in gaps])
    if len({(window.never_read, window.size) for _, window in gaps}) == 1:
        names = joined([f"{cell_name(axis, rank)}s" for axis, _ in gaps])
        lost = f"{gaps[0][1].never_read} of {gaps[0][1].size} {names}"
    stride = per_axis([window.stride for _, window in gaps])
    dilation = per_axis([window.dilation for _, window in gaps])
    message = f"stride {stride} with dilation {dilation}: {lost if len(lost) < 60 else 'many cells'} are never read"
    shared = derivation.readers(at.layer.inputs[0][0]) > 1
    found = finding(irregularity, message, "dilation", "stride", harmless=shared)
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, stride="", kernel_size=""), found.span)
    found.notes = [f"derived: {words}" for words in each_axis(gaps, rank, _residues)]
    if shared:
        found.notes.append("another layer reads the same map, so the cells may not be lost")
    found.help = _help(irregularity, [axis for axis, _ in gaps])
    return found


def _help(irregularity: Irregularity[StrideDilationGap], axes: list[int]) -> str:
    """Stride 1 or another dilation on the axes with gaps, as far as that reads everything."""
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, Convolution | Pool)
    place = at.layer.place
    strides, dilations = stride_without_gaps(irregularity, axes), dilations_without_gaps(irregularity, axes)
    by_stride = advice.spelt(place, stride=advice.on_axes(strides)) if strides is not None else ""
    by_dilation = advice.choice(place, "dilation", [advice.on_axes(each) for each in dilations]) if dilations else ""
    stride, dilation = per_axis(operation.stride), per_axis(operation.dilation)
    if by_stride:
        words = f"{by_stride} reads everything at dilation {dilation}"
        return words + (f"; so does {by_dilation} at stride {stride}" if by_dilation else "")
    if by_dilation:
        return f"{by_dilation} reads everything at stride {stride}"
    return "a stride and a dilation without a common factor leave no gaps"


def _of_any_size(irregularity: Irregularity[StrideDilationGap]) -> Diagnostic | None:
    """What holds for axes of unknown size, if there are any."""
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, Convolution | Pool)
    rank, known = rank_of(at), dict(irregularity.windows)
    for axis in range(rank):
        kernel, stride, dilation = operation.kernel_size[axis], operation.stride[axis], operation.dilation[axis]
        common = gcd(stride, dilation)
        if axis not in known and common > 1 and kernel > 1 and stride <= effective_kernel(kernel, dilation):
            names = f"{cell_name(axis, rank)}s"
            message = f"stride {stride} with dilation {dilation}: of {common} neighbouring {names} one is read"
            found = finding(irregularity, message, "dilation", "stride")
            found.labels = without_place(field_labels(at.layer, stride="", kernel_size=""), found.span)
            found.help = f"{advice.spelt(at.layer.place, stride=1)} reads everything at dilation {dilation}"
            return found
    return None


def _residues(window: Window) -> str:
    common = gcd(window.stride, window.dilation)
    return (
        f"windows move by {window.stride}, taps are {window.dilation} apart, both multiples of {common}: "
        f"of {common} neighbours one is read"
    )
