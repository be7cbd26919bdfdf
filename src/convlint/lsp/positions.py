"""Lines and columns as the protocol counts them: in units of the encoding that the client chose."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol.types import Position, PositionEncodingKind, Range

from convlint.document import Span

UTF8, UTF16, UTF32 = PositionEncodingKind.Utf8, PositionEncodingKind.Utf16, PositionEncodingKind.Utf32
#: What ends a line for the protocol; nothing else does, whatever Unicode says.
_BREAK = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of a text. Offsets count code points, columns the units of an encoding."""

    __slots__ = ("_ascii", "_starts", "encoding", "text")

    def __init__(self, text: str, encoding: str = UTF16) -> None:
        self.text = text
        self.encoding = encoding
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        self._ascii = text.isascii() or encoding == UTF32

    def position(self, offset: int) -> Position:
        """Where an offset is."""
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        return Position(line, offset - start if self._ascii else self._units(self.text[start:offset]))

    def range(self, span: Span) -> Range:
        """The range of a span."""
        return Range(self.position(span[0]), self.position(span[1]))

    def offset(self, position: Position) -> int:
        """The offset of a position; one behind the end of a line, or of the text, is that end."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        end = self.end(start)
        if self._ascii:
            return min(start + position.character, end)
        units = 0
        for offset in range(start, end):
            # In the middle of a character is before it.
            units += self._units(self.text[offset])
            if units > position.character:
                return offset
        return end

    def span(self, place: Range) -> Span:
        """The span of a range."""
        start, end = self.offset(place.start), self.offset(place.end)
        return min(start, end), max(start, end)

    def end(self, offset: int) -> int:
        """The end of the line around an offset, before what ends it."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found is not None else len(self.text)

    def _units(self, text: str) -> int:
        if self.encoding == UTF8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(character > "\uffff" for character in text)
