"""``convlint sizes``."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import OTHER, Convlint

LEGEND = """
runs: every layer has an output and all that must fit together does
clean: besides, no window leaves input unread that it could reach, and no warning depends on the size
"""


def write(folder: Path, text: str, name: str = "net.yaml") -> None:
    (folder / name).write_text(f"convlint: 1\n{text}", encoding="utf-8")


def answers(convlint: Convlint, *argv: str) -> dict[str, Any]:
    """The answers for the one network of a command line, from its JSON."""
    code, out, err = convlint("sizes", "--format=json", *argv)
    assert err == ""
    printed = json.loads(out)
    assert printed["version"] == 1
    (network,) = printed["networks"]
    assert isinstance(network, dict)
    return network | {"code": code}


STEM = """\
input: [3, 224, 224]
layers:
  - {name: stem, type: Conv2d, out_channels: 8, kernel_size: 11, stride: 4}
"""


def test_declared_size(convlint: Convlint, folder: Path) -> None:
    write(folder, STEM)
    text = """\
net.yaml (input 3x224x224)

height and width:
  runs   n >= 11
  clean  n = 3 (mod 4), n >= 11
  224 runs, but not clean; the nearest clean sizes are 223 and 227
3x224x224 runs, but not clean:
  stem, line 4: 54.25: the last row and column of 224x224 are never read (CL103 dropped-input)
"""
    assert convlint("sizes", "net.yaml") == (0, text + LEGEND, "")


def test_asked_size(convlint: Convlint, folder: Path) -> None:
    write(folder, STEM)
    text = """\
net.yaml (input 3x224x224)

height and width:
  runs   n >= 11
  clean  n = 3 (mod 4), n >= 11
  height: 227 is clean; the next such sizes are 223 and 231
  width: 9 does not run; the nearest clean size is 11
3x227x9 does not run; it breaks first here:
  stem, line 4: a kernel of 11x11 does not fit on a map of 227x9 (CL102 kernel-too-large)
"""
    assert convlint("sizes", "net.yaml", "--size", "227x9") == (1, text + LEGEND, "")
    assert answers(convlint, "net.yaml", "--size", "227")["asked"] == {
        "inputs": {"input": [3, 227, 227]},
        "runs": True,
        "clean": True,
        "findings": [],
    }
    asked = answers(convlint, "net.yaml", "--size=226X227")
    assert (asked["code"], asked["asked"]["runs"], asked["asked"]["clean"]) == (0, True, False)
    assert [found["code"] for found in asked["asked"]["findings"]] == ["CL103"]
    assert asked["axes"][0]["clean"]["nearest"] == [223, 227]


def test_sets_of_sizes(convlint: Convlint, folder: Path) -> None:
    write(folder, STEM)
    found = answers(convlint, "net.yaml", "--up-to", "30")
    axis = found["axes"][0]
    assert (axis["axis"], axis["inputs"], axis["declared"]) == ("height", ["input"], 224)
    assert axis["runs"] == {
        "smallest": 11,
        "text": "n >= 11",
        "exact": True,
        "rule": {"modulus": 1, "residues": [0], "least": 11, "also": []},
        "ranges": [[11, 30]],
        "nearest": [223, 225],
    }
    assert axis["clean"]["rule"] == {"modulus": 4, "residues": [3], "least": 11, "also": []}
    assert axis["clean"]["ranges"] == [[11, 11], [15, 15], [19, 19], [23, 23], [27, 27]]


def test_finitely_many_sizes(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        """\
input: [3, 32, 32]
layers:
  - {type: AvgPool2d, kernel_size: 8}
  - {type: Flatten}
  - {name: head, type: Linear, in_features: 18, out_features: 2}
""",
    )
    text = """\
net.yaml (input 3x32x32)

height and width, each by itself:
  runs   n >= 8
  clean  n = 0 (mod 8)
together:
  head (line 6) wants 18 = 3 x 6, so height x width must be 6 where the map is flattened:
    height    width     clean
    8 to 15   48 to 55  8 x 48
    16 to 23  24 to 31  16 x 24
    24 to 31  16 to 23  24 x 16
    48 to 55  8 to 15   48 x 8
  32x32 does not run; the nearest clean one is 16x24
  height = width:
    runs   no size
    clean  no size
