"""Modules made of native files, against the modules that the files were made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import lint
from tests.conftest import ROOT

torch = pytest.importorskip("torch", reason="the bridge needs PyTorch: the extra `torch`")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from convlint.torch import Unbuildable, build, describe  # noqa: E402
from tests.bridge.test_describe import Module, block  # noqa: E402

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def written(folder: Path, text: str) -> Path:
    path = folder / "net.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def attention(self: Any, x: Any) -> Any:
    q, k, v = self.qkv(x).reshape(len(x), 9, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
    mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(len(x), 9, 8)
    return x + self.scale * self.norm(mixed + self.positions)


MODULES = {
    "blocks": (nn.Sequential(nn.Conv2d(3, 8, 3), nn.Sequential(block(8), block(8), block(8))), (3, 9, 9)),
    "some of a row": (
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.Sequential(nn.BatchNorm2d(8), block(8), block(8), nn.Conv2d(8, 2, 1))),
        (3, 9, 9),
    ),
    "attention": (
        Module(
            attention,
            qkv=nn.Linear(8, 24),
            norm=nn.LayerNorm(8),
            scale=nn.Parameter(torch.tensor(0.3)),
            positions=nn.Parameter(torch.randn(1, 9, 8)),
        ),
        (9, 8),
    ),
    "a token": (
        Module(
            lambda self, x: torch.cat([self.token.expand(len(x), -1, -1), x], 1),
            token=nn.Parameter(torch.randn(1, 1, 8)),
        ),
        (9, 8),
    ),
    "an affine of a view": (
        Module(lambda self, x: x * self.scale.view(-1, 1, 1), scale=nn.Parameter(torch.randn(8))),
        (8, 3, 3),
    ),
    "parts": (Module(lambda self, x: torch.stack([a.tanh() for a in x.chunk(4, 1)], 1).sum(2)), (8, 3, 3)),
    "numbers": (Module(lambda self, x: ((x - 1) ** 2 / 3 + 1e-6).log().exp().sqrt()), (8, 3)),
    "windows": (
        nn.Sequential(
            nn.ZeroPad2d(1), nn.MaxPool2d(3, 2), nn.ConvTranspose2d(3, 4, 2, 2), nn.Upsample(scale_factor=2), nn.GELU()
        ),
        (3, 9, 9),
    ),
    "attention of torch": (nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), (9, 8)),
    "an encoder": (
        nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", bias=False, batch_first=True),
            2,
            enable_nested_tensor=False,
        ),
        (9, 8),
    ),
    "an encoder with a function of its own": (
        nn.Sequential(nn.TransformerEncoderLayer(8, 2, 16, activation=nn.SiLU(), batch_first=True, norm_first=True)),
        (9, 8),
    ),
    "sequences": (
        Module(
            lambda self, x: self.b(self.a(x)[0])[0],
            a=nn.LSTM(8, 6, 2, bidirectional=True, batch_first=True),
            b=nn.RNN(12, 5, nonlinearity="relu", bias=False, batch_first=True),
        ),
        (9, 8),
    ),
    "norms of many devices": (nn.Sequential(nn.Conv2d(3, 4, 3), nn.SyncBatchNorm(4)), (3, 9, 9)),
    "three axes": (
        nn.Sequential(nn.Conv3d(1, 4, 3), nn.BatchNorm3d(4), nn.AdaptiveAvgPool3d(1), nn.Flatten()),
        (1, 4, 5, 6),
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_network_that_was_described_does_the_same(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    module, size = MODULES[name]
    built = build(written(tmp_path, describe(module, size)))
    assert built.state_dict().keys() == module.state_dict().keys()
    built.load_state_dict(module.state_dict())
    x = torch.rand(2, *size)
    with torch.no_grad():
        assert torch.allclose(built.eval()(x), module.eval()(x), atol=1e-5)


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    module = Module(lambda self, a, b: (a - b, a.relu()))
    built = build(written(tmp_path, describe(module, {"a": (3, 4), "b": (3, 4)})))
    a, b = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    assert all(map(torch.equal, built(a, b), module(a, b)))
    with pytest.raises(TypeError, match="has 2 inputs, 1 are given"):
        built(a)


def test_a_kernel_that_is_no_weight_in_the_code(tmp_path: Path) -> None:
    module = Module(lambda self, x: F.conv2d(x, self.kernel, groups=8))
    module.register_buffer("kernel", torch.rand(8, 1, 3, 3))
    built = build(written(tmp_path, describe(module, (8, 5, 5))))
    assert not [each for each in built.parameters() if each.requires_grad]
    built.load_state_dict(module.state_dict())
    x = torch.rand(2, 8, 5, 5)
    assert torch.equal(built(x), module(x))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_that_is_right_runs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    result = lint(Source(str(path), text), selection())
    if any(finding.severity is Severity.ERROR for finding in result.findings):
        with pytest.raises(Unbuildable):
            build(path)
        return
    if not text.startswith("convlint:") and "\nconvlint:" not in text:
        with pytest.raises(Unbuildable, match="no native file of one network"):
            build(path)
        return
    (derivation,) = result.derivations
    if "fan_in" in text or "connections" in text:
        with pytest.raises(Unbuildable, match="which PyTorch has not"):
            build(path)
        return
    module = build(path).eval().to("meta")
    made = module(*[torch.empty(2, *one.shape, device="meta") for one in derivation.inputs])  # type: ignore[misc]
    outputs = made if isinstance(made, tuple) else (made,)
    assert [tuple(one.shape[1:]) for one in outputs] == [one.shape for one in derivation.outputs]
    assert sum(each.numel() for each in module.parameters() if each.requires_grad) == derivation.params


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ("[{type: Conv2d, out_channels: 4}]", r"net.yaml:3:\d+: .*kernel_size.*\(CL\d+\)"),
        ("[{type: Conv2d, out_channels: 4, kernel_size: 1, fan_in: 2}]", "net.yaml:3:10: Conv2d has `fan_in`, which"),
    ],
)
def test_what_cannot_be_built_is_told(layers: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Unbuildable, match=words):
        build(written(tmp_path, f"convlint: 1\ninput: [3, 8, 8]\nlayers: {layers}\n"))


def test_unknown_channels_are_told(tmp_path: Path) -> None:
    with pytest.raises(Unbuildable, match="nobody knows the channels"):
        build(written(tmp_path, "convlint: 1\ninput: [null, 8, 8]\nlayers: [{type: BatchNorm2d}]\n"))


def test_other_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(b"\xff")
    with pytest.raises(Unbuildable, match="UTF-8"):
        build(path)
    with pytest.raises(FileNotFoundError):
        build(tmp_path / "none.yaml")


def test_names_that_modules_have_for_themselves(tmp_path: Path) -> None:
    text = (
        "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {name: forward, type: Conv2d, out_channels: 2, kernel_size: 1}\n"
    )
    assert build(written(tmp_path, text))(torch.zeros(1, 3, 8, 8)).shape == (1, 2, 8, 8)


def test_a_parameter_that_a_group_reads(tmp_path: Path) -> None:
    text = (
        "convlint: 1\ninput: [3, 4]\nlayers:\n  - {name: p, type: Parameter, shape: [3, 4], requires_grad: false}\n"
        "  - {name: g, repeat: 2, from: p, layers: [{type: Linear, out_features: 4}]}\n  - {type: Add, from: [g, input]}\n"
    )
    assert build(written(tmp_path, text))(torch.zeros(2, 3, 4)).shape == (2, 3, 4)
