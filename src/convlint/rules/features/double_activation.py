"""Two activations in a row.

## What it does

Notes an activation directly behind another one.

## Why it matters

The second is useless (ReLU behind ReLU) or throws away half of what the first made (Sigmoid behind ReLU). One of them
is usually a leftover of an edit.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: ReLU}
  - {type: Sigmoid}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: Sigmoid}
```

## Source

NeuraLint f003.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic, Label
from convlint.rules.wording import finding, name_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import DoubleActivation


def word(irregularity: Irregularity[DoubleActivation], derivation: Derivation) -> Diagnostic:
    """Name both."""
    at, before = irregularity.at, irregularity.numbers["before"]
    found = finding(irregularity, f"{at.layer.type} directly behind {before.layer.type}", "type")
    found.labels = [Label(name_place(before.layer), "the activation before it")]
    found.help = "delete one of them"
    return found
