"""Code against files that say what it does, or something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

torch = pytest.importorskip("torch", reason="the bridge needs PyTorch: the extra `torch`")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from convlint.torch import Unbuildable, assert_matches, build, describe  # noqa: E402
from tests.bridge.test_describe import Module, block  # noqa: E402
from tests.oracle import functions, layer_types  # noqa: E402
from tests.oracle.descriptions import Fields  # noqa: E402


def run(self: Any, x: Any) -> Any:
    x = self.stem(x)
    side = self.side(F.max_pool2d(x, 2, 2))
    return self.head(torch.cat([self.main(x), side], 1).flatten(1))


def net(stride: int = 2, side: int = 4) -> nn.Module:
    return Module(
        run,
        stem=nn.Conv2d(3, 8, 3, padding=1),
        main=nn.Sequential(nn.Conv2d(8, 8, 3, stride, 1), nn.LeakyReLU(0.1)),
        side=nn.Conv2d(8, side, 1),
        head=nn.Linear(16 * (8 + side), 5),
    )


#: The same network by hand: other names, a group, the branches in the other order, arguments written at length.
BY_HAND = """\
convlint: 1
input: [3, 8, 8]
layers:
  - {name: first, type: Conv2d, in_channels: 3, out_channels: 8, kernel_size: [3, 3], padding: [1, 1]}
  - name: left
    layers:
      - {type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
      - {type: Identity}
      - {type: LeakyReLU, negative_slope: 0.1, inplace: true}
  - {type: MaxPool2d, kernel_size: 2, stride: 2, from: first}
  - {name: right, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {type: Concat, dim: -3, from: [left, right]}
  - {type: Reshape, shape: [-1]}
  - {type: Linear, out_features: 5}
expect: {output: [5]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "net.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def told(module: nn.Module, path: Path) -> list[str]:
    with pytest.raises(AssertionError) as error:
        assert_matches(module, path)
    return str(error.value).replace(str(path), "net.yaml").splitlines()


def test_a_file_by_hand(tmp_path: Path) -> None:
    assert_matches(net(), written(tmp_path, BY_HAND))


@pytest.mark.parametrize("module", [net(), nn.Sequential(*[block(3) for _ in range(4)])])
def test_a_file_of_the_code(module: nn.Module, tmp_path: Path) -> None:
    assert_matches(module, written(tmp_path, describe(module, (3, 8, 8))))


def test_repeats_do_not_matter(tmp_path: Path) -> None:
    module = nn.Sequential(*[block(3) for _ in range(3)])
    text = describe(module, (3, 8, 8))
    assert "repeat: 3" in text
    shorter = nn.Sequential(*[block(3) for _ in range(2)])
    assert told(shorter, written(tmp_path, text)) == [
        "the code is not what net.yaml says:",
        "  net.yaml:8: Conv2d `0-2.conv`".replace("0-2", "2"),
        "  the code has no such layer",
    ]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "negative_slope: 0.1",
            "negative_slope: 0.2",
            ["  net.yaml:9: LeakyReLU", "  the code: LeakyReLU `main.1`", "  negative_slope is 0.2 in the file, and 0.1 in the code"],
        ),
        ("{type: Identity}", "{type: ReLU}", ["  net.yaml:8: ReLU", "  the code: LeakyReLU `main.1`"]),
        ("[left, right]", "[right, left]", ["  net.yaml:12: Concat", "  the code: Concat", "  they are alike, but read different layers"]),
        ("{type: Identity}", "{type: Conv2d, out_channels: 8, kernel_size: 1, bias: false}", ["  net.yaml:8: Conv2d", "  the code: LeakyReLU `main.1`"]),
        (
            "LeakyReLU, negative_slope: 0.1, inplace: true}",
            "LeakyReLU, negative_slope: 0.1}\n      - {type: Dropout}",
            ["  net.yaml:10: Dropout", "  the code: Concat"],
        ),
        ("expect: {output: [5]}", "output: [left]", ["  net.yaml has the same layers, but other outputs"]),
    ],
)  # fmt: skip
def test_the_first_difference_is_told(old: str, new: str, lines: list[str], tmp_path: Path) -> None:
    assert old in BY_HAND
    assert told(net(), written(tmp_path, BY_HAND.replace(old, new)))[1:] == lines


def test_a_parameter_may_have_axes_in_front(tmp_path: Path) -> None:
    module = Module(lambda self, x: x + self.bias, bias=nn.Parameter(torch.zeros(1, 3, 1)))
    text = "convlint: 1\ninput: [3, 4]\nlayers:\n  - {name: b, type: Parameter, shape: [3, 1]}\n"
    assert_matches(module, written(tmp_path, text + "  - {type: Add, from: [b, input]}\n"))


def test_parts_of_equal_size(tmp_path: Path) -> None:
    module = Module(lambda self, x: torch.mul(*x.chunk(2, 1)))
    text = "convlint: 1\ninput: [4, 8]\nlayers:\n  - {name: s, type: Split, split_size: [2, 2]}\n"
    assert_matches(module, written(tmp_path, text + "  - {type: Mul, from: [s.1, s.0]}\n"))
    assert told(module, written(tmp_path, text + "  - {type: Mul, from: [s.0, s.0]}\n"))[1:] == [
        "  net.yaml:5: Mul",
        "  the code: Mul",
        "  they are alike, but read different layers",
    ]


def test_an_open_size_has_to_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, "convlint: 1\ninput: [3, null, null]\nlayers: [{type: ReLU}]\n")
    with pytest.raises(ValueError, match="leaves the size of `input` open"):
        assert_matches(nn.ReLU(), path)
    assert_matches(nn.ReLU(), path, (3, 8, 8))


def test_a_file_with_an_error_matches_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unbuildable):
        assert_matches(nn.ReLU(), written(tmp_path, "convlint: 1\ninput: [3, 8, 8]\nlayers: [{type: Relu}]\n"))


@pytest.mark.parametrize(
    ("example", "model"),
    [
        ("resnet-18", "resnet18"),
        ("resnet-50", "resnet50"),
        ("resnext-50", "resnext50_32x4d"),
        ("mobilenet-v2", "mobilenet_v2"),
    ],
)
def test_an_example_is_what_torchvision_does(example: str, model: str) -> None:
    models = pytest.importorskip("torchvision", reason="the examples are compared with torchvision").models
    with torch.device("meta"):
        module = models.get_model(model)
    assert_matches(module, ROOT / "examples" / f"{example}.yaml")


@pytest.mark.filterwarnings("ignore:LSTM with projections")  # PyTorch says that it is slow
@pytest.mark.parametrize(("name", "network"), [*layer_types.networks(), *functions.networks()])
def test_every_layer_is_described_as_what_it_was_built_of(name: str, network: Fields, tmp_path: Path) -> None:
    path = written(tmp_path, yaml.safe_dump(network))
    torch.manual_seed(0)
    module = build(path).eval()
    if not {"CenterCrop", "Subsampling"} & {layer["type"] for layer in network["layers"]}:
        assert_matches(module, path)  # what is built of these two are several layers
    again = build(written(tmp_path, describe(module, network["input"]))).eval()
    x = torch.rand(2, *network["input"]) + 1
    with torch.no_grad():
        again.load_state_dict(module.state_dict(), strict=False)
        assert torch.allclose(again(x), module(x), atol=1e-5, equal_nan=True)
