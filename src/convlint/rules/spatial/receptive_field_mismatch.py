"""A declared receptive field is not the derived one.

## What it does

Compares `expect: {receptive_field: ...}` with the cells of the network's input that one cell of the output depends on,
for each axis. It is the largest of joined branches, and unknown behind an upsampling or a dense layer.

## Why it matters

The field says how much of the image a cell can know about. It is easily counted wrong: what a layer adds is its kernel
minus 1 times the product of all strides *before* it, its own stride not included.

## Example

```yaml
convlint: 1
input: [3, 64, 64]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1, expect: {receptive_field: 5}}
```

## Use instead

```yaml
convlint: 1
input: [3, 64, 64]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1, expect: {receptive_field: 7}}
```

## Source

Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill (2019).
"""

from __future__ import annotations

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.derive.sizes import way
from convlint.diagnostic import Diagnostic
from convlint.rules.spatial.repairs import per_axis
from convlint.rules.wording import axis_name, layer_name

#: Longer sums are told without their middle.
MOST_TERMS = 8


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Both fields, and the sum that the derived one is."""
    at, claim = difference.at, difference.claim
    assert at is not None
    declared: tuple[int, ...] = claim.value
    derived: tuple[int, ...] = difference.derived
    shown = per_axis(declared)
    message = f"receptive field {shown} declared, {per_axis(derived)} derived"
    found = Diagnostic("CL125", message, claim.span, "declared here", layer=at.name)
    if len(declared) not in (1, len(derived)):
        found.notes.append(f"there are {len(derived)} axes and {len(declared)} values")
    wide = declared * len(derived) if len(declared) == 1 else declared
    axis = next((axis for axis, (a, b) in enumerate(zip(wide, derived, strict=False)) if a != b), 0)
    terms = []
    earlier = []
    for value in way(at.output):
        made_by = value.made_by
        field = value.field
        if made_by is None or field is None or not made_by.inputs:
            break
        before = made_by.inputs[0].field
        if before is None:
            break
        if field[axis] != before[axis]:
            jump = made_by.inputs[0].jump
            added = field[axis] - before[axis]
            times = "" if jump is None or jump[axis] == 1 else f" = {added // jump[axis]}*{jump[axis]}"
            terms.append(f"{added} ({layer_name(made_by)}{times})")
        if before == wide:
            earlier.append(made_by)
    total = derived[axis]
    terms = terms[::-1]
    if len(terms) > MOST_TERMS:
        terms = [*terms[:3], "...", *terms[3 - MOST_TERMS :]]
    which = "" if len(set(derived)) == 1 else f"{axis_name(axis, len(derived))}: "
    if terms:
        found.notes.insert(0, f"derived: {which}1 + {' + '.join(terms)} = {total}")
    if earlier:
        found.notes.append(f"{shown} is the field of what {layer_name(earlier[0])} reads")
    found.help = f"write `receptive_field: {per_axis(derived)}`"
    return found
