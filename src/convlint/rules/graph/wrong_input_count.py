"""An operation that joins maps gets only one.

## What it does

Finds an `Add`, `Mul`, `Sub`, `Concat` or another join that reads a single layer.
A layer that reads too many is found too: only these three join, every other layer reads one.

## Why it matters

Adding needs two maps; with one there is nothing to compute, and no framework has such a layer.
`torch.cat` of a single map runs and changes nothing, so a `Concat` of one is a warning:
usually `from` was forgotten, or names one layer where a list was meant.

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {type: Add}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {type: Add, from: [conv1, conv2]}
```

## Source

Keras: "A merge layer should be called on a list of at least 1 input"; ONNX, Caffe and PyTorch want two operands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.wording import finding, layer_name, size, source_label

if TYPE_CHECKING:
    from convlint.derive.irregularities import WrongInputCount


def word(irregularity: Irregularity[WrongInputCount], derivation: Derivation) -> Diagnostic | None:
    """Say what the layer reads now, and how to name what it should join."""
    at = irregularity.at
    if at.layer.inputs == ((0, 0),):
        return None  # its `from` names nothing: that is the finding
    source = at.inputs[0]
    kind = at.layer.type
    least = irregularity.numbers["least"]
    message = f"{kind} joins at least {least} maps, but reads only {layer_name(source.made_by)}"
    found = finding(irregularity, message, "from", label="only one map")
    known = f"makes {size(source.shape)}" if source.shape is not None else "this one"
    found.labels = source_label(source, known, derivation)
    name = "NAME" if source.made_by is None or source.made_by.layer.name is None else source.made_by.layer.name
    if source.made_by is None:
        name = "input"
    written = advice.spelt_only(at.layer.place, **{"from": (name, "NAME")})
    found.help = f"name everything that it joins{f': {written}' if written else ''}"
    if kind == "Concat":
        found.notes.append("a Concat of one map runs in PyTorch and changes nothing")
    return found
