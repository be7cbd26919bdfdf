"""Modules that people add to the frameworks, in files without code beside them."""

from __future__ import annotations

import pytest

from convlint.findings import Severity
from convlint.formats.yolo.community import CONVENTIONS, FAMILIES
from convlint.formats.yolo.community_rows import convention
from convlint.formats.yolo.dialects import ULTRALYTICS
from convlint.formats.yolo.options import Options
from convlint.words.spelling import slip
from tests.formats.yolo.checking import check, errors, found, net, shapes

TOP = "scales:\n  n: [0.5, 0.5, 1024]\n"
STEM = "[-1, 1, Conv, [32, 3, 2]]"
NEXT = "[-1, 1, Conv, [64, 3, 2]]"


def made(*rows: str) -> tuple[int | None, ...] | None:
    """What the last row but the head makes of 16 x 320 x 320 (row 0) and 32 x 160 x 160 (row 1)."""
    result = check(net(STEM, NEXT, *rows, "[[1], 1, Detect, [nc]]", top=TOP))
    assert errors(result) == []
    return shapes(result.derivations[0])[-2]


@pytest.mark.parametrize(
    ("row", "shape"),
    [
        ("[-1, 1, SimAM, []]", (32, 160, 160)),
        ("[-1, 1, EMA, [8]]", (32, 160, 160)),
        ("[-1, 1, EMA, [64]]", (32, 160, 160)),
        ("[-1, 1, EMA, [32]]", (32, 160, 160)),
        ("[-1, 1, EMA, [128]]", (None, 160, 160)),
        ("[-1, 1, CBAM, []]", (32, 160, 160)),
        ("[-1, 1, CBAM, [64]]", (32, 160, 160)),
        ("[-1, 1, CBAM, [7]]", (None, 160, 160)),
        ("[-1, 3, C2f_Faster, [128, True]]", (64, 160, 160)),
        ("[-1, 3, C2f_OfMine, [128, True]]", (64, 160, 160)),
        ("[-1, 3, C2f_Stride, [128, True]]", (64, None, None)),
        ("[-1, 3, C2f_Faster, [mine]]", (None, 160, 160)),
        ("[-1, 1, GSConv, [128, 3, 2]]", (64, 80, 80)),
        ("[-1, 1, GSConv, [128]]", (64, 160, 160)),
        ("[-1, 1, GSConv, [128, 3, [1, 2]]]", (64, None, None)),
        ("[-1, 1, SPDConv, [128]]", (64, 80, 80)),
        ("[-1, 1, DySample, [2, lp]]", (32, 320, 320)),
        ("[-1, 1, space_to_depth, [1]]", (128, 80, 80)),
        ("[-1, 1, WaveletUnPool, []]", (8, 320, 320)),
        ("[-1, 1, MBConv, [128, 3, 2]]", (64, None, None)),
        ("[[-1, 1], 1, BiFPN_Concat2, [1]]", (64, 160, 160)),
        ("[[-1, 0], 1, Zoom_cat, []]", (48, None, None)),
        ("[[-1, 1], 1, Add, []]", (32, 160, 160)),
        ("[[-1, 0], 1, Add, []]", (None, 160, 160)),
        ("[[-1, 0], 1, SDI, []]", (32, 160, 160)),
        ("[[0, -1], 1, SDFM, []]", (32, 320, 320)),
        ("[[-1, 0], 1, SimFusion_3in, [128]]", (64, None, None)),
        ("[[-1, 0], 1, PyramidPoolAgg, [352, 2]]", (352, None, None)),
        ("[-1, 1, IFM, [[64, 32]]]", (96, 160, 160)),
        ("[-1, 1, IFM, [64]]", (None, 160, 160)),
        ("[[-1, 0], 1, BiFPN, []]", (None, None, None)),
        ("[-1, 1, SPPCSPC, [128]]", (64, 160, 160)),
        ("[-1, 1, ReOrg, []]", (128, 80, 80)),
    ],
)
def test_what_the_community_s_parsers_record(row: str, shape: tuple[int | None, ...]) -> None:
    assert made(row) == shape


def test_the_inside_of_an_assumed_module_is_not_known() -> None:
    result = check(net(STEM, NEXT, "[-1, 1, SimAM, []]", "[[2], 1, Detect, [nc]]", top=TOP))
    assert result.derivations[0].layers[2].params is None
    assert result.derivations[0].params is None
    assert found(result, Severity.INFO)[0][:2] == ("CL059", 7)


def test_a_head_of_the_community() -> None:
    result = check(net(STEM, NEXT, "[[0, 1], 1, Detect_DyHead, [nc, 128, 1]]", top=TOP))
    assert [code for code, _, _ in found(result, Severity.INFO)] == ["CL059"]
    assert len(result.derivations[0].outputs) == 2


def test_nothing_is_assumed_of_a_framework_as_published() -> None:
    text = net(STEM, "[-1, 1, SimAM, []]", "[[1], 1, Detect, [nc]]")
    assert [code for code, _, _ in found(check(text), Severity.INFO)] == ["CL059"]
    published = check(text, options=Options(dialect="ultralytics"))
    assert [finding.code for finding in errors(published)] == ["CL004"]
    declared = check("# convlint: module SimAM()\n" + text)
    assert found(declared, Severity.INFO) == []


