"""A convolution never reads the last rows or columns of its input.

## What it does

Finds a convolution whose windows stop before the end of its input, so that real rows or columns are never read.
A remainder that costs only padding is normal and silent (every ResNet has one), zeros and copies of a padding layer
before count as padding, and a stride larger than the kernel is deliberate.

## Why it matters

No framework says anything: it rounds the output size down and the network runs.
But pixels are lost at one side of the map only, and a later skip connection may not fit.
The best-known case is AlexNet's first layer on the 224 pixels that the paper prints: (224 - 11) / 4 + 1 = 54.25.

## Example

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}
```

## Use instead

```yaml
convlint: 1
input: [3, 227, 227]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}
```

## Source

CS231n, "Convolutional Neural Networks", on spatial arrangement ("considered to be invalid");
Deeplearning4j's `ConvolutionMode.Strict`. In 18 torchvision networks the rule fires on the two SqueezeNet stems only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from convlint.derive import Derivation, Derived, Irregularity
from convlint.derive.repairs.even import Even
from convlint.derive.sizes import size_changes
from convlint.findings import Diagnostic
from convlint.rules.spatial.windows import cells, exact_sizes, help, notes, size_label
from convlint.rules.wording import field_labels, finding, size, without_place

if TYPE_CHECKING:
    from convlint.derive.irregularities import DroppedInput, Join


def word(irregularity: Irregularity[DroppedInput], derivation: Derivation) -> Diagnostic | None:
    """Say what is lost and which sizes, paddings and kernels come out even."""
    if explained_later(irregularity, derivation) or lost_in_gaps(irregularity):
        return None  # another finding says it
    return lost_input(irregularity, derivation)


def lost_input(irregularity: Irregularity[DroppedInput], derivation: Derivation) -> Diagnostic:
    """The words of this rule and of pool-drops-input."""
    even = Even(irregularity, derivation)
    at, lost = irregularity.at, even.lost
    shape = at.inputs[0].shape
    assert shape is not None
    counts = [window.dropped_input for _, window in lost]
    verb = "is" if counts == [1] else "are"
    message = f"{exact_sizes(lost)}: {cells(lost, even.rank, counts)} of {size(shape[1:])} {verb} never read"
    found = finding(irregularity, message, "stride", "kernel_size")
    found.label = f"gives {exact_sizes(lost)}, rounded down"
    found.labels = size_label(at.inputs[0], derivation)
    found.labels += without_place(field_labels(at.layer, kernel_size="", padding="", dilation=""), found.span)
    found.notes, found.help = notes(even), help(even)
    return found


def explained_later(irregularity: Irregularity[DroppedInput], derivation: Derivation) -> bool:
    """Whether a later layer fails because of its sizes, on whose way this one is: that finding tells of the way."""
    return irregularity.at in _on_failing_ways(derivation)


def lost_in_gaps(irregularity: Irregularity[DroppedInput]) -> bool:
    """Whether what is lost at the far end is only part of what stride and dilation never read."""
    return all(window.has_gaps for _, window in irregularity.windows if window.dropped_input)


@lru_cache(maxsize=1)
def _on_failing_ways(derivation: Derivation) -> frozenset[Derived]:
    """The layers that changed sizes on the ways to joins that do not fit and to maps that became too small."""
    found: set[Derived] = set()
    for other in derivation.irregularities:
        fork = cast("Join", other.numbers).get("fork")
        if fork is not None:
            found.update(step.at for steps in fork.steps for step in steps)
        if other.kind == "kernel-too-large":
            found.update(change.at for change in size_changes(other.at.inputs[0]))
    return frozenset(found)
