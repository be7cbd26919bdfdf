"""Two linear layers with nothing non-linear between them.

## What it does

Finds a convolution or a dense layer directly behind another one (normalisation and dropout between them do not
matter), with no activation between. Off by default. Exempt are depthwise with pointwise convolutions, 1xk with kx1
pairs, and 1x1 convolutions.

## Why it matters

Two linear layers in a row compute nothing that one could not. It is often a forgotten activation, and often meant:
linear bottlenecks, low-rank pairs, projections.

## Example

```yaml
convlint: 1
input: [64]
layers:
  - {type: Linear, out_features: 32}
  - {type: Linear, out_features: 10}
```

## Use instead

```yaml
convlint: 1
input: [64]
layers:
  - {type: Linear, out_features: 32}
  - {type: ReLU}
  - {type: Linear, out_features: 10}
```

## Source

NeuraLint f009; UMLAUT.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation, Derived
from convlint.findings import Diagnostic, Label
from convlint.model.operations import Convolution, Linear
from convlint.rules.patterns import layer_before
from convlint.rules.wording import layer_name, name_place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Look at every linear layer and the one before it."""
    for derived in derivation.flat():
        if not isinstance(derived.layer.operation, Convolution | Linear):
            continue
        before = layer_before(derived, activations=False)
        if before is None or not _pair(before, derived):
            continue
        message = f"nothing non-linear stands between {layer_name(before)} and {layer_name(derived)}"
        found = Diagnostic("CL611", message, name_place(derived.layer), layer=derived.name)
        found.labels = [Label(name_place(before.layer), "linear too")]
        found.help = "put an activation between them, or merge the two"
        yield found


def _pair(before: Derived, after: Derived) -> bool:
    """Whether two layers are of one kind and no known construction."""
    first, second = before.layer.operation, after.layer.operation
    if isinstance(first, Linear) and isinstance(second, Linear):
        return True
    if not (isinstance(first, Convolution) and isinstance(second, Convolution)) or first.rank != second.rank:
        return False
    if not (first.trained and second.trained):
        return False  # a blur, a derivative
    pointwise = max(first.kernel_size) == 1 or max(second.kernel_size) == 1
    separable = first.kernel_size != second.kernel_size and 1 in first.kernel_size and 1 in second.kernel_size
    return not (pointwise or separable or first.groups > 1 or second.groups > 1)
