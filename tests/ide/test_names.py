"""From names and numbers to what they mean."""

import pytest

from convlint.findings.edits import apply
from convlint.ide.names import definition, references, rename, renameable
from tests.ide.conftest import DARKNET, NATIVE, YOLO, Look, at


@pytest.mark.parametrize(
    "text, name, words, behind, target",
    [
        (NATIVE, "net.yaml", "stem, body]", "Concat", "stem"),
        (NATIVE, "net.yaml", "input]", "[conv", "Conv2d"),
        (NATIVE, "net.yaml", "parts.1", "", "parts"),
        (NATIVE, "net.yaml", "body", "output", "body"),
        (YOLO, "net.yaml", "1], 1, Concat", "", "Conv"),
        (YOLO, "net.yaml", "3], 1, Detect", "", "Conv"),
        (DARKNET, "net.cfg", "0", "layers=-1,", "[convolutional]"),
    ],
)
def test_definition(look: Look, text: str, name: str, words: str, behind: str, target: str) -> None:
    found = definition(look(text, name), at(text, words, behind))
    if target == "Conv2d":
        # In a group, `input` is what the group reads.
        assert found is not None and text[slice(*found)] == "body"
    else:
        assert found is not None and text[slice(*found)] == target


def test_minus_one_is_the_row_before(look: Look) -> None:
    found = definition(look(YOLO), at(YOLO, "-1, 1], 1"))
    assert found == (at(YOLO, "Conv, [128"), at(YOLO, "Conv, [128") + 4)
    first = definition(look(YOLO), at(YOLO, "-1, 1, Conv, [64"))
    assert first is not None and YOLO[slice(*first)] == "nc"


def test_references(look: Look) -> None:
    found = references(look(NATIVE), at(NATIVE, "stem"))
    assert [NATIVE[slice(*span)] for span in found] == ["stem"] * 2
    assert len(references(look(NATIVE), at(NATIVE, "stem"), declaration=True)) == 3
    rows = references(look(YOLO), at(YOLO, "Conv, [128"))
    assert [YOLO[slice(*span)] for span in rows] == ["-1", "1"]
    assert references(look(YOLO), at(YOLO, "nc: 2") + 5) == [] and definition(look("convlint: 1\n"), 3) is None


def test_rename(look: Look) -> None:
    view = look(NATIVE)
    edits = rename(view, at(NATIVE, "parts.1"), "halves")
    assert isinstance(edits, list)
    renamed = apply(edits, NATIVE)
    assert "name: halves" in renamed and "from: [halves.0, halves.1]" in renamed and "parts" not in renamed
    assert [one.code for one in look(renamed).result.findings] == [one.code for one in view.result.findings]
    quoted = NATIVE.replace("from: [stem, body]", 'from: ["stem", body]')
    edits = rename(look(quoted), at(quoted, "stem"), "s2")
    assert isinstance(edits, list) and 'from: ["s2", body]' in apply(edits, quoted)
    part = NATIVE.replace("parts.0", '"parts.0"')
    edits = rename(look(part), at(part, "parts"), "p")
    assert isinstance(edits, list) and '"p.0"' in apply(edits, part)


def test_a_type_stands_for_its_layer(look: Look) -> None:
    found = renameable(look(NATIVE), at(NATIVE, "Split"))
    assert isinstance(found, tuple) and NATIVE[slice(*found)] == "parts"


@pytest.mark.parametrize(
    "text, words, new, why",
    [
        (NATIVE, "stem", "body", "`body` is the name of another layer"),
        (NATIVE, "stem", "a b", "a name has letters, digits, - and _, and begins with a letter"),
        (NATIVE, "Add", "x", "this Add has no name"),
        (NATIVE, "convlint", "x", "there is no name here"),
        (YOLO, "Conv", "x", "rows are called by their numbers"),
    ],
)
def test_what_is_not_renamed(look: Look, text: str, words: str, new: str, why: str) -> None:
    assert rename(look(text), at(text, words), new) == why


def test_an_alias_keeps_a_name(look: Look) -> None:
    text = "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - &a {name: &n x, type: ReLU}\n  - {type: Add, from: [*n, *n]}\n"
    found = rename(look(text), text.index("x,"), "y")
    assert found == "the name stands in several places through an alias"
