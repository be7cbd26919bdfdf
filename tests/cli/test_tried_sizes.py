"""``convlint sizes`` of networks that are built by code which asks for the size of what it reads."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Convlint
from tests.formats.yolo.repository import MODULES, NET, TASKS, written

FIFTHS = ["h = x.shape[2]", "if h % 5:", "    raise ValueError(f'{h} rows cannot be cut into fifths')", "return x"]
SCALES = NET.replace("backbone:", "scales:\n  n: [1.0, 0.5, 1024]\n  m: [1.0, 1.0, 1024]\nbackbone:")
RUNS = [320, 480, 640, 800, 960, 1120, 1280]


def fork(folder: Path, *lines: str, text: str = NET) -> None:
    """A repository whose module ``Gate`` does something else."""
    own = "\n        ".join(["class Gate(nn.Module):", *lines])
    own = f"class Gate(nn.Module):\n    def __init__(self, c1, ratio=4):\n        super().__init__()\n        self.conv = nn.Conv2d(c1, c1, 3, 1, 1)\n\n    def forward(self, x):\n        {own.partition(chr(10))[2].strip()}\n"
    before, _, behind = MODULES.partition("class Gate(nn.Module):")
    behind = behind[behind.index("class Concat") :]
    files = {"ultralytics/nn/modules/__init__.py": f"{before}{own}\n\n{behind}", "ultralytics/nn/tasks.py": TASKS}
    written(folder, {**files, "net.yaml": text})


def test_sizes_are_tried(convlint: Convlint, folder: Path) -> None:
    fork(folder, *FIFTHS)
    text = """\
net.yaml (images 3x640x640)

the code of its modules asks for the size; tried: 320 to 1280 in steps of 32
  runs   320, 480, 640, 800, 960, 1120, 1280
  clean  320, 480, 640, 800, 960, 1120, 1280

runs: every layer has an output and all that must fit together does
clean: besides, no window leaves input unread that it could reach, and no warning depends on the size
"""
    assert convlint("sizes", "net.yaml") == (0, text, "")
    (network,) = json.loads(convlint("sizes", "--format=json", "net.yaml").out)["networks"]
    assert network["only_here"] and network["axes"] == [] and network["asked"] is None
    sizes = list(range(320, 1281, 32))
    assert network["tried"] == {"sizes": sizes, "runs": RUNS, "clean": RUNS, "not_followed": []}


def test_a_size_is_evaluated(convlint: Convlint, folder: Path) -> None:
    fork(folder, *FIFTHS)
    run = convlint("sizes", "net.yaml", "--size", "400x96")
    assert run.code == 0
    assert "\n\n3x400x96 runs clean\n" in run.out
    run = convlint("sizes", "net.yaml", "--size", "416")
    assert run.code == 1
    assert "3x416x416 does not run; it breaks first here:" in run.out
    assert "104 rows cannot be cut into fifths" in run.out


def test_nothing_is_tried_where_nothing_hangs_on_the_size(convlint: Convlint, folder: Path) -> None:
    fork(folder, "b, c, h, w = x.shape", "return self.conv(x) * x.view(b, c, h * w).mean(2).view(b, c, 1, 1)")
    (network,) = json.loads(convlint("sizes", "--format=json", "net.yaml").out)["networks"]
    assert (network["only_here"], network["tried"]) == (False, None)
    assert network["axes"][0]["runs"]["text"] == "every size"


def test_one_of_several_networks_is_tried(convlint: Convlint, folder: Path) -> None:
    fork(folder, *FIFTHS, text=SCALES)
    run = convlint("sizes", "net.yaml")
    assert run.code == 0
    assert run.out.count("tried:") == 1
    words = "the code of its modules asks for the size, here 3x640x640; ask about one with --size, or about all with this scale alone"
    assert words in run.out
    assert "tried:" in convlint("sizes", "net.yaml", "--scale=m").out
    assert "tried:" not in convlint("sizes", "net.yaml", "--scale=m", "--size=320").out


@pytest.mark.parametrize("size", ["640x320", "640"])
def test_the_declared_size(convlint: Convlint, folder: Path, size: str) -> None:
    fork(folder, *FIFTHS)
    run = convlint("sizes", "net.yaml", "--input", size)
    assert run.code == 0
    # Sizes of both axes at once say nothing of a network for another shape.
    assert ("tried:" in run.out) == (size == "640")


def test_code_that_is_not_followed(convlint: Convlint, folder: Path) -> None:
    fork(
        folder,
        "if x.shape[2] > 200:",
        "    return self.conv(x) * len([0] * (x.shape[2] * 10000))",
        "return self.conv(x)",
    )
    run = convlint("sizes", "net.yaml")
    text = """\
tried: 320 to 896 in steps of 32
  runs   320 to 800 in steps of 32
  clean  320 to 800 in steps of 32
  not followed  832 to 896 in steps of 32
"""
    assert text in run.out


@pytest.mark.parametrize(
    "pool, clean",
    [
        # Windows of 3 that leave rows unread, unless half of the size is a multiple of 3.
        ([3, 3], [384, 480, 576, 672, 768, 864, 960, 1056, 1152, 1248]),
        # They always leave one row of an even number unread, and that is no question of size.
        ([3, 2], list(range(320, 1281, 32))),
    ],
)
def test_clean_is_what_hangs_on_the_size(convlint: Convlint, folder: Path, pool: list[int], clean: list[int]) -> None:
    text = NET.replace("Conv, [32, 3, 2]", f"nn.AvgPool2d, {pool}")
    fork(folder, "if x.shape[2] > 9000:", "    x = self.conv(x)", "return x", text=text)
    (network,) = json.loads(convlint("sizes", "--format=json", "net.yaml").out)["networks"]
    assert network["tried"]["runs"] == list(range(320, 1281, 32))
    assert network["tried"]["clean"] == clean
