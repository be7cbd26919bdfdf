"""Scales, values, sources, custom modules, variants: on small files of our own."""

from __future__ import annotations

import re

import pytest

from convlint.document import Source, read
from convlint.findings import Severity
from convlint.formats import yolo
from convlint.formats.yolo import table
from convlint.formats.yolo.custom import Declared, declare, from_tasks, value_of
from convlint.formats.yolo.dialects import DIALECTS, ULTRALYTICS, Dialect
from convlint.formats.yolo.options import Options
from convlint.formats.yolo.refusal import Refused
from convlint.formats.yolo.scaling import divisible, file_scale
from convlint.formats.yolo.values import evaluated, literal
from convlint.source.text import SourceFile
from convlint.words.table_errors import TableError
from tests.formats.yolo.checking import check, errors, found, net, shapes

STEM = "[-1, 1, Conv, [16, 3, 2]]"
NEXT = "[-1, 1, Conv, [32, 3, 2]]"
HEAD = "[[1], 1, Detect, [nc]]"


@pytest.mark.parametrize(
    ("stem", "letter"),
    [("yolov8s-p2", "s"), ("my_yolov8l_cbam", "l"), ("yoloe-11s", "s"), ("yolo11m-cbam-v2", "m"), ("yolov8-n", ""),
     ("yolov8_s", ""), ("yolov10b", ""), ("custom", ""), ("yolo12mini", "m")],
)  # fmt: skip
def test_scale_of_a_file_name(stem: str, letter: str) -> None:
    assert file_scale(stem) == letter


def test_an_accidental_scale_is_worth_knowing() -> None:
    result = check(net(STEM, NEXT, HEAD, top="scales:\n  m: [1.0, 1.0, 1024]\n"), "yolo12mini.yaml")
    assert found(result) == []
    assert [code for code, _, _ in found(result, Severity.INFO)] == ["CL046"]


@pytest.mark.parametrize(("channels", "made"), [(800 * 0.55, 448), (400 * 1.1, 448), (720 * 1.1, 800), (64 * 0.25, 16)])
def test_channels_round_up_in_doubles(channels: float, made: int) -> None:
    assert divisible(channels) == made


def test_every_scale_is_derived_and_clamped_before_it_is_scaled() -> None:
    top = "scales:\n  n: [0.5, 0.25, 1024]\n  s: [0.5, 0.5, 16]\n"
    result = check(net(STEM, NEXT, HEAD, top=top))
    assert found(result) == []
    first, second = result.derivations
    assert (first.network.variant, second.network.variant) == ("n", "s")
    assert shapes(first)[:2] == [(8, 320, 320), (8, 160, 160)]
    assert shapes(second)[:2] == [(8, 320, 320), (8, 160, 160)]


def test_repeats_round_halves_to_even() -> None:
    top = "scales:\n  n: [0.5, 1.0, 1024]\n"
    written = {}
    for repeats in (1, 3, 5, 0, -1):
        result = check(net(STEM, f"[-1, {repeats}, C3, [16]]", HEAD, top=top))
        assert errors(result) == []
        names = [child.name for child in result.derivations[0].layers[1].children]
        written[repeats] = sum(str(name).endswith("cv1.conv") and ".m." in str(name) for name in names)
    assert written == {1: 1, 3: 2, 5: 2, 0: 0, -1: 0}


def test_a_finding_says_at_which_scales_it_holds() -> None:
    top = "scales:\n  n: [1.0, 0.25, 1024]\n  s: [1.0, 1.0, 1024]\n"
    result = check(net(STEM, "[-1, 1, A2C2f, [64]]", HEAD, top=top))
    (finding,) = errors(result)
    assert (finding.code, finding.variants) == ("CL051", ["n"])
    assert "at scale n of n, s" in finding.notes
    everywhere = check(net(STEM, "[-1, 1, A2C2f, [8]]", HEAD, top=top))
    assert [finding.variants for finding in errors(everywhere)] == [[]]


def test_the_selected_scale_words_the_finding() -> None:
    top = "scales:\n  n: [1.0, 0.25, 1024]\n  s: [1.0, 0.5, 1024]\n"
    text = net(STEM, "[-1, 1, C2PSA, [64]]", HEAD, top=top)
    assert "8 come in, 32 are asked" in errors(check(text, "yolo11s-mine.yaml"))[0].message
    assert "8 come in, 16 are asked" in errors(check(text, "mine.yaml"))[0].message


