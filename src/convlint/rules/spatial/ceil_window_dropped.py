"""Ceil mode has no effect: its extra window would start in the padding and is taken away again.

## What it does

Finds pools with `ceil_mode: true` whose last window would begin behind the map. It is for information only (shown with
`--info`), for nothing is lost: such a window reads no cell of the map.

## Why it matters

The size is not n/s rounded up, as the name says. And it depends on the framework: Caffe keeps the window when nothing
is padded, and so do ONNX models below opset 22.

## Example

```yaml
convlint: 1
input: [3, 9, 9]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: MaxPool2d, kernel_size: 2, stride: 2, padding: 1, ceil_mode: true}
```

## Use instead

```yaml
convlint: 1
input: [3, 9, 9]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: MaxPool2d, kernel_size: 2, stride: 2, padding: 1}
```

## Source

PyTorch, `ATen/native/Pool.h` ("ensure that the last pooling starts inside the image"); pytorch issue 71549,
onnx issue 5711.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.model.window import Window
from convlint.rules import advice
from convlint.rules.spatial.windows import each_axis, formula, size_label, sizes
from convlint.rules.wording import field_labels, finding, without_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import CeilWindowDropped


def word(irregularity: Irregularity[CeilWindowDropped], derivation: Derivation) -> Diagnostic | None:
    """The size with and without the window that is taken away."""
    at = irregularity.at
    dropped = [(axis, window) for axis, window in irregularity.windows if window.output < _ceiling(window)]
    if not dropped:
        return None
    made = sizes([window.output for _, window in irregularity.windows])
    ceiling = sizes([_ceiling(window) for _, window in irregularity.windows])
    found = finding(
        irregularity, f"ceil_mode makes {made}, not {ceiling}: the last window would read nothing", "ceil_mode"
    )
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", stride="", padding=""), found.span)
    found.notes = [f"derived: {words}" for words in each_axis(dropped, rank_of(at), _arithmetic)]
    if all(window.output == window._replace(ceil=False).output for _, window in irregularity.windows):
        found.help = f"without {advice.named(at.layer.place, 'ceil_mode')} the size is the same in every framework"
    return found


def _ceiling(window: Window) -> int:
    """The size that the name promises."""
    return -(-window.room // window.stride) + 1


def _arithmetic(window: Window) -> str:
    last = _ceiling(window)
    start, end = (last - 1) * window.stride - window.before, window.size - 1
    return f"{formula(window)}, rounded up to {last}; window {last} would start at cell {start}, the map ends at {end}"
