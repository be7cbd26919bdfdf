"""Views of texts, as a server has them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from convlint.document import Source
from convlint.formats.lowered import Memory
from convlint.ide import View
from convlint.session.paths import Target
from convlint.session.session import Checked, Session, Wanted

Look = Callable[..., View]

NATIVE = """\
convlint: 1
input: [3, 32, 32]
layers:
  - {name: stem, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
  - name: body
    repeat: 2
    layers:
      - {name: conv, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
      - {type: Add, from: [conv, input]}
  - {name: parts, type: Split, split_size: 4, from: stem}
  - {name: sum, type: Add, from: [parts.0, parts.1]}
  - {name: all, type: Concat, from: [stem, body]}
output: [all, sum, body]
"""
YOLO = """\
nc: 2
scales:
  n: [1.0, 0.25, 1024]
  s: [1.0, 0.5, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
head:
  - [[-1, 1], 1, Concat, [1]]
  - [-1, 1, Conv, [64, 3, 1]]
  - [[3], 1, Detect, [nc]]
"""
DARKNET = """\
[net]
height=64
width=64
channels=3

[convolutional]
filters=16
size=3
stride=2
pad=1
activation=leaky

[convolutional]
filters=16
size=3
stride=1
pad=1
activation=leaky

[route]
layers=-1,0
"""


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Look at a text as at an unsaved buffer."""
    (tmp_path / ".git").mkdir()
    session = Session(Wanted(None, False, [], [], [], True, "-", {}), Memory(lasting=True))

    def view(text: str, name: str = "net.yaml", chosen: str | None = None) -> View:
        path = str(tmp_path / name)
        checked = session.check(Target(path, True), text=(Source(path, text), None))
        assert isinstance(checked, Checked)
        return View(session, checked, chosen)

    return view


def at(text: str, words: str, behind: str = "") -> int:
    """The offset of some words, or of those behind others."""
    return text.index(words, text.index(behind))
