"""A kernel is larger than the padded map that it slides over.

## What it does

Finds convolutions and pools for which not even one window fits on what arrives.

## Why it matters

PyTorch stops with "Kernel size can't be greater than actual input size", Keras with "negative dimension size".
The layer named there is where the map ran out, seldom where the mistake is: it shrank on the way, by one pool too many
or because the network was made for larger inputs.

## Example

```yaml
convlint: 1
input: [3, 28, 28]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 5, padding: 2}
  - {type: MaxPool2d, kernel_size: 4}
  - {type: Conv2d, out_channels: 16, kernel_size: 9}
```

## Use instead

```yaml
convlint: 1
input: [3, 36, 36]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 5, padding: 2}
  - {type: MaxPool2d, kernel_size: 4}
  - {type: Conv2d, out_channels: 16, kernel_size: 9}
```

## Source

PyTorch, `torch.nn.functional.conv2d`; Keras, "Computed output size would be negative".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity
from convlint.derive.repairs.windows import fitting_kernel, fitting_padding
from convlint.derive.sizes import fixed_by, origin, size_changes, smallest_input
from convlint.derive.state import rank_of
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.model.window import Window
from convlint.rules import advice
from convlint.rules.spatial.windows import Windows, each_axis, formula, size_label, sizes
from convlint.rules.wording import field_labels, finding, layer_name, size, without_place
from convlint.words.text import axis_name, joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import KernelTooLarge

#: Longer ways are told without their middle.
MOST_STEPS = 6


def word(irregularity: Irregularity[KernelTooLarge], derivation: Derivation) -> Diagnostic:
    """Say the size the layer gets, where the map shrank, and what would fit."""
    at = irregularity.at
    bare = irregularity.numbers.get("bare", False)
    too_small = [(axis, window) for axis, window in irregularity.windows if _needs(window, bare) > window.size]
    rank = rank_of(at)
    found = finding(irregularity, _message(irregularity.windows, too_small, rank), "kernel_size")
    found.label = f"needs at least {_least(irregularity.windows, rank, bare)}"
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, padding="", dilation=""), found.span)
    for words in each_axis(too_small, rank, lambda window: _arithmetic(window, bare)):
        found.notes.append(f"derived: {words}")
    if bare and any(window.output > 0 for _, window in too_small):
        found.notes.append(f"{at.layer.type} wants the map itself to be as large as the kernel, padding not counted")
    changes = size_changes(at.inputs[0])
    if len(changes) > 1:
        found.notes.append(_way(changes[0].before, [(change.at, change.after) for change in changes]))
    fixed = fixed_by(at.inputs[0])
    if fixed is not None and fixed.output.shape is not None:
        found.notes.append(f"{layer_name(fixed)} makes {size(fixed.output.shape[1:])} of every network input")
    found.help = _help(irregularity, derivation, bare)
    return found


def _needs(window: Window, bare: bool) -> int:
    """The smallest size that the window takes."""
    return max(window.smallest_size, window.kernel) if bare else window.smallest_size


def _message(windows: Windows, too_small: Windows, rank: int) -> str:
    kernel = size(window.kernel for _, window in windows)
    spread = size(window.effective_kernel for _, window in windows)
    given = size(window.size for _, window in windows)
    padded = size(window.padded for _, window in windows)
    message = f"a kernel of {kernel}" + (f", {spread} with its dilation," if spread != kernel else "")
    message += f" does not fit on a map of {given}" + (f" padded to {padded}" if padded != given else "")
    if len(windows) == rank and len(message) <= 100:
        return message
    # Of a map with unknown or very large sizes only the axis is told that does not fit.
    axis, window = too_small[0]
    padding = f" padded to {window.padded}" if window.padded > window.size else ""
    return f"a kernel of {window.effective_kernel} does not fit on a {axis_name(axis, rank)} of {window.size}{padding}"


def _least(windows: Windows, rank: int, bare: bool) -> str:
    if len(windows) < rank:
        return str(next(_needs(window, bare) for _, window in windows if _needs(window, bare) > window.size))
    return size(_needs(window, bare) for _, window in windows)


def _arithmetic(window: Window, bare: bool) -> str:
    if bare and window.output > 0:
        return f"{window.size} cells are fewer than the kernel's {window.kernel}"
    return f"{formula(window)}: not one window" + (", even rounded up" if window.ceil else "")


def _way(first: tuple[int | None, ...], steps: list[tuple[Derived, tuple[int | None, ...]]]) -> str:
    """How a map shrank: 224x224, 55x55 behind `conv1`, 27x27 behind `pool1`."""
    told = [f"{size(after)} behind {layer_name(at)}" for at, after in steps]
    if len(told) > MOST_STEPS:
        told = [*told[:2], "...", *told[2 - MOST_STEPS :]]
    return f"the map on its way: {', '.join([size(first), *told])}"


def _help(irregularity: Irregularity[KernelTooLarge], derivation: Derivation, bare: bool) -> str:
    """The network input that gives every layer an output, and what would fit here."""
    at = irregularity.at
    pool = not isinstance(at.layer.operation, Convolution)
    here = []
    padding, kernels = fitting_padding(irregularity, bare), fitting_kernel(irregularity, bare)
    if padding is not None:
        here.append(advice.spelt(at.layer.place, padding=advice.on_axes(padding)))
    if kernels is not None:
        here.append(advice.choice(at.layer.place, "kernel_size", [advice.on_axes(kernels)]))
    text = f"{joined(here, 'or')} would just fit here" if here else ""
    if pool:
        text += ", or leave the pool out" if here else "leave the pool out"
    source = at.inputs[0]
    index = origin(source, derivation) if fixed_by(source) is None else None
    found = None if index is None else smallest_input(derivation, index)
    if index is None or found is None:
        return text
    what = "a network input" if len(derivation.inputs) == 1 else f"an input `{derivation.network.inputs[index].name}`"
    return f"{what} of {sizes(found)} or more gives every layer an output{'; ' if text else ''}{text}"