def test_a_scale_that_the_file_has_not() -> None:
    text = net(STEM, NEXT, HEAD, top="scales:\n  s: [1.0, 1.0, 1024]\n")
    assert [finding.code for finding in errors(check(text, "yolov8x.yaml"))] == ["CL046"]
    assert [finding.code for finding in errors(check(text, options=Options(("x",))))] == ["CL046"]
    assert errors(check(text, options=Options(("s",)))) == []


def test_detection_models_must_fit_at_256_too() -> None:
    rows = [STEM, "[-1, 1, nn.Upsample, [320, None, nearest]]", "[[-1, 0], 1, Concat, [1]]", "[-1, 1, C2f, [16]]"]
    (finding,) = errors(check(net(*rows, "[[3], 1, Detect, [nc]]")))
    assert any("256 x 256" in note for note in finding.notes)
    assert errors(check(net(*rows, "[-1, 1, Classify, [nc]]"))) == []


def test_another_input_size() -> None:
    result = check(net(STEM, NEXT, HEAD), options=Options(input=(3, 320, 480)))
    assert shapes(result.derivations[0])[1] == (32, 80, 120)


@pytest.mark.parametrize(
    ("text", "value"),
    [("None", None), ("True", True), ("nearest", "nearest"), ("12", 12), ("1.5", 1.5), ("(3, 5)", (3, 5)),
     ("nn.ReLU()", "nn.ReLU()"), ("none", "none"), ("-1", -1)],
)  # fmt: skip
def test_literals(text: str, value: object) -> None:
    assert literal(text) == value


@pytest.mark.parametrize("text", ["12O", "64 3", "(", "lambda", "3x3", "{[]: 1}"])
def test_text_that_stops_the_parser(text: str) -> None:
    with pytest.raises(Refused):
        literal(text)


def test_calls_become_objects_in_the_older_dialects() -> None:
    assert repr(evaluated("nn.LeakyReLU(0.1)")) == "nn.LeakyReLU(0.1)"
    assert evaluated("nearest") == "nearest"


def test_octal_numbers_are_what_yaml_says() -> None:
    result = check(net("[-1, 1, Conv, [020, 3, 2]]", NEXT, HEAD))
    assert shapes(result.derivations[0])[0] == (16, 320, 320)


@pytest.mark.parametrize(
    ("top", "row", "dialect"),
    [("", HEAD, "ultralytics"), ("anchors: 3\n", "[[1], 1, DDetect, [nc]]", "yolov9"),
     ("anchors:\n  - [1,2]\n", "[[1], 1, Detect, [nc, anchors]]", "yolov5"),
     ("anchors:\n  - [1,2]\n", "[[1], 1, IDetect, [nc, anchors]]", "yolov7")],
)  # fmt: skip
def test_dialects_are_recognised(top: str, row: str, dialect: str) -> None:
    multiples = "" if dialect == "ultralytics" else "depth_multiple: 1.0\nwidth_multiple: 1.0\n"
    text = net(STEM, NEXT, row, top=multiples + top)
    assert found(check(text)) == []
    assert found(check(text, options=Options(dialect=dialect))) == []
    if dialect != "ultralytics":
        assert errors(check(text, options=Options(dialect="ultralytics"))) != []


def test_what_is_no_yolo_file() -> None:
    for text in (
        "a: 1\n",
        "backbone: resnet\nhead: fpn\n",
        "- [1]\n",
        "backbone: {name: x}\n",
        "convlint: 1\nhead: [[1]]\n",
    ):
        document = read(Source("net.yaml", text)).documents[0]
        assert not yolo.recognise(document, False)
    assert yolo.looks_like("backbone:\n  - [\nhead:\n") and not yolo.looks_like("backbone: x\n")


# One mistake, one finding --------------------------------------------------------------------------------------


def test_an_unknown_module_is_one_finding_and_silences_what_rests_on_it() -> None:
    rows = [
        STEM,
        "[-1, 1, Mine, [32]]",
        "[[-1, 0], 1, Concat, [1]]",
        "[-1, 1, C2PSA, [99]]",
        "[-1, 1, Mine, [32]]",
    ]
    assert [(code, line) for code, line, _ in found(check(net(*rows, "[[4], 1, Detect, [nc]]")))] == [("CL004", 4)]


