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

from itertools import islice

from convlint.derive import Derivation
from convlint.derive.claims import Difference
from convlint.derive.sizes import way
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix
from convlint.rules.wording import layer_name, per_axis
from convlint.words.text import axis_name

#: How far back the layers are followed that make up a field.
MOST_LAYERS = 2000
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
    terms: list[str] = []
    added: list[int] = []
    earlier = None
    without_strides = own_stride = 1
    for value in islice(way(at.output), MOST_LAYERS):
        made_by = value.made_by
        before = made_by.inputs[0] if made_by is not None and made_by.inputs else None
        if made_by is None or before is None or None in (value.field, value.jump, before.field, before.jump):
            break
        assert value.field is not None and value.jump is not None
        assert before.field is not None and before.jump is not None
        grown, jump = value.field[axis] - before.field[axis], before.jump[axis]
        if grown:
            added.append(grown)
            terms.append(f"{grown} ({layer_name(made_by)}{'' if jump == 1 else f', {grown // jump}*{jump}'})")
        without_strides += grown // jump
        own_stride += grown // jump * value.jump[axis]
        if earlier is None and before.field == wide and value.field != wide:
            earlier = made_by
    terms.reverse()
    if len(terms) > MOST_TERMS:
        terms = [*terms[:3], "...", *terms[3 - MOST_TERMS :]]
    which = "" if len(set(derived)) == 1 else f"{axis_name(axis, len(derived))}: "
    if sum(added) == derived[axis] - 1:
        found.notes.insert(0, f"derived: {which}1 + {' + '.join(terms)} = {derived[axis]}")
    if earlier is not None:
        found.notes.append(f"{shown} is the field of what {layer_name(earlier)} reads")
    elif wide[axis] == without_strides:
        found.notes.append(f"{wide[axis]} is what comes out if strides are left out of account")
    elif wide[axis] == own_stride:
        found.notes.append(f"{wide[axis]} is what comes out if each layer's own stride is counted too")
    found.help = f"write {advice.spelt(at.layer.place, receptive_field=advice.on_axes(derived))}"
    found.fixes = claim_fix(claim, per_axis(derived), at.layer.place)
    return found
