"""The lines of a file that a finding is about, with carets under the right characters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from convlint.document import Source, Span
from convlint.findings import Severity
from convlint.reports.escape import commands, escape
from convlint.reports.places import position
from convlint.reports.style import Style
from convlint.reports.width import width
from convlint.reports.wrapping import wrapped

TAB = 4
#: Longer lines, and those that are wider than the output, are cut to what lies round their marks.
MAX_LINE = 200
#: How many characters stay before and behind a mark, and of a long mark itself.
MARGIN = 40
MAX_MARK = 100
#: Words below a bar have so many columns, if they need them.
_HUNG = 36
_CUT = "..."


class Mark(NamedTuple):
    """A place to underline, cut to its first line, and the words for it."""

    start: int
    end: int
    message: str
    primary: bool


def draw(
    source: Source, primary: Span, label: str, labels: Iterable[tuple[Span, str]], severity: Severity, style: Style
) -> tuple[list[str], int]:
    """The marked lines in order, with a frame; and the width of the line numbers."""
    lines: dict[int, list[Mark]] = {}
    for span, message, is_primary in ((primary, label, True), *((span, words, False) for span, words in labels)):
        line, column = position(source, span[0])
        line_start, line_end = source.line_span(line)
        start = min(line_start + column - 1, line_end)
        end = max(start, min(span[1], line_end))
        lines.setdefault(line, []).append(Mark(start, end, style.writable(escape(message)), is_primary))
    digits = len(str(max(lines)))
    room = None if style.width is None else style.width - digits - 4
    bar = style.paint(" " * (digits + 2) + "|", "frame")
    drawn = [bar]
    previous = 0
    for line in sorted(lines):
        if previous and line == previous + 2:
            drawn.append(_numbered(line - 1, digits, _Line(source, line - 1, [], style, room).text, style))
        elif previous and line > previous + 2:
            drawn.append(style.paint("...", "frame"))
        shown = _Line(source, line, lines[line], style, room)
        drawn.append(_numbered(line, digits, shown.text, style))
        drawn += [f"{bar} {row}" for row in _marks(shown, lines[line], severity, style, room)]
        previous = line
    return drawn, digits


def _numbered(line: int, digits: int, text: str, style: Style) -> str:
    frame = style.paint(f" {line:>{digits}} |", "frame")
    return f"{frame} {text}" if text else frame


class _Line:
    """What is shown of a line, and in which column of the terminal each of its characters stands."""

    def __init__(self, source: Source, line: int, marks: list[Mark], style: Style, room: int | None) -> None:
        start, end = source.line_span(line)
        most = MAX_LINE if room is None else min(room, MAX_LINE)
        self.longest = min(MAX_MARK, most - 2 * len(_CUT))
        kept = [(start, end)] if end - start <= most else _windows(source.text, start, end, marks, most, self.longest)
        shown: list[str] = []
        self.columns: dict[int, int] = {}
        column = 0
        place = start
        for first, last in kept:
            if first > place:
                shown.append(_CUT)
                column += len(_CUT)
            obeyed = {first + place for place in commands(source.text[first:last])}
            for place, character in enumerate(source.text[first:last], first):
                self.columns[place] = column
                if place in obeyed:
                    cells, size = "\\x23", 4
                elif character == "\t":
                    cells, size = " " * (TAB - column % TAB), TAB - column % TAB
                elif " " <= character <= "~":
                    cells, size = character, 1
                else:
                    cells = style.writable(escape(character))
                    size = width(cells)
                shown.append(cells)
                column += size
            place = last
            self.columns[place] = column
        if place < end:
            shown.append(_CUT)
        self.text = "".join(shown).rstrip()

    def extent(self, mark: Mark) -> tuple[int, int]:
        """The columns between which a mark is drawn; at least one wide."""
        start, end = self.columns[mark.start], self.columns.get(mark.end)
        if end is None:
            end = self.columns[mark.start + self.longest]
        return start, max(start + 1, end)


def _windows(text: str, start: int, end: int, marks: list[Mark], most: int, longest: int) -> list[tuple[int, int]]:
    """The parts of a line that are shown of one that is longer: what lies round its marks, as much as has room."""
    if not marks:
        return [(start, start + most - len(_CUT))]
    for margin in range(MARGIN, -1, -1):
        kept = _around(text, start, end, marks, margin, longest)
        if sum(last - first + len(_CUT) for first, last in kept) + len(_CUT) <= most:
            break
    return kept


def _around(text: str, start: int, end: int, marks: list[Mark], margin: int, longest: int) -> list[tuple[int, int]]:
    """So many characters on either side of each mark, beginning with a word."""
    kept: list[tuple[int, int]] = []
    for mark in sorted(marks):
        first = max(start, mark.start - margin)
        last = min(end, min(mark.end, mark.start + longest) + margin)
        first = start if first - start <= margin else _word(text, first, margin)
        last = end if end - last <= margin else last
        if kept and first <= kept[-1][1] + margin:
            kept[-1] = kept[-1][0], max(kept[-1][1], last)
        else:
            kept.append((first, last))
    return kept


def _word(text: str, place: int, most: int) -> int:
    """Where the word begins in which a place is, unless that is so far away."""
    return text.rfind(" ", place - most // 2, place) + 1 or place


def _marks(shown: _Line, marks: list[Mark], severity: Severity, style: Style, room: int | None) -> list[str]:
    """The rows below a line: the underlines, the words of the rightmost behind them, the others hung up by bars.

    Where the words of the rightmost do not fit behind the underlines they are hung up, too.
    """
    placed = sorted((*shown.extent(mark), mark) for mark in marks)
    underline = _Row()
    for start, end, mark in sorted(placed, key=lambda item: item[2].primary):
        underline.write(start, ("^" if mark.primary else "-") * (end - start), _role(mark, severity))
    last = max(placed, key=lambda item: (item[1], item[0], item[2].primary))
    beside = room is None or last[1] + 1 + len(last[2].message) <= room
    if last[2].message and beside:
        underline.write(last[1] + 1, last[2].message, _role(last[2], severity))
    rows = [underline]
    hanging = [item for item in reversed(placed) if item[2].message and not (item is last and beside)]
    if hanging:
        bars = _Row()
        for start, _, mark in hanging:
            bars.write(start, "|", _role(mark, severity))
        rows.append(bars)
    while hanging:
        start, _, mark = hanging.pop(0)
        for column, words in _hung(start, mark.message, room):
            row = _Row()
            for other, _, another in hanging:
                row.write(other, "|", _role(another, severity))
            row.write(column, words, _role(mark, severity))
            rows.append(row)
    return [row.painted(style) for row in rows]


def _hung(start: int, words: str, room: int | None) -> list[tuple[int, str]]:
    """Words below the bar in a column, in as many rows as they need; further to the left if there is no room."""
    if room is None or start + len(words) <= room:
        return [(start, words)]
    if room - start < min(_HUNG, len(words)):
        start = max(0, room - min(len(words), _HUNG))
    return [(start, line) for line in wrapped(words, room - start)]


def _role(mark: Mark, severity: Severity) -> str:
    return str(severity) if mark.primary else "label"


class _Row:
    """A row of characters, each with its colour; what is written later covers what was there."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.roles: list[str] = []

    def write(self, column: int, text: str, role: str) -> None:
        missing = column + len(text) - len(self.characters)
        self.characters += " " * missing
        self.roles += [""] * missing
        self.characters[column : column + len(text)] = text
        self.roles[column : column + len(text)] = [role] * len(text)

    def painted(self, style: Style) -> str:
        if not style.colour:
            return "".join(self.characters)
        parts: list[str] = []
        start = 0
        for index in range(1, len(self.roles) + 1):
            if index == len(self.roles) or self.roles[index] != self.roles[start]:
                parts.append(style.paint("".join(self.characters[start:index]), self.roles[start] or None))
                start = index
        return "".join(parts)
