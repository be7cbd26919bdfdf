"""Pools that are padded differently before and behind, as Darknet, Keras and Caffe pad them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.derive import Derivation, derive
from convlint.derive.centres import centres
from convlint.derive.repairs.trial import works
from convlint.derive.sizing.input_sizes import input_sizes
from convlint.derive.windows import windows_of
from convlint.document import Source
from convlint.explain import explain
from convlint.formats.yolo.builder import NOWHERE
from convlint.model.network import Input, Layer, Network
from convlint.model.operations import Operation, Pad, Pool
from convlint.reports import explanation
from convlint.reports.style import Style
from tests.conftest import examples
from tests.derive.sizing.test_input_sizes import compare

Padding = tuple[tuple[int, int], ...]


def pool(kernel: int, stride: int, padding: Padding, ceil: bool = False, dilation: int = 1) -> Pool:
    """A max pool with one kernel and stride for all axes."""
    rank = len(padding)
    return Pool("max", rank, (kernel,) * rank, (stride,) * rank, padding, (dilation,) * rank, ceil)


def network(shape: tuple[int | None, ...], *operations: Operation) -> Network:
    """Layers one behind the other, named by their number."""
    layers = [
        Layer(number, str(number), type(operation).__name__, operation, ((number - 1, 0),), NOWHERE)
        for number, operation in enumerate(operations, 2)
    ]
    given_input = Input(1, "input", shape, (0, 0))
    return Network(None, [given_input], layers, [(len(layers) + 1, 0)], len(layers) + 2, NOWHERE)


def irregular(derivation: Derivation) -> list[tuple[str, dict[str, Any]]]:
    return [(found.kind, found.numbers) for found in derivation.irregularities]


def test_darknets_pool_keeps_the_size_with_one_cell_behind() -> None:
    """``size=2 stride=1`` of yolov3-tiny: padding 1 in all, and its half, rounded down, before."""
    derivation = derive(network((512, 13, 13), pool(2, 1, ((0, 1), (0, 1)))))
    (layer,) = derivation.layers
    assert layer.output.shape == (512, 13, 13)
    assert layer.output.field == (2, 2) and layer.output.jump == (1, 1)
    # The first window reads the first two cells, so it looks at the border between them.
    assert centres(derivation)[id(layer.output)] == (Fraction(1, 2), Fraction(1, 2))
    assert derivation.irregularities == []
    assert [(window.before, window.after) for _, window in windows_of(layer)] == [(0, 1), (0, 1)]


def test_cells_dropped_behind_are_padding_first() -> None:
    def found(padding: tuple[int, int]) -> list[tuple[str, list[tuple[int, int]]]]:
        derivation = derive(network((8, 8), pool(3, 3, (padding,))))
        return [
            (one.kind, [(window.dropped_padding, window.dropped_input) for _, window in one.windows])
            for one in derivation.irregularities
        ]

    assert found((0, 0)) == [("pool-drops-input", [(0, 2)])]
    assert found((0, 1)) == []
    assert found((1, 0)) == []
    assert found((1, 1)) == [("dropped-padding", [(1, 0)])]


@pytest.mark.parametrize(("padding", "axis", "cells"), [(((0, 2), (0, 0)), 0, 2), (((1, 1), (3, 0)), 1, 3)])
def test_either_side_can_be_too_much(padding: Padding, axis: int, cells: int) -> None:
    derivation = derive(network((8, 9, 9), pool(3, 1, padding)))
    assert irregular(derivation) == [("pool-padding", {"axis": axis, "padding": cells, "kernel": 3})]
    assert irregular(derive(network((8, 9, 9), pool(3, 1, ((0, 1), (1, 0)))))) == []


def test_either_side_can_be_negative() -> None:
    for padding, axis in ((((0, -1), (0, 0)), 0), (((1, 1), (-1, 1)), 1)):
        derivation = derive(network((8, 9, 9), pool(3, 1, padding)))
        expected = {"argument": "padding", "value": -1, "axis": axis, "least": 0}
        assert irregular(derivation) == [("invalid-window", expected)]


def test_a_trial_pads_both_ends() -> None:
    derivation = derive(network((8, 7), pool(3, 3, ((0, 1),))))
    assert [one.kind for one in derivation.irregularities] == ["pool-drops-input"]
    (layer,) = derivation.layers
    assert works(layer, "pool-drops-input", padding=[1])
    assert not works(layer, "pool-drops-input", padding=[0])
    assert not works(layer, "pool-drops-input", padding=[2])


@settings(max_examples=examples(300))
@given(
    size=st.integers(1, 30), kernel=st.integers(1, 6), stride=st.integers(1, 7), before=st.integers(0, 3),
    after=st.integers(0, 3), dilation=st.integers(1, 3), ceil=st.booleans(),
)  # fmt: skip
def test_windows_are_those_of_a_padded_map(
    size: int, kernel: int, stride: int, before: int, after: int, dilation: int, ceil: bool
) -> None:
    """Counted one by one: a window begins every ``stride`` cells, the first at ``-before``."""
    before, after = min(before, kernel // 2), min(after, kernel // 2)
    derivation = derive(network((4, size), pool(kernel, stride, ((before, after),), ceil, dilation)))
    value = derivation.layers[0].output
    last = dilation * (kernel - 1)
    begins = [begin for begin in range(-before, size + after, stride) if begin + last < size + after]
    if ceil:
        # One more hangs over the end by less than a stride, but begins before it (PyTorch's Pool.h).
        more = begins[-1] + stride if begins else -before
        if size + after - 1 < more + last < size + after - 1 + stride and more < size:
            begins.append(more)
    if not begins:
        assert value.shape == (4, None)
        return
    assert value.shape == (4, len(begins))
    kinds = {one.kind for one in derivation.irregularities}
    if not ceil:
        behind = size + after - (begins[-1] + last + 1)
        lost = behind and stride <= last + 1
        assert ("pool-drops-input" in kinds) == bool(lost and behind > after)
        assert ("dropped-padding" in kinds) == bool(lost and behind <= after)
        # A padding layer before a pool without padding of its own comes to the same.
        pads = derive(network((4, size), Pad(1, "zeros", ((before, after),)), pool(kernel, stride, ((0, 0),), False,
                      dilation)))  # fmt: skip
        other = pads.layers[1].output
        assert (other.shape, other.field, other.jump) == (value.shape, value.field, value.jump)
        assert centres(pads)[id(other)] == centres(derivation)[id(value)]


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "ceil"),
    [(2, 1, (0, 1), False), (3, 2, (0, 1), False), (3, 2, (1, 0), True), (4, 3, (1, 2), True), (5, 4, (2, 0), False)],
)
def test_input_sizes(kernel: int, stride: int, padding: tuple[int, int], ceil: bool) -> None:
    described = network((4, 20), pool(kernel, stride, (padding,), ceil), pool(kernel, stride, (padding,), ceil))
    found = input_sizes(described, up_to=64)
    assert found is not None
    assert compare(described, found, range(1, 60), []) > 0


def test_explanation() -> None:
    derivation = derive(network((8, 13, 12), pool(2, 1, ((0, 1), (0, 1))), pool(3, 2, ((0, 1), (0, 1)))))
    source = Source("net.yaml", "")
    texts = [
        explanation.text(source, explain(derivation, source, layer), [], "", derivation.network, Style())
        for layer in derivation.layers
    ]
    assert "W' = (W - K + P + P')/S + 1      W input, K window, P padding before and P' behind, S stride" in texts[0]
    assert "height: (13 - 2 + 0 + 1)/1 + 1 = 13\n" in texts[0]
    assert "width:  (12 - 2 + 0 + 1)/1 + 1 = 12\n" in texts[0]
    assert "It comes out even, for the last window ends where the input with its padding ends." in texts[0]
    assert "height: (13 - 3 + 0 + 1)/2 + 1 = 11/2 + 1 = 6.5, rounded down: 6\n" in texts[1]
    assert "Height: behind the last window 1 row is left over, but that is padding: no input is lost." in texts[1]
    assert "width:  (12 - 3 + 0 + 1)/2 + 1 = 10/2 + 1 = 6\n" in texts[1]
