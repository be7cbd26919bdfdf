"""The kernel counts of a file fit one convention, and the file does not say which.

## What it does

In a file without `kernel_convention`, names the convention that all `kernels` fit, if some of them fit no other.
It is for information only (shown with `--info`).

## Why it matters

4096 kernels that make 256 maps are 2-D kernels, 16 to a map. Who counts one 3-D kernel for each map reads 4096 maps.
A file that says which it means is checked against that convention alone.

## Example

```yaml
convlint: 1
input: [64, 14, 14]
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 4096}
```

## Use instead

```yaml
convlint: 1
input: [64, 14, 14]
kernel_convention: 2d
layers:
  - {type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 4096}
```

## Source

datascience.stackexchange 25231.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.claims import single_convention_counts
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.counts.counting import kernel_product
from convlint.rules.wording import layer_name


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Name the convention at the first count that fits no other."""
    only = single_convention_counts(derivation)
    if only["2-D"] and only["3-D"]:
        return  # ambiguous-kernel-count says it
    for name, claims in only.items():
        if not claims:
            continue
        claim, at = claims[0]
        other, wanted = ("3-D", at.kernels_3d) if name == "2-D" else ("2-D", at.kernels_2d)
        found = Diagnostic("CL312", f"{claim.value} kernels is a {name} count", claim.span, layer=at.name)
        found.label = f"the {other} count is {wanted}"
        found.notes = [f"derived: {kernel_product(at)} 2-D kernels, {at.kernels_3d} 3-D kernels"]
        if len(claims) > 1:
            found.notes.append(
                f"so is that of {layer_name(claims[1][1])}" + (", and others" if len(claims) > 2 else "")
            )
        convention = name.replace("-", "").lower()
        written = advice.spelt(derivation.network.place, kernel_convention=convention)
        found.help = f"{written} at the top of the file says so"
        yield found