@pytest.mark.parametrize(("module", "code"), [("nn.FractionalMaxPool2d, [2, 7]", "CL059"), ("Mine, [32]", "CL004")])
def test_what_nobody_knows_silences_the_sizes_that_rest_on_it(module: str, code: str) -> None:
    rows = (STEM, NEXT, f"[-1, 1, {module}]", "[[-1, 0], 1, Concat, [1]]", NEXT)
    result = check(net(*rows, "[[4], 1, Detect, [nc]]"))
    assert [(code, line) for code, line, _ in found(result, Severity.INFO)] == [(code, 5)]


def test_what_text_among_the_arguments_captures() -> None:
    """The variables of ultralytics' parser, as they stand when it reads the row."""
    words = {
        "nc": 4, "kpt_shape": 1.0, "reg_max": 16, "end2end": None, "act": None, "depth": 0.5, "width": 1.0,
        "max_channels": 512, "scale": "s", "legacy": True, "verbose": False, "restricted": False, "c1": 16, "c2": 32,
        "i": 2, "f": -1, "n": 3, "n_": 4,
    }  # fmt: skip
    row = f"[-1, 3, Mine, [{', '.join(words)}]]"
    result = check(net(STEM, "[-1, 8, C2f, [32]]", row, HEAD, top="scales:\n  s: [0.5, 1.0, 512]\n"))
    listed = result.derivations[0].network.rows
    assert listed is not None and listed[2].arguments == list(words.values())
    first = check(net("[-1, 1, Conv, [c1, 3, 2]]", NEXT, HEAD))
    assert found(first, Severity.ERROR)[0] == ("CL005", 3, "the output channels must be a number, not the text `c1`")


def test_repeated_torch_modules_stand_one_behind_the_other() -> None:
    modules = ("nn.MaxPool2d, [2]", "nn.Upsample, [None, 2, nearest]", "nn.AvgPool2d, [2]")
    rows = (STEM, NEXT, *(f"[-1, 2, {module}]" for module in modules))
    made = shapes(check(net(*rows, HEAD)).derivations[0])
    assert made[2:5] == [(32, 40, 40), (32, 160, 160), (32, 40, 40)]


def test_names_that_exist_but_cannot_be_reached() -> None:
    published = Options(dialect="ultralytics")
    assert "cannot reach" in errors(check(net(STEM, "[-1, 1, CBAM, [16]]", HEAD), options=published))[0].message
    assert errors(check(net(STEM, "[-1, 1, C2F, [16]]", HEAD)))[0].help.startswith("did you mean `C2f`")
    assert "torch.nn has no" in errors(check(net(STEM, "[-1, 1, nn.Conv, [16]]", HEAD)))[0].message
    assert errors(check(net(STEM, "[-1, 1, ReLU, []]", HEAD)))[0].help == "write `nn.ReLU`"


def test_inner_layers_are_named() -> None:
    (finding,) = errors(check(net(STEM, "[-1, 1, C2f, [32, False, 3]]", HEAD)))
    assert (finding.code, finding.layer) == ("CL202", "model.1.m.0.cv2.conv")


def test_hostile_numbers() -> None:
    for row in ("[-1, 1000000000, C2f, [16]]", "[-1, 1, Conv, [100000000000, 3]]", "[-1, 1, SPPF, [16, 5, 1000000]]"):
        assert [finding.code for finding in errors(check(net(STEM, row, HEAD)))] == ["CL022"]
    assert errors(check(net(STEM, "[-1, 1, Conv, [32, %s]]" % ("[" * 50 + "]" * 50), HEAD))) != []


