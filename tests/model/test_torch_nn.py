"""The table of torch.nn against PyTorch's own signatures, and how calls are bound by it."""

from __future__ import annotations

import json
import warnings
from types import SimpleNamespace
from typing import Any

import pytest

from convlint.model import operations as op
from convlint.model.torch_nn.binding import Misfit, bind, build
from convlint.model.torch_nn.kinds import REQUIRED
from convlint.model.torch_nn.table import TYPES
from tests.conftest import ROOT

Signature = list[list[Any]]
RECORDED = json.loads((ROOT / "tests" / "golden" / "torch-signatures.json").read_text(encoding="utf-8"))


def ours(name: str) -> Signature:
    """The table's row in the words of the record."""
    row = TYPES[name]
    if row.any_arguments or not row.arguments:
        # Modules without a constructor of their own: torch.nn.Module takes anything, and refuses it later.
        return [["args", "VAR_POSITIONAL"], ["kwargs", "VAR_KEYWORD"]]
    return [
        [
            one.name,
            "KEYWORD_ONLY" if one.keyword else "POSITIONAL_OR_KEYWORD",
            *([] if one.default is REQUIRED else [one.default]),
        ]
        for one in row.arguments
    ]


@pytest.mark.parametrize("name", TYPES)
def test_signatures_are_pytorchs(name: str) -> None:
    assert RECORDED["torch"].startswith("2.13.0")
    assert ours(name) == RECORDED["signatures"][name]


def test_the_record_is_fresh() -> None:
    torch = pytest.importorskip("torch")
    if not torch.__version__.startswith("2.13."):
        pytest.skip("the record is of PyTorch 2.13")
    from tests.oracle.record_signatures import signatures

    assert json.loads(json.dumps(signatures())) == RECORDED["signatures"]


def test_ranks_are_those_of_the_names() -> None:
    for name, row in TYPES.items():
        if row.rank is not None and name not in ("Fold", "Unfold"):
            assert name.endswith(f"{row.rank}d")


def misfit(name: str, *positional: Any, **keywords: Any) -> tuple[str, str | None, str]:
    with pytest.raises(Misfit) as found:
        bind(name, positional, keywords)
    return found.value.problem, found.value.argument, str(found.value)


def test_values_are_bound_by_position_and_by_name() -> None:
    bound = bind("Conv2d", [3, 8, 3, 2], {"bias": False, "padding": [1, 0]})
    assert bound == SimpleNamespace(
        in_channels=3, out_channels=8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 0), dilation=(1, 1), groups=1,
        bias=False, padding_mode="zeros", device=None, dtype=None,
    )  # fmt: skip
    # The same places as PyTorch's: dilation stands last but two in one of them, behind padding in the other.
    assert bind("Conv2d", [3, 8, 3, 1, 0, 2]).dilation == (2, 2)
    assert bind("ConvTranspose2d", [3, 8, 3, 1, 0, 0, 1, True, 2]).dilation == (2, 2)
    assert bind("MaxPool2d", [2, None, 0, 1, False, True]).ceil_mode is True
    assert bind("AvgPool2d", [2, None, 0, True]).ceil_mode is True
    assert bind("Unfold", [3, 2]).dilation == (2, 2)


def test_a_call_that_does_not_fit() -> None:
    assert misfit("Linear", 8) == ("missing", "out_features", "out_features is missing")
    assert misfit("ReLU", 1, 2) == (
        "too many", None, "the call takes at most 1 values by position, 2 are given",
    )  # fmt: skip
    assert misfit("ReLU", place=1) == ("unknown", "place", "place is no argument of this layer")
    assert misfit("ReLU", True, inplace=True) == (
        "twice", "inplace", "inplace is given by its position and by its name",
    )  # fmt: skip
    # `bias` of a BatchNorm2d is behind device and dtype, and a keyword only.
    assert bind("BatchNorm2d", [8], {"bias": False}).bias is False
    assert misfit("BatchNorm2d", 8, 1e-5, 0.1, True, True, None, None, False)[0] == "too many"
    with pytest.raises(KeyError):
        bind("Conv4d", [])
    assert bind("Identity", [1, "two"], {"three": 3}) == SimpleNamespace()


def refused_by_pytorch(name: str, values: list[Any]) -> bool:
    """Whether a layer cannot be built, cannot run, or leaves nothing of a map; True where nobody can be asked."""
    try:
        import torch
    except ImportError:
        return True
    try:
        with warnings.catch_warnings(action="ignore"):
            return not getattr(torch.nn, name)(*values)(torch.ones(2, 3, 8, 8)).numel()
    except Exception:
        return True


