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

from convlint.derive import Derivation, Derived, Irregularity
from convlint.derive.sizes import way
from convlint.diagnostic import Diagnostic
from convlint.model.operations import ChannelNorm, Convolution, Elementwise, GroupNorm, Merge, Pool
from convlint.rules.spatial.dropped_input import has_gaps
from convlint.rules.spatial.repairs import per_axis, rank_of, size_label
from convlint.rules.wording import field_labels, finding, size, without_place


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic | None:
    """Say how many cells are skipped."""
    at = irregularity.at
    skipping = [window for _, window in irregularity.windows if window.stride > window.effective_kernel]
    if any(has_gaps(window) and window not in skipping for _, window in irregularity.windows):
        return None  # stride-dilation-gap says it
    kernel = "kernel" if all(window.dilation == 1 for window in skipping) else "dilated kernel"
    windows = [window for _, window in irregularity.windows]
    if skipping and not any(window.never_read for window in skipping):
        return None  # one window is all there is
    if at in _shortcuts(derivation):
        return None
    shape = at.inputs[0].shape
    if shape is not None and len(windows) == rank_of(at):
        total = prod(window.size for window in windows)
        read = prod(window.size - window.never_read for window in windows)
        lost = f"{total - read:,} of {size(shape[1:])} cells are never read"
    else:
        lost = "the cells between its windows are never read"
    stride = per_axis([window.stride for window in windows]) if windows else "the stride"
    found = finding(irregularity, f"stride {stride} is larger than the {kernel}: {lost}", "stride", "kernel_size")
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", dilation=""), found.span)
    if skipping:
        window = skipping[0]
        found.notes.append(
            f"derived: of every {window.stride} neighbours along an axis the kernel reads {window.kernel}, "
            f"and {window.stride - window.kernel} lie between two windows"
        )
    strides = per_axis([max(window.stride, window.kernel) for window in windows]) if windows else None
    if strides is not None and max(window.dilation for window in windows) == 1:
        found.help = f"`kernel_size: {strides}` reads every cell"
        if isinstance(at.layer.operation, Convolution):
            found.help += "; so does an average pool of that size with this layer behind it at stride 1"
    return found


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
