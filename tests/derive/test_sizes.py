"""Searches for other network inputs against trying every size."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from convlint.catalogue import selection
from convlint.derive import Derivation, derive
from convlint.derive.sizes import (
    MAX_LAYERS,
    fixed_by,
    last_size_change,
    nearest_inputs,
    one_cell_by,
    origin,
    size_changes,
    smallest_input,
)
from convlint.document import Source, read
from convlint.formats import native
from convlint.lint import lint
from tests.conftest import examples

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def derived(text: str) -> Derivation:
    """What follows from the one network of a text."""
    (network,) = native.lower(read(Source("net.yaml", text)).documents[0]).networks
    return derive(network)


def network(sizes: list[int], layers: list[str]) -> str:
    """A file with an input of 3 channels and some layers."""
    return f"convlint: 1\ninput: {[3, *sizes]}\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def conv(kernel: int, stride: int, padding: int) -> str:
    return f"{{type: Conv1d, out_channels: 4, kernel_size: {kernel}, stride: {stride}, padding: {padding}}}"


def pool(kernel: int, stride: int, ceil: bool) -> str:
    return f"{{type: MaxPool1d, kernel_size: {kernel}, stride: {stride}, ceil_mode: {str(ceil).lower()}}}"


chains = st.lists(
    st.one_of(
        st.builds(conv, st.integers(1, 7), st.integers(1, 3), st.integers(0, 2)),
        st.builds(pool, st.integers(1, 4), st.integers(1, 3), st.booleans()),
    ),
    min_size=1,
    max_size=5,
)


def fits(size: int, layers: list[str]) -> bool:
    return not any(found.kind == "kernel-too-large" for found in derived(network([size], layers)).irregularities)


@given(st.integers(1, 12), chains)
@settings(max_examples=examples(50))
def test_smallest_input_is_the_first_that_fits(size: int, layers: list[str]) -> None:
    found = smallest_input(derived(network([size], layers)), 0)
    assert found == (next(larger for larger in range(size, 3000) if fits(larger, layers)),)


@given(st.integers(8, 60), chains)
@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.filter_too_much])
def test_nearest_inputs_are_the_first_on_either_side(size: int, layers: list[str]) -> None:
    derivation = derived(network([size], layers))
    losing = [found for found in derivation.irregularities if found.kind == "dropped-input"]
    assume(losing)
    first = losing[0]
    number = next(index for index, layer in enumerate(derivation.layers) if layer is first.at)

    def loses(other: int) -> list[int] | None:
        """The layers up to the first one that lose input with another size; None if one of them has no output."""
        there = derived(network([other], layers[: number + 1]))
        if any(found.kind == "kernel-too-large" for found in there.irregularities):
            return None
        drops = [found for found in there.irregularities if found.kind in ("dropped-input", "pool-drops-input")]
        return [there.layers.index(found.at) for found in drops]

    now = loses(size)
    assert now is not None
    for shape in nearest_inputs(derivation, first):
        assert shape[0] is not None
        there = loses(shape[0])
        assert there is not None and number not in there and len(there) < len(now)
        step = 1 if shape[0] > size else -1
        for other in range(size + step, shape[0], step):
            between = loses(other)
            assert between is None or number in between or len(between) >= len(now)


# torchvision declares 32 for VGG and 63 for its AlexNet, whose first layer is padded by 2; that of 2012 is not.
@pytest.mark.parametrize(("example", "smallest"), [("vgg-16", 32), ("alexnet-227", 63 + 2 * 2)])
def test_minima_that_torchvision_declares(example: str, smallest: int) -> None:
    text = (EXAMPLES / f"{example}.yaml").read_text(encoding="utf-8")
    small = text.replace("[3, 227, 227]", "[3, 20, 20]").replace("[3, 224, 224]", "[3, 20, 20]")
    assert small != text
    assert smallest_input(derived(small), 0) == (smallest, smallest)


def test_each_axis_has_its_own_smallest_size() -> None:
    layers = ["{type: Conv2d, out_channels: 4, kernel_size: [9, 3]}", "{type: MaxPool2d, kernel_size: [2, 5]}"]
    assert smallest_input(derived(network([4, 4], layers)), 0) == (10, 7)
    # What is large enough stays.
    assert smallest_input(derived(network([4, 40], layers)), 0) == (10, 40)


def test_joins_fit_at_the_smallest_input_if_they_do_a_few_cells_above() -> None:
    layers = [
        "{name: skip, type: Conv1d, out_channels: 4, kernel_size: 3, padding: 1}",
        "{type: MaxPool1d, kernel_size: 2}",
        "{type: MaxPool1d, kernel_size: 2}",
        "{type: Conv1d, out_channels: 4, kernel_size: 2, stride: 2}",
        "{name: up, type: Upsample, scale_factor: 8}",
        "{type: Concat, from: [up, skip]}",
    ]
    assert smallest_input(derived(network([3], layers)), 0) == (8,)
    layers[4] = layers[4].replace("8", "4")
    # No size fits the join, so the smallest that gives every layer an output is told.
    assert smallest_input(derived(network([3], layers)), 0) == (8,)


def test_no_network_input_helps_behind_a_global_pool() -> None:
    layers = [
        "{name: pool, type: AdaptiveAvgPool2d, output_size: 1}",
        "{type: ReLU}",
        "{type: Conv2d, out_channels: 4, kernel_size: 3}",
    ]
    derivation = derived(network([8, 8], layers))
    assert smallest_input(derivation, 0) is None
    last = derivation.layers[-1].inputs[0]
    assert fixed_by(last) is derivation.layers[0]
    assert one_cell_by(last) is derivation.layers[0]


@pytest.mark.parametrize(
    ("layer", "fixes"),
    [
        ("{type: AdaptiveAvgPool2d, output_size: [4, null]}", False),
        ("{type: Upsample, size: 9}", True),
        ("{type: Upsample, scale_factor: 2}", False),
        ("{type: ConvTranspose2d, out_channels: 4, kernel_size: 2, stride: 2, output_size: 17}", True),
        ("{type: ConvTranspose2d, out_channels: 4, kernel_size: 2, stride: 2}", False),
        ("{type: Reshape, shape: [3, 4, 16]}", True),
    ],
)
def test_layers_that_make_their_own_size(layer: str, fixes: bool) -> None:
    derivation = derived(network([8, 8], [layer, "{type: ReLU}"]))
    assert (fixed_by(derivation.layers[-1].output) is derivation.layers[0]) == fixes


@pytest.mark.parametrize(
    ("layers", "global_pool"),
    [
        (["{type: AvgPool2d, kernel_size: 8}"], True),
        (["{type: AvgPool2d, kernel_size: 4}", "{type: AvgPool2d, kernel_size: 2}"], False),
        (["{type: MaxPool2d, kernel_size: 8}"], False),
        (["{type: Conv2d, out_channels: 4, kernel_size: 8}"], False),
        (["{type: ReLU}"], False),
    ],
)
def test_which_pool_is_global(layers: list[str], global_pool: bool) -> None:
    derivation = derived(network([8, 8], layers))
    assert (one_cell_by(derivation.layers[-1].output) is not None) == global_pool


def test_size_changes_are_told_in_order() -> None:
    derivation = derived(network([16], [conv(3, 2, 1), "{type: ReLU}", conv(3, 1, 1), pool(2, 2, False)]))
    changes = size_changes(derivation.layers[-1].output)
    assert [(change.at, change.before, change.after) for change in changes] == [
        (derivation.layers[0], (16,), (8,)),
        (derivation.layers[3], (8,), (4,)),
    ]
    assert last_size_change(derivation.layers[-1].output) == changes[-1]
    assert last_size_change(derivation.inputs[0]) is None


def test_which_input_a_map_came_from() -> None:
    text = """
