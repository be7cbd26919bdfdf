"""How wide a terminal shows a text."""

from __future__ import annotations


def width(text: str) -> int:
    """The columns that a text takes: two for wide East Asian characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    total = 0
    for character in text:
        if category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if east_asian_width(character) in "WF" else 1
    return total
