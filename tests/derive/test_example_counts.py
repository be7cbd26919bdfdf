"""The examples of what only functions can say, built by hand with PyTorch: the parameters that they claim are true."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import ROOT
from tests.oracle.judging import checked


def derived(name: str) -> tuple[int | None, tuple[int | None, ...] | None]:
    (derivation,) = checked((ROOT / "examples" / f"{name}.yaml").read_text(encoding="utf-8")).derivations
    return derivation.params, derivation.outputs[0].shape


def made(module: Any, *shape: int) -> tuple[int, tuple[int, ...]]:
    import torch

    with torch.no_grad():
        out = module.eval()(torch.zeros(2, *shape))
    return sum(one.numel() for one in module.parameters() if one.requires_grad), tuple(out.shape[1:])


def test_convnext() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn

    class Norm(nn.LayerNorm):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, dim: int) -> None:
            super().__init__()
            self.conv = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
            self.mlp = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))
            self.layer_scale = nn.Parameter(torch.ones(dim, 1, 1) * 1e-6)

        def forward(self, x: Any) -> Any:
            y = self.mlp(self.conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            return self.layer_scale * y + x

    layers: list[Any] = [nn.Conv2d(3, 96, 4, 4), Norm(96)]
    width = 96
    for depth, dim in ((3, 96), (3, 192), (9, 384), (3, 768)):
        if dim > width:
            layers += [Norm(width), nn.Conv2d(width, dim, 2, 2)]
        width = dim
        layers += [Block(dim) for _ in range(depth)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(768), nn.Linear(768, 1000)]
    assert made(nn.Sequential(*layers), 3, 224, 224) == derived("convnext-tiny") == (28_589_128, (1000,))


def test_cbam() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn

    class Network(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU())
            self.features = nn.Sequential(nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64))
            self.mlp = nn.Sequential(nn.Linear(64, 4), nn.ReLU(), nn.Linear(4, 64))
            self.spatial = nn.Sequential(nn.Conv2d(2, 1, 7, padding=3, bias=False), nn.BatchNorm2d(1))
            self.head = nn.Linear(64, 10)

        def forward(self, x: Any) -> Any:
            stem = self.stem(x)
            y = self.features(stem)
            gate = self.mlp(y.mean((2, 3))) + self.mlp(y.amax((2, 3)))
            y = y * torch.sigmoid(gate)[:, :, None, None]
            both = torch.cat([y.amax(1, keepdim=True), y.mean(1, keepdim=True)], 1)
            y = torch.relu(y * torch.sigmoid(self.spatial(both)) + stem)
            return self.head(y.mean((2, 3)))

    assert made(Network(), 3, 64, 64) == derived("cbam") == (40_178, (10,))


def test_blur_pool() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn

    def blur(dim: int) -> Any:
        fixed = nn.Conv2d(dim, dim, 3, 2, groups=dim, bias=False).requires_grad_(False)
        return nn.Sequential(nn.ReflectionPad2d(1), fixed)

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, before: int, dim: int) -> None:
            super().__init__()
            down = dim > before
            self.way = nn.Sequential(
                nn.Conv2d(before, dim, 3, padding=1, bias=False), nn.BatchNorm2d(dim), nn.ReLU(),
                blur(dim) if down else nn.Identity(), nn.Conv2d(dim, dim, 3, padding=1, bias=False), nn.BatchNorm2d(dim),
            )  # fmt: skip
            one = (
                nn.Sequential(blur(before), nn.Conv2d(before, dim, 1, bias=False), nn.BatchNorm2d(dim))
                if down
                else None
            )
            self.shortcut = one or nn.Identity()

        def forward(self, x: Any) -> Any:
            return torch.relu(self.way(x) + self.shortcut(x))

    network = nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 1, 1), blur(64),
        Block(64, 64), Block(64, 64), Block(64, 128), Block(128, 128), Block(128, 256), Block(256, 256),
        Block(256, 512), Block(512, 512), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000),
    )  # fmt: skip
    assert made(network, 3, 224, 224) == derived("resnet-18-blur") == (11_689_512, (1000,))
