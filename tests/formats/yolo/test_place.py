"""How a YOLO file writes the changes that rules propose, and that the edits make them."""

from __future__ import annotations

import pytest

from convlint.findings.edits import apply
from convlint.formats.yolo.options import Options
from convlint.model.changes import Change, Insert, Read, Remove, Set, Value
from convlint.model.network import Place
from tests.formats.yolo.checking import check, net

STEM = "[-1, 1, Conv, [16, 3, 2]]"
HEAD = "[[1], 1, Detect, [nc]]"


def place_of(row: str, index: int = 1, dialect: str | None = None) -> tuple[str, Place]:
    """A file with a row behind a stem, and the place of one of its rows."""
    text = net(STEM, row, HEAD) if index < 2 else net(STEM, STEM, row, HEAD)
    (derivation,) = check(text, options=Options((), None, dialect)).derivations
    return text, derivation.network.layers[index].place


def after(row: str, change: Change, dialect: str | None = None) -> tuple[str | None, str | None]:
    """What a change of a row is written as, and the row after its edits; None for what cannot be said or done."""
    text, place = place_of(row, dialect=dialect)
    written = place.written(change)
    if written is None:
        return None, None
    made = apply(written.edits, text).split("\n")[3].removeprefix("  - ") if written.edits else None
    return written.words[0], made


@pytest.mark.parametrize(
    ("row", "values", "words"),
    [
        ("[-1, 1, Conv, [32, 3, 2]]", {"padding": 0}, "[-1, 1, Conv, [32, 3, 2, 0]]"),
        ("[-1, 1, Conv, [32, 3]]", {"padding": 0}, "[-1, 1, Conv, [32, 3, 1, 0]]"),
        ("[-1, 1, Conv, [32]]", {"stride": 2}, "[-1, 1, Conv, [32, 1, 2]]"),
        ("[-1, 1, Conv, [32, 3, 2]]", {"groups": 4}, "[-1, 1, Conv, [32, 3, 2, null, 4]]"),
        ("[-1, 1, Conv, [32, 3, 2, 1]]", {"kernel_size": 5}, "[-1, 1, Conv, [32, 5, 2, 1]]"),
        ("[-1, 1, Conv, [32, 3, 2]]", {"kernel_size": 5, "padding": 1}, "[-1, 1, Conv, [32, 5, 2, 1]]"),
        ("[-1, 1, Conv, [32, 3, 2, 1]]", {"padding": (1, 2)}, "[-1, 1, Conv, [32, 3, 2, [1, 2]]]"),
        ("[-1, 1, nn.MaxPool2d, [2]]", {"ceil_mode": True},
         "[-1, 1, nn.MaxPool2d, [2, null, 0, 1, false, true]]"),
        ("[-1, 1, nn.Conv2d, [16, 16, 3]]", {"in_channels": 8}, "[-1, 1, nn.Conv2d, [8, 16, 3]]"),
        ("[-1, 1, ConvTranspose, [16]]", {"kernel_size": 4, "padding": 1}, "[-1, 1, ConvTranspose, [16, 4, 2, 1]]"),
        ('[-1, 1, nn.Upsample, [None, 2, "nearest"]]', {"scale_factor": 4},
         '[-1, 1, nn.Upsample, [None, 4, "nearest"]]'),
    ],
)  # fmt: skip
def test_arguments_are_set_at_their_position(row: str, values: dict[str, Value], words: str) -> None:
    assert after(row, Set(values)) == (words, words)


def test_dialects_have_their_own_order() -> None:
    row = "[-1, 1, Conv, [32, 3, 2]]"
    assert after(row, Set({"dilation": 2, "padding": 2}))[0] == "[-1, 1, Conv, [32, 3, 2, 2, 1, 2]]"
    assert after(row, Set({"dilation": 2, "padding": 2}), "yolov7")[0] is None


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("[-1, 1, Conv, [32, 3, 2]]", {"kernel_size": 5}),  # the padding would change with it
        ("[-1, 1, Conv, [32, 3, 2, null]]", {"dilation": 2}),
        ("[-1, 1, Conv, [32, 3, 2]]", {"out_channels": 40}),  # scaled by the width
        ("[-1, 1, Conv, [32, 3, 2]]", {"in_channels": 16}),  # injected
        ("[-1, 1, Conv, [32, 3, 2]]", {"output_padding": 1}),
        ("[-1, 1, C2f, [32]]", {"groups": 2}),  # one of many layers inside
        ("[-1, 1, SPPF, [32, 5]]", {"kernel_size": 3}),
        ("[-1, 3, nn.MaxPool2d, [3, 1, 1]]", {"padding": 0}),  # three copies
    ],
)
def test_what_is_not_certain_is_not_written(row: str, values: dict[str, Value]) -> None:
    assert after(row, Set(values)) == (None, None)


def test_rows_in_several_lines_are_said_and_not_edited() -> None:
    row = "- -1\n    - 1\n    - Conv\n    -\n      - 32\n      - 3"
    _, place = place_of(row)
    written = place.written(Set({"stride": 2}))
    assert written is not None and written.words == ("[-1, 1, Conv, [32, 3, 2]]",) and written.edits == []


def test_what_an_alias_stands_for_is_not_edited() -> None:
    text = net("[-1, 1, Conv, [16, &k 3, 2]]", "[-1, 1, Conv, [32, *k]]", HEAD)
    (derivation,) = check(text).derivations
    written = derivation.network.layers[1].place.written(Set({"stride": 2}))
    assert written is not None and written.words == ("[-1, 1, Conv, [32, 3, 2]]",) and written.edits == []


def test_another_row_is_read_by_its_number() -> None:
    text, place = place_of("[[-1, 0], 1, Concat, [1]]", 2)
    written = place.written(Read(0, "model.0"))
    assert written is not None and "[[0, 0], 1, Concat, [1]]" in apply(written.edits, text)
    assert place.written(Read(0, "model.2")) is None  # it is not there yet
    assert place.written(Read(0, "backbone")) is None
    assert place.written(Read(2, "model.0")) is None


def test_sources_are_named_by_row() -> None:
    text, place = place_of("[[-1, 0], 1, Concat, [1]]", 2)
    first, second = place.source(0), place.source(1)
    assert first is not None and second is not None and (first.name, second.name) == ("`model.1`", "`model.0`")
    assert text[slice(*first.span)] == "[-1, 0]"
    assert place.source(2) is None
    assert place_of("[-1, 1, C2f, [32]]")[1].source(0) is None  # a layer inside reads something else


@pytest.mark.parametrize("change", [Remove("padding"), Insert("ZeroPad2d", {"padding": 1}), Insert("Upsample", {}, 0)])
def test_rows_neither_come_nor_go(change: Change) -> None:
    assert place_of("[-1, 1, Conv, [32, 3]]")[1].written(change) is None


def test_the_file_has_no_words_of_rules() -> None:
    (derivation,) = check(net(STEM, STEM, HEAD)).derivations
    assert derivation.network.place.written(Set({"input": (3, 64, 64)})) is None


def test_what_is_written_is_what_is_built() -> None:
    text = net(STEM, "[-1, 1, nn.Conv2d, [32, 16, 3]]", HEAD)
    (finding,) = [found for found in check(text).findings if found.code == "CL201"]
    (fix,) = finding.fixes
    assert fix.title == "Write `[-1, 1, nn.Conv2d, [16, 16, 3]]`"
    assert finding.help is not None and fix.title.removeprefix("Write ") in finding.help
    assert "CL201" not in {found.code for found in check(apply(fix.edits, text)).findings}
