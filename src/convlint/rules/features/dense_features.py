"""A dense layer declares another number of input features than it gets.

## What it does

Compares `in_features` of Linear, `embed_dim`, `kdim` and `vdim` of MultiheadAttention, `d_model` of
TransformerEncoderLayer, and `input_size` of LSTM, GRU and RNN with the last axis of what arrives.
Behind a `Flatten` it shows the factors of the number and says which of them the declared one would fit.

## Why it matters

The commonest failure of all: `mat1 and mat2 shapes cannot be multiplied (32x18432 and 25088x4096)`.
The number depends on the input size and on every stride before it, so it changes when anything else does.

## Example

```yaml
convlint: 1
input: [512, 6, 6]
layers:
  - {type: Flatten}
  - {type: Linear, in_features: 25088, out_features: 4096}
```

## Use instead

```yaml
convlint: 1
input: [512, 7, 7]
layers:
  - {type: Flatten}
  - {type: Linear, in_features: 25088, out_features: 4096}
```

`in_features` may be left out; convlint then derives it. An `AdaptiveAvgPool2d` makes it independent of the input size.

## Source

PyTorch, `torch.nn.functional.linear`.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity, Map
from convlint.derive.provenance import channel_maker
from convlint.findings import Diagnostic
from convlint.model.operations import (
    Elementwise,
    Flatten,
    MultiheadAttention,
    Operation,
    Recurrent,
    TransformerEncoderLayer,
)
from convlint.rules import advice
from convlint.rules.features.heads_divide import heads_of
from convlint.rules.features.makers import blame_maker, declaring_fix, has, maker, shape_of
from convlint.rules.features.nearest import divisors_near
from convlint.rules.wording import field_labels, finding, layer_name, size, source_label
from convlint.words.text import axis_name, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import DenseFeatures


def word(irregularity: Irregularity[DenseFeatures], derivation: Derivation) -> Diagnostic:
    """Name both numbers, where the derived one comes from, and what the declared one would fit."""
    at, numbers = irregularity.at, irregularity.numbers
    declared, derived, shape = numbers["declared"], numbers["derived"], numbers["shape"]
    source = at.inputs[0]
    if "argument" in numbers:
        return _width(irregularity, numbers["argument"], declared, derived)
    argument, what = _declares(at.layer.operation)
    blamed = blame_maker(irregularity, argument, "feature", derivation) if len(shape) == 1 else None
    if blamed is not None:
        return blamed
    arrive = "arrives" if derived == 1 else "arrive"
    if argument == "in_features":
        message = f"{many(declared, 'input feature')} declared, {derived} {arrive}"
    else:
        message = f"{'a' if argument == 'd_model' else 'an'} {argument} of {declared} declared, {derived} {arrive}"
    found = finding(irregularity, message, argument, label="declared here")
    place = at.layer.place
    found.help = f"write {advice.spelt(place, **{argument: derived})}"
    named, heads = heads_of(at.layer.operation)
    if heads > 0 and derived % heads:
        found.help += f" with {advice.one_of(place, named, divisors_near(derived, heads))}"
    else:
        found.fixes = declaring_fix(irregularity, argument, derivation)
    flatten = _flatten(source) if len(shape) == 1 else None
    before = flatten.inputs[0].shape if flatten is not None else None
    if before is not None and None not in before and len(before) > 1:
        assert flatten is not None
        found.labels = source_label(flatten.inputs[0], shape_of(flatten.inputs[0]), derivation)
        found.notes.append(f"derived: {' x '.join(map(str, before))} = {derived} features behind the Flatten")
        _flattened(found, declared, before, flatten)
        return found
    if len(shape) > 1:
        found.labels = source_label(source, shape_of(source), derivation)
        _unflattened(found, at, declared, shape, what)
        return found
    source = channel_maker(source)
    found.labels = source_label(source, has(source, many(derived, "feature")), derivation)
    if source.made_by is not None:
        found.help += f", or let {layer_name(source.made_by)} make {declared}"
    return found


def _declares(operation: Operation) -> tuple[str, str]:
    """The argument that says how many features are read, and what reads them."""
    if isinstance(operation, MultiheadAttention):
        return "embed_dim", "attention"
    if isinstance(operation, TransformerEncoderLayer):
        return "d_model", "attention"
    if isinstance(operation, Recurrent):
        return "input_size", "a recurrent layer"
    return "in_features", "a dense layer"


def _width(irregularity: Irregularity, argument: str, declared: int, derived: int) -> Diagnostic:
    """Keys or values of another width than the queries, which come from the same map."""
    message = f"a {argument} of {declared} declared, {derived} {'arrives' if derived == 1 else 'arrive'}"
    found = finding(irregularity, message, argument, label="declared here")
    found.notes.append("queries, keys and values come from the same map")
    place = irregularity.at.layer.place
    found.help = f"write {advice.spelt(place, **{argument: derived})}, or leave it out"
    found.fixes = advice.fix(place, **{argument: derived})
    return found


def _flatten(source: Map) -> Derived | None:
    """The Flatten behind which a layer stands, if nothing but activations and dropout are between."""
    made_by = source.made_by
    while made_by is not None:
        if isinstance(made_by.layer.operation, Flatten):
            return made_by
        if not isinstance(made_by.layer.operation, Elementwise):
            return None
        made_by = made_by.inputs[0].made_by
    return None


def _flattened(found: Diagnostic, declared: int, before: tuple[int | None, ...], flatten: Derived) -> None:
    """What the declared number would be, were the map before the Flatten another one."""
    channels, *sizes = (count or 0 for count in before)
    cells = prod(sizes)
    rank = len(sizes)
    side = _root(declared // channels, rank) if channels and declared % channels == 0 else None
    maps = many(channels, "map")
    if side is not None and rank <= 3:
        wanted = "x".join([str(side)] * rank)
        if side == 1:
            found.notes.append(f"{declared} is the number of maps without their {size(sizes)} cells")
        else:
            found.notes.append(
                f"{declared} = {channels} x {' x '.join([str(side)] * rank)} would fit {maps} of {wanted}"
            )
        pool = advice.layer(flatten.layer.place, f"AdaptiveAvgPool{rank}d", output_size=side)
        pool = pool or f"an adaptive pool to {wanted}"
        found.help = f"{found.help}, or put {pool} before the Flatten"
    elif cells and declared % cells == 0:
        if cells > 1:
            found.notes.append(
                f"{declared} = {declared // cells} x {cells} would fit {declared // cells} maps of {size(sizes)}"
            )
        made_by = maker(flatten.inputs[0])
        if made_by is not None:
            found.help = f"{found.help}, or let {layer_name(made_by)} make {declared // cells} channels"
            found.labels += field_labels(made_by.layer, out_channels=f"makes {channels} channels")
    elif rank == 1 and channels and declared % channels == 0:
        found.notes.append(
            f"{declared} = {channels} x {declared // channels} would fit {maps} of {declared // channels}"
        )


def _root(count: int, power: int) -> int | None:
    """The whole number whose power is a count, if there is one."""
    if count < 1 or count > 10**12:
        return None
    guess = round(count ** (1 / power))
    return guess if guess**power == count else None


def _unflattened(found: Diagnostic, at: Derived, declared: int, shape: tuple[int | None, ...], what: str) -> None:
    """A dense layer works on the last axis; was a Flatten meant, or another order of the axes?"""
    rank = len(shape) - 1
    last = axis_name(rank - 1, rank)
    found.notes.append(f"{what} works on the last axis, which is the {last} of {size(shape)}")
    known = None not in shape
    if known and prod(size for size in shape if size is not None) == declared and what == "a dense layer":
        flatten = advice.layer(at.layer.place, "Flatten") or "a Flatten"
        found.help = f"put {flatten} before it: {' x '.join(map(str, shape))} = {declared}"
    elif declared == shape[0]:
        order = (0, *range(2, len(shape) + 1), 1)
        found.notes.append(f"{declared} is the number of channels")
        permute = advice.layer(at.layer.place, "Permute", dims=order) or "a permutation of the axes"
        found.help = f"put {permute} before it to have the channels last"
        if rank == 2 and what == "a dense layer":
            found.help += ", or pool the map to 1x1 and flatten it"
