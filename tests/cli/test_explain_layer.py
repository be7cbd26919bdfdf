"""``convlint explain FILE LAYER``."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import OTHER, Convlint
from tests.conftest import ROOT

NETWORK = """\
convlint: 1
name: small
input: [3, 9, null]
layers:
  - {name: first, type: Conv2d, out_channels: 8, kernel_size: 2, stride: 2}
  - name: stage
    repeat: 3
    layers:
      - {name: conv, type: Conv2d, in_channels: 8, out_channels: 8, kernel_size: 3, padding: 1}
      - {type: ReLU}
  - {name: shrink, repeat: 2, layers: [{name: conv, type: Conv2d, out_channels: 8, kernel_size: 2}]}
"""

FIRST = """\
first (Conv2d), line 5 of net.yaml

    3x9x?  ->  8x4x?

What comes in
  3 maps of 9x?, from the network's input.
  Its width is not known, because the file leaves it open.

Size
    W' = (W - K + 2P)/S + 1      W input, K kernel, P padding on either side, S stride
    height: (9 - 2 + 2*0)/2 + 1 = 7/2 + 1 = 4.5, rounded down: 4
    width:  unknown
  Height: the last window ends at row 8 of 9: the last row is never read. The network runs; no
  framework says so.

Kernels
  8 output maps are made (`out_channels: 8`) from 3 input maps, and each of them reads all 3.

  For every input map that it reads, an output map has a kernel of its own: a 2x2 kernel, called 2-D
  because it slides over one map in two directions. What the kernels give is added up, cell by cell,
  and only this sum is the output map:
    input map  *  2x2 kernel  \\
    input map  *  2x2 kernel   >  3 of these, added up, plus a bias  =  1 output map
    input map  *  2x2 kernel  /

  So the number of maps is one thing and the number of 2-D kernels is another. There is one for each
  pair of an output map and an input map that it reads:
    first          8 maps x 3 inputs each = 24 2-D kernels
    stage.0.conv   8 maps x 8 inputs each = 64 2-D kernels

  In first it takes 3 kernels to make a map, in stage.0.conv 8.

  The same weights are counted in three ways:
    2-D kernels   24 of 2x2       one for each of these pairs
    3-D kernels    8 of 3x2x2     one for each output map: its 3 2-D kernels in one block
    4-D tensor     1 of 8x3x2x2   all of them in one: the shape of PyTorch's `weight`

    24 x 4 = 8 x 12 = 96 weights

Parameters
    24 kernels x 2 x 2 = 96 weights
    + 8 biases, one for each output
    = 104 parameters

Multiply-adds
  Unknown, because a size is.

Receptive field
  Along an axis, every cell that comes in has seen F cells of the network's input, and its neighbour
  as many, J cells further on: F = 1, J = 1. For windows of K such cells, S apart:
    F' = F + (K - 1)*J = 1 + (2 - 1)*1 = 2
    J' = J*S = 1*2 = 2

What convlint finds here
  4.5: the last row of 9x? is never read (CL103 dropped-input)
