"""A kernel wider than 1 slides over a map of one cell.

## What it does

Finds convolutions and pools with a kernel above 1 on a map of 1x1. Behind a global pool that is a warning. Where the
map shrank to one cell because the network is made for larger inputs, it is for information only (shown with `--info`),
and said once.

## Why it matters

Of a padded 3x3 kernel on one cell only the middle weight ever meets a value that is not padding; eight of nine weights
are stored, initialised and decayed for nothing.

## Example

```yaml
convlint: 1
input: [64, 14, 14]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
  - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [64, 14, 14]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {type: AdaptiveAvgPool2d, output_size: 1}
```

## Source

Hu et al., "Squeeze-and-Excitation Networks" (2018) excite with 1x1 layers for this reason.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.sizes import one_cell_by, way
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution, Pool
from convlint.rules import advice
from convlint.rules.spatial.windows import size_label
from convlint.rules.wording import field_labels, finding, layer_name, size, without_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import WindowOnOneCell


def word(irregularity: Irregularity[WindowOnOneCell], derivation: Derivation) -> Diagnostic | None:
    """Count the weights that meet padding only."""
    at = irregularity.at
    source = at.inputs[0]
    for value in way(source):
        if value.shape is None or any(cells != 1 for cells in value.shape[1:]) or value.made_by is None:
            break
        before = value.made_by.inputs[0].shape if value.made_by.inputs else None
        if before is None or any(cells != 1 for cells in before[1:]):
            break
        if _is_wide(value.made_by.layer.operation):
            return None  # said there
    windows = [window for _, window in irregularity.windows]
    kernel = size(window.kernel for window in windows)
    pooled = one_cell_by(source)
    found = finding(
        irregularity,
        f"a kernel of {kernel} on a map of {size(source.shape[1:] if source.shape else ())}",
        "kernel_size",
        harmless=pooled is None,
    )
    found.labels = size_label(source, derivation)
    found.labels += without_place(field_labels(at.layer, padding=""), found.span)
    operation = at.layer.operation
    taps = prod(window.kernel for window in windows)
    if isinstance(operation, Convolution):
        found.message += f": {taps - 1} of {taps} weights meet only padding"
        if operation.padding_mode != "zeros":
            found.message = found.message.replace("meet only padding", "read copies of the same cell")
        found.help = f"{advice.spelt(at.layer.place, kernel_size=1)} without padding does the same with fewer weights"
    else:
        found.message += " pools nothing"
        found.help = "leave the pool out"
    if pooled is not None:
        found.notes.append(f"{layer_name(pooled)} pools the whole map to one cell")
        found.help += f", or put this layer before {layer_name(pooled)}"
    else:
        found.notes.append(
            "the map is down to one cell: the network was made for larger inputs, or has a stride too many"
        )
    return found


def _is_wide(operation: object) -> bool:
    return isinstance(operation, Convolution | Pool) and max(operation.kernel_size) > 1
