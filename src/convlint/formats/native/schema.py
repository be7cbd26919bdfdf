"""The native format: one strict pydantic model per layer type, with the argument names and defaults of ``torch.nn``.

``TYPES`` is a table written by hand; a model is built when its type first occurs, because building all of them would
take longer than checking a file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, create_model

from convlint.formats.native import arguments as a
from convlint.formats.native import lowering as to
from convlint.formats.native import remarks
from convlint.model.operations import Operation

#: Marks an argument without a default.
REQUIRED: Any = ...

Argument = tuple[Any, Any]


class LayerType(NamedTuple):
    """A layer type: its arguments as (kind, default), how it becomes an operation, and how many inputs it reads.

    ``check`` looks at values that are of the right kind and yet cannot be.
    """

    arguments: dict[str, Argument]
    lower: Callable[[Any], Operation]
    least_inputs: int = 1
    most_inputs: int | None = 1
    check: remarks.Check | None = None


class Strict(BaseModel):
    """Base of all models: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(strict=True, extra="forbid", validate_default=False)


@cache
def model_of(type_name: str) -> type[BaseModel]:
    """The pydantic model of a layer type's arguments."""
    return create_model(type_name, __base__=Strict, **TYPES[type_name].arguments)  # type: ignore[no-any-return, call-overload]


_INPLACE: dict[str, Argument] = {"inplace": (a.BOOLEAN, False)}
_PADDING_MODE = a.one_of("zeros", "reflect", "replicate", "circular")


def _convolution(rank: int) -> LayerType:
    return LayerType(
        {
            "in_channels": (a.OPTIONAL_INTEGER, None),
            "out_channels": (a.INTEGER, REQUIRED),
            "kernel_size": (a.per_axis(rank, one=False), REQUIRED),
            "stride": (a.per_axis(rank), (1,) * rank),
            "padding": (a.per_axis(rank, words=("same", "valid")), (0,) * rank),
            "dilation": (a.per_axis(rank), (1,) * rank),
            "groups": (a.INTEGER, 1),
            "bias": (a.BOOLEAN, True),
            "padding_mode": (_PADDING_MODE, "zeros"),
            "fan_in": (a.OPTIONAL_INTEGER, None),
            "connections": (a.TABLE, None),
            "kernels": (a.OPTIONAL_INTEGER, None),
        },
        to.convolution(rank),
        check=remarks.convolution(rank),
    )


def _transposed(rank: int) -> LayerType:
    return LayerType(
        {
            "in_channels": (a.OPTIONAL_INTEGER, None),
            "out_channels": (a.INTEGER, REQUIRED),
            "kernel_size": (a.per_axis(rank, one=False), REQUIRED),
            "stride": (a.per_axis(rank), (1,) * rank),
            "padding": (a.per_axis(rank, words=("same", "valid")), (0,) * rank),
            "output_padding": (a.per_axis(rank), (0,) * rank),
            "groups": (a.INTEGER, 1),
            "bias": (a.BOOLEAN, True),
            "dilation": (a.per_axis(rank), (1,) * rank),
            "padding_mode": (_PADDING_MODE, "zeros"),
            "output_size": (a.per_axis(rank, null=True, one=False), None),
            "kernels": (a.OPTIONAL_INTEGER, None),
        },
        to.transposed_convolution(rank),
    )


def _pool(kind: str, rank: int) -> LayerType:
    found: dict[str, Argument] = {}
    if kind == "lp":
        found["norm_type"] = (a.NUMBER, REQUIRED)
    found["kernel_size"] = (a.per_axis(rank, one=kind != "lp"), REQUIRED)
    found["stride"] = (a.per_axis(rank, null=True), None)
    if kind != "lp":
        found["padding"] = (a.per_axis(rank), (0,) * rank)
    if kind == "max":
        found["dilation"] = (a.per_axis(rank), (1,) * rank)
        found["return_indices"] = (a.BOOLEAN, False)
    found["ceil_mode"] = (a.BOOLEAN, False)
    if kind == "average":
        found["count_include_pad"] = (a.BOOLEAN, True)
        if rank > 1:
            found["divisor_override"] = (a.OPTIONAL_INTEGER, None)
    return LayerType(found, to.pool(kind, rank), check=remarks.pool(kind, rank) if kind != "max" else None)


