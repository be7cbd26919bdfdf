"""Channels or sizes that a block cannot divide.

## What it does

Finds blocks with a divisor of their own: A2C2f (hidden channels a multiple of 32, areas that divide the cells), C3TR
and C3Ghost (multiples of 4), ResX (32 groups).

## Why it matters

The framework stops with `Dimension of ABlock must be a multiple of 32`, or with an invalid shape.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, A2C2f, [48]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, A2C2f, [64]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules.wording import finding

if TYPE_CHECKING:
    from convlint.derive.irregularities import BlockWidth


def word(irregularity: Irregularity[BlockWidth], derivation: Derivation) -> Diagnostic:
    """Say how many cells do not divide into how many areas."""
    numbers = irregularity.numbers
    height, width, area = numbers["height"], numbers["width"], numbers["area"]
    message = f"{area} areas do not divide the {height} x {width} = {height * width} cells"
    return finding(irregularity, message, "area")
