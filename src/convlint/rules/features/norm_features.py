"""A normalisation declares another number of channels than it gets.

## What it does

Compares `num_features` of BatchNorm and InstanceNorm, and `num_channels` of GroupNorm, with the channels that arrive.

## Why it matters

PyTorch refuses the first batch: `running_mean should contain 32 elements not 64`.
An InstanceNorm that is neither affine nor tracking, which is its default, never looks at the number;
then it is only wrong, and a warning.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: BatchNorm2d, num_features: 64}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: BatchNorm2d, num_features: 32}
```

`num_features` and `num_channels` may be left out; convlint then derives them.

## Source

PyTorch, `torch.nn.functional.batch_norm`, `instance_norm` and `group_norm`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.provenance import channel_maker
from convlint.findings import Diagnostic
from convlint.model.operations import GroupNorm
from convlint.rules import advice
from convlint.rules.features.makers import blame_maker, declaring_fix, has
from convlint.rules.features.nearest import divisors_near
from convlint.rules.makers import part_labels, passing_labels
from convlint.rules.wording import finding, layer_name, source_label, without_place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import NormFeatures


def word(irregularity: Irregularity[NormFeatures], derivation: Derivation) -> Diagnostic:
    """Name both numbers and the layer that makes the channels."""
    numbers = irregularity.numbers
    declared, derived, argument = numbers["declared"], numbers["derived"], numbers["argument"]
    blamed = blame_maker(irregularity, argument, "channel", derivation)
    if blamed is not None:
        return blamed
    source, place = channel_maker(irregularity.at.inputs[0]), irregularity.at.layer.place
    arrive = "arrives" if derived == 1 else "arrive"
    message = f"{advice.word(place, argument)} {declared} declared, {many(derived, 'channel')} {arrive}"
    found = finding(irregularity, message, argument, label="declared here")
    found.labels = source_label(source, has(source, many(derived, "channel")), derivation)
    found.labels += part_labels(source) + without_place(passing_labels(irregularity.at.inputs[0]), found.span)
    operation = irregularity.at.layer.operation
    found.help = f"write {advice.spelt(place, **{argument: derived})}"
    if isinstance(operation, GroupNorm) and operation.num_groups > 0 and derived % operation.num_groups:
        found.help += f" with {advice.one_of(place, 'num_groups', divisors_near(derived, operation.num_groups))}"
    else:
        found.fixes = declaring_fix(irregularity, argument, derivation)
    if source.made_by is not None:
        found.help += f", or let {layer_name(source.made_by)} make {declared}"
    if numbers["unused"]:
        found.notes.append("PyTorch runs it: neither affine nor tracking, the layer never uses the number")
    return found
