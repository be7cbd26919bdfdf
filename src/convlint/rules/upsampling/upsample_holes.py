"""A transposed convolution leaves cells of its output that no kernel reaches.

## What it does

Finds transposed convolutions whose kernel is smaller than the stride, or whose dilation shares a factor with it: cells
of the output then get the bias and nothing else.

## Why it matters

The output is a grid of values with constant rows and columns in between, and the layer behind it has to hide them. A
kernel of the stride leaves no hole, one of twice the stride lets neighbours overlap evenly.

## Example

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 2, stride: 3}
```

## Use instead

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 3, stride: 3}
```

## Source

Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", Distill (2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.transposed import Closing
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice
from convlint.rules.spatial.windows import cell_name
from convlint.rules.upsampling.transposed import kernels_in_words
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import UpsampleHoles


def word(irregularity: Irregularity[UpsampleHoles], derivation: Derivation) -> Diagnostic:
    """How many of the stride's cells are reached, and the kernels that reach all."""
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    windows: list[tuple[int, TransposedWindow]] = irregularity.numbers["windows"]
    holes = [(axis, window) for axis, window in windows if window.has_holes]
    window = holes[0][1]
    by_dilation = window.kernel >= window.stride
    cause = f"dilation {window.dilation}" if by_dilation else f"kernel {window.kernel}"
    names = joined([cell_name(axis, operation.rank) + "s" for axis, _ in holes])
    missing = window.stride - window.reached
    where = f" ({axis_name(holes[0][0], operation.rank)})" if len(holes) < operation.rank > 1 else ""
    message = (
        f"{cause} with stride {window.stride}{where}: {missing} of every {window.stride} {names} hold only the bias"
    )
    found = finding(irregularity, message, *(("dilation",) if by_dilation else ()), "kernel_size", "stride")
    found.labels = without_place(field_labels(at.layer, kernel_size="", stride="", dilation=""), found.span)
    if by_dilation:
        found.notes = [
            f"derived: taps {window.dilation} apart, kernels {window.stride} apart: "
            f"{window.reached} of {window.stride} cells are reached"
        ]
    else:
        found.notes = [
            f"derived: kernels of {window.kernel} are written {window.stride} cells apart, "
            f"{many(missing, 'cell')} between two {'stays' if missing == 1 else 'stay'} empty"
        ]
    found.help = _help(irregularity, [axis for axis, _ in holes])
    return found


def _help(irregularity: Irregularity[UpsampleHoles], axes: list[int]) -> str:
    """The dilation, kernels and strides that leave no hole, as far as the layer is right with them."""
    at = irregularity.at
    closing = Closing(at, irregularity.kind, axes)
    ways = []
    closer = advice.spelt(at.layer.place, dilation=advice.on_axes(closing.dilation))
    spread = f" at {closer}" if closing.other_dilation else ""

    def kernel(sizes: Sequence[int]) -> str:
        return advice.choice(at.layer.place, "kernel_size", [advice.on_axes(sizes)])

    if closing.by_dilation():
        ways.append(f"with {closer} {kernel(closing.kernel_size)} reaches every cell")
    else:
        once, twice = closing.once(), closing.twice()
        if once is not None:
            times = " once" if closing.everywhere else ""
            ways.append(f"{kernel(once)}{spread} reaches every cell{times}")
        if twice is not None:
            reaches = "evenly twice" if ways and closing.everywhere else "reaches every cell"
            ways.append(f"{kernels_in_words(at, twice)}{spread} {reaches}")
    smaller = closing.strides()
    if smaller is not None:
        ways.append(f"{advice.spelt(at.layer.place, stride=advice.on_axes(smaller))} leaves no hole either")
    return "; ".join(ways) or "a kernel of a multiple of the stride, at dilation 1, reaches every cell"
