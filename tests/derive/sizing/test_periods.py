"""Every operation repeats itself as ``derive.sizing.periods`` says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.derive.sizing import periods
from convlint.derive.sizing.columns import Line
from convlint.derive.sizing.table import Table
from convlint.derive.state import Map
from convlint.model.operations import Group, Opaque
from tests.conftest import examples
from tests.derive.networks import network_of, one_layer

MORE: list[dict[str, Any]] = [
    {"type": "Linear", "out_features": 3, "in_features": 5},
    {"type": "LayerNorm", "normalized_shape": [7]},
    {"type": "Reshape", "shape": [4, -1]},
    {"type": "Reshape", "shape": [2, 12]},
    {"type": "Unflatten", "dim": -1, "unflattened_size": [3, -1]},
    {"type": "Unflatten", "dim": 1, "unflattened_size": [2, 2]},
    {"type": "PReLU", "num_parameters": 4},
    {"type": "Mean", "dim": 1},
    {"type": "Amax", "dim": [-1, 1], "keepdim": True},
    {"type": "Std", "dim": 2},
    {"type": "Flip", "dims": [2]},
    {"type": "Roll", "shifts": 3, "dims": -1},
    {"type": "Narrow", "dim": 2, "start": 1, "length": 3},
    {"type": "Narrow", "dim": 1, "start": -4, "length": 2},
    {"type": "Slice", "dim": 2, "start": 1, "step": 3},
    {"type": "Slice", "dim": 2, "start": -7, "end": -2, "step": 2},
    {"type": "Slice", "dim": 1, "start": 2, "end": -3},
    {"type": "Stack", "dim": 3},
    {"type": "ChannelShuffle", "groups": 2},
    {"type": "LocalResponseNorm", "size": 2},
    {"type": "Permute", "dims": [0, 2, 1]},
    {"type": "Flatten"},
    {"type": "Subsampling", "kernel_size": 3, "stride": 2},
    {"type": "Dropout"},
    {"type": "AdaptiveMaxPool1d", "output_size": 4},
    {"type": "ConvTranspose1d", "out_channels": 4, "kernel_size": 3, "stride": 2, "output_size": 9},
    {"type": "MultiheadAttention", "embed_dim": 6, "num_heads": 2},
    {"type": "TransformerEncoderLayer", "d_model": 6, "nhead": 2},
    {"type": "GRU", "input_size": 6, "hidden_size": 3},
    {"type": "SyncBatchNorm"},
    {"type": "Softmax", "dim": -1},
    {"type": "LPPool1d", "norm_type": 2, "kernel_size": 3},
    {"type": "CircularPad1d", "padding": [2, 1]},
    {"type": "Chunk", "chunks": 2, "dim": 2},
    {"type": "Chunk", "chunks": 5, "dim": -1},
    {"type": "Chunk", "chunks": 3},
    {"type": "Split", "split_size": [3, 4], "dim": 2},
    {"type": "Split", "split_size": 3, "dim": 2},
    {"type": "Conv1d", "out_channels": 6, "kernel_size": 3, "groups": 2},
    {"type": "Conv1d", "out_channels": 6, "kernel_size": 1, "in_channels": 4},
    {"type": "Conv1d", "out_channels": 6, "kernel_size": 1, "fan_in": 3},
    {"type": "Conv1d", "out_channels": 2, "kernel_size": 1, "connections": [[0, 1], [2, 3]]},
    {"type": "Conv1d", "out_channels": 4, "kernel_size": 1, "groups": 4},
    {"type": "ConvTranspose1d", "out_channels": 4, "kernel_size": 2, "groups": 4},
    {"type": "BatchNorm1d", "num_features": 4},
    {"type": "GroupNorm", "num_groups": 2, "num_channels": 4},
]


@st.composite
def single_layers(draw: st.DrawFn) -> tuple[int, dict[str, Any]]:
    if draw(st.booleans()):
        return 1, draw(st.sampled_from(MORE))
    rank = draw(st.integers(1, 3))
    return rank, one_layer(draw, rank)


@settings(max_examples=examples(300))
@given(single_layers())
def test_operations_are_regular(drawn: tuple[int, dict[str, Any]]) -> None:
    rank, layer = drawn
    network = network_of({"input": [4, *[9] * rank], "layers": [layer]})
    operation = network.layers[0].operation
    assert not isinstance(operation, Group)
    table = Table(network, [Line(((0, 0),))], 1)
    for entry in range(rank + 1):
        step = periods.step(operation, rank + 1, entry)
        if step is None:
            continue

        def made(size: int, entry: int = entry) -> tuple[Any, list[list[int | None] | None]]:
            shape = [4, *[None] * rank]
            shape[entry] = size
            result = table.result(operation, (table.interned(Map(tuple(shape))),))
            return result.troubles, [None if out.shape is None else list(out.shape) for out in result.outputs]

        grown = None
        for size in range(step.least, step.least + 2 * step.period + 20):
            (troubles, shapes), (others, larger) = made(size), made(size + step.period)
            assert troubles == others, (size, step)
            growth = [
                None
                if a is None or b is None
                else [None if x is None or y is None else y - x for x, y in zip(a, b, strict=True)]
                for a, b in zip(shapes, larger, strict=True)
            ]
            assert [a is None for a in shapes] == [a is None for a in larger]
            known = [
                (part, at, n) for part, sizes in enumerate(growth) for at, n in enumerate(sizes or []) if n is not None
            ]
            assert all(n >= 0 for _, _, n in known)
            grown = grown if grown is not None else {(part, at): n for part, at, n in known}
            assert all(grown.setdefault((part, at), n) == n for part, at, n in known), (size, step)


@pytest.mark.parametrize("scale", [(1, 1), (1, 2), (3, 1), (2, 3), (1, 7)])
def test_what_is_declared_is_regular(scale: tuple[int, int]) -> None:
    operation = Opaque(((8, None, None),), keeps_size=True, scale=scale)
    table = Table(network_of({"input": [4, 9, 9], "layers": [{"type": "ReLU"}]}), [Line(((0, 0),))], 1)
    step = periods.step(operation, 3, 1)
    assert step is not None

    def made(size: int) -> int:
        (out,) = table.result(operation, (table.interned(Map((4, size, None))),)).outputs
        assert out.shape is not None and out.shape[1] is not None
        return out.shape[1]

    growth = {made(size + step.period) - made(size) for size in range(step.least, step.least + 50)}
    assert growth == {scale[0]}
