"""An interpolation mode does not fit the number of axes, or does not know align_corners.

## What it does

Compares the mode of an upsampling with the axes of its input: `linear` is for one, `bilinear` and `bicubic` are for
two, `trilinear` is for three, `nearest` and `area` for any. `align_corners` belongs to the linear ones and `bicubic`.

## Why it matters

PyTorch refuses every other pair: "Got 4D input, but linear mode needs 3D input".

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: Upsample, scale_factor: 2, mode: linear}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - {type: Upsample, scale_factor: 2, mode: bilinear}
```

## Source

PyTorch, `torch.nn.functional.interpolate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.upsampling import MODE_RANKS
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.wording import field_labels, finding, size, source_label
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import UpsampleModeRank

#: The mode that interpolates linearly, by the number of axes.
_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def word(irregularity: Irregularity[UpsampleModeRank], derivation: Derivation) -> Diagnostic:
    """The mode, the axes, and the mode that fits."""
    at, numbers = irregularity.at, irregularity.numbers
    mode, rank = numbers["mode"], numbers["rank"]
    place = at.layer.place
    if rank is None:
        found = finding(irregularity, f"mode {mode} has no align_corners", "align_corners")
        found.labels = field_labels(at.layer, mode="")
        found.notes = ["derived: only linear, bilinear, bicubic and trilinear interpolate between cell corners"]
        found.help = f"leave {advice.named(place, 'align_corners')} out, or take {advice.spelt(place, mode='bilinear')}"
        return found
    wanted = joined_ranks(mode)
    message = f"mode {mode} is for {wanted}, this map has {rank}"
    if not rank:
        message = f"mode {mode} is for {wanted}, and a flat vector arrives"
    found = finding(irregularity, message, "mode")
    found.labels = source_label(at.inputs[0], f"gives {size(at.inputs[0].shape)}", derivation)
    if rank not in _LINEAR:
        found.notes = [f"derived: of the shape {size(at.inputs[0].shape)} the first axis is the channels"]
        found.help = "upsample before flattening" if not rank else "no mode fits; reshape to at most three axes"
        return found
    fits = _LINEAR[rank]
    found.help = f"write {advice.spelt(place, mode=fits)}" + (", or `nearest`, which fits any" if fits != mode else "")
    if mode in _LINEAR.values():
        found.fixes = advice.fix(place, mode=fits)
    return found


def joined_ranks(mode: str) -> str:
    """The numbers of axes that a mode is for, in words."""
    ranks = MODE_RANKS[mode]
    return many(ranks[0], "axis", "axes") if len(ranks) == 1 else f"{ranks[0]} to {ranks[-1]} axes"
