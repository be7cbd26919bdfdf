"""What several scales say about one mistake is one finding."""

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.lint import lint

NET = """\
nc: 4
scales: {n: [0.5, 0.5, 1024], s: [1.0, 1.0, 1024], m: [1.0, 1.5, 1024]}
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, C2PSA, [%s]]
  - [-1, 1, Conv, [32, 3, %s]]
head:
  - [[1, 2], 1, Concat, [1]]
  - [[%s], 1, Detect, [nc]]
"""


def findings(text: str, path: str) -> list[Diagnostic]:
    return lint(Source(path, text), selection()).findings


def test_the_selected_scale_words_it_and_the_others_are_quoted() -> None:
    (found,) = [one for one in findings(NET % (16, 2, "1, 2"), "yolov8s-own.yaml") if one.code == "CL401"]
    assert found.message.startswith("16x320x320 and 32x160x160 cannot be concatenated")
    assert found.variants == []
    assert found.notes[-1].startswith("at other scales: n: 8x320x320 and 16x160x160 cannot be concatenated")
    assert "; m: 24x320x320 and 48x160x160 cannot be concatenated" in found.notes[-1]
    assert found.notes.count("an input of 640 x 640 is assumed; see --input") == 1


def test_the_scales_at_which_it_holds() -> None:
    text = (NET % (16, 1, "3")).replace("n: [0.5, 0.5", "n: [0.5, 0.25")
    rounded = [one for one in findings(text, "yolov8m-own.yaml") if one.code == "CL212"]
    assert rounded[0].variants == ["n"]
    assert rounded[0].notes == ["at scale n of n, s, m (selected)"]


def test_what_does_not_depend_on_the_input_does_not_name_it() -> None:
    text = "nc: 1\nbackbone:\n  - [-1, 1, nn.MaxPool2d, [3, 1, 2]]\n  - [-1, 1, Conv, [8, 3, 1]]\nhead:\n  - [[1], 1, Detect, [nc]]\n"
    found = findings(text, "net.yaml")
    assert found and all("assumed" not in note for one in found for note in one.notes)
