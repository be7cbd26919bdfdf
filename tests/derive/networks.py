"""Random networks, written as native files, for tests that compare two ways to the same answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from convlint.document import Source, read
from convlint.formats import native
from convlint.model.network import Network

Layer = dict[str, Any]


def network_of(description: dict[str, Any]) -> Network:
    """A network from what its file would say."""
    reading = read(Source("net.yaml", json.dumps({"convlint": 1, **description})))
    lowered = native.lower(reading.documents[0])
    assert [found for found in lowered.findings if found.code != "CL113"] == [], lowered.findings
    return lowered.networks[0]


def _windows(draw: st.DrawFn, rank: int) -> Layer:
    """A convolution or a pool, sometimes with other numbers on every axis."""

    def number(least: int, most: int) -> Any:
        if rank > 1 and draw(st.integers(0, 4)) == 0:
            return [draw(st.integers(least, most)) for _ in range(rank)]
        return draw(st.integers(least, most))

    if draw(st.booleans()):
        layer: Layer = {"type": f"Conv{rank}d", "out_channels": draw(st.sampled_from((4, 8)))}
        layer |= {
            "kernel_size": number(1, 5),
            "stride": number(1, 3),
            "padding": number(0, 3),
            "dilation": number(1, 2),
        }
        if draw(st.integers(0, 5)) == 0:
            layer["padding_mode"] = draw(st.sampled_from(("reflect", "circular", "replicate")))
        return layer
    kind = draw(st.sampled_from(("Max", "Avg")))
    kernel = draw(st.integers(1, 4))
    layer = {"type": f"{kind}Pool{rank}d", "kernel_size": kernel, "stride": number(1, 3)}
    return layer | {"padding": draw(st.integers(0, kernel // 2)), "ceil_mode": draw(st.booleans())}


def _other(draw: st.DrawFn, rank: int) -> Layer:
    """A layer of another kind that keeps channels a multiple of 4."""
    size = st.integers(1, 6)
    choices: list[Layer] = [
        {"type": "ReLU"},
        {"type": f"BatchNorm{rank}d"},
        {"type": f"InstanceNorm{rank}d"},
        {"type": "GroupNorm", "num_groups": draw(st.sampled_from((1, 4)))},
        {"type": f"AdaptiveAvgPool{rank}d", "output_size": draw(size)},
        {"type": "CenterCrop", "size": draw(size)},
        {"type": "Upsample", "scale_factor": draw(st.sampled_from((2, 0.5, 1.5, 0.75, 3, 1.1)))},
        {"type": "Upsample", "size": draw(size)},
        {"type": f"ZeroPad{rank}d", "padding": [draw(st.integers(-2, 3)) for _ in range(2 * rank)]},
        {"type": f"ReflectionPad{rank}d", "padding": [draw(st.integers(0, 3)) for _ in range(2 * rank)]},
        {"type": "Softmax", "dim": 1},
        {"type": "GLU", "dim": -1},
        {"type": "Mean", "dim": 2, "keepdim": True},
        {
            "type": f"ConvTranspose{rank}d",
            "out_channels": 4,
            "kernel_size": draw(st.integers(1, 4)),
            "stride": draw(st.integers(1, 3)),
            "padding": draw(st.integers(0, 2)),
        },
    ]
    if rank == 2:
        choices += [
            {"type": "Conv2d", "out_channels": 8, "kernel_size": draw(st.integers(1, 4)), "padding": "same"},
            {"type": "PixelUnshuffle", "downscale_factor": draw(st.integers(1, 3))},
            {"type": "PixelShuffle", "upscale_factor": 2},
        ]
    return draw(st.sampled_from(choices))


def one_layer(draw: st.DrawFn, rank: int) -> Layer:
    """A window or another layer."""
    return _windows(draw, rank) if draw(st.integers(0, 2)) else _other(draw, rank)


def _block(draw: st.DrawFn, rank: int, number: int) -> list[Layer]:
    """One layer, a residual group, a group of copies, a split, or two branches that are joined."""
    kind = draw(st.sampled_from(("layer", "layer", "layer", "residual", "copies", "branches", "split", "u")))
    conv = f"Conv{rank}d"
    if kind == "residual":
        body = [one_layer(draw, rank) for _ in range(draw(st.integers(1, 2)))]
        last = {"type": conv, "name": "last", "out_channels": 4, "kernel_size": 3, "padding": 1}
        start = {"type": conv, "out_channels": 4, "kernel_size": 1}
        return [start, {"name": f"g{number}", "layers": [*body, last, {"type": "Add", "from": ["last", "input"]}]}]
    if kind == "copies":
        # Named, so that the copies can be told apart.
        body = [one_layer(draw, rank) | {"name": f"c{index}"} for index in range(draw(st.integers(1, 2)))]
        return [{"name": f"g{number}", "repeat": draw(st.integers(1, 4)), "layers": body}]
    if kind == "branches":
        start = {"type": conv, "name": f"a{number}", "out_channels": 4, "kernel_size": 1}
        left = one_layer(draw, rank) | {"name": f"l{number}", "from": f"a{number}"}
        right = one_layer(draw, rank) | {"name": f"r{number}", "from": f"a{number}"}
        return [start, left, right, {"type": "Concat", "from": [f"l{number}", f"r{number}"]}]
    if kind == "split":
        return [
            {"type": conv, "out_channels": 8, "kernel_size": 1},
            {"type": "Chunk", "name": f"s{number}", "chunks": 2, "dim": draw(st.sampled_from((1, 1, 2)))},
            {"type": "Concat", "from": [f"s{number}.1", f"s{number}.0"]},
        ]
    if kind == "u":
        padding = draw(st.integers(0, 1))
        wide = {"type": conv, "out_channels": 4, "kernel_size": 3, "padding": padding}
        skip: list[Layer] = [
            {"type": "CenterCrop", "name": f"k{number}", "from": f"d{number}", "size": draw(st.integers(1, 12))}
        ]
        crops = draw(st.booleans())
        return [
            wide | {"name": f"d{number}"},
            {"type": f"MaxPool{rank}d", "kernel_size": 2},
            wide,
            {"type": f"ConvTranspose{rank}d", "name": f"u{number}", "out_channels": 4, "kernel_size": 2, "stride": 2},
            *(skip if crops else []),
            {"type": "Concat", "from": [f"u{number}", f"k{number}" if crops else f"d{number}"]},
        ]
    return [one_layer(draw, rank)]


def _end(draw: st.DrawFn, rank: int) -> list[Layer]:
    """How a network ends: as a map, as a classifier for one size, as a classifier for any, as a transformer."""
    kind = draw(st.sampled_from(("map", "map", "dense", "global", "tokens", "unflatten", "sequence")))
    if kind == "dense":
        cells = draw(st.sampled_from((1, 2, 4, 6, 12, 36)))
        conv = {"type": f"Conv{rank}d", "out_channels": 4, "kernel_size": 1}
        return [conv, {"type": "Flatten"}, {"type": "Linear", "in_features": 4 * cells, "out_features": 3}]
    if kind == "global":
        return [
            {"type": f"AdaptiveAvgPool{rank}d", "output_size": 1},
            {"type": "Flatten"},
            {"type": "Linear", "out_features": 3},
        ]
    conv = {"type": f"Conv{rank}d", "out_channels": 8, "kernel_size": 1}
    if kind == "tokens":
        return [
            conv,
            {"type": "Flatten", "start_dim": 2},
            {"type": "Permute", "dims": [0, 2, 1]},
            {"type": "MultiheadAttention", "embed_dim": 8, "num_heads": 2},
            {"type": "LayerNorm", "normalized_shape": 8},
            *(
                [{"type": "LayerNorm", "normalized_shape": [draw(st.integers(1, 16)), 8]}]
                if draw(st.booleans())
                else []
            ),
        ]
    if kind == "unflatten":
        sizes = draw(st.sampled_from(([4, -1], [8, -1], [2, 12], [3, -1])))
        return [conv, {"type": "Flatten"}, {"type": "Unflatten", "dim": 1, "unflattened_size": sizes}]
    if kind == "sequence":
        return [
            conv,
            {"type": "Flatten", "start_dim": 2},
            {"type": "Conv1d", "out_channels": 2, "kernel_size": 3, "stride": 2},
        ]
    return []


@st.composite
def descriptions(draw: st.DrawFn) -> dict[str, Any]:
    """A network for inputs with one to three axes."""
    rank = draw(st.sampled_from((1, 2, 2, 2, 3)))
    blocks = [layer for number in range(draw(st.integers(1, 4))) for layer in _block(draw, rank, number)]
    return {"input": [4, *[32] * rank], "layers": [*blocks, *_end(draw, rank)]}
