"""A kernel, stride or dilation is below 1, or a padding is below 0.

## What it does

Checks the numbers of every window: convolutions, transposed convolutions, pools, folds, local response norms.

## Why it matters

No such window exists, and PyTorch refuses it. The usual reason for a dilation of 0 is a text that counts from 0:
CS231n calls a contiguous kernel "dilation 0", PyTorch, TensorFlow and Caffe call it 1.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, dilation: 0}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, dilation: 1}
```

## Source

PyTorch, `torch.nn.Conv2d`; ONNX ("must only contain positive values"); CS231n on dilated convolutions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.network import Layer
from convlint.model.operations import Operation, Pool
from convlint.rules import advice
from convlint.rules.wording import finding
from convlint.words.text import axis_name

if TYPE_CHECKING:
    from convlint.derive.irregularities import InvalidWindow


def word(irregularity: Irregularity[InvalidWindow], derivation: Derivation) -> Diagnostic:
    """Name the value and what the least one means."""
    at, numbers = irregularity.at, irregularity.numbers
    argument, value, least, axis = numbers["argument"], numbers["value"], numbers["least"], numbers["axis"]
    operation = at.layer.operation
    values = _values(operation, argument)
    where = f" ({axis_name(axis, len(values))})" if len(set(values)) > 1 else ""
    place = at.layer.place
    word = advice.word(place, argument)
    found = finding(irregularity, f"{word} must be at least {least}, not {value}{where}", argument)
    if argument == "kernel_size":
        least_of_all, usual = (advice.spelt(place, kernel_size=cells) for cells in (1, 3))
        found.help = f"{least_of_all} only mixes channels, {usual} is the usual smallest window"
    elif argument == "dilation":
        found.help = f"write {advice.spelt(place, dilation=1)} for a contiguous kernel"
        found.notes.append("a dilation of 1 leaves no gap between the taps; texts that count the gaps call that 0")
        if value == 0 and not any(values):
            found.fixes = advice.fix(place, False, ", a contiguous kernel", dilation=1)
    elif argument == "stride":
        found.help = f"{advice.spelt(place, stride=1)} puts a window on every cell"
        found.notes.append("a window that does not move stays on the first cell")
    elif argument == "padding":
        found.notes.append("a padding cannot take cells away; a padding layer with negative numbers can")
        found.help = _crop(at.layer, values)
    return found


def _values(operation: Operation, argument: str) -> tuple[Any, ...]:
    """The argument on every axis; a padding as its smaller side."""
    given = getattr(operation, argument, ())
    given = given if isinstance(given, tuple) else (given,)
    return tuple(min(value) if isinstance(value, tuple) else value for value in given)


def _crop(layer: Layer, values: tuple[int, ...]) -> str:
    """The layer that crops what the padding was to crop."""
    rank = len(values)
    crop = [min(0, value) for value in values]
    pairs = [cells for cells in reversed(crop) for _ in (0, 1)]
    written = crop[0] if len(set(crop)) == 1 else pairs
    kept = advice.spelt(layer.place, padding=advice.on_axes([max(0, value) for value in values]))
    what = "pool" if isinstance(layer.operation, Pool) else "layer"
    crops = advice.layer(layer.place, f"ZeroPad{rank}d", padding=written)
    return f"crop {f'with {crops} ' if crops else ''}before the {what}, and write {kept} here"
