"""A softmax as the network's output.

## What it does

Finds a `Softmax` whose output leaves the network. Off by default.

## Why it matters

PyTorch's `CrossEntropyLoss` applies a softmax itself; a network that is trained with it should end in logits. For a
network that is only run it is right.

## Example

```yaml
convlint: 1
input: [64]
layers:
  - {type: Linear, out_features: 10}
  - {type: Softmax, dim: 1}
```

## Use instead

```yaml
convlint: 1
input: [64]
layers:
  - {type: Linear, out_features: 10}
```

## Source

PyTorch, `torch.nn.CrossEntropyLoss`.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.rules.wording import name_place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Look at what makes the outputs."""
    for value in derivation.outputs:
        made_by = value.made_by
        if made_by is not None and made_by.layer.type in ("Softmax", "Softmax2d", "Softmin"):
            message = f"the output of the network is a {made_by.layer.type}"
            found = Diagnostic("CL615", message, name_place(made_by.layer), layer=made_by.name)
            found.help = "end in logits if the loss applies a softmax itself"
            yield found
