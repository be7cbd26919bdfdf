"""The native format: one strict pydantic model per layer type, with the argument names and defaults of ``torch.nn``.

The layer types of ``torch.nn`` are those of the table in ``model.torch_nn``; what the format leaves out there, adds and
says of its own stands here.  A model is built when its type first occurs, because building all of them would take
longer than checking a file.
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
from convlint.model.torch_nn import table
from convlint.model.torch_nn.kinds import REQUIRED
from convlint.model.torch_nn.lowering import elementwise

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


#: PyTorch says it of the layer when it is built: `conv.requires_grad_(False)`.
_TRAINED: dict[str, Argument] = {"requires_grad": (a.BOOLEAN, True)}
_KERNELS: dict[str, Argument] = {"kernels": (a.OPTIONAL_INTEGER, None)}
#: Numbers of what arrives: they may be left out, and are compared with it where they are written.
_DERIVED = frozenset(["in_channels", "in_features", "num_features", "num_channels"])
#: What the format leaves out of PyTorch's arguments: where a layer is computed, and names that are deprecated.
_LEFT_OUT = frozenset(["device", "dtype", "process_group", "min_value", "max_value"])
#: Defaults other than PyTorch's: an example has no batch axis that could stand elsewhere.
_DEFAULTS = {
    (name, "batch_first"): True for name in ("MultiheadAttention", "TransformerEncoderLayer", "LSTM", "GRU", "RNN")
}
#: Values that are of the right kind and yet cannot be.
_CHECKS: dict[str, remarks.Check] = {
    **{f"Conv{rank}d": remarks.convolution(rank) for rank in (1, 2, 3)},
    **{f"AvgPool{rank}d": remarks.pool("average", rank) for rank in (1, 2, 3)},
    **{f"LPPool{rank}d": remarks.pool("lp", rank) for rank in (1, 2, 3)},
    **dict.fromkeys(["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"], remarks.batch_norm),
    **{f"ZeroPad{rank}d": remarks.constant_padding(rank) for rank in (2, 3)},
    **{f"ConstantPad{rank}d": remarks.constant_padding(rank) for rank in (2, 3)},
    **dict.fromkeys(
        ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"], remarks.dropout
    ),
    "RReLU": remarks.rrelu,
    "CELU": remarks.celu,
    "Hardtanh": remarks.hardtanh,
    "Softshrink": remarks.softshrink,
    "Upsample": remarks.upsample,
    "MultiheadAttention": remarks.attention,
    "TransformerEncoderLayer": remarks.encoder_layer,
    **dict.fromkeys(["LSTM", "GRU", "RNN"], remarks.recurrent),
}
_REDUCTION: dict[str, Argument] = {"dim": (a.INTEGER_OR_INTEGERS, REQUIRED), "keepdim": (a.BOOLEAN, False)}
#: A number in the second map's stead.
_OTHER: dict[str, Argument] = {"other": (a.OPTIONAL_NUMBER, None)}
_CORRECTION: dict[str, Argument] = {"correction": (a.OPTIONAL_NUMBER, 1)}
#: Layer types that ``torch.nn`` does not have.
_OWN: dict[str, LayerType] = {
    "Subsampling": LayerType(
        {
            "kernel_size": (a.INTEGER_OR_INTEGERS, REQUIRED),
            "stride": (a.OPTIONAL_INTEGER_OR_INTEGERS, None),
        },
        to.subsampling,
    ),
    "Reshape": LayerType({"shape": (a.INTEGERS, REQUIRED)}, to.reshape),
    "Permute": LayerType({"dims": (a.INTEGERS, REQUIRED)}, to.permute),
    "CenterCrop": LayerType({"size": (a.OPTIONAL_SIZES, REQUIRED)}, to.center_crop),
    "Parameter": LayerType({"shape": (a.INTEGERS, REQUIRED), "requires_grad": (a.BOOLEAN, True)}, to.parameter, 0, 0),
    "Add": LayerType(_OTHER, to.merge("add"), 2, None),
    "Mul": LayerType(_OTHER, to.merge("multiply"), 2, None),
    "Sub": LayerType(_OTHER, to.merge("subtract"), 2, 2),
    "Div": LayerType(_OTHER, to.merge("divide"), 2, 2),
    "Maximum": LayerType({}, to.merge("maximum"), 2, 2),
    "Minimum": LayerType({}, to.merge("minimum"), 2, 2),
    "Pow": LayerType({"exponent": (a.NUMBER, REQUIRED)}, to.power),
    "Exp": LayerType({}, elementwise(keeps_zero=False)),
    "Log": LayerType({}, elementwise(keeps_zero=False)),
    "Abs": LayerType({}, elementwise(keeps_zero=True)),
    **{name: LayerType(_REDUCTION, to.reduction(name.lower())) for name in ("Mean", "Sum", "Amax", "Amin")},
    **{name: LayerType(_REDUCTION | _CORRECTION, to.reduction(name.lower())) for name in ("Std", "Var")},
    "Concat": LayerType({"dim": (a.INTEGER, 1)}, to.concat, 2, None),
    "MatMul": LayerType({}, to.matmul, 2, 2),
    "Stack": LayerType({"dim": (a.INTEGER, REQUIRED)}, to.stack, 1, None),
    "Slice": LayerType(
        {
            "dim": (a.INTEGER, REQUIRED),
            "start": (a.OPTIONAL_INTEGER, None),
            "end": (a.OPTIONAL_INTEGER, None),
            "step": (a.STEP, 1),
        },
        to.slice_,
    ),
    "Narrow": LayerType(
        {"dim": (a.INTEGER, REQUIRED), "start": (a.INTEGER, REQUIRED), "length": (a.INTEGER, REQUIRED)}, to.narrow
    ),
    "Flip": LayerType({"dims": (a.INTEGERS, REQUIRED)}, to.flip),
    "Roll": LayerType(
        {"shifts": (a.INTEGER_OR_INTEGERS, REQUIRED), "dims": (a.INTEGER_OR_INTEGERS, REQUIRED)},
        to.roll,
        check=remarks.roll,
    ),
    "Split": LayerType({"split_size": (a.SIZE_OR_SIZES, REQUIRED), "dim": (a.INTEGER, 1)}, to.split),
    "Chunk": LayerType({"chunks": (a.INTEGER, REQUIRED), "dim": (a.INTEGER, 1)}, to.chunk),
}

#: The names of all layer types, in the order in which they are offered.
TYPES: dict[str, None] = dict.fromkeys((*table.TYPES, *_OWN))


@cache
def layer_type(name: str) -> LayerType:
    """The layer type of one of the names in ``TYPES``."""
    if name in _OWN:
        return _OWN[name]
    row = table.TYPES[name]
    arguments: dict[str, Argument] = {}
    for one in row.arguments:
        if one.name in _DERIVED:
            arguments[one.name] = (a.OPTIONAL_INTEGER, None)
        elif one.name not in _LEFT_OUT:
            arguments[one.name] = (a.kind(one.kind), _DEFAULTS.get((name, one.name), one.filled))
    lower = row.lower
    if name in ("Conv1d", "Conv2d", "Conv3d"):
        arguments |= {"fan_in": (a.OPTIONAL_INTEGER, None), "connections": (a.TABLE, None), **_TRAINED, **_KERNELS}
        lower = to.convolution(lower)
    elif name in ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"):
        assert row.rank is not None
        arguments |= {"output_size": (a.per_axis(row.rank, null=True, one=False), None), **_TRAINED, **_KERNELS}
        lower = to.transposed_convolution(lower)
    return LayerType(arguments, lower, check=_CHECKS.get(name))


@cache
def argument_names() -> frozenset[str]:
    """The arguments of all layer types."""
    return frozenset(name for type_name in TYPES for name in layer_type(type_name).arguments)


@cache
def model_of(type_name: str) -> type[BaseModel]:
    """The pydantic model of a layer type's arguments."""
    return create_model(type_name, __base__=Strict, **layer_type(type_name).arguments)  # type: ignore[no-any-return, call-overload]


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
