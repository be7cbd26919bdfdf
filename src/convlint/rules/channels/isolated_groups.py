"""Grouped convolutions in a row never mix their groups.

## What it does

Finds a grouped convolution right behind another one with the same groups (activations and normalisations between them
do not matter): nothing between them lets one group see another. Off by default.

## Why it matters

The two are then several small networks side by side. ShuffleNet shuffles the channels between them, others put a 1x1
convolution there.

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {name: a, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, groups: 4}
  - {type: ReLU}
  - {name: b, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, groups: 4}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {name: a, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, groups: 4}
  - {type: ReLU}
  - {type: ChannelShuffle, groups: 4}
  - {name: b, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, groups: 4}
```

## Source

Zhang et al., "ShuffleNet" (2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.rules import advice
from convlint.rules.patterns import layer_before
from convlint.rules.wording import field_labels, layer_name, place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Compare each grouped convolution with the one before it."""
    for derived in derivation.flat():
        operation = derived.layer.operation
        if not isinstance(operation, Convolution) or operation.groups < 2:
            continue
        before = layer_before(derived)
        if before is None or not isinstance(before.layer.operation, Convolution):
            continue
        shared = gcd(operation.groups, before.layer.operation.groups)
        if shared > 1:
            message = f"{layer_name(before)} and {layer_name(derived)} split the channels into the same {shared} groups"
            found = Diagnostic("CL210", message, place(derived.layer, "groups"), layer=derived.name)
            found.labels = field_labels(before.layer, groups="and here")
            shuffle = advice.layer(derived.layer.place, "ChannelShuffle", groups=shared) or "a channel shuffle"
            found.help = f"put {shuffle} or a 1x1 convolution between them"
            yield found
