"""A pool never reads the last rows or columns of its input.

## What it does

Finds pools whose windows stop before the end of the map: 2x2 with stride 2 on an odd size.

## Why it matters

It is common and often meant, so this is for information only (shown with `--info`).
But what goes down by a pool and comes up by a factor of 2 is no longer as large as it was: a skip connection around it
does not fit. Where one really fails, the finding of the join names this pool.

## Example

```yaml
convlint: 1
input: [3, 27, 27]
layers:
  - {type: MaxPool2d, kernel_size: 2}
```

## Use instead

```yaml
convlint: 1
input: [3, 28, 28]
layers:
  - {type: MaxPool2d, kernel_size: 2}
```

## Source

The U-Net paper: "it is important to select the input tile size such that all 2x2 max-pooling operations are applied
to a layer with an even x- and y-size". Keras' own MNIST example pools 11x11 to 5x5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules.spatial.dropped_input import explained_later, lost_in_gaps, lost_input

if TYPE_CHECKING:
    from convlint.derive.irregularities import PoolDropsInput


def word(irregularity: Irregularity[PoolDropsInput], derivation: Derivation) -> Diagnostic | None:
    """What dropped-input says, and that a skip connection around the pool would not fit."""
    if explained_later(irregularity, derivation) or lost_in_gaps(irregularity):
        return None
    at = irregularity.at
    if any(claim.kind == "output" and claim.value != at.output.shape for claim in at.layer.claims):
        return None  # declared-shape says it
    found = lost_input(irregularity, derivation)
    window = next(window for _, window in irregularity.windows if window.dropped_input)
    if window.stride > 1:
        made, grown = window.output, window.output * window.stride
        found.notes.append(
            f"{made} come up again by {window.stride} as {grown}: a skip connection of {window.size} does not fit"
        )
    return found
