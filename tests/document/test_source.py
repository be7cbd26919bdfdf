"""From bytes to text, and from offsets to lines and columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.document import Source, decode


def test_positions_count_code_points_from_one() -> None:
    source = Source("x", "a\n日本😀 b\r\n\n")
    assert source.position(0) == (1, 1)
    assert source.position(1) == (1, 2)
    assert source.position(5) == (2, 4)
    assert source.position(9) == (3, 1)
    assert source.position(10) == (4, 1)
    assert [source.line_text(line) for line in range(1, 5)] == ["a", "日本😀 b", "", ""]
    assert source.line_span(2) == (2, 7)


def test_only_a_line_feed_ends_a_line() -> None:
    source = Source("x", "a\x85b\u2028c\rd\ve\ff\ng")
    assert source.line_starts == [0, 12]
    assert source.position(11) == (1, 12)


def test_an_empty_text_has_one_line() -> None:
    source = Source("x", "")
    assert source.position(0) == (1, 1)
    assert source.line_text(1) == ""


@given(st.text("a\n\r😀 "))
def test_positions_agree_with_the_lines(text: str) -> None:
    source = Source("x", text)
    lines = text.split("\n")
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        assert text[:offset].count("\n") + 1 == line
        assert len(text[:offset].rpartition("\n")[2]) + 1 == column
    assert [line.removesuffix("\r") for line in lines[:-1]] == [source.line_text(n) for n in range(1, len(lines))]


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode(b"\xef\xbb\xbfa: \xc3\xa9") == ("a: é", None)


@pytest.mark.parametrize(
    "data, text, problem",
    [
        (b"a: caf\xe9", "a: caf�", (6, "byte 0xe9 is not UTF-8; save the file as UTF-8")),
        (b"\xef\xbb\xbf\xc3\xa9\xff", "é�", (1, "byte 0xff is not UTF-8; save the file as UTF-8")),
        (b"a\xed\xa0\x80", "a���", (1, "byte 0xed is not UTF-8; save the file as UTF-8")),
        ("a: 1".encode("utf-16"), "a: 1", (0, "the file is encoded as UTF-16 little endian; save it as UTF-8")),
        (b"\xfe\xff\0a", "a", (0, "the file is encoded as UTF-16 big endian; save it as UTF-8")),
        ("a: 1".encode("utf-32"), "a: 1", (0, "the file is encoded as UTF-32 little endian; save it as UTF-8")),
        (b"\0\0\xfe\xff\0\0\0a", "a", (0, "the file is encoded as UTF-32 big endian; save it as UTF-8")),
    ],
)
def test_other_encodings_are_named(data: bytes, text: str, problem: tuple[int, str]) -> None:
    assert (text, problem) == decode(data)


@given(st.binary())
def test_any_bytes_give_a_text_and_a_place_in_it(data: bytes) -> None:
    text, problem = decode(data)
    if problem is not None:
        assert 0 <= problem[0] <= len(text)
    else:
        assert data.removeprefix(b"\xef\xbb\xbf") == text.encode()
