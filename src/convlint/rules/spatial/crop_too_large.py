"""Negative padding crops away all that there is.

## What it does

Finds padding layers whose negative numbers crop more than the map has. Where PyTorch accepts an empty map, the finding
is a warning.

## Why it matters

PyTorch refuses most such crops, and lets an empty map through in others; nothing behind it makes sense then.

## Example

```yaml
convlint: 1
input: [3, 8, 8]
layers:
  - {type: ZeroPad2d, padding: -5}
```

## Use instead

```yaml
convlint: 1
input: [3, 8, 8]
layers:
  - {type: ZeroPad2d, padding: -3}
```

## Source

PyTorch, `torch.nn.functional.pad`: "resulted in a negative output size, which is invalid".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Pad
from convlint.rules.spatial.windows import cell_name, size_label
from convlint.rules.wording import finding
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import CropTooLarge


def word(irregularity: Irregularity[CropTooLarge], derivation: Derivation) -> Diagnostic:
    """Say what is cropped from what."""
    at, numbers = irregularity.at, irregularity.numbers
    axis, size, before, after = (numbers[name] for name in ("axis", "size", "before", "after"))
    operation = at.layer.operation
    assert isinstance(operation, Pad)
    cut = [-cells for cells in (before, after) if cells < 0]
    have = many(size, cell_name(axis, operation.rank))
    if not cut:
        return finding(irregularity, f"an empty map cannot be padded: {have}", "padding")
    empty = numbers.get("empty", False)
    # A side alone may crop more than there is, while the other adds.
    alone = sum(cut) == cut[0] and max(before, after) > 0
    what = f"cropping {' + '.join(map(str, cut))} of {have}"
    found = finding(irregularity, f"{what} leaves an empty map" if empty else f"{what} leaves nothing", "padding")
    found.labels = size_label(at.inputs[0], derivation)
    terms = [size, -cut[0]] if alone else [size, before, after]
    shown = " ".join([str(size), *(f"{'-' if cells < 0 else '+'} {abs(cells)}" for cells in terms[1:] if cells)])
    found.notes = [f"derived: {shown} = {sum(terms)}" + (", before the other side is padded" if alone else "")]
    if empty:
        found.notes.append("PyTorch accepts this and goes on with a map without cells")
    found.help = f"crop at most {size - 1} in all" if size > 1 else "there is nothing to crop"
    return found