3x32x32 does not run; it breaks first here:
"""
    code, out, err = convlint("sizes", "net.yaml")
    assert (code, err) == (0, "")
    assert out.startswith(text)
    assert "CL605 dense-features" in out
    found = answers(convlint, "net.yaml", "--size=16x24")
    assert found["code"] == 0 and found["asked"]["clean"]
    assert [box["clean"][1]["ranges"] for box in found["boxes"]] == [[[48, 48]], [[24, 24]], [[16, 16]], [[8, 8]]]
    assert found["equal"]["runs"]["smallest"] is None


def test_features_that_no_size_gives(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        "input: [3, 32, 32]\nlayers:\n  - {type: Flatten}\n  - {type: Linear, in_features: 10, out_features: 2}\n",
    )
    out = convlint("sizes", "net.yaml").out
    assert "together:\n  the Linear in line 5 wants 10, but gets a multiple of 3 at any size\n" in out
    assert answers(convlint, "net.yaml")["boxes"] == []


def test_one_cell(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        "input: [3, null, null]\nlayers:\n"
        "  - {type: MaxPool2d, kernel_size: 2, ceil_mode: true}\n"
        "  - {name: norm, type: BatchNorm2d}\n",
    )
    text = """\
net.yaml (input 3x?x?)

height and width, each by itself:
  runs   every size
  clean  every size
together:
  not clean if height is 1 or 2 and width is 1 or 2: norm (line 5) has a normalisation over a single value (CL602 norm-one-value)
  height = width:
    runs   every size
    clean  n >= 3
"""
    assert convlint("sizes", "net.yaml") == (0, text + LEGEND, "")
    assert answers(convlint, "net.yaml")["clashes"][0]["rule"] == "norm-one-value"


def test_sizes_without_a_period_are_tried(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        "input: [3, 20]\nlayers:\n  - {type: Upsample, scale_factor: 1.1}\n  - {type: MaxPool1d, kernel_size: 3}\n",
    )
    text = """\
net.yaml (input 3x20)

length:
  runs   3 to 60 (tried up to 60)
  clean  30 and 60 (tried up to 60)
  20 runs, but not clean; the nearest clean size is 30
3x20 runs, but not clean:
  line 5: 7.33: the last cell of 22 is never read (CL105 pool-drops-input)
"""
    assert convlint("sizes", "net.yaml", "--up-to=60") == (0, text + LEGEND, "")
    assert not answers(convlint, "net.yaml")["axes"][0]["runs"]["exact"]


def test_layers_that_mix_the_axes(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        "input: [3, 8, 8]\nlayers:\n"
        "  - {type: Flatten, start_dim: 2}\n  - {name: mixer, type: Conv1d, out_channels: 4, kernel_size: 3, stride: 2}\n",
    )
    out = convlint("sizes", "net.yaml").out
    assert (
        "together:\n  mixer (line 5) mixes the axes: sizes that are good one by one may fail there (ask with --size)\n"
        in out
    )
    found = answers(convlint, "net.yaml", "--size=1x2")
    assert found["unsolved"] == [{"layer": "mixer", "line": 5}] and found["equal"] is None
    assert (found["code"], found["asked"]["runs"]) == (1, False)


def test_a_drop_along_another_axis_than_the_one_at_every_size(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        """\
input: [2, 15, 17]
layers:
  - {type: AdaptiveAvgPool2d, output_size: [5, null]}
  - {type: MaxPool2d, kernel_size: 2}
