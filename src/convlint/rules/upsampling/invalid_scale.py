"""A size or scale factor of an upsampling leaves nothing.

## What it does

Checks that the sizes of an upsampling are at least 1, that its scale factors are above 0, and that a factor below 1
leaves at least one cell.

## Why it matters

PyTorch refuses an output without cells: "Input and output sizes should be greater than 0".

## Example

```yaml
convlint: 1
input: [16, 3, 3]
layers:
  - {type: Upsample, scale_factor: 0.25}
```

## Use instead

```yaml
convlint: 1
input: [16, 4, 4]
layers:
  - {type: Upsample, scale_factor: 0.25}
```

## Source

PyTorch, `torch.nn.functional.interpolate`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.spatial.windows import size_label
from convlint.rules.wording import finding
from convlint.words.text import axis_name

if TYPE_CHECKING:
    from convlint.derive.irregularities import InvalidScale


def word(irregularity: Irregularity[InvalidScale], derivation: Derivation) -> Diagnostic:
    """The value, and the least that works."""
    at, numbers = irregularity.at, irregularity.numbers
    argument, value, size = numbers["argument"], numbers["value"], numbers.get("size")
    word = advice.word(at.layer.place, "scale_factor")
    words = [advice.named(at.layer.place, name) for name in ("size", "scale_factor")]
    both = f"{words[0]} is the number of cells to make, {words[1]} the number of times"
    if argument == "size":
        found = finding(irregularity, f"size must be at least 1, not {value}", "size")
        found.help = both
        return found
    if size is None:
        found = finding(irregularity, f"{word} must be above 0, not {value}", "scale_factor")
        found.help = "above 1 makes a map larger, between 0 and 1 smaller"
        return found
    name = axis_name(numbers["axis"], rank_of(at))
    if value > 1:
        found = finding(irregularity, f"{word} {value!r} makes more of a {name} than can be counted", "scale_factor")
        found.help = both
        return found
    found = finding(irregularity, f"{word} {value!r} leaves nothing of a {name} of {size}", "scale_factor")
    found.labels = size_label(at.inputs[0], derivation)
    found.notes = [f"derived: {size} x {value!r} = {size * value:g}, rounded down to {math.floor(size * value)}"]
    larger = ""
    if value > 1e-6:
        # The inverse may be rounded to a size whose product lies just below 1.
        inverse = math.ceil(1 / Fraction(repr(value)))
        larger = f"a {name} of {inverse if inverse * value >= 1 else inverse + 1} or more, or "
    found.help = f"{larger}a {word} of at least 1/{size}"
    return found
