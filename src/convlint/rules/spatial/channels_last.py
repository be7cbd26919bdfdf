"""The input of a network has its channels last.

## What it does

Finds an input whose last number is the channels: those of a picture (one, three or four), or as many as the
convolutions that read it declare.

## Why it matters

Keras, NumPy and image libraries keep the channels last; PyTorch reads the first number as the channels. Without
`in_channels` nothing fails: the network is built for 224 channels and maps of 224x3.

## Example

```yaml
convlint: 1
input: [224, 224, 3]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
```

## Source

PyTorch, `torch.nn.Conv2d`: inputs are (N, C, H, W); Keras' `image_data_format` is `channels_last` by default.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.repairs.layout import channels_first, channels_last
from convlint.findings import Diagnostic, Severity
from convlint.rules import advice
from convlint.rules.wording import listed
from convlint.words.text import many


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Propose the order of PyTorch."""
    if channels_last(derivation) is None:
        return
    network = derivation.network
    shape, place = network.inputs[0].shape, network.place
    span = place.value_span("input")
    assert shape is not None and span is not None
    order = "height, width, channels" if len(shape) == 3 else "sizes, then channels"
    found = Diagnostic("CL126", f"{listed(shape)} looks like {order}; channels come first", span)
    found.label = f"read as {many(shape[0] or 0, 'channel')}"
    found.help = f"write {advice.spelt(place, input=channels_first(shape))}"
    found.fixes = advice.fix(place, input=channels_first(shape))
    if any(irregularity.fatal for irregularity in derivation.irregularities):
        found.severity = Severity.ERROR
    yield found
