"""Norms without a shift, and attention with widths of keys and values: parameters against PyTorch, and in words."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.derive import derive
from convlint.document import Source
from convlint.explain import explain
from convlint.reports import explanation
from convlint.reports.style import Style
from tests.derive.networks import network_of

#: A layer and its parameters, as PyTorch 2.13.0 counts them.
LAYERS: list[tuple[dict[str, Any], int]] = [
    *[({"type": f"BatchNorm{rank}d", "num_features": 8}, 16) for rank in (1, 2, 3)],
    *[({"type": f"BatchNorm{rank}d", "num_features": 8, "bias": False}, 8) for rank in (1, 2, 3)],
    ({"type": "BatchNorm2d", "num_features": 8, "affine": False, "bias": True}, 0),
    ({"type": "BatchNorm2d", "num_features": 8, "affine": False, "bias": False}, 0),
    ({"type": "InstanceNorm2d", "num_features": 8, "bias": True}, 0),
    ({"type": "InstanceNorm2d", "num_features": 8, "affine": True}, 16),
    ({"type": "InstanceNorm2d", "num_features": 8, "affine": True, "bias": False}, 8),
    ({"type": "GroupNorm", "num_groups": 2, "num_channels": 8}, 16),
    ({"type": "GroupNorm", "num_groups": 2, "num_channels": 8, "bias": False}, 8),
    ({"type": "GroupNorm", "num_groups": 2, "num_channels": 8, "affine": False, "bias": False}, 0),
    ({"type": "MultiheadAttention", "embed_dim": 8, "num_heads": 2}, 288),
    ({"type": "MultiheadAttention", "embed_dim": 8, "num_heads": 2, "kdim": 8, "vdim": 8}, 288),
]


def shape_of(layer: dict[str, Any]) -> list[int]:
    """An input that the layer reads."""
    if layer["type"] == "MultiheadAttention":
        return [5, 8]
    return [8, 6, 6, 6][: int(layer["type"][-2]) + 1] if layer["type"].endswith("d") else [8, 6]


@pytest.mark.parametrize(("layer", "params"), LAYERS)
def test_parameters(layer: dict[str, Any], params: int) -> None:
    assert derive(network_of({"input": shape_of(layer), "layers": [layer]})).params == params


@pytest.mark.parametrize(("layer", "params"), LAYERS)
def test_parameters_are_pytorchs(layer: dict[str, Any], params: int) -> None:
    torch = pytest.importorskip("torch")
    if not torch.__version__.startswith("2.13."):
        pytest.skip("older versions have no bias of norms")
    arguments = {name: value for name, value in layer.items() if name != "type"}
    made = getattr(torch.nn, layer["type"])(**arguments)
    assert sum(one.numel() for one in made.parameters()) == params


@pytest.mark.parametrize(("kdim", "vdim", "params"), [(4, None, 256), (None, 4, 256), (4, 4, 224), (0, None, 224)])
def test_what_is_refused_has_its_parameters_all_the_same(kdim: int | None, vdim: int | None, params: int) -> None:
    layer = {"type": "MultiheadAttention", "embed_dim": 8, "num_heads": 2}
    network = network_of({"input": [5, 8], "layers": [layer]})
    network.layers[0].operation.__dict__.update(kdim=kdim, vdim=vdim)
    derivation = derive(network)
    assert derivation.params == params
    source = Source("net.yaml", "")
    text = explanation.text(
        source, explain(derivation, source, derivation.layers[0]), [], "", derivation.network, Style()
    )
    keys, values = (8 if width is None else width for width in (kdim, vdim))
    assert "2 x 8 x 8 weights: for queries and the output" in text
    assert f"+ {keys} x 8 for keys + {values} x 8 for values" in text


def test_a_negative_width_has_no_parameters() -> None:
    network = network_of({"input": [5, 8], "layers": [{"type": "MultiheadAttention", "embed_dim": 8, "num_heads": 2}]})
    network.layers[0].operation.__dict__.update(kdim=-1)
    assert derive(network).params is None


def test_words() -> None:
    layers = [{"type": "BatchNorm2d", "bias": False}, {"type": "GroupNorm", "num_groups": 4}]
    derivation = derive(network_of({"input": [8, 6, 6], "layers": layers}))
    source = Source("net.yaml", "")
    first, second = (
        explanation.text(source, explain(derivation, source, layer), [], "", derivation.network, Style())
        for layer in derivation.layers
    )
    assert "8 maps x 1 (a scale) = 8" in first and "8 maps x 2 (a scale and a shift) = 16" in second
