"""A small network around every layer type, in every number of axes."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.descriptions import Fields


def networks() -> Iterator[tuple[str, Fields]]:
    """Name and description of each; all of them are right."""
    for rank in (1, 2, 3):
        shape = [8, 12, 10, 9][: rank + 1]
        for name, arguments in _OF_ANY_RANK.items():
            yield _around(shape, {"type": f"{name}{rank}d", **arguments})
            listed = {key: [value] * rank for key, value in arguments.items() if key in ("kernel_size", "output_size")}
            if listed and (name, rank) != ("LPPool", 1):  # PyTorch does not run it with a list
                yield _around(shape, {"type": f"{name}{rank}d", **arguments, **listed})
            if "padding" in arguments:
                pairs = {"padding": [arguments["padding"]] * 2 * rank}
                yield _around(shape, {"type": f"{name}{rank}d", **arguments, **pairs})
        for fields in _OF_ALL_RANKS:
            yield _around(shape, fields)
    for shape, fields in _OTHERS:
        yield _around(shape, fields)
    yield "splits", {"convlint": 1, "input": [8, 6, 6], "layers": [
        {"name": "parts", "type": "Split", "split_size": [4, 4]},
        {"name": "more", "type": "Chunk", "from": "parts.0", "chunks": 2},
        {"name": "cut", "type": "Split", "from": "parts.1", "split_size": 2},
        {"name": "all", "type": "Concat", "from": ["more.0", "cut.1"]},
        {"type": "Mul", "from": ["all", "parts.0"]},
    ]}  # fmt: skip


def _around(shape: list[int], fields: Fields) -> tuple[str, Fields]:
    """The layer, and behind it one that reads whatever arrives."""
    arguments = ", ".join(f"{name}={value}" for name, value in fields.items() if name != "type")
    name = f"{fields['type']}({arguments}) on {'x'.join(map(str, shape))}"
    return name, {"convlint": 1, "input": shape, "layers": [fields, {"type": "Sigmoid"}]}


_OF_ANY_RANK: dict[str, Fields] = {
    "Conv": {"out_channels": 4, "kernel_size": 3},
    "ConvTranspose": {"out_channels": 4, "kernel_size": 3, "stride": 2},
    "MaxPool": {"kernel_size": 2},
    "AvgPool": {"kernel_size": 2},
    "LPPool": {"norm_type": 2, "kernel_size": 2},
    "AdaptiveAvgPool": {"output_size": 4},
    "AdaptiveMaxPool": {"output_size": 4},
    "BatchNorm": {},
    "InstanceNorm": {},
    "Dropout": {},
    "ZeroPad": {"padding": 1},
    "ConstantPad": {"padding": 1, "value": 0.5},
    "ReflectionPad": {"padding": 1},
    "ReplicationPad": {"padding": 1},
    "CircularPad": {"padding": 1},
}
_OF_ALL_RANKS: list[Fields] = [
    {"type": "Upsample", "scale_factor": 2},
    {"type": "Upsample", "size": 7},
    {"type": "GroupNorm", "num_groups": 2},
    {"type": "GroupNorm", "num_groups": 2, "bias": False},
    {"type": "CenterCrop", "size": 4},
    {"type": "Flatten"},
    {"type": "Linear", "out_features": 4},
    {"type": "LocalResponseNorm", "size": 3},
    {"type": "ChannelShuffle", "groups": 2},
    {"type": "GLU", "dim": 1},
    {"type": "Softmax", "dim": 1},
    {"type": "PReLU"},
    {"type": "Subsampling", "kernel_size": 2},
]
_OTHERS: list[tuple[list[int], Fields]] = [
    ([16], {"type": "Linear", "out_features": 4}),
    ([8, 6, 6], {"type": "Flatten", "start_dim": 2}),
    ([24], {"type": "Unflatten", "dim": 1, "unflattened_size": [2, 3, 4]}),
    ([24, 4], {"type": "Unflatten", "dim": 1, "unflattened_size": [6, 4]}),
    ([8, 3, 4], {"type": "Reshape", "shape": [4, 24]}),
    ([8, 3, 4], {"type": "Permute", "dims": [0, 2, 3, 1]}),
    ([8, 3, 4], {"type": "LayerNorm", "normalized_shape": [3, 4]}),
    ([8, 4], {"type": "LayerNorm", "normalized_shape": 4}),
    ([8, 3, 4], {"type": "RMSNorm", "normalized_shape": [3, 4]}),
    ([8, 6, 6], {"type": "UpsamplingNearest2d", "scale_factor": 2}),
    ([8, 6, 6], {"type": "UpsamplingBilinear2d", "size": [9, 12]}),
    ([8, 6, 6], {"type": "Upsample", "scale_factor": 2, "mode": "bilinear", "align_corners": True}),
    ([8, 6, 6], {"type": "PixelShuffle", "upscale_factor": 2}),
    ([8, 6, 6], {"type": "PixelUnshuffle", "downscale_factor": 2}),
    ([8, 6, 6], {"type": "Unfold", "kernel_size": 3}),
    ([32, 20], {"type": "Fold", "output_size": [5, 6], "kernel_size": 2}),
    ([9, 16], {"type": "MultiheadAttention", "embed_dim": 16, "num_heads": 4}),
    ([9, 16], {"type": "MultiheadAttention", "embed_dim": 16, "num_heads": 4, "kdim": 16, "vdim": 16}),
    ([9, 16], {"type": "TransformerEncoderLayer", "d_model": 16, "nhead": 4, "dim_feedforward": 24}),
    ([9, 16], {"type": "TransformerEncoderLayer", "d_model": 16, "nhead": 2, "activation": "gelu", "bias": False}),
    ([9, 6], {"type": "LSTM", "input_size": 6, "hidden_size": 8}),
    ([9, 6], {"type": "LSTM", "input_size": 6, "hidden_size": 8, "num_layers": 3, "bidirectional": True, "proj_size": 4}),
    ([9, 6], {"type": "GRU", "input_size": 6, "hidden_size": 4, "num_layers": 2, "bias": False}),
    ([9, 6], {"type": "RNN", "input_size": 6, "hidden_size": 4, "nonlinearity": "relu", "bidirectional": True}),
    *(([8, 12, 10, 9][:axes], {"type": "SyncBatchNorm"}) for axes in (1, 2, 4)),
    ([8, 4, 6], {"type": "SyncBatchNorm", "num_features": 8, "bias": False}),
    ([8, 4, 6], {"type": "BatchNorm2d", "bias": False}),
    ([8, 4, 6], {"type": "InstanceNorm2d", "affine": True, "bias": False}),
    ([8, 6, 6], {"type": "Softmax2d"}),
    ([8, 6, 6], {"type": "LogSoftmax", "dim": 1}),
    ([8, 6, 6], {"type": "Softmin", "dim": 1}),
    ([8, 6, 6], {"type": "Threshold", "threshold": 0.1, "value": 20}),
    *(
        ([8, 6, 6], {"type": kind})
        for kind in ("ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Hardswish",
                     "Hardsigmoid", "Hardtanh", "Hardshrink", "Softshrink", "Softplus", "Softsign", "Sigmoid",
                     "LogSigmoid", "Tanh", "Tanhshrink", "Dropout", "AlphaDropout", "FeatureAlphaDropout", "Identity")
    ),
]  # fmt: skip
