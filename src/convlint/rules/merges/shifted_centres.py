"""Added maps look at shifted places.

## What it does

Follows the centre of the receptive field through both branches of an addition, and notes a shift between them. Off by
default.

## Why it matters

An even kernel, or padding on one side only, moves what a cell looks at. Adding branches that moved by different
amounts adds the features of neighbouring places.

## Example

```yaml
convlint: 1
input: [8, 16, 16]
layers:
  - {name: pad, type: ZeroPad2d, padding: [0, 1, 0, 1]}
  - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 2}
  - {type: Add, from: [conv, input]}
```

## Use instead

```yaml
convlint: 1
input: [8, 16, 16]
layers:
  - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - {type: Add, from: [conv, input]}
```

## Source

Araujo et al., "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.centres import centres
from convlint.findings import Diagnostic
from convlint.model.operations import Merge
from convlint.rules.wording import name_place
from convlint.words.text import axis_name


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Look at every addition whose branches have a centre."""
    found = centres(derivation)
    for derived in derivation.flat():
        operation = derived.layer.operation
        if type(operation) is not Merge or operation.kind != "add":
            continue
        places = [found.get(id(value)) for value in derived.inputs]
        known = [place for place in places if place is not None]
        if len(known) < 2 or len(known) < len(places) or len(set(map(len, known))) > 1:
            continue
        for axis, values in enumerate(zip(*known, strict=True)):
            if len(set(values)) > 1:
                shift = float(max(values) - min(values))
                name = axis_name(axis, len(known[0]))
                message = f"the added maps look at places {shift:g} input cells apart along the {name}"
                yield Diagnostic("CL407", message, name_place(derived.layer), layer=derived.name)
                break
