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

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.trial import works
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice
from convlint.rules.spatial.repairs import joined_or, size_label
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
    choices = [f"with {change} {_sizes_in_range(irregularity)} in range" for change in _changes(irregularity)]
    size = window.size + (wanted - least) // window.stride
    if size >= 1 and size != window.size:
        choices.append(f"a {name} of {size} can become {wanted}")
    found.help = joined_or(choices) if choices else f"write a size from {reach}"
    return found


def _windows(irregularity: Irregularity[OutputSizeRange]) -> list[tuple[TransposedWindow, int]]:
    """The window on every axis and the size wanted there; an axis of unknown size wants what it makes."""
    operation = irregularity.at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    assert operation.output_size is not None
    found = []
    sizes = (irregularity.at.inputs[0].shape or (None,) * (operation.rank + 1))[1:]
    for axis, (size, wanted) in enumerate(zip(sizes, operation.output_size, strict=True)):
        arguments = operation.kernel_size[axis], operation.stride[axis], operation.padding[axis][0]
        window = TransposedWindow(size or 0, *arguments, operation.dilation[axis])
        found.append((window, wanted if size is not None else window.least))
    return found


def _sizes_in_range(irregularity: Irregularity[OutputSizeRange]) -> str:
    wrong = dict.fromkeys(str(wanted) for window, wanted in _windows(irregularity) if not _reaches(window, wanted))
    return f"{joined(list(wrong))} {'is' if len(wrong) == 1 else 'are'}"


def _changes(irregularity: Irregularity[OutputSizeRange]) -> list[str]:
    """Single arguments with which all sizes are in range."""
    windows = _windows(irregularity)

    def other(name: str, current: list[int], changed: Callable[[TransposedWindow, int], int | None]) -> list[str]:
        values = [
            now if _reaches(window, wanted) else changed(window, wanted)
            for now, (window, wanted) in zip(current, windows, strict=True)
        ]
        known = [value for value in values if value is not None]
        if len(known) < len(values) or not works(irregularity.at, irregularity.kind, **{name: known}):
            return []
        return [advice.spelt(irregularity.at.layer.place, **{name: advice.on_axes(known)})]

    return [
        *other("padding", [window.padding for window, _ in windows], TransposedWindow.padding_for),
        *other("stride", [window.stride for window, _ in windows], _stride),
        *other("kernel_size", [window.kernel for window, _ in windows], _kernel),
    ]


def _stride(window: TransposedWindow, wanted: int) -> int | None:
    strides = (stride for stride in range(1, 33) if stride != window.stride)
    return next((stride for stride in strides if _reaches(window._replace(stride=stride), wanted)), None)


def _kernel(window: TransposedWindow, wanted: int) -> int | None:
    kernel = window.kernel_for(wanted)
    return kernel if kernel is not None and kernel <= window.kernel + 2 * window.stride else None


def _reaches(window: TransposedWindow, wanted: int) -> bool:
    return window.least <= wanted <= window.most