@pytest.mark.parametrize(
    "value", ["{}", "[[]]", "~", "!!str x", "2001-01-01", "[1, [2, [3]]]", '"\\0"', ".nan", ".inf", "1e5"]
)
def test_odd_values_anywhere_give_findings(value: str) -> None:
    for row in (f"[{value}, 1, Conv, [16]]", f"[-1, {value}, Conv, [16]]", f"[-1, 1, {value}, [16]]", f"[-1, 1, Conv, {value}]",
                f"[-1, 1, Conv, [{value}]]", f"[-1, 1, C2f, [16, {value}]]", f"[[{value}, -1], 1, Concat, [{value}]]",
                value):  # fmt: skip
        check(net(STEM, row, HEAD))
    check(net(STEM, NEXT, HEAD, nc=f"nc: {value}\n"))
    for key in ("scales", "depth_multiple", "anchors", "activation", "kpt_shape", "backbone"):
        check(net(STEM, NEXT, HEAD, top=f"{key}: {value}\n"))
    check(net(STEM, NEXT, HEAD, top=f"scales:\n  n: [{value}, {value}, {value}]\n"))


# Declared modules ----------------------------------------------------------------------------------------------


def test_declared_in_a_comment() -> None:
    rows = (STEM, "[-1, 1, SPDConv, [32]]", "[-1, 1, CBAM, [32]]", "[[2], 1, Detect, [nc]]")
    text = "# convlint: module SPDConv(c2) kind=base spatial=/2\n# convlint: module CBAM(c1)\n" + net(*rows)
    result = check(text)
    assert found(result) == []
    assert shapes(result.derivations[0])[1:3] == [(32, 160, 160), (32, 160, 160)]


def test_declared_in_the_file() -> None:
    rows = (STEM, "[-1, 1, Up, []]", "[-1, 1, C, [32, 3, 2]]", "[[2], 1, Detect, [nc]]")
    top = "x-convlint:\n  modules:\n    Up: {spatial: x2}\n    C: {kind: base, spatial: conv, params: 9 * c1 * c2}\n"
    result = check(net(*rows, top=top))
    assert found(result) == []
    assert shapes(result.derivations[0])[1:3] == [(16, 640, 640), (32, 320, 320)]


def test_a_declared_base_module_is_listed_with_what_comes_in_and_goes_out() -> None:
    top = "width_multiple: 0.5\nx-convlint:\n  modules:\n    C: {kind: base, spatial: conv}\n    D: {c2: arg1}\n"
    rows = (STEM, "[-1, 1, C, [32, 3, 2, 1]]", "[-1, 1, D, [5, 16]]", HEAD)
    listed = check(net(*rows, top=top)).derivations[0].network.rows
    assert listed is not None
    assert [row.arguments for row in listed[1:3]] == [[8, 16, 3, 2, 1], [5, 16]]


@pytest.mark.parametrize(
    ("fields", "row", "code"),
    [("require: c1 % 32 == 0", "[-1, 1, M, []]", "CL051"), ("max_args: 1", "[-1, 1, M, [1, 2]]", "CL055"),
     ("min_args: 1", "[-1, 1, M, []]", "CL055"), ("c1_arg: 0", "[-1, 1, M, [7]]", "CL036"),
     ("kind: nonsense", "[-1, 1, M, []]", "CL005"), ("spatial: far", "[-1, 1, M, []]", "CL005"),
     ("c1_arg: x", "[-1, 1, M, []]", "CL005"), ("c2: first", "[-1, 1, M, []]", "CL005"),
     ("colour: red", "[-1, 1, M, []]", "CL005"), ("kind: base", "[-1, 1, M, []]", "CL055"),
     ("require: 5", "[-1, 1, M, []]", "CL005"), ("require: {c1: 5}", "[-1, 1, M, []]", "CL005"),
     ("require: [0]", "[-1, 1, M, []]", "CL051"), ("max_args: -1", "[-1, 1, M, []]", "CL005"),
     ("c1_arg: \u00b2", "[-1, 1, M, []]", "CL005"), ("min_args: \u0663", "[-1, 1, M, []]", "CL005"),
     ("max_args: " + "9" * 5000, "[-1, 1, M, []]", "CL005"), ("c2: arg" + "9" * 5000, "[-1, 1, M, []]", "CL005")],
)  # fmt: skip
def test_declarations_are_checked(fields: str, row: str, code: str) -> None:
    result = check(net(STEM, row, HEAD, top=f"x-convlint:\n  modules:\n    M: {{{fields}}}\n"))
    assert code in [found_code for found_code, _, _ in found(result)]


