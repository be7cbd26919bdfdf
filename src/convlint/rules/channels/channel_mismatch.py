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

from math import gcd
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity
from convlint.derive.provenance import channel_maker, trace
from convlint.derive.repairs.wiring import misread
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution, Reduce, TransposedConvolution
from convlint.rules import advice
from convlint.rules.features.makers import blame_maker, declaring_fix
from convlint.rules.features.nearest import divisors_near
from convlint.rules.makers import channel_labels, concat_parts, let_make, passing_labels
from convlint.rules.merges.branches import reread
from convlint.rules.wording import field_labels, finding, layer_name, without_place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import ChannelMismatch


def word(irregularity: Irregularity[ChannelMismatch], derivation: Derivation) -> Diagnostic:
    """Name both numbers, the layer that makes the channels, and the one that makes the declared number."""
    declared, derived = irregularity.numbers["declared"], irregularity.numbers["derived"]
    source = irregularity.at.inputs[0]
    blamed = blame_maker(irregularity, "in_channels", "channel", derivation)
    if blamed is not None:
        return blamed
    maker, reads = channel_maker(source).made_by, misread(irregularity, derivation)
    arrive = "arrives" if derived == 1 else "arrive"
    found = finding(irregularity, f"{many(declared, 'input channel')} declared, {derived} {arrive}", "in_channels")
    found.label = "declared here"
    found.labels = channel_labels(source, derivation, found.span) + passing_labels(source)
    if reread(found, irregularity, derivation):
        if reads is not None and reads.at is irregularity.at:
            found.labels += field_labels(irregularity.at.layer, in_channels="declared here")
        return found
    operation, place = irregularity.at.layer.operation, irregularity.at.layer.place
    assert isinstance(operation, Convolution | TransposedConvolution)
    ways = []
    declares = advice.spelt_only(place, in_channels=derived)
    if derived % max(1, operation.groups):
        groups = divisors_near(gcd(derived, operation.out_channels), operation.groups)
        ways += [f"write {declares} with {advice.one_of(place, 'groups', groups)}"] if declares else []
    else:
        ways += [f"write {declares}"] if declares else []
        # Never safe: the number that does not fit may be the right one, and the mistake elsewhere.
        found.fixes = declaring_fix(irregularity, "in_channels", derivation)
    parts = concat_parts(channel_maker(source))
    if parts is not None and maker is not None:
        names = [layer_name(channel_maker(part).made_by) for part in maker.inputs]
        sums = " + ".join(f"{part} from {name}" for part, name in zip(parts, names, strict=True))
        found.notes.append(f"derived: {sums} = {derived} channels")
        alone = [name for part, name in zip(parts, names, strict=True) if part == declared]
        if len(alone) == 1:
            found.notes.append(f"{declared} is what {alone[0]} makes alone")
        found.help = ways[0] if ways else None
        return found
    if maker is None or not isinstance(maker.layer.operation, Reduce):  # what is reduced is 1, whoever wants more
        ways.append(let_make(source, derivation, str(declared)))
    found.help = ", or ".join(ways) or None
    other = _maker_of(irregularity, declared)
    if other is not None:
        found.notes.append(f"{declared} is what {layer_name(other)} makes")
        found.labels += without_place(field_labels(other.layer, out_channels=f"makes {declared}"), found.span)
    return found


def _maker_of(irregularity: Irregularity[ChannelMismatch], channels: int) -> Derived | None:
    """The nearest earlier convolution on the way that makes some number of channels."""
    for value in trace(irregularity.at.inputs[0]):
        made_by = value.made_by
        if made_by is None or not value.shape or value.shape[0] != channels:
            continue
        if isinstance(made_by.layer.operation, Convolution | TransposedConvolution):
            return made_by
    return None
