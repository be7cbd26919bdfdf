"""``torch.nn`` modules as rows: their arguments are used as they stand, what comes in keeps its recorded channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.formats.yolo.builder import Builder, Refused, Value, pair, shown, whole
from convlint.model import operations as op

_MODES = ("nearest", "nearest-exact", "area", "bilinear", "bicubic")
_ALIGNED = ("bilinear", "bicubic")


def identity(b: Builder, x: Value, *args: Any) -> Value:
    """Anything in, the same out."""
    return b.add("identity", "Identity", op.Elementwise(True), x)


def container(b: Builder, x: Value, *args: Any) -> Value:
    """An empty ``nn.Sequential``."""
    if args:
        raise Refused("CL005", f"nn.Sequential holds modules, not {shown(args[0])}")
    return identity(b, x)


def elementwise(least: int, most: int) -> Callable[..., Value]:
    """Activations and dropout with so many arguments."""

    def module(b: Builder, x: Value, *args: Any) -> Value:
        if not least <= len(args) <= most:
            raise Refused("CL055", f"{len(args)} arguments given, from {least} to {most} are taken")
        return b.add("activation", "Activation", op.Elementwise(True), x)

    return module


def dropout(b: Builder, x: Value, p: Any = 0.5, inplace: Any = False) -> Value:
    """The dropout layers."""
    if not isinstance(p, int | float) or not 0 <= p <= 1:
        raise Refused("CL005", f"the probability must be a number from 0 to 1, not {shown(p)}", "p")
    return identity(b, x)


def upsample(
    b: Builder, x: Value, size: Any = None, scale_factor: Any = None, mode: Any = "nearest", align_corners: Any = None,
    recompute_scale_factor: Any = None,
) -> Value:  # fmt: skip
    """``nn.Upsample``: the size first, then the factor."""
    try:
        factor = float(scale_factor) if scale_factor else None
    except (TypeError, ValueError):
        raise Refused("CL005", f"scale_factor must be a number, not {shown(scale_factor)}", "scale_factor") from None
    if (size is None) == (factor is None):
        hint = " (None without quotes means None here, `none` is text)" if isinstance(size, str) else ""
        which = "both are given" if factor is not None else "neither is given"
        raise Refused("CL507", f"size (first) or scale_factor (second), not both: {which}{hint}", "size")
    if mode not in _MODES:
        raise Refused("CL509", f"mode must be one of {', '.join(_MODES)}, not {shown(mode)}", "mode")
    if align_corners is not None and mode not in _ALIGNED:
        raise Refused("CL509", f"align_corners has no meaning with mode {mode}", "align_corners")
    sizes = None
    if factor is None:
        sizes = pair(size, "size", "size", 1, single=False)
    elif not 0 < factor < 1e6:
        raise Refused("CL510", f"scale_factor {factor:g} leaves nothing", "scale_factor")
    if recompute_scale_factor and factor is None:
        raise Refused("CL507", "recompute_scale_factor needs a scale_factor", "recompute_scale_factor")
    align = None if align_corners is None else bool(align_corners)
    operation = op.Upsample(sizes, None if factor is None else (factor,), mode, align)
    return b.add("upsample", "Upsample", operation, x)


def upsample_nearest(b: Builder, x: Value, size: Any = None, scale_factor: Any = None) -> Value:
    """``nn.UpsamplingNearest2d``."""
    return upsample(b, x, size, scale_factor)


def upsample_bilinear(b: Builder, x: Value, size: Any = None, scale_factor: Any = None) -> Value:
    """``nn.UpsamplingBilinear2d``."""
    return upsample(b, x, size, scale_factor, "bilinear", True)


def max_pool(
    b: Builder, x: Value, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1,
    return_indices: Any = False, ceil_mode: Any = False,
) -> Value:  # fmt: skip
    """``nn.MaxPool2d``."""
    if return_indices:
        raise Refused("CL005", "return_indices makes a pair, which no row can read", "return_indices")
    return b.max_pool("pool", x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool(
    b: Builder, x: Value, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: Any = False,
    count_include_pad: Any = True, divisor_override: Any = None,
) -> Value:  # fmt: skip
    """``nn.AvgPool2d``."""
    return b.avg_pool("pool", x, kernel_size, stride, padding, ceil_mode)


def adaptive_pool(kind: str) -> Callable[..., Value]:
    """``nn.AdaptiveAvgPool2d`` and ``nn.AdaptiveMaxPool2d``."""

    def module(b: Builder, x: Value, output_size: Any, return_indices: Any = False) -> Value:
        sizes = output_size if isinstance(output_size, list | tuple) else (output_size, output_size)
        if len(sizes) != 2:
            raise Refused("CL007", f"output_size has {len(sizes)} values for 2 axes", "output_size")
        wanted = tuple([None if n is None else whole(n, "output_size", "output_size", 1) for n in sizes])
        return b.add("pool", "AdaptivePool2d", op.AdaptivePool(kind, 2, wanted), x)

    return module


def pad(mode: str, values: int = 0) -> Callable[..., Value]:
    """The padding layers: left, right, top, bottom, or one number for all."""

    def zeros(b: Builder, x: Value, padding: Any) -> Value:
        if isinstance(padding, list | tuple):
            if len(padding) != 4:
                raise Refused("CL007", f"padding has {len(padding)} values, 4 are needed", "padding")
            left, right, top, bottom = [whole(n, "padding", "padding") for n in padding]
        else:
            left = right = top = bottom = whole(padding, "padding", "padding")
        return b.add("pad", "Pad2d", op.Pad(2, mode, ((top, bottom), (left, right))), x)

    def constant(b: Builder, x: Value, padding: Any, value: Any) -> Value:
        return zeros(b, x, padding)

    return constant if values else zeros


def conv(
    b: Builder, x: Value, in_channels: Any, out_channels: Any, kernel_size: Any, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: Any = 1, bias: Any = True, padding_mode: Any = "zeros",
) -> Value:  # fmt: skip
    """``nn.Conv2d``."""
    if padding_mode not in ("zeros", "reflect", "replicate", "circular"):
        raise Refused("CL005", f"padding_mode cannot be {shown(padding_mode)}", "padding_mode")
    return b.conv2d(
        "conv", x, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode
    )


def batch_norm(b: Builder, x: Value, num_features: Any) -> Value:
    """``nn.BatchNorm2d``, which gets the recorded channels whatever is written."""
    return b.norm("norm", x, num_features)


def group_norm(b: Builder, x: Value, num_groups: Any, num_channels: Any, eps: Any = 1e-5, affine: Any = True) -> Value:
    """``nn.GroupNorm``."""
    groups = whole(num_groups, "num_groups", "num_groups", 1)
    channels = whole(num_channels, "num_channels", "num_channels", 1)
    return b.add("norm", "GroupNorm", op.GroupNorm(groups, channels, bool(affine)), x)


def instance_norm(
    b: Builder, x: Value, num_features: Any, eps: Any = 1e-5, momentum: Any = 0.1, affine: Any = False,
    track_running_stats: Any = False,
) -> Value:  # fmt: skip
    """``nn.InstanceNorm2d``."""
    features = whole(num_features, "num_features", "num_features", 1)
    operation = op.ChannelNorm("instance", 2, features, bool(affine), bool(track_running_stats))
    return b.add("norm", "InstanceNorm2d", operation, x)


def layer_norm(
    b: Builder, x: Value, normalized_shape: Any, eps: Any = 1e-5, elementwise_affine: Any = True, bias: Any = True
) -> Value:
    """``nn.LayerNorm``."""
    given = normalized_shape if isinstance(normalized_shape, list | tuple) else [normalized_shape]
    sizes = tuple([whole(n, "normalized_shape", "normalized_shape", 1) for n in given])
    return b.add("norm", "LayerNorm", op.LayerNorm(sizes, bool(elementwise_affine), bool(bias)), x)


def pixel_shuffle(down: bool) -> Callable[..., Value]:
    """``nn.PixelShuffle`` and ``nn.PixelUnshuffle``."""

    def module(b: Builder, x: Value, factor: Any) -> Value:
        return b.add("shuffle", "PixelShuffle", op.PixelShuffle(whole(factor, "factor", "factor", 1), down), x)

    return module


def channel_shuffle(b: Builder, x: Value, groups: Any) -> Value:
    """``nn.ChannelShuffle``."""
    return b.add("shuffle", "ChannelShuffle", op.ChannelShuffle(whole(groups, "groups", "groups", 1)), x)


def flatten(b: Builder, x: Value, start_dim: Any = 1, end_dim: Any = -1) -> Value:
    """``nn.Flatten``."""
    operation = op.Flatten(whole(start_dim, "start_dim", "start_dim"), whole(end_dim, "end_dim", "end_dim"))
    return b.add("flatten", "Flatten", operation, x)


def linear(b: Builder, x: Value, in_features: Any, out_features: Any, bias: Any = True) -> Value:
    """``nn.Linear``."""
    inputs = whole(in_features, "in_features", "in_features", 1)
    outputs = whole(out_features, "out_features", "out_features", 1)
    return b.add("linear", "Linear", op.Linear(outputs, inputs, bool(bias)), x)


def softmax(b: Builder, x: Value, dim: Any = None) -> Value:
    """``nn.Softmax``."""
    if dim is not None:
        whole(dim, "dim", "dim")
    return b.add("softmax", "Softmax", op.AlongAxis(dim), x)


def glu(b: Builder, x: Value, dim: Any = -1) -> Value:
    """``nn.GLU``."""
    return b.add("glu", "GLU", op.GLU(whole(dim, "dim", "dim")), x)


def prelu(b: Builder, x: Value, num_parameters: Any = 1, init: Any = 0.25) -> Value:
    """``nn.PReLU``."""
    return b.add("prelu", "PReLU", op.PReLU(whole(num_parameters, "num_parameters", "num_parameters", 1)), x)


def attention(b: Builder, x: Value, embed_dim: Any, num_heads: Any, *more: Any) -> Value:
    """``nn.MultiheadAttention`` wants three inputs."""
    raise Refused("CL018", "nn.MultiheadAttention reads a query, a key and a value; a row passes one map")


def one_axis(b: Builder, x: Value, *args: Any) -> Value:
    """Modules for another number of spatial axes."""
    raise Refused("CL020", "this torch.nn module is not for maps of height and width")


def unknown(b: Builder, x: Value, *args: Any) -> Value:
    """A module of torch.nn that nobody has written out here."""
    return b.add("module", "Module", op.Opaque((None,), None, assumed=True), x)


_ACTIVATIONS = {
    "CELU": 2, "ELU": 2, "GELU": 1, "Hardshrink": 1, "Hardsigmoid": 1, "Hardswish": 1, "Hardtanh": 5, "LeakyReLU": 2,
    "LogSigmoid": 0, "Mish": 1, "RReLU": 3, "ReLU": 1, "ReLU6": 1, "SELU": 1, "SiLU": 1, "Sigmoid": 0, "Softplus": 2,
    "Softshrink": 1, "Softsign": 0, "Tanh": 0, "Tanhshrink": 0, "Softmax2d": 0,
}  # fmt: skip

LAYERS: dict[str, Callable[..., Value]] = {
    **{name: elementwise(0, most) for name, most in _ACTIVATIONS.items()},
    **dict.fromkeys(("Dropout", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout"), dropout),
    "Threshold": elementwise(2, 3),
    "LocalResponseNorm": elementwise(1, 4),
    "AdaptiveAvgPool2d": adaptive_pool("average"),
    "AdaptiveMaxPool2d": adaptive_pool("max"),
    "AvgPool2d": avg_pool,
    "ChannelShuffle": channel_shuffle,
    "ConstantPad2d": pad("constant", 1),
    "Conv2d": conv,
    "Flatten": flatten,
    "GLU": glu,
    "GroupNorm": group_norm,
    "Identity": identity,
    "InstanceNorm2d": instance_norm,
    "LayerNorm": layer_norm,
    "Linear": linear,
    "MaxPool2d": max_pool,
    "MultiheadAttention": attention,
    "PReLU": prelu,
    "PixelShuffle": pixel_shuffle(False),
    "PixelUnshuffle": pixel_shuffle(True),
    "ReflectionPad2d": pad("reflect"),
    "ReplicationPad2d": pad("replicate"),
    "Sequential": container,
    "Softmax": softmax,
    "Softmin": softmax,
    "LogSoftmax": softmax,
    "Upsample": upsample,
    "UpsamplingBilinear2d": upsample_bilinear,
    "UpsamplingNearest2d": upsample_nearest,
    "ZeroPad2d": pad("zeros"),
    **dict.fromkeys(
        [
            "BatchNorm1d",
            "BatchNorm3d",
            "InstanceNorm1d",
            "InstanceNorm3d",
            "Conv1d",
            "Conv3d",
            "ConvTranspose1d",
            "ConvTranspose3d",
            "MaxPool3d",
            "AvgPool3d",
            "AdaptiveAvgPool3d",
            "AdaptiveMaxPool3d",
        ],
        one_axis,
    ),
}

#: The other modules of torch.nn: they exist, but what they make is not known here.
OTHERS = frozenset(
    [
        "AdaptiveAvgPool1d",
        "AdaptiveMaxPool1d",
        "AvgPool1d",
        "BatchNorm2d",
        "Bilinear",
        "CircularPad1d",
        "CircularPad2d",
        "CircularPad3d",
        "ConstantPad1d",
        "ConstantPad3d",
        "ConvTranspose2d",
        "CosineSimilarity",
        "CrossMapLRN2d",
        "Dropout1d",
        "Dropout3d",
        "Embedding",
        "EmbeddingBag",
        "Fold",
        "FractionalMaxPool2d",
        "FractionalMaxPool3d",
        "GRU",
        "GRUCell",
        "LPPool1d",
        "LPPool2d",
        "LPPool3d",
        "LSTM",
        "LSTMCell",
        "LazyBatchNorm2d",
        "LazyConv2d",
        "LazyConvTranspose2d",
        "LazyInstanceNorm2d",
        "LazyLinear",
        "MaxPool1d",
        "MaxUnpool1d",
        "MaxUnpool2d",
        "MaxUnpool3d",
        "Module",
        "ModuleDict",
        "ModuleList",
        "PairwiseDistance",
        "ParameterDict",
        "ParameterList",
        "RMSNorm",
        "RNN",
        "RNNCell",
        "ReflectionPad1d",
        "ReflectionPad3d",
        "ReplicationPad1d",
        "ReplicationPad3d",
        "SyncBatchNorm",
        "Transformer",
        "TransformerDecoder",
        "TransformerDecoderLayer",
        "TransformerEncoder",
        "TransformerEncoderLayer",
        "Unflatten",
        "Unfold",
        "ZeroPad1d",
        "ZeroPad3d",
    ]
)
