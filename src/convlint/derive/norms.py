"""Operations that keep the shape: activations and normalisations."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive.reshaping import axis_of
from convlint.derive.state import Derived, Map
from convlint.model.operations import (
    GLU,
    AlongAxis,
    ChannelNorm,
    Convolution,
    Elementwise,
    GroupNorm,
    LayerNorm,
    LocalNorm,
    PReLU,
    TransposedConvolution,
)

if TYPE_CHECKING:
    from convlint.derive.irregularities import Note


def _unsure(source: Map, at: Derived, axes: int = 1, last: bool = False) -> tuple[Map, ...]:
    """The shape but for the first (or last) axes, which a mistake has put in doubt: nothing follows from them."""
    shape = source.shape
    if shape is not None:
        unknown = (None,) * min(axes, len(shape))
        shape = (*shape[: len(shape) - len(unknown)], *unknown) if last else (*unknown, *shape[len(unknown) :])
    return (Map(shape, at, source.field, source.jump),)


def _same(source: Map, at: Derived, keeps_zero: bool = False) -> tuple[Map, ...]:
    return (Map(source.shape, at, source.field, source.jump, source.tail if keeps_zero else None),)


def elementwise(operation: Elementwise, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Activations, dropout, identity."""
    source = inputs[0]
    if operation.axes is not None and source.shape is not None:
        least, most = operation.axes
        if not least <= len(source.shape) <= most:
            note("rank-mismatch", wanted=most, shape=source.shape)
            return (Map(source.shape, at),)
    if operation.kind == "activation" and source.made_by is not None:
        before = source.made_by.layer.operation
        if (type(before) is Elementwise and before.kind == "activation") or type(before) is PReLU:
            note("double-activation", before=source.made_by)
    return (Map(source.shape, at, source.field, source.jump, source.tail if operation.keeps_zero else None),)


