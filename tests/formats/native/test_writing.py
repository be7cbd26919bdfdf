"""Steps of a network as the text of a native file, which convlint reads back."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from typing import Any

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Severity
from convlint.formats.native.folding import folded
from convlint.formats.native.writing import Call, Step, spelt, text_of
from convlint.lint import Result, lint


def written(steps: Sequence[Step], outputs: Sequence[tuple[int, int]], inputs: Any = None, **named: Any) -> str:
    inputs = inputs or {"input": (0, [8, 16, 16])}
    return text_of("net", inputs, folded(steps, outputs), outputs, **named)


def checked(text: str) -> Result:
    result = lint(Source("net.yaml", text), selection())
    assert [finding.message for finding in result.findings if finding.severity is Severity.ERROR] == []
    return result


def layers(text: str) -> list[str]:
    return [line.strip() for line in text.split("layers:\n", 1)[1].splitlines() if not line.startswith("output")]


def relu(number: int, read: int, path: str = "", *calls: str) -> Step:
    return Step(number, "ReLU", {}, ((read, 0),), path, tuple([Call(one, hash(one)) for one in calls]))


def conv(number: int, read: int, path: str, *calls: str, channels: int = 8) -> Step:
    arguments = {"out_channels": channels, "kernel_size": 1}
    return Step(number, "Conv2d", arguments, ((read, 0),), path, tuple([Call(one, hash(one)) for one in calls]))


def blocks(*numbers: int, stem: str = "body.") -> list[Step]:
    """Blocks of a convolution and a sum with what comes in, one behind the other."""
    found: list[Step] = []
    for place, number in enumerate(numbers):
        path, at = f"{stem}{number}", 3 * place
        found.append(conv(at + 1, at, f"{path}.conv", path))
        found.append(relu(at + 2, at + 1, f"{path}.act", path))
        found.append(Step(at + 3, "Add", {}, ((at + 2, 0), (at, 0)), "", found[-1].calls))
    return found


def test_only_what_is_not_the_layer_before_is_read_by_name() -> None:
    steps = [conv(1, 0, "conv"), relu(2, 1), Step(3, "Add", {}, ((2, 0), (1, 0)))]
    text = written(steps, [(3, 0)])
    assert layers(text) == [
        "- {name: conv, type: Conv2d, out_channels: 8, kernel_size: 1}",
        "- {name: relu, type: ReLU}",
        "- {type: Add, from: [relu, conv]}",
    ]
    checked(text)


def test_an_output_that_is_not_the_last_layer_is_named() -> None:
    text = written([conv(1, 0, "conv"), relu(2, 1)], [(2, 0), (1, 0)])
    assert text.endswith("  - {name: relu, type: ReLU}\noutput: [relu, conv]\n")
    checked(text)


def test_a_module_that_runs_twice_has_two_names() -> None:
    text = written([relu(1, 0, "act"), conv(2, 1, "conv"), relu(3, 2, "act")], [(3, 0)])
    assert [line.split(",")[0] for line in layers(text)] == ["- {name: act", "- {name: conv", "- {name: act_1"]


@pytest.mark.parametrize("path", ["input", "no", "0", "1.5", "true", "a b", "é", "null"])
def test_any_path_can_be_a_name(path: str) -> None:
    text = written([conv(1, 0, path), relu(2, 1), Step(3, "Add", {}, ((2, 0), (1, 0)))], [(3, 0)])
    assert next(derived.name for derived in checked(text).derivations[0].layers) in (path, f"{path}_1")


def test_parts_have_the_name_of_their_layer() -> None:
    split = Step(1, "Split", {"split_size": 4}, ((0, 0),), "halves", parts=2)
    text = written([split, relu(2, 1), Step(3, "Mul", {}, ((2, 0), (1, 1)))], [(3, 0)])
    assert layers(text) == [
        "- {name: halves, type: Split, split_size: 4}",
        "- {name: relu, type: ReLU, from: halves.0}",
        "- {type: Mul, from: [relu, halves.1]}",
    ]
    checked(text)


def test_a_layer_is_not_called_like_a_part() -> None:
    split = Step(2, "Split", {"split_size": 4}, ((1, 0),), "halves", parts=2)
    text = written([conv(1, 0, "halves.1"), split, Step(3, "Mul", {}, ((2, 0), (2, 1))), relu(4, 1)], [(3, 0), (4, 0)])
    assert "name: halves_1, type: Split" in text
    checked(text)


def test_several_inputs_are_always_named() -> None:
    inputs = {"left": (0, [8, 16, 16]), "right": (9, [8, 16, 16])}
    text = written([conv(1, 9, "conv"), Step(2, "Add", {}, ((1, 0), (0, 0)))], [(2, 0)], inputs)
    assert "input: {left: [8, 16, 16], right: [8, 16, 16]}\n" in text
    assert "kernel_size: 1, from: right}" in text
    checked(text)


def test_equal_blocks_become_one_group() -> None:
    text = written(blocks(0, 1, 2), [(9, 0)])
    assert layers(text) == [
        "- name: body",
        "repeat: 3",
        "layers:",
        "- {name: conv, type: Conv2d, out_channels: 8, kernel_size: 1}",
        "- {name: act, type: ReLU}",
        "- {type: Add, from: [act, input]}",
    ]
    (derivation,) = checked(text).derivations
    assert (derivation.params, len(derivation.layers)) == (3 * 72, 1)


def test_some_of_the_blocks_have_their_numbers_in_the_name() -> None:
    text = written(blocks(2, 3, 4), [(9, 0)])
    assert "- name: body.2-4\n    repeat: 3\n" in text
    whole = written(blocks(0, 1, 2, stem="layer_"), [(9, 0)])
    assert "- name: layer_0-2\n" in whole


def test_blocks_that_are_called_on_later_are_not_all() -> None:
    steps = [*blocks(0, 1, 2), conv(10, 9, "body.3", "body.3", channels=4), relu(11, 10)]
    assert "- name: body.0-2\n    repeat: 3\n" in written(steps, [(11, 0)])


def test_groups_in_groups_are_folded_too() -> None:
    steps: list[Step] = []
    for outer in range(2):
        for inner in range(3):
            at = 6 * outer + 2 * inner
            calls = Call(f"stages.{outer}", outer), Call(f"stages.{outer}.blocks.{inner}", 9 * outer + inner)
            path = f"stages.{outer}.blocks.{inner}"
            steps.append(conv(at + 1, at, f"{path}.conv")._replace(calls=calls))
            steps.append(relu(at + 2, at + 1, f"{path}.act")._replace(calls=calls))
    text = written(steps, [(12, 0)])
    assert layers(text) == [
        "- name: stages",
        "repeat: 2",
        "layers:",
        "- name: blocks",
        "repeat: 3",
        "layers:",
        "- {name: conv, type: Conv2d, out_channels: 8, kernel_size: 1}",
        "- {name: act, type: ReLU}",
    ]
    assert checked(text).derivations[0].params == 6 * 72


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda steps: [*steps[:5], steps[5]._replace(reads=((5, 0), (0, 0)))], id="two values come in"),
        pytest.param(lambda steps: [*steps, Step(7, "Add", {}, ((6, 0), (1, 0)))], id="read from outside"),
        pytest.param(lambda steps: [*steps, Step(7, "Add", {}, ((6, 0), (3, 0)))], id="a middle one is read later"),
        pytest.param(lambda steps: [*steps[:4], steps[4]._replace(type="Tanh"), steps[5]], id="other layers"),
        pytest.param(lambda steps: [*steps[:4], steps[4]._replace(path="body.1.relu"), steps[5]], id="other names"),
        pytest.param(lambda steps: [*steps[:5], steps[5]._replace(reads=((5, 0), (4, 0)))], id="other wiring"),
        pytest.param(lambda steps: steps[:5], id="one is shorter"),
    ],
)
def test_what_is_not_the_same_is_not_folded(change: Any) -> None:
    steps = change(blocks(0, 1))
    text = written(steps, [(steps[-1].number, 0)])
    assert "repeat" not in text
    checked(text)


def test_blocks_out_of_their_order_are_not_folded() -> None:
    assert "repeat" not in written(blocks(1, 0), [(6, 0)])
    assert "repeat" not in written(blocks(0, 2), [(6, 0)])
    steps = [step._replace(calls=(Call("body.x", step.number // 4),)) for step in blocks(0, 1)]
    assert "repeat" not in written(steps, [(6, 0)])


def test_a_group_is_not_longer_than_what_it_stands_for() -> None:
    steps = [relu(1, 0, "body.0.act", "body.0"), relu(2, 1, "body.1.act", "body.1")]
    assert "repeat" not in written(steps, [(2, 0)])


def test_a_block_that_ends_in_parts_is_no_group() -> None:
    steps = blocks(0, 1)
    steps[2] = Step(3, "Split", {"split_size": 4}, ((2, 0),), "", steps[2].calls, 2)
    steps = [*steps[:3], Step(4, "Concat", {}, ((3, 0), (3, 1)), "", (Call("body.1", hash("body.1")),))]
    assert "repeat" not in written(steps, [(4, 0)])


def test_claims_and_remarks_are_written() -> None:
    step = conv(1, 0, "conv")._replace(expect={"output": [8, 16, 16]})
    text = written([step], [(1, 0)], expect={"params": 72}, remarks=["two words"])
    assert text == (
        "convlint: 1\n# two words\nname: net\ninput: [8, 16, 16]\nlayers:\n"
        "  - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 1, expect: {output: [8, 16, 16]}}\n"
        "expect: {params: 72}\n"
    )
    checked(text)


def test_a_network_may_have_no_layers() -> None:
    assert text_of(None, {"input": (0, [3, None])}, [], [(0, 0)]) == (
        "convlint: 1\ninput: [3, null]\nlayers: []\noutput: [input]\n"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-5, "1.0e-05"),
        (2.5e-7, "2.5e-07"),
        (0.1, "0.1"),
        (2.0, "2"),
        (1e20, "1.0e+20"),
        (inf, ".inf"),
        (-inf, "-.inf"),
        (nan, ".nan"),
        (True, "true"),
        (None, "null"),
        ([1, [2]], "[1, [2]]"),
        ("a: b", '"a: b"'),
    ],
)
def test_values_are_what_yaml_takes_them_for(value: Any, text: str) -> None:
    assert spelt(value) == text
