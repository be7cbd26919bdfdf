"""A `fan_in` that the input does not have.

## What it does

Checks that each output map reads at least one and at most all of the input maps, and that `fan_in` does not stand
beside `groups`, which says the same thing.

## Why it matters

`fan_in: 16` says that each output map reads 16 input maps of its own choice; from 12 maps it cannot.

## Example

```yaml
convlint: 1
input: [12, 14, 14]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 5, fan_in: 16}
```

## Use instead

```yaml
convlint: 1
input: [12, 14, 14]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 5, fan_in: 6}
```

## Source

Jarrett et al. (2009) draw the inputs of each map at random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.wording import finding, source_label
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import FanInMismatch


def word(irregularity: Irregularity[FanInMismatch], derivation: Derivation) -> Diagnostic:
    """Say how many maps there are."""
    numbers = irregularity.numbers
    fan_in, channels, groups = numbers["fan_in"], numbers["channels"], numbers["groups"]
    if groups > 1:
        place = irregularity.at.layer.place
        both = f"{advice.named(place, 'fan_in')} and {advice.named(place, 'groups')}"
        found = finding(irregularity, f"{both} both say what an output map reads", "fan_in")
        found.help = "keep one of them"
        if channels is not None and channels % groups == 0:
            alone = advice.spelt(place, groups=groups)
            found.help += f": {alone} alone gives a fan-in of {channels // groups}"
        return found
    if fan_in < 1:
        found = finding(irregularity, f"an output map cannot read {fan_in} input maps", "fan_in")
    else:
        assert channels is not None
        message = f"each output map reads {fan_in} input maps, but only {channels} arrive"
        found = finding(irregularity, message, "fan_in")
        found.labels = source_label(irregularity.at.inputs[0], f"makes {many(channels, 'map')}", derivation)
    most = f"1 to {channels}" if channels is not None else "1 or more"
    found.help = f"write a fan_in of {most}"
    return found
