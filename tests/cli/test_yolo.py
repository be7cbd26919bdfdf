"""YOLO files on the command line: scales, input, dialect, declared modules, and the table of ``show``."""

import json
from pathlib import Path

import pytest

from convlint.cli import main
from tests.cli.conftest import Convlint

TWO_SCALES = """\
nc: 4
scales: # depth, width, max_channels
  a: [0.5, 0.5, 1024]
  b: [1.0, 1.0, 1024]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 2, C2f, [32, True]]
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 2, C2f, [32]]
  - [[6, 3], 1, Detect, [nc]]
"""
OWN = TWO_SCALES.replace("- [-1, 1, Conv, [64, 3, 2]]", "- [-1, 1, Shrink, [64]]")


def written(folder: Path, text: str, name: str = "net.yaml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_scales(convlint: Convlint, folder: Path) -> None:
    written(folder, TWO_SCALES.replace("b: [1.0, 1.0", "b: [1.0, wide"))
    assert convlint("--scale", "a", "net.yaml") == (0, "All good: 1 file checked.\n", "")
    assert convlint("--scale", "b", "--format=concise", "-q", "net.yaml").code == 1
    assert convlint("--scale", "a", "--scale", "all", "-q", "--format=concise", "net.yaml").code == 1
    assert convlint("net.yaml").code == 1
    assert "there is no scale `n`, asked for; the file has a, b" in convlint("--scale=n", "net.yaml").out


def test_input(convlint: Convlint, folder: Path) -> None:
    written(folder, TWO_SCALES)
    assert convlint("net.yaml").code == 0
    run = convlint("--input=\u00b2", "net.yaml")
    assert run.err.startswith("convlint: argument --input/--imgsz: expected a size such as 640, 480x640 or 1x480x640")
    run = convlint("--imgsz=500", "net.yaml", "--format=concise", "-q")
    assert run.code == 1
    assert "a skip of 16x125x125 meets 32x126x126" in run.out and "assumed" not in run.out
    assert convlint("--input", "1x320x640", "net.yaml").code == 0
    run = convlint("--input", "0", "net.yaml")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("convlint: argument --input/--imgsz: expected a size such as 640, 480x640 or 1x480x640")


def test_dialect(convlint: Convlint, folder: Path) -> None:
    written(folder, TWO_SCALES)
    run = convlint("--dialect=yolov5", "--format=concise", "-q", "net.yaml")
    assert run.code == 1
    assert "the key `depth_multiple` is missing" in run.out


def test_tasks_py(convlint: Convlint, folder: Path) -> None:
    written(folder, OWN)
    assert "unknown module `Shrink`" in convlint("net.yaml").out
    written(folder, "raise SystemExit\nbase_modules = frozenset({Conv, C2f, Shrink})\n", "tasks.py")
    assert "unknown module" not in convlint("--tasks-py=tasks.py", "net.yaml").out
    assert convlint("--tasks-py=gone.py", "net.yaml") == (
        2,
        "",
        "convlint: argument --tasks-py: gone.py: no such file\n",
    )
    written(folder, "def (:\n", "tasks.py")
    assert convlint("show", "--tasks-py=tasks.py", "net.yaml") == (
        2,
        "",
        "convlint: argument --tasks-py: tasks.py: not Python: line 1: invalid syntax\n",
    )


def test_settings(convlint: Convlint, folder: Path) -> None:
    written(folder, OWN)
    written(
        folder,
        '[yolo]\nscale = "b"\ninput = "320x640"\n[yolo.modules]\nShrink = {kind = "base", spatial = "/2"}\n',
        "convlint.toml",
    )
    assert convlint("net.yaml") == (0, "All good: 1 file checked.\n", "")
    assert convlint("--isolated", "net.yaml").code == 1
    shown = json.loads(convlint("show", "--format=json", "net.yaml").out)["networks"]
    assert [(network["variant"], network["inputs"]) for network in shown] == [("b", {"images": [3, 320, 640]})]
    shown = json.loads(convlint("show", "--format=json", "--scale=a", "--input=64", "net.yaml").out)["networks"]
    assert [(network["variant"], network["inputs"]) for network in shown] == [("a", {"images": [3, 64, 64]})]
    shown = json.loads(convlint("show", "--format=json", "--scale=all", "net.yaml").out)["networks"]
    assert [network["variant"] for network in shown] == ["a", "b"]
    assert json.loads(convlint("show", "--isolated", "--format=json", "net.yaml").out)["networks"][0]["params"] is None


def test_fixing_keeps_the_options(convlint: Convlint, folder: Path) -> None:
    written(folder, OWN.replace("scales:", "scale:") + "# convlint: ignore-file[CL103]\n")
    written(folder, '[yolo.modules]\nShrink = {kind = "base", spatial = "/2"}\n', "convlint.toml")
    assert convlint("--fix", "net.yaml", "-q").code == 1
    assert "ignore-file" not in (folder / "net.yaml").read_text(encoding="utf-8")
    assert "unknown module" not in convlint("net.yaml").out


def test_show(convlint: Convlint, folder: Path) -> None:
    written(folder, TWO_SCALES)
    run = convlint("show", "--scale=a", "net.yaml")
    assert (run.code, run.err) == (0, "")
    assert (
        run.out
        == """\
net.yaml: scale a (images 3x640x640)

  row     from  n  module       arguments                              output  parameters  GFLOPs
    0       -1  1  Conv         [3, 8, 3, 2]                        8x320x320         232   0.044
    1       -1  1  Conv         [8, 16, 3, 2]                      16x160x160       1,184   0.059
    2       -1  1  C2f          [16, 16, 1, True]                  16x160x160       1,888   0.092
    3       -1  1  Conv         [16, 32, 3, 2]                       32x80x80       4,672   0.059
    4       -1  1  nn.Upsample  [None, 2, 'nearest']               32x160x160           0   0.000
    5  [-1, 2]  1  Concat       [1]                                48x160x160           0   0.000
    6       -1  1  C2f          [48, 16, 1]                        16x160x160       2,400   0.118
    7   [6, 3]  1  Detect       [4, 16, None, [16, 32]]  68x160x160, 68x80x80     122,008   3.658
total                                                                             132,384   4.030

8 rows, 132,384 parameters, 2.01 GMACs = 4.0 GFLOPs (2 x MACs)
"""
    )
    assert convlint("show", "net.yaml").out.count(" rows, ") == 2


def test_show_of_rows_that_cannot_be_built(convlint: Convlint, folder: Path) -> None:
    written(folder, TWO_SCALES.replace("Conv, [64, 3, 2]", "Conv, [x, 3, 2]").replace("[-1, 2], 1", '"\\e[1m", 1'))
    run = convlint("show", "--scale=a", "net.yaml")
    assert run.code == 0
    lines = run.out.splitlines()
    assert lines[1].startswith("cannot be built: 2 errors, the first in line ")
    assert lines[7].split()[:4] == ["3", "-1", "1", "Conv"]
    assert "\x1b" not in run.out
    assert lines[-1] == "8 rows, ? parameters, ? GMACs = ? GFLOPs (2 x MACs)"
    assert run.err == "convlint: net.yaml: 2 errors in this file, see `convlint check`\n"


def test_json_children(convlint: Convlint, folder: Path) -> None:
    written(folder, TWO_SCALES)
    (network,) = json.loads(convlint("show", "--format=json", "--scale=a", "net.yaml").out)["networks"]
    c2f = network["layers"][2]
    assert (c2f["name"], c2f["type"], c2f["line"], c2f["from"]) == ("model.2", "C2f", 8, ["model.1"])
    assert sum(child["params"] for child in c2f["layers"]) == c2f["params"]
    assert {child["type"] for child in c2f["layers"]} >= {"Conv2d", "Concat"}
    assert network["layers"][5]["from"] == ["model.4", "model.2"]


def test_a_finding_that_rests_on_the_assumed_input_says_so(convlint: Convlint, folder: Path) -> None:
    odd = TWO_SCALES.replace("[16, 3, 2]", "[16, 3, 3]")
    written(folder, odd)
    assert convlint("net.yaml").out.count("an input of 640 x 640 is assumed") == 1
    assert "assumed" not in convlint("--input=640", "net.yaml").out


@pytest.mark.parametrize("letters", ["", "a,b"])
def test_a_scale_that_no_file_has(convlint: Convlint, folder: Path, letters: str) -> None:
    written(folder, TWO_SCALES)
    assert convlint("--scale", letters, "net.yaml").code == 1


def test_main_is_the_same(folder: Path) -> None:
    written(folder, TWO_SCALES)
    assert main(["check", "--scale", "a", "net.yaml"]) == 0


def test_every_command_obeys_settings_and_options(convlint: Convlint, folder: Path) -> None:
    written(folder, OWN)
    written(folder, '[yolo]\nscale = "b"\n[yolo.modules]\nShrink = {kind = "base", spatial = "/2"}\n', "convlint.toml")
    explained = convlint("explain", "net.yaml", "model.5")
    assert (explained.code, explained.err) == (0, "")
    assert "scale b" in explained.out and "further scales" not in explained.out
    # What the module makes is declared, so that what it is joined with is known.
    assert "64x80x80" in convlint("explain", "net.yaml", "model.3").out
    assert "scale a" in convlint("explain", "--scale=a", "net.yaml", "model.5").out
    assert "64x40x40" in convlint("explain", "--input=320", "net.yaml", "model.3").out
    sizes = json.loads(convlint("sizes", "--format=json", "net.yaml").out)["networks"]
    assert [network["variant"] for network in sizes] == ["b"]
    sizes = json.loads(convlint("sizes", "--format=json", "--scale=all", "--imgsz=1x320x480", "net.yaml").out)[
        "networks"
    ]
    assert [(network["variant"], network["inputs"]) for network in sizes] == [
        (letter, {"images": [1, 320, 480]}) for letter in "ab"
    ]
    for command in ("check", "show", "sizes", "explain"):
        run = convlint(command, "--input=²", "net.yaml", "model.5")
        assert run == (
            2, "", "convlint: argument --input/--imgsz: expected a size such as 640, 480x640 or 1x480x640, not '²'\n"
        )  # fmt: skip
