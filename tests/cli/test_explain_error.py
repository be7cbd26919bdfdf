"""``convlint explain FILE --error TEXT``."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import OTHER, Convlint

YOLO = """\
nc: 80
scales: # depth, width, max_channels
  n: [0.33, 0.25, 1024]
  s: [0.33, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 3, C2f, [128, True]]
  - [-1, 1, Conv, [256, 3, 2]]
  - [-1, 1, CBAM, [256]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 1], 1, Concat, [1]]
  - [[-1, 0], 1, Concat, [1]]
  - [-1, 3, C2f, [256]]
  - [[8, 4], 1, Detect, [nc]]
"""
NATIVE = """\
convlint: 1
input: [3, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: bn, type: BatchNorm2d, num_features: 16}
  - {name: pool, type: MaxPool2d, kernel_size: 2}
  - {name: up, type: ConvTranspose2d, in_channels: 16, out_channels: 4, kernel_size: 2, stride: 2}
  - {name: cat, type: Concat, from: [up, pool]}
  - {name: flat, type: Flatten}
  - {name: fc, type: Linear, in_features: 1800, out_features: 10}
"""


def says(convlint: Convlint, folder: Path, file: str, text: str) -> str:
    """The part behind the heading of what is said, on one line."""
    (folder / "net.yaml").write_text(file)
    run = convlint("explain", "net.yaml", "--error", text)
    assert (run.code, run.err) == (0, "")
    return " ".join(run.out.partition("Where it can come from in net.yaml\n")[2].split())


def test_the_whole(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(YOLO)
    text = "Sizes of tensors must match except in dimension 1. Expected size 160 but got size 320 for tensor number 1 in the list."
    run = convlint("explain", "net.yaml", "--error", text)
    assert run == (
        0,
        """\
  Sizes of tensors must match except in dimension 1. Expected size 160 but got size 320 for tensor
  number 1

What it says
  Maps are put together of which the first has the size 160 and number 1 (from 0) has 320.

Where it can come from in net.yaml
  model.7 (line 14), scale n: it puts 96x160x160 and 16x320x320 together
  model.7 (line 14), scale s: it puts 192x160x160 and 32x320x320 together

What convlint finds there
  line 14: 96x160x160 and 16x320x320 cannot be concatenated (/4 joins /2) (CL401 concat-size)
