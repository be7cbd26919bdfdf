"""A transposed convolution is padded so much that nothing is left.

## What it does

Finds transposed convolutions whose output would have no cell: in them `padding` takes cells away at either end.

## Why it matters

PyTorch refuses it: "Given input size per channel ... Calculated output size ... is too small". ONNX infers a negative
size and says nothing.

## Example

```yaml
convlint: 1
input: [64, 1, 1]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, padding: 2}
```

## Use instead

```yaml
convlint: 1
input: [64, 1, 1]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4}
```

## Source

PyTorch, `torch.nn.ConvTranspose2d`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity
from convlint.derive.repairs.transposed import (
    kernel_that_leaves_something,
    padding_that_leaves_something,
    sizes_that_leave_something,
)
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice
from convlint.rules.spatial.windows import joined_or, size_label
from convlint.rules.upsampling.transposed import formula
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import UpsampleEmpty


def word(irregularity: Irregularity[UpsampleEmpty], derivation: Derivation) -> Diagnostic:
    """The formula, and the padding, kernel and size that leave something."""
    at, numbers = irregularity.at, irregularity.numbers
    window: TransposedWindow = numbers["window"]
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    axis = numbers["axis"]
    name = axis_name(axis, operation.rank)
    extra = numbers["output"] - window.least
    message = f"a {name} of {window.size} becomes {numbers['output']}: no output is left"
    found = finding(irregularity, message, "output_size" if operation.output_size else "padding", "kernel_size")
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", stride=""), found.span)
    found.notes = [f"derived: {formula(window, extra)}"]
    if window.padding:
        padding = advice.named(at.layer.place, "padding")
        found.notes.append(f"here {padding} takes {many(window.padding, 'cell')} away at either end")
    choices = _changes(at, irregularity.kind)
    if operation.output_size is None and window.smallest_size > window.size:
        choices.append(f"a {name} of {window.smallest_size} or more")
    found.help = joined_or(choices) or None
    return found


def _changes(at: Derived, kind: str) -> list[str]:
    """The most padding and the least kernel on every axis that leave something, or the least size asked for."""
    operation, place = at.layer.operation, at.layer.place
    assert isinstance(operation, TransposedConvolution)
    if operation.output_size is not None:
        wanted = sizes_that_leave_something(at, kind)
        return [f"write {advice.spelt(place, output_size=advice.on_axes(wanted))}"] if wanted is not None else []
    padding, kernels = padding_that_leaves_something(at, kind), kernel_that_leaves_something(at, kind)
    choices = []
    if padding is not None:
        choices.append(f"write {advice.spelt(place, padding=advice.on_axes(padding))} at most")
    if kernels is not None:
        choices.append(advice.choice(place, "kernel_size", [advice.on_axes(kernels)]) + " or more")
    return choices
