"""A network makes nothing.

## What it does

Finds a network without outputs: its list of layers, or its list of outputs, is empty.

## Why it matters

There is nothing to run, and nothing that could be checked.
An empty list is usually a file that was begun and not finished, or layers that are indented wrongly.

## Example

```yaml
convlint: 1
input: [3, 224, 224]
layers: []
```

## Use instead

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 7, stride: 2, padding: 3}
```

## Source

ONNX's checker refuses a graph without outputs.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.rules import advice


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Report a network that makes nothing."""
    network = derivation.network
    # Layers that could not be read are there nevertheless.
    if network.outputs or not network.complete:
        return
    span = network.place.value_span("output")
    if span is not None:
        found = Diagnostic("CL017", "`output` names no layer, so the network makes nothing", span)
        found.help = "delete `output`: then the last layer is the output"
    else:
        span = network.place.value_span("layers") or network.place.span
        found = Diagnostic("CL017", "the network has no layers, so it makes nothing", span)
        example = advice.layer(network.place, "Conv2d", out_channels=64, kernel_size=3)
        found.help = f"add a layer such as {example.replace('`', '`- ', 1)}" if example else "add a layer"
    yield found
