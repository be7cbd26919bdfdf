"""``convlint transfer``."""

import json
import struct
from pathlib import Path

import pytest

from convlint.session import checkpoints
from tests.cli.conftest import GOOD, OTHER, Convlint
from tests.conftest import ROOT
from tests.formats.yolo.repository import written

SMALL = (ROOT / "examples" / "yolo-small.yaml").read_text(encoding="utf-8")
INSERTED = (
    SMALL.replace("  - [-1, 1, SPPF", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, SPPF")
    .replace("[[15, 12, 8], 1", "[[16, 13, 9], 1")
)  # fmt: skip
ONE = """\
nc: 2
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
head:
  - [[0], 1, Detect, [nc]]
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def safetensors(path: Path, header: object) -> None:
    data = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(data)) + data)


def test_rows(convlint: Convlint, folder: Path) -> None:
    write(folder, mine=ONE.replace("head:", "  - [-1, 1, Conv, [8, 3, 1]]\nhead:").replace("[[0]", "[[1]"), base=ONE)
    assert convlint("transfer", "mine.yaml", "--from", "base.yaml") == (
        0,
        """\
mine.yaml: 6 of 41 tensors load from base.yaml
  by name and shape, as ultralytics 8.4 does; base.yaml holds 35

row  module  tensors  load  why the others do not
0    Conv          6     6
1    Conv          6     0  6 no tensor of this name (`model.1.conv.weight`)
2    Detect       29     0  29 no tensor of this name (`model.2.cv2.0.0.conv.weight`); it is row 1 there

of row 1, which moved the numbers of all rows behind, another place costs less:
  35 of 35 load if it stands inside the module of row 0, without a row of its own
""",
        "",
    )


def test_variants(convlint: Convlint, folder: Path) -> None:
    write(folder, mine=INSERTED, base=SMALL, one=ONE)
    out = convlint("transfer", "mine.yaml", "--from", "base.yaml").out
    assert out.startswith("mine.yaml (scale t): 162 of 325 tensors load from base.yaml (t)\n")
    assert "\nmine.yaml (scale w): " in out
    out = convlint("transfer", "mine.yaml", "--from", "base.yaml@w").out
    assert out.startswith("mine.yaml (scale w): ") and "scale t" not in out
    assert convlint("transfer", "mine.yaml@t", "--from", "base.yaml@w").out.startswith("mine.yaml@t (scale t): ")
    assert convlint("transfer", "one.yaml", "--from", "base.yaml@w").out.startswith("one.yaml: ")
    assert convlint("transfer", "mine.yaml", "--from", "one.yaml").code == 0
    for words, said in (
        (("mine.yaml@x", "--from", "base.yaml"), "mine.yaml@x: has no scale `x`"),
        (("mine.yaml", "--from", "base.yaml@x"), "base.yaml@x: has no scale in common with mine.yaml"),
    ):
        code, out, err = convlint("transfer", *words)
        assert (code, out) == (2, "") and err.startswith(f"convlint: {said}"), err


def test_json(convlint: Convlint, folder: Path) -> None:
    write(folder, mine=INSERTED, base=SMALL)
    printed = json.loads(convlint("transfer", "mine.yaml", "--from", "base.yaml@t", "--format=json").out)
    (found,) = printed["networks"]
    assert (found["variant"], found["from"], found["loaded"], found["tensors"]) == ("t", "base.yaml@t", 162, 325)
    assert found["inserted"] == [8] and found["placements"][0] == {"behind": 7, "inside": True, "loaded": 325}
    last = found["rows"][-1]
    assert (last["name"], last["was"], last["loaded"]) == ("model.17", 16, 0)
    assert last["others"] == {"missing": {"tensors": 85, "first": "model.17.cv2.0.0.conv.weight"}}


@pytest.fixture
def framework(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A framework's own model files in an environment where it is installed."""
    prefix = folder / "environment"
    package = prefix / "lib" / "python3.12" / "site-packages" / "ultralytics"
    (package / "nn").mkdir(parents=True)
    (package / "nn" / "tasks.py").write_text("def parse_model(d, ch): pass\n", encoding="utf-8")
    models = package / "cfg" / "models" / "v8"
    models.mkdir(parents=True)
    scales = "scales: {n: [1.0, 0.5, 64], s: [1.0, 1.0, 64]}\n"
    write(models, yolov8=scales + ONE, **{"yolov8-p2": scales + ONE, "yolov9c": ONE})
    monkeypatch.setenv("VIRTUAL_ENV", str(prefix))
    return package


def test_stock_names(convlint: Convlint, folder: Path, framework: Path) -> None:
    scales = "scales: {n: [1.0, 0.5, 64], s: [1.0, 1.0, 64]}\n"
    write(folder, mine=scales + ONE)
    for name, variants in (
        ("yolov8n", ["n"]), ("yolov8s.pt", ["s"]), ("yolov8.yaml", ["n", "s"]), ("yolov8s-p2", ["s"]),
    ):  # fmt: skip
        printed = json.loads(convlint("transfer", "mine.yaml", "--from", name, "--format=json").out)
        assert [one["variant"] for one in printed["networks"]] == variants
        assert all(one["loaded"] == one["tensors"] == 35 for one in printed["networks"])
    assert convlint("transfer", "mine.yaml@s", "--from", "yolov9c").code == 0
    for name in ("yolov8q", "yolo99n", "../yolov8n", "a" * 200):
        code, out, err = convlint("transfer", "mine.yaml", "--from", name)
        assert (code, out) == (2, "") and err.endswith("is installed; name its file\n")


def test_a_framework_that_the_file_lies_in(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(folder / "none"))
    (folder / "models" / "hub").mkdir(parents=True)
    write(folder / "models" / "hub", gelan=ONE)
    write(folder / "models", mine=ONE)
    assert "35 of 35" in convlint("transfer", "models/mine.yaml", "--from", "gelan").out


def test_checkpoint(convlint: Convlint, folder: Path) -> None:
    write(folder, mine=SMALL)
    shown = json.loads(convlint("show", "--format=json", "mine.yaml").out)["networks"][1]
    tensors = {name: shape for layer in shown["layers"] for name, shape in layer["tensors"]}
    header = {name: {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]} for name, shape in tensors.items()}
    safetensors(folder / "w.safetensors", {"__metadata__": {"format": "pt"}, **header})
    out = convlint("transfer", "mine.yaml", "--checkpoint", "w.safetensors").out
    assert out.startswith(f"mine.yaml (scale w): {len(tensors)} of {len(tensors)} tensors load from w.safetensors\n")
    del header["model.0.conv.weight"]
    safetensors(folder / "w.safetensors", header)
    out = convlint("transfer", "mine.yaml@w", "--checkpoint", "w.safetensors").out
    assert "1 no tensor of this name (`model.0.conv.weight`)" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no safetensors file"),
        (b"\x02\0\0\0\0\0\0\0", "is no safetensors file"),
        (struct.pack("<Q", 2**63) + b"{}", "is no safetensors file"),
        (struct.pack("<Q", 2) + b"[]", "is no safetensors file: its header holds no tensors"),
        (struct.pack("<Q", 2) + b"{]", "is no safetensors file: its header is not JSON"),
        (struct.pack("<Q", 3) + b"\xff\xfe\xfd", "is no safetensors file: its header is not JSON"),
        (struct.pack("<Q", 200_000) + b"[" * 200_000, "is no safetensors file: its header is not JSON"),
        (struct.pack("<Q", 8) + b'{"a": 1}', "is no safetensors file: the shape of `a` is none"),
        (struct.pack("<Q", 22) + b'{"a":{"shape":[-1,3]}}', "is no safetensors file: the shape of `a` is none"),
        (struct.pack("<Q", 24) + b'{"a":{"shape":[true, 3]}}'[:24], "is no safetensors file: its header is not JSON"),
    ],
)
def test_broken_checkpoints(convlint: Convlint, folder: Path, content: bytes, said: str) -> None:
    write(folder, mine=ONE)
    (folder / "w.safetensors").write_bytes(content)
    assert convlint("transfer", "mine.yaml", "--checkpoint", "w.safetensors") == (
        2,
        "",
        f"convlint: w.safetensors: {said}\n",
    )


