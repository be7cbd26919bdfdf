"""A 1x1 convolution on a map of one cell.

## What it does

Notes a convolution with kernel 1 on a map of a single cell, which is a dense layer written in another way.

## Why it matters

It is legal and common (squeeze-and-excitation); it is worth knowing when a map shrank to one cell without intent.

## Example

```yaml
convlint: 1
input: [64, 8, 8]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
  - {type: Conv2d, out_channels: 10, kernel_size: 1}
```

## Use instead

```yaml
convlint: 1
input: [64, 8, 8]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
  - {type: Flatten}
  - {type: Linear, out_features: 10}
```

The convolutions of a gate (squeeze and excitation), whose one cell is multiplied with a larger map, are silent: there a
dense layer would need two reshapes.

## Source

LeCun: "in convolutional nets there is no such thing as a fully connected layer, there are only convolutions with 1x1
kernels".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.readers import gates
from convlint.findings import Diagnostic
from convlint.rules.wording import finding, size

if TYPE_CHECKING:
    from convlint.derive.irregularities import PointwiseOnOneCell


def word(irregularity: Irregularity[PointwiseOnOneCell], derivation: Derivation) -> Diagnostic | None:
    """Say what it is instead; nothing of the gate of a larger map, where it stands on purpose."""
    if gates(irregularity.at, derivation):
        return None
    shape = irregularity.at.inputs[0].shape
    message = f"a {irregularity.at.layer.type} with kernel 1 on {size(shape)} is a dense layer"
    return finding(irregularity, message, "kernel_size")
