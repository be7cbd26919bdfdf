"""Shapes and tensors of the layers of torch.nn, from a table that PyTorch confirms where it is installed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from convlint.model.torch_nn.binding import bind
from convlint.model.torch_nn.table import TYPES
from convlint.source.layers import LAYERS, buffers, output, parameters

Case = tuple[str, dict[str, Any], tuple[int, ...], tuple[int, ...]]

#: Type, arguments, shape that comes in, shape that goes out.
CASES: list[Case] = [
    ("Conv1d", {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "stride": 2}, (2, 4, 9), (2, 6, 4)),
    ("Conv1d", {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "padding": "same"}, (4, 9), (6, 9)),
    (
        "Conv2d",
        {"in_channels": 4, "out_channels": 8, "kernel_size": (3, 5), "padding": (1, 2), "groups": 2, "bias": False},
        (2, 4, 9, 11),
        (2, 8, 9, 11),
    ),
    ("Conv2d", {"in_channels": 4, "out_channels": 8, "kernel_size": 4, "padding": "same"}, (1, 4, 9, 9), (1, 8, 9, 9)),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "dilation": 2}, (3, 9, 10), (8, 5, 6)),
    (
        "Conv2d",
        {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": 1, "padding_mode": "reflect"},
        (1, 3, 9, 10),
        (1, 8, 9, 10),
    ),
    ("Conv3d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3}, (1, 3, 5, 6, 7), (1, 8, 3, 4, 5)),
    ("ConvTranspose1d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3}, (1, 3, 5), (1, 8, 7)),
    (
        "ConvTranspose2d",
        {
            "in_channels": 4,
            "out_channels": 8,
            "kernel_size": 3,
            "stride": 2,
            "padding": 1,
            "output_padding": 1,
            "groups": 2,
        },
        (1, 4, 5, 6),
        (1, 8, 10, 12),
    ),
    (
        "ConvTranspose2d",
        {"in_channels": 4, "out_channels": 8, "kernel_size": 2, "stride": 2, "bias": False, "dilation": 2},
        (4, 5, 6),
        (8, 11, 13),
    ),
    ("ConvTranspose3d", {"in_channels": 2, "out_channels": 3, "kernel_size": 2}, (1, 2, 3, 3, 3), (1, 3, 4, 4, 4)),
    ("MaxPool1d", {"kernel_size": 2}, (3, 9), (3, 4)),
    ("MaxPool2d", {"kernel_size": 2, "ceil_mode": True}, (1, 3, 9, 10), (1, 3, 5, 5)),
    ("MaxPool2d", {"kernel_size": 5, "stride": 1, "padding": 2}, (3, 9, 10), (3, 9, 10)),
    ("MaxPool3d", {"kernel_size": 3, "stride": 2, "dilation": 2}, (1, 3, 9, 9, 9), (1, 3, 3, 3, 3)),
    ("AvgPool1d", {"kernel_size": 3, "stride": 2, "padding": 1}, (1, 3, 9), (1, 3, 5)),
    ("AvgPool2d", {"kernel_size": (2, 3)}, (1, 3, 9, 10), (1, 3, 4, 3)),
    ("AvgPool3d", {"kernel_size": 2}, (1, 3, 4, 5, 6), (1, 3, 2, 2, 3)),
    ("LPPool1d", {"norm_type": 2, "kernel_size": 3}, (1, 3, 9), (1, 3, 3)),
    ("LPPool2d", {"norm_type": 2, "kernel_size": 2, "ceil_mode": True}, (1, 3, 9, 9), (1, 3, 5, 5)),
    ("LPPool3d", {"norm_type": 2, "kernel_size": 2}, (1, 3, 4, 4, 4), (1, 3, 2, 2, 2)),
    ("AdaptiveAvgPool1d", {"output_size": 3}, (1, 4, 9), (1, 4, 3)),
    ("AdaptiveAvgPool2d", {"output_size": (None, 2)}, (1, 4, 9, 8), (1, 4, 9, 2)),
    ("AdaptiveAvgPool2d", {"output_size": 1}, (4, 9, 8), (4, 1, 1)),
    ("AdaptiveAvgPool3d", {"output_size": 1}, (1, 4, 3, 3, 3), (1, 4, 1, 1, 1)),
    ("AdaptiveMaxPool1d", {"output_size": 2}, (4, 9), (4, 2)),
    ("AdaptiveMaxPool2d", {"output_size": (3, 2)}, (1, 4, 9, 8), (1, 4, 3, 2)),
    ("AdaptiveMaxPool3d", {"output_size": 2}, (1, 4, 5, 5, 5), (1, 4, 2, 2, 2)),
    ("Linear", {"in_features": 5, "out_features": 7}, (2, 3, 5), (2, 3, 7)),
    ("Linear", {"in_features": 5, "out_features": 7, "bias": False}, (5,), (7,)),
    ("Flatten", {}, (2, 3, 4, 5), (2, 60)),
    ("Flatten", {"start_dim": -2}, (2, 3, 4, 5), (2, 3, 20)),
    ("Flatten", {"start_dim": 0}, (), (1,)),
    ("Unflatten", {"dim": 1, "unflattened_size": (2, -1)}, (2, 12, 4), (2, 2, 6, 4)),
    ("Unflatten", {"dim": -1, "unflattened_size": (2, 2)}, (2, 12, 4), (2, 12, 2, 2)),
    ("BatchNorm1d", {"num_features": 4}, (3, 4), (3, 4)),
    ("BatchNorm1d", {"num_features": 4, "affine": False}, (3, 4, 5), (3, 4, 5)),
    ("BatchNorm2d", {"num_features": 4}, (1, 4, 5, 5), (1, 4, 5, 5)),
    ("BatchNorm2d", {"num_features": 4, "track_running_stats": False}, (1, 4, 5, 5), (1, 4, 5, 5)),
    ("BatchNorm3d", {"num_features": 4}, (1, 4, 5, 5, 5), (1, 4, 5, 5, 5)),
    ("InstanceNorm1d", {"num_features": 4}, (4, 5), (4, 5)),
    ("InstanceNorm2d", {"num_features": 4, "affine": True}, (1, 4, 5, 5), (1, 4, 5, 5)),
    ("InstanceNorm2d", {"num_features": 4, "track_running_stats": True}, (4, 5, 5), (4, 5, 5)),
    ("InstanceNorm3d", {"num_features": 4}, (1, 4, 5, 5, 5), (1, 4, 5, 5, 5)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, (1, 4, 5, 5), (1, 4, 5, 5)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4, "affine": False}, (1, 4), (1, 4)),
    ("LayerNorm", {"normalized_shape": 5}, (1, 4, 5), (1, 4, 5)),
    ("LayerNorm", {"normalized_shape": [4, 5], "bias": False}, (1, 4, 5), (1, 4, 5)),
    ("LayerNorm", {"normalized_shape": 5, "elementwise_affine": False}, (5,), (5,)),
    ("RMSNorm", {"normalized_shape": 5}, (1, 4, 5), (1, 4, 5)),
    ("RMSNorm", {"normalized_shape": 5, "elementwise_affine": False}, (1, 4, 5), (1, 4, 5)),
    ("LocalResponseNorm", {"size": 2}, (1, 4, 5), (1, 4, 5)),
    *[
        (name, {}, (2, 3, 4), (2, 3, 4))
        for name in (
            *("ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Hardswish"),
            *("Hardsigmoid", "Hardtanh", "Hardshrink", "Softshrink", "Softplus", "Softsign", "Sigmoid", "LogSigmoid"),
            *("Tanh", "Tanhshrink", "Softmax2d", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"),
            *("FeatureAlphaDropout", "Identity", "PReLU"),
        )
    ],
    ("Threshold", {"threshold": 0.1, "value": 2}, (2, 3), (2, 3)),
    ("PReLU", {"num_parameters": 3}, (2, 3, 4), (2, 3, 4)),
    ("GLU", {"dim": 1}, (2, 6, 4), (2, 3, 4)),
    ("Softmax", {"dim": -1}, (2, 6), (2, 6)),
    ("LogSoftmax", {"dim": 1}, (2, 6), (2, 6)),
    ("Softmin", {"dim": 1}, (2, 6), (2, 6)),
    ("Upsample", {"scale_factor": 2}, (1, 3, 4, 5), (1, 3, 8, 10)),
    ("Upsample", {"scale_factor": 2.3}, (1, 3, 7), (1, 3, 16)),
    ("Upsample", {"size": 7, "mode": "bilinear"}, (1, 3, 4, 5), (1, 3, 7, 7)),
    ("Upsample", {"size": (7, 8)}, (1, 3, 4, 5), (1, 3, 7, 8)),
    ("Upsample", {"scale_factor": (2, 3)}, (1, 3, 4, 5), (1, 3, 8, 15)),
    ("UpsamplingNearest2d", {"scale_factor": 2}, (1, 3, 4, 5), (1, 3, 8, 10)),
    ("UpsamplingBilinear2d", {"size": 9}, (1, 3, 4, 5), (1, 3, 9, 9)),
    ("PixelShuffle", {"upscale_factor": 2}, (1, 12, 4, 5), (1, 3, 8, 10)),
    ("PixelShuffle", {"upscale_factor": 2}, (12, 4, 5), (3, 8, 10)),
    ("PixelUnshuffle", {"downscale_factor": 2}, (1, 3, 8, 10), (1, 12, 4, 5)),
    ("ChannelShuffle", {"groups": 2}, (1, 4, 5, 5), (1, 4, 5, 5)),
    *[
        (f"{name}Pad{rank}d", {"padding": 1} | more, (1, 2, *(4,) * rank), (1, 2, *(6,) * rank))
        for name, more in (
            *(("Zero", {}), ("Constant", {"value": 1.5}), ("Reflection", {})),
            *(("Replication", {}), ("Circular", {})),
        )
        for rank in (1, 2, 3)
    ],
    ("ZeroPad2d", {"padding": (1, 2, 3, -1)}, (3, 4, 5), (3, 6, 8)),
    ("ZeroPad2d", {"padding": (1, 2, 3, 4)}, (4, 5), (11, 8)),
    ("Unfold", {"kernel_size": 3, "padding": 1, "stride": 2}, (1, 3, 8, 9), (1, 27, 20)),
    ("Unfold", {"kernel_size": (3, 1), "dilation": 2}, (3, 8, 9), (9, 36)),
    ("Fold", {"output_size": (8, 9), "kernel_size": 3, "padding": 1, "stride": 2}, (1, 27, 20), (1, 3, 8, 9)),
    ("Fold", {"output_size": (8, 9), "kernel_size": 3, "padding": 1, "stride": 2}, (27, 20), (3, 8, 9)),
]

ATTENTION: list[tuple[dict[str, Any], list[tuple[int, ...]], tuple[int, ...], tuple[int, ...]]] = [
    ({}, [(7, 2, 8), (7, 2, 8), (7, 2, 8)], (7, 2, 8), (2, 7, 7)),
    ({"batch_first": True}, [(2, 7, 8), (2, 5, 8), (2, 5, 8)], (2, 7, 8), (2, 7, 5)),
    ({"kdim": 6, "vdim": 4}, [(7, 8), (5, 6), (5, 4)], (7, 8), (7, 5)),
    ({"bias": False, "add_bias_kv": True, "add_zero_attn": True}, [(7, 8), (5, 8), (5, 8)], (7, 8), (7, 7)),
]


def made(name: str, given: dict[str, Any], *shapes: Any) -> Any:
    arguments = bind(name, [], given)
    return output(name, TYPES[name].lower(arguments), arguments, list(shapes))


def named(case: Case) -> str:
    return f"{case[0]}-{'x'.join(map(str, case[2]))}"


def test_every_type_of_the_table_is_tested() -> None:
    assert {case[0] for case in CASES} | {"MultiheadAttention"} == set(LAYERS)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_shape(case: Case) -> None:
    name, given, before, after = case
    assert made(name, given, before) == after


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_known_in_spite_of_a_hole_is_right(case: Case) -> None:
    name, given, before, after = case
    for hole in range(len(before)):
        found = made(name, given, (*before[:hole], None, *before[hole + 1 :]))
        assert found is not None and len(found) == len(after)
        assert all(size in (None, known) for size, known in zip(found, after, strict=True))


@pytest.mark.parametrize("case", CASES, ids=named)
@pytest.mark.parametrize("shape", [None, (), (0,), (1, 1), (0, 0, 0), (1, 1, 1, 1), (3, -2, 10**400, 1, 1), (1,) * 7])
def test_no_shape_is_too_odd(case: Case, shape: tuple[int, ...] | None) -> None:
    found = made(case[0], case[1], shape)
    assert found is None or all(size is None or isinstance(size, int) for size in found)


def test_an_unknown_size_stays_unknown_where_it_counts() -> None:
    conv = {"in_channels": 4, "out_channels": 8, "kernel_size": 3}
    assert made("Conv2d", conv, (None, None, 9, None)) == (None, 8, 7, None)
    assert made("MaxPool2d", {"kernel_size": 2}, (None, 4, None, 9)) == (None, 4, None, 4)
    assert made("AdaptiveAvgPool2d", {"output_size": (None, 2)}, (1, None, None, None)) == (1, None, None, 2)
    assert made("Linear", {"in_features": 5, "out_features": 7}, (None, 5)) == (None, 7)
    assert made("Flatten", {}, (1, 3, None, 4)) == (1, None)
    assert made("Unflatten", {"dim": 1, "unflattened_size": (2, -1)}, (1, None)) == (1, 2, None)
    assert made("Upsample", {"scale_factor": 2}, (1, None, None, 4)) == (1, None, None, 8)
    assert made("PixelShuffle", {"upscale_factor": 2}, (1, None, 4, None)) == (1, None, 8, None)
    assert made("Unfold", {"kernel_size": 2}, (1, None, 4, 4)) == (1, None, 9)
    assert made("ReLU", {}, (None, 3)) == (None, 3)
    assert made("Softmax", {}, None) is None


def test_impossible_layers_keep_the_channels_that_were_written() -> None:
    conv = {"in_channels": 4, "out_channels": 8, "kernel_size": 9}
    assert made("Conv2d", conv, (1, 5, 20, 3)) == (1, 8, 12, None)
    assert made("Conv2d", conv, None) == (None, 8, None, None)
    assert made("Conv2d", conv, (1, 5)) == (None, 8, None, None)
    assert made("BatchNorm2d", {"num_features": 4}, (1, 5, 2, 2)) == (1, 4, 2, 2)
    assert made("BatchNorm2d", {"num_features": 4}, (5, 2, 2)) == (None, 4, None, None)
    assert made("GLU", {"dim": 1}, (1, 5, 2)) == (1, None, 2)
    assert made("GLU", {"dim": 4}, (1, 5, 2)) == (1, 5, 2)
    assert made("PixelShuffle", {"upscale_factor": 2}, (1, 5, 2, 2)) == (1, None, 4, 4)
    assert made("Unflatten", {"dim": 1, "unflattened_size": (2, -1)}, (1, 5)) == (1, 2, None)
    assert made("Flatten", {"start_dim": 2, "end_dim": 1}, (1, 5, 2)) is None
    assert made("Upsample", {}, (1, 5, 2, 2)) == (1, 5, None, None)
    assert made("Upsample", {"scale_factor": (2, 2)}, (1, 5, 2)) == (1, 5, None)
    assert made("Upsample", {"scale_factor": float("inf")}, (1, 5, 2)) == (1, 5, None)
    assert made("ZeroPad2d", {"padding": -3}, (1, 5, 4, 8)) == (1, 5, None, 2)


def test_places_of_the_largest_values_are_a_second_tensor() -> None:
    given = {"kernel_size": 2, "return_indices": True}
    assert made("MaxPool2d", given, (1, 3, 8, 8)) == [(1, 3, 4, 4), (1, 3, 4, 4)]
    assert made("AdaptiveMaxPool1d", {"output_size": 2, "return_indices": True}, (3, 8)) == [(3, 2), (3, 2)]


@pytest.mark.parametrize("given, shapes, out, weights", ATTENTION)
def test_attention(given: dict[str, Any], shapes: list[Any], out: Any, weights: Any) -> None:
    given = {"embed_dim": 8, "num_heads": 2} | given
    assert made("MultiheadAttention", given, *shapes) == [out, weights]
    assert made("MultiheadAttention", given, None) == [None, None]
    assert made("MultiheadAttention", given, shapes[0], None, None)[0] == out


TENSORS = [
    ("Conv2d", CASES[2][1], {"weight": (8, 2, 3, 5)}, []),
    ("ConvTranspose2d", CASES[8][1], {"weight": (4, 4, 3, 3), "bias": (8,)}, []),
    (
        "Conv2d",
        {"in_channels": 3, "out_channels": 4, "kernel_size": 1, "groups": 2},
        {"weight": (4, None, 1, 1), "bias": (4,)},
        [],
    ),
    (
        "BatchNorm2d",
        {"num_features": 4},
        {"weight": (4,), "bias": (4,)},
        ["running_mean", "running_var", "num_batches_tracked"],
    ),
    ("BatchNorm2d", {"num_features": 4, "affine": False, "track_running_stats": False}, {}, []),
    ("BatchNorm2d", {"num_features": 4, "bias": False, "track_running_stats": False}, {"weight": (4,)}, []),
    ("InstanceNorm2d", {"num_features": 4}, {}, []),
    ("LayerNorm", {"normalized_shape": [4, 5]}, {"weight": (4, 5), "bias": (4, 5)}, []),
    ("RMSNorm", {"normalized_shape": 5}, {"weight": (5,)}, []),
    ("PReLU", {"num_parameters": 3}, {"weight": (3,)}, []),
    ("ReLU", {}, {}, []),
    (
        "MultiheadAttention",
        {"embed_dim": 8, "num_heads": 2, "kdim": 6},
        {
            "q_proj_weight": (8, 8),
            "k_proj_weight": (8, 6),
            "v_proj_weight": (8, 8),
            "in_proj_bias": (24,),
            "out_proj.weight": (8, 8),
            "out_proj.bias": (8,),
        },
        [],
    ),
]


@pytest.mark.parametrize("name, given, tensors, others", TENSORS)
def test_tensors(name: str, given: dict[str, Any], tensors: dict[str, Any], others: list[str]) -> None:
    arguments = bind(name, [], given)
    assert list(parameters(name, arguments).items()) == list(tensors.items())
    assert list(buffers(name, arguments)) == others


# PyTorch itself -----------------------------------------------------------------------------------------------------


#: What PyTorch takes, and warns of.
UNUSUAL = pytest.mark.filterwarnings("ignore:Using padding='same'", "ignore:dropout[23]d")


def compare(name: str, given: dict[str, Any], shapes: list[Any]) -> None:
    torch = pytest.importorskip("torch")
    layer = getattr(torch.nn, name)(**given).eval()
    with torch.no_grad():
        real = layer(*[torch.zeros(shape) for shape in shapes])
    found = made(name, given, *shapes)
    if isinstance(real, tuple):
        assert found == [tuple(tensor.shape) for tensor in real]
    else:
        assert found == tuple(real.shape)
    arguments = bind(name, [], given)
    ours = list(parameters(name, arguments).items())
    assert ours == [(key, tuple(one.shape)) for key, one in layer.named_parameters()]
    assert list(buffers(name, arguments).items()) == [(key, tuple(one.shape)) for key, one in layer.named_buffers()]


@UNUSUAL
@pytest.mark.parametrize("case", CASES, ids=named)
def test_pytorch_makes_the_same(case: Case) -> None:
    compare(case[0], case[1], [case[2]])


@pytest.mark.parametrize("given, shapes, out, weights", ATTENTION)
def test_pytorch_attends_the_same(given: dict[str, Any], shapes: list[Any], out: Any, weights: Any) -> None:
    compare("MultiheadAttention", {"embed_dim": 8, "num_heads": 2} | given, shapes)


@pytest.mark.parametrize("name, given", [(name, given) for name, given, _, _ in TENSORS if given.get("groups") != 2])
def test_pytorch_holds_the_same(name: str, given: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    layer = getattr(torch.nn, name)(**given)
    arguments = bind(name, [], given)
    assert list(parameters(name, arguments).items()) == [(k, tuple(v.shape)) for k, v in layer.named_parameters()]
    assert list(buffers(name, arguments).items()) == [(k, tuple(v.shape)) for k, v in layer.named_buffers()]


def test_pytorch_gives_places_of_the_largest_values() -> None:
    compare("MaxPool2d", {"kernel_size": 2, "return_indices": True}, [(1, 3, 8, 8)])


def test_pytorch_pools_windows_at_random() -> None:
    """Kernels, strides and paddings drawn by a fixed generator, in floor and in ceil mode."""
    draw = Random(5)
    for _ in range(60):
        kernel, stride, size = draw.randint(1, 5), draw.randint(1, 4), draw.randint(5, 14)
        given = {
            "kernel_size": kernel,
            "stride": stride,
            "padding": draw.randint(0, kernel // 2),
            "ceil_mode": draw.random() < 0.5,
        }
        compare(draw.choice(["MaxPool2d", "AvgPool2d"]), given, [(1, 2, size, size + 1)])
