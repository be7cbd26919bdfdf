"""A kernel count that groups would explain as well as `fan_in`.

## What it does

Notes a layer with `fan_in` whose declared kernel count is right, when `groups` would give the same count.

## Why it matters

The count alone cannot tell the two apart: 4096 kernels from 64 maps to 256 fit "each map reads 16 inputs of its own"
and `groups: 4` alike. Frameworks compute groups fast; a free choice of inputs they cannot express.

## Example

```yaml
convlint: 1
input: [64, 14, 14]
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 4096}
```

## Use instead

```yaml
convlint: 1
input: [64, 14, 14]
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, groups: 4, kernels: 4096}
```

This is worth knowing, not a mistake: keep `fan_in` if each map really chooses its own inputs.

## Source

LeCun and Ranzato's figure prints 4096 without saying which.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.claims import bare_kernel_claims
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.rules import advice
from convlint.rules.counts.counting import channels_in
from convlint.rules.wording import field_labels


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Look at the right counts of layers with a fan_in."""
    for claim, at in bare_kernel_claims(derivation):
        operation = at.layer.operation
        if not isinstance(operation, Convolution) or operation.fan_in is None or claim.value != at.kernels_2d:
            continue
        channels = channels_in(at)
        if not channels or channels == operation.fan_in or channels % operation.fan_in:
            continue
        groups = channels // operation.fan_in
        if operation.out_channels % groups == 0:
            place = at.layer.place
            way, other = advice.spelt(place, fan_in=operation.fan_in), advice.spelt(place, groups=groups)
            message = f"{claim.value} kernels fit {way} and {other} alike"
            labels = field_labels(at.layer, fan_in=f"{other} gives the same count")
            yield Diagnostic("CL310", message, claim.span, labels=labels, layer=at.name)
