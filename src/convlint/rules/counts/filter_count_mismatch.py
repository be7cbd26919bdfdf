"""A declared count of 3-D kernels is not the number of output maps.

## What it does

Compares `kernels` in a file with `kernel_convention: 3d`, and `expect: {kernels_3d: ...}`, with the number of 3-D
kernels: one for each output map, as deep as the maps that it reads.

## Why it matters

Frameworks and most papers say "64 filters" and mean 3-D kernels; others count the 2-D slices.
A number in the wrong convention misleads whoever computes memory or compares networks by it.

## Example

```yaml
convlint: 1
input: [64, 14, 14]
kernel_convention: 3d
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, kernels: 16384}
```

## Use instead

```yaml
convlint: 1
input: [64, 14, 14]
kernel_convention: 3d
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, kernels: 256}
```

## Source

PyTorch's weight tensor `(out_channels, in_channels / groups, *kernel_size)` holds `out_channels` 3-D kernels.
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix, readings, switched
from convlint.rules.wording import field_labels


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Say what the written number is the count of."""
    at, claim = difference.at, difference.claim
    if at is None:
        return switched(difference, derivation, "CL303")
    found = Diagnostic(
        "CL303", f"{claim.value} 3-D kernels declared, {difference.derived} derived", claim.span, layer=at.name
    )
    found.label = "declared here, in the 3-D convention"
    found.labels = field_labels(at.layer, out_channels="one 3-D kernel for each output map")
    found.notes = readings(claim.value, at)
    found.help = f"write {advice.spelt(at.layer.place, **{claim.kind: difference.derived})}"
    if claim.kind == "kernels" and claim.value == at.kernels_2d:
        found.help += f", or {advice.spelt(derivation.network.place, kernel_convention='2d')} at the top"
    found.fixes = claim_fix(claim, str(difference.derived), at.layer.place)
    return found
