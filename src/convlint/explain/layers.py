"""Which lesson explains which operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.explain import dense, joining, shapes, sliding, values
from convlint.explain.lesson import Lesson
from convlint.explain.words import Section
from convlint.model import operations as op

LESSONS: dict[type, Callable[[Any, Lesson], list[Section]]] = {
    op.Unknown: joining.unknown,
    op.Convolution: sliding.convolution,
    op.TransposedConvolution: sliding.transposed,
    op.Pool: sliding.pool,
    op.Subsampling: sliding.subsampling,
    op.AdaptivePool: sliding.adaptive_pool,
    op.Unfold: sliding.unfold,
    op.Fold: sliding.fold,
    op.Linear: dense.linear,
    op.MultiheadAttention: dense.attention,
    op.TransformerEncoderLayer: dense.encoder_layer,
    op.Recurrent: dense.recurrent,
    op.SelfAttention: dense.self_attention,
    op.Flatten: shapes.flatten,
    op.Unflatten: shapes.unflatten,
    op.Reshape: shapes.reshape,
    op.Permute: shapes.permute,
    op.CenterCrop: shapes.center_crop,
    op.Pad: shapes.pad,
    op.Upsample: shapes.upsample,
    op.MatMul: joining.matmul,
    op.Stack: joining.stack,
    op.Slice: shapes.slice_,
    op.Narrow: shapes.narrow,
    op.Flip: shapes.flip,
    op.Roll: shapes.roll,
    op.ResizeLike: shapes.resize_like,
    op.PixelShuffle: shapes.pixel_shuffle,
    op.ChannelShuffle: shapes.channel_shuffle,
    op.Elementwise: values.elementwise,
    op.AlongAxis: values.along_axis,
    op.GLU: values.glu,
    op.PReLU: values.prelu,
    op.ChannelNorm: values.channel_norm,
    op.GroupNorm: values.group_norm,
    op.LayerNorm: values.layer_norm,
    op.LocalNorm: values.local_norm,
    op.Merge: joining.merge,
    op.Reduce: shapes.reduce,
    op.Concat: joining.concat,
    op.Split: joining.split,
    op.Group: joining.group,
    op.Levels: joining.levels,
    op.Opaque: joining.opaque,
    op.Evaluated: joining.evaluated,
    op.Parameters: joining.parameters,
    op.ParameterTensor: joining.parameter_tensor,
}
