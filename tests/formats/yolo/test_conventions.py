"""What people's copies of a framework do otherwise, told by the code beside the file: numbers of rows behind a backbone
that gives several maps, `ch` of the file, scales of four values."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint import catalogue
from convlint.document import Source
from convlint.formats.yolo.options import Options
from convlint.lint import Result, lint
from tests.formats.yolo.repository import MODULES, TASKS, written

#: Three maps, each half the size of the one before, as a row that takes the numbers 0 to 4.
PYRAMID = """

class Pyramid(nn.Module):
    def __init__(self, c1, width=8):
        super().__init__()
        self.stages = nn.ModuleList()
        self.channels = []
        for factor in (1, 2, 4):
            self.stages.append(Conv(c1, width * factor, 3, 2))
            c1 = width * factor
            self.channels.append(c1)

    def forward(self, x):
        made = []
        for stage in self.stages:
            x = stage(x)
            made.append(x)
        return made
"""
LISTED = (
    TASKS.replace("Detect, Gate", "Detect, Gate, Pyramid")
    .replace(
        "            x = m(x)\n            y.append(x if m.i in self.save else None)\n",
        """\
            if isinstance(m, Pyramid):
                x = m(x)
                x = [None] * (5 - len(x)) + x
                y.extend(x)
                x = x[-1]
            else:
                x = m(x)
                y.append(x if m.i in self.save else None)
""",
    )
    .replace("    layers, save, c2 = [], [], ch[-1]\n", "    layers, save, c2, listed = [], [], ch[-1], False\n")
    .replace(
        "        else:\n            c2 = ch[f]\n        made = m(*args)\n",
        """\
        elif m is Pyramid:
            args = [ch[f], *args]
        else:
            c2 = ch[f]
        made = m(*args)
        if m is Pyramid:
            c2, listed = made.channels, True
""",
    )
    .replace("made.i, made.f, made.type = i, f", "made.i, made.f, made.type = (i + 4 if listed else i), f")
    .replace("x % i for x in", "x % made.i for x in")
    .replace(
        "        ch.append(c2)\n",
        """\
        if isinstance(c2, list):
            ch.extend([0] * (5 - len(c2)) + c2)
        else:
            ch.append(c2)
