"""A pool is padded by more than half of its kernel.

## What it does

Compares the padding of a pool with half of its kernel, rounded down. Dilation does not widen the limit.

## Why it matters

PyTorch refuses it: "pad should be at most half of effective kernel size". ONNX Runtime refuses the exported model too.
A larger padding would give windows that see almost nothing but padding.

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: MaxPool2d, kernel_size: 3, stride: 2, padding: 2}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: MaxPool2d, kernel_size: 3, stride: 2, padding: 1}
```

## Source

PyTorch, `ATen/native/Pool.h`; the limit is the undilated kernel's, although the message says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.windows import pool_kernel, pool_padding
from convlint.findings import Diagnostic
from convlint.model.operations import Pool
from convlint.rules import advice
from convlint.rules.wording import field_labels, finding, per_axis, without_place
from convlint.words.text import axis_name

if TYPE_CHECKING:
    from convlint.derive.irregularities import PoolPadding


def word(irregularity: Irregularity[PoolPadding], derivation: Derivation) -> Diagnostic:
    """Both numbers, the limit, and the kernel that such a padding needs."""
    at, numbers = irregularity.at, irregularity.numbers
    padding, kernel, axis = numbers["padding"], numbers["kernel"], numbers["axis"]
    operation = at.layer.operation
    assert isinstance(operation, Pool)
    where = f" ({axis_name(axis, operation.rank)})" if len({*zip(operation.padding, operation.kernel_size)}) > 1 else ""
    found = finding(irregularity, f"padding {padding} is more than half of the kernel {kernel}{where}", "padding")
    found.label = f"at most {kernel // 2}"
    found.labels = without_place(field_labels(at.layer, kernel_size="", dilation=""), found.span)
    found.notes = [f"derived: half of {kernel}, rounded down, is {kernel // 2}"]
    if operation.dilation[axis] > 1:
        found.notes.append(f"PyTorch takes the kernel without its dilation of {operation.dilation[axis]}")
    allowed, kernels = pool_padding(irregularity), pool_kernel(irregularity)
    ways = []
    if allowed is not None:
        ways.append(f"{advice.spelt(at.layer.place, padding=advice.on_axes(allowed))} is allowed")
    if kernels is not None:
        ways.append(f"a kernel of at least {per_axis(kernels)}" + ("" if ways else " is allowed"))
    found.help = f"{', or '.join(ways)}; more" if ways else "more"
    found.help += " padding takes a padding layer before the pool"
    return found
