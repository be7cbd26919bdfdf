"""A convolution never reads the last rows or columns of its input.

## What it does

Finds a convolution whose windows stop before the end of its input, so that real rows or columns are never read.
A remainder that costs only padding is normal and silent, and so is a stride larger than the kernel.

## Why it matters

No framework says anything: it rounds the output size down and the network runs.
But pixels are lost at one side of the map only, and a later skip connection may not fit.
The best-known case is AlexNet's first layer on the 224 pixels that the paper prints: (224 - 11) / 4 + 1 = 54.25.

## Example

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}
```

## Use instead

```yaml
convlint: 1
input: [3, 227, 227]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}
```

## Source

CS231n, "Convolutional Neural Networks", on spatial arrangement ("considered to be invalid");
Deeplearning4j's `ConvolutionMode.Strict`. In 18 torchvision networks the rule fires on the two SqueezeNet stems only.
"""

from __future__ import annotations

from convlint.derive import Derivation, Irregularity
from convlint.diagnostic import Diagnostic
from convlint.rules.spatial.repairs import cells, repairs
from convlint.rules.wording import field_labels, finding, size, source_label, without_place


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
    """Say what is lost and which sizes, paddings and kernels come out even."""
    at = irregularity.at
    shape = at.inputs[0].shape
    assert shape is not None
    rank = len(shape) - 1
    lost = [(axis, window) for axis, window in irregularity.windows if window.dropped_input]
    what = cells(lost, rank, [window.dropped_input for _, window in lost])
    verb = "is" if len(lost) == 1 and lost[0][1].dropped_input == 1 else "are"
    exact = " x ".join(dict.fromkeys(f"{window.exact:.4g}" for _, window in lost))
    found = finding(irregularity, f"{what} of {size(shape[1:])} {verb} never read ({exact})", "stride", "kernel_size")
    found.label = f"{exact} windows"
    found.labels = source_label(at.inputs[0], f"gives {size(shape)}", derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", padding=""), found.span)
    found.notes, found.help = repairs(at, lost)
    return found
