"""Padding `same` cannot be the same on both sides of an even kernel.

## What it does

Finds convolutions with `padding: same` whose kernel, with its dilation, reaches over an even number of cells.

## Why it matters

An odd number of zeros has to be shared out: PyTorch puts the extra one behind, so the output is shifted by half a cell
against the input, and it makes a padded copy of the input first and warns ("even kernel lengths and odd dilation").
With a skip connection around the layer the shift adds up.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 4, padding: same}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 5, padding: same}
```

## Source

PyTorch, the UserWarning of `torch.nn.functional.conv2d`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.rules import advice
from convlint.rules.spatial.windows import FAR_ENDS
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import AsymmetricSame


def word(irregularity: Irregularity[AsymmetricSame], derivation: Derivation) -> Diagnostic:
    """Say how the zeros are shared out, and which kernels have a middle."""
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, Convolution)
    uneven = [axis for axis, (before, after) in enumerate(operation.padding) if before != after]
    before, after = operation.padding[uneven[0]]
    kernel, dilation = operation.kernel_size[uneven[0]], operation.dilation[uneven[0]]
    names = [axis_name(axis, operation.rank) for axis in uneven]
    where = "" if len(uneven) == operation.rank else f" ({joined(names)})"
    found = finding(
        irregularity, f"`same` pads {before} before and {after} behind a kernel of {kernel}{where}", "padding"
    )
    found.labels = without_place(field_labels(at.layer, kernel_size="", dilation=""), found.span)
    taps = f"{kernel} - 1" if dilation == 1 else f"{dilation}*({kernel} - 1)"
    ends = joined([FAR_ENDS.get(name, "end") for name in names])
    found.notes = [
        f"derived: {taps} = {before + after} zeros in all, an odd number: the extra one goes to the {ends}",
        "PyTorch warns about it too, for it has to copy the input to pad it",
    ]
    smaller, larger = (
        [k + step if axis in uneven else k for axis, k in enumerate(operation.kernel_size)] for step in (-1, 1)
    )
    kernels = advice.choice(at.layer.place, "kernel_size", [advice.on_axes(smaller), advice.on_axes(larger)])
    found.help = f"{kernels} is padded alike on both sides"
    return found