def _adaptive(kind: str, rank: int) -> LayerType:
    found: dict[str, Argument] = {"output_size": (a.adaptive(rank), REQUIRED)}
    if kind == "max":
        found["return_indices"] = (a.BOOLEAN, False)
    return LayerType(found, to.adaptive_pool(kind, rank))


def _channel_norm(kind: str, rank: int) -> LayerType:
    batch = kind == "batch"
    return LayerType(
        {
            "num_features": (a.OPTIONAL_INTEGER, None),
            "eps": (a.NUMBER, 1e-5),
            "momentum": (a.OPTIONAL_NUMBER, 0.1),
            "affine": (a.BOOLEAN, batch),
            "track_running_stats": (a.BOOLEAN, batch),
        },
        to.channel_norm(kind, rank),
        check=remarks.batch_norm if batch else None,
    )


def _padding_layer(mode: str, rank: int) -> LayerType:
    constant = mode in ("zeros", "constant")
    found: dict[str, Argument] = {"padding": (a.sides(rank, fewer=constant), REQUIRED)}
    if mode == "constant":
        found["value"] = (a.NUMBER, REQUIRED)
    return LayerType(found, to.pad(mode, rank), check=remarks.constant_padding(rank) if constant and rank > 1 else None)


def _activation(
    arguments: dict[str, Argument], keeps_zero: bool = True, check: remarks.Check | None = None
) -> LayerType:
    return LayerType(arguments, to.elementwise(keeps_zero, "activation"), check=check)


def _number(default: float) -> Argument:
    return a.NUMBER, default


def _dropout(keeps_zero: bool = True, axes: tuple[int, int] | None = None) -> LayerType:
    arguments = {"p": _number(0.5), **_INPLACE}
    return LayerType(arguments, to.elementwise(keeps_zero, "dropout", axes), check=remarks.dropout)


_SOFTMAX = LayerType({"dim": (a.OPTIONAL_INTEGER, None)}, to.along_axis)
_UPSAMPLING_SIZES: dict[str, Argument] = {
    "size": (a.OPTIONAL_SIZE_OR_SIZES, None),
    "scale_factor": (a.OPTIONAL_NUMBER_OR_NUMBERS, None),
}