def along_axis(operation: AlongAxis, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Softmax and its like."""
    shape = inputs[0].shape
    if shape is not None and operation.dim is not None:
        axis_of(operation.dim, shape, note)
    return _same(inputs[0], at)


def glu(operation: GLU, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """GLU: half of an even axis gates the other half."""
    shape = inputs[0].shape
    if shape is None:
        return (Map(None, at),)
    axis = axis_of(operation.dim, shape, note)
    if axis is None:
        return (Map(None, at),)
    if axis < 0:
        note("split-divides", fatal=False, problem="batch", dim=operation.dim)
        return (Map(shape, at),)
    size = shape[axis]
    if size is not None and size % 2:
        note("split-divides", what="GLU", size=size, parts=2, dim=axis + 1)
        return (Map((None,) * len(shape), at),)
    half = None if size is None else size // 2
    field, jump = (inputs[0].field, inputs[0].jump) if axis == 0 else (None, None)
    return (Map((*shape[:axis], half, *shape[axis + 1 :]), at, field, jump),)


def prelu(operation: PReLU, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """PReLU: one parameter, or one per channel."""
    shape = inputs[0].shape
    count = operation.num_parameters
    at.params = count if count > 0 else None
    channels = shape[0] if shape else None
    if count < 1 or (count != 1 and channels is not None and count != channels):
        note("prelu-parameters", num_parameters=count, channels=channels)
        return _unsure(inputs[0], at)
    return _same(inputs[0], at, keeps_zero=True)


def channel_norm(operation: ChannelNorm, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """BatchNorm and InstanceNorm: 2 trainable numbers per channel if affine, or 1 without bias."""
    shape = inputs[0].shape
    rank = operation.rank
    batch = operation.kind == "batch"
    if rank is None:
        if shape == ():
            note("rank-mismatch", wanted=1, shape=shape)
            shape = None
    elif shape is not None and len(shape) != rank + 1 and not (batch and rank == 1 and len(shape) == 1):
        note("rank-mismatch", wanted=rank + 1, shape=shape)
        shape = None
    each = 2 if operation.bias else 1
    declared = operation.num_features
    if declared is not None and declared < 1 and (operation.affine or operation.track_running_stats):
        note("invalid-channels", argument="num_features", value=declared)
        at.params = None
        return _same(inputs[0], at)
    arrived = shape[0] if shape is not None else None
    features = arrived if declared is None else declared
    if declared is not None and arrived is not None and declared != arrived:
        unused = not (operation.affine or operation.track_running_stats)
        note(
            "norm-features",
            fatal=not unused,
            argument="num_features",
            declared=declared,
            derived=arrived,
            unused=unused,
        )
        if not unused:
            at.params = each * declared if operation.affine else 0
            return _unsure(inputs[0], at)
    if operation.affine:
        at.params = None if features is None else each * features
    if batch and inputs[0].made_by is not None:
        before = inputs[0].made_by.layer.operation
        if type(before) is Convolution or type(before) is TransposedConvolution:
            if before.bias:
                note("bias-before-norm", before=inputs[0].made_by)
        elif type(before) is Elementwise and before.kind == "dropout":
            note("dropout-before-norm", before=inputs[0].made_by)
    if shape is not None and len(shape) > 1 and all(size == 1 for size in shape[1:]):
        tracking = operation.track_running_stats
        always = not batch and not tracking
        note("norm-one-value", fatal=always, kind=operation.kind, shape=shape, always=always)
    return _same(inputs[0], at)


def group_norm(operation: GroupNorm, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """GroupNorm: channels divide into groups; 2 trainable numbers per channel if affine, or 1 without bias."""
    shape = inputs[0].shape
    groups, declared = operation.num_groups, operation.num_channels
    for name, value in (("num_groups", groups), ("num_channels", declared)):
        if value is not None and value < 1:
            note("invalid-channels", argument=name, value=value)
            at.params = None
            return _same(inputs[0], at)
    arrived = shape[0] if shape else None
    channels = arrived if declared is None else declared
    if operation.affine:
        at.params = None if channels is None else channels * (2 if operation.bias else 1)
    if declared is not None and arrived is not None and declared != arrived:
        unused = not operation.affine and arrived % groups == 0 and declared % groups == 0
        note(
            "norm-features",
            fatal=not unused,
            argument="num_channels",
            declared=declared,
            derived=arrived,
            unused=unused,
        )
        if not unused:
            return _unsure(inputs[0], at)
    elif channels is not None and channels % groups:
        note("group-norm-divides", channels=channels, groups=groups)
        return _unsure(inputs[0], at)
    elif (
        shape is not None and channels is not None and None not in shape and channels // groups * prod(shape[1:]) == 1  # type: ignore[arg-type]
    ):
        note("group-norm-one-value", channels=channels, groups=groups, shape=shape)
    return _same(inputs[0], at)


def layer_norm(operation: LayerNorm, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """LayerNorm over the last axes."""
    shape = inputs[0].shape
    wanted = operation.normalized_shape
    if wanted is None:
        last = shape[-1] if shape else None
        count = last
    else:
        count = prod(wanted)
        if shape is not None and (
            not wanted
            or len(wanted) > len(shape)
            or any(a is not None and a != b for a, b in zip(shape[len(shape) - len(wanted) :], wanted, strict=True))
        ):
            note("layer-norm-shape", declared=wanted, shape=shape)
            at.params = (count * (2 if operation.bias else 1)) if operation.affine else 0
            return _unsure(inputs[0], at, len(wanted), last=True)
    if operation.affine:
        at.params = None if count is None else count * (2 if operation.bias else 1)
    return _same(inputs[0], at)


def local_norm(operation: LocalNorm, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """LocalResponseNorm: no parameters; zeros stay zeros."""
    if operation.size < 1:
        note("invalid-window", argument="size", value=operation.size, axis=0, least=1)
    elif inputs[0].shape is not None and len(inputs[0].shape) < 2:
        note("rank-mismatch", wanted=2, shape=inputs[0].shape)
    return _same(inputs[0], at, keeps_zero=True)
