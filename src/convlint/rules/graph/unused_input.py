"""A network input is never read.

## What it does

Finds an input of the network that no layer reads.

## Why it matters

Nothing fails: the network runs and ignores what it is given.
With several inputs it is easily the wrong name in one `from`, and the network then looks at one of them twice.

## Example

```yaml
convlint: 1
input: {left: [3, 64, 64], right: [3, 64, 64]}
layers:
  - {name: a, type: Conv2d, out_channels: 16, kernel_size: 3, from: left}
  - {name: b, type: Conv2d, out_channels: 16, kernel_size: 3, from: left}
  - {type: Concat, from: [a, b]}
```

## Use instead

```yaml
convlint: 1
input: {left: [3, 64, 64], right: [3, 64, 64]}
layers:
  - {name: a, type: Conv2d, out_channels: 16, kernel_size: 3, from: left}
  - {name: b, type: Conv2d, out_channels: 16, kernel_size: 3, from: right}
  - {type: Concat, from: [a, b]}
```

## Source

ONNX Runtime removes such inputs with a message only at its most talkative setting; PyTorch has no notion of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.findings import Diagnostic, Label
from convlint.model.network import walk
from convlint.rules import advice
from convlint.words.text import joined


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Report the inputs that nothing reads."""
    network = derivation.network
    # A network without layers has its own finding, and a wrong `from` may be the missing reader.
    if not network.complete or not network.layers:
        return
    unread = {given.number: given for given in network.inputs}
    for number, _ in network.outputs:
        unread.pop(number, None)
    for layer in walk(network.layers):
        if not unread:
            return
        for number, _ in layer.inputs:
            unread.pop(number, None)
    others = [f"`{given.name}`" for given in network.inputs if given.number not in unread]
    for given in unread.values():
        found = Diagnostic("CL015", f"nothing reads the input `{given.name}`", given.span, "never read")
        first = network.layers[0].place.value_span("from")
        if not others and first is not None:
            found.labels.append(Label(first, "the first layer reads this"))
        if others:
            found.notes.append(f"the layers read {joined(others)} only")
        written = advice.spelt_only(network.layers[0].place, **{"from": given.name})
        found.help = f"let a layer read it{f' with {written}' if written else ''}, or delete it"
        yield found
