"""A declared output shape is not what comes out.

## What it does

Compares `expect: {output: ...}` of a layer, a group or the file with the derived shape. Shapes have no batch axis and
channels come first. A layer behind another one with a false shape is not reported again for the same axes.

## Why it matters

A shape that is written down and false misleads everybody who reads it. AlexNet's figure and its caption disagree about
the first layer for this reason: 253,440 neurons are 55 x 48 x 96, not 55 x 55 x 96.

## Example

```yaml
convlint: 1
input: [3, 227, 227]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4, expect: {output: [96, 54, 54]}}
```

## Use instead

```yaml
convlint: 1
input: [3, 227, 227]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4, expect: {output: [96, 55, 55]}}
```

## Source

ONNX: "Inferred shape and existing shape differ".
"""

from __future__ import annotations

from functools import lru_cache
from math import prod

from convlint.derive import Derivation, Derived, Map
from convlint.derive.claims import Difference, differences
from convlint.derive.sizes import way
from convlint.findings import Diagnostic, Label
from convlint.model.network import Shape
from convlint.model.operations import Convolution, Pool
from convlint.model.window import Window, inputs_for
from convlint.rules import advice
from convlint.rules.counts.counting import claim_fix
from convlint.rules.spatial.windows import each_axis, formula
from convlint.rules.wording import field_labels, listed, name_place, size


def word(difference: Difference, derivation: Derivation) -> Diagnostic | None:
    """Both shapes, the arithmetic of the axes that differ, and what would give the declared ones."""
    at, claim = difference.at, difference.claim
    declared: tuple[int, ...] = claim.value
    derived: Shape = difference.derived
    made = at.output if at is not None else derivation.outputs[0]
    wrong = _differing(declared, derived)
    if _follows(made, at, wrong):
        return None
    message = f"output {listed(declared)} declared, {listed(derived)} derived"
    found = Diagnostic("CL124", message, claim.span, "declared here", layer=at.name if at else None)
    maker = at if at is not None else made.made_by
    place = at.layer.place if at is not None else derivation.network.place
    if at is None and maker is not None:
        found.labels.append(Label(name_place(maker.layer), f"makes {size(derived)}"))
    known = [n for n in derived if n is not None]
    reordered = len(known) == len(derived) and declared == (*known[1:], known[0])
    if len(declared) == len(derived) and maker is not None and not reordered:
        found.notes = _arithmetic(maker, declared, wrong)
        found.labels += field_labels(
            maker.layer,
            **({"out_channels": ""} if 0 in wrong else {}),
            **({"kernel_size": "", "stride": "", "padding": ""} if max(wrong) > 0 else {}),
        )
    if len(declared) == len(derived) == len(known) and not reordered and len(derived) > 1:
        found.notes.append(f"{size(declared)} are {prod(declared):,} values, {size(derived)} are {prod(known):,}")
    if reordered:
        found.notes.append("derived: the sizes are right in another order, channels come first here")
    elif declared[1:] == derived:
        found.notes.append(f"derived: shapes have no batch axis here, leave the {declared[0]} out")
    found.help = f"write {advice.spelt(place, output=derived)}"
    if len(known) == len(derived) and _false_claims(derivation) == 1:
        # Several that are false together are rather the sign of a wrong layer.
        found.fixes = claim_fix(claim, listed(derived), place)
    return found


@lru_cache(maxsize=1)
def _false_claims(derivation: Derivation) -> int:
    """How many declared shapes of a network are not the derived ones."""
    return sum(difference.kind == "declared-shape" for difference in differences(derivation))


def _differing(declared: tuple[int, ...], derived: Shape) -> set[int]:
    """The axes (0 = channels) on which two shapes differ; -1 if their ranks do."""
    if len(declared) != len(derived):
        return {-1}
    return {axis for axis, (a, b) in enumerate(zip(declared, derived, strict=True)) if b is not None and a != b}


def _follows(made: Map, at: Derived | None, wrong: set[int]) -> bool:
    """Whether the nearest earlier declared shape is false on the same axes: then this one follows from it."""
    for value in way(made):
        maker = value.made_by
        if maker is None:
            return False
        if maker is at:
            continue
        for claim in maker.layer.claims:
            if claim.kind == "output" and value.shape is not None:
                return wrong <= _differing(claim.value, value.shape)
    return False


def _arithmetic(maker: Derived, declared: tuple[int, ...], wrong: set[int]) -> list[str]:
    """How the sizes come about, and which input or padding would give the declared ones."""
    operation, place = maker.layer.operation, maker.layer.place
    shape = maker.inputs[0].shape if maker.inputs else None
    if not isinstance(operation, Convolution | Pool) or shape is None or len(shape) != operation.rank + 1:
        return []
    windows = []
    for axis in range(operation.rank):
        given = shape[axis + 1]
        if axis + 1 in wrong and given is not None:
            before, after = operation.padding[axis]
            ceil = isinstance(operation, Pool) and operation.ceil_mode
            kernel, stride, dilation = operation.kernel_size[axis], operation.stride[axis], operation.dilation[axis]
            windows.append((axis, Window(given, kernel, stride, before, after, dilation, ceil)))
    if not windows:
        return []

    def made(window: Window) -> str:
        whole = window.room % window.stride == 0
        rounded = "" if whole else f", rounded {'up' if window.ceil else 'down'} to {window.output}"
        return formula(window) + rounded

    notes = [f"derived: {words}" for words in each_axis(windows, operation.rank, made)]
    axis, window = windows[0]
    wanted = declared[axis + 1]
    if wanted < 1:
        return notes
    least, most = inputs_for(wanted, window.kernel, window.stride, window.before, window.after, window.dilation)
    ways = []
    if most >= 1 and not window.ceil:
        least = max(1, least)
        ways.append(
            f"an input of {least}" + (f"{' or' if most == least + 1 else ' to'} {most}" if most > least else "")
        )
    strides = range(1, min(window.effective_kernel, 64) + 1)
    stride = next((s for s in strides if s != window.stride and window._replace(stride=s).output == wanted), 0)
    if stride:
        ways.append(advice.spelt(place, stride=stride))
    padding = window.padding_for(wanted)
    most = window.effective_kernel - 1 if isinstance(operation, Convolution) else window.kernel // 2
    if padding is not None and padding <= most:
        ways.append(advice.spelt(place, padding=padding))
    if isinstance(operation, Pool) and window._replace(ceil=not window.ceil).output == wanted:
        ways.append(advice.spelt(place, ceil_mode=not window.ceil))
    if ways:
        notes.append(f"{wanted} would come of {', or of '.join(ways)}")
    return notes