"""


COPIES = "It is the first of 3 copies, which are equal but for what they read and their receptive fields."


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / "net.yaml"
    path.write_text(NETWORK, encoding="utf-8")
    return path


def test_by_name(convlint: Convlint, file: Path) -> None:
    assert convlint("explain", "net.yaml", "first") == (0, FIRST, "")


@pytest.mark.parametrize(
    ("word", "title", "remark"),
    [
        ("5", "first (Conv2d), line 5 of net.yaml", ""),
        ("stage", "stage (group), line 6 of net.yaml", ""),
        ("7", "stage (group), line 6 of net.yaml", ""),
        ("stage.0.conv", "stage.0.conv (Conv2d), line 9 of net.yaml", COPIES),
        ("9", "stage.0.conv (Conv2d), line 9 of net.yaml", COPIES),
        (
            "stage.2.conv",
            "stage.2.conv (Conv2d), line 9 of net.yaml",
            "In all but what it reads and its receptive field, stage.2.conv equals stage.0.conv.",
        ),
        ("10", "ReLU, line 10 of net.yaml", COPIES),
        ("11", "shrink (group), line 11 of net.yaml", "Line 11 also holds shrink.0.conv."),
        ("shrink.1.conv", "shrink.1.conv (Conv2d), line 11 of net.yaml", ""),
        (
            "conv",
            "stage.0.conv (Conv2d), line 9 of net.yaml",
            f"{COPIES} The same word also names shrink.0.conv and shrink.1.conv.",
        ),
    ],
)
def test_what_a_word_names(convlint: Convlint, file: Path, word: str, title: str, remark: str) -> None:
    code, out, err = convlint("explain", "net.yaml", word)
    assert (code, err) == (0, "")
    assert out.startswith(f"{title}\n")
    printed = json.loads(convlint("explain", "--format=json", "net.yaml", word).out)
    assert printed["layers"][0]["remark"] == (remark or None)
    assert " ".join(remark.split()) in " ".join(out.split())


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("frist", "no layer is called `frist`; did you mean `first`?"),
        ("stage.conv", "no layer is called `stage.conv`; did you mean `stage.0.conv`?"),
        ("stage.3.conv", "no layer is called `stage.3.conv`; did you mean `stage.0.conv`?"),
        ("xyz", "no layer is called `xyz`; `convlint show` lists them, and the number of a line works too"),
        ("3", "no layer is written in line 3"),
        ("12", "no layer is written in line 12"),
        ("40", "no layer is written in line 40"),
        ("\x1b[31m", "no layer is called `\\x1b[31m`; `convlint show` lists them, and the number of a line works too"),
    ],
)
def test_unknown_layers(convlint: Convlint, file: Path, word: str, message: str) -> None:
    assert convlint("explain", "net.yaml", word) == (2, "", f"convlint: net.yaml: {message}\n")


#: Copies of copies, comments, an alias, and lines that hold no layer.
NESTED = """\
convlint: 1
input: [8, 33, 33]
layers:
  - name: outer
    repeat: 3
    layers:
      # twice three
      - name: inner
        repeat: 4
        layers:
          - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
          - {type: ReLU}

      - {name: pool, type: MaxPool2d, kernel_size: 3, stride: 1, padding: 1}
  - &act {type: ReLU}
  - *act
  - {name: "15", type: Identity}
  - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 1}
