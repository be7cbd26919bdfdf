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

from math import gcd

from convlint.derive import Derivation, Irregularity
from convlint.derive.trial import works
from convlint.diagnostic import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules.spatial.repairs import cell_name, per_axis
from convlint.rules.wording import axis_name, field_labels, finding, joined, many, without_place


def word(irregularity: Irregularity, derivation: Derivation) -> Diagnostic:
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
        found.help = f"with `dilation: 1` kernel_size {window.kernel} reaches every cell"
    else:
        spread = " at `dilation: 1`" if gcd(window.stride, window.dilation) > 1 else ""
        found.notes = [
            f"derived: kernels of {window.kernel} are written {window.stride} cells apart, "
            f"{many(missing, 'cell')} between two {'stays' if missing == 1 else 'stay'} empty"
        ]
        once, twice = window.stride, 2 * window.stride
        found.help = f"kernel_size {once}{spread} reaches every cell once, {twice} (with padding) evenly twice"
        smaller = [min(pair) for pair in zip(operation.stride, operation.kernel_size, strict=True)]
        if works(at, irregularity.kind, stride=smaller):
            found.help += f"; `stride: {per_axis(smaller)}` leaves no hole either"
    return found
