"""A group of GroupNorm holds a single value.

## What it does

Finds a GroupNorm on a 1x1 map (or a vector) with as many groups as channels.

## Why it matters

Every group is one value, whose mean is itself: the layer makes 0 of everything, or its bias.
PyTorch refuses it with a batch of 1, even when nothing is trained: `Expected more than 1 value per channel`.

## Example

```yaml
convlint: 1
input: [64, 7, 7]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
  - {type: GroupNorm, num_groups: 64}
```

## Use instead

```yaml
convlint: 1
input: [64, 7, 7]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
  - {type: GroupNorm, num_groups: 32}
```

## Source

PyTorch, `torch.nn.functional.group_norm`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.makers import shape_of
from convlint.rules.features.nearest import divisors_near
from convlint.rules.wording import finding, size, source_label
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import GroupNormOneValue


def word(irregularity: Irregularity[GroupNormOneValue], derivation: Derivation) -> Diagnostic:
    """Say why a group is one value, and how many groups hold two."""
    numbers = irregularity.numbers
    channels, groups, shape = numbers["channels"], numbers["groups"], numbers["shape"]
    if groups > 1:
        on = size(shape) if len(shape) > 1 else f"{channels} features"
        message = f"{groups} groups on {on} have one value each: refused with a batch of 1"
    else:
        message = "the only group has only one value: refused with a batch of 1"
    source = irregularity.at.inputs[0]
    found = finding(irregularity, message, "num_groups", label="as many groups as channels")
    found.labels = source_label(source, shape_of(source), derivation)
    fewer = divisors_near(channels, groups)[:1] if groups > 1 else []
    found.notes.append(f"derived: {many(channels, 'channel')} of one cell / {many(groups, 'group')} = 1 value a group")
    if fewer:
        written = advice.choice(irregularity.at.layer.place, "num_groups", fewer)
        found.help = f"{written} has {channels // fewer[0]} values a group; or normalise before the pooling"
    else:
        found.help = "leave it out: there is nothing to normalise"
    return found
