"""A declared number of multiply-adds is not the derived one.

## What it does

Compares `expect: {macs: ...}` of a layer, a group or the file with the multiply-adds of its convolutions and dense
layers for one example. One multiply-add is one MAC; normalisation, pooling and activations are not counted.

## Why it matters

Published costs mix MACs, FLOPs (usually two for each MAC) and costs of a whole batch; the finding says which one a
wrong number is.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, expect: {macs: 777600}}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, expect: {macs: 388800}}
```

## Source

torchvision's `_ops` are MACs in units of 10^9; torchinfo multiplies by the batch size.
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix
from convlint.rules.wording import size


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Both numbers; a factor of two or of a batch is named."""
    at, claim, derived = difference.at, difference.claim, difference.derived
    of = "" if at is not None else " in all"
    message = f"{claim.value.text} multiply-adds declared, {derived:,} derived{of}"
    found = Diagnostic("CL307", message, claim.span, "declared here", layer=at.name if at else None)
    if at is not None and isinstance(at.layer.operation, Convolution) and at.kernels_2d is not None:
        out = at.output.shape
        assert out is not None
        kernel = size(at.layer.operation.kernel_size)
        found.notes.append(f"derived: {at.kernels_2d} kernels of {kernel} at {size(out[1:])} places = {derived:,}")
    for factor in (2, 4, 8, 16, 32, 64, 128, 256):
        if claim.value.fits(derived * factor):
            what = "FLOPs, two for each multiply-add" if factor == 2 else f"the cost of a batch of {factor}"
            times = "twice" if factor == 2 else f"{factor} times"
            found.notes.append(f"{claim.value.text} is {times} as many: {what}")
            break
    if claim.value.cut_off(derived):
        found.notes.append(f"{claim.value.text} is {derived:,} cut off instead of rounded")
    rounded = claim.value.instead(derived)
    place = at.layer.place if at is not None else derivation.network.place
    found.help = f"write {advice.spelt(place, macs=derived)}" + (f" or `{rounded}`" if rounded != str(derived) else "")
    found.fixes = claim_fix(claim, rounded, place)
    return found
