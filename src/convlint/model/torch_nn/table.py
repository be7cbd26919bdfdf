"""The layer types of ``torch.nn``: arguments in PyTorch's order with kinds, defaults and limits, ranks, and lowering.

Names, order, defaults and which arguments are keywords are those of PyTorch 2.13.0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from convlint.model.operations import Operation
from convlint.model.torch_nn import lowering as to
from convlint.model.torch_nn.kinds import (
    BOOLEAN,
    FACTORY,
    INTEGER,
    INTEGER_OR_INTEGERS,
    INTEGERS,
    NUMBER,
    OPTIONAL_BOOLEAN,
    OPTIONAL_INTEGER,
    OPTIONAL_NUMBER,
    OPTIONAL_NUMBERS,
    OPTIONAL_SIZES,
    Argument,
    Kind,
    one_of,
    per_axis,
)


class LayerType(NamedTuple):
    """A class of ``torch.nn``: its arguments, how they become an operation, and its number of spatial axes.

    ``rank`` is None where a layer takes maps of several ranks.  With ``any_arguments`` the constructor looks at nothing
    that it is given.
    """

    arguments: tuple[Argument, ...]
    lower: Callable[[Any], Operation]
    rank: int | None = None
    any_arguments: bool = False


_FACTORY = (Argument("device", FACTORY, None), Argument("dtype", FACTORY, None))
_INPLACE = Argument("inplace", BOOLEAN, False)
_BIAS = Argument("bias", BOOLEAN, True)
_PADDING_MODE = Argument("padding_mode", one_of("zeros", "reflect", "replicate", "circular"), "zeros")


def _window(rank: int, name: str, default: Any, least: int, **kind: Any) -> Argument:
    return Argument(name, per_axis(rank, **kind), default, least)


def _number(name: str, default: float) -> Argument:
    return Argument(name, NUMBER, default)


def _convolution(rank: int) -> LayerType:
    return LayerType(
        (
            Argument("in_channels", INTEGER, least=1),
            Argument("out_channels", INTEGER, least=1),
            Argument("kernel_size", per_axis(rank, one=False, truth=True), least=1),
            _window(rank, "stride", 1, 1),
            _window(rank, "padding", 0, 0, words=("same", "valid")),
            _window(rank, "dilation", 1, 1),
            Argument("groups", INTEGER, 1, 1),
            _BIAS,
            _PADDING_MODE,
            *_FACTORY,
        ),
        to.convolution(rank),
        rank,
    )


def _transposed(rank: int) -> LayerType:
    return LayerType(
        (
            Argument("in_channels", INTEGER, least=1),
            Argument("out_channels", INTEGER, least=1),
            Argument("kernel_size", per_axis(rank, one=False, truth=True), least=1),
            _window(rank, "stride", 1, 1),
            # Words are taken by the constructor and refused when the layer runs; deriving says so.
            _window(rank, "padding", 0, 0, words=("same", "valid")),
            _window(rank, "output_padding", 0, 0),
            Argument("groups", INTEGER, 1, 1),
            _BIAS,
            _window(rank, "dilation", 1, 1),
            _PADDING_MODE,
            *_FACTORY,
        ),
        to.transposed_convolution(rank),
        rank,
    )


def _pool(kind: str, rank: int) -> LayerType:
    found = [Argument("norm_type", NUMBER)] if kind == "lp" else []
    found.append(Argument("kernel_size", per_axis(rank, one=kind != "lp"), least=1))
    found.append(_window(rank, "stride", None, 1, null=True))
    if kind != "lp":
        found.append(_window(rank, "padding", 0, 0))
    if kind == "max":
        found.append(_window(rank, "dilation", 1, 1))
        found.append(Argument("return_indices", BOOLEAN, False))
    found.append(Argument("ceil_mode", BOOLEAN, False))
    if kind == "average":
        found.append(Argument("count_include_pad", BOOLEAN, True))
        if rank > 1:
            found.append(Argument("divisor_override", OPTIONAL_INTEGER, None))
    return LayerType(tuple(found), to.pool(kind, rank), rank)


def _adaptive(kind: str, rank: int) -> LayerType:
    found = [Argument("output_size", Kind("adaptive", rank), least=0)]
    if kind == "max":
        found.append(Argument("return_indices", BOOLEAN, False))
    return LayerType(tuple(found), to.adaptive_pool(kind, rank), rank)


def _channel_norm(kind: str, rank: int) -> LayerType:
    batch = kind == "batch"
    return LayerType(
        (
            Argument("num_features", INTEGER, least=1),
            _number("eps", 1e-5),
            Argument("momentum", OPTIONAL_NUMBER, 0.1),
            Argument("affine", BOOLEAN, batch),
            Argument("track_running_stats", BOOLEAN, batch),
            *_FACTORY,
            _BIAS._replace(keyword=True),
        ),
        to.channel_norm(kind, rank),
        rank,
    )


def _sync_batch_norm() -> LayerType:
    *arguments, device, dtype, bias = _channel_norm("batch", 1).arguments
    process_group = Argument("process_group", FACTORY, None)
    return LayerType((*arguments, process_group, device, dtype, bias), to.channel_norm("batch", None))


def _recurrent(gates: int, *own: Argument, last: tuple[Argument, ...] = ()) -> LayerType:
    return LayerType(
        (
            Argument("input_size", INTEGER, least=1),
            Argument("hidden_size", INTEGER, least=1),
            Argument("num_layers", INTEGER, 1, 1),
            *own,
            _BIAS,
            Argument("batch_first", BOOLEAN, False),
            _number("dropout", 0.0),
            Argument("bidirectional", BOOLEAN, False),
            *last,
            *_FACTORY,
        ),
        to.recurrent(gates),
    )


def _padding_layer(mode: str, rank: int) -> LayerType:
    constant = mode in ("zeros", "constant")
    found = [Argument("padding", Kind("sides", rank, fewer=constant))]
    if mode == "constant":
        found.append(Argument("value", NUMBER))
    return LayerType(tuple(found), to.pad(mode, rank), rank)


def _activation(*arguments: Argument, keeps_zero: bool = True) -> LayerType:
    return LayerType(arguments, to.elementwise(keeps_zero, "activation"))


def _dropout(keeps_zero: bool = True, axes: tuple[int, int] | None = None) -> LayerType:
    probability = Argument("p", NUMBER, 0.5, least=0, most=1)
    return LayerType((probability, _INPLACE), to.elementwise(keeps_zero, "dropout", axes))


_SOFTMAX = LayerType((Argument("dim", OPTIONAL_INTEGER, None),), to.along_axis)
_UPSAMPLING_SIZES = (Argument("size", OPTIONAL_SIZES, None), Argument("scale_factor", OPTIONAL_NUMBERS, None))

TYPES: dict[str, LayerType] = {
    **{f"Conv{rank}d": _convolution(rank) for rank in (1, 2, 3)},
    **{f"ConvTranspose{rank}d": _transposed(rank) for rank in (1, 2, 3)},
    **{f"MaxPool{rank}d": _pool("max", rank) for rank in (1, 2, 3)},
    **{f"AvgPool{rank}d": _pool("average", rank) for rank in (1, 2, 3)},
    **{f"LPPool{rank}d": _pool("lp", rank) for rank in (1, 2, 3)},
    **{f"AdaptiveAvgPool{rank}d": _adaptive("average", rank) for rank in (1, 2, 3)},
    **{f"AdaptiveMaxPool{rank}d": _adaptive("max", rank) for rank in (1, 2, 3)},
    "Linear": LayerType(
        (Argument("in_features", INTEGER, least=1), Argument("out_features", INTEGER, least=1), _BIAS, *_FACTORY),
        to.linear,
    ),
    "Flatten": LayerType((Argument("start_dim", INTEGER, 1), Argument("end_dim", INTEGER, -1)), to.flatten),
    "Unflatten": LayerType((Argument("dim", INTEGER), Argument("unflattened_size", INTEGERS)), to.unflatten),
    **{f"BatchNorm{rank}d": _channel_norm("batch", rank) for rank in (1, 2, 3)},
    **{f"InstanceNorm{rank}d": _channel_norm("instance", rank) for rank in (1, 2, 3)},
    "SyncBatchNorm": _sync_batch_norm(),
    "GroupNorm": LayerType(
        (
            Argument("num_groups", INTEGER, least=1),
            Argument("num_channels", INTEGER, least=1),
            _number("eps", 1e-5),
            Argument("affine", BOOLEAN, True),
            *_FACTORY,
            _BIAS._replace(keyword=True),
        ),
        to.group_norm,
    ),
    "LayerNorm": LayerType(
        (
            Argument("normalized_shape", INTEGER_OR_INTEGERS, least=1),
            _number("eps", 1e-5),
            Argument("elementwise_affine", BOOLEAN, True),
            _BIAS,
            *_FACTORY,
        ),
        to.layer_norm,
    ),
    "RMSNorm": LayerType(
        (
            Argument("normalized_shape", INTEGER_OR_INTEGERS, least=1),
            Argument("eps", OPTIONAL_NUMBER, None),
            Argument("elementwise_affine", BOOLEAN, True),
            *_FACTORY,
        ),
        to.rms_norm,
    ),
    "LocalResponseNorm": LayerType(
        (Argument("size", INTEGER, least=1), _number("alpha", 1e-4), _number("beta", 0.75), _number("k", 1.0)),
        to.local_norm,
    ),
    "ReLU": _activation(_INPLACE),
    "ReLU6": _activation(_INPLACE),
    "LeakyReLU": _activation(_number("negative_slope", 0.01), _INPLACE),
    "RReLU": _activation(_number("lower", 1 / 8), _number("upper", 1 / 3), _INPLACE),
    "ELU": _activation(_number("alpha", 1.0), _INPLACE),
    "SELU": _activation(_INPLACE),
    "CELU": _activation(_number("alpha", 1.0), _INPLACE),
    "GELU": _activation(Argument("approximate", one_of("none", "tanh"), "none")),
    "SiLU": _activation(_INPLACE),
    "Mish": _activation(_INPLACE),
    "Hardswish": _activation(_INPLACE),
    "Hardsigmoid": _activation(_INPLACE, keeps_zero=False),
    "Hardtanh": _activation(
        _number("min_val", -1.0),
        _number("max_val", 1.0),
        _INPLACE,
        # Deprecated; PyTorch warns, and takes them for the first two.
        Argument("min_value", OPTIONAL_NUMBER, None),
        Argument("max_value", OPTIONAL_NUMBER, None),
        keeps_zero=False,
    ),
    "Hardshrink": _activation(_number("lambd", 0.5)),
    "Softshrink": _activation(_number("lambd", 0.5)),
    "Softplus": _activation(_number("beta", 1.0), _number("threshold", 20.0), keeps_zero=False),
    "Softsign": _activation(),
    "Sigmoid": _activation(keeps_zero=False),
    "LogSigmoid": _activation(keeps_zero=False),
    "Tanh": _activation(),
    "Tanhshrink": _activation(),
    "Threshold": _activation(Argument("threshold", NUMBER), Argument("value", NUMBER), _INPLACE, keeps_zero=False),
    "PReLU": LayerType((Argument("num_parameters", INTEGER, 1, 1), _number("init", 0.25), *_FACTORY), to.prelu),
    "GLU": LayerType((Argument("dim", INTEGER, -1),), to.glu),
    "Softmax": _SOFTMAX,
    "LogSoftmax": _SOFTMAX,
    "Softmin": _SOFTMAX,
    "Softmax2d": LayerType((), to.elementwise(False, axes=(2, 3))),
    "Dropout": _dropout(),
    "Dropout1d": _dropout(axes=(1, 2)),
    "Dropout2d": _dropout(),
    "Dropout3d": _dropout(),
    "AlphaDropout": _dropout(False),
    "FeatureAlphaDropout": _dropout(False),
    "Identity": LayerType((), to.elementwise(True), any_arguments=True),
    "Upsample": LayerType(
        (
            *_UPSAMPLING_SIZES,
            Argument(
                "mode",
                one_of("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"),
                "nearest",
            ),
            Argument("align_corners", OPTIONAL_BOOLEAN, None),
            Argument("recompute_scale_factor", OPTIONAL_BOOLEAN, None),
        ),
        to.upsample,
    ),
    "UpsamplingNearest2d": LayerType(_UPSAMPLING_SIZES, to.upsampling_nearest, 2),
    "UpsamplingBilinear2d": LayerType(_UPSAMPLING_SIZES, to.upsampling_bilinear, 2),
    "PixelShuffle": LayerType((Argument("upscale_factor", INTEGER, least=1),), to.pixel_shuffle),
    "PixelUnshuffle": LayerType((Argument("downscale_factor", INTEGER, least=1),), to.pixel_unshuffle),
    "ChannelShuffle": LayerType((Argument("groups", INTEGER, least=1),), to.channel_shuffle),
    **{
        f"{name}Pad{rank}d": _padding_layer(mode, rank)
        for name, mode in (
            ("Zero", "zeros"),
            ("Constant", "constant"),
            ("Reflection", "reflect"),
            ("Replication", "replicate"),
            ("Circular", "circular"),
        )
        for rank in (1, 2, 3)
    },
    "Unfold": LayerType(
        (
            _window(2, "kernel_size", ..., 1, one=False),
            _window(2, "dilation", 1, 1, one=False),
            _window(2, "padding", 0, 0, one=False),
            _window(2, "stride", 1, 1, one=False),
        ),
        to.unfold,
        2,
    ),
    "Fold": LayerType(
        (
            _window(2, "output_size", ..., 1, one=False),
            _window(2, "kernel_size", ..., 1, one=False),
            _window(2, "dilation", 1, 1, one=False),
            _window(2, "padding", 0, 0, one=False),
            _window(2, "stride", 1, 1, one=False),
        ),
        to.fold,
        2,
    ),
    "MultiheadAttention": LayerType(
        (
            Argument("embed_dim", INTEGER, least=1),
            Argument("num_heads", INTEGER, least=1),
            _number("dropout", 0.0),
            _BIAS,
            Argument("add_bias_kv", BOOLEAN, False),
            Argument("add_zero_attn", BOOLEAN, False),
            Argument("kdim", OPTIONAL_INTEGER, None),
            Argument("vdim", OPTIONAL_INTEGER, None),
            Argument("batch_first", BOOLEAN, False),
            *_FACTORY,
        ),
        to.attention,
    ),
    "TransformerEncoderLayer": LayerType(
        (
            Argument("d_model", INTEGER, least=1),
            Argument("nhead", INTEGER, least=1),
            Argument("dim_feedforward", INTEGER, 2048, 0),
            _number("dropout", 0.1),
            # PyTorch's default is the function, and the word means it.
            Argument("activation", one_of("relu", "gelu"), "relu"),
            _number("layer_norm_eps", 1e-5),
            Argument("batch_first", BOOLEAN, False),
            Argument("norm_first", BOOLEAN, False),
            _BIAS,
            *_FACTORY,
        ),
        to.encoder_layer,
    ),
    "LSTM": _recurrent(4, last=(Argument("proj_size", INTEGER, 0, 0),)),
    "GRU": _recurrent(3),
    "RNN": _recurrent(1, Argument("nonlinearity", one_of("tanh", "relu"), "tanh")),
}
