"""A declared kernel count is not what the wiring gives.

## What it does

Compares `kernels` (read in the file's `kernel_convention`) and `expect: {kernels_2d: ...}` with the number of 2-D
kernels that follow from the wiring: one for each pair of an input map and an output map that are connected.
A file without `kernel_convention` is read in both conventions; the finding then means that the number fits neither.

## Why it matters

Why do 64 kernels make 64 feature maps in the first layer, but 4096 kernels make 256 maps in the third?
Because 4096 counts 2-D kernels: 256 maps x 16 inputs each. Some count one 3-D kernel per output map (256), and if every
map read all 64 inputs it would be 16384. The finding lists which of these the written number is.

## Example

```yaml
convlint: 1
input: [64, 14, 14]
kernel_convention: 2d
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 16384}
```

## Use instead

```yaml
convlint: 1
input: [64, 14, 14]
kernel_convention: 2d
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 4096}
```

## Source

The figure of LeCun and Ranzato's tutorial; datascience.stackexchange 25231, stackoverflow 50368123.
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix, derivation_note, help_for, readings, switched, wiring_labels


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Derive the count in front of the reader, and say what the written one is the count of."""
    at, claim = difference.at, difference.claim
    if at is None:
        return switched(difference, derivation, "CL301")
    count, derived = claim.value, difference.derived
    assumed = claim.kind == "kernels" and derivation.network.kernel_convention is None
    found = Diagnostic("CL301", f"{count} kernels declared, {derived} derived", claim.span, layer=at.name)
    found.label = "declared here, in the 2-D convention"
    found.labels = wiring_labels(at, derivation)
    found.notes = [derivation_note(at), *readings(count, at)]
    found.help = help_for(count, derived, at, claim.kind)
    if assumed and derived != at.kernels_3d:
        found.message = f"{count} kernels declared, {derived} (2-D) or {at.kernels_3d} (3-D) derived"
        found.label = "fits neither convention"
        found.help += f"; {advice.spelt(at.layer.place, kernels=str(at.kernels_3d))} if 3-D kernels are counted"
    else:
        found.fixes = claim_fix(claim, str(derived), at.layer.place)
    return found
