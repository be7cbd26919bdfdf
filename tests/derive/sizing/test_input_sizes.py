"""For which sizes networks run: all answers against deriving the network at each size."""

from __future__ import annotations

import os
import random
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from math import lcm
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convlint.catalogue import BY_NAME, selection
from convlint.derive import derive
from convlint.derive.sizing.input_sizes import InputSizes, input_sizes, resized
from convlint.derive.sizing.troubles import trouble
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import lint
from convlint.model.network import Network, Shape
from convlint.reports.sizes_report import sizes
from convlint.work import Budget, TooMuch
from tests.conftest import ROOT, examples
from tests.derive.networks import descriptions, network_of
from tests.rules.test_cases import FILES, cases_of


def troubles(network: Network, sizes: Sequence[Shape]) -> set[Any]:
    """What is wrong with a network at some sizes, by deriving it there: (layer, its name, trouble).

    Deriving stops at the first of equal copies, also if it is equal only because sizes are unknown: names without the
    numbers of copies, or in later copies that would look like news.
    """
    return {
        (id(irregularity.at.layer.place), re.sub(r"\.[0-9]+(?=\.)", "", irregularity.at.name or ""), found)
        for irregularity in derive(resized(network, sizes)).irregularities
        if (found := trouble(irregularity)) is not None
    }


class Truth:
    """Whether a network runs, and runs clean, at given sizes of its axes (None: unknown)."""

    def __init__(self, network: Network, found: InputSizes) -> None:
        self.network = network
        self.axes = found.axes
        self.always = troubles(network, self.shapes([None] * len(found.axes)))

    def shapes(self, sizes: Sequence[int | None]) -> list[Shape]:
        shapes: list[list[int | None]] = [[None] * (len(given.shape or ()) - 1) for given in self.network.inputs]
        for axis, size in zip(self.axes, sizes, strict=True):
            for index, spatial in axis.members:
                shapes[index][spatial] = size
        return [tuple(shape) for shape in shapes]

    def at(self, sizes: Sequence[int | None]) -> tuple[bool, bool]:
        new = troubles(self.network, self.shapes(sizes)) - self.always
        return not any(found.breaks for _, _, found in new), not new

    def alone(self, axis: int, size: int) -> tuple[bool, bool]:
        return self.at([size if index == axis else None for index in range(len(self.axes))])


def compare(network: Network, found: InputSizes, alone: Sequence[int], together: Sequence[Sequence[int]]) -> int:
    """Assert that every answer is what deriving says; the number of comparisons."""
    truth = Truth(network, found)
    if any(found.breaks for _, _, found in truth.always):
        return 0  # after a mistake deriving keeps silent about what may follow from it
    count = 0
    for index, axis in enumerate(found.axes):
        for size in alone:
            said = size in axis.runs, size in axis.clean
            if not axis.runs.exact and size >= axis.runs.start:
                continue
            assert said == truth.alone(index, size), (index, size)
            count += 1
    for chosen in together:
        expected = truth.at(chosen)
        answers = found.runs(chosen), found.clean(chosen)
        for answer, right in zip(answers, expected, strict=True):
            assert answer is None or answer == right, (chosen, answers, expected)
            assert answer is not None or found.unsolved or not found.axes[0].runs.exact
        count += 1
        if len(set(chosen)) == 1 and (squares := found.equal(clean=True)) is not None and squares.exact:
            assert (chosen[0] in squares) == expected[1]
            runs = found.equal(clean=False)
            assert runs is not None and (chosen[0] in runs) == expected[0]
    return count


@pytest.mark.no_cover  # long, and what it reaches other tests reach
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(descriptions(), st.integers(0, 2**32))
def test_every_answer_is_what_deriving_says(description: dict[str, Any], seed: int) -> None:
    network = network_of(description)
    found = input_sizes(network, up_to=128)
    assert found is not None
    choice = random.Random(seed)
    rank = len(found.axes)
    alone = [*range(1, 33), *(choice.randint(33, 400) for _ in range(12))]
    together = [[size] * rank for size in (*range(1, 13), choice.randint(13, 60))]
    together += [[choice.randint(1, 40) for _ in range(rank)] for _ in range(16)]
    compare(network, found, alone, together)


EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
#: For each example: where its axes run, where they run clean (all axes have the same rule), and its equal axes.
RULES = {
    "alexnet-224": ("n >= 67", "n = 3 (mod 32), n >= 67", "n >= 67"),
    "alexnet-227": ("n >= 67", "n = 3 (mod 32), n >= 67", "227 to 258"),
    "c3d": ("n >= 16", "n = 0 (mod 16)", "no size"),
    "dcgan-generator": ("every size", "every size", "every size"),
    "keyword-spotting-1d": ("n >= 128", "n = 0 to 3 (mod 128), n >= 256", "n >= 128"),
    "lecun-ranzato": ("n >= 83", "n = 3 (mod 20), n >= 83", "n >= 83"),
    "lecun-ranzato-16384": ("n >= 83", "n = 3 (mod 20), n >= 83", "n >= 83"),
    "lenet-5": ("n >= 32", "n = 0 (mod 4), n >= 32", "32 to 35"),
    "mobilenet-v2": ("every size", "every size", "every size"),
    "resnet-18": ("every size", "every size", "every size"),
    "resnet-50": ("every size", "every size", "every size"),
    "resnext-50": ("every size", "every size", "every size"),
    "u-net": ("572 to 587", "572", "572 to 587"),
    "u-net-odd": ("n = 0 (mod 16)", "n = 0 (mod 16)", "n = 0 (mod 16)"),
    "vgg-16": ("n >= 32", "n = 0 (mod 32)", "224 to 255"),
}
#: How many sizes of every axis are compared for each example; CONVLINT_EXHAUSTIVE=600 takes minutes.
EXHAUSTIVE = int(os.environ.get("CONVLINT_EXHAUSTIVE", "40"))


def example(name: str) -> Network:
    path = ROOT / "examples" / f"{name}.yaml"
    return lint(Source(path.name, path.read_text(encoding="utf-8")), frozenset()).derivations[0].network


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    network = example(name)
    found = input_sizes(network)
    assert found is not None and not found.unsolved
    equal = found.equal(clean=False)
    assert equal is not None
    for axis in found.axes:
        texts = sizes(axis.runs, 0), sizes(axis.clean, 0), sizes(equal, 0)
        assert texts == RULES.get(name, texts)
    declared = [axis.declared or 1 for axis in found.axes]
    near = [size + step for size in set(declared) for step in range(-8, 9) if size + step > 0]
    together = [[max(1, size + step) for size in declared] for step in (-32, -1, 0, 1, 16, 32)]
    if found.boxes:
        ends = [[one.ranges()[0][0] for one in box.runs] for box in found.boxes[:6]]
        together += ends + [[first - 1, *others] for first, *others in ends]
    alone = sorted({*range(1, EXHAUSTIVE), *near})
    print(name, compare(network, found, alone, together), "comparisons")


def test_the_original_u_net() -> None:
    """If its crops follow: the rule of the paper, 12 (mod 16), of which 572 is the size that is printed."""
    found = input_sizes(example("u-net"), crops_follow=True)
    assert found is not None
    for axis in found.axes:
        assert sizes(axis.clean, 0) == "n = 12 (mod 16), n >= 188"
        assert sizes(axis.runs, 0) == "n >= 188"


