"""How wide an output is, and how wide a terminal shows a text."""

from __future__ import annotations

import os
from typing import TextIO

#: The columns of what is no terminal, and the fewest that anything is laid out for.
PIPED, LEAST = 100, 40


def columns(output: TextIO) -> int:
    """How many columns an output has: as COLUMNS says, as its terminal says, or 100."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said[:6]) > 0:
        return max(LEAST, int(said[:6]))
    try:
        return max(LEAST, os.get_terminal_size(output.fileno()).columns) if output.isatty() else PIPED
    except (OSError, ValueError, AttributeError):
        return PIPED


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
