"""A depthwise convolution does not make a whole number of maps from each channel.

## What it does

Finds a convolution with as many groups as input channels whose `out_channels` is no multiple of them.

## Why it matters

With one group per channel, each input map makes `out_channels / groups` output maps, the channel multiplier.
PyTorch refuses to build the layer (`out_channels must be divisible by groups`) if that is no whole number.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: Conv2d, out_channels: 48, kernel_size: 3, groups: 32}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, groups: 32}
  - {type: Conv2d, out_channels: 48, kernel_size: 1}
```

## Source

PyTorch, `torch.nn.Conv2d` ("groups == in_channels and out_channels == K * in_channels"); Keras' `depth_multiplier`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.nearest import multiples_near
from convlint.rules.makers import channel_labels
from convlint.rules.wording import field_labels, finding
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import DepthwiseMultiplier


def word(irregularity: Irregularity[DepthwiseMultiplier], derivation: Derivation) -> Diagnostic:
    """Offer the nearest whole multipliers."""
    numbers = irregularity.numbers
    channels, out_channels = numbers["channels"], numbers["out_channels"]
    at = irregularity.at
    multiplier = f"{out_channels} / {channels} = {out_channels / channels:.4g}"
    message = f"a depthwise convolution cannot make {many(out_channels, 'map')} from {many(channels, 'channel')}"
    found = finding(irregularity, message, "out_channels", label=f"{multiplier} maps from each channel")
    found.labels = field_labels(at.layer, groups="one group for each channel")
    found.labels += channel_labels(at.inputs[0], derivation, found.span)
    near = multiples_near(channels, out_channels)
    found.help = f"write {advice.one_of(at.layer.place, 'out_channels', near)}"
    kernel = advice.word(at.layer.place, "kernel_size")
    found.help += f", and let a convolution of {kernel} 1 behind it make {out_channels}"
    return found
