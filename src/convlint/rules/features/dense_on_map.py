"""A dense layer works on the last axis of a map that was never flattened.

## What it does

Finds a `Linear` that reads a map of channels and two or more sizes, without a `Flatten` before.
It is silent where the axes were put in another order first (`Permute`, as in ConvNeXt), and where `in_features` says
the size of the last axis: then it is meant.

## Why it matters

PyTorch and Keras run it without a word: the layer is applied to every row of every map, along the width only.
The result is a map again, with few parameters, and the network learns badly.

## Example

```yaml
convlint: 1
input: [64, 7, 7]
layers:
  - {type: Linear, out_features: 10}
```

## Use instead

```yaml
convlint: 1
input: [64, 7, 7]
layers:
  - {type: Flatten}
  - {type: Linear, out_features: 10}
```

## Source

Keras, `Dense` ("if the input has a rank greater than 2 ..."); PyTorch, `torch.nn.Linear`; NeuraLint, rule f011.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.makers import shape_of
from convlint.rules.wording import finding, size, source_label

if TYPE_CHECKING:
    from convlint.derive.irregularities import DenseOnMap


def word(irregularity: Irregularity[DenseOnMap], derivation: Derivation) -> Diagnostic:
    """Say what it works on now, and what it would get behind a Flatten."""
    at = irregularity.at
    shape = irregularity.numbers["shape"]
    last = "?" if shape[-1] is None else shape[-1]
    found = finding(irregularity, f"the map is not flattened: Linear works on the last axis of {size(shape)}")
    found.label = f"reads {last} values at a time"
    found.labels = source_label(at.inputs[0], shape_of(at.inputs[0]), derivation)
    found.notes.append(f"derived: {size(shape)} in, {size(at.output.shape)} out")
    found.help = f"put {advice.layer(at.layer.place, 'Flatten') or 'a Flatten'} before it"
    known = [size for size in shape if size is not None]
    if len(known) == len(shape):
        found.help += f": {' x '.join(map(str, shape))} = {prod(known)} values"
    return found