def calls(function: Callable[[], Any]) -> int:
    """How many functions of Python a function calls: its effort, on any machine the same."""
    count = 0

    def seen(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def test_resnet_50_up_to_4096() -> None:
    """Every size is answered for the effort of deriving a few hundred of them."""
    network = example("resnet-50")
    found = input_sizes(network)
    assert found is not None
    assert [size for axis in found.axes for size in range(1, 4097) if size not in axis.runs] == []
    assert calls(lambda: input_sizes(network)) < 300 * calls(lambda: derive(network))


@pytest.mark.usefixtures("few_copies")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_breaks_a_network_is_what_its_rule_calls_an_error(file: Path) -> None:
    """The rules word irregularities and may soften them; ``trouble`` must see each as they do."""
    for case in cases_of(file):
        for derivation in lint(Source("net.yaml", case.yaml), selection(["ALL"])).derivations:
            for irregularity in derivation.irregularities:
                rule = BY_NAME[irregularity.kind]
                worded = import_module(rule.module).word(irregularity, derivation)
                found = trouble(irregularity)
                if worded is None or rule.name in ("wrong-input-count", "window-on-one-cell"):
                    continue  # another finding says it; or it holds at every size, or only informs
                severity = worded.severity or rule.severity
                assert (found is not None and found.breaks) == (severity is Severity.ERROR), case.heading
                if severity is Severity.WARNING and rule.on:
                    assert found is not None, case.heading


_POOL = {"type": "AvgPool2d", "kernel_size": 2}
_FLAT: dict[str, Any] = {"type": "Flatten"}
_TOKENS: list[dict[str, Any]] = [{"type": "Flatten", "start_dim": 2}, {"type": "Permute", "dims": [0, 2, 1]}]
#: Networks that mix the axes of [4, 8, 8], and whether that is solved.
MIXING: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "dense": ([_POOL, _FLAT, {"type": "Linear", "in_features": 24, "out_features": 2}], True),
    "dense, derived": ([_POOL, _FLAT, {"type": "Linear", "out_features": 2}], True),
    "dense on the last axis": ([{"type": "Linear", "in_features": 6, "out_features": 2}], True),
    "norm behind flatten": ([_FLAT, {"type": "BatchNorm1d", "num_features": 24}], True),
    "slopes behind flatten": ([_FLAT, {"type": "PReLU", "num_parameters": 16}], True),
    "one slope behind flatten": ([_FLAT, {"type": "PReLU"}], True),
    "groups behind flatten": ([_FLAT, {"type": "GroupNorm", "num_groups": 8}], False),
    "layer norm of tokens": ([*_TOKENS, {"type": "LayerNorm", "normalized_shape": [12, 4]}], True),
    "layer norm behind flatten": ([_FLAT, {"type": "LayerNorm", "normalized_shape": [24]}], True),
    "attention": ([*_TOKENS, {"type": "MultiheadAttention", "embed_dim": 4, "num_heads": 2}], True),
    "an encoder": ([*_TOKENS, {"type": "TransformerEncoderLayer", "d_model": 4, "nhead": 2}], True),
    "an encoder over cells": (
        [{"type": "Flatten", "start_dim": 2}, {"type": "TransformerEncoderLayer", "d_model": 12, "nhead": 2}],
        True,
    ),
    "a sequence of cells": ([*_TOKENS, {"type": "LSTM", "input_size": 4, "hidden_size": 3}], True),
    "a sequence over cells": (
        [{"type": "Flatten", "start_dim": 2}, {"type": "GRU", "input_size": 12, "hidden_size": 3}],
        True,
    ),
    "attention over cells": (
        [{"type": "Flatten", "start_dim": 2}, {"type": "MultiheadAttention", "embed_dim": 12, "num_heads": 2}],
        True,
    ),
    "residual tokens": (
        [
            _TOKENS[0],
            _TOKENS[1] | {"name": "t"},
            {"type": "Linear", "in_features": 4, "out_features": 4, "name": "u"},
            {"type": "Add", "from": ["t", "u"]},
        ],
        True,
    ),
    "same product twice": (
        [
            {"type": "ReLU", "name": "r"},
            _FLAT | {"name": "a"},
            _FLAT | {"name": "b", "from": "r"},
            {"type": "Add", "from": ["a", "b"]},
            {"type": "Linear", "in_features": 24, "out_features": 2},
        ],
        True,
    ),
    "two products": (
        [
            {"type": "ReLU", "name": "r"},
            _FLAT | {"name": "a"},
            _POOL | {"from": "r"},
            _FLAT | {"name": "b"},
            {"type": "Add", "from": ["a", "b"]},
        ],
        False,
    ),
    "products one behind the other": (
        [
            {"type": "ReLU", "name": "r"},
            _FLAT | {"name": "a"},
            _POOL | {"from": "r"},
            _FLAT | {"name": "b"},
            {"type": "Concat", "from": ["a", "b"]},
            {"type": "Linear", "in_features": 20, "out_features": 2},
        ],
        False,
    ),
    "axes exchanged": (
        [
            {"type": "ReLU", "name": "r"},
            {"type": "Permute", "dims": [0, 1, 3, 2], "name": "p"},
            {"type": "Add", "from": ["r", "p"]},
        ],
        False,
    ),
    "two demands": (
        [
            {"type": "ReLU", "name": "r"},
            _FLAT,
            {"type": "Linear", "in_features": 144, "out_features": 2, "name": "one"},
            _POOL | {"from": "r"},
            _FLAT,
            {"type": "Linear", "in_features": 36, "out_features": 2},
        ],
        True,
    ),
    "reshape": ([{"type": "Reshape", "shape": [6, 8]}], True),
    "reshape, the rest": ([{"type": "Reshape", "shape": [2, -1]}, {"type": "ReLU"}], True),
    "reshape, a rest that may not be": ([{"type": "Reshape", "shape": [8, -1]}], False),
    "unflatten": ([_FLAT, {"type": "Unflatten", "dim": 1, "unflattened_size": [6, 4]}], True),
    "unflatten beside": (
        [{"type": "Flatten", "start_dim": 2}, {"type": "Unflatten", "dim": 1, "unflattened_size": [2, 2]}],
        True,
    ),
    "unflatten, then dense": (
        [
            _FLAT,
            {"type": "Unflatten", "dim": 1, "unflattened_size": [4, -1]},
            {"type": "Linear", "in_features": 6, "out_features": 2},
        ],
        True,
    ),
    "flatten twice": (
        [{"type": "Flatten", "start_dim": 2}, _FLAT, {"type": "Linear", "in_features": 24, "out_features": 2}],
        True,
    ),
    "split of cells": ([{"type": "Flatten", "start_dim": 2}, {"type": "Chunk", "chunks": 2, "dim": 2}], False),
    "split beside": ([{"type": "Flatten", "start_dim": 2}, {"type": "Chunk", "chunks": 2, "dim": 1}], True),
    "pointwise on cells": (
        [{"type": "Flatten", "start_dim": 2}, {"type": "Conv1d", "out_channels": 2, "kernel_size": 1}],
        True,
    ),
    "pool of all cells": (
        [{"type": "Flatten", "start_dim": 2}, {"type": "AdaptiveAvgPool1d", "output_size": 2}, _FLAT],
        True,
    ),
    "unfold": ([{"type": "Unfold", "kernel_size": 2, "stride": 2}], True),
    "unfold and fold": (
        [{"type": "Unfold", "kernel_size": 2}, {"type": "Fold", "output_size": [6, 4], "kernel_size": 2}],
        False,
    ),
    "one cell": ([_POOL, {"type": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}], True),
    "one value": ([_POOL, {"type": "InstanceNorm2d"}], True),
    "one value in a group": ([_POOL, {"type": "GroupNorm", "num_groups": 4}], True),
    "gate": (
        [
            {"type": "ReLU", "name": "r"},
            {"type": "AdaptiveAvgPool2d", "output_size": 1, "name": "g"},
            {"type": "Mul", "from": ["r", "g"]},
        ],
        True,
    ),
}


