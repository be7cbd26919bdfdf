"""An argument names an axis that the input does not have.

## What it does

Checks every `dim`, `start_dim`, `end_dim` and `dims` against the axes of what arrives.
As in PyTorch axes count from 0, which is the batch; channels are 1; negative numbers count from the end.

## Why it matters

PyTorch refuses the first batch with `Dimension out of range`, naming the numbers but not the layer.
Shapes in a file have no batch axis, which makes it easy to be off by one: the last axis of `[64, 7, 7]` is 3, or -1.

## Example

```yaml
convlint: 1
input: [64, 7, 7]
layers:
  - {type: Softmax, dim: 4}
```

## Use instead

```yaml
convlint: 1
input: [64, 7, 7]
layers:
  - {type: Softmax, dim: 1}
```

## Source

PyTorch, `torch.softmax`, `torch.flatten`, `torch.permute`, `torch.cat`, `torch.mean`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.network import Place
from convlint.model.operations import Unflatten
from convlint.rules import advice
from convlint.rules.wording import finding, listed, source_label
from convlint.words.text import AXIS_NAMES, joined

if TYPE_CHECKING:
    from convlint.derive.irregularities import AxisRange


def word(irregularity: Irregularity[AxisRange], derivation: Derivation) -> Diagnostic:
    """Say which axes there are."""
    numbers = irregularity.numbers
    argument, dim, shape, rank = numbers["argument"], numbers["dim"], numbers["shape"], numbers["rank"]
    help = None
    place = irregularity.at.layer.place
    written = advice.spelt(place, **{argument: dim})
    if isinstance(dim, tuple):
        message, help = _order(dim, rank, place)
    elif numbers.get("start") is not None:
        start = advice.spelt(place, start_dim=numbers["start"])
        message = f"{written} comes before {start}, so there is nothing to flatten"
        help = f"leave {advice.named(place, 'end_dim')} out: its default, -1, is the last axis"
    elif numbers.get("twice"):
        message = f"{written} names an axis that is named already"
        help = "name every axis once; negative numbers count from the end"
    elif numbers.get("batch"):
        divides = isinstance(irregularity.at.layer.operation, Unflatten)
        what = "whose size is not the file's to divide" if divides else "and what a file describes is one example"
        message = f"{written} is the batch axis, {what}"
        help = "write 1 for the channels or features: the batch is 0 and counts too"
    else:
        message = f"{written} is no axis of {listed(shape)}, whose axes are 0 to {rank - 1}"
        if dim == rank:
            help = f"the last axis is {rank - 1}, or -1: the batch is 0 and counts too"
        else:
            help = f"write 1 to {rank - 1}, or -1 for the last axis"
    found = finding(irregularity, message, argument)
    source = irregularity.at.inputs[0]
    found.labels = source_label(source, "" if source.made_by is None else f"makes {listed(shape)}", derivation)
    found.notes.append(f"the axes are {_axes(len(shape))}")
    found.help = help
    return found


def _order(dims: tuple[int, ...], rank: int, place: Place) -> tuple[str, str]:
    """Message and help for the ``dims`` of a Permute."""
    shown = "[" + ", ".join(map(str, dims)) + "]"
    order = [dim + rank if dim < 0 else dim for dim in dims]
    every = list(range(rank))
    if sorted(order) == every:
        help = f"let {advice.named(place, 'dims')} begin with 0, the batch axis"
        return f"dims {shown} moves the batch axis away from the front", help
    if sorted(order) == every[:-1]:
        # The commonest mistake: an order of the axes that a file writes, without the batch.
        counted = advice.spelt(place, dims=(0, *(dim + 1 for dim in order)))
        return (
            f"dims {shown} names {len(dims)} axes, the input has {rank} with its batch axis",
            f"write {counted}, if the batch axis was forgotten",
        )
    missing = [str(axis) for axis in every if axis not in order]
    twice = [str(axis) for axis in every if order.count(axis) > 1]
    if len(dims) != rank:
        message = f"dims {shown} names {len(dims)} axes, the input has {rank} with its batch axis"
    elif twice:
        message = f"dims {shown} names axis {joined(twice)} twice"
    else:
        message = f"dims {shown} names an axis that is not there: they are 0 to {rank - 1}"
    help = f"name each of 0 to {rank - 1} once"
    return message, help + (f"; {joined(missing)} is missing" if missing and len(missing) == 1 else "")


def _axes(rank: int) -> str:
    """The axes of a map with ``rank`` axes beside the batch, by number."""
    names = ["channels", *AXIS_NAMES[rank - 1]] if rank - 1 in AXIS_NAMES else ["features"] if rank == 1 else []
    if not names:
        return f"0 (batch) to {rank}"
    return joined([f"{number} ({name})" for number, name in enumerate(["batch", *names])])
