"""Rows of torch.nn modules: the least that each number may be."""

from __future__ import annotations

import pytest

from tests.formats.yolo.checking import check, errors, net

#: The row with the least number that PyTorch takes, and with one less.
LEAST = [
    ("nn.Conv2d, [16, 1, 1]", "nn.Conv2d, [16, 0, 1]"),
    ("nn.Conv2d, [16, 4, 1]", "nn.Conv2d, [16, 4, 0]"),
    ("nn.Conv2d, [16, 4, 1, 1]", "nn.Conv2d, [16, 4, 1, 0]"),
    ("nn.Conv2d, [16, 4, 1, 1, 0]", "nn.Conv2d, [16, 4, 1, 1, -1]"),
    ("nn.Conv2d, [16, 4, 1, 1, 0, 1]", "nn.Conv2d, [16, 4, 1, 1, 0, 0]"),
    ("nn.Conv2d, [16, 4, 1, 1, 0, 1, 1]", "nn.Conv2d, [16, 4, 1, 1, 0, 1, 0]"),
    ("nn.MaxPool2d, [1]", "nn.MaxPool2d, [0]"),
    ("nn.MaxPool2d, [2, 1]", "nn.MaxPool2d, [2, 0]"),
    ("nn.MaxPool2d, [2, 1, 0]", "nn.MaxPool2d, [2, 1, -1]"),
    ("nn.MaxPool2d, [2, 1, 0, 1]", "nn.MaxPool2d, [2, 1, 0, 0]"),
    ("nn.AvgPool2d, [1]", "nn.AvgPool2d, [0]"),
    ("nn.AvgPool2d, [2, 1]", "nn.AvgPool2d, [2, 0]"),
    ("nn.PixelUnshuffle, [1]", "nn.PixelUnshuffle, [0]"),
    ("nn.PixelShuffle, [1]", "nn.PixelShuffle, [0]"),
    ("nn.ChannelShuffle, [1]", "nn.ChannelShuffle, [0]"),
    ("nn.GroupNorm, [1, 16]", "nn.GroupNorm, [0, 16]"),
    ("nn.PReLU, [1]", "nn.PReLU, [0]"),
]


@pytest.mark.parametrize(("row", "less"), LEAST)
def test_least(row: str, less: str) -> None:
    def refused(module: str) -> bool:
        result = check(net("[-1, 1, Conv, [16, 3, 2]]", f"[-1, 1, {module}]", "[[0], 1, Detect, [nc]]"))
        return errors(result) != []

    assert not refused(row)
    assert refused(less)


@pytest.mark.parametrize(("sizes", "right"), [("1, 1", True), ("0, 1", False), ("1, 0", False)])
def test_least_of_a_dense_layer(sizes: str, right: bool) -> None:
    rows = (
        "[-1, 1, Conv, [16, 3, 2]]",
        "[-1, 1, nn.Conv2d, [16, 1, 3]]",
        "[-1, 1, nn.AdaptiveAvgPool2d, [1]]",
        "[-1, 1, nn.Flatten, []]",
    )
    result = check(net(*rows, f"[-1, 1, nn.Linear, [{sizes}]]", "[[0], 1, Detect, [nc]]"))
    assert (errors(result) == []) == right