def test_joining_modules() -> None:
    top = "x-convlint:\n  modules: {Join: concat, Sum: add, Box: opaque}\n"
    rows = (
        STEM,
        "[-1, 1, nn.SiLU, []]",
        "[[-1, 0], 1, Join, []]",
        "[-1, 1, Conv, [16]]",
        "[[-1, 0], 1, Sum, []]",
        "[-1, 1, Box, []]",
    )
    result = check(net(*rows, "[[5], 1, Detect, [nc]]", top=top))
    assert found(result) == []
    assert shapes(result.derivations[0])[2:5] == [(32, 320, 320), (16, 320, 320), (16, 320, 320)]


def test_a_comment_that_cannot_be_understood() -> None:
    text = "# convlint: module\n# convlint: module X kind=y\n" + net(STEM, NEXT, HEAD)
    assert {code for code, _, _ in found(check(text))} == {"CL024"}


@pytest.mark.parametrize("field", ["c1_arg=\u00b2", f"min_args={'9' * 5000}", f"c2=arg{'9' * 5000}", "c2=arg\u0663"])
def test_a_comment_with_a_number_that_is_none(field: str) -> None:
    result = check(f"# convlint: module X(c1) {field}\n" + net(STEM, NEXT, HEAD))
    assert [code for code, _, _ in found(result)] == ["CL024"]


@pytest.mark.parametrize("words", ["0-P1/{}", "{}-P1/2", "{}", "n summary: 9 layers, {} parameters"])
@pytest.mark.parametrize("digits", ["9" * 5000, "\u0663" * 5000])
def test_a_number_in_a_comment_that_is_too_long_claims_nothing(words: str, digits: str) -> None:
    comment = f" # {words.format(digits)}"
    scales = f"scales:\n  n: [1.0, 1.0, 1024]{comment}\n"
    assert found(check(net(STEM + comment, NEXT, HEAD, top=scales))) == []


def test_nothing_is_required_where_nothing_is_written() -> None:
    top = "x-convlint:\n  modules:\n    M: {require: null, params: null, c1_arg: null}\n"
    assert found(check(net(STEM, "[-1, 1, M, []]", HEAD, top=top))) == []


@pytest.mark.parametrize("depth", ["a", "[1, 2]"])
def test_a_depth_that_is_no_number_is_not_multiplied(depth: str) -> None:
    row = "[-1, 4294967296, Conv, [64]]"
    result = check(net(row, "[[0], 1, Detect, [nc]]", top=f"scales:\n  n: [{depth}, 0.25, 1024]\n"))
    assert [code for code, _, _ in found(result)] == ["CL046"]


def test_a_norm_behind_channels_that_are_no_number() -> None:
    result = check(
        net(STEM, "[-1, 1, TorchVision, [[1, 2], x]]", "[-1, 1, nn.BatchNorm2d, [8]]", "[[2], 1, Detect, [nc]]")
    )
    assert [code for code, _, _ in found(result)] == ["CL005"]
    assert "channels recorded for what nn.BatchNorm2d reads must be a whole number, not `[1, 2]`" in found(result)[0][2]


@pytest.mark.parametrize("channels", ["[1, 2]", "x", "-1", "0", "true", "1.5", "null", "{a: 1}"])
def test_modules_behind_channels_that_are_no_number(channels: str) -> None:
    row = f"[-1, 1, TorchVision, [{channels}, x]]"
    for name in sorted({*ULTRALYTICS.base, *ULTRALYTICS.heads, *ULTRALYTICS.special, "nn.BatchNorm2d"}):
        check(net(STEM, row, f"[-1, 1, {name}, [64, 3]]", "[[2], 1, Detect, [nc]]"))


def test_tables_of_a_patched_parser() -> None:
    source = "base_modules = frozenset({Conv, SPD})\nrepeat_modules = frozenset({C2f, Mine})\nimport os\n"
    declared = from_tasks(SourceFile("tasks", source, False, "tasks.py"))
    assert declared["SPD"].kind == "base" and declared["Mine"].kind == "repeat"
    assert declare("X", "base") == Declared("X", "base")


@pytest.mark.parametrize(
    ("expression", "value"), [("c1 % 32 == 0", False), ("c1 * 2 + 1", 33), ("3 // 2", 1), ("c1 >= 16", True)]
)
def test_small_expressions(expression: str, value: int) -> None:
    assert value_of(expression, {"c1": 16}) == value


