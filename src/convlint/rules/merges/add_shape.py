"""An addition, a product or their like joins maps of different shapes.

## What it does

Checks that the inputs of `Add` have equal shapes and that those of `Mul`, `Sub`, `Div`, `Maximum` and `Minimum` have
equal shapes but for axes of size 1.
An `Add` that repeats an axis of size 1 is a warning; a `Mul` that does so is a gate, as squeeze-and-excitation has it,
a `Sub` or `Div` takes away a mean or divides by a deviation, and all are silent.
The last two axes of a `MatMul` are matrices, and the columns of the first are as long as the rows of the second.

## Why it matters

PyTorch refuses unequal shapes: `The size of tensor a (64) must match the size of tensor b (48) at non-singleton
dimension 1`, without a name or a line.
A parameter has no batch axis and stands at the last axes of a map, which its sizes of 1 are repeated to fit.
A size of 1 it repeats without a word: adding a map of one channel to one of 64 adds the same map 64 times,
which is rarely meant.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: left, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: right, type: Conv2d, out_channels: 24, kernel_size: 1, from: input}
  - {type: Add, from: [left, right]}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: left, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: right, type: Conv2d, out_channels: 16, kernel_size: 1, from: input}
  - {type: Add, from: [left, right]}
```

A map that is meant to be repeated can be brought to size first, with an `Upsample` or a convolution of as many
channels.

## Source

PyTorch, broadcasting semantics; Keras and ONNX Runtime repeat axes of size 1 as silently, Caffe's Eltwise refuses them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import Merge, ParameterTensor
from convlint.rules import advice
from convlint.rules.merges.branches import (
    MERGED,
    axes_words,
    batch_labels,
    cause_help,
    change_labels,
    channel_help,
    input_name,
    input_place,
    producer_labels,
    rank_labels,
    repair_help,
    reread,
    resampling_help,
    sizes_words,
)
from convlint.rules.wording import finding, listed, size, source_label, without_place
from convlint.words.text import many

if TYPE_CHECKING:
    from convlint.derive.irregularities import AddShape


def word(irregularity: Irregularity[AddShape], derivation: Derivation) -> Diagnostic:
    """Name both makers and the axes that differ, and what would make them equal."""
    problem = irregularity.numbers["problem"]
    if problem == "broadcast":
        return _broadcast(irregularity, derivation)
    if problem == "size":
        return _sizes(irregularity, derivation)
    if problem == "inner":
        return _matrices(irregularity, derivation)
    return _ranks(irregularity, derivation) if problem == "rank" else _batches(irregularity, derivation)


def _sizes(irregularity: Irregularity[AddShape], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    shapes, (first, second), axes = numbers["shapes"], numbers["pair"], numbers["axes"]
    rank = len(shapes[first])
    verb = MERGED[numbers["merge"]]
    message = f"{size(shapes[first])} and {size(shapes[second])} cannot be {verb}: the {axes_words(axes, rank)} differ"
    if len(axes) == 1 and axes != [0]:
        message += "s"
    found = finding(irregularity, message, "from")
    found.span = input_place(irregularity.at.layer, numbers["odd"])
    found.label = f"{shapes[first][axes[0]]} is not {shapes[second][axes[0]]}"
    found.labels = producer_labels(irregularity, derivation, found.span)
    words = " and ".join(
        f"{sizes_words(shapes[index], axes[0], rank)} from {input_name(irregularity, index, derivation)}"
        for index in (first, second)
    )
    rule = (
        "every axis must be equal"
        if numbers["merge"] in ("add", "stack")
        else "every axis must be equal, or 1 in one of them"
    )
    found.notes.append(f"derived: {words}; {rule}")
    if numbers["odd"] is not None:
        usual = shapes[first if numbers["odd"] == second else second]
        agree = sum(shape[axes[0]] == usual[axes[0]] for shape in shapes)
        odd = input_name(irregularity, numbers["odd"], derivation)
        found.notes.append(f"{agree} of the {len(shapes)} inputs agree, {odd} does not")
    found.help = _parameter_help(irregularity, derivation)
    if found.help is not None or reread(found, irregularity, derivation):
        return found
    change_labels(irregularity, derivation, found)
    channels = channel_help(irregularity, derivation) if 0 in axes else None
    if axes == [0]:
        found.help = channels
    else:
        sizes = cause_help(irregularity, derivation) or repair_help(irregularity, derivation)
        sizes = sizes or resampling_help(irregularity, derivation)
        found.help = f"{channels}; and then {sizes}" if channels and sizes else None if 0 in axes else sizes
    found.help = found.help or "give both branches the same strides, paddings and channels"
    return found


def _parameter_help(irregularity: Irregularity[AddShape], derivation: Derivation) -> str | None:
    """Another shape for the parameter of which the sizes differ from those of a map; None if there is none."""
    at, numbers = irregularity.at, irregularity.numbers
    if not isinstance(at.layer.operation, Merge):
        return None
    shapes, pair = numbers["shapes"], numbers["pair"]
    for index, other in (pair, pair[::-1]):
        made_by, written = at.inputs[index].made_by, at.inputs[index].shape
        if index not in at.layer.operation.free or other in at.layer.operation.free or written is None:
            continue
        if made_by is None or not isinstance(made_by.layer.operation, ParameterTensor):
            continue
        wanted, missing = list(written), len(shapes[index]) - len(written)
        if written == shapes[other][:1]:
            # One for each channel was meant, but these are not the last axis.
            wanted = [*written, *[1] * (len(shapes[other]) - 1)]
        else:
            for axis in numbers["axes"]:
                wanted[axis - missing] = shapes[other][axis]
        spelt = advice.spelt(made_by.layer.place, shape=tuple(size or 1 for size in wanted))
        return f"write {spelt} in {input_name(irregularity, index, derivation)}"
    return None


def _broadcast(irregularity: Irregularity[AddShape], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    shapes, (first, second), axes = numbers["shapes"], numbers["pair"], numbers["axes"]
    small = first if shapes[first][axes[0]] == 1 else second
    large = second if small == first else first
    rank = len(shapes[first])
    along = axes_words(axes, rank)
    message = f"{size(shapes[small])} is repeated along the {along} to be added to {size(shapes[large])}"
    found = finding(irregularity, message, "from", label="repeated without a word")
    found.span = input_place(irregularity.at.layer, small)
    found.labels = producer_labels(irregularity, derivation, found.span)
    found.notes.append("PyTorch runs it: it repeats an axis of size 1 as often as needed (broadcasting)")
    name = input_name(irregularity, small, derivation)
    if 0 in axes:
        wanted = f"{shapes[large][0]} channels" if axes == [0] else size(shapes[large])
        found.help = f"let {name} make {wanted}, or use Mul if it is a gate"
    else:
        wanted = size(shapes[large][1:])
        found.help = f"write an Upsample to {wanted} behind {name} if it is meant, or use Mul if it is a gate"
    return found


def _ranks(irregularity: Irregularity[AddShape], derivation: Derivation) -> Diagnostic:
    numbers = irregularity.numbers
    shapes = numbers["shapes"]
    one = shapes[0]
    other = next(shape for shape in shapes if len(shape) != len(one))
    verb = MERGED[numbers["merge"]]
    message = f"{size(one)} and {size(other)} cannot be {verb}: {many(len(one), 'axis', 'axes')} and {len(other)}"
    found = finding(irregularity, message, "from", label="different numbers of axes")
    found.labels = rank_labels(irregularity, derivation, found.span)
    if reread(found, irregularity, derivation):
        return found
    short, long = sorted((one, other), key=len)
    operation = irregularity.at.layer.operation
    if isinstance(operation, Merge) and operation.free and shapes.index(long) in operation.free:
        name = input_name(irregularity, shapes.index(long), derivation)
        axes = many(len(short), "axis", "axes")
        found.help = f"give {name} at most {axes}, or one more of size 1 in front, for the batch"
        return found
    found.help = "reshape one of them"
    if len(short) == 1 and len(long) > 1 and numbers["merge"] not in ("stack", "matmul"):
        ones = (-1, *[1] * (len(long) - 1))
        place = irregularity.at.layer.place
        found.help = advice.between(place, shapes.index(short), "_map", "Reshape", shape=ones)
        found.help = found.help or f"a Reshape to {listed(ones)} makes a map of one cell of the vector"
    return found


def _matrices(irregularity: Irregularity[AddShape], derivation: Derivation) -> Diagnostic:
    at = irregularity.at
    one, other = irregularity.numbers["shapes"]
    message = f"{size(one)} and {size(other)} cannot be multiplied as matrices"
    found = finding(irregularity, message, "from", label=f"{one[-1]} is not {other[-2]}")
    for value in at.inputs:
        found.labels += source_label(value, "" if value.made_by is None else f"makes {size(value.shape)}", derivation)
    found.labels = without_place(found.labels, found.span)
    rows, columns = many(other[-2] or 0, "number"), many(one[-1] or 0, "number")
    found.notes.append(f"derived: a row of the first has {columns}, a column of the second {rows}")
    if one[-1] == other[-1]:
        order = (*range(len(other) - 1), len(other), len(other) - 1)
        written = advice.between(at.layer.place, 1, "_turned", "Permute", dims=order)
        found.help = written or "exchange the last two axes of the second"
    return found


def _batches(irregularity: Irregularity[AddShape], derivation: Derivation) -> Diagnostic:
    low, high = min(irregularity.numbers["counts"]), max(irregularity.numbers["counts"])
    message = f"{many(high, 'batch', 'batches')} in one meet {many(low, 'batch', 'batches')}"
    found = finding(irregularity, message, "from", label="different numbers of examples")
    found.labels = batch_labels(irregularity, derivation, found.span)
    batch, channels = (advice.spelt(irregularity.at.layer.place, dim=dim) for dim in (0, 1))
    found.help = f"a Concat along {batch} joins batches; {channels} joins along the channels"
    return found
