"""Cells of the input that no window reads, wherever they are.

## What it does

Counts, for every window layer, the rows, columns or slices that no tap of any window reads: behind the last window,
between windows (a stride larger than the kernel) and between taps (a dilation that shares a factor with the stride).

## Why it matters

It is what CL103, CL105, CL106 and CL107 say in part, in one number. It is off by default, because every 1x1
convolution with a stride leaves cells unread on purpose.

## Example

```yaml
convlint: 1
input: [64, 6]
layers:
  - {type: Conv1d, out_channels: 128, kernel_size: 2, dilation: 4}
```

## Use instead

```yaml
convlint: 1
input: [64, 6]
layers:
  - {type: Conv1d, out_channels: 128, kernel_size: 2, dilation: 3}
```

## Source

He et al. (2018), "Bag of Tricks for Image Classification": the 1x1 shortcut with stride 2 "ignores three-quarters of
the input feature map".
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.state import rank_of
from convlint.derive.windows import windows_of
from convlint.findings import Diagnostic
from convlint.rules.wording import layer_name, place
from convlint.words.text import axis_name, joined


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """One finding a layer, with the count on every axis."""
    for derived in derivation.flat():
        windows = windows_of(derived)
        lost = [(axis, window) for axis, window in windows if window.output >= 1 and window.never_read]
        if not lost:
            continue
        counts = [
            f"{window.never_read} of {window.size} along the {axis_name(axis, rank_of(derived))}"
            for axis, window in lost
        ]
        span = place(derived.layer, "stride", "kernel_size")
        message = f"{layer_name(derived)} never reads {joined(counts)}"
        yield Diagnostic("CL108", message, span, layer=derived.name)