""",
        "",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("KeyError: 'CBAM'", "model.4 (line 10), scales n and s: it is of that type What convlint finds there line 10: `CBAM`"),
        (
            "Given groups=1, weight of size [256, 256, 1, 1], expected input[1, 64, 80, 80] to have 256 channels, but got 64 "
            "channels instead",
            "model.4 (line 10), scale n: it reads 64x80x80, and its inside is not known",
        ),
        (
            "Given groups=1, weight of size [256, 256, 1, 1], expected input[1, 128, 32, 32] to have 256 channels, but got "
            "128 channels instead",
            "model.4 (line 10), at an input of 256x256, scale s: it reads 128x32x32",
        ),
        (
            "Sizes of tensors must match except in dimension 1. Expected size 64 but got size 128 for tensor number 1 in",
            "model.7 (line 14), at an input of 256x256, scale n: it puts 96x64x64 and 16x128x128 together",
        ),
        (
            "Conv.__init__() takes from 3 to 4 positional arguments but 5 were given",
            "model.0 (line 6), scales n and s: it is built with 4 arguments, and `self` before them makes 5 model.1",
        ),
        (
            "Expected more than 1 value per channel when training, got input size torch.Size([1, 64, 1, 1])",
            "model.3.bn (line 9) in model.3 (Conv), at an input of 8x8, scale n: it normalises 64 channels",
        ),
        ("list index out of range", "No layer fits. It would have to be a layer that reads another by a number"),
        ("KeyError: 'backbone'", "No layer fits. It would have to be a layer of the type `backbone`, or a key `backbone`"),
        (
            "not enough values to unpack (expected 4, got 3)",
            "No layer fits. It would have to be a row that has 3 where there must be 4 values",
        ),
    ],
)  # fmt: skip
def test_yolo(convlint: Convlint, folder: Path, text: str, said: str) -> None:
    assert says(convlint, folder, YOLO, text).startswith(said)


@pytest.mark.parametrize(
    ("was", "wrong", "text", "code"),
    [
        ("[[8, 4]", "[[8, 14]", "IndexError: list index out of range", "CL013"),
        ("Conv, [64, 3, 2]]", "Conv]", "not enough values to unpack (expected 4, got 3)", "CL030"),
        ("head:", "heads:", "KeyError: 'head'", "CL048"),
    ],
)
def test_findings_that_say_the_same(
    convlint: Convlint, folder: Path, was: str, wrong: str, text: str, code: str
) -> None:
    said = says(convlint, folder, YOLO.replace("CBAM", "SPPF").replace(was, wrong), text)
    assert said.startswith("What follows says it. What convlint finds there line ")
    assert f"({code} " in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mat1 and mat2 shapes cannot be multiplied (1x512 and 1800x10)", "fc (line 10): it takes 1800 features and makes 10"),
        ("running_mean should contain 16 elements not 32", "No layer fits. It would have to be a BatchNorm of 32 channels"),
        ("Given input size: (16x1x1). Calculated output size: (16x0x0). Output size is too small", "pool (line 6), at an input of 1x1"),
        (
            "Given transposed=1, weight of size [16, 4, 2, 2], expected input[1, 8, 16, 16] to have 16 channels, but got 8 "
            "channels instead",
            "No layer fits.",
        ),
        (
            "Given groups=1, weight of size [16, 3, 3, 3], expected input[1, 1, 32, 32] to have 3 channels, but got 1 channels",
            "conv1 (line 4): it reads the network's input, which has 3 channels in the file; 1 were given",
        ),
        (
            "Sizes of tensors must match except in dimension 1. Expected size 32 but got size 16 for tensor number 1 in the list",
            "cat (line 8): it puts 4x32x32 and 16x16x16 together What convlint finds there line 8:",
        ),
        (
            "Calculated padded input size per channel: (2 x 2). Kernel size: (5 x 5). Kernel size can't be greater",
            "No layer fits. It would have to be a convolution with kernels of 5x5 that reads a map of 2x2",
        ),
    ],
)  # fmt: skip
def test_native(convlint: Convlint, folder: Path, text: str, said: str) -> None:
    assert says(convlint, folder, NATIVE, text).startswith(said)


@pytest.mark.parametrize(
    ("layers", "text", "said"),
    [
        (
            "{name: bn, type: BatchNorm2d, num_features: 32}",
            "running_mean should contain 3 elements not 32",
            "bn (line 4): it normalises 32 channels, and 3 arrive What convlint finds there line 4: num_features 32",
        ),
        (
            "{name: conv, type: Conv2d, in_channels: 8, out_channels: 8, kernel_size: 3, groups: 2}",
            "Given groups=2, weight of size [8, 4, 3, 3], expected input[1, 3, 32, 32] to have 8 channels, but got 3 channels",
            "conv (line 4): it has this weight 8x4x3x3 in 2 groups and is made for 8 channels; it reads 3x32x32 What",
        ),
        (
            "{name: conv, type: Conv2d, out_channels: 8, kernel_size: 3, stride: 16}\n"
            "  - {name: deep, type: Conv2d, out_channels: 8, kernel_size: 3}",
            "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't be greater",
            "deep (line 5): its kernel takes 3x3 cells, and 2x2 arrive What convlint finds there",
        ),
        (
            "{name: a, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}\n"
            "  - {name: b, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1, stride: 2}\n"
            "  - {name: add, type: Add, from: [a, b]}",
            "The size of tensor a (32) must match the size of tensor b (16) at non-singleton dimension 3",
            "add (line 6): it adds 8x32x32 and 8x16x16 What convlint finds there",
        ),
    ],
)  # fmt: skip
def test_layers(convlint: Convlint, folder: Path, layers: str, text: str, said: str) -> None:
    assert says(convlint, folder, f"convlint: 1\ninput: [3, 32, 32]\nlayers:\n  - {layers}\n", text).startswith(said)


def test_the_errors_of_the_file_are_left(convlint: Convlint, folder: Path) -> None:
    """No layer fits the numbers; what is wrong in the file comes before what may be wrong elsewhere."""
    text = "running_mean should contain 7 elements not 9"
    said = says(convlint, folder, YOLO, text)
    assert said.startswith(
        "No layer fits. It would have to be a BatchNorm of 9 channels at which 7 arrive. What convlint"
    )
    assert "finds in the file line 14: 96x160x160" in said
    right = YOLO.replace("CBAM", "SPPF").replace("[[-1, 0], 1", "[[-1, -1], 1").replace("[[-1, 1], 1", "[[-1, 2], 1")
    said = says(convlint, folder, right, text)
    assert said.endswith("The file may not be the one that is run, or its input another one.")


def test_a_module_that_averages_inside(convlint: Convlint, folder: Path) -> None:
    text = "Given groups=1, weight of size [256, 256, 1, 1], expected input[1, 64, 1, 1] to have 256 channels, but got 64 channels"
    said = says(convlint, folder, YOLO, text)
    assert said.startswith(
        "model.4 (line 10), scale n: it reads 64x80x80, and its inside, which may average that to 64x1x1, is"
    )


def test_standard_input_and_json(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "net.yaml").write_text(YOLO)
    trace = b"Traceback (most recent call last):\n  File x\nKeyError: 'CBAM'\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(trace)))
    run = convlint("explain", "--format=json", "net.yaml", "--error", "-")
    assert run.code == 0
    error = json.loads(run.out)["error"]
    assert (error["path"], error["text"], error["more"]) == ("net.yaml", "KeyError: 'CBAM'", 0)
    assert error["suspects"] == [
        {
            "name": "model.4", "type": "CBAM", "inside": None, "line": 10, "certain": True, "input": None,
            "variants": ["n", "s"], "why": "it is of that type",
        }
    ]  # fmt: skip
    assert [found["code"] for found in error["findings"]] == ["CL059"]


def test_what_is_not_known(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(YOLO)
    said = "convlint: this is no message that convlint knows, such as `Given groups=1, weight of size ...`\n"
    assert convlint("explain", "net.yaml", "--error", "CUDA out of memory") == (2, "", said)


def test_files_that_cannot_be_used(convlint: Convlint, folder: Path) -> None:
    text = "KeyError: 'CBAM'"
    assert convlint("explain", "gone.yaml", "--error", text) == (
        2,
        "",
        "convlint: gone.yaml: no such file or directory\n",
    )
    (folder / "net.yaml").write_text(OTHER)
    assert convlint("explain", "net.yaml", "--error", text).code == 2
    (folder / "net.yaml").write_text("a: [")
    assert convlint("explain", "net.yaml", "--error", text).err.count("\n") <= 1
    assert convlint("explain", "-", "--error", "-").err == (
        "convlint: standard input is the message or the file, not both\n"
    )
    assert convlint("explain", "net.yaml", "model.1", "--error", text).code == 2


def test_text_that_a_terminal_would_obey(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(YOLO)
    run = convlint("explain", "net.yaml", "--error", "\x1b[31mKeyError: 'CBAM'\n##vso[task]\x1b[0m")
    assert run.code == 0
    assert "\x1b" not in run.out and "##vso[" not in run.out
