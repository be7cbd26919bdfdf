"""The examples against what torchvision built, layer by layer, and against published totals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from convlint.derive import Derivation, Derived, derive
from convlint.document import Source, read
from convlint.formats import native
from convlint.model.operations import Group
from tests.conftest import ROOT

TORCHVISION = {
    "vgg-16": "vgg16",
    "resnet-18": "resnet18",
    "resnet-50": "resnet50",
    "resnext-50": "resnext50_32x4d",
    "mobilenet-v2": "mobilenet_v2",
}
#: Output, parameters and multiply-adds as published, or as PyTorch counts them.
TOTALS = {
    "alexnet-227": ((1000,), 60_965_224, 724_406_816),
    "c3d": ((487,), 79_991_015, 38_548_959_232),
    "dcgan-generator": ((3, 64, 64), 3_576_704, 104_628_224),
    "lecun-ranzato": ((101,), 363_237, 41_129_792),
    "lenet-5": ((84,), 60_000, None),
    "mobilenet-v2": ((1000,), 3_504_872, 300_774_272),
    "resnet-18": ((1000,), 11_689_512, 1_814_073_344),
    "resnet-50": ((1000,), 25_557_032, 4_089_184_256),
    "resnext-50": ((1000,), 25_028_904, 4_230_479_872),
    "u-net": ((2, 388, 388), 31_030_658, 150_428_424_448),
    "vgg-16": ((1000,), 138_357_544, 15_470_264_320),
}


def derived_example(name: str) -> Derivation:
    """What follows from an example."""
    path = ROOT / "examples" / f"{name}.yaml"
    reading = read(Source(path.name, path.read_text(encoding="utf-8")))
    lowered = native.lower(reading.documents[0])
    assert lowered.findings == []
    return derive(lowered.networks[0])


def _leaves(layers: list[Derived]) -> list[Derived]:
    """The layers with weights or windows, every copy of a repeated group by itself."""
    found: list[Derived] = []
    for layer in layers:
        if isinstance(layer.layer.operation, Group):
            children = _leaves(layer.children)
            found.extend(children)
            times = layer.children[-1].times
            if times > 1:
                copy = len(layer.layer.operation.layers)
                found.extend(_leaves(layer.children[-copy:]) * (times - 1))
        else:
            found.append(layer)
    return found


def _row(layer: Derived) -> dict[str, Any]:
    return {
        "type": layer.layer.type,
        "inp": list(layer.inputs[0].shape or ()),
        "out": list(layer.output.shape or ()),
        "params": layer.params,
        "macs": layer.macs,
        "weight": list(layer.weight) if layer.weight else None,
    }


@pytest.mark.parametrize(("name", "model"), TORCHVISION.items())
def test_layers_are_torchvision_s(name: str, model: str, shared: Path) -> None:
    golden = json.loads((shared / "golden" / "networks" / f"{model}.json").read_text(encoding="utf-8"))
    kinds = ("Conv2d", "BatchNorm2d", "MaxPool2d", "Linear")
    expected = [
        {
            key: layer.get(key, 0 if key == "macs" else None)
            for key in ("type", "inp", "out", "params", "macs", "weight")
        }
        for layer in golden["layers"]
        if layer["type"] in kinds
    ]
    derivation = derived_example(name)
    assert [_row(layer) for layer in _leaves(derivation.layers) if layer.layer.type in kinds] == expected
    assert (derivation.params, derivation.macs) == (golden["params"], golden["macs"])


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_the_published_ones(name: str) -> None:
    output, params, macs = TOTALS[name]
    derivation = derived_example(name)
    assert derivation.outputs[0].shape == output
    assert derivation.params == params
    if macs is not None:
        assert derivation.macs == macs


def test_receptive_fields_are_the_published_ones() -> None:
    fields = {
        ("vgg-16", "conv5_3"): 196,
        ("vgg-16", "pool5"): 212,
        ("alexnet-227", "pool5"): 195,
        ("lenet-5", "C5"): 32,
        ("lecun-ranzato", "pool2"): 83,
    }
    for (name, layer), field in fields.items():
        found = next(derived for derived in derived_example(name).flat() if derived.name == layer)
        assert found.output.field == (field, field), (name, layer)
    for name, field in (("resnet-18", 435), ("resnet-50", 427)):
        layers = derived_example(name).layers
        stage = next(derived for derived in layers if derived.name == "layer4")
        assert stage.output.field == (field, field), name
