"""A layer whose input already saw the whole image.

## What it does

Finds window layers (wider than one cell) whose receptive field before the layer already covers the network's input on
every axis. Off by default.

## Why it matters

Such a layer cannot bring in new surroundings; Richter et al. call it unproductive and measured that networks often
gain nothing by them. A smaller network, or a larger input, may do as well.

## Example

```yaml
convlint: 1
input: [3, 9, 9]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 9, padding: 4}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 9, padding: 4}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
```

## Source

Richter et al., arXiv 2106.12307; Araujo et al., "Computing Receptive Fields of Convolutional Neural Networks",
Distill 2019.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.windows import windows_of
from convlint.findings import Diagnostic
from convlint.rules.wording import layer_name, place, size


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Report the first such layer of a network with one input; those behind it follow from it."""
    if len(derivation.inputs) != 1:
        return
    shape = derivation.inputs[0].shape
    if shape is None or None in shape:
        return
    later = 0
    found: Diagnostic | None = None
    for derived in derivation.flat():
        field = derived.inputs[0].field if derived.inputs else None
        windows = windows_of(derived)
        if field is None or not windows or all(window.kernel == 1 for _, window in windows):
            continue
        if all(cells >= whole for cells, whole in zip(field, shape[1:], strict=False) if whole is not None):
            later += 1
            if found is None:
                seen = f"the input of {layer_name(derived)} already sees {size(field)} cells"
                message = f"{seen}, the image has {size(shape[1:])}"
                found = Diagnostic("CL121", message, place(derived.layer, "kernel_size"), layer=derived.name)
    if found is not None:
        if later > 1:
            found.notes = [f"the same is true of {later - 1} of the layers behind it"]
        found.help = "a larger input, or fewer layers, would use this one"
        yield found
