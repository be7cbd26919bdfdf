"""A list has another length than there are axes.

## What it does

Finds lists that are neither one number for all axes nor one for each: `kernel_size: [3, 3]` of a Conv3d.
A list of one stands for all axes where it does in PyTorch: everywhere but in the kernel of a convolution or an LPPool,
and in the padding of a convolution that pads with anything but zeros.
Padding layers take two numbers an axis, the last axis first; with fewer of them PyTorch's ZeroPad and ConstantPad leave
the first axes alone, which is a warning.

## Why it matters

PyTorch refuses it, some layers only when the first batch comes: `expected stride to be a single integer value or a
list of 3 values to match the convolution dimensions`.

## Example

```yaml
convlint: 1
input: [1, 16, 64, 64]
layers:
  - {type: Conv3d, out_channels: 32, kernel_size: [3, 3]}
```

## Use instead

```yaml
convlint: 1
input: [1, 16, 64, 64]
layers:
  - {type: Conv3d, out_channels: 32, kernel_size: [1, 3, 3]}
```

## Source

PyTorch, `torch.nn`; Caffe: a size is given "once, or once per spatial dimension".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules.wording import finding, listed, source_label
from convlint.words.text import AXIS_NAMES, joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import WrongArity


def word(irregularity: Irregularity[WrongArity], derivation: Derivation) -> Diagnostic:
    """For layers that work on any number of axes: say which ones arrive."""
    at, numbers = irregularity.at, irregularity.numbers
    argument, given, wanted = numbers["argument"], numbers["given"], numbers["wanted"]
    message = f"`{argument}` has {many(given, 'number')}, the input {many(wanted, 'spatial axis', 'spatial axes')}"
    found = finding(irregularity, message, argument, label=many(given, "number"))
    found.labels = source_label(at.inputs[0], f"makes {listed(at.inputs[0].shape)}", derivation)
    if wanted in AXIS_NAMES and wanted > 1:
        found.help = f"write one number for all axes, or one each for {joined(AXIS_NAMES[wanted])}"
    else:
        found.help = "write one number"
    return found
