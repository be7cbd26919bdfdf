"""A Concat reads maps of different sizes.

## What it does

Checks that the inputs of a `Concat` agree on every axis but the one along which they are put together (`dim`, the
channels unless written otherwise).

## Why it matters

PyTorch refuses the first batch: `Sizes of tensors must match except in dimension 1`, without a name or a line.
The usual causes: the wrong level of an encoder is read, an upsampling is missing, or a padding differs between
branches.
Along the batch axis (`dim: 0`) PyTorch does join equal shapes; but then examples of the batch are mixed, and the
result meets nothing else of the network any more. That is a warning.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: fine, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: coarse, type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
  - {type: Concat, from: [fine, coarse]}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: fine, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: coarse, type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
  - {name: up, type: Upsample, scale_factor: 2}
  - {type: Concat, from: [fine, up]}
```

## Source

PyTorch, `torch.cat`; Caffe and Netscope refuse it as well, Darknet makes a map of size 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.derive.repairs.wiring import rather_resized
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.merges.branches import (
    axes_words,
    batch_labels,
    cause_help,
    change_labels,
    input_name,
    input_place,
    producer_labels,
    rank_labels,
    readable_name,
    repair_help,
    reread,
    resampling_help,
    total_stride,
)
from convlint.rules.wording import finding, size, source_label, without_place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import ConcatSize


def word(irregularity: Irregularity[ConcatSize], derivation: Derivation) -> Diagnostic:
    """Name both makers with their total strides, and the layer of the right size if there is one."""
    problem = irregularity.numbers["problem"]
    if problem == "size":
        return _sizes(irregularity, derivation)
    if problem == "rank":
        return _ranks(irregularity, derivation)
    return _batches(irregularity, derivation)


def _sizes(irregularity: Irregularity[ConcatSize], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    at = irregularity.at
    shapes, (first, second), axes = numbers["shapes"], numbers["pair"], numbers["axes"]
    rank = len(shapes[first])
    strides = [total_stride(at.inputs[index], derivation) for index in (first, second)]
    joins = f" ({strides[0]} joins {strides[1]})" if all(strides) and strides[0] != strides[1] else ""
    message = f"{size(shapes[first])} and {size(shapes[second])} cannot be concatenated{joins}"
    found = finding(irregularity, message, "from")
    fitting = numbers["fitting"]
    if fitting and not _fits(numbers):
        fitting = None
    found.span = input_place(at.layer, fitting[0] if fitting else numbers["odd"])
    found.label = f"{axes_words(axes, rank)} {'differs' if len(axes) == 1 and axes != [0] else 'differ'}"
    found.labels = producer_labels(irregularity, derivation, found.span)
    dim = numbers["dim"]
    along = "the batch" if dim == 0 else f"the {axes_words([dim - 1], rank)}"
    found.notes.append(f"derived: along {along} (dim {dim}) the sizes add up; on every other axis they must be equal")
    if numbers["odd"] is not None:
        found.notes.append(_majority(irregularity, numbers["odd"], derivation))
    if reread(found, irregularity, derivation):
        return found
    if 0 in axes:
        found.help = f"{advice.spelt(at.layer.place, dim=1)} joins along the channels, which may then differ"
        return found
    likely = cause_help(irregularity, derivation)
    repair, resampling = repair_help(irregularity, derivation), resampling_help(irregularity, derivation)
    if fitting and rather_resized(irregularity, derivation):
        # What would be inserted to make them meet makes later ones miss each other as well.
        fitting = resampling = None
    name = readable_name(fitting[1], at, derivation) if fitting else None
    if fitting and name is not None:
        shape = size(fitting[1].shape)
        found.help = f"read `{name}` instead of {input_name(irregularity, fitting[0], derivation)}: it makes {shape}"
        found.labels += without_place(source_label(fitting[1], f"makes {shape}", derivation), found.span)
        found.fixes = advice.read_instead(at.layer.place, fitting[0], name)
        return found
    change_labels(irregularity, derivation, found)
    if likely is not None:
        found.help = likely
    elif joins and repair and resampling:
        # Maps of different levels: rather one has to be resampled than a stride taken back.
        found.help = f"{resampling}; or {repair}"
    else:
        found.help = repair or resampling or "give both branches the same strides and paddings"
    return found


def _fits(numbers: ConcatSize) -> bool:
    """Whether all would join with another map in the place of an input: the only odd one, and its channels fit."""
    assert numbers["fitting"] is not None
    place, value = numbers["fitting"]
    first, second = numbers["pair"]
    other = numbers["shapes"][first if place == second else second]
    if len(numbers["shapes"]) > 2 and numbers["odd"] != place:
        return False
    shape = value.shape or ()
    return all(axis == numbers["dim"] - 1 or shape[axis] == other[axis] for axis in range(len(other)))


def _majority(irregularity: Irregularity[ConcatSize], place: int, derivation: Derivation) -> str:
    """How many of several inputs agree."""
    numbers = irregularity.numbers
    first, second = numbers["pair"]
    usual = numbers["shapes"][first if place == second else second]
    axis = numbers["axes"][0]
    agree = sum(shape[axis] == usual[axis] for shape in numbers["shapes"])
    odd = input_name(irregularity, place, derivation)
    return f"{agree} of the {len(numbers['shapes'])} inputs agree, {odd} does not"


def _ranks(irregularity: Irregularity[ConcatSize], derivation: Derivation) -> Diagnostic:
    known = [shape for shape in irregularity.numbers["arrived"] if shape is not None]
    one = known[0]
    other = next(shape for shape in known if len(shape) != len(one))
    message = f"{size(one)} and {size(other)} cannot be concatenated: {many(len(one), 'axis', 'axes')} and {len(other)}"
    found = finding(irregularity, message, "from", label="different numbers of axes")
    found.labels = rank_labels(irregularity, derivation, found.span)
    if not reread(found, irregularity, derivation):
        found.help = "flatten all of them, or reshape the vector into a map"
    return found


def _batches(irregularity: Irregularity[ConcatSize], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    batch, channels = (advice.spelt(irregularity.at.layer.place, dim=dim) for dim in (0, 1))
    if numbers["problem"] == "batch":
        count = len(irregularity.at.inputs)
        message = f"dim {numbers['dim']} is the batch: {count} batches are put together into one"
        found = finding(irregularity, message, "dim", label="the batch axis")
        found.notes.append("PyTorch accepts it, because all shapes are equal")
        found.help = f"write {channels} to join along the channels"
        return found
    low, high = min(numbers["counts"]), max(numbers["counts"])
    message = f"{many(high, 'batch', 'batches')} in one meet {many(low, 'batch', 'batches')}"
    found = finding(irregularity, message, "from", label="different numbers of examples")
    found.labels = batch_labels(irregularity, derivation, found.span)
    found.help = f"a Concat along {batch} joins batches; {channels} joins along the channels"
    return found
