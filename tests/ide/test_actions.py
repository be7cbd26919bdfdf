"""What may be done about a place."""

from pathlib import Path

from convlint.findings.edits import apply
from convlint.ide.actions import actions, all_fixes, numbered, renumberings
from tests.formats.yolo.repository import NET, written
from tests.ide.conftest import NATIVE, YOLO, Look, at


def test_fixes_of_what_is_found_there(look: Look) -> None:
    text = NATIVE.replace("from: [stem, body]", "from: [stem, bdy]")
    place = at(text, "bdy")
    (one,) = actions(look(text), (place, place))
    assert one.title == "Replace with `body`" and apply(one.edits, text) == NATIVE and not one.preferred
    assert actions(look(text), (0, 0)) == []


def test_all_safe_fixes(look: Look) -> None:
    text = NATIVE.replace("  - {name: all", "  - ReLU\n  - {name: all")
    found = all_fixes(look(text))
    assert found is not None and "- {type: ReLU}" in apply(found.edits, text)
    assert all_fixes(look(NATIVE)) is None


def test_declarations(look: Look) -> None:
    text = YOLO.replace("Conv, [128, 3, 2]", "Gate, [128]")
    place = at(text, "Gate")
    found = [one for one in actions(look(text), (place, place)) if one.finding is None]
    assert len(found) == 3
    for one in found:
        declared = apply(one.edits, text)
        assert "# convlint: module Gate" in declared
        assert "CL004" not in {finding.code for finding in look(declared).result.findings}
        assert not [one for one in actions(look(declared), (place + 40, place + 40)) if one.finding is None]
    assert actions(look(text), (0, 0)) == []


def test_no_declaration_of_what_the_code_says(look: Look, tmp_path: Path) -> None:
    written(tmp_path)
    place = NET.index("Gate")
    assert [one for one in actions(look(NET), (place, place)) if one.finding is None] == []


def test_renumbering(look: Look) -> None:
    shifted = YOLO.replace("  - [-1, 1, Conv, [128", "  - [-1, 1, C2f, [64]]\n  - [-1, 1, Conv, [128")
    found = renumberings(look(shifted), YOLO)
    assert isinstance(found, list) and len(found) == 1
    assert "[[-1, 2], 1, Concat, [1]]" in apply(found[0].edits, shifted) and numbered(look(shifted))
    assert renumberings(look(YOLO), None) == renumberings(look(YOLO), "a: 1\n")
    (comments,) = renumberings(look(YOLO), None)
    assert comments.title == "no row was put in or taken out: the numbers are right as they stand"
    numbered_rows = apply(comments.edits, YOLO)
    assert "# 4\n" in numbered_rows
    assert renumberings(look(numbered_rows), None) == "all numbers are right as they stand"
    assert renumberings(look(NATIVE), None) == "nothing to renumber: Native files are not numbered by row"
    assert not numbered(look(NATIVE))
