"""The groups of a convolution do not divide its input channels.

## What it does

Checks that `groups` divides the channels that arrive (or that `in_channels` declares).

## Why it matters

With g groups, each output map reads one g-th of the input maps; there must be a whole number of them.
PyTorch refuses to build the layer (`in_channels must be divisible by groups`), ONNX's checker says nothing.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 48, kernel_size: 3}
  - {type: Conv2d, out_channels: 64, kernel_size: 3, groups: 32}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 3}
  - {type: Conv2d, out_channels: 64, kernel_size: 3, groups: 32}
```

## Source

PyTorch, `torch.nn.Conv2d`; Keras, Caffe and ONNX Runtime refuse it as well.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution, TransposedConvolution
from convlint.rules import advice
from convlint.rules.features.nearest import divisors_near, either, multiples_near
from convlint.rules.makers import channel_labels, let_make
from convlint.rules.wording import field_labels, finding
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import GroupsDivideInput


def word(irregularity: Irregularity[GroupsDivideInput], derivation: Derivation) -> Diagnostic:
    """Offer the nearest groups that divide both sides, and the nearest channels that the groups divide."""
    numbers = irregularity.numbers
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, Convolution | TransposedConvolution)
    channels, groups, out_channels = numbers["channels"], numbers["groups"], numbers["out_channels"]
    message = f"{groups} groups do not divide {many(channels, 'input channel')}"
    found = finding(irregularity, message, "groups", label=f"{channels} / {groups} = {channels / groups:.4g}")
    source = at.inputs[0]
    found.labels = channel_labels(source, derivation, found.span)
    declared = operation.in_channels is not None
    found.labels += field_labels(at.layer, in_channels="")
    if out_channels == groups:
        # As many groups as output maps: a depthwise convolution that was written for other channels.
        made = advice.word(at.layer.place, "out_channels")
        found.notes.append(
            f"a depthwise convolution on {many(channels, 'channel')} has {channels} groups and {channels} {made}"
        )
        found.help = f"write {advice.spelt(at.layer.place, groups=channels, out_channels=channels)}"
    else:
        found.labels += field_labels(at.layer, out_channels="")
        shares = divisors_near(gcd(channels, out_channels), groups)
        both = f"both {channels} and {out_channels}" if channels != out_channels else str(channels)
        fitting = advice.one_of(at.layer.place, "groups", shares)
        found.help = f"{fitting} {'divides' if len(shares) == 1 else 'divide'} {both}"
    if not declared and out_channels % groups == 0:
        found.help += f"; or {let_make(source, derivation, either(multiples_near(groups, channels)))}"
    return found
