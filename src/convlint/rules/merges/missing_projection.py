"""A residual addition goes around a stride or a change of channels.

## What it does

Finds an `Add` of a branch and the very map that the branch began with, where the branch has changed the number of
channels or has a stride, so that the two no longer fit.

## Why it matters

PyTorch refuses the first batch: `The size of tensor a (128) must match the size of tensor b (64)`.
A residual network puts a 1x1 convolution of the same stride into the shortcut wherever a stage changes the shape;
here it is missing.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: stem, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv1, type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {type: Add, from: [conv2, stem]}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: stem, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv1, type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {name: projection, type: Conv2d, out_channels: 32, kernel_size: 1, stride: 2, from: stem}
  - {type: Add, from: [conv2, projection]}
```

## Source

He et al., "Deep Residual Learning for Image Recognition" (2015), equation 2; torchvision's `downsample`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.provenance import Fork, channel_maker
from convlint.derive.repairs.wiring import misread
from convlint.findings import Diagnostic, Label
from convlint.model.operations import Convolution
from convlint.rules import advice
from convlint.rules.merges.branches import MERGED, input_place, maker_labels, producer_labels, reread
from convlint.rules.wording import field_labels, finding, layer_name, size

if TYPE_CHECKING:
    from convlint.derive.irregularities import MissingProjection
    from convlint.model.changes import Value


def word(irregularity: Irregularity[MissingProjection], derivation: Derivation) -> Diagnostic:
    """Say what changed on the branch, and give the 1x1 convolution to insert."""
    numbers = irregularity.numbers
    at = irregularity.at
    shapes, main, shortcut, strides = numbers["shapes"], numbers["main"], numbers["shortcut"], numbers["strides"]
    rank = len(strides)
    channels, before = shapes[main][0], shapes[shortcut][0]
    stride = "" if max(strides) == 1 else str(strides[0] if len(set(strides)) == 1 else list(strides))
    changed = [f"stride {stride}"] if stride else []
    if channels != before:
        changed.append("other channels")
    merge, small, large = numbers["merge"], size(shapes[shortcut]), size(shapes[main])
    if merge in ("add", "multiply"):
        message = f"{small} cannot be {'added to' if merge == 'add' else 'multiplied with'} {large}"
    else:
        message = f"{small} and {large} cannot be {MERGED[merge]}"
    reads = misread(irregularity, derivation)
    found = finding(irregularity, message, "from")
    found.span = input_place(at.layer, shortcut)
    found.labels = producer_labels(irregularity, derivation, found.span)
    if reads is not None and reads.at is not at:
        reread(found, irregularity, derivation)
        return found
    found.message += f": the branch has {' and '.join(changed)}"
    found.label = "goes round the change"
    kernel = advice.word(at.layer.place, "kernel_size")
    maker = channel_maker(at.inputs[main]).made_by
    convolution = maker if maker is not None and isinstance(maker.layer.operation, Convolution) else None
    assert numbers["fork"] is not None
    found.labels += _changes(numbers["fork"], 0 if numbers["pair"][0] == main else 1)
    if convolution is not None and channels != before:
        found.labels += field_labels(convolution.layer, out_channels="")
    told = {label.span for label in found.labels}
    found.labels += [label for label in maker_labels(irregularity) if label.span not in told]
    found.notes.append(
        f"derived: a convolution of {kernel} 1{f' and stride {stride}' if stride else ''} "
        f"makes {size(shapes[main])} of {size(shapes[shortcut])}"
    )
    if reread(found, irregularity, derivation):
        return found
    if channels is not None:
        arguments: dict[str, Value] = {"out_channels": channels, "kernel_size": 1}
        arguments |= {"stride": advice.on_axes(strides)} if stride else {}
        found.help = advice.between(at.layer.place, shortcut, "_projection", f"Conv{rank}d", **arguments)
    if len(shapes) > 2 and numbers["odd"] != shortcut:
        found.help = None  # it is not the only one that has to be projected
    if found.help is None:
        made = advice.word(at.layer.place, "out_channels")
        given = f"as many {made} as the branch" if channels is None else f"{channels} {made}"
        given += f", {kernel} 1{f' and stride {stride}' if stride else ''}"
        where = "the shortcut" if len(shapes) == 2 or numbers["odd"] == shortcut else "every shortcut"
        found.help = f"put a convolution of {given} into {where}"
    if not stride and convolution is not None and before is not None and (len(shapes) == 2 or numbers["odd"] == main):
        written = advice.spelt(convolution.layer.place, out_channels=before)
        found.help = f"write {written} in {layer_name(convolution)}; or {found.help}"
    return found


def _changes(common: Fork, this: int) -> list[Label]:
    """Labels at the strides of the branch."""
    layers = {id(step.at): step.at for step in common.steps[this] if step.stride > 1}
    return [label for derived in layers.values() for label in field_labels(derived.layer, stride="")]
