"""The groups of a convolution do not divide its output channels.

## What it does

Checks that `groups` divides `out_channels`.

## Why it matters

Every group makes the same number of output maps.
PyTorch refuses to build the layer (`out_channels must be divisible by groups`), ONNX's checker says nothing.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 3}
  - {type: Conv2d, out_channels: 100, kernel_size: 3, groups: 32}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 3}
  - {type: Conv2d, out_channels: 96, kernel_size: 3, groups: 32}
```

## Source

PyTorch, `torch.nn.Conv2d`; Keras, Caffe and ONNX Runtime refuse it as well.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.nearest import divisors_near, multiples_near
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import GroupsDivideOutput


def word(irregularity: Irregularity[GroupsDivideOutput], derivation: Derivation) -> Diagnostic:
    """Offer the nearest output channels, and the nearest groups that divide both sides."""
    numbers = irregularity.numbers
    channels, groups, out_channels = numbers["channels"], numbers["groups"], numbers["out_channels"]
    message = f"{groups} groups do not divide {many(out_channels, 'output channel')}"
    found = finding(
        irregularity, message, "out_channels", label=f"{out_channels} / {groups} = {out_channels / groups:.4g}"
    )
    found.labels = without_place(field_labels(irregularity.at.layer, groups=f"{groups} groups"), found.span)
    place = irregularity.at.layer.place
    found.help = f"write {advice.one_of(place, 'out_channels', multiples_near(groups, out_channels))}"
    shares = divisors_near(out_channels if channels is None else gcd(channels, out_channels), groups)
    found.help += f"; or {advice.one_of(place, 'groups', shares)}"
    if channels is not None:
        found.help += f", which {'divides' if len(shares) == 1 else 'divide'} {channels} in and {out_channels} out"
    return found