@pytest.mark.parametrize("name", MIXING)
def test_what_mixes_the_axes(name: str) -> None:
    layers, solved = MIXING[name]
    network = network_of({"input": [4, 8, 8], "layers": layers})
    found = input_sizes(network, up_to=64)
    assert found is not None
    assert bool(found.unsolved) is not solved
    grid = [(height, width) for height in range(1, 15) for width in range(1, 15)]
    assert compare(network, found, range(1, 31), grid) > 200


def test_a_group_with_a_mixed_size() -> None:
    inner = [{"type": "Flatten", "start_dim": 2}, {"type": "ReLU"}]
    layers = [{"name": "g", "layers": inner}, _FLAT, {"type": "Linear", "in_features": 24, "out_features": 1}]
    network = network_of({"input": [4, 8, 8], "layers": layers})
    found = input_sizes(network)
    assert found is not None and found.boxes is not None
    assert [[one.members for one in box.runs] for box in found.boxes] == [
        [(1,), (6,)],
        [(2,), (3,)],
        [(3,), (2,)],
        [(6,), (1,)],
    ]
    assert len(found.demands) == 1


def test_too_many_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convlint.work.BASE", 100_000)
    layers = [{"repeat": 20_000, "layers": [{"type": "Conv1d", "out_channels": 4, "kernel_size": 3, "padding": 2}]}]
    network = network_of({"input": [4, 8], "layers": layers})
    with Budget(), pytest.raises(TooMuch):
        input_sizes(network)


