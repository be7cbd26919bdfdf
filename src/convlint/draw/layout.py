"""Boxes in lanes and columns, and lines around them.

A column is a run of layers that follow each other on one lane, so that nothing else stands in it: whatever passes it
on another lane meets no box.  Between columns there is room for vertical lines (gutters), between lanes for horizontal
ones (channels); how much is known when all lines have their way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from math import isqrt
from typing import NamedTuple, TypeAlias

from convlint.draw.nodes import Node

#: Sizes of a picture, in its own units: boxes, the room between them, and between lines side by side.
BOX_WIDTH, BOX_HEIGHT, BETWEEN, TRACK = 122, 48, 18, 9
GUTTER, CHANNEL, MARGIN, LANE_LABEL = 26, 14, 12, 44
#: So many layers of one lane stand below each other, at least.
STACK = 6
#: How far from the middle of a box lines end on its left, and on its right: never at the same height in one gutter.
_PORTS, _ARC_PORTS = (9, 18, 12, 21, 15, 6, 3, 10, 19, 13, 16, 7, 1), (5, 14, 8, 17, 11, 20, 2, 22, 4)

Point: TypeAlias = tuple[int, int]
_Interval: TypeAlias = tuple[int, int]


class Box(NamedTuple):
    """Where a node stands."""

    x: int
    y: int
    width: int
    height: int


class Lane(NamedTuple):
    """A band of the picture for maps of one total stride (its binary logarithm, as in ``Node``)."""

    lane: int
    y: int
    height: int


class Edge(NamedTuple):
    """A line from an output of a node to another node; ``skips`` says that this is not the one before it."""

    source: int
    part: int
    target: int
    points: tuple[Point, ...]
    skips: bool


class Picture(NamedTuple):
    """A network with a place for everything: boxes in the order of the nodes."""

    width: int
    height: int
    boxes: list[Box]
    lanes: list[Lane]
    edges: list[Edge]


def picture(nodes: list[Node]) -> Picture:
    """Lay out the boxes of a network."""
    return _Layout(nodes).picture()


class _Link(NamedTuple):
    """A line to be drawn, and the kind of its way.

    ``down``: to the next box below.  ``arc``: around boxes of the same column, on its right.  ``source``: along the row
    of its source, ``target``: of its target.  ``channel``: between lanes.
    """

    source: int
    part: int
    target: int
    way: str
    channel: int = -1


class _Layout:
    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.lanes = sorted({node.lane for node in nodes})
        self.lane_of = {lane: index for index, lane in enumerate(self.lanes)}
        self.column: list[int] = []
        self.slot: list[int] = []
        self._stack()
        #: A last box that reads several lanes stands across all of them.
        self.spans: dict[int, tuple[int, int]] = {}
        self._span()
        #: The columns in which there is a box, by lane and slot.
        self.taken: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for number, column in enumerate(self.column):
            self.taken[self._row(number)].append(column)
        self.links = self._links()
        #: How many lines end above and below the middle of a box, on each of its sides.
        self._used: dict[tuple[int, int, bool, bool], int] = {}

    def _stack(self) -> None:
        """Put each node into a column and a slot of it."""
        most = max(STACK, isqrt(len(self.nodes)))
        for number, node in enumerate(self.nodes):
            before = self.nodes[number - 1] if number else None
            follows = before is not None and any(read == number - 1 for read, _ in node.reads)
            if before is not None and follows and before.lane == node.lane and self.slot[-1] + 1 < most:
                self.column.append(self.column[-1])
                self.slot.append(self.slot[-1] + 1)
            else:
                self.column.append(self.column[-1] + 1 if number else 0)
                self.slot.append(0)

    def _span(self) -> None:
        last = len(self.nodes) - 1
        if last < 1 or self.column[last] == self.column[last - 1]:
            return
        read = [self.lane_of[self.nodes[source].lane] for source, _ in self.nodes[last].reads]
        if len(set(read)) > 1:
            self.spans[last] = min(read), max(read)

    def _row(self, number: int) -> tuple[int, int]:
        return self.lane_of[self.nodes[number].lane], self.slot[number]

    def _free(self, row: tuple[int, int], first: int, last: int) -> bool:
        """Whether no box stands on a row in some columns."""
        taken = self.taken[row]
        return bisect_right(taken, last) == bisect_right(taken, first - 1)

    def _links(self) -> list[_Link]:
        found = []
        for target, node in enumerate(self.nodes):
            seen = set()
            for source, part in node.reads:
                if source not in seen:
                    seen.add(source)
                    found.append(self._link(source, part, target))
        return found

    def _link(self, source: int, part: int, target: int) -> _Link:
        here, there = self.column[source], self.column[target]
        if here == there:
            return _Link(source, part, target, "down" if target == source + 1 else "arc")
        if self._free(self._row(source), here + 1, there - 1):
            return _Link(source, part, target, "source")
        if target not in self.spans and self._free(self._row(target), here + 1, there - 1):
            return _Link(source, part, target, "target")
        from_lane, to_lane = self._row(source)[0], self._row(target)[0]
        return _Link(source, part, target, "channel", to_lane + 1 if to_lane < from_lane else to_lane)

    def picture(self) -> Picture:
        self._rows()
        ports = [self._port(link) for link in self.links]
        self._columns(ports)
        edges = [
            Edge(link.source, link.part, link.target, self._points(link, port), self._skips(link))
            for link, port in zip(self.links, ports, strict=True)
        ]
        lanes = [Lane(lane, self.top[index], self.height[index]) for index, lane in enumerate(self.lanes)]
        return Picture(
            self.x[-1] + BOX_WIDTH + self.right + MARGIN,
            self.bottom,
            [self._box(number) for number in range(len(self.nodes))],
            lanes,
            edges,
        )

    def _skips(self, link: _Link) -> bool:
        return link.source != link.target - 1

    def _rows(self) -> None:
        """Where lanes begin and how high they are, with room for the lines between them."""
        slots = [0] * len(self.lanes)
        for number in range(len(self.nodes)):
            lane, slot = self._row(number)
            slots[lane] = max(slots[lane], slot + 1)
        wanted: defaultdict[int, dict[int, _Interval]] = defaultdict(dict)
        for link in self.links:
            if link.way == "channel":
                ends = sorted((self.column[link.source] + 1, self.column[link.target]))
                _widen(wanted[link.channel], link.source, ends)
        self.track: dict[tuple[int, int], int] = {}
        self.channel: list[int] = []
        self.top: list[int] = []
        self.height = [count * BOX_HEIGHT + (count - 1) * BETWEEN for count in slots]
        y = MARGIN
        for index in range(len(self.lanes) + 1):
            tracks, count = _tracks(wanted[index], 1)
            self.track |= {(index, source): track for source, track in tracks.items()}
            self.channel.append(y + CHANNEL // 2)
            y += CHANNEL + count * TRACK
            if index < len(self.lanes):
                self.top.append(y)
                y += self.height[index]
        self.bottom = y + MARGIN

    def _middle(self, number: int) -> int:
        lane, slot = self._row(number)
        return self.top[lane] + slot * (BOX_HEIGHT + BETWEEN) + BOX_HEIGHT // 2

    def _port(self, link: _Link) -> int:
        """The height at which a line ends at its target.

        In the middle for one that comes straight along the row, else above and below it: where a line leaves the box
        beside, in the middle too, nothing arrives.
        """
        source, target = self._middle(link.source), self._middle(link.target)
        if link.target in self.spans:
            low, high = self.spans[link.target]
            if low <= self._row(link.source)[0] <= high:
                if link.way == "source":
                    return source
                target = source
        elif link.way == "source" and source == target:
            return target
        arc, above = link.way == "arc", source < target
        key = link.target, target, arc, above
        index = self._used[key] = self._used.get(key, -1) + 1
        steps = _ARC_PORTS if arc else _PORTS
        step = steps[index % len(steps)]
        return target - step if above else target + step

    def _columns(self, ports: list[int]) -> None:
        """Where columns begin, with room for the lines between them."""
        wanted: defaultdict[int, dict[int, _Interval]] = defaultdict(dict)
        for link, port in zip(self.links, ports, strict=True):
            for gutter, ys in self._verticals(link, port):
                _widen(wanted[gutter], link.source, ys)
        self.tracks: dict[tuple[int, int], int] = {}
        self.x: list[int] = []
        x = MARGIN + LANE_LABEL
        for column in range(self.column[-1] + 2 if self.column else 1):
            tracks, count = _tracks(wanted[column], 4)
            self.tracks |= {(column, source): x + GUTTER // 2 + track * TRACK for source, track in tracks.items()}
            wide = (GUTTER + max(0, count - 1) * TRACK) if column else 0
            if column <= (self.column[-1] if self.column else -1):
                x += wide
                self.x.append(x)
                x += BOX_WIDTH
            else:
                self.right = wide if count else 0
        if not self.x:
            self.x, self.right = [x], 0

    def _verticals(self, link: _Link, port: int) -> list[tuple[int, list[int]]]:
        """The gutters in which a line runs, and from where to where."""
        start = self._middle(link.source)
        after, before = self.column[link.source] + 1, self.column[link.target]
        if link.way == "down" or (link.way == "source" and start == port):
            return []
        if link.way == "source":
            return [(before, [start, port])]
        if link.way in ("target", "arc"):
            return [(after, [start, port])]
        y = self._channel(link)
        return [(after, [start, y]), (before, [y, port])]

    def _channel(self, link: _Link) -> int:
        return self.channel[link.channel] + self.track[link.channel, link.source] * TRACK

    def _points(self, link: _Link, port: int) -> tuple[Point, ...]:
        source, target = self._box(link.source), self._box(link.target)
        if link.way == "down":
            middle = source.x + BOX_WIDTH // 2
            return (middle, source.y + source.height), (middle, target.y)
        start = source.x + source.width, self._middle(link.source)
        end = target.x + (BOX_WIDTH if link.way == "arc" else 0), port
        points = [start]
        for gutter, ys in self._verticals(link, port):
            x = self.tracks[gutter, link.source]
            points += [(x, ys[0]), (x, ys[1])]
        return *points, end

    def _box(self, number: int) -> Box:
        x = self.x[self.column[number]]
        if number in self.spans:
            low, high = self.spans[number]
            return Box(x, self.top[low], BOX_WIDTH, self.top[high] + self.height[high] - self.top[low])
        return Box(x, self._middle(number) - BOX_HEIGHT // 2, BOX_WIDTH, BOX_HEIGHT)


def _widen(wanted: dict[int, _Interval], source: int, ends: Iterable[int]) -> None:
    """Lines of one source share a track."""
    wanted[source] = (
        min(*ends, *(wanted[source][:1] if source in wanted else ())),
        max(*ends, *(wanted[source][1:] if source in wanted else ())),
    )


def _tracks(wanted: dict[int, _Interval], apart: int) -> tuple[dict[int, int], int]:
    """Which line runs on which track, so that none meet, and how many tracks that takes."""
    ends: list[int] = []
    found: dict[int, int] = {}
    for source, (first, last) in sorted(wanted.items(), key=lambda item: (item[1], item[0])):
        for track, end in enumerate(ends):
            if end + apart <= first:
                ends[track] = last
                break
        else:
            track = len(ends)
            ends.append(last)
        found[source] = track
    return found, len(ends)
