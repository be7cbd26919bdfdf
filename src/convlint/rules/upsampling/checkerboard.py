"""A transposed convolution whose kernel is no multiple of its stride.

## What it does

Notes a transposed convolution with `kernel_size % stride != 0`: its output cells are sums of different numbers of
taps, in a regular pattern.

## Why it matters

The pattern shows as a checkerboard in generated images. A kernel of twice the stride, or a resize followed by an
ordinary convolution, has no such pattern.

## Example

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1, output_padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1}
```

## Source

Odena et al., "Deconvolution and Checkerboard Artifacts", Distill 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.transposed import with_kernels
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.rules.upsampling.transposed import kernels_in_words
from convlint.rules.wording import field_labels, finding

if TYPE_CHECKING:
    from convlint.derive.irregularities import Checkerboard


def word(irregularity: Irregularity[Checkerboard], derivation: Derivation) -> Diagnostic:
    """Say how many taps meet, and which kernel has none of it."""
    operation = irregularity.at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    axis = next(axis for axis in range(operation.rank) if operation.kernel_size[axis] % operation.stride[axis])
    kernel, stride = operation.kernel_size[axis], operation.stride[axis]
    found = finding(irregularity, f"kernel {kernel} is no multiple of stride {stride}", "kernel_size")
    found.labels = field_labels(irregularity.at.layer, stride="")
    least = kernel // stride
    found.notes = [f"derived: along one axis output cells are sums of {least} or {least + 1} taps in turn"]
    pairs = zip(operation.kernel_size, operation.stride, strict=True)
    twice = with_kernels(irregularity.at, irregularity.kind, [2 * s if k % s else k for k, s in pairs])
    found.help = "resize and convolve instead"
    if twice is not None:
        found.help = f"take {kernels_in_words(irregularity.at, twice)}, or resize and convolve"
    return found