@pytest.mark.parametrize("name", ["yolov8", "yolo12", "rtdetr-l", "yolov9c"])
def test_modules_that_are_written_out(name: str, shared: Path) -> None:
    """Closed groups, detection heads and attention, at sizes between 32 and 100."""
    path = next((shared / "corpus").glob(f"**/{name}.yaml"))
    derivation = lint(Source(path.name, path.read_text(encoding="utf-8")), selection()).derivations[0]
    found = input_sizes(derivation.network)
    assert found is not None
    compare(derivation.network, found, [1, 24, 25, 31, 32, 33, 57, 64, 65], [(32, 32), (64, 96), (65, 64), (57, 89)])


#: Networks of [4, 30, 12] in which an axis becomes channels, or is divided, and the rules of height and width.
DIVIDING: list[tuple[list[dict[str, Any]], tuple[str, str]]] = [
    (
        [
            {"type": "Conv2d", "out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1},
            {"type": "Permute", "dims": [0, 2, 1, 3]},
            {"type": "Conv2d", "out_channels": 6, "kernel_size": 1, "in_channels": 15},
            {"name": "c", "type": "Chunk", "chunks": 3, "dim": 3},
            {"type": "Add", "from": ["c.0", "c.2"]},
        ],
        ("29 and 30", "n = 0 or 5 (mod 6)"),
    ),
    (
        [
            {"type": "Permute", "dims": [0, 2, 1, 3]},
            {"type": "Conv2d", "out_channels": 6, "kernel_size": 1, "groups": 3},
            {"type": "MaxPool2d", "kernel_size": 2},
        ],
        ("n = 0 (mod 3)", "n = 0 (mod 2)"),
    ),
    (
        [
            {"type": "Permute", "dims": [0, 3, 1, 2]},
            {"type": "MaxPool2d", "kernel_size": 2},
            {"type": "GroupNorm", "num_groups": 4},
            {"name": "s", "type": "Split", "split_size": [4, 8]},
            {"type": "ReLU", "from": "s.1"},
        ],
        ("n = 0 (mod 2)", "12"),
    ),
]


@pytest.mark.parametrize(("layers", "rules"), DIVIDING)
def test_axes_that_become_channels_or_are_divided(layers: list[dict[str, Any]], rules: tuple[str, str]) -> None:
    network = network_of({"input": [4, 30, 12], "layers": layers})
    found = input_sizes(network)
    assert found is not None
    assert tuple(sizes(axis.clean, 0) for axis in found.axes) == rules
    choice = random.Random(0)
    together = [[choice.randint(1, 60), choice.randint(1, 60)] for _ in range(200)]
    compare(network, found, range(1, 200), [*together, [30, 12], [29, 11], [3, 12], [27, 12]])


#: Strides side by side, whose least common multiple is far beyond what each of them needs.
PARALLEL = [
    (8, 7),
    (7, 11),
    (16, 9),
    (16, 14),
    (2, 3, 5, 7),
    (32, 27, 25),
    (61, 67),
    (64, 65),
    (3, 5),
    (60, 30, 20, 10),
]


@pytest.mark.parametrize("strides", PARALLEL)
def test_strides_side_by_side_repeat_together(strides: tuple[int, ...]) -> None:
    layers = [
        {"name": f"by{stride}", "type": "Conv2d", "from": "input", "out_channels": 4}
        | {"kernel_size": stride, "stride": stride}
        for stride in strides
    ]
    network = network_of({"input": [8, 64, 64], "layers": layers, "output": [layer["name"] for layer in layers]})
    found = input_sizes(network)
    assert found is not None
    period = lcm(*strides)
    for axis in found.axes:
        assert axis.runs.exact and axis.clean.exact
        for size in range(1, 2 * period + max(strides)):
            assert (size in axis.runs) == (size >= max(strides)), size
            assert (size in axis.clean) == (size % period == 0), size
    near = [max(strides) - 1, max(strides), period - 1, period, period + 1, 2 * period]
    compare(network, found, near, [[size, size] for size in near])


def test_strides_side_by_side_whose_period_is_too_long() -> None:
    strides = (61, 67, 71)
    layers = [{"name": f"by{n}", "type": "MaxPool2d", "from": "input", "kernel_size": n} for n in strides]
    network = network_of({"input": [8, 99, 99], "layers": layers, "output": [layer["name"] for layer in layers]})
    found = input_sizes(network, up_to=300)
    assert found is not None
    for axis in found.axes:
        assert not axis.clean.exact
        assert axis.clean.start == 301
        assert [size for size in range(1, 301) if size in axis.runs] == list(range(71, 301))
        assert axis.clean.members == ()
