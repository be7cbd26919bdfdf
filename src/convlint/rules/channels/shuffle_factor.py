"""A pixel shuffle does not divide.

## What it does

Checks that `PixelShuffle` with factor r gets a multiple of r*r channels, and that `PixelUnshuffle` gets a height and a
width that are multiples of r.

## Why it matters

PixelShuffle makes one channel of r*r, r times as high and wide; PixelUnshuffle the other way round.
PyTorch refuses anything else (`pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of
upscale_factor`); ONNX's checker rounds down and says nothing.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 3}
  - {type: PixelShuffle, upscale_factor: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 63, kernel_size: 3}
  - {type: PixelShuffle, upscale_factor: 3}
```

## Source

PyTorch, `torch.nn.PixelShuffle` and `PixelUnshuffle`; Shi et al., "Real-Time Single Image Super-Resolution" (2016).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules.features.nearest import either, multiples_near
from convlint.rules.makers import channel_labels, let_make, shape_labels
from convlint.rules.wording import finding
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import ShuffleFactor


def word(irregularity: Irregularity[ShuffleFactor], derivation: Derivation) -> Diagnostic:
    """Offer the nearest channels or sizes that divide, and the factors that do."""
    numbers = irregularity.numbers
    factor, down = numbers["factor"], numbers["down"]
    argument = "downscale_factor" if down else "upscale_factor"
    source = irregularity.at.inputs[0]
    if numbers["problem"] == "factor":
        found = finding(irregularity, f"{argument} {factor} is below 1", argument, label="at least 1")
        found.help = "write 2 or more; 1 changes nothing"
        return found
    if numbers["problem"] == "size":
        old = numbers["size"]
        name = axis_name(numbers["axis"], 2)
        found = finding(irregularity, f"{argument} {factor} does not divide the {name} of {old}", argument)
        found.label = f"{old} / {factor} = {old / factor:.4g}"
        found.labels = shape_labels(source, derivation, found.span)
        found.help = f"a {name} of {either(multiples_near(factor, old))} divides"
        return found
    channels = numbers["channels"]
    square = factor * factor
    message = f"{many(channels, 'channel')} cannot be shuffled by {factor}: no multiple of {factor}*{factor} = {square}"
    found = finding(irregularity, message, argument, label=f"{channels} / {square} = {channels / square:.4g}")
    found.labels = channel_labels(source, derivation, found.span)
    found.help = let_make(source, derivation, either(multiples_near(square, channels)))
    factors = [r for r in range(2, 17) if r != factor and channels % (r * r) == 0]
    if factors:
        found.help += f"; {many(channels, 'channel')} can be shuffled by {either(factors[:3])}"
    return found
