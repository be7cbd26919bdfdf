"""What is known of a text, and where places are after a change."""

from pathlib import Path

import pytest

from convlint.ide import Shift
from tests.formats.yolo.repository import NET, written
from tests.ide.conftest import NATIVE, YOLO, Look


@pytest.mark.parametrize(
    "before, after, span, new",
    [
        ("abcdef", "abcXdef", (4, 6), (5, 7)),
        ("abcdef", "abdef", (0, 2), (0, 2)),
        ("abcdef", "abef", (4, 6), (2, 4)),
        ("aaaa", "aaaaa", (0, 1), (0, 1)),
        ("same", "same", (1, 2), (1, 2)),
        ("", "new", (0, 0), (3, 3)),
    ],
)
def test_places_move_with_the_text(before: str, after: str, span: tuple[int, int], new: tuple[int, int]) -> None:
    assert Shift(before, after).new(span) == new


def test_the_way_back() -> None:
    shift = Shift("ab\ncd\n", "ab\nnew line\ncd\n")
    assert (shift.old(1), shift.old(len("ab\nnew line\nc")), Shift("x", "x").old(1)) == (1, 4, 1)


def test_items(look: Look) -> None:
    view = look(NATIVE)
    assert not look("convlint: 1\n").readable and look("convlint: 1\n").parts[0].outline == []
    assert [item.kind for item in view.parts[0].outline][:3] == ["input", "layer", "group"]


def test_several_documents(look: Look) -> None:
    view = look(f"{NATIVE}---\n{NATIVE}")
    first, second = view.parts
    assert view.part(0) is first and view.part(len(NATIVE) + 60) is second
    assert view.part(2 * len(NATIVE)) is second and len(view.derivations) == 2


def test_several_inputs(look: Look) -> None:
    text = "convlint: 1\ninput: {a: [1, 8, 8], b: [1, 8, 8]}\nlayers:\n  - {type: Add, from: [a, b]}\n"
    outline = look(text).parts[0].outline
    assert [(item.name, item.kind) for item in outline[:2]] == [("a", "input"), ("b", "input")]
    assert [read.target for read in outline[2].reads] == [0, 1]


def test_code_beside_that_changes_between_keystrokes(look: Look, tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)
    assert look(NET).result.findings == []
    tasks = tmp_path / "ultralytics/nn/tasks.py"
    text = tasks.read_text()
    tasks.write_text(
        text + "\n\nraise_nothing = 1\n\n\ndef parse_model(d, ch, verbose=True):\n    raise ValueError('changed')\n"
    )
    assert any("changed" in one.message for one in look(NET).result.findings)
    tasks.write_text(text)
    assert look(NET).result.findings == []


def test_code_that_comes_and_goes(look: Look, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    assert [one.code for one in look(NET).result.findings] == ["CL004"]
    written(tmp_path)
    assert look(NET).result.findings == []
    (tmp_path / "ultralytics/nn/tasks.py").unlink()
    assert [one.code for one in look(NET).result.findings] == ["CL004"]
    assert look(YOLO).readable
