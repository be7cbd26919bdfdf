"""A convolution has as many groups as output maps, but another number of input channels.

## What it does

Finds a grouped convolution that looks depthwise, because every output map has a group of its own, but whose input has
more channels than groups, so that each map reads several of them.

## Why it matters

It runs. But it is what remains when the layer before was widened and the depthwise layer was forgotten:
`groups: 32` on 64 channels halves them quietly, each map reading two neighbours.
It is silent where the author knows: with `in_channels` written, with fewer than 8 groups or a kernel of 1 (heads of a
few outputs), behind layers that bring channels that belong together side by side (`ChannelShuffle`, `PixelUnshuffle`,
`Concat`, reshaping), and behind a convolution with the same groups.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 1}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1, groups: 32}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 1}
  - {type: Conv2d, out_channels: 64, kernel_size: 3, padding: 1, groups: 64}
```

## Source

A conclusion from how depthwise layers are written: PyTorch asks for `groups` equal to `in_channels`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.provenance import channel_maker
from convlint.findings import Diagnostic
from convlint.model import operations as op
from convlint.rules import advice
from convlint.rules.makers import channel_labels
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import AlmostDepthwise

#: Fewer groups are rather heads that were put together than a depthwise layer.
LEAST_GROUPS = 8
#: Layers behind which neighbouring channels may belong together.
_SIDE_BY_SIDE = (op.ChannelShuffle, op.PixelShuffle, op.Concat, op.Reshape, op.Unflatten, op.Permute, op.Fold, op.Split)


def word(irregularity: Irregularity[AlmostDepthwise], derivation: Derivation) -> Diagnostic | None:
    """Say how many channels each map reads; nothing where that is probably meant."""
    numbers = irregularity.numbers
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, op.Convolution | op.TransposedConvolution)
    channels, groups = numbers["channels"], numbers["groups"]
    if groups < LEAST_GROUPS or max(operation.kernel_size) == 1 or operation.in_channels is not None:
        return None
    source = channel_maker(at.inputs[0])
    before = source.made_by.layer.operation if source.made_by is not None else None
    if isinstance(before, _SIDE_BY_SIDE) or getattr(before, "groups", 1) == groups:
        return None
    each = channels // groups
    message = f"{groups} groups on {many(channels, 'channel')}: not depthwise, each map reads {each} channels"
    found = finding(irregularity, message, "groups", label=f"one for each of the {groups} output maps")
    found.labels = without_place(field_labels(at.layer, out_channels=""), found.span)
    found.labels += channel_labels(at.inputs[0], derivation, found.span)
    depthwise = advice.spelt(at.layer.place, groups=channels, out_channels=channels)
    found.help = f"write {depthwise} for a depthwise convolution"
    declared = advice.spelt_only(at.layer.place, in_channels=channels)
    found.help += f"; write {declared} if {groups} groups are meant" if declared else ""
    return found
