"""Where words beside lines have room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from convlint.draw.layout import Box, Picture
from convlint.draw.nodes import Port

#: How high words are, and how far above their line they stand.
HEIGHT, ABOVE = 10, 3
#: What is asked about near a place is kept by squares of this size.
_SQUARE = 128
_Rectangle: TypeAlias = tuple[int, int, int, int]


class Label(NamedTuple):
    """Where the words about an output of a node begin: the left end of their base line."""

    port: Port
    x: int
    y: int


def labels(picture: Picture, widths: Mapping[Port, int]) -> list[Label]:
    """Places for words of these widths, once an output, above its longest line; words that have no room are left out.

    Only lines that skip boxes are told: all others lead from a box that says what it makes.
    """
    there = _Taken()
    for box in picture.boxes:
        there.add(_edges(box))
    for edge in picture.edges:
        for (x, y), (to_x, to_y) in pairwise(edge.points):
            there.add((min(x, to_x) - 2, min(y, to_y) - 2, max(x, to_x) + 2, max(y, to_y) + 2))
    found: list[Label] = []
    told = set()
    for edge in picture.edges:
        port = edge.source, edge.part
        width = widths.get(port)
        if not edge.skips or width is None or port in told:
            continue
        lines = [(min(x, to_x), max(x, to_x), y) for (x, y), (to_x, to_y) in pairwise(edge.points) if y == to_y]
        for left, right, y in sorted(lines, key=lambda line: line[0] - line[1]):
            place = next(
                (
                    (x, y - ABOVE - HEIGHT, x + width, y - ABOVE)
                    for x in range(left + 4, right - width - 3, 16)
                    if there.free((x, y - ABOVE - HEIGHT, x + width, y - ABOVE))
                ),
                None,
            )
            if place is not None:
                there.add(place)
                told.add(port)
                found.append(Label(port, place[0], place[3]))
                break
    return found


def _edges(box: Box) -> _Rectangle:
    return box.x - 1, box.y - 1, box.x + box.width + 1, box.y + box.height + 1


class _Taken:
    """Rectangles, found by where they are."""

    def __init__(self) -> None:
        self._squares: defaultdict[tuple[int, int], list[_Rectangle]] = defaultdict(list)

    def add(self, one: _Rectangle) -> None:
        for square in _squares(one):
            self._squares[square].append(one)

    def free(self, one: _Rectangle) -> bool:
        left, top, right, bottom = one
        return not any(
            other[0] < right and left < other[2] and other[1] < bottom and top < other[3]
            for square in _squares(one)
            for other in self._squares.get(square, ())
        )


def _squares(one: _Rectangle) -> Iterator[tuple[int, int]]:
    for column in range(one[0] // _SQUARE, one[2] // _SQUARE + 1):
        for row in range(one[1] // _SQUARE, one[3] // _SQUARE + 1):
            yield column, row