@pytest.mark.parametrize(
    "expression", ["__import__('os')", "c1.real", "c9", "1 if 1 else 2", "(", "9**9", "-1", "1" * 300]
)
def test_expressions_that_are_not_read(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        value_of(expression, {"c1": 16})


def test_how_deep_an_expression_may_be() -> None:
    assert value_of("1" + "+1" * 20, {}) == 21
    with pytest.raises(ValueError, match="too deep"):
        value_of("1" + "+1" * 21, {})


@pytest.mark.parametrize("expression", ["c1 + 1", "1 + c1", "c1 * 0", "0 * c1"])
def test_how_large_the_numbers_of_an_expression_may_be(expression: str) -> None:
    for most in (10**15, -(10**15)):
        assert value_of(expression, {"c1": most}) == (0 if "0" in expression else most + 1)
    for too_large in (10**15 + 1, -(10**15) - 1):
        with pytest.raises(ValueError, match="too large"):
            value_of(expression, {"c1": too_large})


def test_options() -> None:
    options = table.read({"scale": ["n"], "input": "480x640", "dialect": "yolov5"}, "")
    assert (options.scales, options.input, options.dialect) == (("n",), (3, 480, 640), "yolov5")
    settings = table.read({"scale": "s", "modules": {"M": "base"}}, "")
    assert table.read({}, "", settings).scales == ("s",)
    every = table.read({"scale": ["all"]}, "", settings)
    assert (every.scales, every.modules["M"].kind) == ((), "base")
    assert table.read({"input": "1x32x64"}, "").input == (1, 32, 64)
    for wrong in ("x", "0", "1x2x3x4", "\u00b2", "\u0663\u0662"):
        with pytest.raises(TableError, match="expected a size"):
            table.read({"input": wrong}, "")
    with pytest.raises(TableError, match="kind"):
        table.read({"modules": {"M": "nothing"}}, "")


@pytest.mark.parametrize(
    ("row", "message", "help"),
    [
        ("[null, 1, Conv, [16]]", "`from` holds row numbers, not `null`", None),
        ("[[null, 0], 1, Concat, [1]]", "`from` holds row numbers, not `null`", None),
        ("[-1, 1, Conv, null]", "the arguments must be a list, not `null`", "write []"),
        ("[-1, 1, Conv, 16]", "the arguments must be a list, not `16`", "write [16]"),
    ],
)
def test_nothing_is_called_null(row: str, message: str, help: str | None) -> None:
    (error,) = errors(check(net("[-1, 1, Conv, [16, 3, 2]]", row, "[[0], 1, Detect, [nc]]")))
    assert (error.message, error.help) == (message, help)


@pytest.mark.parametrize(
    ("row", "dialect"),
    [("[-1, 1, SPP, [32, 5]]", "ultralytics"), ("[-1, 1, Bottleneck, [32, True, 1, 3]]", "ultralytics"),
     ("[-1, 1, MixConv2d, [32, 5]]", "yolov5"), ("[-1, 1, SPPCSPC, [32, False, 1, 0.5, 5]]", "yolov7")],
)  # fmt: skip
def test_one_number_where_a_module_takes_a_list(row: str, dialect: str) -> None:
    top = "" if dialect == "ultralytics" else "anchors: 3\ndepth_multiple: 1.0\nwidth_multiple: 1.0\n"
    head = HEAD if dialect == "ultralytics" else "[[1], 1, Detect, [nc, anchors]]"
    number = "3" if "Bottleneck" in row else "5"
    result = check(net(STEM, row, head, top=top), options=Options(dialect=dialect))
    assert [(x.code, x.message) for x in errors(result)] == [("CL005", f"k must be a list, not `{number}`")]
    assert result.source.text[slice(*errors(result)[0].span)] == number
    repaired = row.replace(f"{number}]]", f"[{number}, {number}]]]")
    assert errors(check(net(STEM, repaired, head, top=top), options=Options(dialect=dialect))) == []


@pytest.mark.parametrize("name", ["OBB", "OBB26"])
def test_heads_that_are_written_out_alike_are_called_by_their_own_names(name: str) -> None:
    assert [x.message for x in errors(check(net(STEM, NEXT, f"[[1], 1, {name}, [nc, 1, 1]]")))] == [
        f"{name} takes 2 arguments here, 3 are written"
    ]


@pytest.mark.parametrize("error", [AttributeError, TypeError, LookupError])
def test_a_mistake_of_ours_is_not_the_users(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(b: object, x: object, c1: object, c2: object, k: object = 1, s: object = 1) -> None:
        raise error("a bug")

    monkeypatch.setitem(ULTRALYTICS.base, "Conv", broken)
    with pytest.raises(error, match="a bug"):
        check(net(STEM, NEXT, HEAD))
    if error is TypeError:
        # Text where a number belongs is the user's, whatever Python says of it.
        messages = [x.message for x in errors(check(net("[-1, 1, Conv, [16, x]]", HEAD.replace("1]", "0]", 1))))]
        assert messages == ["Conv cannot be built with the text `x` as argument 2 (k)"]


#: What only Python says: of zip(), of indexes, of kinds of values, of a division by zero.
PYTHON = re.compile(
    r"zip\(|argument \d is|index out of range|object|instances|subscript|has no len|modulo|invalid syntax"
)


@pytest.mark.parametrize(
    ("row", "dialect", "message"),
    [
        ("[[-1, 0], 1, Depth, []]", "ultralytics",
         "Depth takes the channels of its maps, which the parser puts last, for `c_mid`: too few arguments are written"),
        ("[[-1, 0], 1, Segment, [nc]]", "ultralytics",
         "Segment takes the channels of its maps, which the parser puts last, for `reg_max`: "
         "too few arguments are written"),
        ("[[-1, 0], 1, DDetect, [nc, 3]]", "yolov9",
         "DDetect takes the channels of its maps, which the parser puts last, for `inplace`: "
         "too many arguments are written"),
        ("[[-1, 0], 1, Pose, [nc, 3]]", "ultralytics", "kpt_shape must be [points, numbers each], not `3`"),
        ("[-1, 1, Expand, []]", "yolov5", "Expand cannot be built from these arguments: one is missing"),
        ("[-1, 1, Expand, [0]]", "yolov5", "Expand cannot be built from these arguments: something is divided by 0"),
        ("[-1, 1, Conv, [16 3]]", "ultralytics", "`16 3` is neither a number nor a name"),
    ],
)  # fmt: skip
def test_what_python_stumbles_over_is_said_in_our_words(row: str, dialect: str, message: str) -> None:
    top = "" if dialect == "ultralytics" else V7
    result = check(net(STEM, NEXT, row, HEAD, top=top), options=Options(dialect=dialect))
    assert message in [one.message for one in result.findings]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_no_message_quotes_python(dialect: Dialect) -> None:
    top = "" if dialect.name == "ultralytics" else V7
    for module in dialect.names():
        source = "[-1, 0]" if module in dialect.heads else -1
        for arguments in ("", "16", "0", "16, 3", "[]", "16, [3], 0", "16, 16, 16, 16"):
            row = f"[{source}, 1, {module}, [{arguments}]]"
            result = check(net(STEM, NEXT, row, HEAD, top=top), options=Options(dialect=dialect.name))
            said = [one.message for one in result.findings if PYTHON.search(one.message)]
            assert said == [], (module, arguments)


V7 = "anchors: 3\ndepth_multiple: 1.0\nwidth_multiple: 1.0\n"


@pytest.mark.parametrize("name", ["RepResCSPB", "STCSPA", "SwinTransformer2Block", "RobustConv2", "RepConv_OREPA"])
def test_modules_of_yolov7_that_are_known_by_name(name: str) -> None:
    last = "[[1], 1, Detect, [nc, anchors]]"
    result = check(net(STEM, f"[-1, 1, {name}, [32]]", last, top=V7))
    assert (found(result), shapes(result.derivations[0])[1][0]) == ([], 32)
    result = check(net(STEM, f"[-1, 1, {name}s, [32]]", last, top=V7))
    assert [code for code, _, _ in found(result)] == ["CL004"]
    result = check(net(STEM, f"[-1, 1, {name}, [x]]", last, top=V7))
    assert [code for code, _, _ in found(result)] == ["CL005"]
