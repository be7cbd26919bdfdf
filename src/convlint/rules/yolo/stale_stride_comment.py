"""A comment names another stride than the derived one.

## What it does

Compares the stride in comments such as `# 3-P3/8` and `(P3/8-small)` with the derived total stride of the row.
Off by default.

## Why it matters

Such comments are what people count levels by; after an edit they are the first thing to be wrong.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0-P1/2
  - [-1, 1, Conv, [32, 3, 1]] # 1-P2/4
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0-P1/2
  - [-1, 1, Conv, [32, 3, 2]] # 1-P2/4
head:
  - [[1], 1, Detect, [nc]]
```

## Source

1,056 comments of stock files, 8 of them wrong.
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Name both strides."""
    at = difference.at
    message = f"the comment says /{difference.claim.value}, derived is /{difference.derived}"
    return Diagnostic("CL033", message, difference.claim.span, layer=at.name if at is not None else None)
