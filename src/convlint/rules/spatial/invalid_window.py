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

from typing import Any

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic, Edit, Fix
from convlint.model.operations import Operation, Pool
from convlint.rules.wording import axis_name, finding, listed

#: What the least value of an argument does.
_LEAST = {
    "kernel_size": "`kernel_size: 1` only mixes channels, `kernel_size: 3` is the usual smallest window",
    "stride": "`stride: 1` puts a window on every cell",
    "dilation": "write `dilation: 1` for a contiguous kernel",
}


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
    """Name the value and what the least one means."""
    at, numbers = irregularity.at, irregularity.numbers
    argument, value, least, axis = (numbers[name] for name in ("argument", "value", "least", "axis"))
    operation = at.layer.operation
    values = _values(operation, argument)
    where = f" ({axis_name(axis, len(values))})" if len(set(values)) > 1 else ""
    found = finding(irregularity, f"{argument} must be at least {least}, not {value}{where}", argument)
    found.help = _LEAST.get(argument)
    if argument == "dilation":
        found.notes.append("a dilation of 1 leaves no gap between the taps; texts that count the gaps call that 0")
        span = at.layer.place.value_span("dilation")
        if value == 0 and span is not None and not any(values):
            found.fixes.append(Fix("Write `dilation: 1`, a contiguous kernel", [Edit(span, "1")]))
    elif argument == "stride":
        found.notes.append("a window that does not move stays on the first cell")
    elif argument == "padding":
        found.notes.append("a padding cannot take cells away; a padding layer with negative numbers can")
        found.help = _crop(operation, values)
    return found


def _values(operation: Operation, argument: str) -> tuple[Any, ...]:
    """The argument on every axis; a padding as its smaller side."""
    given = getattr(operation, argument, ())
    given = given if isinstance(given, tuple) else (given,)
    return tuple(min(value) if isinstance(value, tuple) else value for value in given)


def _crop(operation: Operation, values: tuple[int, ...]) -> str:
    """The layer that crops what the padding was to crop."""
    rank = len(values)
    crop = [min(0, value) for value in values]
    pairs = [cells for cells in reversed(crop) for _ in (0, 1)]
    written = crop[0] if len(set(crop)) == 1 else listed(pairs)
    rest = [max(0, value) for value in values]
    kept = rest[0] if len(set(rest)) == 1 else listed(rest)
    what = "pool" if isinstance(operation, Pool) else "layer"
    return (
        f"crop with `{{type: ZeroPad{rank}d, padding: {written}}}` before the {what}, and write `padding: {kept}` here"
    )
