"""Modules of timm, torchvision and mmcv as our own texts have them, against what the libraries themselves say.

``libraries.json`` holds what timm 1.0.31, torchvision 0.28.0 and torch 2.13.0 made of these calls: the state of the
module and the shapes that came out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from convlint.source import modules
from convlint.source.evaluator import Run
from convlint.source.networks import tensors_in
from convlint.source.repository import Repository
from convlint.source.trace import Trace
from convlint.source.values import Instance, Raised, Tensor

RECORDED = json.loads(Path(__file__).with_name("libraries.json").read_text(encoding="utf-8"))


def run_of(folder: Path, text: str) -> Run:
    (folder / "models").mkdir()
    (folder / "models" / "yolo.py").write_text(text, encoding="utf-8")
    return Run(Repository(folder, "models.yolo"))


def made(run: Run, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    file = run.repository.file("models.yolo")
    assert file is not None
    return run.call(run.global_name(file, "M"), arguments, keywords)


def called(run: Run, module: Any, *shapes: tuple[int, ...]) -> list[Any]:
    tensors = [Tensor(shape) for shape in shapes]
    run.trace = Trace(tensors)
    return [one.shape for one in tensors_in(run.call(module, list(tensors), {}))]


@pytest.mark.parametrize(
    "record", RECORDED, ids=lambda one: f"{one['name']}-{one['arguments']}-{sorted(one['keywords'])}"
)
def test_recorded(tmp_path: Path, record: dict[str, Any]) -> None:
    run = run_of(tmp_path, f"from {record['module']} import {record['name']} as M\n")
    module = made(run, record["arguments"], record["keywords"])
    state = modules.state(module)
    assert state is not None
    assert [(name, list(shape)) for name, shape in state] == list(map(tuple, record["state"].items()))
    assert called(run, module, *map(tuple, record["inputs"])) == list(map(tuple, record["outputs"]))


MMCV = """
import torch, torch.nn as nn
from {module} import {name}

class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.m = {call}

    def forward(self, *x):
        return self.m(*x)
"""
BN = dict.fromkeys(("weight", "bias", "running_mean", "running_var"), (6,)) | {"num_batches_tracked": ()}


@pytest.mark.parametrize(
    ("module", "call", "inputs", "state", "output"),
    [
        (
            "mmcv.cnn",
            "ConvModule(4, 6, 3, stride=2, padding=1, norm_cfg=dict(type='BN'), act_cfg=dict(type='SiLU', inplace=True))",
            [(1, 4, 9, 9)],
            {"m.conv.weight": (6, 4, 3, 3)} | {f"m.bn.{name}": shape for name, shape in BN.items()},
            (1, 6, 5, 5),
        ),
        (
            "mmcv.cnn",
            "ConvModule(4, 6, 1, norm_cfg=None, act_cfg=None)",
            [(1, 4, 9, 9)],
            {"m.conv.weight": (6, 4, 1, 1), "m.conv.bias": (6,)},
            (1, 6, 9, 9),
        ),
        (
            "mmcv.cnn",
            "build_norm_layer(dict(type='GN', num_groups=2, requires_grad=True), 6)[1]",
            [(1, 6, 9, 9)],
            {"m.weight": (6,), "m.bias": (6,)},
            (1, 6, 9, 9),
        ),
        (
            "mmcv.cnn",
            "build_activation_layer(dict(type='HSigmoid', bias=3.0, divisor=6.0))",
            [(1, 6, 9, 9)],
            {},
            (1, 6, 9, 9),
        ),
        ("mmcv.cnn", "build_activation_layer(dict(type='HSwish'))", [(1, 6, 9, 9)], {}, (1, 6, 9, 9)),
        (
            "mmcv.cnn",
            "DepthwiseSeparableConvModule(4, 6, 3, padding=1)",
            [(1, 4, 9, 9)],
            {
                "m.depthwise_conv.conv.weight": (4, 1, 3, 3),
                "m.depthwise_conv.conv.bias": (4,),
                "m.pointwise_conv.conv.weight": (6, 4, 1, 1),
                "m.pointwise_conv.conv.bias": (6,),
            },
            (1, 6, 9, 9),
        ),
        (
            "mmcv.ops.modulated_deform_conv",
            "ModulatedDeformConv2d(4, 6, 3, padding=1, deform_groups=2)",
            [(1, 4, 9, 9), (1, 36, 9, 9), (1, 18, 9, 9)],
            {"m.weight": (6, 4, 3, 3), "m.bias": (6,)},
            (1, 6, 9, 9),
        ),
        (
            "mmcv.ops",
            "ModulatedDeformConv2dPack(4, 6, 3, stride=2, padding=1)",
            [(1, 4, 9, 9)],
            {
                "m.weight": (6, 4, 3, 3),
                "m.bias": (6,),
                "m.conv_offset.weight": (27, 4, 3, 3),
                "m.conv_offset.bias": (27,),
            },
            (1, 6, 5, 5),
        ),
        (
            "mmcv.ops",
            "DeformConv2dPack(4, 6, 3, padding=1)",
            [(1, 4, 9, 9)],
            {"m.weight": (6, 4, 3, 3), "m.conv_offset.weight": (18, 4, 3, 3), "m.conv_offset.bias": (18,)},
            (1, 6, 9, 9),
        ),
        (
            "mmcv.ops.carafe",
            "CARAFEPack(8, 2)",
            [(1, 8, 9, 9)],
            {
                "m.channel_compressor.weight": (64, 8, 1, 1),
                "m.channel_compressor.bias": (64,),
                "m.content_encoder.weight": (100, 64, 3, 3),
                "m.content_encoder.bias": (100,),
            },
            (1, 8, 18, 18),
        ),
        ("mmengine.model", "Sequential(nn.Conv2d(4, 6, 1, bias=False))", [(1, 4, 9, 9)], {"m.0.weight": (6, 4, 1, 1)}, (1, 6, 9, 9)),
    ],
)  # fmt: skip
def test_mmcv(
    tmp_path: Path,
    module: str,
    call: str,
    inputs: list[tuple[int, ...]],
    state: dict[str, tuple[int, ...]],
    output: tuple[int, ...],
) -> None:
    run = run_of(tmp_path, MMCV.format(module=module, name=call.partition("(")[0], call=call))
    one = made(run, [], {})
    assert dict(modules.state(one) or ()) == state
    assert called(run, one, *inputs) == [output]


def test_a_class_of_a_library_is_one_class(tmp_path: Path) -> None:
    """It can be derived from, and asked for, by every path that the library has for it."""
    text = """
