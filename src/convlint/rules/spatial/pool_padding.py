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

from convlint.derive import Derivation, Irregularity
from convlint.diagnostic import Diagnostic
from convlint.model.operations import Pool
from convlint.rules.spatial.repairs import per_axis
from convlint.rules.wording import axis_name, field_labels, finding, without_place


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
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
    allowed = [min(pair[0], pair[1] // 2) for pair in zip(operation.padding, operation.kernel_size, strict=True)]
    found.help = f"`padding: {per_axis(allowed)}` is allowed, or a kernel of at least {2 * padding}"
    found.help += "; more padding takes a padding layer before the pool"
    return found