""",
    )
    code, out, err = convlint("sizes", "net.yaml")
    assert (code, err) == (0, "")
    assert "wrong at every size, and left out of what follows:\n  line 5: 2.5: the last row of 5x?" in out
    assert "2x15x17 runs, but not clean:\n  line 5: 2.5 x 8.5: the last row and column of 5x17" in out
    assert "2x15x16 runs clean" in convlint("sizes", "net.yaml", "--size", "15x16").out


def test_a_long_period(convlint: Convlint, folder: Path) -> None:
    write(folder, "input: [2, 8192]\nlayers:\n" + "  - {type: MaxPool1d, kernel_size: 2}\n" * 13)
    assert (
        "  clean  n = 0 (mod 8192)\n  8192 is clean; the next such size is 16384\n" in convlint("sizes", "net.yaml").out
    )


def test_joins_of_sizes_that_nothing_binds(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        """\
input: {image: [3, 64, 64], half: [8, 32, 32]}
layers:
  - {name: a, from: image, type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  - {name: c, type: Add, from: [a, half]}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - {type: Flatten}
  - {type: Linear, in_features: 8192, out_features: 10}
""",
    )
    code, out, err = convlint("sizes", "net.yaml", "--size", "image=66")
    assert (code, err) == (1, "")
    # Only the layer that is the reason, and no size is called the nearest good one.
    assert out.count("sizes that are good one by one may fail there") == 1
    assert "  c (line 5) joins sizes of different axes: sizes" in out and "nearest" not in out
    code, out, err = convlint("sizes", "net.yaml", "--size", "1x2x3")
    assert (code, out, err) == (2, "", "convlint: net.yaml: no input has 3 axes, as --size 1x2x3 names\n")


def test_the_nearest_combinations_of_many(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        """\
input: [1, 240, 240]
layers:
  - {type: Flatten}
  - {type: Linear, in_features: 55440, out_features: 2}
""",
    )
    out = convlint("sizes", "net.yaml").out
    assert "line 5 wants 55440, so height x width must be 55440 where the map is flattened:" in out
    assert "    231     240    231 x 240\n" in out and "... and 104 more" in out
    assert "  240x240 does not run; the nearest clean one is 231x240\n" in out
    found = json.loads(convlint("sizes", "--format", "json", "net.yaml").out)["networks"][0]
    assert found["nearest"] == {"runs": [231, 240], "clean": [231, 240]}
    write(
        folder, "input: [3, 8, 8]\nlayers:\n  - {type: Flatten}\n  - {type: Linear, in_features: 7, out_features: 2}\n"
    )
    out = convlint("sizes", "net.yaml").out
    assert "wants 7, but gets a multiple of 3 at any size\n    no sizes do\n" in out


def test_nothing_to_answer(convlint: Convlint, folder: Path) -> None:
    write(folder, "input: [3]\nlayers:\n  - {type: Linear, out_features: 2}\n")
    assert convlint("sizes", "net.yaml").out.count("runs:") == 0


def test_several_inputs(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        """\
input: {image: [3, 64, 64], depth: [1, 64, 64], sound: [1, 100], code: [10]}
layers:
  - {name: a, from: image, type: Conv2d, out_channels: 4, kernel_size: 3, stride: 2}
  - {name: b, from: depth, type: Conv2d, out_channels: 4, kernel_size: 3, stride: 2}
  - {name: c, type: Concat, from: [a, b]}
  - {name: d, from: sound, type: MaxPool1d, kernel_size: 10}
""",
    )
    text = """\
net.yaml (image 3x64x64, depth 1x64x64, sound 1x100, code 10)

height and width of image and depth:
  runs   n >= 3
  clean  n = 1 (mod 2), n >= 3
  64 runs, but not clean; the nearest clean sizes are 63 and 65
length of sound:
  runs   n >= 10
  clean  n = 0 (mod 10)
  100 is clean; the next such sizes are 90 and 110
"""
    code, out, err = convlint("sizes", "net.yaml")
    assert (code, err) == (0, "")
    assert out.startswith(text)
    asked = answers(convlint, "net.yaml", "--size=65", "--size", "depth=65x63")["asked"]
    assert asked["inputs"] == {"image": [3, 65, 65], "depth": [1, 65, 63], "sound": [1, 65], "code": [10]}
    assert not asked["runs"]
    asked = answers(convlint, "net.yaml", "--size=65x65")["asked"]
    assert asked["inputs"]["sound"] == [1, 100] and asked["clean"]


def test_what_is_wrong_at_every_size(convlint: Convlint, folder: Path) -> None:
    write(
        folder,
        "input: [3, 10, 10]\nlayers:\n"
        "  - {name: first, type: Conv2d, in_channels: 4, out_channels: 4, kernel_size: 2, stride: 2}\n",
    )
    out = convlint("sizes", "net.yaml").out
    assert "\nruns at no size, for this is wrong at every one; what follows leaves it out:\n  first, line 4: " in out
    assert "(CL201 channel-mismatch)\n\nheight and width:\n  runs   n >= 2\n  clean  n = 0 (mod 2)\n" in out
    found = answers(convlint, "net.yaml")
    assert [one["code"] for one in found["always"]] == ["CL201"]
    assert found["asked"]["runs"] is False and found["buildable"] is False
    assert found["mistakes"] == []


GONE = """\
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
  - {name: r, type: Relu}  # convlint: ignore[CL004]
  - {type: MaxPool2d, kernel_size: 64}
"""


@pytest.mark.parametrize("argv", [(), ("--size", "8")])
def test_nothing_is_said_of_what_cannot_be_built(convlint: Convlint, folder: Path, argv: tuple[str, ...]) -> None:
    """Not even if the finding is suppressed."""
    write(folder, GONE)
    text = """\
net.yaml (input 3x32x32)

nothing can be said of sizes before the errors in the file are repaired:
  line 5: unknown layer type `Relu` (CL004 unknown-layer-type)
what is behind is not known
"""
    assert convlint("sizes", "net.yaml", *argv) == (1, text, "")
    found = answers(convlint, "net.yaml", *argv)
    assert (found["code"], found["buildable"], found["axes"]) == (1, False, [])
    assert [one["line"] for one in found["mistakes"]] == [5]
    assert (found["asked"]["runs"], found["asked"]["clean"]) == (False, False)


def test_a_clean_network_is_buildable(convlint: Convlint, folder: Path) -> None:
    write(folder, STEM)
    found = answers(convlint, "net.yaml")
    assert found["buildable"] is True and found["mistakes"] == []


@pytest.mark.parametrize("given", ["input: null\n", "input: [10]\n"])
def test_no_axes(convlint: Convlint, folder: Path, given: str) -> None:
    write(folder, f"{given}layers:\n  - {{type: ReLU}}\n")
    code, out, err = convlint("sizes", "net.yaml")
    assert (code, err) == (0, "")
    assert "\nno input has axes whose size could be another\n" in out
    assert answers(convlint, "net.yaml")["axes"] == []


def test_crops_that_would_follow(convlint: Convlint, folder: Path) -> None:
    layers = """\
input: [3, {}]
layers:
  - {{type: Conv1d, name: skip, out_channels: 4, kernel_size: 3}}
  - {{type: MaxPool1d, kernel_size: 2}}
  - {{type: Conv1d, out_channels: 4, kernel_size: 3}}
  - {{type: ConvTranspose1d, name: up, out_channels: 4, kernel_size: 2, stride: 2}}
  - {{type: CenterCrop, name: crop, from: skip, size: 10}}
  - {{type: {}, from: {}}}
"""
    write(folder, layers.format(16, "Concat", "[up, crop]"))
    text = """\
net.yaml (input 3x16)

length:
  runs   16 and 17
  clean  16
if every CenterCrop cut to the size of what it is joined with, whatever size is written:
  runs   n >= 8
  clean  n = 0 (mod 2), n >= 8
  16 is clean; the next such sizes are 14 and 18
3x16 runs clean
"""
    assert convlint("sizes", "net.yaml") == (0, text + LEGEND, "")
    assert answers(convlint, "net.yaml")["crops_follow"]["axes"][0]["clean"]["rule"]["modulus"] == 2
    write(folder, layers.format(16, "ReLU", "crop"))
    assert answers(convlint, "net.yaml")["crops_follow"] is None
    write(folder, layers.format(16, "Add", "[crop, crop]"))
    assert answers(convlint, "net.yaml")["crops_follow"] is None


def test_too_many_layers(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convlint.work.BASE", 25_000)
    grow = "{type: Conv1d, out_channels: 4, kernel_size: 3, padding: 2}"
    write(folder, f"input: [4, 8]\nlayers:\n  - {{repeat: 600, layers: [{grow}]}}\n")
    text = "this is too much to answer for every size; ask about one with --size\n4x8 runs clean\n"
    assert convlint("sizes", "net.yaml") == (0, f"net.yaml (input 4x8)\n\n{text}{LEGEND}", "")
    found = answers(convlint, "net.yaml")
    assert found["too_large"] and found["axes"] == [] and found["asked"]["runs"]


def test_names_cannot_command_the_terminal(convlint: Convlint, folder: Path) -> None:
    write(folder, 'name: "\\e[31mred"\n' + STEM.replace("stem", '"\\e]0;stem"'))
    code, out, err = convlint("sizes", "net.yaml", "--size=3")
    assert (code, err) == (1, "")
    assert "\x1b" not in out
    assert "\\x1b[31mred" in out and "\\x1b]0;stem, line 5" in out
    code, out, err = convlint("sizes", "net.yaml", "--size", "\x1b[31m=3")
    assert (code, out) == (2, "") and "\x1b" not in err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "expected a FILE (see convlint sizes --help)"),
        (["net.yaml", "--size", "12x"], "`12x` is no size such as 224 or 480x640 (see convlint sizes --help)"),
        (["net.yaml", "--size", "0"], "`0` is no number from 1 to 16777216 (see convlint sizes --help)"),
        (["net.yaml", "--up-to", "many"], "`many` is no number from 1 to 65536 (see convlint sizes --help)"),
        (["net.yaml", "--size", "9x9x9"], "net.yaml: the input `input` has 2 axes, --size 9x9x9 names 3"),
        (["net.yaml", "--size", "depth=9"], "net.yaml: no input is called `depth` (there is: input)"),
        (["gone.yaml"], "gone.yaml: no such file or directory"),
    ],
)
def test_wrong_usage(convlint: Convlint, folder: Path, argv: list[str], message: str) -> None:
    write(folder, STEM)
    assert convlint("sizes", *argv) == (2, "", f"convlint: {message}\n")


def test_files_of_which_nothing_can_be_said(convlint: Convlint, folder: Path) -> None:
    (folder / "broken.yaml").write_text("convlint: [\n", encoding="utf-8")
    (folder / "other.yaml").write_text(OTHER, encoding="utf-8")
    code, out, err = convlint("sizes", "broken.yaml")
    assert (code, out) == (1, "")
    assert err.startswith("broken.yaml:1:") and err.endswith("[CL001 syntax-error]\n")
    code, out, err = convlint("sizes", "other.yaml", "broken.yaml", "--format=json")
    assert (code, json.loads(out)) == (2, {"version": 1, "networks": []})
    assert err.startswith("convlint: other.yaml: describes no network")


def test_standard_input(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"convlint: 1\n" + STEM.encode())))
    assert convlint("sizes", "-", "--stdin-filename=stem.yaml").out.startswith("stem.yaml (input 3x224x224)\n\nheight")


def test_variants_with_one_answer_are_told_once(convlint: Convlint, folder: Path) -> None:
    (folder / "yolov8.yaml").write_text(
        """\
nc: 80
scales:
  n: [0.33, 0.25, 1024]
  s: [0.33, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 3, C2f, [128, True]]
head:
  - [-1, 1, nn.Upsample, [None, 2, "nearest"]]
  - [[-1, 0], 1, Concat, [1]]
  - [[4], 1, Detect, [nc]]
""",
        encoding="utf-8",
    )
    text = """\
yolov8.yaml: scales n, s (images 3x640x640)

height and width, each by itself:
  runs   n = 0 or 3 (mod 4)
  clean  n = 0 or 3 (mod 4)
  640 is clean; the next such sizes are 639 and 643
together:
  not clean if height is 3 or 4 and width is 3 or 4: """
    code, out, err = convlint("sizes", "yolov8.yaml")
    assert (code, err) == (0, "")
    assert out.startswith(text)


def test_gaps_of_stride_and_dilation_are_no_question_of_size(convlint: Convlint, folder: Path) -> None:
    """Every second cell is unread whatever the size: CL107 says it once. Of a single window, it is the last cell."""
    layer = "{type: Conv1d, out_channels: 4, kernel_size: 3, stride: 2, dilation: 2}"
    write(folder, f"input: [2, 40]\nlayers:\n  - {layer}\n")
    text = """\
net.yaml (input 2x40)

length:
  runs   n >= 5
  clean  n >= 7; also 5
  40 is clean; the next such sizes are 39 and 41
2x40 runs clean
"""
    assert convlint("sizes", "net.yaml") == (0, text + LEGEND, "")
    assert "runs, but not clean" in convlint("sizes", "net.yaml", "--size=6").out


def test_axes_of_several_inputs_are_named_after_them(convlint: Convlint, folder: Path) -> None:
    """Each axis belongs to as many inputs as the others, but not to all."""
    layers = "".join(
        f"  - {{name: {name}, type: Conv1d, from: {source}, out_channels: 4, kernel_size: {size}}}\n"
        for name, source, size in (("a", "left", 3), ("b", "right", 5))
    )
    write(folder, f"input: {{left: [2, 20], right: [2, 30]}}\nlayers:\n{layers}\n")
    out = convlint("sizes", "net.yaml").out
    assert "length of left:" in out and "length of right:" in out
