"""A comment names another parameter count than the derived one.

## What it does

Compares "N parameters" in the comment behind a scale with the derived parameters of that scale.
Off by default.

## Why it matters

Such comments are copied from file to file; 35 of the 172 in stock files are another model's.

## Example

```yaml
nc: 4
scales:
  n: [0.5, 1.0, 1024] # 123456 parameters
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
scales:
  n: [0.5, 1.0, 1024] # 83,556 parameters
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

172 comments of stock files, 35 of them stale.
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Name both counts."""
    claimed, derived = difference.claim.value, difference.derived
    message = f"the comment says {claimed:,} parameters, derived are {derived:,}"
    return Diagnostic("CL034", message, difference.claim.span)
