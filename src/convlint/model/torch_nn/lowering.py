"""Arguments of ``torch.nn`` to operations: its defaults are resolved here, so that deriving knows arithmetic only.

What is lowered has the arguments as attributes: one entry per axis where a layer has axes, tuples for lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.model import operations as op

Lower = Callable[[Any], op.Operation]


def _padding(args: Any, rank: int, same: bool = True) -> tuple[op.Padding, str | None]:
    """(before, after) per axis, and the word if one was written.

    PyTorch's ``same`` adds ``d*(k-1)`` cells in total, the odd one behind.
    """
    padding = args.padding
    if not isinstance(padding, str):
        return tuple([(cells, cells) for cells in padding]), None
    if padding == "valid" or not same:
        return ((0, 0),) * rank, padding
    total = [max(0, d * (k - 1)) for d, k in zip(args.dilation, args.kernel_size, strict=True)]
    return tuple((cells // 2, cells - cells // 2) for cells in total), padding


def convolution(rank: int) -> Lower:
    """Conv1d/2d/3d."""

    def lower(args: Any) -> op.Operation:
        padding, word = _padding(args, rank)
        return op.Convolution(
            rank,
            args.out_channels,
            args.kernel_size,
            args.stride,
            padding,
            args.dilation,
            args.groups,
            args.bias,
            args.padding_mode,
            word,
            args.in_channels,
        )

    return lower


def transposed_convolution(rank: int) -> Lower:
    """ConvTranspose1d/2d/3d."""

    def lower(args: Any) -> op.Operation:
        padding, word = _padding(args, rank, same=False)
        return op.TransposedConvolution(
            rank,
            args.out_channels,
            args.kernel_size,
            args.stride,
            padding,
            args.output_padding,
            args.dilation,
            args.groups,
            args.bias,
            args.padding_mode,
            word,
            args.in_channels,
        )

    return lower


def pool(kind: str, rank: int) -> Lower:
    """MaxPool, AvgPool, LPPool: the stride defaults to the kernel."""

    def lower(args: Any) -> op.Operation:
        stride = args.stride if args.stride is not None else args.kernel_size
        padding = tuple((cells, cells) for cells in (args.padding if kind != "lp" else (0,) * rank))
        dilation = args.dilation if kind == "max" else (1,) * rank
        return op.Pool(kind, rank, args.kernel_size, stride, padding, dilation, args.ceil_mode)

    return lower


def adaptive_pool(kind: str, rank: int) -> Lower:
    """AdaptiveAvgPool, AdaptiveMaxPool."""
    return lambda args: op.AdaptivePool(kind, rank, args.output_size)


def linear(args: Any) -> op.Operation:
    """Linear."""
    return op.Linear(args.out_features, args.in_features, args.bias)


def flatten(args: Any) -> op.Operation:
    """Flatten."""
    return op.Flatten(args.start_dim, args.end_dim)


def unflatten(args: Any) -> op.Operation:
    """Unflatten."""
    return op.Unflatten(args.dim, args.unflattened_size)


def elementwise(keeps_zero: bool, kind: str = "other", axes: tuple[int, int] | None = None) -> Lower:
    """Activations, dropout, identity; all layers of a type share one operation."""
    operation = op.Elementwise(keeps_zero, kind, axes)
    return lambda args: operation


def along_axis(args: Any) -> op.Operation:
    """Softmax and its like."""
    return op.AlongAxis(args.dim)


def glu(args: Any) -> op.Operation:
    """GLU."""
    return op.GLU(args.dim)


def prelu(args: Any) -> op.Operation:
    """PReLU."""
    return op.PReLU(args.num_parameters)


def channel_norm(kind: str, rank: int | None) -> Lower:
    """BatchNorm, InstanceNorm, and SyncBatchNorm, of any rank."""
    return lambda args: op.ChannelNorm(kind, rank, args.num_features, args.affine, args.track_running_stats, args.bias)


def group_norm(args: Any) -> op.Operation:
    """GroupNorm."""
    return op.GroupNorm(args.num_groups, args.num_channels, args.affine, args.bias)


def layer_norm(args: Any) -> op.Operation:
    """LayerNorm."""
    return op.LayerNorm(args.normalized_shape, args.elementwise_affine, args.bias)


def rms_norm(args: Any) -> op.Operation:
    """RMSNorm: a LayerNorm that never has a bias."""
    return op.LayerNorm(args.normalized_shape, args.elementwise_affine, False)


def local_norm(args: Any) -> op.Operation:
    """LocalResponseNorm."""
    return op.LocalNorm(args.size)


def _upsample(args: Any, mode: str, align_corners: bool | None) -> op.Operation:
    size, scale = args.size, args.scale_factor
    if scale == 0 and size is not None:
        scale = None  # PyTorch asks whether the factor is true, not whether it is None
    listed = type(size) is tuple or type(scale) is tuple
    size, scale = (None if given is None else given if type(given) is tuple else (given,) for given in (size, scale))
    return op.Upsample(size, scale, mode, align_corners, listed)


def upsample(args: Any) -> op.Operation:
    """Upsample."""
    return _upsample(args, args.mode, args.align_corners)


def upsampling_nearest(args: Any) -> op.Operation:
    """UpsamplingNearest2d."""
    return _upsample(args, "nearest", None)


def upsampling_bilinear(args: Any) -> op.Operation:
    """UpsamplingBilinear2d."""
    return _upsample(args, "bilinear", True)


def pixel_shuffle(args: Any) -> op.Operation:
    """PixelShuffle."""
    return op.PixelShuffle(args.upscale_factor)


def pixel_unshuffle(args: Any) -> op.Operation:
    """PixelUnshuffle."""
    return op.PixelShuffle(args.downscale_factor, down=True)


def channel_shuffle(args: Any) -> op.Operation:
    """ChannelShuffle."""
    return op.ChannelShuffle(args.groups)


def pad(mode: str, rank: int) -> Lower:
    """The padding layers: PyTorch lists (before, after) pairs with the last axis first."""

    def lower(args: Any) -> op.Operation:
        # PyTorch takes fewer pairs than there are axes, where it pads with a constant: the first axes get nothing.
        sides = (*args.padding, *(0,) * (2 * rank - len(args.padding)))
        pairs = [(sides[2 * axis], sides[2 * axis + 1]) for axis in range(rank)]
        value = args.value if mode == "constant" else 0
        zeros = mode == "constant" and value == 0
        return op.Pad(rank, "zeros" if zeros else mode, tuple(reversed(pairs)), value)

    return lower


def unfold(args: Any) -> op.Operation:
    """Unfold."""
    return op.Unfold(args.kernel_size, args.stride, args.padding, args.dilation)


def fold(args: Any) -> op.Operation:
    """Fold."""
    return op.Fold(args.output_size, args.kernel_size, args.stride, args.padding, args.dilation)


def attention(args: Any) -> op.Operation:
    """MultiheadAttention."""
    return op.MultiheadAttention(args.embed_dim, args.num_heads, args.bias, args.add_bias_kv, args.kdim, args.vdim)


def encoder_layer(args: Any) -> op.Operation:
    """TransformerEncoderLayer."""
    return op.TransformerEncoderLayer(args.d_model, args.nhead, args.dim_feedforward, args.bias)


def recurrent(gates: int) -> Lower:
    """LSTM, GRU and RNN, with 4, 3 and 1 gates; only an LSTM projects what it hands on."""

    def lower(args: Any) -> op.Operation:
        return op.Recurrent(
            gates,
            args.input_size,
            args.hidden_size,
            args.num_layers,
            args.bias,
            args.bidirectional,
            getattr(args, "proj_size", 0),
        )

    return lower
