"""A declared weight shape is not the derived one.

## What it does

Compares `expect: {weight: [...]}` with the shape of the weight tensor in PyTorch's layout: (out, in / groups, *kernel)
for a convolution, (in, out / groups, *kernel) for a transposed one, (out, in) for a dense layer.

## Why it matters

A checkpoint does not load. If the shape is right but in the order of another framework, the finding names it.

## Example

```yaml
convlint: 1
input: [48, 27, 27]
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 5, padding: 2, expect: {weight: [5, 5, 48, 256]}}
```

## Use instead

```yaml
convlint: 1
input: [48, 27, 27]
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 5, padding: 2, expect: {weight: [256, 48, 5, 5]}}
```

## Source

PyTorch, Keras and ONNX documentation of their convolution weights.
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic
from convlint.model.operations import Linear, TransposedConvolution
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix, wiring_labels
from convlint.rules.wording import listed, size


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Name the framework whose layout the written shape is in, if there is one."""
    at, claim, derived = difference.at, difference.claim, difference.derived
    assert at is not None
    message = f"weight {size(claim.value)} declared, {size(derived)} derived"
    found = Diagnostic("CL304", message, claim.span, "declared here", layer=at.name)
    operation = at.layer.operation
    first, second, *kernel = derived
    if isinstance(operation, Linear):
        names = "out_features, in_features"
        others = {"Keras": (second, first)}
    elif isinstance(operation, TransposedConvolution):
        names = "in_channels, out_channels / groups, *kernel_size"
        others = {"Keras": (*kernel, second, first), "an ordinary convolution": (second, first, *kernel)}
        found.labels = wiring_labels(at, derivation)
    else:
        names = "out_channels, in_channels / groups, *kernel_size"
        others = {"Keras": (*kernel, second, first), "a transposed convolution": (second, first, *kernel)}
        if second == 1:
            others["Keras' DepthwiseConv"] = (*kernel, first, second)
        found.labels = wiring_labels(at, derivation)
    found.notes = [f"derived: {listed(derived)} is ({names}), PyTorch's layout"]
    for name, layout in others.items():
        if claim.value == layout:
            found.notes.append(f"{listed(claim.value)} is the same weight in the layout of {name}")
            break
    found.help = f"write {advice.spelt(at.layer.place, weight=derived)}"
    found.fixes = claim_fix(claim, listed(derived), at.layer.place, safe=claim.value in others.values())
    return found
