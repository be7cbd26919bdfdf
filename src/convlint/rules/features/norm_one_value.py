"""A normalisation has only a single value to normalise.

## What it does

Finds BatchNorm and InstanceNorm on a map of 1x1 (1 in 1-D, 1x1x1 in 3-D).

## Why it matters

The mean of one value is the value itself, so nothing is left of it.
BatchNorm refuses to train with a batch of 1: `Expected more than 1 value per channel when training`.
Often that is the last, smaller batch of an epoch, hours after the start.
InstanceNorm takes each example alone and refuses whatever the batch; that is an error.

## Example

```yaml
convlint: 1
input: [512, 7, 7]
layers:
  - {type: AdaptiveAvgPool2d, output_size: 1}
  - {type: BatchNorm2d}
```

## Use instead

```yaml
convlint: 1
input: [512, 7, 7]
layers:
  - {type: BatchNorm2d}
  - {type: AdaptiveAvgPool2d, output_size: 1}
```

Where the order is meant, as in the image pooling of DeepLab, train with batches of at least 2 (`drop_last=True`) and
say so behind the layer: `# convlint: ignore[norm-one-value] trained with drop_last`.

## Source

PyTorch, `torch.nn.functional.batch_norm` and `instance_norm`; pytorch-deeplab-xception#41, pytorch/vision#1491.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic, Fact
from convlint.rules.features.makers import shape_of
from convlint.rules.wording import finding, layer_name, size, source_label

if TYPE_CHECKING:
    from convlint.derive.irregularities import NormOneValue


def word(irregularity: Irregularity[NormOneValue], derivation: Derivation) -> Diagnostic:
    """Say for which batches it fails."""
    at, numbers = irregularity.at, irregularity.numbers
    shape = numbers["shape"]
    source = at.inputs[0]
    batch = numbers["kind"] == "batch"
    cells = size(shape[1:])
    if batch:
        message = f"one value per channel in a map of {cells}: training fails with a batch of 1"
    elif numbers["always"]:
        message = f"one value per channel in a map of {cells}: refused with any batch"
    else:
        message = f"one value per channel in a map of {cells}: training fails with any batch"
    found = finding(irregularity, message, label=f"normalises maps of {cells}")
    found.labels = source_label(source, shape_of(source), derivation)
    if source.made_by is None:
        found.help = "leave it out"
    else:
        found.help = f"put it before {layer_name(source.made_by)}, or leave it out"
    if batch:
        train = "train with batches of at least 2 (`drop_last=True`)"
        found.help += f"; otherwise {train}"
        found.fact = Fact("{} layers see one value per channel: training fails with a batch of 1", train)
    return found