expect: {params: 7592}
"""


@pytest.mark.parametrize(
    ("name", "source", "field"),
    [
        ("outer.0.inner.0.conv", "the network's input.", 1),
        ("outer.0.inner.3.conv", "the ReLU in line 12. There are 8 because outer.0.inner.2.conv", 7),
        ("outer.2.inner.1.conv", "the ReLU in line 12. There are 8 because outer.2.inner.0.conv", 23),
        ("outer.1.inner.0.conv", "outer.0.pool (line 14). There are 8 because outer.0.inner.3.conv", 11),
        ("outer.2.pool", "the ReLU in line 12. There are 8 because outer.2.inner.3.conv", 29),
    ],
)
def test_each_copy_has_its_own_source_and_field(
    convlint: Convlint, folder: Path, name: str, source: str, field: int
) -> None:
    (folder / "net.yaml").write_text(NESTED, encoding="utf-8")
    out = " ".join(convlint("explain", "net.yaml", name).out.split())
    assert out.startswith(f"{name} (")
    assert f"8 maps of 33x33, from {source}" in out
    assert f"F' = F + (K - 1)*J = {field} + (3 - 1)*1 = {field + 2} J'" in out


def test_too_many_copies_to_write_out(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(NESTED.replace("repeat: 3", "repeat: 1000000"), encoding="utf-8")
    out = " ".join(convlint("explain", "net.yaml", "outer.999999.pool").out.split())
    assert out.startswith("outer.0.pool (MaxPool2d), line 14 of net.yaml")
    assert "In all but what it reads and its receptive field, outer.999999.pool equals outer.0.pool." in out


@pytest.mark.parametrize(
    ("word", "title", "remark"),
    [
        ("5", "outer (group), line 4", None),
        ("9", "outer.0.inner (group), line 8", "It is the first of 3 copies, which are equal but for what they read"),
        # The alias in line 16 stands for what is written in line 15.
        ("15", "15 (Identity), line 17", "15 is a name here; in line 15 stands the ReLU."),
        ("conv", "conv (Conv2d), line 18", None),
    ],
)
def test_lines_and_names(convlint: Convlint, folder: Path, word: str, title: str, remark: str | None) -> None:
    (folder / "net.yaml").write_text(NESTED, encoding="utf-8")
    layer = json.loads(convlint("explain", "--format=json", "net.yaml", word).out)["layers"][0]
    assert convlint("explain", "net.yaml", word).out.startswith(f"{title} of net.yaml\n")
    assert (layer["remark"] or "").startswith(remark or "") and bool(layer["remark"]) == bool(remark)


@pytest.mark.parametrize("line", ["1", "2", "3", "7", "13", "16", "19", "20", "21", "0", "9" * 30])
def test_lines_without_a_layer(convlint: Convlint, folder: Path, line: str) -> None:
    (folder / "net.yaml").write_text(NESTED, encoding="utf-8")
    message = f"convlint: net.yaml: no layer is written in line {line}\n"
    assert convlint("explain", "net.yaml", line) == (2, "", message)


def test_several_layers_in_a_line(convlint: Convlint, folder: Path) -> None:
    text = '{"convlint": 1, "input": [3, 9], "layers": [{"type": "ReLU"}, {"name": "b", "type": "ReLU"}, {"type": "Tanh"}]}\n'
    (folder / "net.json").write_text(text, encoding="utf-8")
    out = convlint("explain", "net.json", "1").out
    assert out.startswith("ReLU, line 1 of net.json\n") and "\n  Line 1 also holds b and the Tanh.\n" in out


def test_a_name_that_two_layers_have(convlint: Convlint, folder: Path) -> None:
    text = "convlint: 1\ninput: [3, 9]\nlayers:\n  - {name: a, type: ReLU}\n  - {name: a, type: Tanh}\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    assert (
        "\n  The same word also names a (line 5). The network cannot be built: an error in line 5: two layers\n  are named `a`"
        in convlint("explain", "net.yaml", "a").out
    )


def test_a_network_that_cannot_be_built(convlint: Convlint, folder: Path) -> None:
    text = "convlint: 1\ninput: [3, 9]\nlayers:\n  - {type: ReLU}\n  - {name: r, type: Relu}\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    broken = "The network cannot be built: {}. What follows from that is not certain."
    at_fault, other = json.loads(convlint("explain", "--format=json", "net.yaml", "r", "4").out)["layers"]
    assert at_fault["remark"] == broken.format("see below")
    what = "an error in line 5: unknown layer type `Relu` (CL004 unknown-layer-type)"
    assert other["remark"] == broken.format(what)
    assert [error["line"] for error in other["errors"]] == [5]


#: What cannot be read, and what reads it.
UNREADABLE = """\
convlint: 1
input: [3, 9, 9]
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3x3}
  - {name: b, type: ReLU}
  - {name: c, from: nowhere, type: ReLU}
  - {name: d, from: [nowhere, input], type: Add}
  - {name: s, from: input, type: Split, split_size: 1}
  - {name: e, from: s.7, type: ReLU}
  - 7
  - {name: f, type: ReLU}
  - {name: g, type: Conv2d, out_channels: 4, kernel_size: 3, dillation: 2}
  - name: h
    repeat: 2
    layers:
      - {name: i, type: Conv2d, from: nothing, out_channels: 4, kernel_size: 3}
      - {name: j, type: ReLU}
