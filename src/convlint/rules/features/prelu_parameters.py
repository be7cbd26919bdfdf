"""PReLU has neither one parameter nor one for each channel.

## What it does

Checks that `num_parameters` of PReLU is 1 or the number of channels that arrive.

## Why it matters

PyTorch refuses the first batch: `Mismatch of parameter numbers and input channel size`.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: PReLU, num_parameters: 64}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
  - {type: PReLU, num_parameters: 32}
```

## Source

PyTorch, `torch.nn.PReLU`; He et al., "Delving Deep into Rectifiers" (2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.provenance import channel_maker
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.makers import has
from convlint.rules.wording import finding, layer_name, source_label
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import PreluParameters


def word(irregularity: Irregularity[PreluParameters], derivation: Derivation) -> Diagnostic:
    """Name the parameters, the channels, and where those come from."""
    declared, channels = irregularity.numbers["num_parameters"], irregularity.numbers["channels"]
    source, place = channel_maker(irregularity.at.inputs[0]), irregularity.at.layer.place
    if declared < 1:
        message = f"PReLU with {declared} parameters: it has 1, or one for each channel"
    else:
        assert channels is not None
        arrive = "arrives" if channels == 1 else "arrive"
        message = f"{declared} parameters for PReLU, {many(channels, 'channel')} {arrive}"
    found = finding(irregularity, message, "num_parameters", label="declared here")
    if channels is None:
        found.help = f"write {advice.spelt(place, num_parameters=1)}, or the number of channels"
        return found
    found.labels = source_label(source, has(source, many(channels, "channel")), derivation)
    found.help = f"write {advice.spelt(place, num_parameters=channels)} for a slope in each channel, or 1 for all"
    if source.made_by is not None and declared >= 1:
        found.help += f"; or let {layer_name(source.made_by)} make {declared}"
    return found
