"""Padding `same` is written together with a stride.

## What it does

Finds convolutions with `padding: same` and a stride above 1.

## Why it matters

PyTorch refuses it: "padding='same' is not supported for strided convolutions". TensorFlow accepts it and means a size
of n/s, rounded up; a number of zeros that gives the same size can be written instead.

## Example

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: same}
```

## Use instead

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
```

## Source

PyTorch, `torch.nn.Conv2d`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.windows import same_padding
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.model.window import effective_kernel
from convlint.rules import advice
from convlint.rules.spatial.windows import sizes
from convlint.rules.wording import field_labels, finding, per_axis
from convlint.words.text import AXIS_NAMES

if TYPE_CHECKING:
    from convlint.derive.irregularities import SameWithStride


def word(irregularity: Irregularity[SameWithStride], derivation: Derivation) -> Diagnostic:
    """Name the padding that makes n/s, rounded up."""
    at = irregularity.at
    operation, place = at.layer.operation, at.layer.place
    assert isinstance(operation, Convolution)
    stride = per_axis(operation.stride)
    found = finding(
        irregularity, f"padding `same` with stride {stride}, but PyTorch has it for stride 1 only", "padding"
    )
    found.labels = field_labels(at.layer, stride="", kernel_size="")
    windows = [window._replace(before=0, after=0) for _, window in irregularity.windows]
    if len(windows) < operation.rank:
        half = [effective_kernel(k, d) // 2 for k, d in zip(operation.kernel_size, operation.dilation, strict=True)]
        written = advice.spelt(place, padding=advice.on_axes(half))
        found.help = f"{written} gives about a {stride}th of the size"
        if all(effective_kernel(k, d) % 2 for k, d in zip(operation.kernel_size, operation.dilation, strict=True)):
            found.help = f"{written} gives the size divided by the stride, rounded up"
        return found
    wanted = [-(-window.size // window.stride) for window in windows]
    given = " x ".join(dict.fromkeys(f"{window.size}/{window.stride}" for window in windows))
    found.notes = [f"derived: {given}, rounded up, is {sizes(wanted)}"]
    padding = same_padding(irregularity, windows, wanted)
    if padding is not None:
        found.help = f"{advice.spelt(place, padding=advice.on_axes(padding))} gives {sizes(wanted)}"
        found.fixes = advice.fix(place, padding=advice.on_axes(padding))
        return found
    totals = [
        max((size - 1) * window.stride + window.effective_kernel - window.size, 0)
        for window, size in zip(windows, wanted, strict=True)
    ]
    pairs = [cells for total in reversed(totals) for cells in (total // 2, total - total // 2)]
    if operation.rank in AXIS_NAMES:
        layer = advice.layer(place, f"ZeroPad{operation.rank}d", padding=pairs)
        found.notes.append(f"no symmetric padding gives {sizes(wanted)}")
        layer = layer or f"a padding layer ({', '.join(map(str, pairs))})"
        found.help = f"put {layer} before it and leave {advice.named(place, 'padding')} out, as TensorFlow pads"
    return found
