"""From offsets to lines and columns, the same in every format."""

from __future__ import annotations

from convlint.document import Source, Span


def position(source: Source, offset: int) -> tuple[int, int]:
    """Line and column (from 1, in code points); the end of the file belongs to its last line, not to one behind it."""
    text = source.text
    offset = min(max(offset, 0), len(text))
    if offset and offset == len(text) and text[-1] == "\n":
        offset -= 1
        if text[:offset].endswith("\r"):
            offset -= 1
    return source.position(offset)


def ends(source: Source, span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where a span starts and where it ends (exclusive)."""
    return position(source, span[0]), position(source, max(span))
