"""Rows that name a module of torch.nn: which arguments they take is what the table says."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.formats.yolo.builder import Builder
from convlint.formats.yolo.refusal import Refused
from convlint.formats.yolo.torch_layers import LAYERS, TorchLayer
from convlint.model.operations import Pad, Upsample
from convlint.model.torch_nn.kinds import REQUIRED
from convlint.model.torch_nn.table import TYPES
from tests.formats.yolo.checking import check, errors, found, net

#: The least value of every argument that has one, of the modules that rows can name: what torch.nn builds and runs.
LEAST = {
    "Conv2d": {"in_channels": 1, "out_channels": 1, "kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1,
               "groups": 1},
    "MaxPool2d": {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1},
    "AvgPool2d": {"kernel_size": 1, "stride": 1, "padding": 0},
    "AdaptiveAvgPool2d": {"output_size": 0},
    "AdaptiveMaxPool2d": {"output_size": 0},
    "Linear": {"in_features": 1, "out_features": 1},
    "InstanceNorm2d": {"num_features": 1},
    "GroupNorm": {"num_groups": 1, "num_channels": 1},
    "LayerNorm": {"normalized_shape": 1},
    "LocalResponseNorm": {"size": 1},
    "PReLU": {"num_parameters": 1},
    "PixelShuffle": {"upscale_factor": 1},
    "PixelUnshuffle": {"downscale_factor": 1},
    "ChannelShuffle": {"groups": 1},
    "Dropout": {"p": 0},
    "Dropout2d": {"p": 0},
    "AlphaDropout": {"p": 0},
    "FeatureAlphaDropout": {"p": 0},
}  # fmt: skip
LIMITS = [(name, argument, least) for name, arguments in LEAST.items() for argument, least in arguments.items()]


def built(name: str, *values: Any) -> Any:
    """The operation of a row."""
    builder = Builder(1)
    LAYERS[name](builder, (1, 0), *values)
    return builder.layers[0].operation


def refused(name: str, *values: Any) -> tuple[str, str, str | None]:
    with pytest.raises(Refused) as refusal:
        built(name, *values)
    return refusal.value.code, refusal.value.message, refusal.value.argument


def test_every_limit_is_in_the_list() -> None:
    limited = {
        name: {one.name: one.least for one in TYPES[name].arguments if one.least is not None}
        for name, module in LAYERS.items()
        if isinstance(module, TorchLayer)
    }
    assert {name: limits for name, limits in limited.items() if limits} == LEAST


@pytest.mark.parametrize(("name", "argument", "least"), LIMITS)
def test_limits(name: str, argument: str, least: int) -> None:
    row = TYPES[name].arguments
    place = next(index for index, one in enumerate(row) if one.name == argument)
    needed = max(place + 1, sum(one.default is REQUIRED for one in row))
    values = [1 if one.default is REQUIRED else one.default for one in row[:needed]]
    values[place] = least
    built(name, *values)
    values[place] = least - 1
    code, message, blamed = refused(name, *values)
    channels = argument in ("in_channels", "out_channels", "groups")
    assert (code, blamed) == ("CL005" if argument == "p" else "CL204" if channels else "CL101", argument)
    if argument == "p":
        assert message == "the probability must be a number from 0 to 1, not `-1`"
    else:
        assert message == f"{argument} must be at least {least}, not {least - 1}"


@pytest.mark.parametrize(
    ("name", "values", "refusal"),
    [
        ("Linear", ("8", 8), ("CL005", "in_features must be a whole number, not the text `8`", "in_features")),
        ("Conv2d", (3, 8, [3]), ("CL007", "kernel_size has 1 values for 2 axes", "kernel_size")),
        ("ZeroPad2d", ([1, 1],), ("CL007", "padding has 2 values, 4 are needed", "padding")),
        ("ReflectionPad2d", ([1, 1, 1],), ("CL007", "padding has 3 values, 4 are needed", "padding")),
        ("ConstantPad2d", (1, "zero"), ("CL005", "value must be a number, not the text `zero`", "value")),
        ("MaxPool2d", (2, 2, 0, 1, True),
         ("CL005", "return_indices makes a pair, which no row can read", "return_indices")),
        ("AdaptiveAvgPool2d", (None,), ("CL005", "output_size must be a whole number, not `null`", "output_size")),
        ("Upsample", (None, "big"), ("CL005", "scale_factor must be a number, not the text `big`", "scale_factor")),
        ("Upsample", ([8], None), ("CL007", "size has 1 values for 2 axes", "size")),
        ("Upsample", (None, 2, "linear"),
         ("CL509", "mode must be one of nearest, nearest-exact, area, bilinear, bicubic, not the text `linear`",
          "mode")),
        ("Conv2d", (3, 8, 3, 1, 0, 1, 1, True, "full"),
         ("CL005", "padding_mode must be one of zeros, reflect, replicate, circular, not the text `full`",
          "padding_mode")),
    ],
)  # fmt: skip
def test_values_that_torch_refuses(name: str, values: tuple[Any, ...], refusal: tuple[str, str, str]) -> None:
    assert refused(name, *values) == refusal


def test_values_that_torch_takes() -> None:
    assert built("Conv2d", 3, 8, True).kernel_size == (1, 1)
    assert built("AdaptiveAvgPool2d", [None, 3]).output_size == (None, 3)
    assert built("MaxPool2d", 3, None, [1]).stride == (3, 3)
    pad = built("ConstantPad2d", [1, 2, 3, 4], float("-inf"))
    assert isinstance(pad, Pad)
    assert (pad.mode, pad.padding) == ("constant", ((3, 4), (1, 2)))
    for values, scale, size in (((None, "2"), (2.0,), None), ((8,), None, (8, 8)), (([4, 8],), None, (4, 8))):
        up = built("Upsample", *values)
        assert isinstance(up, Upsample)
        assert (up.scale_factor, up.size) == (scale, size)


def test_too_many_arguments_are_counted() -> None:
    """Activations too; a device, which torch.nn would take in a row's fourth place, is nobody's meaning."""
    for row, message in (
        ("[-1, 1, nn.ReLU, [True, 1]]", "nn.ReLU takes 1 arguments here, 2 are written"),
        ("[-1, 1, nn.Linear, [8, 8, True, 1]]", "nn.Linear takes 3 arguments here, 4 are written"),
        ("[-1, 1, nn.Linear, [8]]", "nn.Linear needs `out_features`"),
        ("[-1, 1, nn.Threshold, []]", "nn.Threshold needs `threshold` and `value`"),
    ):
        result = check(net("[-1, 1, Conv, [8, 3, 1]]", row, "[[1], 1, Detect, [nc]]"))
        assert ("CL055", 4, message) in found(result)
    assert not errors(check(net("[-1, 1, Conv, [8, 3, 1]]", "[-1, 1, nn.Identity, [1, 2]]", "[[1], 1, Detect, [nc]]")))


def test_the_argument_is_pointed_at() -> None:
    """Also of a raw convolution, whose arguments have torch's long names."""
    text = net("[-1, 1, Conv, [8, 3, 1]]", "[-1, 1, nn.Conv2d, [8, 8, 3, 0]]", "[[1], 1, Detect, [nc]]")
    result = check(text)
    (finding,) = errors(result)
    assert (finding.code, finding.message) == ("CL101", "stride must be at least 1, not 0")
    assert text[slice(*finding.span)] == "0"
