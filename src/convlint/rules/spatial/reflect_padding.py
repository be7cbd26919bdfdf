"""Reflection or circular padding is larger than the map allows.

## What it does

Compares reflection and circular padding with the size of the map: a reflection needs one cell more than it pads,
for the edge itself is not repeated; circular padding can repeat the map once.

## Why it matters

PyTorch refuses it: "Padding size should be less than the corresponding input dimension".
It shows up deep in a network, where the map has become small, or with a small input.

## Example

```yaml
convlint: 1
input: [3, 4, 4]
layers:
  - {type: ReflectionPad2d, padding: 4}
```

## Use instead

```yaml
convlint: 1
input: [3, 4, 4]
layers:
  - {type: ReflectionPad2d, padding: 3}
```

## Source

PyTorch, `torch.nn.ReflectionPad2d`, `torch.nn.CircularPad2d` and `padding_mode` of convolutions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.sizes import fixed_by, last_size_change, origin, smallest_input
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.rules.spatial.windows import joined_or, size_label, sizes
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import ReflectPadding


def word(irregularity: Irregularity[ReflectPadding], derivation: Derivation) -> Diagnostic:
    """Say the padding, the size, and the limit that the mode sets."""
    at, numbers = irregularity.at, irregularity.numbers
    mode = numbers["mode"]
    if "windows" in numbers:
        beyond = 1 if mode == "circular" else 0
        axis, window = next(
            (axis, window)
            for axis, window in numbers["windows"]
            if max(window.before, window.after) >= window.size + beyond
        )
        size, padding = window.size, max(window.before, window.after)
    else:
        axis, size, padding = numbers["axis"], numbers["size"], numbers["padding"]
    name = axis_name(axis, rank_of(at))
    kind, most = ("circular", size) if mode == "circular" else ("reflection", size - 1)
    found = finding(
        irregularity, f"{kind} padding {padding} on a {name} of {size}, at most {most} is possible", "padding"
    )
    found.label = f"at most {most}"
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, padding_mode="", kernel_size=""), found.span)
    if mode == "circular":
        found.notes = [f"derived: going round a {name} of {size} repeats {many(size, 'cell')} at most"]
    else:
        left = f"{'is' if most == 1 else 'are'} {many(most, 'cell')}"
        found.notes = [f"derived: behind the edge of a {name} of {size} there {left} to reflect"]
    choices = [f"pad by {most} at most"] if most else []
    index = origin(at.inputs[0], derivation) if last_size_change(at.inputs[0]) else None
    if index is not None and fixed_by(at.inputs[0]) is None:
        smallest = smallest_input(derivation, index)
        if smallest is not None:
            choices.append(f"with a network input of {sizes(smallest)} or more it fits")
    choices.append("replication padding repeats the edge as often as wanted")
    found.help = joined_or(choices)
    return found
