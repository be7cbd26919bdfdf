"""A concat along another axis than the channels.

## What it does

Notes a `Concat` of feature maps along a spatial axis.

## Why it matters

It is legal, but seldom meant: `dim` counts the batch axis, so channels are 1. Whoever counts without it writes 0 or
2.

## Example

```yaml
convlint: 1
input: [3, 8, 8]
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: b, from: input, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {type: Concat, from: [a, b], dim: 2}
```

## Use instead

```yaml
convlint: 1
input: [3, 8, 8]
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: b, from: input, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {type: Concat, from: [a, b]}
```

## Source

PyTorch, `torch.cat`.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.model.operations import Concat
from convlint.rules import advice
from convlint.rules.wording import place, size
from convlint.words.text import axis_name


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Maps with at least two spatial axes only: in a sequence or a vector other axes are common."""
    for derived in derivation.flat():
        operation = derived.layer.operation
        if type(operation) is not Concat or operation.dim == 1 or not derived.inputs:
            continue
        shape = derived.inputs[0].shape
        if shape is None or len(shape) < 3 or not -len(shape) - 1 <= operation.dim <= len(shape):
            continue
        axis = operation.dim % (len(shape) + 1) - 1
        if axis < 1:
            continue
        name = axis_name(axis - 1, len(shape) - 1)
        message = f"maps of {size(shape)} are put together along the {name}"
        found = Diagnostic("CL406", message, place(derived.layer, "dim"), layer=derived.name)
        dim, channels = advice.named(derived.layer.place, "dim"), advice.spelt(derived.layer.place, dim=1)
        found.help = f"{dim} counts the batch axis: channels are {channels}"
        yield found