import torch.nn as nn
import timm.layers as tl
from timm.models.layers import DropPath

class M(tl.SqueezeExcite):
    def __init__(self):
        super().__init__(16)
        self.drop = tl.drop.DropPath(0.1) if isinstance(self, tl.SEModule) else nn.Linear(1, 1)
        self.same = isinstance(self.drop, DropPath)
"""
    one = made(run_of(tmp_path, text), [], {})
    assert isinstance(one, Instance) and one.fields["same"] is True
    assert modules.parameter_count(one) == 16 * 8 + 8 + 8 * 16 + 16


def test_a_deformable_convolution_refuses_an_offset_of_another_size(tmp_path: Path) -> None:
    run = run_of(tmp_path, "from torchvision.ops import DeformConv2d as M\n")
    module = made(run, [4, 6, 3], {"padding": 1})
    assert called(run, module, (1, 4, 9, 9), (1, 18, 9, 9), (1, 9, 9, 9)) == [(1, 6, 9, 9)]
    with pytest.raises(Raised, match=r"offset output dims: \(7, 7\) - computed output dims: \(9, 9\)"):
        called(run, module, (1, 4, 9, 9), (1, 18, 7, 7))
    with pytest.raises(Raised):
        called(run, module, (1, 5, 9, 9), (1, 18, 9, 9))
    assert called(run, module, (1, 4, 9, 9), (1, 18, 9, 9))[0] == (1, 6, 9, 9)


def test_code_of_the_repository_comes_first(tmp_path: Path) -> None:
    run = run_of(tmp_path, "from timm.layers import DropPath as M\n")
    (tmp_path / "timm").mkdir()
    (tmp_path / "timm" / "layers.py").write_text("def DropPath(): return 7\n", encoding="utf-8")
    assert made(run, [], {}) == 7


def test_what_the_text_has_not_stays_unknown(tmp_path: Path) -> None:
    run = run_of(tmp_path, "import timm.layers\ndef M(): return timm.layers.Rare(3), timm.layers._two\n")
    one, other = made(run, [], {})
    assert "timm.layers.Rare" in one.why and other.path == "timm.layers._two"


@pytest.mark.parametrize(
    ("call", "inputs", "macs"),
    [
        ("nn.LSTM(16, 8)", [(5, 1, 16)], 5 * 4 * 8 * (16 + 8)),
        ("nn.GRU(16, 8, 2, batch_first=True)", [(1, 5, 16)], 5 * 3 * 8 * (16 + 8 + 8 + 8)),
        ("nn.LSTM(16, 8, proj_size=4, bidirectional=True)", [(5, 1, 16)], 5 * 2 * (4 * 8 * (16 + 4) + 4 * 8)),
    ],
)
def test_a_recurrent_network_uses_every_weight_once_a_step(
    tmp_path: Path, call: str, inputs: list[tuple[int, ...]], macs: int
) -> None:
    run = run_of(tmp_path, MMCV.format(module="torch.nn", name="Module", call=call))
    called(run, made(run, [], {}), *inputs)
    assert run.trace.layers[0].operation.macs == macs  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("call", "shape", "message"),
    [
        ("nn.LSTM(16, 8)", (5, 1, 9), "must be equal to input_size. Expected 16, got 9"),
        ("nn.GRU(16, 8)", (1, 1, 5, 16), "Expected input to be 2D or 3D, got 4D instead"),
        ("nn.GRU(16, 8, proj_size=2)", (5, 1, 16), "proj_size argument is only supported for LSTM"),
        ("nn.LSTM(16, 8, proj_size=8)", (5, 1, 16), "proj_size has to be smaller than hidden_size"),
        ("nn.LSTM(16, 0)", (5, 1, 16), "hidden_size must be greater than zero"),
        ("nn.FractionalMaxPool2d(2)", (1, 3, 9, 9), "requires specifying either an output size, or a pooling ratio"),
    ],
)
def test_what_torch_refuses(tmp_path: Path, call: str, shape: tuple[int, ...], message: str) -> None:
    run = run_of(tmp_path, MMCV.format(module="torch.nn", name="Module", call=call))
    with pytest.raises(Raised, match=message):
        called(run, made(run, [], {}), shape)
