"""Attention heads do not divide the embedding.

## What it does

Checks that `num_heads` of MultiheadAttention divides `embed_dim`, and `nhead` of TransformerEncoderLayer its `d_model`.

## Why it matters

Every head works on `embed_dim / num_heads` values.
PyTorch refuses to build the layer with a bare `AssertionError: embed_dim must be divisible by num_heads`.

## Example

```yaml
convlint: 1
input: [49, 256]
layers:
  - {type: MultiheadAttention, embed_dim: 256, num_heads: 12}
```

## Use instead

```yaml
convlint: 1
input: [49, 256]
layers:
  - {type: MultiheadAttention, embed_dim: 256, num_heads: 16}
```

## Source

PyTorch, `torch.nn.MultiheadAttention`; Vaswani et al., "Attention Is All You Need" (2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import MultiheadAttention, Operation, TransformerEncoderLayer
from convlint.rules import advice
from convlint.rules.features.nearest import divisors_near, either, multiples_near
from convlint.rules.wording import field_labels, finding

if TYPE_CHECKING:
    from convlint.derive.irregularities import HeadsDivide


def word(irregularity: Irregularity[HeadsDivide], derivation: Derivation) -> Diagnostic:
    """Offer the divisors of the embedding next to the heads, and the multiples of the heads next to the embedding."""
    embed, heads = irregularity.numbers["embed_dim"], irregularity.numbers["num_heads"]
    layer = irregularity.at.layer
    named, _ = heads_of(layer.operation)
    width, an_width = ("d_model", "a d_model") if named == "nhead" else ("embed_dim", "an embed_dim")
    found = finding(irregularity, f"{an_width} of {embed} cannot be divided among {heads} heads", named)
    found.label = f"{embed} / {heads} = {embed / heads:.4g}"
    found.labels = field_labels(layer, **{width: ""})
    fitting = advice.choice(layer.place, named, divisors_near(embed, heads))
    found.help = f"{fitting} divides {embed}"
    found.help += f"; {heads} heads divide {an_width} of {either(multiples_near(heads, embed))}"
    return found


def heads_of(operation: Operation) -> tuple[str, int]:
    """The argument that says how many heads an operation has, and the number; one where it has none."""
    if isinstance(operation, TransformerEncoderLayer):
        return "nhead", operation.nhead
    return "num_heads", operation.num_heads if isinstance(operation, MultiheadAttention) else 1