output: [b, c, d, e, g, h]
"""


@pytest.mark.parametrize(
    ("name", "source", "code"),
    [
        ("a", "3 maps of 9x9, from the network's input.", "CL005"),
        (
            "b",
            "Something of unknown shape, from a (line 4). Its shape is not known, for a (line 4) cannot be read.",
            "",
        ),
        ("c", "Nothing is known about it, for `from: nowhere` names a layer that cannot be read, or none.", "CL010"),
        ("d", "2 inputs: a map of unknown shape from a layer that cannot be read, or none 3x9x9 from the net", "CL010"),
        ("e", "Nothing is known about it, for `from: s.7` names a layer that cannot be read, or none.", "CL010"),
        ("f", "Nothing is known about it, for the layer before this one cannot be read.", ""),
        (
            "g",
            "Something of unknown shape, from f (line 11). Its shape is not known from f (line 11) on, for the layer "
            "before it cannot be read.",
            "CL003",
        ),
        ("h", "4 maps of ?x?, from g (line 12, `out_channels: 4`).", ""),
        ("i", "Nothing is known about it, for `from: nothing` names a layer that cannot be read, or none.", "CL010"),
        ("j", "4 maps of ?x?, from h.0.i (line 16, `out_channels: 4`).", ""),
    ],
)
def test_what_cannot_be_read(convlint: Convlint, folder: Path, name: str, source: str, code: str) -> None:
    """The explanation says why nothing is known, and what convlint finds about this layer and no other."""
    (folder / "net.yaml").write_text(UNREADABLE, encoding="utf-8")
    result = convlint("explain", "net.yaml", name)
    words = " ".join(result.out.split())
    assert f"What comes in {source}" in words
    layer = json.loads(convlint("explain", "--format=json", "net.yaml", name).out)["layers"][0]
    assert [found["code"] for found in layer["findings"]] == [code] * bool(code)


def test_several_layers(convlint: Convlint, file: Path) -> None:
    out = convlint("explain", "net.yaml", "first", "10").out
    assert out.startswith(FIRST) and "\n\nReLU, line 10 of net.yaml\n" in out
    printed = json.loads(convlint("explain", "net.yaml", "first", "10", "--format=json").out)
    first, second = printed["layers"]
    assert (printed["version"], first["name"], second["name"], second["type"]) == (1, "first", None, "ReLU")
    assert (first["line"], first["inputs"], first["outputs"]) == (5, [[3, 9, None]], [[8, 4, None]])
    assert (first["kernels_2d"], first["weight"], first["params"], first["macs"]) == (24, [8, 3, 2, 2], 104, None)
    assert [section["title"] for section in first["sections"]][:3] == ["What comes in", "Size", "Kernels"]
    assert first["findings"][0]["code"] == "CL103"


def test_colours(convlint: Convlint, file: Path) -> None:
    out = convlint("explain", "net.yaml", "first", "--color=always").out
    assert "\x1b[1mKernels\x1b[0m" in out
    assert out.replace("\x1b[1m", "").replace("\x1b[0m", "") == FIRST


def test_files_of_which_nothing_can_be_explained(convlint: Convlint, folder: Path, file: Path) -> None:
    (folder / "broken.yaml").write_text("convlint: [\n", encoding="utf-8")
    (folder / "other.yaml").write_text(OTHER, encoding="utf-8")
    code, out, err = convlint("explain", "broken.yaml", "conv")
    assert (code, out) == (1, "") and err.endswith("[CL001 syntax-error]\n")
    code, out, err = convlint("explain", "other.yaml", "conv")
    assert (code, out) == (2, "") and err.startswith("convlint: other.yaml: describes no network")
    assert convlint("explain", "gone.yaml", "conv") == (2, "", "convlint: gone.yaml: no such file or directory\n")
    assert convlint("explain", ".", "conv") == (2, "", "convlint: .: expected a file\n")
    message = "convlint: expected a LAYER behind the FILE; `convlint show` lists them\n"
    assert convlint("explain", "net.yaml") == (2, "", message)


def test_standard_input(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NETWORK.encode())))
    assert convlint("explain", "-", "first", "--stdin-filename=net.yaml") == (0, FIRST, "")
    message = "convlint: expected a LAYER behind the FILE; `convlint show` lists them\n"
    assert convlint("explain", "-") == (2, "", message)


def test_names_cannot_command_the_terminal(convlint: Convlint, folder: Path) -> None:
    text = 'convlint: 1\ninput: [3, 9]\nlayers:\n  - {name: "\\e[31m", type: Conv1d, out_channels: 8, kernel_size: 2}\n  - {type: ReLU}\n'
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    for word in ("4", "5"):
        code, out, err = convlint("explain", "net.yaml", word)
        assert (code, err) == (0, "") and "\x1b" not in out and "\\x1b[31m (" in out


def test_variants(convlint: Convlint) -> None:
    text = """\
