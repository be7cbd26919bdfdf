"""An adaptive pool is asked for a size that is impossible, empty, or larger than its input.

## What it does

Checks the sizes of adaptive pools: a negative size is an error; PyTorch accepts 0 and makes an empty map, which is a
warning; a size above the input's is for information (shown with `--info`).

## Why it matters

Pooling to more cells than there are repeats them: 3 cells to 7 hold nothing new, and the dense layer behind them pays
for all 7. It happens when a network for 224 pixels gets a small image, and then it is harmless.

## Example

```yaml
convlint: 1
input: [64, 8, 8]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 0}
```

## Use instead

```yaml
convlint: 1
input: [64, 8, 8]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
```

## Source

PyTorch, `torch.nn.AdaptiveAvgPool2d`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import AdaptivePool
from convlint.rules.spatial.windows import size_label
from convlint.rules.wording import finding
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import AdaptiveSize


def word(irregularity: Irregularity[AdaptiveSize], derivation: Derivation) -> Diagnostic:
    """The size asked for, and what the layer gets."""
    at, numbers = irregularity.at, irregularity.numbers
    axis, wanted, size = numbers["axis"], numbers["wanted"], numbers["size"]
    operation = at.layer.operation
    assert isinstance(operation, AdaptivePool)
    name = axis_name(axis, operation.rank)
    where = f" ({name})" if len(set(operation.output_size)) > 1 else ""
    if wanted < 0:
        found = finding(irregularity, f"output_size must not be negative, not {wanted}{where}", "output_size")
        found.help = "1 pools the whole map to one cell, null keeps the size of an axis"
        return found
    if size == 0:
        found = finding(irregularity, f"an empty map cannot be pooled{where}", "output_size")
        found.labels = size_label(at.inputs[0], derivation)
        found.help = "see to it that the layers before leave at least one cell"
        return found
    if wanted == 0:
        found = finding(irregularity, f"output_size 0{where} makes an empty map", "output_size")
        found.notes = ["PyTorch accepts this and goes on with a map without cells"]
        found.help = "1 pools the whole map to one cell, null keeps the size of an axis"
        return found
    found = finding(irregularity, f"pooling {size} to {wanted} repeats cells{where}", "output_size")
    found.labels = size_label(at.inputs[0], derivation)
    found.notes = [f"derived: {many(wanted, 'cell')} are made of {size}, so some are equal"]
    found.help = f"a {name} of {wanted} or more needs no copies; null keeps the size of an axis"
    return found
