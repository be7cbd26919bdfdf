"""Operations on the last axis: Linear, attention and recurrent layers."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive.state import Derived, Map
from convlint.model.operations import (
    GLU,
    AlongAxis,
    Elementwise,
    LayerNorm,
    Linear,
    Merge,
    MultiheadAttention,
    Permute,
    Recurrent,
    TransformerEncoderLayer,
)

if TYPE_CHECKING:
    from convlint.derive.irregularities import Note


def linear(operation: Linear, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Linear: the last axis becomes ``out_features``; in*out weights, in*out MACs per position."""
    shape = inputs[0].shape
    out, declared = operation.out_features, operation.in_features
    for name, value in (("out_features", out), ("in_features", declared)):
        if value is not None and value < 0:
            note("invalid-channels", argument=name, value=value)
            at.params = at.macs = None
            return (Map(None if shape is None else (*shape[:-1], None), at),)
    if shape == ():
        # Only the batch is left, flattened with all else.
        note("rank-mismatch", wanted=1, shape=shape)
    arrived = shape[-1] if shape else None
    features = arrived if declared is None else declared
    if shape is not None and declared is not None and arrived is not None and declared != arrived:
        note("dense-features", declared=declared, derived=arrived, shape=shape)
    elif out == 0 or features == 0:
        note("invalid-channels", fatal=False, argument="out_features" if out == 0 else "in_features", value=0)
    if declared is None and shape is not None and len(shape) > 2 and not _on_purpose(inputs[0]):
        note("dense-on-map", shape=shape)
    at.weight = None if features is None else (out, features)
    at.params = None if features is None else features * out + (out if operation.bias else 0)
    if features is None or shape is None or None in shape[:-1]:
        at.macs = None
    else:
        at.macs = features * out * prod(shape[:-1])  # type: ignore[arg-type]
    return (Map(None if shape is None else (*shape[:-1], out), at),)


def _on_purpose(source: Map) -> bool:
    """Whether a map came through a Permute (channels last, as in ConvNeXt) or another dense layer."""
    made_by = source.made_by
    while made_by is not None and made_by.inputs:
        operation = made_by.layer.operation
        if isinstance(operation, Permute | Linear):
            return True
        if not isinstance(operation, Elementwise | LayerNorm | Merge | GLU | AlongAxis):
            return False
        made_by = made_by.inputs[0].made_by
    return False


def attention(operation: MultiheadAttention, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Self-attention on (length, embed_dim): four projections of E*E, and two products of L*L*E."""
    shape = inputs[0].shape
    embed, heads = operation.embed_dim, operation.num_heads
    at.macs = None
    if embed < 1 or heads < 1:
        note("invalid-channels", argument="embed_dim" if embed < 1 else "num_heads", value=min(embed, heads))
        at.params = None
        return (Map(shape, at),)
    if embed % heads:
        note("heads-divide", embed_dim=embed, num_heads=heads)
        at.params = None
        return (Map(shape, at),)
    widths = [embed if width is None else width for width in (operation.kdim, operation.vdim)]
    at.params = (2 * embed + sum(widths)) * embed if min(widths) >= 0 else None
    if at.params is not None:
        at.params += (4 * embed if operation.bias else 0) + (2 * embed if operation.add_bias_kv else 0)
    if shape is None:
        return (Map(None, at),)
    if len(shape) != 2:
        note("rank-mismatch", wanted=2, shape=shape)
        return (Map((None, embed), at),)
    length, arrived = shape
    if arrived is not None and arrived != embed:
        note("dense-features", declared=embed, derived=arrived, shape=shape)
    else:
        # Keys and values are read from the same map as the queries.
        for argument, width in zip(("kdim", "vdim"), widths, strict=True):
            if width != embed:
                note("dense-features", declared=width, derived=embed, shape=shape, argument=argument)
                break
    if length is not None:
        at.macs = 4 * length * embed * embed + 2 * length * length * embed
    return (Map((length, embed), at),)


def encoder_layer(operation: TransformerEncoderLayer, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Self-attention on (length, d_model), then two dense layers, E to F and back; MACs as PyTorch counts them."""
    shape = inputs[0].shape
    embed, heads, hidden = operation.d_model, operation.nhead, operation.dim_feedforward
    at.params = at.macs = None
    for name, value in (("d_model", embed), ("nhead", heads)):
        if value < 1:
            note("invalid-channels", argument=name, value=value)
            return (Map(shape, at),)
    if hidden < 0:
        note("invalid-channels", argument="dim_feedforward", value=hidden)
        return (Map(shape, at),)
    if embed % heads:
        note("heads-divide", embed_dim=embed, num_heads=heads)
        return (Map(shape, at),)
    if hidden == 0:
        note("invalid-channels", fatal=False, argument="dim_feedforward", value=0)
    weights = 4 * embed * embed + 2 * embed * hidden
    # Two norms have a scale; attention, both dense layers and the norms a bias.
    at.params = weights + 2 * embed + (4 * embed + hidden + embed + 2 * embed if operation.bias else 0)
    if shape is None:
        return (Map(None, at),)
    if len(shape) != 2:
        note("rank-mismatch", wanted=2, shape=shape)
        return (Map((None, embed), at),)
    length, arrived = shape
    if arrived is not None and arrived != embed:
        note("dense-features", declared=embed, derived=arrived, shape=shape)
    if length is not None:
        at.macs = length * weights + 2 * length * length * embed
    return (Map((length, embed), at),)


def recurrent(operation: Recurrent, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """LSTM, GRU, RNN on (length, input_size): every weight once at every position, as PyTorch counts it."""
    shape = inputs[0].shape
    given, hidden = operation.input_size, operation.hidden_size
    at.params = at.macs = None
    for name, value in (("input_size", given), ("hidden_size", hidden)):
        if value < 1:
            note("invalid-channels", argument=name, value=value)
            return (Map(None, at),)
    out = operation.made * operation.directions
    length: int | None = None
    if shape is not None and len(shape) != 2:
        note("rank-mismatch", wanted=2, shape=shape)
    elif shape is not None:
        length, arrived = shape
        if arrived is not None and arrived != given:
            note("dense-features", declared=given, derived=arrived, shape=shape)
    if operation.num_layers >= 1 and 0 <= operation.proj_size < hidden:
        rows = operation.gates * hidden
        later = operation.num_layers - 1
        read = given + later * out + operation.num_layers * operation.made
        weights = operation.directions * (rows * read + operation.num_layers * operation.proj_size * hidden)
        at.params = weights + (2 * rows * operation.num_layers * operation.directions if operation.bias else 0)
        at.macs = None if length is None else length * weights
    return (Map((length, out), at),)
