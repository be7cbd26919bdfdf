"""The tensors of a checkpoint by name and shape, against what ``state_dict()`` of the frameworks listed."""

import json
from zlib import crc32

import pytest

from convlint.catalogue import selection
from convlint.derive import Derivation, derive
from convlint.derive.tensors import of_network, tensors
from convlint.document import Source
from convlint.formats.yolo.options import Options
from convlint.lint import lint
from tests.conftest import ROOT, SHARED, Slice

#: How many tensors there are, and a checksum of their names and shapes.
RECORDED = json.loads((ROOT / "tests" / "golden" / "tensors.json").read_text(encoding="utf-8"))


def checksum(found: dict[str, tuple[int, ...]]) -> int:
    return crc32("\n".join(sorted(f"{name} {'x'.join(map(str, shape))}" for name, shape in found.items())).encode())


@pytest.mark.parametrize("framework", list(RECORDED))
def test_stock_networks(framework: str, checked_here: Slice) -> None:
    folder = SHARED / "corpus" / "yolo" / framework
    if not folder.is_dir():
        pytest.skip("no folder of reference data beside the repository")
    wrong = []
    for number, (key, (count, sum_)) in enumerate(RECORDED[framework].items()):
        if number % 4 and (framework, key) not in checked_here:
            continue
        path, _, scale = key.partition("@")
        options = {"yolo": Options(scales=tuple(scale), dialect=framework)}
        text = (folder / path).read_text(encoding="utf-8")
        result = lint(Source(str(folder / path), text), selection(), options=options)
        found = of_network(result.derivations[0]) or {}
        if (len(found), checksum(found)) != (count, sum_):
            wrong.append(f"{key}: {len(found)} tensors, not {count}")
    assert wrong == []


def native(layers: str, shape: str = "[4, 9, 9]") -> Derivation:
    return lint(Source("net.yaml", f"convlint: 1\ninput: {shape}\nlayers:\n{layers}"), selection()).derivations[0]


#: What PyTorch's own ``state_dict()`` lists.
LAYERS = {
    "{name: a, type: Conv2d, out_channels: 6, kernel_size: [3, 1], groups: 2}": {"weight": (6, 2, 3, 1), "bias": (6,)},
    "{name: a, type: Conv2d, out_channels: 6, kernel_size: 3, bias: false}": {"weight": (6, 4, 3, 3)},
    "{name: a, type: ConvTranspose2d, out_channels: 6, kernel_size: 2, groups: 2}": {"weight": (4, 3, 2, 2), "bias": (6,)},
    "{name: a, type: Linear, out_features: 5}": {"weight": (5, 9), "bias": (5,)},
    "{name: a, type: BatchNorm2d}": {
        "weight": (4,), "bias": (4,), "running_mean": (4,), "running_var": (4,), "num_batches_tracked": (),
    },
    "{name: a, type: BatchNorm2d, affine: false, track_running_stats: false}": {},
    "{name: a, type: InstanceNorm2d}": {},
    "{name: a, type: InstanceNorm2d, affine: true}": {"weight": (4,), "bias": (4,)},
    "{name: a, type: GroupNorm, num_groups: 2}": {"weight": (4,), "bias": (4,)},
    "{name: a, type: LayerNorm, normalized_shape: [9, 9]}": {"weight": (9, 9), "bias": (9, 9)},
    "{name: a, type: LayerNorm, normalized_shape: [9], elementwise_affine: false}": {},
    "{name: a, type: PReLU, num_parameters: 4}": {"weight": (4,)},
    "{name: a, type: ReLU}": {},
    "{name: a, type: MaxPool2d, kernel_size: 3}": {},
}  # fmt: skip


@pytest.mark.parametrize("layer", list(LAYERS))
def test_layers(layer: str) -> None:
    assert of_network(native(f"  - {layer}")) == {f"a.{name}": shape for name, shape in LAYERS[layer].items()}


def test_attention() -> None:
    layer = "  - {name: a, type: MultiheadAttention, embed_dim: 8, num_heads: 2%s}"
    all_of = {"in_proj_weight": (24, 8), "in_proj_bias": (24,), "out_proj.weight": (8, 8), "out_proj.bias": (8,)}
    for words, shapes in (
        ("", all_of),
        (", bias: false", {"in_proj_weight": (24, 8), "out_proj.weight": (8, 8)}),
        (", add_bias_kv: true", {**all_of, "bias_k": (1, 1, 8), "bias_v": (1, 1, 8)}),
        (", kdim: 6", {
            "q_proj_weight": (8, 8), "k_proj_weight": (8, 6), "v_proj_weight": (8, 8),
            **{name: shape for name, shape in all_of.items() if name != "in_proj_weight"},
        }),
    ):  # fmt: skip
        found = of_network(native(layer % words, "[5, 8]"))
        assert found == {f"a.{name}": shape for name, shape in shapes.items()}


def test_groups_and_copies() -> None:
    text = "  - name: g\n    repeat: 3\n    layers:\n      - {name: c, type: Conv2d, out_channels: 4, kernel_size: 1, bias: false}\n"
    derivation = native(text)
    assert list(of_network(derivation) or {}) == ["g.0.c.weight"]
    unfolded = derive(derivation.network, unfold=True)
    assert list(of_network(unfolded) or {}) == ["g.0.c.weight", "g.1.c.weight", "g.2.c.weight"]


def test_what_is_not_known() -> None:
    derivation = native("  - {type: Conv2d, out_channels: 4, kernel_size: 1}\n")
    assert [one.name for one in tensors(derivation.layers[0]) or []] == [None, None]
    assert of_network(derivation) is None
    assert of_network(native("  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 1}\n", "null")) is None
    assert of_network(native("  - {name: a, type: BatchNorm2d}\n", "null")) is None
    assert of_network(native("  - {name: a, type: LayerNorm}\n", "null")) is None
    assert of_network(native("  - {name: a, type: Convolution2d}\n")) is None
    assert of_network(native("  - {name: a, type: Parameter, shape: [4, 1, 1]}\n")) == {"a": (4, 1, 1)}
