"""A declared parameter count is not the derived one.

## What it does

Compares `expect: {params: ...}` of a layer, a group or the file with the number of trainable values.
A rounded count such as `61M` is right if the derived one rounds to the digits written, in powers of 1000 or of 1024.

## Why it matters

The number of parameters is what people compare networks by, and the quickest test that a description is the network
that was meant. Where the difference is a known one (biases, normalisation, running statistics, groups ignored), the
finding says which.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, expect: {params: 432}}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, expect: {params: 448}}
```

## Source

Table 1 of the GoogLeNet paper prints 2.7K for a first layer that has 9.2K.
"""

from __future__ import annotations

from convlint.derive import Derivation, Derived
from convlint.derive.claims import Difference
from convlint.derive.stored import fixed_numbers
from convlint.findings import Diagnostic
from convlint.model.operations import (
    ChannelNorm,
    Convolution,
    Group,
    GroupNorm,
    LayerNorm,
    Linear,
    TransposedConvolution,
)
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix


def word(difference: Difference, derivation: Derivation) -> Diagnostic:
    """Both numbers, and the difference explained where it is a known one."""
    at, claim, derived = difference.at, difference.claim, difference.derived
    of = "" if at is not None else " in all"
    message = f"{claim.value.text} parameters declared, {derived:,} derived{of}"
    found = Diagnostic("CL305", message, claim.span, "declared here", layer=at.name if at else None)
    parts = _parts([at] if at is not None else derivation.layers)
    found.notes = [f"derived: {_sum_of(derived, parts, at)}"]
    for what, count in _variants(derived, parts):
        if count != derived and claim.value.fits(count):
            shown = "" if claim.value.fits(count) and not claim.value.unit else f": {count:,}"
            found.notes.append(f"{claim.value.text} is the count {what}{shown}")
            break
    else:
        if claim.value.cut_off(derived):
            found.notes.append(f"{claim.value.text} is {derived:,} cut off instead of rounded")
    place = at.layer.place if at is not None else derivation.network.place
    found.help = f"write {advice.spelt(place, params=derived)}"
    found.fixes = claim_fix(claim, claim.value.instead(derived), place)
    thousands, binary = claim.value.rounded(derived)
    if claim.value.unit and claim.value.instead(derived) == thousands:
        found.help += f" or `{thousands}`" + (f" (`{binary}` in units of 1024)" if thousands != binary else "")
    return found


def _sum_of(derived: int, parts: dict[str, int], at: Derived | None) -> str:
    """The count as a sum of weights, biases and normalisation."""
    weights = derived - parts["biases"] - parts["norms"]
    words = f"{weights:,} weights"
    if parts["fixed"] and not weights:
        words = f"0, for {parts['fixed']:,} weights are not trained"
    elif at is not None and at.weight is not None:
        words = f"{' x '.join(map(str, at.weight))} = {weights:,} weights"
    if parts["biases"]:
        words += f" + {parts['biases']:,} bias{'es' if parts['biases'] > 1 else ''}"
    if parts["norms"]:
        words += f" + {parts['norms']:,} of normalisation" if weights else f"{parts['norms']:,} of normalisation"
    return f"{words} = {derived:,}" if parts["biases"] or parts["norms"] else words


def _parts(layers: list[Derived]) -> dict[str, int]:
    """How much of a count is biases, normalisation; what running statistics, untrained weights, no groups would add."""
    parts = dict.fromkeys(("biases", "up_biases", "norms", "running", "grouped", "fixed"), 0)
    for derived in layers:
        operation = derived.layer.operation
        times = derived.times
        if isinstance(operation, Group):
            for name, count in _parts(derived.children).items():
                parts[name] += count
        elif fixed := fixed_numbers(derived):
            parts["fixed"] += fixed * times
        elif isinstance(operation, Convolution | TransposedConvolution):
            if operation.bias:
                parts["biases"] += operation.out_channels * times
                if isinstance(operation, TransposedConvolution):
                    parts["up_biases"] += operation.out_channels * times
            if operation.groups > 1 and derived.params is not None:
                weights = derived.params - (operation.out_channels if operation.bias else 0)
                parts["grouped"] += weights * (operation.groups - 1) * times
        elif isinstance(operation, Linear) and operation.bias:
            parts["biases"] += operation.out_features * times
        elif isinstance(operation, ChannelNorm | GroupNorm | LayerNorm):
            parts["norms"] += (derived.params or 0) * times
            shape = derived.inputs[0].shape
            if isinstance(operation, ChannelNorm) and operation.track_running_stats and shape and shape[0]:
                parts["running"] += 2 * shape[0] * times
    return parts


def _variants(derived: int, parts: dict[str, int]) -> list[tuple[str, int]]:
    biases, up_biases, norms, running, grouped, fixed = (
        parts[name] for name in ("biases", "up_biases", "norms", "running", "grouped", "fixed")
    )
    return [
        ("without biases", derived - biases),
        ("without normalisation", derived - norms),
        ("without biases and normalisation", derived - biases - norms),
        ("without the biases of the transposed convolutions", derived - up_biases),
        ("without normalisation and without the biases of the transposed convolutions", derived - norms - up_biases),
        ("with the running statistics of the normalisation, which are not trained", derived + running),
        ("with the weights that are not trained", derived + fixed),
        ("without groups", derived + grouped),
        ("without groups and biases", derived + grouped - biases),
    ]
