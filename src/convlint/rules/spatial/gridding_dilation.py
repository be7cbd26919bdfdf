"""Dilations in a row share a factor.

## What it does

Finds a dilated convolution right behind another one (activations and normalisations between them do not matter) when
both dilations share a factor above 1. Off by default.

## Why it matters

Dilations 2, 2, 2 read a grid of every second cell only: neighbouring outputs are made of disjoint sets of inputs, and
textures show a grid. Dilations 1, 2, 5 cover every cell.

## Example

```yaml
convlint: 1
input: [16, 64, 64]
layers:
  - {name: a, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 2, dilation: 2}
  - {name: b, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 4, dilation: 4}
```

## Use instead

```yaml
convlint: 1
input: [16, 64, 64]
layers:
  - {name: a, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 2, dilation: 2}
  - {name: b, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 5, dilation: 5}
```

## Source

Wang et al., "Understanding Convolution for Semantic Segmentation" (2018): hybrid dilated convolution.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.rules.patterns import layer_before
from convlint.rules.wording import field_labels, layer_name, place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Compare each dilated convolution with the one before it."""
    for derived in derivation.flat():
        operation = derived.layer.operation
        if not isinstance(operation, Convolution) or max(operation.dilation) < 2 or max(operation.kernel_size) < 2:
            continue
        before = layer_before(derived)
        if before is None or not isinstance(before.layer.operation, Convolution):
            continue
        other = before.layer.operation
        shared = [gcd(a, b) for a, b in zip(operation.dilation, other.dilation, strict=False)]
        if other.rank == operation.rank and max(shared) > 1 and max(other.kernel_size) > 1:
            message = f"the dilations of {layer_name(before)} and {layer_name(derived)} share the factor {max(shared)}"
            found = Diagnostic("CL122", message, place(derived.layer, "dilation"), layer=derived.name)
            found.labels = field_labels(before.layer, dilation="and here")
            found.help = "take dilations without a common factor, such as 1, 2, 5"
            yield found
