"""A layer declares other input channels than it gets.

## What it does

Compares `in_channels` of a convolution with the channels that the layer before it really makes.

## Why it matters

PyTorch refuses the first batch: `Given groups=1, weight of size [...], expected input[...] to have 64 channels, but got
32 channels instead`, without a file or a line.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: Conv2d, in_channels: 64, out_channels: 64, kernel_size: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: Conv2d, in_channels: 32, out_channels: 64, kernel_size: 3}
```

`in_channels` may be left out; convlint then derives it.

## Source

PyTorch, `torch.nn.functional.conv2d`.
"""

from __future__ import annotations

from convlint.derive import Derivation, Irregularity
from convlint.diagnostic import Diagnostic
from convlint.rules.wording import finding, layer_name, source_label


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
    """Name both numbers and the layer that makes the channels."""
    declared, derived = irregularity.numbers["declared"], irregularity.numbers["derived"]
    source = irregularity.at.inputs[0]
    found = finding(irregularity, f"{declared} input channels declared, {derived} arrive", "in_channels")
    found.label = "declared here"
    found.labels = source_label(source, f"makes {derived} channels", derivation)
    found.help = f"write `in_channels: {derived}`, or let {layer_name(source.made_by)} make {declared}"
    return found
