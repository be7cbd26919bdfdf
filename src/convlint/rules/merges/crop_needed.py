"""A skip is larger than its partner for want of a crop, or a crop is larger than its map.

## What it does

Finds a join of an upsampled map with a larger skip where convolutions without padding have taken rows and columns off
the upsampled one: the skip has to be cropped first, as the original U-Net does.
It also finds a `CenterCrop` to a size that its map does not have, or below 1.

## Why it matters

PyTorch refuses the first batch: `Sizes of tensors must match except in dimension 1. Expected size 56 but got size 64`.
Cropping the skip is what the paper says; if the other convolutions of the network do have a padding,
one padding that was forgotten is more likely.

## Example

```yaml
convlint: 1
input: [3, 44, 44]
layers:
  - {name: enc1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: pool1, type: MaxPool2d, kernel_size: 2}
  - {name: middle1, type: Conv2d, out_channels: 32, kernel_size: 3}
  - {name: middle2, type: Conv2d, out_channels: 32, kernel_size: 3}
  - {name: up1, type: ConvTranspose2d, out_channels: 16, kernel_size: 2, stride: 2}
  - {name: join1, type: Concat, from: [enc1, up1]}
```

## Use instead

```yaml
convlint: 1
input: [3, 44, 44]
layers:
  - {name: enc1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: pool1, type: MaxPool2d, kernel_size: 2}
  - {name: middle1, type: Conv2d, out_channels: 32, kernel_size: 3}
  - {name: middle2, type: Conv2d, out_channels: 32, kernel_size: 3}
  - {name: up1, type: ConvTranspose2d, out_channels: 16, kernel_size: 2, stride: 2}
  - {name: enc1_crop, type: CenterCrop, size: 34, from: enc1}
  - {name: join1, type: Concat, from: [enc1_crop, up1]}
```

## Source

Ronneberger et al., "U-Net" (2015): "the cropping is necessary due to the loss of border pixels in every convolution".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.joins import forgotten_padding
from convlint.findings import Diagnostic, Label
from convlint.rules import advice
from convlint.rules.merges.branches import channels_too, crop_size, input_name, input_place, producer_labels, reread
from convlint.rules.wording import finding, layer_name, name_place, size, source_label
from convlint.words.text import axis_name, joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import CropNeeded


def word(irregularity: Irregularity[CropNeeded], derivation: Derivation) -> Diagnostic:
    """Give the crop to insert, or the size that a crop can have at most."""
    return _crop(irregularity, derivation) if "wanted" in irregularity.numbers else _skip(irregularity, derivation)


def _skip(irregularity: Irregularity[CropNeeded], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    at = irregularity.at
    shapes, upsampled, skip = numbers["shapes"], numbers["upsampled"], numbers["skip"]
    trims = numbers["trims"]
    axis = next(axis for axis in numbers["axes"] if axis > 0)
    wide, narrow = shapes[skip][axis], shapes[upsampled][axis]
    assert wide is not None and narrow is not None
    gap = wide - narrow
    message = f"a skip of {size(shapes[skip])} is larger than the {size(shapes[upsampled])} that come up to meet it"
    found = finding(irregularity, message, "from")
    found.span = input_place(at.layer, skip)
    found.label = f"{many(gap, 'cell')} too many along the {axis_name(axis - 1, len(shapes[skip]) - 1)}"
    found.labels = producer_labels(irregularity, derivation, found.span)
    shown = [step for step in trims if step.axis == axis - 1]
    taken = [found.span, *(label.span for label in found.labels)]
    for step in shown[:4]:
        span = name_place(step.at.layer)
        if span not in taken:
            found.labels.append(
                Label(span, f"takes {step.before // step.stride - step.after} off: {step.before} to {step.after}")
            )
    names = [layer_name(step.at) for step in shown]
    lost = joined(names) if len(names) <= 4 else f"{len(names)} layers from {names[0]} to {names[-1]}"
    found.notes.append(
        f"derived: without enough padding, {lost} {'takes' if len(names) == 1 else 'take'} cells off the edges"
    )
    if reread(found, irregularity, derivation):
        return found
    found.notes += channels_too(irregularity, derivation)
    wanted = shapes[upsampled][1:]
    kept = [shapes[upsampled][axis] if axis in numbers["axes"] else None for axis in range(1, len(shapes[upsampled]))]
    larger = [index for index, shape in enumerate(shapes) if index != upsampled and shape[1:] != wanted]
    crops = joined([input_name(irregularity, index, derivation) for index in larger])
    if len(larger) == 1:
        found.help = advice.between(at.layer.place, skip, "_crop", "CenterCrop", size=crop_size(kept))
    found.help = found.help or f"crop {crops} to {size(wanted)} first"
    forgotten = forgotten_padding(trims, at.inputs[upsampled], derivation)
    if forgotten is not None:
        made = forgotten.arrives
        written = advice.spelt(forgotten.at.layer.place, padding=advice.on_axes(forgotten.padding))
        written += f" in {layer_name(forgotten.at)}"
        if made is not None and made[1:] == shapes[skip][1:]:
            found.help = f"write {written}; or {found.help}"
        elif made is not None and None not in made:
            found.notes.append(f"with {written} {size(made[1:])} would come up, not {size(shapes[skip][1:])}")
    return found


def _crop(irregularity: Irregularity[CropNeeded], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    at = irregularity.at
    wanted, old, axis = numbers["wanted"], numbers["size"], numbers["axis"]
    shape = at.inputs[0].shape
    rank = len(shape) - 1 if shape is not None else 0
    name = axis_name(axis, rank)
    if wanted < 1:
        found = finding(irregularity, f"a crop to {name} {wanted} leaves nothing", "size", label="below 1")
        found.help = "write a size of at least 1, or null to keep the axis"
        return found
    found = finding(irregularity, f"a crop to {name} {wanted} is larger than its map of {name} {old}", "size")
    found.label = f"at most {old}"
    words = size(shape) if at.inputs[0].made_by is None else f"makes {size(shape)}"
    found.labels = source_label(at.inputs[0], words, derivation)
    found.help = f"write {old} or less, or pad the map instead"
    return found