nc: 80
scales:
  n: [0.33, 0.25, 1024]
  s: [0.33, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 3, C2f, [128, True]]
head:
  - [[1], 1, Detect, [nc]]
"""
    path = Path("net.yaml")
    path.write_text(text, encoding="utf-8")
    code, out, err = convlint("explain", "net.yaml", "model.0.conv")
    assert (code, err) == (0, "")
    assert out.startswith("model.0.conv (Conv2d), line 6 of net.yaml, scale n\n\n    3x640x640  ->  16x320x320\n")
    assert "The file has further scales: s." in out


def test_rows_of_yolo(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is quoted that stands in no file, and a number is that of a line, not of a row."""
    monkeypatch.chdir(ROOT)
    file = "examples/yolo-small.yaml"
    out = convlint("explain", file, "model.2.cv1.bn").out
    assert "  12 maps of 160x160, from model.2.cv1.conv (line 11).\n" in out
    assert "in the file" not in out and "in the file" not in convlint("explain", file, "model.0.conv").out
    out = convlint("explain", file, "12").out
    assert out.startswith("model.3 (ADown), line 12 of ")
    assert "12 is the number of a line here; model.12 stands in line 23." in out
    assert "is the number of a line here" not in convlint("explain", file, "23").out
    code, out, err = convlint("explain", file, "5")
    assert (code, out) == (2, "") and err.endswith("no layer is written in line 5; did you mean `model.5`?\n")
    assert convlint("explain", file, "18").err.endswith("no layer is written in line 18\n")


def test_rows_that_cannot_be_read(convlint: Convlint, folder: Path) -> None:
    text = """\
nc: 80
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [99, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [[2], 1, Detect, [nc]]
"""
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    words = " ".join(convlint("explain", "net.yaml", "model.1").out.split())
    assert "Nothing is known about it, for `99` names a layer that cannot be read, or none." in words
    assert "(CL013 index-out-of-range)" in words
    words = " ".join(convlint("explain", "net.yaml", "5").out.split())
    assert "not known from model.1 (line 4) on, for `99` names a layer that cannot be read, or none." in words


def test_the_question_that_convlint_was_born_from(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    """64 kernels give 64 maps in layer 1; why do 4096 kernels give 256 maps in layer 3?"""
    monkeypatch.chdir(ROOT)
    out = " ".join(convlint("explain", "examples/lecun-ranzato.yaml", "conv2").out.split())
    for sentence in (
        "conv1 64 maps x 1 input each = 64 2-D kernels",
        "conv2 256 maps x 16 inputs each = 4096 2-D kernels",
        "In conv1 there is only one input map, so one kernel makes one map, and the two numbers agree.",
        "In conv2 it takes 16 kernels to make one map, so the 4096 kernels make 4096/16 = 256 maps.",
        "If every map read all 64 inputs, there would be 256 x 64 = 16384 2-D kernels, for the same 256 maps.",
        "3-D kernels 256 of 16x9x9",
        "4-D tensor 1 of 256x16x9x9",
        "`kernels: 4096` in the file counts 2-D kernels.",
    ):
        assert sentence in out, sentence
