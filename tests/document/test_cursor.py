"""Where somebody writes, marked by `|` in texts that need not be whole."""

import pytest

from convlint.document.cursor import Cursor, in_sections, in_tree


def tree(text: str) -> Cursor | None:
    return in_tree(text.replace("|", "", 1), text.index("|"))


def sections(text: str) -> Cursor | None:
    return in_sections(text.replace("|", "", 1), text.index("|"))


@pytest.mark.parametrize(
    "text, top, path",
    [
        ("backbone:\n  - [-1, 1, Co|\n", "backbone", (2,)),
        ("backbone:\n  - [[-1, |], 1, Concat, [1]]\n", "backbone", (0, 1)),
        ("head:\n  - [-1, 1, Conv, [64, n|]]\n", "head", (3, 1)),
        ("backbone:\n  [[-1, 1, Focus, [64, 3]], # 0, [1\n   [-1, 1, C|", "backbone", ("backbone", 1, 2)),
        ("layers:\n  - {type: Conv2d, k|}\n", "layers", (None,)),
        ("layers:\n  - {type: |, out_channels: 5}\n", "layers", ("type",)),
        ("layers:\n  - {name: 'a, [b', type: |", "layers", ("type",)),
        ("layers:\n  - {name: don't, type: [|", "layers", ("type", 0)),
        ("layers:\n  - type: Co|\n    padding: 1\n", "layers", ("type",)),
        ("layers:\n  - type: Add\n    from: [a, |\n", "layers", ("from", 1)),
        ("layers:\n  - type: Add\n    |\n", "layers", (None,)),
        ("layers:\n  - name: g\n    layers:\n      - {type: A, expect: {par|}}\n", "layers", ("expect", None)),
        ("lay|\n", "", (None,)),
        ("kernel_convention: |\n", "", ("kernel_convention",)),
        ('{"layers": [{"type": "Co|"}]}', "layers", ("layers", 0, "type")),
        ('{"layers": [{"type": "Conv2d", "|"}]}', "layers", ("layers", 0, None)),
        ('{"lay|', "", (None,)),
    ],
)
def test_a_place_in_a_tree(text: str, top: str, path: tuple[object, ...]) -> None:
    cursor = tree(text)
    assert cursor is not None and (cursor.top, cursor.path) == (top, path)


@pytest.mark.parametrize("text", ["# a | comment", "a: 1\nb:\n  - [1, 2] # 3 |\n", "just words |\n"])
def test_nothing_is_written_there(text: str) -> None:
    assert tree(text) is None


def test_what_is_written_beside() -> None:
    block = tree("layers:\n  - name: a\n    type: Conv2d # c\n    |\n    padding: 1\n  - type: B\n    x: 1\n")
    assert block is not None and block.beside == {"name": "a", "type": "Conv2d", "padding": "1"}
    first = tree("layers:\n  - x: 1\n  - |\n    type: B\n\n    # no\n    y: 2\n  - z: 1")
    assert first is not None and first.beside == {"type": "B", "y": "2"}
    flow = tree("layers:\n  - {type: Conv2d, |, stride: 2} # k: 3\n")
    assert flow is not None and flow.beside == {"type": "Conv2d", "stride": "2"}


def test_the_items_before_and_the_word() -> None:
    cursor = tree("head:\n  - [[-1, 6], 1, Con|cat, [1]]\n")
    assert cursor is not None and cursor.before == (("[-1, 6]", "1"),) and cursor.word == (23, 29)


@pytest.mark.parametrize(
    "text, top, path",
    [
        ("[net]\nheight=1\n[conv|", "", ("[",)),
        ("[net]\nhei|", "net", (None,)),
        ("[net]\n[route]\nlayers = -1, |\n[yolo]\nmask=1\n", "route", ("layers", 1)),
        ("height=|", "", ("height", 0)),
    ],
)
def test_a_place_in_sections(text: str, top: str, path: tuple[object, ...]) -> None:
    cursor = sections(text)
    assert cursor is not None and (cursor.top, cursor.path) == (top, path)


def test_beside_and_nowhere_in_sections() -> None:
    cursor = sections("[net]\na=1\n[conv]\nsize = 3\n|\nstride=2\n\n[net]\nb=1\n")
    assert cursor is not None and cursor.beside == {"size": "3", "stride": "2"}
    assert sections("[net]\n# a|") is None and sections("[net]\na b|") is None
