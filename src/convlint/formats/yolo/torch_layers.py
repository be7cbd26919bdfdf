"""``torch.nn`` modules as rows: their arguments are used as they stand, what comes in keeps its recorded channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.formats.yolo.builder import Builder, Value, refused
from convlint.formats.yolo.refusal import Refused, shown
from convlint.model import operations as op
from convlint.model.torch_nn.binding import Misfit, reader, signature_of
from convlint.model.torch_nn.kinds import FACTORY, REQUIRED, Argument, per_axis
from convlint.model.torch_nn.table import TYPES

#: The ways in which a map of height and width is resized.
_MODES = ("nearest", "nearest-exact", "area", "bilinear", "bicubic")
_ALIGNED = ("bilinear", "bicubic")
_SIZE = reader(Argument("size", per_axis(2, one=False), least=1))

#: Looks at the values that a row gives, by their names, and says with which ones the layer is built.
Prepare = Callable[[dict[str, Any]], dict[str, Any]]


class TorchLayer:
    """A module function like those of ``modules``, with the arguments that the table of ``torch.nn`` knows.

    ``words`` are their names, of which a row has to give the first ``least``; ``most`` is None where any are taken.
    ``defaults`` are the values of the others.
    """

    __slots__ = ("defaults", "least", "most", "prepare", "type_name", "words")

    def __init__(self, type_name: str, prepare: Prepare | None = None) -> None:
        row = TYPES[type_name]
        named = [one for one in row.arguments if not one.keyword and one.kind != FACTORY]
        self.type_name = type_name
        self.prepare = prepare
        self.words = tuple([one.name for one in named])
        self.least = sum(one.default is REQUIRED for one in named)
        self.defaults = {one.name: one.default for one in named if one.default is not REQUIRED}
        self.most = None if row.any_arguments else len(named)

    def __call__(self, b: Builder, x: Value, *values: Any) -> Value:
        """The layer behind ``x``."""
        name = self.type_name.rstrip("123d").lower()
        if self.prepare is None:
            return b.torch(name, self.type_name, x, *values)
        signature = signature_of(self.type_name)
        try:
            given = self.prepare({**signature.filled, **signature.given(values)})
        except Misfit as misfit:
            raise refused(misfit) from None
        return b.torch(name, self.type_name, x, *[given[word] for word in self.words])


def identity(b: Builder, x: Value, *args: Any) -> Value:
    """Anything in, the same out."""
    return b.add("identity", "Identity", op.Elementwise(True), x)


def container(b: Builder, x: Value, *args: Any) -> Value:
    """An empty ``nn.Sequential``."""
    if args:
        raise Refused("CL005", f"nn.Sequential holds modules, not {shown(args[0])}")
    return identity(b, x)


def _upsample(given: dict[str, Any]) -> dict[str, Any]:
    """``nn.Upsample`` and its like: the size first, then the factor."""
    size, scale_factor, mode = given["size"], given["scale_factor"], given.get("mode", "nearest")
    align_corners = given.get("align_corners")
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
    if factor is not None and not 0 < factor < 1e6:
        raise Refused("CL510", f"scale_factor {factor:g} leaves nothing", "scale_factor")
    if given.get("recompute_scale_factor") and factor is None:
        raise Refused("CL507", "recompute_scale_factor needs a scale_factor", "recompute_scale_factor")
    return {**given, "size": None if size is None else _SIZE(size), "scale_factor": factor}


def _one_output(given: dict[str, Any]) -> dict[str, Any]:
    """Pools that can say where the largest values were."""
    if given["return_indices"]:
        raise Refused("CL005", "return_indices makes a pair, which no row can read", "return_indices")
    return given


def _four_sides(given: dict[str, Any]) -> dict[str, Any]:
    """Padding layers: left, right, top, bottom, or one number for all."""
    padding = given["padding"]
    if isinstance(padding, list | tuple) and len(padding) != 4:
        raise Refused("CL007", f"padding has {len(padding)} values, 4 are needed", "padding")
    return given


def _zeros_only(given: dict[str, Any]) -> dict[str, Any]:
    """Transposed convolutions."""
    if given["padding_mode"] != "zeros":
        raise Refused("CL513", "a transposed convolution pads with zeros only", "padding_mode")
    return given


def attention(b: Builder, x: Value, embed_dim: Any, num_heads: Any, *more: Any) -> Value:
    """``nn.MultiheadAttention`` wants three inputs."""
    raise Refused("CL018", "nn.MultiheadAttention reads a query, a key and a value; a row passes one map")


def one_axis(b: Builder, x: Value, *args: Any) -> Value:
    """Modules for another number of spatial axes."""
    raise Refused("CL020", "this torch.nn module is not for maps of height and width")


def unknown(b: Builder, x: Value, *args: Any) -> Value:
    """A module of torch.nn that nobody has written out here."""
    return b.add("module", "Module", op.Opaque((None,), None, assumed=True), x)


#: Where ultralytics and YOLOv7 know the channels themselves.
CONV = TorchLayer("Conv2d")
CONV_TRANSPOSE = TorchLayer("ConvTranspose2d", _zeros_only)

LAYERS: dict[str, Callable[..., Value]] = {
    **{
        name: TorchLayer(name)
        for name in (
            "CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "LogSigmoid",
            "Mish", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softplus", "Softshrink", "Softsign", "Tanh",
            "Tanhshrink", "Threshold", "Softmax2d", "Dropout", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout",
            "LocalResponseNorm", "AdaptiveAvgPool2d", "AvgPool2d", "ChannelShuffle", "Flatten", "GLU", "GroupNorm",
            "Identity", "InstanceNorm2d", "LayerNorm", "Linear", "PReLU", "PixelShuffle", "PixelUnshuffle", "Softmax",
            "Softmin", "LogSoftmax",
        )
    },
    **{name: TorchLayer(name, _upsample) for name in ("Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d")},
    **{name: TorchLayer(name, _one_output) for name in ("MaxPool2d", "AdaptiveMaxPool2d")},
    **{
        f"{name}Pad2d": TorchLayer(f"{name}Pad2d", _four_sides)
        for name in ("Constant", "Reflection", "Replication", "Zero")
    },
    "Conv2d": CONV,
    "MultiheadAttention": attention,
    "Sequential": container,
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
}  # fmt: skip

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
