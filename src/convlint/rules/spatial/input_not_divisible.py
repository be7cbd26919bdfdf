"""The total stride does not divide the input size.

## What it does

Looks at networks whose windows keep the size but for their stride (every halving rounds up, as with kernel 3, stride
2 and padding 1), and notes an input size that is no multiple of the total stride.

## Why it matters

Such a network runs at any size, but the last row of windows then lies partly in the padding, and up-sampled maps no
longer meet the skips. Detectors usually ask for multiples of 32.

## Example

```yaml
convlint: 1
input: [3, 30, 30]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
```

## Source

Ultralytics: "imgsz must be a multiple of max stride"; the Darknet parser.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.windows import windows_of
from convlint.findings import Diagnostic
from convlint.rules.wording import source_label
from convlint.words.text import axis_name, joined


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Networks with one input of known size only."""
    if len(derivation.inputs) != 1:
        return
    shape = derivation.inputs[0].shape
    if shape is None or len(shape) < 2:
        return
    strides = [1] * (len(shape) - 1)
    for derived in derivation.flat():
        for _, window in windows_of(derived):
            if window.output != -(-window.size // window.stride):
                return
        jump = derived.outputs[0].jump if derived.outputs else None
        if jump is not None and len(jump) == len(strides):
            strides = list(map(max, strides, jump))
    bad = [
        (axis, whole, stride)
        for axis, (whole, stride) in enumerate(zip(shape[1:], strides, strict=True))
        if whole is not None and whole > stride and whole % stride
    ]
    if not bad:
        return
    _, whole, stride = bad[0]
    names = joined([axis_name(axis, len(strides)) for axis, _, _ in bad])
    label = source_label(derivation.inputs[0], f"the total stride is {stride}", derivation)
    if not label:
        return
    found = Diagnostic("CL123", f"the {names} {whole} is no multiple of the total stride {stride}", label[0].span)
    found.label = label[0].message
    below = whole // stride * stride
    found.help = f"{below} and {below + stride} are"
    yield found
