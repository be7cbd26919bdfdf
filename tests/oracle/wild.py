"""Networks that make no sense: random layers with random arguments, wired at random. Nothing may raise on them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.oracle.descriptions import Fields

_SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 32, 33]
_FEW = [-1, 0, 1, 1, 1, 2, 2, 3, 5]
_TYPES: dict[str, dict[str, list[Any]]] = {
    "Conv{r}d": {"out_channels": [4, 6, 8, 16, 0], "kernel_size": [1, 2, 3, 5, 0], "stride": _FEW, "padding": [0, 1, 2, "same", -1],
                 "dilation": [1, 1, 2, 0], "groups": [1, 1, 2, 4, 3, 0, 8], "in_channels": [None, None, 4, 8, 3]},
    "ConvTranspose{r}d": {"out_channels": [4, 8], "kernel_size": [1, 2, 3, 4], "stride": [1, 2, 3], "padding": [0, 1, 4],
                          "output_padding": [0, 1, 2], "groups": [1, 2, 3]},
    "MaxPool{r}d": {"kernel_size": [1, 2, 3], "stride": [None, 1, 2, 4], "padding": [0, 1], "ceil_mode": [True, False]},
    "AvgPool{r}d": {"kernel_size": [1, 2, 3, 9], "stride": [None, 1, 2]},
    "AdaptiveAvgPool{r}d": {"output_size": [0, 1, 7, 33, None, -2]},
    "BatchNorm{r}d": {"num_features": [None, 4, 8, 0]},
    "InstanceNorm{r}d": {"num_features": [None, 4], "affine": [True, False]},
    "GroupNorm": {"num_groups": [1, 2, 3, 0], "num_channels": [None, 4, 6]},
    "LayerNorm": {"normalized_shape": [4, 8, [8, 8], [4, 16, 16]]},
    "LocalResponseNorm": {"size": [3, 0]},
    "ReLU": {},
    "Sigmoid": {},
    "PReLU": {"num_parameters": [1, 4, 8, 0]},
    "Softmax": {"dim": [1, 2, -1, 5]},
    "GLU": {"dim": [-1, 1, 0, 7]},
    "Upsample": {"scale_factor": [2, 3, 0.5, 1.5, None, 0, [2, 1]], "size": [None, None, 8, [8, 4]], "mode": ["nearest", "bilinear", "linear"]},
    "PixelShuffle": {"upscale_factor": [1, 2, 3, 0]},
    "PixelUnshuffle": {"downscale_factor": [1, 2, 3]},
    "ChannelShuffle": {"groups": [1, 2, 3, 0, 8]},
    "ZeroPad{r}d": {"padding": [0, 1, -1, -20]},
    "ReflectionPad{r}d": {"padding": [0, 1, 9]},
    "CenterCrop": {"size": [0, 1, 4, 8, 33, None, [8, 8], [4]]},
    "Flatten": {"start_dim": [1, 0, 2, 3], "end_dim": [-1, 1, 2]},
    "Unflatten": {"dim": [1, 0, 2], "unflattened_size": [[2, -1], [4, 4, 4], [8, 2], [-1, -1]]},
    "Reshape": {"shape": [[4, 8, 8], [-1], [2, -1, 1], [0, 4]]},
    "Permute": {"dims": [[0, 2, 1], [0, 1, 3, 2], [1, 0], [0, 2, 3, 1]]},
    "Linear": {"out_features": [4, 8, 0], "in_features": [None, None, 8, 64]},
    "MultiheadAttention": {"embed_dim": [8, 16], "num_heads": [1, 2, 3, 0]},
    "Unfold": {"kernel_size": [1, 2, 3, 40], "stride": [1, 2]},
    "Fold": {"output_size": [4, 8], "kernel_size": [2, 3], "stride": [1, 2]},
    "Split": {"split_size": [4, 3, 0, [2, 2], [4, 4]], "dim": [1, 2, 0, -1]},
    "Chunk": {"chunks": [2, 3, 0, 40], "dim": [1, 2, 0]},
    "Subsampling": {"kernel_size": [2, [2, 2], 40]},
}  # fmt: skip
_REQUIRED = {"out_channels", "kernel_size", "output_size", "num_groups", "normalized_shape", "size", "upscale_factor",
             "downscale_factor", "groups", "padding", "dim", "unflattened_size", "shape", "dims", "out_features",
             "embed_dim", "num_heads", "split_size", "chunks"}  # fmt: skip


def wild(seed: int, length: int = 24) -> Fields:
    """A random description; the same for the same seed."""
    random = Random(seed)
    rank = random.choice([1, 2, 2, 2, 3])
    shape: list[Any] = [
        random.choice([None, 1, 3, 4, 8, 16]),
        *(random.choice([*_SIZES[1:], None]) for _ in range(rank)),
    ]
    given: Any = shape
    if random.random() < 0.2:
        given = {"one": shape, "two": [random.choice([4, 8]), *(random.choice(_SIZES[1:]) for _ in range(rank))]}
    layers, _ = _layers(random, rank, length, list(given) if isinstance(given, dict) else ["input"], 0)
    return {"convlint": 1, "input": given, "layers": layers}


def _layers(random: Random, rank: int, length: int, names: list[str], count: int) -> tuple[list[Fields], int]:
    found: list[Fields] = []
    for _ in range(length):
        count += 1
        name = f"l{count}"
        dice = random.random()
        if dice < 0.28 and len(names) > 1:
            layer: Fields = {"name": name, "type": random.choice(["Add", "Mul", "Concat", "Concat"])}
            layer["from"] = [random.choice(names[-8:]) for _ in range(random.choice([2, 2, 2, 3, 4]))]
            if layer["type"] == "Concat" and random.random() < 0.3:
                layer["dim"] = random.choice([0, 1, 2, -1, 3, 9])
        elif dice < 0.33 and length > 4:
            inner, count = _layers(random, rank, random.randint(1, 4), [*names, "input"], count)
            layer = {"name": name, "repeat": random.choice([1, 2, 3, 50]), "layers": inner}
            if random.random() < 0.5:
                layer["from"] = random.choice(names)
        else:
            kind = random.choice(list(_TYPES))
            actual = random.choice([1, 2, 3]) if random.random() < 0.05 else rank
            layer = {"name": name, "type": kind.replace("{r}", str(actual))}
            if random.random() < 0.3 or (not found and len(names) > 1):
                layer["from"] = random.choice(names)
            for argument, values in _TYPES[kind].items():
                value = random.choice(values)
                if argument in _REQUIRED or (value is not None and random.random() < 0.4):
                    layer[argument] = value
        found.append(layer)
        if layer.get("type") in ("Split", "Chunk"):
            names = [*names, f"{name}.0", f"{name}.1"]
        else:
            names = [*names, name]
    return found, count
