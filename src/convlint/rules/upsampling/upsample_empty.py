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

from convlint.derive import Derivation, Irregularity
from convlint.diagnostic import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules.spatial.repairs import joined_or, size_label
from convlint.rules.upsampling.transposed import formula
from convlint.rules.wording import axis_name, field_labels, finding, many, without_place


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
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
        found.notes.append(f"here `padding` takes {many(window.padding, 'cell')} away at either end")
    choices = []
    if 0 <= window.largest_padding < window.padding:
        choices.append(f"write `padding: {window.largest_padding}` at most")
    spare = 1 - numbers["output"]
    choices.append(f"kernel_size {window.kernel - (-spare // window.dilation)} or more")
    if window.smallest_size > window.size:
        choices.append(f"a {name} of {window.smallest_size} or more")
    found.help = joined_or(choices)
    return found
