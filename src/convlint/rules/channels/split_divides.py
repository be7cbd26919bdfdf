"""A split, chunk, GLU or channel shuffle does not divide its axis.

## What it does

Checks that the sizes of a `Split` add up to the axis, that `GLU` gets an even axis, and that `ChannelShuffle` gets
channels that its groups divide. A `Split` or `Chunk` that leaves a smaller last part, or fewer parts than asked for,
is a warning, because PyTorch accepts it; so is splitting the batch axis (`dim: 0`).

## Why it matters

PyTorch refuses the first three (`split_with_sizes expects split_sizes to sum exactly to ...`, `Halving dimension must
be even`, `Number of channels must be divisible by groups`).
The last it does quietly: 10 channels in 4 chunks are 3, 3, 3 and 1, and 5 chunks of 3 channels are only 3 parts.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 48, kernel_size: 3}
  - {name: parts, type: Split, split_size: [32, 32]}
  - {type: Add, from: [parts.0, parts.1]}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 64, kernel_size: 3}
  - {name: parts, type: Split, split_size: [32, 32]}
  - {type: Add, from: [parts.0, parts.1]}
```

## Source

PyTorch, `torch.split`, `torch.chunk`, `torch.nn.GLU` and `torch.nn.ChannelShuffle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.features.nearest import divisors_near, either, multiples_near
from convlint.rules.makers import channel_labels, shape_labels
from convlint.rules.wording import finding, listed
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import SplitDivides


def word(irregularity: Irregularity[SplitDivides], derivation: Derivation) -> Diagnostic:
    """Say what is divided by what, and offer the nearest numbers that divide."""
    numbers = irregularity.numbers
    if numbers.get("problem") == "batch":
        return _batch(irregularity)
    what = numbers["what"]
    if "sizes" in numbers:
        found = _sizes(irregularity)
    elif what == "Narrow":
        found = _narrow(irregularity)
    elif what == "GLU":
        found = _glu(irregularity)
    elif what == "ChannelShuffle":
        found = _shuffle(irregularity)
    else:
        found = _parts(irregularity)
    source = irregularity.at.inputs[0]
    if numbers["size"] is not None and source.shape is not None:
        if numbers["dim"] == 1 and len(source.shape) > 1:
            found.labels += channel_labels(source, derivation, found.span)
        else:
            found.labels += shape_labels(source, derivation, found.span)
    return found


def _batch(irregularity: Irregularity[SplitDivides]) -> Diagnostic:
    message = f"dim {irregularity.numbers['dim']} is the batch: the parts are other examples, not other channels"
    found = finding(irregularity, message, "dim", label="the batch axis")
    found.notes.append("PyTorch runs it if the batch is large enough for all parts that are read")
    found.help = f"write {advice.spelt(irregularity.at.layer.place, dim=1)} to split the channels"
    return found


def _counted(irregularity: Irregularity[SplitDivides], count: int) -> str:
    """The axis that is divided with its size: 48 channels, a width of 7."""
    dim = irregularity.numbers["dim"]
    shape = irregularity.at.inputs[0].shape
    rank = len(shape) - 1 if shape is not None else 0
    if dim == 1:
        return many(count, "channel" if rank else "feature")
    return f"a {axis_name(dim - 2, rank)} of {count}"


def _sizes(irregularity: Irregularity[SplitDivides]) -> Diagnostic:
    numbers = irregularity.numbers
    sizes, count = numbers["sizes"], numbers["size"]
    negative = next((part for part in sizes if part < 0), None)
    if negative is not None:
        found = finding(irregularity, f"a part of {negative} cannot be split off", "split_size", label="at least 0")
        found.help = "write the size of every part, 0 or more"
        return found
    assert count is not None
    total = sum(sizes)
    shown = " + ".join(map(str, sizes)) if len(sizes) <= 6 else f"{len(sizes)} parts"
    message = f"{_counted(irregularity, count)} cannot be split into {shown} = {total}"
    gap = abs(count - total)
    found = finding(irregularity, message, "split_size", label=f"{gap} {'missing' if total < count else 'too many'}")
    last = sizes[-1] + count - total
    if last >= 1 and len(sizes) <= 6:
        found.help = f"write {advice.spelt(irregularity.at.layer.place, split_size=(*sizes[:-1], last))}"
        if count % len(sizes) == 0 and len(sizes) > 1 and len({*sizes[:-1], last}) > 1:
            found.help += f", or `{listed((count // len(sizes),) * len(sizes))}`"
    else:
        found.help = f"the parts must add up to {count}"
    return found


def _narrow(irregularity: Irregularity[SplitDivides]) -> Diagnostic:
    numbers = irregularity.numbers
    start, length, count = numbers["start"], numbers["length"], numbers["size"]
    if length < 0:
        found = finding(irregularity, f"{length} cells cannot be taken", "length", label="at least 0")
        found.help = "write how many are taken, 0 or more"
        return found
    assert count is not None
    message = f"{length} from {start} on are more than there are in {_counted(irregularity, count)}"
    first = start if start >= 0 else start + count
    inside = 0 <= first < count
    found = finding(irregularity, message, "length" if inside else "start", label=f"of {count}")
    if inside:
        found.help = f"write {advice.spelt(irregularity.at.layer.place, length=count - first)} for all from there on"
    else:
        found.help = f"let it start at 0 to {count - 1}, or at -1 to {-count} from the end"
    return found


def _glu(irregularity: Irregularity[SplitDivides]) -> Diagnostic:
    count = irregularity.numbers["size"]
    assert count is not None
    found = finding(irregularity, f"GLU cannot halve {_counted(irregularity, count)}", "dim", label=f"{count} is odd")
    found.help = f"GLU gates one half with the other: it takes {count - 1} or {count + 1}"
    shape = irregularity.at.inputs[0].shape
    if shape is not None and len(shape) > 1 and irregularity.numbers["dim"] != 1:
        place = irregularity.at.layer.place
        dim, channels = advice.named(place, "dim"), advice.spelt(place, dim=1)
        found.notes.append(f"GLU halves the last axis unless {dim} is written; the channels are {channels}")
    return found


def _shuffle(irregularity: Irregularity[SplitDivides]) -> Diagnostic:
    count, groups = irregularity.numbers["size"], irregularity.numbers["parts"]
    if groups < 1:
        found = finding(irregularity, f"channels cannot be shuffled in {groups} groups", "groups", label="at least 1")
        found.help = "write the groups of the convolution before"
        return found
    assert count is not None
    message = f"{many(count, 'channel')} cannot be shuffled in {groups} groups"
    found = finding(irregularity, message, "groups", label=f"{count} / {groups} = {count / groups:.4g}")
    # One group, and as many as there are channels, leave the order as it is.
    near = [number for number in divisors_near(count, groups) if 1 < number < count]
    ways = []
    if near:
        fitting = advice.one_of(irregularity.at.layer.place, "groups", near)
        ways.append(f"{fitting} {'divides' if len(near) == 1 else 'divide'} {many(count, 'channel')}")
    if groups > 1:
        channels = [number for number in multiples_near(groups, count) if number > groups] or [2 * groups]
        ways.append(f"{groups} groups take {either(channels)} channels")
    found.help = "; ".join(ways) or None
    return found


def _parts(irregularity: Irregularity[SplitDivides]) -> Diagnostic:
    numbers = irregularity.numbers
    chunks = numbers["what"] == "Chunk"
    parts, count = numbers["parts"], numbers["size"]
    argument = "chunks" if chunks else "split_size"
    if numbers.get("invalid"):
        what = f"{parts} chunks cannot be made" if chunks else f"parts of {parts} cannot be split off"
        found = finding(irregularity, what, argument, label="at least 1")
        found.help = "write how many parts there are" if chunks else "write the size of a part"
        return found
    assert count is not None
    made, total = numbers["made"], numbers["total"]
    shown = ", ".join(map(str, made)) if total < 6 else f"{', '.join(map(str, made[:3]))}, ..., {made[-1]}"
    axis = _counted(irregularity, count)
    near = divisors_near(count, parts)
    fitting = advice.one_of(irregularity.at.layer.place, argument, near)
    divide = f"{fitting} {'divides' if len(near) == 1 else 'divide'} {count}"
    if chunks and total < parts:
        message = f"{axis} in {parts} chunks are only {many(total, 'part')}: {shown}"
        found = finding(irregularity, message, argument, label=f"{total} are made")
        found.notes.append(f"PyTorch runs it: with parts of ceil({count} / {parts}) = {made[0]} it needs no more")
        found.help = divide
    elif chunks:
        message = f"{axis} in {parts} chunks are uneven: {shown}"
        found = finding(irregularity, message, argument, label=f"{count} / {parts} = {count / parts:.4g}")
        found.notes.append("PyTorch runs it and makes the last part smaller")
        found.help = divide
    else:
        message = f"{axis} in parts of {parts} are {'uneven' if total > 1 else 'one part'}: {shown}"
        found = finding(irregularity, message, argument, label=f"{count} / {parts} = {count / parts:.4g}")
        found.notes.append("PyTorch runs it and makes the last part smaller")
        found.help = f"{divide}; a list of sizes says that uneven parts are meant"
    return found