def test_checkpoints_that_are_not_read(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, mine=ONE)
    (folder / "w.pt").write_bytes(b"never read")
    assert (
        "is pickled, and unpickling runs what the file says"
        in convlint("transfer", "mine.yaml", "--checkpoint", "w.pt").err
    )
    assert "no such file" in convlint("transfer", "mine.yaml", "--checkpoint", "gone.safetensors").err
    safetensors(folder / "w.safetensors", {str(number): {"shape": []} for number in range(9)})
    monkeypatch.setattr(checkpoints, "MOST_TENSORS", 5)
    assert "has more than 5 tensors" in convlint("transfer", "mine.yaml", "--checkpoint", "w.safetensors").err
    monkeypatch.setattr(checkpoints, "MOST_BYTES", 5)
    assert "has a header of more than" in convlint("transfer", "mine.yaml", "--checkpoint", "w.safetensors").err


def test_what_has_no_rule(convlint: Convlint, folder: Path) -> None:
    write(folder, native=GOOD, yolo=ONE, other=OTHER)
    (folder / "dark.cfg").write_text(
        "[net]\nheight=8\nwidth=8\nchannels=3\n\n[convolutional]\nfilters=2\n", encoding="utf-8"
    )
    (folder / "w.safetensors").write_bytes(b"")
    for words, said in (
        (("native.yaml", "--from", "native.yaml"), "native.yaml: is of a format for which no framework has a rule"),
        (("yolo.yaml", "--from", "native.yaml"), "native.yaml: is for no framework, yolo.yaml for ultralytics"),
        (("yolo.yaml", "--from", "dark.cfg"), "dark.cfg: is for Darknet, yolo.yaml for ultralytics"),
        (("yolo.yaml", "--from", "other.yaml"), "other.yaml: describes no network"),
        (("gone.yaml", "--from", "yolo.yaml"), "gone.yaml: cannot be read"),
        (("dark.cfg", "--checkpoint", "w.safetensors"), "dark.cfg: is loaded number by number"),
    ):
        code, out, err = convlint("transfer", *words)
        assert (code, out) == (2, "") and err.startswith(f"convlint: {said}"), err
    assert "1 of 1 layers with weights load" in convlint("transfer", "dark.cfg", "--from", "dark.cfg").out
    for words in (("yolo.yaml",), ("yolo.yaml", "--from", "a", "--checkpoint", "b"), ("a", "b", "--from", "c")):
        assert convlint("transfer", *words).code == 2


def test_hostile_names(convlint: Convlint, folder: Path) -> None:
    write(folder, mine=ONE.replace("Conv,", '"Co\\x1b[31mnv",'))
    out = convlint("transfer", "mine.yaml", "--from", "mine.yaml").out
    assert "\x1b" not in out and "Co\\x1b[31mnv" in out


def test_modules_of_code_beside_the_files(convlint: Convlint, folder: Path) -> None:
    written(folder)
    printed = json.loads(convlint("transfer", "net.yaml", "--from", "net.yaml", "--format=json").out)
    rows = {row["type"]: (row["loaded"], row["tensors"]) for row in printed["networks"][0]["rows"]}
    # Two dense layers with bias, which only the code beside the file knows.
    assert rows["Gate"] == (4, 4) and rows["Conv"] == (6, 6)
    run = convlint("transfer", "net.yaml", "--from", "net.yaml", "--source=none")
    assert "  without 1 row of which nobody knows what is stored\n" in run.out
