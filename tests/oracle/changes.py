"""Every change of a single argument of a description: each value that it has or may be given, in each layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.oracle.descriptions import Fields, Path

#: What is claimed rather than built: PyTorch has nothing to say about it.
_CLAIMS = ("kernels", "expect")
#: Stands for an argument that is left out.
ABSENT = "(absent)"

_NO_NUMBERS = [None, 1.5, "three"]
_BOOLEANS = [True, False]
_WINDOWS = [-1, 0, 1, 2, 3, 4, 5, 8, 16, 300, *_NO_NUMBERS]
_COUNTS = [-1, 0, 1, 2, 3, 4, 7, *_NO_NUMBERS]
#: A file may leave these out, also by writing null.
_DERIVED = [count for count in _COUNTS if count is not None]
_WIDTHS = [-1, 0, 8, 16, 17, *_NO_NUMBERS]
_AXES = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, *_NO_NUMBERS]
_NUMBERS = [-1, 0, 0.5, 1, 2, None, "three"]
#: What the arguments may become; values near the present one are tried besides.  Values of a kind that the layer's
#: documentation does not know are among them where PyTorch refuses them, and not where it never looks at them.
_VALUES: dict[str, list[Any]] = {
    **dict.fromkeys(("kernel_size", "stride", "padding", "dilation", "output_padding"), _WINDOWS),
    "output_size": [*_WINDOWS, [None, 2], [2, None]],
    "size": [*_WINDOWS, [None, 2], [2, None]],
    **dict.fromkeys(("out_channels", "out_features", "groups", "num_groups", "num_parameters", "divisor_override"), _COUNTS),
    **dict.fromkeys(("upscale_factor", "downscale_factor", "chunks", "split_size", "embed_dim", "num_heads"), _COUNTS),
    **dict.fromkeys(("in_channels", "num_features", "num_channels", "in_features"), _DERIVED),
    **dict.fromkeys(("d_model", "nhead", "dim_feedforward", "input_size", "hidden_size", "num_layers", "proj_size"), _COUNTS),
    **dict.fromkeys(("dim", "start_dim", "end_dim"), _AXES),
    **dict.fromkeys(("kdim", "vdim"), _WIDTHS),
    **dict.fromkeys(("eps", "momentum", "alpha", "beta", "k", "negative_slope", "lambd", "threshold"), _NUMBERS),
    **dict.fromkeys(("lower", "upper", "min_val", "max_val", "init", "norm_type"), _NUMBERS),
    "p": [-0.5, 0, 0.3, 1, 1.5, None, "three"],
    "dropout": [-0.5, 0, 0.3, 1, 1.5],
    **dict.fromkeys(("bias", "affine", "track_running_stats", "ceil_mode", "count_include_pad", "inplace"), _BOOLEANS),
    **dict.fromkeys(("elementwise_affine", "add_bias_kv", "add_zero_attn", "batch_first", "norm_first", "bidirectional"), _BOOLEANS),
    **dict.fromkeys(("keepdim", "requires_grad"), _BOOLEANS),
    **{end: [-9, -6, -1, 0, 1, 2, 5, 6, 7, 9, 1.5, "three"] for end in ("start", "end")},
    "step": [-1, 0, 1, 2, 3, 9, 1.5, "three"],
    "length": [-1, 1, 2, 3, 6, 9, *_NO_NUMBERS],
    "shifts": [-9, -1, 0, 1, 9, [1], [1, 2], [1, 2, 3], *_NO_NUMBERS],
    "correction": [-1, 0, 1, 1.5, None, "three"],
    **{key: [-1, 0, 1.5, None, "three"] for key in ("other", "exponent")},
    "align_corners": [True, False, None],
    "recompute_scale_factor": [True, False, None],
    "padding_mode": ["zeros", "reflect", "replicate", "circular", "mirror"],
    "mode": ["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area", "cubic"],
    "value": [-1, 0, 0.5, "three"],
    "activation": ["relu", "gelu", "tanh"],
    "nonlinearity": ["relu", "tanh", "gelu"],
    "layer_norm_eps": [0, 1e-3, 1],
    "approximate": ["none", "tanh", "erf"],
    "scale_factor": [-1, 0, 0.1, 0.5, 1, 1.5, 2, 3, [2, 3], [2.0], None, "three"],
    "normalized_shape": [0, 1, 2, [1], [2, 2], [], None, "three"],
    "unflattened_size": [[1, -1], [-1, -1], [2, 3], [-1], [0, -1], [], *_NO_NUMBERS],
    "shape": [[-1], [-1, -1], [2, 3], [0], [2, -1], [], *_NO_NUMBERS],
    "dims": [[0, 1, 2], [0, 2, 1], [0, 2, 1, 3], [0, 1, 2, 3], [0, 3, 2, 1], [1, 0, 2, 3], [0, 1, 1, 2], [0, -1, 1, 2], *_NO_NUMBERS],
}  # fmt: skip
_WINDOW = "kernel_size stride padding dilation"
_NORM = "num_features eps momentum affine track_running_stats"
_RECURRENT = "input_size hidden_size num_layers bias batch_first dropout bidirectional"
#: The arguments of the layer types, or of all whose names begin so.
_ARGUMENTS = {
    "ConvTranspose": f"in_channels out_channels {_WINDOW} output_padding groups bias padding_mode output_size",
    "Conv": f"in_channels out_channels {_WINDOW} groups bias padding_mode",
    "MaxPool": f"{_WINDOW} ceil_mode",
    "AvgPool1d": "kernel_size stride padding ceil_mode count_include_pad",
    "AvgPool": "kernel_size stride padding ceil_mode count_include_pad divisor_override",
    "LPPool": "norm_type kernel_size stride ceil_mode",
    "Adaptive": "output_size",
    "Subsampling": "kernel_size stride",
    "Linear": "in_features out_features bias",
    "Flatten": "start_dim end_dim",
    "Unflatten": "dim unflattened_size",
    "Reshape": "shape",
    "Permute": "dims",
    "CenterCrop": "size",
    "BatchNorm": _NORM,
    "InstanceNorm": _NORM.replace("num_features ", ""),
    "GroupNorm": "num_groups num_channels eps affine",
    "LayerNorm": "normalized_shape eps elementwise_affine bias",
    "RMSNorm": "normalized_shape eps elementwise_affine",
    "LocalResponseNorm": "size alpha beta k",
    **dict.fromkeys(("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid"), "inplace"),
    **dict.fromkeys(("ELU", "CELU"), "alpha inplace"),
    "LeakyReLU": "negative_slope inplace",
    "RReLU": "lower upper inplace",
    "GELU": "approximate",
    "Hardtanh": "min_val max_val inplace",
    **dict.fromkeys(("Hardshrink", "Softshrink"), "lambd"),
    "Softplus": "beta threshold",
    "Threshold": "threshold value inplace",
    "PReLU": "num_parameters init",
    "GLU": "dim",
    **dict.fromkeys(("Softmax2d", "Softsign", "Sigmoid", "LogSigmoid", "Tanh", "Tanhshrink", "Identity"), ""),
    **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin"), "dim"),
    **dict.fromkeys(("Dropout", "AlphaDropout", "FeatureAlphaDropout"), "p inplace"),
    "Upsample": "size scale_factor mode align_corners recompute_scale_factor",
    "Upsampling": "size scale_factor",
    "PixelShuffle": "upscale_factor",
    "PixelUnshuffle": "downscale_factor",
    "ChannelShuffle": "groups",
    "ConstantPad": "padding value",
    **dict.fromkeys(("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"), "padding"),
    "Unfold": _WINDOW,
    "Fold": f"output_size {_WINDOW}",
    "MultiheadAttention": "embed_dim num_heads dropout bias add_bias_kv add_zero_attn batch_first",
    "TransformerEncoderLayer": "d_model nhead dim_feedforward dropout activation layer_norm_eps batch_first norm_first bias",
    "LSTM": f"{_RECURRENT} proj_size",
    "GRU": _RECURRENT,
    "RNN": f"{_RECURRENT} nonlinearity",
    "SyncBatchNorm": f"{_NORM} bias",
    **dict.fromkeys(("Add", "Mul", "Sub", "Div", "Maximum", "Minimum", "MatMul", "Exp", "Log", "Abs"), ""),
    "Pow": "exponent",
    **dict.fromkeys(("Mean", "Sum", "Amax", "Amin"), "dim keepdim"),
    **dict.fromkeys(("Std", "Var"), "dim keepdim correction"),
    "Stack": "dim",
    "Slice": "dim start end step",
    "Narrow": "dim start length",
    "Flip": "dims",
    "Roll": "shifts dims",
    "Concat": "dim",
    "Split": "split_size dim",
    "Chunk": "chunks dim",
}
#: Arguments that layer types got after the record began: they are changed where a layer has them.
_LATER = {
    "requires_grad": ("Conv",),
    "bias": ("BatchNorm", "InstanceNorm", "GroupNorm"),
    "other": ("Add", "Mul", "Sub", "Div"),
    "kdim": ("Multihead",),
    "vdim": ("Multihead",),
}
#: Arguments that PyTorch has under another name or not at all, and that are built here by hand.
_TABLES = {"fan_in": [-1, 0, 1, 2, 15, 17, 64, 65], "connections": []}


class Change(NamedTuple):
    """One argument of the layer at ``path`` (empty: of the file) that is ``value`` now (``ABSENT``: left out)."""

    path: Path
    field: str
    value: Any

    def made(self, description: Fields) -> Fields:
        """The description with this change."""
        changed = dict(description)
        place: Any = changed
        for index in self.path:  # what is not on the way is shared, for nobody changes it
            place["layers"] = [*place["layers"]]
            place["layers"][index] = dict(place["layers"][index])
            place = place["layers"][index]
        if self.value == ABSENT:
            del place[self.field]
        else:
            place[self.field] = self.value
        return changed


def without_claims(description: Fields) -> Fields:
    """The network alone: what is claimed about it, and what names it, left away."""
    kept = {key: value for key, value in description.items() if key in ("convlint", "input", "layers")}
    kept["layers"] = _without_claims(description["layers"])
    return kept


def _without_claims(layers: list[Fields]) -> list[Fields]:
    found = []
    for layer in layers:
        kept = {key: value for key, value in layer.items() if key not in _CLAIMS}
        if "layers" in kept:
            kept["layers"] = _without_claims(kept["layers"])
        found.append(kept)
    return found


def changes(description: Fields) -> Iterator[Change]:
    """All changes, in the order of the file."""
    shape = description["input"]
    for index, size in enumerate(shape):
        for other in _near(size, [1, 2, 3, size + 7, 2 * size + 1]):
            yield Change((), "input", [*shape[:index], other, *shape[index + 1 :]])
    yield Change((), "input", shape[:-1])
    yield Change((), "input", [*shape, shape[-1]])
    yield from _of_layers(description["layers"], (), [["input"]])


def _of_layers(layers: list[Fields], outer: Path, scopes: list[list[str]]) -> Iterator[Change]:
    names = [*scopes, []]
    for index, layer in enumerate(layers):
        path = (*outer, index)
        if "layers" in layer:
            for count in _near(layer.get("repeat", 1), [-1, 0, 1, 2, *_NO_NUMBERS]):
                yield from _if_other(layer, path, "repeat", count)
            yield from _of_layers(layer["layers"], path, [*names, ["input"]])
        else:
            yield from _of_arguments(layer, path)
        yield from _of_sources(layer, path, names)
        if "name" in layer:
            names[-1].append(layer["name"])


def _of_arguments(layer: Fields, path: Path) -> Iterator[Change]:
    kind: str = layer["type"]
    rank = re.search(r"[123](?=d$)", kind)
    for name in (
        *_arguments(kind),
        *(name for name, types in _LATER.items() if name in layer and kind.startswith(types)),
    ):
        present = layer.get(name, ABSENT)
        if present != ABSENT:
            yield Change(path, name, ABSENT)
        # Whether the batch can be split depends on how many examples it has.
        values = [
            value for value in _VALUES[name] if not (name == "dim" and kind in ("Split", "Chunk") and value in (0, -4))
        ]
        if (kind, name) == ("Roll", "dims"):
            # Without axes PyTorch rolls all cells as one row; a description says which axes it means.
            values = [value for value in values if value is not None]
        others = [*values, *(["same", "valid", "full"] if name == "padding" and kind.startswith("Conv") else [])]
        if isinstance(present, list):
            for index, item in enumerate(present):
                near = _near(item, [-1, 0, 1, 2, 3, "three"])
                others += [[*present[:index], other, *present[index + 1 :]] for other in near]
            others += [present[:-1], [*present, present[-1]]]
        elif isinstance(present, int) and not isinstance(present, bool):
            others += _near(present, [])
            if rank and name in (*_WINDOW.split(), "output_padding", "output_size"):
                axes = int(rank[0])
                others += [[present] * (axes - 1) + [present + 1], [present + 1] + [present] * (axes - 1)]
                others += [[present] * (axes + 1), [present] * (axes - 1)]
        for other in _once(others):
            yield from _if_other(layer, path, name, other)
    for name, values in _TABLES.items():
        if name in layer:
            yield Change(path, name, ABSENT)
            for other in values or _tables(layer[name]):
                yield from _if_other(layer, path, name, other)


def _arguments(kind: str) -> list[str]:
    """The arguments of a layer type."""
    names = [name for name in _ARGUMENTS if kind == name] or [name for name in _ARGUMENTS if kind.startswith(name)]
    return _ARGUMENTS[names[0]].split()


def _tables(rows: list[list[int]]) -> Iterator[list[list[int]]]:
    """A connection table with one entry, or one row, more, fewer or other."""
    yield rows[:-1]
    yield [*rows, rows[-1]]
    yield []
    for index, row in enumerate(rows):
        for other in ([], row[:-1], [*row, -1], [*row, 99], [*row, row[0]], [*row[:-1], 6], [*row[:-1], 5]):
            yield [*rows[:index], other, *rows[index + 1 :]]


def _of_sources(layer: Fields, path: Path, scopes: list[list[str]]) -> Iterator[Change]:
    """Other sources: each readable name, a name that is none, one source more or fewer."""
    readable = list(_once(name for scope in reversed(scopes) for name in reversed(scope)))
    present = layer.get("from", ABSENT)
    if isinstance(present, list):
        for index in range(len(present)):
            for name in (*readable, "nobody"):
                yield from _if_other(layer, path, "from", [*present[:index], name, *present[index + 1 :]])
            yield Change(path, "from", [*present[:index], *present[index + 1 :]])
        for name in readable:
            yield Change(path, "from", [*present, name])
        yield Change(path, "from", present[0])
        yield Change(path, "from", [])
    else:
        for name in (*readable, "nobody"):
            yield from _if_other(layer, path, "from", name)
        yield Change(path, "from", [readable[0], readable[-1]])
    if present != ABSENT:
        yield Change(path, "from", ABSENT)


def _near(number: int, others: list[Any]) -> list[Any]:
    return list(_once([number - 1, number + 1, 2 * number, number // 2, *others]))


def _once(values: Iterable[Any]) -> Iterator[Any]:
    """The values without repeats; True and 1 are not the same."""
    seen = []
    for value in values:
        if (type(value), value) not in seen:
            seen.append((type(value), value))
            yield value


def _if_other(layer: Fields, path: Path, name: str, value: Any) -> Iterator[Change]:
    present = layer.get(name, ABSENT)
    if type(value) is not type(present) or value != present:
        yield Change(path, name, value)
