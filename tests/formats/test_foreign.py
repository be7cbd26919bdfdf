"""Files that are known and not read, and files that a folder run skips."""

import json
from pathlib import Path

import pytest

from convlint.cli import main
from convlint.formats.foreign import ENDINGS, FOREIGN, kind

KERAS = '{"class_name": "Sequential", "config": {"name": "s", "layers": []}, "keras_version": "3.1.0"}\n'
CAFFE = 'name: "x"\nlayer {\n  name: "conv1"\n  type: "Convolution"\n}\n'

#: What a file holds, and how it is called.
FILES = {
    "k.json": (KERAS, "a Keras model"),
    "k.yaml": ("class_name: Functional\nconfig:\n  layers: []\n", "a Keras model"),
    "k.h5": ("\x89HDF\r\n", "a Keras model"),
    "c.prototxt": (CAFFE, "a Caffe model"),
    "caffe.yaml": (CAFFE, "a Caffe model"),
    "m.onnx": ("\x08\x07\x12\x07pytorch", "an ONNX model"),
    "m.bin": ("\x08\x07\x12\x07pytorch", "an ONNX model"),
    "m.pt": ("PK\x03\x04", "a PyTorch checkpoint or TorchScript archive"),
    "m": ("PK\x03\x04net/data.pkl", "a PyTorch checkpoint or TorchScript archive"),
    "w.weights": ("\x00", "weights of Darknet"),
    "g.pb": ("\x0a", "a TensorFlow graph"),
    "monai.yaml": ("network_def:\n  _target_: UNet\n  spatial_dims: 3\n", "a bundle of MONAI"),
    "monai.json": ('{"net": {"_target_": "monai.networks.nets.UNet"}}', "a bundle of MONAI"),
    "hydra.yaml": ("model:\n  _target_: src.models.Net\n", "a tree of objects of Hydra"),
    "d2.yaml": ("MODEL:\n  META_ARCHITECTURE: GeneralizedRCNN\n", "a configuration of Detectron2"),
    "base.yaml": ("_BASE_: ../Base.yaml\nMODEL:\n  DEPTH: 50\n", "a configuration of Detectron2"),
    "mmdet.py": ("model = dict(\n    type='RetinaNet')\n", "a configuration of MMDetection or its kin"),
    "model.py": ("import torch\n", "Python code"),
    "unet.json": ('{"_class_name": "UNet2DModel", "_diffusers_version": "0.30"}', "a configuration of diffusers"),
    "config.json": ('{"architectures": ["ViT"], "model_type": "vit"}', "a configuration of transformers"),
    "plans.json": ('{"plans_name": "nnUNetPlans", "configurations": {}}', "plans of nnU-Net"),
    "coco.yaml": ("path: ../coco\ntrain: images\nval: images\nnames: {0: a}\n", "a data file of ultralytics"),
    "hyp.yaml": ("lr0: 0.01\nmomentum: 0.937\n", "training settings of YOLO"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_named_as_what_it_is(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, title = FILES[name]
    path = tmp_path / name
    path.write_text(text, encoding="latin-1")
    known = kind(name, text)
    assert known is not None and known.title == title
    assert main(["-q", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"convlint: {path}: looks like {title}, which convlint does not read; {known.advice}\n"


def test_no_pattern_is_tried_in_vain() -> None:
    assert all(sign.words or sign.endings for known in FOREIGN for sign in known.signs if sign.patterns)


def test_every_kind_is_shown_above() -> None:
    assert {title for _, title in FILES.values()} == {known.title for known in FOREIGN}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("# nothing\n", "is empty but for comments"),
        ("- {type: Conv2d, out_channels: 3}\n", "put it below the key `layers`, beside `input`"),
        ("[1, 2]\n", "holds a list, and a network is a mapping of keys"),
        ("just words\n", "holds a single value"),
        ("input: [3, 32, 32]\nlayrs: [{type: ReLU}]\n", "did you mean `layers` by the key `layrs`?"),
        ("backbon: []\nhead: []\n", "did you mean `backbone` by the key `backbon`?"),
        ("services: {web: {image: nginx}}\n", "describes no network (looked for "),
    ],
)
def test_other_files_without_a_network(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    assert main([str(path)]) == 2
    assert words in capsys.readouterr().err


def test_searching_takes_time_in_proportion() -> None:
    """No pattern goes back and forth over blanks and line breaks."""
    for text in ("\n" * 60_000, " " * 60_000, "{" * 60_000, "- " * 30_000, "\t\n" * 30_000):
        assert kind("net.yaml", text) is None


BROKEN = "nc: 2\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead\n  - [[0], 1, Detect, [nc]]\n"
BARE = "input: [3, 8, 8]\nlayers:\n  - {type: Conv2d, out_channels: 2, kernel_size: 99}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BARE, "CL102"),
        (BROKEN, "CL001"),
        (BROKEN.replace("head\n", "head:\n").replace("backbone:", "backbone"), "CL001"),
        (BARE.replace("layers:", "layers"), "CL001"),
        (BARE.replace("99}", "99"), "CL001"),
    ],
)
def test_a_folder_run_finds_it(text: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    assert main(["--format=json", str(tmp_path)]) == 1
    assert code in [found["code"] for found in json.loads(capsys.readouterr().out)["findings"]]


@pytest.mark.parametrize(
    "text",
    [
        "input: a.tif\nlayers:\n  - {type: raster}\n",
        "input: [1]\nlayers: [roads, rivers]\n",
        "input: 1\nlayers: {a: 1}\n",
        "input: [\nlayers: 1\ntype: raster\n",
        "input: a\nlayers: []\n",
    ],
)
def test_other_layers_are_skipped(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    assert "1 skipped" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of all sorts, which is the working directory."""
    (tmp_path / ".git").mkdir()
    for name, text in {
        "a.yaml": BARE,
        "b.yaml": BROKEN,
        "c.json": KERAS,
        "d.prototxt": CAFFE,
        "e.yaml": "",
        "f.yaml": "services: {}\n",
        "g.md": "words\n",
        "old/net.yaml": BARE,
        "convlint.toml": 'exclude = ["old/"]\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_skipped_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.yaml").unlink()
    assert main(["--format=concise"]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "1 error in 1 file; 3 skipped (1 Keras model; --show-files says why)"


def test_show_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--show-files"]) == 0
    assert (
        capsys.readouterr().out
        == """\
a.yaml: native
b.yaml: broken
c.json: not checked: looks like a Keras model
d.prototxt: not checked: looks like a Caffe model
e.yaml: not checked: is empty
f.yaml: not checked: describes no network
old/: not checked: is excluded by the settings
"""
    )
    assert main(["--show-files", "--format=json", "a.yaml", "gone.yaml", "f.yaml"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [(file["path"], file["formats"]) for file in files] == [
        ("gone.yaml", []),
        ("a.yaml", ["native"]),
        ("f.yaml", []),
    ]
    assert files[0]["why"] == "no such file or directory" and files[1]["why"] is None
    assert files[2]["why"].startswith("describes no network (looked for ")


def test_endings() -> None:
    assert ".prototxt" in ENDINGS and ".py" not in ENDINGS
