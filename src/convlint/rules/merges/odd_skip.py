"""A skip connection does not fit, because a size on the way down was odd.

## What it does

Finds a join of an upsampled map with a skip from the way down whose sizes differ because somewhere between them a
stride did not divide the size: 57 is halved to 28, and 28 comes up again as 56.

## Why it matters

PyTorch refuses the first batch: `Sizes of tensors must match except in dimension 1. Expected size 56 but got size 57`.
The network itself is right: it wants another input size.
An encoder that halves L times and comes up again joins everywhere if the input is a multiple of 2 to the power of L.

## Example

```yaml
convlint: 1
input: [3, 50, 50]
layers:
  - {name: enc1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: pool1, type: MaxPool2d, kernel_size: 2}
  - {name: enc2, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {name: pool2, type: MaxPool2d, kernel_size: 2}
  - {name: middle, type: Conv2d, out_channels: 64, kernel_size: 3, padding: 1}
  - {name: up2, type: ConvTranspose2d, out_channels: 32, kernel_size: 2, stride: 2}
  - {name: join2, type: Concat, from: [up2, enc2]}
  - {name: dec2, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {name: up1, type: ConvTranspose2d, out_channels: 16, kernel_size: 2, stride: 2}
  - {name: join1, type: Concat, from: [up1, enc1]}
```

## Use instead

```yaml
convlint: 1
input: [3, 52, 52]
layers:
  - {name: enc1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: pool1, type: MaxPool2d, kernel_size: 2}
  - {name: enc2, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {name: pool2, type: MaxPool2d, kernel_size: 2}
  - {name: middle, type: Conv2d, out_channels: 64, kernel_size: 3, padding: 1}
  - {name: up2, type: ConvTranspose2d, out_channels: 32, kernel_size: 2, stride: 2}
  - {name: join2, type: Concat, from: [up2, enc2]}
  - {name: dec2, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {name: up1, type: ConvTranspose2d, out_channels: 16, kernel_size: 2, stride: 2}
  - {name: join1, type: Concat, from: [up1, enc1]}
```

## Source

Ronneberger et al., "U-Net" (2015): "it is important to select the input tile size such that all 2x2 max-pooling
operations are applied to a layer with an even x- and y-size"; segmentation_models.pytorch issues 57, 93 and 548.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.provenance import Step
from convlint.derive.sizes import Joining, joining_inputs, origin
from convlint.findings import Diagnostic, Label
from convlint.model.changes import Set
from convlint.rules.merges.branches import channels_too, input_name, input_place, producer_labels, repair_help, reread
from convlint.rules.wording import finding, layer_name, name_place, size, without_place
from convlint.words.text import joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import OddSkip


def word(irregularity: Irregularity[OddSkip], derivation: Derivation) -> Diagnostic | None:
    """Name the size that turned odd first, and the nearest inputs with which everything joins.

    Only the first join of a network that breaks so: the size of the input that repairs it repairs the others too.
    """
    if irregularity is not _first(derivation):
        return None
    numbers = irregularity.numbers
    at = irregularity.at
    level: Step = numbers["level"]
    shapes, upsampled, skip = numbers["shapes"], numbers["upsampled"], numbers["skip"]
    maker = layer_name(level.at)
    message = f"a skip of {size(shapes[skip])} meets {size(shapes[upsampled])}: {maker} {_rounds(level)}"
    found = finding(irregularity, message, "from")
    found.span = input_place(at.layer, skip)
    across, up = shapes[skip][level.axis + 1], shapes[upsampled][level.axis + 1]
    found.label = f"{across}, not {up}"
    found.labels = producer_labels(irregularity, derivation, found.span)
    level_place = name_place(level.at.layer)
    if all(label.span != level_place for label in found.labels) and found.span != level_place:
        found.labels.append(Label(level_place, f"makes {level.after} of {level.before}"))
    exact = f"{level.before} / {level.stride} = {level.before / level.stride:.4g}"
    found.notes.append(
        f"derived: {exact}, {maker} makes {level.after}; that comes up as {up}, and {across} cannot join it"
    )
    if reread(found, irregularity, derivation):
        return found
    found.notes += channels_too(irregularity, derivation)
    index = origin(at.inputs[skip], derivation)
    good = None if index is None else joining_inputs(derivation, index)
    repair = repair_help(irregularity, derivation)
    if index is not None and good is not None and (good.smaller or good.larger):
        found.help = _input_help(good)
        found.labels += without_place(_input_label(derivation, index), found.span)
        if repair is not None:
            found.notes.append(f"with this input, {repair}")
    else:
        name = input_name(irregularity, upsampled, derivation)
        found.help = (
            repair or f"pad {name} to {size(shapes[skip][1:])}, or crop the skip to {size(shapes[upsampled][1:])}"
        )
    return found


def _rounds(level: Step) -> str:
    """What the layer did to the size."""
    direction = "down" if level.after * level.stride < level.before else "up"
    odd = f" ({level.before} is odd)" if level.stride == 2 else ""
    return f"rounds {level.before} / {level.stride} {direction} to {level.after}{odd}"


def _input_help(good: Joining) -> str:
    sizes = joined([size(found) for found in (good.smaller, good.larger) if found is not None], "or")
    words = f"with an input of {sizes} everything joins"
    some = good.larger or good.smaller
    if good.period is not None and some is not None and len({n % good.period for n in some if n is not None}) == 1:
        rest = next(n for n in some if n is not None) % good.period
        words += f": {_multiples(good.period, rest)}"
    return words


def _multiples(period: int, rest: int) -> str:
    return f"sizes that are multiples of {period}" if rest == 0 else f"sizes that leave {rest} when divided by {period}"


def _input_label(derivation: Derivation, index: int) -> list[Label]:
    """The place of the size, in formats that write it."""
    given = derivation.network.inputs[index]
    if derivation.network.place.written(Set({"input": given.shape or ()})) is None:
        return []
    span = derivation.network.place.value_span("input")
    return [Label(given.span if span is None or len(derivation.inputs) > 1 else span, "")]


@lru_cache(maxsize=1)
def _first(derivation: Derivation) -> Irregularity | None:
    """The first join of a network that a size on the way down breaks."""
    return next((found for found in derivation.irregularities if found.kind == "odd-skip"), None)
