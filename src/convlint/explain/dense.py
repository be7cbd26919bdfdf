"""Lessons about layers that connect everything with everything."""

from __future__ import annotations

from math import prod

from convlint.derive.state import Derived
from convlint.explain.counts import sum_lines
from convlint.explain.lesson import Lesson
from convlint.explain.words import Part, Section, size
from convlint.model import operations as op
from convlint.model.network import Shape
from convlint.model.window import quotient
from convlint.words.text import number, number_of, product


def linear(operation: op.Linear, lesson: Lesson) -> list[Section]:
    """Linear."""
    at, shape, made = lesson.at, lesson.shape, operation.out_features
    arrived = shape[-1] if shape else None
    features = arrived if operation.in_features is None else operation.in_features
    outputs = "The one output reads" if made == 1 else f"Each of the {number(made)} outputs reads"
    inputs = "the one input" if features == 1 else f"each of the {number(features)} inputs"
    parts: list[Part] = [f"{outputs} {inputs}, with a weight for every pair."]
    before = _flattened(at)
    if before is not None:
        maker, flat = before
        maps = number_of(flat[0], "map") if flat[0] is not None else "maps"
        parts.append(
            f"The {'input is' if arrived == 1 else f'{number(arrived)} inputs are'} {product(flat)}: {maps} of "
            f"{size(flat[1:])}, flattened by "
            f"{lesson.places.layer(maker)}."
        )
        if arrived == features and arrived is not None:
            parts.append(
                "A convolution with a kernel as large as its map would be the same: "
                f"{number_of(made, '3-D kernel')} of {size(flat)}"
                f"{', each' if made > 1 else ','} used at one place only."
            )
    if shape is not None and len(shape) > 1:
        parts.append(f"It works on the last axis only, with the same weights for all {product(shape[:-1])} positions.")
    found = [Section("Features", *parts)]
    if at.params is None or features is None:
        found.append(Section("Parameters", "Unknown, because the number of inputs is."))
    else:
        total = number_of(features * made, "weight")
        line = f"{number_of(features, 'input')} x {number_of(made, 'output')} = {total}"
        found.append(Section("Parameters", *sum_lines(line, made if operation.bias else 0, at.params)))
    if at.macs is not None and features is not None and shape is not None:
        positions = f" x {product(shape[:-1])}" if len(shape) > 1 else ""
        line = f"  {number(features)} x {number(made)}{positions} = {number(at.macs)}"
        found.append(Section("Multiply-adds", [line]))
    return found


def _flattened(at: Derived) -> tuple[Derived, Shape] | None:
    """The layer that flattened a map into what a dense layer reads, and the shape of that map."""
    value = at.inputs[0]
    while value.made_by is not None and isinstance(value.made_by.layer.operation, op.Elementwise):
        value = value.made_by.inputs[0]
    maker = value.made_by
    if maker is None or not isinstance(maker.layer.operation, op.Flatten) or value.shape is None:
        return None
    before = maker.inputs[0].shape
    return (maker, before) if before is not None and len(before) > 1 == len(value.shape) else None


def attention(operation: op.MultiheadAttention, lesson: Lesson) -> list[Section]:
    """MultiheadAttention."""
    at, embed, heads, shape = lesson.at, operation.embed_dim, operation.num_heads, lesson.shape
    found = []
    if heads >= 1 and embed >= 1:
        each = f"{embed}/{heads} = {quotient(embed, heads)}"
        lead = (
            f"Every position is a vector of {embed} numbers, cut into {heads} heads of {each}. Each head compares "
            "every position with every other and mixes them accordingly; then the heads are put together again."
        )
        found.append(Section("Heads", lead))
    if at.params is not None:
        kdim, vdim = (embed if width is None else width for width in (operation.kdim, operation.vdim))
        if kdim == vdim == embed:
            lines = [f"  4 x {embed} x {embed} weights: for queries, keys, values and the output"]
        else:
            lines = [
                f"  2 x {embed} x {embed} weights: for queries and the output",
                f"  + {kdim} x {embed} for keys + {vdim} x {embed} for values",
            ]
        lines += [f"  + 4 x {embed} biases"] if operation.bias else []
        lines += [f"  + 2 x {embed} for a key and a value of its own"] if operation.add_bias_kv else []
        found.append(Section("Parameters", [*lines, f"  = {number(at.params)} parameters"]))
    if at.macs is not None and shape is not None and len(shape) == 2:
        lines = [
            f"  4 x {shape[0]} x {embed} x {embed} for the four products with weights",
            f"  + 2 x {shape[0]} x {shape[0]} x {embed} to compare all positions and to mix them",
            f"  = {number(at.macs)}",
        ]
        found.append(Section("Multiply-adds", lines))
    return found


