"""A reshape changes the number of values.

## What it does

Checks that the sizes of `Reshape` multiply to the number of values that arrive, and those of `Unflatten` to the size of
the axis that they replace. One size may be -1: it is what the others leave.

## Why it matters

PyTorch refuses the first batch: `shape '[-1, 512, 4, 4]' is invalid for input of size 100352`.

## Example

```yaml
convlint: 1
input: [100]
layers:
  - {type: Linear, out_features: 8192}
  - {type: Reshape, shape: [512, 4, 8]}
```

## Use instead

```yaml
convlint: 1
input: [100]
layers:
  - {type: Linear, out_features: 8192}
  - {type: Reshape, shape: [512, 4, 4]}
```

## Source

PyTorch, `torch.reshape` and `torch.nn.Unflatten`.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.network import Shape
from convlint.model.operations import Linear, Unflatten
from convlint.rules import advice
from convlint.rules.features.makers import shape_of
from convlint.rules.features.nearest import divisors_near
from convlint.rules.wording import finding, layer_name, listed, source_label
from convlint.words.text import joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import ReshapeSize


def word(irregularity: Irregularity[ReshapeSize], derivation: Derivation) -> Diagnostic:
    """Say both products, and which single size would repair it."""
    at, numbers = irregularity.at, irregularity.numbers
    sizes, total, shape = numbers["sizes"], numbers["total"], numbers["shape"]
    unflatten = isinstance(at.layer.operation, Unflatten)
    argument = "unflattened_size" if unflatten else "shape"
    source = at.inputs[0]
    shown = listed(sizes)
    if numbers["problem"] == "free":
        found = finding(irregularity, f"{argument} {shown} leaves more than one size open", argument)
        found.help = "write -1 only once: convlint and PyTorch derive one size from the others"
        return found
    if numbers["problem"] == "negative":
        found = finding(irregularity, f"{argument} {shown} holds a negative size", argument)
        found.help = "write sizes of at least 0, or -1 once for the one that follows from the others"
        return found
    assert total is not None
    fixed = prod(size for size in sizes if size != -1)
    free = -1 in sizes
    what = f"the axis has {total}" if unflatten else f"{total} arrive"
    if free:
        found = finding(irregularity, f"{argument} {shown} takes a multiple of {fixed} values, {what}", argument)
        found.label = f"{total} / {fixed} = {total / fixed:.4g}" if fixed else "the other sizes hold nothing"
    else:
        found = finding(irregularity, f"{argument} {shown} takes {fixed} values, {what}", argument)
        found.label = f"{' x '.join(map(str, sizes))} = {fixed}"
    if shape is not None:
        found.labels = source_label(source, shape_of(source), derivation)
        if not unflatten and len(shape) > 1:
            found.notes.append(f"derived: {' x '.join(map(str, shape))} = {total} values arrive")
    others = _repaired(sizes, total, shape)
    spelt = joined([advice.spelt(at.layer.place, **{argument: other}) for other in others], "or")
    helps = [f"{spelt} takes {total}"] if others else []
    if not free and source.made_by is not None and isinstance(source.made_by.layer.operation, Linear):
        helps.append(f"let {layer_name(source.made_by)} make {fixed} features")
    found.help = ", or ".join(helps) if helps else None
    return found


def _repaired(sizes: tuple[int, ...], total: int, shape: Shape | None) -> list[tuple[int | None, ...]]:
    """At most two lists that hold the right number of values: with one size changed, the last sizes first, or two."""
    found: list[tuple[int | None, ...]] = []
    free = -1 in sizes
    for index in range(len(sizes) - 1, -1, -1):
        rest = prod(size for other, size in enumerate(sizes) if other != index and size != -1)
        if not free and rest and total % rest == 0 and total >= rest:
            found.append((*sizes[:index], total // rest, *sizes[index + 1 :]))
    if found:
        return found[:2]
    if free and shape is not None and len(shape) == len(sizes):
        # The sizes that arrive, but for the one that is left open, fit always.
        return [tuple(new if new == -1 else old for new, old in zip(sizes, shape, strict=True))]
    if not free and len(sizes) == 2:
        return [(first, total // first) for first in divisors_near(total, sizes[0])]
    return []
