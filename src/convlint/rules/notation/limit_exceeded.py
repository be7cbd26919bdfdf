"""A file or a network is larger than what is checked.

## What it does

Refuses a file of more than 16 MiB, of more than 3,000,000 values (aliases written out), or nested more than 100 levels
deep, maps of more than 64 axes or of more cells along one axis than 64 bits can count, and whatever takes several times
the work that a text of the same length takes: aliases, repeats and splits that stand for very many layers or parts.

Work is counted in steps (1,000,000 for every file, and 3 more for each of its characters) and never in seconds, so
that the verdict is the same on every machine.

## Why it matters

A few lines of YAML can stand for billions of values, and no real network comes near these limits.
convlint says so and stops, rather than fill the memory of the machine that checks a stranger's file.

## Example

```yaml
convlint: 1
input: [8, 64]
layers:
  - repeat: 1000000
    layers:
      - {type: Conv1d, out_channels: 8, kernel_size: 3, padding: 2}
```

## Use instead

```yaml
convlint: 1
input: [8, 64]
layers:
  - repeat: 1000000
    layers:
      - {type: Conv1d, out_channels: 8, kernel_size: 3, padding: 1}
```

Copies that leave the shape as it is cost nothing: they are counted, not written out.

## Source

The "billion laughs" attack; yaml/pyyaml#235.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.network import MAX_AXES
from convlint.rules.wording import finding

if TYPE_CHECKING:
    from convlint.derive.irregularities import LimitExceeded


def word(irregularity: Irregularity[LimitExceeded], derivation: Derivation) -> Diagnostic:
    """Repeats, parts or sizes beyond all networks."""
    numbers = irregularity.numbers
    if numbers["problem"] == "parts":
        message = "the splits of this file make more parts than are checked"
        found = finding(irregularity, message, "split_size", "chunks", label=f"{numbers['parts']:,} parts")
        found.help = "make fewer and larger parts"
        return found
    if numbers["problem"] == "shape":
        if numbers["axes"] > MAX_AXES:
            found = finding(irregularity, f"a map of {numbers['axes']} axes; PyTorch works on at most {MAX_AXES}")
        else:
            found = finding(irregularity, "a map with more cells along one axis than 64 bits can count")
        found.notes.append("nothing is checked of what reads this map")
        return found
    message = "the repeats of this file stand for more layers of changing shape than are checked"
    found = finding(irregularity, message, "repeat", label=f"{numbers['repeat']:,} copies")
    found.notes.append("copies that leave the shape as it is are counted without being written out")
    found.help = "repeat less often, or let the group keep its shape"
    return found
