"""Which tensors load, against what ultralytics loads."""

import json

import pytest

from convlint.catalogue import selection
from convlint.compare.transfer import Transfer, Why, named, transfer
from convlint.derive import Derivation
from convlint.document import Source
from convlint.formats.yolo.options import Options
from convlint.lint import lint
from tests.compare.edits import NAMES, edited, put_in
from tests.conftest import ROOT, SHARED

SMALL = (ROOT / "examples" / "yolo-small.yaml").read_text(encoding="utf-8")
RECORDED = json.loads((ROOT / "tests" / "golden" / "transfers.json").read_text(encoding="utf-8"))["edits"]


def network(text: str, scale: str = "", name: str = "net.yaml", dialect: str | None = None) -> Derivation:
    options = {"yolo": Options(scales=tuple(scale), dialect=dialect)}
    return lint(Source(name, text), selection(), options=options).derivations[0]


def loads(mine: str, base: str, scale: str = "", name: str = "net.yaml", dialect: str | None = None) -> Transfer:
    return transfer(network(mine, scale, name, dialect), network(base, scale, name, dialect))


@pytest.mark.parametrize("name", NAMES)
def test_the_framework_loads_as_many(name: str) -> None:
    found = loads(edited(SMALL, name), SMALL, "t")
    assert [found.loaded, found.total, found.base] == RECORDED[name]
    assert found.unknown == 0 and sum(row.loaded for row in found.rows) == found.loaded


def test_rows_say_why() -> None:
    found = loads(edited(SMALL, "identity 8").replace("nc: 6", "nc: 7"), SMALL, "t")
    first, put_in, head = found.rows[0], found.rows[9], found.rows[-1]
    assert (first.tensors, first.loaded, first.others, first.was) == (6, 6, {}, None)
    assert (put_in.tensors, put_in.was) == (0, None)
    assert (head.loaded, head.was) == (0, 16)
    assert head.others == {Why.MISSING: (85, "model.17.cv2.0.0.conv.weight")}
    found = loads(edited(SMALL, "one class"), SMALL, "t")
    assert found.rows[-1].others == {Why.SHAPE: (6, "model.16.cv3.0.2.weight")}


@pytest.mark.parametrize("after", [1, 4, 6, 8, 12])
def test_where_a_new_row_costs_less(after: int) -> None:
    found = loads(edited(SMALL, f"identity {after}"), SMALL, "t")
    assert found.block == [after + 1]
    best, second = found.placements[:2]
    assert (best.behind, best.inside, best.loaded) == (after, True, found.base)
    # What is proposed is what would load if one did it.
    assert not second.inside and second.behind == 15
    assert second.loaded == loads(edited(SMALL, "identity 15"), SMALL, "t").loaded


def test_blocks_that_are_not_one() -> None:
    twice = edited(edited(SMALL, "identity 4"), "nothing").replace(
        "nn.Upsample", "nn.Identity, []]\n  - [-1, 1, nn.Upsample", 1
    )
    assert loads(twice, SMALL, "t").placements == []
    assert loads(SMALL, SMALL, "t").block == []


def test_the_stock_numbers() -> None:
    """One row without weights in yolov8n, correctly renumbered, as people do it."""
    path = SHARED / "corpus" / "yolo" / "ultralytics" / "v8" / "yolov8.yaml"
    if not path.is_file():
        pytest.skip("no folder of reference data beside the repository")
    text = path.read_text(encoding="utf-8")
    base = network(text, "n", "yolov8.yaml")
    places = (2, 4, 6, 8, 9, 12, 21)
    mine = {after: put_in(text, "[-1, 1, nn.Identity, []]", after) for after in places}
    found = {after: transfer(network(mine[after], "n", "yolov8.yaml"), base).loaded for after in places}
    assert found == {2: 42, 4: 84, 6: 126, 8: 150, 9: 162, 12: 186, 21: 270}
    assert len(named(base)) == 355


def test_a_first_convolution_of_other_channels() -> None:
    base, mine = network(SMALL, "t"), network(SMALL, "t")
    names = dict(named(base))
    names["model.0.conv.weight"] = (16, 4, 5, 5)
    found = transfer(mine, names)
    assert (found.loaded, found.more) == (found.total - 1, 1)
    names["model.0.conv.weight"] = (16, 4, 3, 3)
    assert transfer(mine, names).more == 0


def test_class_branches_that_are_built_anew() -> None:
    found = loads(edited(SMALL, "more classes"), SMALL, "t")
    # Three levels with two hidden convolutions of six tensors each, as far as their shapes differ.
    shapes = found.rows[-1].others[Why.SHAPE][0]
    assert 0 < found.more < shapes


YOLOV5 = """\
nc: 2
depth_multiple: 1.0
width_multiple: 0.5
anchors: [[10,13, 16,30], [30,61, 62,45]]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[0, 1], 1, Detect, [nc, anchors]]
"""


@pytest.mark.parametrize(("dialect", "head", "loaded", "total"), [
    ("yolov5", "Detect", 16, 17),
    ("yolov7", "Detect", 16, 18),
    ("yolov7", "IDetect", 20, 22),
])  # fmt: skip
def test_anchors_are_never_loaded(dialect: str, head: str, loaded: int, total: int) -> None:
    text = YOLOV5.replace("1, Detect", f"1, {head}")
    found = loads(text, text, dialect=dialect)
    assert (found.loaded, found.total) == (loaded, total)
    assert found.rows[-1].others == {Why.EXCLUDED: (total - loaded, "model.2.anchors")}


CFG = """\
[net]
height=32
width=32
channels=3

[convolutional]
batch_normalize=1
filters=8
size=3
pad=1

[maxpool]
size=2
stride=2

[convolutional]
filters=16
size=1

[convolutional]
filters=4
size=1
"""


def test_number_by_number() -> None:
    assert (loads(CFG, CFG, name="net.cfg").loaded, loads(CFG, CFG, name="net.cfg").total) == (3, 3)
    wider = loads(CFG.replace("filters=16", "filters=24"), CFG, name="net.cfg")
    assert [row.loaded for row in wider.rows] == [1, 0, 0, 0]
    # What has no weights moves nothing.
    pooled = CFG.replace("[maxpool]", "[maxpool]\nsize=1\n\n[maxpool]")
    assert loads(pooled, CFG, name="net.cfg").loaded == 3
    last = loads(CFG.replace("filters=4", "filters=6"), CFG, name="net.cfg")
    assert last.loaded == 2 and last.rows[-1].others == {Why.ORDER: (1, last.rows[-1].item.derived.name)}


def test_rows_of_which_nothing_is_known() -> None:
    text = SMALL.replace("1, SPPF, [224, 3]", "1, MyPool, [112]")
    found = loads(text, SMALL, "t")
    assert found.unknown == 1 and found.rows[8].tensors is None
