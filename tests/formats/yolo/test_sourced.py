"""What comes of a file whose framework's code lies beside it: channels, sizes, and what rules say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint import catalogue
from convlint.derive import derive
from convlint.derive.sizing.input_sizes import resized
from convlint.derive.tensors import tensors
from convlint.document import Source
from convlint.findings import Severity
from convlint.formats.yolo.options import Options
from convlint.lint import Result, lint
from tests.formats.yolo.repository import MODULES, TASKS, written

#: A module that is built for the channels as they are written.
TAKEN = """

class Squeeze(nn.Module):
    def __init__(self, c1, k=7):
        super().__init__()
        self.conv = nn.Conv2d(c1, c1, k, padding=k // 2)

    def forward(self, x):
        return x * self.conv(x).sigmoid() + x
"""
FILES = {
    "ultralytics/nn/modules/__init__.py": MODULES + TAKEN,
    "ultralytics/nn/tasks.py": TASKS.replace("Detect, Gate", "Detect, Gate, Squeeze"),
}
NET = """\
nc: 4
scales:
  n: [1.0, 0.5, 1024]
  m: [1.0, 1.0, 1024]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Squeeze, [32]]
head:
  - [-1, 1, Conv, [64, 3, 2]]
  - [[2, 3], 1, Detect, [nc]]
"""


def checked(folder: Path, text: str, scale: str) -> Result:
    written(folder, {**FILES, "net.yaml": text})
    path = folder / "net.yaml"
    options = {"yolo": Options(scales=(scale,), input=(3, 64, 96))}
    return lint(Source(str(path), text), catalogue.selection(), options=options)


@pytest.mark.parametrize(
    "text, scale, found",
    [
        (NET, "m", []),
        (NET.replace("[32]]", "[16]]", 1).replace("Squeeze, [32]", "Squeeze, [16]"), "n", []),
        (NET, "n", [("CL035", "32", "16 arrive at scale n")]),
        (NET.replace("Squeeze, [32]", "Squeeze, [24]"), "m", [("CL036", "24", "written for 24 channels, 32 arrive")]),
        # Two arguments that could be it: then the layer inside is named, and no argument.
        (NET.replace("Squeeze, [32]", "Squeeze, [7, 7]"), "m", [("CL201", "Squeeze", "7 input channels declared")]),
    ],
)
def test_channels_written_in_a_row(tmp_path: Path, text: str, scale: str, found: list[tuple[str, str, str]]) -> None:
    result = checked(tmp_path, text, scale)
    errors = [one for one in result.findings if one.code not in ("CL616", "CL212")]
    assert [(one.code, text[slice(*one.span)]) for one in errors] == [(code, place) for code, place, _ in found]
    for one, (_, _, words) in zip(errors, found, strict=True):
        assert words in one.message


def test_rows_are_what_the_code_builds(tmp_path: Path) -> None:
    derivation = checked(tmp_path, NET, "m").derivations[0]
    assert [derived.output.shape for derived in derivation.layers] == [
        (16, 32, 48),
        (32, 16, 24),
        (32, 16, 24),
        (64, 8, 12),
        (4, 16, 24),
    ]
    assert [derived.params for derived in derivation.layers] == [464, 4672, 50208, 18560, 32 * 4 + 4 + 64 * 4 + 4]
    rows = derivation.network.rows or []
    assert [(row.module, row.arguments) for row in rows][1:3] == [("Conv", [16, 32, 3, 2]), ("Squeeze", [32])]


GATES = """