def test_the_catalogue_names_what_the_framework_does_not() -> None:
    assert len(CONVENTIONS) >= 120
    assert not CONVENTIONS.keys() & ULTRALYTICS.base.keys() & ULTRALYTICS.heads.keys()
    for said in [*CONVENTIONS.values(), *(said for _, said in FAMILIES)]:
        word, _, number = said.channels.partition(" ")
        assert word in (
            "scaled", "same", "agreed", "times", "sum", "concat", "first", "second", "common", "literal", "total",
            "levels", "head", "unknown",
        ) and bool(number) == (word in ("times", "total"))  # fmt: skip
        assert said.size in ("same", "unknown") or said.size[0] in "/x" or said.size.startswith("stride ")
    assert convention("Conv") is not None and convention("MyBlock") is None


def test_numbers_behind_a_backbone_that_returns_a_list() -> None:
    rows = ("[-1, 1, fasternet_t0, []]", "[-1, 1, SPPF, [64, 5]]", "[-1, 1, Conv, [64]]", "[[3, 2], 1, Concat, [1]]")
    assert found(check(net(*rows, "[[6, 5, 3], 1, Detect, [nc]]"))) == [("CL014", 6, "nothing reads row 7 (Concat)")]
    plain = check(net(*(f"{row} # {index}" for index, row in enumerate(rows)), "[[2, 1], 1, Detect, [nc]] # 4"))
    assert [(code, line) for code, line, _ in found(plain)] == [("CL013", 6)]
    published = check(net(*rows, "[[6], 1, Detect, [nc]]"), options=Options(dialect="ultralytics"))
    assert "CL013" in [code for code, _, _ in found(published)]


def test_a_list_that_is_read_by_its_numbers() -> None:
    rows = ("[-1, 1, fasternet_t0, []]", "[1, 1, Conv, [64]]", "[2, 1, Conv, [64]]", "[[-1, -2], 1, Concat, [1]]")
    result = check(net(*rows, "[[7], 1, Detect, [nc]]"))
    assert errors(result) == []
    assert [layer.layer.inputs for layer in result.derivations[0].layers[1:4]] == [
        ((2, 1),), ((2, 2),), ((4, 0), (3, 0)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "meant"),
    [("C2F", "C2f"), ("Cnov", "Conv"), ("Convv", "Conv"), ("Detct", "Detect"), ("SPFP", "SPPF"), ("SPPFF", "SPPF"),
     ("Ghost_Conv", "GhostConv"), ("Cunv", "Conv"), ("DSConv", None), ("PConv", None), ("SPDConv", None),
     ("GSConv", None), ("C4f", None), ("SPP5", None), ("Con", "Conv"), ("SPFF", "SPPF"), ("SPFG", None)],
)  # fmt: skip
def test_slips_of_the_hand(word: str, meant: str | None) -> None:
    assert slip(word, ["Conv", "DWConv", "GhostConv", "C2f", "C3", "SPPF", "Detect"]) == meant


@pytest.mark.parametrize(
    ("model", "made"), [("resnet50", 512), ("convnext_tiny", 384), ("efficientnet_b0", 192), ("mobilenet_v2", 32)]
)
def test_parts_of_torchvision_s_backbones(model: str, made: int) -> None:
    part = {"resnet50": 6, "convnext_tiny": 6, "efficientnet_b0": 7, "mobilenet_v2": 5}[model]
    rows = (f"[-1, 1, TorchVision, [512, {model}, DEFAULT, True, 2, True]]", f"[0, 1, Index, [{made}, {part}]]")
    result = check(net(*rows, "[-1, 1, Conv, [64]]", "[[2], 1, Detect, [nc]]"))
    assert found(result) == []
    assert shapes(result.derivations[0])[1] == (made, None, None)
    wrong = check(net(rows[0], f"[0, 1, Index, [7, {part}]]", "[-1, 1, Conv, [64]]", "[[2], 1, Detect, [nc]]"))
    assert [(code, line) for code, line, _ in found(wrong)] == [("CL036", 4)]


@pytest.mark.parametrize(
    ("stem", "warned"), [("yolov8-seg", True), ("yolov8n-pose-mine", True), ("yolov8-segway", False), ("mine", False)]
)
def test_a_file_name_that_promises_another_head(stem: str, warned: bool) -> None:
    result = check(net(STEM, NEXT, "[[1], 1, Detect, [nc]]"), f"{stem}.yaml")
    assert [code for code, _, _ in found(result)] == ["CL041"] * warned
    right = check(net(STEM, NEXT, "[[1], 1, Segment, [nc, 32, 64]]"), "yolov8-seg.yaml")
    assert found(right) == []


@pytest.mark.parametrize(
    ("stem", "said"),
    [("mine", True), ("yolov8-s", True), ("yolov8_small", True), ("yolov8", False), ("yolov8-p2", False),
     ("yolov8-mine", False), ("yolov8s-mine", False)],
)  # fmt: skip
def test_the_scale_that_is_built_where_the_name_selects_none(stem: str, said: bool) -> None:
    text = net(STEM, NEXT, "[[1], 1, Detect, [nc]]", top=TOP + "  s: [0.5, 1.0, 1024]\n")
    infos = [message for code, _, message in found(check(text, f"{stem}.yaml"), Severity.INFO) if code == "CL046"]
    assert bool(infos) == said
    assert not said or "`n`, the first of `scales`, is built" in infos[0]
