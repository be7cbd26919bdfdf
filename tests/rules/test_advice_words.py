"""Advice in sentences: as the file writes it, and in words of the field where the file has none."""

from __future__ import annotations

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.lint import lint
from convlint.model.changes import Value
from convlint.model.network import NOWHERE, Place
from convlint.rules import advice


def native() -> Place:
    text = "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {type: Conv2d, out_channels: 8, kernel_size: 3, padding: 0}\n"
    (derivation,) = lint(Source("net.yaml", text), selection()).derivations
    return derivation.network.layers[0].place


@pytest.mark.parametrize(
    ("values", "written", "said"),
    [
        ({"padding": 1}, "`padding: 1`", "a padding of 1"),
        ({"kernel_size": (3, 1)}, "`kernel_size: [3, 1]`", "a kernel of [3, 1]"),
        ({"groups": 1}, "`groups: 1`", "1 group"),
        ({"groups": 8, "out_channels": 8}, "`groups: 8` and `out_channels: 8`", "8 groups and 8 output channels"),
        ({"ceil_mode": True}, "`ceil_mode: true`", "rounding up"),
        ({"ceil_mode": False}, "`ceil_mode: false`", "rounding down"),
        ({"bias": False}, "`bias: false`", "no bias"),
        ({"size": [None, 4]}, "`size: [null, 4]`", "a size of [any, 4]"),
        ({"fan_in": 3}, "`fan_in: 3`", "fan in 3"),
    ],
)
def test_arguments_with_values(values: dict[str, Value], written: str, said: str) -> None:
    assert advice.spelt(native(), **values) == written
    assert advice.spelt_only(native(), **values) == written
    assert advice.spelt(NOWHERE, **values) == said
    assert advice.spelt_only(NOWHERE, **values) is None


def test_several_arguments_are_put_together_by_the_sentence() -> None:
    values = {"padding": 1, "output_padding": 0}
    assert advice.spelt(native(), " with ", **values) == "`padding: 1` with `output_padding: 0`"
    assert advice.spelt(NOWHERE, " with ", **values) == "a padding of 1 with an output padding of 0"


@pytest.mark.parametrize(
    ("numbers", "written", "said"),
    [([3], "`groups: 3`", "3 groups"), ([3, 5], "`groups: 3` or `5`", "3 or 5 groups"),
     ([], "another `groups`", "other groups")],
)  # fmt: skip
def test_one_of_several_values(numbers: list[int], written: str, said: str) -> None:
    assert advice.one_of(native(), "groups", numbers) == written
    assert advice.one_of(NOWHERE, "groups", numbers) == said


def test_values_in_running_text() -> None:
    assert advice.choice(native(), "kernel_size", [3, (5, 1)]) == "kernel_size 3 or [5, 1]"
    assert advice.choice(NOWHERE, "kernel_size", [3, (5, 1)]) == "a kernel of 3 or [5, 1]"


def test_names_of_arguments() -> None:
    assert advice.named(native(), "output_padding") == "`output_padding`"
    assert advice.named(NOWHERE, "output_padding") == "the output padding"
    assert advice.named(NOWHERE, "padding", article=False) == "padding"
    assert (advice.word(native(), "out_channels"), advice.word(NOWHERE, "out_channels")) == (
        "out_channels",
        "output channels",
    )


def test_layers() -> None:
    assert advice.layer(native(), "Flatten") == "`{type: Flatten}`"
    assert advice.layer(NOWHERE, "Flatten") is None
    assert advice.between(NOWHERE, 0, "_up", "Upsample", scale_factor=2) is None


def test_fixes_are_what_is_written() -> None:
    (fix,) = advice.fix(native(), True, ", none", padding=0, kernel_size=5)
    assert (fix.title, fix.safe, len(fix.edits)) == ("Write `padding: 0` and `kernel_size: 5`, none", True, 2)
    assert advice.fix(native(), stride=2) == []  # it has no place yet
    assert advice.fix(NOWHERE, padding=1) == []
    assert advice.read_instead(NOWHERE, 0, "a") == []


@pytest.mark.parametrize(("values", "argument"), [([2, 2], 2), ([2, 1], (2, 1)), ([3], 3)])
def test_a_number_for_each_axis(values: list[int], argument: Value) -> None:
    assert advice.on_axes(values) == argument