@pytest.mark.parametrize(
    ("call", "problem", "text"),
    [
        (("Linear", 8, 0), "range", "out_features must be at least 1, not 0"),
        (("Linear", 8, 8.0), "kind", "out_features must be a whole number, not 8.0"),
        (("Linear", 8, True), "kind", "out_features must be a whole number, not True"),
        (("Conv2d", 3, 8, [3]), "length", "kernel_size has 1 values for 2 axes"),
        (("Conv2d", 3, 8, 3, [True, 1]), "kind", "stride must be a whole number, not True"),
        (("Conv2d", 3, 8, 3, 1, "full"), "kind", "padding must be a whole number, not 'full'"),
        (("Conv2d", 3, 8, 3, 1, -1), "range", "padding must be at least 0, not -1"),
        (("Conv2d", 3, 8, 3, 1, 0, 1, 1, True, "wrap"), "kind",
         "padding_mode must be one of zeros, reflect, replicate, circular, not 'wrap'"),
        (("MaxPool2d", True), "kind", "kernel_size must be a whole number, not True"),
        (("Dropout", 2), "range", "p must be a number from 0 to 1, not 2"),
        (("Dropout", "half"), "kind", "p must be a number from 0 to 1, not 'half'"),
        (("AdaptiveAvgPool2d", None), "kind", "output_size must be a whole number, not None"),
        (("AdaptiveAvgPool1d", [None]), "kind", "output_size must be a whole number, not None"),
        (("AdaptiveAvgPool2d", [1, 1, 1]), "length", "output_size has 3 values for 2 axes"),
        (("ReflectionPad2d", [1, 1]), "length", "padding has 2 values, 4 are needed"),
        (("ZeroPad2d", [1, 1, 1]), "length", "padding has 3 values, 4 are needed"),
        (("Unflatten", 1, 8), "kind", "unflattened_size must be a list of whole numbers, not 8"),
        (("LayerNorm", [8, 0]), "range", "normalized_shape must be at least 1, not 0"),
        (("LeakyReLU", "0.1"), "kind", "negative_slope must be a number, not '0.1'"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(call: tuple[Any, ...], problem: str, text: str) -> None:
    name, *values = call
    found, argument, said = misfit(name, *values)
    assert (found, said) == (problem, text)
    assert argument == text.split()[0]
    assert refused_by_pytorch(name, values)


def test_values_that_do_fit() -> None:
    assert bind("Conv2d", [3, 8, True]).kernel_size == (1, 1)
    assert bind("Conv2d", [3, 8, 3], {"padding": "same"}).padding == "same"
    assert bind("Conv1d", [3, 8, (5,)]).kernel_size == (5,)
    assert bind("MaxPool2d", [[3], (2,)]).stride == (2, 2)
    assert bind("AdaptiveAvgPool2d", [(None, 3)]).output_size == (None, 3)
    assert bind("AdaptiveAvgPool3d", [0]).output_size == (0, 0, 0)
    assert bind("Dropout", [1]).p == 1 and bind("Dropout", [0]).p == 0
    assert bind("Linear", [1, 1, 0]).bias is False
    assert bind("Upsample", [8]).size == 8 and bind("Upsample", [(8,)]).size == (8,)
    assert bind("Upsample", [None, 1.5]).scale_factor == 1.5
    assert bind("Softmax", []).dim is None
    assert bind("ZeroPad3d", [(1, 2)]).padding == (1, 2)
    assert bind("LayerNorm", [8]).normalized_shape == (8,)
    assert bind("BatchNorm1d", [8, 0, None]).momentum is None


def test_operations() -> None:
    pool = build("MaxPool2d", 3, 2, [1, 0])
    assert isinstance(pool, op.Pool)
    assert (pool.kernel_size, pool.stride, pool.padding) == ((3, 3), (2, 2), ((1, 1), (0, 0)))
    pad = build("ConstantPad2d", (0, 1, 2, 3), float("-inf"))
    assert isinstance(pad, op.Pad)
    assert (pad.mode, pad.padding) == ("constant", ((2, 3), (0, 1)))
    same = build("Conv2d", 3, 8, [3, 4], 1, "same")
    assert isinstance(same, op.Convolution)
    assert (same.padding, same.padding_word, same.in_channels) == (((1, 1), (1, 2)), "same", 3)