convlint: 1
input: {image: [3, 8, 8], depth: [1, 8, 8]}
layers:
  - {name: a, type: ReLU, from: image}
  - {name: b, type: ReLU, from: depth}
  - {name: c, type: Conv2d, from: b, out_channels: 4, kernel_size: 11}
"""
    derivation = derived(text)
    assert [origin(layer.output, derivation) for layer in derivation.layers] == [0, 1, 1]
    assert smallest_input(derivation, 1) == (11, 11)
    # The other input cannot help.
    assert smallest_input(derivation, 0) is None


def test_an_unknown_size_is_not_searched_for() -> None:
    text = network([5], [conv(9, 1, 0)]).replace("[3, 5]", "[3, null]")
    assert smallest_input(derived(text), 0) is None


def test_large_networks_are_not_derived_again() -> None:
    layers = ["{type: ReLU}"] * MAX_LAYERS
    derivation = derived(network([5], [*layers, conv(9, 1, 0)]))
    assert smallest_input(derivation, 0) is None
    derivation = derived(network([8], [conv(3, 2, 0), *layers, conv(2, 2, 0)]))
    assert nearest_inputs(derivation, derivation.irregularities[-1]) == []


def test_joining_sizes_are_not_taken_for_a_misfit_of_channels() -> None:
    """The Add never fits (its channels differ), and says nothing where the Concat before it does not fit."""
    text = """\
convlint: 1
input: [3, 50]
layers:
  - {name: e0, type: Conv1d, out_channels: 4, kernel_size: 3, padding: 1}
  - {type: MaxPool1d, kernel_size: 2}
  - {name: e1, type: Conv1d, out_channels: 8, kernel_size: 3, padding: 1}
  - {type: MaxPool1d, kernel_size: 2}
  - {name: u1, type: Upsample, scale_factor: 2}
  - {type: Concat, from: [u1, e1]}
  - {name: u0, type: Upsample, scale_factor: 2}
  - {type: Add, from: [u0, e0]}
"""
    found = lint(Source("net.yaml", text), selection()).findings
    odd = [finding for finding in found if finding.code == "CL403"]
    assert [finding.help for finding in odd] == [
        "with an input of 48 or 52 everything joins: sizes that are multiples of 4"
    ]
