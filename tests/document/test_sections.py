"""Sections of options: what is read, where it stands, and what is left over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.document import Mapping, Reading, Scalar, Sequence, Source, read, sections


def reading(text: str) -> Reading:
    return read(Source("net.cfg", text))


def named(text: str) -> list[Mapping]:
    (document,) = reading(text).documents
    root = document.root
    assert isinstance(root, Sequence)
    found = [item for item in root.items if isinstance(item, Mapping)]
    assert len(found) == len(root.items)
    return found


def values(section: Mapping) -> dict[str, str]:
    return {key: node.text for key, node in section.fields.items() if isinstance(node, Scalar)}


def test_sections_repeat() -> None:
    first, second = named("[a]\nx=1\n[a]\nx=2\n")
    assert [first.name.text, second.name.text] == ["[a]", "[a]"]  # type: ignore[union-attr]
    assert (values(first), values(second)) == ({"x": "1"}, {"x": "2"})


def test_blanks_are_deleted_wherever_they_stand() -> None:
    text = "[ net ]\n a b\t= 1 2 , 3\t\n"
    (section,) = named(text)
    assert section.name is not None and section.name.text == "[net]"
    assert values(section) == {"ab": "12,3"}
    assert text[slice(*section.name.span)] == "[ net ]"
    assert text[slice(*section.key_span("ab"))] == "a b"  # type: ignore[misc]
    assert text[slice(*section.value_span("ab"))] == "1 2 , 3"  # type: ignore[misc]
    assert text[slice(*section.extent)] == "[ net ]\n a b\t= 1 2 , 3"


def test_carriage_returns_belong_to_no_value() -> None:
    text = "[net]\r\nx=1\r\n"
    (section,) = named(text)
    assert values(section) == {"x": "1"}
    assert text[slice(*section.value_span("x"))] == "1"  # type: ignore[misc]


def test_the_first_of_a_key_counts() -> None:
    text = "[net]\nx=1\nx=2\n"
    (section,) = named(text)
    assert values(section) == {"x": "1"}
    assert section.key_span("x") == (6, 7)
    assert len(section.pairs) == 2


def test_what_stands_behind_a_value_belongs_to_it() -> None:
    (section,) = named("[net] # not a comment\nx=1 # nor this\ny=a=b\n")
    assert section.name is not None and section.name.text == "[net]#notacomment"
    assert values(section) == {"x": "1#northis", "y": "a=b"}


def test_comments_are_lines() -> None:
    text = "# one\n[net]\n  ; two \r\nx=1 # none\n"
    result = reading(text)
    assert [comment.text for comment in result.comments] == ["# one", "; two"]
    assert [text[comment.start : comment.end] for comment in result.comments] == ["# one", "; two"]


@pytest.mark.parametrize("line", ["word", "x=", "x:1"])
def test_other_lines_are_left_over(line: str) -> None:
    (document,) = reading(f"[net]\n{line}\ny=1\n").documents
    (left,) = document.unread
    assert isinstance(left, Scalar) and left.text == line and left.span == (6, 6 + len(line))


def test_so_is_what_stands_before_the_first_section() -> None:
    (document,) = reading("x=1\n[net]\n").documents
    assert [node.start for node in document.unread] == [0]


@pytest.mark.parametrize("text", ["", "\n \t\r\n", "# only\n; comments"])
def test_nothing_is_no_document(text: str) -> None:
    assert reading(text).documents == []


def test_values_are_text() -> None:
    (section,) = named("[net]\nx=on\ny=1e3\nz=~\n")
    assert [node.value for node in section.fields.values() if isinstance(node, Scalar)] == ["on", "1e3", "~"]


def test_a_nul_is_no_text() -> None:
    problem = reading("[net]\nx=\0").problem
    assert problem is not None and problem.code == "CL001" and problem.span == (8, 9)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MAX_NODES", 3)
    assert reading("[net]\nx=1\n").problem is None
    problem = reading("[net]\nx=1\n[a]\n").problem
    assert problem is not None and problem.code == "CL022"


@given(st.text(st.sampled_from("[]=#; \t\r\nab1,-")))
def test_every_place_is_where_it_says(text: str) -> None:
    result = reading(text)
    for document in result.documents:
        assert isinstance(document.root, Sequence)
        last = -1
        for section in document.root.items:
            assert isinstance(section, Mapping) and section.name is not None
            for node in (section.name, *(part for pair in section.pairs for part in pair)):
                assert isinstance(node, Scalar)
                assert sections.squeezed(text[node.start : node.end]) == node.text
                assert node.start >= last
                last = node.end
    for comment in result.comments:
        assert text[comment.start : comment.end] == comment.text
