"""A normalized_shape is not the shape of the last axes.

## What it does

Compares `normalized_shape` of LayerNorm and RMSNorm with the last axes of what arrives.

## Why it matters

PyTorch refuses the first batch: `Given normalized_shape=[64], expected input with shape [*, 64]`.
The layer always takes the *last* axes, while a map has its channels first: what is meant is often a norm over the
channels, which needs a Permute before and after, as in ConvNeXt.

## Example

```yaml
convlint: 1
input: [64, 56, 56]
layers:
  - {type: LayerNorm, normalized_shape: 64}
```

## Use instead

```yaml
convlint: 1
input: [64, 56, 56]
layers:
  - {type: Permute, dims: [0, 2, 3, 1]}
  - {type: LayerNorm, normalized_shape: 64}
  - {type: Permute, dims: [0, 3, 1, 2]}
```

## Source

PyTorch, `torch.nn.LayerNorm`; Liu et al., "A ConvNet for the 2020s" (2022).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.wording import finding, listed, source_label
from convlint.words.text import joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import LayerNormShape


def word(irregularity: Irregularity[LayerNormShape], derivation: Derivation) -> Diagnostic:
    """Name the last axes, and the way to normalise over channels if those were meant."""
    declared, shape = irregularity.numbers["declared"], irregularity.numbers["shape"]
    count = len(declared)
    word = advice.word(irregularity.at.layer.place, "normalized_shape")
    source = irregularity.at.inputs[0]
    if count > len(shape):
        message = f"{word} {listed(declared)} has {count} axes, {listed(shape)} arrives"
    else:
        last = "axis" if count == 1 else f"{count} axes"
        verb = "is" if count == 1 else "are"
        what = str(shape[-1]) if count == 1 else listed(shape[-count:])
        message = f"{word} {listed(declared)} declared, the last {last} {verb} {what}"
    found = finding(irregularity, message, "normalized_shape", label="declared here")
    found.labels = source_label(source, "" if source.made_by is None else f"makes {listed(shape)}", derivation)
    ends = [listed(shape[-axes:]) for axes in range(1, len(shape) + 1) if None not in shape[-axes:]]
    if declared == shape[:1] and len(shape) > 1:
        order = (0, *range(2, len(shape) + 1), 1)
        found.notes.append(f"{declared[0]} is the number of channels, which come first here")
        permute = advice.layer(irregularity.at.layer.place, "Permute", dims=order) or "a permutation of the axes"
        found.help = f"put {permute} before it to have the channels last"
    elif ends:
        found.help = f"{word} {joined(ends, 'or')} fits"
    return found
