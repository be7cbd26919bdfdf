"""A scale factor does not give a whole number of cells.

## What it does

Finds upsamplings whose size times the scale factor, computed exactly from the digits written, is not what PyTorch
makes. PyTorch multiplies in IEEE double precision and rounds down.

## Why it matters

Two things happen, both in silence. A true fraction is cut off: 7 x 1.5 = 10.5 gives 10. And a product that is whole on
paper may lie just below in binary: 45 x 1.4 is 63 on paper and 62 in PyTorch. Either way a skip connection of the size
that was meant does not fit.

## Example

```yaml
convlint: 1
input: [16, 45, 45]
layers:
  - {type: Upsample, scale_factor: 1.4}
```

## Use instead

```yaml
convlint: 1
input: [16, 45, 45]
layers:
  - {type: Upsample, size: 63}
```

## Source

PyTorch, `torch.nn.functional.interpolate`: of 40,448 pairs of a size up to 512 and a scale in steps of 0.05 the product
differs from the exact one in 96.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.model.operations import Upsample
from convlint.rules import advice
from convlint.rules.spatial.windows import size_label
from convlint.rules.wording import finding
from convlint.words.text import axis_name

if TYPE_CHECKING:
    from convlint.derive.irregularities import FractionalScale


def word(irregularity: Irregularity[FractionalScale], derivation: Derivation) -> Diagnostic:
    """The product on paper and in PyTorch, and the size to write."""
    at, numbers = irregularity.at, irregularity.numbers
    axis, size, scale, output = numbers["axis"], numbers["size"], numbers["scale"], numbers["output"]
    operation = at.layer.operation
    shape = at.inputs[0].shape
    assert isinstance(operation, Upsample) and shape is not None
    rank = rank_of(at)
    exact = size * Fraction(repr(scale))
    whole = exact.denominator == 1
    paper = str(exact) if whole else _decimal(exact)
    on_paper = f"{paper} on paper, {output} in PyTorch" if whole else f"{paper}, rounded down to {output}"
    where = f" ({axis_name(axis, rank)})" if len(set(shape[1:])) > 1 and rank > 1 else ""
    found = finding(irregularity, f"{size} x {scale!r} is {on_paper}{where}", "scale_factor")
    found.labels = size_label(at.inputs[0], derivation)
    if whole:
        found.notes = [
            f"derived: {size} x {scale!r} in double precision is {size * scale!r}, and the fraction is cut off"
        ]
    else:
        found.notes = [f"derived: {size} x {scale!r} = {paper}, and the fraction is cut off"]
    scales = operation.scale_factor or ()
    factors = scales * rank if len(scales) == 1 else scales
    known = [cells for cells in shape[1:] if cells is not None]
    if len(known) == rank:
        meant = [_meant(cells * Fraction(repr(factor))) for cells, factor in zip(known, factors, strict=True)]
        made = [math.floor(cells * factor) for cells, factor in zip(known, factors, strict=True)]
        found.help = f"write {advice.spelt(at.layer.place, size=advice.on_axes(meant))} instead of the factor"
        if made != meant:
            now = advice.spelt(at.layer.place, size=advice.on_axes(made))
            found.help += f", or {now} for what PyTorch makes now"
    if not whole:
        period = Fraction(repr(scale)).denominator
        smaller, larger = size // period * period, -(-size // period) * period
        if period <= 64:
            found.notes.append(
                f"sizes that {period} divides come out even: " + (f"{smaller} or {larger}" if smaller else str(larger))
            )
    return found


def _meant(product: Fraction) -> int:
    """The whole number that a product was probably meant to be: 12 x 1.3333 is 16, 7 x 1.5 is cut to 10."""
    nearest = round(product)
    return nearest if abs(product - nearest) < Fraction(1, 20) and nearest >= 1 else math.floor(product)


def _decimal(product: Fraction) -> str:
    """A fraction with as many digits as are needed, at most six."""
    shown = f"{float(product):.6f}".rstrip("0")
    return shown if not shown.endswith(".") else f"{float(product)!r}"
