"""A window of ceil mode hangs over its input.

## What it does

Notes a pool with `ceil_mode: true` whose last window reaches beyond the padded input, so that it averages or compares
fewer cells than the others.

## Why it matters

It is legal and often meant: SqueezeNet and GoogLeNet use it. But other frameworks round down, and the map then has
another size there.

## Example

```yaml
convlint: 1
input: [64, 112, 112]
layers:
  - {type: MaxPool2d, kernel_size: 3, stride: 2, ceil_mode: true}
```

## Use instead

```yaml
convlint: 1
input: [64, 113, 113]
layers:
  - {type: MaxPool2d, kernel_size: 3, stride: 2, ceil_mode: true}
```

## Source

PyTorch, `torch.nn.MaxPool2d`; four pools in eighteen torchvision networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.rules.wording import finding
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import PartialWindow


def word(irregularity: Irregularity[PartialWindow], derivation: Derivation) -> Diagnostic:
    """Say by how much, and which size would do without."""
    axis, window = next((axis, window) for axis, window in irregularity.windows if window.overhang)
    name = axis_name(axis, rank_of(irregularity.at))
    message = f"the last window hangs {many(window.overhang, 'cell')} over the {name} of {window.size}"
    found = finding(irregularity, message, "ceil_mode")
    found.notes = [f"derived: {window.output} windows, the last one partial; {window.output - 1} whole ones fit"]
    found.help = f"a {name} of {window.larger_size} gives whole windows only"
    return found