TYPES: dict[str, LayerType] = {
    **{f"Conv{rank}d": _convolution(rank) for rank in (1, 2, 3)},
    **{f"ConvTranspose{rank}d": _transposed(rank) for rank in (1, 2, 3)},
    **{f"MaxPool{rank}d": _pool("max", rank) for rank in (1, 2, 3)},
    **{f"AvgPool{rank}d": _pool("average", rank) for rank in (1, 2, 3)},
    **{f"LPPool{rank}d": _pool("lp", rank) for rank in (1, 2, 3)},
    **{f"AdaptiveAvgPool{rank}d": _adaptive("average", rank) for rank in (1, 2, 3)},
    **{f"AdaptiveMaxPool{rank}d": _adaptive("max", rank) for rank in (1, 2, 3)},
    "Subsampling": LayerType(
        {
            "kernel_size": (a.INTEGER_OR_INTEGERS, REQUIRED),
            "stride": (a.OPTIONAL_INTEGER_OR_INTEGERS, None),
        },
        to.subsampling,
    ),
    "Linear": LayerType(
        {"in_features": (a.OPTIONAL_INTEGER, None), "out_features": (a.INTEGER, REQUIRED), "bias": (a.BOOLEAN, True)},
        to.linear,
    ),
    "Flatten": LayerType({"start_dim": (a.INTEGER, 1), "end_dim": (a.INTEGER, -1)}, to.flatten),
    "Unflatten": LayerType({"dim": (a.INTEGER, REQUIRED), "unflattened_size": (a.INTEGERS, REQUIRED)}, to.unflatten),
    "Reshape": LayerType({"shape": (a.INTEGERS, REQUIRED)}, to.reshape),
    "Permute": LayerType({"dims": (a.INTEGERS, REQUIRED)}, to.permute),
    "CenterCrop": LayerType({"size": (a.OPTIONAL_SIZES, REQUIRED)}, to.center_crop),
    **{f"BatchNorm{rank}d": _channel_norm("batch", rank) for rank in (1, 2, 3)},
    **{f"InstanceNorm{rank}d": _channel_norm("instance", rank) for rank in (1, 2, 3)},
    "GroupNorm": LayerType(
        {
            "num_groups": (a.INTEGER, REQUIRED),
            "num_channels": (a.OPTIONAL_INTEGER, None),
            "eps": _number(1e-5),
            "affine": (a.BOOLEAN, True),
        },
        to.group_norm,
    ),
    "LayerNorm": LayerType(
        {
            "normalized_shape": (a.INTEGER_OR_INTEGERS, REQUIRED),
            "eps": _number(1e-5),
            "elementwise_affine": (a.BOOLEAN, True),
            "bias": (a.BOOLEAN, True),
        },
        to.layer_norm,
    ),
    "RMSNorm": LayerType(
        {
            "normalized_shape": (a.INTEGER_OR_INTEGERS, REQUIRED),
            "eps": (a.OPTIONAL_NUMBER, None),
            "elementwise_affine": (a.BOOLEAN, True),
        },
        to.rms_norm,
    ),
    "LocalResponseNorm": LayerType(
        {"size": (a.INTEGER, REQUIRED), "alpha": _number(1e-4), "beta": _number(0.75), "k": _number(1.0)},
        to.local_norm,
    ),
    "ReLU": _activation(_INPLACE),
    "ReLU6": _activation(_INPLACE),
    "LeakyReLU": _activation({"negative_slope": _number(0.01), **_INPLACE}),
    "RReLU": _activation({"lower": _number(1 / 8), "upper": _number(1 / 3), **_INPLACE}, check=remarks.rrelu),
    "ELU": _activation({"alpha": _number(1.0), **_INPLACE}),
    "SELU": _activation(_INPLACE),
    "CELU": _activation({"alpha": _number(1.0), **_INPLACE}, check=remarks.celu),
    "GELU": _activation({"approximate": (a.one_of("none", "tanh"), "none")}),
    "SiLU": _activation(_INPLACE),
    "Mish": _activation(_INPLACE),
    "Hardswish": _activation(_INPLACE),
    "Hardsigmoid": _activation(_INPLACE, keeps_zero=False),
    "Hardtanh": _activation(
        {"min_val": _number(-1.0), "max_val": _number(1.0), **_INPLACE}, keeps_zero=False, check=remarks.hardtanh
    ),
    "Hardshrink": _activation({"lambd": _number(0.5)}),
    "Softshrink": _activation({"lambd": _number(0.5)}, check=remarks.softshrink),
    "Softplus": _activation({"beta": _number(1.0), "threshold": _number(20.0)}, keeps_zero=False),
    "Softsign": _activation({}),
    "Sigmoid": _activation({}, keeps_zero=False),
    "LogSigmoid": _activation({}, keeps_zero=False),
    "Tanh": _activation({}),
    "Tanhshrink": _activation({}),
    "Threshold": _activation(
        {"threshold": (a.NUMBER, REQUIRED), "value": (a.NUMBER, REQUIRED), **_INPLACE}, keeps_zero=False
    ),
    "PReLU": LayerType({"num_parameters": (a.INTEGER, 1), "init": _number(0.25)}, to.prelu),
    "GLU": LayerType({"dim": (a.INTEGER, -1)}, to.glu),
    "Softmax": _SOFTMAX,
    "LogSoftmax": _SOFTMAX,
    "Softmin": _SOFTMAX,
    "Softmax2d": LayerType({}, to.elementwise(False, axes=(2, 3))),
    "Dropout": _dropout(),
    "Dropout1d": _dropout(axes=(1, 2)),
    "Dropout2d": _dropout(),
    "Dropout3d": _dropout(),
    "AlphaDropout": _dropout(False),
    "FeatureAlphaDropout": _dropout(False),
    "Identity": LayerType({}, to.elementwise(True)),
    "Upsample": LayerType(
        {
            **_UPSAMPLING_SIZES,
            "mode": (
                a.one_of("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"),
                "nearest",
            ),
            "align_corners": (a.OPTIONAL_BOOLEAN, None),
            "recompute_scale_factor": (a.OPTIONAL_BOOLEAN, None),
        },
        to.upsample,
        check=remarks.upsample,
    ),
    "UpsamplingNearest2d": LayerType(_UPSAMPLING_SIZES, to.upsampling_nearest),
    "UpsamplingBilinear2d": LayerType(_UPSAMPLING_SIZES, to.upsampling_bilinear),
    "PixelShuffle": LayerType({"upscale_factor": (a.INTEGER, REQUIRED)}, to.pixel_shuffle),
    "PixelUnshuffle": LayerType({"downscale_factor": (a.INTEGER, REQUIRED)}, to.pixel_unshuffle),
    "ChannelShuffle": LayerType({"groups": (a.INTEGER, REQUIRED)}, to.channel_shuffle),
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
        {
            "kernel_size": (a.per_axis(2, one=False), REQUIRED),
            "dilation": (a.per_axis(2, one=False), (1, 1)),
            "padding": (a.per_axis(2, one=False), (0, 0)),
            "stride": (a.per_axis(2, one=False), (1, 1)),
        },
        to.unfold,
    ),
    "Fold": LayerType(
        {
            "output_size": (a.per_axis(2, one=False), REQUIRED),
            "kernel_size": (a.per_axis(2, one=False), REQUIRED),
            "dilation": (a.per_axis(2, one=False), (1, 1)),
            "padding": (a.per_axis(2, one=False), (0, 0)),
            "stride": (a.per_axis(2, one=False), (1, 1)),
        },
        to.fold,
    ),
    "MultiheadAttention": LayerType(
        {
            "embed_dim": (a.INTEGER, REQUIRED),
            "num_heads": (a.INTEGER, REQUIRED),
            "dropout": _number(0.0),
            "bias": (a.BOOLEAN, True),
            "add_bias_kv": (a.BOOLEAN, False),
            "add_zero_attn": (a.BOOLEAN, False),
            "batch_first": (a.BOOLEAN, True),
        },
        to.attention,
        check=remarks.attention,
    ),
    "Add": LayerType({}, to.add, 2, None),
    "Mul": LayerType({}, to.multiply, 2, None),
    "Concat": LayerType({"dim": (a.INTEGER, 1)}, to.concat, 2, None),
    "Split": LayerType({"split_size": (a.SIZE_OR_SIZES, REQUIRED), "dim": (a.INTEGER, 1)}, to.split),
    "Chunk": LayerType({"chunks": (a.INTEGER, REQUIRED), "dim": (a.INTEGER, 1)}, to.chunk),
}

