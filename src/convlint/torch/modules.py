"""Exact classes of ``torch.nn`` as layers of a native file: the constructor's arguments, read from the module."""

from __future__ import annotations

from typing import Any

from torch import nn

from convlint.model.torch_nn.kinds import Argument
from convlint.model.torch_nn.table import TYPES
from convlint.torch.values import Cannot, Flow

#: Numbers of what arrives, which a file leaves to be derived, and what does not change what a layer is.
_LEFT_OUT = frozenset(
    ["in_channels", "in_features", "num_features", "num_channels", "inplace", "device", "dtype", "process_group",
     "min_value", "max_value", "return_indices"]
)  # fmt: skip
#: Layers that read one sequence for each example.
SEQUENCES = ("MultiheadAttention", "TransformerEncoderLayer", "LSTM", "GRU", "RNN")
#: The format's defaults where they are not PyTorch's.
_DEFAULTS = {(name, "batch_first"): True for name in SEQUENCES}
#: The functions that a TransformerEncoderLayer may be told to use by a word.
_ACTIVATIONS: dict[Any, str] = {nn.functional.relu: "relu", nn.functional.gelu: "gelu"}
#: Arguments that a module keeps as tensors, or as tensors it does not have.
_KEPT_AS = {"bias": "bias", "add_bias_kv": "bias_k"}

#: Layers that look at no axis, at the last ones, and at one that they name; all others have the batch in front.
ELEMENTWISE = frozenset(
    ["ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid",
     "Hardtanh", "Hardshrink", "Softshrink", "Softplus", "Softsign", "Sigmoid", "LogSigmoid", "Tanh", "Tanhshrink",
     "Threshold", "Dropout", "AlphaDropout", "FeatureAlphaDropout", "Identity"]
)  # fmt: skip
_LAST = frozenset(["Linear", "LayerNorm", "RMSNorm"])
_ALONG = frozenset(["Softmax", "LogSoftmax", "Softmin", "GLU"])


def check(source: Flow, type_name: str, arguments: dict[str, Any]) -> None:
    """Raise ``Cannot`` if a layer works on an axis that holds the batch; name its axis as the file does."""
    if type_name in _ALONG:
        if arguments.get("dim") is None and type_name != "GLU":
            raise Cannot("does not say along which axis")
        arguments["dim"] = source.dim(arguments.get("dim", -1))
    elif type_name in _LAST:
        last = len(arguments["normalized_shape"]) if "normalized_shape" in arguments else 1
        for axis in range(1, last + 1):
            source.axis(-axis)
        if type_name == "Linear" and len(source.sizes) > 2:
            # Said of a map, it tells that the last axis is meant.
            arguments["in_features"] = source.sizes[-1]
    elif type_name not in ELEMENTWISE and not source.plain:
        raise Cannot("reads a tensor that is not one map for each example")


def type_of(module: nn.Module) -> str | None:
    """The layer type of a module that is exactly one of ``torch.nn``'s; None for all others.

    A TransformerEncoderLayer that no file can say (its activation may be any function) is what it consists of.
    """
    name = type(module).__name__
    if name not in TYPES or type(module) is not getattr(nn, name, None):
        return None
    if isinstance(module, nn.TransformerEncoderLayer) and (
        module.activation not in _ACTIVATIONS or not module.self_attn.batch_first
    ):
        return None
    return name


def arguments_of(module: nn.Module, type_name: str) -> dict[str, Any]:
    """The arguments with which a module was built, but for defaults."""
    found: dict[str, Any] = {}
    for argument in TYPES[type_name].arguments:
        if argument.name not in _LEFT_OUT:
            value = _value(module, argument.name)
            default = _DEFAULTS.get((type_name, argument.name), argument.default)
            put(found, argument, value, default)
    return _without_stride(found, type_name)


def written(type_name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a call of a function as those of the layer that does the same, but for defaults."""
    found: dict[str, Any] = {}
    for argument in TYPES[type_name].arguments:
        if argument.name in values:
            put(found, argument, values[argument.name], argument.default)
    return _without_stride(found, type_name)


def _without_stride(found: dict[str, Any], type_name: str) -> dict[str, Any]:
    """A pool's stride is its kernel, unless it says otherwise."""
    if "Pool" in type_name and found.get("stride") == found.get("kernel_size"):
        found.pop("stride", None)
    return found


def put(found: dict[str, Any], argument: Argument, value: Any, default: Any) -> None:
    """Add an argument unless it has its default; equal numbers for all axes become one."""
    kind = argument.kind
    if isinstance(value, list | tuple):
        value = list(value)
        short = kind.name in ("per axis", "sides", "adaptive") and len(set(value)) == 1 and value[0] is not None
        if short or (kind.name == "per axis" and kind.axes == 1 and len(value) == 1):
            value = value[0]
    if value != default or type(value) is not type(default):
        found[argument.name] = value


def _of_encoder_layer(module: nn.TransformerEncoderLayer) -> dict[str, Any]:
    """What the layers in a TransformerEncoderLayer keep of its arguments."""
    return {
        "d_model": module.self_attn.embed_dim,
        "nhead": module.self_attn.num_heads,
        "dim_feedforward": module.linear1.out_features,
        "dropout": module.dropout.p,
        "activation": _ACTIVATIONS[module.activation],
        "layer_norm_eps": module.norm1.eps,
        "batch_first": True,
        "norm_first": module.norm_first,
        "bias": module.linear1.bias is not None,
    }


def _value(module: nn.Module, name: str) -> Any:
    if isinstance(module, nn.TransformerEncoderLayer):
        return _of_encoder_layer(module)[name]
    if isinstance(module, nn.MultiheadAttention) and name == "bias":
        return module.in_proj_bias is not None
    if name == "bias" and isinstance(module, nn.modules.batchnorm._NormBase | nn.GroupNorm) and module.weight is None:
        return True  # asked for where there is a weight only
    if name == "bias" and isinstance(module, nn.LayerNorm) and module.weight is None:
        return True
    if name in _KEPT_AS and not isinstance(module, nn.RNNBase):
        return getattr(module, _KEPT_AS[name]) is not None
    if isinstance(module, nn.MultiheadAttention) and name in ("kdim", "vdim"):
        width = getattr(module, name)
        return None if width == module.embed_dim else width
    if isinstance(module, nn.PReLU) and name == "num_parameters":
        return module.num_parameters
    return getattr(module, name)
