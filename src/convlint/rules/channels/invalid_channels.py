"""A number of channels, features, groups or heads is below 1.

## What it does

Finds counts below 1: `out_channels`, `in_channels`, `groups`, `num_features`, `num_groups`, `num_channels`,
`out_features`, `in_features`, `embed_dim` and `num_heads`, and what a TransformerEncoderLayer, LSTM, GRU or RNN has in
their stead.

## Why it matters

A layer without channels has nothing to compute, and PyTorch refuses it.
A `Linear` of no features it accepts with a remark (`Initializing zero-element tensors is a no-op`); what comes out is
empty or holds nothing but biases. That is a warning.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, groups: 0}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, groups: 1}
```

## Source

PyTorch: `groups must be a positive integer`, `weight should have at least one element`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Linear
from convlint.rules import advice
from convlint.rules.wording import finding

if TYPE_CHECKING:
    from convlint.derive.irregularities import InvalidChannels

#: Arguments that may be left out, and what the layer then takes.
_DERIVED = ("in_channels", "num_features", "num_channels", "in_features")


def word(irregularity: Irregularity[InvalidChannels], derivation: Derivation) -> Diagnostic:
    """Name the argument and the least that makes sense."""
    argument, value = irregularity.numbers["argument"], irregularity.numbers["value"]
    word = advice.word(irregularity.at.layer.place, argument)
    found = finding(irregularity, f"{word} must be at least 1, not {value}", argument)
    shape = irregularity.at.inputs[0].shape if irregularity.at.inputs else None
    if argument == "groups":
        one = advice.spelt(irregularity.at.layer.place, groups=1)
        found.help = f"write {one} (every map reads all inputs), or leave it out"
    elif argument in _DERIVED:
        found.help = "leave it out"
        arrived = (shape[-1] if argument == "in_features" else shape[0]) if shape else None
        if arrived is not None:
            written = advice.spelt(irregularity.at.layer.place, **{argument: arrived})
            found.help += f", or write {written}, which is what arrives"
    else:
        found.help = "write 1 or more" + (f", perhaps {-value}" if value < 0 else "")
    if value == 0 and isinstance(irregularity.at.layer.operation, Linear):
        found.notes.append("PyTorch runs it: what comes out is empty, or nothing but biases")
    return found
