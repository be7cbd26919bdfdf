"""A bias that the next normalisation removes.

## What it does

Notes a convolution with a bias directly before a BatchNorm that alone reads it.

## Why it matters

BatchNorm subtracts the mean of each channel, and with it every bias. The parameters are trained for nothing.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: BatchNorm2d}
  - {type: ReLU}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, bias: false}
  - {type: BatchNorm2d}
  - {type: ReLU}
```

## Source

PyTorch's performance tuning guide; NeuraLint f005.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic, Label
from convlint.rules import advice
from convlint.rules.wording import layer_name, name_place, place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import BiasBeforeNorm


def word(irregularity: Irregularity[BiasBeforeNorm], derivation: Derivation) -> Diagnostic | None:
    """Silent if somebody else reads the convolution too: there the bias counts."""
    at, before = irregularity.at, irregularity.numbers["before"]
    if derivation.readers(before.layer.number) > 1:
        return None
    shape = before.outputs[0].shape
    count = many(shape[0], "bias", "biases") if shape and shape[0] else "the bias"
    message = f"{layer_name(at)} removes {count} of {layer_name(before)}"
    span = place(before.layer, "bias", "out_channels")
    found = Diagnostic("CL610", message, span, layer=before.name)
    found.labels = [Label(name_place(at.layer), "subtracts the mean of each channel")]
    found.help = f"write {advice.spelt(before.layer.place, bias=False)}"
    return found
