"""A convolution is padded by a whole kernel or more, so its outermost windows see nothing but zeros.

## What it does

Finds convolutions padded with zeros at least as far as their kernel reaches.

## Why it matters

The border of the output holds the bias and nothing else, and the map grows by it. The usual case is `padding: 1` left
over on a kernel that became 1x1: SqueezeNet's first Caffe release had it in its last convolution.

## Example

```yaml
convlint: 1
input: [512, 13, 13]
layers:
  - {type: Conv2d, out_channels: 1000, kernel_size: 1, padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [512, 13, 13]
layers:
  - {type: Conv2d, out_channels: 1000, kernel_size: 1}
```

## Source

SqueezeNet v1.0, `deploy.prototxt`, layer conv10; an error in Analog Devices' ai8x tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.windows import most_padding
from convlint.findings import Diagnostic
from convlint.model.operations import Convolution
from convlint.model.window import effective_kernel
from convlint.rules import advice
from convlint.rules.spatial.windows import cell_name
from convlint.rules.wording import field_labels, finding, without_place
from convlint.words.text import axis_name, joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import PaddingExceedsKernel


def word(irregularity: Irregularity[PaddingExceedsKernel], derivation: Derivation) -> Diagnostic | None:
    """Say how many rows and columns see nothing, and which padding keeps the size."""
    at = irregularity.at
    operation = at.layer.operation
    assert isinstance(operation, Convolution)
    if operation.padding_mode != "zeros":
        return None  # the border sees copies of the map
    reach = [effective_kernel(k, d) for k, d in zip(operation.kernel_size, operation.dilation, strict=True)]
    before = [pair[0] for pair in operation.padding]
    blind = [(axis, (p - k) // operation.stride[axis] + 1) for axis, (p, k) in enumerate(zip(before, reach)) if p >= k]
    axis = blind[0][0]
    where = f" ({axis_name(axis, operation.rank)})" if len({*zip(before, reach)}) > 1 else ""
    lines = [many(count, cell_name(axis, operation.rank)) for axis, count in blind]
    if len({count for _, count in blind}) == 1 and len(blind) > 1:
        count = blind[0][1]
        names = [cell_name(axis, operation.rank) + ("s" if count > 1 else "") for axis, _ in blind]
        lines = [f"{count} {names[0]}" if count > 1 else names[0], *names[1:]]
    see = "sees" if len(blind) == 1 and blind[0][1] == 1 else "see"
    border = joined(lines).removeprefix("1 ")
    found = finding(
        irregularity,
        f"padding {before[axis]} on a kernel of {reach[axis]}{where}: the outer {border} {see} only zeros",
        "padding",
    )
    found.labels = without_place(field_labels(at.layer, kernel_size="", dilation=""), found.span)
    first, last = -before[axis], reach[axis] - before[axis] - 1
    covered = f"cell {first}" if first == last else f"the cells {first} to {last}"
    found.notes = [f"derived: the first window covers {covered}, and the map begins at cell 0"]
    keeps = [(k - 1) // 2 for k in reach]
    ways = []
    if max(reach) == 1:
        ways.append(f"a kernel of 1 needs no padding: leave {advice.named(at.layer.place, 'padding')} out")
    elif max(operation.stride) == 1 and all(k % 2 for k in reach):
        ways.append(f"{advice.spelt(at.layer.place, padding=advice.on_axes(keeps))} keeps the size")
    most = most_padding(irregularity, reach) if max(reach) > 1 else None
    if most is not None:
        written = advice.spelt(at.layer.place, padding=advice.on_axes(most))
        ways.append(f"{written} is the most with which every window sees the map")
        if most != [k - 1 for k in reach]:
            ways[-1] += " and none of it is left over"
    found.help = "; ".join(ways) or None
    return found
