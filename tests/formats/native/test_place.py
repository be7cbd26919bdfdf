"""How a native file writes the changes that rules propose, and that the edits make them."""

from __future__ import annotations

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings.edits import apply
from convlint.formats.native.place import Fields, spelt
from convlint.lint import lint
from convlint.model.changes import Change, Insert, Read, Remove, Set, Written
from convlint.model.network import Layer

TEXT = """convlint: 1
input: [3, 32, 32]
layers:
  - {name: a, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - {name: b, type: Conv2d, out_channels: 8, kernel_size: 3, padding: [1, 1], stride: 1}
  - name: c
    type: Conv2d
    out_channels: 8
    kernel_size:
      - 3
      - 3
    padding: 1
  - {name: s, type: Chunk, chunks: 2}
  - {name: join, type: Add, from: [a, s.0]}
  - {name: alone, type: ReLU}
"""


def layers() -> dict[str | None, Layer]:
    (derivation,) = lint(Source("net.yaml", TEXT), selection()).derivations
    return {layer.name: layer for layer in derivation.network.layers}


def written(name: str, change: Change) -> Written | None:
    return layers()[name].place.written(change)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (True, "true"), (0.5, "0.5"), ("same", "same"), ((1, 2), "[1, 2]"), ([None, 4], "[null, 4]"),
     (["C", "H"], "[C, H]"), (None, "null")],
)  # fmt: skip
def test_values(value: object, text: str) -> None:
    assert spelt(value) == text  # type: ignore[arg-type]


def test_an_argument_is_set_where_it_is_written() -> None:
    change = written("b", Set({"padding": 0}))
    assert change is not None and (change.words, change.argument, change.value) == (("padding: 0",), "padding", "0")
    assert apply(change.edits, TEXT) == TEXT.replace("padding: [1, 1]", "padding: 0")


def test_arguments_are_set_all_or_none() -> None:
    both = written("b", Set({"padding": 0, "stride": 2}))
    assert both is not None and both.words == ("padding: 0", "stride: 2")
    assert "padding: 0, stride: 2}" in apply(both.edits, TEXT)
    one = written("b", Set({"padding": 0, "dilation": 2}))
    assert one is not None and one.words == ("padding: 0", "dilation: 2") and one.edits == []


def test_a_list_over_several_lines_is_not_edited() -> None:
    change = written("c", Set({"kernel_size": 5}))
    assert change is not None and change.words == ("kernel_size: 5",) and change.edits == []


def test_an_argument_is_left_out_by_its_name() -> None:
    assert written("a", Remove("padding")) == Written(("padding",), "padding")


def test_a_layer_comes_before_another_one() -> None:
    assert written("a", Insert("ZeroPad2d", {"padding": [0, 1, 0, 1]})) == Written(
        ("{type: ZeroPad2d, padding: [0, 1, 0, 1]}",)
    )


def test_a_layer_comes_into_an_input() -> None:
    change = written("join", Insert("Upsample", {"scale_factor": 2}, 1, "_up"))
    assert change is not None and change.words == (
        "- {name: s_0_up, type: Upsample, scale_factor: 2, from: s.0}",
        "from: [a, s_0_up]",
    )


def test_no_layer_comes_into_an_input_without_a_name() -> None:
    assert written("alone", Insert("Upsample", {"scale_factor": 2}, 0, "_up")) is None


def test_another_layer_is_read() -> None:
    change = written("join", Read(0, "b"))
    assert change is not None and apply(change.edits, TEXT) == TEXT.replace("from: [a, s.0]", "from: [b, s.0]")
    unchanged = written("join", Read(0, "a"))
    assert unchanged is not None and unchanged.edits == []


def test_sources_are_named_as_the_file_does() -> None:
    place = layers()["join"].place
    source = place.source(1)
    assert source is not None and source.name == "`s.0`" and TEXT[slice(*source.span)] == "s.0"
    assert place.source(2) is None
    assert layers()["alone"].place.source(0) is None


def test_layers_that_an_alias_writes_twice_have_one_place() -> None:
    text = "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - &a {type: ReLU}\n  - *a\n  - {type: ReLU}\n"
    (derivation,) = lint(Source("net.yaml", text), selection()).derivations
    first, second, third = (layer.place for layer in derivation.network.layers)
    assert first is second and first is not third and isinstance(first, Fields)