""",
    )
)
OF_A_LIST = {"ultralytics/nn/modules/__init__.py": MODULES + PYRAMID, "ultralytics/nn/tasks.py": LISTED}


def checked(folder: Path, files: dict[str, str], text: str, *scales: str) -> Result:
    """What comes of a file beside a framework, for an image of 64x64 and three channels if nobody says otherwise."""
    written(folder, {**files, "net.yaml": text})
    path = folder / "net.yaml"
    options = {"yolo": Options(scales=scales, input=None if "ch:" in text else (3, 64, 64))}
    return lint(Source(str(path), text), catalogue.selection(), options=options)


def listed(*head: str) -> str:
    rows = "".join(f"  - {row}\n" for row in head)
    return f"nc: 4\nbackbone:\n  - [-1, 1, Pyramid, [8]]\nhead:\n{rows}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Maps 2, 3 and 4 have 8, 16 and 32 channels; the first row behind them is row 5.
        (listed("[-1, 1, Conv, [16, 3, 2]]", "[[3, 4, 5], 1, Detect, [nc]]"), []),
        (listed("[-1, 1, nn.Upsample, [null, 2]]", "[[5, 3], 1, Concat, [1]]", "[[4, 6], 1, Detect, [nc]]"), [("CL032", "6")]),
        (listed("[[3, 4], 1, Concat, [1]]", "[[4, 5], 1, Detect, [nc]]"), [("CL401", "[3, 4]"), ("CL032", "5")]),
        # Counted as if the backbone were one row, a number points at what is no map.
        (listed("[-1, 1, Conv, [16, 3, 2]]", "[[0, -1], 1, Concat, [1]]", "[[6], 1, Detect, [nc]]"), [("YO001", "Concat"), ("CL032", "6")]),
        (listed("[-1, 1, Conv, [16, 3, 2]]", "[[4, 5, 9], 1, Detect, [nc]]"), [("YO001", "Detect")]),
        # Channels behind the list are those of its last map.
        (listed("[-1, 1, Gate, [5]]", "[[4, 5], 1, Detect, [nc]]"), [("YO001", "Gate")]),
    ],
)  # fmt: skip
def test_a_backbone_that_gives_several_maps(tmp_path: Path, text: str, found: list[tuple[str, str]]) -> None:
    result = checked(tmp_path, OF_A_LIST, text)
    assert [(one.code, text[slice(*one.span)]) for one in result.findings] == found


def test_rows_are_called_by_the_numbers_that_the_code_gives_them(tmp_path: Path) -> None:
    text = listed("[[3, 3], 1, Concat, [1]]", "[-1, 1, Gate, []]", "[[4, 5], 1, Detect, [nc]]")
    dead, level = checked(tmp_path, OF_A_LIST, text).findings
    assert dead.message == "nothing reads row 6 (Gate)"
    assert level.message == "the head reads row 5, a bare Concat"
    assert level.help == "row 6 (Gate) behind it is the usual level"


def test_the_maps_of_a_list_are_parts_of_one_layer(tmp_path: Path) -> None:
    text = listed("[-1, 1, Conv, [16, 3, 2]]", "[[3, 4, 5], 1, Detect, [nc]]")
    layers = checked(tmp_path, OF_A_LIST, text).derivations[0].layers
    assert [made.shape for made in layers[0].outputs] == [(8, 32, 32), (16, 16, 16), (32, 8, 8)]
    assert [source.shape for source in layers[2].inputs] == [(16, 16, 16), (32, 8, 8), (16, 4, 4)]
    assert layers[1].params == 32 * 16 * 9 + 2 * 16


#: Since 8.3.1xx the caller's channels are put over those of the file.
NO_CH = TASKS.replace('ch = self.yaml["ch"] = self.yaml.get("ch", ch)', 'self.yaml["channels"] = ch')
CH = "nc: 4\nch: 6\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Conv, [32, 3, 2]]\nhead:\n  - [[0, 1], 1, Detect, [nc]]\n"


@pytest.mark.parametrize(("tasks", "channels", "codes"), [(TASKS, 6, []), (NO_CH, 3, ["CL213"])])
def test_the_code_says_whether_it_reads_ch(tmp_path: Path, tasks: str, channels: int, codes: list[str]) -> None:
    result = checked(tmp_path, {"ultralytics/nn/tasks.py": tasks}, CH)
    assert [found.code for found in result.findings] == codes
    assert result.derivations[0].layers[0].params == channels * 16 * 9 + 2 * 16
    assert [
        found.code for found in checked(tmp_path, {"ultralytics/nn/tasks.py": tasks}, CH.replace("6", "3")).findings
    ] == []


#: The fourth value of a scale is a ratio of the gates.
FOUR = TASKS.replace(
    'depth, width, most = d["scales"][d["scale"]][:3]', 'depth, width, most, ratio = d["scales"][d["scale"]]'
).replace(
    "args = [ch[f], *args]\n            c2 = ch[f]\n        elif m is Concat",
    "args = [ch[f], ratio]\n            c2 = ch[f]\n        elif m is Concat",
)


def scaled(*scales: str) -> str:
    lines = "".join(f"  {scale}\n" for scale in scales)
    return (
        f"nc: 4\nscales:\n{lines}backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Gate, []]\n"
        "head:\n  - [[0, 1], 1, Detect, [nc]]\n"
    )


@pytest.mark.parametrize(
    ("text", "scale", "found"),
    [
        (scaled("n: [1.0, 0.5, 1024, 4]", "m: [1.0, 1.0, 1024, 16]"), "n", []),
        (scaled("n: [1.0, 0.5, 1024, 4]", "m: [1.0, 1.0, 1024, 16]"), "m", []),
        (scaled("n: [1.0, 0.5, 1024, 16]", "m: [1.0, 1.0, 1024, 16]"), "n", ["YO001"]),
        (scaled("n: [1.0, 0.5, 1024, 16]", "m: [1.0, 1.0, 1024, 16]"), "m", []),
        (scaled("n: [1.0, 0.5, 1024]"), "n", ["YO001"]),
    ],
)
def test_scales_of_four_values(tmp_path: Path, text: str, scale: str, found: list[str]) -> None:
    result = checked(tmp_path, {"ultralytics/nn/tasks.py": FOUR}, text, scale)
    assert [one.code for one in result.findings] == found
    if not found:
        width, ratio = (8, 4) if scale == "n" else (16, 16)
        assert result.derivations[0].layers[1].params == 2 * width * (width // ratio) + width // ratio + width
