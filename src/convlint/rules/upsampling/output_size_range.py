"""An output_size is asked for that the transposed convolution cannot make.

## What it does

Compares `output_size` with the sizes that a transposed convolution can make: from its smallest one, `stride` in a row.

## Why it matters

PyTorch refuses anything else: "requested an output size of ..., but valid sizes range from ... to ...". Larger steps
need another stride, kernel or padding.

## Example

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1, output_size: 36}
```

## Use instead

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1, output_size: 32}
```

## Source

PyTorch, `torch.nn.ConvTranspose2d.forward(input, output_size)`.
"""

from __future__ import annotations

from convlint.derive import Derivation, Irregularity
from convlint.diagnostic import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules.spatial.repairs import joined_or, size_label
from convlint.rules.upsampling.transposed import formula
from convlint.rules.wording import axis_name, field_labels, finding, without_place


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
    """The range, and the padding, kernel or input size that reaches the one wanted."""
    at, numbers = irregularity.at, irregularity.numbers
    wanted, axis = numbers["wanted"], numbers["axis"]
    window: TransposedWindow = numbers["window"]
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    name = axis_name(axis, operation.rank)
    least, most = window.least, window.most
    reach = f"{least}{' or' if most == least + 1 else ' to'} {most}" if most > least else f"{least}"
    found = finding(
        irregularity, f"output_size {wanted} cannot be made of a {name} of {window.size}, only {reach}", "output_size"
    )
    found.label = f"{reach} can be made"
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", stride="", padding=""), found.span)
    found.notes = [f"derived: {formula(window)} without output_padding, which can add {window.stride - 1}"]
    if window.stride == 1:
        found.notes = [f"derived: {formula(window)}; at stride 1 there is no other size"]
    choices = []
    padding = window.padding_for(wanted)
    if padding is not None:
        choices.append(f"with `padding: {padding}` {wanted} is in range")
    strides = (stride for stride in range(1, 33) if stride != window.stride)
    stride = next((s for s in strides if _reaches(window._replace(stride=s), wanted)), 0)
    if stride:
        choices.append(f"with `stride: {stride}` {wanted} is in range")
    kernel = window.kernel_for(wanted)
    if kernel is not None and kernel <= window.kernel + 2 * window.stride:
        choices.append(f"with kernel_size {kernel} it is the smallest size")
    size = window.size + (wanted - least) // window.stride
    if size >= 1 and size != window.size:
        choices.append(f"a {name} of {size} can become {wanted}")
    found.help = joined_or(choices) if choices else f"write a size from {reach}"
    return found


def _reaches(window: TransposedWindow, wanted: int) -> bool:
    return window.least <= wanted <= window.most
