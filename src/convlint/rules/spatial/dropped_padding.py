"""A window leaves some of its padding unread at the far end.

## What it does

Finds windows whose remainder costs padding and nothing else. It is off unless selected: nearly every network has one.

## Why it matters

Nothing is lost, but the padding that works is not the same on both sides. A framework that pads only what is needed
(TensorFlow's `same`) puts its windows one cell further, so weights carried over give slightly other values.

## Example

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 7, stride: 2, padding: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 6, stride: 2, padding: 2}
```

## Source

tensornets, issue 25; 57 of the 1,053 windows in 18 torchvision networks, every ResNet's first layer among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.model.window import Window
from convlint.rules.spatial.windows import cells, each_axis, exact_sizes, left_over, size_label, sizes
from convlint.rules.wording import field_labels, finding, without_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import DroppedPadding


def word(irregularity: Irregularity[DroppedPadding], derivation: Derivation) -> Diagnostic | None:
    """Say which padding works, and where TensorFlow would put the windows."""
    at = irregularity.at
    lost = [
        (axis, window)
        for axis, window in irregularity.windows
        if window.dropped_padding and not window.dropped_input and window.stride <= window.effective_kernel
    ]
    if not lost:
        return None
    rank = rank_of(at)
    counts = [window.dropped_padding for _, window in lost]
    verb = "is" if counts == [1] else "are"
    message = f"{exact_sizes(lost)}: {cells(lost, rank, counts)} of padding {verb} never read"
    found = finding(irregularity, message, "padding", "stride")
    found.label = "; ".join(each_axis(lost, rank, _works))
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", stride=""), found.span)
    found.notes = [f"derived: {words}" for words in each_axis(lost, rank, left_over)]
    found.notes += each_axis(lost, rank, _tensorflow) if all(_tensorflow(window) for _, window in lost) else []
    shape = at.inputs[0].shape
    assert shape is not None
    smaller, larger = list(shape[1:]), list(shape[1:])
    for axis, window in lost:
        smaller[axis], larger[axis] = window.smaller_size, window.larger_size
    maps = [larger] if any(smaller[axis] is None for axis, _ in lost) else [smaller, larger]
    found.help = f"nothing of the map is lost; {sizes(*maps)} would come out even"
    return found


def _works(window: Window) -> str:
    behind = window.after + window.trailing - window.dropped_padding
    return f"works as {window.before} before and {behind} behind"


def _tensorflow(window: Window) -> str:
    """How TensorFlow's `same` pads, if it makes the same size; else nothing."""
    size = -(-window.size // window.stride)
    total = max((size - 1) * window.stride + window.effective_kernel - window.size, 0)
    if size != window.output or window.trailing or (total // 2, total - total // 2) == (window.before, window.after):
        return ""
    return f"TensorFlow's `same` pads {total // 2} before and {total - total // 2} behind and makes {size} too"
