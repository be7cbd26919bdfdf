"""The levels of a head do not go from fine to coarse.

## What it does

Finds a detection head whose maps, as derived, do not get smaller from source to source within their group.

## Why it matters

Most heads accept any order and any repetition; losses, strides and pretrained weights do not.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1, 0], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[0, 1], 1, Detect, [nc]]
```

## Source

A shifted yolov7-tiny builds silently with strides 32, 8, 16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules.wording import finding, source_label

if TYPE_CHECKING:
    from convlint.derive.irregularities import LevelOrder


def word(irregularity: Irregularity[LevelOrder], derivation: Derivation) -> Diagnostic:
    """Name the heights of the levels in the order of the sources, as strides where they come out even."""
    heights = irregularity.numbers["heights"]
    image = derivation.inputs[0].shape
    strides = [
        f"/{image[1] // height}" if image is not None and image[1] is not None and height and image[1] % height == 0
        else f"{height} rows"
        for height in heights
    ]  # fmt: skip
    message = f"the levels go {', '.join(strides)}: each must be coarser than the one before"
    found = finding(irregularity, message, "from")
    for value in irregularity.at.inputs[: len(heights)]:
        found.labels += source_label(value, "a level", derivation)
    return found
