"""The kernel counts of a file follow no common convention.

## What it does

In a file without `kernel_convention`, reads every `kernels` as a count of 2-D kernels and as a count of 3-D kernels.
Each may fit one of them, but all must fit the same one. The minority is reported; on a tie, the later.

## Why it matters

Two layers counted in two ways cannot be added or compared, and a reader cannot know which way was meant.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, kernels: 24}
  - {type: Conv2d, out_channels: 16, kernel_size: 3, kernels: 128}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, kernels: 32}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, kernels: 24}
  - {type: Conv2d, out_channels: 16, kernel_size: 3, kernels: 128}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, kernels: 512}
```

## Source

datascience.stackexchange 25231.
"""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.derive.claims import single_convention_counts
from convlint.findings import Diagnostic, Label
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix, kernel_product


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Find the convention of each bare count that fits exactly one, and report those that are outvoted."""
    only = single_convention_counts(derivation)
    if not only["2-D"] or not only["3-D"]:
        return
    # On a tie the convention that was used first stands.
    major, minor = sorted(only, key=lambda name: (-len(only[name]), only[name][0][0].span))
    reference = only[major][0][0]
    for claim, at in only[minor]:
        right = at.kernels_2d if major == "2-D" else at.kernels_3d
        found = Diagnostic(
            "CL302",
            f"{claim.value} kernels is a {minor} count, but other counts of this file are {major}",
            claim.span,
            f"the {major} count is {right}",
            [Label(reference.span, f"fits only as a {major} count")],
            layer=at.name,
        )
        found.notes = [f"derived: {kernel_product(at)} 2-D kernels, {at.kernels_3d} 3-D kernels"]
        found.help = f"write {advice.spelt(at.layer.place, kernels=str(right))}"
        found.fixes = claim_fix(claim, str(right), at.layer.place)
        yield found
