"""GroupNorm has a number of groups that does not divide the channels.

## What it does

Checks that `num_groups` of GroupNorm divides the channels that arrive (or that `num_channels` declares).

## Why it matters

PyTorch refuses to build the layer: `num_channels must be divisible by num_groups`.
Keras defaults to 32 groups, so a network of 48 channels brought over from there fails.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 48, kernel_size: 3}
  - {type: GroupNorm, num_groups: 32}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 48, kernel_size: 3}
  - {type: GroupNorm, num_groups: 24}
```

## Source

PyTorch, `torch.nn.GroupNorm`; Wu and He, "Group Normalization" (2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.provenance import channel_maker
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.makers import has
from convlint.rules.features.nearest import divisors_near, either, multiples_near
from convlint.rules.wording import field_labels, finding, source_label
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import GroupNormDivides


def word(irregularity: Irregularity[GroupNormDivides], derivation: Derivation) -> Diagnostic:
    """Offer the divisors of the channels next to the groups, and the multiples of the groups next to the channels."""
    channels, groups = irregularity.numbers["channels"], irregularity.numbers["groups"]
    at = irregularity.at
    source = channel_maker(at.inputs[0])
    message = f"{many(channels, 'channel')} cannot be divided into {groups} groups"
    found = finding(irregularity, message, "num_groups", label=f"{channels} / {groups} = {channels / groups:.4g}")
    declared = field_labels(at.layer, num_channels=many(channels, "channel"))
    found.labels = declared or source_label(source, has(source, many(channels, "channel")), derivation)
    fitting = advice.choice(at.layer.place, "num_groups", divisors_near(channels, groups))
    found.help = f"{fitting} divides {many(channels, 'channel')}"
    found.help += f"; {many(groups, 'group')} would divide {either(multiples_near(groups, channels))} channels"
    return found
