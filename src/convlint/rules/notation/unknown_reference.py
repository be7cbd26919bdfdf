"""A `from` or `output` names something that is not there.

## What it does

Finds names that no layer has, layers that come later in the file, layers inside a group read from outside, a `Split`
read without saying which part, and parts that it does not have.

## Why it matters

Nothing can be derived from a map that does not exist.
Only earlier layers can be read: a network that is written down in order cannot run in circles.

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {type: Add, from: [conv1, conv3]}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {type: Add, from: [conv1, conv2]}
```

## Source

Caffe: "Unknown bottom blob"; ONNX: "Nodes in a graph must be topologically sorted".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules.wording import field_labels, finding
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import UnknownReference


def word(irregularity: Irregularity[UnknownReference], derivation: Derivation) -> Diagnostic:
    """A part of a Split that it does not have: say which ones there are."""
    numbers = irregularity.numbers
    part, parts = numbers["part"], numbers["parts"]
    split = numbers["made_by"].layer if numbers["made_by"] is not None else None
    name = f"`{split.name}`" if split is not None and split.name is not None else "the Split"
    have = f"has {many(parts, 'part')}" + (f", 0 to {parts - 1}" if parts > 1 else ", 0")
    found = finding(irregularity, f"{name} has no part {part}: it {have}", "from")
    if split is not None:
        what = f"makes {many(parts, 'part')}"
        found.labels = field_labels(split, split_size=what, chunks=what)
        if split.name is not None:
            found.help = f"parts count from 0: write `{split.name}.{parts - 1}` for the last one"
    return found
