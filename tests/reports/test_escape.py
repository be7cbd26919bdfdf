"""Nothing that a terminal would obey or hide passes."""

import sys
import unicodedata

import pytest

from convlint.reports.escape import MOST, escape


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("conv1", "conv1"),
        ("Größe 日本 😀 e\u0301", "Größe 日本 😀 e\u0301"),
        ("a\\nb\\r\\nc\\td", "a\nb\r\nc\td"),
        ("\\x1b[31mred\\x07", "\x1b[31mred\x07"),
        ("\\x9b31m \\x7f \\x00 \\x85", "\x9b31m \x7f \x00 \x85"),
        (
            "\\u202eevil\\u202c \\u2066x\\u2069 \\u200e\\u200f\\u061c",
            "\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c",
        ),
        ("a\\u2028b\\u2029c", "a\u2028b\u2029c"),
        ("no\\u200bbreak\\ufeff", "no\u200bbreak\ufeff"),
        ("caf\\udce9", "caf\udce9"),
        ("\\U000e0041", "\U000e0041"),
    ],
)
def test_what_is_hidden_becomes_visible(shown: str, text: str) -> None:
    assert shown == escape(text)


def test_no_control_character_of_unicode_passes() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(character) in (
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        ):  # fmt: skip
            assert character not in escape(character), hex(code)


def test_long_texts_are_cut() -> None:
    assert escape("x" * (MOST + 1)) == "x" * MOST + "..."
    assert escape("x" * MOST) == "x" * MOST
