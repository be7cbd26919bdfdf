"""An upsampling has both a size and a scale factor, or neither.

## What it does

Checks that an `Upsample` has exactly one of `size` and `scale_factor`.

## Why it matters

PyTorch refuses both and neither: "only one of size or scale_factor should be defined".

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: Upsample, size: 64, scale_factor: 2}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: Upsample, scale_factor: 2}
```

## Source

PyTorch, `torch.nn.functional.interpolate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Upsample
from convlint.rules import advice
from convlint.rules.spatial.windows import sizes
from convlint.rules.wording import field_labels, finding

if TYPE_CHECKING:
    from convlint.derive.irregularities import SizeAndScale


def word(irregularity: Irregularity[SizeAndScale], derivation: Derivation) -> Diagnostic:
    """Say which of the two to leave out, and whether they mean the same."""
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, Upsample)
    if not irregularity.numbers["both"]:
        found = finding(irregularity, "neither size nor scale_factor is given", "type")
        twice, size_word = advice.spelt(at.layer.place, scale_factor=2), advice.named(at.layer.place, "size")
        found.help = f"write {twice} to double the size, or {size_word} for a certain one"
        return found
    found = finding(irregularity, "size and scale_factor are both given, only one can be", "scale_factor")
    found.labels = field_labels(at.layer, size="")
    found.help = "leave one of them out"
    shape = at.inputs[0].shape
    size, scale = operation.size, operation.scale_factor
    if shape is not None and len(shape) > 1 and None not in shape and size is not None and scale is not None:
        old = [cells for cells in shape[1:] if cells is not None]
        if len(scale) in (1, len(old)) and len(size) in (1, len(old)) and all(0 < factor < 1e6 for factor in scale):
            scales = scale * len(old) if len(scale) == 1 else scale
            scaled = [int(cells * factor) for cells, factor in zip(old, scales, strict=True)]
            wanted = list(size * len(old) if len(size) == 1 else size)
            same = "the same" if scaled == wanted else f"not {sizes(wanted)}"
            found.notes = [f"derived: scale_factor makes {sizes(scaled)} of {sizes(old)}, {same}"]
    return found