class Gates(nn.Module):
    def __init__(self, c1):
        super().__init__()
        self.spatial = nn.Conv2d(2, 1, 7, padding=3)
        self.qkv = nn.Conv2d(c1, 3 * c1, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        most, _ = torch.max(x, dim=1, keepdim=True)
        x = x * torch.sigmoid(self.spatial(torch.cat([x.mean(1, keepdim=True), most], 1)))
        q, k, v = self.qkv(x).flatten(2).chunk(3, 1)
        q = q.reshape(b, 4, c // 4, h * w)
        k = k.view(b, 4, c // 4, -1).transpose(-2, -1)
        weights = (q @ k * c**-0.5).softmax(-1)
        return x * weights.flatten(1, 2).mean(2).view(b, c, 1, 1)
"""


def sourced(folder: Path, module: str, size: tuple[int, int, int] = (3, 64, 96)) -> Result:
    """The network with another module in its third row."""
    name = module.split("class ")[1].split("(")[0]
    text = NET.replace("Squeeze, [32]", f"{name}, [32]")
    files = {
        "ultralytics/nn/modules/__init__.py": MODULES + module,
        "ultralytics/nn/tasks.py": TASKS.replace("Detect, Gate", f"Detect, Gate, {name}"),
    }
    path = written(folder, {**files, "net.yaml": text}) / "net.yaml"
    options = {"yolo": Options(scales=("m",), input=size)}
    return lint(Source(str(path), text), catalogue.selection(), options=options)


FOCUS = """

class Focus(nn.Module):
    def __init__(self, c1):
        super().__init__()
        self.conv = nn.Conv2d(4 * c1, c1, 1)

    def forward(self, x):
        parts = [x[..., ::2, ::2], x[..., 1::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, 1::2]]
        x = self.conv(torch.cat(parts, 1))
        return torch.cat([x[:, : x.shape[1] // 2], x[:, -16:, ...]], 1)[:, :, ..., :]
"""


@pytest.mark.parametrize("module", [TAKEN, GATES, FOCUS])
def test_code_that_asks_no_size_holds_for_every_one(tmp_path: Path, module: str) -> None:
    network = sourced(tmp_path, module).derivations[0].network
    assert not network.only_here
    for size in ((64, 96), (128, 160), (416, 32), (65, 97)):
        at = sourced(tmp_path, module, (3, *size)).derivations[0]
        again = derive(resized(network, [size]))
        assert [[made.shape for made in one.outputs] for one in at.layers] == [
            [made.shape for made in one.outputs] for one in again.layers
        ]
        # Of an odd number of rows, the odd ones are fewer than the even ones.
        fits = module is not FOCUS or size != (65, 97)
        assert (None not in (at.layers[-1].output.shape or (None,))) == fits
        assert [found.kind for found in at.irregularities] == [found.kind for found in again.irregularities]


def forward(*lines: str) -> str:
    """A module whose ``forward`` has some lines."""
    head = "\n\nclass Odd(nn.Module):\n    def __init__(self, c1):\n        super().__init__()\n"
    body = "\n        ".join(lines)
    return f"{head}        self.conv = nn.Conv2d(c1, c1, 3, padding=1)\n        self.table = nn.Parameter(torch.zeros(1, c1, 16, 24))\n\n    def forward(self, x):\n        {body}\n"


@pytest.mark.parametrize(
    "module",
    [
        # A branch, a check, a loop and a choice that hang on the size.
        forward("if x.shape[2] % 2:", "    x = self.conv(x)", "return x"),
        forward("if x.shape[2] > 100:", "    raise ValueError('too high')", "return x"),
        forward("assert x.shape[2] % 4 == 0", "return x"),
        forward("for _ in range(x.shape[2] // 8):", "    x = self.conv(x)", "return x"),
        forward("return self.conv(x) if x.shape[3] == 24 else x"),
        forward("return self.conv(x) if x.size(2) % 3 and x.size(3) else x"),
        # Sizes that go into functions.
        forward("return nn.functional.interpolate(self.conv(x)[:, :, ::2], size=x.shape[2:])"),
        forward("return nn.functional.max_pool2d(x, x.shape[2] // 8, 1)"),
        forward("return x[:, :, : x.shape[2] // 2]"),
        forward("return torch.cat([x, x], 1)[:, : x.shape[3]]"),
        forward("return nn.AvgPool2d(x.shape[2] // 8)(x)"),
        # What is as large as the map was.
        forward("return x + self.table"),
        forward("return self.table"),
        forward("return torch.zeros_like(x)"),
        forward("return torch.cat(x.chunk(2, 2), 1)"),
        forward("return torch.cat(x.split(8, 3), 3)"),
    ],
)
def test_code_that_asks_a_size_holds_for_that_one(tmp_path: Path, module: str) -> None:
    assert sourced(tmp_path, module).derivations[0].network.only_here


def test_layers_inside_have_the_names_of_the_code(tmp_path: Path) -> None:
    squeeze = checked(tmp_path, NET, "m").derivations[0].layers[2]
    names = [(child.name, child.layer.type) for child in squeeze.children]
    assert names == [("model.2.conv", "Conv2d"), ("model.2.sigmoid", "sigmoid"), ("model.2.multiply", "Mul"),
                     ("model.2.add", "Add")]  # fmt: skip


def test_joins_that_do_not_meet_are_worded_by_the_rule(tmp_path: Path) -> None:
    text = NET.replace("  - [[2, 3], 1, Detect", "  - [[-1, 2], 1, Concat, [1]]\n  - [[4], 1, Detect")
    (found,) = [one for one in checked(tmp_path, text, "m").findings if one.code not in ("CL032", "CL616")]
    assert found.code == "CL401" and found.layer == "model.4"


#: A module with a buffer that is saved, one that is not, a module in two places, and a field that is set twice.
STATE = """

class Mask(nn.Module):
    def __init__(self, c1):
        super().__init__()
        self.one = nn.Conv2d(c1, c1, 1)
        self.two = nn.Linear(c1, 2)
        self.one = nn.Conv2d(c1, c1, 3, padding=1, bias=False)
        self.register_buffer("grid", torch.zeros(1, 2))
        self.register_buffer("scratch", torch.zeros(3), persistent=False)
        self.scale = nn.Parameter(torch.ones(c1))
        self.again = self.two

    def forward(self, x):
        return self.one(x)
"""


def test_state_dict(tmp_path: Path) -> None:
    """Names, shapes and order are those of torch."""
    written(
        tmp_path,
        {
            "ultralytics/nn/modules/__init__.py": MODULES + STATE,
            "ultralytics/nn/tasks.py": TASKS.replace("Detect, Gate", "Detect, Gate, Mask"),
        },
    )
    path = tmp_path / "net.yaml"
    text = "nc: 4\nbackbone:\n  - [-1, 1, Conv, [4, 1, 1]]\n  - [-1, 1, Mask, [4]]\nhead:\n  - [[1], 1, Detect, [nc]]\n"
    result = lint(Source(str(path), text), catalogue.selection(), options={"yolo": Options(input=(3, 8, 8))})
    assert [tensors(derived) for derived in result.derivations[0].layers] == [
        [
            ("model.0.conv.weight", (4, 3, 1, 1)),
            ("model.0.bn.weight", (4,)),
            ("model.0.bn.bias", (4,)),
            ("model.0.bn.running_mean", (4,)),
            ("model.0.bn.running_var", (4,)),
            ("model.0.bn.num_batches_tracked", ()),
        ],
        [
            ("model.1.scale", (4,)),
            ("model.1.grid", (1, 2)),
            ("model.1.one.weight", (4, 4, 3, 3)),
            ("model.1.two.weight", (2, 4)),
            ("model.1.two.bias", (2,)),
            ("model.1.again.weight", (2, 4)),
            ("model.1.again.bias", (2,)),
        ],
        [("model.2.heads.0.weight", (4, 4, 1, 1)), ("model.2.heads.0.bias", (4,))],
    ]


def test_what_the_model_does_between_its_rows(tmp_path: Path) -> None:
    """No row has made such a map: its shape is known, and where it comes from is not."""
    tasks = TASKS.replace(
        "            x = m(x)\n", "            x = m(x)\n            x = F.relu(x + 1) if m.i == 1 else x\n"
    )
    tasks = tasks.replace("import torch\n", "import torch\nimport torch.nn.functional as F\n", 1)
    written(tmp_path, {"ultralytics/nn/tasks.py": tasks})
    path = tmp_path / "net.yaml"
    options = {"yolo": Options(input=(3, 64, 96))}
    result = lint(Source(str(path), path.read_text()), catalogue.selection(), options=options)
    assert [found.code for found in result.findings if found.severity is Severity.ERROR] == []
    derivation = result.derivations[0]
    inputs = [layer.inputs for layer in derivation.network.layers]
    assert inputs == [((1, 0),), ((2, 0),), ((0, 0),), ((4, 0),), ((4, 0), (5, 0))]
    assert [derived.params for derived in derivation.layers][:3] == [464, 4672, 32 * 8 + 8 + 8 * 32 + 32]


def test_a_join_of_what_is_no_tensor_is_refused_as_torch_does(tmp_path: Path) -> None:
    """A forward that ends with a bare `return` gives nothing to join."""
    modules = MODULES.replace("return x * weight.view(b, c, 1, 1)", "return")
    written(tmp_path, {"ultralytics/nn/modules/__init__.py": modules})
    rows = ("[-1, 1, Conv, [8, 3, 2]]", "[-1, 1, Gate, [4]]", "[[0, 1], 1, Concat, [1]]", "[[2], 1, Detect, [nc]]")
    text = "nc: 4\nbackbone:\n  - {}\n  - {}\nhead:\n  - {}\n  - {}\n".format(*rows)
    path = tmp_path / "net.yaml"
    options = {"yolo": Options(input=(3, 64, 96))}
    result = lint(Source(str(path), text), catalogue.selection(), options=options)
    [found] = [one for one in result.findings if one.severity is Severity.ERROR]
    assert found.code == "YO001" and text[slice(*found.span)] == "Concat"
    assert "TypeError: expected Tensor as element 1 in argument 0, but got NoneType" in found.message
