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

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.transposed import reaches, reaching, wanted_sizes
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice
from convlint.rules.spatial.windows import joined_or, size_label
from convlint.rules.upsampling.transposed import formula
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import OutputSizeRange


def word(irregularity: Irregularity[OutputSizeRange], derivation: Derivation) -> Diagnostic:
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
    for argument, values in reaching(irregularity):
        written = advice.spelt(at.layer.place, **{argument: advice.on_axes(values)})
        choices.append(f"with {written} {_sizes_in_range(irregularity)} in range")
    size = window.size + (wanted - least) // window.stride
    if size >= 1 and size != window.size:
        choices.append(f"a {name} of {size} can become {wanted}")
    found.help = joined_or(choices) if choices else f"write a size from {reach}"
    return found


def _sizes_in_range(irregularity: Irregularity[OutputSizeRange]) -> str:
    wrong = dict.fromkeys(str(wanted) for window, wanted in wanted_sizes(irregularity) if not reaches(window, wanted))
    return f"{joined(list(wrong))} {'is' if len(wrong) == 1 else 'are'}"
