"""The blocks of a fold or unfold do not fit.

## What it does

`Unfold` turns every window of a map into a column, `Fold` sums such columns back into a map. The rule checks that
there is at least one window, that a `Fold` gets as many columns as its `output_size` has windows, and that its channels
divide into kernels.

## Why it matters

PyTorch refuses the rest: "expected size of input's dimension 2 to match the calculated number of sliding blocks".
The arguments of a `Fold` have to be those of its `Unfold`.

## Example

```yaml
convlint: 1
input: [8, 12, 12]
layers:
  - {type: Unfold, kernel_size: 3, stride: 3}
  - {type: Fold, output_size: 12, kernel_size: 3, stride: 2}
```

## Use instead

```yaml
convlint: 1
input: [8, 12, 12]
layers:
  - {type: Unfold, kernel_size: 3, stride: 3}
  - {type: Fold, output_size: 12, kernel_size: 3, stride: 3}
```

## Source

PyTorch, `torch.nn.Fold` and `torch.nn.Unfold`, `im2col_shape_check.h`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.sizes import way
from convlint.findings import Diagnostic, Label
from convlint.model.operations import Fold, Unfold
from convlint.model.window import Window
from convlint.rules import advice
from convlint.rules.spatial.windows import each_axis, formula, size_label, sizes
from convlint.rules.wording import field_labels, finding, name_place, place, size, source_label, without_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import FoldBlocks


def word(irregularity: Irregularity[FoldBlocks], derivation: Derivation) -> Diagnostic:
    """The count of windows, and which argument differs from the Unfold before."""
    at, numbers = irregularity.at, irregularity.numbers
    operation = at.layer.operation
    assert isinstance(operation, Fold | Unfold)
    if numbers["problem"] == "empty":
        return _empty(irregularity, derivation)
    if numbers["problem"] == "channels":
        channels, cells = numbers["channels"], numbers["cells"]
        kernel = size(operation.kernel_size)
        found = finding(irregularity, f"{channels} channels do not divide into kernels of {kernel}", "kernel_size")
        found.label = f"{cells} cells"
        found.labels = source_label(at.inputs[0], f"gives {size(at.inputs[0].shape)}", derivation)
        found.notes = [
            f"derived: {channels} / ({' x '.join(map(str, operation.kernel_size))}) leaves {channels % cells}"
        ]
        below = channels - channels % cells
        choices = [str(count) for count in (below, below + cells) if count]
        found.help = f"{' or '.join(choices)} channels would do"
        _compare(found, irregularity)
        return found
    columns, count, blocks = numbers["columns"], numbers["count"], numbers["blocks"]
    assert isinstance(operation, Fold)
    message = (
        f"{columns} columns arrive, but a map of {sizes(operation.output_size)} has {size(blocks)} = {count} windows"
    )
    found = finding(irregularity, message, "output_size", "kernel_size")
    found.labels = source_label(at.inputs[0], f"gives {size(at.inputs[0].shape)}", derivation)
    found.labels += without_place(
        field_labels(at.layer, kernel_size="", stride="", padding="", dilation=""), found.span
    )
    windows = _windows(operation, operation.output_size)
    found.notes = [f"derived: {words}" for words in each_axis(windows, 2, _rounded)]
    _compare(found, irregularity)
    return found


def _rounded(window: Window) -> str:
    return formula(window) + (f", rounded down to {window.output}" if window.remainder else "")


def _windows(operation: Fold | Unfold, given: tuple[int | None, ...]) -> list[tuple[int, Window]]:
    return [
        (
            axis,
            Window(
                cells,
                operation.kernel_size[axis],
                operation.stride[axis],
                operation.padding[axis],
                operation.padding[axis],
                operation.dilation[axis],
            ),
        )
        for axis, cells in enumerate(given)
        if cells is not None
    ]


def _empty(irregularity: Irregularity[FoldBlocks], derivation: Derivation) -> Diagnostic:
    at, given = irregularity.at, irregularity.numbers["sizes"]
    operation = at.layer.operation
    assert isinstance(operation, Fold | Unfold)
    windows = _windows(operation, given)
    kernel = size(window.effective_kernel for _, window in windows)
    padded = size(window.padded for _, window in windows)
    shown = size(window.size for _, window in windows)
    wider = f" padded to {padded}" if padded != shown else ""
    found = finding(irregularity, f"a kernel of {kernel} does not fit on a map of {shown}{wider}", "kernel_size")
    if isinstance(operation, Unfold):
        found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, output_size="", padding="", dilation=""), found.span)
    bad = [(axis, window) for axis, window in windows if window.output < 1]
    found.notes = [f"derived: {words}" for words in each_axis(bad, 2, formula)]
    least = size(max(window.size, window.smallest_size) for _, window in windows)
    found.help = f"a map of {least} is the smallest with a window"
    return found


def _compare(found: Diagnostic, irregularity: Irregularity[FoldBlocks]) -> None:
    """Name the arguments in which a Fold differs from the Unfold that its columns come from, and the map they had."""
    at = irregularity.at
    fold = at.layer.operation
    for value in way(at.inputs[0]):
        if value.made_by is None or not isinstance(value.made_by.layer.operation, Unfold):
            continue
        unfold = value.made_by.layer.operation
        shape = value.made_by.inputs[0].shape
        assert isinstance(fold, Fold)
        different = [
            name
            for name in ("kernel_size", "stride", "padding", "dilation")
            if getattr(fold, name) != getattr(unfold, name)
        ]
        if different:
            name = different[0]
            found.span = place(at.layer, name)
            found.labels = without_place(found.labels, found.span)
            span = place(value.made_by.layer, name)
            found.labels.append(Label(span, f"the Unfold has {sizes(getattr(unfold, name))}"))
            written = advice.spelt(at.layer.place, **{name: advice.on_axes(getattr(unfold, name))})
            found.help = f"write {written}, as the Unfold has"
        elif shape is not None and None not in shape:
            span = name_place(value.made_by.layer)
            found.labels = [
                *without_place(found.labels, span),
                Label(span, f"unfolds {size(shape)} to {size(value.shape)}"),
            ]
            unfolded = [cells for cells in shape[1:] if cells is not None]
            written = advice.spelt(at.layer.place, output_size=advice.on_axes(unfolded))
            found.help = f"write {written}, the map that was unfolded"
        return
