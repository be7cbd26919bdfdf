"""An output_padding is below 0.

## What it does

Checks transposed convolutions for a negative `output_padding`.

## Why it matters

`output_padding` adds cells at the far end and cannot take any away; PyTorch refuses it.

## Example

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, output_padding: -1}
```

## Use instead

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1}
```

## Source

PyTorch: "negative output_padding is not supported".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice
from convlint.rules.upsampling.transposed import formula
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import NegativeOutputPadding


def word(irregularity: Irregularity[NegativeOutputPadding], derivation: Derivation) -> Diagnostic:
    """What would give the smaller size that was wanted."""
    at, numbers = irregularity.at, irregularity.numbers
    extra, axis = numbers["output_padding"], numbers["axis"]
    window: TransposedWindow = numbers["window"]
    operation, place = at.layer.operation, at.layer.place
    assert isinstance(operation, TransposedConvolution)
    where = f" ({axis_name(axis, operation.rank)})" if len(set(operation.output_padding)) > 1 else ""
    word = advice.word(place, "output_padding")
    found = finding(irregularity, f"{word} must not be negative, not {extra}{where}", "output_padding")
    found.labels = without_place(field_labels(at.layer, stride="", kernel_size="", padding=""), found.span)
    wanted = window.least + extra
    if not window.size or wanted < 1:
        found.help = f"a larger {advice.named(place, 'padding', article=False)} or a smaller kernel makes less"
        return found
    found.notes = [f"derived: {formula(window)} without it"]
    others = []
    padding = window.padding_for(wanted)
    if padding is not None:
        changed = window._replace(padding=padding).output_padding_for(wanted)
        if changed is not None:
            others.append(advice.spelt(place, " with ", padding=padding, output_padding=changed))
    kernel = window.kernel_for(wanted)
    if kernel is not None:
        others.append(advice.choice(place, "kernel_size", [kernel]))
    left_out = f"leave {advice.named(place, 'output_padding')} out"
    found.help = f"{wanted} comes of {joined(others, 'or')}" if others else left_out
    return found