def encoder_layer(operation: op.TransformerEncoderLayer, lesson: Lesson) -> list[Section]:
    """TransformerEncoderLayer."""
    at, embed, hidden, shape = lesson.at, operation.d_model, operation.dim_feedforward, lesson.shape
    lead = (
        f"Every position is a vector of {embed} numbers. {number_of(operation.nhead, 'head')} compare every position "
        f"with every other; then two dense layers, to {hidden} numbers and back, work on each position by itself. "
        "What either makes is added to what it read, and normalised."
    )
    found = [Section("Heads", lead)]
    if at.params is not None:
        lines = [
            f"  4 x {embed} x {embed} weights: for queries, keys, values and the output",
            f"  + 2 x {embed} x {hidden} weights of the dense layers",
            f"  + 2 x {embed} scales of the norms",
        ]
        lines += [f"  + 7 x {embed} + {hidden} biases"] if operation.bias else []
        found.append(Section("Parameters", [*lines, f"  = {number(at.params)} parameters"]))
    if at.macs is not None and shape is not None and len(shape) == 2:
        lines = [
            f"  4 x {shape[0]} x {embed} x {embed} for the four products with weights",
            f"  + 2 x {shape[0]} x {shape[0]} x {embed} to compare all positions and to mix them",
            f"  + 2 x {shape[0]} x {embed} x {hidden} for the dense layers",
            f"  = {number(at.macs)}",
        ]
        found.append(Section("Multiply-adds", lines))
    return found


def recurrent(operation: op.Recurrent, lesson: Lesson) -> list[Section]:
    """LSTM, GRU, RNN."""
    at, hidden, made, shape = lesson.at, operation.hidden_size, operation.made, lesson.shape
    layers, directions = operation.num_layers, operation.directions
    lead = (
        f"The sequence is gone through position by position{', in both directions' if directions == 2 else ''}. At "
        f"each, {operation.gates} x {hidden} values are made of what stands there and of what was made of the position "
        "before."
    )
    if operation.proj_size:
        lead += f" {made} numbers are made of {hidden}, and handed on."
    if layers > 1:
        lead += f" {number_of(layers, 'layer')} do so, each reading what the one before has made."
    found = [Section("Sequence", lead)]
    if at.params is None:
        return found
    rows = operation.gates * hidden
    each = f" + {operation.proj_size} x {hidden}" if operation.proj_size else ""
    biases = f" + 2 x {rows} biases" if operation.bias else ""
    sides = " in each direction" if directions == 2 else ""
    lines = [f"  {rows} x ({operation.input_size} + {made}){each} weights{biases}{sides}"]
    if layers > 1:
        lines.append(f"  + {layers - 1} x ({rows} x ({directions * made} + {made}){each} weights{biases}{sides})")
    found.append(Section("Parameters", [*lines, f"  = {number(at.params)} parameters"]))
    if at.macs is not None and shape is not None:
        lines = [f"  every weight once at each of {number_of(shape[0] or 0, 'position')} = {number(at.macs)}"]
        found.append(Section("Multiply-adds", lines))
    return found


def self_attention(operation: op.SelfAttention, lesson: Lesson) -> list[Section]:
    """Attention between the cells of a map."""
    heads, key, value, shape = operation.heads, operation.key_channels, operation.value_channels, lesson.shape
    lead = f"{heads} heads, each with {key} channels for queries, {key} for keys and {value} for values:"
    lines = [
        f"  in:  {heads} x (2*{key} + {value}) = {heads * (2 * key + value)}",
        f"  out: {heads} x {value} = {heads * value}",
    ]
    found = [Section("Heads", lead, lines)]
    if lesson.at.macs is not None and shape is not None and None not in shape:
        cells = prod(shape[1:])  # type: ignore[arg-type]
        others = cells // max(1, operation.area)
        line = f"  {cells} cells x {others} others x {heads} heads x ({key} + {value}) = {number(lesson.at.macs)}"
        found.append(Section("Multiply-adds", [line]))
    return found
