"""Dropout directly before BatchNorm.

## What it does

Notes a dropout whose output a BatchNorm reads directly.

## Why it matters

Dropout changes the variance during training only, so the running statistics of the BatchNorm are wrong at test time
("variance shift").

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: Dropout2d}
  - {type: BatchNorm2d}
  - {type: ReLU}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: BatchNorm2d}
  - {type: Dropout2d}
```

## Source

Li et al., "Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift" (2019); NeuraLint
f006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic, Label
from convlint.rules.wording import finding, name_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import DropoutBeforeNorm


def word(irregularity: Irregularity[DropoutBeforeNorm], derivation: Derivation) -> Diagnostic:
    """Name both."""
    at, before = irregularity.at, irregularity.numbers["before"]
    found = finding(irregularity, f"{at.layer.type} directly behind {before.layer.type}", "type")
    found.labels = [Label(name_place(before.layer), "changes the variance in training only")]
    found.help = "put the dropout behind the normalisation"
    return found
