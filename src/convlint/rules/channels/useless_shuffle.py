"""A channel shuffle changes nothing.

## What it does

Finds a `ChannelShuffle` with one group, or with as many groups as channels: both leave every channel where it was.
With one group it is only worth knowing, for a file that is written from a template may well have it.

## Why it matters

It is put behind a grouped convolution so that the next one sees all groups.
Where it does nothing, the groups stay apart, and nothing shows it.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 24, kernel_size: 1}
  - {type: ChannelShuffle, groups: 24}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 24, kernel_size: 1}
  - {type: ChannelShuffle, groups: 3}
```

## Source

Zhang et al., "ShuffleNet" (2018); PyTorch, `torch.nn.ChannelShuffle`, accepts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.rules import advice
from convlint.rules.makers import channel_labels
from convlint.rules.patterns import layer_before
from convlint.rules.wording import finding, layer_name
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import UselessShuffle


def word(irregularity: Irregularity[UselessShuffle], derivation: Derivation) -> Diagnostic:
    """Say why nothing moves, and name the groups of the convolution before."""
    groups, channels = irregularity.numbers["groups"], irregularity.numbers["channels"]
    if groups == 1:
        found = finding(irregularity, f"shuffling {many(channels, 'channel')} in one group changes nothing", "groups")
    else:
        message = f"shuffling {many(channels, 'channel')} in {groups} groups changes nothing"
        found = finding(irregularity, message, "groups", label="every group is a single channel")
    at = irregularity.at
    found.labels = channel_labels(at.inputs[0], derivation, found.span)
    before = layer_before(at)
    operation = before.layer.operation if before is not None else None
    if isinstance(operation, Convolution) and 1 < operation.groups < channels and channels % operation.groups == 0:
        found.help = f"write {advice.spelt(at.layer.place, groups=operation.groups)}, as {layer_name(before)} has"
    else:
        found.help = "delete it, or write the groups of the convolution before"
    return found