#: What may be claimed under ``expect`` of a layer or a group, and of a whole file.
LAYER_CLAIMS: dict[str, Any] = {
    "output": a.INTEGERS,
    "kernels_2d": a.INTEGER,
    "kernels_3d": a.INTEGER,
    "weight": a.INTEGERS,
    "params": a.AMOUNT,
    "macs": a.AMOUNT,
    "receptive_field": a.INTEGER_OR_INTEGERS,
}
FILE_CLAIMS: dict[str, Any] = {name: LAYER_CLAIMS[name] for name in ("params", "macs", "output")}


@cache
def expect_model(of_file: bool) -> type[BaseModel]:
    """The pydantic model of an ``expect`` mapping."""
    claims = FILE_CLAIMS if of_file else LAYER_CLAIMS
    fields: dict[str, Argument] = {name: (kind, None) for name, kind in claims.items()}
    return create_model("FileExpect" if of_file else "Expect", __base__=Strict, **fields)  # type: ignore[no-any-return, call-overload]


#: Keys of a layer beside its arguments, of a group, and of the file.
LAYER_KEYS = ("name", "type", "from", "expect")
GROUP_KEYS = ("name", "repeat", "from", "layers", "expect")
FILE_KEYS = ("convlint", "name", "input", "kernel_convention", "layers", "output", "expect")
#: The versions of the format that this convlint reads.
VERSIONS = (1,)
