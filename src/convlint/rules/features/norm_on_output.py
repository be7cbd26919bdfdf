"""A normalisation as the network's output.

## What it does

Notes a BatchNorm whose output leaves the network.

## Why it matters

It fixes the mean and the variance of what the network says, whatever it saw; a regression cannot then predict its
targets. In a network that is used as a part of another one it is normal.

## Example

```yaml
convlint: 1
input: [3, 8, 8]
layers:
  - {type: Conv2d, out_channels: 4, kernel_size: 3, bias: false}
  - {type: BatchNorm2d}
```

## Use instead

```yaml
convlint: 1
input: [3, 8, 8]
layers:
  - {type: Conv2d, out_channels: 4, kernel_size: 3}
```

## Source

Radford et al. (2015) leave it out at the generator's output.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.model.operations import ChannelNorm
from convlint.rules.wording import name_place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Look at what makes the outputs."""
    for value in derivation.outputs:
        made_by = value.made_by
        if made_by is not None and isinstance(made_by.layer.operation, ChannelNorm):
            message = f"the output of the network is a {made_by.layer.type}"
            found = Diagnostic("CL614", message, name_place(made_by.layer), layer=made_by.name)
            found.help = "leave it out if these are the network's last words"
            yield found
