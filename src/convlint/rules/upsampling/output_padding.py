"""An output_padding is not below the stride or the dilation.

## What it does

Checks transposed convolutions for an `output_padding` that is neither below the stride nor below the dilation.

## Why it matters

`output_padding` only chooses among the sizes that a convolution with this stride would shrink to the same map; from the
stride on there is nothing left to choose. PyTorch and ONNX Runtime refuse it.

## Example

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1, output_padding: 2}
```

## Use instead

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1}
```

## Source

PyTorch: "output padding must be smaller than either stride or dilation". Keras asks for less than the stride.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.transposed import with_kernel, with_padding
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice
from convlint.rules.spatial.windows import size_label
from convlint.rules.upsampling.transposed import formula
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import OutputPadding


def word(irregularity: Irregularity[OutputPadding], derivation: Derivation) -> Diagnostic:
    """The limit, the sizes within it, and what would give the size that was wanted."""
    at, numbers = irregularity.at, irregularity.numbers
    extra, axis = numbers["output_padding"], numbers["axis"]
    window: TransposedWindow = numbers["window"]
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    where = f" ({axis_name(axis, operation.rank)})" if len(set(operation.output_padding)) > 1 else ""
    limit = f"stride {window.stride}" + (f" or dilation {window.dilation}" if window.dilation > 1 else "")
    word = advice.word(at.layer.place, "output_padding")
    found = finding(irregularity, f"{word} {extra}{where} is not below {limit}", "output_padding")
    most = max(window.stride, window.dilation) - 1
    found.label = f"at most {most}"
    found.labels = size_label(at.inputs[0], derivation) if window.size else []
    found.labels += without_place(field_labels(at.layer, stride="", dilation=""), found.span)
    left_out = f"leave {advice.named(at.layer.place, 'output_padding')} out"
    if not window.size:
        found.help = f"write {advice.spelt(at.layer.place, output_padding=most)} at most" if most else left_out
        return found
    wanted = window.least + extra
    found.notes = [f"derived: {formula(window, extra)}, {extra} of it {word}"]
    reached = f"{window.least}{' or' if most == 1 else ' to'} {window.least + most}"
    found.help = f"{word} up to {most} gives {reached}" if most else left_out
    others = [*_with_padding(irregularity), *_with_kernel(irregularity, most)]
    if others:
        found.help += f"; {wanted} comes of {joined(others, 'or')}"
    return found


def _with_padding(irregularity: Irregularity[OutputPadding]) -> list[str]:
    """A smaller padding that gives the sizes that were wanted."""
    found = with_padding(irregularity)
    if found is None:
        return []
    values = {"padding": advice.on_axes(found.values), "output_padding": advice.on_axes(found.output_padding)}
    return [advice.spelt(irregularity.at.layer.place, " with ", **values)]


def _with_kernel(irregularity: Irregularity[OutputPadding], most: int) -> list[str]:
    """A larger kernel that gives the sizes that were wanted."""
    found = with_kernel(irregularity)
    if found is None:
        return []
    place = irregularity.at.layer.place
    added = f" and no {advice.word(place, 'output_padding')}" if most else ""
    if any(found.output_padding):
        added = f" with {advice.spelt(place, output_padding=advice.on_axes(found.output_padding))}"
    return [advice.choice(place, "kernel_size", [advice.on_axes(found.values)]) + added]
