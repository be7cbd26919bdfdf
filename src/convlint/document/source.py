"""The text of one file, and the way from an offset to a line and a column."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

#: The byte order mark of UTF-8.
MARK = b"\xef\xbb\xbf"
#: Those of other encodings; that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32-le", "UTF-32 little endian"),
    (b"\0\0\xfe\xff", "utf-32-be", "UTF-32 big endian"),
    (b"\xff\xfe", "utf-16-le", "UTF-16 little endian"),
    (b"\xfe\xff", "utf-16-be", "UTF-16 big endian"),
)


class Comment(NamedTuple):
    """A comment: ``start`` is the offset of its first sign, ``end`` the offset behind its last character."""

    start: int
    end: int
    text: str


class Source:
    r"""A path as the user wrote it and the decoded text.

    The byte order mark with which a ``marked`` file begins is not part of the text.
    Offsets count code points from 0; lines and columns count from 1.  Only ``\\n`` ends a line (a ``\\r`` before it
    belongs to the line break), as in editors and in git.
    """

    __slots__ = ("_line_starts", "marked", "path", "text")

    def __init__(self, path: str, text: str, marked: bool = False) -> None:
        self.path = path
        self.text = text
        self.marked = marked
        self._line_starts: list[int] | None = None

    @property
    def line_starts(self) -> list[int]:
        """Offset of the first character of every line."""
        if self._line_starts is None:
            self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        return self._line_starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1, in code points) of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Offsets of the first character of a line and behind its last one, without the line break."""
        starts = self.line_starts
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return start, end

    def line_text(self, line: int) -> str:
        """One line of the text without its line break."""
        start, end = self.line_span(line)
        return self.text[start:end]


def decode(data: bytes) -> tuple[str, tuple[int, str] | None]:
    """Decode a file strictly as UTF-8.

    Returns the text without a byte order mark, and None or (offset, sentence) of what makes it unreadable; then the
    text holds replacement characters and is good for showing the place only.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            problem = 0, f"the file is encoded as {name}; save it as UTF-8"
            return data[len(mark) :].decode(codec, "replace"), problem
    data = data.removeprefix(MARK)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        offset = len(data[: error.start].decode("utf-8"))
        byte = data[error.start]
        return data.decode("utf-8", "replace"), (offset, f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
